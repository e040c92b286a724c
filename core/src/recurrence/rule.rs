//! The text of a rule: read, checked and kept in one canonical form.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};
use serde::{Deserialize, Serialize};

use crate::time::Instant;

/// Longest rule that is read, in bytes.
pub const MAX_RULE_TEXT: usize = 2_048;

/// Largest INTERVAL that is read.
pub const MAX_INTERVAL: u32 = 1_000_000;

/// A checked RFC 5545 RRULE, kept as its canonical text: upper case, parts in
/// a fixed order, lists sorted, defaults left out. Two rules that differ only
/// in such things are equal.
///
/// What clients send is mended where its meaning is plain (lower case, a
/// leading `RRULE:`, a trailing `;`, blanks around parts, BYSECOND=60);
/// whatever else RFC 5545 forbids is a [`BadRule`].
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Rule {
    text: String,
    parts: Parts,
}

/// Why a text is no rule, or no rule for a window, and what to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadRule {
    /// The text is longer than [`MAX_RULE_TEXT`].
    #[error("the rule is {length} bytes long: at most {MAX_RULE_TEXT} are read")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
    /// The text holds a line break, a tab or the like.
    #[error("the rule contains the control character {found:?}: remove it")]
    ControlCharacter {
        /// The first one.
        found: char,
    },
    /// Something between two `;` is not `NAME=VALUE`.
    #[error("`{given}` is not a part of a rule: write NAME=VALUE, such as FREQ=WEEKLY")]
    NotAPart {
        /// The text, clipped.
        given: String,
    },
    /// RFC 5545 has no such part.
    #[error("there is no part `{given}` in a rule: leave it out")]
    UnknownPart {
        /// The name, clipped.
        given: String,
    },
    /// A part stands twice.
    #[error("{part} is given twice: keep one")]
    Twice {
        /// The name of the part.
        part: &'static str,
    },
    /// The value of a part cannot be read or is out of range.
    #[error("{part}={given} cannot be read: {part} takes {wanted}")]
    Value {
        /// The name of the part.
        part: &'static str,
        /// The value, clipped.
        given: String,
        /// What the part takes.
        wanted: &'static str,
    },
    /// The rule does not say how often.
    #[error("FREQ is missing: begin with FREQ=DAILY, WEEKLY, MONTHLY or YEARLY")]
    NoFrequency,
    /// COUNT and UNTIL exclude each other.
    #[error("COUNT={count} and UNTIL={until} cannot both end the rule: keep one")]
    CountAndUntil {
        /// The COUNT.
        count: u32,
        /// The UNTIL.
        until: Until,
    },
    /// Two parts that may not stand together.
    #[error("{part} cannot stand with {other}: {mend}")]
    Clash {
        /// The part that is in the way.
        part: &'static str,
        /// The part or frequency it cannot stand with.
        other: &'static str,
        /// What to do.
        mend: &'static str,
    },
    /// The rule would give a window too many instances in an hour.
    #[error("{given} is too often for a window: at most {most} instances an hour, so use FREQ=HOURLY or longer")]
    TooOften {
        /// The part that makes it so.
        given: String,
        /// How many there may be.
        most: usize,
    },
    /// No date ever matches the rule.
    #[error("`{given}` has no instance from {start} on: change the parts that exclude each other, or UNTIL")]
    NeverYields {
        /// The rule.
        given: String,
        /// DTSTART.
        start: NaiveDateTime,
    },
}

/// Where a rule stops, as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Until {
    /// A date: the whole of that day is in.
    Day(NaiveDate),
    /// A wall-clock time, itself included.
    Wall(NaiveDateTime),
    /// An instant, itself included.
    Instant(Instant),
}

impl fmt::Display for Until {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(date) => write!(f, "{}", date.format("%Y%m%d")),
            Self::Wall(wall) => write!(f, "{}", wall.format("%Y%m%dT%H%M%S")),
            Self::Instant(at) => write!(f, "{}", at.format("%Y%m%dT%H%M%SZ")),
        }
    }
}

/// How often, shortest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Frequency {
    Secondly,
    Minutely,
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Yearly,
}

impl Frequency {
    const ALL: [Self; 7] =
        [Self::Secondly, Self::Minutely, Self::Hourly, Self::Daily, Self::Weekly, Self::Monthly, Self::Yearly];

    fn name(self) -> &'static str {
        match self {
            Self::Secondly => "SECONDLY",
            Self::Minutely => "MINUTELY",
            Self::Hourly => "HOURLY",
            Self::Daily => "DAILY",
            Self::Weekly => "WEEKLY",
            Self::Monthly => "MONTHLY",
            Self::Yearly => "YEARLY",
        }
    }
}

/// A weekday, or the n-th of its kind in the month or year (from the end if negative).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct ByDay {
    pub(super) nth: Option<i16>,
    pub(super) weekday: Weekday,
}

/// The parts of a rule. Lists are sorted and hold nothing twice; an empty one was not given.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Parts {
    pub(super) frequency: Frequency,
    pub(super) interval: u32,
    pub(super) count: Option<u32>,
    pub(super) until: Option<Until>,
    pub(super) by_month: Vec<i16>,
    pub(super) by_week_no: Vec<i16>,
    pub(super) by_year_day: Vec<i16>,
    pub(super) by_month_day: Vec<i16>,
    pub(super) by_day: Vec<ByDay>,
    pub(super) by_hour: Vec<i16>,
    pub(super) by_minute: Vec<i16>,
    pub(super) by_second: Vec<i16>,
    pub(super) by_set_pos: Vec<i16>,
    pub(super) week_start: Weekday,
}

impl Rule {
    /// The canonical text, without `RRULE:`.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// How many instances it has, if it says so.
    pub fn count(&self) -> Option<u32> {
        self.parts.count
    }

    /// Where it stops, if it says so.
    pub fn until(&self) -> Option<Until> {
        self.parts.until
    }

    pub(super) fn parts(&self) -> &Parts {
        &self.parts
    }

    /// How many instances an hour may hold when the frequency is an hour or longer.
    pub(super) fn most_in_an_hour(&self) -> usize {
        self.parts.by_minute.len().max(1) * self.parts.by_second.len().max(1)
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Rule> for String {
    fn from(rule: Rule) -> Self {
        rule.text
    }
}

impl TryFrom<String> for Rule {
    type Error = BadRule;

    fn try_from(text: String) -> Result<Self, BadRule> {
        text.parse()
    }
}

impl FromStr for Rule {
    type Err = BadRule;

    fn from_str(text: &str) -> Result<Self, BadRule> {
        let text = text.trim();
        if text.len() > MAX_RULE_TEXT {
            return Err(BadRule::TooLong { length: text.len() });
        }
        if let Some(found) = text.chars().find(|c| c.is_control()) {
            return Err(BadRule::ControlCharacter { found });
        }
        let text = text.to_ascii_uppercase();
        let body = text.strip_prefix("RRULE:").unwrap_or(&text).trim();
        let body = body.strip_suffix(';').unwrap_or(body);
        let parts = Given::read(body)?.checked()?;
        Ok(Self { text: parts.to_string(), parts })
    }
}

/// The values as they were given, by part.
#[derive(Default)]
struct Given<'a>([Option<&'a str>; NAMES.len()]);

const NAMES: [&str; 14] = [
    "FREQ",
    "UNTIL",
    "COUNT",
    "INTERVAL",
    "BYMONTH",
    "BYWEEKNO",
    "BYYEARDAY",
    "BYMONTHDAY",
    "BYDAY",
    "BYHOUR",
    "BYMINUTE",
    "BYSECOND",
    "BYSETPOS",
    "WKST",
];

impl<'a> Given<'a> {
    fn read(body: &'a str) -> Result<Self, BadRule> {
        let mut given = Self::default();
        if body.is_empty() {
            return Err(BadRule::NoFrequency);
        }
        for part in body.split(';') {
            let (name, value) = part.split_once('=').ok_or_else(|| BadRule::NotAPart { given: clipped(part) })?;
            let name = name.trim();
            let place = NAMES
                .iter()
                .position(|known| *known == name)
                .ok_or_else(|| BadRule::UnknownPart { given: clipped(name) })?;
            if given.0[place].replace(value.trim()).is_some() {
                return Err(BadRule::Twice { part: NAMES[place] });
            }
        }
        Ok(given)
    }

    fn value(&self, part: &str) -> Option<&'a str> {
        NAMES.iter().position(|known| *known == part).and_then(|place| self.0[place])
    }

    fn checked(&self) -> Result<Parts, BadRule> {
        let frequency = self.value("FREQ").ok_or(BadRule::NoFrequency)?;
        let mut by_second = self.numbers("BYSECOND", 0, 60, false, "numbers from 0 to 60")?;
        // Our clocks have no leap seconds: RFC 5545 has us read 60 as 59.
        for second in &mut by_second {
            *second = (*second).min(59);
        }
        by_second.dedup();
        let parts = Parts {
            frequency: Frequency::ALL.into_iter().find(|known| known.name() == frequency).ok_or_else(|| {
                let wanted = "SECONDLY, MINUTELY, HOURLY, DAILY, WEEKLY, MONTHLY or YEARLY";
                BadRule::Value { part: "FREQ", given: clipped(frequency), wanted }
            })?,
            interval: self.number("INTERVAL", MAX_INTERVAL, "a whole number from 1 to 1000000")?.unwrap_or(1),
            count: self.number("COUNT", u32::MAX, "a whole number of at least 1")?,
            until: self.until()?,
            by_month: self.numbers("BYMONTH", 1, 12, false, "numbers from 1 to 12")?,
            by_week_no: self.numbers("BYWEEKNO", 1, 53, true, "numbers from 1 to 53 or -53 to -1")?,
            by_year_day: self.numbers("BYYEARDAY", 1, 366, true, "numbers from 1 to 366 or -366 to -1")?,
            by_month_day: self.numbers("BYMONTHDAY", 1, 31, true, "numbers from 1 to 31 or -31 to -1")?,
            by_day: self.by_day()?,
            by_hour: self.numbers("BYHOUR", 0, 23, false, "numbers from 0 to 23")?,
            by_minute: self.numbers("BYMINUTE", 0, 59, false, "numbers from 0 to 59")?,
            by_second,
            by_set_pos: self.numbers("BYSETPOS", 1, 366, true, "numbers from 1 to 366 or -366 to -1")?,
            week_start: match self.value("WKST") {
                None => Weekday::Mon,
                Some(text) => weekday(text).ok_or_else(|| self.bad("WKST", "one of MO, TU, WE, TH, FR, SA, SU"))?,
            },
        };
        parts.refuse_clashes()?;
        Ok(parts)
    }

    fn bad(&self, part: &'static str, wanted: &'static str) -> BadRule {
        BadRule::Value { part, given: clipped(self.value(part).unwrap_or_default()), wanted }
    }

    fn number(&self, part: &'static str, most: u32, wanted: &'static str) -> Result<Option<u32>, BadRule> {
        let Some(text) = self.value(part) else { return Ok(None) };
        let number = text.parse::<u32>().ok().filter(|n| (1..=most).contains(n));
        number.map(Some).ok_or_else(|| self.bad(part, wanted))
    }

    /// A list of numbers whose size lies in `least..=most`; `from_the_end` allows negative ones.
    fn numbers(
        &self,
        part: &'static str,
        least: i16,
        most: i16,
        from_the_end: bool,
        wanted: &'static str,
    ) -> Result<Vec<i16>, BadRule> {
        let Some(text) = self.value(part) else { return Ok(Vec::new()) };
        let number = |item: &str| {
            let n: i16 = item.trim().parse().ok()?;
            let size = if from_the_end { n.saturating_abs() } else { n };
            (least..=most).contains(&size).then_some(n)
        };
        let mut list: Vec<i16> =
            text.split(',').map(|item| number(item).ok_or_else(|| self.bad(part, wanted))).collect::<Result<_, _>>()?;
        list.sort_unstable();
        list.dedup();
        Ok(list)
    }

    fn by_day(&self) -> Result<Vec<ByDay>, BadRule> {
        let Some(text) = self.value("BYDAY") else { return Ok(Vec::new()) };
        let day = |item: &str| {
            let item = item.trim();
            let (nth, name) = item.split_at_checked(item.len().checked_sub(2)?)?;
            let nth = match nth {
                "" => None,
                digits => Some(digits.parse::<i16>().ok().filter(|n| (1..=53).contains(&n.saturating_abs()))?),
            };
            Some(ByDay { nth, weekday: weekday(name)? })
        };
        let wanted = "weekdays (MO to SU), each with an optional number from 1 to 53 or -53 to -1";
        let mut list: Vec<ByDay> =
            text.split(',').map(|item| day(item).ok_or_else(|| self.bad("BYDAY", wanted))).collect::<Result<_, _>>()?;
        list.sort_unstable_by_key(|day| (day.nth, day.weekday.num_days_from_monday()));
        list.dedup();
        Ok(list)
    }

    fn until(&self) -> Result<Option<Until>, BadRule> {
        let Some(text) = self.value("UNTIL") else { return Ok(None) };
        let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let day = |text: &str| {
            let shaped = text.len() == 8 && digits(text);
            NaiveDate::parse_from_str(text, "%Y%m%d").ok().filter(|_| shaped)
        };
        let wall = |text: &str| {
            let (date, time) = text.split_once('T')?;
            let shaped = time.len() == 6 && digits(time);
            let time = NaiveTime::parse_from_str(time, "%H%M%S").ok().filter(|_| shaped)?;
            // A leap second is read as the one before it.
            day(date)?.and_time(time).with_nanosecond(0)
        };
        let until = if let Some(text) = text.strip_suffix('Z') {
            wall(text).map(|wall| Until::Instant(wall.and_utc()))
        } else {
            day(text).map(Until::Day).or_else(|| wall(text).map(Until::Wall))
        };
        let wanted = "a date or time such as 20301231, 20301231T235900 or 20301231T225900Z";
        until.map(Some).ok_or_else(|| self.bad("UNTIL", wanted))
    }
}

impl Parts {
    /// RFC 5545 3.3.10: the parts that may not stand together.
    fn refuse_clashes(&self) -> Result<(), BadRule> {
        use Frequency::{Daily, Monthly, Weekly, Yearly};
        let clash = |part, other, mend| Err(BadRule::Clash { part, other, mend });
        let frequency = self.frequency.name();
        if let (Some(count), Some(until)) = (self.count, self.until) {
            return Err(BadRule::CountAndUntil { count, until });
        }
        if self.by_day.iter().any(|day| day.nth.is_some()) {
            if !matches!(self.frequency, Monthly | Yearly) {
                return clash("a numbered BYDAY", frequency, "write the weekday alone, or use FREQ=MONTHLY");
            }
            if !self.by_week_no.is_empty() {
                return clash("a numbered BYDAY", "BYWEEKNO", "write the weekday alone");
            }
        }
        if !self.by_month_day.is_empty() && self.frequency == Weekly {
            return clash("BYMONTHDAY", frequency, "use FREQ=MONTHLY or FREQ=DAILY");
        }
        if !self.by_year_day.is_empty() && matches!(self.frequency, Daily | Weekly | Monthly) {
            return clash("BYYEARDAY", frequency, "use FREQ=YEARLY");
        }
        if !self.by_week_no.is_empty() && self.frequency != Yearly {
            return clash("BYWEEKNO", frequency, "use FREQ=YEARLY");
        }
        let others = [
            &self.by_month,
            &self.by_week_no,
            &self.by_year_day,
            &self.by_month_day,
            &self.by_hour,
            &self.by_minute,
            &self.by_second,
        ];
        if !self.by_set_pos.is_empty() && self.by_day.is_empty() && others.iter().all(|list| list.is_empty()) {
            return clash("BYSETPOS", "no other BY part", "say what it counts, such as BYDAY=MO,TU,WE,TH,FR");
        }
        Ok(())
    }
}

impl fmt::Display for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = |f: &mut fmt::Formatter<'_>, name: &str, numbers: &[i16]| {
            for (place, number) in numbers.iter().enumerate() {
                if place == 0 { write!(f, ";{name}={number}")? } else { write!(f, ",{number}")? }
            }
            Ok(())
        };
        write!(f, "FREQ={}", self.frequency.name())?;
        if let Some(until) = self.until {
            write!(f, ";UNTIL={until}")?;
        }
        if let Some(count) = self.count {
            write!(f, ";COUNT={count}")?;
        }
        if self.interval != 1 {
            write!(f, ";INTERVAL={}", self.interval)?;
        }
        list(f, "BYMONTH", &self.by_month)?;
        list(f, "BYWEEKNO", &self.by_week_no)?;
        list(f, "BYYEARDAY", &self.by_year_day)?;
        list(f, "BYMONTHDAY", &self.by_month_day)?;
        for (place, day) in self.by_day.iter().enumerate() {
            f.write_str(if place == 0 { ";BYDAY=" } else { "," })?;
            if let Some(nth) = day.nth {
                write!(f, "{nth}")?;
            }
            f.write_str(weekday_name(day.weekday))?;
        }
        list(f, "BYHOUR", &self.by_hour)?;
        list(f, "BYMINUTE", &self.by_minute)?;
        list(f, "BYSECOND", &self.by_second)?;
        list(f, "BYSETPOS", &self.by_set_pos)?;
        if self.week_start != Weekday::Mon {
            write!(f, ";WKST={}", weekday_name(self.week_start))?;
        }
        Ok(())
    }
}

const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

fn weekday(text: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(name, _)| *name == text).map(|(_, day)| *day)
}

fn weekday_name(day: Weekday) -> &'static str {
    WEEKDAYS[day.num_days_from_monday() as usize].0
}

fn clipped(text: &str) -> String {
    text.chars().take(40).collect()
}

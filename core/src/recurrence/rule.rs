//! A rule: its parts, and the one canonical text it is kept as.

use std::fmt;
use std::str::FromStr;

use chrono::{NaiveDate, NaiveDateTime, Weekday};
use serde::{Deserialize, Serialize};

use super::read::parts_of;
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
    pub(super) const ALL: [Self; 7] =
        [Self::Secondly, Self::Minutely, Self::Hourly, Self::Daily, Self::Weekly, Self::Monthly, Self::Yearly];

    pub(super) fn name(self) -> &'static str {
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
        let parts = parts_of(text)?;
        Ok(Self { text: parts.to_string(), parts })
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

/// Names of the weekdays, Monday first.
pub(super) const WEEKDAYS: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

fn weekday_name(day: Weekday) -> &'static str {
    WEEKDAYS[day.num_days_from_monday() as usize].0
}

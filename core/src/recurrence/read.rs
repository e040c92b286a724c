//! From text to the parts of a rule, or to what is wrong with it.

use chrono::{NaiveDate, NaiveTime, Timelike, Weekday};

use super::rule::{BadRule, ByDay, Frequency, MAX_INTERVAL, MAX_RULE_TEXT, Parts, Until, WEEKDAYS};

/// Reads a rule; what clients send is mended where its meaning is plain.
pub(super) fn parts_of(text: &str) -> Result<Parts, BadRule> {
    let text = text.trim();
    if text.len() > MAX_RULE_TEXT {
        return Err(BadRule::TooLong { length: text.len() });
    }
    if let Some(found) = text.chars().find(|c| c.is_control()) {
        return Err(BadRule::ControlCharacter { found });
    }
    let text = text.to_ascii_uppercase();
    let body = text.strip_prefix("RRULE:").unwrap_or(&text).trim();
    let parts = Given::read(body.strip_suffix(';').unwrap_or(body))?.checked()?;
    parts.refuse_clashes()?;
    Ok(parts)
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
        Ok(Parts {
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
        })
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

fn weekday(text: &str) -> Option<Weekday> {
    WEEKDAYS.iter().find(|(name, _)| *name == text).map(|(_, day)| *day)
}

fn clipped(text: &str) -> String {
    text.chars().take(40).collect()
}

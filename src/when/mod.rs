//! Times as people type them. Pure: what time it is and which zone counts are arguments.
//!
//! [`When`] is one point in time, [`DayWord`] one day, [`window`] what
//! `slot add` and `book --first` understand, [`length`] how long something
//! takes.

pub mod length;
pub mod window;

use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveDateTime, NaiveTime, Weekday};
use meetme_core::time::{Instant, Reading, Zone};

/// A point in time as typed: RFC 3339, or a day and a time on somebody's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// It carries its offset.
    Exact(Instant),
    /// A reading of a clock.
    Wall(DayWord, NaiveTime),
}

/// A day as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayWord {
    /// `2026-12-01`.
    Date(NaiveDate),
    /// `today`.
    Today,
    /// `tomorrow`.
    Tomorrow,
    /// `tue`: the next one, today included.
    Next(Weekday),
}

/// Which of two instants is meant when a clock shows a time twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fold {
    /// The first of them.
    Earlier,
    /// The second of them.
    Later,
}

/// The text is no time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadWords {
    /// It is no point in time.
    #[error(
        "`{given}` is not a time: write 2026-12-01T09:00:00Z, \"2026-12-01 09:00\", \"tomorrow 14:00\" or \"tue 10:00\""
    )]
    When {
        /// What was typed.
        given: String,
    },
    /// It is no day.
    #[error("`{given}` is not a day: write 2026-12-01, today, tomorrow or a weekday such as tue")]
    Day {
        /// What was typed.
        given: String,
    },
    /// It is no time of day.
    #[error("`{given}` is not a time of day: write 9:00, 14 or 17:30")]
    Time {
        /// What was typed.
        given: String,
    },
    /// It is no span of days and hours.
    #[error(
        "`{given}` is not a window: write \"mon-fri 9:00-12:00\", \"mon,wed 14-16\", \"2026-12-01 9:00-12:00\" or \"daily 9-10\""
    )]
    Window {
        /// What was typed.
        given: String,
    },
    /// The hours run backwards.
    #[error(
        "the end {end} is not after the start {start}: write the earlier time first, and split what crosses midnight"
    )]
    Backwards {
        /// The start.
        start: String,
        /// The end.
        end: String,
    },
    /// It is no length.
    #[error("`{given}` is not a length: write 30m, 1h30m, 2h, or a number of minutes")]
    Length {
        /// What was typed.
        given: String,
    },
    /// It is no time to wait.
    #[error("`{given}` is not a time to wait: write 30s, 5m, 2h, or a number of seconds")]
    Seconds {
        /// What was typed.
        given: String,
    },
    /// It is no number of days.
    #[error("`{given}` is not a number of days: write 60d, 8w, or a number of days")]
    Days {
        /// What was typed.
        given: String,
    },
    /// More windows than one command takes.
    #[error("{count} windows at once are too many: give at most {}", window::MAX_AT_ONCE)]
    TooMany {
        /// How many were given.
        count: usize,
    },
}

/// A reading that no clock or two clocks show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotOneTime {
    /// The clock goes forward past it.
    #[error("clocks in {zone} skip {wall}: the nearest real times are {before} and {after}")]
    Skipped {
        /// Whose clocks.
        zone: Zone,
        /// What was typed.
        wall: Wall,
        /// The last minute ahead of the gap.
        before: Wall,
        /// The first reading behind it.
        after: Wall,
    },
    /// The clock goes back and shows it twice.
    #[error("clocks in {zone} show {wall} twice, at {earlier} and at {later}")]
    Twice {
        /// Whose clocks.
        zone: Zone,
        /// What was typed.
        wall: Wall,
        /// The first time, with its offset.
        earlier: String,
        /// The second time, with its offset.
        later: String,
    },
}

/// A wall-clock reading, shown as `2026-12-01 09:00`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wall(pub NaiveDateTime);

impl std::fmt::Display for Wall {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m-%d %H:%M"))
    }
}

impl When {
    /// The instant that is meant, told by a clock in `zone` at `now`.
    ///
    /// A weekday is the next one whose time is still to come. A reading that
    /// the zone skips is refused with its neighbours; one shown twice needs a
    /// `fold`.
    pub fn resolve(self, now: Instant, zone: Zone, fold: Option<Fold>) -> Result<Instant, NotOneTime> {
        match self {
            Self::Exact(at) => Ok(at),
            Self::Wall(day, time) => {
                let here = zone.wall_at(now);
                let mut date = day.date(here.date());
                if matches!(day, DayWord::Next(_)) && date.and_time(time) <= here {
                    date = date.checked_add_days(Days::new(7)).unwrap_or(date);
                }
                instant_of(zone, date.and_time(time), fold)
            }
        }
    }
}

/// The one instant at which a clock in `zone` shows `wall`, with `fold` to choose between two.
pub fn instant_of(zone: Zone, wall: NaiveDateTime, fold: Option<Fold>) -> Result<Instant, NotOneTime> {
    match (zone.instant_of(wall), fold) {
        (Reading::Once(at), _) => Ok(at),
        (Reading::Twice { earlier, .. }, Some(Fold::Earlier)) => Ok(earlier),
        (Reading::Twice { later, .. }, Some(Fold::Later)) => Ok(later),
        (Reading::Twice { earlier, later }, None) => Err(NotOneTime::Twice {
            zone,
            wall: Wall(wall),
            earlier: with_offset(earlier, zone),
            later: with_offset(later, zone),
        }),
        (Reading::Skipped { before, after }, _) => {
            Err(NotOneTime::Skipped { zone, wall: Wall(wall), before: Wall(before), after: Wall(after) })
        }
    }
}

/// An instant as a clock in `zone` shows it, with the offset: `2026-12-01 09:00 +01:00`.
pub fn with_offset(at: Instant, zone: Zone) -> String {
    at.with_timezone(&zone.tz()).format("%Y-%m-%d %H:%M %:z").to_string()
}

impl DayWord {
    /// The day that is meant when `today` is today.
    pub fn date(self, today: NaiveDate) -> NaiveDate {
        let days_ahead = match self {
            Self::Date(date) => return date,
            Self::Today => 0,
            Self::Tomorrow => 1,
            Self::Next(weekday) => weekday.days_since(today.weekday()),
        };
        today.checked_add_days(Days::new(u64::from(days_ahead))).unwrap_or(today)
    }
}

impl std::fmt::Display for DayWord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Date(date) => write!(f, "{date}"),
            Self::Today => f.write_str("today"),
            Self::Tomorrow => f.write_str("tomorrow"),
            Self::Next(weekday) => write!(f, "{weekday}"),
        }
    }
}

impl FromStr for When {
    type Err = BadWords;

    fn from_str(text: &str) -> Result<Self, BadWords> {
        let text = text.trim();
        if let Ok(at) = DateTime::parse_from_rfc3339(text) {
            return Ok(Self::Exact(at.to_utc()));
        }
        let bad = || BadWords::When { given: clip(text) };
        // `2026-12-01T09:00` carries no offset, so it is read on the user's clock.
        let (day, time) =
            text.split_once(|c: char| c.is_whitespace()).or_else(|| text.split_once('T')).ok_or_else(bad)?;
        let day = day.parse::<DayWord>().map_err(|_| bad())?;
        Ok(Self::Wall(day, time_of_day(time).map_err(|_| bad())?))
    }
}

impl FromStr for DayWord {
    type Err = BadWords;

    fn from_str(text: &str) -> Result<Self, BadWords> {
        let word = text.trim().to_ascii_lowercase();
        match word.as_str() {
            "today" => return Ok(Self::Today),
            "tomorrow" => return Ok(Self::Tomorrow),
            _ => {}
        }
        if let Some(weekday) = weekday(&word) {
            return Ok(Self::Next(weekday));
        }
        NaiveDate::parse_from_str(&word, "%Y-%m-%d").map(Self::Date).map_err(|_| BadWords::Day { given: clip(text) })
    }
}

/// Reads `9`, `9:30`, `0930` or `09:30:00`.
fn time_of_day(text: &str) -> Result<NaiveTime, BadWords> {
    let bad = || BadWords::Time { given: clip(text) };
    // Without a colon a time is one word for every shell, so completion can offer it.
    if text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit()) {
        let number: u32 = text.parse().map_err(|_| bad())?;
        return NaiveTime::from_hms_opt(number / 100, number % 100, 0).ok_or_else(bad);
    }
    let mut parts = text.trim().split(':');
    let mut number = |least_digits: usize| match parts.next() {
        None => Ok(None),
        Some(digits) if (least_digits..=2).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) => {
            digits.parse::<u32>().map(Some).map_err(|_| bad())
        }
        Some(_) => Err(bad()),
    };
    let (hour, minute, second) = (number(1)?, number(2)?, number(2)?);
    if parts.next().is_some() {
        return Err(bad());
    }
    NaiveTime::from_hms_opt(hour.ok_or_else(bad)?, minute.unwrap_or(0), second.unwrap_or(0)).ok_or_else(bad)
}

/// Reads `tue` or `tuesday`, lower case.
fn weekday(word: &str) -> Option<Weekday> {
    // chrono knows both forms and nothing else.
    word.parse().ok()
}

/// What was typed, for a message: never the whole of something huge.
fn clip(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    fn berlin() -> Zone {
        "Europe/Berlin".parse().expect("a zone")
    }

    /// Monday, half past ten in Berlin.
    fn now() -> Instant {
        at("2026-11-30T09:30:00Z")
    }

    fn resolved(text: &str) -> Result<Instant, NotOneTime> {
        text.parse::<When>().expect("a time").resolve(now(), berlin(), None)
    }

    #[test]
    fn an_offset_settles_the_zone() {
        assert_eq!(resolved("2026-12-01T09:00:00-05:00"), Ok(at("2026-12-01T14:00:00Z")));
        assert_eq!(resolved("2026-12-01T09:00:00Z"), Ok(at("2026-12-01T09:00:00Z")));
    }

    #[test]
    fn words_are_read_on_the_users_clock() {
        assert_eq!(resolved("2026-12-01 09:00"), Ok(at("2026-12-01T08:00:00Z")));
        assert_eq!(resolved("2026-12-01T09:00"), Ok(at("2026-12-01T08:00:00Z")));
        assert_eq!(resolved("today 15:30"), Ok(at("2026-11-30T14:30:00Z")));
        assert_eq!(resolved("Tomorrow 14:00"), Ok(at("2026-12-01T13:00:00Z")));
        assert_eq!(resolved("2026-12-01T0900"), Ok(at("2026-12-01T08:00:00Z")));
        assert_eq!(resolved("tue 9"), Ok(at("2026-12-01T08:00:00Z")));
    }

    #[test]
    fn a_weekday_is_the_next_one_still_to_come() {
        assert_eq!(resolved("mon 11:00"), Ok(at("2026-11-30T10:00:00Z")));
        assert_eq!(resolved("monday 10:00"), Ok(at("2026-12-07T09:00:00Z")));
    }

    #[test]
    fn a_skipped_time_is_refused_with_its_neighbours() {
        let refused = resolved("2026-03-29 02:30").expect_err("no clock shows it");

        assert_eq!(
            refused.to_string(),
            "clocks in Europe/Berlin skip 2026-03-29 02:30: the nearest real times are 2026-03-29 01:59 and 2026-03-29 03:00"
        );
    }

    #[test]
    fn a_doubled_time_needs_a_fold() {
        let when: When = "2026-10-25 02:30".parse().expect("a time");
        let with = |fold| when.resolve(now(), berlin(), fold);

        assert_eq!(with(Some(Fold::Earlier)), Ok(at("2026-10-25T00:30:00Z")));
        assert_eq!(with(Some(Fold::Later)), Ok(at("2026-10-25T01:30:00Z")));
        let refused = with(None).expect_err("it is shown twice").to_string();
        assert!(refused.contains("2026-10-25 02:30 +02:00 and at 2026-10-25 02:30 +01:00"), "{refused}");
    }

    #[test]
    fn what_is_no_time_says_how_to_write_one() {
        for text in [
            "",
            "soon",
            "2026-13-01 09:00",
            "tue 25:00",
            "tue 2500",
            "tue +930",
            "tue 9:5",
            "tue 9:00:00:00",
            "9:00",
            "in 2 hours",
        ] {
            let bad = text.parse::<When>().expect_err(text);
            assert!(bad.to_string().contains("tomorrow 14:00"), "{bad}");
        }
    }
}

//! Windows in words: `mon-fri 9:00-12:00; sat 10-11`, and the filter of `book --first`.

use std::str::FromStr;

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike, Weekday};
use meetme_core::api;
use meetme_core::recurrence::Rule;
use meetme_core::time::{Minutes, Span, Zone};

use super::{BadWords, DayWord, clip, time_of_day, weekday};

/// The most windows that one command adds.
pub const MAX_AT_ONCE: usize = 100;

const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

/// Days and hours: `mon,wed 14-16`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Words {
    days: OnDays,
    hours: Hours,
}

/// Which days.
#[derive(Debug, Clone, PartialEq, Eq)]
enum OnDays {
    /// Every week on these, Monday first.
    Weekly(Vec<Weekday>),
    /// Once.
    Date(DayWord),
}

/// From one time of day to a later one, in minutes after midnight; the end may be 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hours {
    start: u32,
    end: u32,
}

/// Reads windows separated by `;`.
pub fn several(text: &str) -> Result<Vec<Words>, BadWords> {
    let parts: Vec<&str> = text.split(';').filter(|part| !part.trim().is_empty()).collect();
    match parts.len() {
        0 => Err(BadWords::Window { given: clip(text) }),
        count if count > MAX_AT_ONCE => Err(BadWords::TooMany { count }),
        _ => parts.into_iter().map(str::parse).collect(),
    }
}

impl FromStr for Words {
    type Err = BadWords;

    fn from_str(text: &str) -> Result<Self, BadWords> {
        let bad = || BadWords::Window { given: clip(text) };
        let lower = text.trim().to_ascii_lowercase();
        let (days, hours) = lower.split_once(char::is_whitespace).ok_or_else(bad)?;
        Ok(Self { days: days_of(days).ok_or_else(bad)?, hours: hours_of(hours, text)? })
    }
}

impl Words {
    /// The window they describe, of an event that begins on `first_day`, when
    /// `today` is today; both in the event's zone. It first begins on the
    /// first day that fits and is not over yet, and recurs up to the end of
    /// `until`. None if `until` comes before that.
    pub fn window(
        &self,
        today: NaiveDate,
        first_day: NaiveDate,
        until: Option<NaiveDate>,
        whole: bool,
    ) -> Option<api::NewWindow> {
        let (date, rrule) = match &self.days {
            OnDays::Date(day) => (day.date(today), None),
            OnDays::Weekly(days) => {
                let date = today.max(first_day).iter_days().take(7).find(|d| days.contains(&d.weekday()))?;
                (date, Some(weekly(days, until)))
            }
        };
        if until.is_some_and(|until| until < date) {
            return None;
        }
        let start = date.and_time(self.hours.start_time());
        let duration_minutes = Minutes(self.hours.end - self.hours.start);
        Some(api::NewWindow { start, duration_minutes, rrule, exdates: Vec::new(), whole })
    }
}

/// The rule that takes `days` every week.
fn weekly(days: &[Weekday], until: Option<NaiveDate>) -> Rule {
    let mut text = if days.len() == WEEK.len() {
        "FREQ=DAILY".to_owned()
    } else {
        let names: Vec<&str> = days.iter().map(|day| short(*day)).collect();
        format!("FREQ=WEEKLY;BYDAY={}", names.join(","))
    };
    if let Some(until) = until {
        text.push_str(&until.format(";UNTIL=%Y%m%dT235959").to_string());
    }
    text.parse().expect("days and a date make a rule")
}

fn short(day: Weekday) -> &'static str {
    ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][day.num_days_from_monday() as usize]
}

/// `mon`, `mon-fri`, `mon,wed`, `daily`, `weekdays`, `weekends`, a date, today, tomorrow.
fn days_of(text: &str) -> Option<OnDays> {
    match text {
        "daily" | "everyday" | "any" => return Some(OnDays::Weekly(WEEK.to_vec())),
        "weekday" | "weekdays" => return Some(OnDays::Weekly(WEEK[..5].to_vec())),
        "weekend" | "weekends" => return Some(OnDays::Weekly(WEEK[5..].to_vec())),
        _ => {}
    }
    if let Ok(day @ (DayWord::Date(_) | DayWord::Today | DayWord::Tomorrow)) = text.parse() {
        return Some(OnDays::Date(day));
    }
    let mut taken = [false; 7];
    for part in text.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (weekday(first)?, weekday(last)?);
        // `fri-mon` goes over the week's end.
        for ahead in 0..=last.days_since(first) {
            taken[(first.num_days_from_monday() + ahead) as usize % 7] = true;
        }
    }
    Some(OnDays::Weekly(WEEK.into_iter().filter(|day| taken[day.num_days_from_monday() as usize]).collect()))
}

/// `9-12`, `9:00-12:30`, `20-24`.
fn hours_of(text: &str, whole: &str) -> Result<Hours, BadWords> {
    let Some((start, end)) = text.split_once('-') else { return Err(BadWords::Window { given: clip(whole) }) };
    let (start_text, end_text) = (start.trim(), end.trim());
    let minute = |time: NaiveTime| time.hour() * 60 + time.minute();
    let start = minute(time_of_day(start_text)?);
    let end = if matches!(end_text, "24" | "24:00") { 24 * 60 } else { minute(time_of_day(end_text)?) };
    if end <= start {
        return Err(BadWords::Backwards { start: start_text.to_owned(), end: end_text.to_owned() });
    }
    Ok(Hours { start, end })
}

impl Hours {
    fn start_time(self) -> NaiveTime {
        NaiveTime::from_num_seconds_from_midnight_opt(self.start * 60, 0).expect("a start lies within the day")
    }

    /// Whether a slot between two wall-clock readings lies within.
    fn cover(self, start: NaiveDateTime, end: NaiveDateTime) -> bool {
        let midnight = start.date().and_time(NaiveTime::MIN);
        let from = midnight + TimeDelta::minutes(i64::from(self.start));
        let to = midnight + TimeDelta::minutes(i64::from(self.end));
        from <= start && end <= to
    }
}

/// Which slots `book --first` takes: `weekday 9-12`, `tue`, `9-12`, `any`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    days: OnDays,
    hours: Option<Hours>,
}

impl Filter {
    /// Whether a slot fits, on a clock in `zone` when `today` is today there.
    pub fn takes(&self, slot: Span, zone: Zone, today: NaiveDate) -> bool {
        let (start, end) = (zone.wall_at(slot.start()), zone.wall_at(slot.end()));
        let on_day = match &self.days {
            OnDays::Weekly(days) => days.contains(&start.weekday()),
            OnDays::Date(day) => day.date(today) == start.date(),
        };
        on_day && self.hours.is_none_or(|hours| hours.cover(start, end))
    }
}

impl FromStr for Filter {
    type Err = BadWords;

    fn from_str(text: &str) -> Result<Self, BadWords> {
        let lower = text.trim().to_ascii_lowercase();
        if let Some(days) = days_of(&lower) {
            return Ok(Self { days, hours: None });
        }
        if !lower.contains(char::is_whitespace) {
            return Ok(Self { days: OnDays::Weekly(WEEK.to_vec()), hours: Some(hours_of(&lower, text)?) });
        }
        let Words { days, hours } = lower.parse()?;
        Ok(Self { days, hours: Some(hours) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    /// A window told on Thursday 26 November 2026, of an event that begins on `first_day`.
    fn window(words: &str, first_day: &str) -> api::NewWindow {
        let words: Words = words.parse().expect("words");
        words.window(date("2026-11-26"), date(first_day), None, false).expect("a day fits")
    }

    fn shape(window: &api::NewWindow) -> (String, u32, Option<String>) {
        (window.start.to_string(), window.duration_minutes.0, window.rrule.as_ref().map(ToString::to_string))
    }

    #[test]
    fn weekdays_recur_weekly() {
        let weekly = |days: &str| Some(format!("FREQ=WEEKLY;BYDAY={days}"));

        assert_eq!(
            shape(&window("mon-fri 9:00-12:00", "2026-12-01")),
            ("2026-12-01 09:00:00".into(), 180, weekly("MO,TU,WE,TH,FR"))
        );
        assert_eq!(shape(&window("mon,wed 14-16", "2026-12-01")), ("2026-12-02 14:00:00".into(), 120, weekly("MO,WE")));
        assert_eq!(
            shape(&window("fri-mon 8-9:30", "2026-12-01")),
            ("2026-12-04 08:00:00".into(), 90, weekly("MO,FR,SA,SU"))
        );
    }

    #[test]
    fn every_day_is_a_daily_rule() {
        assert_eq!(
            shape(&window("daily 20-24", "2026-12-01")),
            ("2026-12-01 20:00:00".into(), 240, Some("FREQ=DAILY".into()))
        );
    }

    #[test]
    fn a_date_happens_once() {
        assert_eq!(shape(&window("2026-12-01 9:00-12:00", "2026-12-01")), ("2026-12-01 09:00:00".into(), 180, None));
    }

    #[test]
    fn a_rule_begins_no_earlier_than_today() {
        assert_eq!(window("mon 9-10", "2026-01-01").start.to_string(), "2026-11-30 09:00:00");
        assert_eq!(window("thu 9-10", "2026-01-01").start.to_string(), "2026-11-26 09:00:00");
    }

    #[test]
    fn until_ends_the_rule_with_its_day() {
        let words: Words = "mon 9-10".parse().expect("words");
        let with = |until| words.window(date("2026-11-26"), date("2026-12-01"), Some(date(until)), false);

        let rule = with("2026-12-31").and_then(|w| w.rrule).map(|rule| rule.to_string());
        assert_eq!(rule.as_deref(), Some("FREQ=WEEKLY;UNTIL=20261231T235959;BYDAY=MO"));
        assert_eq!(with("2026-12-02").map(|w| w.start), None);
    }

    #[test]
    fn several_windows_are_told_apart_by_semicolons() {
        assert_eq!(several("mon 9-10; tue 9-10;").map(|w| w.len()), Ok(2));
        assert!(several(" ; ").is_err());
        assert_eq!(several(&"mon 9-10;".repeat(101)), Err(BadWords::TooMany { count: 101 }));
    }

    #[test]
    fn hours_that_run_backwards_are_named() {
        let bad = |text: &str| text.parse::<Words>().expect_err("backwards").to_string();

        assert!(bad("mon 12:00-9:00").starts_with("the end 9:00 is not after the start 12:00"));
        assert!(bad("mon 9-9").starts_with("the end 9 is not after the start 9"));
    }

    #[test]
    fn what_is_no_window_says_how_to_write_one() {
        for text in ["", "mon", "9-10", "someday 9-10", "mon 9", "mon- 9-10", "2026-02-30 9-10"] {
            assert!(matches!(text.parse::<Words>(), Err(BadWords::Window { .. })), "{text}");
        }
        assert!(matches!("mon 9-25".parse::<Words>(), Err(BadWords::Time { .. })));
    }

    #[test]
    fn a_filter_takes_slots_that_lie_within_its_hours() {
        let slot = |start: &str, end: &str| {
            Span::new(start.parse().expect("an instant"), end.parse().expect("an instant")).expect("a span")
        };
        let berlin: Zone = "Europe/Berlin".parse().expect("a zone");
        let takes = |filter: &str, slot: Span| {
            filter.parse::<Filter>().expect("a filter").takes(slot, berlin, date("2026-11-26"))
        };
        // A Tuesday, nine in the morning in Berlin.
        let tuesday = slot("2026-12-01T08:00:00Z", "2026-12-01T08:30:00Z");

        for fits in ["weekday 9-12", "tue", "9-9:30", "any", "2026-12-01", "2026-12-01 9-10", "mon,tue 8-10"] {
            assert!(takes(fits, tuesday), "{fits}");
        }
        for misses in ["weekend", "weekday 9:10-12", "9-9:20", "today", "mon 9-12"] {
            assert!(!takes(misses, tuesday), "{misses}");
        }
    }
}

//! Random events, and what is right about them: a walk hour by hour that shares no code with the reader or the index.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone};
use meetme_core::time::{Instant, Zone};
use proptest::prelude::*;

/// The reader's zone.
pub const HOME: &str = "America/New_York";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Utc,
    Berlin,
    Floating,
    Day,
}

#[derive(Debug, Clone)]
pub struct Sketch {
    pub form: Form,
    start: NaiveDateTime,
    /// Minutes; days for a day; 0 is a point.
    length: i64,
    pub rule: Option<Repeat>,
    /// Which instances are left out.
    exdates: Vec<usize>,
    /// Which instances are moved, by how many minutes, and whether they are cancelled.
    moved: BTreeMap<usize, (i64, bool)>,
}

#[derive(Debug, Clone)]
pub struct Repeat {
    /// Hours, days or weeks.
    unit: &'static str,
    interval: i64,
    by_day: BTreeSet<u32>,
    count: Option<usize>,
    pub until: Option<NaiveDateTime>,
}

const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// Nothing is asked about later than this.
const HORIZON: &str = "2026-07-01T00:00:00";

/// An instance as the naive evaluation sees it: when, and in which component.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    pub start: Instant,
    pub end: Instant,
    pub moved: bool,
    pub cancelled: bool,
}

impl Sketch {
    fn zone(&self) -> Zone {
        let name = match self.form {
            Form::Utc => "UTC",
            Form::Berlin => "Europe/Berlin",
            Form::Floating | Form::Day => HOME,
        };
        name.parse().expect("a zone")
    }

    /// The instant of a reading, as RFC 5545 3.3.5 says it.
    fn instant(&self, wall: NaiveDateTime) -> Instant {
        match self.zone().tz().from_local_datetime(&wall) {
            MappedLocalTime::Single(at) => at.to_utc(),
            MappedLocalTime::Ambiguous(earlier, _) => earlier.to_utc(),
            MappedLocalTime::None => {
                let before = self
                    .zone()
                    .tz()
                    .from_local_datetime(&(wall - TimeDelta::hours(3)))
                    .earliest()
                    .expect("no gap is longer");
                before.to_utc() + TimeDelta::hours(3)
            }
        }
    }

    /// Every reading that the rule names and DTSTART, by instant.
    fn starts(&self) -> BTreeMap<Instant, NaiveDateTime> {
        let mut starts = BTreeMap::from([(self.instant(self.start), self.start)]);
        let Some(rule) = &self.rule else { return starts };
        let (mut reading, mut found) = (self.start, 0);
        let monday = |at: NaiveDateTime| at.date().num_days_from_ce() - at.weekday().num_days_from_monday() as i32;
        while reading < wall(HORIZON)
            && rule.count.is_none_or(|count| found < count)
            && rule.until.is_none_or(|until| reading <= until)
        {
            let since = reading - self.start;
            let in_step = match rule.unit {
                "HOURLY" => since.num_hours() % rule.interval == 0,
                "DAILY" => reading.time() == self.start.time() && since.num_days() % rule.interval == 0,
                _ => {
                    reading.time() == self.start.time()
                        && i64::from(monday(reading) - monday(self.start)) / 7 % rule.interval == 0
                }
            };
            let day = reading.weekday().num_days_from_monday();
            let on_day = match (rule.unit, rule.by_day.is_empty()) {
                ("WEEKLY", true) => day == self.start.weekday().num_days_from_monday(),
                (_, true) => true,
                (_, false) => rule.by_day.contains(&day),
            };
            if in_step && on_day {
                found += 1;
                starts.entry(self.instant(reading)).or_insert(reading);
            }
            reading += TimeDelta::hours(1);
        }
        starts
    }

    fn end(&self, start: Instant, reading: NaiveDateTime) -> Instant {
        match self.form {
            Form::Day => self.instant(reading + TimeDelta::days(self.length.max(1))),
            _ => start + TimeDelta::minutes(self.length),
        }
    }

    /// The instances, with those that are left out or moved.
    pub fn seen(&self) -> Vec<Seen> {
        let starts: Vec<_> = self.starts().into_iter().collect();
        let moved = |place: usize| self.moved.get(&place).filter(|_| self.rule.is_some());
        let mut seen = Vec::new();
        for (place, (start, reading)) in starts.iter().enumerate() {
            if let Some((by, cancelled)) = moved(place) {
                let start = *start + TimeDelta::minutes(*by);
                seen.push(Seen { start, end: start + TimeDelta::minutes(30), moved: true, cancelled: *cancelled });
            } else if !self.exdates.contains(&place) {
                seen.push(Seen { start: *start, end: self.end(*start, *reading), moved: false, cancelled: false });
            }
        }
        seen
    }

    fn told(&self, name: &str, reading: NaiveDateTime) -> String {
        match self.form {
            Form::Utc => format!("{name}:{}Z", reading.format("%Y%m%dT%H%M%S")),
            Form::Berlin => format!("{name};TZID=Europe/Berlin:{}", reading.format("%Y%m%dT%H%M%S")),
            Form::Floating => format!("{name}:{}", reading.format("%Y%m%dT%H%M%S")),
            Form::Day => format!("{name};VALUE=DATE:{}", reading.format("%Y%m%d")),
        }
    }

    pub fn text(&self) -> String {
        let mut lines = vec![
            "BEGIN:VEVENT".to_owned(),
            "UID:1".to_owned(),
            "SUMMARY:main".to_owned(),
            self.told("DTSTART", self.start),
        ];
        match (self.form, self.length) {
            (Form::Day, days) => lines.push(format!("DURATION:P{}D", days.max(1))),
            (_, 0) => {}
            (_, minutes) => lines.push(format!("DURATION:PT{minutes}M")),
        }
        let starts: Vec<_> = self.starts().into_iter().collect();
        if let Some(rule) = &self.rule {
            let mut text = format!("RRULE:FREQ={};INTERVAL={}", rule.unit, rule.interval);
            if !rule.by_day.is_empty() {
                let days: Vec<_> = rule.by_day.iter().map(|day| DAYS[*day as usize]).collect();
                text.push_str(&format!(";BYDAY={}", days.join(",")));
            }
            if let Some(count) = rule.count {
                text.push_str(&format!(";COUNT={count}"));
            }
            if let Some(until) = rule.until {
                let form = if self.form == Form::Day {
                    "%Y%m%d"
                } else if self.form == Form::Utc {
                    "%Y%m%dT%H%M%SZ"
                } else {
                    "%Y%m%dT%H%M%S"
                };
                text.push_str(&format!(";UNTIL={}", until.format(form)));
            }
            lines.push(text);
        }
        let out = self.exdates.iter().filter_map(|place| starts.get(*place));
        lines.extend(out.map(|(_, reading)| self.told("EXDATE", *reading)));
        lines.push("END:VEVENT".to_owned());
        for (place, (by, cancelled)) in self.moved.iter().filter(|_| self.rule.is_some()) {
            let Some((start, reading)) = starts.get(*place) else { continue };
            lines.extend(["BEGIN:VEVENT", "UID:1", "SUMMARY:moved", "DURATION:PT30M"].map(str::to_owned));
            lines.push(self.told("RECURRENCE-ID", *reading));
            lines.push(format!("DTSTART:{}", (*start + TimeDelta::minutes(*by)).format("%Y%m%dT%H%M%SZ")));
            lines.extend(cancelled.then(|| "STATUS:CANCELLED".to_owned()));
            lines.push("END:VEVENT".to_owned());
        }
        calendar(&lines.join("\n"))
    }
}

fn repeats(form: Form) -> impl Strategy<Value = Option<Repeat>> {
    let units = if form == Form::Day { vec!["DAILY", "WEEKLY"] } else { vec!["HOURLY", "DAILY", "WEEKLY"] };
    let ends = prop_oneof![
        Just((None, None)),
        (1..40_usize).prop_map(|count| (Some(count), None)),
        (0..2_000_i64).prop_map(|hours| (None, Some(wall("2026-03-20T00:00:00") + TimeDelta::hours(hours)))),
    ];
    let rule = (proptest::sample::select(units), 1..4_i64, proptest::collection::btree_set(0..7_u32, 0..3), ends);
    let rule = rule.prop_map(move |(unit, interval, by_day, (count, until))| {
        let until = until.map(|until: NaiveDateTime| if form == Form::Day { until.date().into() } else { until });
        Repeat { unit, interval, by_day, count, until }
    });
    proptest::option::weighted(0.8, rule)
}

pub fn sketches() -> impl Strategy<Value = Sketch> {
    proptest::sample::select(vec![Form::Utc, Form::Berlin, Form::Floating, Form::Day]).prop_flat_map(|form| {
        let length = if form == Form::Day { 0..4_i64 } else { 0..600_i64 };
        let moved = proptest::collection::btree_map(0..12_usize, (-3_000..3_000_i64, any::<bool>()), 0..3);
        let exdates = proptest::collection::vec(0..12_usize, 0..4);
        (0..2_000_i64, length, repeats(form), exdates, moved).prop_map(move |(hours, length, rule, exdates, moved)| {
            let start = wall("2026-03-01T00:30:00") + TimeDelta::hours(hours % 1_500);
            let start = if form == Form::Day { start.date().into() } else { start };
            Sketch { form, start, length, rule, exdates, moved }
        })
    })
}

/// A range within a few weeks around the changes of clocks, sometimes open.
pub fn ranges() -> impl Strategy<Value = (Option<Instant>, Option<Instant>)> {
    let start = (0..100_000_i64).prop_map(|minutes| at("2026-03-01T00:00:00Z") + TimeDelta::minutes(minutes));
    (start, 1..20_000_i64, 0..6_u8).prop_map(|(start, minutes, open)| match open {
        0 => (None, Some(start)),
        1 => (Some(start), None),
        _ => (Some(start), Some(start + TimeDelta::minutes(minutes))),
    })
}

/// RFC 4791 9.9 for events, as it reads.
pub fn overlaps(seen: &Seen, (start, end): (Option<Instant>, Option<Instant>)) -> bool {
    let before_end = end.is_none_or(|end| end > seen.start);
    let after_start = if seen.start == seen.end {
        start.is_none_or(|start| start <= seen.start)
    } else {
        start.is_none_or(|start| start < seen.end)
    };
    before_end && after_start
}

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn wall(text: &str) -> NaiveDateTime {
    text.parse().expect("a wall time")
}

/// A calendar around lines that are separated by LF.
fn calendar(lines: &str) -> String {
    let lines = lines.replace('\n', "\r\n");
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{lines}\r\nEND:VCALENDAR\r\n")
}

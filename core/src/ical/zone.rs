//! VTIMEZONE (RFC 5545 3.6.5): what a zone's clock does in some years, each change at its exact time.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use chrono_tz::{OffsetComponents, OffsetName, TZ_VARIANTS};

use super::PRODID;
use super::write::Document;
use crate::time::{Instant, Span, Zone};

/// The most years that a VTIMEZONE describes; later changes are left to the reader's own data.
const MAX_YEARS: i32 = 100;

/// A stretch between two changes of the offset.
#[derive(PartialEq, Eq)]
struct Observance {
    daylight: bool,
    from: TimeDelta,
    to: TimeDelta,
    name: Option<String>,
}

/// Writes the VTIMEZONE of `zone` for all years that `span` touches.
pub(super) fn vtimezone(document: &mut Document, zone: Zone, span: Span) {
    vtimezone_as(document, zone.name(), zone, span);
}

/// The same under another name.
pub(crate) fn vtimezone_as(document: &mut Document, tzid: &str, zone: Zone, span: Span) {
    document.component("VTIMEZONE", |document| {
        document.line(&format!("TZID:{tzid}"));
        for (observance, onsets) in observances(zone, years(zone, span)) {
            observance.write(document, &onsets);
        }
    });
}

/// The years that are told of a zone where it is not known which ones matter: 1990 to 2049.
pub(crate) fn told_years() -> Span {
    let first = |year| NaiveDate::from_ymd_opt(year, 6, 1).expect("a day").and_time(NaiveTime::MIN).and_utc();
    Span::new(first(1990), first(2049)).expect("the years are in order")
}

/// A calendar with nothing but the VTIMEZONE of `zone`: the value of CALDAV:calendar-timezone, and what
/// stands behind a time zone by reference (RFC 7809). It tells the years 1990 to 2049.
pub fn timezone_text(zone: Zone) -> String {
    let mut document = Document::default();
    document.component("VCALENDAR", |document| {
        document.plain("VERSION", "2.0");
        document.plain("PRODID", PRODID);
        vtimezone(document, zone, told_years());
    });
    document.into_text()
}

/// The names of all zones that can be referred to.
pub fn known_zones() -> impl Iterator<Item = &'static str> {
    TZ_VARIANTS.iter().map(|zone| zone.name())
}

/// Whole years of the wall clock around `span`.
fn years(zone: Zone, span: Span) -> Span {
    let first = zone.day_at(span.start()).year();
    let last = zone.day_at(span.end()).year().min(first + MAX_YEARS - 1);
    let day = |year, month, day| NaiveDate::from_ymd_opt(year, month, day).expect("a year that events can have");
    let end = zone.day(day(last, 12, 31)).end();
    Span::new(zone.day(day(first, 1, 1)).start(), end).expect("a year has days")
}

/// What is in force at the beginning, then every change, the same ones together, with their wall-clock onsets.
fn observances(zone: Zone, years: Span) -> Vec<(Observance, Vec<NaiveDateTime>)> {
    let begins = zone.offset_at(years.start());
    let mut all = vec![(observance(zone, years.start(), begins), vec![zone.wall_at(years.start())])];
    for at in changes(zone, years) {
        let before = zone.offset_at(at - TimeDelta::seconds(1));
        let change = observance(zone, at, before);
        // An onset is told by the clock that it ends.
        let onset = at.naive_utc() + before;
        match all[1..].iter_mut().find(|(known, _)| *known == change) {
            Some((_, onsets)) => onsets.push(onset),
            None => all.push((change, vec![onset])),
        }
    }
    all
}

fn observance(zone: Zone, at: Instant, from: TimeDelta) -> Observance {
    let local = at.with_timezone(&zone.tz());
    let offset = local.offset();
    Observance {
        daylight: !offset.dst_offset().is_zero(),
        from,
        to: zone.offset_at(at),
        name: offset.abbreviation().map(str::to_owned),
    }
}

/// When the offset changes within `years`, ascending. Two changes are never less than a day apart.
fn changes(zone: Zone, years: Span) -> Vec<Instant> {
    let mut changes = Vec::new();
    let mut day = years.start();
    // A day at a time through MAX_YEARS at most.
    while day < years.end() {
        let next = (day + TimeDelta::days(1)).min(years.end());
        if zone.offset_at(day) != zone.offset_at(next) {
            changes.push(change_between(zone, day, next));
        }
        day = next;
    }
    // What changes with the first instant of the next year belongs there.
    changes.retain(|at| *at < years.end());
    changes
}

/// Halves the stretch between an instant with the old offset and one with the new down to a second.
fn change_between(zone: Zone, old: Instant, new: Instant) -> Instant {
    let offset = zone.offset_at(old);
    let (mut old, mut new) = (old, new);
    while new - old > TimeDelta::seconds(1) {
        let middle = old + TimeDelta::seconds((new - old).num_seconds() / 2);
        if zone.offset_at(middle) == offset { old = middle } else { new = middle }
    }
    new
}

impl Observance {
    fn write(&self, document: &mut Document, onsets: &[NaiveDateTime]) {
        let onsets: Vec<_> = onsets.iter().map(|onset| onset.format("%Y%m%dT%H%M%S").to_string()).collect();
        document.component(if self.daylight { "DAYLIGHT" } else { "STANDARD" }, |document| {
            document.plain("DTSTART", &onsets[0]);
            document.plain("TZOFFSETFROM", &offset_text(self.from));
            document.plain("TZOFFSETTO", &offset_text(self.to));
            if let Some(name) = &self.name {
                document.text("TZNAME", name);
            }
            if onsets.len() > 1 {
                document.plain("RDATE", &onsets[1..].join(","));
            }
        });
    }
}

/// `+0100`, and seconds where a zone has them.
fn offset_text(offset: TimeDelta) -> String {
    let sign = if offset < TimeDelta::zero() { '-' } else { '+' };
    let seconds = offset.num_seconds().abs();
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let tail = if seconds == 0 { String::new() } else { format!("{seconds:02}") };
    format!("{sign}{hours:02}{minutes:02}{tail}")
}

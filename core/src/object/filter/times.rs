//! What overlaps a time range: the tables of RFC 4791 9.9.

use chrono::TimeDelta;

use super::TimeRange;
use crate::object::entry::Entry;
use crate::object::instances::{EARLIEST, Happening, LATEST};
use crate::object::value::{Length, Moment, duration, moment, moment_in, period};
use crate::object::{Component, Kind, Object, ObjectZone, Property};
use crate::recurrence::{Steps, TooManySteps};
use crate::time::{Clock, Instant};

/// A time range with both its ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    start: Instant,
    end: Instant,
}

impl From<TimeRange> for Range {
    fn from(range: TimeRange) -> Self {
        Self {
            start: range.start.map_or(EARLIEST, |at| at.clamp(EARLIEST, LATEST)),
            end: range.end.map_or(LATEST, |at| at.clamp(EARLIEST, LATEST)),
        }
    }
}

impl Range {
    fn ends(self) -> (Instant, Instant) {
        (self.start, self.end)
    }

    fn holds(self, at: Instant) -> bool {
        self.start <= at && self.end > at
    }

    fn overlaps(self, start: Instant, end: Instant) -> bool {
        self.start < end && self.end > start
    }
}

/// Whether an entry, or an instance that has no component of its own, overlaps the range.
pub(super) fn entry_matches(
    object: &Object<'_>,
    place: usize,
    floating: &ObjectZone,
    range: Range,
    steps: &mut Steps,
) -> Result<bool, TooManySteps> {
    let entry = &object.entries[place];
    let component = object.component(entry);
    match object.kind() {
        Kind::FreeBusy => return free_busy_matches(object, entry, floating, range, steps),
        Kind::Availability => {
            let at = |moment: &Option<Moment>| moment.as_ref().map(|moment| moment.instant(floating));
            let (start, end) = (at(&entry.start).unwrap_or(EARLIEST), at(&entry.end).unwrap_or(LATEST));
            return Ok(range.overlaps(start, end));
        }
        Kind::Todo if entry.start.is_none() && entry.recurrence_id.is_none() => {
            return Ok(todo_without_start_matches(object, entry, component, floating, range));
        }
        Kind::Journal if entry.start.is_none() && entry.recurrence_id.is_none() => return Ok(false),
        Kind::Event | Kind::Todo | Kind::Journal => {}
    }
    let test = |happening: &Happening| happening.entry == place && overlaps(object, happening, floating, range);
    // A to-do may match where it is due, away from where it starts.
    let once = object.is(Kind::Todo) && !entry.recurs();
    if once || entry.recurrence_id.is_some() && !entry.and_future {
        return Ok(object.own_happening(place, floating).is_some_and(|happening| test(&happening)));
    }
    object.any_happening(floating, range.ends(), steps, test)
}

/// Whether one instance of an event, to-do or journal overlaps the range.
pub(crate) fn overlaps(object: &Object<'_>, happening: &Happening, floating: &ObjectZone, range: Range) -> bool {
    let entry = &object.entries[happening.entry];
    if object.is(Kind::Todo) {
        todo_matches(entry, happening, floating, range)
    } else {
        event_matches(entry, happening, range)
    }
}

/// VEVENT and VJOURNAL: what has a length overlaps, what has none is a point.
fn event_matches(entry: &Entry, happening: &Happening, range: Range) -> bool {
    if happening.end > happening.start || entry.end.is_some() {
        range.overlaps(happening.start, happening.end)
    } else {
        range.holds(happening.start)
    }
}

/// VTODO with DTSTART.
fn todo_matches(entry: &Entry, happening: &Happening, floating: &ObjectZone, range: Range) -> bool {
    let Range { start, end } = range;
    let begins = happening.start;
    if let Some(due) = &entry.end {
        // Only a to-do that happens once may be due before it starts.
        let due = if entry.recurs() { happening.end } else { due.instant(floating) };
        return (start < due || start <= begins) && (end > begins || end >= due);
    }
    if entry.duration.is_some() {
        return start <= happening.end && (end > begins || end >= happening.end);
    }
    range.holds(begins)
}

/// VTODO without DTSTART: DUE, else COMPLETED and CREATED, else always.
fn todo_without_start_matches(
    object: &Object<'_>,
    entry: &Entry,
    component: &Component<'_>,
    floating: &ObjectZone,
    Range { start, end }: Range,
) -> bool {
    if let Some(due) = &entry.end {
        let due = due.instant(floating);
        return start < due && end >= due;
    }
    let at = |name| moment_in(component, name, &object.zones).map(|moment| moment.instant(floating));
    match (at("COMPLETED"), at("CREATED")) {
        (Some(completed), Some(created)) => {
            (start <= created || start <= completed) && (end >= created || end >= completed)
        }
        (Some(completed), None) => start <= completed && end >= completed,
        (None, Some(created)) => end > created,
        (None, None) => true,
    }
}

fn free_busy_matches(
    object: &Object<'_>,
    entry: &Entry,
    floating: &ObjectZone,
    range: Range,
    steps: &mut Steps,
) -> Result<bool, TooManySteps> {
    if let (Some(start), Some(end)) = (&entry.start, &entry.end) {
        return Ok(range.start <= end.instant(floating) && range.end > start.instant(floating));
    }
    let periods = object.periods(object.component(entry), floating, steps)?;
    Ok(periods.iter().any(|(span, _)| range.overlaps(span.start(), span.end())))
}

/// Whether an alarm of an entry goes off in the range, repetitions included.
pub(super) fn alarm_matches(
    object: &Object<'_>,
    place: usize,
    alarm: &Component<'_>,
    floating: &ObjectZone,
    range: Range,
    steps: &mut Steps,
) -> Result<bool, TooManySteps> {
    let Some(trigger) = alarm.property("TRIGGER") else { return Ok(false) };
    let repeats = Repeats::of(alarm);
    let Some(offset) = duration(trigger.value()) else {
        let at = moment(trigger.value(), trigger.param("TZID"), &object.zones);
        return Ok(at.is_some_and(|at| repeats.hit(at.instant(floating), range)));
    };
    let from_end = trigger.param("RELATED").is_some_and(|related| related.eq_ignore_ascii_case("END"));
    let entry = &object.entries[place];
    let goes_off = |anchor: Instant| {
        let clock = entry.start.as_ref().map_or(floating, |start| start.clock(floating));
        repeats.hit(offset.after(clock.wall_at(anchor), clock), range)
    };
    if entry.start.is_none() {
        // A to-do without a start has its due time alone, which RFC 4791 7.8.5 takes for both.
        return Ok(entry.end.as_ref().is_some_and(|due| goes_off(due.instant(floating))));
    }
    // An instance whose alarm goes off in the range lies at most this far from it.
    let shift = TimeDelta::seconds(offset.days * 86_400 + offset.seconds);
    let slack = if offset.days == 0 { TimeDelta::zero() } else { TimeDelta::hours(26) };
    let reach = (range.start - shift - slack - repeats.length(), range.end - shift + slack);
    object.any_happening(floating, reach, steps, |happening| {
        happening.entry == place && goes_off(if from_end { happening.end } else { happening.start })
    })
}

/// REPEAT and DURATION of an alarm.
struct Repeats {
    count: i64,
    every: i64,
}

/// More repetitions are not looked at.
const MAX_REPEATS: i64 = 10_000;

impl Repeats {
    fn of(alarm: &Component<'_>) -> Self {
        let count = alarm.value("REPEAT").and_then(|text| text.parse().ok()).unwrap_or(0);
        let every = alarm.value("DURATION").and_then(duration).unwrap_or_default();
        Self {
            count: i64::clamp(count, 0, MAX_REPEATS),
            every: (every.days * 86_400 + every.seconds).clamp(0, 86_400 * 366),
        }
    }

    fn length(&self) -> TimeDelta {
        TimeDelta::seconds(self.count * self.every)
    }

    fn hit(&self, first: Instant, range: Range) -> bool {
        let late = (range.start - first).num_seconds();
        let nth = if late > 0 && self.every > 0 { (late + self.every - 1) / self.every } else { 0 };
        nth <= self.count && range.holds(first + TimeDelta::seconds(nth * self.every))
    }
}

/// Whether a property names a time in the range: a day and a period overlap it, a time lies in it.
pub(super) fn property_matches(
    property: &Property<'_>,
    object: &Object<'_>,
    floating: &ObjectZone,
    range: Range,
) -> bool {
    let tzid = property.param("TZID");
    property.value().split(',').any(|item| {
        if let Some((start, end)) = period(item, tzid, &object.zones) {
            let end = end.length(&start, floating).after(start.wall(), start.clock(floating));
            return range.overlaps(start.instant(floating), end);
        }
        match moment(item, tzid, &object.zones) {
            Some(day @ Moment::Day(_)) => {
                let end = Length::of_days(1).after(day.wall(), floating);
                range.overlaps(day.instant(floating), end)
            }
            Some(moment) => range.holds(moment.instant(floating)),
            None => false,
        }
    })
}

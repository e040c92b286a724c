//! The calendar that is measured, and what is right about it, worked out without anything of the server's.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use meetme_core::time::{Instant, Span, Zone};

/// How many entries there are; one in ten recurs.
pub const OBJECTS: usize = 2_000;
/// Instances of what recurs, a week apart.
const WEEKS: usize = 10;

/// An entry and when it happens.
pub struct Object {
    pub name: String,
    pub text: String,
    pub instances: Vec<Span>,
}

/// How the 200 recur.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Recurring {
    /// Ten times, and each begins three days behind the one before.
    TenTimes,
    /// On three days a week from the first day on, for ever; this many weeks of it are worked out.
    ForEver(i64),
}

/// `count` entries: one of ten recurs in Berlin, the others come every six hours in UTC. Those beyond the first
/// [`OBJECTS`] lie before `first`, so that as many as ever happen in any week behind it.
pub fn objects(first: NaiveDate, count: usize, recurring: Recurring) -> Vec<Object> {
    let berlin: Zone = "Europe/Berlin".parse().expect("a zone");
    let mut objects = Vec::with_capacity(count);
    for number in 0..count {
        let before = i64::try_from(number / OBJECTS).unwrap_or(0);
        let (tens, ones) = ((number % OBJECTS) / 10, number % 10);
        let tens = i64::try_from(tens).unwrap_or(0);
        objects.push(if ones < 9 {
            let nth = tens * 9 + i64::try_from(ones).unwrap_or(0) - before * 1_800;
            once(number, at(first, 2, 0) + TimeDelta::hours(6 * nth))
        } else {
            let start = match recurring {
                Recurring::TenTimes => at(first, 12, 30) + TimeDelta::days(3 * (tens - before * 200)),
                Recurring::ForEver(_) => at(first, 6, 0) + TimeDelta::minutes(15 * (tens % 32)),
            };
            again(number, start, berlin, recurring)
        });
    }
    objects
}

fn at(day: NaiveDate, hour: u32, minute: u32) -> NaiveDateTime {
    day.and_hms_opt(hour, minute, 0).expect("a time of day")
}

fn once(number: usize, start: NaiveDateTime) -> Object {
    let (from, to) = (start.format("%Y%m%dT%H%M%SZ"), (start + TimeDelta::hours(1)).format("%Y%m%dT%H%M%SZ"));
    let lines = format!("DTSTART:{from}\r\nDTEND:{to}\r\n");
    let span = Span::new(start.and_utc(), start.and_utc() + TimeDelta::hours(1)).expect("an hour");
    object(number, "", &lines, vec![span])
}

fn again(number: usize, start: NaiveDateTime, zone: Zone, recurring: Recurring) -> Object {
    let wall = start.format("%Y%m%dT%H%M%S");
    let (rule, days): (String, Vec<i64>) = match recurring {
        Recurring::TenTimes => (
            format!("FREQ=WEEKLY;COUNT={WEEKS}"),
            (0..WEEKS).map(|week| 7 * i64::try_from(week).unwrap_or(0)).collect(),
        ),
        // Both names and distances: the first day is a Monday.
        Recurring::ForEver(weeks) => (
            "FREQ=WEEKLY;BYDAY=MO,WE,FR".to_owned(),
            (0..weeks).flat_map(|week| [0, 2, 4].map(|day| 7 * week + day)).collect(),
        ),
    };
    let lines = format!("DTSTART;TZID=Europe/Berlin:{wall}\r\nDURATION:PT30M\r\nRRULE:{rule}\r\n");
    let instance = |days: i64| {
        let start = zone.recurring_instant_of(start + TimeDelta::days(days));
        Span::new(start, start + TimeDelta::minutes(30)).expect("half an hour")
    };
    object(number, BERLIN, &lines, days.into_iter().map(instance).collect())
}

fn object(number: usize, zone: &str, lines: &str, instances: Vec<Span>) -> Object {
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//load//load//EN\r\n{zone}BEGIN:VEVENT\r\nUID:{number}@load.example\r\n\
         DTSTAMP:20260101T000000Z\r\n{lines}SUMMARY:Tea with number {number}\r\nLOCATION:Zuse\\, Berlin\r\n\
         DESCRIPTION:One line of what it is about\\, and another one that says how to \r\n get there and what to bring.\r\n\
         CATEGORIES:Work\r\nSTATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\nSEQUENCE:0\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\n\
         TRIGGER:-PT15M\r\nDESCRIPTION:Tea\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    Object { name: format!("{number}.ics"), text, instances }
}

const BERLIN: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:DAYLIGHT\r\nDTSTART:19810329T020000\r\nTZOFFSETFROM:+0100\r\n\
    TZOFFSETTO:+0200\r\nTZNAME:CEST\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nBEGIN:STANDARD\r\n\
    DTSTART:19961027T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\n\
    END:STANDARD\r\nEND:VTIMEZONE\r\n";

/// Names of those that happen in a range, sorted.
pub fn hits(objects: &[Object], range: &Span) -> Vec<String> {
    let in_range = |object: &&Object| object.instances.iter().any(|instance| instance.overlaps(range));
    let mut names: Vec<String> = objects.iter().filter(in_range).map(|object| object.name.clone()).collect();
    names.sort_unstable();
    names
}

/// When something happens in a range, each instance, sorted.
pub fn starts(objects: &[Object], range: &Span) -> Vec<Instant> {
    let all = objects.iter().flat_map(|object| &object.instances).filter(|instance| instance.overlaps(range));
    let mut starts: Vec<Instant> = all.map(Span::start).collect();
    starts.sort_unstable();
    starts
}

/// The minutes of a range in which something happens.
pub fn busy_minutes(objects: &[Object], range: &Span) -> i64 {
    let mut spans: Vec<Span> =
        objects.iter().flat_map(|object| &object.instances).filter_map(|one| one.intersection(range)).collect();
    spans.sort_unstable();
    let (mut minutes, mut until) = (0, range.start());
    for span in spans {
        minutes += (span.end() - span.start().max(until)).num_minutes().max(0);
        until = until.max(span.end());
    }
    minutes
}

/// The first week behind `first` and some months in which exactly so many entries happen.
pub fn week_of(objects: &[Object], first: NaiveDate, wanted: usize) -> Option<Span> {
    (150..250).find_map(|day| {
        let start = (first + TimeDelta::days(day)).and_time(chrono::NaiveTime::MIN).and_utc();
        let week = Span::new(start, start + TimeDelta::days(7)).ok()?;
        (hits(objects, &week).len() == wanted).then_some(week)
    })
}

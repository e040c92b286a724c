//! What calendar objects cost: `cargo bench -p meetme-core --bench objects`.
//!
//! Reading, indexing, matching and expanding one object, in nanoseconds per
//! call, the least of ten rounds; and a month asked of 200 recurring objects.
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::hint::black_box;

use meetme_core::object::filter::{CompFilter, TimeRange, matches};
use meetme_core::object::shape::{Shape, shaped};
use meetme_core::object::{Object, ObjectLimits, ObjectZone, Setting};
use meetme_core::recurrence::Steps;
use meetme_core::time::{Instant, Span, Zone};

const OBJECTS: [(&str, &str); 7] = [
    ("once, UTC", "DTSTART:20260302T090000Z\r\nDTEND:20260302T100000Z\r\n"),
    ("once, Berlin", "DTSTART;TZID=Europe/Berlin:20260302T090000\r\nDTEND;TZID=Europe/Berlin:20260302T100000\r\n"),
    (
        "weekly for ever",
        "DTSTART;TZID=Europe/Berlin:20240101T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE\r\n",
    ),
    (
        "daily, 200 times",
        "DTSTART;TZID=Europe/Berlin:20260101T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=200\r\n",
    ),
    ("days, yearly", "DTSTART;VALUE=DATE:19800310\r\nRRULE:FREQ=YEARLY\r\n"),
    ("zone of its own", "DTSTART;TZID=Home:20260101T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY\r\n"),
    ("every second", "DTSTART:20260101T090000Z\r\nDURATION:PT1S\r\nRRULE:FREQ=SECONDLY\r\n"),
];

const HOME: &str = "BEGIN:VTIMEZONE\r\nTZID:Home\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:+0100\r\n\
    TZOFFSETTO:+0200\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nBEGIN:STANDARD\r\nDTSTART:16010101T030000\r\n\
    TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

fn text_of(lines: &str) -> String {
    let zone = if lines.contains("TZID=Home") { HOME } else { "" };
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{zone}BEGIN:VEVENT\r\nUID:1@example.org\r\n\
         DTSTAMP:20260101T000000Z\r\n{lines}SUMMARY:Tea with Ada\r\nLOCATION:Café Zuse\\, Berlin\r\nDESCRIPTION:One line of what\r\n  \
         it is about\r\nCATEGORIES:Work\r\nSTATUS:CONFIRMED\r\nTRANSP:OPAQUE\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\n\
         DESCRIPTION:Tea\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn main() {
    let instant = |text: &str| text.parse::<Instant>().expect("an instant");
    let floating = ObjectZone::from("Europe/Berlin".parse::<Zone>().expect("a zone"));
    let month = Span::new(instant("2026-03-10T00:00:00Z"), instant("2026-04-09T00:00:00Z")).expect("a span");
    let horizon = Span::new(instant("2026-01-01T00:00:00Z"), instant("2027-07-01T00:00:00Z")).expect("a span");
    let setting = Setting { floating: &floating, horizon, addresses: &[] };
    let time_range = Some(TimeRange { start: Some(month.start()), end: Some(month.end()) });
    let filter = CompFilter { time_range, ..CompFilter::of("VEVENT") };
    let filter = CompFilter { comps: vec![filter], ..CompFilter::of("VCALENDAR") };
    let shape = Shape { expand: Some(month), ..Shape::default() };
    println!("{:<18} {:>9} {:>12} {:>12} {:>12}", "ns per object", "read", "18 months", "30 days", "expanded");
    for (name, lines) in OBJECTS {
        let text = text_of(lines);
        let read = || Object::read(text.as_bytes(), &ObjectLimits::default()).expect("an object");
        let object = read();
        let index = || object.index(&setting, &mut Steps::default()).is_ok();
        let matched = || matches(&object, &filter, &floating, &mut Steps::default());
        let expand = || shaped(&object, &shape, &floating, &mut Steps::default()).is_ok();
        let calls = if name == "every second" { 20 } else { 2_000 };
        let took = [least(calls, read), least(calls, index), least(calls, matched), least(calls, expand)];
        println!("{name:<18} {:>9} {:>12} {:>12} {:>12}", took[0], took[1], took[2], took[3]);
    }
    let texts: Vec<String> = (0..200).map(|n| text_of(OBJECTS[2 + n % 3].1)).collect();
    let ask = || {
        let sent = texts.iter().map(|text| {
            let object = Object::read(text.as_bytes(), &ObjectLimits::default()).expect("an object");
            let hit = matches(&object, &filter, &floating, &mut Steps::default()).expect("few steps");
            if hit { shaped(&object, &shape, &floating, &mut Steps::default()).expect("few steps").len() } else { 0 }
        });
        sent.sum::<usize>()
    };
    println!("\n30 days expanded of 200 recurring objects, read, matched and written: {} µs", least(20, ask) / 1_000);
}

/// Nanoseconds per call, the least of ten rounds.
#[expect(clippy::disallowed_methods, reason = "a benchmark measures")]
fn least<T>(calls: u32, act: impl Fn() -> T) -> u128 {
    let round = || {
        let begin = std::time::Instant::now();
        for _ in 0..calls {
            black_box(act());
        }
        begin.elapsed().as_nanos() / u128::from(calls)
    };
    (0..10).map(|_| round()).min().expect("ten rounds")
}

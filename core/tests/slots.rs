//! Slots around every change of the clock, against Python's zoneinfo.

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use meetme_core::event::Event;
use meetme_core::recurrence::{Rule, Steps};
use meetme_core::slot;
use meetme_core::time::{Instant, Minutes, Span, Zone};
use meetme_core::window::Window;
use serde::Deserialize;

use crate::kit::{event, window_id};

/// Made by `fixtures/slots.py`.
const SLOTS: &str = include_str!("fixtures/slots.json");

#[derive(Deserialize)]
struct Fixture {
    tzdata: String,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    zone: Zone,
    start: NaiveDateTime,
    rule: Option<Rule>,
    minutes: Minutes,
    whole: bool,
    length: Minutes,
    step: Minutes,
    first_day: NaiveDate,
    last_day: Option<NaiveDate>,
    base: Instant,
    /// Starts and ends in minutes from the base.
    slots: Vec<(i64, i64)>,
}

fn fixture() -> Fixture {
    serde_json::from_str(SLOTS).expect("the fixture is JSON")
}

#[test]
fn the_fixture_is_made_of_the_zone_data_that_we_use() {
    assert_eq!(fixture().tzdata, chrono_tz::IANA_TZDB_VERSION, "make the fixtures anew");
}

#[test]
fn slots_around_changes_of_the_clock_are_those_of_zoneinfo() {
    let cases = fixture().cases;
    assert!(cases.len() > 400, "every change of five zones");
    for case in cases {
        let described = format!("{} {} {:?} {}", case.zone, case.start, case.rule, case.length);
        let event = Event {
            zone: case.zone,
            first_day: case.first_day,
            last_day: case.last_day,
            slot_length: case.length,
            step: case.step,
            ..event()
        };
        let window = Window {
            id: window_id(1),
            start: case.start,
            duration: case.minutes,
            rule: case.rule,
            exdates: Vec::new(),
            whole: case.whole,
        };
        let after = |minutes: i64| case.base + TimeDelta::minutes(minutes);

        let week = Span::new(case.base, after(7 * 1440)).expect("a week");
        let found = slot::cut(&event, &[window], week, &mut Steps::default()).expect("few steps");

        let expected: Vec<_> =
            case.slots.iter().map(|(start, end)| Span::new(after(*start), after(*end)).expect("a slot")).collect();
        assert_eq!(found.slots, expected, "{described}");
        assert_eq!(found.next, None);
    }
}

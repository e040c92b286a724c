//! Recurrences against python-dateutil, the rrule crate and themselves.

mod budget;
mod fixtures;
mod properties;
mod text;

use chrono::NaiveDateTime;
use meetme_core::recurrence::{Bounds, Instance, Recurrence, Rule, Steps};
use meetme_core::time::{Instant, Span, Zone};

fn wall(text: &str) -> NaiveDateTime {
    text.parse().expect("a wall time")
}

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn span(start: &str, end: &str) -> Span {
    Span::new(at(start), at(end)).expect("a span")
}

fn rule(text: &str) -> Rule {
    text.parse().expect("a rule")
}

fn berlin() -> Zone {
    "Europe/Berlin".parse().expect("a zone")
}

fn starts(found: &[Instance]) -> Vec<Instant> {
    found.iter().map(|instance| instance.start).collect()
}

fn bounds(start: &str, text: &str, exdates: &[NaiveDateTime]) -> Bounds {
    let rule = rule(text);
    let recurrence = Recurrence { start: wall(start), zone: berlin(), rule: Some(&rule), exdates };
    recurrence.bounds(&mut Steps::default()).expect("few steps")
}

#[test]
fn a_recurrence_keeps_its_wall_clock_time_when_clocks_change() {
    let daily = rule("FREQ=DAILY");
    let recurrence =
        Recurrence { start: wall("2026-03-01T09:00:00"), zone: berlin(), rule: Some(&daily), exdates: &[] };

    let found = recurrence.starts_in(span("2026-03-28T00:00:00Z", "2026-03-30T00:00:00Z"), &mut Steps::default());

    let found = found.expect("few steps");
    assert_eq!(starts(&found), [at("2026-03-28T08:00:00Z"), at("2026-03-29T07:00:00Z")]);
}

#[test]
fn without_a_rule_it_happens_once() {
    let exdates = [wall("2026-05-01T09:00:00")];
    let once = Recurrence { start: exdates[0], zone: berlin(), rule: None, exdates: &[] };
    let never = Recurrence { exdates: &exdates, ..once };

    let may = span("2026-05-01T00:00:00Z", "2026-06-01T00:00:00Z");
    let found = once.starts_in(may, &mut Steps::default()).expect("few steps");

    assert_eq!(starts(&found), [at("2026-05-01T07:00:00Z")]);
    assert_eq!(never.starts_in(may, &mut Steps::default()), Ok(Vec::new()));
    let both = once.bounds(&mut Steps::default()).expect("few steps");
    assert_eq!((both.first, both.last), (Some(found[0]), Some(found[0])));
}

#[test]
fn two_readings_of_one_instant_are_one_instance() {
    let hourly = rule("FREQ=HOURLY");
    let recurrence =
        Recurrence { start: wall("2026-03-29T00:30:00"), zone: berlin(), rule: Some(&hourly), exdates: &[] };

    let found = recurrence.starts_in(span("2026-03-29T00:00:00Z", "2026-03-29T03:00:00Z"), &mut Steps::default());

    let found = found.expect("few steps");
    assert_eq!(starts(&found), [at("2026-03-29T00:30:00Z"), at("2026-03-29T01:30:00Z"), at("2026-03-29T02:30:00Z")]);
    assert_eq!(found[1].wall, wall("2026-03-29T02:30:00"));
}

#[test]
fn a_count_ends_a_rule_and_exdates_do_not_prolong_it() {
    let exdates = [wall("2026-05-01T09:00:00"), wall("2026-05-05T09:00:00")];

    let found = bounds("2026-05-01T09:00:00", "FREQ=DAILY;COUNT=5", &exdates);

    assert_eq!(found.first.map(|first| first.wall), Some(wall("2026-05-02T09:00:00")));
    assert_eq!(found.last.map(|last| last.wall), Some(wall("2026-05-04T09:00:00")));
}

#[test]
fn a_rule_without_an_end_has_no_last_instance() {
    let found = bounds("2026-05-01T09:00:00", "FREQ=MONTHLY;BYMONTHDAY=31", &[]);

    assert_eq!(found.first.map(|first| first.wall), Some(wall("2026-05-31T09:00:00")));
    assert_eq!(found.last, None);
}

#[test]
fn a_far_end_is_found_without_walking_there() {
    let found = bounds("2026-05-01T09:00:00", "FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR;COUNT=1000000", &[]);
    assert_eq!(found.last.map(|last| last.wall), Some(wall("5859-05-26T09:00:00")));

    let found = bounds("2026-05-01T09:00:00", "FREQ=HOURLY;UNTIL=90000101", &[]);
    assert_eq!(found.last.map(|last| last.wall), Some(wall("9000-01-01T23:00:00")));
}

#[test]
fn a_recurrence_of_which_nothing_is_left_has_no_ends() {
    let exdates = [wall("2026-05-01T09:00:00"), wall("2026-05-02T09:00:00")];

    let found = bounds("2026-05-01T09:00:00", "FREQ=DAILY;UNTIL=20260502", &exdates);

    assert_eq!(found, Bounds { first: None, last: None });
}

//! Windows cut into slots.

use super::*;

fn cut(event: &Event, windows: &[meetme_core::window::Window], range: Span) -> Vec<Instant> {
    let cut = slot::cut(event, windows, range, &mut Steps::default()).expect("few steps");
    cut.slots.iter().map(Span::start).collect()
}

#[test]
fn stays_within_the_events_days() {
    let event = Event { first_day: day("2026-03-03"), last_day: Some(day("2026-03-03")), ..event() };
    let windows = [window("2026-03-02T22:30:00", 150, "FREQ=DAILY")];

    let found = cut(&event, &windows, span("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z"));

    // Those from 23:30 to 00:30 lie on two days.
    assert_eq!(found, [at("2026-03-03T22:30:00Z")]);
}

#[test]
fn takes_the_shorter_of_two_slots_that_start_together() {
    let whole = meetme_core::window::Window { whole: true, ..window("2026-03-02T09:00:00", 180, "") };
    let windows = [whole, window("2026-03-02T09:00:00", 60, "")];

    let found = slot::at(&event(), &windows, at("2026-03-02T09:00:00Z"), &mut Steps::default());

    assert_eq!(found, Ok(Some(hour("2026-03-02T09:00:00Z"))));
}

#[test]
fn finds_no_slot_ahead_of_a_range_that_starts_between_seconds() {
    let windows = [window("2026-03-02T09:00:00", 120, "")];

    let found = cut(&event(), &windows, span("2026-03-02T09:00:00.5Z", "2026-03-03T00:00:00Z"));

    assert_eq!(found, [at("2026-03-02T10:00:00Z")]);
}

#[test]
fn gives_a_full_answer_and_where_to_go_on() {
    let event = Event { slot_length: Minutes(1), step: Minutes(1), ..event() };
    let windows =
        [window("2026-03-01T00:00:00", 1440, "FREQ=DAILY"), window("2026-03-01T12:00:00", 1440, "FREQ=DAILY")];

    let range = span("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
    let cut = slot::cut(&event, &windows, range, &mut Steps::default()).expect("few steps");

    let expected: Vec<Instant> = (0..10_000).map(|n| range.start() + TimeDelta::minutes(n)).collect();
    assert_eq!(cut.slots.iter().map(Span::start).collect::<Vec<_>>(), expected);
    assert_eq!(cut.next, Some(range.start() + TimeDelta::minutes(10_000)));
}

#[test]
fn gives_up_on_windows_that_overlap_themselves_a_thousand_times() {
    let event = Event { slot_length: Minutes(5), step: Minutes(5), ..event() };
    let minutes = "FREQ=HOURLY;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55";
    let windows = [window("2026-03-01T00:00:00", 7 * 1440, minutes)];

    let cut = slot::cut(&event, &windows, span("2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z"), &mut Steps::default());

    assert!(cut.is_err());
}

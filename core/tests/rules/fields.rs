//! Fields of events and windows.

use meetme_core::window::Window;

use super::*;

fn field(event: &Event) -> &'static str {
    event.check().expect_err("a rule says no").field
}

#[test]
fn of_an_event_are_named_when_they_break_a_rule() {
    assert_eq!(event().check(), Ok(()));
    assert_eq!(field(&Event { title: "  ".into(), ..event() }), "title");
    assert_eq!(field(&Event { description: "x".repeat(10_001), ..event() }), "description");
    assert_eq!(field(&Event { location: "\u{0}".into(), ..event() }), "location");
    assert_eq!(field(&Event { first_day: day("1969-12-31"), ..event() }), "first_day");
    assert_eq!(field(&Event { last_day: Some(day("2025-12-31")), ..event() }), "last_day");
    assert_eq!(field(&Event { slot_length: Minutes(0), ..event() }), "slot_minutes");
    assert_eq!(field(&Event { step: Minutes(0), ..event() }), "step_minutes");
    assert_eq!(field(&Event { buffer_before: Minutes(1441), ..event() }), "buffer_before_minutes");
    assert_eq!(field(&Event { buffer_after: Minutes(1441), ..event() }), "buffer_after_minutes");
    assert_eq!(field(&Event { notice: Minutes(u32::MAX), ..event() }), "notice_minutes");
    assert_eq!(field(&Event { horizon_days: Some(3661), ..event() }), "horizon_days");
    assert_eq!(field(&Event { max_per_day: Some(0), ..event() }), "max_per_day");
    assert_eq!(field(&Event { max_per_week: Some(0), ..event() }), "max_per_week");
    assert_eq!(field(&Event { seats: 0, ..event() }), "seats");
    let twice = Question { question: "Why?".into(), required: false };
    assert_eq!(field(&Event { questions: vec![twice.clone(), twice], ..event() }), "questions");
}

#[test]
fn of_a_window_are_named_when_they_break_a_rule() {
    let bounded = Event { last_day: Some(day("2026-12-31")), zone: zone("Europe/Berlin"), ..event() };
    let field = |window: &Window| window.check(&bounded).expect_err("a rule says no").field;
    let good = window("2026-03-02T09:00:00", 60, "");

    assert_eq!(good.check(&bounded), Ok(()));
    assert_eq!(field(&Window { duration: Minutes(0), ..good.clone() }), "duration_minutes");
    assert_eq!(field(&Window { duration: Minutes(7 * 1440 + 1), ..good.clone() }), "duration_minutes");
    assert_eq!(field(&Window { duration: Minutes(59), ..good.clone() }), "duration_minutes");
    assert_eq!(field(&window("2025-12-31T09:00:00", 60, "")), "start");
    assert_eq!(field(&window("2027-01-01T09:00:00", 60, "")), "start");
    assert_eq!(field(&window("2026-03-02T09:00:30", 60, "")), "start");
    // Clocks go forward that night.
    assert_eq!(field(&window("2026-03-29T02:30:00", 60, "")), "start");
    assert_eq!(field(&Window { exdates: vec![good.start], ..good.clone() }), "exdates");
    assert_eq!(field(&window("2026-03-02T09:00:00", 60, "FREQ=MINUTELY")), "rrule");
    assert_eq!(field(&window("2026-03-02T09:00:00", 60, "FREQ=DAILY;UNTIL=20260301T000000Z")), "rrule");
}

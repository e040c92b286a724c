//! No rule outruns its budget.

use std::time::Duration;

use meetme_core::recurrence::{BadRule, MAX_STEPS, Recurrence, Steps, TooManySteps};
use meetme_core::time::{Instant, Span, Zone};

use super::{berlin, rule, span, wall};

/// Rules that never yield, and what the rrule crate takes to notice (up to half a second).
const BARREN: [&str; 12] = [
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=SECONDLY;BYHOUR=3;BYMONTH=2;BYMONTHDAY=30",
    "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
    "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=6",
    "FREQ=DAILY;BYHOUR=9,10;BYSETPOS=5",
    "FREQ=SECONDLY;BYSECOND=1;BYSETPOS=2",
    "FREQ=HOURLY;INTERVAL=24;BYHOUR=3",
    "FREQ=SECONDLY;INTERVAL=86400;BYHOUR=3;BYMINUTE=4;BYSECOND=5;COUNT=3",
];

/// Rules that yield more than anybody asked for.
const DENSE: [&str; 3] = [
    "FREQ=SECONDLY",
    "FREQ=MINUTELY;BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29",
    "FREQ=YEARLY;BYYEARDAY=1,2,3;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,1,2,3,4,5,6,7,8,9;\
     BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35",
];

/// Some ten times what a shipped build takes on a quiet machine, and ten times that for an unoptimised one: this
/// is to catch what never ends, not to measure.
const IN_TIME: Duration = Duration::from_millis(if cfg!(debug_assertions) { 4000 } else { 400 });

#[expect(clippy::disallowed_methods, reason = "the test measures")]
fn time_of<T>(act: impl Fn() -> T) -> (T, Duration) {
    // The lesser of two: another process may hold the processor.
    (0..2)
        .map(|_| {
            let begin = std::time::Instant::now();
            (act(), begin.elapsed())
        })
        .min_by_key(|(_, took)| *took)
        .expect("two runs")
}

#[test]
fn every_rule_that_never_yields_is_given_up_in_time() {
    for text in BARREN {
        let rule = rule(text);
        let start = wall("2026-01-01T09:00:00");
        let recurrence = Recurrence { start, zone: berlin(), rule: Some(&rule), exdates: &[] };

        let century = span("2030-01-01T00:00:00Z", "2031-01-01T00:00:00Z");
        let (found, took) = time_of(|| recurrence.starts_in(century, &mut Steps::default()));
        assert!(matches!(found, Err(TooManySteps)) || found == Ok(Vec::new()), "{text}");
        assert!(took < IN_TIME, "{text} took {took:?}");

        let (found, took) = time_of(|| recurrence.bounds(&mut Steps::default()));
        assert!(found.is_err() || found.is_ok_and(|found| found.first.is_none()), "{text}");
        assert!(took < IN_TIME, "the ends of {text} took {took:?}");
    }
}

#[test]
fn a_rule_that_yields_too_much_is_given_up_in_time() {
    for text in DENSE {
        let rule = rule(text);
        let start = wall("2026-01-01T00:00:00");
        let recurrence = Recurrence { start, zone: Zone::UTC, rule: Some(&rule), exdates: &[] };

        let decades = span("2026-01-01T00:00:00Z", "2056-01-01T00:00:00Z");
        let (found, took) = time_of(|| recurrence.starts_in(decades, &mut Steps::default()));

        assert_eq!(found, Err(TooManySteps), "{text}");
        assert!(took < IN_TIME, "{text} took {took:?}");
    }
}

#[test]
fn expansions_share_a_budget() {
    let daily = rule("FREQ=DAILY");
    let recurrence =
        Recurrence { start: wall("2026-01-01T09:00:00"), zone: Zone::UTC, rule: Some(&daily), exdates: &[] };
    let month = span("2046-01-01T00:00:00Z", "2046-02-01T00:00:00Z");
    let mut steps = Steps::default();

    assert_eq!(recurrence.starts_in(month, &mut steps).map(|found| found.len()), Ok(31));
    let spent = MAX_STEPS - steps.left();
    assert!((31..150).contains(&spent), "{spent} steps");
    assert_eq!(recurrence.starts_in(month, &mut Steps::new(20)), Err(TooManySteps));
}

#[test]
fn a_window_may_not_repeat_every_minute() {
    let start = wall("2026-01-01T09:00:00");

    for text in
        ["FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=60", "FREQ=DAILY;BYHOUR=9;BYSECOND=0,1,2,3,4,5,6,7,8,9,10,11,12"]
    {
        assert!(matches!(rule(text).check_for_window(start, berlin()), Err(BadRule::TooOften { .. })), "{text}");
    }
    assert_eq!(rule("FREQ=HOURLY;BYMINUTE=0,30").check_for_window(start, berlin()), Ok(()));
}

#[test]
fn a_window_may_not_repeat_by_a_rule_that_never_yields() {
    let start = wall("2026-01-01T09:00:00");

    for text in BARREN.into_iter().chain(["FREQ=DAILY;UNTIL=20251231", "FREQ=DAILY;UNTIL=20260101T075959Z"]) {
        let refusal = rule(text).check_for_window(start, berlin());
        assert!(matches!(refusal, Err(BadRule::NeverYields { .. } | BadRule::TooOften { .. })), "{text}");
    }
    assert_eq!(rule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29").check_for_window(start, berlin()), Ok(()));
    assert_eq!(rule("FREQ=DAILY;UNTIL=20260101T080000Z").check_for_window(start, berlin()), Ok(()));
}

#[test]
fn a_recurrence_outside_the_years_1_to_9999_is_empty() {
    let daily = rule("FREQ=DAILY");
    for start in ["+12026-01-01T09:00:00", "-0044-03-15T09:00:00", "0000-12-31T23:59:59"] {
        let recurrence = Recurrence { start: wall(start), zone: berlin(), rule: Some(&daily), exdates: &[] };

        let found = recurrence.starts_in(span("-0044-01-01T00:00:00Z", "-0043-01-01T00:00:00Z"), &mut Steps::default());

        assert_eq!(found, Ok(Vec::new()), "{start}");
        assert_eq!(recurrence.bounds(&mut Steps::default()).map(|found| found.first), Ok(None), "{start}");
    }
}

#[test]
fn spans_at_the_ends_of_time_are_fine() {
    let daily = rule("FREQ=DAILY");
    let recurrence =
        Recurrence { start: wall("9999-12-30T09:00:00"), zone: Zone::UTC, rule: Some(&daily), exdates: &[] };
    let ever = Span::new(Instant::MIN_UTC, Instant::MAX_UTC);

    let found = recurrence.starts_in(ever.expect("a span"), &mut Steps::default());

    assert_eq!(found.map(|found| found.len()), Ok(2));
}

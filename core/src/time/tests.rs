use super::*;

fn wall(text: &str) -> NaiveDateTime {
    text.parse().expect("a wall time")
}

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn zone(name: &str) -> Zone {
    name.parse().expect("a zone")
}

#[test]
fn a_skipped_reading_comes_with_its_neighbours() {
    assert_eq!(
        zone("Europe/Berlin").instant_of(wall("2026-03-29T02:30:00")),
        Reading::Skipped { before: wall("2026-03-29T01:59:00"), after: wall("2026-03-29T03:00:00") }
    );
    assert_eq!(
        zone("Australia/Lord_Howe").instant_of(wall("2026-10-04T02:15:00")),
        Reading::Skipped { before: wall("2026-10-04T01:59:00"), after: wall("2026-10-04T02:30:00") }
    );
}

#[test]
fn a_doubled_reading_has_two_instants() {
    assert_eq!(
        zone("Europe/Berlin").instant_of(wall("2026-10-25T02:30:00")),
        Reading::Twice { earlier: at("2026-10-25T00:30:00Z"), later: at("2026-10-25T01:30:00Z") }
    );
}

#[test]
fn a_recurrence_reads_a_gap_with_the_offset_before_it() {
    assert_eq!(zone("Europe/Berlin").recurring_instant_of(wall("2026-03-29T02:30:00")), at("2026-03-29T01:30:00Z"));
    assert_eq!(zone("Europe/Berlin").recurring_instant_of(wall("2026-10-25T02:30:00")), at("2026-10-25T00:30:00Z"));
    // Samoa skipped the whole of 30 December 2011.
    assert_eq!(zone("Pacific/Apia").recurring_instant_of(wall("2011-12-30T12:00:00")), at("2011-12-30T22:00:00Z"));
}

#[test]
fn days_are_as_long_as_the_clock_makes_them() {
    let berlin = zone("Europe/Berlin");
    let length = |day: &str| berlin.day(day.parse().expect("a date")).length().num_hours();

    assert_eq!([length("2026-03-29"), length("2026-06-01"), length("2026-10-25")], [23, 24, 25]);
}

#[test]
fn a_day_may_begin_after_midnight() {
    // Chile skips midnight itself.
    let day = zone("America/Santiago").day("2026-09-06".parse().expect("a date"));

    assert_eq!(day.start(), at("2026-09-06T04:00:00Z"));
}

#[test]
fn weeks_begin_on_monday() {
    let week = Zone::UTC.week("2026-11-29".parse().expect("a Sunday"));

    assert_eq!((week.start(), week.end()), (at("2026-11-23T00:00:00Z"), at("2026-11-30T00:00:00Z")));
}

#[test]
fn spans_that_touch_do_not_overlap() {
    let a = Span::new(at("2026-01-01T09:00:00Z"), at("2026-01-01T10:00:00Z")).expect("a span");
    let b = Span::new(at("2026-01-01T10:00:00Z"), at("2026-01-01T11:00:00Z")).expect("a span");

    assert!(!a.overlaps(&b) && !b.overlaps(&a));
    assert!(Span::new(a.end(), a.start()).is_err());
}

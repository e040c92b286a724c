//! Recurrences against python-dateutil and the rrule crate.

use chrono::NaiveDateTime;
use meetme_core::recurrence::{Recurrence, Rule, Steps};
use meetme_core::time::{Instant, Span, Zone};

fn wall(text: &str) -> NaiveDateTime {
    text.parse().expect("a wall time")
}

fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

fn rule(text: &str) -> Rule {
    text.parse().expect("a rule")
}

#[test]
fn a_recurrence_keeps_its_wall_clock_time_when_clocks_change() {
    let zone: Zone = "Europe/Berlin".parse().expect("a zone");
    let daily = rule("FREQ=DAILY");
    let recurrence = Recurrence { start: wall("2026-03-01T09:00:00"), zone, rule: Some(&daily), exdates: &[] };

    let span = Span::new(at("2026-03-28T00:00:00Z"), at("2026-03-30T00:00:00Z")).expect("a span");
    let found = recurrence.starts_in(span, &mut Steps::default()).expect("few steps");

    let starts: Vec<Instant> = found.iter().map(|instance| instance.start).collect();
    assert_eq!(starts, [at("2026-03-28T08:00:00Z"), at("2026-03-29T07:00:00Z")]);
}

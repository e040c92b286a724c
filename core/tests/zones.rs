//! Wall clocks and instants around every change of the clock, against Python's zoneinfo.

use chrono::{NaiveDateTime, TimeDelta};
use meetme_core::time::{Instant, Reading, Zone};
use serde::Deserialize;

/// Made by `fixtures/zones.py`.
const CHANGES: &str = include_str!("fixtures/zones.json");

#[derive(Deserialize)]
struct Changes {
    changes: Vec<Change>,
}

#[derive(Deserialize)]
struct Change {
    zone: Zone,
    at: Instant,
    /// Wall clock, offsets in minutes for fold 0 and 1, and whether it is skipped ("s") or shown twice ("t").
    readings: Vec<(NaiveDateTime, i64, i64, String)>,
}

fn changes() -> Vec<Change> {
    serde_json::from_str::<Changes>(CHANGES).expect("the fixture is JSON").changes
}

fn with_offset(wall: NaiveDateTime, minutes: i64) -> Instant {
    (wall - TimeDelta::minutes(minutes)).and_utc()
}

#[test]
fn readings_around_changes_are_those_of_zoneinfo() {
    for Change { zone, at, readings } in changes() {
        for (wall, fold0, fold1, kind) in readings {
            let found = zone.instant_of(wall);
            let expected = match kind.as_str() {
                "" => Reading::Once(with_offset(wall, fold0)),
                "t" => Reading::Twice { earlier: with_offset(wall, fold0), later: with_offset(wall, fold1) },
                // The gap begins at the change, as shown before it, and is as long as the offsets differ.
                _ => {
                    let first_skipped = at.naive_utc() + TimeDelta::minutes(fold0);
                    Reading::Skipped {
                        before: first_skipped - TimeDelta::minutes(1),
                        after: first_skipped + TimeDelta::minutes(fold1 - fold0),
                    }
                }
            };
            assert_eq!(found, expected, "{wall} in {zone}");
        }
    }
}

#[test]
fn a_recurrence_reads_the_clock_as_fold_0_does() {
    for Change { zone, readings, .. } in changes() {
        for (wall, fold0, ..) in readings {
            assert_eq!(zone.recurring_instant_of(wall), with_offset(wall, fold0), "{wall} in {zone}");
        }
    }
}

#[test]
fn a_reading_with_a_part_of_a_second_may_lie_in_a_gap() {
    let zone: Zone = "Europe/Berlin".parse().expect("a zone");
    let wall: NaiveDateTime = "2026-03-29T02:30:00.5".parse().expect("a wall time");

    let at = zone.recurring_instant_of(wall);

    assert_eq!(at, "2026-03-29T01:30:00.5Z".parse::<Instant>().expect("an instant"));
}

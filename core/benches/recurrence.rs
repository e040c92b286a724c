//! What a 31-day window costs at year 20 of a rule: `cargo bench -p meetme-core`.
//!
//! Prints nanoseconds per call, and what the rrule crate takes, which walks from DTSTART.
#![expect(clippy::print_stdout, reason = "a benchmark prints what it measured")]

use std::hint::black_box;

use chrono::{DateTime, NaiveDateTime};
use meetme_core::recurrence::{Recurrence, Rule, Steps};
use meetme_core::time::{Instant, Span, Zone};

const START: &str = "2024-01-01T09:00:00";
const RULES: [(&str, &str); 6] = [
    ("daily", "FREQ=DAILY"),
    ("daily with COUNT", "FREQ=DAILY;COUNT=10000"),
    ("weekly on weekdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"),
    ("monthly", "FREQ=MONTHLY;BYDAY=2TU,-1FR"),
    ("monthly with COUNT", "FREQ=MONTHLY;BYDAY=2TU,-1FR;COUNT=1000"),
    ("hourly", "FREQ=HOURLY;BYHOUR=9,10,11;BYDAY=MO,TU"),
];

fn main() {
    let zone: Zone = "Europe/Berlin".parse().expect("a zone");
    let start: NaiveDateTime = START.parse().expect("a wall time");
    let instant = |text: &str| text.parse::<Instant>().expect("an instant");
    let span = Span::new(instant("2044-03-10T00:00:00Z"), instant("2044-04-10T00:00:00Z")).expect("a span");
    println!("{:<20} {:>10} {:>12} {:>12}", "31 days at year 20", "instances", "ours ns", "rrule ns");
    for (name, text) in RULES {
        let rule: Rule = text.parse().expect("a rule");
        let recurrence = Recurrence { start, zone, rule: Some(&rule), exdates: &[] };
        let ours = || recurrence.starts_in(span, &mut Steps::default()).map_or(0, |found| found.len());
        let set: rrule::RRuleSet =
            format!("DTSTART:{}Z\nRRULE:{text}", start.format("%Y%m%dT%H%M%S")).parse().expect("a rule");
        let walk = || {
            let walls = set.into_iter().map(|at: DateTime<rrule::Tz>| zone.recurring_instant_of(at.naive_utc()));
            walls.take_while(|at| *at < span.end()).filter(|at| span.contains(*at)).count()
        };
        assert_eq!(ours(), walk(), "{name}");
        println!("{name:<20} {:>10} {:>12} {:>12}", ours(), least(20_000, ours), least(20, walk));
    }
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

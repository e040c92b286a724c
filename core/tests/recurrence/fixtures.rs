//! Every case of `fixtures/recurrence.json`, made by `fixtures/recurrence.py`.

use chrono::NaiveDateTime;
use meetme_core::recurrence::{Recurrence, Rule, Steps};
use meetme_core::time::{Instant, Span, Zone};
use serde::Deserialize;

const CASES: &str = include_str!("../fixtures/recurrence.json");

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    /// What the expected result rests on.
    by: String,
    start: NaiveDateTime,
    zone: Zone,
    rule: Rule,
    exdates: Vec<NaiveDateTime>,
    span: (Instant, Instant),
    expected: Vec<(NaiveDateTime, Instant)>,
}

#[test]
fn instances_are_those_of_dateutil() {
    let Cases { cases } = serde_json::from_str(CASES).expect("the fixture is JSON");
    assert!(cases.len() > 200);

    for case in cases {
        let recurrence =
            Recurrence { start: case.start, zone: case.zone, rule: Some(&case.rule), exdates: &case.exdates };
        let span = Span::new(case.span.0, case.span.1).expect("a span");

        let found = recurrence.starts_in(span, &mut Steps::default()).expect("few steps");

        let found: Vec<_> = found.iter().map(|instance| (instance.wall, instance.start)).collect();
        assert_eq!(found, case.expected, "{} ({}): {}", case.name, case.by, case.rule);
    }
}

//! Every case of `fixtures/objects.json`, made by `fixtures/objects.py`.

use std::collections::BTreeSet;

use meetme_core::object::shape::{Shape, shaped};
use meetme_core::object::{Busy, Setting};
use meetme_core::recurrence::Steps;
use meetme_core::time::{Instant, Span};
use serde::Deserialize;

use super::{berlin, read};
use crate::kit::span;

const CASES: &str = include_str!("../fixtures/objects.json");

#[derive(Deserialize)]
struct Cases {
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    text: String,
    expected: Vec<(Instant, Instant)>,
}

#[test]
fn objects_happen_when_other_readers_say() {
    let Cases { cases } = serde_json::from_str(CASES).expect("the fixture is JSON");
    assert!(cases.len() > 50);
    let asked = span("2026-03-01T00:00:00Z", "2026-06-01T00:00:00Z");
    for Case { name, text, expected } in cases {
        let object = read(&text);
        let setting = Setting { floating: &berlin(), horizon: asked, addresses: &[] };

        let index = object.index(&setting, &mut Steps::default()).expect("few steps");
        let expand = Shape { expand: Some(asked), ..Shape::default() };
        let sent = shaped(&object, &expand, &berlin(), &mut Steps::default()).expect("few steps");

        assert_eq!(sent.matches("BEGIN:VEVENT").count(), expected.len(), "{name}\n{sent}");
        let busy: BTreeSet<Span> = index.busy.iter().map(|Busy { span, .. }| *span).collect();
        let clipped = expected.iter().filter_map(|(start, end)| Span::new(*start, *end).ok()?.intersection(&asked));
        assert_eq!(busy, joined(clipped), "{name}\n{text}");
    }
}

fn joined(spans: impl Iterator<Item = Span>) -> BTreeSet<Span> {
    let mut joined: Vec<Span> = Vec::new();
    for span in spans {
        match joined.last_mut() {
            Some(last) if span.start() <= last.end() => {
                *last = Span::new(last.start(), last.end().max(span.end())).expect("it grows");
            }
            _ => joined.push(span),
        }
    }
    joined.into_iter().collect()
}

//! Random objects, filters and ranges beside an evaluation that walks hour by hour and shares no code with the index.

use meetme_core::object::filter::{CompFilter, PropFilter, TextMatch, TimeRange, matches};
use meetme_core::object::shape::{Shape, shaped};
use meetme_core::object::{ObjectZone, Setting};
use meetme_core::recurrence::Steps;
use meetme_core::time::{Instant, Span};
use proptest::prelude::*;

use super::read;
use super::sketch::{Form, HOME, Seen, overlaps, ranges, sketches};
use crate::kit::{at, zone};

fn home() -> ObjectZone {
    zone(HOME).into()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn filters_match_what_a_walk_hour_by_hour_finds(sketch in sketches(), range in ranges(), wanted in proptest::option::of("main|moved|o")) {
        // The walk ends at the horizon: an open range is asked only where that decides nothing.
        prop_assume!(range.1.is_some() || sketch.rule.as_ref().is_none_or(|rule| rule.until.is_some()));
        let text = sketch.text();
        let says = |moved: bool| wanted.as_ref().is_none_or(|wanted| (if moved { "moved" } else { "main" }).contains(wanted.as_str()));
        let expected = sketch.seen().iter().any(|seen| says(seen.moved) && overlaps(seen, range));
        let summary = wanted.iter().map(|wanted| PropFilter {
            text: vec![TextMatch { text: wanted.clone(), ..TextMatch::default() }],
            ..PropFilter::of("SUMMARY")
        });
        let time_range = Some(TimeRange { start: range.0, end: range.1 });
        let filter = CompFilter { time_range, props: summary.collect(), ..CompFilter::of("VEVENT") };
        let filter = CompFilter { comps: vec![filter], ..CompFilter::of("VCALENDAR") };

        let found = matches(&read(&text), &filter, &home(), &mut Steps::default());

        prop_assert_eq!(found, Ok(expected), "{:?}\n{}\n{:?}", range, text, sketch.seen());
    }

    #[test]
    fn an_index_holds_whatever_matches_and_all_busy_time(sketch in sketches(), (start, end) in ranges()) {
        let text = sketch.text();
        let horizon = Span::new(start.unwrap_or(at("2026-03-01T00:00:00Z")), end.unwrap_or(at("2026-05-20T00:00:00Z")));
        let Ok(horizon) = horizon else { return Ok(()) };
        let setting = Setting { floating: &home(), horizon, addresses: &[] };

        let index = read(&text).index(&setting, &mut Steps::default()).expect("few steps");

        let seen = sketch.seen();
        for one in &seen {
            prop_assert!(index.first_start.is_none_or(|first| first <= one.start), "{}", text);
            prop_assert!(index.last_end.is_none_or(|last| last >= one.end), "{}", text);
        }
        let mut spans: Vec<(Instant, Instant)> = Vec::new();
        let busy = seen.iter().filter(|one| !one.cancelled).map(|one| (one.start.max(horizon.start()), one.end.min(horizon.end())));
        let mut busy: Vec<_> = busy.filter(|(start, end)| start < end).collect();
        busy.sort_unstable();
        for (start, end) in busy {
            match spans.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => spans.push((start, end)),
            }
        }
        let told: Vec<_> = index.busy.iter().map(|busy| (busy.span.start(), busy.span.end())).collect();
        prop_assert_eq!(told, spans, "{}", text);
    }

    #[test]
    fn expanding_tells_the_instances_that_overlap(sketch in sketches(), (start, end) in ranges()) {
        let text = sketch.text();
        let (Some(start), Some(end)) = (start, end) else { return Ok(()) };
        let span = Span::new(start, end).expect("a span");
        let shape = Shape { expand: Some(span), ..Shape::default() };

        let sent = shaped(&read(&text), &shape, &home(), &mut Steps::default()).expect("few steps");

        let seen = sketch.seen();
        let expected: Vec<&Seen> = seen.iter().filter(|one| overlaps(one, (Some(start), Some(end)))).collect();
        prop_assert_eq!(sent.matches("BEGIN:VEVENT").count(), expected.len(), "{}\n{}", text, sent);
        if sketch.form == Form::Utc || sketch.form == Form::Berlin {
            let mut starts: Vec<_> = expected.iter().map(|one| format!("DTSTART:{}", one.start.format("%Y%m%dT%H%M%SZ"))).collect();
            let mut told: Vec<_> = sent.lines().filter(|line| line.starts_with("DTSTART")).collect();
            starts.sort_unstable();
            told.sort_unstable();
            prop_assert_eq!(told, starts, "{}", text);
        }
        // What is expanded is an object again, and expanding it again changes nothing.
        if !expected.is_empty() && expected.iter().filter(|one| !one.moved).count() <= 1 && sketch.rule.is_some() {
            let again = shaped(&read(&sent), &shape, &home(), &mut Steps::default()).expect("few steps");
            prop_assert_eq!(again, sent);
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), cut in 0..400_usize, sketch in sketches()) {
        let mut text = sketch.text().into_bytes();
        let cut = cut.min(text.len());
        text.splice(cut..cut, bytes.iter().copied());
        let limits = meetme_core::object::ObjectLimits::default();

        if let Ok(object) = meetme_core::object::Object::read(&text, &limits) {
            let setting = Setting { floating: &home(), horizon: super::year_2026(), addresses: &[] };
            let _ = object.index(&setting, &mut Steps::new(10_000));
        }
    }
}

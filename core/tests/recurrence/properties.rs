//! A walk may begin anywhere: what is skipped changes nothing.

use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, TimeDelta, Utc};
use meetme_core::recurrence::{Recurrence, Rule, Steps};
use meetme_core::time::{Instant, Span, Zone};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const ZONES: [&str; 6] =
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca", "Pacific/Apia"];

/// How many hours a plain walk at each frequency is worth.
const FREQUENCIES: [(&str, i64); 7] = [
    ("YEARLY", 40 * 365 * 24),
    ("MONTHLY", 20 * 365 * 24),
    ("WEEKLY", 12 * 365 * 24),
    ("DAILY", 5 * 365 * 24),
    ("HOURLY", 120 * 24),
    ("MINUTELY", 72),
    ("SECONDLY", 2),
];

fn list(name: &'static str, pool: Vec<i32>) -> impl Strategy<Value = Option<String>> {
    let chosen = btree_set(select(pool), 1..4);
    option::weighted(0.25, chosen.prop_map(move |chosen| format!("{name}={}", joined(chosen))))
}

fn joined<T: ToString>(items: impl IntoIterator<Item = T>) -> String {
    items.into_iter().map(|item| item.to_string()).collect::<Vec<_>>().join(",")
}

fn weekdays() -> impl Strategy<Value = &'static str> {
    select(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"])
}

fn by_day(numbered: bool) -> impl Strategy<Value = Option<String>> {
    let plain = btree_set(weekdays(), 1..5).prop_map(|days| format!("BYDAY={}", joined(days)));
    let nth = (select(vec![1, 2, 3, 4, 5, -1, -2, -4]), weekdays()).prop_map(|(n, day)| format!("{n}{day}"));
    let nth = btree_set(nth, 1..4).prop_map(|days| format!("BYDAY={}", joined(days)));
    let any = if numbered { prop_oneof![plain, nth].boxed() } else { plain.boxed() };
    option::weighted(0.5, any)
}

/// Rules of one frequency that RFC 5545 allows, without an end.
fn endless(frequency: &'static str) -> impl Strategy<Value = String> {
    let (yearly, monthly, weekly) = (frequency == "YEARLY", frequency == "MONTHLY", frequency == "WEEKLY");
    let short = matches!(frequency, "HOURLY" | "MINUTELY" | "SECONDLY");
    let only = |allowed: bool, part: Option<String>| part.filter(|_| allowed);
    let days = (
        list("BYMONTH", (1..=12).collect()),
        list("BYWEEKNO", vec![1, 2, 20, 51, 52, -2, -20]),
        list("BYYEARDAY", vec![1, 60, 61, 100, 200, 365, 366, -1, -366]),
        list("BYMONTHDAY", vec![1, 2, 13, 28, 29, 30, 31, -1, -2, -31]),
        by_day(yearly || monthly),
    );
    let times = (
        list("BYHOUR", (0..24).collect()),
        list("BYMINUTE", vec![0, 15, 30, 45]),
        list("BYSECOND", vec![0, 20, 40]),
        list("BYSETPOS", vec![1, 2, 3, -1, -2]),
    );
    let whole = (select(vec![1, 1, 2, 3, 4, 5, 7, 13]), option::of(weekdays()));
    (whole, days, times).prop_map(move |((interval, week_start), days, times)| {
        let by_day = days.4;
        let by_week_no = only(yearly, days.1).filter(|_| !by_day.as_deref().is_some_and(numbered));
        let mut parts = vec![
            days.0,
            by_week_no,
            only(yearly || short, days.2),
            only(!weekly, days.3),
            by_day,
            times.0,
            times.1,
            times.2,
        ];
        if parts.iter().any(Option::is_some) {
            parts.push(times.3);
        }
        parts.push(week_start.map(|day| format!("WKST={day}")));
        let parts: Vec<_> = parts.into_iter().flatten().collect();
        format!("FREQ={frequency};INTERVAL={interval};{}", parts.join(";"))
    })
}

fn numbered(by_day: &str) -> bool {
    by_day.contains(|c: char| c.is_ascii_digit())
}

/// Where a rule stops.
fn end() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => Just(String::new()),
        2 => (1_u32..3_000).prop_map(|count| format!(";COUNT={count}")),
        1 => (2024_i32..2040, 1_u32..13, select(vec!["", "T093000", "T013000Z"]))
            .prop_map(|(year, month, time)| format!(";UNTIL={year}{month:02}20{time}")),
    ]
}

fn recurring(text: &str, end: &str) -> Rule {
    let text = format!("{}{end}", text.trim_end_matches(';'));
    text.parse().unwrap_or_else(|refusal| panic!("{text}: {refusal}"))
}

fn start() -> impl Strategy<Value = NaiveDateTime> {
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).expect("a date").and_time(chrono::NaiveTime::MIN);
    (0_i64..800, 0_i64..96)
        .prop_map(move |(day, quarter)| first + TimeDelta::days(day) + TimeDelta::minutes(quarter * 15))
}

fn zone() -> impl Strategy<Value = Zone> {
    select(ZONES.to_vec()).prop_map(|name| name.parse().expect("a zone"))
}

/// A rule without an end, and how many hours a plain walk of it is worth.
fn rule_of(frequencies: &[(&'static str, i64)]) -> impl Strategy<Value = (String, i64)> {
    select(frequencies.to_vec()).prop_flat_map(|(frequency, hours)| (endless(frequency), Just(hours)))
}

/// What the rrule crate says, on the wall clock from DTSTART; `None` where it is known to be wrong.
fn walked(rule: &str, start: NaiveDateTime, until: Instant) -> Option<Vec<NaiveDateTime>> {
    let positions_in_first_week = rule.contains("WEEKLY") && rule.contains("BYSETPOS");
    if positions_in_first_week {
        return None;
    }
    let text = format!("DTSTART:{}Z\nRRULE:{rule}", start.format("%Y%m%dT%H%M%S"));
    let set: rrule::RRuleSet = text.parse().unwrap_or_else(|refusal| panic!("{rule}: {refusal}"));
    let walls = set.into_iter().map(|at: DateTime<rrule::Tz>| at.naive_utc());
    Some(walls.take_while(|wall| wall.and_utc() < until).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_walk_that_skips_ahead_finds_what_the_whole_walk_finds(
        (text, hours) in rule_of(&FREQUENCIES),
        end in end(),
        start in start(),
        zone in zone(),
        (from, length) in (0_i64..1_200, 0_i64..400),
        excluded in vec(0_usize..40, 0..4),
    ) {
        let rule = recurring(&text, &end);
        let begin = start.and_utc() - TimeDelta::hours(30);
        let all = Span::new(begin, begin + TimeDelta::hours(hours + 60)).expect("a span");
        let from = begin + TimeDelta::minutes(from * hours / 20);
        let part = Span::new(from, all.end().min(from + TimeDelta::minutes(1 + length * hours / 20))).expect("a span");
        let whole = Recurrence { start, zone, rule: Some(&rule), exdates: &[] };
        let Ok(found) = whole.starts_in(all, &mut Steps::new(20_000)) else { return Ok(()) };
        let exdates: Vec<_> = excluded.iter().filter_map(|n| found.get(*n).map(|instance| instance.wall)).collect();
        let without = Recurrence { exdates: &exdates, ..whole };

        let near = without.starts_in(part, &mut Steps::default()).expect("fewer steps than the whole");

        let expected = without.starts_in(all, &mut Steps::default()).expect("as many steps");
        let expected: Vec<_> = expected.into_iter().filter(|instance| part.contains(instance.start)).collect();
        prop_assert_eq!(near, expected, "{} in {}", rule, part);
    }

    #[test]
    fn the_ends_are_the_first_and_last_of_all_instances(
        (text, hours) in rule_of(&FREQUENCIES),
        count in 1_u32..60,
        start in start(),
        zone in zone(),
        excluded in vec(0_usize..60, 0..4),
    ) {
        let rule = recurring(&text, &format!(";COUNT={count}"));
        let ever = Span::new(start.and_utc() - TimeDelta::days(2), start.and_utc() + TimeDelta::hours(hours * 4)).expect("a span");
        let whole = Recurrence { start, zone, rule: Some(&rule), exdates: &[] };
        let Ok(found) = whole.starts_in(ever, &mut Steps::new(20_000)) else { return Ok(()) };
        prop_assume!(found.len() == count as usize);
        let exdates: Vec<_> = excluded.iter().filter_map(|n| found.get(*n).map(|instance| instance.wall)).collect();
        let without = Recurrence { exdates: &exdates, ..whole };

        let ends = without.bounds(&mut Steps::default()).expect("few steps");

        let left = without.starts_in(ever, &mut Steps::default()).expect("as many steps");
        prop_assert_eq!((ends.first, ends.last), (left.first().copied(), left.last().copied()), "{}", rule);
    }

    #[test]
    fn any_text_is_a_rule_or_refused(text in "(RRULE:)?(FREQ=[A-Z]{5,8}|[A-Z]{2,10}=[0-9A-Z,+-]{0,12})(;[A-Z]{2,10}=[0-9A-Z,+-]{0,12}){0,4}|\\PC{0,40}") {
        if let Ok(rule) = text.parse::<Rule>() {
            prop_assert_eq!(rule.as_str().parse::<Rule>(), Ok(rule.clone()));
        }
    }

    #[test]
    fn a_recurrence_never_panics_nor_outruns_its_budget(
        (text, _) in rule_of(&FREQUENCIES),
        end in end(),
        (year, day, second) in (-2_i32..12_000, 1_u32..366, 0_i64..86_400),
        zone in zone(),
        (from, length) in (-3_000_000_000_000_i64..260_000_000_000, 1_i64..100_000_000_000),
    ) {
        let rule = recurring(&text, &end);
        let start = NaiveDate::from_yo_opt(year, day).expect("a date").and_time(chrono::NaiveTime::MIN) + TimeDelta::seconds(second);
        let span = DateTime::<Utc>::from_timestamp(from, 0).and_then(|at| {
            let end = at.checked_add_signed(TimeDelta::seconds(length))?;
            (at.year() > -200_000).then(|| Span::new(at, end).ok()).flatten()
        });
        let recurrence = Recurrence { start, zone, rule: Some(&rule), exdates: &[] };

        let _ = recurrence.bounds(&mut Steps::new(5_000));
        if let Some(span) = span {
            let _ = recurrence.starts_in(span, &mut Steps::new(5_000));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn instances_are_those_of_a_plain_walk_by_the_rrule_crate(
        (text, hours) in rule_of(&FREQUENCIES[..5]),
        count in option::of(1_u32..400),
        start in start(),
        zone in zone(),
        from in 0_i64..100,
    ) {
        let rule = recurring(&text, &count.map_or(String::new(), |count| format!(";COUNT={count}")));
        let begin = start.and_utc() + TimeDelta::hours(from * hours / 100);
        let span = Span::new(begin, begin + TimeDelta::days(40)).expect("a span");
        let recurrence = Recurrence { start, zone, rule: Some(&rule), exdates: &[] };
        // The crate takes seconds to notice that a rule never yields.
        prop_assume!(recurrence.bounds(&mut Steps::new(20_000)).is_ok_and(|ends| ends.first.is_some()));
        let Some(walls) = walked(rule.as_str(), start, span.end() + TimeDelta::days(2)) else { return Ok(()) };
        let mut expected = BTreeMap::new();
        for wall in walls {
            let at = zone.recurring_instant_of(wall);
            if span.contains(at) {
                expected.entry(at).or_insert(wall);
            }
        }

        let found = recurrence.starts_in(span, &mut Steps::default()).expect("few steps");

        let found: Vec<_> = found.into_iter().map(|instance| (instance.start, instance.wall)).collect();
        prop_assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{} from {} in {}", rule, start, zone);
    }
}

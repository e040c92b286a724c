//! CALDAV:filter beyond the RFC's examples: the tables of 9.9 row by row, negation, limits.

use meetme_core::object::filter::{
    BadFilter, Collation, CompFilter, MAX_FILTER_DEPTH, MAX_FILTER_NODES, MatchType, ParamFilter, PropFilter,
    TextMatch, TimeRange, matches,
};
use meetme_core::object::{Kind, ObjectZone};
use meetme_core::recurrence::{Steps, TooManySteps};

use super::{berlin, calendar, event, read};
use crate::kit::at;

fn ask(text: &str, component: CompFilter) -> Result<bool, TooManySteps> {
    let filter = CompFilter { comps: vec![component], ..CompFilter::of("VCALENDAR") };
    matches(&read(text), &filter, &berlin(), &mut Steps::default())
}

fn instant(text: &str) -> Option<meetme_core::time::Instant> {
    (text != "-").then(|| at(&format!("2026-{text}:00Z")))
}

/// Whether `lines` within `name` match the time range from `start` to `end`; `-` is open.
fn in_range(name: &str, lines: &str, start: &str, end: &str) -> bool {
    let text = calendar(&format!("BEGIN:{name}\nUID:1\n{lines}\nEND:{name}"));
    let time_range = Some(TimeRange { start: instant(start), end: instant(end) });
    ask(&text, CompFilter { time_range, ..CompFilter::of(name) }).expect("few steps")
}

#[test]
fn events_overlap_as_the_table_says() {
    let event = |lines: &str, start: &str, end: &str| in_range("VEVENT", lines, start, end);
    let hour = "DTSTART:20260301T090000Z\nDTEND:20260301T100000Z";
    for hour in [hour, "DTSTART:20260301T090000Z\nDURATION:PT1H"] {
        assert!(event(hour, "03-01T09:59", "03-01T12:00") && event(hour, "03-01T08:00", "03-01T09:01"));
        assert!(!event(hour, "03-01T10:00", "03-01T12:00") && !event(hour, "03-01T08:00", "03-01T09:00"));
        assert!(event(hour, "-", "03-01T09:01") && event(hour, "03-01T09:59", "-"));
        assert!(!event(hour, "-", "03-01T09:00") && !event(hour, "03-01T10:00", "-"));
    }
    for point in ["DTSTART:20260301T090000Z", "DTSTART:20260301T090000Z\nDURATION:PT0S"] {
        assert!(event(point, "03-01T09:00", "03-01T09:01") && !event(point, "03-01T08:00", "03-01T09:00"));
    }
    assert!(!event("DTSTART:20260301T090000Z\nDTEND:20260301T090000Z", "03-01T09:00", "03-01T10:00"));
    let day = "DTSTART;VALUE=DATE:20260301";
    assert!(event(day, "03-01T22:59", "03-02T00:00") && !event(day, "03-01T23:00", "03-02T00:00"));
    assert!(event(day, "02-28T22:00", "02-28T23:01") && !event(day, "02-28T22:00", "02-28T23:00"));
}

#[test]
fn to_dos_overlap_as_the_table_says() {
    let todo = |lines: &str, start: &str, end: &str| in_range("VTODO", lines, start, end);
    let lasting = "DTSTART:20260301T090000Z\nDURATION:PT1H";
    assert!(todo(lasting, "03-01T10:00", "03-01T11:00") && !todo(lasting, "03-01T10:01", "03-01T11:00"));
    assert!(!todo(lasting, "03-01T08:00", "03-01T09:00"));
    let due = "DTSTART:20260301T090000Z\nDUE:20260301T100000Z";
    assert!(todo(due, "03-01T09:59", "03-01T11:00") && !todo(due, "03-01T10:00", "03-01T11:00"));
    let early = "DTSTART:20260301T090000Z\nDUE:20260301T080000Z";
    assert!(todo(early, "03-01T07:00", "03-01T08:00") && todo(early, "03-01T09:00", "03-01T10:00"));
    let begins = "DTSTART:20260301T090000Z";
    assert!(todo(begins, "03-01T09:00", "03-01T09:01") && !todo(begins, "03-01T09:01", "03-01T10:00"));
    let only_due = "DUE:20260301T090000Z";
    assert!(todo(only_due, "03-01T08:00", "03-01T09:00") && !todo(only_due, "03-01T09:00", "03-01T10:00"));
    let both = "COMPLETED:20260301T090000Z\nCREATED:20260201T090000Z";
    assert!(todo(both, "02-10T00:00", "02-20T00:00") && !todo(both, "03-02T00:00", "03-03T00:00"));
    assert!(!todo(both, "01-02T00:00", "01-03T00:00"));
    let done = "COMPLETED:20260301T090000Z";
    assert!(todo(done, "03-01T09:00", "03-01T10:00") && !todo(done, "03-01T09:01", "03-01T10:00"));
    let created = "CREATED:20260301T090000Z";
    assert!(todo(created, "04-01T00:00", "04-02T00:00") && !todo(created, "02-01T00:00", "03-01T09:00"));
    assert!(todo("SUMMARY:some day", "03-01T09:00", "03-01T10:00"));
}

#[test]
fn journals_and_free_busy_overlap_as_the_tables_say() {
    let journal = |lines: &str, start: &str, end: &str| in_range("VJOURNAL", lines, start, end);
    assert!(journal("DTSTART:20260301T090000Z", "03-01T09:00", "03-01T09:01"));
    assert!(!journal("DTSTART:20260301T090000Z", "03-01T09:01", "03-01T10:00"));
    assert!(journal("DTSTART;VALUE=DATE:20260301", "03-01T22:00", "03-02T10:00"));
    assert!(!journal("SUMMARY:no day", "01-01T00:00", "12-31T00:00"));
    let busy = |lines: &str, start: &str, end: &str| in_range("VFREEBUSY", lines, start, end);
    let bounded = "DTSTART:20260301T000000Z\nDTEND:20260302T000000Z";
    assert!(busy(bounded, "03-02T00:00", "03-03T00:00") && !busy(bounded, "02-01T00:00", "03-01T00:00"));
    let periods = "FREEBUSY:20260301T090000Z/PT1H,20260303T090000Z/PT1H";
    assert!(busy(periods, "03-03T09:30", "03-04T00:00") && !busy(periods, "03-02T00:00", "03-03T09:00"));
    assert!(!busy("SUMMARY:nothing", "01-01T00:00", "12-31T00:00"));
}

#[test]
fn a_moved_instance_matches_where_it_is_and_not_where_it_was() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20260301T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE:20260303T090000Z\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260302T090000Z\nDTSTART:20260310T090000Z\nDURATION:PT1H\nSUMMARY:moved\nEND:VEVENT",
    );
    let on = |start: &str, end: &str, props: Vec<PropFilter>| {
        let time_range = Some(TimeRange { start: instant(start), end: instant(end) });
        ask(&text, CompFilter { time_range, props, ..CompFilter::of("VEVENT") }).expect("few steps")
    };

    assert!(on("03-01T00:00", "03-02T00:00", vec![]) && on("03-10T00:00", "03-11T00:00", vec![]));
    assert!(!on("03-02T00:00", "03-03T00:00", vec![]), "it has moved away");
    assert!(!on("03-03T00:00", "03-04T00:00", vec![]), "it is left out");
    assert!(!on("03-04T00:00", "03-05T00:00", vec![]), "COUNT is over");
    // All conditions are asked of one component.
    assert!(on("03-10T00:00", "03-11T00:00", vec![PropFilter::of("SUMMARY")]));
    assert!(!on("03-01T00:00", "03-02T00:00", vec![PropFilter::of("SUMMARY")]));
}

#[test]
fn a_rule_for_ever_costs_little_where_it_matches_and_little_where_it_has_not_begun() {
    let text = event("DTSTART:20260301T090000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY");
    let on = |start: &str, end: &str| {
        let time_range = Some(TimeRange { start: instant(start), end: instant(end) });
        let filter = CompFilter { time_range, ..CompFilter::of("VEVENT") };
        let filter = CompFilter { comps: vec![filter], ..CompFilter::of("VCALENDAR") };
        matches(&read(&text), &filter, &berlin(), &mut Steps::new(10_000)).expect("ten thousand steps are enough")
    };

    assert!(on("03-05T00:00", "-") && on("-", "12-01T00:00") && on("11-01T00:00", "12-01T00:00"));
    assert!(!on("-", "03-01T09:00"));
}

#[test]
fn what_never_comes_ends_with_the_budget() {
    let text = event("DTSTART:20260301T090000Z\nRRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30");
    let time_range = Some(TimeRange { start: instant("04-01T00:00"), end: None });

    assert_eq!(ask(&text, CompFilter { time_range, ..CompFilter::of("VEVENT") }), Err(TooManySteps));
}

#[test]
fn alarms_go_off_with_each_instance_and_again() {
    let with_alarm = |alarm: &str| {
        event(&format!(
            "DTSTART:20260301T090000Z\nDTEND:20260301T100000Z\nRRULE:FREQ=DAILY\nBEGIN:VALARM\n{alarm}\nEND:VALARM"
        ))
    };
    let on = |alarm: &str, start: &str, end: &str| {
        let time_range = Some(TimeRange { start: instant(start), end: instant(end) });
        let filter = CompFilter { time_range, ..CompFilter::of("VALARM") };
        ask(&with_alarm(alarm), CompFilter { comps: vec![filter], ..CompFilter::of("VEVENT") }).expect("few steps")
    };

    assert!(on("TRIGGER:-PT15M", "05-01T08:45", "05-01T08:46") && !on("TRIGGER:-PT15M", "05-01T08:46", "05-02T08:45"));
    assert!(on("TRIGGER;RELATED=END:PT5M", "05-01T10:05", "05-01T10:06"));
    assert!(on("TRIGGER:-P2D", "05-01T09:00", "05-01T09:01"));
    assert!(on("TRIGGER;VALUE=DATE-TIME:20260201T000000Z", "02-01T00:00", "02-01T00:01"));
    let again = "TRIGGER:-PT15M\nREPEAT:2\nDURATION:PT10M";
    assert!(on(again, "05-01T09:05", "05-01T09:06") && on(again, "05-01T08:50", "05-01T08:56"));
    assert!(!on(again, "05-01T09:06", "05-02T08:45") && !on(again, "05-01T08:46", "05-01T08:55"));
    assert!(!on("ACTION:AUDIO", "01-01T00:00", "12-31T00:00"));
}

#[test]
fn what_is_not_defined_is_asked_at_every_level() {
    let text = event("DTSTART:20260301T090000Z\nATTENDEE;CN=Ada:mailto:ada@example.org");
    let no = |name: &str| CompFilter { is_not_defined: true, ..CompFilter::of(name) };
    let param = |name: &str| PropFilter {
        params: vec![ParamFilter { name: name.to_owned(), is_not_defined: true, text: None }],
        ..PropFilter::of("ATTENDEE")
    };
    let of = |props| ask(&text, CompFilter { props, ..CompFilter::of("VEVENT") });

    assert_eq!((ask(&text, no("VTODO")), ask(&text, no("vevent"))), (Ok(true), Ok(false)));
    let within = |name| ask(&text, CompFilter { comps: vec![no(name)], ..CompFilter::of("VEVENT") });
    assert_eq!(within("VALARM"), Ok(true));
    assert_eq!((of(vec![param("PARTSTAT")]), of(vec![param("CN")])), (Ok(true), Ok(false)));
    let no_prop = |name| PropFilter { is_not_defined: true, ..PropFilter::of(name) };
    assert_eq!((of(vec![no_prop("SUMMARY")]), of(vec![no_prop("DTSTART")])), (Ok(true), Ok(false)));
}

#[test]
fn texts_are_compared_as_texts() {
    let text = event(
        "DTSTART:20260301T090000Z\nSUMMARY:Tea\\, and a long talk\nCATEGORIES:Work,Deep\\, Work\nATTENDEE;CN=\"A ^'B^' C\":mailto:ada@example.org",
    );
    let is = |name: &str, wanted: &str, match_type| {
        let wanted =
            TextMatch { text: wanted.to_owned(), match_type, collation: Collation::AsciiCasemap, negate: false };
        let prop = PropFilter { text: vec![wanted], ..PropFilter::of(name) };
        ask(&text, CompFilter { props: vec![prop], ..CompFilter::of("VEVENT") }).expect("no steps")
    };

    assert!(is("SUMMARY", "tea, and a long", MatchType::Contains));
    assert!(is("CATEGORIES", "deep, work", MatchType::Equals) && is("CATEGORIES", "work", MatchType::Equals));
    assert!(!is("CATEGORIES", "deep", MatchType::Equals) && is("CATEGORIES", "deep", MatchType::StartsWith));
    let cn = TextMatch { text: "\"B\"".to_owned(), ..TextMatch::default() };
    let cn = ParamFilter { name: "cn".to_owned(), is_not_defined: false, text: Some(cn) };
    let attendee = PropFilter { params: vec![cn], ..PropFilter::of("attendee") };
    assert_eq!(ask(&text, CompFilter { props: vec![attendee], ..CompFilter::of("VEVENT") }), Ok(true));
}

#[test]
fn one_of_several_is_enough_where_it_is_asked_so() {
    let text = event("DTSTART:20260301T090000Z\nSUMMARY:Tea");
    let props = || vec![PropFilter::of("SUMMARY"), PropFilter::of("LOCATION")];

    assert_eq!(ask(&text, CompFilter { props: props(), ..CompFilter::of("VEVENT") }), Ok(false));
    assert_eq!(ask(&text, CompFilter { props: props(), any: true, ..CompFilter::of("VEVENT") }), Ok(true));
}

#[test]
fn properties_may_be_asked_for_their_times() {
    let text = event("DTSTART:20260301T090000Z\nLAST-MODIFIED:20260115T000000Z\nX-DAY;VALUE=DATE:20260210");
    let of = |name: &str, start: &str, end: &str| {
        let time_range = Some(TimeRange { start: instant(start), end: instant(end) });
        let prop = PropFilter { time_range, ..PropFilter::of(name) };
        ask(&text, CompFilter { props: vec![prop], ..CompFilter::of("VEVENT") }).expect("no steps")
    };

    assert!(of("LAST-MODIFIED", "01-15T00:00", "01-15T00:01") && !of("LAST-MODIFIED", "01-14T00:00", "01-15T00:00"));
    assert!(of("X-DAY", "02-10T12:00", "02-10T13:00") && !of("UID", "01-01T00:00", "12-01T00:00"));
}

#[test]
fn a_filter_says_what_an_index_may_be_asked() {
    let time_range = Some(TimeRange { start: instant("03-01T00:00"), end: None });
    let of = |comps, any| CompFilter { comps, any, ..CompFilter::of("VCALENDAR") };
    let events = CompFilter { time_range, ..CompFilter::of("VEVENT") };
    let alarms =
        CompFilter { comps: vec![CompFilter { time_range, ..CompFilter::of("VALARM") }], ..CompFilter::of("VEVENT") };
    let none = CompFilter { is_not_defined: true, ..CompFilter::of("VEVENT") };

    let filter = of(vec![events.clone()], false);
    assert_eq!((filter.bounds(), filter.kinds()), (time_range, Some(vec![Kind::Event])));
    let filter = of(vec![alarms], false);
    assert_eq!((filter.bounds(), filter.kinds()), (None, Some(vec![Kind::Event])));
    let filter = of(vec![events, CompFilter::of("VTODO")], true);
    assert_eq!((filter.bounds(), filter.kinds()), (None, Some(vec![Kind::Event, Kind::Todo])));
    assert_eq!((of(vec![none.clone()], false).bounds(), of(vec![none], false).kinds()), (None, None));
    assert_eq!(CompFilter::of("VCALENDAR").kinds(), None);
}

#[test]
fn a_filter_without_bounds_is_refused() {
    let root = |comps| CompFilter { comps, ..CompFilter::of("VCALENDAR") };
    let mut deep = CompFilter::of("VEVENT");
    for _ in 0..MAX_FILTER_DEPTH {
        deep = CompFilter { comps: vec![deep], ..CompFilter::of("VEVENT") };
    }
    let long = TextMatch { text: "x".repeat(2_000), ..TextMatch::default() };
    let long =
        CompFilter { props: vec![PropFilter { text: vec![long], ..PropFilter::of("X") }], ..CompFilter::of("VEVENT") };
    let empty = Some(TimeRange { start: instant("03-01T00:00"), end: instant("03-01T00:00") });
    for (filter, why, precondition) in [
        (CompFilter::of("VEVENT"), BadFilter::NotCalendar { name: "VEVENT".to_owned() }, "valid-filter"),
        (root(vec![CompFilter::of("VEVENT"); MAX_FILTER_NODES]), BadFilter::TooLarge, "valid-filter"),
        (root(vec![deep]), BadFilter::TooDeep, "valid-filter"),
        (root(vec![long]), BadFilter::TooLong, "valid-filter"),
        (
            root(vec![CompFilter { time_range: empty, ..CompFilter::of("VEVENT") }]),
            BadFilter::EmptyTimeRange,
            "valid-filter",
        ),
        (
            root(vec![CompFilter {
                time_range: Some(TimeRange { start: instant("03-01T00:00"), end: None }),
                ..CompFilter::of("VTIMEZONE")
            }]),
            BadFilter::NoTimes { name: "VTIMEZONE".to_owned() },
            "supported-filter",
        ),
    ] {
        assert_eq!(filter.check(), Err(why.clone()));
        assert_eq!(why.precondition(), precondition);
    }
}

#[test]
fn another_outermost_component_matches_nothing() {
    let object = event("DTSTART:20260301");
    let zone: ObjectZone = berlin();
    let ask = |filter: &CompFilter| matches(&read(&object), filter, &zone, &mut Steps::default());

    assert_eq!(ask(&CompFilter::of("VCALENDAR")), Ok(true));
    assert_eq!(ask(&CompFilter::of("VCARD")), Ok(false));
    assert_eq!(ask(&CompFilter { is_not_defined: true, ..CompFilter::of("VCALENDAR") }), Ok(false));
}

#[test]
fn looking_through_much_costs_steps() {
    let text = event(&format!("DTSTART:20260301T090000Z\nDESCRIPTION:{}", "x".repeat(900_000)));
    let object = read(&text);
    let look = TextMatch {
        text: "y".to_owned(),
        collation: Collation::AsciiCasemap,
        negate: false,
        match_type: MatchType::Contains,
    };
    let prop = PropFilter { text: vec![look; 150], any: true, ..PropFilter::of("DESCRIPTION") };
    let filter = CompFilter { props: vec![prop], ..CompFilter::of("VEVENT") };
    let filter = CompFilter { comps: vec![filter], ..CompFilter::of("VCALENDAR") };
    let mut steps = Steps::default();

    assert_eq!(matches(&object, &filter, &berlin(), &mut steps), Ok(false));
    assert!(steps.left() < Steps::default().left() / 2, "{} steps are left", steps.left());
    assert_eq!(matches(&object, &filter, &berlin(), &mut Steps::new(1_000)), Err(TooManySteps));
    // What is usual costs nothing.
    let mut steps = Steps::default();
    let text = event("DTSTART:20260301T090000Z\nSUMMARY:Tea");
    let small = read(&text);
    let filter = CompFilter { props: vec![PropFilter::of("SUMMARY")], ..CompFilter::of("VEVENT") };
    let filter = CompFilter { comps: vec![filter], ..CompFilter::of("VCALENDAR") };
    assert_eq!(matches(&small, &filter, &berlin(), &mut steps), Ok(true));
    assert_eq!(steps.left(), Steps::default().left());
}

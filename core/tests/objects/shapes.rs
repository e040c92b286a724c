//! What of an object is sent: RFC 4791 7.8.1 to 7.8.4 and 7.10, and what they leave open.

use meetme_core::ical::{known_zones, timezone_text};
use meetme_core::object::free_busy::{FreeBusyText, free_busy_text, merged};
use meetme_core::object::shape::{Shape, Wanted, WantedComps, WantedProp, WantedProps, shaped};
use meetme_core::object::{Busy, BusyKind, Object, ObjectLimits, Setting, calendar_timezone};
use meetme_core::recurrence::Steps;
use meetme_core::time::Zone;

use super::rfc4791::objects;
use super::{berlin, calendar, event, read};
use crate::kit::{at, hour, span};

fn sent(text: &str, shape: &Shape) -> String {
    shaped(&read(text), shape, &berlin(), &mut Steps::default()).expect("few steps")
}

/// What stands within the VCALENDAR, line by line.
fn inside(text: &str) -> Vec<String> {
    assert!(text.lines().count() == text.matches("\r\n").count(), "{text:?}");
    let lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let skipped = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//x//y//EN", "END:VCALENDAR"];
    lines.into_iter().filter(|line| !skipped.contains(&line.as_str())).collect()
}

fn comp(name: &str, props: &[&str], comps: Vec<Wanted>) -> Wanted {
    let props = props.iter().map(|name| WantedProp { name: (*name).to_owned(), no_value: false });
    Wanted { name: name.to_owned(), props: WantedProps::These(props.collect()), comps: WantedComps::These(comps) }
}

#[test]
fn section_7_8_1_partial_retrieval() {
    let event =
        ["SUMMARY", "UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXRULE", "EXDATE", "RECURRENCE-ID"];
    let zone = Wanted { name: "VTIMEZONE".to_owned(), props: WantedProps::All, comps: WantedComps::All };
    let wanted = comp("VCALENDAR", &["VERSION"], vec![comp("VEVENT", &event, vec![]), zone]);

    let text = sent(&objects()[2], &Shape { wanted: Some(wanted), ..Shape::default() });

    assert!(
        text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nLAST-MODIFIED:20040110T032845Z\r\n")
    );
    let entry = text.split("END:VTIMEZONE\r\n").nth(1).expect("an entry behind the zone");
    assert_eq!(
        entry,
        "BEGIN:VEVENT\r\nDTSTART;TZID=US/Eastern:20060104T100000\r\nDURATION:PT1H\r\nSUMMARY:Event #3\r\n\
         UID:DC6C50A017428C5216A2F1CD@example.com\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
}

#[test]
fn section_7_8_2_limited_recurrence_set() {
    let limit = Some(span("2006-01-03T00:00:00Z", "2006-01-05T00:00:00Z"));

    let text = sent(&objects()[1], &Shape { limit_recurrence: limit, ..Shape::default() });

    assert_eq!(text.matches("BEGIN:VEVENT").count(), 2);
    assert!(text.contains("SUMMARY:Event #2 bis\r\n") && !text.contains("bis bis") && text.contains("RRULE"));
}

#[test]
fn section_7_8_3_expanded_instances() {
    let expand = Some(span("2006-01-03T00:00:00Z", "2006-01-05T00:00:00Z"));

    let text = sent(&objects()[1], &Shape { expand, ..Shape::default() });

    assert_eq!(
        inside(&text),
        [
            "BEGIN:VEVENT",
            "DTSTAMP:20060206T001121Z",
            "DTSTART:20060103T170000Z",
            "RECURRENCE-ID:20060103T170000Z",
            "DURATION:PT1H",
            "SUMMARY:Event #2",
            "UID:00959BC664CA650E933C892C@example.com",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "DTSTAMP:20060206T001121Z",
            "DTSTART:20060104T190000Z",
            "RECURRENCE-ID:20060104T170000Z",
            "DURATION:PT1H",
            "SUMMARY:Event #2 bis",
            "UID:00959BC664CA650E933C892C@example.com",
            "END:VEVENT",
        ]
    );
    let single = sent(&objects()[2], &Shape { expand, ..Shape::default() });
    assert!(single.contains("DTSTART:20060104T150000Z\r\n") && !single.contains("RECURRENCE-ID"));
}

#[test]
fn section_7_8_4_limited_free_busy_set() {
    let limit = Some(span("2006-01-02T00:00:00Z", "2006-01-03T00:00:00Z"));

    let text = sent(&objects()[7], &Shape { limit_freebusy: limit, ..Shape::default() });

    let periods: Vec<_> = text.lines().filter(|line| line.starts_with("FREEBUSY")).collect();
    assert_eq!(periods, ["FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060102T100000Z/20060102T120000Z"]);
}

#[test]
fn section_7_10_free_busy_of_a_collection() {
    let asked = span("2006-01-04T14:00:00Z", "2006-01-05T22:00:00Z");
    let setting = Setting { floating: &Zone::UTC.into(), horizon: asked, addresses: &[] };
    let of = |text: &String| read(text).index(&setting, &mut Steps::default()).expect("few steps").busy;
    let busy = merged(objects()[..7].iter().flat_map(of).collect(), asked);

    let text = free_busy_text(&FreeBusyText {
        uid: "1@example.com",
        stamp: at("2006-01-01T00:00:00Z"),
        span: asked,
        busy: &busy,
        method: None,
        organizer: None,
        attendee: None,
    });

    let periods: Vec<_> = text.lines().filter(|line| line.starts_with("FREEBUSY")).collect();
    assert_eq!(
        periods,
        [
            "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20060104T150000Z/20060104T160000Z",
            "FREEBUSY:20060104T190000Z/20060104T200000Z",
            "FREEBUSY:20060105T170000Z/20060105T180000Z",
        ]
    );
    assert!(Object::read(text.as_bytes(), &ObjectLimits::default()).is_ok(), "{text}");
}

#[test]
fn days_and_floating_times_stay_what_they_are_when_they_are_expanded() {
    let expand = Some(span("2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"));
    let of = |lines: &str| {
        let text = sent(&event(lines), &Shape { expand, ..Shape::default() });
        inside(&text)
            .into_iter()
            .filter(|line| ["DT", "RE", "DU"].contains(&&line[..2]) && !line.starts_with("DTSTAMP"))
            .collect::<Vec<_>>()
    };

    assert_eq!(
        of(
            "DTSTART;VALUE=DATE:20260301\nDTEND;VALUE=DATE:20260302\nRRULE:FREQ=DAILY\nEXDATE;VALUE=DATE:20260328,20260330"
        ),
        ["DTSTART;VALUE=DATE:20260329", "RECURRENCE-ID;VALUE=DATE:20260329", "DTEND;VALUE=DATE:20260330"]
    );
    assert_eq!(
        of("DTSTART:20260302T093000\nDURATION:P1D\nRRULE:FREQ=WEEKLY;BYDAY=SU"),
        ["DTSTART:20260329T093000", "RECURRENCE-ID:20260329T093000", "DURATION:P1D"]
    );
    // A day of the zone in which clocks go forward, told where there is no zone.
    assert_eq!(
        of("DTSTART;TZID=Europe/Berlin:20260301T003000\nDURATION:P1D\nRRULE:FREQ=WEEKLY"),
        ["DTSTART:20260328T233000Z", "RECURRENCE-ID:20260328T233000Z", "DURATION:PT82800S"]
    );
    assert_eq!(
        of("DTSTART:20260301T090000Z\nRDATE;VALUE=PERIOD:20260329T090000Z/PT2H"),
        ["DTSTART:20260329T090000Z", "RECURRENCE-ID:20260329T090000Z", "DTEND:20260329T110000Z"]
    );
}

#[test]
fn what_does_not_happen_then_is_not_told() {
    let expand = Some(span("2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"));

    assert!(inside(&sent(&event("DTSTART:20260401T000000Z"), &Shape { expand, ..Shape::default() })).is_empty());
}

#[test]
fn overrides_that_matter_by_their_old_time_or_for_the_future_are_kept() {
    let limit = |start, end| Shape { limit_recurrence: Some(span(start, end)), ..Shape::default() };
    let object = |range: &str| {
        calendar(&format!(
            "BEGIN:VEVENT\nUID:1\nDTSTART:20260301T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nEND:VEVENT\n\
             BEGIN:VEVENT\nUID:1\nRECURRENCE-ID{range}:20260302T090000Z\nDTSTART:20260310T090000Z\nDURATION:PT1H\nEND:VEVENT"
        ))
    };
    let kept = |range: &str, shape: Shape| sent(&object(range), &shape).matches("BEGIN:VEVENT").count() == 2;

    assert!(kept("", limit("2026-03-02T09:30:00Z", "2026-03-02T09:40:00Z")), "it was here");
    assert!(kept("", limit("2026-03-10T09:30:00Z", "2026-03-10T09:40:00Z")), "it is here");
    assert!(!kept("", limit("2026-03-05T09:30:00Z", "2026-03-05T09:40:00Z")));
    assert!(kept(";RANGE=THISANDFUTURE", limit("2026-04-05T00:00:00Z", "2026-04-06T00:00:00Z")));
}

#[test]
fn lines_that_are_sent_keep_their_bytes() {
    let text =
        event("X-ODD;P=\"a;b\";Q=c:  d\\,e \nDTSTART:20260301T090000Z").replace("X-ODD", "SUMMARY:T\r\n ea\r\nX-ODD");
    let wanted = comp("VCALENDAR", &[], vec![comp("VEVENT", &["SUMMARY", "X-odd"], vec![])]);

    let sent = sent(&text.replace("\r\n", "\n"), &Shape { wanted: Some(wanted), ..Shape::default() });

    let lines = [
        "BEGIN:VCALENDAR",
        "BEGIN:VEVENT",
        "SUMMARY:T",
        " ea",
        "X-ODD;P=\"a;b\";Q=c:  d\\,e ",
        "END:VEVENT",
        "END:VCALENDAR",
    ];
    assert_eq!(sent, format!("{}\r\n", lines.join("\r\n")));
}

#[test]
fn a_property_may_be_wanted_without_its_value() {
    let prop = WantedProp { name: "ATTENDEE".to_owned(), no_value: true };
    let events = Wanted { name: "VEVENT".to_owned(), props: WantedProps::These(vec![prop]), comps: WantedComps::All };
    let wanted =
        Wanted { name: "VCALENDAR".to_owned(), props: WantedProps::All, comps: WantedComps::These(vec![events]) };

    let text = sent(
        &event("DTSTART:20260301\nATTENDEE;CN=Ada:mailto:ada@example.org"),
        &Shape { wanted: Some(wanted), ..Shape::default() },
    );

    assert_eq!(inside(&text), ["BEGIN:VEVENT", "ATTENDEE;CN=Ada:", "END:VEVENT"]);
}

#[test]
fn zones_by_reference_leave_out_those_that_everybody_knows() {
    let text = objects()[0].clone();
    let own = text.replace("US/Eastern", "Home");
    let shape = Shape { without_zones: true, ..Shape::default() };

    assert!(!sent(&text, &shape).contains("VTIMEZONE"));
    assert!(sent(&own, &shape).contains("VTIMEZONE"));
}

#[test]
fn shaping_twice_gives_the_same_bytes_and_the_default_is_the_object() {
    let expand = Some(span("2006-01-01T00:00:00Z", "2006-02-01T00:00:00Z"));
    for text in objects() {
        assert_eq!(sent(&text, &Shape::default()), text);
        let shape = Shape { expand, ..Shape::default() };
        assert_eq!(sent(&text, &shape), sent(&text, &shape));
    }
    assert!(Shape::default().is_verbatim() && !Shape { expand, ..Shape::default() }.is_verbatim());
}

#[test]
fn of_two_kinds_at_one_time_the_stronger_is_told() {
    let busy = |kind, start: &str, end: &str| Busy {
        kind,
        span: span(&format!("2026-03-01T{start}:00Z"), &format!("2026-03-01T{end}:00Z")),
    };
    let all = vec![
        busy(BusyKind::Tentative, "09:00", "17:00"),
        busy(BusyKind::Busy, "10:00", "11:00"),
        busy(BusyKind::Busy, "11:00", "12:00"),
        busy(BusyKind::Unavailable, "11:30", "13:00"),
        busy(BusyKind::Busy, "06:00", "07:00"),
    ];

    assert_eq!(
        merged(all, span("2026-03-01T06:30:00Z", "2026-03-01T16:00:00Z")),
        [
            busy(BusyKind::Busy, "06:30", "07:00"),
            busy(BusyKind::Tentative, "09:00", "10:00"),
            busy(BusyKind::Busy, "10:00", "12:00"),
            busy(BusyKind::Unavailable, "12:00", "13:00"),
            busy(BusyKind::Tentative, "13:00", "16:00"),
        ]
    );
    assert!(merged(vec![], hour("2026-03-01T06:00:00Z")).is_empty());
}

#[test]
fn every_known_zone_is_told_and_read_back() {
    assert!(known_zones().count() > 400);
    for name in ["Europe/Berlin", "UTC", "Africa/Casablanca", "America/New_York"] {
        let text = timezone_text(name.parse().expect("a zone"));

        assert_eq!(calendar_timezone(text.as_bytes()), Ok(crate::kit::zone(name).into()), "{text}");
        assert_eq!(text, timezone_text(name.parse().expect("a zone")));
    }
}

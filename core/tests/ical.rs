//! Calendar documents: their bytes, what a reader makes of them, and their zones beside chrono-tz.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use icalendar::parser::{Calendar, Component, read_calendar, unfold};
use meetme_core::api;
use meetme_core::booking::Status;
use meetme_core::event::{Answer, Event};
use meetme_core::ical::{
    BookingEntry, BookingsFeed, Feed, booking_object, bookings_feed, open_slots_feed, slot_object,
};
use meetme_core::object::{Object, ObjectLimits};
use meetme_core::time::{Instant, Minutes, Span};
use proptest::prelude::*;

use crate::kit::{at, booking_id, event, hour, span, zone};

const SERVER: &str = "https://meet.example";

fn rendered(event: &Event, slots: &[Span]) -> String {
    let event = api::Event::new(event, SERVER, false);
    open_slots_feed(&Feed {
        event: &event,
        slots,
        host_name: "Ada Lovelace",
        changed_at: at("2026-03-01T08:00:00Z"),
        refresh: Minutes(15),
        uid_domain: "meet.example",
    })
}

fn berlin() -> Event {
    Event {
        zone: zone("Europe/Berlin"),
        title: "Coffee; tea, or \\ water: 日本語のお茶を飲みながらゆっくり話しましょう".to_owned(),
        description: "First line\nsecond line".to_owned(),
        location: "Café Zuse, Berlin".to_owned(),
        ..event()
    }
}

fn person(username: &str, display_name: &str, email: Option<&str>) -> api::Person {
    api::Person {
        username: username.parse().expect("a username"),
        display_name: display_name.to_owned(),
        email: email.map(str::to_owned),
    }
}

fn a_booking(status: Status) -> api::Booking {
    api::Booking {
        id: booking_id(1),
        uid: "0101@meet.example".to_owned(),
        sequence: 2,
        event: api::BookedEvent {
            owner: "ada".parse().expect("a username"),
            slug: "chat".parse().expect("a slug"),
            title: "Chat".to_owned(),
        },
        start: at("2026-03-02T12:00:00Z"),
        end: at("2026-03-02T12:30:00Z"),
        status,
        host: person("ada", "Ada \"the Countess\" Lovelace; née Byron", Some("ada@example.org")),
        guest: person("bob", "Bob", None),
        note: "See you there".to_owned(),
        answers: vec![Answer { question: "Tea?".to_owned(), answer: "Yes, please".to_owned() }],
        lapses_at: None,
        created_at: at("2026-02-01T09:00:00Z"),
        updated_at: at("2026-02-02T09:00:00Z"),
        links: api::BookingLinks { call: format!("{SERVER}/calls/0101"), page: format!("{SERVER}/bookings/0101") },
    }
}

fn rendered_bookings(user: &str, bookings: &[api::Booking], location: &str) -> String {
    let entries: Vec<_> = bookings.iter().map(|booking| BookingEntry { booking, location }).collect();
    let user = user.parse().expect("a username");
    bookings_feed(&BookingsFeed { user: &user, bookings: &entries, refresh: Minutes(15) })
}

/// Slots on either side of the night in which clocks go forward, and in both showings of a doubled hour.
fn slots() -> [Span; 4] {
    [
        hour("2026-03-28T08:00:00Z"),
        hour("2026-03-30T07:00:00Z"),
        Span::lasting(at("2026-10-25T00:15:00Z"), Minutes(30)),
        Span::lasting(at("2026-10-25T01:15:00Z"), Minutes(30)),
    ]
}

#[test]
fn open_slots_have_these_bytes() {
    assert_eq!(rendered(&berlin(), &slots()), include_str!("fixtures/open-slots.ics"));
}

#[test]
fn bookings_have_these_bytes() {
    let bookings = [a_booking(Status::Confirmed), a_booking(Status::Pending), a_booking(Status::Cancelled)];

    assert_eq!(rendered_bookings("bob", &bookings, ""), include_str!("fixtures/bookings.ics"));
}

#[test]
fn a_booking_is_an_object_of_its_own_with_its_call() {
    let booking = a_booking(Status::Confirmed);
    let user = "bob".parse().expect("a username");

    let text = booking_object(&BookingEntry { booking: &booking, location: "" }, &user, "");

    let object = Object::read(text.as_bytes(), &ObjectLimits::default()).expect("an object");
    assert_eq!((object.uid(), object.sequence(), object.method()), ("0101@meet.example", 2, None));
    let unfolded = lines(&text);
    for line in [
        "CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO:https://meet.example/calls/0101",
        "URL:https://meet.example/bookings/0101",
        "STATUS:CONFIRMED",
        "ATTENDEE;CN=\"Bob\";ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED:urn:meetme:bob",
    ] {
        assert!(unfolded.iter().any(|written| written == line), "{line} in {text}");
    }
    assert_eq!(booking_object(&BookingEntry { booking: &booking, location: "" }, &user, ""), text);
}

#[test]
fn a_slot_is_an_object_of_its_own_under_the_uid_of_the_feed() {
    let event = api::Event::new(&berlin(), SERVER, false);
    let feed = Feed {
        event: &event,
        slots: &[],
        host_name: "Ada",
        changed_at: at("2026-03-01T08:00:00Z"),
        refresh: Minutes(15),
        uid_domain: "meet.example",
    };

    let text = slot_object(&feed, slots()[0]);

    let object = Object::read(text.as_bytes(), &ObjectLimits::default()).expect("an object");
    assert_eq!(object.uid(), "ada-chat-20260328T080000Z@meet.example");
    assert!(text.contains("TRANSP:TRANSPARENT\r\n") && text.contains("BEGIN:VTIMEZONE\r\n"));
    assert_eq!(slot_object(&feed, slots()[0]), text);
}

#[test]
fn rendering_twice_gives_the_same_bytes() {
    assert_eq!(rendered(&berlin(), &slots()), rendered(&berlin(), &slots()));
    let bookings = [a_booking(Status::Confirmed)];
    assert_eq!(rendered_bookings("ada", &bookings, "Here"), rendered_bookings("ada", &bookings, "Here"));
}

#[test]
fn a_reader_finds_what_was_written() {
    let text = unfold(&rendered(&berlin(), &slots()));
    let calendar = read_calendar(&text).expect("it is a calendar");

    let entries = components(&calendar, "VEVENT");
    assert_eq!(entries.len(), 4);
    assert_eq!(value(entries[0], "UID"), "ada-chat-20260328T080000Z@meet.example");
    assert_eq!(value(entries[0], "SUMMARY"), format!("Open: {}", berlin().title));
    assert_eq!(value(entries[0], "URL"), "https://meet.example/ada/chat?at=2026-03-28T08:00:00Z");
    assert_eq!(value(entries[1], "DTSTART"), "20260330T090000");
    // The first showing of the doubled hour has a name, the second is told in UTC.
    assert_eq!(value(entries[2], "DTSTART"), "20261025T021500");
    assert_eq!(value(entries[3], "DTSTART"), "20261025T011500Z");
    assert_eq!(value(entries[3], "DTEND"), "20261025T014500Z");
}

#[test]
fn a_booking_names_the_other_to_each_of_the_two() {
    let booking = [a_booking(Status::Confirmed)];
    let summary = |user: &str| {
        let text = unfold(&rendered_bookings(user, &booking, ""));
        value(components(&read_calendar(&text).expect("a calendar"), "VEVENT")[0], "SUMMARY")
    };

    assert_eq!(summary("ada"), "Chat with Bob");
    assert_eq!(summary("bob"), "Chat with Ada \"the Countess\" Lovelace; née Byron");
}

#[test]
fn an_event_in_utc_needs_no_zone_and_one_without_slots_has_none() {
    assert!(!rendered(&event(), &[hour("2026-03-28T08:00:00Z")]).contains("TZID"));
    assert!(!rendered(&berlin(), &[]).contains("TZID"));
}

fn components<'a>(calendar: &'a Calendar<'a>, name: &str) -> Vec<&'a Component<'a>> {
    calendar.components.iter().filter(|component| component.name == name).collect()
}

fn value(component: &Component<'_>, name: &str) -> String {
    let property = component.properties.iter().find(|property| property.name == name);
    property.map(|property| property.val.to_string()).unwrap_or_else(|| panic!("no {name} in {component:?}"))
}

/// A text as iCalendar can hold it.
fn normal(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{2028}', '\u{2029}'], "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// Undoes the folding as the RFC has it, after checking that it is done right.
fn lines(document: &str) -> Vec<String> {
    assert!(document.ends_with("\r\n"));
    let mut lines: Vec<String> = Vec::new();
    for line in document.trim_end_matches("\r\n").split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "a bare line break in {line:?}");
        match line.strip_prefix(' ') {
            Some(rest) => lines.last_mut().expect("a first line").push_str(rest),
            None => lines.push(line.to_owned()),
        }
    }
    lines
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '\\' { chars.next() } else { None }) {
            ('\\', Some('n')) => plain.push('\n'),
            ('\\', Some(escaped)) => plain.push(escaped),
            (c, _) => plain.push(c),
        }
    }
    plain
}

fn any_text() -> impl Strategy<Value = String> {
    let nasty = prop_oneof![
        Just("\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("\n ".to_owned()),
        Just("\u{2028}\u{85}\u{0}\u{7f}\u{b}".to_owned()),
        Just("👩‍👩‍👧‍👦 日本語 \\n \\\\ ;,:\"^'".to_owned()),
        ".{0,60}",
        proptest::collection::vec(any::<char>(), 0..60).prop_map(String::from_iter),
    ];
    proptest::collection::vec(nasty, 0..5).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_begins_a_line_of_its_own(
        (title, description, location) in (any_text(), any_text(), any_text()),
        (host, note, mail) in (any_text(), any_text(), any_text()),
    ) {
        let event = Event { title: title.clone(), description, location: location.clone(), ..berlin() };
        let open = rendered(&event, &slots()[..1]);
        let mut booking = a_booking(Status::Confirmed);
        booking.note = note;
        booking.event.title = title.clone();
        booking.host = person("ada", &host, Some(&mail));
        let booked = rendered_bookings("bob", &[booking], &location);

        for document in [&open, &booked] {
            let names: Vec<_> = lines(document).iter().map(|line| line.split([':', ';']).next().unwrap_or("").to_owned()).collect();
            prop_assert!(names.iter().all(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_uppercase() || b == b'-')), "{:?}", names);
            prop_assert_eq!(names.iter().filter(|name| *name == "BEGIN").count(), document.matches("\r\nBEGIN:").count() + 1);
            prop_assert_eq!(lines(document).iter().filter(|line| *line == "BEGIN:VEVENT").count(), 1);
        }
        let mut summary = lines(&open).into_iter().filter_map(|line| line.strip_prefix("SUMMARY:").map(unescaped));
        prop_assert_eq!(summary.next(), Some(format!("Open: {}", normal(&title))));
        let text = unfold(&open);
        let calendar = read_calendar(&text).map_err(TestCaseError::fail)?;
        prop_assert_eq!(components(&calendar, "VEVENT").len(), 1);
        let text = unfold(&booked);
        let calendar = read_calendar(&text).map_err(TestCaseError::fail)?;
        let entries = components(&calendar, "VEVENT");
        prop_assert_eq!(entries.len(), 1);
        let shown = if location.is_empty() { format!("{SERVER}/calls/0101") } else { normal(&location) };
        let written = lines(&booked).into_iter().find_map(|line| line.strip_prefix("LOCATION:").map(unescaped));
        prop_assert_eq!(written, Some(shown));
    }
}

/// The changes that a VTIMEZONE tells: when each begins, and the offset from then on.
fn told(document: &str) -> BTreeMap<Instant, TimeDelta> {
    let mut told = BTreeMap::new();
    let (mut onsets, mut from, mut to) = (Vec::<NaiveDateTime>::new(), TimeDelta::zero(), TimeDelta::zero());
    let local = |text: &str| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").expect("a local time");
    for line in lines(document) {
        match line.split_once(':').expect("a content line") {
            ("BEGIN", "VEVENT") => break,
            ("BEGIN", "STANDARD" | "DAYLIGHT") => onsets.clear(),
            ("DTSTART" | "RDATE", value) => onsets.extend(value.split(',').map(local)),
            ("TZOFFSETFROM", value) => from = offset(value),
            ("TZOFFSETTO", value) => to = offset(value),
            ("END", "STANDARD" | "DAYLIGHT") => {
                for onset in &onsets {
                    assert!(told.insert((*onset - from).and_utc(), to).is_none(), "two changes at {onset}");
                }
            }
            _ => {}
        }
    }
    told
}

fn offset(text: &str) -> TimeDelta {
    let (sign, digits) = (if text.starts_with('-') { -1 } else { 1 }, &text[1..]);
    let part = |i: usize| digits.get(i..i + 2).map_or(0, |two| two.parse::<i64>().expect("digits"));
    TimeDelta::seconds(sign * (part(0) * 3600 + part(2) * 60 + part(4)))
}

fn offset_in(zone: Tz, at: DateTime<Utc>) -> TimeDelta {
    at.with_timezone(&zone).naive_local() - at.naive_utc()
}

/// Checks every half hour of the years that the slots touch, and the second before each change.
fn check_zone(name: &str, slots: Span, changes: usize) {
    let ends =
        [Span::lasting(slots.start(), Minutes(60)), Span::lasting(slots.end() - TimeDelta::hours(1), Minutes(60))];
    let told = told(&rendered(&Event { zone: zone(name), ..event() }, &ends));
    let tz: Tz = name.parse().expect("a zone");

    // The first is what is in force when the years begin.
    assert_eq!(told.len(), changes + 1, "{told:?}");
    let offset_told = |at: Instant| *told.range(..=at).next_back().expect("from the beginning").1;
    let mut at = *told.first_key_value().expect("one at least").0;
    assert!(at <= slots.start());
    while at < slots.end() {
        assert_eq!(offset_told(at), offset_in(tz, at), "{name} at {at}");
        at += TimeDelta::minutes(30);
    }
    for change in told.keys().skip(1) {
        let before = *change - TimeDelta::seconds(1);
        assert_eq!(offset_told(before), offset_in(tz, before), "{name} before {change}");
        assert_ne!(offset_in(tz, before), offset_in(tz, *change), "{name} at {change}");
    }
}

#[test]
fn a_vtimezone_tells_every_change_at_its_time() {
    let years = span("2024-02-01T00:00:00Z", "2027-11-30T00:00:00Z");

    check_zone("Europe/Berlin", years, 8);
    check_zone("America/New_York", years, 8);
    check_zone("Australia/Lord_Howe", years, 8);
    // Back for Ramadan and forward after it, each year.
    check_zone("Africa/Casablanca", years, 8);
    check_zone("Asia/Kathmandu", years, 0);
    // Half past five became a quarter to six.
    check_zone("Asia/Kathmandu", span("1985-12-01T00:00:00Z", "1986-02-01T00:00:00Z"), 1);
    check_zone("Africa/Monrovia", span("1971-12-01T00:00:00Z", "1972-02-01T00:00:00Z"), 1);
}

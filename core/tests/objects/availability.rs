//! VAVAILABILITY in free-busy (RFC 7953).

use meetme_core::object::{BusyKind, unavailable};
use meetme_core::recurrence::{Steps, TooManySteps};

use super::{berlin, calendar, event, read, refusal, shown};
use crate::kit::span;

/// Available on weekdays from nine to five, but not on one Wednesday.
const OFFICE: &str = "BEGIN:AVAILABLE
    UID:a
    DTSTART;TZID=Europe/Berlin:20260302T090000
    DTEND;TZID=Europe/Berlin:20260302T170000
    RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR
    EXDATE;TZID=Europe/Berlin:20260304T090000
    END:AVAILABLE";

fn availability(lines: &str) -> String {
    calendar(&format!("BEGIN:VAVAILABILITY\nUID:v\nDTSTAMP:20260101T000000Z\n{lines}\nEND:VAVAILABILITY"))
}

fn told(texts: &[&str]) -> Vec<(String, BusyKind)> {
    let objects: Vec<_> = texts.iter().map(|text| read(text)).collect();
    let asked = span("2026-03-03T00:00:00Z", "2026-03-06T00:00:00Z");
    let busy = unavailable(&objects, asked, &berlin(), &mut Steps::default()).expect("few steps");
    busy.into_iter().map(|busy| (shown(busy.span), busy.kind)).collect()
}

fn unavailable_in(spans: &[&str]) -> Vec<(String, BusyKind)> {
    spans.iter().map(|span| ((*span).to_owned(), BusyKind::Unavailable)).collect()
}

#[test]
fn what_is_not_available_is_unavailable() {
    let expected = unavailable_in(&["03-03T00:00/03-03T08:00", "03-03T16:00/03-05T08:00", "03-05T16:00/03-06T00:00"]);

    assert_eq!(told(&[&availability(OFFICE)]), expected);
    // An event says nothing of availability.
    assert_eq!(told(&[&event("DTSTART:20260303T000000Z\nDURATION:P1D")]), []);
}

#[test]
fn it_speaks_of_its_own_time_alone_and_says_in_which_way() {
    let text =
        availability(&format!("DTSTART:20260304T000000Z\nDTEND:20260305T120000Z\nBUSYTYPE:BUSY-TENTATIVE\n{OFFICE}"));

    assert_eq!(told(&[&text]), [("03-04T00:00/03-05T08:00".to_owned(), BusyKind::Tentative)]);
}

#[test]
fn the_higher_priority_holds() {
    let usual = availability(&format!("PRIORITY:5\n{OFFICE}"));
    let away = availability("PRIORITY:1\nDTSTART:20260303T120000Z\nDTEND:20260303T140000Z\nBUSYTYPE:BUSY")
        .replace("UID:v", "UID:w");

    for order in [[&usual, &away], [&away, &usual]] {
        let found = told(&[order[0], order[1]]);
        assert_eq!(found[1], ("03-03T12:00/03-03T14:00".to_owned(), BusyKind::Busy), "{found:?}");
        assert_eq!(found.len(), 4);
    }
}

#[test]
fn an_available_that_cannot_be_read_is_refused_and_a_bomb_ends() {
    let broken = availability(&OFFICE.replace("20260302T090000", "soon"));
    assert_eq!(refusal(&broken).precondition(), "valid-calendar-data");

    let bomb = availability(&OFFICE.replace("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "FREQ=SECONDLY"));
    let asked = span("2026-03-03T00:00:00Z", "2026-06-06T00:00:00Z");
    assert_eq!(unavailable([&read(&bomb)], asked, &berlin(), &mut Steps::default()), Err(TooManySteps));
}

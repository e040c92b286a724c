//! Bookings as objects of a calendar, and what changing one asks for.

use meetme_core::api::{BookedEvent, Booking, BookingLinks, Person};
use meetme_core::booking::Status;
use meetme_core::ical::{BookingEdit, BookingEntry, NoEdit, booking_edit, booking_object, own_lines};

use super::{berlin, read};
use crate::kit::{at, booking_id};

fn person(name: &str) -> Person {
    Person {
        username: name.parse().expect("a username"),
        display_name: name.to_owned(),
        email: Some(format!("{name}@example.org")),
    }
}

fn booking(status: Status) -> Booking {
    Booking {
        id: booking_id(1),
        uid: "b1@meet.example".to_owned(),
        sequence: 2,
        event: BookedEvent {
            owner: "ada".parse().expect("a username"),
            slug: "chat".parse().expect("a slug"),
            title: "Chat; tea".to_owned(),
        },
        start: at("2026-03-02T12:00:00Z"),
        end: at("2026-03-02T12:30:00Z"),
        status,
        host: person("ada"),
        guest: person("bob"),
        note: "See you\nthere".to_owned(),
        answers: Vec::new(),
        lapses_at: None,
        created_at: at("2026-02-01T09:00:00Z"),
        updated_at: at("2026-02-02T09:00:00Z"),
        links: BookingLinks {
            call: "https://meet.example/calls/1".to_owned(),
            page: "https://meet.example/bookings/1".to_owned(),
        },
    }
}

fn edit(user: &str, status: Status, from: &str, to: &str) -> Result<BookingEdit, NoEdit> {
    let booking = booking(status);
    let entry = BookingEntry { booking: &booking, location: "Café" };
    let user = user.parse().expect("a username");
    let text = booking_object(&entry, &user, "").replace("\r\n ", "");
    assert!(text.contains(from), "{from} in {text}");

    booking_edit(&read(&text.replace(from, to)), &entry, &user, &berlin())
}

#[test]
fn an_object_that_comes_back_as_it_went_changes_nothing() {
    for (user, status) in
        [("ada", Status::Pending), ("bob", Status::Pending), ("bob", Status::Confirmed), ("ada", Status::Cancelled)]
    {
        assert_eq!(edit(user, status, "VERSION", "VERSION"), Ok(BookingEdit::Nothing));
    }
}

#[test]
fn each_change_asks_for_one_thing() {
    use Status::{Confirmed, Pending};
    let moved = BookingEdit::Move(at("2026-03-02T14:00:00Z"));
    assert_eq!(edit("bob", Confirmed, "DTSTART:20260302T12", "DTSTART:20260302T14"), Ok(moved));
    assert_eq!(
        edit("bob", Confirmed, "DTSTART:20260302T120000Z", "DTSTART;TZID=Europe/Berlin:20260302T150000"),
        Ok(moved)
    );
    assert_eq!(edit("bob", Confirmed, "STATUS:CONFIRMED", "STATUS:CANCELLED"), Ok(BookingEdit::Cancel));
    let says = |name: &str, says: &str| {
        format!("CN=\"{name}\";ROLE={};PARTSTAT={says}", if name == "ada" { "CHAIR" } else { "REQ-PARTICIPANT" })
    };
    assert_eq!(edit("bob", Confirmed, &says("bob", "ACCEPTED"), &says("bob", "DECLINED")), Ok(BookingEdit::Decline));
    assert_eq!(edit("ada", Pending, &says("ada", "NEEDS-ACTION"), &says("ada", "DECLINED")), Ok(BookingEdit::Decline));
    assert_eq!(edit("ada", Pending, &says("ada", "NEEDS-ACTION"), &says("ada", "ACCEPTED")), Ok(BookingEdit::Confirm));
    // Nobody answers for the other.
    assert_eq!(edit("bob", Pending, &says("ada", "NEEDS-ACTION"), &says("ada", "ACCEPTED")), Ok(BookingEdit::Nothing));
}

#[test]
fn what_would_change_the_meeting_otherwise_is_refused_by_name() {
    use Status::Confirmed;
    for (from, to, why) in [
        ("UID:b1", "UID:b2", NoEdit::OtherObject),
        ("STATUS:", "RRULE:FREQ=DAILY\r\nSTATUS:", NoEdit::Repeats),
        ("DTSTART:20260302T120000Z", "DTSTART;VALUE=DATE:20260302", NoEdit::NoStart),
        ("DTEND:20260302T1230", "DTEND:20260302T1300", NoEdit::Length),
        ("STATUS:", "ATTENDEE:mailto:eve@example.org\r\nSTATUS:", NoEdit::People),
        ("mailto:bob@", "mailto:eve@", NoEdit::People),
        ("SUMMARY:Chat", "SUMMARY:Talk", NoEdit::Text { property: "SUMMARY" }),
        ("LOCATION:Café", "LOCATION:Bar", NoEdit::Text { property: "LOCATION" }),
    ] {
        assert_eq!(edit("bob", Confirmed, from, to), Err(why), "{to}");
    }
}

#[test]
fn what_is_ones_own_is_kept() {
    let booking = booking(Status::Confirmed);
    let entry = BookingEntry { booking: &booking, location: "" };
    let user = "bob".parse().expect("a username");
    let plain = booking_object(&entry, &user, "");
    assert_eq!(own_lines(&read(&plain), &entry), "", "nothing is added yet");
    let mine =
        "CATEGORIES:Work\r\nX-APPLE-TRAVEL:1\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M\r\nDESCRIPTION:x\r\nEND:VALARM\r\n";
    let changed = plain.replace("END:VEVENT", &format!("{mine}END:VEVENT"));

    let own = own_lines(&read(&changed), &entry);

    assert_eq!(own, mine);
    assert_eq!(booking_object(&entry, &user, &own), changed);
    let noted = changed.replace("DESCRIPTION:See you\\nthere", "DESCRIPTION:Bring the book");
    let own = own_lines(&read(&noted), &entry);
    let again = booking_object(&entry, &user, &own);
    assert_eq!(
        read(&again).main().all("DESCRIPTION").map(|text| text.text().len()).collect::<Vec<_>>(),
        [read(&noted).main().property("DESCRIPTION").expect("ours").text().len()]
    );
    assert!(again.contains("Bring the book") && !again.contains("See you"), "{again}");
    assert_eq!(own_lines(&read(&again), &entry), own);
}

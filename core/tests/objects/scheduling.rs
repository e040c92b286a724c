//! Scheduling: what is told to whom, and what an answer changes (RFC 5546, 6638).

use meetme_core::object::schedule::{
    Agent, Method, NotAllowed, attendee_deletes, attendee_message, is_significant, keeps_schedule_tag,
    organizer_messages, with_cancel, with_reply, with_request,
};
use meetme_core::time::Instant;

use super::{calendar, event, read};
use crate::kit::{at, span};

const ADA: &str = "mailto:ada@example.org";
const BOB: &str = "mailto:bob@example.org";

fn own(address: &str) -> Vec<String> {
    vec![address.to_owned()]
}

fn stamp() -> Instant {
    at("2026-02-01T00:00:00Z")
}

/// A meeting of Ada's with Bob and Cleo, with more lines.
fn meeting(lines: &str) -> String {
    event(&format!(
        "DTSTART;TZID=Europe/Berlin:20260302T090000\nDTEND;TZID=Europe/Berlin:20260302T100000\nSUMMARY:Tea\n\
         ORGANIZER;CN=Ada:{ADA}\nATTENDEE;CN=\"Bob; the builder\";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:{BOB}\n\
         ATTENDEE;PARTSTAT=ACCEPTED:mailto:cleo@example.org\nSEQUENCE:1\n{lines}"
    ))
}

fn answered(text: &str, says: &str) -> String {
    text.replace("PARTSTAT=NEEDS-ACTION", &format!("PARTSTAT={says}"))
}

#[test]
fn an_object_says_who_takes_part() {
    let text = meeting("ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:dora@example.org");
    let object = read(&text);

    assert_eq!(object.organizer().map(|ada| ada.name), Some(Some("Ada".to_owned())));
    let attendees = object.attendees();
    let says: Vec<_> = attendees.iter().map(|one| (one.address.as_str(), one.says.as_str(), one.agent)).collect();
    assert_eq!(
        says,
        [
            (BOB, "NEEDS-ACTION", Agent::Server),
            ("mailto:cleo@example.org", "ACCEPTED", Agent::Server),
            ("mailto:dora@example.org", "NEEDS-ACTION", Agent::Client)
        ]
    );
    assert_eq!(object.sequence(), 1);
    assert!(object.is_organized_by(&own("MAILTO:ADA@example.org")) && !object.is_organized_by(&own(BOB)));
    assert!(object.is_attended_by(&own(BOB)) && !object.is_attended_by(&own(ADA)));
}

#[test]
fn a_question_for_busy_time_is_read() {
    let text = calendar(&format!(
        "METHOD:REQUEST\nBEGIN:VFREEBUSY\nUID:1\nDTSTAMP:20260101T000000Z\nDTSTART:20260302T000000Z\nDTEND:20260303T000000Z\n\
         ORGANIZER:{ADA}\nATTENDEE:{BOB}\nATTENDEE:{BOB}\nEND:VFREEBUSY"
    ));

    let asked = read(&text).free_busy_request().expect("a question");

    assert_eq!(asked.span, span("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"));
    assert_eq!((asked.organizer.as_str(), asked.attendees.as_slice()), (ADA, [BOB.to_owned()].as_slice()));
    assert_eq!(read(&text.replace("METHOD:REQUEST\r\n", "")).free_busy_request(), None);
    assert_eq!(read(&event("DTSTART:20260301")).free_busy_request(), None);
}

#[test]
fn only_what_attendees_must_answer_anew_is_significant() {
    let old = meeting("");
    let significant = |new: &str| is_significant(&read(&old), &read(new));

    assert!(significant(&old.replace("T090000", "T093000")));
    assert!(significant(&meeting("RRULE:FREQ=DAILY")) && significant(&meeting("STATUS:CANCELLED")));
    assert!(!significant(&old.replace("Tea", "Coffee")) && !significant(&answered(&old, "ACCEPTED")));
    assert!(!significant(&meeting("BEGIN:VALARM\nTRIGGER:-PT5M\nACTION:AUDIO\nEND:VALARM")));
}

#[test]
fn a_schedule_tag_stays_when_only_answers_change() {
    let old = meeting("");
    let keeps = |new: &str| keeps_schedule_tag(&read(&old), &read(new));

    assert!(keeps(&answered(&old, "ACCEPTED")));
    assert!(keeps(&old.replace("PARTSTAT=ACCEPTED", "PARTSTAT=DECLINED;SCHEDULE-STATUS=\"2.0\"")));
    assert!(!keeps(&old.replace("Tea", "Coffee")) && !keeps(&old.replace("T090000", "T093000")));
}

#[test]
fn an_organizer_invites_changes_and_uninvites() {
    let (first, moved) = (meeting(""), meeting("").replace("T100000", "T110000"));
    let without_bob =
        first.replace(&format!("ATTENDEE;CN=\"Bob; the builder\";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:{BOB}\r\n"), "");
    let told = |old: Option<&str>, new: Option<&str>| {
        let (old, new) = (old.map(read), new.map(read));
        let messages = organizer_messages(old.as_ref(), new.as_ref(), &own(ADA), stamp());
        messages.into_iter().map(|message| (message.method, message.to)).collect::<Vec<_>>()
    };
    let cleo = || "mailto:cleo@example.org".to_owned();

    assert_eq!(told(None, Some(&first)), [(Method::Request, BOB.to_owned()), (Method::Request, cleo())]);
    assert_eq!(told(Some(&first), Some(&moved)), [(Method::Request, BOB.to_owned()), (Method::Request, cleo())]);
    assert_eq!(told(Some(&first), Some(&meeting("BEGIN:VALARM\nTRIGGER:-PT5M\nACTION:AUDIO\nEND:VALARM"))), []);
    assert_eq!(told(Some(&first), Some(&without_bob)), [(Method::Request, cleo()), (Method::Cancel, BOB.to_owned())]);
    assert_eq!(told(Some(&first), None), [(Method::Cancel, BOB.to_owned()), (Method::Cancel, cleo())]);
    assert_eq!(told(None, Some(&first.replace("RSVP=TRUE", "SCHEDULE-AGENT=NONE"))), [(Method::Request, cleo())]);
}

#[test]
fn a_request_tells_what_concerns_the_attendee_and_no_more() {
    let text = meeting("BEGIN:VALARM\nTRIGGER:-PT5M\nACTION:AUDIO\nEND:VALARM")
        .replace("RSVP=TRUE", "RSVP=TRUE;SCHEDULE-STATUS=\"1.1\"");

    let messages = organizer_messages(None, Some(&read(&text)), &own(ADA), stamp());

    let request = &messages[0].text;
    assert_eq!(read(request).method(), Some("REQUEST"));
    assert!(request.contains("DTSTAMP:20260201T000000Z\r\n") && !request.contains("20260101T000000Z"));
    assert!(request.contains("SUMMARY:Tea") && !request.contains("VALARM") && !request.contains("SCHEDULE-STATUS"));
    assert!(
        request.contains(&format!("ATTENDEE;CN=\"Bob; the builder\";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:{}", &BOB[..3])),
        "{request}"
    );
    let again = organizer_messages(None, Some(&read(&text)), &own(ADA), stamp());
    assert_eq!(messages, again);
}

#[test]
fn who_is_invited_to_some_instances_sees_those() {
    let text = calendar(&format!(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nORGANIZER:{ADA}\nATTENDEE:{BOB}\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260303T090000Z\nDTSTART:20260303T090000Z\nDURATION:PT1H\nORGANIZER:{ADA}\nATTENDEE:mailto:cleo@example.org\nEND:VEVENT"
    ));

    let messages = organizer_messages(None, Some(&read(&text)), &own(ADA), stamp());

    assert_eq!((messages[0].to.as_str(), messages[1].to.as_str()), (BOB, "mailto:cleo@example.org"));
    assert!(messages[0].text.contains("EXDATE:20260303T090000Z") && !messages[0].text.contains("RECURRENCE-ID"));
    assert!(!messages[1].text.contains("RRULE") && messages[1].text.contains("RECURRENCE-ID:20260303T090000Z"));
}

#[test]
fn an_answer_goes_to_the_organizer_and_changes_their_copy_alone() {
    let copy = meeting("X-MINE:yes");
    let accepted = answered(&meeting(""), "ACCEPTED");

    let reply =
        attendee_message(&read(&meeting("")), &read(&accepted), &own(BOB), stamp()).expect("allowed").expect("a reply");

    assert_eq!((reply.method, reply.to.as_str()), (Method::Reply, ADA));
    assert!(reply.text.contains("PARTSTAT=ACCEPTED") && !reply.text.contains("cleo"), "{}", reply.text);
    let kept = with_reply(&read(&copy), &read(&reply.text)).expect("it says something new");
    let line = "ATTENDEE;CN=\"Bob; the builder\";PARTSTAT=ACCEPTED;SCHEDULE-STATUS=2.0:mailto\r\n :bob@example.org";
    let was = format!("ATTENDEE;CN=\"Bob; the builder\";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:{BOB}");
    assert_eq!(kept, copy.replace(&was, line));
    assert!(keeps_schedule_tag(&read(&copy), &read(&kept)));
    assert_eq!(with_reply(&read(&kept), &read(&reply.text)), None, "it says nothing new");
}

#[test]
fn an_answer_to_an_old_version_or_from_a_stranger_changes_nothing() {
    let reply = |sequence: u32, from: &str| {
        calendar(&format!(
            "METHOD:REPLY\nBEGIN:VEVENT\nUID:1@example.org\nDTSTART:20260302T080000Z\nSEQUENCE:{sequence}\nORGANIZER:{ADA}\nATTENDEE;PARTSTAT=DECLINED:{from}\nEND:VEVENT"
        ))
    };
    let copy = meeting("");

    assert_eq!(with_reply(&read(&copy), &read(&reply(0, BOB))), None);
    assert_eq!(with_reply(&read(&copy), &read(&reply(1, "mailto:eve@example.org"))), None);
    assert!(with_reply(&read(&copy), &read(&reply(1, BOB))).is_some());
}

#[test]
fn an_answer_to_one_instance_makes_it_a_component() {
    let copy = meeting("RRULE:FREQ=WEEKLY");
    let reply = |id: &str| {
        calendar(&format!(
            "METHOD:REPLY\nBEGIN:VEVENT\nUID:1@example.org\nRECURRENCE-ID:{id}\nSEQUENCE:1\nORGANIZER:{ADA}\nATTENDEE;PARTSTAT=DECLINED:{BOB}\nEND:VEVENT"
        ))
    };

    let kept = with_reply(&read(&copy), &read(&reply("20260330T070000Z"))).expect("it happens then");

    assert!(kept.starts_with(copy.trim_end_matches("END:VCALENDAR\r\n")), "{kept}");
    assert!(kept.contains("RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000\r\n"), "{kept}");
    assert!(kept.contains("DTEND;TZID=Europe/Berlin:20260330T100000\r\n"), "{kept}");
    assert_eq!((kept.matches("PARTSTAT=DECLINED").count(), kept.matches("RRULE").count()), (1, 1));
    assert_eq!(read(&kept).components().count(), 2);
    assert_eq!(with_reply(&read(&copy), &read(&reply("20260331T070000Z"))), None, "it does not happen then");
}

#[test]
fn an_attendee_may_answer_and_remind_themself_and_nothing_else() {
    let old = meeting("");
    let change = |new: &str| attendee_message(&read(&old), &read(new), &own(BOB), stamp());

    assert_eq!(
        change(&meeting("BEGIN:VALARM\nTRIGGER:-PT5M\nACTION:AUDIO\nEND:VALARM\nTRANSP:TRANSPARENT\nX-A:b")),
        Ok(None)
    );
    assert_eq!(change(&old.replace("T090000", "T093000")), Err(NotAllowed));
    assert_eq!(change(&old.replace("Tea", "Coffee")), Err(NotAllowed));
    assert_eq!(change(&old.replace("ORGANIZER;CN=Ada:mailto:ada", "ORGANIZER:mailto:eve")), Err(NotAllowed));
    let declined = attendee_deletes(&read(&old), &own(BOB), stamp()).expect("a reply");
    assert!(declined.text.contains("PARTSTAT=DECLINED"));
    assert_eq!(attendee_deletes(&read(&answered(&old, "DECLINED")), &own(BOB), stamp()), None);
}

#[test]
fn a_request_renews_an_attendees_copy_and_keeps_what_is_theirs() {
    let copy =
        answered(&meeting("TRANSP:TRANSPARENT\nBEGIN:VALARM\nTRIGGER:-PT5M\nACTION:AUDIO\nEND:VALARM"), "ACCEPTED");
    let request = |text: &str| text.replace("VERSION:2.0\r\n", "VERSION:2.0\r\nMETHOD:REQUEST\r\n");
    let renewed = |text: &str| with_request(Some(&read(&copy)), &read(&request(text)), &own(BOB));

    assert_eq!(with_request(None, &read(&request(&meeting(""))), &own(BOB)), Some(meeting("")));
    let coffee = renewed(&meeting("").replace("Tea", "Coffee")).expect("it is not older");
    for kept in ["SUMMARY:Coffee", "TRANSP:TRANSPARENT", "TRIGGER:-PT5M", "PARTSTAT=ACCEPTED;RSVP=TRUE"] {
        assert!(coffee.contains(kept), "{kept} in {coffee}");
    }
    assert!(!coffee.contains("METHOD"));
    let moved =
        renewed(&meeting("").replace("T090000", "T093000").replace("SEQUENCE:1", "SEQUENCE:2")).expect("it is newer");
    assert!(moved.contains("PARTSTAT=NEEDS-ACTION"), "it must be answered anew");
    assert_eq!(renewed(&meeting("").replace("SEQUENCE:1", "SEQUENCE:0")), None);
}

#[test]
fn a_cancellation_cancels_the_whole_or_one_instance() {
    let copy = meeting("RRULE:FREQ=WEEKLY");
    let cancel = |lines: &str| {
        calendar(&format!(
            "METHOD:CANCEL\nBEGIN:VEVENT\nUID:1@example.org\nSEQUENCE:2\n{lines}\nORGANIZER:{ADA}\nEND:VEVENT"
        ))
    };

    let whole = with_cancel(&read(&copy), &read(&cancel("DTSTART:20260302T080000Z"))).expect("it is cancelled");
    assert_eq!(whole, copy.replace("END:VEVENT", "STATUS:CANCELLED\r\nEND:VEVENT"));
    let one = with_cancel(&read(&copy), &read(&cancel("RECURRENCE-ID:20260309T080000Z"))).expect("it is cancelled");
    assert_eq!(one, copy.replace("END:VEVENT", "EXDATE;TZID=Europe/Berlin:20260309T090000\r\nEND:VEVENT"));
    assert_eq!(
        with_cancel(&read(&copy), &read(&cancel("DTSTART:20260302T080000Z").replace("SEQUENCE:2", "SEQUENCE:0"))),
        None
    );
}

#[test]
fn what_is_sent_can_be_read() {
    let messages = organizer_messages(Some(&read(&meeting(""))), None, &own(ADA), stamp());
    for message in messages {
        let object = read(&message.text);
        assert_eq!((object.method(), object.sequence()), (Some("CANCEL"), 2));
        assert!(message.text.contains("STATUS:CANCELLED"));
    }
}

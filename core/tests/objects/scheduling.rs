//! Scheduling: what is told to whom, and what an answer changes (RFC 5546, 6638).

use meetme_core::object::schedule::{
    Agent, Method, NotAllowed, Role, attendee_deletes, attendee_message, attendees_copy, is_significant,
    keeps_schedule_tag, organizer_messages, organizers_copy, with_cancel, with_reply, with_request, with_statuses,
};
use meetme_core::time::Instant;

use super::{berlin, calendar, event, read};
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

    let asked = read(&text).free_busy_request(&berlin()).expect("a question");

    assert_eq!(asked.span, span("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"));
    assert_eq!((asked.organizer.as_str(), asked.attendees.as_slice()), (ADA, [BOB.to_owned()].as_slice()));
    assert_eq!(read(&text.replace("METHOD:REQUEST\r\n", "")).free_busy_request(&berlin()), None);
    assert_eq!(read(&event("DTSTART:20260301")).free_busy_request(&berlin()), None);
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

    let reply = attendee_message(Some(&read(&meeting(""))), &read(&accepted), &own(BOB), stamp()).expect("a reply");

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
    let change = |new: &str| attendees_copy(Some(&read(&old)), &read(new), &own(BOB));
    let tells = |new: &str| attendee_message(Some(&read(&old)), &read(new), &own(BOB), stamp());

    let own_things = meeting("BEGIN:VALARM\nTRIGGER:-PT5M\nACTION:AUDIO\nEND:VALARM\nTRANSP:TRANSPARENT\nX-A:b");
    assert_eq!((change(&own_things), tells(&own_things)), (Ok(own_things.clone()), None));
    for forbidden in [
        old.replace("T090000", "T093000"),
        old.replace("Tea", "Coffee"),
        old.replace("ORGANIZER;CN=Ada:mailto:ada", "ORGANIZER:mailto:eve"),
        old.replace("mailto:cleo", "mailto:dora"),
        meeting("RRULE:FREQ=DAILY"),
        meeting("LOCATION:elsewhere"),
    ] {
        assert_eq!(change(&forbidden), Err(NotAllowed::OfAttendee), "{forbidden}");
    }
    let declined = attendee_deletes(&read(&old), &own(BOB), stamp()).expect("a reply");
    assert!(declined.text.contains("PARTSTAT=DECLINED"));
    assert_eq!(attendee_deletes(&read(&answered(&old, "DECLINED")), &own(BOB), stamp()), None);
    assert_eq!(attendee_deletes(&read(&meeting("STATUS:CANCELLED")), &own(BOB), stamp()), None);
}

#[test]
fn an_attendees_app_may_write_the_same_in_other_words() {
    let old = meeting("DESCRIPTION:a\\, b\nLOCATION:");
    let same = old
        .replace("DTEND;TZID=Europe/Berlin:20260302T100000", "DURATION:PT1H")
        .replace("LOCATION:\r\n", "")
        .replace("a\\, b", "a, b")
        .replace("ORGANIZER;CN=Ada", "ORGANIZER;CN=\"Ada Lovelace\"")
        .replace("SEQUENCE:1", "SEQUENCE:7");

    let kept = attendees_copy(Some(&read(&old)), &read(&same), &own(BOB));

    assert_eq!(kept, Ok(same.replace("SEQUENCE:7", "SEQUENCE:1")), "SEQUENCE is the organizer's");
}

#[test]
fn what_others_answered_meanwhile_is_not_taken_back_by_an_attendees_older_copy() {
    let old = meeting("").replace("PARTSTAT=ACCEPTED:mailto:cleo", "PARTSTAT=DECLINED:mailto:cleo");
    let new = answered(&meeting(""), "TENTATIVE");

    let kept = attendees_copy(Some(&read(&old)), &read(&new), &own(BOB)).expect("allowed");

    assert!(kept.contains("PARTSTAT=DECLINED:mailto:cleo") && kept.contains("PARTSTAT=TENTATIVE"), "{kept}");
}

#[test]
fn an_instance_that_an_attendee_takes_out_is_declined() {
    let old = answered(&meeting("RRULE:FREQ=WEEKLY"), "ACCEPTED");
    let new = old.replace("RRULE:FREQ=WEEKLY", "RRULE:FREQ=WEEKLY\r\nEXDATE;TZID=Europe/Berlin:20260309T090000");
    assert!(attendees_copy(Some(&read(&old)), &read(&new), &own(BOB)).is_ok());

    let reply = attendee_message(Some(&read(&old)), &read(&new), &own(BOB), stamp()).expect("a reply");

    assert!(reply.text.contains("RECURRENCE-ID;TZID=Europe/Berlin:20260309T090000\r\n"), "{}", reply.text);
    assert!(reply.text.contains("PARTSTAT=DECLINED") && !reply.text.contains("PARTSTAT=ACCEPTED"));
    let copy = with_reply(&read(&old), &read(&reply.text)).expect("it happens then");
    assert_eq!(copy.matches("PARTSTAT=DECLINED").count(), 1);
    // What the organizer tells then does not bring it back.
    let quiet = organizer_messages(Some(&read(&old)), Some(&read(&copy)), &own(ADA), stamp());
    assert!(quiet.iter().all(|message| message.quiet && message.method == Method::Request));
    let of_bob = quiet.iter().find(|message| message.to == BOB).expect("for Bob");
    let renewed = with_request(Some(&read(&new)), &read(&of_bob.text), &own(BOB)).expect("not older");
    assert!(!renewed.contains("RECURRENCE-ID") && renewed.contains("EXDATE"), "{renewed}");
}

#[test]
fn an_answer_that_is_asked_for_is_sent_again() {
    let old = answered(&meeting(""), "ACCEPTED");
    let new = old.replace("ORGANIZER;CN=Ada", "ORGANIZER;CN=Ada;SCHEDULE-FORCE-SEND=REPLY");

    assert_eq!(attendee_message(Some(&read(&old)), &read(&old), &own(BOB), stamp()), None);
    assert!(attendee_message(Some(&read(&old)), &read(&new), &own(BOB), stamp()).is_some());
    let by_client = new.replace("SCHEDULE-FORCE-SEND=REPLY", "SCHEDULE-AGENT=CLIENT");
    assert_eq!(attendee_message(Some(&read(&meeting(""))), &read(&by_client), &own(BOB), stamp()), None);
}

#[test]
fn whose_copy_it_is_follows_from_the_addresses() {
    let two = calendar(&format!(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20260302T090000Z\nRRULE:FREQ=DAILY\nORGANIZER:{ADA}\nATTENDEE:{BOB}\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260303T090000Z\nDTSTART:20260303T090000Z\nORGANIZER:mailto:eve@example.org\nATTENDEE:{BOB}\nEND:VEVENT"
    ));

    assert_eq!(read(&meeting("")).role(&own(ADA)), Ok(Some(Role::Organizer)));
    assert_eq!(read(&meeting("")).role(&own(BOB)), Ok(Some(Role::Attendee)));
    assert_eq!(read(&meeting("")).role(&own("mailto:eve@example.org")), Ok(None));
    assert_eq!(read(&event("DTSTART:20260301")).role(&own(ADA)), Ok(None));
    assert_eq!(read(&two).role(&own(BOB)), Err(NotAllowed::Organizers));
    assert_eq!(read(&two).role(&own("mailto:dora@example.org")), Ok(None));
}

#[test]
fn who_is_asked_for_another_time_answers_anew() {
    let old = meeting("").replace("PARTSTAT=NEEDS-ACTION", "PARTSTAT=ACCEPTED;SCHEDULE-STATUS=1.2");
    let kept = |new: &str| organizers_copy(Some(&read(&old)), &read(new), &own(ADA), true).expect("allowed");

    let moved = kept(&old.replace("T090000", "T093000"));
    assert_eq!(moved.matches("PARTSTAT=NEEDS-ACTION").count(), 2, "{moved}");
    assert!(moved.contains("SEQUENCE:2\r\n"), "{moved}");
    // A client that counts itself is not counted twice, and one that counts down is not believed.
    assert!(kept(&old.replace("T090000", "T093000").replace("SEQUENCE:1", "SEQUENCE:5")).contains("SEQUENCE:5\r\n"));
    assert!(kept(&old.replace("SEQUENCE:1", "SEQUENCE:0")).contains("SEQUENCE:1\r\n"));
    let words = kept(&old.replace("Tea", "Coffee"));
    assert_eq!(words, old.replace("Tea", "Coffee"));
    // What is known of messages stays, though a client leaves it out.
    let known = kept(&old.replace(";SCHEDULE-STATUS=1.2", ""));
    assert!(known.replace("\r\n ", "").contains("SCHEDULE-STATUS=1.2"), "{known}");
}

#[test]
fn an_instance_taken_out_asks_for_no_new_answers_but_one_that_moves_does() {
    let weekly = meeting("RRULE:FREQ=WEEKLY");
    let old = answered(&weekly, "ACCEPTED");
    let kept = |new: &str| organizers_copy(Some(&read(&old)), &read(new), &own(ADA), true).expect("allowed");

    let out = kept(&old.replace("FREQ=WEEKLY\r\n", "FREQ=WEEKLY\r\nEXDATE;TZID=Europe/Berlin:20260309T090000\r\n"));
    assert!(out.contains("SEQUENCE:2") && !out.contains("NEEDS-ACTION"), "{out}");
    let instance = |start: &str, words: &str| {
        let lines = format!(
            "BEGIN:VEVENT\r\nUID:1@example.org\r\nRECURRENCE-ID;TZID=Europe/Berlin:20260309T090000\r\n\
             DTSTART;TZID=Europe/Berlin:{start}\r\nDURATION:PT1H\r\nSUMMARY:{words}\r\nORGANIZER:{ADA}\r\n\
             ATTENDEE;PARTSTAT=ACCEPTED:{BOB}\r\nSEQUENCE:1\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        old.replace("END:VCALENDAR\r\n", &lines)
    };
    let moved = kept(&instance("20260309T110000", "Tea"));
    assert_eq!(moved.matches("NEEDS-ACTION").count(), 1, "of that instance: {moved}");
    assert!(!kept(&instance("20260309T090000", "Cake")).contains("NEEDS-ACTION"));
}

#[test]
fn an_organizers_older_copy_takes_no_answers_back_unless_it_means_to() {
    let old = answered(&meeting("RRULE:FREQ=WEEKLY"), "ACCEPTED");
    let reply = calendar(&format!(
        "METHOD:REPLY\nBEGIN:VEVENT\nUID:1@example.org\nRECURRENCE-ID:20260330T070000Z\nSEQUENCE:1\nORGANIZER:{ADA}\nATTENDEE;PARTSTAT=DECLINED:{BOB}\nEND:VEVENT"
    ));
    let old = with_reply(&read(&old), &read(&reply)).expect("it happens then");
    let new =
        meeting("RRULE:FREQ=WEEKLY").replace("Tea", "Coffee").replace("PARTSTAT=ACCEPTED", "PARTSTAT=NEEDS-ACTION");
    let kept = |overrules| organizers_copy(Some(&read(&old)), &read(&new), &own(ADA), overrules).expect("allowed");

    // One instance is answered to alone, and is as the organizer has all of them now.
    let merged = kept(false);
    assert_eq!(
        (merged.matches("PARTSTAT=DECLINED").count(), merged.matches("SUMMARY:Coffee").count()),
        (1, 2),
        "{merged}"
    );
    // Bob's answer to the rest, and Cleo's to both.
    assert_eq!(
        (merged.matches("PARTSTAT=ACCEPTED").count(), merged.matches("NEEDS-ACTION").count()),
        (3, 0),
        "{merged}"
    );
    assert_eq!(kept(true), new);
}

#[test]
fn a_meeting_is_not_given_to_another_organizer() {
    let new = meeting("").replace("ORGANIZER;CN=Ada:mailto:ada", "ORGANIZER:mailto:eve");

    let kept = organizers_copy(Some(&read(&meeting(""))), &read(&new), &own(ADA), false);

    assert_eq!(kept, Err(NotAllowed::OfOrganizer));
    assert_eq!(NotAllowed::OfOrganizer.precondition(), "allowed-organizer-scheduling-object-change");
}

#[test]
fn instances_that_are_taken_out_are_cancelled_one_by_one() {
    let old = answered(&meeting("RRULE:FREQ=WEEKLY"), "ACCEPTED");
    let new = old
        .replace("SEQUENCE:1", "SEQUENCE:2")
        .replace("FREQ=WEEKLY\r\n", "FREQ=WEEKLY\r\nEXDATE;TZID=Europe/Berlin:20260309T090000\r\n");

    let messages = organizer_messages(Some(&read(&old)), Some(&read(&new)), &own(ADA), stamp());

    let told: Vec<_> = messages.iter().map(|message| (message.method, message.to.as_str())).collect();
    assert_eq!(told, [(Method::Cancel, BOB), (Method::Cancel, "mailto:cleo@example.org")]);
    let cancel = &messages[0].text;
    assert!(cancel.contains("RECURRENCE-ID;TZID=Europe/Berlin:20260309T090000\r\n"), "{cancel}");
    assert!(cancel.contains("SEQUENCE:2\r\n") && !cancel.contains("RRULE"), "{cancel}");
    let copy = with_cancel(&read(&old), &read(cancel)).expect("it concerns it");
    assert!(copy.contains("EXDATE;TZID=Europe/Berlin:20260309T090000") && copy.contains("SEQUENCE:2"), "{copy}");
    assert_eq!(with_cancel(&read(&copy), &read(cancel)), None, "once is enough");
}

#[test]
fn who_is_not_invited_to_an_instance_any_more_is_told_of_that_alone() {
    let instance = |people: &str| {
        format!(
            "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260303T090000Z\nDTSTART:20260303T090000Z\nDURATION:PT1H\nORGANIZER:{ADA}\n{people}END:VEVENT"
        )
    };
    let meeting = |people: &str| {
        calendar(&format!(
            "BEGIN:VEVENT\nUID:1\nDTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY\nORGANIZER:{ADA}\nATTENDEE:{BOB}\nEND:VEVENT\n{}",
            instance(people)
        ))
    };
    let cleo = "ATTENDEE:mailto:cleo@example.org\n";
    let both = format!("ATTENDEE:{BOB}\n{cleo}");
    let told = |old: &str, new: &str| {
        let messages = organizer_messages(Some(&read(&meeting(old))), Some(&read(&meeting(new))), &own(ADA), stamp());
        messages.into_iter().map(|one| (one.method, one.to, one.text)).collect::<Vec<_>>()
    };

    let without_bob = told(&both, cleo);
    assert_eq!(without_bob.len(), 2, "Cleo sees who comes: {without_bob:?}");
    let (method, to, text) = without_bob.iter().find(|(_, to, _)| to == BOB).unwrap();
    assert_eq!((*method, to.as_str()), (Method::Cancel, BOB));
    assert!(text.contains("RECURRENCE-ID:20260303T090000Z") && !text.contains("RRULE"), "{text}");
    let without_cleo = told(&both, &format!("ATTENDEE:{BOB}\n"));
    assert!(without_cleo.iter().any(|(method, to, _)| *method == Method::Cancel && to.contains("cleo")));
}

#[test]
fn answers_go_round_quietly() {
    let old = meeting("");
    let new = answered(&old, "ACCEPTED");

    let messages = organizer_messages(Some(&read(&old)), Some(&read(&new)), &own(ADA), stamp());

    assert!(messages.len() == 2 && messages.iter().all(|message| message.quiet), "{messages:?}");
    let forced = new.replace("PARTSTAT=ACCEPTED;RSVP", "PARTSTAT=ACCEPTED;SCHEDULE-FORCE-SEND=REQUEST;RSVP");
    let messages = organizer_messages(Some(&read(&new)), Some(&read(&forced)), &own(ADA), stamp());
    assert_eq!(messages.len(), 1);
    assert!(!messages[0].quiet && !messages[0].text.contains("FORCE-SEND"), "{messages:?}");
}

#[test]
fn a_copy_tells_what_became_of_messages() {
    let copy = meeting("").replace("RSVP=TRUE", "RSVP=TRUE;SCHEDULE-FORCE-SEND=REQUEST");

    let told = with_statuses(&read(&copy), &[(BOB.to_uppercase(), "1.2"), (ADA.to_owned(), "2.0")], Method::Request);

    let unfolded = told.replace("\r\n ", "");
    assert!(unfolded.contains(&format!("RSVP=TRUE;SCHEDULE-STATUS=1.2:{BOB}")), "{told}");
    assert!(!told.contains("FORCE-SEND") && !told.contains("2.0\""), "{told}");
    let replied = with_statuses(&read(&meeting("")), &[(ADA.to_owned(), "1.2")], Method::Reply);
    assert_eq!(replied, meeting("").replace("CN=Ada", "CN=Ada;SCHEDULE-STATUS=1.2"));
    assert_eq!(with_statuses(&read(&replied), &[], Method::Reply), replied);
}

#[test]
fn nobody_is_made_to_accept_by_the_organizer() {
    let request = answered(&meeting(""), "ACCEPTED").replace("VERSION:2.0\r\n", "VERSION:2.0\r\nMETHOD:REQUEST\r\n");

    let copy = with_request(None, &read(&request), &own(BOB)).expect("a copy");

    assert_eq!(copy.replace("\r\n ", ""), meeting(""));
    let declined = answered(&meeting(""), "DECLINED");
    let renewed = with_request(Some(&read(&declined)), &read(&request), &own(BOB)).expect("renewed");
    assert!(renewed.contains("PARTSTAT=DECLINED"), "{renewed}");
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
    let without = copy.replace("END:VEVENT", "EXDATE;TZID=Europe/Berlin:20260309T090000\r\nEND:VEVENT");
    assert_eq!(one, without.replace("SEQUENCE:1", "SEQUENCE:2"));
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

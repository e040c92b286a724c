//! The examples of RFC 6638, appendix B, with people of ours: whole answers, and all that is kept of them.

use super::kit::{App, Reply, hour};
use super::meetings::{only, within};
use crate::http::world::World;

const MEETING: &str = "/dav/calendars/ada/personal/lunch.ics";

/// What Ada's app writes in B.1.
const WRITTEN: &str = "BEGIN:VCALENDAR\r\n\
    VERSION:2.0\r\n\
    PRODID:-//Example//Ada's app//EN\r\n\
    BEGIN:VEVENT\r\n\
    UID:lunch@ada\r\n\
    SEQUENCE:0\r\n\
    DTSTAMP:20261129T120000Z\r\n\
    DTSTART:20261202T110000Z\r\n\
    DTEND:20261202T120000Z\r\n\
    SUMMARY:Lunch\r\n\
    ORGANIZER;CN=Ada:mailto:ada@example.org\r\n\
    ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:ada@example.org\r\n\
    ATTENDEE;CN=Bob;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.org\r\n\
    ATTENDEE;CN=Eve;PARTSTAT=NEEDS-ACTION:mailto:eve@example.net\r\n\
    END:VEVENT\r\n\
    END:VCALENDAR\r\n";

/// Status, the headers that matter (with ETags and tags by what they are), and the body.
fn whole(reply: &Reply) -> String {
    let mut text = format!("{}\n", reply.status);
    for name in ["content-type", "location", "etag", "schedule-tag"] {
        if let Some(value) = reply.header(name) {
            let value = if name.ends_with("tag") { "…" } else { value };
            text.push_str(&format!("{name}: {value}\n"));
        }
    }
    format!("{text}\n{}", reply.body)
}

#[tokio::test]
async fn b_1_an_organizer_invites_several_people() {
    let world = World::new().await;
    let (ada, _bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);

    let put = ada.put(MEETING, WRITTEN).await;

    assert_eq!(whole(&put), "201 Created\nschedule-tag: …\n\n");
    let kept = WRITTEN
        .replace(
            "ATTENDEE;CN=Bob;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.org\r\n",
            "ATTENDEE;CN=Bob;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;SCHEDULE-STATUS=1.2:mailto:\r\n bob@example.org\r\n",
        )
        .replace(
            "ATTENDEE;CN=Eve;PARTSTAT=NEEDS-ACTION:mailto:eve@example.net\r\n",
            "ATTENDEE;CN=Eve;PARTSTAT=NEEDS-ACTION;SCHEDULE-STATUS=5.2:mailto:eve@exampl\r\n e.net\r\n",
        );
    let head = "200 OK\ncontent-type: text/calendar; charset=utf-8; component=vevent\netag: …\nschedule-tag: …\n\n";
    assert_eq!(whole(&ada.get(MEETING).await), format!("{head}{kept}"));
}

#[tokio::test]
async fn b_2_an_attendee_finds_the_invitation_in_the_inbox_and_in_the_calendar() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    ada.put(MEETING, WRITTEN).await.is(201);

    let (message, _) = only(&bob, "inbox").await;
    let (copy, _) = only(&bob, "personal").await;

    let event = "BEGIN:VEVENT\r\n\
        DTSTAMP:20261129T120000Z\r\n\
        UID:lunch@ada\r\n\
        SEQUENCE:0\r\n\
        DTSTART:20261202T110000Z\r\n\
        DTEND:20261202T120000Z\r\n\
        SUMMARY:Lunch\r\n\
        ORGANIZER;CN=Ada:mailto:ada@example.org\r\n\
        ATTENDEE;CN=Ada;PARTSTAT=ACCEPTED:mailto:ada@example.org\r\n\
        ATTENDEE;CN=Bob;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:bob@example.org\r\n\
        ATTENDEE;CN=Eve;PARTSTAT=NEEDS-ACTION:mailto:eve@example.net\r\n\
        END:VEVENT\r\nEND:VCALENDAR\r\n";
    let calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//meetme//meetme//EN\r\n";
    let head = "200 OK\ncontent-type: text/calendar; charset=utf-8; component=vevent\netag: …\n";
    assert_eq!(whole(&bob.get(&message).await), format!("{head}\n{calendar}METHOD:REQUEST\r\n{event}"));
    assert_eq!(whole(&bob.get(&copy).await), format!("{head}schedule-tag: …\n\n{calendar}{event}"));

    let told = bob.propfind(&copy, "0", "<C:schedule-tag/>").await.is(207).value("C:schedule-tag").unwrap();
    assert_eq!(Some(&*told.replace("&quot;", "\"")), bob.get(&copy).await.header("schedule-tag"));
}

#[tokio::test]
async fn b_3_and_b_4_an_attendee_answers_and_the_organizer_learns_of_it() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    ada.put(MEETING, WRITTEN).await.is(201);
    let (copy, _) = only(&bob, "personal").await;
    let (text, tag) = {
        let kept = bob.get(&copy).await;
        (kept.body.clone(), kept.header("schedule-tag").unwrap().to_owned())
    };
    let accepted = text.replace("CN=Bob;PARTSTAT=NEEDS-ACTION;RSVP=TRUE", "CN=Bob;PARTSTAT=ACCEPTED");

    let put = bob.send("PUT", &copy, &[("if-schedule-tag-match", &tag)], accepted.clone()).await;

    assert_eq!(whole(&put), "204 No Content\nschedule-tag: …\n\n");
    assert_eq!(put.header("schedule-tag"), Some(tag.as_str()));
    let told = accepted.replace("ORGANIZER;CN=Ada:", "ORGANIZER;CN=Ada;SCHEDULE-STATUS=1.2:");
    assert_eq!(bob.get(&copy).await.body, told);
    let (message, _) = only(&ada, "inbox").await;
    assert_eq!(
        ada.get(&message).await.body,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//meetme//meetme//EN\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\n\
         UID:lunch@ada\r\nSEQUENCE:0\r\nDTSTART:20261202T110000Z\r\nSUMMARY:Lunch\r\n\
         ORGANIZER;CN=Ada:mailto:ada@example.org\r\nATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.org\r\n\
         DTSTAMP:20261129T120000Z\r\nREQUEST-STATUS:2.0;Success\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    let line = "ATTENDEE;CN=Bob;PARTSTAT=ACCEPTED;SCHEDULE-STATUS=2.0:mailto:bob@example.or\r\n g\r\n";
    assert!(ada.get(MEETING).await.body.contains(line), "{:?}", ada.get(MEETING).await);
    ada.send("DELETE", &message, &[], "").await.is(204);
    assert_eq!(within(&ada, "inbox").await.len(), 0);
}

#[tokio::test]
async fn b_5_an_organizer_asks_when_people_are_busy() {
    let world = World::new().await;
    let bob = world.sign_up("bob").await;
    world.patch(&bob, "/me/feeds", serde_json::json!({"free_busy": true})).await.ok();
    let (ada, bob) = (App::of(&world, "ada").await, App::of_person(&world, &bob, "caldav").await);
    bob.put("/dav/calendars/bob/personal/a.ics", &hour("a", 2, 11)).await.is(201);
    let asked = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//Ada's app//EN\r\nMETHOD:REQUEST\r\n\
        BEGIN:VFREEBUSY\r\nUID:when@ada\r\nDTSTAMP:20261129T120000Z\r\nORGANIZER:mailto:ada@example.org\r\n\
        DTSTART:20261202T000000Z\r\nDTEND:20261203T000000Z\r\nATTENDEE;CN=Bob:mailto:bob@example.org\r\n\
        ATTENDEE;CN=Eve:mailto:eve@example.net\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n";
    let typed = [("content-type", "text/calendar; charset=utf-8")];

    let reply = ada.send("POST", "/dav/calendars/ada/outbox/", &typed, asked).await;

    let (head, body) = (format!("{} {:?}", reply.status, reply.header("content-type").unwrap()), reply.body);
    assert_eq!(head, "200 OK \"application/xml; charset=utf-8\"");
    let (_, inside) = body.split_once("<C:response>").expect("a response");
    let expected = "<C:recipient><D:href>mailto:bob@example.org</D:href></C:recipient>\
        <C:request-status>2.0;Success</C:request-status><C:calendar-data>BEGIN:VCALENDAR\r\nVERSION:2.0\r\n\
        PRODID:-//meetme//meetme//EN\r\nMETHOD:REPLY\r\nBEGIN:VFREEBUSY\r\nUID:when@ada\r\n\
        DTSTAMP:20261129T120000Z\r\nDTSTART:20261202T000000Z\r\nDTEND:20261203T000000Z\r\n\
        ORGANIZER:mailto:ada@example.org\r\nATTENDEE:mailto:bob@example.org\r\n\
        FREEBUSY:20261202T110000Z/20261202T120000Z\r\nEND:VFREEBUSY\r\nEND:VCALENDAR\r\n\
        </C:calendar-data></C:response><C:response>\
        <C:recipient><D:href>mailto:eve@example.net</D:href></C:recipient>\
        <C:request-status>3.7;Invalid calendar user</C:request-status></C:response></C:schedule-response>";
    assert_eq!(inside.replace("&#13;", "\r").trim_end(), expected);
}

#[tokio::test]
async fn section_2_what_a_principal_and_its_boxes_say_of_themselves() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let options = ada.send("OPTIONS", "/dav/calendars/ada/", &[], "").await.is(200);
    // RFC 7953 7.2.1 has another one.
    for class in ["calendar-auto-schedule", "calendar-availability"] {
        assert!(options.header("dav").unwrap().split(", ").any(|told| told == class), "{class}");
    }

    let asked = "<C:schedule-inbox-URL/><C:schedule-outbox-URL/><C:calendar-user-address-set/><C:calendar-user-type/>";
    let principal = ada.propfind("/dav/principals/ada/", "0", asked).await.is(207);
    assert_eq!(principal.value("C:schedule-inbox-URL").unwrap(), "<D:href>/dav/calendars/ada/inbox/</D:href>");
    assert_eq!(principal.value("C:schedule-outbox-URL").unwrap(), "<D:href>/dav/calendars/ada/outbox/</D:href>");
    assert_eq!(principal.value("C:calendar-user-type").unwrap(), "INDIVIDUAL");
    principal.says("<D:href>mailto:ada@example.org</D:href>");
    let inbox = ada.propfind("/dav/calendars/ada/inbox/", "0", "<resourcetype/><current-user-privilege-set/>").await;
    inbox
        .says("<D:resourcetype><D:collection/><C:schedule-inbox/></D:resourcetype>")
        .says("<C:schedule-deliver-invite/>")
        .says("<C:schedule-deliver-reply/>")
        .says_not("<D:write-content/>");
    let outbox = ada.propfind("/dav/calendars/ada/outbox/", "0", "<resourcetype/><current-user-privilege-set/>").await;
    outbox
        .says("<D:resourcetype><D:collection/><C:schedule-outbox/></D:resourcetype>")
        .says("<C:schedule-send-invite/>")
        .says("<C:schedule-send-freebusy/>");
    for (folder, privilege) in [("inbox", "schedule-deliver"), ("outbox", "schedule-send")] {
        let path = format!("/dav/calendars/ada/{folder}/");
        let tree = ada.propfind(&path, "0", "<supported-privilege-set/>").await.is(207);
        tree.says(&format!(
            "<D:privilege><C:{privilege}/></D:privilege><D:description>{}</D:description><D:supported-privilege>",
            privilege.replace('-', " ")
        ));
    }
    let transp = ada.propfind("/dav/calendars/ada/personal/", "0", "<C:schedule-calendar-transp/>").await;
    assert_eq!(transp.value("C:schedule-calendar-transp").unwrap(), "<C:opaque/>");
}

//! Delivery between users (RFC 6638): an invitation, its changes, answers and cancellations, on both sides.

use serde_json::json;

use super::kit::{App, CAL, Reply, event, hour};
use crate::http::world::World;
use crate::services::postgres::shared;

const ADA: &str = "mailto:ada@example.org";
const BOB: &str = "mailto:bob@example.org";
const CLEO: &str = "mailto:cleo@example.org";
const MEETING: &str = "/dav/calendars/ada/personal/tea.ics";

/// A meeting of Ada's with these attendees, on the first of December from nine to ten.
pub(super) fn tea(attendees: &[&str], more: &str) -> String {
    let attendees: String = attendees.iter().map(|who| format!("ATTENDEE;PARTSTAT=NEEDS-ACTION:{who}\n")).collect();
    event(
        "tea",
        &format!(
            "DTSTART:20261201T090000Z\nDTEND:20261201T100000Z\nSUMMARY:Tea\nORGANIZER:{ADA}\n\
             ATTENDEE;PARTSTAT=ACCEPTED:{ADA}\n{attendees}{more}"
        ),
    )
}

/// The hrefs of what is in a folder.
pub(super) async fn within(app: &App<'_>, folder: &str) -> Vec<String> {
    let path = format!("/dav/calendars/{}/{folder}/", app.name);
    let reply = app.propfind(&path, "1", "<getetag/>").await.is(207);
    reply.hrefs().into_iter().filter(|href| *href != path).collect()
}

/// The only thing in a folder, unfolded.
pub(super) async fn only(app: &App<'_>, folder: &str) -> (String, String) {
    let hrefs = within(app, folder).await;
    assert_eq!(hrefs.len(), 1, "{hrefs:?}");
    let text = unfolded(&app.get(&hrefs[0]).await.is(200));
    (hrefs[0].clone(), text)
}

pub(super) fn unfolded(reply: &Reply) -> String {
    reply.body.replace("\r\n ", "")
}

/// Answers an invitation in a person's calendar.
pub(super) async fn answers(app: &App<'_>, says: &str) -> Reply {
    let (href, text) = only(app, "personal").await;
    let own = format!("mailto:{}@example.org", app.name);
    let lines: Vec<String> = text
        .lines()
        .map(|line| match line.strip_prefix("ATTENDEE") {
            Some(rest) if rest.ends_with(&own) => format!("ATTENDEE;PARTSTAT={says}:{own}"),
            _ => line.to_owned(),
        })
        .collect();
    app.put(&href, &format!("{}\r\n", lines.join("\r\n"))).await
}

#[tokio::test]
async fn an_invitation_arrives_in_the_inbox_and_in_the_calendar() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);

    let put = ada.put(MEETING, &tea(&[BOB], "")).await.is(201);

    assert_eq!(put.header("etag"), None, "what is kept is not what was sent");
    let tag = put.header("schedule-tag").expect("a Schedule-Tag").to_owned();
    let kept = ada.get(MEETING).await.is(200);
    assert_eq!(kept.header("schedule-tag"), Some(tag.as_str()));
    let text = unfolded(&kept);
    assert!(text.contains(&format!("ATTENDEE;PARTSTAT=NEEDS-ACTION;SCHEDULE-STATUS=1.2:{BOB}")), "{text}");
    let (_, message) = only(&bob, "inbox").await;
    assert!(message.contains("METHOD:REQUEST") && message.contains("SUMMARY:Tea"), "{message}");
    let (href, copy) = only(&bob, "personal").await;
    assert!(!copy.contains("METHOD") && !copy.contains("SCHEDULE-STATUS"), "{copy}");
    assert!(copy.contains(&format!("PARTSTAT=NEEDS-ACTION:{BOB}")), "{copy}");
    assert!(bob.get(&href).await.header("schedule-tag").is_some());
    let told = bob.propfind(&href, "0", "<C:schedule-tag/>").await.is(207);
    assert!(told.value("C:schedule-tag").is_some());
}

#[tokio::test]
async fn an_answer_changes_the_organizers_copy_and_goes_round_quietly() {
    let world = World::new().await;
    let (ada, bob, cleo) = (App::of(&world, "ada").await, App::of(&world, "bob").await, App::of(&world, "cleo").await);
    let put = ada.put(MEETING, &tea(&[BOB, CLEO], "")).await.is(201);
    let tag = put.header("schedule-tag").unwrap().to_owned();
    let (href, _) = only(&bob, "personal").await;
    let bobs_tag = bob.get(&href).await.header("schedule-tag").unwrap().to_owned();

    let put = answers(&bob, "ACCEPTED").await.is(204);

    assert_eq!((put.header("etag"), put.header("schedule-tag")), (None, Some(bobs_tag.as_str())));
    assert!(unfolded(&bob.get(&href).await).contains(&format!("ORGANIZER;SCHEDULE-STATUS=1.2:{ADA}")));
    let organizers = ada.get(MEETING).await;
    assert_eq!(organizers.header("schedule-tag"), Some(tag.as_str()), "only an answer has changed");
    assert!(unfolded(&organizers).contains(&format!("PARTSTAT=ACCEPTED;SCHEDULE-STATUS=2.0:{BOB}")), "{organizers:?}");
    let (_, message) = only(&ada, "inbox").await;
    assert!(message.contains("METHOD:REPLY") && !message.contains("cleo"), "{message}");
    let (_, copy) = only(&cleo, "personal").await;
    assert!(copy.contains(&format!("PARTSTAT=ACCEPTED:{BOB}")), "{copy}");
    assert!(copy.contains(&format!("PARTSTAT=NEEDS-ACTION:{CLEO}")), "{copy}");
    assert_eq!(within(&cleo, "inbox").await.len(), 1, "nothing to look at but the invitation");
}

#[tokio::test]
async fn a_change_renews_copies_and_asks_anew_only_for_another_time() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    ada.put(MEETING, &tea(&[BOB], "")).await.is(201);
    answers(&bob, "ACCEPTED").await.is(204);
    let (href, _) = only(&bob, "personal").await;
    let tag = bob.get(&href).await.header("schedule-tag").unwrap().to_owned();

    let coffee = tea(&[BOB], "").replace("SUMMARY:Tea", "SUMMARY:Coffee");
    ada.put(MEETING, &coffee).await.is(204);

    let (_, copy) = only(&bob, "personal").await;
    assert!(copy.contains("SUMMARY:Coffee") && copy.contains(&format!("PARTSTAT=ACCEPTED:{BOB}")), "{copy}");
    assert_ne!(bob.get(&href).await.header("schedule-tag"), Some(tag.as_str()));
    let kept = unfolded(&ada.get(MEETING).await);
    assert!(kept.contains("PARTSTAT=ACCEPTED;SCHEDULE-STATUS=1.2"), "an old copy takes no answer back: {kept}");

    ada.put(MEETING, &coffee.replace("T090000Z", "T093000Z")).await.is(204);

    let (_, copy) = only(&bob, "personal").await;
    assert!(copy.contains("DTSTART:20261201T093000Z") && copy.contains("SEQUENCE:1"), "{copy}");
    assert!(copy.contains(&format!("PARTSTAT=NEEDS-ACTION:{BOB}")), "{copy}");
    assert!(unfolded(&ada.get(MEETING).await).contains("PARTSTAT=NEEDS-ACTION;SCHEDULE-STATUS=1.2"));
    assert_eq!(within(&bob, "inbox").await.len(), 3);
}

#[tokio::test]
async fn what_is_deleted_is_cancelled_and_what_is_removed_is_declined() {
    let world = World::new().await;
    let (ada, bob, cleo) = (App::of(&world, "ada").await, App::of(&world, "bob").await, App::of(&world, "cleo").await);
    ada.put(MEETING, &tea(&[BOB, CLEO], "")).await.is(201);

    let (href, _) = only(&cleo, "personal").await;
    cleo.send("DELETE", &href, &[], "").await.is(204);

    assert!(unfolded(&ada.get(MEETING).await).contains(&format!("PARTSTAT=DECLINED;SCHEDULE-STATUS=2.0:{CLEO}")));
    // Who has left is not bothered with what others answer.
    answers(&bob, "TENTATIVE").await.is(204);
    assert_eq!(within(&cleo, "personal").await.len(), 0);

    ada.send("DELETE", MEETING, &[], "").await.is(204);

    let (_, copy) = only(&bob, "personal").await;
    assert!(copy.contains("STATUS:CANCELLED"), "{copy}");
    let inbox = within(&bob, "inbox").await;
    let mut texts = Vec::new();
    for href in &inbox {
        texts.push(unfolded(&bob.get(href).await));
    }
    assert!(texts.iter().any(|text| text.contains("METHOD:CANCEL")), "{texts:?}");
}

#[tokio::test]
async fn an_attendee_may_leave_without_a_word() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    ada.put(MEETING, &tea(&[BOB], "")).await.is(201);
    let (href, _) = only(&bob, "personal").await;

    bob.send("DELETE", &href, &[("schedule-reply", "F")], "").await.is(204);

    assert!(unfolded(&ada.get(MEETING).await).contains(&format!("PARTSTAT=NEEDS-ACTION;SCHEDULE-STATUS=1.2:{BOB}")));
    assert_eq!(within(&ada, "inbox").await.len(), 0);
}

#[tokio::test]
async fn who_is_uninvited_is_told_and_who_is_invited_later_too() {
    let world = World::new().await;
    let (ada, bob, cleo) = (App::of(&world, "ada").await, App::of(&world, "bob").await, App::of(&world, "cleo").await);
    ada.put(MEETING, &tea(&[BOB], "")).await.is(201);

    ada.put(MEETING, &tea(&[CLEO], "")).await.is(204);

    let (_, copy) = only(&bob, "personal").await;
    assert!(copy.contains("STATUS:CANCELLED"), "{copy}");
    let (_, copy) = only(&cleo, "personal").await;
    assert!(copy.contains("SUMMARY:Tea") && !copy.contains("CANCELLED"), "{copy}");
}

#[tokio::test]
async fn an_address_elsewhere_is_told_to_the_organizer_and_not_lost_silently() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let people = ["mailto:eve@elsewhere.example", "tel:+4930123456", "urn:meetme:nobody", BOB];

    ada.put(MEETING, &tea(&people, "ATTENDEE;SCHEDULE-AGENT=CLIENT:mailto:zoe@elsewhere.example")).await.is(201);

    let text = unfolded(&ada.get(MEETING).await);
    for line in [
        "SCHEDULE-STATUS=5.2:mailto:eve@elsewhere.example",
        "SCHEDULE-STATUS=3.7:tel:+4930123456",
        "SCHEDULE-STATUS=3.7:urn:meetme:nobody",
        "SCHEDULE-STATUS=5.2:mailto:bob@example.org",
        "SCHEDULE-AGENT=CLIENT:mailto:zoe@elsewhere.example",
    ] {
        assert!(text.contains(line), "{line} in {text}");
    }
}

#[tokio::test]
async fn nobody_organizes_in_anothers_name() {
    let world = World::new().await;
    let (ada, bob, cleo) = (App::of(&world, "ada").await, App::of(&world, "bob").await, App::of(&world, "cleo").await);
    ada.put(MEETING, &tea(&[BOB], "")).await.is(201);

    // Bob writes Ada's meeting into his own calendar as if it were another one: nothing is sent in her name.
    let forged = tea(&[BOB, CLEO], "")
        .replace("UID:tea", "UID:forged")
        .replace("PARTSTAT=NEEDS-ACTION:mailto:bob", "PARTSTAT=ACCEPTED:mailto:bob");
    bob.put("/dav/calendars/bob/personal/forged.ics", &forged).await.is(201);
    assert_eq!((within(&cleo, "inbox").await.len(), within(&ada, "inbox").await.len()), (0, 0));
    let text = unfolded(&bob.get("/dav/calendars/bob/personal/forged.ics").await);
    assert!(text.contains(&format!("ORGANIZER;SCHEDULE-STATUS=5.3:{ADA}")), "{text}");

    // Cleo takes the UID of Ada's meeting for one of hers: Bob's copy stays Ada's.
    let taken = event(
        "tea",
        &format!("DTSTART:20261202T090000Z\nSUMMARY:Mine\nORGANIZER:{CLEO}\nATTENDEE:{CLEO}\nATTENDEE:{BOB}"),
    );
    cleo.put("/dav/calendars/cleo/personal/mine.ics", &taken).await.is(201);
    let text = unfolded(&cleo.get("/dav/calendars/cleo/personal/mine.ics").await);
    assert!(text.contains(&format!("SCHEDULE-STATUS=5.3:{BOB}")), "{text}");
    let hrefs = within(&bob, "personal").await;
    for href in hrefs {
        assert!(!bob.get(&href).await.body.contains("SUMMARY:Mine"));
    }

    // And who is not invited does not answer.
    let crashed = tea(&[CLEO], "").replace("PARTSTAT=NEEDS-ACTION:mailto:cleo", "PARTSTAT=ACCEPTED:mailto:cleo");
    cleo.send("DELETE", "/dav/calendars/cleo/personal/mine.ics", &[], "").await.is(204);
    cleo.put("/dav/calendars/cleo/personal/crash.ics", &crashed).await.is(201);
    let text = unfolded(&cleo.get("/dav/calendars/cleo/personal/crash.ics").await);
    assert!(text.contains(&format!("ORGANIZER;SCHEDULE-STATUS=3.8:{ADA}")), "{text}");
    assert!(!ada.get(MEETING).await.body.contains("cleo"));
}

#[tokio::test]
async fn what_an_organizer_says_of_an_attendee_takes_none_of_their_time() {
    let world = World::new().await;
    let bob = world.sign_up("bob").await;
    world.chat(&bob, json!({})).await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of_person(&world, &bob, "caldav").await);
    let states = async || -> Vec<String> {
        world.slots(None, "bob/chat", "2026-12-01").await.into_iter().map(|(_, state)| state).collect()
    };

    ada.put(MEETING, &tea(&[], &format!("ATTENDEE;PARTSTAT=ACCEPTED:{BOB}"))).await.is(201);
    assert_eq!(states().await, ["open", "open", "open"]);

    answers(&bob, "ACCEPTED").await.is(204);
    assert_eq!(states().await, ["open", "unavailable", "open"]);
    answers(&bob, "DECLINED").await.is(204);
    assert_eq!(states().await, ["open", "open", "open"]);
    answers(&bob, "TENTATIVE").await.is(204);
    assert_eq!(states().await, ["open", "unavailable", "open"]);
    ada.send("DELETE", MEETING, &[], "").await.is(204);
    assert_eq!(states().await, ["open", "open", "open"]);
}

#[tokio::test]
async fn what_only_the_organizer_decides_is_refused_by_name() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    ada.put(MEETING, &tea(&[BOB], "")).await.is(201);
    let (href, copy) = only(&bob, "personal").await;

    let moved = copy.replace("T090000Z", "T080000Z");
    bob.put(&href, &moved).await.refuses("C:allowed-attendee-scheduling-object-change");
    let given = tea(&[BOB], "").replace(&format!("ORGANIZER:{ADA}"), &format!("ORGANIZER:{BOB}"));
    ada.put(MEETING, &given).await.refuses("C:allowed-organizer-scheduling-object-change");
    let two = tea(&[BOB], "RRULE:FREQ=DAILY").replace(
        "END:VCALENDAR",
        &format!(
            "BEGIN:VEVENT\r\nUID:tea\r\nRECURRENCE-ID:20261202T090000Z\r\nDTSTART:20261202T090000Z\r\n\
             ORGANIZER:{BOB}\r\nATTENDEE:{ADA}\r\nEND:VEVENT\r\nEND:VCALENDAR"
        ),
    );
    ada.put(MEETING, &two).await.refuses("C:same-organizer-in-all-components");
    ada.send("MKCALENDAR", "/dav/calendars/ada/other/", &[], "").await.is(201);
    let other = "/dav/calendars/ada/other/tea.ics";
    ada.put(other, &tea(&[BOB], "")).await.refuses("C:unique-scheduling-object-resource").says(MEETING);
    ada.send("COPY", MEETING, &[("destination", other)], "").await.refuses("C:unique-scheduling-object-resource");
    assert_eq!(within(&bob, "inbox").await.len(), 1, "nothing of that was sent");

    ada.send("MOVE", MEETING, &[("destination", other)], "").await.is(201);
    assert_eq!(within(&bob, "inbox").await.len(), 1, "a move tells nobody anything");
    ada.put(other, &tea(&[BOB], "LOCATION:here")).await.is(204);
    assert_eq!(within(&bob, "inbox").await.len(), 2);
}

#[tokio::test]
async fn a_schedule_tag_guards_against_what_matters_and_nothing_else() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    let put = ada.put(MEETING, &tea(&[BOB], "")).await.is(201);
    let tag = put.header("schedule-tag").unwrap().to_owned();
    let etag = ada.get(MEETING).await.etag();
    answers(&bob, "ACCEPTED").await.is(204);
    let words = tea(&[BOB], "LOCATION:here");
    let conditional = async |name: &str, tag: &str| ada.send("PUT", MEETING, &[(name, tag)], words.clone()).await;

    conditional("if-match", &etag).await.is(412);
    let put = conditional("if-schedule-tag-match", &tag).await.is(204);

    assert!(unfolded(&ada.get(MEETING).await).contains(&format!("PARTSTAT=ACCEPTED;SCHEDULE-STATUS=1.2:{BOB}")));
    assert_ne!(put.header("schedule-tag"), Some(tag.as_str()));
    conditional("if-schedule-tag-match", &tag).await.is(412);
    let delete = ada.send("DELETE", MEETING, &[("if-schedule-tag-match", tag.as_str())], "").await;
    delete.is(412);
    // The same over again changes nothing and tells nobody.
    let before = (ada.get(MEETING).await.etag(), within(&bob, "inbox").await.len());
    ada.put(MEETING, &words).await.is(204);
    assert_eq!((ada.get(MEETING).await.etag(), within(&bob, "inbox").await.len()), before);
}

#[tokio::test]
async fn the_answer_holds_what_is_kept_if_the_client_asks_for_it() {
    let world = World::new().await;
    let (ada, _bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);

    let put = ada.send("PUT", MEETING, &[("prefer", "return=representation")], tea(&[BOB], "")).await.is(201);

    let kept = ada.get(MEETING).await;
    assert_eq!((put.etag(), &put.body), (kept.etag(), &kept.body));
}

#[tokio::test]
async fn an_entry_of_ones_own_stays_as_it_was_written() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let put = ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);

    assert_eq!((put.header("schedule-tag"), put.etag()), (None, ada.get(&format!("{CAL}a.ics")).await.etag()));
    // An entry becomes a meeting, and one again.
    let bob = App::of(&world, "bob").await;
    let with_bob = hour("a", 1, 9).replace("SUMMARY:a", &format!("SUMMARY:a\r\nORGANIZER:{ADA}\r\nATTENDEE:{BOB}"));
    ada.put(&format!("{CAL}a.ics"), &with_bob).await.is(204);
    assert_eq!(within(&bob, "personal").await.len(), 1);
    ada.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(204);
    let (_, copy) = only(&bob, "personal").await;
    assert!(copy.contains("STATUS:CANCELLED"), "{copy}");
    assert_eq!(ada.get(&format!("{CAL}a.ics")).await.header("schedule-tag"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_given_at_the_same_moment_are_all_kept() {
    let world = World::new().await;
    all_answers_are_kept(&[&world]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_given_at_the_same_moment_on_two_nodes_are_all_kept() {
    let Some(service) = shared() else { return };
    let url = service.database().await;
    let nodes = [
        World::with(|config| config.database = Some(url.clone())).await,
        World::with(|config| config.database = Some(url.clone())).await,
    ];
    all_answers_are_kept(&[&nodes[0], &nodes[1]]).await;
}

/// Everybody answers at once, each at one of the nodes, again and again.
async fn all_answers_are_kept(nodes: &[&World]) {
    const PEOPLE: usize = 6;
    let ada = App::of(nodes[0], "ada").await;
    let mut guests = Vec::new();
    for number in 0..PEOPLE {
        guests.push(App::of(nodes[number % nodes.len()], &format!("guest{number}")).await);
    }
    let addresses: Vec<String> = guests.iter().map(|guest| format!("mailto:{}@example.org", guest.name)).collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    ada.put(MEETING, &tea(&addresses, "")).await.is(201);

    for says in ["ACCEPTED", "TENTATIVE", "DECLINED"] {
        let all = guests.iter().map(|guest| answers(guest, says));
        for reply in at_once(all.collect()).await {
            reply.is(204);
        }

        let kept = unfolded(&ada.get(MEETING).await);
        assert_eq!(kept.matches(&format!("PARTSTAT={says};")).count(), PEOPLE, "{kept}");
        for guest in &guests {
            let (_, copy) = only(guest, "personal").await;
            assert_eq!(copy.matches(&format!("PARTSTAT={says}")).count(), PEOPLE + usize::from(says == "ACCEPTED"));
        }
    }
    assert_eq!(within(&ada, "inbox").await.len(), 3 * PEOPLE);
}

/// Runs all of them at once.
async fn at_once<T>(futures: Vec<impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = futures.into_iter().map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|cx| {
        for (future, done) in &mut waiting {
            if done.is_none()
                && let std::task::Poll::Ready(value) = future.as_mut().poll(cx)
            {
                *done = Some(value);
            }
        }
        if waiting.iter().all(|(_, done)| done.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    waiting.into_iter().filter_map(|(_, done)| done).collect()
}

#[tokio::test]
async fn an_inbox_is_read_like_a_calendar_and_emptied_by_its_owner() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    let inbox = "/dav/calendars/bob/inbox/";
    let token = bob.sync(inbox, "", "").await.is(207).value("D:sync-token").unwrap();
    ada.put(MEETING, &tea(&[BOB], "")).await.is(201);
    let (href, _) = only(&bob, "inbox").await;

    let news = bob.sync(inbox, &token, "").await.is(207);
    assert_eq!(news.hrefs(), std::slice::from_ref(&href));
    let name = href.rsplit('/').next().unwrap().to_owned();
    assert_eq!(bob.query(inbox, "VEVENT", "").await, std::slice::from_ref(&name));
    let range = "<C:time-range start='20261201T000000Z' end='20261202T000000Z'/>";
    assert_eq!(bob.query(inbox, "VEVENT", range).await, [name]);
    let inside = format!("<D:prop><D:getetag/><C:calendar-data/></D:prop><D:href>{href}</D:href>");
    bob.report(inbox, "calendar-multiget", &inside).await.is(207).says("METHOD:REQUEST");
    // What arrives takes no time; the copy in the calendar does, once it is accepted.
    let free_busy = "<C:time-range start='20261201T000000Z' end='20261202T000000Z'/>";
    bob.report(inbox, "free-busy-query", free_busy).await.is(200).says_not("FREEBUSY;");
    assert_eq!(bob.get(&href).await.header("schedule-tag"), None);

    bob.send("DELETE", &href, &[], "").await.is(204);

    assert_eq!(within(&bob, "inbox").await.len(), 0);
    assert_eq!(within(&bob, "personal").await.len(), 1, "an invitation that was read is not declined");
    bob.sync(inbox, &news.value("D:sync-token").unwrap(), "").await.is(207).says("404 Not Found");
}

#[tokio::test]
async fn an_inbox_keeps_the_newest_messages_and_none_for_ever() {
    let world = World::with(|config| config.limits.inbox_messages = 3).await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    for number in 0..5 {
        ada.put(MEETING, &tea(&[BOB], &format!("LOCATION:room {number}"))).await;
    }

    let mut rooms = Vec::new();
    for href in within(&bob, "inbox").await {
        let text = unfolded(&bob.get(&href).await);
        rooms.extend(text.lines().find_map(|line| line.strip_prefix("LOCATION:room ").map(str::to_owned)));
    }
    rooms.sort();
    assert_eq!(rooms, ["2", "3", "4"]);

    world.clock.set("2027-01-15T12:00:00Z".parse().unwrap());
    meetme_server::workers::prune(world.server().app()).await.unwrap();
    assert_eq!(within(&bob, "inbox").await.len(), 0);
    assert_eq!(within(&bob, "personal").await.len(), 1);
}

#[tokio::test]
async fn how_many_are_told_and_how_often_is_bounded() {
    let rate = "6/1m".parse().unwrap();
    let world = World::with(|config| {
        config.limits.meeting_recipients = 3;
        config.rate_limits.set(meetme_server::config::RateName::Invite, rate);
    })
    .await;
    let ada = App::of(&world, "ada").await;
    let many: Vec<String> = (0..4).map(|number| format!("mailto:p{number}@example.org")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();

    ada.put(MEETING, &tea(&many, "")).await.refuses("C:max-attendees-per-instance");
    assert_eq!(within(&ada, "personal").await.len(), 0);
    ada.put(MEETING, &tea(&many[..3], "")).await.is(201);
    ada.put(MEETING, &tea(&many[..3], "LOCATION:here")).await.is(204);
    let refused = ada.put(MEETING, &tea(&many[..3], "LOCATION:there")).await.is(429);
    assert!(refused.header("retry-after").is_some());
    assert!(ada.get(MEETING).await.body.contains("LOCATION:here"), "nothing of it is done");
    // What tells nobody anything is free.
    ada.put(&format!("{CAL}own.ics"), &hour("own", 2, 9)).await.is(201);
}

#[tokio::test]
async fn invitations_go_into_the_calendar_that_is_chosen_for_them() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    let inbox = "/dav/calendars/bob/inbox/";
    let default = async || {
        let told = bob.propfind(inbox, "0", "<C:schedule-default-calendar-URL/>").await.is(207);
        told.value("C:schedule-default-calendar-URL").unwrap()
    };
    let choose = async |path: &str| {
        let body = format!(
            "<propertyupdate xmlns='DAV:'><set><prop><schedule-default-calendar-URL \
             xmlns='urn:ietf:params:xml:ns:caldav'><href xmlns='DAV:'>{path}</href></schedule-default-calendar-URL>\
             </prop></set></propertyupdate>"
        );
        bob.send("PROPPATCH", inbox, &[], body).await.is(207)
    };
    assert_eq!(default().await, "<D:href>/dav/calendars/bob/personal/</D:href>");
    bob.send("DELETE", "/dav/calendars/bob/personal/", &[], "").await.refuses("C:default-calendar-needed");
    bob.send("MKCALENDAR", "/dav/calendars/bob/work/", &[], "").await.is(201);
    for wrong in ["/dav/calendars/bob/none/", "/dav/calendars/bob/inbox/", "/dav/calendars/ada/personal/", ""] {
        choose(wrong).await.says("valid-schedule-default-calendar-URL");
    }

    choose("/dav/calendars/bob/work/").await.says("200 OK");

    assert_eq!(default().await, "<D:href>/dav/calendars/bob/work/</D:href>");
    bob.send("DELETE", "/dav/calendars/bob/work/", &[], "").await.refuses("C:default-calendar-needed");
    ada.put(MEETING, &tea(&[BOB], "")).await.is(201);
    assert_eq!((within(&bob, "work").await.len(), within(&bob, "personal").await.len()), (1, 0));
    choose("/dav/calendars/bob/personal/").await.says("200 OK");
    bob.send("DELETE", "/dav/calendars/bob/work/", &[], "").await.is(204);
    assert!(unfolded(&ada.get(MEETING).await).contains(&format!("PARTSTAT=DECLINED;SCHEDULE-STATUS=2.0:{BOB}")));
}

#[tokio::test]
async fn who_goes_cancels_what_they_organize_and_declines_the_rest() {
    let world = World::new().await;
    let person = world.sign_up("ada").await;
    let (ada, bob) = (App::of_person(&world, &person, "caldav").await, App::of(&world, "bob").await);
    ada.put(MEETING, &tea(&[BOB], "")).await.is(201);
    let bobs = tea(&[ADA], "")
        .replace("UID:tea", "UID:bobs")
        .replace(&format!("ORGANIZER:{ADA}"), &format!("ORGANIZER:{BOB}"));
    let of_bob = "/dav/calendars/bob/personal/bobs.ics";
    bob.put(of_bob, &bobs).await.is(201);

    world.delete(&person, "/me").await.ok();

    let text = unfolded(&bob.get(of_bob).await);
    assert!(text.contains("PARTSTAT=DECLINED;SCHEDULE-STATUS=2.0:mailto:ada@example.org"), "{text}");
    let mut cancelled = 0;
    for href in within(&bob, "personal").await {
        cancelled += usize::from(bob.get(&href).await.body.contains("STATUS:CANCELLED"));
    }
    assert_eq!(cancelled, 1);
    // And whoever is gone is nobody's address.
    bob.put(of_bob, &bobs.replace("SUMMARY:Tea", "SUMMARY:Coffee")).await.is(204);
    assert!(unfolded(&bob.get(of_bob).await).contains("SCHEDULE-STATUS=5.2:mailto:ada@example.org"));
}

#[tokio::test]
async fn a_live_stream_and_sync_hear_of_a_copy_that_others_changed() {
    let world = World::new().await;
    let (ada, bob) = (App::of(&world, "ada").await, App::of(&world, "bob").await);
    let personal = "/dav/calendars/bob/personal/";
    let token = bob.sync(personal, "", "").await.is(207).value("D:sync-token").unwrap();

    ada.put(MEETING, &tea(&[BOB], "")).await.is(201);

    let news = bob.sync(personal, &token, "").await.is(207);
    assert_eq!(news.hrefs().len(), 1);
    let token = news.value("D:sync-token").unwrap();
    assert_eq!(bob.sync(personal, &token, "").await.is(207).hrefs().len(), 0);
    ada.put(MEETING, &tea(&[BOB], "LOCATION:here")).await.is(204);
    assert_eq!(bob.sync(personal, &token, "").await.is(207).hrefs().len(), 1);
}

#[tokio::test]
async fn a_booking_is_on_both_sides_already_and_nothing_is_sent_of_it() {
    let world = World::new().await;
    let host = world.sign_up("ada").await;
    world.chat(&host, json!({})).await;
    let guest = world.sign_up("bob").await;
    world.book(&guest, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
    let (ada, bob) = (App::of_person(&world, &host, "caldav").await, App::of_person(&world, &guest, "caldav").await);
    let (_, text) = only(&ada, "bookings").await;
    assert!(text.contains("ORGANIZER") && text.contains("ATTENDEE"));

    // An app that keeps what it sees in a calendar of its own too.
    let put = ada.put(&format!("{CAL}kept.ics"), &ada.get(&within(&ada, "bookings").await[0]).await.body).await.is(201);

    assert!(put.header("schedule-tag").is_none() && put.header("etag").is_some());
    assert_eq!((within(&bob, "inbox").await.len(), within(&bob, "personal").await.len()), (0, 0));
    ada.send("DELETE", &format!("{CAL}kept.ics"), &[], "").await.is(204);
    assert_eq!(within(&bob, "inbox").await.len(), 0);
}

//! Booking from a calendar app: the folders that book.

use reqwest::Method;
use serde_json::json;

use super::kit::{App, Reply, event};
use crate::http::world::{Person, World};

const BOOK: &str = "/dav/calendars/bob/book-ada-chat/";
const BOOKINGS: &str = "/dav/calendars/bob/bookings/";
const OFFER: &str = "/dav/calendars/ada/event-chat/";

struct Scene<'a> {
    world: &'a World,
    ada: Person,
    bob: Person,
    host: App<'a>,
    guest: App<'a>,
}

/// Ada offers chats on weekdays from 9 to 12 in Berlin (8 to 11 UTC), and Bob has added them.
async fn scene(world: &World) -> Scene<'_> {
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    world.send(Some(&bob), Method::PUT, "/me/added/ada/chat", None, &[]).await.ok();
    let (host, guest) = (App::of_person(world, &ada, "caldav").await, App::of_person(world, &bob, "caldav").await);
    Scene { world, ada, bob, host, guest }
}

fn at(uid: &str, start: &str) -> String {
    event(uid, &format!("DTSTART:{start}\nDURATION:PT15M\nSUMMARY:Talk to Ada"))
}

fn names(reply: &Reply) -> Vec<String> {
    let segments = reply.hrefs().into_iter().map(|href| href.rsplit('/').next().unwrap().to_owned());
    segments.filter(|name| !name.is_empty()).collect()
}

#[tokio::test]
async fn open_slots_are_entries_of_an_event_that_was_added() {
    let world = World::new().await;
    let s = scene(&world).await;

    let home = s.guest.propfind("/dav/calendars/bob/", "1", "<displayname/>").await.is(207);
    assert!(home.hrefs().contains(&BOOK.to_owned()), "{home:?}");
    let listed = s.guest.propfind(BOOK, "1", "<getetag/>").await.is(207);
    assert_eq!(names(&listed)[..2], ["20261201T080000Z.ics", "20261201T090000Z.ics"]);
    let slot = s.guest.get(&format!("{BOOK}20261201T080000Z.ics")).await.is(200);
    let again = s.guest.get(&format!("{BOOK}20261201T080000Z.ics")).await.is(200);
    assert_eq!((slot.etag(), &slot.body), (again.etag(), &again.body));
    slot.says("TRANSP:TRANSPARENT").says("SUMMARY:Open: Chat");
    s.guest.send("DELETE", &format!("{BOOK}20261201T080000Z.ics"), &[], "").await.refuses("D:need-privileges");

    s.world.delete(&s.bob, "/me/added/ada/chat").await.ok();
    s.guest.propfind(BOOK, "0", "<displayname/>").await.is(404);
}

#[tokio::test]
async fn an_entry_on_an_open_slot_books_it() {
    let world = World::new().await;
    let s = scene(&world).await;

    let made = s.guest.put(&format!("{BOOK}mine.ics"), &at("uid-of-bob", "20261201T090000Z")).await.is(201);

    assert_eq!(made.header("etag"), None, "its bytes are not those that were sent");
    let entry = s.guest.get(&format!("{BOOK}mine.ics")).await.is(200);
    entry.says("UID:uid-of-bob").says("DTEND:20261201T100000Z").says("STATUS:CONFIRMED").says("ORGANIZER");
    let booked = s.world.get(Some(&s.bob), "/bookings").await.ok();
    assert_eq!(booked["items"][0]["uid"], "uid-of-bob");
    let listed = s.guest.propfind(BOOKINGS, "1", "<getetag/>").await.is(207);
    let id = booked["items"][0]["id"].as_str().unwrap();
    assert_eq!(names(&listed), [format!("{id}.ics")]);
    assert_eq!(names(&s.host.propfind("/dav/calendars/ada/bookings/", "1", "<getetag/>").await), [format!("{id}.ics")]);
    assert!(!names(&s.guest.propfind(BOOK, "1", "<getetag/>").await).contains(&"20261201T090000Z.ics".to_owned()));
}

#[tokio::test]
async fn each_refusal_has_its_name_and_a_sentence_and_nothing_is_done() {
    let world = World::new().await;
    let s = scene(&world).await;
    let cyd = s.world.sign_up("cyd").await;
    s.world.book(&cyd, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
    s.guest.put(&format!("{BOOK}mine.ics"), &at("mine", "20261202T090000Z")).await.is(201);
    let daily = event("r", "DTSTART:20261203T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY");

    for (body, condition) in [
        (at("a", "20261201T090000Z"), "M:slot-taken"),
        (at("b", "20261201T093000Z"), "M:no-such-slot"),
        (at("c", "20251202T090000Z"), "M:no-such-slot"),
        (at("d", "20261202T090000Z"), "M:already-booked"),
        (daily, "M:cannot-recur"),
        ("nonsense".to_owned(), "C:valid-calendar-data"),
    ] {
        let reply = s.guest.put(&format!("{BOOK}x.ics"), &body).await.refuses(condition);
        let reply = reply.says("<M:message>");
        if condition == "M:slot-taken" {
            reply.says("<M:nearest>").says("start=\"2026-12-01T08:00:00Z\"");
        }
        s.guest.get(&format!("{BOOK}x.ics")).await.is(404);
    }
    assert_eq!(s.world.get(Some(&s.bob), "/bookings").await.ok()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_entry_of_days_books_a_slot_of_days_and_no_hour() {
    let world = World::new().await;
    let s = scene(&world).await;
    let midnights = json!({"start": "2026-12-05T00:00:00", "duration_minutes": 60});
    s.world.post(&s.ada, "/events/ada/chat/windows", midnights).await.ok();
    let retreat = json!({"title": "Retreat", "slug": "retreat", "time_zone": "Europe/Berlin",
        "first_day": "2026-12-01", "slot_minutes": 60});
    s.world.post(&s.ada, "/events", retreat).await.ok();
    let whole = json!({"start": "2026-12-05T00:00:00", "duration_minutes": 2880, "whole": true});
    s.world.post(&s.ada, "/events/ada/retreat/windows", whole).await.ok();
    s.world.send(Some(&s.bob), Method::PUT, "/me/added/ada/retreat", None, &[]).await.ok();
    s.world.patch(&s.bob, "/me", json!({"time_zone": "Europe/Berlin"})).await.ok();
    let day = |uid: &str, day: u32| event(uid, &format!("DTSTART;VALUE=DATE:202612{day:02}\nSUMMARY:All day"));

    for at in [1, 5] {
        let refused = s.guest.put(&format!("{BOOK}day.ics"), &day("day", at)).await.refuses("M:no-whole-day");
        refused.says(&format!("no slot of the event lasts all of 2026-12-{at:02}")).says("<M:nearest>");
    }
    let retreat = "/dav/calendars/bob/book-ada-retreat/day.ics";
    s.guest.put(retreat, &day("days", 6)).await.refuses("M:no-whole-day");
    s.guest.put(retreat, &day("days", 5)).await.is(201);
    s.guest.get(retreat).await.is(200).says("DTSTART:20261204T230000Z").says("DTEND:20261206T230000Z");
}

#[tokio::test]
async fn a_booking_moves_and_ends_by_its_entry_and_keeps_what_is_ones_own() {
    let world = World::new().await;
    let s = scene(&world).await;
    s.guest.put(&format!("{BOOK}mine.ics"), &at("mine", "20261201T090000Z")).await.is(201);
    let href = s.guest.propfind(BOOKINGS, "1", "<getetag/>").await.hrefs().pop().unwrap();
    let entry = s.guest.get(&href).await.is(200);

    let alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT10M\r\nDESCRIPTION:soon\r\nEND:VALARM\r\nEND:VEVENT";
    let moved = entry.body.replace("20261201T090000Z", "20261201T080000Z").replace("END:VEVENT", alarm);
    let moved = moved.replace("20261201T100000Z", "20261201T090000Z");
    s.guest.send("PUT", &href, &[("if-match", &entry.etag())], moved).await.is(204);

    let now =
        s.guest.get(&href).await.is(200).says("DTSTART:20261201T080000Z").says("TRIGGER:-PT10M").says("SEQUENCE:1");
    let hosts = s.host.propfind("/dav/calendars/ada/bookings/", "1", "<getetag/>").await.hrefs().pop().unwrap();
    s.host.get(&hosts).await.says("DTSTART:20261201T080000Z").says_not("TRIGGER");
    s.guest.send("PUT", &href, &[("if-match", &entry.etag())], entry.body.clone()).await.is(412);
    let renamed = now.body.replace("SUMMARY:", "SUMMARY:Not ");
    s.guest.put(&href, &renamed).await.refuses("M:cannot-change");
    let nowhere = now.body.replace("20261201T080000Z", "20261201T210000Z");
    s.guest.put(&href, &nowhere).await.refuses("M:no-such-slot");

    s.host.send("DELETE", &hosts, &[], "").await.is(204);
    s.guest.get(&href).await.is(404);
    assert_eq!(s.world.get(Some(&s.bob), "/bookings").await.ok()["items"][0]["status"], "cancelled");
}

#[tokio::test]
async fn windows_go_both_ways() {
    let world = World::new().await;
    let s = scene(&world).await;
    let listed = s.host.propfind(OFFER, "1", "<getetag/>").await.is(207);
    let window = s.host.get(&listed.hrefs()[1]).await.is(200);
    window.says("DTSTART;TZID=Europe/Berlin:20261201T090000").says("RRULE:FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR");

    let daily = "DTSTART;TZID=Europe/Berlin:20261201T150000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\n\
        EXDATE;TZID=Europe/Berlin:20261202T150000";
    let body = event("mine", daily).replace(
        "END:VCALENDAR",
        "BEGIN:VEVENT\r\nUID:mine\r\nRECURRENCE-ID;TZID=Europe/Berlin:20261203T150000\r\n\
         DTSTART;TZID=Europe/Berlin:20261203T170000\r\nDURATION:PT1H\r\nEND:VEVENT\r\nEND:VCALENDAR",
    );
    s.host.put(&format!("{OFFER}mine.ics"), &body).await.is(201);

    let starts = async |day: &str| {
        let slots = world.slots(None, "ada/chat", day).await;
        slots.into_iter().map(|(start, _)| start[11..16].to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(starts("2026-12-01").await, ["08:00", "09:00", "10:00", "14:00"]);
    assert_eq!(starts("2026-12-02").await, ["08:00", "09:00", "10:00"]);
    assert_eq!(starts("2026-12-03").await, ["08:00", "09:00", "10:00", "16:00"]);
    let back = s.host.get(&format!("{OFFER}mine.ics")).await.is(200);
    back.says("UID:mine").says("RECURRENCE-ID;TZID=Europe/Berlin:20261203T150000");

    let todo = event("todo", "DTSTART:20261201T090000Z\nDURATION:PT1H").replace("VEVENT", "VTODO");
    s.host.put(&format!("{OFFER}todo.ics"), &todo).await.refuses("M:cannot-offer");
    s.host.send("DELETE", &format!("{OFFER}mine.ics"), &[], "").await.is(204);
    assert_eq!(starts("2026-12-03").await, ["08:00", "09:00", "10:00"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_gets_another_name_takes_along_what_apps_keep_on_it() {
    for world in World::on_each_store(|_| {}).await {
        let s = scene(&world).await;
        let named = "<D:propertyupdate xmlns:D='DAV:'><D:set><D:prop><D:displayname>My hours</D:displayname></D:prop>\
            </D:set></D:propertyupdate>";
        s.host.send("PROPPATCH", OFFER, &[], named).await.is(207);
        let once = event("once", "DTSTART;TZID=Europe/Berlin:20261205T090000\nDURATION:PT2H");
        s.host.put(&format!("{OFFER}once.ics"), &once).await.is(201);
        let token = s.host.sync(OFFER, "", "").await.value("D:sync-token").unwrap();

        s.world.patch(&s.ada, "/events/ada/chat", json!({"slug": "talk"})).await.ok();

        let talk = "/dav/calendars/ada/event-talk/";
        s.host.propfind(OFFER, "0", "<displayname/>").await.is(404);
        s.host.propfind(talk, "0", "<displayname/>").await.is(207).says("My hours");
        s.host.get(&format!("{talk}once.ics")).await.is(200).says("UID:once");
        s.host.sync(talk, &token, "").await.refuses("D:valid-sync-token");

        s.world.delete(&s.ada, "/events/ada/talk").await.ok();
        s.world.chat(&s.ada, json!({"slug": "talk"})).await;
        s.host.propfind(talk, "0", "<displayname/>").await.is(207).says_not("My hours");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn guests_may_choose_one_uid_and_nobody_sees_two_entries_with_it() {
    for world in World::on_each_store(|_| {}).await {
        let s = scene(&world).await;
        let cyd = s.world.sign_up("cyd").await;
        s.world.send(Some(&cyd), Method::PUT, "/me/added/ada/chat", None, &[]).await.ok();
        let other = App::of_person(&world, &cyd, "caldav").await;
        s.guest.put(&format!("{BOOK}mine.ics"), &at("one", "20261201T090000Z")).await.is(201);

        // A stranger's choice refuses nobody, and is none for the host.
        other.put("/dav/calendars/cyd/book-ada-chat/mine.ics", &at("one", "20261202T090000Z")).await.is(201);
        let hosts = s.host.propfind("/dav/calendars/ada/bookings/", "1", "<getetag/>").await.is(207).hrefs();
        let mut uids = Vec::new();
        for href in &hosts[1..] {
            let entry = s.host.get(href).await.is(200);
            let id = href.rsplit('/').next().unwrap().strip_suffix(".ics").unwrap();
            uids.push(entry.says(&format!("UID:{id}@")).says_not("UID:one").body);
        }
        assert_eq!(uids.len(), 2);
        let moved = uids[0].replace("END:VEVENT", "COMMENT:seen\r\nEND:VEVENT");
        s.host.put(&hosts[1], &moved).await.is(204);

        // One's own is refused, wherever it is to stand.
        let twice = s.guest.put(&format!("{BOOK}again.ics"), &at("one", "20261203T090000Z")).await;
        twice.refuses("C:no-uid-conflict").says(&format!("<D:href>{BOOK}mine.ics</D:href>"));
        let rest = s.world.book(&s.bob, "ada/chat", "2026-12-03T10:00:00Z").await.ok();
        let (id, uid) = (rest["id"].as_str().unwrap(), rest["uid"].as_str().unwrap());
        let twice = s.guest.put(&format!("{BOOK}again.ics"), &at(uid, "20261204T090000Z")).await;
        twice.refuses("C:no-uid-conflict").says(&format!("<D:href>{BOOKINGS}{id}.ics</D:href>"));
        // What is cancelled does not block.
        s.guest.send("DELETE", &format!("{BOOK}mine.ics"), &[], "").await.is(204);
        s.guest.put(&format!("{BOOK}again.ics"), &at("one", "20261203T090000Z")).await.is(201);
    }
}

#[tokio::test]
async fn a_slot_that_several_share_is_not_shown_beside_ones_booking_of_it_under_one_uid() {
    let world = World::new().await;
    let s = scene(&world).await;
    s.world.patch(&s.ada, "/events/ada/chat", json!({"seats": 2})).await.ok();
    let slot = s.guest.get(&format!("{BOOK}20261201T090000Z.ics")).await.is(200);

    s.guest.put(&format!("{BOOK}mine.ics"), &slot.body).await.is(201);

    s.guest.get(&format!("{BOOK}20261201T090000Z.ics")).await.is(404);
    let listed = names(&s.guest.propfind(BOOK, "1", "<getetag/>").await);
    assert!(listed.contains(&"mine.ics".to_owned()) && !listed.contains(&"20261201T090000Z.ics".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_of_the_hosts_stays_busy_whatever_uid_a_guest_chooses() {
    for world in World::on_each_store(|_| {}).await {
        let s = scene(&world).await;
        let dentist = event("dentist", "DTSTART:20261201T080000Z\nDURATION:PT1H");
        let path = "/dav/calendars/ada/personal/dentist.ics";
        s.host.put(path, &dentist).await.is(201);
        s.guest.put(&format!("{BOOK}mine.ics"), &at("dentist", "20261202T090000Z")).await.is(201);

        s.host.put(path, &dentist.replace("T080000Z", "T100000Z")).await.is(204);

        let slots = s.world.slots(None, "ada/chat", "2026-12-01").await;
        let states: Vec<&str> = slots.iter().map(|(_, state)| state.as_str()).collect();
        assert_eq!(states, ["open", "open", "unavailable"]);
        let bookings = s.host.propfind("/dav/calendars/ada/bookings/", "1", "<getetag/>").await.hrefs();
        let copy = s.host.get(&bookings[1]).await.is(200);
        s.host.put("/dav/calendars/ada/personal/copy.ics", &copy.body).await.is(201);
        let personal = s.world.slots(None, "ada/chat", "2026-12-02").await;
        assert_eq!(personal[1].1, "unavailable", "it is booked");
        s.host.send("DELETE", &bookings[1], &[], "").await.is(204);
        let personal = s.world.slots(None, "ada/chat", "2026-12-02").await;
        assert_eq!(personal[1].1, "open", "a copy of a booking takes no time");
    }
}

//! Why a calendar app may not book: each reason by its own element, the same that REST gives, and nothing half done.

use reqwest::Method;
use serde_json::{Value, json};

use super::kit::{App, Reply, event, hour};
use crate::http::world::{Person, World};

const BOOK: &str = "/dav/calendars/bob/book-ada-chat/";
const BOOKINGS: &str = "/dav/calendars/bob/bookings/";
const NINE: &str = "2026-12-01T09:00:00Z";

/// Ada's chats on weekdays from 9 to 12 in Berlin (8 to 11 UTC), changed by `more`, which Bob has added.
struct Scene<'a> {
    world: &'a World,
    ada: Person,
    bob: Person,
    host: App<'a>,
    guest: App<'a>,
}

impl<'a> Scene<'a> {
    async fn new(world: &'a World, more: Value) -> Scene<'a> {
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        world.chat(&ada, more).await;
        world.send(Some(&bob), Method::PUT, "/me/added/ada/chat", None, &[]).await.ok();
        let (host, guest) = (App::of_person(world, &ada, "caldav").await, App::of_person(world, &bob, "caldav").await);
        Self { world, ada, bob, host, guest }
    }

    async fn cyd_books(&self, start: &str) {
        let cyd = self.world.sign_up("cyd").await;
        self.world.book(&cyd, "ada/chat", start).await.ok();
    }

    /// Everything that a refusal leaves as it is: what Bob's app lists, and how far the logs reach.
    async fn state(&self) -> (Vec<String>, String) {
        let mut listed = Vec::new();
        for folder in [BOOK, BOOKINGS] {
            listed.push(self.guest.propfind(folder, "1", "<getetag/>").await.is(207).body);
        }
        let mut ends = String::new();
        for who in [&self.ada, &self.bob] {
            ends += self.world.get(Some(who), "/me/changes?wait=0").await.ok()["cursor"].as_str().unwrap();
        }
        (listed, ends)
    }

    /// Bob's app wants a slot and is refused as he is over REST: same code, same words, same slots nearby.
    async fn is_refused(&self, start: &str, code: &str) {
        let before = self.state().await;
        let rest = self.world.book(&self.bob, "ada/chat", start).await;
        let wall = start.replace(['-', ':'], "");
        let entry = event("mine", &format!("DTSTART:{wall}\nDURATION:PT1H"));

        let reply = self.guest.put(&format!("{BOOK}mine.ics"), &entry).await;

        same(&rest.body, reply, code);
        self.guest.get(&format!("{BOOK}mine.ics")).await.is(404);
        assert_eq!(self.state().await, before, "{code}: nothing is half done");
    }
}

/// Holds a refusal of CalDAV to that of REST.
#[track_caller]
fn same(rest: &Value, reply: Reply, code: &str) {
    assert_eq!(rest["code"], code, "{rest}");
    let reply = reply.refuses(&format!("M:{code}/>"));
    let message = reply.value("M:message").unwrap().replace("&apos;", "'");
    // REST has the name of a field that is at fault in a field of its own.
    let detail = rest["detail"].as_str().unwrap();
    assert_eq!(
        message.strip_prefix(&format!("{}: ", rest["field"].as_str().unwrap_or_default())).unwrap_or(&message),
        detail
    );
    let nearest = |text: &str| -> Vec<String> {
        text.split("<M:slot start=\"").skip(1).map(|part| part.split('"').next().unwrap().to_owned()).collect()
    };
    let theirs = rest["nearest"].as_array().into_iter().flatten();
    let theirs: Vec<String> = theirs.map(|slot| slot["start"].as_str().unwrap().to_owned()).collect();
    assert_eq!(nearest(&reply.body), theirs, "{code}");
    let wants_nearest = ["slot-taken", "no-such-slot", "too-late", "too-early", "guest-busy"].contains(&code);
    assert_eq!(!theirs.is_empty(), wants_nearest, "{code}: {theirs:?}");
}

#[tokio::test]
async fn a_slot_that_another_guest_has_is_taken() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({})).await;
    s.cyd_books(NINE).await;

    s.is_refused(NINE, "slot-taken").await;
}

#[tokio::test]
async fn a_slot_that_waits_for_its_host_is_taken() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({"needs_confirmation": true})).await;
    s.cyd_books(NINE).await;

    s.is_refused(NINE, "slot-taken").await;
}

#[tokio::test]
async fn a_slot_that_another_guest_holds_is_taken() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({})).await;
    let cyd = world.sign_up("cyd").await;
    world.post(&cyd, "/events/ada/chat/holds", json!({"start": NINE})).await.ok();

    s.is_refused(NINE, "slot-taken").await;
}

#[tokio::test]
async fn a_slot_with_all_its_seats_taken_is_taken_and_one_with_a_seat_left_is_not() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({"seats": 2})).await;
    s.cyd_books(NINE).await;
    let dan = world.sign_up("dan").await;
    world.book(&dan, "ada/chat", NINE).await.ok();

    s.is_refused(NINE, "slot-taken").await;

    let dans = world.get(Some(&dan), "/bookings").await.ok();
    world.delete(&dan, &format!("/bookings/{}", dans["items"][0]["id"].as_str().unwrap())).await.ok();
    let entry = event("mine", "DTSTART:20261201T090000Z\nDURATION:PT1H");
    s.guest.put(&format!("{BOOK}mine.ics"), &entry).await.is(201);
}

#[tokio::test]
async fn a_slot_in_which_the_host_has_something_else_is_taken() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({})).await;
    s.host.put("/dav/calendars/ada/personal/a.ics", &hour("busy", 1, 9)).await.is(201);

    s.is_refused(NINE, "slot-taken").await;
}

#[tokio::test]
async fn a_slot_on_a_day_that_is_full_is_taken() {
    for (path, limits) in [("/me", json!({"max_per_day": 1})), ("/events/ada/chat", json!({"max_per_week": 1}))] {
        let world = World::new().await;
        let s = Scene::new(&world, json!({})).await;
        s.cyd_books(NINE).await;
        world.patch(&s.ada, path, limits).await.ok();

        s.is_refused("2026-12-01T10:00:00Z", "slot-taken").await;
    }
}

#[tokio::test]
async fn a_start_that_is_no_slots_is_none() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({})).await;

    s.is_refused("2026-12-01T09:30:00Z", "no-such-slot").await;
    s.is_refused("2026-12-05T09:00:00Z", "no-such-slot").await;
}

#[tokio::test]
async fn a_slot_behind_its_notice_is_too_late() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({"notice_minutes": 3 * 24 * 60})).await;

    s.is_refused(NINE, "too-late").await;
}

#[tokio::test]
async fn a_slot_beyond_the_horizon_is_too_early() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({"horizon_days": 3})).await;

    s.is_refused("2026-12-04T09:00:00Z", "too-early").await;
}

#[tokio::test]
async fn a_guest_who_meets_somebody_else_then_is_busy() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({})).await;
    let eve = world.sign_up("eve").await;
    world.chat(&eve, json!({})).await;
    world.book(&s.bob, "eve/chat", NINE).await.ok();

    s.is_refused(NINE, "guest-busy").await;
}

#[tokio::test]
async fn a_slot_that_one_has_is_booked_already() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({})).await;
    world.book(&s.bob, "ada/chat", NINE).await.ok();

    s.is_refused(NINE, "already-booked").await;
}

#[tokio::test]
async fn an_event_that_asks_what_an_entry_cannot_answer_is_booked_elsewhere() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({"questions": [{"question": "What about?", "required": true}]})).await;

    s.is_refused(NINE, "invalid").await;
}

#[tokio::test]
async fn a_booking_does_not_move_to_where_it_may_not_be_and_does_not_after_its_end() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({})).await;
    let booked = world.book(&s.bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    let id = booked["id"].as_str().unwrap();
    s.cyd_books(NINE).await;
    let href = format!("{BOOKINGS}{id}.ics");
    let entry = s.guest.get(&href).await.is(200);
    let moved = async |to: &str| {
        let before = s.state().await;
        let rest = world.patch(&s.bob, &format!("/bookings/{id}"), json!({"start": to})).await;
        let wall = to.replace(['-', ':'], "");
        let alarm = "BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT5M\r\nDESCRIPTION:x\r\nEND:VALARM\r\nEND:VEVENT";
        let body = entry.body.replace("DTSTART:20261201T080000Z", &format!("DTSTART:{wall}"));
        let body = body.replace("DTEND:20261201T090000Z", "DURATION:PT1H").replace("END:VEVENT", alarm);
        let reply = s.guest.send("PUT", &href, &[("if-match", &entry.etag())], body).await;
        assert_eq!(s.state().await, before, "neither the move nor the alarm is kept");
        (rest.body, reply)
    };

    let (rest, reply) = moved(NINE).await;
    same(&rest, reply, "slot-taken");
    let (rest, reply) = moved("2026-12-01T09:30:00Z").await;
    same(&rest, reply, "no-such-slot");
    world.clock.set("2026-12-01T09:00:00Z".parse().unwrap());
    let (rest, reply) = moved("2026-12-02T09:00:00Z").await;
    same(&rest, reply, "over");
    s.guest.send("DELETE", &href, &[], "").await.refuses("M:over/>");
}

#[tokio::test]
async fn a_host_confirms_and_declines_and_a_guest_declines_by_their_answers() {
    let world = World::new().await;
    let s = Scene::new(&world, json!({"needs_confirmation": true})).await;
    let put = async |uid: &str, start: &str| {
        let entry = event(uid, &format!("DTSTART:{start}\nDURATION:PT1H"));
        s.guest.put(&format!("{BOOK}{uid}.ics"), &entry).await.is(201);
        s.guest.get(&format!("{BOOK}{uid}.ics")).await.is(200).says("STATUS:TENTATIVE");
        let booked = world.get(Some(&s.ada), "/bookings?status=pending").await.ok();
        booked["items"][0]["id"].as_str().unwrap().to_owned()
    };
    let says = async |app: &App<'_>, who: &str, id: &str, word: &str| {
        let href = format!("/dav/calendars/{who}/bookings/{id}.ics");
        let entry = app.get(&href).await.is(200);
        let unfolded = entry.body.replace("\r\n ", "");
        let lines = unfolded.split("\r\n").map(|line| match line.starts_with("ATTENDEE") && line.contains(who) {
            true => line.replace("PARTSTAT=NEEDS-ACTION", word).replace("PARTSTAT=ACCEPTED", word),
            false => line.to_owned(),
        });
        let body = lines.collect::<Vec<_>>().join("\r\n");
        assert_ne!(body, unfolded, "{who} has an answer to change");
        app.send("PUT", &href, &[("if-match", &entry.etag())], body).await
    };
    let status = async |id: &str| world.get(Some(&s.ada), &format!("/bookings/{id}")).await.ok()["status"].clone();

    let first = put("first", "20261201T080000Z").await;
    says(&s.host, "ada", &first, "PARTSTAT=ACCEPTED").await.is(204);
    assert_eq!(status(&first).await, "confirmed");
    let second = put("second", "20261201T090000Z").await;
    says(&s.host, "ada", &second, "PARTSTAT=DECLINED").await.is(204);
    assert_eq!(status(&second).await, "cancelled");
    says(&s.guest, "bob", &first, "PARTSTAT=DECLINED").await.is(204);
    assert_eq!(status(&first).await, "cancelled");
}

//! What is told of the open slots of an event that was added: what came and went, by whatever, on every store.

use meetme_server::config::Config;
use reqwest::Method;
use serde_json::json;

use super::kit::{App, event, hour};
use super::mirror::{Mirror, News};
use crate::http::world::{Person, World};

const BOOK: &str = "/dav/calendars/bob/book-ada-chat/";
const OFFER: &str = "/dav/calendars/ada/event-chat/";

/// Ada's chats on weekdays from 9 to 12 in Berlin (8 to 11 UTC), which Bob has added; Cyd books them otherwise.
struct Scene<'a> {
    world: &'a World,
    ada: Person,
    cyd: Person,
    host: App<'a>,
    guest: App<'a>,
}

impl<'a> Scene<'a> {
    async fn new(world: &'a World) -> Scene<'a> {
        let (ada, bob, cyd) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("cyd").await);
        world.chat(&ada, json!({})).await;
        world.send(Some(&bob), Method::PUT, "/me/added/ada/chat", None, &[]).await.ok();
        let (host, guest) = (App::of_person(world, &ada, "caldav").await, App::of_person(world, &bob, "caldav").await);
        Self { world, ada, cyd, host, guest }
    }
}

fn none(_: &mut Config) {}

/// One that holds no more than it says.
fn only(came: &[&str], changed: &[&str], went: &[&str]) -> News {
    let names = |names: &[&str]| names.iter().map(|name| format!("{name}.ics")).collect();
    News { came: names(came), changed: names(changed), went: names(went), idle: Vec::new() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_booking_takes_its_slot_away_and_its_end_brings_it_back() {
    for world in World::on_each_store(none).await {
        let s = Scene::new(&world).await;
        let mut copy = Mirror::of(&s.guest, BOOK).await;
        assert_eq!(copy.sync().await, News::default());

        let booked = s.world.book(&s.cyd, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
        assert_eq!(copy.sync().await, only(&[], &[], &["20261201T090000Z"]));
        let id = booked["id"].as_str().unwrap();
        s.world.patch(&s.cyd, &format!("/bookings/{id}"), json!({"start": "2026-12-01T10:00:00Z"})).await.ok();
        assert_eq!(copy.sync().await, only(&["20261201T090000Z"], &[], &["20261201T100000Z"]));
        s.world.delete(&s.cyd, &format!("/bookings/{id}")).await.ok();
        assert_eq!(copy.sync().await, only(&["20261201T100000Z"], &[], &[]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ones_own_booking_is_told_on_every_device_as_it_changes() {
    for world in World::on_each_store(none).await {
        let s = Scene::new(&world).await;
        let mut copy = Mirror::of(&s.guest, BOOK).await;

        let body = event("mine", "DTSTART:20261201T090000Z\nDURATION:PT1H");
        s.guest.put(&format!("{BOOK}mine.ics"), &body).await.is(201);
        assert_eq!(copy.sync().await, only(&["mine"], &[], &["20261201T090000Z"]));
        let entry = s.guest.get(&format!("{BOOK}mine.ics")).await.is(200);
        let noted = entry.body.replace("END:VEVENT", "COMMENT:bring the book\r\nEND:VEVENT");
        s.guest.put(&format!("{BOOK}mine.ics"), &noted).await.is(204);
        assert_eq!(copy.sync().await, only(&[], &["mine"], &[]));
        let ada = s.world.get(Some(&s.ada), "/bookings").await.ok();
        let id = ada["items"][0]["id"].as_str().unwrap();
        s.world.delete(&s.ada, &format!("/bookings/{id}")).await.ok();
        assert_eq!(copy.sync().await, only(&["20261201T090000Z"], &[], &["mine"]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_entry_of_the_hosts_shuts_slots_and_opens_them_when_it_goes() {
    for world in World::on_each_store(none).await {
        let s = Scene::new(&world).await;
        let mut copy = Mirror::of(&s.guest, BOOK).await;

        s.host.put("/dav/calendars/ada/personal/a.ics", &hour("busy", 2, 8)).await.is(201);
        assert_eq!(copy.sync().await, only(&[], &[], &["20261202T080000Z"]));
        s.host.put("/dav/calendars/ada/personal/a.ics", &hour("busy", 2, 10)).await.is(204);
        assert_eq!(copy.sync().await, only(&["20261202T080000Z"], &[], &["20261202T100000Z"]));
        s.host.send("DELETE", "/dav/calendars/ada/personal/a.ics", &[], "").await.is(204);
        assert_eq!(copy.sync().await, only(&["20261202T100000Z"], &[], &[]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slot_that_its_host_takes_out_goes_alone() {
    for world in World::on_each_store(none).await {
        let s = Scene::new(&world).await;
        let mut copy = Mirror::of(&s.guest, BOOK).await;

        s.world.delete(&s.ada, "/events/ada/chat/slots/2026-12-02T09:00:00Z").await.ok();

        let news = copy.sync().await;
        assert_eq!(news.parts(), (vec![], vec![], vec!["20261202T090000Z.ics"]), "{news:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_window_that_is_moved_in_the_hosts_calendar_takes_its_slots_along() {
    for world in World::on_each_store(none).await {
        let s = Scene::new(&world).await;
        let once = event("once", "DTSTART;TZID=Europe/Berlin:20261205T090000\nDURATION:PT2H");
        s.host.put(&format!("{OFFER}once.ics"), &once).await.is(201);
        let mut copy = Mirror::of(&s.guest, BOOK).await;

        let later = once.replace("T090000", "T100000");
        s.host.put(&format!("{OFFER}once.ics"), &later).await.is(204);
        let news = copy.sync().await;
        assert_eq!(news.parts(), (vec!["20261205T100000Z.ics"], vec![], vec!["20261205T080000Z.ics"]), "{news:?}");
        let other_day = later.replace("20261205", "20261206");
        s.host.put(&format!("{OFFER}once.ics"), &other_day).await.is(204);
        let came = vec!["20261206T090000Z.ics", "20261206T100000Z.ics"];
        let news = copy.sync().await;
        assert_eq!(news.parts(), (came.clone(), vec![], vec!["20261205T090000Z.ics", "20261205T100000Z.ics"]));
        s.host.send("DELETE", &format!("{OFFER}once.ics"), &[], "").await.is(204);
        let news = copy.sync().await;
        assert_eq!(news.parts(), (vec![], vec![], came), "{news:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn time_alone_closes_slots_and_brings_later_ones_into_sight() {
    for world in World::on_each_store(|config| config.limits.shown_days = 8).await {
        let s = Scene::new(&world).await;
        let mut copy = Mirror::of(&s.guest, BOOK).await;
        assert_eq!(copy.names().last(), Some(&"20261207T100000Z.ics"));

        world.clock.set("2026-12-01T08:00:00Z".parse().unwrap());
        let came = ["20261208T080000Z", "20261208T090000Z", "20261208T100000Z"];
        assert_eq!(copy.sync().await, only(&came, &[], &["20261201T080000Z"]));
        world.clock.set("2026-12-01T09:59:59Z".parse().unwrap());
        assert_eq!(copy.sync().await, only(&["20261209T080000Z", "20261209T090000Z"], &[], &["20261201T090000Z"]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn limits_of_the_host_shut_and_open_slots() {
    for world in World::on_each_store(|config| config.limits.shown_days = 4).await {
        let s = Scene::new(&world).await;
        s.world.book(&s.cyd, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
        let mut copy = Mirror::of(&s.guest, BOOK).await;

        s.world.patch(&s.ada, "/me", json!({"max_per_day": 1})).await.ok();
        let news = copy.sync().await;
        assert_eq!(news.parts(), (vec![], vec![], vec!["20261201T080000Z.ics", "20261201T100000Z.ics"]), "{news:?}");
        s.world.patch(&s.ada, "/me", json!({"max_per_day": null})).await.ok();
        assert_eq!(copy.sync().await.came.len(), 2);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lies_behind_the_slots_that_are_shown_is_told_and_can_be_booked() {
    for world in World::on_each_store(|config| config.limits.shown_slots = 4).await {
        let s = Scene::new(&world).await;
        let mut copy = Mirror::of(&s.guest, BOOK).await;
        let first = ["20261201T080000Z.ics", "20261201T090000Z.ics", "20261201T100000Z.ics", "20261202T080000Z.ics"];
        assert_eq!(copy.names(), first);
        let told = s.guest.propfind(BOOK, "0", "<C:calendar-description/>").await.is(207);
        told.says("Open slots of ada/chat until 2026-12-02.");

        s.world.book(&s.cyd, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
        assert_eq!(copy.sync().await, only(&["20261202T090000Z"], &[], &["20261201T090000Z"]));
        let body = event("mine", "DTSTART:20261210T090000Z\nDURATION:PT1H");
        s.guest.put(&format!("{BOOK}mine.ics"), &body).await.is(201);
        assert_eq!(copy.sync().await, only(&["mine"], &[], &[]));
        assert_eq!(copy.len(), 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_limit_leads_through_all_slots_whatever_happens_meanwhile() {
    for world in World::on_each_store(|config| config.limits.shown_days = 4).await {
        let s = Scene::new(&world).await;
        let mut copy = Mirror::by_parts(&s.guest, BOOK, 3).await;
        assert_eq!(copy.names(), ["20261201T080000Z.ics", "20261201T090000Z.ics", "20261201T100000Z.ics"]);

        // One goes that was told, and for a while one that was not.
        s.world.book(&s.cyd, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
        let booked = s.world.book(&s.cyd, "ada/chat", "2026-12-02T10:00:00Z").await.ok();
        assert_eq!(copy.hear().await, only(&["20261202T080000Z", "20261202T090000Z", "20261203T080000Z"], &[], &[]));
        assert!(copy.is_cut());
        s.world.delete(&s.cyd, &format!("/bookings/{}", booked["id"].as_str().unwrap())).await.ok();
        assert_eq!(copy.hear().await, only(&["20261203T090000Z", "20261203T100000Z"], &[], &[]));
        assert!(!copy.is_cut(), "what came and went meanwhile is told as news");
        assert_eq!(copy.sync().await, only(&["20261202T100000Z"], &[], &["20261201T090000Z"]));

        // What is new is cut too.
        s.world.patch(&s.ada, "/me", json!({"max_per_day": 1})).await.ok();
        s.world.book(&s.cyd, "ada/chat", "2026-12-02T08:00:00Z").await.ok();
        let news = copy.hear().await;
        assert_eq!((news.went.len() + news.idle.len(), copy.is_cut()), (3, true), "{news:?}");
        while copy.is_cut() {
            copy.hear().await;
        }
        copy.sync().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_says_something_else_is_told_slot_by_slot_and_listed_anew_where_it_has_others() {
    for world in World::on_each_store(|config| config.limits.shown_days = 8).await {
        let s = Scene::new(&world).await;
        let body = event("mine", "DTSTART:20261202T090000Z\nDURATION:PT1H");
        s.guest.put(&format!("{BOOK}mine.ics"), &body).await.is(201);
        let mut copy = Mirror::of(&s.guest, BOOK).await;
        let all = copy.len();

        s.world.patch(&s.ada, "/events/ada/chat", json!({"title": "Talk"})).await.ok();
        let news = copy.sync().await;
        assert_eq!((news.changed.len(), news.came.len(), news.went.len()), (all, 0, 0), "{news:?}");
        assert!(news.changed.contains(&"mine.ics".to_owned()), "{news:?}");
        let two_days = json!({"notice_minutes": 2 * 24 * 60, "description": "Bring tea."});
        s.world.patch(&s.ada, "/events/ada/chat", two_days).await.ok();
        let news = copy.sync().await;
        let closed = ["20261201T080000Z.ics", "20261201T090000Z.ics", "20261201T100000Z.ics"];
        assert_eq!((news.went.as_slice(), news.came.len()), (closed.map(str::to_owned).as_slice(), 0));
        s.world.patch(&s.ada, "/events/ada/chat", json!({"notice_minutes": 0})).await.ok();
        assert_eq!(copy.sync().await.came, closed);

        s.world.patch(&s.ada, "/events/ada/chat", json!({"slot_minutes": 30})).await.ok();
        copy.ask().await.refuses("D:valid-sync-token");
    }
}

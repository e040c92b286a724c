//! What is told of an event's windows to its host's other devices, on every store.

use serde_json::json;

use super::kit::{App, event};
use super::mirror::{Mirror, News};
use crate::http::world::World;

const OFFER: &str = "/dav/calendars/ada/event-chat/";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn windows_that_come_change_and_go_are_told_and_the_others_stay_as_they_are() {
    for world in World::on_each_store(|_| {}).await {
        let ada = world.sign_up("ada").await;
        world.chat(&ada, json!({})).await;
        let host = App::of_person(&world, &ada, "caldav").await;
        let mut copy = Mirror::of(&host, OFFER).await;
        let weekly = copy.names()[0].to_owned();
        world.clock.set("2026-11-29T13:00:00Z".parse().unwrap());

        let window = json!({"start": "2026-12-05T09:00:00", "duration_minutes": 120});
        let window = world.post(&ada, "/events/ada/chat/windows", window).await.ok();
        let id = window["id"].as_str().unwrap().to_owned();
        assert_eq!(copy.sync().await, News { came: vec![format!("{id}.ics")], ..News::default() });

        let own = event("own", "DTSTART;TZID=Europe/Berlin:20261206T090000\nDURATION:PT2H");
        host.put(&format!("{OFFER}own.ics"), &own).await.is(201);
        assert_eq!(copy.sync().await, News { came: vec!["own.ics".to_owned()], ..News::default() });
        host.put(&format!("{OFFER}own.ics"), &own.replace("T090000", "T100000")).await.is(204);
        assert_eq!(copy.sync().await, News { changed: vec!["own.ics".to_owned()], ..News::default() });

        world.delete(&ada, &format!("/events/ada/chat/windows/{id}")).await.ok();
        host.send("DELETE", &format!("{OFFER}own.ics"), &[], "").await.is(204);
        let news = copy.sync().await;
        assert!(news.went.contains(&"own.ics".to_owned()) && news.went.contains(&format!("{id}.ics")), "{news:?}");
        assert_eq!((news.went.len(), news.idle.len(), copy.names()), (2, 0, vec![weekly.as_str()]));

        world.delete(&ada, "/events/ada/chat/slots/2026-12-02T09:00:00Z").await.ok();
        let news = copy.sync().await;
        assert_eq!((news.changed, news.came.len()), (vec![weekly.clone()], 2), "an exception, and what is left");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_title_changes_every_window_and_a_foreign_token_leads_nowhere() {
    for world in World::on_each_store(|_| {}).await {
        let ada = world.sign_up("ada").await;
        world.chat(&ada, json!({})).await;
        let host = App::of_person(&world, &ada, "caldav").await;
        let mut copy = Mirror::of(&host, OFFER).await;

        world.patch(&ada, "/events/ada/chat", json!({"title": "Talk"})).await.ok();
        assert_eq!(copy.sync().await.changed.len(), 1);

        for token in ["urn:meetme:sync:event-chat:x:1", "nonsense", "urn:meetme:sync:event-chat:"] {
            host.sync(OFFER, token, "").await.refuses("D:valid-sync-token");
        }
    }
}

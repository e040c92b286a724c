//! The outbox (RFC 6638 5).

use serde_json::json;

use super::kit::{App, CAL, hour};
use crate::http::world::World;

fn ask(organizer: &str, attendees: &[&str]) -> String {
    let attendees: String = attendees.iter().map(|who| format!("ATTENDEE:{who}\r\n")).collect();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nMETHOD:REQUEST\r\nBEGIN:VFREEBUSY\r\nUID:ask\r\n\
         DTSTAMP:20261101T000000Z\r\nDTSTART:20261201T000000Z\r\nDTEND:20261202T000000Z\r\nORGANIZER:{organizer}\r\n\
         {attendees}END:VFREEBUSY\r\nEND:VCALENDAR\r\n"
    )
}

#[tokio::test]
async fn the_outbox_tells_when_one_is_busy_bookings_included() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    world.chat(&ada, json!({})).await;
    let bob = world.sign_up("bob").await;
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    let app = App::of_person(&world, &ada, "caldav").await;
    app.put(&format!("{CAL}a.ics"), &hour("a", 1, 15)).await.is(201);

    let body = ask("mailto:ada@example.org", &["mailto:ada@example.org", "mailto:bob@example.org"]);
    let reply =
        app.send("POST", "/dav/calendars/ada/outbox/", &[("content-type", "text/calendar")], body).await.is(200);

    let reply = reply.says("2.0;Success").says("20261201T080000Z/").says("20261201T150000Z/").says("METHOD:REPLY");
    reply.says("3.7;Invalid calendar user");
}

#[tokio::test]
async fn nobody_asks_in_anothers_name() {
    let world = World::new().await;
    let ada = App::of(&world, "ada").await;
    let outbox = "/dav/calendars/ada/outbox/";

    ada.send("POST", outbox, &[], ask("mailto:bob@example.org", &["mailto:ada@example.org"]))
        .await
        .refuses("C:valid-organizer");
    ada.send("POST", outbox, &[], hour("a", 1, 9)).await.refuses("C:valid-scheduling-message");
}

#[tokio::test]
async fn others_are_told_of_who_lets_everybody_know_and_of_nobody_else() {
    let world = World::new().await;
    let bob = world.sign_up("bob").await;
    let (ada, bobs) = (App::of(&world, "ada").await, App::of_person(&world, &bob, "caldav").await);
    bobs.put("/dav/calendars/bob/personal/a.ics", &hour("a", 1, 15)).await.is(201);
    let asked = async || {
        let body = ask("mailto:ada@example.org", &["mailto:bob@example.org"]);
        ada.send("POST", "/dav/calendars/ada/outbox/", &[], body).await.is(200)
    };
    asked().await.says("3.7;Invalid calendar user").says_not("20261201T150000Z/");

    world.patch(&bob, "/me/feeds", json!({"free_busy": true})).await.ok();

    asked().await.says("2.0;Success").says("20261201T150000Z/").says_not("SUMMARY");
}

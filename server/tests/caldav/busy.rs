//! Entries are busy time of their owner.

use serde_json::json;

use super::kit::{App, CAL, event, hour};
use crate::http::world::{Person, World};

/// Ada offers chats on weekdays from 9 to 12 in Berlin, which is from 8 to 11 UTC.
async fn offering(world: &World) -> (Person, App<'_>) {
    let ada = world.sign_up("ada").await;
    world.chat(&ada, json!({})).await;
    let app = App::of_person(world, &ada, "caldav").await;
    (ada, app)
}

async fn states(world: &World, who: Option<&Person>, day: &str) -> Vec<String> {
    world.slots(who, "ada/chat", day).await.into_iter().map(|(_, state)| state).collect()
}

#[tokio::test]
async fn an_opaque_entry_closes_slots_at_once_and_opens_them_when_it_goes() {
    let world = World::new().await;
    let (_, app) = offering(&world).await;
    assert_eq!(states(&world, None, "2026-12-01").await, ["open", "open", "open"]);

    app.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);

    assert_eq!(states(&world, None, "2026-12-01").await, ["open", "unavailable", "open"]);
    let bob = world.sign_up("bob").await;
    assert_eq!(world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.code(), "slot-taken");

    app.put(&format!("{CAL}a.ics"), &hour("a", 1, 10)).await.is(204);
    assert_eq!(states(&world, None, "2026-12-01").await, ["open", "open", "unavailable"]);
    app.send("DELETE", &format!("{CAL}a.ics"), &[], "").await.is(204);
    assert_eq!(states(&world, None, "2026-12-01").await, ["open", "open", "open"]);
}

#[tokio::test]
async fn what_is_transparent_cancelled_or_a_to_do_closes_nothing() {
    let world = World::new().await;
    let (_, app) = offering(&world).await;
    let at = "DTSTART:20261201T090000Z\nDURATION:PT1H";
    app.put(&format!("{CAL}a.ics"), &event("a", &format!("{at}\nTRANSP:TRANSPARENT"))).await.is(201);
    app.put(&format!("{CAL}b.ics"), &event("b", &format!("{at}\nSTATUS:CANCELLED"))).await.is(201);
    let todo = event("c", "DTSTART:20261201T090000Z\nDUE:20261201T100000Z").replace("VEVENT", "VTODO");
    app.put(&format!("{CAL}c.ics"), &todo).await.is(201);
    let transparent = "<D:propertyupdate xmlns:D='DAV:' xmlns='urn:ietf:params:xml:ns:caldav'><D:set><D:prop>\
        <schedule-calendar-transp><transparent/></schedule-calendar-transp></D:prop></D:set></D:propertyupdate>";
    app.send("MKCALENDAR", "/dav/calendars/ada/free/", &[], "").await.is(201);
    app.put("/dav/calendars/ada/free/d.ics", &hour("d", 1, 9)).await.is(201);
    assert_eq!(states(&world, None, "2026-12-01").await, ["open", "unavailable", "open"]);

    app.send("PROPPATCH", "/dav/calendars/ada/free/", &[], transparent).await.is(207);

    assert_eq!(states(&world, None, "2026-12-01").await, ["open", "open", "open"]);
}

#[tokio::test]
async fn what_recurs_closes_slots_as_far_as_it_is_known_and_everything_behind_that() {
    let world = World::new().await;
    let (ada, app) = offering(&world).await;
    let weekly = event("w", "DTSTART:20261201T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY\nEXDATE:20261208T090000Z");
    app.put(&format!("{CAL}w.ics"), &weekly).await.is(201);

    assert_eq!(states(&world, None, "2026-12-01").await, ["open", "unavailable", "open"]);
    assert_eq!(states(&world, None, "2026-12-08").await, ["open", "open", "open"]);
    assert_eq!(states(&world, None, "2027-12-07").await, ["open", "unavailable", "open"]);
    // Known for two years from now on.
    assert_eq!(states(&world, Some(&ada), "2029-01-02").await, ["closed", "closed", "closed"]);
    let path = "/events/ada/chat/slots?from=2029-01-02T00:00:00Z&to=2029-01-03T00:00:00Z&explain=true";
    assert_eq!(world.get(Some(&ada), path).await.ok()["slots"][0]["reason"], "unreadable");

    world.clock.set("2027-11-29T12:00:00Z".parse().unwrap());
    meetme_server::workers::due(world.server().app()).await.unwrap();

    assert_eq!(states(&world, None, "2029-01-02").await, ["open", "unavailable", "open"]);
}

#[tokio::test]
async fn what_is_kept_is_known_ahead_though_no_larger_entries_are_taken_any_more() {
    let world = World::new().await;
    let (_, app) = offering(&world).await;
    let weekly = event("w", "DTSTART:20261201T090000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY");
    app.put(&format!("{CAL}w.ics"), &weekly).await.is(201);
    let stricter = world.beside(|config| config.limits.object_bytes = weekly.len() - 1).await;

    world.clock.set("2027-11-29T12:00:00Z".parse().unwrap());
    meetme_server::workers::due(stricter.server().app()).await.unwrap();

    assert_eq!(states(&world, None, "2029-01-02").await, ["open", "unavailable", "open"]);
}

#[tokio::test]
async fn what_lies_further_ahead_than_is_kept_closes_slots_all_the_same() {
    let world = World::new().await;
    let (_, app) = offering(&world).await;
    app.put(&format!("{CAL}o.ics"), &event("o", "DTSTART:20300103T090000Z\nDURATION:PT1H")).await.is(201);
    let yearly = "DTSTART:20291204T100000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY";
    app.put(&format!("{CAL}y.ics"), &event("y", yearly)).await.is(201);
    let open = "DTSTART:20291204T080000Z\nDURATION:PT1H\nTRANSP:TRANSPARENT\nRRULE:FREQ=YEARLY";
    app.put(&format!("{CAL}t.ics"), &event("t", open)).await.is(201);

    world.clock.set("2029-11-29T12:00:00Z".parse().unwrap());
    meetme_server::workers::due(world.server().app()).await.unwrap();

    assert_eq!(states(&world, None, "2029-12-03").await, ["open", "open", "open"]);
    assert_eq!(states(&world, None, "2029-12-04").await, ["open", "open", "unavailable"]);
    assert_eq!(states(&world, None, "2030-01-03").await, ["open", "unavailable", "open"]);
}

#[tokio::test]
async fn a_live_stream_hears_of_it_in_the_same_instant() {
    let world = World::new().await;
    let (_, app) = offering(&world).await;
    let cursor = world.get(None, "/events/ada/chat/changes?wait=0").await.ok()["cursor"].as_str().unwrap().to_owned();

    app.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);

    let path = format!("/events/ada/chat/changes?wait=0&cursor={cursor}");
    let news = world.get(None, &path).await.ok();
    let changes = news["changes"].as_array().unwrap();
    let told = changes.iter().find(|change| change["kind"] == "slots_changed").unwrap_or_else(|| panic!("{news}"));
    assert_eq!(told["spans"][0]["start"], "2026-12-01T09:00:00Z");
}

#[tokio::test]
async fn own_entries_overlap_bookings_and_cancel_nothing() {
    let world = World::new().await;
    let (ada, app) = offering(&world).await;
    let bob = world.sign_up("bob").await;
    world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();

    app.put(&format!("{CAL}a.ics"), &hour("a", 1, 9)).await.is(201);

    let bookings = world.get(Some(&ada), "/bookings").await.ok();
    assert_eq!(bookings["items"][0]["status"], "confirmed");
}

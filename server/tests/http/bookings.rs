//! A booking's life over REST.

use std::time::Duration;

use reqwest::{Method, StatusCode};
use serde_json::json;

use super::world::World;

/// A Tuesday within `World::chat`.
const NINE: &str = "2026-12-01T08:00:00Z";
const TEN: &str = "2026-12-01T09:00:00Z";

#[tokio::test]
async fn a_booked_slot_is_gone_for_everybody_and_says_nothing_of_who_took_it() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;

    let booking = world.book(&bob, "ada/chat", NINE).await.ok();

    assert_eq!((&booking["status"], &booking["guest"]["username"]), (&json!("confirmed"), &json!("bob")));
    let stranger = world.slots(None, "ada/chat", "2026-12-01").await;
    assert_eq!(stranger[0], (NINE.to_owned(), "unavailable".to_owned()));
    assert_eq!(stranger[1], (TEN.to_owned(), "open".to_owned()));
    let host = world.slots(Some(&ada), "ada/chat", "2026-12-01").await;
    assert_eq!(host[0], (NINE.to_owned(), "taken".to_owned()));
}

#[tokio::test]
async fn a_taken_slot_is_refused_with_the_nearest_open_ones() {
    let world = World::new().await;
    let (ada, bob, cy) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("cy").await);
    world.chat(&ada, json!({})).await;
    world.book(&bob, "ada/chat", NINE).await.ok();

    let refused = world.book(&cy, "ada/chat", NINE).await;

    assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "slot-taken"));
    assert_eq!(refused.body["nearest"][0]["start"], TEN);
    assert_eq!(refused.body["nearest"].as_array().map(Vec::len), Some(5));
}

#[tokio::test]
async fn a_start_that_is_no_slot_is_named_and_answered_with_those_that_are() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;

    let refused = world.book(&bob, "ada/chat", "2026-12-01T08:30:00Z").await;

    assert_eq!((refused.status, refused.code()), (StatusCode::NOT_FOUND, "no-such-slot"));
    assert_eq!(refused.body["nearest"][0]["start"], NINE);
}

#[tokio::test]
async fn the_same_key_books_once_and_another_body_under_it_is_refused() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let ask = |start: &str| {
        let body = json!({ "start": start });
        world.send(Some(&bob), Method::POST, "/events/ada/chat/bookings", Some(body), &[("idempotency-key", "k1")])
    };

    let first = ask(NINE).await.ok();
    let again = ask(NINE).await.ok();
    let other = ask(TEN).await;

    assert_eq!(first["id"], again["id"]);
    assert_eq!((other.status, other.code()), (StatusCode::UNPROCESSABLE_ENTITY, "key-reused"));
    let all = world.get(Some(&bob), "/bookings").await.ok();
    assert_eq!(all["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_guest_who_meets_someone_else_is_refused_until_they_say_anyway() {
    let world = World::new().await;
    let (ada, eve, bob) = (world.sign_up("ada").await, world.sign_up("eve").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    world.chat(&eve, json!({})).await;
    world.book(&bob, "ada/chat", NINE).await.ok();

    let refused = world.book(&bob, "eve/chat", NINE).await;
    let anyway = json!({"start": NINE, "allow_overlap": true});
    let booked = world.post(&bob, "/events/eve/chat/bookings", anyway).await;

    assert_eq!((refused.status, refused.code()), (StatusCode::CONFLICT, "guest-busy"));
    assert_eq!(booked.status, StatusCode::CREATED, "{booked:?}");
}

#[tokio::test]
async fn a_cancelled_booking_opens_its_slot_again_and_stays_cancelled() {
    let world = World::new().await;
    let (ada, bob, cy) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("cy").await);
    world.chat(&ada, json!({})).await;
    let booking = world.book(&bob, "ada/chat", NINE).await.ok();
    let path = format!("/bookings/{}", booking["id"].as_str().expect("an id"));

    let cancelled = world.patch(&bob, &path, json!({"status": "cancelled"})).await.ok();
    let again = world.delete(&bob, &path).await;

    assert_eq!((&cancelled["status"], &cancelled["sequence"]), (&json!("cancelled"), &json!(1)));
    assert_eq!(again.code(), "already-cancelled");
    world.book(&cy, "ada/chat", NINE).await.ok();
}

#[tokio::test]
async fn a_moved_booking_keeps_its_uid_frees_its_slot_and_takes_the_other() {
    let world = World::new().await;
    let (ada, bob, cy) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("cy").await);
    world.chat(&ada, json!({})).await;
    let booking = world.book(&bob, "ada/chat", NINE).await.ok();
    let path = format!("/bookings/{}", booking["id"].as_str().expect("an id"));

    let moved = world.patch(&bob, &path, json!({ "start": TEN })).await.ok();

    assert_eq!((&moved["uid"], &moved["start"]), (&booking["uid"], &json!(TEN)));
    assert_eq!(moved["sequence"], 1);
    assert_eq!(world.book(&cy, "ada/chat", TEN).await.code(), "slot-taken");
    world.book(&cy, "ada/chat", NINE).await.ok();
}

#[tokio::test]
async fn a_pending_booking_takes_its_slot_and_lapses_when_nobody_answers() {
    let world = World::new().await;
    let (ada, bob, cy) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("cy").await);
    world.chat(&ada, json!({"needs_confirmation": true})).await;
    let start = "2026-12-04T08:00:00Z";
    let booking = world.book(&bob, "ada/chat", start).await.ok();
    assert_eq!(booking["status"], "pending");
    assert_eq!(world.book(&cy, "ada/chat", start).await.code(), "slot-taken");

    world.clock.advance(Duration::from_secs(48 * 60 * 60));
    meetme_server::workers::due(world.server().app()).await.expect("what is due is done");

    let path = format!("/bookings/{}", booking["id"].as_str().expect("an id"));
    assert_eq!(world.get(Some(&bob), &path).await.ok()["status"], "cancelled");
    world.book(&cy, "ada/chat", start).await.ok();
}

#[tokio::test]
async fn the_host_confirms_or_declines_and_nobody_else_does() {
    let world = World::new().await;
    let (ada, bob, cy) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("cy").await);
    world.chat(&ada, json!({"needs_confirmation": true})).await;
    let first = world.book(&bob, "ada/chat", NINE).await.ok();
    let second = world.book(&cy, "ada/chat", TEN).await.ok();
    let path = |booking: &serde_json::Value| format!("/bookings/{}", booking["id"].as_str().expect("an id"));

    let by_guest = world.patch(&bob, &path(&first), json!({"status": "confirmed"})).await;
    let by_stranger = world.patch(&cy, &path(&first), json!({"status": "confirmed"})).await;
    let confirmed = world.patch(&ada, &path(&first), json!({"status": "confirmed"})).await.ok();
    let declined = world.patch(&ada, &path(&second), json!({"status": "declined"})).await.ok();
    let twice = world.patch(&ada, &path(&first), json!({"status": "confirmed"})).await;

    assert_eq!((by_guest.status, by_guest.code()), (StatusCode::FORBIDDEN, "host-only"));
    assert_eq!((by_stranger.status, by_stranger.code()), (StatusCode::NOT_FOUND, "not-found"));
    assert_eq!((&confirmed["status"], &declined["status"]), (&json!("confirmed"), &json!("cancelled")));
    assert_eq!(twice.code(), "not-pending");
}

#[tokio::test]
async fn a_decision_repeated_under_its_key_is_answered_alike() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({"needs_confirmation": true})).await;
    let booking = world.book(&bob, "ada/chat", NINE).await.ok();
    let path = format!("/bookings/{}", booking["id"].as_str().expect("an id"));
    let decide = async |who, status: &str, key: &str| {
        let body = json!({ "status": status });
        world.send(Some(who), Method::PATCH, &path, Some(body), &[("idempotency-key", key)]).await
    };

    let confirmed = decide(&ada, "confirmed", "k1").await.ok();
    let again = decide(&ada, "confirmed", "k1").await.ok();
    let other = decide(&ada, "cancelled", "k1").await;
    decide(&bob, "cancelled", "k1").await.ok();
    decide(&bob, "cancelled", "k1").await.ok();
    let once_more = decide(&bob, "cancelled", "k2").await;

    assert_eq!((&confirmed["status"], &again), (&json!("confirmed"), &confirmed));
    assert_eq!((other.code(), once_more.code()), ("key-reused", "already-cancelled"));
}

#[tokio::test]
async fn a_hold_keeps_a_slot_for_its_holder_until_it_expires() {
    let world = World::new().await;
    let (ada, bob, cy) = (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("cy").await);
    world.chat(&ada, json!({})).await;
    world.post(&bob, "/events/ada/chat/holds", json!({ "start": NINE })).await.ok();
    assert_eq!(world.book(&cy, "ada/chat", NINE).await.code(), "slot-taken");
    assert_eq!(world.slots(Some(&ada), "ada/chat", "2026-12-01").await[0].1, "held");

    world.clock.advance(Duration::from_secs(5 * 60));

    assert_eq!(world.slots(None, "ada/chat", "2026-12-01").await[0].1, "open");
    world.book(&cy, "ada/chat", NINE).await.ok();
}

#[tokio::test]
async fn a_holder_books_their_own_hold() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let hold = world.post(&bob, "/events/ada/chat/holds", json!({ "start": NINE })).await.ok();

    world.book(&bob, "ada/chat", NINE).await.ok();

    let path = format!("/events/ada/chat/holds/{}", hold["id"].as_str().expect("an id"));
    assert_eq!(world.delete(&bob, &path).await.code(), "not-found");
}

#[tokio::test]
async fn nobody_holds_more_than_three_slots() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    for start in [NINE, TEN, "2026-12-01T10:00:00Z"] {
        world.post(&bob, "/events/ada/chat/holds", json!({ "start": start })).await.ok();
    }

    let fourth = world.post(&bob, "/events/ada/chat/holds", json!({"start": "2026-12-02T08:00:00Z"})).await;

    assert_eq!(fourth.code(), "hold-limit");
}

#[tokio::test]
async fn a_slot_of_two_seats_takes_two_guests() {
    let world = World::new().await;
    let (ada, bob, cy, dan) =
        (world.sign_up("ada").await, world.sign_up("bob").await, world.sign_up("cy").await, world.sign_up("dan").await);
    world.chat(&ada, json!({"seats": 2})).await;

    world.book(&bob, "ada/chat", NINE).await.ok();
    let twice = world.book(&bob, "ada/chat", NINE).await;
    world.book(&cy, "ada/chat", NINE).await.ok();
    let third = world.book(&dan, "ada/chat", NINE).await;

    assert_eq!((twice.code(), third.code()), ("already-booked", "slot-taken"));
}

#[tokio::test]
async fn a_change_of_what_was_not_seen_is_refused() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let made = world.book(&bob, "ada/chat", NINE).await;
    let tag = made.etag.clone().expect("an ETag");
    let path = format!("/bookings/{}", made.ok()["id"].as_str().expect("an id"));
    let moving = async |start: &str| {
        let body = json!({ "start": start });
        world.send(Some(&bob), Method::PATCH, &path, Some(body), &[("if-match", &tag)]).await
    };

    moving(TEN).await.ok();
    let stale = moving(NINE).await;

    assert_eq!((stale.status, stale.code()), (StatusCode::PRECONDITION_FAILED, "stale"));
}

#[tokio::test]
async fn bookings_come_in_pages_that_miss_and_repeat_none() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    for start in [TEN, NINE, "2026-12-02T08:00:00Z", "2026-12-03T08:00:00Z", "2026-12-04T08:00:00Z"] {
        world.book(&bob, "ada/chat", start).await.ok();
    }

    let mut starts = Vec::new();
    let mut path = "/bookings?limit=2".to_owned();
    while let Some(page) = Some(world.get(Some(&ada), &path).await.ok()) {
        starts.extend(page["items"].as_array().expect("items").iter().map(|b| b["start"].clone()));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/bookings?limit=2&cursor={next}");
    }

    let expected = [NINE, TEN, "2026-12-02T08:00:00Z", "2026-12-03T08:00:00Z", "2026-12-04T08:00:00Z"];
    assert_eq!(starts, expected);
}

#[tokio::test]
async fn what_was_acknowledged_is_there_after_a_restart() {
    let mut world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let booking = world.book(&bob, "ada/chat", NINE).await.ok();

    world.restart().await;

    let path = format!("/bookings/{}", booking["id"].as_str().expect("an id"));
    assert_eq!(world.get(Some(&bob), &path).await.ok(), booking);
    assert_eq!(world.slots(None, "ada/chat", "2026-12-01").await[0].1, "unavailable");
}

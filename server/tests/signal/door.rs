//! Who gets in, and when.

use meetme_core::api::CallSession;
use serde_json::{Value, json};

use super::Meeting;
use super::caller::{open, request};
use crate::http::world::{Person, World, at};

/// Status and code of a refusal.
async fn refusal(meeting: &Meeting, who: Option<&Person>) -> (u16, String) {
    refusal_of(&meeting.world, request(&meeting.world, who, &meeting.booking, None)).await
}

async fn refusal_of(world: &World, request: tokio_tungstenite::tungstenite::http::Request<()>) -> (u16, String) {
    let answer = open(world, request).await.expect_err("the door is shut");
    let body: Value = serde_json::from_slice(answer.body().as_deref().unwrap_or_default()).unwrap();
    (answer.status().as_u16(), body["code"].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn only_the_two_of_the_booking_get_in() {
    let meeting = Meeting::new().await;
    let eve = meeting.world.sign_up("eve").await;

    assert_eq!(refusal(&meeting, Some(&eve)).await, (404, "not-found".into()));
    assert_eq!(refusal(&meeting, None).await, (401, "unauthenticated".into()));
    assert_eq!(meeting.world.get(Some(&eve), &format!("{}/call", meeting.path())).await.code(), "not-found");
}

#[tokio::test]
async fn nobody_gets_in_before_it_opens_or_after_it_closed() {
    let meeting = Meeting::new().await;
    meeting.world.clock.set(at("2026-12-01T07:49:59Z"));
    assert_eq!(refusal(&meeting, Some(&meeting.ada)).await, (409, "call-not-open".into()));
    meeting.world.clock.set(at("2026-12-01T10:00:00Z"));
    assert_eq!(refusal(&meeting, Some(&meeting.ada)).await, (409, "call-over".into()));
    meeting.world.clock.set(at("2026-12-01T07:50:00Z"));

    meeting.join(&meeting.ada).await;
}

#[tokio::test]
async fn the_call_says_when_it_is() {
    let meeting = Meeting::new().await;
    let call = async || meeting.world.get(Some(&meeting.bob), &format!("{}/call", meeting.path())).await.ok();

    let open = call().await;
    meeting.world.clock.set(at("2026-12-01T07:00:00Z"));
    let early = call().await;

    assert_eq!(open["state"], "open");
    assert_eq!(open["opens_at"], "2026-12-01T07:50:00Z");
    assert_eq!(open["closes_at"], "2026-12-01T10:00:00Z");
    let signal = format!("wss://meet.example/api/v1/bookings/{}/call/signal", meeting.booking);
    assert_eq!(open["signal"], json!(signal));
    assert_eq!(open["you"], json!({"role": "guest", "username": "bob", "display_name": "bob", "here": false}));
    assert_eq!((&early["state"], &early["ice_servers"]), (&json!("early"), &json!([])));
}

#[tokio::test]
async fn a_booking_that_does_not_hold_has_no_call() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({"needs_confirmation": true})).await;
    let booking = world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    let booking = booking["id"].as_str().unwrap().to_owned();
    world.clock.set(at(super::OPEN));
    let meeting = Meeting { world, ada, bob, booking };

    assert_eq!(refusal(&meeting, Some(&meeting.ada)).await, (409, "not-confirmed".into()));
    meeting.world.delete(&meeting.bob, &meeting.path()).await.ok();
    assert_eq!(refusal(&meeting, Some(&meeting.ada)).await, (409, "already-cancelled".into()));
}

#[tokio::test]
async fn an_event_with_shared_slots_has_no_call() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({"seats": 3})).await;
    let booking = world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    let booking = booking["id"].as_str().unwrap().to_owned();
    world.clock.set(at(super::OPEN));
    let meeting = Meeting { world, ada, bob, booking };

    assert_eq!(refusal(&meeting, Some(&meeting.bob)).await, (409, "no-call".into()));
    assert_eq!(meeting.world.get(Some(&meeting.bob), &format!("{}/call", meeting.path())).await.code(), "no-call");
}

#[tokio::test]
async fn a_page_of_somewhere_else_gets_nowhere() {
    let meeting = Meeting::new().await;
    let from = |origin: &'static str| {
        let mut request = request(&meeting.world, Some(&meeting.ada), &meeting.booking, None);
        request.headers_mut().insert("origin", origin.parse().unwrap());
        request
    };

    for origin in ["https://evil.example", "http://meet.example", "https://meet.example.evil.example", "null"] {
        assert_eq!(refusal_of(&meeting.world, from(origin)).await, (403, "wrong-origin".into()), "{origin}");
    }
    assert!(open(&meeting.world, from("https://meet.example")).await.is_ok());
}

#[tokio::test]
async fn what_is_no_websocket_is_told_so() {
    let meeting = Meeting::new().await;

    let answer = meeting.world.get(Some(&meeting.ada), &format!("{}/call/signal", meeting.path())).await;

    assert_eq!((answer.status.as_u16(), answer.code()), (426, "upgrade-required"));
}

#[tokio::test]
async fn a_session_that_is_none_is_refused() {
    let meeting = Meeting::new().await;
    let mut bad = request(&meeting.world, Some(&meeting.ada), &meeting.booking, Some(CallSession(1)));
    *bad.uri_mut() = bad.uri().to_string().replace("0000000000000001", "1").parse().unwrap();

    assert_eq!(refusal_of(&meeting.world, bad).await, (422, "invalid".into()));
}

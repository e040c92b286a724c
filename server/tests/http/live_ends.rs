//! When a stream is over: the event is not for this reader any more, or the reader is nobody any more.

use std::sync::Arc;
use std::time::Duration;

use meetme_core::change::Change;
use meetme_core::id::UserId;
use meetme_server::store::{Decision, Found, Scope, Subject};
use reqwest::StatusCode;
use serde_json::json;

use super::stream::{Stream, next_of};
use super::world::{World, at};

#[tokio::test]
async fn an_event_that_becomes_private_is_gone_for_strangers() {
    let world = World::new().await;
    let ada = world.sign_up("ada").await;
    world.chat(&ada, json!({})).await;
    let mut nobody = Stream::begun(&world, None, "ada/chat", None).await;
    let mut host = Stream::begun(&world, Some(&ada), "ada/chat", None).await;

    world.patch(&ada, "/events/ada/chat", json!({"visibility": "private", "title": "Hidden"})).await.ok();

    assert_eq!(next_of(&mut host).await.name, "event_changed");
    let told = next_of(&mut nobody).await;
    assert_eq!((told.name.as_str(), &told.data["event"]["title"]), ("event_deleted", &json!("Chat")));
    assert_eq!(nobody.next().await, None);
    assert_eq!(world.get(None, "/events/ada/chat/changes").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_stream_ends_with_the_log_in_it_was_opened_with() {
    let world = World::with(|config| config.limits.stream_recheck = Duration::from_millis(20)).await;
    let ada = world.sign_up("ada").await;
    world.chat(&ada, json!({})).await;
    let mut host = Stream::begun(&world, Some(&ada), "ada/chat", None).await;
    let mut nobody = Stream::begun(&world, None, "ada/chat", None).await;

    world.delete(&ada, "/sessions/current").await.ok();

    assert_eq!(host.next().await, None);
    let bob = world.sign_up("bob").await;
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    assert_eq!(next_of(&mut nobody).await.name, "slots_changed", "others go on");
}

/// Disables an account as an administrator does, from outside.
async fn disable(world: &World, name: &str) -> UserId {
    let app = world.server().app();
    let user = app.store.user_by_name(name).await.unwrap().expect("an account").id;
    let now = at("2026-11-29T12:00:00Z");
    let changes = vec![Change::AccountSwitched { user, disabled_at: Some(now) }, Change::CredentialsChanged { user }];
    let decide = move |_: &Found| Ok(Decision { changes: changes.clone(), answer: Vec::new() });
    app.store.change(Scope { subject: Subject::Account(user), now, key: None }, Box::new(decide)).await.unwrap();
    app.announce_head(user).await;
    user
}

#[tokio::test]
async fn streams_of_a_guest_who_is_disabled_end_at_once() {
    // Nothing but their own log tells of it.
    for world in World::on_each_store(|config| config.limits.stream_recheck = Duration::from_hours(1)).await {
        let world = Arc::new(world);
        let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
        world.chat(&ada, json!({})).await;
        let mut of_event = Stream::begun(&world, Some(&bob), "ada/chat", None).await;
        let mut own = Stream::own(&world, &bob, None).await;
        let mut host = Stream::begun(&world, Some(&ada), "ada/chat", None).await;
        let poll = tokio::spawn({
            let (world, bob) = (world.clone(), bob.clone());
            async move { world.get(Some(&bob), "/events/ada/chat/changes?wait=60").await }
        });
        let app = world.server().app();
        while app.streams.open() < 4 {
            tokio::task::yield_now().await;
        }

        disable(&world, "bob").await;

        assert_eq!(of_event.next().await, None);
        assert_eq!(own.next().await, None);
        assert_eq!(poll.await.unwrap().code(), "unauthenticated");
        world.patch(&ada, "/events/ada/chat", json!({"title": "Talk"})).await.ok();
        assert_eq!(next_of(&mut host).await.name, "event_changed", "others go on");
    }
}

#[tokio::test]
async fn streams_of_a_host_who_is_disabled_end_at_once_and_nothing_of_theirs_is_found() {
    let world = World::with(|config| config.limits.stream_recheck = Duration::from_millis(20)).await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let booking = world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    let mut own = Stream::begun(&world, Some(&ada), "ada/chat", None).await;
    let mut nobody = Stream::begun(&world, None, "ada/chat", None).await;

    let user = disable(&world, "ada").await;

    assert_eq!(next_of(&mut nobody).await.name, "event_deleted");
    assert_eq!(nobody.next().await, None);
    while own.next().await.is_some() {}
    world.server().app().credentials.forget(user);
    assert_eq!(world.get(Some(&ada), "/me").await.code(), "unauthenticated");
    for path in ["/events/ada/chat", "/feeds/ada/chat.ics", "/events/ada/chat/slots?from=2026-12-01T00:00:00Z"] {
        assert_eq!(world.get(Some(&bob), path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.status, StatusCode::NOT_FOUND);
    let theirs = format!("/bookings/{}", booking["id"].as_str().expect("an id"));
    assert_eq!(world.get(Some(&bob), &theirs).await.ok()["host"]["username"], "ada");
    world.delete(&bob, &theirs).await.ok();
}

//! Streams and cursors that nobody should get far with.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;

use super::stream::{PATIENCE, Stream, next_of};
use super::world::World;

/// How many streams somebody tries to open.
const TRIES: usize = 10_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_opens_ten_thousand_streams_gets_as_many_as_one_may_have() {
    let world = World::new().await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let most = world.server().app().config.limits.streams_of_account;

    let mut open = Vec::new();
    let mut refused = 0;
    for _ in 0..TRIES {
        let path = if refused % 2 == 0 { "/me/changes" } else { "/events/ada/chat/changes" };
        let response = world.open(Some(&ada), path, &[]).await;
        match response.status() {
            StatusCode::OK => open.push(response),
            StatusCode::TOO_MANY_REQUESTS => {
                assert!(response.headers().contains_key("retry-after"));
                // Read to its end, so that its connection serves for the next try.
                drop(response.bytes().await);
                refused += 1;
            }
            other => panic!("{other}"),
        }
    }

    assert_eq!((open.len(), refused), (most, TRIES - most));
    assert_eq!(world.server().app().streams.open(), most);
    let mut other = Stream::begun(&world, Some(&bob), "ada/chat", None).await;
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    assert_eq!(next_of(&mut other).await.name, "booked", "others are served meanwhile");
    drop((open, other));
    let app = world.server().app().clone();
    tokio::time::timeout(PATIENCE, async {
        while app.streams.open() > 0 {
            tokio::task::yield_now().await;
        }
    })
    .await
    .expect("their places are given back");
}

#[tokio::test]
async fn a_cursor_of_another_persons_log_is_no_place_in_this_one() {
    let world = World::with(|config| config.limits.stream_heartbeat = Duration::from_millis(50)).await;
    let (ada, eve) = (world.sign_up("ada").await, world.sign_up("eve").await);
    world.chat(&ada, json!({})).await;
    world.chat(&eve, json!({})).await;
    let theirs = Stream::begun(&world, None, "eve/chat", None).await.last_id;
    let ours = Stream::begun(&world, None, "ada/chat", None).await.last_id;
    assert_ne!(theirs, ours, "both logs end at the same seq");

    let mut stream = Stream::open(&world, None, "ada/chat", Some(&theirs)).await;
    let told = next_of(&mut stream).await;
    assert_eq!((told.name.as_str(), told.id.as_str()), ("reset", ours.as_str()));
    let lost = world.get(Some(&ada), &format!("/me/changes?wait=0&cursor={theirs}")).await.ok();
    assert_eq!((&lost["reset"], &lost["cursor"]), (&json!(true), &json!(ours)), "one's own log is the host's");
    world.patch(&ada, "/events/ada/chat", json!({"title": "Talk"})).await.ok();
    assert_eq!(next_of(&mut stream).await.name, "event_changed");
}

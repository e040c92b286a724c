//! How a call ends: by a word, by time, by what becomes of the booking, by a log-out, by a node that stops.

use std::time::Duration;

use meetme_core::api::{EndReason, FromClient, LeftReason};
use serde_json::json;

use super::Meeting;
use super::caller::Last;
use crate::http::world::{World, at};

#[tokio::test]
async fn bye_ends_it_for_both_and_either_may_begin_again() {
    let meeting = Meeting::new().await;
    let (mut ada, mut bob) = meeting.both().await;

    bob.say(&FromClient::Bye {}).await;

    ada.hears_end(EndReason::HungUp).await;
    bob.hears_end(EndReason::HungUp).await;
    let (mut ada, bob) = meeting.both().await;
    ada.signal("again", Some(bob.session())).await;
}

#[tokio::test]
async fn time_ends_it() {
    let meeting = Meeting::new().await;
    let (mut ada, mut bob) = meeting.both().await;

    meeting.world.clock.set(at("2026-12-01T10:00:00Z"));

    ada.hears_end(EndReason::TimeUp).await;
    bob.hears_end(EndReason::TimeUp).await;
}

#[tokio::test]
async fn cancelling_the_booking_ends_it() {
    let meeting = Meeting::new().await;
    let (mut ada, mut bob) = meeting.both().await;

    meeting.world.delete(&meeting.bob, &meeting.path()).await.ok();

    ada.hears_end(EndReason::Cancelled).await;
    bob.hears_end(EndReason::Cancelled).await;
}

#[tokio::test]
async fn moving_the_booking_to_another_time_ends_it() {
    let meeting = Meeting::new().await;
    let (mut ada, mut bob) = meeting.both().await;

    meeting.world.patch(&meeting.ada, &meeting.path(), json!({"start": "2026-12-02T09:00:00Z"})).await.ok();

    ada.hears_end(EndReason::Rescheduled).await;
    bob.hears_end(EndReason::Rescheduled).await;
}

#[tokio::test]
async fn a_call_that_is_still_open_after_the_booking_moved_goes_on_until_its_new_end() {
    let meeting = Meeting::new().await;
    let (mut ada, mut bob) = meeting.both().await;
    meeting.world.patch(&meeting.ada, "/events/ada/chat", json!({"call_opens_minutes": 120})).await.ok();
    meeting.world.patch(&meeting.ada, &meeting.path(), json!({"start": "2026-12-01T09:00:00Z"})).await.ok();
    // It would be over now at its old time.
    meeting.world.clock.set(at("2026-12-01T10:30:00Z"));

    ada.stay(Duration::from_secs(1)).await;
    ada.signal("still here", None).await;
    bob.hears_signal("still here").await;
    meeting.world.clock.set(at("2026-12-01T11:00:00Z"));

    ada.hears_end(EndReason::TimeUp).await;
}

#[tokio::test]
async fn logging_out_ends_it_for_oneself() {
    let meeting =
        Meeting::on(World::with(|config| config.limits.credential_cache = Duration::from_secs(1)).await).await;
    let (mut ada, mut bob) = meeting.both().await;

    meeting.world.delete(&meeting.bob, "/sessions/current").await.ok();

    bob.hears_end(EndReason::LoggedOut).await;
    ada.hears_leave(bob.session(), LeftReason::Left).await;
}

#[tokio::test]
async fn a_node_that_stops_sends_everybody_elsewhere() {
    let mut meeting = Meeting::new().await;
    let (mut ada, mut bob) = meeting.both().await;

    meeting.world.stop().await;

    assert_eq!(ada.last().await, Last::Closed(1012));
    assert_eq!(bob.last().await, Last::Closed(1012));
}

#[tokio::test]
async fn a_call_goes_on_after_a_restart() {
    let mut meeting = Meeting::new().await;
    let (ada, bob) = meeting.both().await;
    let sessions = (ada.session(), bob.session());

    meeting.world.restart().await;
    let mut ada = super::Caller::join(&meeting.world, &meeting.ada, &meeting.booking, Some(sessions.0)).await;
    let bob = super::Caller::join(&meeting.world, &meeting.bob, &meeting.booking, Some(sessions.1)).await;

    assert_eq!((ada.session(), bob.session()), sessions);
    ada.hears_join(sessions.1).await;
}

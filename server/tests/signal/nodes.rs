//! Two people at two nodes over one store meet as if there were one.

use std::time::Duration;

use futures_util::StreamExt as _;
use meetme_core::api::{CallSession, EndReason, FromClient, FromRelay, LeftReason, SignalFault};
use meetme_server::clock::Stopwatch;
use meetme_server::store::{Letter, NodeId};
use tokio_tungstenite::tungstenite::Message;

use super::Meeting;
use super::caller::{Caller, Last};
use crate::http::world::World;

/// A node that is told of in the store and does nothing any more.
const DEAD: NodeId = NodeId(99);

/// Ada at the meeting's node, which holds the room, and Bob at the other one.
async fn apart(meeting: &Meeting) -> (World, Caller, Caller) {
    let other = meeting.world.beside(|_| {}).await;
    let mut ada = meeting.join(&meeting.ada).await;
    let bob = Caller::join(&other, &meeting.bob, &meeting.booking, None).await;
    ada.hears_join(bob.session()).await;
    (other, ada, bob)
}

#[tokio::test]
async fn signals_go_both_ways_in_order() {
    let meeting = Meeting::new().await;
    let (_other, mut ada, mut bob) = apart(&meeting).await;

    assert_eq!(bob.welcome.peer_session, Some(ada.session()));
    for n in 0..30 {
        ada.signal(&format!("a{n}"), Some(bob.session())).await;
        bob.signal(&format!("b{n}"), Some(ada.session())).await;
    }

    for n in 0..30 {
        bob.hears_signal(&format!("a{n}")).await;
        ada.hears_signal(&format!("b{n}")).await;
    }
    bob.signal("to nobody", Some(CallSession(1))).await;
    assert_eq!(bob.next().await, FromRelay::Error { code: SignalFault::NoPeer });
}

#[tokio::test]
async fn leaving_at_one_node_is_told_at_the_other() {
    let meeting = Meeting::new().await;
    let (other, mut ada, bob) = apart(&meeting).await;
    let session = bob.session();
    bob.close().await;
    ada.hears_leave(session, LeftReason::Left).await;

    let mut bob = Caller::join(&other, &meeting.bob, &meeting.booking, Some(session)).await;
    ada.hears_join(session).await;
    let host = ada.session();
    ada.crash();

    bob.hears_leave(host, LeftReason::Lost).await;
}

#[tokio::test]
async fn a_second_device_at_another_node_takes_the_seat() {
    let meeting = Meeting::new().await;
    let (_other, mut ada, mut phone) = apart(&meeting).await;

    let laptop = meeting.join(&meeting.bob).await;

    phone.hears_end(EndReason::Replaced).await;
    ada.hears_leave(phone.session(), LeftReason::Replaced).await;
    ada.hears_join(laptop.session()).await;
}

#[tokio::test]
async fn bye_and_the_end_of_a_booking_reach_both_nodes() {
    let meeting = Meeting::new().await;
    let (other, mut ada, mut bob) = apart(&meeting).await;
    bob.say(&FromClient::Bye {}).await;
    ada.hears_end(EndReason::HungUp).await;
    bob.hears_end(EndReason::HungUp).await;

    let mut ada = meeting.join(&meeting.ada).await;
    let mut bob = Caller::join(&other, &meeting.bob, &meeting.booking, None).await;
    ada.hears_join(bob.session()).await;
    meeting.world.delete(&meeting.bob, &meeting.path()).await.ok();

    ada.hears_end(EndReason::Cancelled).await;
    bob.hears_end(EndReason::Cancelled).await;
}

#[tokio::test]
async fn a_silent_peer_at_another_node_is_told_of_within_five_seconds() {
    let meeting = Meeting::new().await;
    let (_other, mut ada, mut bob) = apart(&meeting).await;
    let (watch, session) = (Stopwatch::start(), ada.session());

    let told = loop {
        bob.say(&FromClient::Ping {}).await;
        if let Ok(message) = tokio::time::timeout(Duration::from_secs(1), bob.next()).await {
            break message;
        }
    };

    assert_eq!(told, FromRelay::PeerLeft { session, reason: LeftReason::Lost });
    assert!(watch.elapsed() < Duration::from_secs(5), "{:?}", watch.elapsed());
    assert_eq!(ada.last().await, Last::Closed(4408));
}

#[tokio::test]
async fn a_node_that_stops_hands_its_room_over() {
    let mut meeting = Meeting::new().await;
    let (other, ada, mut bob) = apart(&meeting).await;
    let (host, guest) = (ada.session(), bob.session());

    meeting.world.leave();

    assert_eq!(bob.last().await, Last::Closed(1012));
    let mut bob = Caller::join(&other, &meeting.bob, &meeting.booking, Some(guest)).await;
    let ada = Caller::join(&other, &meeting.ada, &meeting.booking, Some(host)).await;
    bob.hears_join(ada.session()).await;
}

#[tokio::test]
async fn a_room_of_a_dead_node_is_taken_over() {
    let meeting = Meeting::new().await;
    let store = &meeting.world.server().app().store;
    store.beat(DEAD).await.unwrap();
    store.lease_room(meeting.booking.parse().unwrap(), DEAD, &[]).await.unwrap();
    let watch = Stopwatch::start();

    // Nobody answers there: come again.
    let request = super::caller::request(&meeting.world, Some(&meeting.ada), &meeting.booking, None);
    let mut socket = super::caller::open(&meeting.world, request).await.unwrap();
    let last = socket.next().await.unwrap().unwrap();
    assert!(matches!(last, Message::Close(Some(close)) if u16::from(close.code) == 1012));
    let (mut ada, bob) = meeting.both().await;

    assert!(watch.elapsed() < Duration::from_secs(6), "{:?}", watch.elapsed());
    ada.signal("here", Some(bob.session())).await;
}

#[tokio::test]
async fn people_at_a_dead_node_are_lost() {
    let meeting = Meeting::new().await;
    let mut ada = meeting.join(&meeting.ada).await;
    let app = meeting.world.server().app();
    let holder = app.store.lease_room(meeting.booking.parse().unwrap(), DEAD, &[]).await.unwrap();
    let join = format!(
        r#"{{"word":"join","booking":"{}","line":7,"role":"guest","session":"000000000000000a"}}"#,
        meeting.booking
    );
    app.store.beat(DEAD).await.unwrap();
    let letter = Letter { to: holder, from: DEAD, number: 1, body: join };
    app.store.post(vec![letter.clone()]).await.unwrap();
    // The same letter again is no second join.
    app.store.post(vec![letter]).await.unwrap();
    app.bus.tell_of_letters(holder.0);
    ada.hears_join(CallSession(10)).await;
    let watch = Stopwatch::start();

    let told = loop {
        ada.say(&FromClient::Ping {}).await;
        if let Ok(message) = tokio::time::timeout(Duration::from_secs(1), ada.next()).await {
            break message;
        }
    };

    assert_eq!(told, FromRelay::PeerLeft { session: CallSession(10), reason: LeftReason::Lost });
    assert!(watch.elapsed() < Duration::from_secs(5), "{:?}", watch.elapsed());
}

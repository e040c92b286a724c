//! What a client may not send, and how many there may be. The other one stays untouched.

use meetme_core::api::{FromClient, FromRelay, LeftReason, MAX_SIGNAL, SignalFault};
use tokio_tungstenite::tungstenite::Message;

use super::Meeting;
use super::caller::{Caller, Last, candidate, open, request};
use crate::http::world::World;

/// What Bob sends, the fault he hears of, and the code he is closed with.
async fn refused(frame: Message, fault: SignalFault, code: u16) {
    let meeting = Meeting::new().await;
    let (mut ada, mut bob) = meeting.both().await;

    bob.say_frame(frame).await;

    assert_eq!(bob.next().await, FromRelay::Error { code: fault });
    assert_eq!(bob.last().await, Last::Closed(code));
    ada.hears_leave(bob.session(), LeftReason::Refused).await;
    let mut bob = meeting.join(&meeting.bob).await;
    ada.hears_join(bob.session()).await;
    ada.signal("unharmed", None).await;
    bob.hears_signal("unharmed").await;
}

#[tokio::test]
async fn what_is_no_message_closes_the_connection() {
    refused(Message::text("hello"), SignalFault::Malformed, 4400).await;
    refused(Message::text(r#"{"type":"signal"}"#), SignalFault::Malformed, 4400).await;
    refused(Message::binary(vec![0; 8]), SignalFault::Malformed, 4400).await;
}

#[tokio::test]
async fn what_is_too_large_closes_the_connection() {
    let large = |bytes| Message::text(FromClient::Signal(candidate(&"x".repeat(bytes), None)).text());

    refused(large(MAX_SIGNAL), SignalFault::TooLarge, 1009).await;
    refused(large(20 * MAX_SIGNAL), SignalFault::TooLarge, 1009).await;
}

#[tokio::test]
async fn the_largest_message_goes_through() {
    let meeting = Meeting::new().await;
    let (mut ada, mut bob) = meeting.both().await;
    let empty = FromClient::Signal(candidate("", None)).text().len();
    let text = "x".repeat(MAX_SIGNAL - empty);

    ada.signal(&text, None).await;

    bob.hears_signal(&text).await;
}

#[tokio::test]
async fn who_sends_too_fast_is_closed() {
    let meeting = Meeting::on(World::with(|config| config.limits.signal_burst = 20).await).await;
    let (mut ada, mut bob) = meeting.both().await;

    bob.say_many(&FromClient::Ping {}, 100).await;

    assert_eq!(bob.next().await, FromRelay::Error { code: SignalFault::TooFast });
    assert_eq!(bob.last().await, Last::Closed(4429));
    ada.hears_leave(bob.session(), LeftReason::Refused).await;
}

#[tokio::test]
async fn an_account_has_so_many_sockets_and_gets_them_back() {
    let meeting = Meeting::on(World::with(|config| config.limits.signal_sockets_of_account = 1).await).await;
    let first = meeting.join(&meeting.ada).await;

    let second = open(&meeting.world, request(&meeting.world, Some(&meeting.ada), &meeting.booking, None)).await;
    assert_eq!(second.unwrap_err().status(), 429);
    let _bob = meeting.join(&meeting.bob).await;
    first.close().await;

    // The place is given back when the connection is done with, a moment after its client heard so.
    let again = async {
        loop {
            let request = request(&meeting.world, Some(&meeting.ada), &meeting.booking, None);
            if open(&meeting.world, request).await.is_ok() {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(crate::http::stream::PATIENCE, again).await.expect("the place is given back");
}

#[tokio::test]
async fn a_node_holds_so_many_calls() {
    let meeting = Meeting::on(World::with(|config| config.limits.signal_rooms = 0).await).await;
    let request = request(&meeting.world, Some(&meeting.ada), &meeting.booking, None);

    let mut socket = open(&meeting.world, request).await.unwrap();

    let last = futures_util::StreamExt::next(&mut socket).await.unwrap().unwrap();
    assert!(matches!(last, Message::Close(Some(close)) if u16::from(close.code) == 1012));
}

#[tokio::test]
async fn a_hundred_joins_leave_nothing_behind() {
    let meeting = Meeting::new().await;
    for _ in 0..100 {
        let caller = Caller::join(&meeting.world, &meeting.ada, &meeting.booking, None).await;
        caller.crash();
    }
    let mut bob = meeting.join(&meeting.bob).await;
    let ada = meeting.join(&meeting.ada).await;

    // Whoever of the hundred was still there when Bob came has left by the time Ada is the one.
    loop {
        if bob.next().await == (FromRelay::PeerJoined { session: ada.session() }) {
            break;
        }
    }
    assert!(meeting.world.server().app().signal.counts().rooms == 1);
}

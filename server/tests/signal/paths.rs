//! Coming and going: whoever is in hears of it, with a reason, in order.

use std::time::Duration;

use meetme_core::api::{CallRole, CallSession, FromClient, FromRelay, LeftReason, SignalFault};
use meetme_server::clock::Stopwatch;

use super::Meeting;
use super::caller::{Caller, Last};

/// How soon a peer that is gone is to be told of.
const TOLD_WITHIN: Duration = Duration::from_secs(5);

#[tokio::test]
async fn either_may_be_first_and_hears_of_the_other() {
    let meeting = Meeting::new().await;
    for (first, second) in [(&meeting.ada, &meeting.bob), (&meeting.bob, &meeting.ada)] {
        let mut waiting = meeting.join(first).await;
        let joining = meeting.join(second).await;

        assert_eq!(waiting.welcome.peer_session, None);
        assert_eq!(joining.welcome.peer_session, Some(waiting.session()));
        waiting.hears_join(joining.session()).await;
        waiting.close().await;
        joining.close().await;
    }
}

#[tokio::test]
async fn a_welcome_says_who_is_who() {
    let meeting = Meeting::new().await;

    let (ada, bob) = meeting.both().await;

    let who = |person: &meetme_core::api::CallPerson| (person.username.to_string(), person.role, person.here);
    assert_eq!(who(&ada.welcome.you), ("ada".into(), CallRole::Host, true));
    assert_eq!(who(&ada.welcome.peer), ("bob".into(), CallRole::Guest, false));
    assert_eq!(who(&bob.welcome.you), ("bob".into(), CallRole::Guest, true));
    assert_eq!(who(&bob.welcome.peer), ("ada".into(), CallRole::Host, true));
    assert_eq!([ada.welcome.polite, bob.welcome.polite], [false, true]);
    // An hour after its end.
    assert_eq!(ada.welcome.open_until, crate::http::world::at("2026-12-01T10:00:00Z"));
}

#[tokio::test]
async fn signals_reach_the_peer_in_order_and_to_the_letter() {
    let meeting = Meeting::new().await;
    let (mut ada, mut bob) = meeting.both().await;
    let offer = r#"{"type":"signal","description":{"type":"offer","sdp":"v=0\r\ns=\u00e4\r\n"}}"#;

    ada.say_text(offer).await;
    for n in 0..50 {
        ada.signal(&n.to_string(), Some(bob.session())).await;
        bob.signal(&format!("from bob {n}"), None).await;
    }

    assert_eq!(bob.next().await, FromRelay::read(offer).unwrap());
    for n in 0..50 {
        bob.hears_signal(&n.to_string()).await;
        ada.hears_signal(&format!("from bob {n}")).await;
    }
}

#[tokio::test]
async fn what_is_for_somebody_who_is_gone_reaches_nobody() {
    let meeting = Meeting::new().await;
    let (mut ada, bob) = meeting.both().await;
    let gone = bob.session();
    bob.close().await;
    ada.hears_leave(gone, LeftReason::Left).await;

    ada.signal("to nobody", None).await;
    assert_eq!(ada.next().await, FromRelay::Error { code: SignalFault::NoPeer });
    let mut bob = meeting.join(&meeting.bob).await;
    ada.hears_join(bob.session()).await;
    ada.signal("to the old one", Some(gone)).await;
    assert_eq!(ada.next().await, FromRelay::Error { code: SignalFault::NoPeer });
    ada.signal("to the new one", Some(bob.session())).await;

    bob.hears_signal("to the new one").await;
}

#[tokio::test]
async fn one_who_comes_back_with_their_session_is_known() {
    let meeting = Meeting::new().await;
    let (mut ada, bob) = meeting.both().await;
    let session = bob.session();
    bob.crash();
    ada.hears_leave(session, LeftReason::Lost).await;

    let bob = Caller::join(&meeting.world, &meeting.bob, &meeting.booking, Some(session)).await;

    assert_eq!((bob.session(), bob.welcome.peer_session), (session, Some(ada.session())));
    ada.hears_join(session).await;
}

#[tokio::test]
async fn one_who_comes_back_before_anybody_missed_them_takes_their_own_seat() {
    let meeting = Meeting::new().await;
    let (mut ada, old) = meeting.both().await;
    let session = old.session();

    let _bob = Caller::join(&meeting.world, &meeting.bob, &meeting.booking, Some(session)).await;

    ada.hears_leave(session, LeftReason::Lost).await;
    ada.hears_join(session).await;
}

#[tokio::test]
async fn a_second_device_takes_the_seat() {
    let meeting = Meeting::new().await;
    let (mut ada, mut phone) = meeting.both().await;

    let mut laptop = meeting.join(&meeting.bob).await;

    phone.hears_end(meetme_core::api::EndReason::Replaced).await;
    ada.hears_leave(phone.session(), LeftReason::Replaced).await;
    ada.hears_join(laptop.session()).await;
    ada.signal("hello", Some(laptop.session())).await;
    laptop.hears_signal("hello").await;
}

#[tokio::test]
async fn a_crashed_and_a_reset_peer_are_told_of_at_once() {
    let meeting = Meeting::new().await;
    for how in [Caller::crash, Caller::reset] {
        let (mut ada, bob) = meeting.both().await;
        let session = bob.session();
        let watch = Stopwatch::start();

        how(bob);

        ada.hears_leave(session, LeftReason::Lost).await;
        assert!(watch.elapsed() < Duration::from_secs(1));
        ada.close().await;
    }
}

#[tokio::test]
async fn a_silent_peer_is_told_of_within_five_seconds_and_one_who_pings_stays() {
    let meeting = Meeting::new().await;
    let (mut ada, mut bob) = meeting.both().await;
    let watch = Stopwatch::start();

    let told = async {
        // Bob says nothing; Ada does.
        loop {
            ada.say(&FromClient::Ping {}).await;
            if let Ok(message) = tokio::time::timeout(Duration::from_secs(1), ada.next()).await {
                return message;
            }
        }
    };
    let told = told.await;

    assert_eq!(told, FromRelay::PeerLeft { session: bob.session(), reason: LeftReason::Lost });
    assert!(watch.elapsed() < TOLD_WITHIN, "{:?}", watch.elapsed());
    assert_eq!(bob.last().await, Last::Closed(4408));
}

#[tokio::test]
async fn who_is_there_is_shown() {
    let meeting = Meeting::new().await;
    let here = async |who| {
        let call = meeting.world.get(Some(who), &format!("{}/call", meeting.path())).await.ok();
        (call["you"]["here"].as_bool().unwrap(), call["peer"]["here"].as_bool().unwrap())
    };

    assert_eq!(here(&meeting.ada).await, (false, false));
    let mut ada = meeting.join(&meeting.ada).await;
    assert_eq!(here(&meeting.ada).await, (true, false));
    assert_eq!(here(&meeting.bob).await, (false, true));
    let bob = meeting.join(&meeting.bob).await;
    ada.hears_join(bob.session()).await;
    let session = bob.session();
    bob.close().await;
    ada.hears_leave(session, LeftReason::Left).await;
    assert_eq!(here(&meeting.bob).await, (false, true));
}

#[test]
fn sessions_are_written_as_they_are_read() {
    assert_eq!(CallSession(1).to_string().parse(), Ok(CallSession(1)));
}

//! Two ends in one process, over real connections on loopback and a relay in memory.

use meetme_call::{CandidateKind, Channel, EndedWhy, Event, MAX_MESSAGE, Media, Route, Source, StateName};

use crate::support::relay::Relay;
use crate::support::{End, card, here, is_connected};

#[tokio::test(flavor = "multi_thread")]
async fn two_ends_see_and_hear_each_other_and_read_the_same_words() {
    let relay = Relay::start(Vec::new(), None);
    let mut host = End::start(relay.join(0, 1).await, card("card:320x180@30"), here());
    let mut guest = End::start(relay.join(1, 2).await, card("card:320x180@30"), here());

    for end in [&mut host, &mut guest] {
        let connected = end.until("connection", is_connected).await;
        let Event::State { route: Some(Route::Direct), pair: Some(pair), .. } = connected else {
            panic!("not directly: {connected:?}");
        };
        // The partner may be heard before it has told of its address.
        assert!(pair.local == CandidateKind::Host && matches!(pair.remote, CandidateKind::Host | CandidateKind::Prflx));
        // That it knows how long packets queue means that the other one reports when they arrive.
        end.until("ten pictures, sound and reports", |event| match event {
            Event::Stats(stats) => {
                stats.totals.frames_counted >= 10 && stats.totals.audio_ms_received >= 200 && stats.queue_ms.is_some()
            }
            _ => false,
        })
        .await;
    }
    let is_phrase = |event: &Event| matches!(event, Event::Phrase { .. });
    assert_eq!(host.saw("words", is_phrase).await, guest.saw("words", is_phrase).await);

    host.handle.hang_up();
    assert_eq!(host.ended().await.reason, EndedWhy::HungUp);
    assert_eq!(guest.ended().await.reason, EndedWhy::HungUp);
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_arrive_both_ways_in_order_and_those_sent_too_early_wait() {
    let relay = Relay::start(Vec::new(), None);
    let mut host = End::start(relay.join(0, 1).await, card("none"), here());
    assert!(host.handle.send(Channel::Chat, "before anybody came".into()));
    let mut guest = End::start(relay.join(1, 2).await, card("none"), here());
    assert!(!guest.handle.send(Channel::Files, vec![0; MAX_MESSAGE + 1].into()), "it is too large");
    assert!(guest.handle.send(Channel::Files, vec![7; MAX_MESSAGE].into()));
    assert!(guest.handle.send(Channel::Chat, "one".into()));
    assert!(guest.handle.send(Channel::Chat, "two".into()));

    let is = |wanted: Channel, text: &'static [u8]| move |event: &Event| matches!(event, Event::Message { channel, data } if *channel == wanted && data == text);
    guest.until("message", is(Channel::Chat, b"before anybody came")).await;
    host.until("message", is(Channel::Chat, b"one")).await;
    host.until("message", is(Channel::Chat, b"two")).await;
    host.saw("piece", is(Channel::Files, &[7; MAX_MESSAGE])).await;
}

/// That the other records, or does not.
fn records(wanted: bool) -> impl Fn(&Event) -> bool {
    move |event| matches!(event, Event::PeerRecords { on, .. } if *on == wanted)
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_recorded_is_told_so_and_when_that_ends_and_so_is_who_comes_later() {
    let folder = tempfile::tempdir().expect("a folder");
    let relay = Relay::start(Vec::new(), None);
    let recording = Media::headless(&Source::None, Some(&folder.path().join("talk.mkv"))).expect("it can be written");
    let host = End::start(relay.join(0, 1).await, recording, here());
    let mut first = End::start(relay.join(1, 2).await, card("none"), here());

    first.until("word of the recording", records(true)).await;
    host.handle.record(false);
    first.until("word of its end", records(false)).await;
    host.handle.record(true);
    first.until("word of the recording", records(true)).await;

    // Another device knows nothing of what the first was told.
    let mut second = End::start(relay.join(1, 3).await, card("none"), here());
    second.until("word of the recording", records(true)).await;
    // Who records nothing is not said to.
    second.handle.hang_up();
    let host = host.everything().await;
    assert!(!host.iter().any(|event| matches!(event, Event::PeerRecords { .. })), "{host:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whether_one_is_recorded_is_forgotten_with_whoever_did() {
    let folder = tempfile::tempdir().expect("a folder");
    let relay = Relay::start(Vec::new(), None);
    let recording = Media::headless(&Source::None, Some(&folder.path().join("talk.mkv"))).expect("it can be written");
    let first = End::start(relay.join(0, 1).await, recording, here());
    let mut guest = End::start(relay.join(1, 2).await, card("none"), here());
    guest.until("word of the recording", records(true)).await;

    let _second = End::start(relay.join(0, 3).await, card("none"), here());

    guest.until("word of its end", records(false)).await;
    let connections = guest.seen.iter().filter(|event| is_connected(event)).count();
    assert_eq!(connections, 1, "before the second says anything: it may be of a kind that says nothing");
    drop(first);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_device_is_connected_to_after_the_first_was_lost() {
    let relay = Relay::start(Vec::new(), None);
    let mut host = End::start(relay.join(0, 1).await, card("card:320x180@30"), here());
    let mut first = End::start(relay.join(1, 2).await, card("card:320x180@30"), here());
    first.until("connection", is_connected).await;
    host.until("connection", is_connected).await;

    relay.cut(1).await;
    let mut second = End::start(relay.join(1, 3).await, card("card:320x180@30"), here());

    second.until("connection", is_connected).await;
    host.until("trouble", |event| matches!(event, Event::State { state: StateName::Reconnecting, .. })).await;
    host.until("connection", is_connected).await;
    second.handle.hang_up();
    assert_eq!(host.ended().await.reason, EndedWhy::HungUp);
}

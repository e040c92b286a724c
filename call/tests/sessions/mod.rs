//! Two sessions in memory: every path of the state machine.

mod paths;
mod world;

use std::time::Duration;

use meetme_call::session::{EndedWhy, Input, Output, Patience, Round, Route, Session, State, TransportId, Trouble};
use meetme_core::api::{
    CallSession, Candidate, Description, DescriptionKind, EndReason, FromRelay, LeftReason, Payload, Signal,
};
use proptest::prelude::*;

use world::{World, fingerprint};

const SECOND: Duration = Duration::from_secs(1);
const CONNECTED: State = State::Connected(Route::Direct);

fn call() -> World {
    let mut world = World::new();
    world.join(0);
    world.join(1);
    world.until(5 * SECOND, World::both_connected);
    world
}

#[test]
fn whoever_comes_first_the_two_connect_and_read_the_same_words() {
    for order in [[0, 1], [1, 0]] {
        let mut world = World::new();
        world.join(order[0]);
        world.pass(3 * SECOND);
        assert_eq!(world.seen(order[0]), [State::Waiting]);
        world.join(order[1]);

        let took = world.until(5 * SECOND, World::both_connected);

        assert!(took < SECOND / 2, "{took:?}");
        for place in order {
            assert_eq!(world.seen(place), [State::Waiting, State::Connecting, CONNECTED]);
        }
        let phrases = |place: usize| world.sides[place].as_ref().map(|side| side.phrases.clone());
        assert_eq!(phrases(0).map(|phrases| phrases.len()), Some(1));
        assert_eq!(phrases(0), phrases(1));
        let offers: usize = world.sides.iter().flatten().map(|side| side.restarts.len()).sum();
        assert_eq!(offers, 1, "one offer is enough");
    }
}

#[test]
fn a_relay_that_swaps_fingerprints_makes_the_words_differ() {
    let mut world = World::new();
    // Each end is made to believe that the relay's key is the other end's.
    world.meddle = |_, sdp| {
        let at = sdp.find("sha-256 ").expect("it has one") + 8;
        format!("{}{}\r\n", &sdp[..at], fingerprint(0xee))
    };
    world.join(0);
    world.join(1);

    world.until(5 * SECOND, World::both_connected);

    let [Some(host), Some(guest)] = &world.sides else { panic!("both are there") };
    assert_ne!(host.phrases, guest.phrases);
}

#[test]
fn both_may_offer_at_once() {
    let mut world = World::new();
    // So slow that the polite one loses patience before the other's offer comes.
    world.latency = 3500 * SECOND / 1000;
    world.join(0);
    world.join(1);

    world.until(30 * SECOND, World::both_connected);
}

#[test]
fn without_any_path_it_is_tried_again_and_then_given_up() {
    let mut world = World::new();
    world.network = false;
    world.join(0);
    world.join(1);

    world.until(70 * SECOND, |world| world.state(0) == State::Ended(EndedWhy::NoPath));

    assert!(world.now > 55 * SECOND);
    assert!(world.sides[0].as_ref().is_some_and(|side| side.restarts.len() >= 4), "it is tried again");
}

#[test]
fn a_client_that_crashed_and_comes_back_is_connected_to_anew() {
    for place in [0, 1] {
        let mut world = call();
        world.leave(place, LeftReason::Lost);
        world.network = false;
        world.until(SECOND, |world| world.state(1 - place) == State::Reconnecting(Trouble::PeerLost));
        world.pass(4 * SECOND);
        world.network = true;
        world.join(place);

        let took = world.until(10 * SECOND, World::both_connected);

        assert!(took < 5 * SECOND, "{took:?}");
        let phrases = world.sides[1 - place].as_ref().map_or(0, |side| side.phrases.len());
        assert_eq!(phrases, 2, "other words for another key");
    }
}

#[test]
fn one_who_is_lost_for_long_is_waited_for() {
    let mut world = call();
    world.leave(1, LeftReason::Lost);

    world.until(70 * SECOND, |world| world.state(0) == State::Waiting);
    world.join(1);

    world.until(5 * SECOND, World::both_connected);
}

#[test]
fn packets_that_were_under_way_are_no_sign_of_one_who_is_lost() {
    let mut world = call();
    world.under_way = 4 * SECOND / 5;
    world.leave(1, LeftReason::Lost);

    world.pass(3 * SECOND);

    assert_eq!(world.seen(0)[3..], [State::Reconnecting(Trouble::PeerLost)]);
}

#[test]
fn one_who_leaves_is_waited_for_at_once() {
    let mut world = call();
    world.leave(1, LeftReason::Left);

    world.until(SECOND, |world| world.state(0) == State::Waiting);
}

#[test]
fn another_device_takes_over() {
    let mut world = call();

    world.join(1);
    world.pass(SECOND / 10);

    world.until(5 * SECOND, World::both_connected);
}

#[test]
fn signalling_may_go_and_come_back_while_media_flows() {
    for place in [0, 1] {
        let mut world = call();
        let offers = |world: &World| world.sides.iter().flatten().map(|side| side.restarts.len()).sum::<usize>();
        let before = offers(&world);
        world.unlink(place);
        world.pass(20 * SECOND);
        assert_eq!(world.state(place), CONNECTED, "whose link is away sees no trouble");
        assert_eq!(world.state(1 - place), CONNECTED, "who was told that the other is lost hears that it is not so");

        world.link(place);
        world.pass(10 * SECOND);

        assert!(world.both_connected());
        assert_eq!(offers(&world), before, "what stands needs no new path");
    }
}

#[test]
fn what_was_lost_with_the_link_is_said_again() {
    for place in [0, 1] {
        for cut_after in [0, 30, 60, 90] {
            let mut world = World::new();
            world.join(0);
            world.join(1);
            world.pass(Duration::from_millis(cut_after));
            world.unlink(place);
            world.pass(SECOND);
            world.link(place);

            world.until(20 * SECOND, World::both_connected);
        }
    }
}

#[test]
fn a_connection_that_cannot_be_made_while_alone_is_not_made_over_and_over() {
    let mut world = World::new();
    world.join(0);
    world.pass(SECOND);

    world.input(0, Input::Broken(TransportId(1)));
    world.pass(SECOND);

    assert_eq!(world.sides[0].as_ref().map(|side| side.opened.len()), Some(1));
    world.join(1);
    world.until(5 * SECOND, World::both_connected);
}

#[test]
fn a_good_bye_ends_it_for_both() {
    let mut world = call();

    world.input(1, Input::HangUp(EndedWhy::HungUp));
    world.pass(SECOND);

    assert_eq!(world.state(1), State::Ended(EndedWhy::HungUp));
    assert_eq!(world.state(0), State::Ended(EndedWhy::HungUp));
}

#[test]
fn the_relay_may_end_it_for_its_reasons() {
    let reasons = [
        (EndReason::TimeUp, EndedWhy::TimeUp),
        (EndReason::Cancelled, EndedWhy::Cancelled),
        (EndReason::Rescheduled, EndedWhy::Rescheduled),
        (EndReason::LoggedOut, EndedWhy::LoggedOut),
        (EndReason::Replaced, EndedWhy::Replaced),
        (EndReason::Unknown, EndedWhy::Other),
    ];
    for (reason, why) in reasons {
        let mut world = call();
        world.tell_both(reason);
        world.pass(SECOND);
        assert_eq!(world.state(0), State::Ended(why));
    }
}

#[test]
fn nobody_is_waited_for_without_end() {
    let mut session = Session::new(Patience::default());
    let deadline = session.deadline().expect("waiting has one");

    session.handle(deadline, Input::Tick);

    assert_eq!(session.state(), State::Ended(EndedWhy::NobodyCame));
    assert_eq!(session.deadline(), None);
}

#[test]
fn a_call_outlives_its_relay_and_ends_when_media_does() {
    let mut world = call();
    world.input(0, Input::LinkGone);
    world.pass(30 * SECOND);
    assert_eq!(world.state(0), CONNECTED);

    world.network = false;
    world.until(10 * SECOND, |world| world.state(0) == State::Ended(EndedWhy::RelayGone));
}

#[test]
fn a_description_without_a_fingerprint_is_not_taken() {
    let mut world = World::new();
    world.meddle = |_, sdp| sdp.lines().filter(|line| !line.contains("fingerprint")).collect::<Vec<_>>().join("\r\n");
    world.join(0);
    world.join(1);

    world.pass(30 * SECOND);

    assert!(!world.both_connected());
}

/// Anything that can happen to a session.
fn anything() -> impl Strategy<Value = Input> {
    let transport = || (1_u32..6).prop_map(TransportId);
    let description = (any::<bool>(), 0_u64..4, 0_u64..4).prop_map(|(offer, origin, key)| Description {
        kind: if offer { DescriptionKind::Offer } else { DescriptionKind::Answer },
        sdp: format!("o=- {origin} 1 IN IP4 0.0.0.0\r\na=fingerprint:sha-256 {}\r\n", fingerprint(key)),
    });
    let candidate =
        Just(Candidate { candidate: "candidate:1 1 udp 1 127.0.0.1 9 typ host".to_owned(), ..Candidate::default() });
    let told = |payload| Input::Told(FromRelay::Signal(Signal { to: None, payload }));
    prop_oneof![
        (0_u64..3).prop_map(|run| Input::Told(FromRelay::PeerJoined { session: CallSession(run) })),
        (0_u64..3, prop::sample::select(vec![LeftReason::Left, LeftReason::Lost, LeftReason::Replaced]))
            .prop_map(|(run, reason)| Input::Told(FromRelay::PeerLeft { session: CallSession(run), reason })),
        description.clone().prop_map(move |description| told(Payload::Description(description))),
        candidate.prop_map(move |candidate| told(Payload::Candidate(candidate))),
        (transport(), 1_u32..9, description).prop_map(|(transport, round, description)| Input::Local {
            transport,
            round: Round(round),
            description
        }),
        transport().prop_map(|transport| Input::Up(transport, Route::Direct)),
        transport().prop_map(|transport| Input::Rerouted(transport, Route::Relayed)),
        transport().prop_map(Input::Down),
        transport().prop_map(Input::Broken),
        transport().prop_map(Input::Heard),
        Just(Input::LinkDown),
        Just(Input::Tick),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_happens_there_is_a_deadline_and_what_is_asked_for_makes_sense(
        polite in any::<bool>(),
        happened in prop::collection::vec((0_u64..4000, anything()), 0..60),
    ) {
        let mut world = World::new();
        world.join(usize::from(polite));
        world.pass(SECOND);
        let mut session = world.sides[usize::from(polite)].take().expect("it joined").session;
        let mut now = SECOND;
        let mut open = Some(TransportId(1));
        for (later, input) in happened {
            now += Duration::from_millis(later);
            session.handle(now, input);
            while let Some(output) = session.poll() {
                match output {
                    Output::Open(id, _) => {
                        prop_assert!(open.is_none(), "the one before was not let go of");
                        open = Some(id);
                    }
                    Output::Close(id) => {
                        prop_assert_eq!(open, Some(id));
                        open = None;
                    }
                    Output::Offer { transport, .. } | Output::Accept { transport, .. } | Output::Add(transport, _) => {
                        prop_assert_eq!(open, Some(transport));
                    }
                    _ => {}
                }
            }
            let ended = matches!(session.state(), State::Ended(_));
            prop_assert_eq!(session.deadline().is_none(), ended);
            prop_assert!(!ended || open.is_none());
        }
    }
}

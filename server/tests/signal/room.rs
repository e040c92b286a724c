//! The rule of a room against what each line may hear, whatever happens in whichever order.

use std::collections::HashMap;

use meetme_core::api::{CallRole, CallSession, EndReason, FromRelay, LeftReason, SignalFault};
use meetme_server::signal::room::{Effect, Line, Room};
use proptest::prelude::*;

/// Something that happens. Lines are numbered as they join.
#[derive(Debug, Clone)]
enum Act {
    Join { role: CallRole, session: u64 },
    Signal { line: u64, to: Option<u64> },
    Bye { line: u64 },
    Gone { line: u64, reason: LeftReason },
    Close,
    Dismiss { line: u64 },
}

fn act() -> impl Strategy<Value = Act> {
    let role = prop_oneof![Just(CallRole::Host), Just(CallRole::Guest)];
    let reason = prop_oneof![Just(LeftReason::Left), Just(LeftReason::Lost), Just(LeftReason::Refused)];
    let line = || 0..12_u64;
    prop_oneof![
        4 => (role, 0..4_u64).prop_map(|(role, session)| Act::Join { role, session }),
        4 => (line(), prop::option::of(0..4_u64)).prop_map(|(line, to)| Act::Signal { line, to }),
        1 => line().prop_map(|line| Act::Bye { line }),
        3 => (line(), reason).prop_map(|(line, reason)| Act::Gone { line, reason }),
        1 => Just(Act::Close),
        1 => line().prop_map(|line| Act::Dismiss { line }),
    ]
}

/// What a client knows from what it was told alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Ear {
    role: CallRole,
    session: CallSession,
    peer: Option<CallSession>,
}

/// Everybody who was let in and not let go, by what they heard.
#[derive(Default)]
struct Ears {
    open: HashMap<Line, Ear>,
    roles: HashMap<Line, CallRole>,
    joined: u64,
}

impl Ears {
    fn hear(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Welcome { line, session, peer } => {
                    let ear = Ear { role: self.roles[&line], session, peer };
                    assert_eq!(self.open.insert(line, ear), None, "welcomed twice");
                }
                Effect::Tell { line, message } => {
                    let ear = self.open.get_mut(&line).expect("only who was welcomed is told anything");
                    match message {
                        FromRelay::PeerJoined { session } => assert_eq!(ear.peer.replace(session), None),
                        FromRelay::PeerLeft { session, .. } => assert_eq!(ear.peer.take(), Some(session)),
                        other => panic!("the room does not say {other:?}"),
                    }
                }
                Effect::End { line, .. } => {
                    self.open.remove(&line).expect("only who is in is let go");
                }
            }
        }
    }

    fn of(&self, role: CallRole) -> Option<(Line, Ear)> {
        let mut of_role = self.open.iter().filter(|(_, ear)| ear.role == role);
        let found = of_role.next().map(|(line, ear)| (*line, *ear));
        assert!(of_role.next().is_none(), "two in one seat");
        found
    }
}

proptest! {
    #[test]
    fn everybody_knows_at_all_times_who_is_there(acts in prop::collection::vec(act(), 1..60)) {
        let (mut room, mut ears) = (Room::default(), Ears::default());
        for act in acts {
            match act {
                Act::Join { role, session } => {
                    let line = Line(ears.joined);
                    ears.joined += 1;
                    ears.roles.insert(line, role);
                    ears.hear(room.join(role, line, CallSession(session)));
                }
                Act::Signal { line, to } => {
                    let (line, to) = (Line(line), to.map(CallSession));
                    let peer = ears.open.get(&line).and_then(|ear| ears.of(ear.role.other()));
                    let meant = peer.filter(|(_, ear)| to.is_none_or(|to| to == ear.session));
                    prop_assert_eq!(room.route(line, to), meant.map(|(line, _)| line).ok_or(SignalFault::NoPeer));
                }
                Act::Bye { line } => {
                    let was_in = ears.open.contains_key(&Line(line));
                    ears.hear(room.bye(Line(line)));
                    prop_assert!(!was_in || room.is_empty());
                }
                Act::Gone { line, reason } => {
                    ears.open.remove(&Line(line));
                    ears.hear(room.gone(Line(line), reason));
                }
                Act::Close => {
                    ears.hear(room.close(EndReason::TimeUp));
                    prop_assert!(room.is_empty());
                }
                Act::Dismiss { line } => ears.hear(room.dismiss(Line(line), EndReason::LoggedOut)),
            }
            for role in [CallRole::Host, CallRole::Guest] {
                let own = ears.of(role);
                prop_assert_eq!(room.is_here(role), own.is_some());
                let peer = ears.of(role.other()).map(|(_, ear)| ear.session);
                prop_assert!(own.is_none_or(|(_, ear)| ear.peer == peer), "what one knows is what is");
            }
        }
    }
}

//! A room: who is in a call, who hears what, and when it ends. Pure: it is told what happened and says what to do.
//!
//! A room has two seats, one for each person of the booking. A seat is taken
//! by a line (one connection) in a session (one run of a client), which a
//! connection that is made anew brings back.

use meetme_core::api::{CallRole, CallSession, EndReason, FromRelay, LeftReason, SignalFault};
use serde::{Deserialize, Serialize};

/// One connection to a room, told apart from all others that a node knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Line(pub u64);

/// The two seats of a call.
#[derive(Debug, Default)]
pub struct Room {
    host: Option<Seat>,
    guest: Option<Seat>,
}

#[derive(Debug, Clone, Copy)]
struct Seat {
    line: Line,
    session: CallSession,
}

/// What to do about what happened, in this order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Let this line in, and tell it who is there.
    Welcome {
        /// Which.
        line: Line,
        /// The session it sits in.
        session: CallSession,
        /// The peer's, if they are in.
        peer: Option<CallSession>,
    },
    /// Tell a line something.
    Tell {
        /// Which.
        line: Line,
        /// What.
        message: FromRelay,
    },
    /// Tell a line that it is over, and let it go. Nothing follows for it.
    End {
        /// Which.
        line: Line,
        /// Why.
        reason: EndReason,
    },
}

impl Room {
    /// Gives `line` the seat of `role`. Whoever sits there is told that they were replaced.
    pub fn join(&mut self, role: CallRole, line: Line, session: CallSession) -> Vec<Effect> {
        let mut effects = Vec::with_capacity(4);
        let peer = *self.seat(role.other());
        if let Some(old) = self.seat(role).replace(Seat { line, session }) {
            effects.push(Effect::End { line: old.line, reason: EndReason::Replaced });
            // The same client again: its old connection is a dead one that was not noticed yet.
            let reason = if old.session == session { LeftReason::Lost } else { LeftReason::Replaced };
            effects.extend(peer.map(|peer| peer.tell(FromRelay::PeerLeft { session: old.session, reason })));
        }
        effects.push(Effect::Welcome { line, session, peer: peer.map(|peer| peer.session) });
        effects.extend(peer.map(|peer| peer.tell(FromRelay::PeerJoined { session })));
        effects
    }

    /// Whither a signal of `line` goes; `to` is the session it is meant for. Of a line without a seat it goes nowhere.
    pub fn route(&self, line: Line, to: Option<CallSession>) -> Result<Line, SignalFault> {
        let peer = match (&self.host, &self.guest) {
            (Some(host), peer) if host.line == line => peer,
            (peer, Some(guest)) if guest.line == line => peer,
            _ => &None,
        };
        let meant = |peer: &&Seat| to.is_none_or(|session| session == peer.session);
        peer.as_ref().filter(meant).map(|peer| peer.line).ok_or(SignalFault::NoPeer)
    }

    /// Ends the call for both, if `line` is in it.
    pub fn bye(&mut self, line: Line) -> Vec<Effect> {
        if self.role_of(line).is_some() { self.close(EndReason::HungUp) } else { Vec::new() }
    }

    /// The connection of `line` is gone. If it has no seat any more, nobody is told.
    pub fn gone(&mut self, line: Line, reason: LeftReason) -> Vec<Effect> {
        let Some(role) = self.role_of(line) else { return Vec::new() };
        let Some(left) = self.seat(role).take() else { return Vec::new() };
        let peer = *self.seat(role.other());
        peer.map(|peer| peer.tell(FromRelay::PeerLeft { session: left.session, reason })).into_iter().collect()
    }

    /// Ends the call for whoever is in. The room is as new.
    pub fn close(&mut self, reason: EndReason) -> Vec<Effect> {
        let seats = [self.host.take(), self.guest.take()].into_iter().flatten();
        seats.map(|seat| Effect::End { line: seat.line, reason }).collect()
    }

    /// Ends the call for one line alone, and tells the other that they left.
    pub fn dismiss(&mut self, line: Line, reason: EndReason) -> Vec<Effect> {
        if self.role_of(line).is_none() {
            return Vec::new();
        }
        let mut effects = vec![Effect::End { line, reason }];
        effects.extend(self.gone(line, LeftReason::Left));
        effects
    }

    /// Whether this one is in.
    pub fn is_here(&self, role: CallRole) -> bool {
        match role {
            CallRole::Host => self.host.is_some(),
            CallRole::Guest => self.guest.is_some(),
        }
    }

    /// Whether nobody is in.
    pub fn is_empty(&self) -> bool {
        self.host.is_none() && self.guest.is_none()
    }

    /// The lines that have a seat.
    pub fn lines(&self) -> impl Iterator<Item = Line> {
        [self.host, self.guest].into_iter().flatten().map(|seat| seat.line)
    }

    fn role_of(&self, line: Line) -> Option<CallRole> {
        let sits = |seat: &Option<Seat>| seat.is_some_and(|seat| seat.line == line);
        match (sits(&self.host), sits(&self.guest)) {
            (true, _) => Some(CallRole::Host),
            (_, true) => Some(CallRole::Guest),
            _ => None,
        }
    }

    fn seat(&mut self, role: CallRole) -> &mut Option<Seat> {
        match role {
            CallRole::Host => &mut self.host,
            CallRole::Guest => &mut self.guest,
        }
    }
}

impl Seat {
    fn tell(self, message: FromRelay) -> Effect {
        Effect::Tell { line: self.line, message }
    }
}

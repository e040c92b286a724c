//! One room of this node with everybody in it; does what the rule says.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::ws::Utf8Bytes;
use meetme_core::api::{CallRole, CallSession, EndReason, FromRelay, LeftReason, SignalFault};
use meetme_core::call::CallTimes;
use meetme_core::id::{BookingId, UserId};

use super::far::{Errand, Word};
use super::mailbox::Stalled;
use super::room::{Effect, Line, Room};
use super::{Connection, Signal};
use crate::app::App;
use crate::store::NodeId;

/// A room of this node.
pub(super) struct Live {
    pub(super) booking: BookingId,
    pub(super) host: UserId,
    inner: Mutex<Inner>,
}

pub(super) struct Inner {
    room: Room,
    members: Vec<(Line, Member)>,
    /// When the call is, as last read.
    pub(super) times: CallTimes,
    /// Since when nobody is in, in milliseconds of the node's life.
    pub(super) empty_since: Option<u64>,
    /// It is being given up: nobody gets in any more.
    pub(super) given_up: bool,
    /// Who was in when that was last written down for other nodes.
    noted: [bool; 2],
}

/// Somebody in a room.
#[derive(Clone)]
pub(super) enum Member {
    Near(Arc<Connection>),
    Far(NodeId, Line),
}

impl Live {
    /// Forgets everybody in it without telling them anything more.
    pub(super) fn empty(&self, signal: &Signal, app: &App) {
        self.act(signal, app, |room| {
            room.close(EndReason::Unknown);
            Vec::new()
        });
    }

    pub(super) fn new(booking: BookingId, host: UserId, times: CallTimes, now: u64) -> Self {
        let inner = Inner {
            room: Room::default(),
            members: Vec::new(),
            times,
            empty_since: Some(now),
            given_up: false,
            noted: [false; 2],
        };
        Self { booking, host, inner: Mutex::new(inner) }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("nobody panics while holding it")
    }

    pub(super) fn join(
        &self,
        signal: &Signal,
        app: &App,
        role: CallRole,
        line: Line,
        member: Member,
        session: CallSession,
    ) {
        let mut inner = self.lock();
        inner.members.push((line, member));
        let effects = inner.room.join(role, line, session);
        self.carry_out(signal, app, &mut inner, effects);
    }

    /// Lets in somebody whose socket is at another node.
    pub(super) fn join_far(
        self: &Arc<Self>,
        signal: &Signal,
        app: &App,
        role: CallRole,
        far: (NodeId, Line),
        session: CallSession,
    ) {
        let line = signal.next_line();
        signal.hall.lock().far.insert(far, (line, self.clone()));
        self.join(signal, app, role, line, Member::Far(far.0, far.1), session);
    }

    pub(super) fn pass(
        &self,
        signal: &Signal,
        app: &App,
        from: Line,
        to: Option<CallSession>,
        frame: Utf8Bytes,
    ) -> Result<(), SignalFault> {
        let mut inner = self.lock();
        let whither = inner.room.route(from, to)?;
        if inner.send(signal, app, whither, frame).is_err() {
            let effects = inner.room.gone(whither, LeftReason::Lost);
            self.carry_out(signal, app, &mut inner, effects);
        }
        Ok(())
    }

    /// Tells a line something that is for it alone.
    pub(super) fn tell(&self, signal: &Signal, app: &App, line: Line, message: &FromRelay) {
        // If it takes nothing, the next message for it finds that out.
        let _ = self.lock().send(signal, app, line, message.text().into());
    }

    /// Does what the rule says.
    pub(super) fn act(&self, signal: &Signal, app: &App, rule: impl FnOnce(&mut Room) -> Vec<Effect>) {
        let mut inner = self.lock();
        let effects = rule(&mut inner.room);
        self.carry_out(signal, app, &mut inner, effects);
    }

    /// All of it is done before anything else happens in the room, so everybody hears things in one order.
    fn carry_out(&self, signal: &Signal, app: &App, inner: &mut Inner, effects: Vec<Effect>) {
        let mut effects: VecDeque<Effect> = effects.into();
        while let Some(effect) = effects.pop_front() {
            let (line, done) = match effect {
                Effect::Welcome { line, session, peer } => (line, inner.welcome(signal, app, line, session, peer)),
                Effect::Tell { line, message } => (line, inner.send(signal, app, line, message.text().into())),
                Effect::End { line, reason } => {
                    inner.end(signal, app, line, reason);
                    continue;
                }
            };
            if done.is_err() {
                effects.extend(inner.room.gone(line, LeftReason::Lost));
            }
        }
        inner.forget_those_who_left(signal);
        inner.empty_since = inner.room.is_empty().then(|| signal.now());
        let here = inner.here();
        if here != inner.noted {
            inner.noted = here;
            // Other nodes show it; if it does not get there they show something older.
            let _ = signal.errands.try_send(Errand::Note(self.booking, here));
        }
    }

    /// The nodes whose people are in.
    pub(super) fn far_nodes(&self) -> Vec<NodeId> {
        let far = |(_, member): &(Line, Member)| match member {
            Member::Far(node, _) => Some(*node),
            Member::Near(_) => None,
        };
        self.lock().members.iter().filter_map(far).collect()
    }

    /// Everybody in it, so that they can be sent elsewhere: sockets of this node, and lines of others.
    pub(super) fn everybody(&self) -> (Vec<Arc<Connection>>, Vec<(NodeId, Line)>) {
        let (mut near, mut far) = (Vec::new(), Vec::new());
        for (_, member) in &self.lock().members {
            match member {
                Member::Near(connection) => near.push(connection.clone()),
                Member::Far(node, line) => far.push((*node, *line)),
            }
        }
        (near, far)
    }
}

impl Inner {
    /// Keeps an empty room from being given up for a while; false if it is too late for that.
    pub(super) fn keep_open(&mut self, now: u64) -> bool {
        self.empty_since = self.empty_since.map(|_| now);
        !self.given_up
    }

    /// Who is in: host and guest.
    pub(super) fn here(&self) -> [bool; 2] {
        [CallRole::Host, CallRole::Guest].map(|role| self.room.is_here(role))
    }

    fn member(&self, line: Line) -> Option<&Member> {
        self.members.iter().find(|(other, _)| *other == line).map(|(_, member)| member)
    }

    fn send(&self, signal: &Signal, app: &App, line: Line, frame: Utf8Bytes) -> Result<(), Stalled> {
        match self.member(line) {
            Some(Member::Near(connection)) => connection.put(app, frame),
            Some(Member::Far(node, line)) => signal.write(*node, Word::Frame { line: *line, frame: frame.to_string() }),
            None => Ok(()),
        }
    }

    fn welcome(
        &self,
        signal: &Signal,
        app: &App,
        line: Line,
        session: CallSession,
        peer: Option<CallSession>,
    ) -> Result<(), Stalled> {
        match self.member(line) {
            Some(Member::Near(connection)) => connection.welcome(app, session, peer),
            Some(Member::Far(node, line)) => signal.write(*node, Word::Welcome { line: *line, session, peer }),
            None => Ok(()),
        }
    }

    fn end(&self, signal: &Signal, app: &App, line: Line, reason: EndReason) {
        match self.member(line) {
            Some(Member::Near(connection)) => connection.end(app, reason),
            Some(Member::Far(node, line)) => {
                // It is out in any case.
                let _ = signal.write(*node, Word::End { line: *line, reason });
            }
            None => {}
        }
    }

    fn forget_those_who_left(&mut self, signal: &Signal) {
        let Self { room, members, .. } = self;
        members.retain(|(line, member)| {
            let sits = room.lines().any(|other| other == *line);
            if !sits && let Member::Far(node, name) = member {
                signal.hall.lock().far.remove(&(*node, *name));
            }
            sits
        });
    }
}

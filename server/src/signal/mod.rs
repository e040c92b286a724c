//! Signalling: how the two ends of a call find each other (`meetme.signal.v1`).
//!
//! [`room`] is the rule: who is in, who hears what. [`relay`] is one socket.
//! [`hall`] holds the rooms of this node, and [`live`] does in each what the rule says;
//! [`keep`] looks after silence, time and what happened to bookings. A room
//! belongs to one node, which leases it; what is said at another goes there
//! and back as letters through the store ([`far`]), of which the bus says that
//! there are some.
//!
//! Signalling is not news: none of it enters a log, and nothing of it is kept.

mod far;
mod hall;
mod keep;
mod live;
mod mailbox;
mod nodes;
mod relay;
pub mod room;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use meetme_core::api::{CallRole, CallSession, Welcome};
use meetme_core::call::CallTimes;
use meetme_core::id::{BookingId, UserId};
use tokio::sync::mpsc;

use self::far::{Errand, MAX_ERRANDS};
use self::hall::{Hall, Home};
use self::mailbox::Mailbox;
use self::nodes::Nodes;
use self::room::Line;
use crate::clock::Stopwatch;
use crate::config::Limits;
use crate::ids;
use crate::store::NodeId;
use crate::streams::{Place, Streams};

pub use self::keep::run;
pub use self::relay::{MAX_FRAME, READ_BUFFER, answer_pings, attend};

/// The calls of this node.
pub struct Signal {
    /// This run of this node, among all that share the store.
    node: NodeId,
    started: Stopwatch,
    lines: AtomicU64,
    hall: Hall,
    nodes: Nodes,
    places: Streams,
    errands: mpsc::Sender<Errand>,
    /// Taken by whoever runs them.
    to_run: std::sync::Mutex<Option<mpsc::Receiver<Errand>>>,
    relayed: AtomicU64,
}

/// Somebody who may be in a call, with all that their connection needs.
pub struct Admitted {
    /// Whose call.
    pub booking: BookingId,
    /// Whose account the host is.
    pub host: UserId,
    /// Whose account they are.
    pub user: UserId,
    /// Which of the two they are.
    pub role: CallRole,
    /// When the call is.
    pub times: CallTimes,
    /// Their run of their client.
    pub session: CallSession,
    /// What they showed to be who they are.
    pub token: String,
    /// What they are told first; the relay fills in who is there.
    pub welcome: Welcome,
}

/// One socket of this node.
struct Connection {
    line: Line,
    user: UserId,
    token: Box<str>,
    home: Home,
    mailbox: Mailbox,
    /// Told once.
    welcome: std::sync::Mutex<Option<Box<Welcome>>>,
    /// When something was heard last, in milliseconds of the node's life.
    heard: AtomicU64,
    /// When its credential is looked at next, likewise.
    recheck: AtomicU64,
    _place: Place,
}

/// What `/metrics` shows of signalling.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SignalCounts {
    /// Sockets that are open.
    pub sockets: usize,
    /// Rooms that this node holds.
    pub rooms: usize,
    /// Messages passed on since the start.
    pub relayed: u64,
}

impl Signal {
    /// Nobody is in yet.
    pub fn new(limits: &Limits) -> Self {
        let (errands, to_run) = mpsc::channel(MAX_ERRANDS);
        Self {
            node: NodeId(u64::from_be_bytes(ids::random()) >> 1),
            started: Stopwatch::start(),
            lines: AtomicU64::new(1),
            hall: Hall::default(),
            nodes: Nodes::default(),
            places: Streams::new(
                limits.signal_sockets,
                limits.signal_sockets_of_account,
                limits.signal_sockets_of_address,
            ),
            errands,
            to_run: std::sync::Mutex::new(Some(to_run)),
            relayed: AtomicU64::new(0),
        }
    }

    /// Places for sockets.
    pub fn places(&self) -> &Streams {
        &self.places
    }

    /// How much is going on.
    pub fn counts(&self) -> SignalCounts {
        SignalCounts {
            sockets: self.places.open(),
            rooms: self.hall.rooms(),
            relayed: self.relayed.load(Ordering::Relaxed),
        }
    }

    /// Who is in the room of `booking`, if this node holds it: host and guest.
    pub fn here(&self, booking: BookingId) -> Option<[bool; 2]> {
        self.hall.here(booking)
    }

    fn next_line(&self) -> Line {
        Line(self.lines.fetch_add(1, Ordering::Relaxed))
    }

    /// Milliseconds since this node began.
    fn now(&self) -> u64 {
        millis(self.started.elapsed())
    }
}

impl Connection {
    fn new(signal: &Signal, admitted: Admitted, home: Home, place: Place) -> Arc<Self> {
        Arc::new(Self {
            line: signal.next_line(),
            user: admitted.user,
            token: admitted.token.into(),
            home,
            mailbox: Mailbox::default(),
            welcome: std::sync::Mutex::new(Some(Box::new(admitted.welcome))),
            heard: AtomicU64::new(signal.now()),
            recheck: AtomicU64::new(signal.now() + millis(keep::RECHECK)),
            _place: place,
        })
    }
}

fn millis(length: Duration) -> u64 {
    u64::try_from(length.as_millis()).unwrap_or(u64::MAX)
}

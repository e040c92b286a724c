//! The way to the relay, as the call sees it: messages in and out.
//!
//! Who makes a [`Link`] keeps it alive: pings, and connects again with the session when the connection is lost.

use meetme_core::api::{FromClient, FromRelay};
use tokio::sync::mpsc;

/// Messages that may wait on either way.
pub const WAITING: usize = 256;

/// Both ways to and from the relay. Letting go of it closes the connection.
#[derive(Debug)]
pub struct Link {
    /// What comes. The end of it is [`FromLink::Gone`].
    pub incoming: mpsc::Receiver<FromLink>,
    /// What goes.
    pub outgoing: mpsc::Sender<FromClient>,
}

/// What comes over a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromLink {
    /// The relay's word; never `Pong`. `Welcome` comes again after each [`Down`](Self::Down).
    Told(FromRelay),
    /// The connection is gone; the link tries again by itself. What is sent meanwhile may be lost.
    Down {
        /// In words.
        why: String,
    },
    /// There will be no connection any more. Nothing follows.
    Gone {
        /// In words.
        why: String,
    },
}

/// The other end of a [`Link`]: what a WebSocket, or a test, holds.
#[derive(Debug)]
pub struct LinkEnd {
    /// For [`Link::incoming`].
    pub to_call: mpsc::Sender<FromLink>,
    /// From [`Link::outgoing`].
    pub from_call: mpsc::Receiver<FromClient>,
}

impl Link {
    /// A link and its other end.
    pub fn new() -> (Self, LinkEnd) {
        let (to_call, incoming) = mpsc::channel(WAITING);
        let (outgoing, from_call) = mpsc::channel(WAITING);
        (Self { incoming, outgoing }, LinkEnd { to_call, from_call })
    }
}

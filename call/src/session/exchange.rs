//! What goes into a session, and what comes out of it.

use meetme_core::api::{Candidate, Description, FromClient, FromRelay, IceServer, LeftReason};

use super::state::{EndedWhy, Route, State};
use crate::phrase::Ends;

/// One connection to the partner; another one gets another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TransportId(pub u32);

/// One exchange of descriptions on a transport.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Round(pub u32);

/// What happened.
#[derive(Debug, Clone)]
pub enum Input {
    /// The relay said something.
    Told(FromRelay),
    /// The relay is away; the link tries to come back.
    LinkDown,
    /// There will be no relay any more.
    LinkGone,
    /// A description asked for is there, and in force on this side.
    Local {
        /// Of this transport.
        transport: TransportId,
        /// In answer to this request.
        round: Round,
        /// To be told to the partner.
        description: Description,
    },
    /// A way on which this side may be reached.
    LocalCandidate(TransportId, Candidate),
    /// The transport stands.
    Up(TransportId, Route),
    /// The media takes another way now.
    Rerouted(TransportId, Route),
    /// The transport has given up its path.
    Down(TransportId),
    /// The transport could not do what it was asked to.
    Broken(TransportId),
    /// Media arrived.
    Heard(TransportId),
    /// The user, or the end of what was asked for.
    HangUp(EndedWhy),
    /// Time passed.
    Tick,
}

impl Input {
    /// The transport it comes from, if from one.
    pub fn transport(&self) -> Option<TransportId> {
        match self {
            Self::Local { transport, .. }
            | Self::LocalCandidate(transport, _)
            | Self::Up(transport, _)
            | Self::Rerouted(transport, _)
            | Self::Down(transport)
            | Self::Broken(transport)
            | Self::Heard(transport) => Some(*transport),
            Self::Told(_) | Self::LinkDown | Self::LinkGone | Self::HangUp(_) | Self::Tick => None,
        }
    }
}

/// What is to be done, in this order.
#[derive(Debug, Clone, PartialEq)]
pub enum Output {
    /// Say this to the relay.
    Tell(FromClient),
    /// Make a transport.
    Open(TransportId, Vec<IceServer>),
    /// Make an offer on it; with `restart`, look for a new path.
    Offer {
        /// On this transport.
        transport: TransportId,
        /// To be named in [`Input::Local`].
        round: Round,
        /// Whether to look for a new path.
        restart: bool,
    },
    /// Take the partner's description, and answer if it is an offer.
    Accept {
        /// On this transport.
        transport: TransportId,
        /// To be named in [`Input::Local`].
        round: Round,
        /// The partner's.
        description: Description,
        /// Take back the own offer first.
        rollback: bool,
    },
    /// The partner can be reached so.
    Add(TransportId, Candidate),
    /// Let go of a transport.
    Close(TransportId),
    /// Tell the user.
    Show(State),
    /// Tell the user whether the partner is there, and if not, why.
    Peer(bool, Option<LeftReason>),
    /// Work out the words for these two ends, and tell them to the user: to compare.
    Compare(Ends),
    /// Tell the user that the relay is away, or back.
    Relay(bool),
}

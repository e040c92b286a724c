//! What a person is told of a call, and how long each of it may last.

use std::time::Duration;

use meetme_core::api::EndReason;
use serde::Serialize;

/// How long each state may last, and what is tried how often.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Waiting for somebody to come.
    pub waiting: Duration,
    /// From both being there, or from trouble, to being connected (again).
    pub connecting: Duration,
    /// One attempt to connect, before all is made anew.
    pub attempt: Duration,
    /// Who gives way waits so long for the other's offer before making one.
    pub offer: Duration,
    /// Nothing heard for so long is trouble.
    pub silence: Duration,
    /// Between two restarts of the path.
    pub restart: Duration,
    /// How long a partner who is lost may take to come back.
    pub absence: Duration,
    /// Between saying good-bye and leaving without an answer.
    pub farewell: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            waiting: Duration::from_secs(4 * 3600),
            connecting: Duration::from_secs(60),
            attempt: Duration::from_secs(12),
            offer: Duration::from_secs(3),
            silence: Duration::from_secs(5),
            restart: Duration::from_millis(3500),
            absence: Duration::from_secs(60),
            farewell: Duration::from_secs(1),
        }
    }
}

/// Where the media goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// From one to the other.
    Direct,
    /// Through a relay.
    Relayed,
}

/// What a person is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// Alone.
    Waiting,
    /// Both are there; a path is looked for.
    Connecting,
    /// Media flows.
    Connected(Route),
    /// Media flowed, and is being brought back.
    Reconnecting(Trouble),
    /// Over, for this side.
    Ended(EndedWhy),
}

/// Why media does not flow any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trouble {
    /// Nothing came for [`Patience::silence`].
    Silence,
    /// The path was given up.
    PathLost,
    /// The partner is gone without a word.
    PeerLost,
}

/// Why it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndedWhy {
    /// One of the two said good-bye.
    HungUp,
    /// Another device of this user took the seat.
    Replaced,
    /// The time of the call is over.
    TimeUp,
    /// The booking is no more.
    Cancelled,
    /// The booking moved.
    Rescheduled,
    /// The log-in has ended.
    LoggedOut,
    /// It was meant to last so long.
    Length,
    /// Nobody came for as long as was to be waited.
    NobodyCame,
    /// No path was found, or found again.
    NoPath,
    /// The relay cannot be reached, and without it the call could not be kept.
    RelayGone,
    /// For a reason this version does not know.
    Other,
}

impl From<EndReason> for EndedWhy {
    fn from(reason: EndReason) -> Self {
        match reason {
            EndReason::HungUp => Self::HungUp,
            EndReason::Replaced => Self::Replaced,
            EndReason::TimeUp => Self::TimeUp,
            EndReason::Cancelled => Self::Cancelled,
            EndReason::Rescheduled => Self::Rescheduled,
            EndReason::LoggedOut => Self::LoggedOut,
            EndReason::Unknown => Self::Other,
        }
    }
}

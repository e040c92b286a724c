use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::id::{BookingId, Username};

/// The call of a booking, as one of its two people sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Call {
    /// Whose call it is.
    pub booking: BookingId,
    /// Whether it can be joined now.
    pub state: CallState,
    /// When it opens, or opened.
    pub opens_at: DateTime<Utc>,
    /// When it closes, or closed.
    pub closes_at: DateTime<Utc>,
    /// Who you are in it.
    pub you: CallPerson,
    /// The other one.
    pub peer: CallPerson,
    /// The WebSocket to join with, `wss://…` or `ws://…`.
    pub signal: String,
    /// Helpers for finding a path; none unless the call is open.
    pub ice_servers: Vec<IceServer>,
}

/// What helps to find out whether a call could be held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallCheck {
    /// Helpers for finding a path, good for some minutes.
    pub ice_servers: Vec<IceServer>,
}

/// Whether a call can be joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallState {
    /// Not yet.
    Early,
    /// Yes.
    Open,
    /// Not any more.
    Over,
    /// Not while the host has not said yes to the booking.
    Unconfirmed,
    /// Never: the booking is no more.
    Cancelled,
}

/// One of the two people of a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CallPerson {
    /// Which of the two.
    pub role: CallRole,
    /// Their username.
    pub username: Username,
    /// What people read.
    pub display_name: String,
    /// Whether they are in.
    pub here: bool,
}

/// Which of the two people of a booking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum CallRole {
    /// Who offers the time.
    Host,
    /// Who takes it.
    Guest,
}

impl CallRole {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Host => Self::Guest,
            Self::Guest => Self::Host,
        }
    }

    /// Whether this one gives way when both offer at once.
    pub fn is_polite(self) -> bool {
        self == Self::Guest
    }
}

/// A STUN or TURN server, in the shape of the browsers' `RTCIceServer`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IceServer {
    /// `stun:host:port` or `turn:host:port?transport=udp`.
    pub urls: Vec<String>,
    /// For TURN.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub username: Option<String>,
    /// For TURN; good for this booking alone, until the call closes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub credential: Option<String>,
}

impl std::fmt::Debug for IceServer {
    /// Without the credential.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("IceServer").field("urls", &self.urls).finish_non_exhaustive()
    }
}

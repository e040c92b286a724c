use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{BookedEvent, Booking};
use crate::cursor::Cursor;
use crate::time::Span;

/// One thing that happened to an event, as this reader may know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveChange {
    /// Where to go on from: everything up to here was told.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub cursor: Cursor,
    /// When it happened.
    pub at: DateTime<Utc>,
    /// What happened.
    pub kind: LiveKind,
    /// To which event, as it is now.
    pub event: BookedEvent,
    /// The booking as it is now: for its host and its guest alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub booking: Option<Booking>,
    /// What it may have changed; the old span too when something moved. None with `slots_changed`: any slot.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub spans: Vec<Span>,
}

/// What happened to an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LiveKind {
    /// A guest took a seat. For host and guest.
    Booked,
    /// A booking is no more. For host and guest.
    Cancelled,
    /// A booking moved. For host and guest.
    Rescheduled,
    /// The host said yes. For host and guest.
    Confirmed,
    /// The host said no. For host and guest.
    Declined,
    /// Somebody decides. For the host.
    Held,
    /// Somebody decided, or did not. For the host.
    Released,
    /// One offers something new. In one's own changes alone.
    EventCreated,
    /// Slots may have come or gone, whatever the reason. For everybody.
    SlotsChanged,
    /// The windows changed. For everybody.
    WindowsChanged,
    /// The event's own fields changed. For everybody.
    EventChanged,
    /// The event is no more, or not for this reader. For everybody.
    EventDeleted,
}

impl LiveKind {
    /// Every kind, in the order in which they are documented.
    pub const ALL: [Self; 12] = [
        Self::Booked,
        Self::Cancelled,
        Self::Rescheduled,
        Self::Confirmed,
        Self::Declined,
        Self::Held,
        Self::Released,
        Self::EventCreated,
        Self::SlotsChanged,
        Self::WindowsChanged,
        Self::EventChanged,
        Self::EventDeleted,
    ];

    /// The kind that a word on the wire means, if this version knows it.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// The word on the wire.
    pub fn word(self) -> &'static str {
        match self {
            Self::Booked => "booked",
            Self::Cancelled => "cancelled",
            Self::Rescheduled => "rescheduled",
            Self::Confirmed => "confirmed",
            Self::Declined => "declined",
            Self::Held => "held",
            Self::Released => "released",
            Self::EventCreated => "event_created",
            Self::SlotsChanged => "slots_changed",
            Self::WindowsChanged => "windows_changed",
            Self::EventChanged => "event_changed",
            Self::EventDeleted => "event_deleted",
        }
    }
}

/// Answer of `GET /events/{owner}/{slug}/changes?wait=…` and `GET /me/changes?wait=…`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LiveChanges {
    /// In the order in which they happened; none if the time was up.
    pub changes: Vec<LiveChange>,
    /// Where to go on from: everything up to here was told.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub cursor: Cursor,
    /// The cursor that was given leads nowhere: read everything anew, and go on from `cursor`.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub reset: bool,
}

/// Data of the stream's events `hello`, `reset` and `move`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct LivePlace {
    /// Where to go on from.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    pub cursor: Cursor,
}

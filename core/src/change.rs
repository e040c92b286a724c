//! What happened: the facts that a transaction applies and appends to people's logs.

use serde::{Deserialize, Serialize};

use crate::booking::{Booking, Hold};
use crate::event::Event;
use crate::id::{BookingId, EventId, UserId, WindowId};
use crate::time::Span;
use crate::window::Window;

/// One fact, with everything that is needed to write it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A host offers something new.
    EventCreated {
        /// As it is now.
        event: Event,
    },
    /// The event's own fields changed.
    EventChanged {
        /// As it is now; its version is one more than before.
        event: Event,
    },
    /// The event's windows changed.
    WindowsChanged {
        /// As it is now; its version is one more than before.
        event: Event,
        /// Windows that are new, or stand in place of one with the same id.
        put: Vec<Window>,
        /// Windows that are gone.
        removed: Vec<WindowId>,
    },
    /// The event is no more. Its bookings were cancelled before, each by a change of its own.
    EventDeleted {
        /// As it was.
        event: Event,
    },
    /// A guest holds a slot.
    Held {
        /// The hold.
        hold: Hold,
    },
    /// A hold ended.
    Released {
        /// The hold.
        hold: Hold,
        /// How it ended.
        why: Release,
    },
    /// A guest took a seat in a slot.
    Booked {
        /// The new booking.
        booking: Booking,
    },
    /// A pending booking holds now.
    Confirmed {
        /// As it is now.
        booking: Booking,
    },
    /// The host said no to a pending booking.
    Declined {
        /// As it is now.
        booking: Booking,
    },
    /// A booking is no more.
    Cancelled {
        /// As it is now.
        booking: Booking,
        /// Whose doing it was.
        why: Cancelled,
    },
    /// A booking moved to another slot.
    Rescheduled {
        /// As it is now.
        booking: Booking,
        /// Where it was.
        from: Span,
    },
    /// What a host allows themself over all events changed.
    LimitsChanged {
        /// Whose.
        user: UserId,
    },
    /// An account is no more: its personal data is wiped, its username stays taken. Its events
    /// were deleted and its bookings ahead cancelled before, each by a change of its own.
    AccountDeleted {
        /// Whose.
        user: UserId,
    },
    /// A password or token of this person changed: what was cached about their credentials is void.
    CredentialsChanged {
        /// Whose.
        user: UserId,
    },
}

/// How a hold ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// Its time was up.
    Expired,
    /// Its holder let go.
    GivenUp,
    /// It became a booking.
    Booked,
}

/// Whose doing a cancellation was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cancelled {
    /// The host's.
    ByHost,
    /// The guest's.
    ByGuest,
    /// Nobody answered a pending booking in time.
    Lapsed,
}

/// The stable word for a change on the wire and in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// See [`Change::EventCreated`].
    EventCreated,
    /// See [`Change::EventChanged`].
    EventChanged,
    /// See [`Change::WindowsChanged`].
    WindowsChanged,
    /// See [`Change::EventDeleted`].
    EventDeleted,
    /// See [`Change::Held`].
    Held,
    /// See [`Change::Released`].
    Released,
    /// See [`Change::Booked`].
    Booked,
    /// See [`Change::Confirmed`].
    Confirmed,
    /// See [`Change::Declined`].
    Declined,
    /// See [`Change::Cancelled`].
    Cancelled,
    /// See [`Change::Rescheduled`].
    Rescheduled,
    /// See [`Change::LimitsChanged`].
    LimitsChanged,
    /// See [`Change::AccountDeleted`].
    AccountDeleted,
    /// See [`Change::CredentialsChanged`].
    CredentialsChanged,
}

/// What a person's log keeps of a change: enough to tell what to look at, nothing to look at it with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What happened.
    pub kind: Kind,
    /// To which event.
    pub event: Option<EventId>,
    /// To which booking.
    pub booking: Option<BookingId>,
    /// The spans whose state it may have changed; the old one too when something moved.
    pub spans: Vec<Span>,
}

impl Change {
    /// What happened, as a word.
    pub fn kind(&self) -> Kind {
        match self {
            Self::EventCreated { .. } => Kind::EventCreated,
            Self::EventChanged { .. } => Kind::EventChanged,
            Self::WindowsChanged { .. } => Kind::WindowsChanged,
            Self::EventDeleted { .. } => Kind::EventDeleted,
            Self::Held { .. } => Kind::Held,
            Self::Released { .. } => Kind::Released,
            Self::Booked { .. } => Kind::Booked,
            Self::Confirmed { .. } => Kind::Confirmed,
            Self::Declined { .. } => Kind::Declined,
            Self::Cancelled { .. } => Kind::Cancelled,
            Self::Rescheduled { .. } => Kind::Rescheduled,
            Self::LimitsChanged { .. } => Kind::LimitsChanged,
            Self::AccountDeleted { .. } => Kind::AccountDeleted,
            Self::CredentialsChanged { .. } => Kind::CredentialsChanged,
        }
    }

    /// Whose logs it is appended to, without doubles.
    pub fn persons(&self) -> Vec<UserId> {
        match self {
            Self::EventCreated { event }
            | Self::EventChanged { event }
            | Self::WindowsChanged { event, .. }
            | Self::EventDeleted { event } => vec![event.host],
            Self::Held { hold } | Self::Released { hold, .. } => vec![hold.host, hold.guest],
            Self::Booked { booking }
            | Self::Confirmed { booking }
            | Self::Declined { booking }
            | Self::Cancelled { booking, .. }
            | Self::Rescheduled { booking, .. } => vec![booking.host, booking.guest],
            Self::LimitsChanged { user } | Self::AccountDeleted { user } | Self::CredentialsChanged { user } => {
                vec![*user]
            }
        }
    }

    /// What the logs keep of it.
    pub fn news(&self) -> News {
        let (event, booking, spans) = match self {
            Self::EventCreated { event }
            | Self::EventChanged { event }
            | Self::WindowsChanged { event, .. }
            | Self::EventDeleted { event } => (Some(event.id), None, Vec::new()),
            Self::Held { hold } | Self::Released { hold, .. } => (Some(hold.event), None, vec![hold.span]),
            Self::Rescheduled { booking, from } => (Some(booking.event), Some(booking.id), vec![*from, booking.span]),
            Self::Booked { booking }
            | Self::Confirmed { booking }
            | Self::Declined { booking }
            | Self::Cancelled { booking, .. } => (Some(booking.event), Some(booking.id), vec![booking.span]),
            Self::LimitsChanged { .. } | Self::AccountDeleted { .. } | Self::CredentialsChanged { .. } => {
                (None, None, Vec::new())
            }
        };
        News { kind: self.kind(), event, booking, spans }
    }
}

//! What happened: the facts that a transaction applies and appends to people's logs.

use serde::{Deserialize, Serialize};

use crate::account::Profile;
use crate::booking::{Booking, Hold};
use crate::entry::{Collection, Entry, told};
use crate::event::Event;
use crate::id::{BookingId, CollectionId, EventId, UserId, WindowId};
use crate::time::{Instant, Span};
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
    /// What somebody says about themself changed, or what they allow themself over all events.
    ProfileChanged {
        /// Whose.
        user: UserId,
        /// As it is now.
        profile: Profile,
    },
    /// An account has another password. Its sessions are over, but for one; app tokens stay.
    PasswordChanged {
        /// Whose.
        user: UserId,
        /// What the password hashes to.
        hash: String,
        /// What the token of the session hashes to that goes on, if one does.
        kept: Option<[u8; 32]>,
    },
    /// An account is no more: its personal data is wiped, its username stays taken. Its events
    /// were deleted and its bookings ahead cancelled before, each by a change of its own.
    AccountDeleted {
        /// Whose.
        user: UserId,
    },
    /// An account may not be used any more, or may be again.
    AccountSwitched {
        /// Whose.
        user: UserId,
        /// Since when it may not; none if it may.
        disabled_at: Option<Instant>,
    },
    /// A password or token of this person changed: what was cached about their credentials is void.
    CredentialsChanged {
        /// Whose.
        user: UserId,
    },
    /// A calendar of a user's own was made, or its settings changed.
    CollectionPut {
        /// As it is now.
        collection: Collection,
        /// The time whose meaning its settings changed.
        touched: Vec<Span>,
    },
    /// A calendar is no more, with all that was in it.
    CollectionDeleted {
        /// As it was.
        collection: Collection,
        /// The time its entries took.
        freed: Vec<Span>,
    },
    /// Properties that a client keeps on something in its owner's calendar home changed.
    PropertiesSet {
        /// Whose.
        owner: UserId,
        /// Of what: the path below the home, not encoded.
        place: String,
        /// Names in Clark notation, with the element to keep, or none to forget it.
        set: Vec<(String, Option<String>)>,
    },
    /// Something in a user's calendar home is found elsewhere now, or is no more: what clients keep on it and below it
    /// goes along.
    PlaceMoved {
        /// Whose.
        owner: UserId,
        /// Where it was: the path below the home, not encoded.
        from: String,
        /// Where it is; nowhere if it is no more.
        to: Option<String>,
    },
    /// An entry of a calendar was written.
    EntryPut {
        /// Whose calendar it is in.
        owner: UserId,
        /// As it is now.
        entry: Box<Entry>,
        /// The time that the one before it took.
        freed: Vec<Span>,
    },
    /// An entry of a calendar is no more.
    EntryRemoved {
        /// Whose calendar it was in.
        owner: UserId,
        /// Which one.
        collection: CollectionId,
        /// The entry's name.
        name: String,
        /// The time it took.
        freed: Vec<Span>,
    },
    /// The time an entry takes is known further ahead, or was worked out anew. Its bytes are the same.
    EntryExtended {
        /// Whose calendar it is in.
        owner: UserId,
        /// As it is now.
        entry: Box<Entry>,
        /// The time it took as far as that was known.
        freed: Vec<Span>,
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
    /// See [`Change::ProfileChanged`]: of all that is said there, limits and zone concern others.
    LimitsChanged,
    /// See [`Change::AccountDeleted`].
    AccountDeleted,
    /// See [`Change::AccountSwitched`].
    AccountSwitched,
    /// See [`Change::CredentialsChanged`] and [`Change::PasswordChanged`].
    CredentialsChanged,
    /// Calendars or properties of them: see [`Change::CollectionPut`], [`Change::PropertiesSet`].
    CollectionsChanged,
    /// Entries of calendars: see [`Change::EntryPut`]. The spans are those in which busy time may have changed.
    EntriesChanged,
}

impl Kind {
    /// Whether it may change when the person in whose log it stands can be met. A yes to a pending booking, new
    /// events, credentials and the looks of calendars do not; what is said of windows is in the event's version.
    pub fn touches_time(self) -> bool {
        !matches!(
            self,
            Self::Confirmed
                | Self::WindowsChanged
                | Self::EventCreated
                | Self::CredentialsChanged
                | Self::CollectionsChanged
        )
    }

    /// Whether it happened to a booking.
    pub fn touches_bookings(self) -> bool {
        matches!(self, Self::Booked | Self::Confirmed | Self::Declined | Self::Cancelled | Self::Rescheduled)
    }
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
            Self::ProfileChanged { .. } => Kind::LimitsChanged,
            Self::AccountDeleted { .. } => Kind::AccountDeleted,
            Self::AccountSwitched { .. } => Kind::AccountSwitched,
            Self::CredentialsChanged { .. } | Self::PasswordChanged { .. } => Kind::CredentialsChanged,
            Self::CollectionPut { touched, .. } if touched.is_empty() => Kind::CollectionsChanged,
            Self::PropertiesSet { .. } | Self::PlaceMoved { .. } => Kind::CollectionsChanged,
            Self::CollectionPut { .. }
            | Self::CollectionDeleted { .. }
            | Self::EntryPut { .. }
            | Self::EntryRemoved { .. }
            | Self::EntryExtended { .. } => Kind::EntriesChanged,
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
            Self::ProfileChanged { user, .. }
            | Self::PasswordChanged { user, .. }
            | Self::AccountDeleted { user }
            | Self::AccountSwitched { user, .. }
            | Self::CredentialsChanged { user } => vec![*user],
            Self::CollectionPut { collection, .. } | Self::CollectionDeleted { collection, .. } => {
                vec![collection.owner]
            }
            Self::PropertiesSet { owner, .. }
            | Self::PlaceMoved { owner, .. }
            | Self::EntryPut { owner, .. }
            | Self::EntryRemoved { owner, .. }
            | Self::EntryExtended { owner, .. } => vec![*owner],
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
            Self::ProfileChanged { .. }
            | Self::PasswordChanged { .. }
            | Self::AccountDeleted { .. }
            | Self::AccountSwitched { .. }
            | Self::CredentialsChanged { .. }
            | Self::PropertiesSet { .. }
            | Self::PlaceMoved { .. } => (None, None, Vec::new()),
            Self::CollectionPut { touched: freed, .. }
            | Self::CollectionDeleted { freed, .. }
            | Self::EntryRemoved { freed, .. } => (None, None, told(freed.iter().copied())),
            Self::EntryPut { entry, freed, .. } | Self::EntryExtended { entry, freed, .. } => {
                (None, None, told(entry.busy.iter().map(|busy| busy.span).chain(freed.iter().copied())))
            }
        };
        News { kind: self.kind(), event, booking, spans }
    }
}

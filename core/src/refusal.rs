//! Why something asked for is not done, in words a person can act on.

use std::fmt;

use chrono::NaiveDate;

use crate::id::BookingId;
use crate::object::schedule::NotAllowed;
use crate::time::{Instant, Span, text_of};

/// A field that breaks a rule: which, what was given, what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: `{value}` does not fit: {mend}")]
pub struct Invalid {
    /// The field's name on the wire.
    pub field: &'static str,
    /// What was given, clipped to [`MAX_SHOWN`] characters.
    pub value: String,
    /// How to put it right.
    pub mend: String,
}

/// How much of a refused value is shown back.
pub const MAX_SHOWN: usize = 80;

impl Invalid {
    /// Names a field, the value it had, and the mend.
    pub fn new(field: &'static str, value: impl fmt::Display, mend: impl Into<String>) -> Self {
        let text = value.to_string();
        let mut value: String = text.chars().take(MAX_SHOWN).collect();
        if value.len() < text.len() {
            value.push('…');
        }
        Self { field, value, mend: mend.into() }
    }
}

/// A rule of the domain says no. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The event offers no slot that starts then.
    #[error("the event offers no slot at {}", text_of(*.start))]
    NoSuchSlot {
        /// The start that was asked for.
        start: Instant,
    },
    /// A whole day was asked for, and no slot is one.
    #[error("no slot of the event lasts all of {day}: write the entry at the time of one")]
    NoWholeDay {
        /// The day that was asked for.
        day: NaiveDate,
    },
    /// The slot is in use, or the host is busy, or a limit of theirs is reached; a guest is not told which.
    #[error("the slot from {span} is taken")]
    SlotTaken {
        /// The slot.
        span: Span,
    },
    /// The minimum notice has passed.
    #[error("booking closed at {}", text_of(*.closed_at))]
    TooLate {
        /// When it did.
        closed_at: Instant,
    },
    /// The slot lies beyond the event's horizon.
    #[error("the slot from {span} cannot be booked yet")]
    TooEarly {
        /// The slot.
        span: Span,
    },
    /// The guest meets someone else then, and did not say "anyway".
    #[error("you have another booking or hold from {span}")]
    GuestBusy {
        /// The guest's own span in the way.
        span: Span,
    },
    /// The guest has this very slot already.
    #[error("you have booked this slot already")]
    AlreadyBooked {
        /// Their booking.
        booking: BookingId,
    },
    /// A host cannot be their own guest.
    #[error("this is your own event")]
    OwnEvent,
    /// Too many slots held at once.
    #[error("you hold {limit} slots already")]
    HoldLimit {
        /// How many one may hold.
        limit: usize,
    },
    /// Only a pending booking can be confirmed or declined.
    #[error("the booking is not pending")]
    NotPending,
    /// A cancelled booking cannot be changed.
    #[error("the booking is cancelled")]
    AlreadyCancelled,
    /// What is over cannot be changed.
    #[error("the meeting ended at {}", text_of(*.ended_at))]
    Over {
        /// When it ended.
        ended_at: Instant,
    },
    /// An event or account with bookings ahead is only deleted when asked to cancel them.
    #[error("{count} booking{} ahead", if *.count == 1 { " lies" } else { "s lie" })]
    BookingsAhead {
        /// How many.
        count: usize,
    },
    /// The owner has an event of this name.
    #[error("you have an event `{slug}` already")]
    SlugTaken {
        /// The short name.
        slug: String,
    },
    /// A named limit is reached.
    #[error("no more than {limit} {what}")]
    TooMany {
        /// Of what: `events`, `windows of an event`.
        what: &'static str,
        /// How many there may be.
        limit: usize,
    },
    /// A call is between two people, and this event's slots are shared.
    #[error("this event has no calls: several guests share a slot of it")]
    NoCall,
    /// The call cannot be joined yet.
    #[error("the call opens at {}", text_of(*.opens_at))]
    CallNotOpen {
        /// When it does.
        opens_at: Instant,
    },
    /// The call cannot be joined any more.
    #[error("the call closed at {}", text_of(*.closed_at))]
    CallOver {
        /// When it did.
        closed_at: Instant,
    },
    /// The host has not said yes to the booking.
    #[error("the booking is not confirmed yet")]
    NotConfirmed,
    /// What was asked to change is not as the asker saw it last.
    #[error("it has changed since you read it")]
    Stale,
    /// Another entry of the calendar has this UID.
    #[error("the calendar has an entry with this UID already")]
    UidTaken {
        /// Its name.
        name: String,
    },
    /// A booking of the guest's has the UID that is wanted for another one.
    #[error("a booking of yours has this UID already")]
    UidOfBooking {
        /// Which.
        booking: BookingId,
    },
    /// Something has this name already.
    #[error("there is something of this name already")]
    AlreadyThere,
    /// What should be changed or removed is not there.
    #[error("it is not there")]
    NotThere,
    /// A meeting may not be changed in this way, or not by the one who tries.
    #[error(transparent)]
    Meeting(#[from] NotAllowed),
    /// The meeting is in another calendar of the same person already.
    #[error("this meeting is in your calendar `{calendar}` already: change it there")]
    MeetingElsewhere {
        /// In which one.
        calendar: String,
        /// The entry's name.
        name: String,
    },
    /// A field breaks a rule.
    #[error(transparent)]
    Invalid(#[from] Invalid),
}

impl Refusal {
    /// The stable word for it on the wire; never reused for something else.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoSuchSlot { .. } => "no-such-slot",
            Self::NoWholeDay { .. } => "no-whole-day",
            Self::SlotTaken { .. } => "slot-taken",
            Self::TooLate { .. } => "too-late",
            Self::TooEarly { .. } => "too-early",
            Self::GuestBusy { .. } => "guest-busy",
            Self::AlreadyBooked { .. } => "already-booked",
            Self::OwnEvent => "own-event",
            Self::HoldLimit { .. } => "hold-limit",
            Self::NotPending => "not-pending",
            Self::AlreadyCancelled => "already-cancelled",
            Self::Over { .. } => "over",
            Self::BookingsAhead { .. } => "bookings-ahead",
            Self::SlugTaken { .. } => "slug-taken",
            Self::TooMany { .. } => "too-many",
            Self::NoCall => "no-call",
            Self::CallNotOpen { .. } => "call-not-open",
            Self::CallOver { .. } => "call-over",
            Self::NotConfirmed => "not-confirmed",
            Self::Stale => "stale",
            Self::UidTaken { .. } | Self::UidOfBooking { .. } => "uid-taken",
            Self::AlreadyThere => "already-there",
            Self::NotThere => "not-there",
            Self::Meeting(_) => "meeting-change",
            Self::MeetingElsewhere { .. } => "meeting-elsewhere",
            Self::Invalid(_) => "invalid",
        }
    }

    /// Whether other open slots near the one asked for would help.
    pub fn wants_nearest(&self) -> bool {
        matches!(
            self,
            Self::NoSuchSlot { .. }
                | Self::NoWholeDay { .. }
                | Self::SlotTaken { .. }
                | Self::TooLate { .. }
                | Self::TooEarly { .. }
                | Self::GuestBusy { .. }
        )
    }
}

//! When the call of a booking can be joined.

use crate::api::CallState;
use crate::booking::{Booking, Status};
use crate::event::Event;
use crate::refusal::Refusal;
use crate::time::{Instant, Span};

/// The call of a booking: when it is, and whether anybody may be in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallTimes {
    /// From opening to closing.
    pub open: Span,
    status: Status,
}

impl CallTimes {
    /// The call of `booking`, which is one of `event`.
    ///
    /// A call is between two people: an event whose slots are shared has none.
    pub fn of(event: &Event, booking: &Booking) -> Result<Self, Refusal> {
        if event.seats > 1 {
            return Err(Refusal::NoCall);
        }
        Ok(Self { open: booking.span.widened(event.call_opens, event.call_closes), status: booking.status })
    }

    /// Whether it can be joined at `now`. What ends it comes before what time says.
    pub fn state(&self, now: Instant) -> CallState {
        match self.status {
            Status::Cancelled => CallState::Cancelled,
            _ if self.open.end() <= now => CallState::Over,
            Status::Pending => CallState::Unconfirmed,
            Status::Confirmed if now < self.open.start() => CallState::Early,
            Status::Confirmed => CallState::Open,
        }
    }

    /// Lets somebody in at `now`, or says why not.
    pub fn admit(&self, now: Instant) -> Result<(), Refusal> {
        match self.state(now) {
            CallState::Open => Ok(()),
            CallState::Early => Err(Refusal::CallNotOpen { opens_at: self.open.start() }),
            CallState::Over => Err(Refusal::CallOver { closed_at: self.open.end() }),
            CallState::Unconfirmed => Err(Refusal::NotConfirmed),
            CallState::Cancelled => Err(Refusal::AlreadyCancelled),
        }
    }
}

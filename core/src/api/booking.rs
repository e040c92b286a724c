use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::Person;
use crate::booking::Status;
use crate::event::Answer;
use crate::id::{BookingId, Slug, Username};

/// Body of `POST /events/{owner}/{slug}/bookings`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewBooking {
    /// The slot's start.
    pub start: DateTime<Utc>,
    /// A note to the host.
    #[serde(skip_serializing_if = "String::is_empty", default)]
    pub note: String,
    /// Answers to the event's questions.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub answers: Vec<Answer>,
    /// Book although one meets someone else then.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub allow_overlap: bool,
}

/// Body of `PATCH /bookings/{id}`: exactly one of the two.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BookingPatch {
    /// Move it to the open slot that starts then.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub start: Option<DateTime<Utc>>,
    /// `confirmed`: the host's yes; `declined`: their no; `cancelled`: either's end of it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub status: Option<NewStatus>,
}

/// What a booking can be told to become.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NewStatus {
    /// The host's yes to a pending booking.
    Confirmed,
    /// The host's no to a pending booking.
    Declined,
    /// The end of it, by host or guest.
    Cancelled,
}

/// A booking as its host and its guest see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Booking {
    /// Its id; any unique prefix names it in the shell.
    pub id: BookingId,
    /// Its iCalendar UID in the calendars of whoever reads this.
    pub uid: String,
    /// Its iCalendar SEQUENCE.
    pub sequence: u32,
    /// What is met for.
    pub event: BookedEvent,
    /// When it starts.
    pub start: DateTime<Utc>,
    /// When it ends.
    pub end: DateTime<Utc>,
    /// Where it stands.
    pub status: Status,
    /// Who offers the time.
    pub host: Person,
    /// Who takes it.
    pub guest: Person,
    /// What the guest wrote.
    pub note: String,
    /// What the guest answered.
    pub answers: Vec<Answer>,
    /// When it lapses if the host says nothing; null unless pending.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub lapses_at: Option<DateTime<Utc>>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Where it is.
    pub links: BookingLinks,
}

/// The event of a booking, in short.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BookedEvent {
    /// Whose it is.
    pub owner: Username,
    /// Its short name.
    pub slug: Slug,
    /// One line for people.
    pub title: String,
}

/// Where a booking is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct BookingLinks {
    /// The call.
    pub call: String,
    /// For people.
    pub page: String,
}

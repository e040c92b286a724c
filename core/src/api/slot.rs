use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::availability::{Obstacle, Verdict};
use crate::id::HoldId;
use crate::time::Span;

/// Slots in order of their start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Slots {
    /// What was found.
    pub slots: Vec<Slot>,
    /// Where to go on, as `from`; absent when the range is done.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub next: Option<DateTime<Utc>>,
}

/// A bookable span.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Slot {
    /// Its first instant, and its name within the event.
    pub start: DateTime<Utc>,
    /// The first instant after it.
    pub end: DateTime<Utc>,
    /// `open`, `taken`, `held` or `closed` for the host; `open` or `unavailable` for everybody else.
    pub state: SlotState,
    /// How many guests may still book it; 0 unless it is open.
    pub seats_left: u32,
    /// Why it is not open, for the host alone.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// Every rule that says no, for the host who asks with `explain=true`.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub obstacles: Option<Vec<String>>,
}

/// Where a slot stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SlotState {
    /// It can be booked.
    Open,
    /// Somebody sits in it, or the host sits elsewhere.
    Taken,
    /// Somebody is deciding.
    Held,
    /// A rule shuts it.
    Closed,
    /// It cannot be booked; all that others than the host learn.
    Unavailable,
}

impl Slot {
    /// A slot as its host sees it.
    pub fn for_host(span: Span, verdict: Verdict) -> Self {
        let (state, seats_left, reason) = match verdict {
            Verdict::Open { seats_left } => (SlotState::Open, seats_left, None),
            Verdict::Shut(obstacle) => (state_of(obstacle), 0, Some(obstacle.code().to_owned())),
        };
        Self { start: span.start(), end: span.end(), state, seats_left, reason, obstacles: None }
    }

    /// A slot as everybody else sees it.
    pub fn for_others(span: Span, verdict: Verdict) -> Self {
        let (state, seats_left) = match verdict {
            Verdict::Open { seats_left } => (SlotState::Open, seats_left),
            Verdict::Shut(_) => (SlotState::Unavailable, 0),
        };
        Self { start: span.start(), end: span.end(), state, seats_left, reason: None, obstacles: None }
    }
}

fn state_of(obstacle: Obstacle) -> SlotState {
    match obstacle {
        Obstacle::Full | Obstacle::Booked | Obstacle::AsGuest => SlotState::Taken,
        Obstacle::Held | Obstacle::HeldNearby => SlotState::Held,
        _ => SlotState::Closed,
    }
}

/// Body of `POST /events/{owner}/{slug}/holds`.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewHold {
    /// The slot's start.
    pub start: DateTime<Utc>,
}

/// A short reservation of a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Hold {
    /// To give it up by.
    pub id: HoldId,
    /// The slot's start.
    pub start: DateTime<Utc>,
    /// The slot's end.
    pub end: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

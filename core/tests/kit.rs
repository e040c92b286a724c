//! Short ways to say what a test is about.

use chrono::{NaiveDate, NaiveDateTime};
use meetme_core::availability::{AsGuest, Calendar, HostLimits, SlotInUse};
use meetme_core::booking::{Booking, Desk, Hold, Status, Wish};
use meetme_core::event::{Event, Visibility};
use meetme_core::id::{BookingId, EventId, HoldId, UserId, WindowId};
use meetme_core::time::{Instant, Minutes, Span, Zone};
use meetme_core::window::Window;

pub(crate) fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

pub(crate) fn wall(text: &str) -> NaiveDateTime {
    text.parse().expect("a wall time")
}

pub(crate) fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

pub(crate) fn zone(name: &str) -> Zone {
    name.parse().expect("a zone")
}

pub(crate) fn span(start: &str, end: &str) -> Span {
    Span::new(at(start), at(end)).expect("a span")
}

/// The hour that begins at `start`.
pub(crate) fn hour(start: &str) -> Span {
    Span::lasting(at(start), Minutes(60))
}

pub(crate) fn user(n: u8) -> UserId {
    UserId::from_bytes([n; 16])
}

pub(crate) fn event_id(n: u8) -> EventId {
    EventId::from_bytes([n; 16])
}

pub(crate) fn booking_id(n: u8) -> BookingId {
    BookingId::from_bytes([n; 16])
}

pub(crate) fn hold_id(n: u8) -> HoldId {
    HoldId::from_bytes([n; 16])
}

pub(crate) fn window_id(n: u8) -> WindowId {
    WindowId::from_bytes([n; 16])
}

pub(crate) const HOST: u8 = 1;
pub(crate) const GUEST: u8 = 2;

/// Event 1 of the host: an hour in UTC, from 2026 on, without any limit.
pub(crate) fn event() -> Event {
    Event {
        id: event_id(1),
        host: user(HOST),
        owner: "ada".parse().expect("a username"),
        slug: "chat".parse().expect("a slug"),
        title: "Chat".to_owned(),
        description: String::new(),
        location: String::new(),
        zone: Zone::UTC,
        first_day: day("2026-01-01"),
        last_day: None,
        slot_length: Minutes(60),
        step: Minutes(60),
        buffer_before: Minutes(0),
        buffer_after: Minutes(0),
        notice: Minutes(0),
        horizon_days: None,
        max_per_day: None,
        max_per_week: None,
        seats: 1,
        visibility: Visibility::Public,
        invited: Vec::new(),
        needs_confirmation: false,
        questions: Vec::new(),
        call_opens: Minutes(10),
        call_closes: Minutes(60),
        version: 1,
        updated_at: at("2026-01-01T00:00:00Z"),
    }
}

/// Window 1, cut into slots; `rule` may be empty.
pub(crate) fn window(start: &str, minutes: u32, rule: &str) -> Window {
    Window {
        id: window_id(1),
        start: wall(start),
        duration: Minutes(minutes),
        rule: (!rule.is_empty()).then(|| rule.parse().expect("a rule")),
        exdates: Vec::new(),
        whole: false,
    }
}

pub(crate) fn no_limits() -> HostLimits {
    HostLimits { zone: Zone::UTC, max_per_day: None, max_per_week: None }
}

/// A slot of `event` with one seat booked.
pub(crate) fn in_use(event: u8, span: Span) -> SlotInUse {
    SlotInUse { event: event_id(event), span, buffer_before: Minutes(0), buffer_after: Minutes(0), booked: 1, held: 0 }
}

/// A desk on which nobody has anything on.
pub(crate) fn desk(event: Event) -> Desk {
    Desk {
        event,
        limits: no_limits(),
        host: Calendar::default(),
        guest: Vec::<AsGuest>::new(),
        guest_as_host: Vec::new(),
        holds: Vec::new(),
        expired: Vec::new(),
        same_uid: None,
    }
}

/// The guest's wish for `slot`, as booking 1.
pub(crate) fn wish(slot: Span) -> Wish {
    Wish {
        id: booking_id(1),
        uid: "one@meetme.example".to_owned(),
        guest: user(GUEST),
        slot,
        note: String::new(),
        answers: Vec::new(),
        allow_overlap: false,
        pending_length: Minutes(48 * 60),
    }
}

/// Booking 1: the guest's, confirmed.
pub(crate) fn booking(slot: Span) -> Booking {
    Booking {
        id: booking_id(1),
        uid: "one@meetme.example".to_owned(),
        sequence: 0,
        event: event_id(1),
        host: user(HOST),
        guest: user(GUEST),
        span: slot,
        status: Status::Confirmed,
        note: String::new(),
        answers: Vec::new(),
        allow_overlap: false,
        lapses_at: None,
        created_at: at("2026-01-01T00:00:00Z"),
        updated_at: at("2026-01-01T00:00:00Z"),
    }
}

/// Hold `id` of `guest` on a slot of event 1.
pub(crate) fn hold(id: u8, guest: u8, slot: Span) -> Hold {
    Hold {
        id: hold_id(id),
        event: event_id(1),
        host: user(HOST),
        guest: user(guest),
        span: slot,
        expires_at: at("2026-01-01T00:05:00Z"),
    }
}

//! Short ways to say what a test is about.

use chrono::{NaiveDate, NaiveDateTime};
use meetme_core::event::{Event, Visibility};
use meetme_core::id::{EventId, UserId, WindowId};
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

pub(crate) fn window_id(n: u8) -> WindowId {
    WindowId::from_bytes([n; 16])
}

pub(crate) const HOST: u8 = 1;

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

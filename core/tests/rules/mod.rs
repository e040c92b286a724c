//! Each rule by a case that would go wrong without it: what shuts a slot, and what is refused.

mod bookings;
mod cutting;
mod fields;
mod moves;
mod slots;

use chrono::TimeDelta;
use meetme_core::availability::{AsGuest, Calendar, Holder, HostLimits, Judge, Obstacle, SlotInUse, Verdict};
use meetme_core::booking::{self, Booking, Desk, MAX_HOLDS, MAX_NOTE, Status};
use meetme_core::change::{Cancelled, Change, Release};
use meetme_core::event::{Answer, Event, Question};
use meetme_core::recurrence::Steps;
use meetme_core::refusal::{Invalid, Refusal};
use meetme_core::slot;
use meetme_core::time::{Instant, Minutes, Span, Zone};

use crate::kit::{
    GUEST, HOST, at, booking, booking_id, day, desk, event, event_id, hold, hold_id, hour, in_use, no_limits, span,
    user, window, wish, zone,
};

const NOON: &str = "2026-03-02T12:00:00Z";

fn now() -> Instant {
    at("2026-03-01T00:00:00Z")
}

fn verdict_at(event: &Event, limits: &HostLimits, calendar: &Calendar, slot: Span, now: Instant) -> Verdict {
    Judge::new(event, limits, calendar, now).verdict(slot)
}

/// The verdict on noon of a Monday, asked the day before.
fn verdict(event: &Event, calendar: &Calendar) -> Verdict {
    verdict_at(event, &no_limits(), calendar, hour(NOON), now())
}

const OPEN: Verdict = Verdict::Open { seats_left: 1 };

fn used(slots: &[SlotInUse]) -> Calendar {
    Calendar { in_use: slots.to_vec(), ..Calendar::default() }
}

#[test]
fn every_obstacle_has_a_word_of_its_own() {
    let then = now();
    let codes = [
        Obstacle::Notice { closed_at: then }.code(),
        Obstacle::Horizon { until: then }.code(),
        Obstacle::Full.code(),
        Obstacle::Held.code(),
        Obstacle::Booked.code(),
        Obstacle::HeldNearby.code(),
        Obstacle::AsGuest.code(),
        Obstacle::Entry.code(),
        Obstacle::Unreadable.code(),
        Obstacle::Buffer.code(),
        Obstacle::DayLimit.code(),
        Obstacle::WeekLimit.code(),
        Obstacle::HostDayLimit.code(),
        Obstacle::HostWeekLimit.code(),
    ];

    let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
    assert_eq!(distinct.len(), codes.len());
}

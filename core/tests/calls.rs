//! When a call can be joined: from some minutes before the meeting to some after it, by those who really meet.

use meetme_core::api::CallState;
use meetme_core::booking::{Booking, Status};
use meetme_core::call::CallTimes;
use meetme_core::event::Event;
use meetme_core::refusal::Refusal;
use meetme_core::time::Minutes;

use crate::kit::{at, booking, event, hour};

const NOON: &str = "2026-03-02T12:00:00Z";

fn meeting(status: Status) -> CallTimes {
    let event = Event { call_opens: Minutes(10), call_closes: Minutes(60), ..event() };
    let booking = Booking { status, ..booking(hour(NOON)) };
    CallTimes::of(&event, &booking).expect("two people meet")
}

fn state_at(time: &str) -> CallState {
    meeting(Status::Confirmed).state(at(time))
}

#[test]
fn a_call_opens_ten_minutes_before_and_closes_an_hour_after() {
    assert_eq!(state_at("2026-03-02T11:49:59Z"), CallState::Early);
    assert_eq!(state_at("2026-03-02T11:50:00Z"), CallState::Open);
    assert_eq!(state_at("2026-03-02T13:59:59Z"), CallState::Open);
    assert_eq!(state_at("2026-03-02T14:00:00Z"), CallState::Over);
}

#[test]
fn a_refusal_says_when_it_opens_or_closed() {
    let times = meeting(Status::Confirmed);

    let early = times.admit(at("2026-03-02T11:00:00Z"));
    let late = times.admit(at("2026-03-02T15:00:00Z"));

    assert_eq!(early, Err(Refusal::CallNotOpen { opens_at: at("2026-03-02T11:50:00Z") }));
    assert_eq!(late, Err(Refusal::CallOver { closed_at: at("2026-03-02T14:00:00Z") }));
    assert_eq!(times.admit(at(NOON)), Ok(()));
}

#[test]
fn nobody_meets_for_a_booking_that_does_not_hold() {
    assert_eq!(meeting(Status::Pending).admit(at(NOON)), Err(Refusal::NotConfirmed));
    assert_eq!(meeting(Status::Cancelled).admit(at(NOON)), Err(Refusal::AlreadyCancelled));
    assert_eq!(meeting(Status::Cancelled).state(at("2026-03-02T11:00:00Z")), CallState::Cancelled);
}

#[test]
fn an_event_with_shared_slots_has_no_calls() {
    let event = Event { seats: 2, ..event() };

    assert_eq!(CallTimes::of(&event, &booking(hour(NOON))), Err(Refusal::NoCall));
}

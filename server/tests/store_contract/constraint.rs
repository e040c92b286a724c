//! The constraint stands even when the rule lies.

use meetme_core::change::{Cancelled, Change};
use meetme_core::event::Event;
use meetme_core::time::Span;
use meetme_server::store::{ChangeError, Decide, Outcome, StoreError, Subject};

use super::world::{Ask, World, ask, booking_id, event, event_id, hour, now, scope, user_id};

const NINE: &str = "2026-03-02T09:00:00Z";
const HALF_PAST: &str = "2026-03-02T09:30:00Z";

/// The change was refused for this person's time, and nothing is there of it.
async fn overlaps(w: &World<'_>, person: &str, before: &str, result: Result<Outcome, ChangeError>) {
    match result {
        Err(ChangeError::Overlap { person: busy }) => assert_eq!(busy, user_id(person)),
        other => panic!("{other:?}"),
    }
    assert_eq!(w.backend.dump().await, before);
}

pub(super) async fn a_lying_rule_cannot_overlap_the_host(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let before = w.backend.dump().await;

    for slot in [HALF_PAST, "2026-03-02T08:30:00Z"] {
        let result = w.book_blindly(&ask("b2", "cyd", "chat", hour(slot)), "ann").await;
        overlaps(w, "ann", &before, result).await;
    }
    let around = Span::new(hour("2026-03-02T08:00:00Z").start(), hour("2026-03-02T11:00:00Z").end()).unwrap();
    let result = w.book_blindly(&ask("b2", "cyd", "chat", around), "ann").await;
    overlaps(w, "ann", &before, result).await;
    let within = Span::new(hour(HALF_PAST).start(), hour(NINE).end()).unwrap();
    let result = w.book_blindly(&ask("b2", "cyd", "chat", within), "ann").await;
    overlaps(w, "ann", &before, result).await;
}

pub(super) async fn a_lying_rule_cannot_overlap_the_guest(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let before = w.backend.dump().await;

    for slot in [NINE, HALF_PAST] {
        let result = w.book_blindly(&ask("b2", "bob", "tea", hour(slot)), "ada").await;
        overlaps(w, "bob", &before, result).await;
    }
}

pub(super) async fn a_lying_rule_cannot_overlap_a_host_who_is_a_guest(w: &World<'_>) {
    w.book(&ask("b1", "ann", "tea", hour(NINE))).await.unwrap();
    let before = w.backend.dump().await;

    for slot in [NINE, HALF_PAST] {
        let result = w.book_blindly(&ask("b2", "bob", "chat", hour(slot)), "ann").await;
        overlaps(w, "ann", &before, result).await;
    }
}

/// Says that a booking moves, whatever is there.
async fn move_blindly(w: &World<'_>, id: &str, to: Span) -> Result<Outcome, ChangeError> {
    let before = w.booking(id).await;
    let moved = meetme_core::booking::Booking { span: to, sequence: 1, ..before.clone() };
    let changes = vec![Change::Rescheduled { booking: moved, from: before.span }];
    w.force(Subject::Booking(booking_id(id)), changes).await
}

pub(super) async fn a_lying_rule_cannot_overlap_by_moving(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    w.book(&ask("b2", "cyd", "chat", hour("2026-03-02T12:00:00Z"))).await.unwrap();
    let before = w.backend.dump().await;

    for slot in [NINE, HALF_PAST, "2026-03-02T08:01:00Z"] {
        let result = move_blindly(w, "b2", hour(slot)).await;
        overlaps(w, "ann", &before, result).await;
    }
    move_blindly(w, "b2", hour("2026-03-02T12:30:00Z")).await.unwrap();
}

pub(super) async fn a_lying_rule_cannot_move_a_guest_into_another_booking(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    w.book(&ask("b2", "bob", "tea", hour("2026-03-02T12:00:00Z"))).await.unwrap();
    let before = w.backend.dump().await;

    for slot in [NINE, HALF_PAST] {
        let result = move_blindly(w, "b2", hour(slot)).await;
        overlaps(w, "bob", &before, result).await;
    }
}

pub(super) async fn a_lying_rule_cannot_take_a_seat_too_many(w: &World<'_>) {
    w.change_event(Event { version: 2, seats: 2, ..event("ann", "chat") }).await.unwrap();
    let ask = |id, guest| Ask { version: 2, ..ask(id, guest, "chat", hour(NINE)) };
    w.book(&ask("b1", "bob")).await.unwrap();
    w.book(&ask("b2", "cyd")).await.unwrap();
    let before = w.backend.dump().await;

    let result = w.book_blindly(&ask("b3", "ada"), "ann").await;

    overlaps(w, "ann", &before, result).await;
}

pub(super) async fn a_lying_rule_cannot_hold_a_taken_slot(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let before = w.backend.dump().await;
    let hold = meetme_core::booking::Hold {
        id: super::world::hold_id("h1"),
        event: event_id("chat"),
        host: user_id("ann"),
        guest: user_id("cyd"),
        span: hour(HALF_PAST),
        expires_at: hour(HALF_PAST).start(),
    };

    let result = w.force(Subject::Event(event_id("chat")), vec![Change::Held { hold }]).await;

    overlaps(w, "ann", &before, result).await;
}

pub(super) async fn a_lying_rule_cannot_cancel_twice(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    w.cancel("b1").await.unwrap();
    w.book(&ask("b2", "bob", "chat", hour(NINE))).await.unwrap();
    let before = w.backend.dump().await;
    let change = Change::Cancelled { booking: w.booking("b1").await, why: Cancelled::ByHost };

    let result = w.force(Subject::Booking(booking_id("b1")), vec![change]).await;

    assert!(matches!(result, Err(ChangeError::Store(StoreError::Broken(_)))), "{result:?}");
    assert_eq!(w.backend.dump().await, before);
}

pub(super) async fn two_events_never_share_a_slot(w: &World<'_>) {
    w.offer(Event { seats: 9, ..event("ann", "talk") }).await;
    w.change_event(Event { version: 2, seats: 9, ..event("ann", "chat") }).await.unwrap();
    w.book(&Ask { version: 2, ..ask("b1", "bob", "chat", hour(NINE)) }).await.unwrap();
    let before = w.backend.dump().await;

    let result = w.book_blindly(&ask("b2", "cyd", "talk", hour(NINE)), "ann").await;

    overlaps(w, "ann", &before, result).await;
}

pub(super) async fn spans_that_touch_do_not_overlap(w: &World<'_>) {
    for (id, slot) in [("b1", NINE), ("b2", "2026-03-02T11:00:00Z"), ("b3", "2026-03-02T10:00:00Z")] {
        w.book_blindly(&ask(id, "bob", "chat", hour(slot)), "ann").await.unwrap();
    }

    assert_eq!(w.in_use("ann").await.len(), 3);
}

pub(super) async fn a_rule_that_panics_spoils_nothing(w: &World<'_>) {
    let before = w.backend.dump().await;
    let rule: Decide = Box::new(|_| panic!("a rule that is broken"));

    let result = w.store.change(scope(Subject::Event(event_id("chat"))), rule).await;

    assert!(matches!(result, Err(ChangeError::Store(StoreError::Broken(_)))), "{result:?}");
    assert_eq!(w.backend.dump().await, before);
    w.book(&ask("b1", "bob", "chat", hour(NINE)).at("2026-03-01T00:00:00Z")).await.unwrap();
    assert_eq!(w.booking("b1").await.created_at, now());
}

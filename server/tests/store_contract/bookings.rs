use std::sync::Arc;

use meetme_core::availability::{AsGuest, Holder, SlotInUse};
use meetme_core::booking::{self, Status};
use meetme_core::change::Change;
use meetme_core::event::Event;
use meetme_core::refusal::Refusal;
use meetme_core::time::{Minutes, Span};
use meetme_server::store::{ChangeError, Subject, UserRecord};

use super::world::{Ask, World, ask, at, booking_id, event, event_id, hour, now, session, user, user_id};

const NINE: &str = "2026-03-02T09:00:00Z";
const TEN: &str = "2026-03-02T10:00:00Z";

fn in_use(event: &str, span: Span, booked: u32, held: u32) -> SlotInUse {
    SlotInUse { event: event_id(event), span, buffer_before: Minutes(0), buffer_after: Minutes(0), booked, held }
}

pub(super) async fn a_booking_takes_the_time_of_both(w: &World<'_>) {
    let ask = ask("b1", "bob", "chat", hour(NINE));

    let outcome = w.book(&ask).await.unwrap();

    assert_eq!((outcome.answer.as_slice(), outcome.repeated), (ask.id.as_bytes().as_slice(), false));
    assert_eq!(w.in_use("ann").await, [in_use("chat", hour(NINE), 1, 0)]);
    let seat = AsGuest { event: event_id("chat"), span: hour(NINE), holder: Holder::Booking(booking_id("b1")) };
    assert_eq!(w.as_guest("bob").await, std::slice::from_ref(&seat));
    assert_eq!(w.desk(&super::world::ask("b2", "bob", "tea", hour(NINE))).await.guest, [seat]);
    let booking = booking::Booking { note: "see you".to_owned(), ..ask.booking("ann") };
    assert_eq!(w.booking("b1").await, booking);
}

pub(super) async fn an_unknown_event_or_guest_is_not_found(w: &World<'_>) {
    for ask in [ask("b1", "bob", "none", hour(NINE)), ask("b1", "nobody", "chat", hour(NINE))] {
        let refused = w.book(&ask).await;
        assert!(matches!(refused, Err(ChangeError::NotFound)), "{refused:?}");
    }
    let refused = w.cancel("none").await;
    assert!(matches!(refused, Err(ChangeError::NotFound)), "{refused:?}");
    assert_eq!(w.store.booking(booking_id("none")).await.unwrap(), None);
}

pub(super) async fn a_slot_cut_from_another_version_is_sent_back(w: &World<'_>) {
    w.change_event(Event { version: 2, ..event("ann", "chat") }).await.unwrap();

    let refused = w.book(&ask("b1", "bob", "chat", hour(NINE))).await;

    assert!(matches!(refused, Err(ChangeError::EventMoved)), "{refused:?}");
    w.book(&Ask { version: 2, ..ask("b1", "bob", "chat", hour(NINE)) }).await.unwrap();
    let refused = w.reschedule("b1", hour(TEN)).await;
    assert!(matches!(refused, Err(ChangeError::EventMoved)), "{refused:?}");
}

pub(super) async fn a_refused_change_writes_nothing(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let before = w.backend.dump().await;

    let refused = w.book(&ask("b2", "cyd", "chat", hour(NINE)).key("again")).await;

    assert!(matches!(refused, Err(ChangeError::Refused(Refusal::SlotTaken { .. }))), "{refused:?}");
    assert_eq!(w.backend.dump().await, before);
}

pub(super) async fn a_full_slot_has_no_further_seat(w: &World<'_>) {
    w.change_event(Event { version: 2, seats: 2, ..event("ann", "chat") }).await.unwrap();
    let ask = |id, guest| Ask { version: 2, ..ask(id, guest, "chat", hour(NINE)) };
    w.book(&ask("b1", "bob")).await.unwrap();
    w.book(&ask("b2", "cyd")).await.unwrap();

    let refused = w.book(&ask("b3", "ada")).await;

    assert!(matches!(refused, Err(ChangeError::Refused(Refusal::SlotTaken { .. }))), "{refused:?}");
}

pub(super) async fn seats_of_one_slot_are_shared(w: &World<'_>) {
    w.change_event(Event { version: 2, seats: 3, buffer_after: Minutes(15), ..event("ann", "chat") }).await.unwrap();
    let ask = |id, guest| Ask { version: 2, ..ask(id, guest, "chat", hour(NINE)) };
    w.book(&ask("b1", "bob")).await.unwrap();
    w.book(&ask("b2", "cyd")).await.unwrap();

    let refused = w.book(&ask("b3", "bob")).await;

    assert!(matches!(refused, Err(ChangeError::Refused(Refusal::AlreadyBooked { .. }))), "{refused:?}");
    let slot = SlotInUse { buffer_after: Minutes(15), ..in_use("chat", hour(NINE), 2, 0) };
    assert_eq!(w.in_use("ann").await, [slot]);
    w.cancel("b1").await.unwrap();
    assert_eq!(w.in_use("ann").await[0].booked, 1);
}

async fn pend(w: &World<'_>) {
    w.change_event(Event { version: 2, needs_confirmation: true, ..event("ann", "chat") }).await.unwrap();
    w.book(&Ask { version: 2, ..ask("b1", "bob", "chat", hour(NINE)) }).await.unwrap();
}

pub(super) async fn a_pending_booking_takes_its_slot(w: &World<'_>) {
    pend(w).await;

    let booking = w.booking("b1").await;

    assert_eq!((booking.status, booking.lapses_at), (Status::Pending, Some(at(NINE))));
    assert_eq!(w.in_use("ann").await.len(), 1);
    w.decide_on("b1", |booking| booking::confirm(booking, now())).await.unwrap();
    let booking = w.booking("b1").await;
    assert_eq!((booking.status, booking.lapses_at), (Status::Confirmed, None));
    assert_eq!(w.in_use("ann").await.len(), 1);
}

pub(super) async fn a_declined_booking_frees_its_slot(w: &World<'_>) {
    pend(w).await;

    w.decide_on("b1", |booking| booking::decline(booking, now())).await.unwrap();

    assert_eq!(w.booking("b1").await.status, Status::Cancelled);
    assert!(w.in_use("ann").await.is_empty());
    assert!(w.as_guest("bob").await.is_empty());
}

pub(super) async fn a_cancelled_booking_frees_its_slot(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();

    w.cancel("b1").await.unwrap();

    let booking = w.booking("b1").await;
    assert_eq!((booking.status, booking.sequence), (Status::Cancelled, 1));
    assert!(w.in_use("ann").await.is_empty());
    assert!(w.as_guest("bob").await.is_empty());
    w.book(&ask("b2", "cyd", "chat", hour(NINE))).await.unwrap();
    let again = w.cancel("b1").await;
    assert!(matches!(again, Err(ChangeError::Refused(Refusal::AlreadyCancelled))), "{again:?}");
}

pub(super) async fn a_freed_seat_can_be_taken_again(w: &World<'_>) {
    w.change_event(Event { version: 2, seats: 2, ..event("ann", "chat") }).await.unwrap();
    let ask = |id, guest| Ask { version: 2, ..ask(id, guest, "chat", hour(NINE)) };
    w.book(&ask("b1", "bob")).await.unwrap();
    w.book(&ask("b2", "cyd")).await.unwrap();
    w.cancel("b1").await.unwrap();

    w.book(&ask("b3", "ada")).await.unwrap();

    assert_eq!(w.in_use("ann").await, [in_use("chat", hour(NINE), 2, 0)]);
}

pub(super) async fn a_rescheduled_booking_frees_the_old_slot_and_takes_the_new(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();

    w.reschedule("b1", hour("2026-03-03T09:00:00Z")).await.unwrap();

    assert_eq!(w.in_use("ann").await, [in_use("chat", hour("2026-03-03T09:00:00Z"), 1, 0)]);
    assert_eq!(w.as_guest("bob").await[0].span, hour("2026-03-03T09:00:00Z"));
    let booking = w.booking("b1").await;
    assert_eq!((booking.span, booking.sequence), (hour("2026-03-03T09:00:00Z"), 1));
    w.book(&ask("b2", "cyd", "chat", hour(NINE))).await.unwrap();
}

pub(super) async fn a_booking_may_move_into_its_own_time(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();

    w.reschedule("b1", hour("2026-03-02T09:30:00Z")).await.unwrap();
    w.reschedule("b1", hour(NINE)).await.unwrap();

    assert_eq!(w.in_use("ann").await, [in_use("chat", hour(NINE), 1, 0)]);
    assert_eq!(w.as_guest("bob").await.len(), 1);
}

pub(super) async fn anyway_takes_no_time_of_the_guest(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let busy = w.book(&ask("b2", "bob", "tea", hour(NINE))).await;
    assert!(matches!(busy, Err(ChangeError::Refused(Refusal::GuestBusy { .. }))), "{busy:?}");

    w.book(&ask("b2", "bob", "tea", hour(NINE)).anyway()).await.unwrap();

    assert_eq!(w.in_use("ada").await, [in_use("tea", hour(NINE), 1, 0)]);
    let meets = w.as_guest("bob").await;
    assert_eq!(meets.iter().map(|seat| seat.event).collect::<Vec<_>>(), [event_id("chat"), event_id("tea")]);
    let desk = w.desk(&ask("b3", "bob", "tea", hour(NINE))).await;
    let met: Vec<_> = desk.guest.iter().map(|seat| seat.event).collect();
    assert_eq!(met, [event_id("chat"), event_id("tea")], "it is their time all the same");
    w.reschedule("b2", hour(TEN)).await.unwrap();
    w.cancel("b2").await.unwrap();
    assert_eq!(w.as_guest("bob").await.len(), 1);
}

pub(super) async fn nobody_sits_twice_in_a_slot_by_saying_anyway(w: &World<'_>) {
    w.change_event(Event { version: 2, seats: 2, ..event("ann", "chat") }).await.unwrap();
    let ask = |id| Ask { version: 2, ..ask(id, "bob", "chat", hour(NINE)) }.anyway();
    w.book(&ask("b1")).await.unwrap();

    let twice = w.book(&ask("b2")).await;

    assert!(matches!(twice, Err(ChangeError::Refused(Refusal::AlreadyBooked { .. }))), "{twice:?}");
}

pub(super) async fn pending_bookings_lapse_when_their_time_has_come(w: &World<'_>) {
    pend(w).await;
    let before = at("2026-03-02T08:59:59Z");

    assert!(w.store.lapsing(before, 9).await.unwrap().is_empty());

    assert_eq!(w.store.lapsing(at(NINE), 9).await.unwrap(), [booking_id("b1")]);
    w.decide_on("b1", |booking| Ok(booking::lapse(booking, at(NINE)))).await.unwrap();
    assert!(w.store.lapsing(at(NINE), 9).await.unwrap().is_empty());
    assert!(w.in_use("ann").await.is_empty());
}

pub(super) async fn a_desk_reaches_as_far_as_the_limits(w: &World<'_>) {
    w.change_event(Event { version: 2, max_per_week: Some(1), ..event("ann", "chat") }).await.unwrap();
    w.book(&Ask { version: 2, ..ask("b1", "bob", "chat", hour("2026-03-02T09:00:00Z")) }).await.unwrap();

    let refused = w.book(&Ask { version: 2, ..ask("b2", "cyd", "chat", hour("2026-03-08T18:00:00Z")) }).await;

    assert!(matches!(refused, Err(ChangeError::Refused(Refusal::SlotTaken { .. }))), "{refused:?}");
    w.book(&Ask { version: 2, ..ask("b3", "cyd", "chat", hour("2026-03-09T09:00:00Z")) }).await.unwrap();
    let limited = UserRecord { max_per_day: Some(1), ..user("ada") };
    w.say(limited, now()).await.unwrap();
    w.book(&ask("b4", "bob", "tea", hour("2026-03-02T18:00:00Z"))).await.unwrap();
    let refused = w.book(&ask("b5", "cyd", "tea", hour("2026-03-02T12:00:00Z"))).await;
    assert!(matches!(refused, Err(ChangeError::Refused(Refusal::SlotTaken { .. }))), "{refused:?}");
}

/// As many guests, each with a booking of their own in mind.
async fn rivals(w: &World<'_>, slot_of: impl Fn(u32) -> (&'static str, Span)) -> Vec<Result<(), ChangeError>> {
    let mut asks = Vec::new();
    for n in 0..64 {
        let name = format!("g{n}");
        w.store.create_user(user(&name), session(&name, &name)).await.unwrap();
        let (event, slot) = slot_of(n);
        asks.push(ask(&format!("b{n}"), &name, event, slot));
    }
    let tasks = asks.into_iter().map(|ask| {
        let store = Arc::clone(&w.store);
        let subject =
            Subject::Slot { event: ask.event, version: ask.version, slot: ask.slot, guest: ask.guest, uid: None };
        let scope = super::world::scope(subject);
        tokio::spawn(async move { store.change(scope, ask.decide()).await.map(drop) })
    });
    let mut results = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        results.push(task.await.unwrap());
    }
    results
}

fn winners(results: &[Result<(), ChangeError>]) -> usize {
    let losers = results.iter().filter_map(|result| result.as_ref().err());
    for loser in losers {
        assert!(matches!(loser, ChangeError::Refused(Refusal::SlotTaken { .. })), "{loser:?}");
    }
    results.iter().filter(|result| result.is_ok()).count()
}

pub(super) async fn sixty_four_rivals_get_one_seat(w: &World<'_>) {
    let results = rivals(w, |_| ("chat", hour(NINE))).await;

    assert_eq!(winners(&results), 1);
    assert_eq!(w.in_use("ann").await, [in_use("chat", hour(NINE), 1, 0)]);
}

pub(super) async fn sixty_four_rivals_on_two_events_get_one_host(w: &World<'_>) {
    w.offer(event("ann", "talk")).await;

    let results =
        rivals(w, |n| if n % 2 == 0 { ("chat", hour(NINE)) } else { ("talk", hour("2026-03-02T09:30:00Z")) }).await;

    assert_eq!(winners(&results), 1);
    assert_eq!(w.in_use("ann").await.len(), 1);
    assert_eq!(w.force(Subject::Event(event_id("chat")), Vec::<Change>::new()).await.unwrap().heads, []);
    assert_eq!(w.store.head(user_id("ann")).await.unwrap().seq.0, 3);
}

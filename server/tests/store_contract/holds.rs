use meetme_core::availability::Holder;
use meetme_core::change::{Change, Kind};
use meetme_core::event::Event;
use meetme_core::refusal::Refusal;
use meetme_core::time::Span;
use meetme_server::store::{ChangeError, Found, Subject};

use super::world::{Ask, World, ask, at, event, event_id, hold_id, hour, user_id};

const NINE: &str = "2026-03-02T09:00:00Z";
/// Six minutes later, when a hold of five has expired.
const LATER: &str = "2026-03-01T00:06:00Z";

pub(super) async fn a_hold_takes_the_time_of_both(w: &World<'_>) {
    w.hold("h1", "bob", "chat", hour(NINE), 5).await.unwrap();

    let hold = w.store.hold(hold_id("h1")).await.unwrap().unwrap();

    assert_eq!((hold.span, hold.expires_at), (hour(NINE), at("2026-03-01T00:05:00Z")));
    let slots = w.in_use("ann").await;
    assert_eq!((slots[0].booked, slots[0].held), (0, 1));
    assert_eq!(w.as_guest("bob").await[0].holder, Holder::Hold(hold.id));
    let refused = w.book(&ask("b1", "cyd", "chat", hour(NINE))).await;
    assert!(matches!(refused, Err(ChangeError::Refused(Refusal::SlotTaken { .. }))), "{refused:?}");
    let refused = w.book(&ask("b1", "bob", "tea", hour(NINE))).await;
    assert!(matches!(refused, Err(ChangeError::Refused(Refusal::GuestBusy { .. }))), "{refused:?}");
    assert_eq!(w.desk(&ask("b1", "bob", "tea", hour("2026-03-09T09:00:00Z"))).await.holds, [hold]);
}

pub(super) async fn a_booking_uses_up_the_guests_hold(w: &World<'_>) {
    w.hold("h1", "bob", "chat", hour(NINE), 5).await.unwrap();

    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();

    assert_eq!(w.store.hold(hold_id("h1")).await.unwrap(), None);
    let slots = w.in_use("ann").await;
    assert_eq!((slots.len(), slots[0].booked, slots[0].held), (1, 1, 0));
    let kinds: Vec<Kind> = w.log("bob").await.into_iter().map(|entry| entry.news.kind).collect();
    assert_eq!(kinds, [Kind::Held, Kind::Released, Kind::Booked]);
}

pub(super) async fn an_expired_hold_gives_way(w: &World<'_>) {
    w.hold("h1", "bob", "chat", hour("2026-03-02T09:30:00Z"), 5).await.unwrap();
    let ask = ask("b1", "cyd", "chat", hour(NINE)).at(LATER);

    let desk = w.desk(&ask).await;
    w.book(&ask).await.unwrap();

    assert_eq!(desk.expired.iter().map(|hold| hold.id).collect::<Vec<_>>(), [hold_id("h1")]);
    assert_eq!(w.store.hold(hold_id("h1")).await.unwrap(), None);
    assert!(w.as_guest("bob").await.is_empty());
    assert_eq!(w.log("bob").await.last().unwrap().news.kind, Kind::Released);
}

pub(super) async fn an_expired_hold_of_the_guest_elsewhere_gives_way(w: &World<'_>) {
    w.hold("h1", "bob", "tea", hour("2026-03-02T09:30:00Z"), 5).await.unwrap();

    w.book(&ask("b1", "bob", "chat", hour(NINE)).at(LATER)).await.unwrap();

    assert!(w.in_use("ada").await.is_empty());
    assert_eq!(w.log("ada").await.last().unwrap().news.kind, Kind::Released);
    w.hold("h2", "ann", "tea", hour("2026-03-03T09:30:00Z"), 5).await.unwrap();
    w.book(&ask("b2", "bob", "chat", hour("2026-03-03T09:00:00Z")).at(LATER)).await.unwrap();
    assert_eq!(w.store.hold(hold_id("h2")).await.unwrap(), None);
}

pub(super) async fn an_expired_hold_is_not_on_the_calendar(w: &World<'_>) {
    w.change_event(Event { version: 2, seats: 2, ..event("ann", "chat") }).await.unwrap();
    w.offer(event("ann", "talk")).await;
    w.hold("h1", "bob", "talk", hour(NINE), 5).await.unwrap();
    let other = hour("2026-03-02T12:00:00Z");
    w.book(&Ask { version: 2, ..ask("b1", "cyd", "chat", other) }).await.unwrap();
    let hold = meetme_core::booking::Hold {
        id: hold_id("h2"),
        event: event_id("chat"),
        host: user_id("ann"),
        guest: user_id("bob"),
        span: other,
        expires_at: at("2026-03-01T00:05:00Z"),
    };
    w.force(Subject::Event(event_id("chat")), vec![Change::Held { hold }]).await.unwrap();
    let march = Span::new(at("2026-03-01T00:00:00Z"), at("2026-04-01T00:00:00Z")).unwrap();

    let ann = w.store.calendar(user_id("ann"), march, at(LATER)).await.unwrap();
    let bob = w.store.calendar(user_id("bob"), march, at(LATER)).await.unwrap();

    assert_eq!(ann.in_use.iter().map(|slot| (slot.span, slot.booked, slot.held)).collect::<Vec<_>>(), [(other, 1, 0)]);
    assert!(bob.as_guest.is_empty());
    assert_eq!(w.in_use("ann").await.len(), 2);
}

pub(super) async fn a_released_hold_frees_its_slot(w: &World<'_>) {
    w.hold("h1", "bob", "chat", hour(NINE), 5).await.unwrap();
    let Found::Hold(hold) = w.found(Subject::Hold(hold_id("h1"))).await.unwrap() else { panic!() };

    w.release(hold).await.unwrap();

    assert!(w.in_use("ann").await.is_empty());
    assert!(w.as_guest("bob").await.is_empty());
    assert!(matches!(w.found(Subject::Hold(hold_id("h1"))).await, Err(ChangeError::NotFound)));
    w.book(&ask("b1", "cyd", "chat", hour(NINE))).await.unwrap();
}

pub(super) async fn expired_holds_are_found(w: &World<'_>) {
    w.hold("h2", "bob", "chat", hour(NINE), 6).await.unwrap();
    w.hold("h1", "cyd", "tea", hour(NINE), 5).await.unwrap();

    assert!(w.store.expired_holds(at("2026-03-01T00:04:59Z"), 9).await.unwrap().is_empty());

    assert_eq!(w.store.expired_holds(at("2026-03-01T00:05:00Z"), 9).await.unwrap(), [hold_id("h1")]);
    assert_eq!(w.store.expired_holds(at(LATER), 9).await.unwrap(), [hold_id("h1"), hold_id("h2")]);
    assert_eq!(w.store.expired_holds(at(LATER), 1).await.unwrap(), [hold_id("h1")]);
}

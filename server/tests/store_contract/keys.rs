use std::sync::Arc;

use meetme_core::refusal::Refusal;
use meetme_server::store::{ChangeError, Decide, Decision, IdempotencyKey, Scope, Subject};

use super::world::{Ask, World, ask, booking_id, event_id, hash, hour, now, user_id};

const NINE: &str = "2026-03-02T09:00:00Z";

pub(super) async fn a_repetition_gets_the_first_answer(w: &World<'_>) {
    let first = ask("b1", "bob", "chat", hour(NINE)).key("k");
    w.book(&first).await.unwrap();
    let before = w.backend.dump().await;

    let again = w.book(&Ask { id: booking_id("b2"), ..first.clone() }).await.unwrap();

    assert_eq!((again.answer.as_slice(), again.repeated), (booking_id("b1").as_bytes().as_slice(), true));
    assert!(again.heads.is_empty());
    assert_eq!(w.backend.dump().await, before);
    let kept = w.store.answer(&first.key.unwrap()).await.unwrap();
    assert_eq!(kept.as_deref(), Some(booking_id("b1").as_bytes().as_slice()));
}

pub(super) async fn a_key_belongs_to_one_request(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE)).key("k")).await.unwrap();
    let key = IdempotencyKey { user: user_id("bob"), key: "k".to_owned(), request: hash("another") };

    let reused = w.book(&Ask { key: Some(key.clone()), ..ask("b2", "bob", "tea", hour(NINE)) }).await;

    assert!(matches!(reused, Err(ChangeError::KeyReused)), "{reused:?}");
    assert!(matches!(w.store.answer(&key).await, Err(ChangeError::KeyReused)));
}

pub(super) async fn a_key_belongs_to_one_user(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE)).key("k")).await.unwrap();

    let other = w.book(&ask("b2", "cyd", "tea", hour(NINE)).key("k")).await.unwrap();

    assert!(!other.repeated);
    let unknown = IdempotencyKey { user: user_id("ann"), key: "k".to_owned(), request: hash("k") };
    assert_eq!(w.store.answer(&unknown).await.unwrap(), None);
}

pub(super) async fn a_refusal_is_not_kept(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let ask = ask("b2", "cyd", "chat", hour(NINE)).key("k");
    let refused = w.book(&ask).await;
    assert!(matches!(refused, Err(ChangeError::Refused(Refusal::SlotTaken { .. }))), "{refused:?}");
    w.cancel("b1").await.unwrap();

    let booked = w.book(&ask).await.unwrap();

    assert!(!booked.repeated);
}

pub(super) async fn a_decision_without_changes_is_kept(w: &World<'_>) {
    let key = IdempotencyKey { user: user_id("bob"), key: "k".to_owned(), request: hash("k") };
    let scope = Scope { subject: Subject::Event(event_id("chat")), now: now(), key: Some(key.clone()) };
    let rule: Decide = Box::new(|_| Ok(Decision { changes: Vec::new(), answer: b"as it was".to_vec() }));

    let outcome = w.store.change(scope, rule).await.unwrap();

    assert!(outcome.heads.is_empty() && !outcome.repeated);
    assert_eq!(w.store.answer(&key).await.unwrap().as_deref(), Some(b"as it was".as_slice()));
}

pub(super) async fn sixteen_repetitions_at_once_are_one_change(w: &World<'_>) {
    let mut tasks = Vec::new();
    for n in 0..16 {
        let store = Arc::clone(&w.store);
        let ask = Ask { id: booking_id(&format!("b{n}")), ..ask("b", "bob", "chat", hour(NINE)).key("k") };
        let subject = Subject::Slot { event: ask.event, version: 1, slot: ask.slot, guest: ask.guest, uid: None };
        let scope = Scope { subject, now: now(), key: ask.key.clone() };
        tasks.push(tokio::spawn(async move { store.change(scope, ask.decide()).await.unwrap() }));
    }
    let mut outcomes = Vec::new();
    for task in tasks {
        outcomes.push(task.await.unwrap());
    }

    assert_eq!(outcomes.iter().filter(|outcome| !outcome.repeated).count(), 1);
    assert!(outcomes.iter().all(|outcome| outcome.answer == outcomes[0].answer));
    assert_eq!(w.log("bob").await.len(), 1);
}

use meetme_core::cursor::{Cursor, Epoch};
use meetme_server::store::Subject;

use super::world::{World, ask, booking_id, event_id, hour, user, user_id};

pub(super) async fn everything_is_there_after_opening_again(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour("2026-03-02T09:00:00Z")).key("k")).await.unwrap();
    w.hold("h1", "cyd", "tea", hour("2026-03-02T09:00:00Z"), 5).await.unwrap();
    let before = w.backend.dump().await;
    w.store.close().await;

    let again = w.backend.open().await;

    assert_eq!(w.backend.dump().await, before);
    assert_eq!(again.user(user_id("bob")).await.unwrap(), Some(user("bob")));
    assert!(again.booking(booking_id("b1")).await.unwrap().is_some());
}

pub(super) async fn the_epoch_stays_when_opened_again(w: &World<'_>) {
    let before = w.store.epoch();
    w.store.close().await;

    assert_eq!(w.backend.open().await.epoch(), before);
}

pub(super) async fn a_restored_store_has_another_epoch_and_all_else(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour("2026-03-02T09:00:00Z"))).await.unwrap();
    let head = w.store.head(user_id("bob")).await.unwrap();

    let restored = w.backend.restored().await;

    assert_eq!(restored.epoch(), Epoch(0xe90d));
    assert_eq!(restored.head(user_id("bob")).await.unwrap(), Cursor { epoch: Epoch(0xe90d), ..head });
    let (file, copy) = (w.store.booking(booking_id("b1")).await, restored.booking(booking_id("b1")).await);
    assert_eq!(copy.unwrap(), file.unwrap());
    let subject = Subject::Event(event_id("chat"));
    restored.change(super::world::scope(subject), super::world::always(Vec::new())).await.unwrap();
}

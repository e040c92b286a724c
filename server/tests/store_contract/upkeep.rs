use meetme_core::cursor::Seq;
use meetme_core::event::Event;
use meetme_server::store::{AccountError, ChangeError, Counts, Scope, StoreError, Subject};

use super::world::{World, always, ask, at, event, event_id, hash, hour, now, session, user, user_id};

/// Writes versions of ann's event, one a day from the 2nd of March.
async fn change_daily(w: &World<'_>, days: u32) {
    for day in 1..=days {
        let event = Event { version: u64::from(day) + 1, ..event("ann", "chat") };
        let now = at(&format!("2026-03-{:02}T00:00:00Z", day + 1));
        let scope = Scope { subject: Subject::Event(event.id), now, key: None };
        let change = meetme_core::change::Change::EventChanged { event };
        w.store.change(scope, always(vec![change])).await.unwrap();
    }
}

/// Prunes until nothing is left to prune.
async fn prune(w: &World<'_>, now: &str, log_before: &str, keys_before: &str) {
    for _ in 0..100 {
        if !w.store.prune(at(now), at(log_before), at(keys_before)).await.unwrap() {
            return;
        }
    }
    panic!("pruning does not end");
}

pub(super) async fn a_pruned_log_refuses_places_before_its_beginning(w: &World<'_>) {
    change_daily(w, 5).await;
    let ann = user_id("ann");

    prune(w, "2026-03-07T00:00:00Z", "2026-03-04T00:00:00Z", "2026-03-04T00:00:00Z").await;

    assert_eq!(w.store.log_after(ann, Seq(0), 9).await.unwrap(), None);
    assert_eq!(w.store.log_after(ann, Seq(2), 9).await.unwrap(), None);
    let page = w.store.log_after(ann, Seq(3), 9).await.unwrap().unwrap();
    assert_eq!(page.entries.iter().map(|entry| entry.seq.0).collect::<Vec<_>>(), [4, 5, 6]);
    assert_eq!(w.store.head(ann).await.unwrap().seq, Seq(6));
}

pub(super) async fn pruning_keeps_what_is_young(w: &World<'_>) {
    change_daily(w, 2).await;
    w.book(&ask("b1", "bob", "tea", hour("2026-03-02T09:00:00Z")).key("k")).await.unwrap();
    let before = w.backend.dump().await;

    prune(w, "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z", "2026-03-01T00:00:00Z").await;

    assert_eq!(w.backend.dump().await, before);
}

pub(super) async fn old_answers_and_credentials_are_pruned(w: &World<'_>) {
    let ask = ask("b1", "bob", "tea", hour("2026-03-02T09:00:00Z")).key("k");
    w.book(&ask).await.unwrap();
    let mut lasting = session("lasting", "bob");
    lasting.expires_at = None;
    w.store.add_credential(lasting).await.unwrap();

    prune(w, "2026-04-01T00:00:01Z", "2026-03-01T00:00:00Z", "2026-03-01T00:00:01Z").await;

    assert_eq!(w.store.answer(&ask.key.unwrap()).await.unwrap(), None);
    assert_eq!(w.store.credential(hash("bob")).await.unwrap(), None);
    assert!(w.store.credential(hash("lasting")).await.unwrap().is_some());
    assert_eq!(w.log("bob").await.len(), 1);
}

pub(super) async fn a_probe_succeeds(w: &World<'_>) {
    w.store.probe().await.unwrap();
    w.store.probe().await.unwrap();
}

pub(super) async fn rows_are_counted(w: &World<'_>) {
    w.book(&ask("b1", "bob", "tea", hour("2026-03-02T09:00:00Z"))).await.unwrap();

    assert_eq!(w.store.counts().await.unwrap(), Counts { users: 4, events: 2, bookings: 1 });
}

pub(super) async fn the_writer_counts_what_it_does(w: &World<'_>) {
    let before = w.store.writer_stats();

    w.book(&ask("b1", "bob", "tea", hour("2026-03-02T09:00:00Z"))).await.unwrap();
    w.book(&ask("b2", "cyd", "tea", hour("2026-03-02T09:00:00Z"))).await.unwrap_err();

    let after = w.store.writer_stats();
    assert_eq!((after.changes - before.changes, after.queue), (1, 0));
    assert!(after.commits > before.commits);
}

pub(super) async fn a_closed_store_is_unavailable(w: &World<'_>) {
    w.store.close().await;

    let change = w.book(&ask("b1", "bob", "chat", hour("2026-03-02T09:00:00Z"))).await;
    assert!(matches!(change, Err(ChangeError::Store(StoreError::Unavailable))), "{change:?}");
    assert!(matches!(w.store.user(user_id("bob")).await, Err(StoreError::Unavailable)));
    let account = w.store.create_user(user("eve"), session("eve", "eve")).await;
    assert!(matches!(account, Err(AccountError::Store(StoreError::Unavailable))), "{account:?}");
    assert!(matches!(w.store.event_by_id(event_id("chat")).await, Err(StoreError::Unavailable)));
    assert!(matches!(w.store.extend_session(hash("bob"), now()).await, Err(StoreError::Unavailable)));
}

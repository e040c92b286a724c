use std::sync::Arc;

use meetme_core::change::{Kind, News};
use meetme_core::cursor::{Cursor, Seq};
use meetme_core::event::Event;
use meetme_core::time::Minutes;
use meetme_server::store::{LogEntry, Outcome};

use super::world::{World, ask, booking_id, event, event_id, hour, now, user_id};

const NINE: &str = "2026-03-02T09:00:00Z";
const TEN: &str = "2026-03-02T10:00:00Z";

fn numbers(log: &[LogEntry]) -> Vec<u64> {
    log.iter().map(|entry| entry.seq.0).collect()
}

pub(super) async fn each_persons_log_is_numbered_without_gaps(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    w.book(&ask("b2", "cyd", "chat", hour(NINE))).await.unwrap_err();
    w.book(&ask("b3", "cyd", "tea", hour(NINE))).await.unwrap();
    w.cancel("b1").await.unwrap();

    let numbered = [w.log("ann").await, w.log("ada").await, w.log("bob").await, w.log("cyd").await];

    assert_eq!(numbered.map(|log| numbers(&log)), [vec![1, 2, 3], vec![1, 2], vec![1, 2], vec![1]]);
}

pub(super) async fn one_change_reaches_both_persons(w: &World<'_>) {
    let Outcome { mut heads, .. } = w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();

    heads.sort_unstable();

    assert_eq!(heads, [(user_id("ann"), Seq(2)), (user_id("bob"), Seq(1))]);
    for (person, seq) in heads {
        assert_eq!(w.store.head(person).await.unwrap(), Cursor { epoch: w.store.epoch(), seq });
    }
    assert_eq!(w.store.head(user_id("nobody")).await.unwrap().seq, Seq(0));
}

pub(super) async fn the_ends_of_many_logs_are_told_at_once(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let persons = ["bob", "nobody", "ann", "cyd"].map(user_id);

    let mut heads = w.store.heads(&persons).await.unwrap();

    heads.sort_unstable();
    assert_eq!(heads, [(user_id("ann"), Seq(2)), (user_id("bob"), Seq(1)), (user_id("cyd"), Seq(0))]);
    assert_eq!(w.store.heads(&[]).await.unwrap(), []);
}

pub(super) async fn an_entry_says_what_happened_to_what(w: &World<'_>) {
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    w.reschedule("b1", hour(TEN)).await.unwrap();
    let entry = |seq, kind, spans: &[_]| LogEntry {
        seq: Seq(seq),
        at: now(),
        news: News { kind, event: Some(event_id("chat")), booking: Some(booking_id("b1")), spans: spans.to_vec() },
    };

    let log = w.log("bob").await;

    assert_eq!(log, [entry(1, Kind::Booked, &[hour(NINE)]), entry(2, Kind::Rescheduled, &[hour(NINE), hour(TEN)])]);
    let created = News { kind: Kind::EventCreated, event: Some(event_id("chat")), booking: None, spans: Vec::new() };
    assert_eq!(w.log("ann").await[0].news, created);
}

pub(super) async fn a_log_is_read_in_pages(w: &World<'_>) {
    for version in 2..=5 {
        w.change_event(Event { version, ..event("ann", "chat") }).await.unwrap();
    }
    let ann = user_id("ann");

    let page = w.store.log_after(ann, Seq(2), 2).await.unwrap().unwrap();

    assert_eq!((numbers(&page.entries), page.head), (vec![3, 4], Seq(5)));
    let last = w.store.log_after(ann, Seq(5), 2).await.unwrap().unwrap();
    assert_eq!((last.entries.len(), last.head), (0, Seq(5)));
}

pub(super) async fn a_place_beyond_the_end_is_refused(w: &World<'_>) {
    assert_eq!(w.store.log_after(user_id("ann"), Seq(2), 9).await.unwrap(), None);
    assert_eq!(w.store.log_after(user_id("ann"), Seq(u64::MAX), 9).await.unwrap(), None);
    assert_eq!(w.store.log_after(user_id("nobody"), Seq(0), 9).await.unwrap(), None);
}

pub(super) async fn concurrent_changes_leave_no_gap(w: &World<'_>) {
    let mut tasks = Vec::new();
    for n in 0..40u32 {
        let (store, guest) = (Arc::clone(&w.store), if n % 2 == 0 { "bob" } else { "cyd" });
        // Every slot twice, so that half of them are refused.
        let start = hour("2026-03-02T00:00:00Z").start() + Minutes(60 * (n / 2)).delta();
        let ask = ask(&format!("b{n}"), guest, "chat", meetme_core::time::Span::lasting(start, Minutes(60)));
        let subject = meetme_server::store::Subject::Slot {
            event: ask.event,
            version: 1,
            slot: ask.slot,
            guest: ask.guest,
            uid: None,
        };
        tasks.push(tokio::spawn(async move { store.change(super::world::scope(subject), ask.decide()).await.is_ok() }));
    }
    let mut booked = 0;
    for task in tasks {
        booked += usize::from(task.await.unwrap());
    }

    assert_eq!(booked, 20);
    assert_eq!(numbers(&w.log("ann").await), (1..=21).collect::<Vec<_>>());
    let guests = w.log("bob").await.len() + w.log("cyd").await.len();
    assert_eq!(guests, 20);
}

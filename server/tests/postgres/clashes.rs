//! Transactions that run into others: repeated a few times, and never for ever.

use std::sync::Arc;

use meetme_server::store::{ChangeError, Outcome, StoreError};
use tokio::task::JoinHandle;

use crate::services::postgres::{connect, execute};
use crate::store_contract::postgres::Postgres;
use crate::store_contract::world::{Ask, World, ask, hour};

const NINE: &str = "2026-03-02T09:00:00Z";
const TEN: &str = "2026-03-02T10:00:00Z";
const ELEVEN: &str = "2026-03-02T11:00:00Z";

/// Makes the first `times` bookings of `guest` fail as if they could not be put in order with others. Each try
/// counts, also those that are undone: sequences are not.
async fn clashes(backend: &Postgres, guest: &str, times: u32) {
    let sql = format!(
        "CREATE SEQUENCE tries; CREATE FUNCTION clash() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF NEW.guest = (SELECT id FROM users WHERE username = '{guest}') AND nextval('tries') <= {times} \
         THEN RAISE EXCEPTION 'clash' USING ERRCODE = 'serialization_failure'; END IF; RETURN NEW; END $$; \
         CREATE TRIGGER clash BEFORE INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION clash()"
    );
    execute(&backend.url, &sql).await;
}

async fn tries(backend: &Postgres) -> i64 {
    connect(&backend.url).await.query_one("SELECT last_value FROM tries", &[]).await.unwrap().get(0)
}

fn send(w: &World<'_>, ask: Ask) -> JoinHandle<Result<Outcome, ChangeError>> {
    let store = Arc::clone(&w.store);
    tokio::spawn(async move { store.change(ask.scope(), ask.decide()).await })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_clashes_is_repeated_and_nobody_hears_of_it() {
    let Some(backend) = Postgres::new().await else { return };
    let w = World::new(&backend).await;
    clashes(&backend, "bob", 2).await;

    let outcome = w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();

    assert!(!outcome.repeated);
    assert_eq!((w.log("bob").await.len(), tries(&backend).await), (1, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_clashes_again_and_again_is_told_to_be_tried_later() {
    let Some(backend) = Postgres::new().await else { return };
    let w = World::new(&backend).await;
    clashes(&backend, "bob", 3).await;

    let refused = w.book(&ask("b1", "bob", "chat", hour(NINE))).await;

    assert!(matches!(refused, Err(ChangeError::Store(StoreError::Busy))), "{refused:?}");
    assert_eq!((w.log("bob").await.len(), tries(&backend).await), (0, 3));
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_clashes_takes_nobody_along_who_waits_with_it() {
    let Some(backend) = Postgres::new().await else { return };
    let w = World::new(&backend).await;
    clashes(&backend, "bob", 1000).await;
    // Whoever holds ann's row lets the first booking wait, and the other two behind it meet in one batch.
    let holder = connect(&backend.url).await;
    holder.batch_execute("BEGIN; SELECT 1 FROM users WHERE username = 'ann' FOR UPDATE").await.unwrap();
    let first = send(&w, ask("b1", "cyd", "chat", hour(NINE)));
    let watcher = connect(&backend.url).await;
    let waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while watcher.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }
    let unlucky = send(&w, ask("b2", "bob", "chat", hour(TEN)));
    let neighbour = send(&w, ask("b3", "cyd", "chat", hour(ELEVEN)));
    while w.store.writer_stats().queue < 2 {
        tokio::task::yield_now().await;
    }

    holder.batch_execute("COMMIT").await.unwrap();

    first.await.unwrap().unwrap();
    let refused = unlucky.await.unwrap();
    assert!(matches!(refused, Err(ChangeError::Store(StoreError::Busy))), "{refused:?}");
    neighbour.await.unwrap().unwrap();
    assert_eq!(w.in_use("ann").await.len(), 2);
    // Three times together, three times alone.
    assert_eq!(tries(&backend).await, 6);
}

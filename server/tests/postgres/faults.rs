//! Connections and servers that break in the middle of writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use meetme_core::time::{Minutes, Span};
use meetme_server::store::postgres::PostgresStore;
use meetme_server::store::{ChangeError, Store, StoreError};
use reqwest::StatusCode;
use serde_json::json;
use tokio::sync::Notify;

use super::proxy::{Break, Proxy};
use crate::http;
use crate::services::postgres::Cluster;
use crate::store_contract::postgres::{Postgres, options};
use crate::store_contract::world::{Ask, World, ask, booking_id, event, hour, now, session, user, user_id};

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(60);
const NINE: &str = "2026-03-02T09:00:00Z";

/// The hour of this number, counted from nine.
fn hour_number(n: i64) -> Span {
    let start = hour(NINE).start();
    Span::lasting(start + chrono::TimeDelta::hours(n), Minutes(60))
}

/// Breaks the connection at a moment of a booking's commit; the booking is made once all the same.
async fn survives(moment: Break) {
    let Some(backend) = Postgres::new().await else { return };
    let w = World::new(&backend).await;
    let proxy = Proxy::to(backend.cluster.port()).await;
    let url = proxy.url(&backend.url, backend.cluster.port());
    let store = PostgresStore::open(&url, options(1)).await.unwrap();
    proxy.break_next(moment);
    let ask = ask("b1", "bob", "chat", hour(NINE));

    let outcome = store.change(ask.scope(), ask.decide()).await.unwrap();

    assert!(proxy.has_broken());
    assert!(!outcome.repeated);
    assert_eq!(outcome.heads.len(), 2);
    assert_eq!(w.in_use("ann").await.len(), 1);
    assert_eq!(store.head(user_id("bob")).await.unwrap().seq.0, 1);
    assert_eq!(w.log("bob").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_that_never_arrived_is_repeated() {
    survives(Break::Before).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_was_lost_is_found_out_and_not_repeated() {
    survives(Break::After).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_database_that_crashes_keeps_what_was_acknowledged_and_is_found_again() {
    let Some(cluster) = Cluster::start() else { return };
    let url = cluster.database().await;
    let store = Arc::new(PostgresStore::open(&url, options(1)).await.unwrap());
    for name in ["ann", "bob"] {
        store.create_user(user(name), session(name, name)).await.unwrap();
    }
    let subject = meetme_server::store::Subject::Shelf { host: user_id("ann"), slug: "chat".parse().unwrap() };
    let scope = meetme_server::store::Scope { subject, now: now(), key: None };
    let created = vec![meetme_core::change::Change::EventCreated { event: event("ann", "chat") }];
    store.change(scope, crate::store_contract::world::always(created)).await.unwrap();
    let (next, acknowledged, enough) =
        (Arc::new(AtomicU64::new(0)), Arc::new(AtomicU64::new(0)), Arc::new(Notify::new()));
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let (store, next) = (Arc::clone(&store), Arc::clone(&next));
        let (acknowledged, enough) = (Arc::clone(&acknowledged), Arc::clone(&enough));
        tasks.push(tokio::spawn(async move {
            let mut kept = Vec::new();
            loop {
                let n = next.fetch_add(1, Ordering::SeqCst);
                if n >= 400 {
                    return kept;
                }
                let ask = ask(&format!("b{n}"), "bob", "chat", hour_number(i64::try_from(n).unwrap()));
                match store.change(ask.scope(), ask.decide()).await {
                    Ok(_) => kept.push(ask),
                    Err(ChangeError::OutcomeUnknown | ChangeError::Store(StoreError::Unavailable)) => {}
                    Err(other) => panic!("{other:?}"),
                }
                if acknowledged.fetch_add(1, Ordering::SeqCst) == 100 {
                    enough.notify_one();
                }
            }
        }));
    }
    enough.notified().await;

    let cluster = tokio::task::spawn_blocking(move || {
        cluster.crash();
        cluster
    });

    let cluster = cluster.await.unwrap();
    let mut kept: Vec<Ask> = Vec::new();
    for task in tasks {
        kept.extend(task.await.unwrap());
    }
    assert!(kept.len() > 100, "{}", kept.len());
    for ask in &kept {
        assert!(store.booking(ask.id).await.unwrap().is_some(), "{:?} was acknowledged", ask.id);
    }
    let last = ask("again", "bob", "chat", hour_number(1000));
    store.change(last.scope(), last.decide()).await.unwrap();
    assert!(store.booking(booking_id("again")).await.unwrap().is_some());
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    store.close().await;
    drop(cluster);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_whose_database_is_gone_says_so_and_goes_on_when_it_is_back() {
    let Some(cluster) = Cluster::start() else { return };
    let database = cluster.database().await;
    let world = http::world::World::with(|config| config.database = Some(database)).await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();

    tokio::task::block_in_place(|| cluster.stop());

    for answer in [world.get(None, "/readyz").await, world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await] {
        assert_eq!((answer.status, answer.code()), (StatusCode::SERVICE_UNAVAILABLE, "unavailable"));
        assert!(answer.retry_after.is_some());
    }
    assert_eq!(world.get(None, "/healthz").await.status, StatusCode::OK, "it lives");
    tokio::task::block_in_place(|| cluster.crash());
    let ready = async { while world.get(None, "/readyz").await.status != StatusCode::OK {} };
    tokio::time::timeout(PATIENCE, ready).await.expect("it finds the database again");
    world.book(&bob, "ada/chat", "2026-12-01T09:00:00Z").await.ok();
    let bookings = world.get(Some(&ada), "/bookings").await.ok();
    assert_eq!(bookings["items"].as_array().map(Vec::len), Some(2));
}

//! Several stores on one database, and databases that cannot be used.

use std::sync::Arc;

use meetme_server::store::postgres::PostgresStore;
use meetme_server::store::{ChangeError, OpenError, Store};

use crate::services::postgres::{connect, execute, shared};
use crate::store_contract::Backend as _;
use crate::store_contract::postgres::{Postgres, options};
use crate::store_contract::world::{World, ask, hour, session, user, user_id};

const NINE: &str = "2026-03-02T09:00:00Z";

/// Why a store cannot be opened.
async fn refusal(url: &str) -> OpenError {
    match PostgresStore::open(url, options(1)).await {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sixty_four_rivals_on_two_nodes_get_one_seat() {
    let Some(backend) = Postgres::new().await else { return };
    let w = World::new(&backend).await;
    let other = Arc::new(PostgresStore::open(&backend.url, options(1)).await.unwrap());
    let nodes: [Arc<dyn Store>; 2] = [Arc::clone(&w.store), other];
    for n in 0..64 {
        let name = format!("g{n}");
        w.store.create_user(user(&name), session(&name, &name)).await.unwrap();
    }
    let mut tasks = Vec::new();
    for n in 0..64 {
        let ask = ask(&format!("b{n}"), &format!("g{n}"), "chat", hour(NINE));
        let store = Arc::clone(&nodes[n % 2]);
        tasks.push(tokio::spawn(async move { store.change(ask.scope(), ask.decide()).await }));
    }
    let mut won = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => won += 1,
            Err(ChangeError::Refused(_)) => {}
            Err(other) => panic!("{other:?}"),
        }
    }

    assert_eq!(won, 1);
    assert_eq!(w.in_use("ann").await.len(), 1);
    assert_eq!(nodes[1].head(user_id("ann")).await.unwrap(), nodes[0].head(user_id("ann")).await.unwrap());
    assert_eq!(backend.faults().await, Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_used_on_two_nodes_is_one_change() {
    let Some(backend) = Postgres::new().await else { return };
    let w = World::new(&backend).await;
    let other = PostgresStore::open(&backend.url, options(1)).await.unwrap();
    let ask = ask("b1", "bob", "chat", hour(NINE)).key("k");

    let (here, there) = tokio::join!(w.book(&ask), other.change(ask.scope(), ask.decide()));

    let (here, there) = (here.unwrap(), there.unwrap());
    assert_eq!((here.repeated, here.answer), (!there.repeated, there.answer));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_start_together_make_the_tables_once() {
    let Some(cluster) = shared() else { return };
    let url = cluster.database().await;
    let starting: Vec<_> = (1..=8)
        .map(|n| {
            let url = url.clone();
            tokio::spawn(async move { PostgresStore::open(&url, options(n)).await.unwrap() })
        })
        .collect();
    let mut stores = Vec::new();
    for store in starting {
        stores.push(store.await.unwrap());
    }

    assert!(stores.iter().all(|store| store.epoch() == stores[0].epoch()));
    stores[0].create_user(user("ann"), session("ann", "ann")).await.unwrap();
    assert!(stores[7].user(user_id("ann")).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_goes_on_when_the_next_version_adds_to_the_tables() {
    let Some(backend) = Postgres::new().await else { return };
    let w = World::new(&backend).await;
    // Everything was asked once, so every connection has it prepared.
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    w.hold("h1", "cyd", "tea", hour(NINE), 5).await.unwrap();
    let seen = (w.log("ann").await.len(), w.calendar("bob").await, w.booking("b1").await);
    let client = connect(&backend.url).await;
    let tables = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    for table in client.query(tables, &[]).await.unwrap() {
        let table: String = table.get(0);
        execute(&backend.url, &format!("ALTER TABLE {table} ADD COLUMN later text NOT NULL DEFAULT ''")).await;
    }

    assert_eq!((w.log("ann").await.len(), w.calendar("bob").await, w.booking("b1").await), seen);
    w.book(&ask("b2", "cyd", "chat", hour("2026-03-02T10:00:00Z"))).await.unwrap();
    w.cancel("b1").await.unwrap();
    w.hold("h2", "bob", "tea", hour("2026-03-02T11:00:00Z"), 5).await.unwrap();
    assert_eq!(w.log("ann").await.len(), seen.0 + 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_schema_is_left_alone() {
    let Some(backend) = Postgres::new().await else { return };
    backend.open().await.close().await;
    execute(&backend.url, "UPDATE meta SET value = 99 WHERE name = 'schema'").await;

    let refused = refusal(&backend.url).await;

    assert!(matches!(refused, OpenError::Newer { found: 99, .. }), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_of_another_program_is_left_alone() {
    let Some(cluster) = shared() else { return };
    for other in ["CREATE TABLE diary (text text)", "CREATE TABLE meta (text text)"] {
        let url = cluster.database().await;
        execute(&url, other).await;

        assert_eq!(refusal(&url).await.to_string(), "the database is damaged: it belongs to another program");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_missing_extension_is_named() {
    let Some(cluster) = shared() else { return };
    let url = cluster.database().await;
    let weak = url.replace("meetme@", "weak:secret@");
    execute(&url, "CREATE ROLE weak LOGIN").await;

    let refused = refusal(&weak).await.to_string();

    assert!(refused.contains("btree_gist") && refused.contains("permission denied"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_is_named_without_the_password() {
    let refused = refusal("postgres://ann:secret@127.0.0.1:1/meetme").await.to_string();

    assert!(refused.starts_with("cannot use the database at 127.0.0.1:1: "), "{refused}");
    assert!(refused.contains("refused") && !refused.contains("secret"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_constraint_a_lying_rule_overlaps() {
    let Some(backend) = Postgres::new().await else { return };
    let w = World::new(&backend).await;
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let lie = ask("b2", "cyd", "chat", hour("2026-03-02T09:30:00Z"));
    let kept = w.book_blindly(&lie, "ann").await;
    assert!(matches!(kept, Err(ChangeError::Overlap { .. })), "{kept:?}");
    execute(&backend.url, "ALTER TABLE occupancy DROP CONSTRAINT occupancy_overlap").await;

    w.book_blindly(&lie, "ann").await.unwrap();

    assert_eq!(w.in_use("ann").await.len(), 2);
    assert_eq!(backend.faults().await, ["overlapping spans of one person: 1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_repeated_and_nobody_hears_of_it() {
    let Some(backend) = Postgres::new().await else { return };
    let w = World::new(&backend).await;
    // Locks bob, then ann: the wrong way round. The store, which waits for bob, is the one that is thrown out.
    let stranger = connect(&backend.url).await;
    stranger
        .batch_execute("SET deadlock_timeout = '1min'; BEGIN; SELECT 1 FROM users WHERE username = 'bob' FOR UPDATE")
        .await
        .unwrap();
    let store = Arc::clone(&w.store);
    let ask = ask("b1", "bob", "chat", hour(NINE));
    let booking = tokio::spawn(async move { store.change(ask.scope(), ask.decide()).await });
    let watcher = connect(&backend.url).await;
    let waiting = "SELECT count(*) FROM pg_locks l JOIN pg_database d ON datname = current_database() \
        JOIN pg_stat_activity a ON a.pid = l.pid AND a.datid = d.oid WHERE NOT l.granted";
    while watcher.query_one(waiting, &[]).await.unwrap().get::<_, i64>(0) == 0 {
        tokio::task::yield_now().await;
    }

    stranger.batch_execute("SELECT 1 FROM users WHERE username = 'ann' FOR UPDATE; COMMIT").await.unwrap();

    booking.await.unwrap().unwrap();
    assert_eq!(w.in_use("ann").await.len(), 1);
    let sql = "SELECT deadlocks > 0 FROM pg_stat_database WHERE datname = current_database()";
    // Statistics arrive when the session that was thrown out is idle or gone.
    w.store.close().await;
    while !watcher.query_one(sql, &[]).await.unwrap().get::<_, bool>(0) {
        tokio::task::yield_now().await;
    }
    backend.open().await;
}

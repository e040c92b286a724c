//! What only the SQLite backend promises.

use std::path::Path;
use std::sync::Arc;

use meetme_core::event::Event;
use meetme_core::refusal::Refusal;
use meetme_core::time::{Minutes, Span};
use meetme_server::store::sqlite::{SqliteOptions, SqliteStore, restore};
use meetme_server::store::{ChangeError, OpenError, Store, StoreError};
use rusqlite::Connection;

use crate::store_contract::Backend;
use crate::store_contract::sqlite::Sqlite;
use crate::store_contract::world::{Ask, World, ask, booking_id, event, hour, session, user, user_id};

const NINE: &str = "2026-03-02T09:00:00Z";
const HALF_PAST: &str = "2026-03-02T09:30:00Z";

fn open(dir: &Path) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(dir, SqliteOptions::new(1))
}

/// Why a store cannot be opened.
fn refusal(dir: &Path) -> OpenError {
    match open(dir) {
        Ok(_) => panic!("it was opened"),
        Err(error) => error,
    }
}

/// Makes a database and leaves it.
fn make(dir: &Path) -> Connection {
    drop(open(dir).unwrap());
    Connection::open(dir.join("meetme.db")).unwrap()
}

#[test]
fn a_second_server_may_not_use_the_directory() {
    let dir = tempfile::tempdir().unwrap();
    let first = open(dir.path()).unwrap();

    let refused = refusal(dir.path());

    assert!(matches!(&refused, OpenError::InUse { path } if path.ends_with("meetme.lock")), "{refused:?}");
    assert!(matches!(restore(&dir.path().join("meetme.db"), dir.path(), 1), Err(OpenError::InUse { .. })));
    drop(first);
    open(dir.path()).unwrap();
}

#[test]
fn a_newer_schema_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    make(dir.path()).pragma_update(None, "user_version", 99).unwrap();

    let refused = refusal(dir.path());

    assert!(matches!(refused, OpenError::Newer { found: 99, .. }), "{refused:?}");
}

#[test]
fn a_file_that_is_no_database_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let text = b"dear diary, ".repeat(1000);
    std::fs::write(dir.path().join("meetme.db"), &text).unwrap();

    let refused = refusal(dir.path());

    assert!(matches!(refused, OpenError::Damaged(_)), "{refused:?}");
    assert_eq!(std::fs::read(dir.path().join("meetme.db")).unwrap(), text);
}

#[test]
fn a_database_of_another_program_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let other = Connection::open(dir.path().join("meetme.db")).unwrap();
    other.execute("CREATE TABLE diary (text)", []).unwrap();
    drop(other);

    let refused = refusal(dir.path());

    assert_eq!(refused.to_string(), "the database is damaged: it belongs to another program");
}

#[test]
fn a_directory_that_cannot_be_used_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("data");
    std::fs::write(&file, "").unwrap();

    let refused = refusal(&file);

    assert!(matches!(&refused, OpenError::Path { path, .. } if *path == file.display().to_string()), "{refused:?}");
    #[cfg(target_os = "linux")]
    assert!(matches!(refusal(Path::new("/proc/meetme")), OpenError::Path { .. }));
}

#[cfg(unix)]
#[test]
fn a_read_only_directory_is_named() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o500)).unwrap();
    // The rights of a file do not bind root, so there is nothing to see then.
    if std::fs::write(dir.path().join("root"), "").is_ok() {
        return;
    }

    let refused = refusal(dir.path());

    assert!(matches!(&refused, OpenError::Path { why, .. } if why.contains("denied")), "{refused:?}");
}

#[cfg(unix)]
#[test]
fn the_database_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();

    let store = open(&dir.path().join("data")).unwrap();

    for name in ["data", "data/meetme.db", "data/meetme.db-wal", "data/meetme.lock"] {
        let mode = std::fs::metadata(dir.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name}");
    }
    drop(store);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_file_is_said_and_keeps_what_it_has() {
    let dir = tempfile::tempdir().unwrap();
    drop(open(dir.path()).unwrap());
    let store = SqliteStore::open(dir.path(), SqliteOptions { max_pages: Some(120), ..SqliteOptions::new(1) }).unwrap();
    let mut made = 0;

    let full = loop {
        let name = format!("u{made}");
        let mut user = user(&name);
        user.display_name = "x".repeat(1000);
        match store.create_user(user, session(&name, &name)).await {
            Ok(()) => made += 1,
            Err(error) => break error,
        }
        assert!(made < 1000, "120 pages hold it all");
    };

    assert!(matches!(full, meetme_server::store::AccountError::Store(StoreError::Full)), "{full:?}");
    assert!(made > 10);
    assert_eq!(store.counts().await.unwrap().users, made);
    assert!(store.user_by_name("u0").await.unwrap().is_some());
    store.close().await;
    let store = open(dir.path()).unwrap();
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    store.create_user(user("eve"), session("eve", "eve")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_refused_for_want_of_room_does_not_take_others_with_it() {
    let dir = tempfile::tempdir().unwrap();
    let options = SqliteOptions { max_pages: Some(80), ..SqliteOptions::new(1) };
    let store = Arc::new(SqliteStore::open(dir.path(), options).unwrap());
    let mut tasks = Vec::new();
    for n in 0..64 {
        let (store, name) = (Arc::clone(&store), format!("u{n}"));
        let mut user = user(&name);
        // Every eighth needs more room than there is.
        user.display_name = "x".repeat(if n % 8 == 0 { 400_000 } else { 10 });
        tasks.push(tokio::spawn(async move { (n, store.create_user(user, session(&name, &name)).await) }));
    }
    let mut made = 0;
    for task in tasks {
        let (n, result) = task.await.unwrap();
        assert!(n % 8 != 0 || result.is_err());
        made += u64::from(result.is_ok());
    }

    assert_eq!(store.counts().await.unwrap().users, made);
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_triggers_a_lying_rule_overlaps() {
    let backend = Sqlite::new();
    let w = World::new(&backend).await;
    w.book(&ask("b1", "bob", "chat", hour(NINE))).await.unwrap();
    let lie = ask("b2", "cyd", "chat", hour(HALF_PAST));
    let kept = w.book_blindly(&lie, "ann").await;
    assert!(matches!(kept, Err(ChangeError::Overlap { .. })), "{kept:?}");
    let conn = Connection::open(backend.database()).unwrap();
    conn.execute_batch("DROP TRIGGER occupancy_insert; DROP TRIGGER occupancy_update").unwrap();
    drop(conn);

    w.book_blindly(&lie, "ann").await.unwrap();

    assert_eq!(w.in_use("ann").await.len(), 2);
    assert_eq!(backend.faults().await, ["overlapping spans of one person: 1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_that_wait_together_share_a_commit() {
    let backend = Sqlite::new();
    let w = World::new(&backend).await;
    let before = w.store.writer_stats();
    let mut tasks = Vec::new();
    for n in 0..200 {
        let store = Arc::clone(&w.store);
        let start = hour(NINE).start() + Minutes(60 * n).delta();
        let ask = ask(&format!("b{n}"), "bob", "chat", Span::lasting(start, Minutes(60)));
        tasks.push(tokio::spawn(async move { store.change(ask.scope(), ask.decide()).await.unwrap() }));
    }
    for task in tasks {
        task.await.unwrap();
    }

    let after = w.store.writer_stats();

    assert_eq!(after.changes - before.changes, 200);
    assert!(after.commits - before.commits < 200, "{after:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_says_busy_and_loses_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let options = SqliteOptions { queue: 1, max_batch: 1, ..SqliteOptions::new(1) };
    let store = Arc::new(SqliteStore::open(dir.path(), options).unwrap());
    let mut tasks = Vec::new();
    for n in 0..200 {
        let (store, name) = (Arc::clone(&store), format!("u{n}"));
        tasks.push(tokio::spawn(async move { store.create_user(user(&name), session(&name, &name)).await }));
    }
    let (mut made, mut busy) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(()) => made += 1,
            Err(meetme_server::store::AccountError::Store(StoreError::Busy)) => busy += 1,
            Err(other) => panic!("{other:?}"),
        }
    }

    assert_eq!(made + busy, 200);
    assert!(busy > 0 && made > 0);
    assert_eq!(store.counts().await.unwrap().users, made);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_goes_through_though_nobody_waits_for_it() {
    let backend = Sqlite::new();
    let w = World::new(&backend).await;
    let ask = ask("b1", "bob", "chat", hour(NINE));

    // Polled once, so that it is sent, and dropped.
    let mut change = w.store.change(ask.scope(), ask.decide());
    let polled = std::future::poll_fn(|cx| std::task::Poll::Ready(change.as_mut().poll(cx).is_pending())).await;
    drop(change);
    w.store.close().await;

    let again = backend.open().await;
    assert!(again.booking(booking_id("b1")).await.unwrap().is_some(), "sent and waiting: {polled}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_never_replaces_a_file_and_a_restore_never_a_database() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(&dir.path().join("data")).unwrap();
    let copy = dir.path().join("copy.db");
    store.backup(&copy).await.unwrap();

    assert!(store.backup(&copy).await.is_err());
    drop(store);
    let there = restore(&copy, &dir.path().join("data"), 2);
    assert!(matches!(there, Err(OpenError::Path { .. })), "{there:?}");
    std::fs::write(&copy, "not a database, but long enough to be asked").unwrap();
    let broken = restore(&copy, &dir.path().join("new"), 2);
    assert!(matches!(broken, Err(OpenError::Damaged(_))), "{broken:?}");
    assert!(!dir.path().join("new/meetme.db").exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_seats_are_taken_and_none_beyond() {
    let backend = Sqlite::new();
    let w = World::new(&backend).await;
    w.change_event(Event { version: 2, seats: 100, ..event("ann", "chat") }).await.unwrap();
    let ask = |n| Ask { version: 2, ..ask(&format!("b{n}"), &format!("g{n}"), "chat", hour(NINE)) };
    for n in 0..101 {
        let name = format!("g{n}");
        w.store.create_user(user(&name), session(&name, &name)).await.unwrap();
    }
    for n in 0..100 {
        w.book(&ask(n)).await.unwrap();
    }

    let refused = w.book(&ask(100)).await;

    assert!(matches!(refused, Err(ChangeError::Refused(Refusal::SlotTaken { .. }))), "{refused:?}");
    assert_eq!(w.in_use("ann").await[0].booked, 100);
    assert_eq!(w.store.head(user_id("ann")).await.unwrap().seq.0, 102);
}

//! Carrying an installation from one backend to the other.

use meetme_server::store::postgres::PostgresStore;
use meetme_server::store::transfer::{MoveError, transfer};
use meetme_server::store::{OpenError, PrivateFeed, Store};

use crate::services::postgres::{execute, shared};
use crate::store_contract::Backend as _;
use crate::store_contract::postgres::options;
use crate::store_contract::sqlite::Sqlite;
use crate::store_contract::world::{World, ask, booking_id, hour, now, user, user_id};

/// A SQLite installation with something of everything; its directory.
async fn lived_in(backend: &Sqlite) -> String {
    let w = World::new(backend).await;
    w.book(&ask("b1", "bob", "chat", hour("2026-03-02T09:00:00Z")).key("k")).await.unwrap();
    w.hold("h1", "cyd", "tea", hour("2026-03-02T09:00:00Z"), 5).await.unwrap();
    let event = meetme_core::event::Event { version: 2, ..crate::store_contract::world::event("ada", "tea") };
    let put = vec![crate::store_contract::world::window("late", "2026-03-09T14:00:00")];
    let change = meetme_core::change::Change::WindowsChanged { event: event.clone(), put, removed: Vec::new() };
    w.force(meetme_server::store::Subject::Event(event.id), vec![change]).await.unwrap();
    w.store.allow_free_busy(user_id("ann"), true).await.unwrap();
    let feed = PrivateFeed { token: "mmf_1".to_owned(), made_at: now() };
    w.store.set_private_feed(user_id("bob"), Some(feed)).await.unwrap();
    crate::store_contract::entries::keep_something(&w.store, user_id("ann")).await;
    w.store.shared_secret("turn", [7; 32]).await.unwrap();
    w.store.close().await;
    backend.database().parent().unwrap().display().to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_installation_moves_there_and_back() {
    let Some(cluster) = shared() else { return };
    let (backend, url) = (Sqlite::new(), cluster.database().await);
    let dir = lived_in(&backend).await;
    let back = tempfile::tempdir().unwrap();
    let back = back.path().join("data").display().to_string();

    let there = transfer(&dir, &url, 0xbeef, |_| {}).await.unwrap();

    assert!(there.iter().all(|moved| moved.rows > 0), "{there:?}");
    let store = PostgresStore::open(&url, options(1)).await.unwrap();
    assert_eq!(store.epoch().0, 0xbeef);
    assert_eq!(store.user(user_id("bob")).await.unwrap(), Some(user("bob")));
    assert!(store.booking(booking_id("b1")).await.unwrap().is_some());
    assert_eq!(store.check().await.unwrap(), Vec::<String>::new());
    let refused = transfer(&url, &back, 1, |_| {}).await.unwrap_err();
    assert!(
        matches!(&refused, MoveError::Open(OpenError::Database { why, .. }) if why.contains("server")),
        "{refused}"
    );
    store.close().await;
    drop(store);
    let again = transfer(&url, &back, 0xcafe, |_| {}).await.unwrap();
    assert_eq!(again, there);
    let before = backend.dump().await;
    let after = crate::store_contract::sqlite::dump(&std::path::Path::new(&back).join("meetme.db"));
    let lives = |text: &str| -> Vec<String> {
        text.lines().filter(|line| !line.starts_with("meta")).map(str::to_owned).collect()
    };
    assert_eq!(lives(&after), lives(&before));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_carried_onto_something() {
    let Some(cluster) = shared() else { return };
    let (backend, url) = (Sqlite::new(), cluster.database().await);
    let dir = lived_in(&backend).await;
    transfer(&dir, &url, 1, |_| {}).await.unwrap();

    let refused = transfer(&dir, &url, 2, |_| {}).await;

    assert!(matches!(refused, Err(MoveError::NotEmpty { table: "users" })), "{refused:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_that_arrives_otherwise_is_named_and_nothing_is_kept() {
    let Some(cluster) = shared() else { return };
    let (backend, url) = (Sqlite::new(), cluster.database().await);
    let dir = lived_in(&backend).await;
    PostgresStore::open(&url, options(1)).await.unwrap().close().await;
    let trigger = "CREATE FUNCTION bend() RETURNS trigger LANGUAGE plpgsql AS \
        'BEGIN NEW.note := NEW.note || ''!''; RETURN NEW; END'; \
        CREATE TRIGGER bend BEFORE INSERT ON bookings FOR EACH ROW EXECUTE FUNCTION bend()";
    execute(&url, trigger).await;

    let refused = transfer(&dir, &url, 2, |_| {}).await;

    assert!(matches!(refused, Err(MoveError::Differs { table: "bookings" })), "{refused:?}");
    let store = PostgresStore::open(&url, options(1)).await.unwrap();
    assert_eq!(store.counts().await.unwrap().users, 0);
}

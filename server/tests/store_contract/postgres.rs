//! PostgreSQL as a backend of the contract.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use meetme_server::store::Store;
use meetme_server::store::postgres::{PostgresOptions, PostgresStore, begin_anew};

use super::Backend;
use crate::services::postgres::{Cluster, connect, shared};

/// A database in a cluster.
pub(crate) struct Postgres {
    pub(crate) cluster: &'static Cluster,
    pub(crate) url: String,
    open: Mutex<Option<Arc<PostgresStore>>>,
}

/// What a store is opened with; each has a name of its own.
pub(crate) fn options(new_epoch: u64) -> PostgresOptions {
    static STORES: AtomicU64 = AtomicU64::new(1);
    let name = u128::from(STORES.fetch_add(1, Ordering::Relaxed)) << 32;
    // On a busy machine a test may take its time between two looks at who waits for whom.
    let (lock_timeout, statement_timeout) = (Duration::from_secs(60), Duration::from_secs(120));
    PostgresOptions { lock_timeout, statement_timeout, ..PostgresOptions::new(new_epoch, name) }
}

impl Postgres {
    /// An empty database, where there is PostgreSQL.
    pub(crate) async fn new() -> Option<Self> {
        let cluster = shared()?;
        Some(Self { cluster, url: cluster.database().await, open: Mutex::new(None) })
    }

    async fn open_here(&self) -> Arc<PostgresStore> {
        let store = Arc::new(PostgresStore::open(&self.url, options(0xe90c)).await.unwrap());
        *self.open.lock().unwrap() = Some(Arc::clone(&store));
        store
    }

    fn opened(&self) -> Arc<PostgresStore> {
        Arc::clone(self.open.lock().unwrap().as_ref().unwrap())
    }
}

#[async_trait]
impl Backend for Postgres {
    async fn open(&self) -> Arc<dyn Store> {
        self.open_here().await
    }

    async fn dump(&self) -> String {
        dump(&self.url).await
    }

    async fn faults(&self) -> Vec<String> {
        self.opened().close().await;
        let store = self.open_here().await;
        let faults = store.check().await.unwrap();
        store.close().await;
        faults
    }

    async fn restored(&self) -> Arc<dyn Store> {
        let copy = self.cluster.copied(&self.url).await;
        begin_anew(&copy, options(0xe90d)).await.unwrap();
        Arc::new(PostgresStore::open(&copy, options(7)).await.unwrap())
    }
}

/// Every row of every table but that of the writers, who note each batch there.
pub(crate) async fn dump(url: &str) -> String {
    let client = connect(url).await;
    let sql = "SELECT relname::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace \
        AND relname <> 'writers' ORDER BY relname";
    let mut text = String::new();
    for table in client.query(sql, &[]).await.unwrap() {
        let table: String = table.get(0);
        for row in client.query(&format!("SELECT t::text FROM {table} t ORDER BY 1"), &[]).await.unwrap() {
            writeln!(text, "{table} {}", row.get::<_, String>(0)).unwrap();
        }
    }
    text
}

//! SQLite as a backend of the contract.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use meetme_server::store::Store;
use meetme_server::store::sqlite::{SqliteOptions, SqliteStore, restore};
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use tempfile::TempDir;

use super::Backend;

/// A directory with a database.
pub(crate) struct Sqlite {
    dir: TempDir,
    open: Mutex<Option<Arc<SqliteStore>>>,
}

impl Sqlite {
    pub(crate) fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap(), open: Mutex::new(None) }
    }

    fn data(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.data().join("meetme.db")
    }

    fn open_here(&self) -> Arc<SqliteStore> {
        let store = Arc::new(SqliteStore::open(&self.data(), SqliteOptions::new(0xe90c)).unwrap());
        *self.open.lock().unwrap() = Some(Arc::clone(&store));
        store
    }

    fn opened(&self) -> Arc<SqliteStore> {
        Arc::clone(self.open.lock().unwrap().as_ref().unwrap())
    }
}

#[async_trait]
impl Backend for Sqlite {
    async fn open(&self) -> Arc<dyn Store> {
        self.open_here()
    }

    async fn dump(&self) -> String {
        dump(&self.database())
    }

    async fn faults(&self) -> Vec<String> {
        self.opened().close().await;
        self.open_here().check().await.unwrap()
    }

    async fn restored(&self) -> Arc<dyn Store> {
        let (backup, dir) = (self.dir.path().join("backup.db"), self.dir.path().join("restored"));
        self.opened().backup(&backup).await.unwrap();
        restore(&backup, &dir, 0xe90d).unwrap();
        Arc::new(SqliteStore::open(&dir, SqliteOptions::new(7)).unwrap())
    }
}

/// Every row of every table.
pub(crate) fn dump(database: &Path) -> String {
    let conn = Connection::open(database).unwrap();
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let mut tables = conn.prepare(sql).unwrap();
    let tables: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let mut text = String::new();
    for table in tables {
        let mut statement = conn.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values: Vec<ValueRef<'_>> = (0..columns).map(|i| row.get_ref(i).unwrap()).collect();
            writeln!(text, "{table} {values:?}").unwrap();
        }
    }
    text
}

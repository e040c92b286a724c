//! Connections that only read, side by side with the writer.

use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::Semaphore;

use super::value::run;
use crate::store::StoreError;

/// Connections that are lent to one reader each.
pub(super) struct Readers {
    free: Mutex<Vec<Connection>>,
    /// As many permits as connections.
    turns: Arc<Semaphore>,
}

impl Readers {
    pub(super) fn new(connections: Vec<Connection>) -> Arc<Self> {
        let turns = Arc::new(Semaphore::new(connections.len()));
        Arc::new(Self { free: Mutex::new(connections), turns })
    }

    /// Runs `read`, which is short (rows by their keys, some weeks of one person), on one snapshot: here and now
    /// if a connection is free. That takes less than going to another thread and back.
    pub(super) async fn look<T, E, F>(self: &Arc<Self>, read: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + From<rusqlite::Error> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        match Arc::clone(&self.turns).try_acquire_owned() {
            Ok(turn) => {
                // The connection is back before the next one's turn comes.
                let result = self.lend()?.snapshot(read);
                drop(turn);
                result
            }
            Err(_) => self.read(read).await,
        }
    }

    /// Runs `read` on one snapshot, on a thread that may block.
    pub(super) async fn read<T, E, F>(self: &Arc<Self>, read: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + From<rusqlite::Error> + Send + 'static,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let turn = Arc::clone(&self.turns).acquire_owned().await.map_err(|_| StoreError::Unavailable)?;
        let readers = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let lent = readers.lend()?;
            let result = lent.snapshot(read);
            // The connection is back before the next one's turn comes.
            drop(lent);
            drop(turn);
            result
        });
        done.await.unwrap_or_else(|error| Err(StoreError::Broken(format!("a reader failed: {error}")).into()))
    }

    fn lend(self: &Arc<Self>) -> Result<Lent, StoreError> {
        let conn = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        Ok(Lent { conn: Some(conn.ok_or(StoreError::Unavailable)?), home: Arc::clone(self) })
    }

    /// Lends no more connections and closes those that are not lent.
    pub(super) fn close(&self) {
        self.turns.close();
        self.free.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A connection that goes home when it is dropped, after a panic as well.
struct Lent {
    conn: Option<Connection>,
    home: Arc<Readers>,
}

impl Lent {
    fn snapshot<T, E: From<rusqlite::Error>>(&self, read: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
        let conn = self.conn.as_ref().expect("it is only given back when dropped");
        run(conn, "BEGIN", [])?;
        let result = read(conn);
        run(conn, "COMMIT", [])?;
        result
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let Some(conn) = self.conn.take() else { return };
        if !conn.is_autocommit() && conn.execute_batch("ROLLBACK").is_err() {
            tracing::error!("a reader's snapshot did not end");
        }
        if self.home.turns.is_closed() {
            return;
        }
        self.home.free.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
    }
}

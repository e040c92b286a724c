//! A connection that is lent, and the few ways in which statements are run on it.
//!
//! Statements whose futures are polled together travel together: the server
//! answers them one after the other, and the wait is that of one.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use deadpool_postgres::{Object, Pool, PoolError};
use futures_util::TryStreamExt as _;
use tokio_postgres::types::ToSql;
use tokio_postgres::{Row, Statement};
use uuid::Uuid;

use super::fault::{DbError, Fault, chain};
use crate::store::StoreError;
use crate::store::row::Columns;
use crate::store::value::broken;

/// Values for the places of a statement.
pub(super) type Params<'a> = &'a [&'a (dyn ToSql + Sync)];

/// An id as the tables keep it.
pub(super) fn uuid(id: &[u8; 16]) -> Uuid {
    Uuid::from_bytes(*id)
}

/// A connection that goes back to its pool when it is dropped.
pub(super) struct Db {
    client: Object,
    /// How long an answer may take.
    patience: Duration,
    fault: Mutex<Option<Fault>>,
}

impl Db {
    /// Lends a connection of the pool, making one if need be.
    pub(super) async fn from(pool: &Pool, patience: Duration) -> Result<Self, DbError> {
        let client = pool.get().await.map_err(|error| match error {
            PoolError::Backend(error) => DbError::Pg(error),
            other => DbError::NoConnection(chain(&other)),
        })?;
        Ok(Self { client, patience, fault: Mutex::new(None) })
    }

    /// Closes the connection, whatever goes on in it.
    pub(super) fn discard(self) {
        drop(Object::take(self.client));
    }

    /// The worst that happened on this loan.
    pub(super) fn fault(&self) -> Option<Fault> {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Prepares a statement, once for each connection.
    pub(super) async fn prepare(&self, sql: &str) -> Result<Statement, DbError> {
        self.wait(self.client.prepare_cached(sql)).await
    }

    /// Runs statements without parameters, such as those that begin and end transactions.
    pub(super) async fn batch(&self, sql: &str) -> Result<(), DbError> {
        self.wait(self.client.batch_execute(sql)).await
    }

    /// The rows of a statement.
    pub(super) async fn rows(&self, sql: &str, params: Params<'_>) -> Result<Vec<Row>, DbError> {
        let statement = self.prepare(sql).await?;
        self.wait(self.client.query(&statement, params)).await
    }

    /// Every row of a query.
    pub(super) async fn all<T>(
        &self,
        sql: &str,
        params: Params<'_>,
        mut decode: impl FnMut(&mut dyn Columns) -> Result<T, StoreError> + Send,
    ) -> Result<Vec<T>, StoreError> {
        self.rows(sql, params).await?.iter().map(|row| decode(&mut Cells::of(row))).collect()
    }

    /// The rows of a query as they come, until `add` has enough.
    pub(super) async fn some<T>(
        &self,
        sql: &str,
        params: Params<'_>,
        mut decode: impl FnMut(&mut dyn Columns) -> Result<T, StoreError> + Send,
        mut add: impl FnMut(T) -> bool + Send,
    ) -> Result<(), StoreError> {
        let statement = self.prepare(sql).await?;
        let rows = self.wait(self.client.query_raw(&statement, params.iter().copied())).await?;
        let mut rows = std::pin::pin!(rows);
        while let Some(row) = self.wait(rows.try_next()).await? {
            if !add(decode(&mut Cells::of(&row))?) {
                break;
            }
        }
        Ok(())
    }

    /// The first row of a query.
    pub(super) async fn first<T>(
        &self,
        sql: &str,
        params: Params<'_>,
        decode: impl FnOnce(&mut dyn Columns) -> Result<T, StoreError> + Send,
    ) -> Result<Option<T>, StoreError> {
        self.rows(sql, params).await?.first().map(|row| decode(&mut Cells::of(row))).transpose()
    }

    /// Runs a statement; how many rows it changed.
    pub(super) async fn run(&self, sql: &str, params: Params<'_>) -> Result<u64, DbError> {
        let statement = self.prepare(sql).await?;
        self.wait(self.client.execute(&statement, params)).await
    }

    async fn wait<T>(&self, answer: impl Future<Output = Result<T, tokio_postgres::Error>>) -> Result<T, DbError> {
        let result = match tokio::time::timeout(self.patience, answer).await {
            Ok(answer) => answer.map_err(DbError::Pg),
            Err(_) => Err(DbError::Slow),
        };
        if let Err(error) = &result
            && let Some(fault) = error.fault()
        {
            // A cut connection says it clashes no more.
            let mut worst = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
            if *worst != Some(Fault::Cut) {
                *worst = Some(fault);
            }
        }
        result
    }
}

/// Reads a row's columns one after the other.
pub(super) struct Cells<'a> {
    row: &'a Row,
    next: usize,
}

impl<'a> Cells<'a> {
    pub(super) fn of(row: &'a Row) -> Self {
        Self { row, next: 0 }
    }

    fn take<T: tokio_postgres::types::FromSql<'a>>(&mut self) -> Result<T, StoreError> {
        let i = self.next;
        self.next += 1;
        self.row.try_get(i).map_err(|error| broken("column", chain(&error)))
    }
}

impl Columns for Cells<'_> {
    fn int_or_none(&mut self) -> Result<Option<i64>, StoreError> {
        self.take()
    }

    fn flag(&mut self) -> Result<bool, StoreError> {
        self.take()
    }

    fn text_or_none(&mut self) -> Result<Option<&str>, StoreError> {
        self.take()
    }

    fn bytes_or_none(&mut self) -> Result<Option<&[u8]>, StoreError> {
        self.take()
    }

    fn id_bytes_or_none(&mut self) -> Result<Option<[u8; 16]>, StoreError> {
        Ok(self.take::<Option<Uuid>>()?.map(Uuid::into_bytes))
    }
}

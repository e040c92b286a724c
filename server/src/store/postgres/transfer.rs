//! One end of a transfer: a database that no server uses meanwhile.

use std::time::Duration;

use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::connect::{Address, PostgresOptions, SERVING};
use super::db::{Cells, Db, uuid};
use super::flight::Value as Carried;
use super::migrate;
use crate::store::row::Columns;
use crate::store::transfer::{Kind, Table, Value};
use crate::store::{OpenError, StoreError};

/// How often a database in use is looked at again, and how long is waited between: PostgreSQL may not have
/// noticed yet that a server which has just ended is gone.
const TRIES: u32 = 20;
const REST: Duration = Duration::from_millis(50);

pub(in crate::store) struct PostgresEnd {
    db: Db,
}

impl PostgresEnd {
    /// Takes the database, making its tables if need be. As long as a server is connected this is refused.
    pub(in crate::store) async fn take(url: &str, new_epoch: u64) -> Result<Self, OpenError> {
        let options = PostgresOptions::new(new_epoch, 0);
        let address = Address::of(url, &options)?;
        let pool = address.pool(1, false, &options)?;
        let db = Db::from(&pool, options.patience()).await.map_err(|error| address.refused(error.words()))?;
        migrate::bring_up(&db, &address, new_epoch).await?;
        for _ in 0..TRIES {
            let alone = db.first("SELECT pg_try_advisory_lock($1)", &[&SERVING], |row| row.flag()).await?;
            if alone == Some(true) {
                return Ok(Self { db });
            }
            tokio::time::sleep(REST).await;
        }
        Err(address.refused("a server uses it: stop all of them first"))
    }

    pub(in crate::store) async fn begin(&self) -> Result<(), StoreError> {
        Ok(self
            .db
            .batch("BEGIN ISOLATION LEVEL REPEATABLE READ; SET LOCAL idle_in_transaction_session_timeout = 0")
            .await?)
    }

    pub(in crate::store) async fn rows(
        &self,
        table: &Table,
        behind: Option<&[Value]>,
    ) -> Result<Vec<Vec<Value>>, StoreError> {
        let key = behind.unwrap_or_default().iter().cloned();
        let key: Vec<Carried> = table.kinds().zip(key).map(|(kind, value)| carried(kind, value)).collect();
        let key: Vec<&(dyn ToSql + Sync)> = key.iter().map(|value| value.as_ref() as _).collect();
        let rows = self.db.rows(&table.select('$', behind.is_none()), &key).await?;
        let read = |row| {
            let columns: &mut dyn Columns = &mut Cells::of(row);
            table.kinds().map(|kind| value(kind, columns)).collect()
        };
        rows.iter().map(read).collect()
    }

    pub(in crate::store) async fn add(&self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let sql = table.insert('$');
        for row in rows {
            let row: Vec<Carried> = table.kinds().zip(row).map(|(kind, value)| carried(kind, value)).collect();
            let row: Vec<&(dyn ToSql + Sync)> = row.iter().map(|value| value.as_ref() as _).collect();
            self.db.run(&sql, &row).await?;
        }
        Ok(())
    }

    pub(in crate::store) async fn keep(&self, new_epoch: u64) -> Result<(), StoreError> {
        self.db.run("UPDATE meta SET value = $1 WHERE name = 'epoch'", &[&new_epoch.cast_signed()]).await?;
        let next = "SELECT setval(pg_get_serial_sequence('windows', 'place'), (SELECT max(place) FROM windows))";
        self.db.rows(next, &[]).await?;
        Ok(self.db.batch("COMMIT").await?)
    }
}

fn carried(kind: Kind, value: Value) -> Carried {
    match (value, kind) {
        (Value::Null, Kind::Id) => Box::new(None::<Uuid>),
        (Value::Null, Kind::Int) => Box::new(None::<i64>),
        (Value::Null, Kind::Flag) => Box::new(None::<bool>),
        (Value::Null, Kind::Text) => Box::new(None::<String>),
        (Value::Null, Kind::Bytes) => Box::new(None::<Vec<u8>>),
        (Value::Id(id), _) => Box::new(uuid(&id)),
        (Value::Int(number), _) => Box::new(number),
        (Value::Flag(flag), _) => Box::new(flag),
        (Value::Text(text), _) => Box::new(text),
        (Value::Bytes(bytes), _) => Box::new(bytes),
    }
}

fn value(kind: Kind, columns: &mut dyn Columns) -> Result<Value, StoreError> {
    Ok(match kind {
        Kind::Id => columns.id_bytes_or_none()?.map_or(Value::Null, Value::Id),
        Kind::Int => columns.int_or_none()?.map_or(Value::Null, Value::Int),
        Kind::Flag => Value::Flag(columns.flag()?),
        Kind::Text => columns.text_or_none()?.map_or(Value::Null, |text| Value::Text(text.to_owned())),
        Kind::Bytes => columns.bytes_or_none()?.map_or(Value::Null, |bytes| Value::Bytes(bytes.to_vec())),
    })
}

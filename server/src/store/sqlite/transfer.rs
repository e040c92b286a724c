//! One end of a transfer: a directory that nobody else uses meanwhile.

use std::fs::File;
use std::path::Path;

use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, params_from_iter};

use super::migrate;
use super::open::{DATABASE, SqliteOptions, lock, no_way, writer};
use super::value::broken;
use crate::store::transfer::{Kind, Table, Value};
use crate::store::{OpenError, StoreError};

pub(in crate::store) struct SqliteEnd {
    conn: Connection,
    _lock: File,
}

impl SqliteEnd {
    /// Takes the directory. One without a database is only right for a target.
    pub(in crate::store) fn take(dir: &Path, new_epoch: u64, make: bool) -> Result<Self, OpenError> {
        let path = dir.join(DATABASE);
        if !make && !path.exists() {
            return Err(no_way(&path, &std::io::ErrorKind::NotFound.into()));
        }
        let lock = lock(dir)?;
        Ok(Self { conn: writer(dir, &SqliteOptions::new(new_epoch))?, _lock: lock })
    }

    pub(in crate::store) fn run(&self, sql: &str) -> Result<(), StoreError> {
        Ok(self.conn.execute_batch(sql)?)
    }

    pub(in crate::store) fn rows(
        &self,
        table: &Table,
        behind: Option<&[Value]>,
    ) -> Result<Vec<Vec<Value>>, StoreError> {
        let mut statement = self.conn.prepare_cached(&table.select('?', behind.is_none()))?;
        let mut rows = statement.query(params_from_iter(behind.unwrap_or_default().iter().map(cell)))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let values = table.kinds().enumerate().map(|(i, kind)| value(kind, row.get_ref(i)?));
            found.push(values.collect::<Result<_, StoreError>>()?);
        }
        Ok(found)
    }

    pub(in crate::store) fn add(&self, table: &Table, rows: &[Vec<Value>]) -> Result<(), StoreError> {
        let mut statement = self.conn.prepare_cached(&table.insert('?'))?;
        for row in rows {
            statement.execute(params_from_iter(row.iter().map(cell)))?;
        }
        Ok(())
    }

    pub(in crate::store) fn keep(&self, new_epoch: u64) -> Result<(), StoreError> {
        migrate::set_epoch(&self.conn, new_epoch)?;
        self.run("COMMIT")
    }
}

fn cell(value: &Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Id(id) => Cell::Blob(id.to_vec()),
        Value::Int(number) => Cell::Integer(*number),
        Value::Flag(flag) => Cell::Integer(i64::from(*flag)),
        Value::Text(text) => Cell::Text(text.clone()),
        Value::Bytes(bytes) => Cell::Blob(bytes.clone()),
    }
}

fn value(kind: Kind, cell: ValueRef<'_>) -> Result<Value, StoreError> {
    match (kind, cell) {
        (_, ValueRef::Null) => Ok(Value::Null),
        (Kind::Id, ValueRef::Blob(id)) => id.try_into().map(Value::Id).map_err(|error| broken("id", error)),
        (Kind::Int, ValueRef::Integer(number)) => Ok(Value::Int(number)),
        (Kind::Flag, ValueRef::Integer(number)) => Ok(Value::Flag(number != 0)),
        (Kind::Text, ValueRef::Text(text)) => {
            std::str::from_utf8(text).map(|text| Value::Text(text.to_owned())).map_err(|error| broken("text", error))
        }
        (Kind::Bytes, ValueRef::Blob(bytes)) => Ok(Value::Bytes(bytes.to_vec())),
        (kind, other) => Err(broken("column", format!("{:?} where {kind:?} belongs", other.data_type()))),
    }
}

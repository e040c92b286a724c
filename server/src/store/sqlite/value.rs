//! Between rows and values of the domain, and the few ways in which statements are run.

use rusqlite::{Connection, Params, Row};

use crate::store::StoreError;
use crate::store::row::Columns;
pub(super) use crate::store::value::{broken, limit, seconds};

/// Reads a row's columns one after the other.
struct Cells<'a, 'stmt> {
    row: &'a Row<'stmt>,
    next: usize,
}

impl<'a, 'stmt> Cells<'a, 'stmt> {
    fn of(row: &'a Row<'stmt>) -> Self {
        Self { row, next: 0 }
    }

    fn turn(&mut self) -> usize {
        let i = self.next;
        self.next += 1;
        i
    }
}

impl Columns for Cells<'_, '_> {
    fn int_or_none(&mut self) -> Result<Option<i64>, StoreError> {
        let i = self.turn();
        Ok(self.row.get(i)?)
    }

    fn flag(&mut self) -> Result<bool, StoreError> {
        let i = self.turn();
        Ok(self.row.get(i)?)
    }

    fn text_or_none(&mut self) -> Result<Option<&str>, StoreError> {
        let i = self.turn();
        self.row.get_ref(i)?.as_str_or_null().map_err(|error| broken("text", error))
    }

    fn bytes_or_none(&mut self) -> Result<Option<&[u8]>, StoreError> {
        let i = self.turn();
        self.row.get_ref(i)?.as_blob_or_null().map_err(|error| broken("bytes", error))
    }

    fn id_bytes_or_none(&mut self) -> Result<Option<[u8; 16]>, StoreError> {
        let i = self.turn();
        Ok(self.row.get(i)?)
    }
}

/// Every row of a query.
pub(super) fn all<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    mut decode: impl FnMut(&mut dyn Columns) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(decode(&mut Cells::of(row))?);
    }
    Ok(found)
}

/// The rows of a query until `add` has enough.
pub(super) fn some<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    mut decode: impl FnMut(&mut dyn Columns) -> Result<T, StoreError>,
    mut add: impl FnMut(T) -> bool,
) -> Result<(), StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    while let Some(row) = rows.next()? {
        if !add(decode(&mut Cells::of(row))?) {
            break;
        }
    }
    Ok(())
}

/// The first row of a query.
pub(super) fn first<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    decode: impl FnOnce(&mut dyn Columns) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    match rows.next()? {
        Some(row) => decode(&mut Cells::of(row)).map(Some),
        None => Ok(None),
    }
}

/// Runs a statement; how many rows it changed.
pub(super) fn run(conn: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<usize> {
    conn.prepare_cached(sql)?.execute(params)
}

/// Runs a statement that must change one row, or the tables contradict each other.
pub(super) fn run_one(conn: &Connection, what: &str, sql: &str, params: impl Params) -> Result<(), StoreError> {
    match run(conn, sql, params)? {
        1 => Ok(()),
        rows => Err(broken(what, format!("changed {rows} rows instead of one"))),
    }
}

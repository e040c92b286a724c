//! Between rows and values of the domain, and the few ways in which statements are run.

use chrono::DateTime;
use meetme_core::time::{Instant, Minutes, Span};
use rusqlite::types::FromSql;
use rusqlite::{Connection, Params, Row};

use crate::store::StoreError;

/// A value that no version of the program has written.
pub(super) fn broken(what: &str, why: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("{what}: {why}"))
}

/// An instant as the tables keep it.
pub(super) fn seconds(at: Instant) -> i64 {
    at.timestamp()
}

/// An instant as a table kept it.
pub(super) fn instant(seconds: i64) -> Result<Instant, StoreError> {
    DateTime::from_timestamp(seconds, 0).ok_or_else(|| broken("instant", seconds))
}

/// A span as a table kept it.
pub(super) fn span(start: i64, end: i64) -> Result<Span, StoreError> {
    Span::new(instant(start)?, instant(end)?).map_err(|empty| broken("span", empty))
}

/// Reads a row's columns one after the other.
pub(super) struct Columns<'a, 'stmt> {
    row: &'a Row<'stmt>,
    next: usize,
}

impl<'a, 'stmt> Columns<'a, 'stmt> {
    pub(super) fn of(row: &'a Row<'stmt>) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    pub(super) fn take<T: FromSql>(&mut self) -> Result<T, StoreError> {
        let i = self.next;
        self.next += 1;
        Ok(self.row.get(i)?)
    }

    /// The next column, a text that is parsed.
    pub(super) fn parse<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self) -> Result<T, StoreError> {
        let i = self.next;
        self.next += 1;
        let text = self.row.get_ref(i)?.as_str().map_err(|error| broken("text", error))?;
        text.parse().map_err(|error| broken("text", error))
    }

    /// The next column, a text that is parsed, or null.
    pub(super) fn parse_some<T: std::str::FromStr<Err: std::fmt::Display>>(&mut self) -> Result<Option<T>, StoreError> {
        if self.row.get_ref(self.next)? == rusqlite::types::ValueRef::Null {
            self.next += 1;
            return Ok(None);
        }
        self.parse().map(Some)
    }

    /// The next column, a number that is never negative.
    pub(super) fn number(&mut self) -> Result<u64, StoreError> {
        let number: i64 = self.take()?;
        u64::try_from(number).map_err(|error| broken("number", error))
    }

    /// The next column, an id.
    pub(super) fn id<T>(&mut self, from_bytes: fn([u8; 16]) -> T) -> Result<T, StoreError> {
        Ok(from_bytes(self.take()?))
    }

    /// The next column, an instant.
    pub(super) fn instant(&mut self) -> Result<Instant, StoreError> {
        instant(self.take()?)
    }

    /// The next column, an instant or null.
    pub(super) fn instant_or_none(&mut self) -> Result<Option<Instant>, StoreError> {
        self.take::<Option<i64>>()?.map(instant).transpose()
    }

    /// The next column, a length.
    pub(super) fn minutes(&mut self) -> Result<Minutes, StoreError> {
        self.take().map(Minutes)
    }

    /// The next two columns, a start and an end.
    pub(super) fn span(&mut self) -> Result<Span, StoreError> {
        span(self.take()?, self.take()?)
    }
}

/// The only column of a row.
pub(super) fn only_take<T: FromSql>(row: &mut Columns<'_, '_>) -> Result<T, StoreError> {
    row.take()
}

/// The only column of a row, a text that is parsed.
pub(super) fn only_parse<T: std::str::FromStr<Err: std::fmt::Display>>(
    row: &mut Columns<'_, '_>,
) -> Result<T, StoreError> {
    row.parse()
}

/// The only column of a row, a number that is never negative.
pub(super) fn only_number(row: &mut Columns<'_, '_>) -> Result<u64, StoreError> {
    row.number()
}

/// The only column of a row, a length.
pub(super) fn only_minutes(row: &mut Columns<'_, '_>) -> Result<Minutes, StoreError> {
    row.minutes()
}

/// Every row of a query.
pub(super) fn all<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    mut decode: impl FnMut(&mut Columns<'_, '_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(decode(&mut Columns::of(row))?);
    }
    Ok(found)
}

/// The first row of a query.
pub(super) fn first<T>(
    conn: &Connection,
    sql: &str,
    params: impl Params,
    decode: impl FnOnce(&mut Columns<'_, '_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    let mut statement = conn.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    match rows.next()? {
        Some(row) => decode(&mut Columns::of(row)).map(Some),
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

/// A list's length as a LIMIT.
pub(super) fn limit(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

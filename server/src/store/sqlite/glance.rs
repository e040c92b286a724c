//! A look at a database that a server may be using: nothing is written, nothing is locked, nobody waits.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags};

use super::open::{DATABASE, no_way};
use super::value::{all, first, limit};
use super::{backup, migrate};
use crate::store::people::{self, Listed, select_listed};
use crate::store::{Counts, OpenError, StoreError};
use meetme_core::id::Username;

/// A connection that only reads.
pub struct Glance {
    conn: Connection,
}

impl Glance {
    /// At a data directory, or at a database file such as a backup. One that is older than this program is
    /// looked at as it is.
    pub fn at(place: &Path) -> Result<Self, OpenError> {
        let path: PathBuf = if place.is_dir() { place.join(DATABASE) } else { place.to_owned() };
        if !path.exists() {
            let why = "nothing is there: name the directory of a server's data, its database, or a backup".to_owned();
            return Err(OpenError::Path { path: path.display().to_string(), why });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn =
            Connection::open_with_flags(&path, flags).map_err(|error| no_way(&path, &std::io::Error::other(error)))?;
        if migrate::found(&conn)? == 0 {
            return Err(OpenError::Damaged("there is nothing in it".to_owned()));
        }
        Ok(Self { conn })
    }

    /// Copies everything as it is at this instant into the file `to`, which must not be there yet. The copy gets
    /// its name when it is whole and durable.
    pub fn backup(&self, to: &Path) -> Result<(), StoreError> {
        backup::backup(&self.conn, to)
    }

    /// What is wrong, in words; empty for a sound one. Reads everything.
    pub fn faults(&self) -> Result<Vec<String>, StoreError> {
        backup::faults(&self.conn)
    }

    /// How much is in it.
    pub fn counts(&self) -> Result<Counts, StoreError> {
        Ok(first(&self.conn, super::COUNTS, [], people::counts)?.unwrap_or_default())
    }

    /// Accounts by username, those after `after`.
    pub fn people(&self, after: Option<&Username>, most: usize) -> Result<Vec<Listed>, StoreError> {
        let after = after.map_or("", Username::as_str);
        let sql = select_listed!("u.username > ?1 ORDER BY u.username LIMIT ?2");
        all(&self.conn, sql, (after, limit(most)), people::listed)
    }

    /// One account.
    pub fn person(&self, username: &Username) -> Result<Option<Listed>, StoreError> {
        first(&self.conn, select_listed!("u.username = ?1"), [username.as_str()], people::listed)
    }
}

//! What SQLite's errors mean to a caller of the store.

use rusqlite::ffi;

use crate::store::fault::{Lost, Reason};
use crate::store::{AccountError, ChangeError, OpenError, StoreError};

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            Some(rusqlite::ErrorCode::ReadOnly) => Self::ReadOnly,
            Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked) => Self::Busy,
            Some(rusqlite::ErrorCode::CannotOpen) => Self::Unavailable,
            _ => Self::Broken(error.to_string()),
        }
    }
}

impl From<rusqlite::Error> for ChangeError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<rusqlite::Error> for AccountError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Store(error.into())
    }
}

impl From<rusqlite::Error> for OpenError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::NotADatabase | rusqlite::ErrorCode::DatabaseCorrupt) => {
                Self::Damaged(error.to_string())
            }
            _ => Self::Store(error.into()),
        }
    }
}

/// What became of a batch whose COMMIT failed so. A full disk or a read-only file fails before the
/// commit's mark is whole; whatever else went wrong may have happened after it was written.
pub(super) fn of_commit(error: rusqlite::Error) -> Lost {
    match Reason::from(StoreError::from(error)) {
        reason @ (Reason::Full | Reason::ReadOnly | Reason::Busy) => Lost::RolledBack(reason),
        _ => Lost::Unknown,
    }
}

/// Whether a trigger of the schema refused an overlap.
pub(super) fn is_overlap(error: &rusqlite::Error) -> bool {
    let rusqlite::Error::SqliteFailure(code, text) = error else { return false };
    let trigger = code.extended_code == ffi::SQLITE_CONSTRAINT_TRIGGER && text.as_deref() == Some("overlap");
    // Two rows of a person that start together overlap as well.
    trigger || is_unique(error, "occupancy.person, occupancy.start")
}

/// Whether the unique columns named were not unique.
pub(super) fn is_unique(error: &rusqlite::Error, columns: &str) -> bool {
    let rusqlite::Error::SqliteFailure(code, Some(text)) = error else { return false };
    let unique = [ffi::SQLITE_CONSTRAINT_UNIQUE, ffi::SQLITE_CONSTRAINT_PRIMARYKEY].contains(&code.extended_code);
    unique && text.contains(columns)
}

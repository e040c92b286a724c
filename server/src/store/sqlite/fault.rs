//! What SQLite's errors mean to a caller of the store.

use rusqlite::ffi;

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

/// What became of a job whose batch was not committed.
#[derive(Debug, Clone)]
pub(super) enum Lost {
    /// It was certainly rolled back, for this reason.
    RolledBack(Reason),
    /// The commit failed half-way: it may become visible after a restart.
    Unknown,
}

/// A [`StoreError`] that can be told to every job of a batch.
#[derive(Debug, Clone)]
pub(super) enum Reason {
    Full,
    ReadOnly,
    Busy,
    Unavailable,
    Broken(String),
}

impl Lost {
    /// Reads the error of a COMMIT. A full disk or a read-only file fails before the commit's
    /// mark is whole; whatever else went wrong may have happened after it was written.
    pub(super) fn of_commit(error: rusqlite::Error) -> Self {
        match Reason::from(StoreError::from(error)) {
            reason @ (Reason::Full | Reason::ReadOnly | Reason::Busy) => Self::RolledBack(reason),
            _ => Self::Unknown,
        }
    }
}

impl From<StoreError> for Reason {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Full => Self::Full,
            StoreError::ReadOnly => Self::ReadOnly,
            StoreError::Busy => Self::Busy,
            StoreError::Unavailable => Self::Unavailable,
            StoreError::Broken(text) => Self::Broken(text),
        }
    }
}

impl From<Reason> for StoreError {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::Full => Self::Full,
            Reason::ReadOnly => Self::ReadOnly,
            Reason::Busy => Self::Busy,
            Reason::Unavailable => Self::Unavailable,
            Reason::Broken(text) => Self::Broken(text),
        }
    }
}

impl From<Lost> for StoreError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::RolledBack(reason) => reason.into(),
            Lost::Unknown => Self::Unavailable,
        }
    }
}

impl From<Lost> for ChangeError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::RolledBack(reason) => Self::Store(reason.into()),
            Lost::Unknown => Self::OutcomeUnknown,
        }
    }
}

impl From<Lost> for AccountError {
    fn from(lost: Lost) -> Self {
        match lost {
            Lost::RolledBack(reason) => Self::Store(reason.into()),
            Lost::Unknown => Self::OutcomeUnknown,
        }
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

/// An error that a job of the writer may end with.
pub(super) trait Failure: From<Lost> + Send + 'static {
    /// The store's own failure, if that is what it is.
    fn reason(&self) -> Option<Reason>;
}

impl Failure for StoreError {
    fn reason(&self) -> Option<Reason> {
        Some(match self {
            Self::Full => Reason::Full,
            Self::ReadOnly => Reason::ReadOnly,
            Self::Busy => Reason::Busy,
            Self::Unavailable => Reason::Unavailable,
            Self::Broken(text) => Reason::Broken(text.clone()),
        })
    }
}

impl Failure for ChangeError {
    fn reason(&self) -> Option<Reason> {
        if let Self::Store(error) = self { error.reason() } else { None }
    }
}

impl Failure for AccountError {
    fn reason(&self) -> Option<Reason> {
        if let Self::Store(error) = self { error.reason() } else { None }
    }
}

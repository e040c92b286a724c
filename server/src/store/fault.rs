//! What became of a change whose transaction failed, in a form that can be told to everyone in it.

use super::{AccountError, ChangeError, StoreError};

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

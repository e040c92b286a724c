//! What PostgreSQL's errors mean to a caller of the store.

use tokio_postgres::error::SqlState;

use crate::store::{AccountError, ChangeError, StoreError};

/// Why a statement failed.
#[derive(Debug)]
pub(super) enum DbError {
    /// The server or the connection says so.
    Pg(tokio_postgres::Error),
    /// Nothing came back in time.
    Slow,
    /// There is no connection to be had.
    NoConnection(String),
}

/// What an error means for the whole transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The connection is of no use any more; what was not committed is gone.
    Cut,
    /// It ran into another transaction; a repetition may succeed.
    Clash,
}

impl DbError {
    /// What it means for the transaction, if it means more than that one statement failed.
    pub(super) fn fault(&self) -> Option<Fault> {
        let Self::Pg(error) = self else { return Some(Fault::Cut) };
        match error.code() {
            Some(code) if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED => {
                Some(Fault::Clash)
            }
            Some(code) => is_cut(code).then_some(Fault::Cut),
            None => (error.is_closed() || source_is_io(error)).then_some(Fault::Cut),
        }
    }

    /// The constraint that refused it.
    pub(super) fn constraint(&self) -> Option<&str> {
        match self {
            Self::Pg(error) => error.as_db_error()?.constraint(),
            _ => None,
        }
    }

    /// In words, for the log and for the person who starts the server. Values of rows are not in it.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Slow => "it did not answer in time".to_owned(),
            Self::NoConnection(why) => why.clone(),
            Self::Pg(error) => match error.as_db_error() {
                Some(said) => format!("{} ({})", said.message(), said.code().code()),
                None => chain(error),
            },
        }
    }
}

/// An error and what it came from.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        next = cause.source();
    }
    text
}

/// Whether the server ended the session, is not there for writing, or will be another one soon.
fn is_cut(code: &SqlState) -> bool {
    let states = [
        SqlState::ADMIN_SHUTDOWN,
        SqlState::CRASH_SHUTDOWN,
        SqlState::CANNOT_CONNECT_NOW,
        SqlState::IDLE_IN_TRANSACTION_SESSION_TIMEOUT,
        SqlState::READ_ONLY_SQL_TRANSACTION,
    ];
    states.contains(code) || code.code().starts_with("08")
}

fn source_is_io(error: &tokio_postgres::Error) -> bool {
    let Some(source) = std::error::Error::source(error) else { return false };
    source.is::<std::io::Error>()
}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        let DbError::Pg(pg) = &error else { return Self::Unavailable };
        let Some(code) = pg.code() else {
            return if error.fault().is_some() { Self::Unavailable } else { Self::Broken(error.words()) };
        };
        match code {
            code if *code == SqlState::DISK_FULL => Self::Full,
            code if *code == SqlState::READ_ONLY_SQL_TRANSACTION => Self::ReadOnly,
            code if *code == SqlState::LOCK_NOT_AVAILABLE
                || *code == SqlState::QUERY_CANCELED
                || *code == SqlState::T_R_DEADLOCK_DETECTED
                || *code == SqlState::T_R_SERIALIZATION_FAILURE =>
            {
                Self::Busy
            }
            code if is_cut(code) || *code == SqlState::TOO_MANY_CONNECTIONS => Self::Unavailable,
            _ => Self::Broken(error.words()),
        }
    }
}

impl From<DbError> for ChangeError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

impl From<DbError> for AccountError {
    fn from(error: DbError) -> Self {
        Self::Store(error.into())
    }
}

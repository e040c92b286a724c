//! What can go wrong at a store, one variant for each thing a caller can do about it.

use meetme_core::id::UserId;
use meetme_core::refusal::Refusal;

/// The store itself failed; nothing of the request was applied.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The disk or quota is full.
    #[error("the disk is full")]
    Full,
    /// The data cannot be written: read-only medium or missing rights.
    #[error("the data is read-only")]
    ReadOnly,
    /// More changes wait than the queue holds; try again shortly.
    #[error("too many changes are waiting")]
    Busy,
    /// The store is shutting down or cannot be reached; try again later.
    #[error("the store is unavailable")]
    Unavailable,
    /// A row or answer that should not be there; the text is for the log alone.
    #[error("the store failed: {0}")]
    Broken(String),
}

/// Why a change was not made. Unless it says otherwise, nothing was applied.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// The subject does not exist.
    #[error("not found")]
    NotFound,
    /// The event is of another version than the caller cut its slot from; read again and repeat.
    #[error("the event changed meanwhile")]
    EventMoved,
    /// The rule said no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The constraint said no although the rule said yes: this person is busy then.
    #[error("the span overlaps another one of the same person")]
    Overlap {
        /// Whose time it is.
        person: UserId,
    },
    /// Another account has the mail address that this one should get.
    #[error("the mail address is taken")]
    EmailTaken,
    /// The idempotency key belongs to another request.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// The commit failed in a way that leaves open whether it happened. Repeat with the same key.
    #[error("the outcome is unknown")]
    OutcomeUnknown,
    /// The store failed; nothing was applied.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an account was not made, or a credential not added to it.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// Another account has this username.
    #[error("the username is taken")]
    UsernameTaken,
    /// Another account has this mail address.
    #[error("the mail address is taken")]
    EmailTaken,
    /// Its password is not any more the one that was checked.
    #[error("the password changed meanwhile")]
    PasswordChanged,
    /// There is no such account.
    #[error("not found")]
    NotFound,
    /// See [`ChangeError::OutcomeUnknown`].
    #[error("the outcome is unknown")]
    OutcomeUnknown,
    /// The store failed; nothing was applied.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why a store could not be opened. Each is told to the person who starts the server.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// A newer meetme wrote this database.
    #[error(
        "the database has schema {found}, this meetme knows up to {known}: run the newer meetme, or restore a backup"
    )]
    Newer {
        /// What was found.
        found: u32,
        /// The newest known.
        known: u32,
    },
    /// Another server has this data directory.
    #[error("another server uses {path}: stop it, or give this one another --data directory")]
    InUse {
        /// The lock file.
        path: String,
    },
    /// The database server cannot be used.
    #[error("cannot use the database at {host}: {why}")]
    Database {
        /// Host and port; never a name or a password.
        host: String,
        /// What the server or the connection says.
        why: String,
    },
    /// The directory or file cannot be used.
    #[error("cannot use {path}: {why}")]
    Path {
        /// Which.
        path: String,
        /// What the system says.
        why: String,
    },
    /// The file is not a database, or is damaged.
    #[error("the database is damaged: {0}")]
    Damaged(String),
    /// It failed otherwise.
    #[error(transparent)]
    Store(#[from] StoreError),
}

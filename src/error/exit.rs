//! Exit codes.

use std::process::ExitCode;

/// How a command ends. What scripts rely on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub enum Exit {
    /// It is done.
    Done = 0,
    /// It failed.
    Failure = 1,
    /// It was asked in a way that cannot be.
    Usage = 2,
    /// Not logged in, or not allowed.
    NotAllowed = 4,
    /// There is no such thing.
    NotFound = 5,
    /// The slot is taken, or something else is in the way.
    Conflict = 6,
    /// Nothing matched, or it is not the time for it.
    NothingMatched = 7,
    /// The server cannot be reached. Nothing was changed.
    Unreachable = 8,
    /// Try again: nobody knows whether it was done.
    TryAgain = 75,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

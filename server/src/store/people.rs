//! Accounts as those see them who look after an installation.

use meetme_core::id::{UserId, Username};
use meetme_core::time::Instant;

use super::row::Columns;
use super::{Counts, StoreError};

/// An account in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Never changes.
    pub id: UserId,
    /// Unique.
    pub username: Username,
    /// What people read.
    pub display_name: String,
    /// Where to reach them.
    pub email: String,
    /// When it was made.
    pub created_at: Instant,
    /// Since when it may not be used, if so.
    pub disabled_at: Option<Instant>,
    /// How many events it offers.
    pub events: u64,
    /// How many bookings it ever had, as host and as guest.
    pub bookings: u64,
    /// How many log-ins it has.
    pub sessions: u64,
    /// How many app tokens.
    pub tokens: u64,
}

/// The columns of [`select_listed`].
pub(super) fn listed(row: &mut dyn Columns) -> Result<Listed, StoreError> {
    Ok(Listed {
        id: row.id(UserId::from_bytes)?,
        username: row.parse()?,
        display_name: row.string()?,
        email: row.string()?,
        created_at: row.instant()?,
        disabled_at: row.instant_or_none()?,
        events: row.number()?,
        bookings: row.number()?,
        sessions: row.number()?,
        tokens: row.number()?,
    })
}

/// A SELECT of accounts that were not deleted, under a condition.
macro_rules! select_listed {
    ($condition:literal) => {
        concat!(
            "SELECT u.id, u.username, u.display_name, u.email, u.created_at, u.disabled_at, ",
            "(SELECT count(*) FROM events e WHERE e.host = u.id AND e.deleted_at IS NULL), ",
            "(SELECT count(*) FROM bookings b WHERE b.host = u.id) + (SELECT count(*) FROM bookings b WHERE b.guest = u.id), ",
            "(SELECT count(*) FROM credentials c WHERE c.\"user\" = u.id AND c.token IS NULL), ",
            "(SELECT count(*) FROM credentials c WHERE c.\"user\" = u.id AND c.token IS NOT NULL) ",
            "FROM users u WHERE u.deleted_at IS NULL AND ",
            $condition
        )
    };
}
pub(super) use select_listed;

/// Accounts, events and bookings.
pub(super) fn counts(row: &mut dyn Columns) -> Result<Counts, StoreError> {
    Ok(Counts { users: row.number()?, events: row.number()?, bookings: row.number()? })
}

//! What delivery between users asks of a store. It is written by [`Store::change`](super::Store::change) alone, with
//! [`Subject::Entries`](super::Subject::Entries).

use async_trait::async_trait;
use meetme_core::id::{CollectionId, UserId};
use meetme_core::time::Instant;

use super::{CollectionFile, EntryFile, StoreError, UserRecord};

/// Where an entry is, or shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryAt {
    /// Whose.
    pub owner: UserId,
    /// In which calendar.
    pub collection: CollectionId,
    /// Where in it.
    pub name: String,
    /// With which UID; others that have it are looked for, in the other calendars of the owner too.
    pub uid: Option<String>,
}

/// Finds whom messages are for and which entries they are about.
#[async_trait]
pub trait Scheduling: Send + Sync {
    /// The account with this mail address, compared without case, if it was neither deleted nor disabled.
    async fn user_by_email(&self, email: &str) -> Result<Option<UserRecord>, StoreError>;
    /// Entries with this UID in any of a user's calendars, messages left out, with their bytes.
    async fn with_uid(&self, owner: UserId, uid: &str) -> Result<Vec<(CollectionFile, EntryFile)>, StoreError>;
    /// Entries of a calendar that others take part in and that are not over at `now`, at most `limit`, without bytes.
    async fn meetings_ahead(
        &self,
        collection: CollectionId,
        now: Instant,
        limit: usize,
    ) -> Result<Vec<EntryFile>, StoreError>;
    /// The oldest messages of an inbox, at most `limit`, without bytes.
    async fn oldest_messages(&self, inbox: CollectionId, limit: usize) -> Result<Vec<EntryFile>, StoreError>;
    /// Messages that arrived before `before`, at most `limit`, with their ETags.
    async fn old_messages(&self, before: Instant, limit: usize) -> Result<Vec<(EntryAt, String)>, StoreError>;
}

/// Columns of [`old_message`].
macro_rules! select_old_messages {
    ($before:literal, $limit:literal) => {
        concat!(
            "SELECT c.owner, e.collection, e.name, e.etag FROM entries e JOIN collections c ON c.id = e.collection \
             WHERE e.message > 0 AND e.changed_at < ",
            $before,
            " ORDER BY e.changed_at LIMIT ",
            $limit
        )
    };
}
pub(super) use select_old_messages;

/// A message and its ETag.
pub(super) fn old_message(row: &mut dyn super::row::Columns) -> Result<(EntryAt, String), StoreError> {
    let at = EntryAt {
        owner: row.id(UserId::from_bytes)?,
        collection: row.id(CollectionId::from_bytes)?,
        name: row.string()?,
        uid: None,
    };
    Ok((at, row.string()?))
}

/// An entry of any of a user's calendars, and the calendar: the columns of both, and the bytes.
pub(super) fn filed(row: &mut dyn super::row::Columns) -> Result<(CollectionFile, EntryFile), StoreError> {
    Ok((super::row::collection_file(row)?, super::row::entry(row)?))
}

//! Delivery between users as rows.

use async_trait::async_trait;
use meetme_core::id::{CollectionId, UserId};
use meetme_core::time::Instant;
use rusqlite::Connection;

use super::SqliteStore;
use super::value::{all, first, limit, seconds};
use crate::store::row::{self, collection_columns, entry_columns, in_use, user_columns};
use crate::store::scheduling::{EntryAt, Scheduling, filed, old_message, select_old_messages};
use crate::store::{CollectionFile, EntryFile, StoreError, UserRecord};

/// Calendar and name of another entry of the owner's with this UID that others take part in.
pub(super) fn elsewhere(
    conn: &Connection,
    owner: UserId,
    collection: CollectionId,
    uid: &str,
) -> Result<Option<(String, String)>, StoreError> {
    let sql = "SELECT c.name, e.name FROM collections c JOIN entries e ON e.collection = c.id AND e.uid = ?2 \
        WHERE c.owner = ?1 AND c.id <> ?3 AND e.message = 0 AND e.schedule_tag IS NOT NULL LIMIT 1";
    let params = (owner.as_bytes(), uid, collection.as_bytes());
    first(conn, sql, params, |row| Ok((row.string()?, row.string()?)))
}

#[async_trait]
impl Scheduling for SqliteStore {
    async fn user_by_email(&self, email: &str) -> Result<Option<UserRecord>, StoreError> {
        let key = email.to_lowercase();
        let sql = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.email_key = ?1 AND ", in_use!());
        self.readers.look(move |conn| first(conn, sql, [key], row::user)).await
    }

    async fn with_uid(&self, owner: UserId, uid: &str) -> Result<Vec<(CollectionFile, EntryFile)>, StoreError> {
        let uid = uid.to_owned();
        let sql = concat!(
            "SELECT ",
            collection_columns!(),
            ", ",
            entry_columns!(),
            ", e.body FROM collections c JOIN entries e ON e.collection = c.id AND e.uid = ?2 \
             WHERE c.owner = ?1 AND e.message = 0"
        );
        self.readers.look(move |conn| all(conn, sql, (owner.as_bytes(), uid), filed)).await
    }

    async fn meetings_ahead(
        &self,
        collection: CollectionId,
        now: Instant,
        most: usize,
    ) -> Result<Vec<EntryFile>, StoreError> {
        let sql = concat!(
            "SELECT ",
            entry_columns!(),
            ", NULL FROM entries e WHERE e.collection = ?1 AND e.schedule_tag IS NOT NULL AND e.last > ?2 LIMIT ?3"
        );
        let read =
            move |conn: &Connection| all(conn, sql, (collection.as_bytes(), seconds(now), limit(most)), row::entry);
        self.readers.read(read).await
    }

    async fn oldest_messages(&self, inbox: CollectionId, most: usize) -> Result<Vec<EntryFile>, StoreError> {
        let sql = concat!(
            "SELECT ",
            entry_columns!(),
            ", NULL FROM entries e WHERE e.collection = ?1 AND e.message > 0 ORDER BY e.seq LIMIT ?2"
        );
        self.readers.look(move |conn| all(conn, sql, (inbox.as_bytes(), limit(most)), row::entry)).await
    }

    async fn old_messages(&self, before: Instant, most: usize) -> Result<Vec<(EntryAt, String)>, StoreError> {
        let sql = select_old_messages!("?1", "?2");
        self.readers.look(move |conn| all(conn, sql, (seconds(before), limit(most)), old_message)).await
    }
}

//! Delivery between users as rows.

use async_trait::async_trait;
use meetme_core::id::{CollectionId, UserId};
use meetme_core::time::Instant;

use super::PostgresStore;
use super::db::{Db, Params, uuid};
use crate::store::row::{self, collection_columns, entry_columns, in_use, user_columns};
use crate::store::scheduling::{EntryAt, Scheduling, filed, old_message, select_old_messages};
use crate::store::value::{limit, seconds};
use crate::store::{CollectionFile, EntryFile, StoreError, UserRecord};

/// Calendar and name of another entry of the owner's with this UID that others take part in.
pub(super) async fn elsewhere(
    db: &Db,
    owner: UserId,
    collection: CollectionId,
    uid: &str,
) -> Result<Option<(String, String)>, StoreError> {
    let sql = "SELECT c.name, e.name FROM collections c JOIN entries e ON e.collection = c.id AND e.uid = $2 \
        WHERE c.owner = $1 AND c.id <> $3 AND e.message = 0 AND e.schedule_tag IS NOT NULL LIMIT 1";
    let (owner, collection) = (uuid(owner.as_bytes()), uuid(collection.as_bytes()));
    db.first(sql, &[&owner, &uid, &collection], |row| Ok((row.string()?, row.string()?))).await
}

#[async_trait]
impl Scheduling for PostgresStore {
    async fn user_by_email(&self, email: &str) -> Result<Option<UserRecord>, StoreError> {
        // Nobody's address holds it, and PostgreSQL knows no such text.
        if email.contains('\0') {
            return Ok(None);
        }
        let sql = concat!("SELECT ", user_columns!(), " FROM users u WHERE u.email_key = $1 AND ", in_use!());
        self.reader().await?.first(sql, &[&email.to_lowercase()], row::user).await
    }

    async fn with_uid(&self, owner: UserId, uid: &str) -> Result<Vec<(CollectionFile, EntryFile)>, StoreError> {
        let sql = concat!(
            "SELECT ",
            collection_columns!(),
            ", ",
            entry_columns!(),
            ", e.body FROM collections c JOIN entries e ON e.collection = c.id AND e.uid = $2 \
             WHERE c.owner = $1 AND e.message = 0"
        );
        self.reader().await?.all(sql, &[&uuid(owner.as_bytes()), &uid], filed).await
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
            ", NULL::bytea FROM entries e WHERE e.collection = $1 AND e.schedule_tag IS NOT NULL AND e.last > $2 \
             LIMIT $3"
        );
        let params: Params<'_> = &[&uuid(collection.as_bytes()), &seconds(now), &limit(most)];
        self.reader().await?.all(sql, params, row::entry).await
    }

    async fn oldest_messages(&self, inbox: CollectionId, most: usize) -> Result<Vec<EntryFile>, StoreError> {
        let sql = concat!(
            "SELECT ",
            entry_columns!(),
            ", NULL::bytea FROM entries e WHERE e.collection = $1 AND e.message > 0 ORDER BY e.seq LIMIT $2"
        );
        self.reader().await?.all(sql, &[&uuid(inbox.as_bytes()), &limit(most)], row::entry).await
    }

    async fn old_messages(&self, before: Instant, most: usize) -> Result<Vec<(EntryAt, String)>, StoreError> {
        let sql = select_old_messages!("$1", "$2");
        self.reader().await?.all(sql, &[&seconds(before), &limit(most)], old_message).await
    }
}

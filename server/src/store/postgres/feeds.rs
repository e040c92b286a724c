//! What subscribers need, as rows.

use async_trait::async_trait;
use meetme_core::id::{EventId, UserId};
use meetme_core::time::{Instant, Span};

use super::db::{Db, uuid};
use super::persons::Persons;
use super::{PostgresStore, account};
use crate::store::feeds::{self, select_names};
use crate::store::row::{self, in_use, user_columns};
use crate::store::value::{earliest_start, seconds};
use crate::store::{
    AccountError, EventLabel, FeedSwitches, Feeds, HoldEnds, Names, PrivateFeed, StoreError, Touch, UserRecord,
};

#[async_trait]
impl Feeds for PostgresStore {
    async fn feed_switches(&self, user: UserId) -> Result<FeedSwitches, StoreError> {
        let sql = "SELECT free_busy, token, token_made_at FROM feeds WHERE \"user\" = $1";
        let found = self.reader().await?.first(sql, &[&uuid(user.as_bytes())], feeds::switches).await?;
        Ok(found.unwrap_or_default())
    }

    async fn allow_free_busy(&self, user: UserId, allowed: bool) -> Result<(), AccountError> {
        let (persons, args) = (Persons::only(user), (user, allowed));
        self.writers.write(persons, args, |db, args| Box::pin(allow(db, args.0, args.1))).await
    }

    async fn set_private_feed(&self, user: UserId, feed: Option<PrivateFeed>) -> Result<(), AccountError> {
        let (persons, args) = (Persons::only(user), (user, feed));
        self.writers.write(persons, args, |db, args| Box::pin(put(db, args.0, args.1.as_ref()))).await
    }

    async fn owner_of_feed(&self, token: &str) -> Result<Option<UserRecord>, StoreError> {
        // No token has it, and PostgreSQL knows no such text.
        if token.contains('\0') {
            return Ok(None);
        }
        let sql = concat!(
            "SELECT ",
            user_columns!(),
            " FROM feeds f JOIN users u ON u.id = f.\"user\" WHERE f.token = $1 AND ",
            in_use!()
        );
        self.reader().await?.first(sql, &[&token], row::user).await
    }

    async fn last_touch(&self, person: UserId) -> Result<Option<Touch>, StoreError> {
        let sql = "SELECT time_seq, time_at FROM users WHERE id = $1";
        Ok(self.reader().await?.first(sql, &[&uuid(person.as_bytes())], feeds::touch).await?.flatten())
    }

    async fn last_meeting(&self, person: UserId) -> Result<Option<Touch>, StoreError> {
        let sql = "SELECT meetings_seq, meetings_at FROM users WHERE id = $1";
        Ok(self.reader().await?.first(sql, &[&uuid(person.as_bytes())], feeds::touch).await?.flatten())
    }

    async fn names(&self, person: UserId, span: Span) -> Result<Names, StoreError> {
        let sql = select_names!("$1", "$2", "$3", "$4");
        let (from, to) = (seconds(span.start()), seconds(span.end()));
        let (person, earliest) = (uuid(person.as_bytes()), earliest_start(span.start()));
        let db = self.reader().await?;
        Ok(db.first(sql, &[&person, &from, &earliest, &to], feeds::names).await?.unwrap_or_default())
    }

    async fn hold_ends(&self, person: UserId, now: Instant) -> Result<HoldEnds, StoreError> {
        let sql = "SELECT max(expires_at) FILTER (WHERE expires_at <= $2), min(expires_at) FILTER (WHERE expires_at > $2) \
            FROM holds WHERE host = $1 OR guest = $1";
        let db = self.reader().await?;
        let found = db.first(sql, &[&uuid(person.as_bytes()), &seconds(now)], feeds::ends).await?;
        Ok(found.unwrap_or_default())
    }

    async fn event_label(&self, event: EventId) -> Result<Option<EventLabel>, StoreError> {
        let sql = "SELECT u.username, e.slug, e.title FROM events e JOIN users u ON u.id = e.host WHERE e.id = $1";
        self.reader().await?.first(sql, &[&uuid(event.as_bytes())], feeds::label).await
    }
}

async fn allow(db: &Db, user: UserId, allowed: bool) -> Result<(), AccountError> {
    account::by_id(db, user).await?.ok_or(AccountError::NotFound)?;
    let sql = "INSERT INTO feeds (\"user\", free_busy) VALUES ($1, $2) \
        ON CONFLICT (\"user\") DO UPDATE SET free_busy = excluded.free_busy";
    db.run(sql, &[&uuid(user.as_bytes()), &allowed]).await?;
    Ok(())
}

async fn put(db: &Db, user: UserId, feed: Option<&PrivateFeed>) -> Result<(), AccountError> {
    account::by_id(db, user).await?.ok_or(AccountError::NotFound)?;
    let sql = "INSERT INTO feeds (\"user\", free_busy, token, token_made_at) VALUES ($1, FALSE, $2, $3) \
        ON CONFLICT (\"user\") DO UPDATE SET token = excluded.token, token_made_at = excluded.token_made_at";
    let (token, made_at) = (feed.map(|feed| &feed.token), feed.map(|feed| seconds(feed.made_at)));
    db.run(sql, &[&uuid(user.as_bytes()), &token, &made_at]).await?;
    Ok(())
}

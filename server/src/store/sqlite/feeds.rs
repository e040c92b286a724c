//! What subscribers need, as rows.

use async_trait::async_trait;
use meetme_core::id::{EventId, UserId};
use meetme_core::time::{Instant, Span};
use rusqlite::Connection;

use super::value::{first, run, seconds};
use super::{SqliteStore, account};
use crate::store::feeds::{self, select_names};
use crate::store::row::{self, in_use, user_columns};
use crate::store::value::earliest_start;
use crate::store::{
    AccountError, EventLabel, FeedSwitches, Feeds, HoldEnds, Names, PrivateFeed, StoreError, Touch, UserRecord,
};

#[async_trait]
impl Feeds for SqliteStore {
    async fn feed_switches(&self, user: UserId) -> Result<FeedSwitches, StoreError> {
        let sql = "SELECT free_busy, token, token_made_at FROM feeds WHERE user = ?1";
        let read = move |conn: &Connection| first(conn, sql, [user.as_bytes()], feeds::switches);
        Ok(self.readers.look(read).await?.unwrap_or_default())
    }

    async fn allow_free_busy(&self, user: UserId, allowed: bool) -> Result<(), AccountError> {
        let sql = "INSERT INTO feeds (user, free_busy) VALUES (?1, ?2) \
            ON CONFLICT (user) DO UPDATE SET free_busy = excluded.free_busy";
        let write = move |conn: &Connection| {
            account::by_id(conn, user)?.ok_or(AccountError::NotFound)?;
            run(conn, sql, (user.as_bytes(), allowed))?;
            Ok(())
        };
        self.writer.write(write).await
    }

    async fn set_private_feed(&self, user: UserId, feed: Option<PrivateFeed>) -> Result<(), AccountError> {
        let sql = "INSERT INTO feeds (user, free_busy, token, token_made_at) VALUES (?1, FALSE, ?2, ?3) \
            ON CONFLICT (user) DO UPDATE SET token = excluded.token, token_made_at = excluded.token_made_at";
        let write = move |conn: &Connection| {
            account::by_id(conn, user)?.ok_or(AccountError::NotFound)?;
            let made_at = feed.as_ref().map(|feed| seconds(feed.made_at));
            run(conn, sql, (user.as_bytes(), feed.map(|feed| feed.token), made_at))?;
            Ok(())
        };
        self.writer.write(write).await
    }

    async fn owner_of_feed(&self, token: &str) -> Result<Option<UserRecord>, StoreError> {
        let token = token.to_owned();
        let sql = concat!(
            "SELECT ",
            user_columns!(),
            " FROM feeds f JOIN users u ON u.id = f.user WHERE f.token = ?1 AND ",
            in_use!()
        );
        self.readers.look(move |conn| first(conn, sql, [token], row::user)).await
    }

    async fn last_touch(&self, person: UserId) -> Result<Option<Touch>, StoreError> {
        let sql = "SELECT time_seq, time_at FROM users WHERE id = ?1";
        let read = move |conn: &Connection| first(conn, sql, [person.as_bytes()], feeds::touch);
        Ok(self.readers.look(read).await?.flatten())
    }

    async fn last_meeting(&self, person: UserId) -> Result<Option<Touch>, StoreError> {
        let sql = "SELECT meetings_seq, meetings_at FROM users WHERE id = ?1";
        let read = move |conn: &Connection| first(conn, sql, [person.as_bytes()], feeds::touch);
        Ok(self.readers.look(read).await?.flatten())
    }

    async fn names(&self, person: UserId, span: Span) -> Result<Names, StoreError> {
        let sql = select_names!("?1", "?2", "?3", "?4");
        let (from, to) = (seconds(span.start()), seconds(span.end()));
        let params = (*person.as_bytes(), from, earliest_start(span.start()), to);
        Ok(self.readers.look(move |conn| first(conn, sql, params, feeds::names)).await?.unwrap_or_default())
    }

    async fn hold_ends(&self, person: UserId, now: Instant) -> Result<HoldEnds, StoreError> {
        let sql = "SELECT max(expires_at) FILTER (WHERE expires_at <= ?2), min(expires_at) FILTER (WHERE expires_at > ?2) \
            FROM holds WHERE host = ?1 OR guest = ?1";
        let read = move |conn: &Connection| first(conn, sql, (person.as_bytes(), seconds(now)), feeds::ends);
        Ok(self.readers.look(read).await?.unwrap_or_default())
    }

    async fn event_label(&self, event: EventId) -> Result<Option<EventLabel>, StoreError> {
        let sql = "SELECT u.username, e.slug, e.title FROM events e JOIN users u ON u.id = e.host WHERE e.id = ?1";
        self.readers.look(move |conn| first(conn, sql, [event.as_bytes()], feeds::label)).await
    }
}

/// Ends everything that an account lets be read.
pub(super) fn wipe(conn: &Connection, user: UserId) -> rusqlite::Result<()> {
    run(conn, "DELETE FROM feeds WHERE user = ?1", [user.as_bytes()]).map(drop)
}

//! Everything in one SQLite file: one thread writes in batches, many connections read.
//!
//! Read `schema/` first, then [`writer`] (how changes become durable together),
//! [`load`] and [`apply`] (what a change reads and writes), and [`occupancy`]
//! (what makes an overlap impossible).

mod account;
mod answers;
mod apply;
mod backup;
mod booking;
mod calendar;
mod calls;
mod entries;
mod event;
mod fault;
mod feeds;
mod glance;
mod listing;
mod load;
mod log;
mod migrate;
mod occupancy;
mod open;
mod properties;
mod readers;
mod scheduling;
pub(super) mod transfer;
mod value;
mod writer;

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use meetme_core::availability::Calendar;
use meetme_core::booking::Hold;
use meetme_core::cursor::{Cursor, Epoch, Seq};
use meetme_core::event::{Event, Visibility};
use meetme_core::id::{BookingId, EventId, HoldId, Slug, TokenId, UserId, Username};
use meetme_core::time::{Instant, Minutes, Span};
use rusqlite::Connection;

use self::readers::Readers;
use self::value::{all, first, limit, seconds};
use self::writer::Writer;
use super::{
    AccountError, BookingFile, BookingQuery, ChangeError, Counts, Credential, CredentialHash, Decide, EventFile,
    IdempotencyKey, LogPage, OpenError, Outcome, PRUNED_CREDENTIALS, Scope, Store, StoreError, UserRecord, WriterStats,
    people,
};

pub use self::backup::restore;
pub use self::glance::Glance;
pub use self::open::{SqliteOptions, Synchronous};

/// How much there is; bookings are never deleted.
const COUNTS: &str = "SELECT (SELECT count(*) FROM users WHERE deleted_at IS NULL), \
    (SELECT count(*) FROM events WHERE deleted_at IS NULL), (SELECT coalesce(max(row), 0) FROM bookings)";

/// A store in a directory of its own.
pub struct SqliteStore {
    writer: Writer,
    readers: Arc<Readers>,
    epoch: Epoch,
    /// Held as long as the store is open.
    lock: Mutex<Option<File>>,
}

impl SqliteStore {
    /// Opens the database in `dir`, making or migrating it if need be. Before a migration a copy is
    /// kept beside it. Blocks; one store at a time may use a directory.
    #[expect(clippy::needless_pass_by_value, reason = "they are said once, to open one store")]
    pub fn open(dir: &Path, options: SqliteOptions) -> Result<Self, OpenError> {
        let lock = open::lock(dir)?;
        let conn = open::writer(dir, &options)?;
        let sql = "SELECT value FROM meta WHERE name = 'epoch'";
        let epoch: Option<i64> = first(&conn, sql, [], |row| row.int())?;
        calls::forget_all(&conn)?;
        let epoch = epoch.ok_or_else(|| OpenError::Damaged("it has no epoch".to_owned()))?;
        let readers: Result<Vec<_>, _> = (0..options.readers.max(1)).map(|_| open::reader(dir, &options)).collect();
        Ok(Self {
            readers: Readers::new(readers?),
            writer: Writer::start(conn, options.queue.max(1), options.max_batch)?,
            epoch: Epoch(epoch.cast_unsigned()),
            lock: Mutex::new(Some(lock)),
        })
    }

    /// Copies the database as it is now into the file `to`, which must not be there yet; changes go on meanwhile.
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        let to = PathBuf::from(to);
        self.readers.read(move |conn| backup::backup(conn, &to)).await
    }

    /// What is wrong with the database, in words; empty for a sound one. Reads everything.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        self.readers.read(backup::faults).await
    }

    fn shut(&self) {
        self.writer.close();
        self.readers.close();
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.shut();
    }
}

/// The way of every change: a kept answer, or load, decide, apply, keep the answer.
fn change(conn: &Connection, scope: &Scope, mut decide: Decide) -> Result<Outcome, ChangeError> {
    if let Some(key) = &scope.key
        && let Some(answer) = answers::find(conn, key)?
    {
        return Ok(Outcome { answer, heads: Vec::new(), repeated: true });
    }
    let found = load::load(conn, &scope.subject, scope.now)?;
    let decision = decide(&found)?;
    let heads = apply::apply(conn, &decision.changes, scope.now)?;
    if let Some(key) = &scope.key {
        answers::keep(conn, key, &decision.answer, scope.now)?;
    }
    Ok(Outcome { answer: decision.answer, heads, repeated: false })
}

fn prune_credentials(conn: &Connection, now: Instant) -> Result<bool, StoreError> {
    let sql = "DELETE FROM credentials WHERE hash IN \
        (SELECT hash FROM credentials WHERE expires_at < ?1 ORDER BY expires_at LIMIT ?2)";
    let most = limit(PRUNED_CREDENTIALS);
    Ok(limit(value::run(conn, sql, (seconds(now), most))?) == most)
}

#[async_trait]
impl Store for SqliteStore {
    async fn change(&self, scope: Scope, decide: Decide) -> Result<Outcome, ChangeError> {
        self.writer.write(move |conn| change(conn, &scope, decide)).await
    }

    async fn answer(&self, key: &IdempotencyKey) -> Result<Option<Vec<u8>>, ChangeError> {
        let key = key.clone();
        self.readers.look(move |conn| answers::find(conn, &key)).await
    }

    async fn create_user(&self, user: UserRecord, session: Credential) -> Result<(), AccountError> {
        self.writer.write(move |conn| account::create(conn, &user, &session)).await
    }

    async fn user(&self, id: UserId) -> Result<Option<UserRecord>, StoreError> {
        self.readers.look(move |conn| account::by_id(conn, id)).await
    }

    async fn user_by_name(&self, username: &str) -> Result<Option<UserRecord>, StoreError> {
        let username = username.to_owned();
        self.readers.look(move |conn| account::by_name(conn, &username)).await
    }

    async fn any_user_by_name(&self, username: &Username) -> Result<Option<UserRecord>, StoreError> {
        let username = username.clone();
        self.readers.look(move |conn| account::any_by_name(conn, &username)).await
    }

    async fn begin_session(&self, session: Credential, checked: String) -> Result<(), AccountError> {
        self.writer.write(move |conn| account::begin_session(conn, &session, &checked)).await
    }

    async fn add_credential(&self, credential: Credential) -> Result<bool, AccountError> {
        self.writer.write(move |conn| account::add_credential(conn, &credential)).await
    }

    async fn credential(&self, hash: CredentialHash) -> Result<Option<(Credential, UserRecord)>, StoreError> {
        self.readers.look(move |conn| account::credential(conn, hash)).await
    }

    async fn extend_session(&self, hash: CredentialHash, expires_at: Instant) -> Result<(), StoreError> {
        self.writer.write(move |conn| account::extend(conn, hash, expires_at)).await
    }

    async fn end_session(&self, hash: CredentialHash, now: Instant) -> Result<bool, StoreError> {
        self.writer.write(move |conn| account::end(conn, hash, now)).await
    }

    async fn tokens(&self, user: UserId) -> Result<Vec<Credential>, StoreError> {
        self.readers.read(move |conn| account::tokens(conn, user)).await
    }

    async fn revoke_token(&self, user: UserId, token: TokenId, now: Instant) -> Result<bool, StoreError> {
        self.writer.write(move |conn| account::revoke(conn, user, token, now)).await
    }

    async fn event(&self, owner: &Username, slug: &Slug) -> Result<Option<EventFile>, StoreError> {
        let (owner, slug) = (owner.clone(), slug.clone());
        let read = move |conn: &Connection| {
            event::by_name(conn, &owner, &slug)?.map(|offer| event::file(conn, offer)).transpose()
        };
        self.readers.look(read).await
    }

    async fn event_by_id(&self, event: EventId) -> Result<Option<EventFile>, StoreError> {
        let read =
            move |conn: &Connection| event::by_id(conn, event)?.map(|offer| event::file(conn, offer)).transpose();
        self.readers.look(read).await
    }

    async fn events(&self, host: UserId, after: Option<&Slug>, limit: usize) -> Result<Vec<Event>, StoreError> {
        let after = after.cloned();
        self.readers.read(move |conn| event::of_host(conn, host, None, after.as_ref(), limit)).await
    }

    async fn public_events(&self, host: UserId, after: Option<&Slug>, limit: usize) -> Result<Vec<Event>, StoreError> {
        let (after, only) = (after.cloned(), Some(Visibility::Public));
        self.readers.read(move |conn| event::of_host(conn, host, only, after.as_ref(), limit)).await
    }

    async fn calendar(&self, person: UserId, span: Span, now: Instant) -> Result<Calendar, StoreError> {
        let read = move |conn: &Connection| {
            let mut calendar = calendar::whole(conn, person, span, now)?.calendar;
            calendar.keep(entries::busy(conn, person, span)?);
            Ok(calendar)
        };
        self.readers.look(read).await
    }

    async fn widest_buffer(&self, host: UserId) -> Result<Minutes, StoreError> {
        let sql = "SELECT widest_buffer FROM users WHERE id = ?1";
        let read = move |conn: &Connection| first(conn, sql, [host.as_bytes()], |row| row.minutes());
        Ok(self.readers.look(read).await?.unwrap_or_default())
    }

    async fn booking(&self, booking: BookingId) -> Result<Option<BookingFile>, StoreError> {
        self.readers.look(move |conn| listing::one(conn, booking)).await
    }

    async fn bookings(&self, query: BookingQuery, limit: usize) -> Result<Vec<BookingFile>, StoreError> {
        self.readers.read(move |conn| listing::bookings(conn, &query, limit)).await
    }

    async fn booking_places(&self, query: BookingQuery, limit: usize) -> Result<Vec<(Instant, BookingId)>, StoreError> {
        self.readers.read(move |conn| listing::places(conn, &query, limit)).await
    }

    async fn hold(&self, hold: HoldId) -> Result<Option<Hold>, StoreError> {
        self.readers.look(move |conn| booking::hold_by_id(conn, hold)).await
    }

    async fn lapsing(&self, now: Instant, most: usize) -> Result<Vec<BookingId>, StoreError> {
        let sql = "SELECT id FROM bookings WHERE lapses_at <= ?1 AND status = 0 ORDER BY lapses_at LIMIT ?2";
        let params = (seconds(now), limit(most));
        self.readers.read(move |conn| all(conn, sql, params, |row| row.id(BookingId::from_bytes))).await
    }

    async fn expired_holds(&self, now: Instant, most: usize) -> Result<Vec<HoldId>, StoreError> {
        let sql = "SELECT id FROM holds WHERE expires_at <= ?1 ORDER BY expires_at LIMIT ?2";
        let params = (seconds(now), limit(most));
        self.readers.read(move |conn| all(conn, sql, params, |row| row.id(HoldId::from_bytes))).await
    }

    fn epoch(&self) -> Epoch {
        self.epoch
    }

    async fn heads(&self, persons: &[UserId]) -> Result<Vec<(UserId, Seq)>, StoreError> {
        let persons = persons.to_vec();
        self.readers.look(move |conn| log::heads(conn, &persons)).await
    }

    async fn head(&self, person: UserId) -> Result<Cursor, StoreError> {
        let seq = self.readers.look(move |conn| log::head(conn, person)).await?.unwrap_or_default();
        Ok(Cursor { epoch: self.epoch, seq })
    }

    async fn log_after(&self, person: UserId, seq: Seq, limit: usize) -> Result<Option<LogPage>, StoreError> {
        self.readers.read(move |conn| log::after(conn, person, seq, limit)).await
    }

    async fn prune(&self, now: Instant, log_before: Instant, keys_before: Instant) -> Result<bool, StoreError> {
        // Finding what to prune may take a while, so a reader does it.
        let persons = self.readers.read(move |conn| log::prunable(conn, log_before)).await?;
        let prune = move |conn: &Connection| {
            let entries = log::prune(conn, &persons, log_before)? > 0;
            let answers = answers::prune(conn, keys_before)?;
            let credentials = prune_credentials(conn, now)?;
            Ok(entries || answers || credentials)
        };
        self.writer.write(prune).await
    }

    async fn probe(&self) -> Result<(), StoreError> {
        let sql = "INSERT INTO meta (name, value) VALUES ('probe', 1) \
            ON CONFLICT (name) DO UPDATE SET value = value + 1 RETURNING value";
        let written: Option<i64> =
            self.writer.write(move |conn: &Connection| first(conn, sql, [], |row| row.int())).await?;
        let sql = "SELECT value FROM meta WHERE name = 'probe'";
        let read = self.readers.read(move |conn| first(conn, sql, [], |row| row.int())).await?;
        if read >= written { Ok(()) } else { Err(value::broken("probe", "what was written is not there")) }
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        let read = move |conn: &Connection| first(conn, COUNTS, [], people::counts);
        Ok(self.readers.read(read).await?.unwrap_or_default())
    }

    fn writer_stats(&self) -> WriterStats {
        self.writer.stats()
    }

    async fn close(&self) {
        // What was accepted is finished here, which takes one commit or two.
        self.shut();
    }
}

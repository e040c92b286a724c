//! Everything in one PostgreSQL database that many nodes share.
//!
//! Read `schema/` first, then [`writer`] (how changes become durable together),
//! [`persons`] (who is locked for a change), [`load`] and [`apply`] (what it
//! reads and writes). Needs PostgreSQL 13 with the extension `btree_gist`.
//!
//! Nothing here copies the database: `pg_dump` does. A database that was put
//! back from a dump begins another life, see [`begin_anew`].

mod account;
mod answers;
mod apply;
mod calls;
mod connect;
mod db;
mod entries;
mod fault;
mod feeds;
mod flight;
mod listing;
mod load;
mod log;
mod migrate;
mod persons;
mod properties;
mod read;
mod scheduling;
mod tls;
pub(super) mod transfer;
mod writer;

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use deadpool_postgres::Pool;
use meetme_core::availability::Calendar;
use meetme_core::booking::Hold;
use meetme_core::cursor::{Cursor, Epoch, Seq};
use meetme_core::event::{Event, Visibility};
use meetme_core::id::{BookingId, EventId, HoldId, Slug, TokenId, UserId, Username};
use meetme_core::time::{Instant, Minutes, Span};

use self::connect::Address;
use self::db::{Db, uuid};
use self::persons::{Hosts, Persons};
use self::writer::Writers;
use super::checks::CHECKS;
use super::people::{self, Listed, select_listed};
use super::value::{broken, limit, seconds};
use super::{
    AccountError, BookingFile, BookingQuery, ChangeError, Counts, Credential, CredentialHash, Decide, Decision,
    EventFile, Found, IdempotencyKey, LogPage, OpenError, Outcome, PRUNED_CREDENTIALS, Scope, Store, StoreError,
    UserRecord, WriterStats,
};

pub use self::connect::PostgresOptions;

/// How often the persons of a change are looked up again because others came in meanwhile.
const LOOKUPS: usize = 5;

/// A store in a database that other nodes may use at the same time.
pub struct PostgresStore {
    writers: Writers,
    writing: Pool,
    reading: Pool,
    patience: Duration,
    hosts: Hosts,
    epoch: Epoch,
    closed: AtomicBool,
}

impl PostgresStore {
    /// Connects to the database at `url`, making or migrating its tables if need be; nodes may do so
    /// at the same time. `sslmode` in the URL is `disable`, `prefer` (the default: encrypted if the
    /// server can, whoever it is) or `require` (its certificate is checked, against `sslrootcert` if
    /// given). Must be called on a tokio runtime.
    pub async fn open(url: &str, options: PostgresOptions) -> Result<Self, OpenError> {
        let address = Address::of(url, &options)?;
        let writing = address.pool(options.writers + 1, true, &options)?;
        let reading = address.pool(options.readers, false, &options)?;
        let patience = options.patience();
        let db = Db::from(&writing, patience).await.map_err(|error| address.refused(error.words()))?;
        let epoch = migrate::bring_up(&db, &address, options.new_epoch).await?;
        drop(db);
        Ok(Self {
            writers: Writers::start(&writing, &options),
            writing,
            reading,
            patience,
            hosts: Hosts::default(),
            epoch: Epoch(epoch),
            closed: AtomicBool::new(false),
        })
    }

    /// What is wrong with the database, in words; empty for a sound one. Reads everything.
    pub async fn check(&self) -> Result<Vec<String>, StoreError> {
        let db = self.reader().await?;
        let mut faults = Vec::new();
        for (what, sql) in CHECKS {
            let rows = db.first(sql, &[], |row| row.int()).await?.unwrap_or(0);
            if rows > 0 {
                faults.push(format!("{what}: {rows}"));
            }
        }
        Ok(faults)
    }

    /// Accounts by username, those after `after`.
    pub async fn people(&self, after: Option<&Username>, most: usize) -> Result<Vec<Listed>, StoreError> {
        let after = after.map_or("", Username::as_str);
        let sql = select_listed!("u.username > $1 ORDER BY u.username LIMIT $2");
        self.reader().await?.all(sql, &[&after, &limit(most)], people::listed).await
    }

    /// One account.
    pub async fn person(&self, username: &Username) -> Result<Option<Listed>, StoreError> {
        let sql = select_listed!("u.username = $1");
        self.reader().await?.first(sql, &[&username.as_str()], people::listed).await
    }

    /// A connection that reads.
    async fn reader(&self) -> Result<Db, StoreError> {
        if self.closed.load(Ordering::Relaxed) {
            return Err(StoreError::Unavailable);
        }
        Ok(Db::from(&self.reading, self.patience).await?)
    }

    /// Whom a change concerns.
    async fn persons(&self, scope: &Scope) -> Result<Persons, StoreError> {
        let mut persons = match self.hosts.of_slot(&scope.subject) {
            Some(persons) => persons,
            None => persons::of(&self.reader().await?, &self.hosts, &scope.subject, scope.now).await?,
        };
        persons.all.extend(scope.key.as_ref().map(|key| key.user));
        Ok(persons)
    }
}

/// Tells a database that was put back from a dump that it begins another life with `new_epoch`:
/// cursors from before are void, for logs may have gone on after the dump.
pub async fn begin_anew(url: &str, options: PostgresOptions) -> Result<(), OpenError> {
    let epoch = options.new_epoch.cast_signed();
    let store = PostgresStore::open(url, options).await?;
    let db = store.reader().await?;
    db.run("UPDATE meta SET value = $1 WHERE name = 'epoch'", &[&epoch]).await.map_err(StoreError::from)?;
    store.close().await;
    Ok(())
}

/// A change that is on its way, which may have to be begun again.
struct Wanted {
    scope: Scope,
    /// Asked by one transaction at a time.
    decide: Arc<Mutex<Decide>>,
    locked: BTreeSet<UserId>,
}

enum Progress {
    Done(Outcome),
    /// It concerns more persons than were locked.
    Again,
}

/// The way of every change: a kept answer, or load, decide, apply, keep the answer.
async fn change(db: &Db, wanted: &Wanted) -> Result<Progress, ChangeError> {
    let Wanted { scope, decide, locked } = wanted;
    let kept = async {
        match &scope.key {
            Some(key) => answers::find(db, key).await,
            None => Ok(None),
        }
    };
    let (kept, found) = tokio::join!(biased; kept, load::load(db, &scope.subject, scope.now));
    if let Some(answer) = kept? {
        return Ok(Progress::Done(Outcome { answer, heads: Vec::new(), repeated: true }));
    }
    let found = found?;
    if !persons::in_found(&found).is_subset(locked) {
        return Ok(Progress::Again);
    }
    let Decision { changes, answer } = ask(decide, &found)?;
    let keep = scope.key.as_ref().map(|key| (key, answer.as_slice()));
    let heads = apply::apply(db, &changes, keep, scope.now).await?;
    Ok(Progress::Done(Outcome { answer, heads, repeated: false }))
}

fn ask(decide: &Mutex<Decide>, found: &Found) -> Result<Decision, ChangeError> {
    let mut decide = decide.lock().unwrap_or_else(PoisonError::into_inner);
    let decided = catch_unwind(AssertUnwindSafe(|| decide(found)));
    Ok(decided.map_err(|_| StoreError::Broken("a rule panicked".to_owned()))??)
}

async fn prune_credentials(db: &Db, now: Instant) -> Result<bool, StoreError> {
    // What another node is deleting is passed over.
    let sql = "DELETE FROM credentials WHERE hash IN (SELECT hash FROM credentials WHERE expires_at < $1 \
        ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)";
    let most = limit(PRUNED_CREDENTIALS);
    Ok(db.run(sql, &[&seconds(now), &most]).await? == most.unsigned_abs())
}

/// Forgets writers of nodes that are gone.
async fn prune_writers(db: &Db) -> Result<(), StoreError> {
    let sql = "DELETE FROM writers WHERE id IN (SELECT id FROM writers WHERE at < now() - interval '1 day' \
        LIMIT $1 FOR UPDATE SKIP LOCKED)";
    db.run(sql, &[&limit(PRUNED_CREDENTIALS)]).await?;
    Ok(())
}

#[async_trait]
impl Store for PostgresStore {
    async fn change(&self, scope: Scope, decide: Decide) -> Result<Outcome, ChangeError> {
        let decide = Arc::new(Mutex::new(decide));
        for _ in 0..LOOKUPS {
            let persons = self.persons(&scope).await?;
            let locked = persons.all.clone();
            let wanted = Wanted { scope: scope.clone(), decide: Arc::clone(&decide), locked };
            match self.writers.write(persons, wanted, |db, wanted| Box::pin(change(db, wanted))).await? {
                Progress::Done(outcome) => return Ok(outcome),
                Progress::Again => {}
            }
        }
        Err(StoreError::Busy.into())
    }

    async fn answer(&self, key: &IdempotencyKey) -> Result<Option<Vec<u8>>, ChangeError> {
        answers::find(&self.reader().await?, key).await
    }

    async fn create_user(&self, user: UserRecord, session: Credential) -> Result<(), AccountError> {
        let args = (user, session);
        self.writers.write(Persons::default(), args, |db, args| Box::pin(account::create(db, &args.0, &args.1))).await
    }

    async fn user(&self, id: UserId) -> Result<Option<UserRecord>, StoreError> {
        account::by_id(&self.reader().await?, id).await
    }

    async fn user_by_name(&self, username: &str) -> Result<Option<UserRecord>, StoreError> {
        account::by_name(&self.reader().await?, username).await
    }

    async fn any_user_by_name(&self, username: &Username) -> Result<Option<UserRecord>, StoreError> {
        account::any_by_name(&self.reader().await?, username).await
    }

    async fn begin_session(&self, session: Credential, checked: String) -> Result<(), AccountError> {
        let (persons, args) = (Persons::only(session.user), (session, checked));
        self.writers.write(persons, args, |db, args| Box::pin(account::begin_session(db, &args.0, &args.1))).await
    }

    async fn add_credential(&self, credential: Credential) -> Result<bool, AccountError> {
        let persons = Persons::only(credential.user);
        self.writers.write(persons, credential, |db, new| Box::pin(account::add_credential(db, new))).await
    }

    async fn credential(&self, hash: CredentialHash) -> Result<Option<(Credential, UserRecord)>, StoreError> {
        account::credential(&self.reader().await?, hash).await
    }

    async fn extend_session(&self, hash: CredentialHash, expires_at: Instant) -> Result<(), StoreError> {
        let args = (hash, expires_at);
        self.writers.write(Persons::default(), args, |db, args| Box::pin(account::extend(db, args.0, args.1))).await
    }

    async fn end_session(&self, hash: CredentialHash, now: Instant) -> Result<bool, StoreError> {
        let owner = account::owner(&self.reader().await?, hash).await?;
        let Some(owner) = owner else { return Ok(false) };
        let args = (hash, now);
        self.writers.write(Persons::only(owner), args, |db, args| Box::pin(account::end(db, args.0, args.1))).await
    }

    async fn tokens(&self, user: UserId) -> Result<Vec<Credential>, StoreError> {
        account::tokens(&self.reader().await?, user).await
    }

    async fn revoke_token(&self, user: UserId, token: TokenId, now: Instant) -> Result<bool, StoreError> {
        let args = (user, token, now);
        let revoke = self
            .writers
            .write(Persons::only(user), args, |db, args| Box::pin(account::revoke(db, args.0, args.1, args.2)));
        revoke.await
    }

    async fn event(&self, owner: &Username, slug: &Slug) -> Result<Option<EventFile>, StoreError> {
        read::file_by_name(&self.reader().await?, owner, slug).await
    }

    async fn event_by_id(&self, event: EventId) -> Result<Option<EventFile>, StoreError> {
        read::file_by_id(&self.reader().await?, event).await
    }

    async fn events(&self, host: UserId, after: Option<&Slug>, limit: usize) -> Result<Vec<Event>, StoreError> {
        read::events_of(&self.reader().await?, host, None, after, limit).await
    }

    async fn public_events(&self, host: UserId, after: Option<&Slug>, limit: usize) -> Result<Vec<Event>, StoreError> {
        read::events_of(&self.reader().await?, host, Some(Visibility::Public), after, limit).await
    }

    async fn calendar(&self, person: UserId, span: Span, now: Instant) -> Result<Calendar, StoreError> {
        let db = self.reader().await?;
        let (busy, entries) =
            tokio::try_join!(read::calendar(&db, person, span, now), entries::busy(&db, person, span))?;
        let mut calendar = busy.calendar;
        calendar.keep(entries);
        Ok(calendar)
    }

    async fn widest_buffer(&self, host: UserId) -> Result<Minutes, StoreError> {
        let sql = "SELECT widest_buffer FROM users WHERE id = $1";
        let db = self.reader().await?;
        Ok(db.first(sql, &[&uuid(host.as_bytes())], |row| row.minutes()).await?.unwrap_or_default())
    }

    async fn booking(&self, booking: BookingId) -> Result<Option<BookingFile>, StoreError> {
        listing::one(&self.reader().await?, booking).await
    }

    async fn bookings(&self, query: BookingQuery, limit: usize) -> Result<Vec<BookingFile>, StoreError> {
        listing::bookings(&self.reader().await?, &query, limit).await
    }

    async fn booking_places(&self, query: BookingQuery, limit: usize) -> Result<Vec<(Instant, BookingId)>, StoreError> {
        listing::places(&self.reader().await?, &query, limit).await
    }

    async fn hold(&self, hold: HoldId) -> Result<Option<Hold>, StoreError> {
        read::hold(&self.reader().await?, hold).await
    }

    async fn lapsing(&self, now: Instant, most: usize) -> Result<Vec<BookingId>, StoreError> {
        let sql = "SELECT id FROM bookings WHERE lapses_at <= $1 AND status = 0 ORDER BY lapses_at LIMIT $2";
        let db = self.reader().await?;
        db.all(sql, &[&seconds(now), &limit(most)], |row| row.id(BookingId::from_bytes)).await
    }

    async fn expired_holds(&self, now: Instant, most: usize) -> Result<Vec<HoldId>, StoreError> {
        let sql = "SELECT id FROM holds WHERE expires_at <= $1 ORDER BY expires_at LIMIT $2";
        let db = self.reader().await?;
        db.all(sql, &[&seconds(now), &limit(most)], |row| row.id(HoldId::from_bytes)).await
    }

    fn epoch(&self) -> Epoch {
        self.epoch
    }

    async fn head(&self, person: UserId) -> Result<Cursor, StoreError> {
        let seq = log::head(&self.reader().await?, person).await?.unwrap_or_default();
        Ok(Cursor { epoch: self.epoch, seq })
    }

    async fn heads(&self, persons: &[UserId]) -> Result<Vec<(UserId, Seq)>, StoreError> {
        log::heads(&self.reader().await?, persons).await
    }

    async fn log_after(&self, person: UserId, seq: Seq, limit: usize) -> Result<Option<LogPage>, StoreError> {
        log::after(&self.reader().await?, person, seq, limit).await
    }

    async fn prune(&self, now: Instant, log_before: Instant, keys_before: Instant) -> Result<bool, StoreError> {
        let persons = log::prunable(&self.reader().await?, log_before).await?;
        let locked = Persons { lead: None, all: persons.iter().copied().collect() };
        let args = (persons, now, log_before, keys_before);
        self.writers.write(locked, args, |db, args| Box::pin(prune(db, args))).await
    }

    async fn probe(&self) -> Result<(), StoreError> {
        let written = self.writers.write(Persons::default(), (), |db, ()| Box::pin(bump_probe(db))).await?;
        let sql = "SELECT value FROM meta WHERE name = 'probe'";
        let read = self.reader().await?.first(sql, &[], |row| row.int()).await?;
        if read >= written { Ok(()) } else { Err(broken("probe", "what was written is not there")) }
    }

    async fn counts(&self) -> Result<Counts, StoreError> {
        // Counted while there are few, estimated from the last ANALYZE when there are many.
        let sql = "SELECT (SELECT count(*) FROM users WHERE deleted_at IS NULL), \
            (SELECT count(*) FROM events WHERE deleted_at IS NULL), \
            (SELECT CASE WHEN c.reltuples > 10000 THEN c.reltuples::bigint ELSE (SELECT count(*) FROM bookings) END \
            FROM pg_class c WHERE c.oid = 'bookings'::regclass)";
        let db = self.reader().await?;
        let read = db
            .first(sql, &[], |row| Ok(Counts { users: row.number()?, events: row.number()?, bookings: row.number()? }));
        Ok(read.await?.unwrap_or_default())
    }

    fn writer_stats(&self) -> WriterStats {
        self.writers.stats()
    }

    async fn close(&self) {
        self.closed.store(true, Ordering::Relaxed);
        self.writers.close().await;
        self.writing.close();
        self.reading.close();
    }
}

async fn prune(db: &Db, args: &(Vec<UserId>, Instant, Instant, Instant)) -> Result<bool, StoreError> {
    let (persons, now, log_before, keys_before) = args;
    let entries = log::prune(db, persons, *log_before).await? > 0;
    let answers = answers::prune(db, *keys_before).await?;
    let credentials = prune_credentials(db, *now).await?;
    prune_writers(db).await?;
    Ok(entries || answers || credentials)
}

async fn bump_probe(db: &Db) -> Result<Option<i64>, StoreError> {
    let sql = "INSERT INTO meta AS m (name, value) VALUES ('probe', 1) \
        ON CONFLICT (name) DO UPDATE SET value = m.value + 1 RETURNING value";
    db.first(sql, &[], |row| row.int()).await
}

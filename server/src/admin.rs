//! What is done to an installation from beside it: `meetme admin`.

use std::path::PathBuf;
use std::time::Duration;

use meetme_core::change::Change;
use meetme_core::id::{UserId, Username};
use meetme_core::time::Instant;

use crate::ids;
use crate::passwords::{MAX_PASSWORD, MIN_PASSWORD, Passwords};
use crate::store::people::Listed;
use crate::store::postgres::{PostgresOptions, PostgresStore};
use crate::store::sqlite::{Glance, SqliteOptions, SqliteStore};
use crate::store::{ChangeError, Decision, Found, OpenError, Scope, Store, StoreError, Subject};

/// How long a statement may take: to check everything takes a while.
const PATIENCE: Duration = Duration::from_secs(60 * 60);

/// Where an installation keeps everything.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// A directory as in `meetme serve --data`, or a file that is a backup of one.
    Sqlite(PathBuf),
    /// A `postgres://` URL. It may hold a password: it is never shown.
    Postgres(String),
}

/// Why it was not done.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The place cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Reading or writing failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such account.
    #[error("there is no account `{username}`")]
    NoSuchUser {
        /// What was named.
        username: Username,
    },
    /// The new password is too short or too long.
    #[error("a password has {MIN_PASSWORD} to {MAX_PASSWORD} characters")]
    BadPassword,
    /// The account could not be changed.
    #[error("the account was left as it is: {0}")]
    Change(ChangeError),
}

impl Place {
    /// What is wrong with what is kept, in words; empty where all is well. A server may go on meanwhile.
    pub async fn faults(&self) -> Result<Vec<String>, AdminError> {
        match self {
            Self::Sqlite(path) => Ok(Glance::at(path)?.faults()?),
            Self::Postgres(url) => {
                let store = postgres(url).await?;
                let faults = store.check().await;
                store.close().await;
                Ok(faults?)
            }
        }
    }

    /// Accounts by username, those after `after`. A server may go on meanwhile.
    pub async fn people(&self, after: Option<&Username>, most: usize) -> Result<Vec<Listed>, AdminError> {
        match self {
            Self::Sqlite(path) => Ok(Glance::at(path)?.people(after, most)?),
            Self::Postgres(url) => {
                let store = postgres(url).await?;
                let people = store.people(after, most).await;
                store.close().await;
                Ok(people?)
            }
        }
    }

    /// One account. A server may go on meanwhile.
    pub async fn person(&self, username: &Username) -> Result<Listed, AdminError> {
        let found = match self {
            Self::Sqlite(path) => Glance::at(path)?.person(username)?,
            Self::Postgres(url) => {
                let store = postgres(url).await?;
                let person = store.person(username).await;
                store.close().await;
                person?
            }
        };
        found.ok_or_else(|| AdminError::NoSuchUser { username: username.clone() })
    }

    /// Gives an account, disabled or not, another password and ends its log-ins; app tokens stay. Nodes on PostgreSQL notice within
    /// seconds; a server on SQLite has to be stopped for that.
    pub async fn set_password(&self, username: &Username, password: String, now: Instant) -> Result<(), AdminError> {
        if !(MIN_PASSWORD..=MAX_PASSWORD).contains(&password.chars().count()) {
            return Err(AdminError::BadPassword);
        }
        let store = self.writable().await?;
        let done = change_password(store.as_ref(), username, password, now).await;
        store.close().await;
        done
    }

    /// Disables an account, or enables it again; false if it is so already. Log-ins end, and what it has stays: it
    /// cannot be used, and nobody finds it or its events. Otherwise as [`Self::set_password`].
    pub async fn switch(&self, username: &Username, enabled: bool, now: Instant) -> Result<bool, AdminError> {
        let person = self.person(username).await?;
        if person.disabled_at.is_none() == enabled {
            return Ok(false);
        }
        let store = self.writable().await?;
        let done = switch(store.as_ref(), person.id, (!enabled).then_some(now), now).await;
        store.close().await;
        done.map(|()| true)
    }

    async fn writable(&self) -> Result<Box<dyn Store>, AdminError> {
        Ok(match self {
            Self::Sqlite(path) => {
                // Nothing is made where nothing is.
                drop(Glance::at(path)?);
                Box::new(SqliteStore::open(path, SqliteOptions::new(new_epoch()))?)
            }
            Self::Postgres(url) => Box::new(postgres(url).await?),
        })
    }
}

async fn switch(store: &dyn Store, user: UserId, disabled_at: Option<Instant>, now: Instant) -> Result<(), AdminError> {
    let changes = vec![Change::AccountSwitched { user, disabled_at }, Change::CredentialsChanged { user }];
    make(store, Subject::Account(user), changes, now).await
}

/// Makes changes that depend on nothing.
async fn make(store: &dyn Store, subject: Subject, changes: Vec<Change>, now: Instant) -> Result<(), AdminError> {
    let decide = move |_: &Found| Ok(Decision { changes: changes.clone(), answer: Vec::new() });
    let scope = Scope { subject, now, key: None };
    store.change(scope, Box::new(decide)).await.map(drop).map_err(AdminError::Change)
}

async fn change_password(
    store: &dyn Store,
    username: &Username,
    password: String,
    now: Instant,
) -> Result<(), AdminError> {
    let user = store.any_user_by_name(username).await?;
    let user = user.ok_or_else(|| AdminError::NoSuchUser { username: username.clone() })?.id;
    let hash = Passwords::new(1, 1).hash(password).await.expect("nobody else is waiting");
    make(store, Subject::Person(user), vec![Change::PasswordChanged { user, hash, kept: None }], now).await
}

async fn postgres(url: &str) -> Result<PostgresStore, OpenError> {
    let options = PostgresOptions {
        readers: 1,
        writers: 1,
        statement_timeout: PATIENCE,
        ..PostgresOptions::new(new_epoch(), ids::uuid().as_u128())
    };
    PostgresStore::open(url, options).await
}

/// A new life of an installation: at random, so that no cursor of another one fits.
pub fn new_epoch() -> u64 {
    u64::from_be_bytes(ids::random())
}

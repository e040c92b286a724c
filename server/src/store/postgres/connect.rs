//! From a URL to pools of connections: address, TLS, and what every session is told first.

use std::time::Duration;

use deadpool_postgres::{Hook, HookError, Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode};

use super::tls::{self, Trust};
use crate::store::OpenError;

/// Held shared by every writing session, and alone by whoever moves the data elsewhere.
pub(super) const SERVING: i64 = 0x6d65_6574_0001;
/// Held by whoever brings the schema up.
pub(super) const MIGRATING: i64 = 0x6d65_6574_0002;

/// How PostgreSQL is used. [`PostgresOptions::new`] has what a server wants.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// How many reads run side by side.
    pub readers: usize,
    /// How many batches of changes are written side by side.
    pub writers: usize,
    /// How many changes may wait for each writer; further ones are told `Busy`.
    pub queue: usize,
    /// How many changes may share a commit.
    pub max_batch: usize,
    /// How long a change may wait for the persons it concerns (`lock_timeout`).
    pub lock_timeout: Duration,
    /// How long a statement may take (`statement_timeout`).
    pub statement_timeout: Duration,
    /// How long a connection may take to be made.
    pub connect_timeout: Duration,
    /// Whether a commit waits for the server's disk. Not to do so is only to measure what waiting costs.
    pub synchronous: bool,
    /// The epoch of a database that is made anew: random.
    pub new_epoch: u64,
    /// What the writers of this store are told apart by from those of all others: random.
    pub name: u128,
}

impl PostgresOptions {
    /// What a server wants. Both numbers are random.
    pub fn new(new_epoch: u64, name: u128) -> Self {
        Self {
            readers: 8,
            writers: 4,
            queue: 1024,
            max_batch: 64,
            lock_timeout: Duration::from_secs(5),
            statement_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            synchronous: true,
            new_epoch,
            name,
        }
    }

    /// How long an answer is waited for: the server gives up before.
    pub(super) fn patience(&self) -> Duration {
        self.statement_timeout + self.lock_timeout
    }
}

/// Where a database is and how to get there.
pub(super) struct Address {
    config: Config,
    trust: Trust,
    /// Host and port, for people. The rest of the URL may hold a password.
    pub(super) shown: String,
}

impl Address {
    /// Reads a URL. Nothing of it but the host is ever shown.
    pub(super) fn of(url: &str, options: &PostgresOptions) -> Result<Self, OpenError> {
        let unreadable = |why: String| OpenError::Database { host: "the given URL".to_owned(), why };
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        if !["postgres://", "postgresql://"].iter().any(|scheme| base.starts_with(scheme)) {
            return Err(unreadable("it must begin with postgres://".to_owned()));
        }
        let (mut mode, mut root) = (None, None);
        let mut rest = form_urlencoded::Serializer::new(String::new());
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "sslmode" => mode = Some(tls::mode(&value).map_err(unreadable)?),
                "sslrootcert" => root = Some(value.into_owned()),
                _ => drop(rest.append_pair(&name, &value)),
            }
        }
        let rest = rest.finish().replace('+', "%20");
        let mut config: Config = format!("{base}?{rest}")
            .trim_end_matches('?')
            .parse()
            .map_err(|error: tokio_postgres::Error| unreadable(super::fault::chain(&error)))?;
        let mode = mode.unwrap_or(if root.is_some() { SslMode::Require } else { SslMode::Prefer });
        config.ssl_mode(mode).connect_timeout(options.connect_timeout).tcp_user_timeout(options.patience());
        config.keepalives_idle(Duration::from_secs(15)).keepalives_interval(Duration::from_secs(5));
        if config.get_application_name().is_none() {
            config.application_name("meetme");
        }
        let trust = match (mode, root) {
            (SslMode::Require, Some(path)) => Trust::File(path),
            (SslMode::Require, None) => Trust::Web,
            _ => Trust::Anyone,
        };
        let shown = shown(&config);
        Ok(Self { config, trust, shown })
    }

    /// Why the database cannot be used, with where it is.
    pub(super) fn refused(&self, why: impl Into<String>) -> OpenError {
        OpenError::Database { host: self.shown.clone(), why: why.into() }
    }

    /// A pool of at most `most` sessions. Those of `writers` say that they serve.
    pub(super) fn pool(&self, most: usize, writers: bool, options: &PostgresOptions) -> Result<Pool, OpenError> {
        let tls = tls::connector(&self.trust).map_err(|why| self.refused(why))?;
        let manager_config = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(self.config.clone(), tls, manager_config);
        let first = first_words(options);
        let greet = Hook::async_fn(move |client: &mut deadpool_postgres::ClientWrapper, _| {
            let first = first.clone();
            Box::pin(async move {
                client.batch_execute(&first).await.map_err(HookError::Backend)?;
                if !writers {
                    return Ok(());
                }
                let sql = "SELECT pg_try_advisory_lock_shared($1)";
                let row = client.query_one(sql, &[&SERVING]).await.map_err(HookError::Backend)?;
                match row.get(0) {
                    true => Ok(()),
                    false => Err(HookError::message("the database is being moved")),
                }
            })
        });
        Pool::builder(manager)
            .max_size(most.max(1))
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(options.patience()))
            .create_timeout(Some(options.connect_timeout + options.statement_timeout))
            .post_create(greet)
            .build()
            .map_err(|error| self.refused(error.to_string()))
    }
}

/// What a session is told before it is used.
fn first_words(options: &PostgresOptions) -> String {
    let (statement, lock) = (options.statement_timeout.as_millis(), options.lock_timeout.as_millis());
    let idle = options.patience().as_millis();
    // What the administrator chose stands, unless it would lose what was acknowledged.
    let synchronous = match options.synchronous {
        true => {
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        }
        false => "SET synchronous_commit = off",
    };
    format!(
        "SET statement_timeout = {statement}; SET lock_timeout = {lock}; \
         SET idle_in_transaction_session_timeout = {idle}; {synchronous}"
    )
}

fn shown(config: &Config) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(name)) => name.clone(),
        #[cfg(unix)]
        Some(Host::Unix(path)) => path.display().to_string(),
        None => config.get_hostaddrs().first().map_or_else(|| "localhost".to_owned(), ToString::to_string),
    };
    format!("{host}:{}", config.get_ports().first().unwrap_or(&5432))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(url: &str) -> Result<Address, OpenError> {
        Address::of(url, &PostgresOptions::new(1, 2))
    }

    #[test]
    fn an_address_shows_neither_name_nor_password() {
        let there = address("postgres://ann:secret@db.example:5433/meetme?sslmode=require").unwrap();

        assert_eq!(there.shown, "db.example:5433");
        assert_eq!(there.refused("no").to_string(), "cannot use the database at db.example:5433: no");
    }

    #[test]
    fn a_url_that_cannot_be_read_is_not_repeated() {
        for bad in
            ["mysql://zora:secret@db/x", "postgres://zora:secret@db/x?sslmode=maybe", "postgres://zora:secret@db:x/"]
        {
            let refused = address(bad).err().unwrap().to_string();

            assert!(!refused.contains("secret") && !refused.contains("zora"), "{refused}");
        }
    }

    #[test]
    fn certificates_are_asked_for_where_the_url_says_so() {
        let trust = |url| address(url).unwrap().trust;

        assert!(matches!(trust("postgres://db/x"), Trust::Anyone));
        assert!(matches!(trust("postgres://db/x?sslmode=require"), Trust::Web));
        assert!(
            matches!(trust("postgres://db/x?sslmode=verify-full&sslrootcert=%2Fca.pem"), Trust::File(p) if p == "/ca.pem")
        );
        assert!(matches!(trust("postgres://db/x?sslrootcert=/ca.pem"), Trust::File(_)));
    }
}

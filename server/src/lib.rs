//! The meetme server as a library: [`run`] is `meetme serve`, [`Server`] is the
//! same for tests and the demo, on a port and with a clock of their choosing.
//!
//! Read in this order: [`store`] says what is kept and promised; [`actions`]
//! are the verbs, one file each; [`http`] is the REST door in front of them and
//! [`caldav`] that of calendar apps; [`signal`] and [`turn`] bring the two ends
//! of a call together; [`workers`] do what time alone makes due. [`config`] names
//! every limit.

pub mod actions;
pub mod admin;
pub mod app;
pub mod bus;
pub mod caldav;
pub mod changes;
pub mod clock;
pub mod config;
pub mod credentials;
pub mod disk;
pub mod feeds;
mod headers;
pub mod http;
pub mod ids;
pub mod life;
mod memory;
pub mod metrics;
mod packing;
pub mod passwords;
pub mod probe;
pub mod rate;
mod serve;
pub mod signal;
pub mod slots;
pub mod store;
pub mod streams;
pub mod turn;
pub mod web;
pub mod workers;

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::turn::{SECRET as TURN_SECRET, Turn, TurnError};
use app::App;
use bus::{BadBusUrl, Health};
use clock::{Clock, SystemClock};
use config::{Config, Durability};
use life::{Life, Phase};
use store::postgres::{PostgresOptions, PostgresStore};
use store::sqlite::{SqliteOptions, SqliteStore, Synchronous};
use store::{OpenError, Store, StoreError};

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Its data cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Its bus has no address that can be used.
    #[error(transparent)]
    Bus(#[from] BadBusUrl),
    /// It cannot serve STUN and TURN.
    #[error(transparent)]
    Turn(#[from] TurnError),
    /// Its data could not be used at the start.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// It cannot listen where it was told to.
    #[error("cannot listen on {listen}: {why}")]
    Listen {
        /// Where.
        listen: SocketAddr,
        /// What the system says.
        why: std::io::Error,
    },
}

/// A running server. Dropping it stops it without waiting; [`Server::stop`] waits.
pub struct Server {
    address: SocketAddr,
    app: App,
    tasks: Vec<JoinHandle<()>>,
}

impl Server {
    /// Opens the data, listens, and serves in the background.
    pub async fn start(config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        memory::return_large_blocks();
        let store = open(&config).await?;
        Self::start_over(store, config, clock).await
    }

    /// As [`Server::start`], over a store that was opened elsewhere; what `config` says of the data is
    /// only looked at for its free space.
    pub async fn start_over(store: Arc<dyn Store>, config: Config, clock: Arc<dyn Clock>) -> Result<Self, StartError> {
        let bus = bus::open(config.bus.as_deref(), store.epoch(), config.database.is_some())?;
        if bus.health() == Health::None {
            tracing::info!("no bus: what other nodes do is found by looking at the logs");
        }
        let cannot_listen = |why| StartError::Listen { listen: config.listen, why };
        let listener = TcpListener::bind(config.listen).await.map_err(cannot_listen)?;
        let address = listener.local_addr().map_err(cannot_listen)?;
        let public_url = config.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        let life = Life::new();
        let turn = match &config.turn {
            Some(turn) => {
                let secret = store.shared_secret(TURN_SECRET, ids::random()).await?;
                Some(Turn::start(turn, &config.limits, secret, clock.clone(), life.watch()).await?)
            }
            None => None,
        };
        let app = App::new(store, bus, clock, config, public_url.trim_end_matches('/').to_owned(), (life, turn));
        let router = http::router(&app);
        let (limits, ending) = (app.config.limits.clone(), app.life.watch());
        let tasks = vec![
            tokio::spawn(async move { serve::serve(listener, router, &limits, ending).await }),
            tokio::spawn(workers::run(app.clone(), app.life.watch())),
            tokio::spawn(app.changes.clone().run(app.life.watch())),
            tokio::spawn(forget_credentials(app.clone())),
            tokio::spawn(signal::run(app.clone(), app.life.watch())),
        ];
        Ok(Self { address, app, tasks })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How the world reaches it.
    pub fn public_url(&self) -> &str {
        &self.app.public_url
    }

    /// Its parts.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Says that it is not ready, for the grace period; then stops accepting, sends streams elsewhere,
    /// finishes what was accepted, and closes the data.
    pub async fn stop(mut self) {
        self.app.life.enter(Phase::Draining);
        tokio::time::sleep(self.app.config.limits.drain_grace).await;
        self.app.life.enter(Phase::Stopping);
        for task in std::mem::take(&mut self.tasks) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a part of the server failed");
            }
        }
        self.app.store.close().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.app.life.enter(Phase::Stopping);
    }
}

async fn forget_credentials(app: App) {
    changes::forget_credentials(&app.credentials, app.store.as_ref(), app.bus.as_ref(), app.life.watch()).await;
}

async fn open(config: &Config) -> Result<Arc<dyn Store>, OpenError> {
    let limits = &config.limits;
    let new_epoch = u64::from_be_bytes(ids::random());
    let waits = config.durability == Durability::Full;
    if let Some(url) = &config.database {
        let options = PostgresOptions {
            readers: limits.readers,
            queue: limits.write_queue,
            max_batch: limits.write_batch,
            synchronous: waits,
            ..PostgresOptions::new(new_epoch, ids::uuid().as_u128())
        };
        return Ok(Arc::new(PostgresStore::open(url, options).await?));
    }
    let options = SqliteOptions {
        readers: limits.readers,
        queue: limits.write_queue,
        max_batch: limits.write_batch,
        synchronous: if waits { Synchronous::Full } else { Synchronous::Off },
        ..SqliteOptions::new(new_epoch)
    };
    Ok(Arc::new(SqliteStore::open(&config.data, options)?))
}

/// `meetme serve`: serves until the process is told to stop (SIGTERM, SIGINT),
/// telling `started` where. A second signal ends it at once.
pub async fn run(config: Config, started: impl FnOnce(&Server)) -> Result<(), StartError> {
    let server = Server::start(config, Arc::new(SystemClock)).await?;
    tracing::info!(address = %server.address(), url = server.public_url(), "serving");
    started(&server);
    told_to_stop().await;
    tracing::info!("stopping: finishing what was accepted");
    tokio::select! {
        () = server.stop() => tracing::info!("stopped"),
        () = told_to_stop() => tracing::warn!("stopped before everything was finished"),
    }
    Ok(())
}

async fn told_to_stop() {
    let interrupted = tokio::signal::ctrl_c();
    let mut terminated = match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(signal) => signal,
        Err(error) => {
            tracing::warn!(%error, "SIGTERM cannot be heard");
            let _ = interrupted.await;
            return;
        }
    };
    tokio::select! {
        _ = interrupted => {}
        _ = terminated.recv() => {}
    }
}

//! One server as a process of its own, which can be killed.

use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use meetme_core::time::{Instant, Minutes};
use meetme_server::Server;
use meetme_server::clock::{Clock, Stopwatch};
use meetme_server::config::{Config, Durability, Limits, RateLimits};
use serde::{Deserialize, Serialize};

/// The variable that makes this program a node; its value is a [`NodeArgs`] as JSON.
pub const VARIABLE: &str = "MEETME_SIM_NODE";
/// What a node prints before its address when it takes requests.
pub const READY: &str = "sim-node at ";
/// What a node is told on its standard input to stop in good order. When that input ends it ends at once.
pub const STOP: &str = "stop";

/// How to run a node.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NodeArgs {
    /// Where its SQLite database is, if it has one.
    pub data: PathBuf,
    /// The PostgreSQL database it uses instead.
    pub database: Option<String>,
    /// The Redis at which it hears of other nodes.
    pub bus: Option<String>,
    /// What its clock shows at its start, in Unix seconds.
    pub clock: i64,
}

/// Runs a node if the environment says that this process is one; it then never returns.
pub fn run_if_asked() {
    if let Ok(args) = std::env::var(VARIABLE) {
        let args = serde_json::from_str(&args).expect("the simulator writes what it reads");
        let failed = run(args).is_err();
        std::process::exit(i32::from(failed));
    }
}

fn run(args: NodeArgs) -> Result<(), Box<dyn std::error::Error>> {
    tracing_subscriber::fmt().with_max_level(tracing::Level::INFO).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let clock = SetClock { set_to: args.clock, since: Stopwatch::start() };
        let server = match Server::start(config(args), Arc::new(clock)).await {
            Ok(server) => server,
            Err(error) => {
                tracing::error!(%error, "the node did not start");
                return Err(error.into());
            }
        };
        let mut out = std::io::stdout();
        // The test runner may have begun a line.
        write!(out, "\n{READY}{}\n", server.address())?;
        out.flush()?;
        if tokio::task::spawn_blocking(told_to_stop).await? {
            server.stop().await;
        }
        std::process::exit(0);
    })
}

/// Waits for the word; false when whoever started this is gone.
fn told_to_stop() -> bool {
    std::io::stdin().lock().lines().map_while(Result::ok).any(|line| line == STOP)
}

fn config(args: NodeArgs) -> Config {
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: Some("https://meet.example".to_owned()),
        data: args.data,
        database: args.database,
        bus: args.bus,
        turn: None,
        trusted_proxies: Vec::new(),
        rate_limits: RateLimits::off(),
        // No hold expires by itself in a run: the model has no clock.
        limits: Limits { hold: Minutes(60), ..Limits::default() },
        durability: Durability::Full,
    }
}

/// A clock that was set when the node started, perhaps wrongly.
struct SetClock {
    set_to: i64,
    since: Stopwatch,
}

impl Clock for SetClock {
    fn now(&self) -> Instant {
        let seconds = i64::try_from(self.since.elapsed().as_secs()).unwrap_or(i64::MAX);
        DateTime::<Utc>::from_timestamp(self.set_to + seconds, 0).unwrap_or(DateTime::UNIX_EPOCH)
    }
}

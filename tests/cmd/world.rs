//! A server in this process whose clock stands still, and the binary that speaks to it.

use std::process::Command;
use std::sync::Arc;

use meetme_server::Server;
use meetme_server::clock::ManualClock;
use meetme_server::config::{Config, Durability, Limits, RateLimits, TurnConfig};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// A server of its own, and a directory for the settings of those who speak to it.
pub(super) struct World {
    pub(super) dir: TempDir,
    runtime: Runtime,
    server: Server,
    clock: Arc<ManualClock>,
}

impl World {
    pub(super) fn new() -> Self {
        Self::at(None)
    }

    /// A server with STUN and TURN on this machine.
    #[cfg(feature = "call")]
    pub(super) fn with_turn() -> Self {
        let listen = "127.0.0.1:0".parse().expect("an address");
        Self::with(None, Some(TurnConfig { listen, public: None, ports: (40_000, 60_000), allow: Vec::new() }))
    }

    /// A server that says of itself that it is at `public_url`.
    pub(super) fn at(public_url: Option<&str>) -> Self {
        Self::with(public_url, None)
    }

    fn with(public_url: Option<&str>, turn: Option<TurnConfig>) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.expect("threads");
        let config = Config {
            listen: "127.0.0.1:0".parse().expect("an address"),
            public_url: public_url.map(str::to_owned),
            data: dir.path().join("data"),
            database: None,
            bus: None,
            turn,
            trusted_proxies: Vec::new(),
            rate_limits: RateLimits::off(),
            limits: Limits::default(),
            durability: Durability::Full,
        };
        let clock = Arc::new(ManualClock::new(super::NOW.parse().expect("an instant")));
        let server = runtime.block_on(Server::start(config, Arc::clone(&clock) as _)).expect("a server");
        Self { dir, runtime, server, clock }
    }

    /// Lets the server's clock show another time.
    #[cfg(feature = "call")]
    pub(super) fn set_clock(&self, now: &str) {
        self.clock.set(now.parse().expect("an instant"));
    }

    /// Bytes that TURN has relayed.
    #[cfg(feature = "call")]
    pub(super) fn relayed(&self) -> u64 {
        self.server.app().turn.as_ref().map_or(0, |turn| turn.counts().bytes)
    }

    pub(super) fn address(&self) -> String {
        format!("http://{}", self.server.address())
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meetme"));
        command.envs(super::environment(self.dir.path())).env("MEETME_SERVER", self.address()).args(arguments);
        command
    }

    /// Runs a command that succeeds, and gives what it printed.
    pub(super) fn done(&self, arguments: &[&str]) -> String {
        let ended = self.command(arguments).output().expect("the binary runs");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        String::from_utf8(ended.stdout).expect("text")
    }

    /// Opens an account under a profile of the same name.
    pub(super) fn sign_up(&self, name: &str, zone: &str) {
        let email = format!("{name}@example.org");
        self.done(&["--profile", name, "signup", name, "--email", &email, "--tz", zone]);
    }

    pub(super) fn stop(self) {
        self.runtime.block_on(self.server.stop());
    }
}

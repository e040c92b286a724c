//! `meetme serve` as it is installed, as a process of its own.

use std::io::BufReader;
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde::Deserialize as _;
use serde_json::Value;

/// How long a node may take to stop.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server; gone with its owner.
pub struct Node {
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Node {
    /// Starts one with these arguments and this environment, and waits until it serves. Addresses that may hold a
    /// password belong into the environment, where they are not for everybody who lists processes.
    pub fn start(arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut command = tethered(env!("CARGO_BIN_EXE_meetme"));
        command.args(["serve", "--json", "--listen", "127.0.0.1:0"]).args(arguments);
        command.env("MEETME_RATE_LIMITS", "off").envs(environment.iter().copied());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("the binary runs");
        let said = BufReader::new(process.stdout.take().expect("it is piped"));
        let said = Value::deserialize(&mut serde_json::Deserializer::from_reader(said)).expect("it says where it is");
        let address = said["listen"].as_str().and_then(|listen| listen.parse().ok()).expect("an address");
        Self { process, address }
    }

    /// Tells it to stop, as a service manager does, and waits until it has, well.
    pub async fn stop(mut self) {
        let id = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
        let stopped = tokio::task::spawn_blocking(move || self.process.wait().expect("it ends"));
        let ended = tokio::time::timeout(PATIENCE, stopped).await.expect("it ends in time").expect("it ends");
        assert!(ended.success(), "{ended}");
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A command that ends with the thread that started it, where the system can do that.
fn tethered(program: &str) -> Command {
    let tether = Path::new("/usr/bin/setpriv");
    if !tether.is_file() {
        return Command::new(program);
    }
    let mut command = Command::new(tether);
    command.args(["--pdeathsig", "KILL", "--", program]);
    command
}

//! The server as a process of its own.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use meetme_server::Server;
use meetme_server::clock::SystemClock;
use meetme_server::config::{Config, Durability, Limits, RateLimits};
use tempfile::TempDir;

use crate::Outcome;

/// How the kernel counts a process's time, on every Linux that Rust runs on.
const TICKS_PER_SECOND: f64 = 100.0;

/// How many streams and connections a server may have open.
const STREAMS: usize = 50_000;

/// A server in a directory of its own; ends when dropped.
pub struct ServerProcess {
    pub address: SocketAddr,
    process: Child,
    /// Empty for one that keeps everything elsewhere.
    _data: TempDir,
}

impl ServerProcess {
    /// Starts one whose commits wait for the disk (`full`) or not (`off`, and `calls` with room for many calls).
    pub fn start(durability: &str) -> Outcome<Self> {
        let data = tempfile::tempdir()?;
        Self::start_on(data, durability)
    }

    /// Starts one on data that is there.
    pub fn start_on(data: TempDir, durability: &str) -> Outcome<Self> {
        Self::start_as(data, durability, &[])
    }

    /// Starts one on a PostgreSQL database, with a bus or without.
    pub fn start_beside(database: &str, bus: Option<&str>) -> Outcome<Self> {
        let elsewhere: Vec<&str> = [database].into_iter().chain(bus).collect();
        Self::start_as(tempfile::tempdir()?, "full", &elsewhere)
    }

    fn start_as(data: TempDir, durability: &str, elsewhere: &[&str]) -> Outcome<Self> {
        let mut process = Command::new(std::env::current_exe()?)
            .arg("serve")
            .args([data.path().as_os_str(), durability.as_ref()])
            .args(elsewhere)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().ok_or("no stdout")?).read_line(&mut line)?;
        let address = line.trim().parse().map_err(|_| format!("the server did not start: {line}"))?;
        Ok(Self { address, process, _data: data })
    }

    /// Resident memory in MiB.
    pub fn memory(&self) -> Outcome<f64> {
        memory_of(&self.process.id().to_string())
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Seconds of processor time used so far.
    pub fn cpu(&self) -> Outcome<f64> {
        cpu_of(&self.process.id().to_string())
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // Its stdin ends, so it stops by itself; whether it did so well is not measured here.
        drop(self.process.stdin.take());
        drop(self.process.wait());
    }
}

/// Resident memory of a process, in MiB.
pub fn memory_of(process: &str) -> Outcome<f64> {
    mebibytes(process, "VmRSS:")
}

/// The most memory that a process has had resident, in MiB.
pub fn peak_of(process: &str) -> Outcome<f64> {
    mebibytes(process, "VmHWM:")
}

fn mebibytes(process: &str, field: &str) -> Outcome<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(field)).ok_or("a field is missing")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}

/// Seconds of processor time that a process has used, `self` for this one.
pub fn cpu_of(process: &str) -> Outcome<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, fields) = stat.rsplit_once(") ").ok_or("a stat without a name")?;
    let ticks = fields.split(' ').skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / TICKS_PER_SECOND)
}

/// How such a server is set: as `meetme serve` is, but without rate limits.
pub fn config(data: &Path, durability: &str) -> Config {
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        data: data.to_owned(),
        trusted_proxies: Vec::new(),
        rate_limits: RateLimits::off(),
        limits: if durability == "calls" { limits_for_calls() } else { limits_for_streams() },
        database: None,
        bus: None,
        turn: None,
        durability: if durability != "full" { Durability::Off } else { Durability::Full },
    }
}

/// One address opens all streams.
fn limits_for_streams() -> Limits {
    Limits { streams_of_address: STREAMS, streams: STREAMS, connections: STREAMS, ..Limits::default() }
}

/// Few people in many calls.
fn limits_for_calls() -> Limits {
    const MANY: usize = 100_000;
    Limits {
        connections: MANY,
        signal_rooms: MANY,
        signal_sockets: MANY,
        signal_sockets_of_account: MANY,
        signal_sockets_of_address: MANY,
        signal_burst: u32::MAX,
        ..Limits::default()
    }
}

/// Serves until stdin ends, telling on stdout where. What is `elsewhere` is a database, and a bus.
pub fn serve(data: &Path, durability: &str, elsewhere: &[&str]) -> Outcome<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let mut config = config(data, durability);
    config.database = elsewhere.first().map(|url| (*url).to_owned());
    config.bus = elsewhere.get(1).map(|url| (*url).to_owned());
    let server = runtime.block_on(Server::start(config, Arc::new(SystemClock)))?;
    println!("{}", server.address());
    std::io::stdout().flush()?;
    std::io::stdin().read_to_end(&mut Vec::new())?;
    runtime.block_on(server.stop());
    Ok(())
}

//! The nodes, the wires to them, and how they break.

use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use chrono::{DateTime, Utc};
use meetme_server::clock::Stopwatch;
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

use super::history::BEGINS;
use super::node::{NodeArgs, READY, STOP, VARIABLE};
use super::plan::Fault;
use super::proxy::Proxy;

/// How long a node may take to start or to stop.
const START_OR_STOP: Duration = Duration::from_secs(30);

/// How to start this very program as a node.
#[derive(Debug, Clone)]
pub struct Launcher {
    /// The program.
    pub program: PathBuf,
    /// What brings it to [`super::node::run_if_asked`].
    pub arguments: Vec<String>,
}

/// Some nodes on one database.
#[derive(Debug)]
pub struct Cluster {
    nodes: Vec<Node>,
    launcher: Launcher,
    directory: PathBuf,
    age: Stopwatch,
}

#[derive(Debug)]
struct Node {
    wire: Proxy,
    child: Option<Child>,
    skew: i64,
}

impl Cluster {
    /// Starts `count` nodes that keep everything under `directory`.
    pub async fn start(launcher: Launcher, directory: &Path, count: usize) -> io::Result<Self> {
        let mut nodes = Vec::with_capacity(count);
        for _ in 0..count {
            nodes.push(Node { wire: Proxy::start().await?, child: None, skew: 0 });
        }
        let mut cluster = Self { nodes, launcher, directory: directory.to_owned(), age: Stopwatch::start() };
        for node in 0..count {
            cluster.launch(node).await?;
        }
        Ok(cluster)
    }

    /// Where clients find the nodes, whatever happens to them.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.nodes.iter().map(|node| node.wire.address()).collect()
    }

    /// Makes something break, and mends what is mended at once.
    pub async fn suffer(&mut self, fault: Fault) -> io::Result<()> {
        match fault {
            Fault::Kill { node } => {
                self.kill(node).await?;
                self.launch(node).await
            }
            Fault::Drain { node } => {
                self.drain(node).await?;
                self.launch(node).await
            }
            Fault::Skew { node, seconds } => {
                self.kill(node).await?;
                self.nodes[node].skew = seconds;
                self.launch(node).await
            }
            Fault::LoseReplies { node, count } => {
                self.nodes[node].wire.lose_replies(count);
                Ok(())
            }
        }
    }

    /// Stops everything in good order and starts it again: after this, nothing that was asked before is under way.
    pub async fn settle(&mut self) -> io::Result<()> {
        for node in 0..self.nodes.len() {
            self.nodes[node].wire.lose_replies(0);
            self.drain(node).await?;
        }
        for node in 0..self.nodes.len() {
            self.launch(node).await?;
        }
        Ok(())
    }

    async fn launch(&mut self, at: usize) -> io::Result<()> {
        let node = &mut self.nodes[at];
        let log = File::options().create(true).append(true).open(self.directory.join(format!("node-{at}.log")))?;
        let begins: DateTime<Utc> = BEGINS.parse().expect("it is an instant");
        let age = i64::try_from(self.age.elapsed().as_secs()).unwrap_or(i64::MAX);
        let args = NodeArgs { data: self.directory.join("data"), clock: begins.timestamp() + age + node.skew };
        let mut child = Command::new(&self.launcher.program)
            .args(&self.launcher.arguments)
            .env(VARIABLE, serde_json::to_string(&args)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().expect("it is piped");
        let found = tokio::time::timeout(START_OR_STOP, address_of(stdout)).await;
        let address = found.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "a node did not start")))?;
        node.wire.point(Some(address));
        node.child = Some(child);
        Ok(())
    }

    async fn kill(&mut self, at: usize) -> io::Result<()> {
        let node = &mut self.nodes[at];
        node.wire.point(None);
        if let Some(mut child) = node.child.take() {
            child.kill().await?;
        }
        Ok(())
    }

    async fn drain(&mut self, at: usize) -> io::Result<()> {
        let node = &mut self.nodes[at];
        let Some(mut child) = node.child.take() else { return Ok(()) };
        if let Some(stdin) = &mut child.stdin {
            stdin.write_all(format!("{STOP}\n").as_bytes()).await?;
        }
        let stopped = tokio::time::timeout(START_OR_STOP, child.wait()).await;
        node.wire.point(None);
        stopped.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "a node did not stop"))).map(drop)
    }
}

/// Reads what a node prints until it says where it is; the rest is read and dropped.
async fn address_of(stdout: tokio::process::ChildStdout) -> io::Result<SocketAddr> {
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some(address) = line.strip_prefix(READY) {
            let address = address.parse().map_err(io::Error::other)?;
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok(address);
        }
    }
    Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a node ended before it took requests; its log says why"))
}

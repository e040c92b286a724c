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
use super::services::{Redis, Services};

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
pub struct Cluster<'a> {
    nodes: Vec<Node>,
    launcher: Launcher,
    directory: PathBuf,
    services: Option<&'a mut Services>,
    /// The name of the database, if it is a service.
    database: String,
    age: Stopwatch,
}

#[derive(Debug)]
struct Node {
    wire: Proxy,
    /// To the database, if that is a service.
    database: Option<Proxy>,
    child: Option<Child>,
    skew: i64,
}

impl<'a> Cluster<'a> {
    /// Starts `count` nodes that keep everything under `directory`, or in a database of this name of `services`.
    pub async fn start(
        launcher: Launcher,
        directory: &Path,
        count: usize,
        services: Option<&'a mut Services>,
        database: String,
    ) -> io::Result<Self> {
        if let Some(services) = &services {
            services.postgres.create(&database)?;
        }
        let mut nodes = Vec::with_capacity(count);
        for _ in 0..count {
            let wire_to_database = match &services {
                Some(services) => {
                    let wire = Proxy::start().await?;
                    wire.point(Some(services.postgres.address()));
                    Some(wire)
                }
                None => None,
            };
            nodes.push(Node { wire: Proxy::start().await?, database: wire_to_database, child: None, skew: 0 });
        }
        let directory = directory.to_owned();
        let mut cluster = Self { nodes, launcher, directory, services, database, age: Stopwatch::start() };
        cluster.launch_all().await?;
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
                self.nodes[node].tell_to_stop().await?;
                self.nodes[node].stopped().await?;
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
            Fault::CutDatabase { node, millis, sever } => {
                let wire = self.nodes[node].database.as_ref().ok_or_else(no_such_service)?;
                wire.freeze(true);
                tokio::time::sleep(Duration::from_millis(millis)).await;
                if sever {
                    wire.sever();
                }
                wire.freeze(false);
                Ok(())
            }
            Fault::RestartDatabase => {
                let postgres = &self.services.as_ref().ok_or_else(no_such_service)?.postgres;
                tokio::task::block_in_place(|| postgres.crash())
            }
            Fault::StopBus { millis } => {
                let redis = self.services.as_mut().and_then(|services| services.redis.as_mut());
                let redis = redis.ok_or_else(no_such_service)?;
                tokio::task::block_in_place(|| redis.stop())?;
                tokio::time::sleep(Duration::from_millis(millis)).await;
                tokio::task::block_in_place(|| redis.start_again())
            }
        }
    }

    /// Stops everything in good order and starts it again: after this, nothing that was asked before is under way.
    pub async fn settle(&mut self) -> io::Result<()> {
        for node in &mut self.nodes {
            node.wire.lose_replies(0);
            node.tell_to_stop().await?;
        }
        for node in &mut self.nodes {
            node.stopped().await?;
        }
        self.launch_all().await
    }

    /// Ends everything and forgets what was kept.
    pub async fn end(mut self) -> io::Result<()> {
        for node in 0..self.nodes.len() {
            self.kill(node).await?;
        }
        match &self.services {
            Some(services) => services.postgres.drop_database(&self.database),
            None => Ok(()),
        }
    }

    async fn launch_all(&mut self) -> io::Result<()> {
        for node in 0..self.nodes.len() {
            self.spawn(node)?;
        }
        for node in &mut self.nodes {
            node.started().await?;
        }
        Ok(())
    }

    async fn launch(&mut self, node: usize) -> io::Result<()> {
        self.spawn(node)?;
        self.nodes[node].started().await
    }

    fn spawn(&mut self, at: usize) -> io::Result<()> {
        let node = &mut self.nodes[at];
        let log = File::options().create(true).append(true).open(self.directory.join(format!("node-{at}.log")))?;
        let begins: DateTime<Utc> = BEGINS.parse().expect("it is an instant");
        let age = i64::try_from(self.age.elapsed().as_secs()).unwrap_or(i64::MAX);
        let database = node
            .database
            .as_ref()
            .map(|wire| format!("postgres://meetme@{}/{}?sslmode=disable", wire.address(), self.database));
        let bus = self.services.as_ref().and_then(|services| services.redis.as_ref()).map(Redis::url);
        let clock = begins.timestamp() + age + node.skew;
        let args = NodeArgs { data: self.directory.join("data"), database, bus, clock };
        let child = Command::new(&self.launcher.program)
            .args(&self.launcher.arguments)
            .env(VARIABLE, serde_json::to_string(&args)?)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()?;
        node.child = Some(child);
        Ok(())
    }

    async fn kill(&mut self, at: usize) -> io::Result<()> {
        let node = &mut self.nodes[at];
        node.wire.point(None);
        match node.child.take() {
            Some(mut child) => child.kill().await,
            None => Ok(()),
        }
    }
}

impl Node {
    /// Waits until it takes requests, and lets them come.
    async fn started(&mut self) -> io::Result<()> {
        let stdout = self.child.as_mut().and_then(|child| child.stdout.take()).ok_or(io::ErrorKind::NotFound)?;
        let found = tokio::time::timeout(START_OR_STOP, address_of(stdout)).await;
        let address = found.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "a node did not start")))?;
        self.wire.point(Some(address));
        Ok(())
    }

    async fn tell_to_stop(&mut self) -> io::Result<()> {
        match self.child.as_mut().and_then(|child| child.stdin.as_mut()) {
            Some(stdin) => stdin.write_all(format!("{STOP}\n").as_bytes()).await,
            None => Ok(()),
        }
    }

    async fn stopped(&mut self) -> io::Result<()> {
        let Some(mut child) = self.child.take() else { return Ok(()) };
        let stopped = tokio::time::timeout(START_OR_STOP, child.wait()).await;
        self.wire.point(None);
        stopped.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "a node did not stop"))).map(drop)
    }
}

fn no_such_service() -> io::Error {
    io::Error::other("there is no such service here")
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

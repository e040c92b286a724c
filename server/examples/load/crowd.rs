//! 64 clients, each with a connection and an account of its own, each asking for
//! its next slot as soon as it has the one before.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::TimeDelta;
use meetme_core::time::{Instant, text_of};
use meetme_server::clock::Stopwatch;

use crate::Outcome;
use crate::child::{ServerProcess, cpu_of};
use crate::figures::{Durations, Figures};
use crate::setting::{self, FIRST_DAY};
use crate::wire::Wire;

/// How many clients there are.
pub const CLIENTS: usize = 64;
/// Hosts among whom the guests go round, so that no two want the same host at once.
const HOSTS: usize = CLIENTS;
/// What the first turn of a place does not count.
pub const WARM_UP: Duration = Duration::from_secs(2);
/// A turn ends here even if time has not.
const MAX_BOOKINGS_OF_CLIENT: usize = 100_000;

/// Whom the clients book.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Crowd {
    /// Everybody another host at any moment.
    ManyHosts,
    /// The same, each request with an Idempotency-Key.
    ManyHostsWithKeys,
    /// All of them the same host, who has slots enough.
    OneHost,
}

/// All of them, with their names.
pub const CROWDS: [(Crowd, &str); 3] =
    [(Crowd::ManyHosts, "64 hosts"), (Crowd::ManyHostsWithKeys, "64 hosts, with keys"), (Crowd::OneHost, "one host")];

/// Servers over one store, with people on it.
pub struct Place {
    /// Clients take turns among them.
    pub nodes: Vec<ServerProcess>,
    tokens: Vec<String>,
    /// The first slot that nobody has asked for yet.
    fresh: usize,
}

/// One turn's outcome.
pub struct Turn {
    pub bookings: usize,
    pub seconds: f64,
    pub per_second: f64,
    pub per_commit: f64,
    pub took: Figures,
    /// Seconds of processor time of all nodes, and of the clients.
    pub nodes_cpu: f64,
    pub load_cpu: f64,
}

impl Place {
    /// Brings hosts and guests to these nodes, and lets everybody book a little.
    pub async fn settle(nodes: Vec<ServerProcess>) -> Outcome<Self> {
        let address = nodes.first().ok_or("there is no node")?.address;
        for host in 0..HOSTS {
            setting::host(address, &format!("host{host}")).await?;
        }
        let mut tokens = Vec::new();
        for guest in 0..CLIENTS {
            tokens.push(setting::sign_up(address, &format!("guest{guest}")).await?);
        }
        let mut place = Self { nodes, tokens, fresh: 0 };
        place.load(Crowd::ManyHosts, WARM_UP).await?;
        Ok(place)
    }

    /// Everybody books for so long.
    pub async fn turn(&mut self, crowd: Crowd, length: Duration) -> Outcome<Turn> {
        let before = (self.cpu()?, cpu_of("self")?, self.written().await?);
        let watch = Stopwatch::start();
        let mut took = self.load(crowd, length).await?;
        let seconds = watch.elapsed().as_secs_f64();
        let after = (self.cpu()?, cpu_of("self")?, self.written().await?);
        let commits = after.2.commits - before.2.commits;
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
        let (per_second, per_commit) =
            (took.count() as f64 / seconds, (after.2.changes - before.2.changes) as f64 / commits as f64);
        Ok(Turn {
            bookings: took.count(),
            seconds,
            per_second,
            per_commit,
            took: took.figures(),
            nodes_cpu: after.0 - before.0,
            load_cpu: after.1 - before.1,
        })
    }

    async fn load(&mut self, crowd: Crowd, length: Duration) -> Outcome<Durations> {
        let mut clients = Vec::new();
        for (number, token) in self.tokens.iter().enumerate() {
            let wire = Wire::connect(self.nodes[number % self.nodes.len()].address, token).await?;
            let client = Client { wire, crowd, number, fresh: self.fresh, booked: 0 };
            // An error is told as text: it comes from another task.
            clients.push(tokio::spawn(async move { client.run(length).await.map_err(|error| error.to_string()) }));
        }
        let mut all = Durations::default();
        for client in clients {
            let (fresh, took) = client.await??;
            self.fresh = self.fresh.max(fresh);
            all.extend(took);
        }
        Ok(all)
    }

    fn cpu(&self) -> Outcome<f64> {
        self.nodes.iter().map(ServerProcess::cpu).sum()
    }

    async fn written(&self) -> Outcome<Written> {
        let mut all = Written { commits: 0, changes: 0 };
        for node in &self.nodes {
            let written = Written::read(node.address).await?;
            all.commits += written.commits;
            all.changes += written.changes;
        }
        Ok(all)
    }
}

struct Client {
    wire: Wire,
    crowd: Crowd,
    number: usize,
    /// Where its slots begin.
    fresh: usize,
    booked: usize,
}

impl Client {
    async fn run(mut self, length: Duration) -> Outcome<(usize, Durations)> {
        let watch = Stopwatch::start();
        let mut took = Durations::default();
        while watch.elapsed() < length && took.count() < MAX_BOOKINGS_OF_CLIENT {
            let (host, slot) = self.wish();
            let key = match self.crowd {
                Crowd::ManyHostsWithKeys => format!("idempotency-key: {slot}\r\n"),
                Crowd::ManyHosts | Crowd::OneHost => String::new(),
            };
            let path = format!("/api/v1/events/host{host}/chat/bookings");
            let body = format!("{{\"start\":\"{}\"}}", start_of(slot));
            let one = Stopwatch::start();
            self.wire.send("POST", &path, &key, &body).await?.check()?;
            took.add(one.elapsed());
            self.booked += 1;
        }
        Ok((self.wish().1 + CLIENTS, took))
    }

    /// The next host and slot: nobody else's, and at no time that the client or the host has given away.
    fn wish(&self) -> (usize, usize) {
        match self.crowd {
            Crowd::OneHost => (0, self.fresh + self.booked * CLIENTS + self.number),
            Crowd::ManyHosts | Crowd::ManyHostsWithKeys => {
                ((self.number + self.booked) % HOSTS, self.fresh + self.booked)
            }
        }
    }
}

fn start_of(slot: usize) -> String {
    let first: Instant = format!("{FIRST_DAY}T00:00:00Z").parse().expect("a literal instant");
    text_of(first + TimeDelta::minutes(10 * i64::try_from(slot).expect("a small number")))
}

/// What the server's writer has done, from its metrics.
struct Written {
    commits: u64,
    changes: u64,
}

impl Written {
    async fn read(address: SocketAddr) -> Outcome<Self> {
        let mut wire = Wire::connect(address, "").await?;
        let answer = wire.get("/metrics").await?;
        answer.check()?;
        let text = std::str::from_utf8(answer.body)?;
        let gauge = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name)).ok_or("a gauge is missing")?;
            line.trim().parse().map_err(|_| "a gauge is no number")
        };
        Ok(Self { commits: gauge("meetme_store_commits ")?, changes: gauge("meetme_store_changes ")? })
    }
}

//! Bookings per second: 64 clients, each with a connection and an account of
//! its own, each asking for its next slot as soon as it has the one before.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::TimeDelta;
use meetme_core::time::{Instant, text_of};
use meetme_server::clock::Stopwatch;

use crate::child::{ServerProcess, cpu_of};
use crate::figures::Durations;
use crate::setting::{self, FIRST_DAY};
use crate::wire::Wire;
use crate::{Outcome, on_one_thread};

const CLIENTS: usize = 64;
/// Hosts among whom the guests go round, so that no two want the same host at once.
const HOSTS: usize = CLIENTS;
/// What the first turn of a server does not count.
const WARM_UP: Duration = Duration::from_secs(2);
/// How often each server has its turn at each thing to do.
const ROUNDS: usize = 3;
/// A turn ends here even if time has not.
const MAX_BOOKINGS_OF_CLIENT: usize = 100_000;

/// Whom the clients book.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Crowd {
    /// Everybody another host at any moment.
    ManyHosts,
    /// The same, each request with an Idempotency-Key.
    ManyHostsWithKeys,
    /// All of them the same host, who has slots enough.
    OneHost,
}

const CROWDS: [(Crowd, &str); 3] =
    [(Crowd::ManyHosts, "64 hosts"), (Crowd::ManyHostsWithKeys, "64 hosts, with keys"), (Crowd::OneHost, "one host")];

/// A server with people on it.
struct Place {
    server: ServerProcess,
    durability: &'static str,
    tokens: Vec<String>,
    /// The first slot that nobody has asked for yet.
    fresh: usize,
}

/// One turn's outcome.
struct Turn {
    per_second: f64,
    per_commit: f64,
}

pub fn measure(seconds: u64) -> Outcome<()> {
    on_one_thread(async {
        let mut places = Vec::new();
        for durability in ["full", "off"] {
            places.push(Place::open(durability).await?);
        }
        println!("{CLIENTS} clients, {ROUNDS} rounds of {seconds} s each, servers take turns");
        println!(
            "{:<20} {:<5} {:>11} {:>11} {:>8} {:>8} {:>8} {:>11} {:>9}",
            "", "sync", "bookings/s", "per commit", "p50 ms", "p99 ms", "max ms", "server cpu", "load cpu"
        );
        for (crowd, name) in CROWDS {
            let mut rates = [Vec::new(), Vec::new()];
            for _ in 0..ROUNDS {
                for (place, rates) in places.iter_mut().zip(&mut rates) {
                    rates.push(place.turn(crowd, name, Duration::from_secs(seconds)).await?.per_second);
                }
            }
            let [full, off] = rates.map(median);
            println!("{name:<20} median {full:.0}/s durable, {off:.0}/s not: {:.0} %\n", full / off * 100.0);
        }
        for place in &places {
            println!("memory after it, {:<4} {:>6.1} MiB", place.durability, place.server.memory()?);
        }
        Ok(())
    })
}

impl Place {
    async fn open(durability: &'static str) -> Outcome<Self> {
        let server = ServerProcess::start(durability)?;
        tokio::time::sleep(WARM_UP).await;
        println!("memory idle, {durability:<4} {:>6.1} MiB", server.memory()?);
        for host in 0..HOSTS {
            setting::host(server.address, &format!("host{host}")).await?;
        }
        let mut tokens = Vec::new();
        for guest in 0..CLIENTS {
            tokens.push(setting::sign_up(server.address, &format!("guest{guest}")).await?);
        }
        let mut place = Self { server, durability, tokens, fresh: 0 };
        place.load(Crowd::ManyHosts, WARM_UP).await?;
        Ok(place)
    }

    async fn turn(&mut self, crowd: Crowd, name: &str, length: Duration) -> Outcome<Turn> {
        let before = (self.server.cpu()?, cpu_of("self")?, self.written().await?);
        let watch = Stopwatch::start();
        let mut took = self.load(crowd, length).await?;
        let wall = watch.elapsed().as_secs_f64();
        let after = (self.server.cpu()?, cpu_of("self")?, self.written().await?);
        let commits = after.2.commits - before.2.commits;
        #[expect(clippy::cast_precision_loss, reason = "counts far below 2^52")]
        let turn = Turn {
            per_second: took.count() as f64 / wall,
            per_commit: (after.2.changes - before.2.changes) as f64 / commits as f64,
        };
        let figures = took.figures();
        println!(
            "{name:<20} {:<5} {:>11.0} {:>11.1} {:>8.2} {:>8.2} {:>8.2} {:>10.0}% {:>8.0}%",
            self.durability,
            turn.per_second,
            turn.per_commit,
            figures.p50,
            figures.p99,
            figures.max,
            (after.0 - before.0) / wall * 100.0,
            (after.1 - before.1) / wall * 100.0,
        );
        Ok(turn)
    }

    /// Everybody books for so long.
    async fn load(&mut self, crowd: Crowd, length: Duration) -> Outcome<Durations> {
        let address = self.server.address;
        let mut clients = Vec::new();
        for (number, token) in self.tokens.iter().enumerate() {
            let wire = Wire::connect(address, token).await?;
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

    async fn written(&self) -> Outcome<Written> {
        Written::read(self.server.address).await
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

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_unstable_by(f64::total_cmp);
    rates[rates.len() / 2]
}

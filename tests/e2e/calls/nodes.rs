//! A call whose two people are at different nodes, one of which is killed.

use std::process::Command;
use std::time::Duration;

use meetme_server::clock::Stopwatch;

use super::{People, Running};
use crate::e2e::balancer::Balancer;
use crate::e2e::needed;
use crate::e2e::node::Node;
use crate::e2e::sim::engine::services::{Postgres, Redis};

/// A call goes on after so long.
const SOON: Duration = Duration::from_secs(10);

/// Two nodes on one database and one bus, each behind an address that stays when it is gone.
struct Installation {
    nodes: [Option<Node>; 2],
    doors: [Balancer; 2],
    _services: (Postgres, Redis),
}

impl Installation {
    async fn start() -> Option<Self> {
        let postgres = needed(Postgres::start().expect("the cluster starts"), "postgres")?;
        let redis = needed(Redis::start().expect("it starts"), "redis-server")?;
        postgres.create("meetme").expect("a database");
        let database = format!("postgres://meetme@{}/meetme?sslmode=disable", postgres.address());
        let bus = redis.url();
        let node = || {
            let environment = [("MEETME_DATABASE", database.as_str()), ("MEETME_BUS", &bus)];
            // For each node the other one's ports are somebody else's.
            let turn = ["--turn", "127.0.0.1:0", "--turn-ports", "40000-60000", "--turn-allow", "127.0.0.0/8"];
            Node::start(&turn, &environment)
        };
        let nodes = [node(), node()];
        let doors = [Balancer::start().await.expect("a free port"), Balancer::start().await.expect("a free port")];
        for (door, node) in doors.iter().zip(&nodes) {
            door.add(node.address).await;
        }
        Some(Self { nodes: nodes.map(Some), doors, _services: (postgres, redis) })
    }

    /// The binary, as Ada at the first node or Bob at the second.
    fn command(&self, who: &str) -> Command {
        let door = &self.doors[usize::from(who == "bob")];
        let mut command = Command::new(env!("CARGO_BIN_EXE_meetme"));
        command.env("MEETME_SERVER", format!("http://{}", door.address()));
        command
    }

    /// Kills a node. Whoever was there is let to the other one.
    async fn kill(&mut self, which: usize) -> Stopwatch {
        let killed = Stopwatch::start();
        let gone = self.nodes[which].take().expect("it runs");
        self.doors[which].remove(gone.address);
        drop(gone);
        let other = self.nodes[1 - which].as_ref().expect("it runs");
        self.doors[which].add(other.address).await;
        killed
    }
}

/// Ada and Bob, connected.
fn both(installation: &Installation, people: &People, arguments: &[&str]) -> [Running; 2] {
    let run = |who: &str| installation.command(who);
    // Who comes first has the room at their node.
    let mut ada = people.call(run, "ada", arguments);
    ada.until("seat", |event| event["event"] == "state");
    let mut bob = people.call(run, "bob", arguments);
    for one in [&mut ada, &mut bob] {
        one.connected();
        one.pictures(10);
    }
    [ada, bob]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_outlives_the_node_of_its_room_and_can_be_ended_at_the_other_one() {
    let Some(mut installation) = Installation::start().await else { return };
    let people = People::meet(|who| installation.command(who));
    let [mut ada, mut bob] = both(&installation, &people, &["--loopback-only", "--for", "60s"]);

    let killed = installation.kill(0).await;

    // Ada's connection broke at once; that Bob's room is gone is found out.
    for one in [&mut ada, &mut bob] {
        one.until("loss", |event| event["event"] == "relay" && event["here"] == false);
        one.until("return", |event| event["event"] == "relay" && event["here"] == true);
        assert!(killed.elapsed() < SOON, "{:?}", killed.elapsed());
    }
    for one in [&mut ada, &mut bob] {
        let before = one.pictures(0);
        one.pictures(before + 20);
    }
    // Through the new room.
    let id = ada.process.id().to_string();
    assert!(Command::new("kill").args(["-TERM", &id]).status().expect("kill runs").success());
    let ended = bob.until("end", |event| event["event"] == "ended");
    assert_eq!(ended["reason"], "hung-up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_through_the_turn_server_of_a_node_that_is_killed_finds_that_of_the_other_one() {
    let Some(mut installation) = Installation::start().await else { return };
    let people = People::meet(|who| installation.command(who));
    let arguments = ["--loopback-only", "--relay-only", "--for", "60s"];
    let [mut ada, mut bob] = both(&installation, &people, &arguments);

    let killed = installation.kill(0).await;

    for one in [&mut ada, &mut bob] {
        let trouble = one.until("trouble", |event| event["state"] == "reconnecting");
        assert!(trouble["trouble"].is_string(), "{trouble}");
        let connected = one.connected();
        assert_eq!(connected["route"], "relayed");
        assert!(killed.elapsed() < SOON, "{:?}", killed.elapsed());
    }
    for one in [&mut ada, &mut bob] {
        let before = one.pictures(0);
        one.pictures(before + 20);
    }
}

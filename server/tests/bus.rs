//! Nodes that hear each other through Redis, and what they do while it is away.

use std::sync::Arc;
use std::time::Duration;

use meetme_core::cursor::{Epoch, Seq};
use meetme_core::id::UserId;
use meetme_server::bus::{Bus, Health, RedisBus, Said};
use meetme_server::changes::{self, Bounds, Changes, Told, Watch};
use meetme_server::clock::Stopwatch;
use meetme_server::config::{RateLimits, RateName};
use meetme_server::credentials::Credentials;
use meetme_server::life::Life;
use meetme_server::rate::{RateLimiter, TooFast};
use meetme_server::store::Store;
use reqwest::Method;
use serde_json::json;

use crate::http::stream::{Stream, next_of};
use crate::http::world::{Person, START, World, at};
use crate::services::redis::Redis;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);
/// How soon another node is to hear.
const SOON: Duration = Duration::from_millis(100);
const BOUNDS: Bounds = Bounds { page: 50, behind: 50 };
const EPOCH: Epoch = Epoch(0xe90c);

async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let waiting = Stopwatch::start();
    while !holds().await {
        assert!(waiting.elapsed() < PATIENCE, "{what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

async fn bus(redis: &Redis, epoch: Epoch) -> Arc<RedisBus> {
    let bus = Arc::new(RedisBus::start(&redis.url(), epoch).unwrap());
    eventually("the bus is up", async || bus.health() == Health::Up).await;
    bus
}

fn person(number: u128) -> UserId {
    UserId::from_bytes(number.to_be_bytes())
}

/// What is said next, but for requests to look.
async fn said(ears: &mut tokio::sync::broadcast::Receiver<Said>) -> Said {
    let next = async {
        loop {
            match ears.recv().await.unwrap() {
                Said::Look => {}
                said => return said,
            }
        }
    };
    tokio::time::timeout(PATIENCE, next).await.expect("something is said")
}

#[tokio::test]
async fn what_one_node_says_the_others_of_its_installation_hear_soon() {
    let Some(redis) = Redis::start() else { return };
    let (here, there, elsewhere) = (bus(&redis, EPOCH).await, bus(&redis, EPOCH).await, bus(&redis, Epoch(1)).await);
    let (mut near, mut far, mut stranger) = (here.subscribe(), there.subscribe(), elsewhere.subscribe());

    here.announce(&[(person(1), Seq(7)), (person(2), Seq(3))]);

    assert_eq!(said(&mut far).await, Said::Reaches { person: person(1), seq: Seq(7), here: false });
    assert_eq!(said(&mut far).await, Said::Reaches { person: person(2), seq: Seq(3), here: false });
    there.announce(&[(person(3), Seq(1))]);
    elsewhere.announce(&[(person(4), Seq(1))]);
    assert_eq!(said(&mut stranger).await, Said::Reaches { person: person(4), seq: Seq(1), here: true });
    // Its own words come once, at once, and not back from Redis.
    for (number, seq, here) in [(1, 7, true), (2, 3, true), (3, 1, false)] {
        assert_eq!(said(&mut near).await, Said::Reaches { person: person(number), seq: Seq(seq), here });
    }
}

#[tokio::test]
async fn a_limit_is_one_limit_on_all_nodes_and_each_nodes_own_without_redis() {
    let Some(mut redis) = Redis::start() else { return };
    let mut limits = RateLimits::off();
    limits.set(RateName::Login, "3/1h".parse().unwrap());
    let buses = [bus(&redis, EPOCH).await, bus(&redis, EPOCH).await];
    let nodes = buses.clone().map(|bus| RateLimiter::new(limits.clone(), bus));

    let mut let_through = Vec::new();
    for turn in 0..6 {
        let_through.push(nodes[turn % 2].take(RateName::Login, "ada").await.is_ok());
    }
    assert_eq!(let_through, [true, true, true, false, false, false]);
    let TooFast(wait) = nodes[1].take(RateName::Login, "ada").await.unwrap_err();
    assert!(wait > Duration::from_secs(1100) && wait <= Duration::from_secs(1200), "{wait:?}");
    assert!(nodes[0].take(RateName::Login, "bob").await.is_ok());

    redis.stop();
    eventually("the bus is down", async || buses[0].health() == Health::Down).await;
    let mut alone = Vec::new();
    for _ in 0..4 {
        alone.push(nodes[0].take(RateName::Login, "ada").await.is_ok());
    }
    assert_eq!(alone, [true, true, true, false]);
}

#[tokio::test]
async fn a_redis_that_stands_still_counts_as_gone_until_it_goes_on() {
    let Some(redis) = Redis::start() else { return };
    let (here, there) = (bus(&redis, EPOCH).await, bus(&redis, EPOCH).await);
    let mut near = here.subscribe();

    redis.freeze(true);
    eventually("the bus is down", async || here.health() == Health::Down && there.health() == Health::Down).await;
    here.announce(&[(person(1), Seq(7))]);
    assert_eq!(said(&mut near).await, Said::Reaches { person: person(1), seq: Seq(7), here: true });

    let mut far = there.subscribe();
    redis.freeze(false);
    eventually("the bus is up", async || here.health() == Health::Up && there.health() == Health::Up).await;
    assert_eq!(far.recv().await.unwrap(), Said::Look, "what was missed is looked for");
    here.announce(&[(person(1), Seq(8))]);
    eventually("they hear each other", async || {
        said(&mut far).await == Said::Reaches { person: person(1), seq: Seq(8), here: false }
    })
    .await;
}

/// Another node on the store of a world's server: what a second process is to a database that takes several.
struct OtherNode {
    store: Arc<dyn Store>,
    bus: Arc<RedisBus>,
    changes: Changes,
    credentials: Arc<Credentials>,
    life: Life,
}

impl OtherNode {
    async fn new(world: &World, redis: &Redis) -> Self {
        let store = world.server().app().store.clone();
        let bus = bus(redis, store.epoch()).await;
        let life = Life::new();
        let changes = Changes::new(store.clone(), bus.clone(), BOUNDS);
        tokio::spawn(changes.clone().run(life.watch()));
        let credentials = Arc::new(Credentials::new(Duration::from_secs(3600), Duration::from_secs(3600)));
        tokio::spawn({
            let (credentials, store, bus, ending) = (credentials.clone(), store.clone(), bus.clone(), life.watch());
            async move { changes::forget_credentials(&credentials, store.as_ref(), bus.as_ref(), ending).await }
        });
        Self { store, bus, changes, credentials, life }
    }

    async fn watch(&self, name: &str) -> Watch {
        let person = self.store.user_by_name(name).await.unwrap().unwrap().id;
        let mut watch = self.changes.watch(person, None).await.unwrap();
        assert_eq!(watch.ready().await.unwrap(), None);
        watch
    }

    async fn knows(&self, token: &str) -> bool {
        self.credentials.identify(self.store.as_ref(), token, at(START)).await.unwrap().is_some()
    }
}

impl Drop for OtherNode {
    fn drop(&mut self) {
        self.life.enter(meetme_server::life::Phase::Stopping);
    }
}

async fn world_on(redis: &Redis) -> World {
    let url = redis.url();
    let world = World::with(|config| config.bus = Some(url)).await;
    eventually("the server's bus is up", async || bus_of(&world).await == "up").await;
    world
}

async fn bus_of(world: &World) -> String {
    world.get(None, "/readyz").await.ok()["bus"].as_str().unwrap().to_owned()
}

async fn next_seq(watch: &mut Watch) -> u64 {
    match tokio::time::timeout(PATIENCE, watch.next()).await.expect("news comes").unwrap() {
        Told::Entry(entry) => entry.seq.0,
        Told::Reset(seq) => panic!("reset to {seq:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_booked_on_one_node_is_told_on_another_with_redis_and_without_it() {
    let Some(mut redis) = Redis::start() else { return };
    let world = world_on(&redis).await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let other = OtherNode::new(&world, &redis).await;
    let mut watch = other.watch("ada").await;

    let first = soon_told(&world, &bob, &mut watch, "2026-12-01").await;

    redis.stop();
    eventually("it is told that the bus is down", async || bus_of(&world).await == "down").await;
    eventually("the other node knows too", async || other.bus.health() == Health::Down).await;
    let metrics = world.open(None, "/metrics", &[]).await.text().await.unwrap();
    assert!(metrics.contains("meetme_bus_up 0"), "{metrics}");
    world.book(&bob, "ada/chat", "2026-12-02T08:00:00Z").await.ok();
    assert_eq!(next_seq(&mut watch).await, first + 3, "the log is looked at instead");

    redis.start_again();
    eventually("it comes back by itself", async || bus_of(&world).await == "up").await;
    eventually("on the other node too", async || other.bus.health() == Health::Up).await;
    assert_eq!(soon_told(&world, &bob, &mut watch, "2026-12-03").await, first + 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_without_a_bus_find_each_others_changes_by_looking_and_say_so() {
    let Some(cluster) = crate::services::postgres::shared() else { return };
    let database = cluster.database().await;
    let one = World::with(|config| config.database = Some(database.clone())).await;
    let two = World::with(|config| config.database = Some(database.clone())).await;
    let (ada, bob) = (one.sign_up("ada").await, two.sign_up("bob").await);
    one.chat(&ada, json!({})).await;
    let mut stream = Stream::begun(&one, Some(&ada), "ada/chat", None).await;

    let booking = two.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();

    // Sooner than a node that believes to hear everything looks.
    let told = tokio::time::timeout(changes::LOOK_ANYWAY / 2, next_of(&mut stream)).await.expect("it looks often");
    assert_eq!((told.name.as_str(), &told.data["booking"]), ("booked", &booking));
    assert_eq!(bus_of(&one).await, "none");
    let metrics = one.open(None, "/metrics", &[]).await.text().await.unwrap();
    assert!(metrics.contains("meetme_bus_up 0"), "{metrics}");
}

/// Books the three slots of a day; the seq of the first. On a busy machine one may be late, but not two.
async fn soon_told(world: &World, guest: &Person, watch: &mut Watch, day: &str) -> u64 {
    let mut seqs = Vec::new();
    let mut took = Vec::new();
    for hour in ["08", "09", "10"] {
        world.book(guest, "ada/chat", &format!("{day}T{hour}:00:00Z")).await.ok();
        let answered = Stopwatch::start();
        seqs.push(next_seq(watch).await);
        took.push(answered.elapsed());
    }
    took.sort_unstable();
    assert!(took[1] < SOON, "{took:?}");
    assert_eq!(seqs, [seqs[0], seqs[0] + 1, seqs[0] + 2]);
    seqs[0]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_out_on_one_node_is_forgotten_on_another_whatever_is_cached() {
    let Some(redis) = Redis::start() else { return };
    let world = world_on(&redis).await;
    let (ada, bob) = (world.sign_up("ada").await, world.sign_up("bob").await);
    world.chat(&ada, json!({})).await;
    let other = OtherNode::new(&world, &redis).await;
    assert!(other.knows(&ada.token).await && other.knows(&bob.token).await);

    world.book(&bob, "ada/chat", "2026-12-01T08:00:00Z").await.ok();
    world.delete(&ada, "/sessions/current").await.ok();

    eventually("the other node asks the store again", async || !other.knows(&ada.token).await).await;
    assert!(other.knows(&bob.token).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_that_another_node_overtook_is_not_remembered() {
    let Some(redis) = Redis::start() else { return };
    let world = world_on(&redis).await;
    let ada = world.sign_up("ada").await;
    let other = OtherNode::new(&world, &redis).await;
    let identity = world.server().app().credentials.identify(other.store.as_ref(), &ada.token, at(START)).await;
    let identity = identity.unwrap().unwrap().as_ref().clone();
    // What is read here, and then a log-out there.
    let begun = other.credentials.begin();
    world.delete(&ada, "/sessions/current").await.ok();
    eventually("the other node has heard of it", async || other.credentials.begin() != begun).await;

    other.credentials.remember_password("ada", "correct horse", identity, begun);

    assert!(other.credentials.recall_password("ada", "correct horse").is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn people_do_not_notice_which_node_they_talk_to() {
    let Some(redis) = Redis::start() else { return };
    let mut one = world_on(&redis).await;
    let url = redis.url();
    let two = one.beside(|config| config.bus = Some(url)).await;
    eventually("the second node's bus is up", async || bus_of(&two).await == "up").await;
    let ada = one.sign_up("ada").await;
    let bob = two.sign_up("bob").await;
    two.chat(&ada, json!({})).await;
    let mut stream = Stream::begun(&one, Some(&ada), "ada/chat", None).await;

    let ask = json!({"start": "2026-12-01T08:00:00Z"});
    let (path, key) = ("/events/ada/chat/bookings", [("idempotency-key", "k1")]);
    let booking = two.send(Some(&bob), Method::POST, path, Some(ask.clone()), &key).await.ok();
    let again = one.send(Some(&bob), Method::POST, path, Some(ask), &key).await.ok();
    assert_eq!(again, booking, "a key is known everywhere");
    let told = next_of(&mut stream).await;
    assert_eq!((told.name.as_str(), &told.data["booking"]), ("booked", &booking));

    one.leave();
    let moved = next_of(&mut stream).await;
    assert_eq!((moved.name.as_str(), &moved.id), ("move", &told.id));
    let id = booking["id"].as_str().unwrap();
    two.delete(&bob, &format!("/bookings/{id}")).await.ok();
    let mut stream = Stream::begun(&two, Some(&ada), "ada/chat", Some(&moved.id)).await;
    assert_eq!(next_of(&mut stream).await.name, "cancelled", "what came in between");
    two.book(&bob, "ada/chat", "2026-12-02T08:00:00Z").await.ok();
    assert_eq!(next_of(&mut stream).await.name, "booked");
}

//! An installation of two nodes is replaced node by node while people book and follow, and nobody notices.
//!
//! The nodes are `meetme serve` as it is installed, on one PostgreSQL and one Redis, behind a proxy that asks
//! `/readyz`. Clients know the proxy alone.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use reqwest::{Client, Method, StatusCode};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::balancer::Balancer;
use super::node::Node;
use super::sim::engine::services::{Postgres, Redis};
use super::{client, needed};

/// How many people book at the same time.
const GUESTS: usize = 6;
/// How many bookings each makes between two steps of the upgrade.
const BETWEEN: usize = 8;
/// How long a node that is told to stop lets the proxy look elsewhere, in seconds.
const GRACE: &str = "1";
/// How long anything may take that must come.
const PATIENCE: Duration = Duration::from_secs(60);
/// How many changes a page of the log has at most, and how many pages are read.
const MAX_PAGES: usize = 200;

/// What everybody sees of the installation, and how far they are.
struct Place {
    url: String,
    /// How many bookings each guest has made.
    made: watch::Sender<[usize; GUESTS]>,
    over: watch::Sender<bool>,
}

impl Place {
    /// Sends a request that must be answered well.
    async fn ask(&self, client: &Client, token: &str, method: Method, path: &str, body: Option<Value>) -> Value {
        self.ask_with_key(client, token, method, path, body, "").await
    }

    async fn ask_with_key(
        &self,
        client: &Client,
        token: &str,
        method: Method,
        path: &str,
        body: Option<Value>,
        key: &str,
    ) -> Value {
        let mut request = client.request(method, format!("{}{path}", self.url)).timeout(PATIENCE);
        if !token.is_empty() {
            request = request.bearer_auth(token);
        }
        if !key.is_empty() {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await.expect("no client sees a broken connection");
        let status = answer.status();
        let text = answer.text().await.expect("no client sees half an answer");
        assert!(status.is_success(), "{status}: {text}");
        serde_json::from_str(&text).unwrap_or(Value::Null)
    }

    async fn sign_up(&self, client: &Client, name: &str) -> String {
        let body = json!({"username": name, "email": format!("{name}@example.org"), "password": "correct horse"});
        let session = self.ask(client, "", Method::POST, "/users", Some(body)).await;
        session["token"].as_str().expect("a token").to_owned()
    }

    /// An event of ten minutes, around the clock, that everybody may see.
    async fn offer(&self, client: &Client, host: &str) {
        let event = json!({"title": "Chat", "slug": "chat", "time_zone": "UTC", "first_day": "2040-01-01",
            "slot_minutes": 10});
        self.ask(client, host, Method::POST, "/events", Some(event)).await;
        let window = json!({"start": "2040-01-01T00:00:00", "duration_minutes": 1440, "rrule": "FREQ=DAILY"});
        self.ask(client, host, Method::POST, "/events/ada/chat/windows", Some(window)).await;
    }

    /// Waits until every guest has made some more bookings.
    async fn goes_on(&self) {
        let want = self.made.borrow().map(|made| made + BETWEEN);
        let mut made = self.made.subscribe();
        let waited = made.wait_for(|made| made.iter().zip(&want).all(|(made, want)| made >= want));
        tokio::time::timeout(PATIENCE, waited).await.expect("bookings go on").expect("the sender is here");
    }
}

/// When the slot of this number starts.
fn slot(number: usize) -> String {
    let first: DateTime<Utc> = "2040-01-01T00:00:00Z".parse().expect("an instant");
    let start = first + TimeDelta::minutes(10 * i64::try_from(number).expect("there are few"));
    start.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Books one slot after the other, and cancels every third booking, until it is over; what was booked.
async fn keep_booking(place: Arc<Place>, guest: usize, token: String) -> Vec<String> {
    let client = client();
    let mut booked = Vec::new();
    while !*place.over.borrow() {
        let number = booked.len();
        let body = Some(json!({ "start": slot(number * GUESTS + guest) }));
        let key = format!("{guest}-{number}");
        let path = "/events/ada/chat/bookings";
        let booking = place.ask_with_key(&client, &token, Method::POST, path, body, &key).await;
        let id = booking["id"].as_str().expect("an id").to_owned();
        if number % 3 == 2 {
            place.ask(&client, &token, Method::DELETE, &format!("/bookings/{id}"), None).await;
        }
        booked.push(id);
        place.made.send_modify(|made| made[guest] += 1);
    }
    booked
}

/// What somebody was told, in order: cursor, kind, and whose booking, where they may know.
type Change = (String, String, Option<String>);

#[derive(Debug, Default)]
struct Heard {
    began: Option<String>,
    cursor: Option<String>,
    changes: Vec<Change>,
    moves: usize,
}

/// Follows the event wherever it is sent, as long as it is let.
async fn follow(place: Arc<Place>, token: String, heard: watch::Sender<Heard>) {
    let client = client();
    loop {
        let mut request = client.get(format!("{}/events/ada/chat/changes", place.url));
        if !token.is_empty() {
            request = request.bearer_auth(&token);
        }
        if let Some(cursor) = &heard.borrow().cursor {
            request = request.header("last-event-id", cursor);
        }
        let mut answer = request.send().await.expect("no follower sees a broken connection");
        assert_eq!(answer.status(), StatusCode::OK);
        let mut unread = String::new();
        let moves = heard.borrow().moves;
        while let Some(part) = answer.chunk().await.expect("no stream breaks off") {
            unread.push_str(std::str::from_utf8(&part).expect("text"));
            while let Some(end) = unread.find("\n\n") {
                let event: String = unread.drain(..end + 2).collect();
                heard.send_modify(|heard| hear(heard, &event));
            }
        }
        assert_eq!(heard.borrow().moves, moves + 1, "a stream ends when it is sent elsewhere");
    }
}

fn hear(heard: &mut Heard, event: &str) {
    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let Some(id) = field("id") else { return };
    heard.cursor = Some(id.to_owned());
    match field("event") {
        Some("hello") => drop(heard.began.get_or_insert(id.to_owned())),
        Some("move") => heard.moves += 1,
        Some("reset") => panic!("a follower was sent back to the beginning"),
        Some(_) => heard.changes.push(change(field("data").expect("data"))),
        None => {}
    }
}

fn change(data: &str) -> Change {
    let data: Value = serde_json::from_str(data).expect("JSON");
    change_of(&data)
}

fn change_of(data: &Value) -> Change {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    (text(&data["cursor"]).expect("a cursor"), text(&data["kind"]).expect("a kind"), text(&data["booking"]["id"]))
}

/// Everything that somebody may know since `cursor`, read page by page.
async fn log_from(place: &Place, token: &str, cursor: &str) -> Vec<Change> {
    let client = client();
    let (mut cursor, mut log) = (cursor.to_owned(), Vec::new());
    for _ in 0..MAX_PAGES {
        let path = format!("/events/ada/chat/changes?wait=0&cursor={cursor}");
        let page = place.ask(&client, token, Method::GET, &path, None).await;
        let changes = page["changes"].as_array().expect("changes");
        if changes.is_empty() {
            return log;
        }
        log.extend(changes.iter().map(change_of));
        page["cursor"].as_str().expect("a cursor").clone_into(&mut cursor);
    }
    panic!("the log does not end");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_are_replaced_one_by_one_and_nobody_notices() {
    let Some(postgres) = needed(Postgres::start().expect("the cluster starts"), "postgres") else { return };
    let Some(redis) = needed(Redis::start().expect("it starts"), "redis-server") else { return };
    postgres.create("meetme").expect("a database");
    let database = format!("postgres://meetme@{}/meetme?sslmode=disable", postgres.address());
    let balancer = Balancer::start().await.expect("a free port");
    let bus = redis.url();
    let start = || Node::start(&["--drain-grace", GRACE], &[("MEETME_DATABASE", &database), ("MEETME_BUS", &bus)]);
    let mut nodes = [start(), start()];
    for node in &nodes {
        balancer.add(node.address).await;
    }
    let url = format!("http://{}/api/v1", balancer.address());
    let place = Arc::new(Place { url, made: watch::Sender::new([0; GUESTS]), over: watch::Sender::new(false) });
    let people = client();
    let ada = place.sign_up(&people, "ada").await;
    place.offer(&people, &ada).await;
    let mut guests = Vec::new();
    for guest in 0..GUESTS {
        guests.push(place.sign_up(&people, &format!("guest{guest}")).await);
    }
    // The host, one of the guests, and somebody without an account; each on both nodes, as the proxy takes turns.
    let mut followers = Vec::new();
    for token in [&ada, &ada, &guests[0], &guests[0], &String::new(), &String::new()] {
        let heard = watch::Sender::new(Heard::default());
        let task = tokio::spawn(follow(place.clone(), token.clone(), heard.clone()));
        heard.subscribe().wait_for(|heard| heard.began.is_some()).await.expect("the sender is here");
        followers.push((token.clone(), heard, task));
    }
    let booking: Vec<_> = guests
        .iter()
        .enumerate()
        .map(|(guest, token)| tokio::spawn(keep_booking(place.clone(), guest, token.clone())))
        .collect();

    for old in &mut nodes {
        place.goes_on().await;
        let new = start();
        balancer.add(new.address).await;
        let old = std::mem::replace(old, new);
        let address = old.address;
        old.stop().await;
        balancer.remove(address);
    }
    place.goes_on().await;
    place.over.send_replace(true);

    let mut made = BTreeSet::new();
    for guest in booking {
        made.extend(guest.await.expect("every request is answered"));
    }
    for (token, heard, task) in followers {
        let began = heard.borrow().began.clone().expect("it has begun");
        let log = log_from(&place, &token, &began).await;
        let last = log.last().map(|(cursor, ..)| cursor.clone());
        let caught_up = |heard: &Heard| heard.changes.last().map(|(cursor, ..)| cursor.clone()) == last;
        let mut ears = heard.subscribe();
        let waited = tokio::time::timeout(PATIENCE, ears.wait_for(caught_up)).await;
        assert!(!task.is_finished(), "a follower gave up: {:?}", task.await);
        drop(waited.expect("the last change is told").expect("the sender is here"));
        task.abort();
        let heard = heard.borrow();
        assert!(heard.moves > 0, "its first node is gone");
        assert_eq!(heard.changes, log, "every change once and in order");
        if token == ada {
            let told: Vec<_> = log.iter().filter(|(_, kind, _)| kind == "booked").map(|(.., id)| id.clone()).collect();
            assert_eq!(told.len(), made.len());
            assert_eq!(told.into_iter().collect::<Option<BTreeSet<_>>>().as_ref(), Some(&made));
        }
    }
}

//! Guests who book, move, cancel and hold at random over HTTP, repeat what got no answer under the
//! same key, and remember what they were told: that must be true at the end, whatever happened between.

mod book;

use std::net::SocketAddr;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use meetme_core::time::text_of;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

pub use self::book::{Book, overlaps};

/// No answer within this is an answer that was lost.
const PATIENCE: Duration = Duration::from_secs(10);
/// The first start there is.
const FIRST: &str = "2026-12-01T00:00:00Z";

/// Numbers that look random and are the same in every run.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0 up to `below` (splitmix64).
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).unwrap()
    }
}

/// A request that can be sent again as it is.
#[derive(Debug, Clone)]
pub struct Asked {
    pub method: Method,
    pub path: String,
    pub body: Option<Value>,
    pub key: String,
    pub deed: Deed,
}

/// What a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Book,
    Move { id: String },
    Cancel { id: String },
    Hold,
    Create,
}

/// A definite answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub status: StatusCode,
    pub body: Value,
}

/// How to reach a server; one connection for each request.
pub fn client() -> reqwest::Client {
    // reqwest wants a provider even where no TLS is spoken; a second call changes nothing.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().pool_max_idle_per_host(0).timeout(PATIENCE).build().unwrap()
}

/// One guest.
pub struct Player {
    pub name: String,
    token: String,
    client: reqwest::Client,
    dice: Dice,
    asked: usize,
    /// Sent, and never answered.
    pub unanswered: Option<Asked>,
    pub book: Book,
}

impl Player {
    pub fn new(client: &reqwest::Client, name: String, token: String, seed: u64) -> Self {
        let (client, dice, book) = (client.clone(), Dice::new(seed), Book::default());
        Self { name, token, client, dice, asked: 0, unanswered: None, book }
    }

    /// What to do next: one thing of `events`, each with `starts` slots of ten minutes.
    pub fn think(&mut self, events: &[&str], starts: usize) -> Asked {
        self.asked += 1;
        let key = format!("{}-{}", self.name, self.asked);
        let event = events[self.dice.roll(events.len())];
        let start = json!({"start": text_of(first() + TimeDelta::minutes(10 * self.number(starts)))});
        let mine = self.book.standing();
        let chosen = (!mine.is_empty()).then(|| mine[self.dice.roll(mine.len())].clone());
        let ask = |method, path, body, deed| Asked { method, path, body, key, deed };
        match (self.dice.roll(16), chosen) {
            (0..=4, Some(id)) => ask(Method::PATCH, format!("/bookings/{id}"), Some(start), Deed::Move { id }),
            (5..=7, Some(id)) => ask(Method::DELETE, format!("/bookings/{id}"), None, Deed::Cancel { id }),
            (8..=9, Some(id)) => {
                let end = json!({"status": "cancelled"});
                ask(Method::PATCH, format!("/bookings/{id}"), Some(end), Deed::Cancel { id })
            }
            (10, _) => ask(Method::POST, format!("/events/{event}/holds"), Some(start), Deed::Hold),
            (11, _) => {
                let event = json!({"title": "Tea", "time_zone": "UTC", "first_day": "2026-12-01", "slot_minutes": 30});
                ask(Method::POST, "/events".to_owned(), Some(event), Deed::Create)
            }
            _ => ask(Method::POST, format!("/events/{event}/bookings"), Some(start), Deed::Book),
        }
    }

    fn number(&mut self, below: usize) -> i64 {
        i64::try_from(self.dice.roll(below)).unwrap()
    }

    /// Sends it once; `None` when nobody knows what became of it.
    pub async fn send(&self, server: SocketAddr, asked: &Asked) -> Option<Told> {
        let url = format!("http://{server}/api/v1{}", asked.path);
        let request = self.client.request(asked.method.clone(), url).bearer_auth(&self.token);
        let request = request.header("idempotency-key", &asked.key);
        let request = match &asked.body {
            Some(body) => request.json(body),
            None => request,
        };
        let answer = request.send().await.ok()?;
        let status = answer.status();
        let body = answer.bytes().await.ok()?;
        // A 503 says: repeat it.
        (status != StatusCode::SERVICE_UNAVAILABLE)
            .then(|| Told { status, body: serde_json::from_slice(&body).unwrap_or(Value::Null) })
    }

    /// Sends it until it is answered, and takes the answer for true. At most `tries` times.
    pub async fn insist(&mut self, server: SocketAddr, asked: Asked, tries: usize) -> Told {
        for attempt in 0..tries {
            if let Some(told) = self.send(server, &asked).await {
                self.book.learn(&asked, &told, attempt > 0);
                return told;
            }
        }
        panic!("no answer to {asked:?} in {tries} tries");
    }

    /// Everything of one's own in a list of the API, all pages of it.
    pub async fn all(&self, server: SocketAddr, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let url = format!("http://{server}/api/v1{path}?limit=200{cursor}");
            let answer = self.client.get(url).bearer_auth(&self.token).send().await.unwrap();
            let page: Value = answer.json().await.unwrap();
            items.extend(page["items"].as_array().unwrap_or_else(|| panic!("{page}")).iter().cloned());
            let Some(next) = page["next"].as_str() else { return items };
            cursor = format!("&cursor={next}");
        }
    }
}

fn first() -> DateTime<Utc> {
    FIRST.parse().unwrap()
}

/// Signs somebody up at `server`; their token.
pub async fn sign_up(client: &reqwest::Client, server: SocketAddr, name: &str) -> String {
    let body = json!({"username": name, "email": format!("{name}@example.org"), "password": "correct horse"});
    let made = client.post(format!("http://{server}/api/v1/users")).json(&body).send().await.unwrap();
    let made: Value = made.json().await.unwrap();
    made["token"].as_str().unwrap_or_else(|| panic!("{made}")).to_owned()
}

/// An event `slug` of ten-minute slots, day and night from `minute` past midnight on.
pub async fn offer(client: &reqwest::Client, server: SocketAddr, host: (&str, &str), slug: &str, minute: u32) {
    let (owner, token) = host;
    let event = json!({"title": slug, "slug": slug, "time_zone": "UTC", "first_day": "2026-12-01", "slot_minutes": 10});
    let window =
        json!({"start": format!("2026-12-01T00:{minute:02}:00"), "duration_minutes": 1430, "rrule": "FREQ=DAILY"});
    for (path, body) in [("/events".to_owned(), event), (format!("/events/{owner}/{slug}/windows"), window)] {
        let url = format!("http://{server}/api/v1{path}");
        let made = client.post(url).bearer_auth(token).json(&body).send().await.unwrap();
        assert_eq!(made.status(), StatusCode::CREATED, "{path}");
    }
}

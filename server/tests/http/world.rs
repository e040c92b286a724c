//! A server on a free port, people on it, and short words for what they do.

use std::sync::Arc;
use std::time::Duration;

use meetme_core::time::Instant;
use meetme_server::Server;
use meetme_server::clock::ManualClock;
use meetme_server::config::{Config, Durability, Limits, RateLimits};
use meetme_server::store::sqlite::{SqliteOptions, SqliteStore};
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;

/// When every test begins: a Sunday.
pub const START: &str = "2026-11-29T12:00:00Z";

pub struct World {
    server: Option<Server>,
    pub clock: Arc<ManualClock>,
    data: TempDir,
    client: reqwest::Client,
}

/// One answer: what it says and how.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub etag: Option<String>,
    pub retry_after: Option<String>,
    pub kind: Option<String>,
    pub body: Value,
}

impl Answer {
    /// The problem's code; panics on a success.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_else(|| panic!("not a problem: {self:?}"))
    }

    /// The body of a success; panics on a problem.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{self:?}");
        self.body
    }
}

/// Somebody with an account.
#[derive(Debug, Clone)]
pub struct Person {
    pub name: String,
    pub token: String,
}

pub fn at(text: &str) -> Instant {
    text.parse().expect("an instant")
}

pub fn config(data: &std::path::Path) -> Config {
    Config {
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: Some("https://meet.example".to_owned()),
        data: data.to_owned(),
        database: None,
        bus: None,
        turn: None,
        trusted_proxies: Vec::new(),
        rate_limits: RateLimits::off(),
        // What is asked for is done, however soon it is asked for again.
        limits: Limits { probe_kept: Duration::ZERO, ..Limits::default() },
        durability: Durability::Full,
    }
}

impl World {
    pub async fn new() -> Self {
        Self::with(|_| {}).await
    }

    /// One on each kind of store; PostgreSQL where it is installed.
    pub async fn on_each_store(adjust: impl Fn(&mut Config)) -> Vec<Self> {
        let mut worlds = vec![Self::with(&adjust).await];
        if let Some(cluster) = crate::services::postgres::shared() {
            let database = Some(cluster.database().await);
            let with = |config: &mut Config| {
                config.database = database;
                adjust(config);
            };
            worlds.push(Self::with(with).await);
        }
        worlds
    }

    pub async fn with(adjust: impl FnOnce(&mut Config)) -> Self {
        let data = tempfile::tempdir().expect("a directory");
        let clock = Arc::new(ManualClock::new(at(START)));
        let mut config = config(data.path());
        adjust(&mut config);
        let server = Server::start(config, clock.clone()).await.expect("the server starts");
        Self::of(server, clock, data)
    }

    /// On a database whose file layer is `vfs`.
    pub async fn on(vfs: &str) -> Self {
        let data = tempfile::tempdir().expect("a directory");
        let clock = Arc::new(ManualClock::new(at(START)));
        let options = SqliteOptions { vfs: Some(vfs.to_owned()), ..SqliteOptions::new(1) };
        let store = Arc::new(SqliteStore::open(data.path(), options).expect("the store opens"));
        let server = Server::start_over(store, config(data.path()), clock.clone()).await.expect("the server starts");
        Self::of(server, clock, data)
    }

    /// Another node over the same store: what a second process is to a database that takes several.
    pub async fn beside(&self, adjust: impl FnOnce(&mut Config)) -> Self {
        let mut config = config(self.data.path());
        adjust(&mut config);
        let store = self.server().app().store.clone();
        let server = Server::start_over(store, config, self.clock.clone()).await.expect("the server starts");
        Self::of(server, self.clock.clone(), tempfile::tempdir().expect("a directory"))
    }

    /// Ends the server and leaves the store to the nodes beside it.
    pub fn leave(&mut self) {
        self.server.take().expect("it runs");
    }

    fn of(server: Server, clock: Arc<ManualClock>, data: TempDir) -> Self {
        // reqwest wants a provider even where no TLS is spoken; a second call changes nothing.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().expect("a client");
        Self { server: Some(server), clock, data, client }
    }

    /// Where the data is.
    pub fn data(&self) -> &std::path::Path {
        self.data.path()
    }

    /// Stops the server and starts it again on the same data.
    pub async fn restart(&mut self) {
        self.server.take().expect("it runs").stop().await;
        let server = Server::start(config(self.data.path()), self.clock.clone()).await;
        self.server = Some(server.expect("the server starts again"));
    }

    /// Stops the server, as a signal does.
    pub async fn stop(&mut self) {
        self.server.take().expect("it runs").stop().await;
    }

    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("it runs")
    }

    pub fn url(&self, path: &str) -> String {
        let bare = ["/api", "/feeds", "/healthz", "/readyz", "/metrics"].iter().any(|begin| path.starts_with(begin));
        let slash = if bare { "" } else { "/api/v1" };
        format!("http://{}{slash}{path}", self.server().address())
    }

    /// A request without a body, as this person or nobody.
    pub async fn get(&self, who: Option<&Person>, path: &str) -> Answer {
        self.send(who, Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, who: &Person, path: &str, body: Value) -> Answer {
        self.send(Some(who), Method::POST, path, Some(body), &[]).await
    }

    pub async fn patch(&self, who: &Person, path: &str, body: Value) -> Answer {
        self.send(Some(who), Method::PATCH, path, Some(body), &[]).await
    }

    pub async fn delete(&self, who: &Person, path: &str) -> Answer {
        self.send(Some(who), Method::DELETE, path, None, &[]).await
    }

    pub async fn send(
        &self,
        who: Option<&Person>,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = self.client.request(method, self.url(path));
        if let Some(who) = who {
            request = request.bearer_auth(&who.token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        answer(request.send().await.expect("an answer")).await
    }

    /// A GET whose answer may go on for long.
    pub async fn open(&self, who: Option<&Person>, path: &str, headers: &[(&str, &str)]) -> reqwest::Response {
        let mut request = self.client.get(self.url(path));
        if let Some(who) = who {
            request = request.bearer_auth(&who.token);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        request.send().await.expect("an answer")
    }

    /// A request whose body is not what it should be.
    pub async fn send_raw(&self, who: &Person, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Answer {
        let request = self.client.post(self.url(path)).bearer_auth(&who.token).header("content-type", kind);
        answer(request.body(body).send().await.expect("an answer")).await
    }

    pub async fn sign_up(&self, name: &str) -> Person {
        let body = json!({"username": name, "email": format!("{name}@example.org"), "password": "correct horse"});
        let answer = self.send(None, Method::POST, "/users", Some(body), &[]).await;
        let token = answer.ok()["token"].as_str().expect("a token").to_owned();
        Person { name: name.to_owned(), token }
    }

    /// An event `chat` of an hour's slots, Monday to Friday from 9 to 12 in Berlin, changed by `more`.
    pub async fn chat(&self, host: &Person, more: Value) -> Value {
        let mut event = json!({
            "title": "Chat", "slug": "chat", "time_zone": "Europe/Berlin",
            "first_day": "2026-12-01", "slot_minutes": 60,
        });
        for (key, value) in more.as_object().expect("an object") {
            event[key] = value.clone();
        }
        let event = self.post(host, "/events", event).await.ok();
        let window = json!({"start": "2026-12-01T09:00:00", "duration_minutes": 180, "rrule": "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"});
        let slug = event["slug"].as_str().expect("a slug");
        self.post(host, &format!("/events/{}/{slug}/windows", host.name), window).await.ok();
        event
    }

    pub async fn book(&self, guest: &Person, event: &str, start: &str) -> Answer {
        self.post(guest, &format!("/events/{event}/bookings"), json!({ "start": start })).await
    }

    /// State by start of the slots of a day, as `who` sees them.
    pub async fn slots(&self, who: Option<&Person>, event: &str, day: &str) -> Vec<(String, String)> {
        let path = format!("/events/{event}/slots?from={day}T00:00:00Z&to={day}T23:59:59Z");
        let slots = self.get(who, &path).await.ok();
        let slots = slots["slots"].as_array().expect("slots").iter();
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        slots.map(|slot| (text(&slot["start"]), text(&slot["state"]))).collect()
    }
}

async fn answer(response: reqwest::Response) -> Answer {
    let header = |name: &str| response.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
    let (etag, retry_after, kind) = (header("etag"), header("retry-after"), header("content-type"));
    let status = response.status();
    let bytes = response.bytes().await.expect("a body");
    let body = serde_json::from_slice(&bytes).unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into()));
    Answer { status, etag, retry_after, kind, body }
}

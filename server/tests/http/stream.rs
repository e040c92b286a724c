//! A client of live streams, as browsers are.

use std::collections::VecDeque;
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::world::{Person, World};

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// One event of a stream.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub id: String,
    pub name: String,
    pub data: Value,
}

/// A stream as a client reads it.
pub struct Stream {
    pub response: reqwest::Response,
    pub bytes: Vec<u8>,
    ready: VecDeque<Told>,
    pub last_id: String,
    /// Every byte that came.
    pub all: String,
}

impl Stream {
    pub async fn open(world: &World, who: Option<&Person>, event: &str, from: Option<&str>) -> Self {
        Self::at(world, who, &format!("/events/{event}/changes"), from).await
    }

    /// A stream of everything of this person's own, that has said hello.
    pub async fn own(world: &World, who: &Person, from: Option<&str>) -> Self {
        let mut stream = Self::at(world, Some(who), "/me/changes", from).await;
        assert_eq!(stream.next().await.expect("a hello").name, "hello");
        stream
    }

    async fn at(world: &World, who: Option<&Person>, path: &str, from: Option<&str>) -> Self {
        let headers: Vec<(&str, &str)> = from.map(|id| ("last-event-id", id)).into_iter().collect();
        let response = world.open(who, path, &headers).await;
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        assert!(response.headers().get("etag").is_none());
        Self { response, bytes: Vec::new(), ready: VecDeque::new(), last_id: String::new(), all: String::new() }
    }

    /// A stream that has said hello.
    pub async fn begun(world: &World, who: Option<&Person>, event: &str, from: Option<&str>) -> Self {
        let mut stream = Self::open(world, who, event, from).await;
        let hello = stream.next().await.expect("a hello");
        assert_eq!((hello.name.as_str(), &hello.data["cursor"]), ("hello", &json!(hello.id)));
        stream
    }

    /// The next event; none when the stream has ended.
    pub async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some(told) = self.ready.pop_front() {
                return Some(told);
            }
            let part = tokio::time::timeout(PATIENCE, self.response.chunk()).await.expect("something comes");
            let part = part.expect("the stream does not break")?;
            self.all.push_str(std::str::from_utf8(&part).expect("text"));
            self.bytes.extend_from_slice(&part);
            while let Some(end) = self.bytes.windows(2).position(|two| two == b"\n\n") {
                let block: Vec<u8> = self.bytes.drain(..end + 2).collect();
                self.read(std::str::from_utf8(&block).expect("text"));
            }
        }
    }

    /// As browsers do: an event without data is not told, but its id counts.
    pub fn read(&mut self, block: &str) {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        if let Some(id) = field("id") {
            self.last_id = id.to_owned();
        }
        if let Some(data) = field("data") {
            let data = serde_json::from_str(data).expect("JSON");
            self.ready.push_back(Told { id: self.last_id.clone(), name: field("event").unwrap().to_owned(), data });
        }
    }
}

pub async fn next_of(stream: &mut Stream) -> Told {
    stream.next().await.expect("the stream goes on")
}

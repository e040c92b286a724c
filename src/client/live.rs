//! Live changes: a stream of server-sent events that comes back by itself.
//!
//! The stream goes on from the last cursor after whatever ends it: a lost
//! connection, a silent one, a server that restarts or sends its readers
//! elsewhere. Nothing is told twice and nothing is left out; where the server
//! cannot promise that any more it says [`News::Reset`].

use std::time::Duration;

use meetme_core::api::{LiveChange, LiveKind};
use meetme_core::cursor::Cursor;
use meetme_core::id::{Slug, Username};
use reqwest::Response;
use tokio::time::{Instant, sleep, timeout};

use super::Error;
use super::call::Call;
use super::request::{ATTEMPTS, Failed, Http, LONGEST_WAIT};
use super::sse::{Frame, Frames};
use crate::ids;

/// A stream that says nothing for this long is taken for lost: servers show every 15 s that they live.
pub const SILENCE: Duration = Duration::from_secs(45);
/// The first wait for a server that is away, unless it names one; it doubles.
pub const FIRST_WAIT: Duration = Duration::from_secs(1);
/// The longest wait between two attempts.
pub const LONGEST_REST: Duration = Duration::from_secs(30);
/// How long a server may be away before a stream gives up.
pub const PATIENCE: Duration = Duration::from_secs(60 * 60);

/// What a stream tells next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Where it stands, without a change that this reader sees: whenever it begins, and now and then.
    Place,
    /// Something happened.
    Change(Box<LiveChange>),
    /// The cursor leads nowhere: what happened before may be lost, so everything is to be read anew.
    Reset,
    /// The server is away. The stream tries again by itself.
    Lost {
        /// What happened.
        reason: String,
    },
    /// The server is there again, and the stream goes on where it stood.
    Back,
}

/// A stream of changes. Made without any I/O; [`Live::next`] connects.
#[derive(Debug)]
pub struct Live(Line<Http>);

impl Live {
    pub(super) fn new(http: Http, event: Option<(Username, Slug)>, cursor: Option<Cursor>) -> Self {
        Self(Line::new(http, event, cursor))
    }

    /// Everything up to here was told; None as long as the server has not said where the stream begins.
    pub fn cursor(&self) -> Option<Cursor> {
        self.0.cursor
    }

    /// Waits for what the stream tells next. Dropping the future loses nothing.
    ///
    /// # Errors
    /// If the server was never reached, is away for longer than [`PATIENCE`], or says no: the event is gone,
    /// the session has ended.
    pub async fn next(&mut self) -> Result<News, Error> {
        self.0.next().await
    }
}

/// How a stream is opened and read, and how time passes beside it.
trait Door {
    type Open;
    /// Opens it, from behind a cursor.
    async fn open(&self, call: &Call, after: Option<&str>) -> Result<Self::Open, Failed>;
    /// What comes next, or nothing once it was ended; else in words why nothing more does. It breaks when nothing
    /// comes for `silence`.
    async fn read(&self, open: &mut Self::Open, silence: Duration) -> Result<Option<Vec<u8>>, String>;
    async fn rest(&self, length: Duration);
    fn now(&self) -> Instant;
    /// What was read is no meetme answer.
    fn bad_answer(&self, reason: &str) -> Error;
}

impl Door for Http {
    type Open = Response;

    async fn open(&self, call: &Call, after: Option<&str>) -> Result<Response, Failed> {
        Self::open(self, call, after).await
    }

    async fn read(&self, open: &mut Response, silence: Duration) -> Result<Option<Vec<u8>>, String> {
        let chunk = timeout(silence, open.chunk()).await.map_err(|_| said_nothing(silence))?;
        Ok(chunk.map_err(|error| self.broken(&error))?.map(Vec::from))
    }

    async fn rest(&self, length: Duration) {
        sleep(length).await;
    }

    fn now(&self) -> Instant {
        Instant::now()
    }

    fn bad_answer(&self, reason: &str) -> Error {
        Self::bad_answer(self, reason)
    }
}

fn said_nothing(silence: Duration) -> String {
    format!("it said nothing for {} s", silence.as_secs())
}

/// A stream through a door, and what is known of the server behind it.
#[derive(Debug)]
struct Line<D: Door> {
    door: D,
    event: Option<(Username, Slug)>,
    cursor: Option<Cursor>,
    open: Option<D::Open>,
    frames: Frames,
    /// Attempts that failed since the server was last heard.
    failures: u32,
    /// What the server asks lost clients to wait.
    retry: Duration,
    heard_at: Option<Instant>,
    told_lost: bool,
}

impl<D: Door> Line<D> {
    fn new(door: D, event: Option<(Username, Slug)>, cursor: Option<Cursor>) -> Self {
        Self {
            door,
            event,
            cursor,
            open: None,
            frames: Frames::default(),
            failures: 0,
            retry: FIRST_WAIT,
            heard_at: None,
            told_lost: false,
        }
    }

    async fn next(&mut self) -> Result<News, Error> {
        loop {
            if let Some(frame) = self.frames.next() {
                if let Some(news) = self.take(&frame)? {
                    return Ok(news);
                }
                continue;
            }
            let Some(open) = &mut self.open else {
                if let Some(news) = self.connect().await? {
                    return Ok(news);
                }
                continue;
            };
            let failed = match self.door.read(open, SILENCE).await {
                Ok(Some(bytes)) => {
                    self.heard_at = Some(self.door.now());
                    self.failures = 0;
                    let large = |_| self.door.bad_answer("it sends an event without end");
                    self.frames.feed(&bytes).map_err(large)?;
                    continue;
                }
                // It was ended, not broken: try before anybody is alarmed.
                Ok(None) => None,
                Err(reason) => Some(reason),
            };
            self.close();
            if let Some(reason) = failed.filter(|_| !std::mem::replace(&mut self.told_lost, true)) {
                return Ok(News::Lost { reason });
            }
        }
    }

    /// Tries once to connect, after the rest that is due.
    async fn connect(&mut self) -> Result<Option<News>, Error> {
        if self.failures > 0 || self.heard_at.is_some() {
            self.door.rest(self.rest()).await;
        }
        let call = match &self.event {
            Some((owner, slug)) => Call::get(["events", owner.as_str(), slug.as_str(), "changes"]),
            None => Call::get(["me", "changes"]),
        };
        let after = self.cursor.map(|cursor| cursor.to_string());
        match self.door.open(&call, after.as_deref()).await {
            Ok(open) => {
                self.open = Some(open);
                self.heard_at = Some(self.door.now());
                Ok(std::mem::take(&mut self.told_lost).then_some(News::Back))
            }
            Err(failed) => self.not_connected(failed),
        }
    }

    fn not_connected(&mut self, failed: Failed) -> Result<Option<News>, Error> {
        self.failures += 1;
        let Failed { error, wait, .. } = failed;
        let worth_it = match self.heard_at {
            Some(heard_at) => may_pass(&error) && self.door.now() - heard_at < PATIENCE,
            // Where no stream has been, only a server that is there and busy is waited for.
            None => is_busy(&error) && self.failures < ATTEMPTS && wait.is_none_or(|wait| wait <= LONGEST_WAIT),
        };
        if !worth_it {
            return Err(error);
        }
        tracing::debug!(failures = self.failures, %error, "the stream is not open");
        if let Some(wait) = wait {
            self.retry = wait.clamp(FIRST_WAIT, LONGEST_REST);
        }
        let told = std::mem::replace(&mut self.told_lost, true);
        Ok((!told).then(|| News::Lost { reason: error.to_string() }))
    }

    /// How long to rest before the next attempt: longer each time, and not in step with other clients.
    fn rest(&self) -> Duration {
        let doubled = self.retry.saturating_mul(1 << self.failures.min(10));
        doubled.min(LONGEST_REST).mul_f64(ids::part())
    }

    fn close(&mut self) {
        self.open = None;
        self.frames = Frames::default();
    }

    /// What a frame tells, if it tells anything.
    fn take(&mut self, frame: &Frame) -> Result<Option<News>, Error> {
        if let Some(retry) = frame.retry {
            self.retry = retry.clamp(Duration::from_millis(1), LONGEST_REST);
        }
        let cursor = frame.id.as_deref().and_then(|id| id.parse().ok());
        let Some(cursor) = cursor else { return Ok(None) };
        let news = match frame.event.as_str() {
            "reset" => News::Reset,
            "hello" => {
                self.cursor = Some(cursor);
                return Ok(Some(News::Place));
            }
            "move" | "" => News::Place,
            kind if LiveKind::of_word(kind).is_some() => {
                let change: LiveChange = serde_json::from_str(&frame.data)
                    .map_err(|error| self.door.bad_answer(&format!("a change that cannot be read: {error}")))?;
                // An event that got another short name is found under it from now on.
                if let Some((_, slug)) = &mut self.event {
                    slug.clone_from(&change.event.slug);
                }
                News::Change(Box::new(change))
            }
            // A kind that is newer than this client.
            _ => News::Place,
        };
        // The same place again is no news.
        let moved = self.cursor.replace(cursor) != Some(cursor);
        Ok((moved || news != News::Place).then_some(news))
    }
}

/// Whether an error says that the server is there and takes no more just now.
fn is_busy(error: &Error) -> bool {
    matches!(error, Error::Refused(problem) if matches!(problem.status, 429 | 503))
}

/// Whether an error can pass by itself.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Unreachable { .. } => true,
        Error::Refused(problem) => problem.status >= 500 || problem.status == 429,
        _ => false,
    }
}

#[cfg(test)]
mod tests;

//! What was asked and answered, with times: what the checks go by.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use meetme_server::clock::Stopwatch;
use serde_json::Value;

use super::http::Reply;
use super::model::{Action, Minute};
use super::plan::Door;
use super::state::Standing;

/// The first midnight of the simulated calendar.
pub const FIRST_DAY: &str = "2026-12-07";
/// What every node's clock shows when a run begins.
pub const BEGINS: &str = "2026-11-29T12:00:00Z";

/// One request and what became of it.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// At which node.
    pub node: usize,
    /// When it was sent, in microseconds from the beginning.
    pub invoke: u64,
    /// When its outcome was known, or known to be unknown.
    pub ret: u64,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a request, as far as its client knows.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Done; the answer.
    Done(Value),
    /// A rule said no, by this code.
    Refused(String),
    /// The server said that nothing was changed and that one may try again, by this code.
    Nothing(String),
    /// No answer, or one that says that the outcome is unknown.
    Unknown(String),
}

/// One operation: all attempts at one thing.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its number in the plan.
    pub op: u32,
    /// Who asked.
    pub client: usize,
    /// What for.
    pub action: Action,
    /// Where it was asked for.
    pub door: Door,
    /// Whether all attempts are one: by an idempotency key, or by the name of a new entry.
    pub keyed: bool,
    /// In the order in which they were sent.
    pub attempts: Vec<Attempt>,
}

/// Something that must not be, and by which check.
#[derive(Debug, Clone)]
pub struct Violation {
    /// The check's name.
    pub check: &'static str,
    /// What was seen.
    pub text: String,
}

/// Everything that is written down while a run goes on.
#[derive(Debug)]
pub struct Journal {
    watch: Stopwatch,
    records: Mutex<Vec<Record>>,
    violations: Mutex<Vec<Violation>>,
    finished: AtomicUsize,
    skipped: AtomicUsize,
}

impl Journal {
    /// An empty one; its time begins now.
    pub fn new() -> Self {
        Self {
            watch: Stopwatch::start(),
            records: Mutex::default(),
            violations: Mutex::default(),
            finished: AtomicUsize::new(0),
            skipped: AtomicUsize::new(0),
        }
    }

    /// Microseconds since the beginning.
    pub fn now(&self) -> u64 {
        u64::try_from(self.watch.elapsed().as_micros()).expect("a run takes less than half a million years")
    }

    /// Writes an operation down.
    pub fn record(&self, record: Record) {
        self.records.lock().expect("nobody panics while writing").push(record);
        self.finished.fetch_add(1, Ordering::SeqCst);
    }

    /// Counts an operation for which there was nothing to do.
    pub fn skip(&self) {
        self.skipped.fetch_add(1, Ordering::SeqCst);
        self.finished.fetch_add(1, Ordering::SeqCst);
    }

    /// Writes down what must not be.
    pub fn violation(&self, check: &'static str, text: String) {
        self.violations.lock().expect("nobody panics while writing").push(Violation { check, text });
    }

    /// How many operations are finished or skipped.
    pub fn finished(&self) -> usize {
        self.finished.load(Ordering::SeqCst)
    }

    /// How many were skipped.
    pub fn skipped(&self) -> usize {
        self.skipped.load(Ordering::SeqCst)
    }

    /// A copy of all records.
    pub fn records(&self) -> Vec<Record> {
        self.records.lock().expect("nobody panics while writing").clone()
    }

    /// A copy of all violations.
    pub fn violations(&self) -> Vec<Violation> {
        self.violations.lock().expect("nobody panics while writing").clone()
    }
}

impl Outcome {
    /// What a reply means.
    pub fn of(reply: Reply) -> Self {
        let code = reply.code().to_owned();
        match (reply.status, code.as_str()) {
            _ if reply.is_done() => Self::Done(reply.body),
            (503, "outcome-unknown") => Self::Unknown(code),
            (503 | 429, _) => Self::Nothing(code),
            (500.., _) => Self::Unknown(format!("{} {code}", reply.status)),
            _ => Self::Refused(code),
        }
    }

    /// Whether the client need not ask again.
    pub fn is_answer(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Refused(_))
    }
}

/// A booking's place and standing, as an answer tells it.
pub fn told(body: &Value) -> Option<(Minute, Standing)> {
    let standing = match body["status"].as_str()? {
        "pending" => Standing::Pending,
        "confirmed" => Standing::Confirmed,
        "cancelled" => Standing::Cancelled,
        _ => return None,
    };
    Some((minute(body["start"].as_str()?)?, standing))
}

/// The instant of a minute, as the wire writes it.
pub fn instant(minute: Minute) -> String {
    let at = first_midnight() + TimeDelta::minutes(i64::from(minute));
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The minute of an instant.
pub fn minute(text: &str) -> Option<Minute> {
    let at: DateTime<Utc> = text.parse().ok()?;
    u32::try_from((at - first_midnight()).num_minutes()).ok()
}

fn first_midnight() -> DateTime<Utc> {
    format!("{FIRST_DAY}T00:00:00Z").parse().expect("it is an instant")
}

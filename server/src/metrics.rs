//! What `/metrics` shows, in Prometheus' text format.

use std::sync::atomic::AtomicU64;
use std::time::Duration;

use prometheus_client::encoding::{EncodeLabelSet, text};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;

/// Seconds: from a cached read to a request at its time limit.
const BUCKETS: [f64; 13] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0, 30.0];

/// The methods that are told apart. A label's values stay for as long as the server runs, and anybody can send a
/// method of their own making.
const METHODS: [&str; 14] = [
    "GET",
    "HEAD",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
    "PROPFIND",
    "PROPPATCH",
    "MKCALENDAR",
    "MKCOL",
    "REPORT",
    "COPY",
    "MOVE",
];

/// Counters and gauges of one server.
pub struct Metrics {
    registry: Registry,
    requests: Family<RequestLabels, Counter>,
    durations: Family<RouteLabels, Histogram, fn() -> Histogram>,
    refusals: Family<RefusalLabels, Counter>,
    rows: Family<RowLabels, Gauge<i64>>,
    commits: Gauge<u64, AtomicU64>,
    changes: Gauge<u64, AtomicU64>,
    queue: Gauge<u64, AtomicU64>,
    streams: Gauge<u64, AtomicU64>,
    watched: Gauge<u64, AtomicU64>,
    bus: Gauge<u64, AtomicU64>,
    feeds: Gauge<u64, AtomicU64>,
    steps: Counter,
    sockets: Gauge<u64, AtomicU64>,
    rooms: Gauge<u64, AtomicU64>,
    relayed: Gauge<u64, AtomicU64>,
    turn: Family<TurnLabels, Gauge<u64, AtomicU64>>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RequestLabels {
    method: &'static str,
    route: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RouteLabels {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RefusalLabels {
    code: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TurnLabels {
    of: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RowLabels {
    of: &'static str,
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Self {
        let mut registry = Registry::with_prefix("meetme");
        let requests = Family::default();
        registry.register("http_requests", "Requests answered, by route and status", requests.clone());
        let histogram: fn() -> Histogram = || Histogram::new(BUCKETS);
        let durations = Family::new_with_constructor(histogram);
        registry.register("http_request_seconds", "Time from a request's head to its answer", durations.clone());
        let refusals = Family::default();
        registry.register("refusals", "Requests refused, by problem code", refusals.clone());
        let rows = Family::default();
        registry.register("rows", "Rows kept, by kind", rows.clone());
        let commits = Gauge::default();
        registry.register("store_commits", "Commits made durable since the start", commits.clone());
        let changes = Gauge::default();
        registry.register("store_changes", "Changes in those commits", changes.clone());
        let queue = Gauge::default();
        registry.register("store_queue", "Changes that wait for the writer", queue.clone());
        let streams = Gauge::default();
        registry.register("streams", "Live streams and polls that are open", streams.clone());
        let watched = Gauge::default();
        registry.register("watched_logs", "Logs that somebody on this node follows", watched.clone());
        let bus = Gauge::default();
        registry.register("bus_up", "1 while all nodes hear each other, 0 while logs are polled", bus.clone());
        let feeds = Gauge::default();
        registry.register("feeds_rendered", "Feeds rendered since the start", feeds.clone());
        let steps = Counter::default();
        registry.register("calendar_steps", "Steps taken to work out entries for calendar apps", steps.clone());
        let sockets = Gauge::default();
        registry.register("signal_sockets", "Signalling sockets that are open", sockets.clone());
        let rooms = Gauge::default();
        registry.register("signal_rooms", "Calls that this node holds", rooms.clone());
        let relayed = Gauge::default();
        registry.register("signal_relayed", "Signalling messages passed on since the start", relayed.clone());
        let turn = Family::default();
        registry.register(
            "turn",
            "Relayed ports open now, and bytes relayed and datagrams refused so far",
            turn.clone(),
        );
        Self {
            registry,
            requests,
            durations,
            refusals,
            rows,
            commits,
            changes,
            queue,
            streams,
            watched,
            bus,
            feeds,
            steps,
            sockets,
            rooms,
            relayed,
            turn,
        }
    }

    /// Counts one answered request. `route` is the pattern, never the path; methods that are not served are one.
    pub fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let labels = RequestLabels { method: known(method), route: route.to_owned(), status };
        self.requests.get_or_create(&labels).inc();
        self.durations.get_or_create(&RouteLabels { route: route.to_owned() }).observe(took.as_secs_f64());
    }

    /// Counts one problem.
    pub fn refused(&self, code: &'static str) {
        self.refusals.get_or_create(&RefusalLabels { code }).inc();
    }

    /// Takes over what the store counted.
    pub fn observe_store(&self, counts: crate::store::Counts, writer: crate::store::WriterStats) {
        for (of, count) in [("users", counts.users), ("events", counts.events), ("bookings", counts.bookings)] {
            self.rows.get_or_create(&RowLabels { of }).set(i64::try_from(count).unwrap_or(i64::MAX));
        }
        self.commits.set(writer.commits);
        self.changes.set(writer.changes);
        self.queue.set(writer.queue);
    }

    /// Takes over how the following of news goes.
    pub fn observe_live(&self, streams: usize, watched: usize, bus_is_up: bool) {
        self.streams.set(streams as u64);
        self.watched.set(watched as u64);
        self.bus.set(u64::from(bus_is_up));
    }

    /// Takes over how often feeds were rendered.
    pub fn observe_feeds(&self, rendered: u64) {
        self.feeds.set(rendered);
    }

    /// Counts steps of recurrence rules that a question of a calendar app took.
    pub fn worked_out(&self, steps: u32) {
        self.steps.inc_by(u64::from(steps));
    }

    /// Takes over how much signalling goes on.
    pub fn observe_calls(&self, counts: crate::signal::SignalCounts) {
        self.sockets.set(counts.sockets as u64);
        self.rooms.set(counts.rooms as u64);
        self.relayed.set(counts.relayed);
    }

    /// Takes over what TURN counted.
    pub fn observe_turn(&self, counts: crate::turn::TurnCounts) {
        for (of, count) in [("ports", counts.allocations), ("bytes", counts.bytes), ("refused", counts.refused)] {
            self.turn.get_or_create(&TurnLabels { of }).set(count);
        }
    }

    /// Everything as text.
    pub fn text(&self) -> String {
        let mut out = String::new();
        text::encode(&mut out, &self.registry).expect("a String takes all that is written");
        out
    }
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

/// A method as a label.
fn known(method: &str) -> &'static str {
    METHODS.into_iter().find(|known| *known == method).unwrap_or("other")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_that_nobody_serves_are_counted_as_one() {
        let metrics = Metrics::new();

        for method in ["GET", "PROPFIND", "GOT", "get", "A0001", "A0002"] {
            metrics.answered(method, "/dav/", 405, Duration::ZERO);
        }

        let text = metrics.text();
        let counted: Vec<&str> = text.lines().filter(|line| line.starts_with("meetme_http_requests_total{")).collect();
        assert_eq!(counted.len(), 3, "{counted:#?}");
        let other = r#"meetme_http_requests_total{method="other",route="/dav/",status="405"} 4"#;
        assert!(counted.contains(&other), "{counted:#?}");
    }
}

//! `/events/{owner}/{slug}/changes` and `/me/changes`: news as a stream (SSE), or by waiting for it.
//!
//! A stream is a task with a place in a person's log. It ends by itself: when
//! the client is gone or takes nothing, when the reader may not read any more
//! (their own log says when to look, and the clock what runs out), when the
//! event is gone, or when the node stops.

use std::time::Duration;

use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use meetme_core::api;
use meetme_core::cursor::{Cursor, Epoch, Seq};
use meetme_core::id::UserId;
use meetme_core::refusal::Invalid;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;
use tokio::time::{Instant, interval, sleep, sleep_until, timeout};

use crate::actions::{self, Follower, OwnFollower};
use crate::app::App;
use crate::changes::{Told, Watch};
use crate::headers::header_text;
use crate::http::auth::{ClientAddress, Reader, Visitor, bearer_token};
use crate::http::events::EventParams;
use crate::http::extract::{EventPath, Json, Path, Query};
use crate::http::problem::Problem;
use crate::http::standing::Standing;
use crate::store::LogEntry;
use crate::streams::{Place, TooManyStreams};

/// How long a client that lost its stream waits before it comes back, in milliseconds.
const RETRY: u32 = 1000;
/// How long a stream waits when the log cannot be read.
const REST: Duration = Duration::from_millis(500);

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ChangesQuery {
    /// Tell what happened after this; what happens from now on if absent. `Last-Event-ID` says the same.
    cursor: Option<String>,
    /// Answer with JSON as soon as there is a change, or after this many seconds, at most 60.
    wait: Option<u64>,
}

/// Follow an event: a stream of changes (`text/event-stream`), or with `wait` the next ones as JSON.
///
/// Each change is an event of the stream named by its kind, with its cursor as id. `hello` comes first and
/// says where the stream begins; `reset` says that the given cursor leads nowhere and everything is to be read
/// anew; `move` that the server stops and another one has to be asked, from this cursor on.
#[utoipa::path(get, operation_id = "follow_event", path = "/events/{owner}/{slug}/changes",
    params(EventParams, ChangesQuery, ("Last-Event-ID" = Option<String>, Header, description = "where to go on from")),
    security((), ("token" = [])),
    responses((status = 200, content((api::LiveChange = "text/event-stream"), (api::LiveChanges = "application/json"))),
        (status = "default", body = api::Problem)))]
pub(super) async fn follow(
    State(app): State<App>,
    Extension(from): Extension<ClientAddress>,
    visitor: Visitor,
    Path(path): Path<EventPath>,
    Query(query): Query<ChangesQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let viewer = visitor.viewer().map(actions::Actor::id);
    let place = app.streams.enter(from.ip(), viewer).map_err(too_many)?;
    let follower = actions::follow(&app, &path.name(), visitor.viewer().cloned()).await?;
    let reader = Standing::of(&app, viewer, bearer_token(&headers)).await?;
    answer(app, Following::Event(Box::new(follower)), reader, place, query, &headers).await
}

/// Follow everything of one's own, as host and as guest: bookings, holds, events. Otherwise like an event's changes.
#[utoipa::path(get, operation_id = "follow_own", path = "/me/changes",
    params(ChangesQuery, ("Last-Event-ID" = Option<String>, Header, description = "where to go on from")),
    responses((status = 200, content((api::LiveChange = "text/event-stream"), (api::LiveChanges = "application/json"))),
        (status = "default", body = api::Problem)))]
pub(super) async fn follow_own(
    State(app): State<App>,
    Extension(from): Extension<ClientAddress>,
    Reader(actor): Reader,
    Query(query): Query<ChangesQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let place = app.streams.enter(from.ip(), Some(actor.id())).map_err(too_many)?;
    let reader = Standing::of(&app, Some(actor.id()), bearer_token(&headers)).await?;
    answer(app, Following::Own(OwnFollower::new(&actor)), reader, place, query, &headers).await
}

/// A stream, or with `wait` what happens next.
async fn answer(
    app: App,
    follower: Following,
    reader: Standing,
    place: Place,
    query: ChangesQuery,
    headers: &HeaderMap,
) -> Result<Response, Problem> {
    let given = header_text(headers, "last-event-id").map(str::to_owned).or(query.cursor);
    let watch = app.changes.watch(follower.person(), given.as_deref().map(cursor_of)).await?;
    if let Some(seconds) = query.wait {
        let wait = Duration::from_secs(seconds);
        if wait > app.config.limits.poll_wait {
            let most = app.config.limits.poll_wait.as_secs();
            return Err(Problem::invalid(&Invalid::new("wait", seconds, format!("wait at most {most} seconds"))));
        }
        let mut poll = Poll { app, follower, reader, watch };
        return Ok(Json(poll.run(wait).await?).into_response());
    }
    let (out, body) = mpsc::channel(app.config.limits.stream_buffer);
    tokio::spawn(Stream { app, follower, reader, watch, out, _place: place }.run());
    let body = stream::unfold(body, |mut body| async move {
        let part: Bytes = body.recv().await?;
        Some((Ok::<_, std::convert::Infallible>(part), body))
    });
    // When a stream ends, its node does, and the connection with it: nobody is to ask for the next one there.
    let kind = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONNECTION, "close"),
    ];
    // Proxies that hold answers back to fill their buffers are asked not to.
    Ok((kind, [("x-accel-buffering", "no")], Body::from_stream(body)).into_response())
}

/// What is no cursor leads nowhere, like one from another life of the database.
fn cursor_of(given: &str) -> Cursor {
    given.trim().parse().unwrap_or(Cursor { epoch: Epoch(0), seq: Seq(u64::MAX) })
}

pub(super) fn too_many(error: TooManyStreams) -> Problem {
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-streams", error.to_string())
        .hint("end one of them, or try again later")
        .retry_after(5)
}

/// What is followed.
enum Following {
    Event(Box<Follower>),
    Own(OwnFollower),
}

impl Following {
    /// Whose log has the news.
    fn person(&self) -> UserId {
        match self {
            Self::Event(follower) => follower.host(),
            Self::Own(follower) => follower.person(),
        }
    }

    fn is_gone(&self) -> bool {
        match self {
            Self::Event(follower) => follower.is_gone(),
            Self::Own(follower) => follower.is_gone(),
        }
    }

    /// Where what is told is the same for many.
    fn shared(&self, entry: &LogEntry) -> Option<actions::At> {
        match self {
            Self::Event(follower) => follower.as_all_strangers(entry),
            Self::Own(_) => None,
        }
    }

    async fn see(&mut self, app: &App, entry: &LogEntry) -> Result<Option<api::LiveChange>, actions::ActionError> {
        match self {
            Self::Event(follower) => follower.see(app, entry).await,
            Self::Own(follower) => follower.see(app, entry).await,
        }
    }
}

/// Waits for the next changes.
struct Poll {
    app: App,
    follower: Following,
    reader: Standing,
    watch: Watch,
}

impl Poll {
    async fn run(&mut self, wait: Duration) -> Result<api::LiveChanges, Problem> {
        let until = Instant::now() + wait;
        let mut ending = self.app.life.watch();
        let mut answer = Vec::new();
        let mut reset = false;
        while answer.len() < self.app.config.limits.stream_page && !self.follower.is_gone() && !reset {
            let told = match self.watch.ready().await? {
                Some(told) => told,
                None if !answer.is_empty() => break,
                None => tokio::select! {
                    told = self.watch.next() => told?,
                    () = sleep_until(until) => break,
                    () = ending.stopping() => break,
                    () = self.reader.shaken() => {
                        if !self.reader.holds().await {
                            return Err(Problem::unauthenticated("the session or token has ended"));
                        }
                        continue;
                    }
                },
            };
            match told {
                Told::Entry(entry) => answer.extend(self.follower.see(&self.app, &entry).await?),
                Told::Reset(_) => reset = true,
            }
        }
        Ok(api::LiveChanges { changes: answer, cursor: self.watch.cursor(), reset })
    }
}

/// A stream and all that keeps it going.
struct Stream {
    app: App,
    follower: Following,
    reader: Standing,
    watch: Watch,
    out: mpsc::Sender<Bytes>,
    _place: Place,
}

/// The stream is over.
struct Over;

impl Stream {
    /// Tells until it is over, one way or another.
    async fn run(mut self) {
        let Over = self.tell().await.err().unwrap_or(Over);
        tracing::debug!("a stream ended");
    }

    async fn tell(&mut self) -> Result<(), Over> {
        let limits = self.app.config.limits.clone();
        let mut ending = self.app.life.watch();
        let mut heartbeat = interval(limits.stream_heartbeat);
        let mut recheck = interval(limits.stream_recheck);
        // The first tick of an interval comes at once.
        heartbeat.tick().await;
        recheck.tick().await;
        self.hello().await?;
        while !self.follower.is_gone() {
            let told = tokio::select! {
                biased;
                () = self.out.closed() => return Err(Over),
                () = ending.stopping() => return self.mark("move").await,
                _ = recheck.tick() => {
                    self.recheck().await?;
                    continue;
                }
                () = self.reader.shaken() => {
                    self.recheck().await?;
                    continue;
                }
                _ = heartbeat.tick() => {
                    self.heartbeat().await?;
                    continue;
                }
                told = self.watch.next() => told,
            };
            match told {
                Ok(Told::Entry(entry)) => self.entry(&entry).await?,
                Ok(Told::Reset(_)) => self.mark("reset").await?,
                Err(error) => {
                    tracing::debug!(%error, "a stream waits for the log");
                    sleep(REST).await;
                }
            }
        }
        Ok(())
    }

    /// Where the stream begins: what came before is the client's to read. If the cursor leads nowhere, a `reset`
    /// comes instead.
    async fn hello(&mut self) -> Result<(), Over> {
        self.send(format!("retry: {RETRY}\n").into()).await?;
        if self.watch.is_placed() { self.mark("hello").await } else { Ok(()) }
    }

    /// Tells an entry, if this reader sees any of it. One that cannot be looked up now is not left out.
    async fn entry(&mut self, entry: &LogEntry) -> Result<(), Over> {
        let shared = self.follower.shared(entry);
        if let Some(frame) = shared.and_then(|at| self.app.common.frame(at)) {
            return self.send_any(frame).await;
        }
        let seen = loop {
            match self.follower.see(&self.app, entry).await {
                Ok(seen) => break seen,
                Err(error) => tracing::debug!(%error, "a stream waits for the store"),
            }
            tokio::select! {
                () = self.out.closed() => return Err(Over),
                () = sleep(REST) => {}
            }
            if self.app.life.phase() == crate::life::Phase::Stopping {
                return Err(Over);
            }
        };
        let frame = seen.map(|change| frame(change.kind.word(), &change.cursor, &change));
        if let Some(at) = shared {
            self.app.common.keep_frame(at, frame.clone());
        }
        self.send_any(frame).await
    }

    async fn send_any(&mut self, frame: Option<Bytes>) -> Result<(), Over> {
        match frame {
            Some(frame) => self.send(frame).await,
            None => Ok(()),
        }
    }

    /// Says where the stream stands, as an event.
    async fn mark(&mut self, name: &str) -> Result<(), Over> {
        let cursor = self.watch.cursor();
        self.send(frame(name, &cursor, &api::LivePlace { cursor })).await
    }

    /// Shows that the stream lives, and moves the client's cursor past what it does not see: an event without
    /// data is not told to anybody, but its id counts.
    async fn heartbeat(&mut self) -> Result<(), Over> {
        let cursor = self.watch.cursor();
        self.send(format!(": still here\nid: {cursor}\n\n").into()).await
    }

    /// Ends the stream of someone whose log-in or token has ended. Whether they may see the event is in the log
    /// itself, ahead of whatever they may not see.
    async fn recheck(&self) -> Result<(), Over> {
        if self.reader.holds().await { Ok(()) } else { Err(Over) }
    }

    async fn send(&mut self, part: Bytes) -> Result<(), Over> {
        let patience = self.app.config.limits.stream_stall;
        timeout(patience, self.out.send(part)).await.map_err(|_| Over)?.map_err(|_| Over)
    }
}

/// An event of a stream.
fn frame(name: &str, cursor: &Cursor, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).expect("wire types are plain data");
    format!("id: {cursor}\nevent: {name}\ndata: {data}\n\n").into()
}

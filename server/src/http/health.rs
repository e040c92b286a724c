//! Whether the server lives, whether it can work, and what it counted.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::disk;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::life::Phase;

#[derive(serde::Serialize)]
struct Ready {
    status: &'static str,
    free_disk_bytes: Option<u64>,
    bus: String,
}

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The store takes a durable write, there is room for more, and nobody told the server to stop.
/// A bus that is down slows news and stops nothing.
pub(super) async fn ready(State(app): State<App>) -> Result<Response, Problem> {
    if app.life.phase() > Phase::Serving {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "draining", "the server is about to stop")
            .hint("go to another node"));
    }
    app.probe.of(app.store.clone()).await?;
    // A database elsewhere has a disk of its own.
    let here = app.config.database.is_none();
    let free = if here { disk::free_bytes(&app.config.data) } else { None };
    if free.is_some_and(|free| free < app.config.limits.free_disk_bytes) {
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "disk-full", "the disk is nearly full")
            .hint("make room where the database is"));
    }
    Ok(Json(Ready { status: "ready", free_disk_bytes: free, bus: app.bus.health().to_string() }).into_response())
}

/// Counters for Prometheus.
pub(super) async fn metrics(State(app): State<App>) -> Result<Response, Problem> {
    app.metrics.observe_store(app.store.counts().await?, app.store.writer_stats());
    app.metrics.observe_live(app.streams.open(), app.changes.watched(), app.bus.health().hears_all());
    app.metrics.observe_feeds(app.feeds.renders());
    app.metrics.observe_calls(app.signal.counts());
    if let Some(turn) = &app.turn {
        app.metrics.observe_turn(turn.counts());
    }
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(header::CONTENT_TYPE, kind)], app.metrics.text()).into_response())
}

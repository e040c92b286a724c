//! `/bookings/{id}/call`: when it is, who is there, and the door to it.

use axum::Extension;
use axum::extract::State;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use chrono::TimeDelta;
use meetme_core::api::{self, CallSession, SIGNAL_PROTOCOL, Welcome};
use meetme_core::id::BookingId;
use meetme_core::refusal::Invalid;
use serde::Deserialize;

use crate::actions::{ActionError, call_view, caller_view, see_call};
use crate::app::App;
use crate::headers::header_text;
use crate::http::auth::{Caller, ClientAddress, bearer_token};
use crate::http::bookings::BookingParam;
use crate::http::extract::{Json, Path, Query};
use crate::http::live::too_many;
use crate::http::problem::Problem;
use crate::ids;
use crate::signal::{self, Admitted};

/// How long what helps to check is good.
const CHECK: TimeDelta = TimeDelta::minutes(5);

/// The call of a booking, for its host and its guest: when it is, who is there, and what helps to connect.
#[utoipa::path(get, operation_id = "show_call", path = "/bookings/{id}/call", params(BookingParam),
    responses((status = 200, body = api::Call), (status = "default", body = api::Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Caller(actor): Caller,
    Path(id): Path<BookingId>,
) -> Result<Json<api::Call>, Problem> {
    let (file, role) = see_call(&app, id, &actor).await?;
    Ok(Json(call_view(&app, &file, role).await?))
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SignalQuery {
    /// The session of this client's last connection, if the call goes on.
    session: Option<String>,
}

/// Join a call: a WebSocket that speaks `meetme.signal.v1`.
#[utoipa::path(get, operation_id = "join_call", path = "/bookings/{id}/call/signal",
    params(BookingParam, SignalQuery),
    responses((status = 101), (status = "default", body = api::Problem)))]
pub(super) async fn signal(
    State(app): State<App>,
    Extension(from): Extension<ClientAddress>,
    Caller(actor): Caller,
    Path(id): Path<BookingId>,
    Query(query): Query<SignalQuery>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    own_origin(&app, &headers)?;
    let (file, role) = see_call(&app, id, &actor).await?;
    file.times.admit(app.clock.now()).map_err(ActionError::from)?;
    let session = match query.session.as_deref() {
        Some(given) => given.parse().map_err(|_| bad_session(given))?,
        None => CallSession(u64::from_be_bytes(ids::random())),
    };
    let upgrade = upgrade.map_err(|_| no_upgrade())?;
    let place = app.signal.places().enter(from.ip(), Some(actor.id())).map_err(too_many)?;
    let until = file.times.open.end();
    let admitted = Box::new(Admitted {
        booking: id,
        host: file.booking.booking.host,
        user: actor.id(),
        role,
        times: file.times,
        session,
        token: bearer_token(&headers).unwrap_or_default().to_owned(),
        welcome: Welcome {
            you: caller_view(&file.booking, role, true),
            session,
            polite: role.is_polite(),
            peer: caller_view(&file.booking, role.other(), false),
            peer_session: None,
            ice_servers: app.ice_servers(id, role, until),
            open_until: until,
        },
    });
    Ok(sized(upgrade).on_upgrade(move |socket| {
        // On a task of its own: the one here keeps what the upgrade needed for as long as it lives.
        tokio::spawn(signal::attend(app, socket, admitted, place));
        std::future::ready(())
    }))
}

/// What a client needs to find out whether a call could be held from where it is.
#[utoipa::path(get, operation_id = "check_call", path = "/me/call-check",
    responses((status = 200, body = api::CallCheck), (status = "default", body = api::Problem)))]
pub(super) async fn check(State(app): State<App>, Caller(actor): Caller) -> Json<api::CallCheck> {
    let until = app.clock.now() + CHECK;
    let whom = format!("check:{}", actor.id());
    let ice_servers = app.turn.as_ref().map_or_else(Vec::new, |turn| turn.servers_for(&whom, until));
    Json(api::CallCheck { ice_servers })
}

/// Answers `ping` for a short while: whether messages get through to calls.
#[utoipa::path(get, operation_id = "check_relay", path = "/me/call-check/signal",
    responses((status = 101), (status = "default", body = api::Problem)))]
pub(super) async fn check_signal(
    State(app): State<App>,
    Extension(from): Extension<ClientAddress>,
    Caller(actor): Caller,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    own_origin(&app, &headers)?;
    let upgrade = upgrade.map_err(|_| no_upgrade())?;
    let place = app.signal.places().enter(from.ip(), Some(actor.id())).map_err(too_many)?;
    Ok(sized(upgrade).on_upgrade(move |socket| signal::answer_pings(socket, place)))
}

/// Sockets are many: each has small buffers.
fn sized(upgrade: WebSocketUpgrade) -> WebSocketUpgrade {
    upgrade
        .protocols([SIGNAL_PROTOCOL])
        .read_buffer_size(signal::READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(signal::MAX_FRAME)
        .max_frame_size(signal::MAX_FRAME)
}

/// Refuses a page of somewhere else: browsers say where a page comes from, and other clients say nothing.
fn own_origin(app: &App, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(origin) = header_text(headers, header::ORIGIN.as_str()) else { return Ok(()) };
    if origin.eq_ignore_ascii_case(origin_of(&app.public_url)) {
        return Ok(());
    }
    Err(Problem::new(StatusCode::FORBIDDEN, "wrong-origin", "calls are joined from this server's own pages")
        .hint("open the call's page at this server, or use `meetme call`"))
}

/// Scheme, host and port of a URL.
fn origin_of(url: &str) -> &str {
    let host = url.find("://").map_or(0, |at| at + 3);
    url[host..].find('/').map_or(url, |end| &url[..host + end])
}

fn bad_session(given: &str) -> Problem {
    Problem::invalid(&Invalid::new("session", given, "give the session of a `welcome`, 16 hexadecimal digits"))
}

fn no_upgrade() -> Problem {
    Problem::new(StatusCode::UPGRADE_REQUIRED, "upgrade-required", "this path is a WebSocket")
        .hint(format!("connect with a WebSocket client that speaks {SIGNAL_PROTOCOL}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_ends_where_the_path_begins() {
        assert_eq!(origin_of("https://meet.example"), "https://meet.example");
        assert_eq!(origin_of("http://meet.example:8080/base/x"), "http://meet.example:8080");
    }
}

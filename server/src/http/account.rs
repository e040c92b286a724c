//! `/users`, `/sessions` and `/me`.

use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use meetme_core::api;
use serde::Deserialize;

use crate::actions::{self, SeenAccount};
use crate::app::App;
use crate::config::RateName;
use crate::feeds::{self, ExportForm};
use crate::headers::header_text;
use crate::http::auth::{AnyActor, ClientAddress, Owner, Reader};
use crate::http::etag::{IfMatch, Tag};
use crate::http::extract::{Json, Query};
use crate::http::problem::Problem;
use crate::http::{API, Created};
use crate::store::UserRecord;

/// Sign up: an account and its first session.
#[utoipa::path(post, path = "/users", request_body = api::NewUser, security(()),
    responses((status = 201, body = api::Session), (status = "default", body = api::Problem)))]
pub(super) async fn sign_up(
    State(app): State<App>,
    Extension(from): Extension<ClientAddress>,
    Json(new): Json<api::NewUser>,
) -> Result<Created<api::Session>, Problem> {
    app.rates.take(RateName::Signup, from).await?;
    let logged_in = actions::sign_up(&app, new).await?;
    Ok(Created { location: format!("{API}/me"), tag: None, body: session_view(logged_in) })
}

/// Log in.
#[utoipa::path(post, path = "/sessions", request_body = api::NewSession, security(()),
    responses((status = 201, body = api::Session), (status = "default", body = api::Problem)))]
pub(super) async fn log_in(
    State(app): State<App>,
    Extension(from): Extension<ClientAddress>,
    Json(new): Json<api::NewSession>,
) -> Result<Created<api::Session>, Problem> {
    app.rates.take_log_in(Some(from), &new.username).await?;
    let logged_in = actions::log_in(&app, &new.username, new.password).await?;
    Ok(Created { location: format!("{API}/sessions/current"), tag: None, body: session_view(logged_in) })
}

/// Who is behind the token of this request.
#[utoipa::path(get, path = "/sessions/current",
    responses((status = 200, body = api::CurrentSession), (status = "default", body = api::Problem)))]
pub(super) async fn current_session(AnyActor(actor): AnyActor) -> Json<api::CurrentSession> {
    let scopes = if actor.is_session() { api::Scope::ALL.to_vec() } else { actor.0.credential.scopes.clone() };
    Json(api::CurrentSession {
        user: actions::user_view(&actor.0.user),
        expires_at: actor.0.credential.expires_at,
        scopes,
    })
}

/// Log out: the token of this request ends.
#[utoipa::path(delete, path = "/sessions/current",
    responses((status = 204), (status = "default", body = api::Problem)))]
pub(super) async fn log_out(State(app): State<App>, AnyActor(actor): AnyActor) -> Result<StatusCode, Problem> {
    actions::log_out(&app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's own account.
#[utoipa::path(get, operation_id = "show_account", path = "/me",
    responses((status = 200, body = api::User), (status = "default", body = api::Problem)))]
pub(super) async fn show(Reader(actor): Reader) -> Json<api::User> {
    Json(actions::user_view(&actor.0.user))
}

/// Change one's own account.
#[utoipa::path(patch, operation_id = "change_account", path = "/me", request_body = api::UserPatch,
    responses((status = 200, body = api::User), (status = "default", body = api::Problem)))]
pub(super) async fn change(
    State(app): State<App>,
    Owner(actor): Owner,
    headers: HeaderMap,
    Json(patch): Json<api::UserPatch>,
) -> Result<Json<api::User>, Problem> {
    if patch.password.is_some() {
        // Of the account and not of its name, which strangers give too.
        app.rates.take(RateName::Login, actor.id()).await?;
    }
    Ok(Json(actions::change_account(&app, &actor, patch, seen(&headers)).await?))
}

/// What the client saw, if it says so with `If-Match`.
fn seen(headers: &HeaderMap) -> SeenAccount {
    let condition = IfMatch::of(headers);
    condition.is_set().then(|| -> Box<dyn Fn(&UserRecord) -> bool + Send> {
        Box::new(move |user| condition.holds(&Tag::of_json(&actions::user_view(user))))
    })
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Deletion {
    /// Cancel the bookings ahead, each as a change of its own; without it they make the deletion refused.
    #[serde(default)]
    pub(super) cancel_bookings: bool,
}

/// Delete one's own account and events.
#[utoipa::path(delete, operation_id = "delete_account", path = "/me", params(Deletion),
    responses((status = 204), (status = "default", body = api::Problem)))]
pub(super) async fn delete(
    State(app): State<App>,
    Owner(actor): Owner,
    Query(deletion): Query<Deletion>,
) -> Result<StatusCode, Problem> {
    actions::delete_account(&app, &actor, deletion.cancel_bookings).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct ExportQuery {
    /// `json` or `ics`; without it what `Accept` asks for, and JSON if it does not say.
    #[param(value_type = Option<String>)]
    format: Option<Format>,
}

/// As what an export comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    Json,
    Ics,
}

/// Everything of one's own as one document: all of it as JSON, or what calendars can hold as iCalendar.
#[utoipa::path(get, operation_id = "export_account", path = "/me/export", params(ExportQuery),
    responses((status = 200, content((actions::Export = "application/json"), (String = "text/calendar"))),
        (status = "default", body = api::Problem)))]
pub(super) async fn export(
    State(app): State<App>,
    Owner(actor): Owner,
    Query(query): Query<ExportQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let wants_calendar = header_text(&headers, "accept").is_some_and(|kinds| kinds.contains("text/calendar"));
    let format = query.format.unwrap_or(if wants_calendar { Format::Ics } else { Format::Json });
    let (form, kind) = match format {
        Format::Json => (ExportForm::Json, "application/json"),
        Format::Ics => (ExportForm::Calendar, "text/calendar; charset=utf-8"),
    };
    let pieces = feeds::export(&app, &actor, form).await?;
    let pieces = stream::unfold(pieces, |mut pieces| async move { Some((pieces.recv().await?, pieces)) });
    Ok(([(header::CONTENT_TYPE, kind)], Body::from_stream(pieces)).into_response())
}

fn session_view(logged_in: actions::LoggedIn) -> api::Session {
    api::Session { user: actions::user_view(&logged_in.user), token: logged_in.token, expires_at: logged_in.expires_at }
}

//! `/events` and their windows.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use meetme_core::api;
use meetme_core::event::Event;
use meetme_core::id::{Slug, Username, WindowId};
use meetme_core::refusal::{Invalid, Refusal};
use serde::Deserialize;

use crate::actions::{self, Actor, EventVersion, Key, own_event, see_event};
use crate::app::App;
use crate::http::account::Deletion;
use crate::http::auth::{Host, Reader, Visitor};
use crate::http::etag::{IfMatch, Tag};
use crate::http::extract::{EventPath, IdempotencyKey, Json, Path, Query};
use crate::http::problem::Problem;
use crate::http::{API, Created, Tagged};
use crate::store::EventFile;

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct EventsQuery {
    /// Someone else's public events instead of one's own.
    #[param(value_type = Option<String>)]
    owner: Option<Username>,
    /// 1 to 200; 100 if absent.
    limit: Option<u32>,
    /// `next` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Slug>,
}

/// One's own events by slug, or with `owner` someone's public ones.
#[utoipa::path(get, operation_id = "list_events", path = "/events", params(EventsQuery), security((), ("token" = [])),
    responses((status = 200, body = api::Page<api::Event>), (status = "default", body = api::Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Query(query): Query<EventsQuery>,
) -> Result<Json<api::Page<api::Event>>, Problem> {
    let limit = page_limit(query.limit)?;
    let host = match &query.owner {
        Some(owner) => match app.store.user_by_name(owner.as_str()).await? {
            Some(user) => user.id,
            None => return Err(Problem::not_found("user")),
        },
        None => visitor.reader()?.id(),
    };
    let own = visitor.viewer().is_some_and(|viewer| viewer.id() == host);
    // A cursor is the name of an event: it must be one that the reader may see.
    let mut events = if own {
        app.store.events(host, query.cursor.as_ref(), limit + 1).await?
    } else {
        app.store.public_events(host, query.cursor.as_ref(), limit + 1).await?
    };
    let next = (events.len() > limit).then(|| events[limit - 1].slug.to_string());
    events.truncate(limit);
    let items = events.iter().map(|event| api::Event::new(event, &app.public_url, own)).collect();
    Ok(Json(api::Page { items, next }))
}

/// Create an event.
#[utoipa::path(post, operation_id = "create_event", path = "/events", request_body = api::NewEvent,
    params(("Idempotency-Key" = Option<String>, Header, description = "makes a repetition harmless")),
    responses((status = 201, body = api::Event), (status = "default", body = api::Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    Host(host): Host,
    IdempotencyKey(key): IdempotencyKey,
    Json(new): Json<api::NewEvent>,
) -> Result<Created<api::Event>, Problem> {
    let key = Key::new(&host, key, "create", "events", &new);
    let event = actions::create_event(&app, &host, new, &key).await?;
    Ok(Created {
        location: format!("{API}/events/{}/{}", event.owner, event.slug),
        tag: Some(Tag::of_event(&event, true)),
        body: api::Event::new(&event, &app.public_url, true),
    })
}

/// An event, for anyone who may see it.
#[utoipa::path(get, operation_id = "show_event", path = "/events/{owner}/{slug}",
    params(EventParams), security((), ("token" = [])),
    responses((status = 200, body = api::Event), (status = "default", body = api::Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    visitor: Visitor,
    Path(path): Path<EventPath>,
) -> Result<Tagged<api::Event>, Problem> {
    let file = see_event(&app, &path.name(), visitor.viewer()).await?;
    let own = is_host(visitor.viewer(), &file);
    Ok(tagged(&app, &file.event, own))
}

/// Change an event.
#[utoipa::path(patch, operation_id = "edit_event", path = "/events/{owner}/{slug}",
    params(EventParams), request_body = api::EventPatch,
    responses((status = 200, body = api::Event), (status = "default", body = api::Problem)))]
pub(super) async fn edit(
    State(app): State<App>,
    Host(host): Host,
    Path(path): Path<EventPath>,
    headers: HeaderMap,
    Json(patch): Json<api::EventPatch>,
) -> Result<Tagged<api::Event>, Problem> {
    let name = path.name();
    let seen = seen(&app, &name, &host, &headers).await?;
    let event = actions::edit_event(&app, &host, &name, patch, seen).await?;
    Ok(tagged(&app, &event, true))
}

/// Delete an event.
#[utoipa::path(delete, operation_id = "delete_event", path = "/events/{owner}/{slug}", params(EventParams, Deletion),
    responses((status = 204), (status = "default", body = api::Problem)))]
pub(super) async fn delete(
    State(app): State<App>,
    Host(host): Host,
    Path(path): Path<EventPath>,
    Query(deletion): Query<Deletion>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let name = path.name();
    let seen = seen(&app, &name, &host, &headers).await?;
    actions::delete_event(&app, &host, &name, deletion.cancel_bookings, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// An event's windows, for its host alone: they say what is not offered, too.
#[utoipa::path(get, path = "/events/{owner}/{slug}/windows", params(EventParams),
    responses((status = 200, body = api::Page<api::Window>), (status = "default", body = api::Problem)))]
pub(super) async fn list_windows(
    State(app): State<App>,
    Reader(host): Reader,
    Path(path): Path<EventPath>,
) -> Result<Json<api::Page<api::Window>>, Problem> {
    let file = own_event(&app, &path.name(), &host).await?;
    Ok(Json(api::Page { items: file.windows.into_iter().map(api::Window::from).collect(), next: None }))
}

/// Add a window.
#[utoipa::path(post, path = "/events/{owner}/{slug}/windows", request_body = api::NewWindow,
    params(EventParams, ("Idempotency-Key" = Option<String>, Header, description = "makes a repetition harmless")),
    responses((status = 201, body = api::Window), (status = "default", body = api::Problem)))]
pub(super) async fn add_window(
    State(app): State<App>,
    Host(host): Host,
    Path(path): Path<EventPath>,
    IdempotencyKey(key): IdempotencyKey,
    Json(new): Json<api::NewWindow>,
) -> Result<Created<api::Window>, Problem> {
    let name = path.name();
    let key = Key::new(&host, key, "add-window", &name.to_string(), &new);
    let window = actions::add_window(&app, &host, &name, new, &key).await?;
    let location = format!("{API}/events/{name}/windows/{}", window.id);
    Ok(Created { location, tag: None, body: window.into() })
}

/// One window, for its host.
#[utoipa::path(get, path = "/events/{owner}/{slug}/windows/{id}", params(EventParams, WindowParam),
    responses((status = 200, body = api::Window), (status = "default", body = api::Problem)))]
pub(super) async fn show_window(
    State(app): State<App>,
    Reader(host): Reader,
    Path((owner, slug, id)): Path<(Username, Slug, WindowId)>,
) -> Result<Json<api::Window>, Problem> {
    let file = own_event(&app, &EventPath::new(owner, slug).name(), &host).await?;
    let window = file.windows.into_iter().find(|window| window.id == id);
    window.map(|window| Json(window.into())).ok_or_else(|| Problem::not_found("window"))
}

/// Remove a window. Its bookings stay.
#[utoipa::path(delete, path = "/events/{owner}/{slug}/windows/{id}", params(EventParams, WindowParam),
    responses((status = 204), (status = "default", body = api::Problem)))]
pub(super) async fn remove_window(
    State(app): State<App>,
    Host(host): Host,
    Path((owner, slug, id)): Path<(Username, Slug, WindowId)>,
    headers: HeaderMap,
) -> Result<StatusCode, Problem> {
    let name = EventPath::new(owner, slug).name();
    let condition = IfMatch::of(&headers);
    let mut seen = None;
    if condition.is_set() {
        // The window as the client saw it is the window of this version of the event.
        let file = own_event(&app, &name, &host).await?;
        let window = file.windows.into_iter().find(|window| window.id == id).map(api::Window::from);
        let window = window.ok_or_else(|| Problem::not_found("window"))?;
        if !condition.holds(&Tag::of_json(&window)) {
            return Err(actions::ActionError::from(Refusal::Stale).into());
        }
        seen = Some(file.event.version);
    }
    actions::remove_window(&app, &host, &name, id, seen).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `{owner}/{slug}` in a path, for the document.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "read by the OpenAPI document alone")]
pub(super) struct EventParams {
    /// The host's username.
    owner: String,
    /// The event's short name.
    slug: String,
}

/// `{id}` of a window in a path, for the document.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "read by the OpenAPI document alone")]
pub(super) struct WindowParam {
    /// The window's id.
    id: String,
}

/// The size of a page that was asked for.
pub(super) fn page_limit(limit: Option<u32>) -> Result<usize, Problem> {
    let limit = limit.unwrap_or(api::MAX_PAGE / 2);
    if (1..=api::MAX_PAGE).contains(&limit) {
        return Ok(usize::try_from(limit).unwrap_or(usize::MAX));
    }
    let mend = format!("use a whole number from 1 to {}", api::MAX_PAGE);
    Err(Problem::invalid(&Invalid::new("limit", limit, mend)))
}

/// Whether the viewer owns the event.
pub(super) fn is_host(viewer: Option<&Actor>, file: &EventFile) -> bool {
    viewer.is_some_and(|viewer| viewer.id() == file.event.host)
}

fn tagged(app: &App, event: &Event, for_host: bool) -> Tagged<api::Event> {
    Tagged(Tag::of_event(event, for_host), api::Event::new(event, &app.public_url, for_host))
}

/// The version the client saw, if it says so with `If-Match`; one it cannot have seen is refused here.
async fn seen(
    app: &App,
    name: &actions::EventName,
    host: &Actor,
    headers: &HeaderMap,
) -> Result<EventVersion, Problem> {
    let condition = IfMatch::of(headers);
    if !condition.is_set() {
        return Ok(None);
    }
    let event = own_event(app, name, host).await?.event;
    if condition.holds(&Tag::of_event(&event, true)) {
        return Ok(Some(event.version));
    }
    Err(actions::ActionError::from(Refusal::Stale).into())
}

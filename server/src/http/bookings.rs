//! `/events/{owner}/{slug}/bookings` and `/bookings`.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use meetme_core::api::{self, NewStatus};
use meetme_core::booking::{Booking, Status};
use meetme_core::id::BookingId;
use meetme_core::refusal::Invalid;
use serde::Deserialize;

use crate::actions::{self, Actor, EventName, Key, Seen, booking_view, see_booking, see_event};
use crate::app::App;
use crate::config::RateName;
use crate::http::auth::{AnyActor, Guest, Reader};
use crate::http::etag::{IfMatch, Tag};
use crate::http::events::{EventParams, page_limit};
use crate::http::extract::{EventPath, IdempotencyKey, Json, Path, Query};
use crate::http::problem::Problem;
use crate::http::{API, Created, Tagged};
use crate::store::{BookingFile, BookingQuery, Role};

/// Book the slot that starts at `start`.
#[utoipa::path(post, operation_id = "book", path = "/events/{owner}/{slug}/bookings", request_body = api::NewBooking,
    params(EventParams, ("Idempotency-Key" = Option<String>, Header, description = "makes a repetition harmless")),
    responses((status = 201, body = api::Booking), (status = "default", body = api::Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    Guest(guest): Guest,
    Path(path): Path<EventPath>,
    IdempotencyKey(key): IdempotencyKey,
    Json(new): Json<api::NewBooking>,
) -> Result<Created<api::Booking>, Problem> {
    app.rates.take(RateName::Book, guest.id()).await?;
    let name = path.name();
    let key = Key::new(&guest, key, "book", &name.to_string(), &new);
    let file = actions::book(&app, &guest, &name, new, &key).await?;
    Ok(Created {
        location: format!("{API}/bookings/{}", file.booking.id),
        tag: Some(Tag::of_booking(&file.booking)),
        body: booking_view(&app, file, guest.id()),
    })
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct BookingsQuery {
    /// Those that end after this.
    from: Option<DateTime<Utc>>,
    /// Those that start before this.
    to: Option<DateTime<Utc>>,
    /// `host` or `guest`; both if absent.
    role: Option<String>,
    /// `pending`, `confirmed`, `cancelled`, or several with commas; all if absent.
    status: Option<String>,
    /// Only of this event, `owner/slug`.
    event: Option<String>,
    /// Only those whose id begins with this.
    id: Option<String>,
    /// 1 to 200; 100 if absent.
    limit: Option<u32>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// One's own bookings, as host and as guest, by start.
#[utoipa::path(get, operation_id = "list_bookings", path = "/bookings", params(BookingsQuery),
    responses((status = 200, body = api::Page<api::Booking>), (status = "default", body = api::Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Reader(actor): Reader,
    Query(query): Query<BookingsQuery>,
) -> Result<Json<api::Page<api::Booking>>, Problem> {
    let limit = page_limit(query.limit)?;
    let event = match &query.event {
        Some(name) => Some(see_event(&app, &event_name(name)?, Some(&actor)).await?.event.id),
        None => None,
    };
    let wanted = BookingQuery {
        role: query.role.as_deref().map(role).transpose()?,
        from: query.from,
        to: query.to,
        statuses: query.status.as_deref().map(statuses).transpose()?.unwrap_or_default(),
        event,
        id_prefix: query.id.as_deref().map(id_prefix).transpose()?,
        after: query.cursor.as_deref().map(place).transpose()?,
        ..BookingQuery::all_of(actor.id())
    };
    let mut files = app.store.bookings(wanted, limit + 1).await?;
    let next = (files.len() > limit).then(|| cursor(&files[limit - 1]));
    files.truncate(limit);
    let items = files.into_iter().map(|file| booking_view(&app, file, actor.id())).collect();
    Ok(Json(api::Page { items, next }))
}

/// One booking, for its host and its guest.
#[utoipa::path(get, operation_id = "show_booking", path = "/bookings/{id}", params(BookingParam),
    responses((status = 200, body = api::Booking), (status = "default", body = api::Problem)))]
pub(super) async fn show(
    State(app): State<App>,
    Reader(actor): Reader,
    Path(id): Path<BookingId>,
) -> Result<Tagged<api::Booking>, Problem> {
    Ok(tagged(&app, see_booking(&app, id, &actor).await?, &actor))
}

/// Move a booking (`start`), or confirm, decline or cancel it (`status`).
#[utoipa::path(patch, operation_id = "change_booking", path = "/bookings/{id}", request_body = api::BookingPatch,
    params(BookingParam, ("Idempotency-Key" = Option<String>, Header, description = "makes a repetition harmless")),
    responses((status = 200, body = api::Booking), (status = "default", body = api::Problem)))]
pub(super) async fn change(
    State(app): State<App>,
    AnyActor(actor): AnyActor,
    Path(id): Path<BookingId>,
    headers: HeaderMap,
    IdempotencyKey(key): IdempotencyKey,
    Json(patch): Json<api::BookingPatch>,
) -> Result<Tagged<api::Booking>, Problem> {
    let seen = seen(&headers);
    let key = Key::new(&actor, key, "change-booking", &id.to_string(), &patch);
    let file = match (patch.start, patch.status) {
        (Some(start), None) => {
            app.rates.take(RateName::Book, actor.id()).await?;
            actions::reschedule(&app, &actor, id, start, seen, &key, None).await?
        }
        (None, Some(NewStatus::Confirmed)) => actions::confirm(&app, &actor, id, seen, &key, None).await?,
        (None, Some(NewStatus::Declined)) => actions::decline(&app, &actor, id, seen, &key).await?,
        (None, Some(NewStatus::Cancelled)) => actions::cancel(&app, &actor, id, seen, &key).await?,
        (None, None) | (Some(_), Some(_)) => {
            return Err(Problem::invalid(&Invalid::new("start", "", "give either `start` or `status`")));
        }
    };
    Ok(tagged(&app, file, &actor))
}

/// Cancel a booking.
#[utoipa::path(delete, operation_id = "cancel_booking", path = "/bookings/{id}",
    params(BookingParam, ("Idempotency-Key" = Option<String>, Header, description = "makes a repetition harmless")),
    responses((status = 204), (status = "default", body = api::Problem)))]
pub(super) async fn cancel(
    State(app): State<App>,
    AnyActor(actor): AnyActor,
    Path(id): Path<BookingId>,
    headers: HeaderMap,
    IdempotencyKey(key): IdempotencyKey,
) -> Result<StatusCode, Problem> {
    let key = Key::new(&actor, key, "cancel", &id.to_string(), &());
    actions::cancel(&app, &actor, id, seen(&headers), &key).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `{id}` of a booking in a path, for the document.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Path)]
#[expect(dead_code, reason = "read by the OpenAPI document alone")]
pub(super) struct BookingParam {
    /// The booking's id.
    id: String,
}

fn tagged(app: &App, file: BookingFile, reader: &Actor) -> Tagged<api::Booking> {
    Tagged(Tag::of_booking(&file.booking), booking_view(app, file, reader.id()))
}

/// What the client saw, if it says so with `If-Match`.
fn seen(headers: &HeaderMap) -> Seen {
    let condition = IfMatch::of(headers);
    condition.is_set().then(|| -> Box<dyn Fn(&Booking) -> bool + Send> {
        Box::new(move |booking| condition.holds(&Tag::of_booking(booking)))
    })
}

fn event_name(text: &str) -> Result<EventName, Problem> {
    let parsed = text.split_once('/').and_then(|(owner, slug)| {
        let (owner, slug) = (owner.parse().ok()?, slug.parse().ok()?);
        Some(EventName { owner, slug })
    });
    parsed.ok_or_else(|| Problem::invalid(&Invalid::new("event", text, "use owner/slug")))
}

fn role(text: &str) -> Result<Role, Problem> {
    match text {
        "host" => Ok(Role::Host),
        "guest" => Ok(Role::Guest),
        other => Err(Problem::invalid(&Invalid::new("role", other, "use host or guest"))),
    }
}

fn statuses(text: &str) -> Result<Vec<Status>, Problem> {
    let one = |word: &str| match word {
        "pending" => Ok(Status::Pending),
        "confirmed" => Ok(Status::Confirmed),
        "cancelled" => Ok(Status::Cancelled),
        other => Err(Problem::invalid(&Invalid::new("status", other, "use pending, confirmed or cancelled"))),
    };
    text.split(',').take(3).map(one).collect()
}

fn id_prefix(text: &str) -> Result<String, Problem> {
    let text = text.to_ascii_lowercase();
    if (1..=36).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-') {
        return Ok(text);
    }
    Err(Problem::invalid(&Invalid::new("id", text, "use the first letters of an id: 0-9, a-f and -")))
}

/// Where a page ended: start in Unix seconds, then the id.
fn cursor(file: &BookingFile) -> String {
    format!("{}.{}", file.booking.span.start().timestamp(), file.booking.id)
}

fn place(text: &str) -> Result<(DateTime<Utc>, BookingId), Problem> {
    let parsed = text.split_once('.').and_then(|(start, id)| {
        let start = DateTime::from_timestamp(start.parse().ok()?, 0)?;
        Some((start, id.parse().ok()?))
    });
    parsed.ok_or_else(|| Problem::invalid(&Invalid::new("cursor", text, "give `next` of the page before")))
}

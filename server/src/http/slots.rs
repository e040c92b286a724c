//! `/events/{owner}/{slug}/slots` and holds on them.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use meetme_core::api;
use meetme_core::availability::Verdict;
use meetme_core::id::{HoldId, Slug, Username};
use meetme_core::refusal::Invalid;
use meetme_core::slot::MAX_SLOT_RANGE;
use meetme_core::time::{Instant, Span};
use serde::Deserialize;

use crate::actions::{self, Key, see_event};
use crate::app::App;
use crate::config::RateName;
use crate::http::auth::{Guest, Host, Visitor};
use crate::http::events::{EventParams, is_host};
use crate::http::extract::{EventPath, IdempotencyKey, Json, Path, Query};
use crate::http::problem::Problem;
use crate::http::{API, Created};
use crate::slots::{self, Judged};

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct SlotsQuery {
    /// The first start wanted; now if absent.
    from: Option<DateTime<Utc>>,
    /// Starts before this; 31 days after `from` if absent. Of a longer range the first 31 days are told, and `next`.
    to: Option<DateTime<Utc>>,
    /// Only slots that can be booked.
    #[serde(default)]
    open: bool,
    /// Every rule that says no to a slot, for the host.
    #[serde(default)]
    explain: bool,
}

/// Slots of an event that start in a range, for anyone who may see the event.
#[utoipa::path(get, operation_id = "list_slots", path = "/events/{owner}/{slug}/slots",
    params(EventParams, SlotsQuery), security((), ("token" = [])),
    responses((status = 200, body = api::Slots), (status = "default", body = api::Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    visitor: Visitor,
    Path(path): Path<EventPath>,
    Query(query): Query<SlotsQuery>,
) -> Result<Json<api::Slots>, Problem> {
    let file = see_event(&app, &path.name(), visitor.viewer()).await?;
    let host = is_host(visitor.viewer(), &file);
    let (range, rest) = range_of(&query, app.clock.now())?;
    let (slots, next) =
        slots::list(&app, &file, range, query.explain && host).await.map_err(actions::ActionError::from)?;
    let wanted = slots.into_iter().filter(|slot| !query.open || matches!(slot.verdict, Verdict::Open { .. }));
    let slots = wanted.map(|slot| view(slot, host)).collect();
    Ok(Json(api::Slots { slots, next: next.or(rest) }))
}

/// Take a slot, or with `until` a span, out of the event's windows. Bookings stay.
#[utoipa::path(delete, operation_id = "take_out_slot", path = "/events/{owner}/{slug}/slots/{start}",
    params(EventParams, ("start" = String, Path, description = "RFC 3339"), TakeOutQuery),
    responses((status = 204), (status = "default", body = api::Problem)))]
pub(super) async fn take_out(
    State(app): State<App>,
    Host(host): Host,
    Path((owner, slug, start)): Path<(Username, Slug, String)>,
    Query(query): Query<TakeOutQuery>,
) -> Result<StatusCode, Problem> {
    let start = instant("start", &start)?;
    let name = EventPath::new(owner, slug).name();
    actions::take_out_slot(&app, &host, &name, start, query.until).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct TakeOutQuery {
    /// Take out everything up to this instant, not one slot.
    until: Option<DateTime<Utc>>,
}

/// Hold a slot for a few minutes while deciding.
#[utoipa::path(post, operation_id = "hold_slot", path = "/events/{owner}/{slug}/holds", request_body = api::NewHold,
    params(EventParams, ("Idempotency-Key" = Option<String>, Header, description = "makes a repetition harmless")),
    responses((status = 201, body = api::Hold), (status = "default", body = api::Problem)))]
pub(super) async fn hold(
    State(app): State<App>,
    Guest(guest): Guest,
    Path(path): Path<EventPath>,
    IdempotencyKey(key): IdempotencyKey,
    Json(new): Json<api::NewHold>,
) -> Result<Created<api::Hold>, Problem> {
    app.rates.take(RateName::Book, guest.id()).await?;
    let name = path.name();
    let key = Key::new(&guest, key, "hold", &name.to_string(), &new);
    let hold = actions::hold(&app, &guest, &name, new.start, &key).await?;
    let body = api::Hold { id: hold.id, start: hold.span.start(), end: hold.span.end(), expires_at: hold.expires_at };
    Ok(Created { location: format!("{API}/events/{name}/holds/{}", hold.id), tag: None, body })
}

/// Let go of a hold.
#[utoipa::path(delete, operation_id = "release_hold", path = "/events/{owner}/{slug}/holds/{id}",
    params(EventParams, ("id" = String, Path, description = "the hold's id")),
    responses((status = 204), (status = "default", body = api::Problem)))]
pub(super) async fn release(
    State(app): State<App>,
    Guest(guest): Guest,
    Path((owner, slug, id)): Path<(Username, Slug, HoldId)>,
) -> Result<StatusCode, Problem> {
    actions::release(&app, &guest, &EventPath::new(owner, slug).name(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The range to answer, at most [`MAX_SLOT_RANGE`], and where what was asked beyond it begins.
fn range_of(query: &SlotsQuery, now: Instant) -> Result<(Span, Option<Instant>), Problem> {
    let from = query.from.unwrap_or(now);
    let most = from.checked_add_signed(MAX_SLOT_RANGE);
    let most = most.ok_or_else(|| Problem::invalid(&Invalid::new("from", from, "use an earlier time")))?;
    let to = query.to.unwrap_or(most);
    let span = Span::new(from, to.min(most))
        .map_err(|_| Problem::invalid(&Invalid::new("to", to, format!("it must come after `from`, {from}"))))?;
    Ok((span, (to > most).then_some(most)))
}

fn instant(field: &'static str, text: &str) -> Result<Instant, Problem> {
    let parsed = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc());
    parsed.map_err(|_| Problem::invalid(&Invalid::new(field, text, "use RFC 3339, for example 2026-12-01T09:00:00Z")))
}

fn view(slot: Judged, host: bool) -> api::Slot {
    if !host {
        return api::Slot::for_others(slot.span, slot.verdict);
    }
    let obstacles = slot.obstacles.map(|all| all.iter().map(|one| one.code().to_owned()).collect());
    api::Slot { obstacles, ..api::Slot::for_host(slot.span, slot.verdict) }
}

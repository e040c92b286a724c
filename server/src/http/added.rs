//! `/me/added`: someone else's events in one's own calendar home.

use axum::extract::State;
use axum::http::StatusCode;
use meetme_core::api;

use crate::actions;
use crate::app::App;
use crate::http::auth::Guest;
use crate::http::events::EventParams;
use crate::http::extract::{EventPath, Path};
use crate::http::problem::Problem;

/// Add someone else's event to one's calendars: calendar apps then show its open slots, and book them.
#[utoipa::path(put, operation_id = "add_event_to_calendars", path = "/me/added/{owner}/{slug}", params(EventParams),
    responses((status = 204), (status = "default", body = api::Problem)))]
pub(super) async fn add(
    State(app): State<App>,
    Guest(guest): Guest,
    Path(path): Path<EventPath>,
) -> Result<StatusCode, Problem> {
    actions::add_event(&app, &guest, &path.name()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Take an event out of one's calendars. Bookings stay.
#[utoipa::path(delete, operation_id = "remove_event_from_calendars", path = "/me/added/{owner}/{slug}",
    params(EventParams), responses((status = 204), (status = "default", body = api::Problem)))]
pub(super) async fn remove(
    State(app): State<App>,
    Guest(guest): Guest,
    Path(path): Path<EventPath>,
) -> Result<StatusCode, Problem> {
    actions::remove_event(&app, &guest, &path.name()).await?;
    Ok(StatusCode::NO_CONTENT)
}

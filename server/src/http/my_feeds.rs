//! `/me/feeds`: what of one's own is read by URL. Whoever sees a private feed's URL can read on after their
//! token has ended, so an app token is not enough.

use axum::extract::State;
use axum::http::StatusCode;
use meetme_core::api;

use crate::actions;
use crate::app::App;
use crate::http::auth::Owner;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::http::{API, Created};

/// What of one's own is read by URL, and where.
#[utoipa::path(get, operation_id = "list_feeds", path = "/me/feeds",
    responses((status = 200, body = api::Feeds), (status = "default", body = api::Problem)))]
pub(super) async fn list(State(app): State<App>, Owner(actor): Owner) -> Result<Json<api::Feeds>, Problem> {
    Ok(Json(actions::list_feeds(&app, &actor).await?))
}

/// Let everybody read when one is busy, or nobody.
#[utoipa::path(patch, operation_id = "change_feeds", path = "/me/feeds", request_body = api::FeedsPatch,
    responses((status = 200, body = api::Feeds), (status = "default", body = api::Problem)))]
pub(super) async fn change(
    State(app): State<App>,
    Owner(actor): Owner,
    Json(patch): Json<api::FeedsPatch>,
) -> Result<Json<api::Feeds>, Problem> {
    Ok(Json(actions::change_feeds(&app, &actor, patch).await?))
}

/// Make the private feed, or another one in its place: the old URL leads nowhere from then on.
#[utoipa::path(post, operation_id = "make_private_feed", path = "/me/feeds/private",
    responses((status = 201, body = api::Feeds), (status = "default", body = api::Problem)))]
pub(super) async fn make_private(State(app): State<App>, Owner(actor): Owner) -> Result<Created<api::Feeds>, Problem> {
    let feeds = actions::make_private_feed(&app, &actor).await?;
    Ok(Created { location: format!("{API}/me/feeds"), tag: None, body: feeds })
}

/// End the private feed.
#[utoipa::path(delete, operation_id = "end_private_feed", path = "/me/feeds/private",
    responses((status = 204), (status = "default", body = api::Problem)))]
pub(super) async fn end_private(State(app): State<App>, Owner(actor): Owner) -> Result<StatusCode, Problem> {
    actions::end_private_feed(&app, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! `/me/tokens`.

use axum::extract::State;
use axum::http::StatusCode;
use meetme_core::api;
use meetme_core::id::TokenId;

use crate::actions;
use crate::app::App;
use crate::http::auth::{Owner, Reader};
use crate::http::extract::{Json, Path};
use crate::http::problem::Problem;
use crate::http::{API, Created};

/// One's own app tokens, oldest first, without their secrets.
#[utoipa::path(get, operation_id = "list_tokens", path = "/me/tokens",
    responses((status = 200, body = api::Page<api::Token>), (status = "default", body = api::Problem)))]
pub(super) async fn list(
    State(app): State<App>,
    Reader(actor): Reader,
) -> Result<Json<api::Page<api::Token>>, Problem> {
    Ok(Json(api::Page { items: actions::list_tokens(&app, &actor).await?, next: None }))
}

/// Make an app token. Its text is in this answer and nowhere else.
#[utoipa::path(post, operation_id = "create_token", path = "/me/tokens", request_body = api::NewToken,
    responses((status = 201, body = api::CreatedToken), (status = "default", body = api::Problem)))]
pub(super) async fn create(
    State(app): State<App>,
    Owner(actor): Owner,
    Json(new): Json<api::NewToken>,
) -> Result<Created<api::CreatedToken>, Problem> {
    let token = actions::create_token(&app, &actor, new).await?;
    Ok(Created { location: format!("{API}/me/tokens/{}", token.id), tag: None, body: token })
}

/// Revoke an app token.
#[utoipa::path(delete, operation_id = "revoke_token", path = "/me/tokens/{id}",
    params(("id" = String, Path, description = "the token's id")),
    responses((status = 204), (status = "default", body = api::Problem)))]
pub(super) async fn revoke(
    State(app): State<App>,
    Owner(actor): Owner,
    Path(id): Path<TokenId>,
) -> Result<StatusCode, Problem> {
    actions::revoke_token(&app, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! The REST door. Every path of the server stands on this page; handlers
//! translate in, call one action, and translate out.

mod account;
mod added;
mod auth;
mod bookings;
mod call;
mod etag;
mod events;
mod extract;
mod feeds;
mod guard;
mod health;
mod live;
mod my_feeds;
mod problem;
mod slots;
mod standing;
mod tokens;

use axum::Router;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use meetme_core::api;
use utoipa::OpenApi;
use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::caldav;
use crate::http::extract::Json;
use crate::http::problem::Problem;
use crate::web;

/// Where the API lives.
pub const API: &str = "/api/v1";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "meetme",
        description = "Offer times, take one, meet there. Instants are RFC 3339 in UTC, wall times stand beside a \
                       time_zone, lengths are whole minutes. Errors are application/problem+json with a stable code.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    security(("token" = [])),
)]
struct Document;

/// All routes under [`API`], and the OpenAPI document that follows from them.
struct Routes {
    /// Their answers are held, to hash them.
    held: Router<App>,
    /// Their answers are sent while they are made, and may be of any length.
    written: Router<App>,
    /// They go on for as long as somebody listens.
    streams: Router<App>,
    document: utoipa::openapi::OpenApi,
}

fn api() -> Routes {
    let held = OpenApiRouter::new()
        .routes(routes!(account::sign_up))
        .routes(routes!(account::log_in))
        .routes(routes!(account::current_session, account::log_out))
        .routes(routes!(account::show, account::change, account::delete))
        .routes(routes!(added::add, added::remove))
        .routes(routes!(my_feeds::list, my_feeds::change))
        .routes(routes!(my_feeds::make_private, my_feeds::end_private))
        .routes(routes!(tokens::list, tokens::create))
        .routes(routes!(tokens::revoke))
        .routes(routes!(events::list, events::create))
        .routes(routes!(events::show, events::edit, events::delete))
        .routes(routes!(events::list_windows, events::add_window))
        .routes(routes!(events::show_window, events::remove_window))
        .routes(routes!(slots::list))
        .routes(routes!(slots::take_out))
        .routes(routes!(slots::hold))
        .routes(routes!(slots::release))
        .routes(routes!(bookings::create))
        .routes(routes!(bookings::list))
        .routes(routes!(bookings::show, bookings::change, bookings::cancel))
        .routes(routes!(call::show))
        .routes(routes!(call::check));
    let written = OpenApiRouter::new().routes(routes!(account::export));
    let streams = OpenApiRouter::new()
        .routes(routes!(live::follow))
        .routes(routes!(live::follow_own))
        .routes(routes!(call::signal))
        .routes(routes!(call::check_signal));
    let (held, mut document) = OpenApiRouter::with_openapi(Document::openapi()).nest(API, held).split_for_parts();
    let mut apart = |routes| {
        let (router, more) = OpenApiRouter::new().nest(API, routes).split_for_parts();
        document.merge(more);
        router.method_not_allowed_fallback(wrong_method)
    };
    let (written, streams) = (apart(written), apart(streams));
    Routes { held, written, streams, document: with_answers_described(with_token_scheme(document)) }
}

fn with_token_scheme(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    let mut components = document.components.take().unwrap_or_default();
    components.security_schemes.insert("token".to_owned(), scheme.into());
    document.components = Some(components);
    document
}

/// Says of every answer what it is: refusals have a media type of their own.
fn with_answers_described(mut document: utoipa::openapi::OpenApi) -> utoipa::openapi::OpenApi {
    let items = document.paths.paths.values_mut();
    let operations = items.flat_map(|item| {
        [&mut item.get, &mut item.put, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
    });
    for (status, answer) in operations.flat_map(|operation| &mut operation.responses.responses) {
        let utoipa::openapi::RefOr::T(answer) = answer else { continue };
        answer.description = match status.as_str() {
            "101" => "from here on `meetme.signal.v1`",
            "200" => "as it is now",
            "201" => "made",
            "204" => "done",
            _ => "why not",
        }
        .to_owned();
        if status == "default" {
            let content = std::mem::take(&mut answer.content).into_values();
            answer.content = content.map(|content| (api::PROBLEM_JSON.to_owned(), content)).collect();
        }
    }
    document
}

/// The OpenAPI 3.1 document of this server's API.
pub fn openapi() -> utoipa::openapi::OpenApi {
    api().document
}

/// Everything the server answers.
pub fn router(app: &App) -> Router {
    let Routes { held, written, streams, document } = api();
    let document = serde_json::to_string(&document).expect("the document is plain data");
    let document = move || {
        let document = document.clone();
        async move { ([(header::CONTENT_TYPE, "application/json")], document) }
    };
    held.route(&format!("{API}/openapi.json"), get(document))
        .method_not_allowed_fallback(wrong_method)
        .layer(middleware::from_fn(etag::conditional))
        // Feeds know their own tags, and an export has none.
        .merge(feeds())
        .merge(written)
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(health::metrics))
        .route("/", any(caldav::root))
        .merge(caldav::router())
        .route("/api/{*path}", any(nothing_here))
        .merge(web::router().method_not_allowed_fallback(wrong_method))
        .layer(middleware::from_fn_with_state(app.clone(), guard::in_time))
        // Streams last.
        .merge(streams)
        .fallback(nothing_here)
        .layer(middleware::from_fn_with_state(app.clone(), guard::guard))
        .with_state(app.clone())
}

fn feeds() -> Router<App> {
    Router::new()
        .route("/feeds/{file}", get(feeds::free_busy))
        .route("/feeds/{owner}/{file}", get(feeds::open_slots))
        .route("/feeds/private/{file}", get(feeds::bookings))
        .method_not_allowed_fallback(wrong_method)
}

async fn nothing_here() -> Problem {
    Problem::not_found("path")
}

async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "this path does not take that method")
}

/// A 201 that says where the new thing is.
struct Created<T> {
    location: String,
    tag: Option<etag::Tag>,
    body: T,
}

impl<T: serde::Serialize> IntoResponse for Created<T> {
    fn into_response(self) -> Response {
        let mut headers = HeaderMap::new();
        if let Ok(location) = HeaderValue::from_str(&self.location) {
            headers.insert(header::LOCATION, location);
        }
        if let Some(tag) = self.tag {
            headers.insert(header::ETAG, tag.header());
        }
        (StatusCode::CREATED, headers, Json(self.body)).into_response()
    }
}

/// A 200 with an ETag.
struct Tagged<T>(etag::Tag, T);

impl<T: serde::Serialize> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        ([(header::ETAG, self.0.header())], Json(self.1)).into_response()
    }
}

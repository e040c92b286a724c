//! What handlers are given: bodies, queries, paths and headers, checked, with
//! errors that name the field, the value and the mend.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use meetme_core::id::{Slug, Username};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::actions::EventName;
use crate::app::App;
use crate::http::problem::Problem;

/// The longest Idempotency-Key, in bytes.
const MAX_KEY: usize = 255;

/// A JSON body, in and out.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let kind = kind.split(';').next().unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/json") {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "not-json",
                format!("the body is `{}`", kind.chars().take(80).collect::<String>()),
            )
            .hint("send `Content-Type: application/json`"));
        }
        let body = read_body(request, app.config.limits.body_bytes).await?;
        parse(&body).map(Self)
    }
}

async fn read_body(request: Request, limit: usize) -> Result<axum::body::Bytes, Problem> {
    axum::body::to_bytes(request.into_body(), limit).await.map_err(|error| {
        let cause = std::error::Error::source(&error);
        if cause.is_some_and(<dyn std::error::Error>::is::<http_body_util::LengthLimitError>) {
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", format!("the body is larger than {limit} bytes"))
        } else {
            Problem::new(StatusCode::BAD_REQUEST, "malformed", "the body ended early")
        }
    })
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    if let Err(error) = std::str::from_utf8(body) {
        let detail = format!("the body is not UTF-8 from byte {} on", error.valid_up_to());
        return Err(Problem::new(StatusCode::BAD_REQUEST, "malformed", detail).hint("send UTF-8"));
    }
    let mut json = serde_json::Deserializer::from_slice(body);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        let inner = error.into_inner();
        if inner.is_data() {
            of_data(&field, &without_place(&inner.to_string()))
        } else {
            Problem::new(StatusCode::BAD_REQUEST, "malformed", format!("the body is not JSON: {inner}"))
        }
    })?;
    json.end().map_err(|error| {
        Problem::new(StatusCode::BAD_REQUEST, "malformed", format!("the body goes on after the JSON: {error}"))
    })?;
    Ok(value)
}

/// A value of the wrong shape. serde's sentence names what was given and what is expected.
fn of_data(field: &str, message: &str) -> Problem {
    let problem = Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", clip(message));
    // Unknown and missing fields are named by the message alone.
    let named = message.strip_prefix("unknown field `").or_else(|| message.strip_prefix("missing field `"));
    match (named.and_then(|rest| rest.split('`').next()), field) {
        (Some(name), "." | "") => problem.field(clip(name)),
        (Some(name), whole) if whole == name || whole.ends_with(&format!(".{name}")) => problem.field(clip(whole)),
        (Some(name), outer) => problem.field(clip(&format!("{outer}.{name}"))),
        (None, field) => problem.field(clip(field)),
    }
}

/// Cuts the line and column that serde_json puts behind its messages: clients send one line.
fn without_place(message: &str) -> String {
    message.rsplit_once(" at line ").map_or(message, |(head, _)| head).to_owned()
}

fn clip(text: &str) -> String {
    let mut clipped: String = text.chars().take(300).collect();
    if clipped.len() < text.len() {
        clipped.push('…');
    }
    clipped
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A query string of known keys.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let form = serde_urlencoded::Deserializer::new(form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(form).map(Self).map_err(|error| {
            let field = error.path().to_string();
            let message = error.into_inner().to_string();
            let given = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| *key == field);
            match given {
                Some((_, value)) => of_data(&field, &format!("`{}` does not fit: {message}", clip(&value))),
                None => of_data(&field, &message),
            }
        })
    }
}

/// A path whose segments parse; one that does not names nothing.
#[derive(Debug, Clone)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(value)| Self(value)).map_err(|_| Problem::not_found("thing at this path"))
    }
}

/// `{owner}/{slug}` of a path.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct EventPath {
    owner: Username,
    slug: Slug,
}

impl EventPath {
    /// From its parts.
    pub fn new(owner: Username, slug: Slug) -> Self {
        Self { owner, slug }
    }

    /// The event it names.
    pub fn name(self) -> EventName {
        EventName { owner: self.owner, slug: self.slug }
    }
}

/// The `Idempotency-Key` header, if there is one.
#[derive(Debug, Clone)]
pub struct IdempotencyKey(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        match value.to_str() {
            Ok(key) if (1..=MAX_KEY).contains(&key.len()) => Ok(Self(Some(key.to_owned()))),
            _ => Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", "the key does not fit")
                .field("Idempotency-Key")
                .hint(format!("use 1 to {MAX_KEY} visible ASCII characters"))),
        }
    }
}

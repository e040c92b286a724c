//! ETags and the conditions on them (RFC 9110 13).

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use meetme_core::booking::Booking;
use meetme_core::event::Event;
use sha2::{Digest, Sha256};

use crate::headers::{Tags, bare_tag};
use crate::http::problem::Problem;

/// The largest answer that is held to hash it. Every JSON answer is paged well below.
const MAX_HASHED: usize = 16 * 1024 * 1024;

/// A strong entity tag, without its quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag(String);

impl Tag {
    /// An event's, other for its host, who sees more.
    pub fn of_event(event: &Event, for_host: bool) -> Self {
        let view = if for_host { "h" } else { "g" };
        Self(format!("{}-{}{view}", short(event.id.as_bytes()), event.version))
    }

    /// A booking's. People's names are not in it: what counts is the meeting.
    pub fn of_booking(booking: &Booking) -> Self {
        let state = (booking.sequence, booking.status as u8, booking.updated_at.timestamp());
        Self(format!("{}-{}.{}.{}", short(booking.id.as_bytes()), state.0, state.1, state.2))
    }

    /// One that follows from bytes.
    pub fn of_bytes(bytes: &[u8]) -> Self {
        Self(short(&Sha256::digest(bytes)))
    }

    /// The one that [`conditional`] gives to an answer with this body.
    pub fn of_json(body: &impl serde::Serialize) -> Self {
        Self::of_bytes(&serde_json::to_vec(body).expect("wire types are plain data"))
    }

    /// As a header says it.
    pub fn header(&self) -> HeaderValue {
        HeaderValue::from_str(&format!("\"{}\"", self.0)).expect("tags are hexadecimal digits and marks")
    }
}

fn short(bytes: &[u8]) -> String {
    bytes.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// What an `If-Match` accepts; everything without the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Option<Tags>);

impl IfMatch {
    /// Reads the header.
    pub fn of(headers: &HeaderMap) -> Self {
        Self(Tags::if_match(headers))
    }

    /// Whether the condition holds for `tag`.
    pub fn holds(&self, tag: &Tag) -> bool {
        self.0.as_ref().is_none_or(|tags| tags.have(&tag.0))
    }

    /// Whether there is a condition that another state than the one that was seen may break.
    pub fn is_set(&self) -> bool {
        self.0.as_ref().is_some_and(|tags| !tags.are_any())
    }
}

/// Gives every JSON answer to a GET an ETag, and answers 304 when the client has it already.
pub async fn conditional(request: Request, next: Next) -> Response {
    let reads = request.method() == Method::GET || request.method() == Method::HEAD;
    let known = Tags::if_none_match(request.headers());
    let response = next.run(request).await;
    if !reads || response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, MAX_HASHED).await else {
        tracing::error!(most = MAX_HASHED, "an answer is too large to be held");
        return Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the answer is too large").into_response();
    };
    let tag = parts.headers.get(header::ETAG).cloned().unwrap_or_else(|| Tag::of_bytes(&bytes).header());
    parts.headers.insert(header::ETAG, tag.clone());
    let is_known = |tag: &HeaderValue| {
        let tag = tag.to_str().map(bare_tag).unwrap_or_default();
        known.is_some_and(|known| known.have(tag))
    };
    let unchanged = is_known(&tag);
    if unchanged {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        return Response::from_parts(parts, Body::empty());
    }
    Response::from_parts(parts, Body::from(bytes))
}

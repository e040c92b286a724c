//! Multi-status answers by gzip: they say the same names over and over, and phones fetch them by radio.
//!
//! Entries go as they are: an ETag names their bytes.

use axum::body::{Body, HttpBody as _};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt as _;

use crate::caldav::header_text;
use crate::packing::{self, Effort};

/// The least bytes that are worth it: what fits into one packet arrives no sooner.
const LEAST: u64 = 1_400;
/// The most bytes that are packed between others' requests.
const AT_ONCE: usize = 16 * 1024;

/// Whether whoever sends these headers takes gzip.
pub fn is_taken(headers: &HeaderMap) -> bool {
    header_text(headers, "accept-encoding").is_some_and(packing::is_taken)
}

/// An answer, packed if it is worth it.
pub async fn packed(response: Response) -> Response {
    let worth = response.status() == StatusCode::MULTI_STATUS
        && response.body().size_hint().exact().is_some_and(|length| length >= LEAST);
    if !worth {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let bytes = body.collect().await.expect("its bytes are in memory").to_bytes();
    let bytes = if bytes.len() <= AT_ONCE {
        packing::packed(&bytes, Effort::Little)
    } else {
        let packing = tokio::task::spawn_blocking(move || packing::packed(&bytes, Effort::Little));
        packing.await.expect("packing does not panic")
    };
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    Response::from_parts(parts, Body::from(bytes))
}

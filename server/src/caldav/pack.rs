//! Multi-status answers by gzip: they say the same names over and over, and phones fetch them by radio.
//!
//! What is short is packed at once and has a length. What is long, or still in the making, is packed a piece at a
//! time as it flows. Entries go as they are: an ETag names their bytes.

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use futures_util::stream;
use http_body_util::BodyExt as _;

use crate::headers::header_text;
use crate::packing::{self, Effort, Packer};

/// The least bytes that are worth it: what fits into one packet arrives no sooner.
const LEAST: u64 = 1_400;
/// The most bytes that are packed at once.
const AT_ONCE: u64 = 64 * 1024;

/// Whether whoever sends these headers takes gzip.
pub fn is_taken(headers: &HeaderMap) -> bool {
    header_text(headers, "accept-encoding").is_some_and(packing::is_taken)
}

/// An answer, packed if it is worth it.
pub async fn packed(response: Response) -> Response {
    let length = response.body().size_hint().exact();
    if response.status() != StatusCode::MULTI_STATUS || length.is_some_and(|length| length < LEAST) {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let body = if length.is_some_and(|length| length <= AT_ONCE) {
        let bytes = body.collect().await.expect("its bytes are in memory").to_bytes();
        Body::from(packing::packed(&bytes, Effort::Little))
    } else {
        flowing(body)
    };
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    parts.headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
    Response::from_parts(parts, body)
}

/// A body that packs another as it comes. Where that breaks off, it does.
fn flowing(body: Body) -> Body {
    let pieces = stream::unfold(Some((body, Packer::new(Effort::Little))), async |flow| {
        let (mut body, mut packer) = flow?;
        loop {
            let piece = match body.frame().await {
                Some(Ok(frame)) => frame.into_data().map(|data| packer.pack(&data)).unwrap_or_default(),
                Some(Err(broken)) => return Some((Err(broken), None)),
                None => return Some((Ok(Bytes::from(packer.finish())), None)),
            };
            if !piece.is_empty() {
                return Some((Ok(Bytes::from(piece)), Some((body, packer))));
            }
        }
    });
    Body::from_stream(pieces)
}

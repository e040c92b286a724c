//! 207: what is told of many things, written and sent a piece at a time.
//!
//! What is short is sent whole, with its length. What is long flows: a piece
//! of it is made when the one before has been taken, so that an answer takes
//! as much memory as a page of the store, however much it tells.

use axum::body::{Body, Bytes};
use axum::http::{StatusCode, header};
use axum::response::Response;
use futures_util::stream;

use crate::caldav::fault::Fault;
use crate::caldav::xml::Xml;

/// From this size on an answer is sent before all of it is there, in bytes.
pub const PIECE: usize = 64 * 1024;
/// The outermost element.
const ROOT: &str = "D:multistatus";

/// What an answer is made of.
pub trait Source: Send + 'static {
    /// Writes what comes next, about one thing; whether there may be more.
    fn next(&mut self, xml: &mut Xml) -> impl Future<Output = Result<bool, Fault>> + Send;
}

/// An answer in the making.
pub fn begun() -> Xml {
    Xml::document(ROOT)
}

/// An answer that is all there.
pub fn whole(xml: Xml) -> Response {
    response(Body::from(xml.finish(ROOT)))
}

/// An answer that goes on with what a source writes. What fails before the first piece is sent is a refusal like
/// any other; what fails later ends the connection, so that nobody takes a part for the whole.
pub async fn flowing(mut xml: Xml, mut source: impl Source) -> Result<Response, Fault> {
    while xml.mark() < PIECE {
        if !source.next(&mut xml).await? {
            return Ok(whole(xml));
        }
    }
    let pieces = stream::unfold(Some((xml, source)), async |flow| {
        let (mut xml, mut source) = flow?;
        while xml.mark() < PIECE {
            match source.next(&mut xml).await {
                Ok(true) => {}
                Ok(false) => return Some((Ok(Bytes::from(xml.finish(ROOT))), None)),
                Err(fault) => {
                    let status = fault.status();
                    tracing::warn!(%status, "an answer broke off: {status}");
                    return Some((Err(std::io::Error::other("the answer broke off")), None));
                }
            }
        }
        let piece = Bytes::from(xml.take());
        Some((Ok(piece), Some((xml, source))))
    });
    Ok(response(Body::from_stream(pieces)))
}

/// 207.
fn response(body: Body) -> Response {
    let response = Response::builder()
        .status(StatusCode::MULTI_STATUS)
        .header(header::CONTENT_TYPE, "application/xml; charset=utf-8")
        .body(body);
    response.expect("its headers are ours")
}

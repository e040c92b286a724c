//! REPORT (RFC 3253 3.6): questions about calendars, a file for each.

mod expand_property;
mod filter;
mod free_busy;
mod made;
mod multiget;
mod principals;
mod query;
mod shape;
mod sync;

pub use self::made::token as made_token;
pub use self::query::filter_of;

use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Response;

use crate::caldav::door::{Dav, Depth, depth, xml_body};
use crate::caldav::fault::Fault;
use crate::caldav::path::Target;
use crate::caldav::xml::{CALDAV, DAV, Element};

/// A question, with what its headers say.
pub struct Question<'a> {
    /// Who asks.
    pub dav: &'a Dav,
    /// Of what.
    pub target: &'a Target,
    /// The body's outermost element.
    pub root: &'a Element,
    /// How deep.
    pub depth: Depth,
    /// The request's headers.
    pub headers: &'a HeaderMap,
}

/// Answers the report that the body names.
pub async fn report(dav: &Dav, target: &Target, request: Request) -> Result<Response, Fault> {
    let headers = request.headers().clone();
    let depth = depth(&headers, Depth::Zero)?;
    let root = xml_body(request).await?.ok_or_else(|| Fault::bad_request("a REPORT needs a body"))?;
    let question = Question { dav, target, root: &root, depth, headers: &headers };
    match (root.name.space.as_str(), root.name.local.as_str()) {
        (CALDAV, "calendar-query") => query::answer(&question).await,
        (CALDAV, "calendar-multiget") => multiget::answer(&question).await,
        (CALDAV, "free-busy-query") => free_busy::answer(&question).await,
        (DAV, "sync-collection") => sync::answer(&question).await,
        (DAV, "expand-property") => expand_property::answer(&question).await,
        (DAV, "principal-property-search") => principals::search(&question).await,
        (DAV, "principal-search-property-set") => Ok(principals::searchable()),
        (DAV, "principal-match") => principals::matching(&question).await,
        _ => Err(Fault::condition("D:supported-report", "this report is not known here")),
    }
}

//! `/feeds/…`: what calendar apps subscribe to. An app that has the newest already is told so at once.

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use meetme_core::event::Visibility;
use meetme_core::id::{Slug, Username};
use meetme_core::time::Instant;

use crate::actions::{EventName, see_event};
use crate::app::App;
use crate::feeds::{Feed, Rendered, Stamp};
use crate::headers::{Tags, date, header_text, http_date};
use crate::http::auth::Visitor;
use crate::http::extract::Path;
use crate::http::problem::Problem;
use crate::packing;

/// The longest token that is looked up.
const MAX_TOKEN: usize = 100;
/// Behind the tag of a feed that is sent packed: other bytes, another tag.
const PACKED: &str = "z";

/// `/feeds/{owner}/{slug}.ics`: the open slots of an event, for whoever may see it.
pub(super) async fn open_slots(
    State(app): State<App>,
    visitor: Visitor,
    Path((owner, file)): Path<(Username, String)>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let slug: Option<Slug> = file.strip_suffix(".ics").and_then(|slug| slug.parse().ok());
    let name = EventName { owner, slug: slug.ok_or_else(|| Problem::not_found("event"))? };
    let event = see_event(&app, &name, visitor.viewer()).await?;
    // Whoever had to show who they are got it for themselves alone.
    let shared = event.event.visibility != Visibility::Private && !headers.contains_key(header::AUTHORIZATION);
    let ask = Ask::of(&headers, shared, format!("{}-{}.ics", name.owner, name.slug));
    ask.answer(&app, Feed::of_event(&app, event).await?).await
}

/// `/feeds/{owner}.ifb`: when somebody is busy. Of those who do not let that be known one learns nothing.
pub(super) async fn free_busy(
    State(app): State<App>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let nothing = || Problem::not_found("feed");
    let owner: Option<Username> = file.strip_suffix(".ifb").and_then(|owner| owner.parse().ok());
    let owner = app.store.user_by_name(owner.ok_or_else(nothing)?.as_str()).await?.ok_or_else(nothing)?;
    if !app.store.feed_switches(owner.id).await?.free_busy {
        return Err(nothing());
    }
    let ask = Ask::of(&headers, true, format!("{}.ifb", owner.username));
    ask.answer(&app, Feed::of_busy_time(&app, owner).await?).await
}

/// `/feeds/private/{token}.ics`: somebody's bookings, for whoever knows the token.
pub(super) async fn bookings(
    State(app): State<App>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let nothing = || Problem::not_found("feed");
    let token = file.strip_suffix(".ics").filter(|token| token.len() <= MAX_TOKEN).ok_or_else(nothing)?;
    let owner = app.store.owner_of_feed(token).await?.ok_or_else(nothing)?;
    let ask = Ask::of(&headers, false, format!("{}-bookings.ics", owner.username));
    ask.answer(&app, Feed::of_bookings(&app, owner).await?).await
}

/// What an app has already, and how it wants the rest.
struct Ask {
    known: Option<Tags>,
    if_modified_since: Option<Instant>,
    packed: bool,
    shared: bool,
    file_name: String,
}

impl Ask {
    fn of(headers: &HeaderMap, shared: bool, file_name: String) -> Self {
        Self {
            known: Tags::if_none_match(headers),
            if_modified_since: header_text(headers, "if-modified-since").and_then(date),
            packed: header_text(headers, "accept-encoding").is_some_and(packing::is_taken),
            shared,
            file_name,
        }
    }

    /// "Not modified" if one of the app's tags still holds, which costs no rendering; else the feed.
    async fn answer(&self, app: &App, feed: Feed<'_>) -> Result<Response, Problem> {
        let held = self
            .known
            .iter()
            .flat_map(Tags::iter)
            .find(|tag| self.stamp(tag).is_some_and(|stamp| feed.still_is(&stamp)));
        if let Some(tag) = held {
            return Ok(self.not_modified(tag, None));
        }
        Ok(self.send(feed.rendered().await?, app.clock.now()))
    }

    fn send(&self, feed: Rendered, now: Instant) -> Response {
        let (body, mark) = if self.packed { (feed.packed, PACKED) } else { (feed.plain, "") };
        let tag = format!("{}{mark}", feed.tag);
        // What changed within this second may change in it again: no date tells the two apart.
        let modified = feed.modified.filter(|modified| *modified < now);
        if self.has(&tag, modified) {
            return self.not_modified(&tag, modified);
        }
        self.whole(&tag, modified, body)
    }

    /// Dates count only where no tags are given (RFC 9110 13.1.3).
    fn has(&self, tag: &str, modified: Option<Instant>) -> bool {
        match &self.known {
            Some(known) => known.have(tag),
            None => modified.zip(self.if_modified_since).is_some_and(|(modified, since)| modified <= since),
        }
    }

    fn stamp(&self, tag: &str) -> Option<Stamp> {
        let bare = if self.packed { tag.strip_suffix(PACKED)? } else { tag };
        bare.parse().ok()
    }

    fn whole(&self, tag: &str, modified: Option<Instant>, body: Bytes) -> Response {
        let mut headers = self.headers(tag, modified);
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
        if self.packed {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        if let Ok(name) = HeaderValue::from_str(&format!("inline; filename=\"{}\"", self.file_name)) {
            headers.insert(header::CONTENT_DISPOSITION, name);
        }
        (headers, Body::from(body)).into_response()
    }

    fn not_modified(&self, tag: &str, modified: Option<Instant>) -> Response {
        (StatusCode::NOT_MODIFIED, self.headers(tag, modified)).into_response()
    }

    /// What both answers say.
    fn headers(&self, tag: &str, modified: Option<Instant>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        if let Ok(tag) = HeaderValue::from_str(&format!("\"{tag}\"")) {
            headers.insert(header::ETAG, tag);
        }
        if let Some(Ok(date)) = modified.map(|at| HeaderValue::from_str(&http_date(at))) {
            headers.insert(header::LAST_MODIFIED, date);
        }
        headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, authorization"));
        let cache = if self.shared { "public, no-cache" } else { "private, no-cache" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
        headers
    }
}

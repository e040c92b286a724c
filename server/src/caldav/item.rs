//! GET, HEAD, PUT, POST (RFC 5995) and DELETE of entries, and DELETE of calendars.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use chrono::SubsecRound as _;
use meetme_core::entry::Condition;

use crate::actions::{self, DEFAULT_CALENDAR, INBOX, PERSONAL, Stored, Wish};
use crate::caldav::door::{Dav, Depth, body, depth};
use crate::caldav::fault::{Fault, uid_conflict};
use crate::caldav::folder::{self, Folder, is_reserved};
use crate::caldav::path::{self, Target};
use crate::caldav::prefer::Prefer;
use crate::caldav::transfer::nowhere;
use crate::caldav::{added, booked, offered};
use crate::headers::{Tags, date, header_text, http_date};
use crate::ids;
use crate::store::{CollectionFile, EntryFile};

/// What entries are.
pub const CALENDAR: &str = "text/calendar; charset=utf-8";

/// An entry as it was written. Of everything else it is said what it is.
pub async fn get(dav: &Dav, target: &Target, headers: &HeaderMap, head: bool) -> Result<Response, Fault> {
    let Target::Item(_, folder, name) = target else { return about(dav, target, head).await };
    let item = folder::find(dav, folder).await?.item(dav, name).await?.ok_or_else(Fault::not_found)?;
    let condition = condition(headers);
    // RFC 9110 13.2.2: tags are finer than seconds.
    let is_known = match &condition.none_matches {
        Some(known) => known.iter().any(|tag| tag == "*" || *tag == item.etag),
        None => header_text(headers, "if-modified-since")
            .and_then(date)
            .is_some_and(|since| item.changed_at.trunc_subsecs(0) <= since),
    };
    if is_known {
        return Ok(tagged(Response::builder().status(StatusCode::NOT_MODIFIED), &item.etag, None, Body::empty()));
    }
    let response = Response::builder()
        .header(header::CONTENT_TYPE, content_type(&item))
        .header(header::CONTENT_LENGTH, item.bytes.len())
        .header(header::LAST_MODIFIED, http_date(item.changed_at));
    let body = if head { Body::empty() } else { Body::from(item.bytes) };
    Ok(tagged(response, &item.etag, item.schedule_tag.as_deref(), body))
}

/// The media type of an entry, with what it is.
pub fn content_type(item: &EntryFile) -> String {
    format!("{CALENDAR}; component={}", item.component.to_lowercase())
}

async fn about(dav: &Dav, target: &Target, head: bool) -> Result<Response, Fault> {
    if let Target::Folder(_, name) = target {
        folder::find(dav, name).await?;
    }
    let words =
        "This is a CalDAV server. Add it to a calendar app with this address, your username and an app token.\n";
    let body = if head { Body::empty() } else { Body::from(words) };
    let response = Response::builder()
        .header(header::CONTENT_TYPE, "text/plain; charset=utf-8")
        .header(header::CONTENT_LENGTH, words.len())
        .body(body);
    Ok(response.expect("its headers are ours"))
}

/// Writes an entry.
pub async fn put(dav: &Dav, target: &Target, request: Request) -> Result<Response, Fault> {
    let Target::Item(_, folder, name) = target else {
        return Err(Fault::new(StatusCode::METHOD_NOT_ALLOWED, "only entries of calendars can be written"));
    };
    // RFC 4918 9.7.1.
    let folder = folder::find(dav, folder).await.map_err(nowhere)?;
    let (prefer, condition) = (Prefer::of(request.headers()), condition(request.headers()));
    let bytes = calendar_body(request).await?;
    let stored = write(dav, &folder, name, bytes.clone(), condition).await?;
    Ok(answer(stored, prefer, bytes, &target.href(), false))
}

/// Adds an entry under a name that is found for it.
pub async fn add(dav: &Dav, target: &Target, request: Request) -> Result<Response, Fault> {
    let Target::Folder(user, folder) = target else { return Err(Fault::not_found()) };
    let folder = folder::find(dav, folder).await?;
    let prefer = Prefer::of(request.headers());
    let bytes = calendar_body(request).await?;
    let name = format!("{}.ics", ids::uuid());
    let nothing = Condition { none_matches: Some(vec!["*".to_owned()]), ..Condition::default() };
    let stored = write(dav, &folder, &name, bytes.clone(), nothing).await?;
    Ok(answer(stored, prefer, bytes, &path::item_of(user, &folder.name(), &name), true))
}

async fn calendar_body(request: Request) -> Result<Bytes, Fault> {
    let kind = header_text(request.headers(), "content-type").unwrap_or_default().to_lowercase();
    let kind = kind.split(';').next().unwrap_or_default().trim().to_owned();
    if request.headers().contains_key(header::CONTENT_RANGE) {
        return Err(Fault::bad_request("parts of entries cannot be written"));
    }
    let bytes = body(request).await?;
    // Some apps send entries as plain text, or as a form: then their bytes say what they are.
    let is_meant = match kind.as_str() {
        "" | "text/calendar" => true,
        kind if kind.ends_with("json") || kind.ends_with("xml") => false,
        _ => begins_a_calendar(&bytes),
    };
    if !is_meant {
        let sentence = format!("entries are text/calendar and begin with BEGIN:VCALENDAR: this is {kind}");
        return Err(Fault::condition("C:supported-calendar-data", sentence));
    }
    Ok(bytes)
}

fn begins_a_calendar(bytes: &[u8]) -> bool {
    const BEGIN: &[u8] = b"BEGIN:VCALENDAR";
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes).trim_ascii_start();
    bytes.get(..BEGIN.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(BEGIN))
}

/// Writes into a folder what may be written there.
async fn write(dav: &Dav, folder: &Folder, name: &str, bytes: Bytes, condition: Condition) -> Result<Stored, Fault> {
    let written = match folder {
        Folder::Own(file) => return write_own(dav, file, name, bytes.into(), condition).await,
        Folder::Bookings => {
            let id = booked::id_of(name);
            let id = id.ok_or_else(|| {
                Fault::condition(
                    "D:need-privileges",
                    "add the event to your calendars and book one of its open slots there",
                )
            })?;
            booked::write(dav, id, name, &bytes, &condition).await?
        }
        Folder::Offered(file) => offered::write(dav, file, name, &bytes, &condition).await?,
        Folder::Added(file) => added::write(dav, file, name, &bytes, &condition).await?,
        Folder::Inbox(_) | Folder::Outbox => {
            return Err(Fault::condition("D:need-privileges", "the server alone writes into this collection"));
        }
    };
    Ok(Stored { written, kept: None })
}

/// Writes into a calendar of one's own.
pub async fn write_own(
    dav: &Dav,
    file: &CollectionFile,
    name: &str,
    bytes: Vec<u8>,
    condition: Condition,
) -> Result<Stored, Fault> {
    let wish = Wish { calendar: file.clone(), name: name.to_owned(), condition, replies: true };
    let put = actions::write_entry(&dav.app, &dav.actor, wish, bytes).await;
    put.map_err(|error| uid_conflict(error, dav.user(), &file.collection.name))
}

/// What was written: with an ETag only if that is the ETag of what the client has, or gets.
fn answer(stored: Stored, prefer: Prefer, bytes: Bytes, href: &str, added: bool) -> Response {
    let Stored { mut written, kept } = stored;
    let bytes = match kept.filter(|_| prefer.representation) {
        Some((etag, bytes)) => {
            written.etag = etag;
            Bytes::from(bytes)
        }
        None => bytes,
    };
    let status = if written.new { StatusCode::CREATED } else { StatusCode::NO_CONTENT };
    let back = prefer.representation;
    let mut response = Response::builder().status(if back && !written.new { StatusCode::OK } else { status });
    if added {
        response = response.header(header::LOCATION, href);
    }
    if back {
        // RFC 9110 6.4.2: without it the body would be about the writing, not what was written.
        response = response.header(header::CONTENT_TYPE, CALENDAR).header(header::CONTENT_LOCATION, href);
    }
    let body = if back { Body::from(bytes) } else { Body::empty() };
    let mut response = tagged(response, &written.etag, written.schedule_tag.as_deref(), body);
    if back {
        Prefer::applied(&mut response, "return=representation");
    }
    response
}

fn tagged(response: axum::http::response::Builder, etag: &str, schedule_tag: Option<&str>, body: Body) -> Response {
    let mut response = response.body(body).expect("its headers are ours");
    let quoted = |tag: &str| HeaderValue::from_str(&format!("\"{tag}\"")).expect("tags are hexadecimal digits");
    if !etag.is_empty() {
        response.headers_mut().insert(header::ETAG, quoted(etag));
    }
    if let Some(tag) = schedule_tag {
        response.headers_mut().insert("schedule-tag", quoted(tag));
    }
    response
}

/// Removes an entry, or a calendar with everything in it.
pub async fn delete(dav: &Dav, target: &Target, headers: &HeaderMap) -> Result<Response, Fault> {
    match target {
        Target::Item(_, folder, name) => {
            let folder = folder::find(dav, folder).await?;
            let replies =
                header_text(headers, "schedule-reply").is_none_or(|word| !word.trim().eq_ignore_ascii_case("f"));
            remove(dav, &folder, name, condition(headers), replies).await?;
        }
        Target::Folder(_, name) => {
            folder::find(dav, name).await?;
            // RFC 4918 9.6.1: whoever says another depth means something else.
            if depth(headers, Depth::Infinity)? != Depth::Infinity {
                return Err(Fault::bad_request("a calendar is deleted with everything in it: Depth is infinity"));
            }
            if is_invited_into(dav, name).await? {
                let why = "invitations go into this calendar: let them go into another one first";
                return Err(Fault::condition("C:default-calendar-needed", why));
            }
            if is_reserved(name) {
                let why =
                    if name == PERSONAL { "everybody keeps this calendar" } else { "this is not yours to delete" };
                return Err(Fault::condition("D:need-privileges", why));
            }
            actions::delete_collection(&dav.app, &dav.actor, name).await?;
        }
        _ => return Err(Fault::condition("D:need-privileges", "this cannot be deleted")),
    }
    Ok(no_content())
}

/// Whether invitations go into this calendar.
pub async fn is_invited_into(dav: &Dav, name: &str) -> Result<bool, Fault> {
    let kept = dav.app.store.properties(dav.actor.id(), INBOX).await?;
    let chosen = kept.iter().find(|(kept, _)| kept == DEFAULT_CALENDAR).map(|(_, value)| value.as_str());
    Ok(chosen.unwrap_or(PERSONAL) == name)
}

async fn remove(dav: &Dav, folder: &Folder, name: &str, condition: Condition, replies: bool) -> Result<(), Fault> {
    match folder {
        Folder::Own(file) | Folder::Inbox(file) => {
            let wish = Wish { calendar: file.clone(), name: name.to_owned(), condition, replies };
            Ok(actions::remove_entry(&dav.app, &dav.actor, wish).await?)
        }
        Folder::Bookings => {
            let id = booked::id_of(name).ok_or_else(Fault::not_found)?;
            booked::remove(dav, id, name, &condition).await
        }
        Folder::Offered(file) => offered::remove(dav, file, name, &condition).await,
        Folder::Added(file) => added::remove(dav, file, name, &condition).await,
        Folder::Outbox => Err(Fault::not_found()),
    }
}

/// 204.
pub fn no_content() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}
/// The conditions of a request (RFC 9110 13.1, RFC 6638 8.3).
pub fn condition(headers: &HeaderMap) -> Condition {
    Condition {
        matches: Tags::if_match(headers).map(Tags::into_texts),
        none_matches: Tags::if_none_match(headers).map(Tags::into_texts),
        // What names no tag fits none.
        schedule_tag: Tags::if_schedule_tag_match(headers)
            .map(|tags| tags.into_texts().into_iter().next().unwrap_or_default()),
    }
}

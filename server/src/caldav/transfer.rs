//! COPY and MOVE (RFC 4918 9.8, 9.9) of entries between calendars, and within one, and of calendars as a whole.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use meetme_core::entry::Condition;
use meetme_core::refusal::Refusal;

use crate::actions;
use crate::caldav::booked;
use crate::caldav::door::{Dav, Depth, depth};
use crate::caldav::fault::{Fault, uid_conflict};
use crate::caldav::folder::{self, Folder, is_reserved};
use crate::caldav::item::{condition, is_invited_into, write_own};
use crate::caldav::path::{self, Target};
use crate::headers::header_text;
use crate::store::CollectionFile;

/// Puts an entry or a calendar elsewhere too, or instead.
pub async fn transfer(dav: &Dav, target: &Target, headers: &HeaderMap, moves: bool) -> Result<Response, Fault> {
    let (from, name) = match target {
        Target::Item(_, from, name) => (from, Some(name)),
        Target::Folder(_, from) => (from, None),
        _ => return Err(Fault::condition("D:need-privileges", "only entries and calendars can be copied and moved")),
    };
    let destination = destination(dav, headers)?;
    let Some(name) = name else { return whole(dav, from, &destination, headers, moves).await };
    let Target::Item(_, to, new_name) = destination else {
        return Err(Fault::condition("C:calendar-collection-location-ok", "entries go into calendars"));
    };
    if (from, name) == (&to, &new_name) {
        return Err(Fault::forbidden("it is there already: its Destination is where it is"));
    }
    let source = folder::find(dav, from).await?;
    let item = source.item(dav, name).await?.ok_or_else(Fault::not_found)?;
    let overwrite = overwrites(headers)?;
    let place = folder::find(dav, &to).await.map_err(nowhere)?;
    let (Folder::Own(old), Folder::Own(file)) = (&source, &place) else {
        return Err(Fault::condition("D:need-privileges", "entries are copied and moved between calendars alone"));
    };
    let kept = dav.app.store.properties(dav.actor.id(), &format!("{from}/{name}")).await?;
    let kept: Vec<(String, Option<String>)> = kept.into_iter().map(|(name, value)| (name, Some(value))).collect();
    let is_new = if moves {
        let mut entry = actions::entry_of(&dav.app, &dav.actor.0.user, file, &new_name, item.bytes)?;
        entry.schedule_tag = item.schedule_tag;
        entry.organizer = item.organizer;
        let from = (old.collection.id, name.clone());
        let kept = (format!("{to}/{new_name}"), kept);
        let moved = actions::move_entry(&dav.app, &dav.actor, from, entry, condition(headers), overwrite, kept);
        moved.await.map_err(|error| uid_conflict(error, dav.user(), &to))?
    } else {
        booked::check(&condition(headers), &item)?;
        copy(dav, file, &new_name, item.bytes, kept, overwrite).await?
    };
    let status = if is_new { StatusCode::CREATED } else { StatusCode::NO_CONTENT };
    let href = Target::Item(dav.user().to_owned(), to, new_name).href();
    let response = Response::builder().status(status).header(header::LOCATION, href).body(Body::empty());
    Ok(response.expect("its headers are ours"))
}

/// Where it is to be. RFC 4918 9.8.5 has 409 where what would hold it is missing.
fn destination(dav: &Dav, headers: &HeaderMap) -> Result<Target, Fault> {
    let destination = header_text(headers, "destination");
    let destination = destination.ok_or_else(|| Fault::bad_request("a Destination is missing: say where it goes"))?;
    let deep = path::too_deep(path::split_url(destination).1).is_some_and(|user| user == dav.user());
    dav.target_of(destination, headers).map_err(|fault| if deep { nowhere(fault) } else { fault })
}

/// Writes an entry with what is kept on it; whether it is new there.
async fn copy(
    dav: &Dav,
    to: &CollectionFile,
    name: &str,
    bytes: Vec<u8>,
    kept: Vec<(String, Option<String>)>,
    overwrite: bool,
) -> Result<bool, Fault> {
    let target = Condition { none_matches: (!overwrite).then(|| vec!["*".to_owned()]), ..Condition::default() };
    let place = format!("{}/{name}", to.collection.name);
    let before = dav.app.store.properties(dav.actor.id(), &place).await?;
    let stored = write_own(dav, to, name, bytes, target).await?;
    // What was kept on what stood there goes with it.
    let gone = before.into_iter().map(|(name, _)| (name, None));
    let gone: Vec<_> = gone.filter(|(name, _)| !kept.iter().any(|(other, _)| other == name)).collect();
    actions::set_properties(&dav.app, &dav.actor, &place, [kept, gone].concat()).await?;
    Ok(stored.written.new)
}

/// Says of what was not found that it is what something should go into.
pub fn nowhere(fault: Fault) -> Fault {
    match fault.status() {
        StatusCode::NOT_FOUND => Fault::new(StatusCode::CONFLICT, "there is no such calendar: make it first"),
        _ => fault,
    }
}

fn overwrites(headers: &HeaderMap) -> Result<bool, Fault> {
    match header_text(headers, "overwrite").map(str::trim) {
        None => Ok(true),
        Some(word) if word.eq_ignore_ascii_case("t") => Ok(true),
        Some(word) if word.eq_ignore_ascii_case("f") => Ok(false),
        Some(_) => Err(Fault::bad_request("Overwrite is T or F")),
    }
}

/// Puts a calendar elsewhere in its home too, or instead. What is there goes as this one comes, unless the client says
/// no; where this one cannot come, it stays.
async fn whole(
    dav: &Dav,
    from: &str,
    destination: &Target,
    headers: &HeaderMap,
    moves: bool,
) -> Result<Response, Fault> {
    let Target::Folder(_, to) = destination else {
        if let Target::Item(_, within, _) = destination {
            folder::find(dav, within).await.map_err(nowhere)?;
        }
        return Err(Fault::condition("C:calendar-collection-location-ok", "calendars stand in a calendar home"));
    };
    if from == to {
        return Err(Fault::forbidden("it is there already: its Destination is where it is"));
    }
    let deep = match depth(headers, Depth::Infinity)? {
        Depth::Zero if !moves => false,
        Depth::Infinity => true,
        _ if moves => return Err(Fault::bad_request("a calendar moves with everything in it: Depth is infinity")),
        _ => return Err(Fault::bad_request("a calendar is copied with Depth: infinity, or empty with Depth: 0")),
    };
    let overwrite = overwrites(headers)?;
    let Folder::Own(source) = folder::find(dav, from).await? else {
        return Err(Fault::condition("D:need-privileges", "only calendars of your own are copied and moved"));
    };
    if is_reserved(to) || moves && is_reserved(from) {
        return Err(Fault::condition("D:need-privileges", "the server keeps that name for itself"));
    }
    for (name, goes) in [(from, moves), (to.as_str(), overwrite)] {
        if goes && is_invited_into(dav, name).await? {
            let why = "invitations go into this calendar: let them go into another one first";
            return Err(Fault::condition("C:default-calendar-needed", why));
        }
    }
    let done = if moves {
        actions::rename_collection(&dav.app, &dav.actor, from, to, overwrite).await
    } else {
        actions::copy_collection(&dav.app, &dav.actor, &source, to, deep, overwrite).await
    };
    let is_new = done.map_err(|error| match error {
        actions::ActionError::Refused { refusal: Refusal::Stale, .. } => {
            Fault::new(StatusCode::PRECONDITION_FAILED, "there is a calendar of that name")
        }
        error => uid_conflict(error, dav.user(), to),
    })?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::NO_CONTENT };
    let response = Response::builder().status(status).header(header::LOCATION, destination.href()).body(Body::empty());
    Ok(response.expect("its headers are ours"))
}

//! COPY and MOVE (RFC 4918 9.8, 9.9) of entries between calendars, and within one.

use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use meetme_core::entry::Condition;

use crate::actions;
use crate::caldav::door::Dav;
use crate::caldav::fault::{Fault, uid_conflict};
use crate::caldav::folder::{self, Folder};
use crate::caldav::header_text;
use crate::caldav::item::{condition, write_own};
use crate::caldav::path::Target;

/// Puts an entry elsewhere too, or instead.
pub async fn transfer(dav: &Dav, target: &Target, headers: &HeaderMap, moves: bool) -> Result<Response, Fault> {
    let Target::Item(_, from, name) = target else {
        return Err(Fault::condition("D:need-privileges", "only entries can be copied and moved"));
    };
    let destination = header_text(headers, "destination");
    let destination = destination.ok_or_else(|| Fault::bad_request("a Destination is missing"))?;
    let Target::Item(_, to, new_name) = dav.target_of(destination, headers)? else {
        return Err(Fault::condition("C:calendar-collection-location-ok", "entries go into calendars"));
    };
    if (from, name) == (&to, &new_name) {
        return Err(Fault::forbidden("it is there already"));
    }
    let source = folder::find(dav, from).await?;
    let item = source.item(dav, name).await?.ok_or_else(Fault::not_found)?;
    let overwrite = header_text(headers, "overwrite").is_none_or(|word| !word.trim().eq_ignore_ascii_case("f"));
    let place = folder::find(dav, &to).await.map_err(|fault| match fault.status() {
        StatusCode::NOT_FOUND => Fault::new(StatusCode::CONFLICT, "there is no such calendar"),
        _ => fault,
    })?;
    let (Folder::Own(old), Folder::Own(file)) = (&source, &place) else {
        return Err(Fault::condition("D:need-privileges", "entries are copied and moved between calendars alone"));
    };
    let kept = dav.app.store.properties(dav.actor.id(), &format!("{from}/{name}")).await?;
    let kept: Vec<(String, Option<String>)> = kept.into_iter().map(|(name, value)| (name, Some(value))).collect();
    let new_place = format!("{to}/{new_name}");
    let is_new = if moves {
        let mut entry = actions::entry_of(&dav.app, &dav.actor.0.user, file, &new_name, item.bytes)?;
        entry.schedule_tag = item.schedule_tag;
        let from = (old.collection.id, name.clone());
        let moved =
            actions::move_entry(&dav.app, &dav.actor, from, entry, condition(headers), overwrite, (new_place, kept));
        moved.await.map_err(|error| uid_conflict(error, dav.user(), &to))?
    } else {
        let target = Condition { none_matches: (!overwrite).then(|| vec!["*".to_owned()]), ..Condition::default() };
        let stored = write_own(dav, file, &new_name, item.bytes, target).await?;
        actions::set_properties(&dav.app, &dav.actor, &new_place, kept).await?;
        stored.written.new
    };
    let status = if is_new { StatusCode::CREATED } else { StatusCode::NO_CONTENT };
    let href = Target::Item(dav.user().to_owned(), to, new_name).href();
    let response = Response::builder().status(status).header(header::LOCATION, href).body(Body::empty());
    Ok(response.expect("its headers are ours"))
}

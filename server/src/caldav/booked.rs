//! `bookings/`: a user's bookings, as host and as guest, as entries of a calendar.
//!
//! An entry is made of its booking, the same bytes every time, with what the
//! user keeps on it. What an app writes is read as what it wants done: another
//! start moves the booking, CANCELLED and a no end it, a yes of the host
//! confirms it. What cannot be done is refused and never dropped.

use std::collections::{HashMap, HashSet};

use axum::body::Bytes;
use axum::http::StatusCode;
use chrono::TimeDelta;
use meetme_core::api;
use meetme_core::booking::{Booking, Status};
use meetme_core::entry::{Condition, EntryCard};
use meetme_core::ical::{BookingEdit, BookingEntry, booking_edit, booking_object, own_lines};
use meetme_core::id::BookingId;
use meetme_core::object::{Object, ObjectZone};
use meetme_core::time::Instant;
use meetme_core::window::MAX_WINDOW;

use crate::actions::{self, Kept, Key, Seen, Written};
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::xml::{Element, MEETME, Name, Node};
use crate::store::{BookingFile, BookingQuery, EntryFile};

/// The name of the folder.
pub const BOOKINGS: &str = "bookings";
/// How long bookings that are over stay.
const PAST: TimeDelta = TimeDelta::days(92);
/// Up to so many that are asked for by name are read one by one.
const FEW: usize = 50;
/// The most of a user's own that is kept on a booking, in bytes.
const MAX_OWN: usize = 16 * 1024;
/// Under which name it is kept.
const OWN: &str = "{urn:meetme:dav}own";

/// The name of a booking's entry.
pub fn name_of(booking: BookingId) -> String {
    format!("{booking}.ics")
}

/// The booking whose entry has this name.
pub fn id_of(name: &str) -> Option<BookingId> {
    name.strip_suffix(".ics")?.parse().ok().filter(|id| name_of(*id) == name)
}

/// Which bookings are shown, [`Limits::shown_bookings`](crate::config::Limits::shown_bookings) at most: those to come
/// have room first, then those that are over, from the last one back.
fn sought(dav: &Dav) -> [BookingQuery; 2] {
    let now = dav.app.clock.now();
    // What began before this is over: no slot is longer.
    let turn = now - MAX_WINDOW.delta();
    let all = BookingQuery {
        from: now.checked_sub_signed(PAST),
        statuses: vec![Status::Pending, Status::Confirmed],
        ..BookingQuery::all_of(dav.actor.id())
    };
    let after = Some((turn, BookingId::from_bytes([0; 16])));
    [BookingQuery { after, ..all.clone() }, BookingQuery { to: Some(turn), last: true, ..all }]
}

/// The ids of the bookings that are shown, and the last one to come that is, if there are more.
async fn shown(dav: &Dav) -> Result<(Vec<BookingId>, Option<BookingId>), Fault> {
    let (store, most) = (&dav.app.store, dav.app.config.limits.shown_bookings);
    let [to_come, over] = sought(dav);
    let mut places = store.booking_places(to_come, most.saturating_add(1)).await?;
    let more = places.len() > most;
    places.truncate(most);
    let end = places.last().filter(|_| more).map(|(_, id)| *id);
    places.extend(store.booking_places(over, most - places.len()).await?);
    Ok((places.into_iter().map(|(_, id)| id).collect(), end))
}

/// The last booking to come that is shown, if there are more.
pub async fn end(dav: &Dav) -> Result<Option<BookingId>, Fault> {
    Ok(shown(dav).await?.1)
}

/// All entries.
pub async fn items(dav: &Dav) -> Result<Vec<EntryFile>, Fault> {
    let (store, most) = (&dav.app.store, dav.app.config.limits.shown_bookings);
    let [to_come, over] = sought(dav);
    let mut files = store.bookings(to_come, most).await?;
    files.extend(store.bookings(over, most - files.len()).await?);
    let kept = store.properties_below(dav.actor.id(), BOOKINGS).await?;
    let own: HashMap<&str, &str> =
        kept.iter().filter(|(_, key, _)| key == OWN).map(|(place, _, own)| (place.as_str(), own.as_str())).collect();
    let items = files.into_iter().map(|file| {
        let name = name_of(file.booking.id);
        let own = own.get(name.as_str()).copied().map(lines_of).unwrap_or_default();
        item_of(dav, name, file, &own)
    });
    Ok(items.collect())
}

/// Those of all entries that have these names.
pub async fn named(dav: &Dav, names: &[String]) -> Result<Vec<EntryFile>, Fault> {
    let names: HashSet<&str> = names.iter().map(String::as_str).collect();
    if names.len() > FEW {
        return Ok(items(dav).await?.into_iter().filter(|item| names.contains(item.name.as_str())).collect());
    }
    let ids: Vec<BookingId> = names.iter().filter_map(|name| id_of(name)).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let shown: HashSet<BookingId> = shown(dav).await?.0.into_iter().collect();
    let mut found = Vec::new();
    for id in ids.into_iter().filter(|id| shown.contains(id)) {
        found.extend(item(dav, id, &name_of(id)).await?);
    }
    Ok(found)
}

/// The entry of one booking that is not cancelled.
pub async fn item(dav: &Dav, id: BookingId, name: &str) -> Result<Option<EntryFile>, Fault> {
    let Some(file) = dav.app.store.booking(id).await? else { return Ok(None) };
    let theirs = [file.booking.host, file.booking.guest].contains(&dav.actor.id());
    if !theirs || file.booking.status == Status::Cancelled {
        return Ok(None);
    }
    let own = own_of(dav, id).await?;
    Ok(Some(item_of(dav, name.to_owned(), file, &own)))
}

/// What the user keeps on a booking.
async fn own_of(dav: &Dav, id: BookingId) -> Result<String, Fault> {
    let kept = dav.app.store.properties(dav.actor.id(), &place_of(id)).await?;
    Ok(kept.iter().find(|(name, _)| name == OWN).map(|(_, own)| lines_of(own)).unwrap_or_default())
}

fn place_of(id: BookingId) -> String {
    format!("{BOOKINGS}/{}", name_of(id))
}

fn lines_of(element: &str) -> String {
    crate::caldav::xml::read(element.as_bytes()).map(|element| element.text()).unwrap_or_default()
}

/// An entry from its bytes.
pub fn entry_file(name: String, uid: String, text: String, changed_at: Instant) -> EntryFile {
    EntryFile {
        name,
        uid,
        component: "VEVENT".to_owned(),
        etag: actions::etag_of(text.as_bytes()),
        schedule_tag: None,
        organizer: None,
        seq: meetme_core::cursor::Seq(0),
        changed_at,
        size: text.len() as u64,
        bytes: text.into_bytes(),
    }
}

fn item_of(dav: &Dav, name: String, file: BookingFile, own: &str) -> EntryFile {
    let (location, changed_at) = (file.location.clone(), file.booking.updated_at);
    let booking: api::Booking = actions::booking_view(&dav.app, file, dav.actor.id());
    let uid = booking.uid.clone();
    let entry = BookingEntry { booking: &booking, location: &location };
    entry_file(name, uid, booking_object(&entry, &dav.actor.0.user.username, own), changed_at)
}

/// Does what an entry that is written wants done.
pub async fn write(
    dav: &Dav,
    id: BookingId,
    name: &str,
    bytes: &Bytes,
    condition: &Condition,
) -> Result<Written, Fault> {
    let file = actions::see_booking(&dav.app, id, &dav.actor).await?;
    if file.booking.status == Status::Cancelled {
        return Err(Fault::not_found());
    }
    let own_before = own_of(dav, id).await?;
    let before = item_of(dav, name.to_owned(), file.clone(), &own_before);
    check(condition, &before)?;
    let (found, location) = (file.booking.clone(), file.location.clone());
    let booking = actions::booking_view(&dav.app, file, dav.actor.id());
    let (edit, own) = {
        let object = Object::read(bytes, &actions::object_limits(&dav.app))?;
        let entry = BookingEntry { booking: &booking, location: &location };
        let (user, zone) = (&dav.actor.0.user.username, ObjectZone::from(dav.actor.0.user.zone));
        let edit = booking_edit(&object, &entry, user, &zone);
        (edit.map_err(|no| Fault::condition("M:cannot-change", no.to_string()))?, own_lines(&object, &entry))
    };
    if own.len() > MAX_OWN {
        return Err(Fault::new(
            StatusCode::INSUFFICIENT_STORAGE,
            format!("there is room for {MAX_OWN} bytes of your own"),
        ));
    }
    let kept = (own != own_before).then(|| kept(id, &own));
    let seen = seen_of(condition, &found);
    let (app, actor, key) = (&dav.app, &dav.actor, Key::none());
    match edit {
        BookingEdit::Nothing => {
            if let Some(Kept { place, set }) = kept {
                actions::set_properties(app, actor, &place, set).await?;
            }
        }
        BookingEdit::Move(start) => {
            dav.may_book().await?;
            drop(actions::reschedule(app, actor, id, start, seen, &key, kept).await?);
        }
        // Only a host's no to a booking that waits is another thing than its end.
        BookingEdit::Decline if found.host == actor.id() && found.status == Status::Pending => {
            drop(actions::decline(app, actor, id, seen, &key).await?);
        }
        BookingEdit::Cancel | BookingEdit::Decline => drop(actions::cancel(app, actor, id, seen, &key).await?),
        BookingEdit::Confirm => drop(actions::confirm(app, actor, id, seen, &key, kept).await?),
    }
    // The ETag is told only where the bytes stand as they were sent.
    let same = edit == BookingEdit::Nothing && before.bytes == bytes.as_ref();
    Ok(Written { new: false, etag: if same { before.etag } else { String::new() }, schedule_tag: None })
}

/// What is kept of the user's own on a booking.
fn kept(id: BookingId, own: &str) -> Kept {
    let element =
        Element { name: Name::new(MEETME, "own"), attributes: Vec::new(), children: vec![Node::Text(own.to_owned())] };
    let value = (!own.is_empty()).then(|| element.to_text());
    Kept { place: place_of(id), set: vec![(OWN.to_owned(), value)] }
}

/// Cancels the booking of an entry.
pub async fn remove(dav: &Dav, id: BookingId, name: &str, condition: &Condition) -> Result<(), Fault> {
    let found = actions::see_booking(&dav.app, id, &dav.actor).await?.booking;
    let before = item(dav, id, name).await?.ok_or_else(Fault::not_found)?;
    check(condition, &before)?;
    actions::cancel(&dav.app, &dav.actor, id, seen_of(condition, &found), &Key::none()).await?;
    Ok(())
}

/// Where an app says what it saw, that is what it changes: also when somebody else is faster than its request.
fn seen_of(condition: &Condition, found: &Booking) -> Seen {
    let seen = condition.matches.is_some().then(|| found.clone());
    seen.map(|seen| -> Box<dyn Fn(&Booking) -> bool + Send> { Box::new(move |booking| *booking == seen) })
}

/// Refuses unless a condition holds for an entry.
pub fn check(condition: &Condition, item: &EntryFile) -> Result<(), Fault> {
    let card = EntryCard {
        name: item.name.clone(),
        uid: item.uid.clone(),
        component: item.component.clone(),
        etag: item.etag.clone(),
        schedule_tag: item.schedule_tag.clone(),
        busy: Vec::new(),
    };
    condition.check(Some(&card)).map_err(|refusal| actions::ActionError::from(refusal).into())
}

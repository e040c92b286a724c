//! `book-{owner}-{slug}/`: an event of someone else that the user added. Its open slots are entries; to write
//! an entry on one of them is to book it.

use axum::body::Bytes;
use chrono::TimeDelta;
use meetme_core::api;
use meetme_core::availability::{Calendar, Verdict};
use meetme_core::change::Kind;
use meetme_core::cursor::{Cursor, Seq};
use meetme_core::entry::Condition;
use meetme_core::ical::{Feed, slot_object};
use meetme_core::id::BookingId;
use meetme_core::object::{Object, ObjectZone};
use meetme_core::time::{Instant, Minutes, Span};

use crate::actions::{self, BookingPlace, Written};
use crate::caldav::booked::{self, entry_file};
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::store::{EntryFile, EventFile};

/// How far ahead slots are shown.
const AHEAD: TimeDelta = TimeDelta::days(62);
/// The most slots that are shown.
const MAX_SHOWN: usize = 2_000;
/// Log entries that are read at once.
const PAGE: usize = 500;
/// Log entries behind which one begins anew.
const MAX_BEHIND: usize = 5_000;

/// The name of the folder of an event.
pub fn folder_name(file: &EventFile) -> String {
    format!("book-{}-{}", file.event.owner, file.event.slug)
}

/// The event that a folder's name tells: usernames hold no hyphen.
pub fn event_of(name: &str) -> Option<actions::EventName> {
    let (owner, slug) = name.strip_prefix("book-")?.split_once('-')?;
    Some(actions::EventName { owner: owner.parse().ok()?, slug: slug.parse().ok()? })
}

fn slot_name(slot: Span) -> String {
    format!("{}.ics", slot.start().format("%Y%m%dT%H%M%SZ"))
}

fn slot_item(dav: &Dav, file: &EventFile, slot: Span) -> EntryFile {
    let event = api::Event::new(&file.event, &dav.app.public_url, false);
    let slots = [slot];
    let feed = Feed {
        event: &event,
        slots: &slots,
        host_name: &file.host.display_name,
        changed_at: file.event.updated_at,
        refresh: dav.app.config.limits.feed_refresh,
        uid_domain: dav.app.domain(),
    };
    let text = slot_object(&feed, slot);
    let uid = format!("{}-{}-{}", file.event.owner, file.event.slug, slot.start().timestamp());
    entry_file(slot_name(slot), uid, text, file.event.updated_at)
}

/// Open slots from now on.
async fn open_slots(dav: &Dav, file: &EventFile, now: Instant) -> Result<Vec<Span>, Fault> {
    let slots = actions::slots_between(&dav.app, file, now, now + AHEAD, now).await?;
    let open = slots.into_iter().filter(|slot| matches!(slot.verdict, Verdict::Open { .. })).map(|slot| slot.span);
    Ok(open.take(MAX_SHOWN).collect())
}

/// All entries: open slots, and what the user booked here.
pub async fn items(dav: &Dav, file: &EventFile) -> Result<Vec<EntryFile>, Fault> {
    let now = dav.app.clock.now();
    let mut items = Vec::new();
    for (name, id) in booked_here(dav, file).await? {
        items.extend(booked::item(dav, id, &name).await?);
    }
    let open = open_slots(dav, file, now).await?;
    let taken: Vec<String> = items.iter().map(|item| item.name.clone()).collect();
    let open = open.into_iter().map(|slot| slot_item(dav, file, slot));
    items.extend(open.filter(|item| !taken.contains(&item.name)));
    Ok(items)
}

/// Names of entries here that are bookings, with these.
async fn booked_here(dav: &Dav, file: &EventFile) -> Result<Vec<(String, BookingId)>, Fault> {
    let kept = dav.app.store.properties_below(dav.actor.id(), &folder_name(file)).await?;
    let bookings = kept.into_iter().filter(|(_, name, _)| name == BookingPlace::PROPERTY);
    Ok(bookings.filter_map(|(place, _, id)| Some((place, BookingPlace::read(&id)?))).collect())
}

async fn booking_at(dav: &Dav, file: &EventFile, name: &str) -> Result<Option<BookingId>, Fault> {
    Ok(booked_here(dav, file).await?.into_iter().find(|(other, _)| other == name).map(|(_, id)| id))
}

/// One entry.
pub async fn item(dav: &Dav, file: &EventFile, name: &str) -> Result<Option<EntryFile>, Fault> {
    if let Some(id) = booking_at(dav, file, name).await?
        && let Some(item) = booked::item(dav, id, name).await?
    {
        return Ok(Some(item));
    }
    let now = dav.app.clock.now();
    let open = open_slots(dav, file, now).await?;
    Ok(open.into_iter().find(|slot| slot_name(*slot) == name).map(|slot| slot_item(dav, file, slot)))
}

/// Books the slot on which an entry is written, or does to a booking what its entry wants done.
pub async fn write(
    dav: &Dav,
    file: &EventFile,
    name: &str,
    bytes: &Bytes,
    condition: &Condition,
) -> Result<Written, Fault> {
    if let Some(id) = booking_at(dav, file, name).await?
        && booked::item(dav, id, name).await?.is_some()
    {
        return booked::write(dav, id, name, bytes, condition).await;
    }
    let there = item(dav, file, name).await?;
    match &there {
        Some(slot) => booked::check(condition, slot)?,
        None if condition.matches.is_some() => {
            return Err(actions::ActionError::from(meetme_core::refusal::Refusal::Stale).into());
        }
        None => {}
    }
    let object = Object::read(bytes, &actions::object_limits(&dav.app))?;
    let recurs = object.components().count() != 1
        || object
            .components()
            .next()
            .is_some_and(|is| is.property("RRULE").is_some() || is.property("RDATE").is_some());
    if recurs {
        return Err(Fault::condition(
            "M:cannot-recur",
            "a booking is one meeting: book each slot with an entry of its own",
        ));
    }
    let start = object.start(&ObjectZone::from(dav.actor.0.user.zone));
    let start = start.ok_or_else(|| Fault::condition("M:no-such-slot", "it says no time"))?;
    let note =
        object.components().next().and_then(|is| is.property("DESCRIPTION").map(meetme_core::object::Property::text));
    let note = note.filter(|_| there.is_none()).unwrap_or_default();
    let place = BookingPlace { uid: object.uid().to_owned(), place: format!("{}/{name}", folder_name(file)) };
    drop(object);
    let event = actions::EventName { owner: file.event.owner.clone(), slug: file.event.slug.clone() };
    let new = api::NewBooking { start, note, answers: Vec::new(), allow_overlap: false };
    actions::book_at(&dav.app, &dav.actor, &event, new, place).await?;
    Ok(Written { new: there.is_none(), etag: String::new(), schedule_tag: None })
}

/// Cancels a booking; an open slot is not the guest's to take away.
pub async fn remove(dav: &Dav, file: &EventFile, name: &str, condition: &Condition) -> Result<(), Fault> {
    if let Some(id) = booking_at(dav, file, name).await?
        && booked::item(dav, id, name).await?.is_some()
    {
        return booked::remove(dav, id, name, condition).await;
    }
    match item(dav, file, name).await? {
        Some(_) => Err(Fault::condition("D:need-privileges", "an open slot is its host's to take away")),
        None => Err(Fault::not_found()),
    }
}

/// A place in time: how far the host's log was read, and when. Slots come and go by both.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The end of the host's log.
    pub cursor: Cursor,
    /// The instant.
    pub at: Instant,
}

/// Now.
pub async fn moment(dav: &Dav, file: &EventFile) -> Result<Moment, Fault> {
    Ok(Moment { cursor: dav.app.store.head(file.event.host).await?, at: dav.app.clock.now() })
}

/// What came (with the entry) and went (without) since a moment; `None` if only a full listing can tell.
pub async fn since(
    dav: &Dav,
    file: &EventFile,
    then: Moment,
    now: Moment,
) -> Result<Option<Vec<(String, Option<EntryFile>)>>, Fault> {
    let Some(mut spans) = touched(dav, file, then.cursor.seq, now.cursor.seq).await? else { return Ok(None) };
    // What time alone changed: what closed, and what came into sight.
    let notice = file.event.notice.delta();
    spans.extend(Span::new(then.at + notice, now.at + notice).ok());
    spans.extend(Span::new(then.at + AHEAD, now.at + AHEAD).ok());
    if let (Some(from), Some(to)) = (file.event.horizon_at(then.at), file.event.horizon_at(now.at)) {
        spans.extend(Span::new(from, to).ok());
    }
    let items = items(dav, file).await?;
    let widest = dav.app.store.widest_buffer(file.event.host).await?;
    let whole = file.windows.iter().filter(|window| window.whole).map(|window| window.duration);
    let longest = whole.chain([file.event.slot_length]).max().unwrap_or(file.event.slot_length);
    let mut told: Vec<(String, Option<EntryFile>)> = Vec::new();
    for span in spans {
        let reach = Calendar::reach(&file.event, &file.limits, widest, span).widened(longest, Minutes(1));
        for slot in actions::slots_between(&dav.app, file, reach.start(), reach.end(), now.at).await? {
            let name = slot_name(slot.span);
            if told.iter().all(|(other, _)| *other != name) {
                let item = items.iter().find(|item| item.name == name).cloned();
                told.push((name, item));
            }
        }
    }
    for (name, id) in booked_here(dav, file).await? {
        if told.iter().all(|(other, _)| *other != name) {
            let item = booked::item(dav, id, &name).await?;
            told.push((name, item));
        }
    }
    Ok(Some(told))
}

/// The spans that news of the host touches; `None` if the event itself changed, or too much.
async fn touched(dav: &Dav, file: &EventFile, from: Seq, to: Seq) -> Result<Option<Vec<Span>>, Fault> {
    let (mut seq, mut spans, mut read) = (from, Vec::new(), 0);
    while seq < to {
        let Some(page) = dav.app.store.log_after(file.event.host, seq, PAGE).await? else { return Ok(None) };
        let Some(last) = page.entries.last() else { break };
        seq = last.seq;
        read += page.entries.len();
        if read > MAX_BEHIND {
            return Ok(None);
        }
        for entry in page.entries.iter().filter(|entry| entry.seq <= to) {
            let own = entry.news.event == Some(file.event.id);
            match entry.news.kind {
                Kind::EventChanged | Kind::WindowsChanged | Kind::EventDeleted if own => return Ok(None),
                Kind::LimitsChanged | Kind::AccountDeleted => return Ok(None),
                _ => spans.extend(entry.news.spans.iter().copied()),
            }
        }
    }
    spans.sort_unstable();
    spans.dedup();
    Ok(Some(spans))
}

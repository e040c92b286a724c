//! `book-{owner}-{slug}/`: an event of someone else that the user added. Its open slots are entries; to write
//! an entry on one of them is to book it.
//!
//! Slots are shown for a while ahead ([`Limits::shown_days`](crate::config::Limits::shown_days)), and of those so
//! many ([`Limits::shown_slots`](crate::config::Limits::shown_slots)); what lies behind can be booked too, and comes
//! into sight with time. The calendar's description says how far it shows.

mod since;

use std::collections::HashSet;

use axum::body::Bytes;
use chrono::{NaiveDateTime, TimeDelta};
use meetme_core::api;
use meetme_core::availability::Verdict;
use meetme_core::cursor::{Cursor, Seq};
use meetme_core::entry::Condition;
use meetme_core::ical::{Feed, slot_object, slot_uid};
use meetme_core::id::BookingId;
use meetme_core::object::{Object, ObjectZone};
use meetme_core::refusal::Refusal;
use meetme_core::time::{Instant, Span};

pub use self::since::since;

use crate::actions::{self, ActionError, BookingPlace, Marks, Written};
use crate::caldav::booked::{self, entry_file};
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::path;
use crate::store::{EntryFile, EventFile};

/// The name of the folder of an event.
pub fn folder_name(file: &EventFile) -> String {
    format!("book-{}-{}", file.event.owner, file.event.slug)
}

/// The event that a folder's name tells: usernames hold no hyphen.
pub fn event_of(name: &str) -> Option<actions::EventName> {
    let (owner, slug) = name.strip_prefix("book-")?.split_once('-')?;
    Some(actions::EventName { owner: owner.parse().ok()?, slug: slug.parse().ok()? })
}

/// How a slot's name tells when it starts.
const NAME: &str = "%Y%m%dT%H%M%SZ.ics";

fn slot_name(slot: Span) -> String {
    slot.start().format(NAME).to_string()
}

fn start_of(name: &str) -> Option<Instant> {
    NaiveDateTime::parse_from_str(name, NAME).ok().map(|wall| wall.and_utc())
}

/// Open slots, as far as they are shown.
struct Open {
    slots: Vec<Span>,
    /// Slots that start from here on are not shown.
    until: Instant,
}

impl Open {
    async fn read(dav: &Dav, file: &EventFile, now: Instant) -> Result<Self, Fault> {
        let limits = &dav.app.config.limits;
        let until = now + TimeDelta::days(limits.shown_days.into());
        let judged = actions::slots_between(&dav.app, file, now, until, now).await?;
        let open = judged.into_iter().filter(|slot| matches!(slot.verdict, Verdict::Open { .. }));
        let mut slots: Vec<Span> = open.map(|slot| slot.span).take(limits.shown_slots.saturating_add(1)).collect();
        // One more is looked for, to know where those that are shown end.
        let behind = slots.get(limits.shown_slots).map(Span::start);
        slots.truncate(limits.shown_slots);
        Ok(Self { slots, until: behind.unwrap_or(until) })
    }
}

/// Writes the entries of open slots: the same bytes for a slot as long as the event says the same.
struct Writer<'a> {
    dav: &'a Dav,
    file: &'a EventFile,
    event: api::Event,
    changed_at: Instant,
    /// Guests who share a slot have an UID each, for a booking may take that of its slot.
    domain: String,
}

impl<'a> Writer<'a> {
    async fn new(dav: &'a Dav, file: &'a EventFile) -> Result<Self, Fault> {
        let marks = Marks::read(&dav.app, file.event.host, &file.event.slug).await?;
        let event = api::Event::new(&file.event, &dav.app.public_url, false);
        let domain = format!("{}.{}", dav.user(), dav.app.domain());
        // Not when a window changed, or every slot would be another one.
        Ok(Self { dav, file, event, changed_at: marks.described_at(&file.event), domain })
    }

    fn item(&self, slot: Span) -> EntryFile {
        let slots = [slot];
        let feed = Feed {
            event: &self.event,
            slots: &slots,
            host_name: &self.file.host.display_name,
            changed_at: self.changed_at,
            refresh: self.dav.app.config.limits.feed_refresh,
            uid_domain: &self.domain,
        };
        let uid = slot_uid(&self.event, slot.start(), &self.domain);
        entry_file(slot_name(slot), uid, slot_object(&feed, slot), self.changed_at)
    }
}

/// All entries: open slots, and what the user booked here.
pub async fn items(dav: &Dav, file: &EventFile) -> Result<Vec<EntryFile>, Fault> {
    items_at(dav, file, dav.app.clock.now()).await
}

async fn items_at(dav: &Dav, file: &EventFile, now: Instant) -> Result<Vec<EntryFile>, Fault> {
    let mut items = booked_items(dav, file).await?;
    // A booking stands in the place of its slot, and where it took the slot's UID, that is not there twice.
    let taken: HashSet<String> = items.iter().flat_map(|item| [item.name.clone(), item.uid.clone()]).collect();
    let (open, writer) = (Open::read(dav, file, now).await?, Writer::new(dav, file).await?);
    let open = open.slots.into_iter().map(|slot| writer.item(slot));
    items.extend(open.filter(|item| !taken.contains(&item.name) && !taken.contains(&item.uid)));
    Ok(items)
}

/// Entries here that are bookings.
async fn booked_items(dav: &Dav, file: &EventFile) -> Result<Vec<EntryFile>, Fault> {
    let mut items = Vec::new();
    for (name, id) in booked_here(dav, file).await? {
        items.extend(booked::item(dav, id, &name).await?);
    }
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
    let Some(start) = start_of(name) else { return Ok(None) };
    let open = Open::read(dav, file, dav.app.clock.now()).await?;
    let Some(slot) = open.slots.into_iter().find(|slot| slot.start() == start) else { return Ok(None) };
    let item = Writer::new(dav, file).await?.item(slot);
    let taken = booked_items(dav, file).await?.iter().any(|booking| booking.uid == item.uid);
    Ok((!taken).then_some(item))
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
            return Err(ActionError::from(Refusal::Stale).into());
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
    let place = BookingPlace {
        uid: object.uid().to_owned(),
        day: object.first_day(),
        place: format!("{}/{name}", folder_name(file)),
    };
    drop(object);
    let event = actions::EventName { owner: file.event.owner.clone(), slug: file.event.slug.clone() };
    let new = api::NewBooking { start, note, answers: Vec::new(), allow_overlap: false };
    match actions::book_at(&dav.app, &dav.actor, &event, new, place).await {
        // The same request, sent again while the first was under way: what stands here is its own booking.
        Err(ActionError::Refused { refusal: Refusal::AlreadyBooked { booking }, .. })
            if booking_at(dav, file, name).await? == Some(booking) =>
        {
            return booked::write(dav, booking, name, bytes, condition).await;
        }
        Err(ActionError::Refused { refusal: Refusal::UidOfBooking { booking }, .. }) => {
            return Err(uid_conflict(dav, file, booking).await?);
        }
        done => drop(done?),
    }
    Ok(Written { new: there.is_none(), etag: String::new(), schedule_tag: None })
}

/// Says where the booking stands that has a UID already: in this folder, or among all bookings.
async fn uid_conflict(dav: &Dav, file: &EventFile, booking: BookingId) -> Result<Fault, Fault> {
    let here = booked_here(dav, file).await?.into_iter().find(|(_, id)| *id == booking);
    let href = match here {
        Some((name, _)) => path::item_of(dav.user(), &folder_name(file), &name),
        None => path::item_of(dav.user(), booked::BOOKINGS, &booked::name_of(booking)),
    };
    Ok(Fault::from(ActionError::from(Refusal::UidOfBooking { booking })).because_of("C:no-uid-conflict", &href))
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

/// Where the folder stands: how far the logs of host and guest were read, which version the event had, when,
/// and how far slots were shown. Entries come and go by all of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The event's version.
    pub version: u64,
    /// The end of the host's log.
    pub host: Cursor,
    /// The end of the guest's.
    pub guest: Seq,
    /// The instant, in whole seconds.
    pub at: Instant,
    /// Slots that start from here on were not shown.
    pub until: Instant,
}

/// Now.
pub async fn moment(dav: &Dav, file: &EventFile) -> Result<Moment, Fault> {
    let store = &dav.app.store;
    // The logs first: what happens while slots are read is told again, rather than never.
    let (host, guest) = (store.head(file.event.host).await?, store.head(dav.actor.id()).await?.seq);
    let now = dav.app.clock.now();
    let at = now - TimeDelta::nanoseconds(now.timestamp_subsec_nanos().into());
    let until = Open::read(dav, file, at).await?.until;
    Ok(Moment { version: file.event.version, host, guest, at, until })
}

/// What people read of the folder: what is in it, and how far it shows.
pub async fn description(dav: &Dav, file: &EventFile) -> Result<String, Fault> {
    let now = dav.app.clock.now();
    let open = Open::read(dav, file, now).await?;
    let zone = dav.actor.0.user.zone;
    let last = zone.day_at(open.until - TimeDelta::seconds(1));
    Ok(format!(
        "Open slots of {}/{} until {last}. Put an entry on one of them to book it; later ones come into sight with time.",
        file.event.owner, file.event.slug
    ))
}

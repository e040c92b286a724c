//! What a subject is about, read inside the transaction that will change it.

use meetme_core::availability::Calendar;
use meetme_core::booking::{Desk, Status};
use meetme_core::entry::Place;
use meetme_core::id::{EventId, HoldId, Slug, UserId};
use meetme_core::time::{Instant, Span};
use rusqlite::Connection;

use super::calendar::whole;
use super::value::{all, first};
use super::{account, booking, entries, event, scheduling};
use crate::store::busy::in_the_way;
use crate::store::row::Offer;
use crate::store::{
    AHEAD_AT_ONCE, AccountDossier, ChangeError, EventDossier, Found, MAX_AHEAD, MAX_EVENTS, Shelf, StoreError, Subject,
};

/// Loads what `subject` names as of `now`.
pub(super) fn load(conn: &Connection, subject: &Subject, now: Instant) -> Result<Found, ChangeError> {
    match subject {
        Subject::Shelf { host, slug } => shelf(conn, *host, slug).map(Found::Shelf),
        Subject::Event(id) => dossier(conn, *id, now).map(Found::Event),
        Subject::Slot { event, version, slot, guest, uid } => {
            there(is_living(conn, *guest)?)?;
            let offer = offer(conn, *event, *version)?;
            let mut desk = desk(conn, offer, *guest, *slot, now)?;
            if let Some(uid) = uid {
                let shown = booking::shown_as(conn, *guest, uid)?;
                desk.same_uid = shown.filter(|(_, status)| *status != Status::Cancelled).map(|(id, _)| id);
            }
            Ok(Found::Desk(Box::new(desk)))
        }
        Subject::Booking(id) => booking::by_id(conn, *id)?.map(Found::Booking).ok_or(ChangeError::NotFound),
        Subject::Move { booking, version, slot } => {
            let booking = booking::by_id(conn, *booking)?.ok_or(ChangeError::NotFound)?;
            let offer = offer(conn, booking.event, *version)?;
            let desk = desk(conn, offer, booking.guest, *slot, now)?;
            Ok(Found::Move(booking, Box::new(desk)))
        }
        Subject::Hold(id) => booking::hold_by_id(conn, *id)?.map(Found::Hold).ok_or(ChangeError::NotFound),
        Subject::Person(user) => account::any_by_id(conn, *user)?.map(Found::Person).ok_or(ChangeError::NotFound),
        Subject::Account(user) => account(conn, *user, now).map(Found::Account),
        Subject::Collection { owner, name } => {
            there(is_living(conn, *owner)?)?;
            Ok(Found::Collection(Box::new(entries::desk(conn, *owner, name)?)))
        }
        Subject::CollectionMove { owner, from, to } => {
            there(is_living(conn, *owner)?)?;
            let (from, to) = (entries::desk(conn, *owner, from)?, entries::desk(conn, *owner, to)?);
            Ok(Found::Collections(Box::new([from, to])))
        }
        Subject::Entry { owner, collection, name, uid } => {
            let place = entries::place(conn, *owner, *collection, name, uid.as_deref())?;
            Ok(Found::Place(Box::new(place)))
        }
        Subject::Entries { places, .. } => {
            let found = places.iter().map(|at| {
                let uid = at.uid.as_deref();
                let place = entries::place(conn, at.owner, at.collection, &at.name, uid)?;
                let elsewhere = uid.map(|uid| scheduling::elsewhere(conn, at.owner, at.collection, uid));
                Ok(Place { elsewhere: elsewhere.transpose()?.flatten(), ..place })
            });
            found.collect::<Result<_, ChangeError>>().map(Found::Entries)
        }
        Subject::EntryMove { owner, from, to, uid } => {
            let whence = entries::place(conn, *owner, from.0, &from.1, None)?;
            let mut whither = entries::place(conn, *owner, to.0, &to.1, Some(uid))?;
            if from.0 == to.0 {
                whither.same_uid.take_if(|name| *name == from.1);
            }
            Ok(Found::Places(Box::new([whence, whither])))
        }
    }
}

fn there(is_there: bool) -> Result<(), ChangeError> {
    if is_there { Ok(()) } else { Err(ChangeError::NotFound) }
}

/// Whether the account is there and was not deleted.
fn is_living(conn: &Connection, user: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM users WHERE id = ?1 AND deleted_at IS NULL";
    Ok(first(conn, sql, [user.as_bytes()], |_| Ok(()))?.is_some())
}

fn shelf(conn: &Connection, host: UserId, slug: &Slug) -> Result<Shelf, ChangeError> {
    there(is_living(conn, host)?)?;
    // Behind the hyphen in ASCII stands the dot.
    let sql = "SELECT slug FROM events WHERE host = ?1 AND deleted_at IS NULL \
        AND (slug = ?2 OR (slug >= ?2 || '-' AND slug < ?2 || '.')) ORDER BY slug";
    let slugs = all(conn, sql, (host.as_bytes(), slug.as_str()), |row| row.parse())?;
    let sql = "SELECT count(*) FROM events WHERE host = ?1 AND deleted_at IS NULL";
    let events = first(conn, sql, [host.as_bytes()], |row| row.number())?.unwrap_or(0);
    Ok(Shelf { slugs, events: usize::try_from(events).unwrap_or(usize::MAX) })
}

fn dossier(conn: &Connection, id: EventId, now: Instant) -> Result<EventDossier, ChangeError> {
    let event = event::by_id(conn, id)?.ok_or(ChangeError::NotFound)?.event;
    let sql = "SELECT slug FROM events WHERE host = ?1 AND id <> ?2 AND deleted_at IS NULL ORDER BY slug";
    Ok(EventDossier {
        windows: event::windows(conn, id)?,
        ahead: booking::ahead_of_event(conn, event.host, id, now, MAX_AHEAD + 1)?,
        holds: booking::holds_of_event(conn, event.host, id)?,
        other_slugs: all(conn, sql, (event.host.as_bytes(), id.as_bytes()), |row| row.parse())?,
        event,
    })
}

fn account(conn: &Connection, user: UserId, now: Instant) -> Result<AccountDossier, ChangeError> {
    there(is_living(conn, user)?)?;
    Ok(AccountDossier {
        events: event::of_host(conn, user, None, None, MAX_EVENTS)?,
        ahead: booking::ahead_of_person(conn, user, now, AHEAD_AT_ONCE)?,
        count: booking::count_ahead_of_person(conn, user, now)?,
        holds: booking::holds_around(conn, user)?,
    })
}

/// The event, if it is still of the version from which the caller cut a slot.
fn offer(conn: &Connection, event: EventId, version: u64) -> Result<Offer, ChangeError> {
    let offer = event::by_id(conn, event)?.ok_or(ChangeError::NotFound)?;
    if offer.event.version == version { Ok(offer) } else { Err(ChangeError::EventMoved) }
}

fn desk(conn: &Connection, offer: Offer, guest: UserId, slot: Span, now: Instant) -> Result<Desk, StoreError> {
    let Offer { event, limits, widest_buffer, .. } = offer;
    let reach = Calendar::reach(&event, &limits, widest_buffer, slot);
    let mut host = whole(conn, event.host, reach, now)?;
    host.calendar.keep(entries::busy(conn, event.host, reach)?);
    let own = whole(conn, guest, slot, now)?;
    let expired = in_the_way(&[&host, &own], slot);
    Ok(Desk {
        limits,
        host: host.calendar,
        guest: own.calendar.as_guest,
        guest_as_host: own.calendar.in_use.iter().map(|slot| slot.span).collect(),
        holds: booking::holds_of_guest(conn, guest, now)?,
        expired: holds(conn, &expired)?,
        same_uid: None,
        event,
    })
}

fn holds(conn: &Connection, ids: &[HoldId]) -> Result<Vec<meetme_core::booking::Hold>, StoreError> {
    let found = ids.iter().map(|id| booking::hold_by_id(conn, *id));
    found.filter_map(Result::transpose).collect()
}

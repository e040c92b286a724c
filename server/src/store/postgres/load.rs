//! What a subject is about, read inside the transaction that will change it.

use meetme_core::availability::Calendar;
use meetme_core::booking::{Desk, Status};
use meetme_core::entry::Place;
use meetme_core::id::{EventId, Slug, UserId};
use meetme_core::time::{Instant, Span};

use super::db::{Db, Params, uuid};
use super::{account, entries, read, scheduling};
use crate::store::busy::in_the_way;
use crate::store::row::Offer;
use crate::store::{
    AHEAD_AT_ONCE, AccountDossier, ChangeError, EventDossier, Found, MAX_AHEAD, MAX_EVENTS, Shelf, StoreError, Subject,
};

/// Loads what `subject` names as of `now`.
pub(super) async fn load(db: &Db, subject: &Subject, now: Instant) -> Result<Found, ChangeError> {
    match subject {
        Subject::Shelf { host, slug } => shelf(db, *host, slug).await.map(Found::Shelf),
        Subject::Event(id) => dossier(db, *id, now).await.map(Found::Event),
        Subject::Slot { event, version, slot, guest, uid } => {
            let (living, offer) = tokio::join!(biased; is_living(db, *guest), offer(db, *event, *version));
            there(living?)?;
            let mut desk = desk(db, offer?, *guest, *slot, now).await?;
            if let Some(uid) = uid {
                let shown = read::shown_as(db, *guest, Some(uid)).await?;
                desk.same_uid = shown.filter(|(_, status)| *status != Status::Cancelled).map(|(id, _)| id);
            }
            Ok(Found::Desk(Box::new(desk)))
        }
        Subject::Booking(id) => read::booking(db, *id).await?.map(Found::Booking).ok_or(ChangeError::NotFound),
        Subject::Move { booking, version, slot } => {
            let booking = read::booking(db, *booking).await?.ok_or(ChangeError::NotFound)?;
            let offer = offer(db, booking.event, *version).await?;
            let desk = desk(db, offer, booking.guest, *slot, now).await?;
            Ok(Found::Move(booking, Box::new(desk)))
        }
        Subject::Hold(id) => read::hold(db, *id).await?.map(Found::Hold).ok_or(ChangeError::NotFound),
        Subject::Person(user) => account::any_by_id(db, *user).await?.map(Found::Person).ok_or(ChangeError::NotFound),
        Subject::Account(user) => account(db, *user, now).await.map(Found::Account),
        Subject::Collection { owner, name } => {
            there(is_living(db, *owner).await?)?;
            Ok(Found::Collection(Box::new(entries::desk(db, *owner, name).await?)))
        }
        Subject::CollectionMove { owner, from, to } => {
            there(is_living(db, *owner).await?)?;
            let (from, to) = tokio::try_join!(entries::desk(db, *owner, from), entries::desk(db, *owner, to))?;
            Ok(Found::Collections(Box::new([from, to])))
        }
        Subject::Entry { owner, collection, name, uid } => {
            let place = entries::place(db, *owner, *collection, name, uid.as_deref()).await?;
            Ok(Found::Place(Box::new(place)))
        }
        Subject::Entries { places, .. } => {
            let mut found = Vec::with_capacity(places.len());
            for at in places {
                let place = entries::place(db, at.owner, at.collection, &at.name, at.uid.as_deref()).await?;
                let elsewhere = match &at.uid {
                    Some(uid) => scheduling::elsewhere(db, at.owner, at.collection, uid).await?,
                    None => None,
                };
                found.push(Place { elsewhere, ..place });
            }
            Ok(Found::Entries(found))
        }
        Subject::EntryMove { owner, from, to, uid } => {
            let whence = entries::place(db, *owner, from.0, &from.1, None).await?;
            let mut whither = entries::place(db, *owner, to.0, &to.1, Some(uid)).await?;
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
async fn is_living(db: &Db, user: UserId) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM users WHERE id = $1 AND deleted_at IS NULL";
    Ok(!db.rows(sql, &[&uuid(user.as_bytes())]).await?.is_empty())
}

async fn shelf(db: &Db, host: UserId, slug: &Slug) -> Result<Shelf, ChangeError> {
    there(is_living(db, host).await?)?;
    // Behind the hyphen in ASCII stands the dot.
    let sql = "SELECT slug FROM events WHERE host = $1 AND deleted_at IS NULL \
        AND (slug = $2 OR (slug >= $2 || '-' AND slug < $2 || '.')) ORDER BY slug";
    let id = uuid(host.as_bytes());
    let slugs = db.all(sql, &[&id, &slug.as_str()], |row| row.parse()).await?;
    let sql = "SELECT count(*) FROM events WHERE host = $1 AND deleted_at IS NULL";
    let events = db.first(sql, &[&id], |row| row.small()).await?.unwrap_or(0);
    Ok(Shelf { slugs, events })
}

async fn dossier(db: &Db, id: EventId, now: Instant) -> Result<EventDossier, ChangeError> {
    let event = read::offer(db, id).await?.ok_or(ChangeError::NotFound)?.event;
    let sql = "SELECT slug FROM events WHERE host = $1 AND id <> $2 AND deleted_at IS NULL ORDER BY slug";
    let params: Params<'_> = &[&uuid(event.host.as_bytes()), &uuid(id.as_bytes())];
    let (windows, ahead, holds, other_slugs) = tokio::try_join!(
        read::windows(db, id),
        read::ahead_of_event(db, event.host, id, now, MAX_AHEAD + 1),
        read::holds_of_event(db, event.host, id),
        db.all(sql, params, |row| row.parse()),
    )?;
    Ok(EventDossier { event, windows, ahead, holds, other_slugs })
}

async fn account(db: &Db, user: UserId, now: Instant) -> Result<AccountDossier, ChangeError> {
    there(is_living(db, user).await?)?;
    let (events, ahead, count, holds) = tokio::try_join!(
        read::events_of(db, user, None, None, MAX_EVENTS),
        read::ahead_of_person(db, user, now, AHEAD_AT_ONCE),
        read::count_ahead_of_person(db, user, now),
        read::holds_around(db, user),
    )?;
    Ok(AccountDossier { events, ahead, count, holds })
}

/// The event, if it is still of the version from which the caller cut a slot.
async fn offer(db: &Db, event: EventId, version: u64) -> Result<Offer, ChangeError> {
    let offer = read::offer(db, event).await?.ok_or(ChangeError::NotFound)?;
    if offer.event.version == version { Ok(offer) } else { Err(ChangeError::EventMoved) }
}

async fn desk(db: &Db, offer: Offer, guest: UserId, slot: Span, now: Instant) -> Result<Desk, StoreError> {
    let Offer { event, limits, widest_buffer, .. } = offer;
    let reach = Calendar::reach(&event, &limits, widest_buffer, slot);
    let (mut host, entries, own, holds) = tokio::try_join!(
        read::calendar(db, event.host, reach, now),
        entries::busy(db, event.host, reach),
        read::calendar(db, guest, slot, now),
        read::holds_of_guest(db, guest, now),
    )?;
    host.calendar.keep(entries);
    let expired = in_the_way(&[&host, &own], slot);
    Ok(Desk {
        limits,
        host: host.calendar,
        guest: own.calendar.as_guest,
        guest_as_host: own.calendar.in_use.iter().map(|slot| slot.span).collect(),
        holds,
        expired: read::holds(db, &expired).await?,
        same_uid: None,
        event,
    })
}

//! Events, bookings, holds and calendars from their rows, each in one statement or one snapshot.

use meetme_core::availability::{AsGuest, Holder, SlotInUse};
use meetme_core::booking::{Booking, Hold, Status, booking_of_uid};
use meetme_core::event::{Event, Visibility};
use meetme_core::id::{BookingId, EventId, HoldId, Slug, UserId, Username};
use meetme_core::time::{Instant, Span};
use meetme_core::window::Window;
use uuid::Uuid;

use super::db::{Db, Params, uuid};
use crate::store::busy::Busy;
use crate::store::row::{self, Columns, Offer, select_bookings, select_events, select_holds, window_columns};
use crate::store::value::{earliest_start, limit, seconds, visibility_word};
use crate::store::{EventFile, StoreError};

const OFFER_BY_ID: &str = select_events!("e.id = $1");

pub(super) async fn offer(db: &Db, id: EventId) -> Result<Option<Offer>, StoreError> {
    db.first(OFFER_BY_ID, &[&uuid(id.as_bytes())], row::offer).await
}

/// An event with its windows, by id.
pub(super) async fn file_by_id(db: &Db, id: EventId) -> Result<Option<EventFile>, StoreError> {
    file(db, OFFER_BY_ID, WINDOWS, &[&uuid(id.as_bytes())]).await
}

/// An event with its windows, by name.
pub(super) async fn file_by_name(db: &Db, owner: &Username, slug: &Slug) -> Result<Option<EventFile>, StoreError> {
    let offer = select_events!("e.host = (SELECT id FROM users WHERE username = $1) AND e.slug = $2");
    let windows = concat!(
        "SELECT ",
        window_columns!(),
        " FROM windows w JOIN events e ON e.id = w.event WHERE e.deleted_at IS NULL AND e.slug = $2",
        " AND e.host = (SELECT id FROM users WHERE username = $1) ORDER BY w.place"
    );
    file(db, offer, windows, &[&owner.as_str(), &slug.as_str()]).await
}

/// Two statements in one snapshot, sent together.
async fn file(db: &Db, offer: &str, windows: &str, params: Params<'_>) -> Result<Option<EventFile>, StoreError> {
    // What was prepared already would overtake what was not.
    db.prepare(offer).await?;
    db.prepare(windows).await?;
    let (begun, offer, windows, ended) = tokio::join!(
        biased;
        db.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        db.first(offer, params, row::offer),
        db.all(windows, params, row::window),
        db.batch("COMMIT"),
    );
    begun?;
    let (offer, windows) = (offer?, windows?);
    ended?;
    Ok(offer.map(|offer| EventFile { event: offer.event, windows, limits: offer.limits, host: offer.host }))
}

const WINDOWS: &str = concat!("SELECT ", window_columns!(), " FROM windows w WHERE w.event = $1 ORDER BY w.place");

/// An event's windows in the order in which they were added.
pub(super) async fn windows(db: &Db, event: EventId) -> Result<Vec<Window>, StoreError> {
    db.all(WINDOWS, &[&uuid(event.as_bytes())], row::window).await
}

/// A host's events by slug, all or those of one visibility.
pub(super) async fn events_of(
    db: &Db,
    host: UserId,
    only: Option<Visibility>,
    after: Option<&Slug>,
    most: usize,
) -> Result<Vec<Event>, StoreError> {
    let sql = select_events!(
        "e.host = $1 AND e.slug > $2 AND ($3::text IS NULL OR e.visibility = $3) ORDER BY e.slug LIMIT $4"
    );
    let (host, after, only) = (uuid(host.as_bytes()), after.map_or("", Slug::as_str), only.map(visibility_word));
    db.all(sql, &[&host, &after, &only, &limit(most)], |columns| Ok(row::offer(columns)?.event)).await
}

pub(super) async fn booking(db: &Db, id: BookingId) -> Result<Option<Booking>, StoreError> {
    db.first(select_bookings!("", "WHERE b.id = $1"), &[&uuid(id.as_bytes())], row::booking).await
}

/// The booking that a person's calendars show under a UID, rather one that is not cancelled. See [`Booking::uid_for`].
pub(super) async fn shown_as(
    db: &Db,
    person: UserId,
    uid: Option<&str>,
) -> Result<Option<(BookingId, Status)>, StoreError> {
    let sql = "SELECT id, status FROM bookings WHERE uid = $1 AND guest = $2 OR id = $3 AND host = $2 \
        ORDER BY status LIMIT 1";
    let named = uid.and_then(booking_of_uid).map(|id| uuid(id.as_bytes()));
    db.first(sql, &[&uid, &uuid(person.as_bytes()), &named], row::booking_status).await
}

/// Bookings of an event that are not cancelled and end after `now`.
pub(super) async fn ahead_of_event(
    db: &Db,
    host: UserId,
    event: EventId,
    now: Instant,
    most: usize,
) -> Result<Vec<Booking>, StoreError> {
    let sql = select_bookings!(
        "",
        "WHERE b.host = $1 AND b.start > $4 AND b.\"end\" > $3 AND b.event = $2 AND b.status <> 2 \
         ORDER BY b.start, b.id LIMIT $5"
    );
    let (host, event) = (uuid(host.as_bytes()), uuid(event.as_bytes()));
    db.all(sql, &[&host, &event, &seconds(now), &earliest_start(now), &limit(most)], row::booking).await
}

/// Bookings of a person, as host or guest, that are not cancelled and end after `now`.
pub(super) async fn ahead_of_person(
    db: &Db,
    person: UserId,
    now: Instant,
    most: usize,
) -> Result<Vec<Booking>, StoreError> {
    let as_host = select_bookings!(
        "",
        "WHERE b.host = $1 AND b.start > $3 AND b.\"end\" > $2 AND b.status <> 2 ORDER BY b.start, b.id LIMIT $4"
    );
    let as_guest = select_bookings!(
        "",
        "WHERE b.guest = $1 AND b.start > $3 AND b.\"end\" > $2 AND b.status <> 2 ORDER BY b.start, b.id LIMIT $4"
    );
    let params = (uuid(person.as_bytes()), seconds(now), earliest_start(now), limit(most));
    let params: Params<'_> = &[&params.0, &params.1, &params.2, &params.3];
    let (hosted, taken) =
        tokio::try_join!(db.all(as_host, params, row::booking), db.all(as_guest, params, row::booking))?;
    Ok(hosted.into_iter().chain(taken).take(most).collect())
}

/// How many there are of these in all.
pub(super) async fn count_ahead_of_person(db: &Db, person: UserId, now: Instant) -> Result<usize, StoreError> {
    let sql = "SELECT (SELECT count(*) FROM bookings WHERE host = $1 AND start > $3 AND \"end\" > $2 AND status <> 2) \
        + (SELECT count(*) FROM bookings WHERE guest = $1 AND start > $3 AND \"end\" > $2 AND status <> 2)";
    let params: Params<'_> = &[&uuid(person.as_bytes()), &seconds(now), &earliest_start(now)];
    Ok(db.first(sql, params, |row| row.small()).await?.unwrap_or(0))
}

pub(super) async fn hold(db: &Db, id: HoldId) -> Result<Option<Hold>, StoreError> {
    db.first(select_holds!("id = $1"), &[&uuid(id.as_bytes())], row::hold).await
}

/// These holds, as far as they are there.
pub(super) async fn holds(db: &Db, ids: &[HoldId]) -> Result<Vec<Hold>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = ids.iter().map(|id| uuid(id.as_bytes())).collect();
    db.all(select_holds!("id = ANY($1) ORDER BY id"), &[&ids], row::hold).await
}

/// A guest's holds that have not expired.
pub(super) async fn holds_of_guest(db: &Db, guest: UserId, now: Instant) -> Result<Vec<Hold>, StoreError> {
    let sql = select_holds!("guest = $1 AND expires_at > $2 ORDER BY id");
    db.all(sql, &[&uuid(guest.as_bytes()), &seconds(now)], row::hold).await
}

/// All holds on an event, expired or not.
pub(super) async fn holds_of_event(db: &Db, host: UserId, event: EventId) -> Result<Vec<Hold>, StoreError> {
    let params = (uuid(host.as_bytes()), uuid(event.as_bytes()));
    db.all(select_holds!("host = $1 AND event = $2 ORDER BY id"), &[&params.0, &params.1], row::hold).await
}

/// A person's own holds and those on their events, expired or not.
pub(super) async fn holds_around(db: &Db, person: UserId) -> Result<Vec<Hold>, StoreError> {
    db.all(select_holds!("host = $1 OR guest = $1 ORDER BY id"), &[&uuid(person.as_bytes())], row::hold).await
}

/// Everything of a person's that overlaps `span`, what they booked "anyway" at the end. Slots in use
/// bring their expired holds along, one row for each.
const CALENDAR: &str = "(SELECT o.start, o.\"end\", o.event, o.holder, o.held_until, o.booked, o.held, \
    e.buffer_before, e.buffer_after, s.holder FROM occupancy o JOIN events e ON e.id = o.event \
    LEFT JOIN seats s ON o.held > 0 AND s.person = o.person AND s.start = o.start AND s.held_until <= $5 \
    WHERE o.person = $1 AND o.start > $4 AND o.start < $3 AND o.\"end\" > $2 ORDER BY 1) \
    UNION ALL (SELECT start, \"end\", event, id, NULL, 0, 0, 0, 0, NULL FROM bookings \
    WHERE guest = $1 AND allow_overlap AND status <> 2 AND start > $4 AND start < $3 AND \"end\" > $2 ORDER BY 1)";

/// A person's time around a span.
pub(super) async fn calendar(db: &Db, person: UserId, span: Span, now: Instant) -> Result<Busy, StoreError> {
    let (start, end) = (seconds(span.start()), seconds(span.end()));
    let earliest = earliest_start(span.start());
    let mut busy = Busy::default();
    let params: Params<'_> = &[&uuid(person.as_bytes()), &start, &end, &earliest, &seconds(now)];
    db.all(CALENDAR, params, |row| take_row(&mut busy, row, now)).await?;
    busy.calendar.in_use.retain(|slot| slot.booked + slot.held > 0);
    Ok(busy)
}

/// Puts a row where it belongs.
fn take_row(busy: &mut Busy, row: &mut dyn Columns, now: Instant) -> Result<(), StoreError> {
    let (span, event) = (row.span()?, row.id(EventId::from_bytes)?);
    let (holder, held_until) = (row.id_or_none(|id| id)?, row.instant_or_none()?);
    let (booked, held) = (row.small()?, row.small::<u32>()?);
    let (buffer_before, buffer_after) = (row.minutes()?, row.minutes()?);
    let expired = row.id_or_none(HoldId::from_bytes)?;
    match (holder, held_until) {
        (Some(hold), Some(end)) if end <= now => busy.expired.push((HoldId::from_bytes(hold), span)),
        (Some(hold), Some(_)) => {
            busy.calendar.as_guest.push(AsGuest { event, span, holder: Holder::Hold(HoldId::from_bytes(hold)) });
        }
        (Some(id), None) => {
            busy.calendar.as_guest.push(AsGuest { event, span, holder: Holder::Booking(BookingId::from_bytes(id)) });
        }
        (None, _) => {
            // Further rows of a slot are about further expired holds in it.
            if busy.calendar.in_use.last().is_none_or(|last| last.span != span) {
                let slot = SlotInUse { event, span, buffer_before, buffer_after, booked, held };
                busy.calendar.in_use.push(slot);
            }
            if let (Some(hold), Some(slot)) = (expired, busy.calendar.in_use.last_mut()) {
                slot.held = slot.held.saturating_sub(1);
                busy.expired.push((hold, span));
            }
        }
    }
    Ok(())
}

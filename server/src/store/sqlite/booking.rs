//! Bookings and holds as rows.

use meetme_core::booking::{Booking, Hold, Status, booking_of_uid};
use meetme_core::id::{BookingId, EventId, HoldId, UserId};
use meetme_core::time::Instant;
use rusqlite::{Connection, named_params};

use super::value::{all, first, limit, run_one, seconds};
use crate::store::row::{self, Place, select_bookings, select_holds};
use crate::store::value::{earliest_start, status_number, to_json};
use crate::store::{ChangeError, StoreError};

pub(super) fn by_id(conn: &Connection, id: BookingId) -> Result<Option<Booking>, StoreError> {
    first(conn, select_bookings!("", "WHERE b.id = ?1"), [id.as_bytes()], row::booking)
}

/// The booking that a person's calendars show under a UID, rather one that is not cancelled. See [`Booking::uid_for`].
pub(super) fn shown_as(
    conn: &Connection,
    person: UserId,
    uid: &str,
) -> Result<Option<(BookingId, Status)>, StoreError> {
    let named = booking_of_uid(uid);
    let params = (uid, person.as_bytes(), named.as_ref().map(BookingId::as_bytes));
    first(conn, SHOWN_AS, params, row::booking_status)
}

const SHOWN_AS: &str = "SELECT id, status FROM bookings WHERE uid = ?1 AND guest = ?2 OR id = ?3 AND host = ?2 \
    ORDER BY status LIMIT 1";

/// Where a booking stands in the tables now.
pub(super) fn place(conn: &Connection, id: BookingId) -> Result<Option<Place>, StoreError> {
    first(conn, "SELECT start, end, status, allow_overlap FROM bookings WHERE id = ?1", [id.as_bytes()], Place::of)
}

/// Bookings of an event that are not cancelled and end after `now`.
pub(super) fn ahead_of_event(
    conn: &Connection,
    host: UserId,
    event: EventId,
    now: Instant,
    most: usize,
) -> Result<Vec<Booking>, StoreError> {
    let sql = select_bookings!(
        "",
        "WHERE b.host = ?1 AND b.start > ?4 AND b.end > ?3 AND b.event = ?2 AND b.status <> 2 \
         ORDER BY b.start, b.id LIMIT ?5"
    );
    let params = (host.as_bytes(), event.as_bytes(), seconds(now), earliest_start(now), limit(most));
    all(conn, sql, params, row::booking)
}

/// Bookings of a person, as host or guest, that are not cancelled and end after `now`.
pub(super) fn ahead_of_person(
    conn: &Connection,
    person: UserId,
    now: Instant,
    most: usize,
) -> Result<Vec<Booking>, StoreError> {
    let params = (person.as_bytes(), seconds(now), earliest_start(now), limit(most));
    let sql = select_bookings!(
        "",
        "WHERE b.host = ?1 AND b.start > ?3 AND b.end > ?2 AND b.status <> 2 ORDER BY b.start, b.id LIMIT ?4"
    );
    let mut ahead = all(conn, sql, params, row::booking)?;
    let sql = select_bookings!(
        "",
        "WHERE b.guest = ?1 AND b.start > ?3 AND b.end > ?2 AND b.status <> 2 ORDER BY b.start, b.id LIMIT ?4"
    );
    ahead.extend(all(conn, sql, params, row::booking)?);
    ahead.truncate(most);
    Ok(ahead)
}

/// How many there are of these in all.
pub(super) fn count_ahead_of_person(conn: &Connection, person: UserId, now: Instant) -> Result<usize, StoreError> {
    let sql = "SELECT (SELECT count(*) FROM bookings WHERE host = ?1 AND start > ?3 AND end > ?2 AND status <> 2) \
        + (SELECT count(*) FROM bookings WHERE guest = ?1 AND start > ?3 AND end > ?2 AND status <> 2)";
    let params = (person.as_bytes(), seconds(now), earliest_start(now));
    Ok(first(conn, sql, params, |row| row.small())?.unwrap_or(0))
}

pub(super) fn insert(conn: &Connection, booking: &Booking) -> Result<(), ChangeError> {
    let sql = "INSERT INTO bookings (id, event, host, guest, start, end, status, allow_overlap, sequence, lapses_at, \
        created_at, updated_at, uid, note, answers) VALUES (:id, :event, :host, :guest, :start, :end, :status, \
        :allow_overlap, :sequence, :lapses_at, :created_at, :updated_at, :uid, :note, :answers)";
    write(conn, sql, booking)
}

pub(super) fn update(conn: &Connection, booking: &Booking) -> Result<(), ChangeError> {
    let sql = "UPDATE bookings SET start = :start, end = :end, status = :status, allow_overlap = :allow_overlap, \
        sequence = :sequence, lapses_at = :lapses_at, created_at = :created_at, updated_at = :updated_at, \
        uid = :uid, note = :note, answers = :answers \
        WHERE id = :id AND event = :event AND host = :host AND guest = :guest";
    write(conn, sql, booking)
}

fn write(conn: &Connection, sql: &str, booking: &Booking) -> Result<(), ChangeError> {
    let answers = match booking.answers.as_slice() {
        [] => None,
        answers => Some(to_json(answers)?),
    };
    let params = named_params! {
        ":id": booking.id.as_bytes(),
        ":event": booking.event.as_bytes(),
        ":host": booking.host.as_bytes(),
        ":guest": booking.guest.as_bytes(),
        ":start": seconds(booking.span.start()),
        ":end": seconds(booking.span.end()),
        ":status": status_number(booking.status),
        ":allow_overlap": booking.allow_overlap,
        ":sequence": booking.sequence,
        ":lapses_at": booking.lapses_at.map(seconds),
        ":created_at": seconds(booking.created_at),
        ":updated_at": seconds(booking.updated_at),
        ":uid": booking.uid,
        ":note": booking.note,
        ":answers": answers,
    };
    Ok(run_one(conn, "booking", sql, params)?)
}

pub(super) fn hold_by_id(conn: &Connection, id: HoldId) -> Result<Option<Hold>, StoreError> {
    first(conn, select_holds!("id = ?1"), [id.as_bytes()], row::hold)
}

/// A guest's holds that have not expired.
pub(super) fn holds_of_guest(conn: &Connection, guest: UserId, now: Instant) -> Result<Vec<Hold>, StoreError> {
    let sql = select_holds!("guest = ?1 AND expires_at > ?2 ORDER BY id");
    all(conn, sql, (guest.as_bytes(), seconds(now)), row::hold)
}

/// All holds on an event, expired or not.
pub(super) fn holds_of_event(conn: &Connection, host: UserId, event: EventId) -> Result<Vec<Hold>, StoreError> {
    all(conn, select_holds!("host = ?1 AND event = ?2 ORDER BY id"), (host.as_bytes(), event.as_bytes()), row::hold)
}

/// A person's own holds and those on their events, expired or not.
pub(super) fn holds_around(conn: &Connection, person: UserId) -> Result<Vec<Hold>, StoreError> {
    all(conn, select_holds!("host = ?1 OR guest = ?1 ORDER BY id"), [person.as_bytes()], row::hold)
}

pub(super) fn insert_hold(conn: &Connection, hold: &Hold) -> Result<(), ChangeError> {
    let sql = "INSERT INTO holds (id, event, host, guest, start, end, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let params = (
        hold.id.as_bytes(),
        hold.event.as_bytes(),
        hold.host.as_bytes(),
        hold.guest.as_bytes(),
        seconds(hold.span.start()),
        seconds(hold.span.end()),
        seconds(hold.expires_at),
    );
    Ok(run_one(conn, "hold", sql, params)?)
}

pub(super) fn delete_hold(conn: &Connection, hold: HoldId) -> Result<(), ChangeError> {
    Ok(run_one(conn, "hold", "DELETE FROM holds WHERE id = ?1", [hold.as_bytes()])?)
}

//! Who is busy when: the rows that make an overlap impossible.

use meetme_core::id::{EventId, UserId};
use meetme_core::time::{Instant, Span};
use rusqlite::Connection;

use super::fault::is_overlap;
use super::value::{all, broken, first, run, run_one, seconds};
use crate::store::steps::Seat;
use crate::store::{ChangeError, StoreError};

/// A stretch of a person's time that is not free.
pub(super) struct Row {
    pub(super) span: Span,
    pub(super) event: EventId,
    pub(super) what: What,
}

pub(super) enum What {
    /// A slot of their own with so many seats booked, and held by holds that may have expired.
    Host { booked: u32, held: u32 },
    /// A seat as a guest; of a hold, when that ends by itself.
    Guest { holder: [u8; 16], held_until: Option<Instant> },
}

/// A person's rows that overlap `span`, in order.
pub(super) fn rows(conn: &Connection, person: UserId, span: Span) -> Result<Vec<Row>, StoreError> {
    // Rows do not overlap, so only the last one that starts before the span can reach into it.
    let sql = "SELECT start, end, event, holder, held_until, booked, held FROM occupancy \
        WHERE person = ?1 AND start < ?3 AND end > ?2 AND start >= coalesce(\
        (SELECT start FROM occupancy WHERE person = ?1 AND start <= ?2 ORDER BY start DESC LIMIT 1), ?2) \
        ORDER BY start";
    let params = (person.as_bytes(), seconds(span.start()), seconds(span.end()));
    all(conn, sql, params, |row| {
        let (span, event) = (row.span()?, row.id(EventId::from_bytes)?);
        let (holder, held_until) = (row.id_or_none(|id| id)?, row.instant_or_none()?);
        let (booked, held) = (row.small()?, row.small()?);
        let what = match holder {
            Some(holder) => What::Guest { holder, held_until },
            None => What::Host { booked, held },
        };
        Ok(Row { span, event, what })
    })
}

/// The holds that sit in a slot of this host, with their ends.
pub(super) fn held_seats(
    conn: &Connection,
    host: UserId,
    start: Instant,
) -> Result<Vec<([u8; 16], Instant)>, StoreError> {
    let sql = "SELECT holder, held_until FROM seats WHERE person = ?1 AND start = ?2 AND held_until IS NOT NULL";
    all(conn, sql, (host.as_bytes(), seconds(start)), |row| Ok((row.id(|id| id)?, row.instant()?)))
}

/// Takes the seat for both persons.
pub(super) fn take(conn: &Connection, seat: &Seat, span: Span) -> Result<(), ChangeError> {
    take_of_host(conn, seat, span)?;
    if seat.anyway {
        return Ok(());
    }
    let sql = "INSERT INTO occupancy (person, start, end, event, holder, held_until) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let params = (
        seat.guest.as_bytes(),
        seconds(span.start()),
        seconds(span.end()),
        seat.event.as_bytes(),
        seat.holder_bytes(),
        seat.held_until.map(seconds),
    );
    run(conn, sql, params).map_err(|error| overlap_of(seat.guest, error))?;
    Ok(())
}

/// Gives the seat back for both persons.
pub(super) fn free(conn: &Connection, seat: &Seat, span: Span) -> Result<(), ChangeError> {
    free_of_host(conn, seat, span)?;
    if seat.anyway {
        return Ok(());
    }
    let sql = "DELETE FROM occupancy WHERE person = ?1 AND start = ?2 AND holder = ?3";
    let params = (seat.guest.as_bytes(), seconds(span.start()), seat.holder_bytes());
    Ok(run_one(conn, "the guest's time", sql, params)?)
}

/// Gives the seat in `from` back and takes one in `to`.
pub(super) fn shift(conn: &Connection, seat: &Seat, from: Span, to: Span) -> Result<(), ChangeError> {
    free_of_host(conn, seat, from)?;
    take_of_host(conn, seat, to)?;
    if seat.anyway {
        return Ok(());
    }
    let sql = "UPDATE occupancy SET start = ?4, end = ?5 WHERE person = ?1 AND start = ?2 AND holder = ?3";
    let params =
        (seat.guest.as_bytes(), seconds(from.start()), seat.holder_bytes(), seconds(to.start()), seconds(to.end()));
    match run(conn, sql, params).map_err(|error| overlap_of(seat.guest, error))? {
        1 => Ok(()),
        rows => Err(broken("the guest's time", format!("moved {rows} rows instead of one")).into()),
    }
}

/// The first seat of a slot takes the host's time, each further one only a free seat in it.
fn take_of_host(conn: &Connection, seat: &Seat, span: Span) -> Result<(), ChangeError> {
    let start = seconds(span.start());
    let sql = "SELECT o.end, o.event, o.holder IS NULL, e.seats FROM occupancy o JOIN events e ON e.id = o.event \
        WHERE o.person = ?1 AND o.start = ?2";
    let there = first(conn, sql, (seat.host.as_bytes(), start), |row| {
        let same_end = row.int()? == seconds(span.end());
        let same_event = row.id(EventId::from_bytes)? == seat.event;
        let is_host = row.flag()?;
        Ok((same_end && same_event && is_host).then_some(row.int()?))
    })?;
    let number = match there {
        None => open_slot(conn, seat, span)?,
        Some(Some(seats)) => lowest_free(conn, seat, start, seats)?,
        Some(None) => return Err(ChangeError::Overlap { person: seat.host }),
    };
    let sql = "INSERT INTO seats (person, start, seat, holder, held_until) VALUES (?1, ?2, ?3, ?4, ?5)";
    let params = (seat.host.as_bytes(), start, number, seat.holder_bytes(), seat.held_until.map(seconds));
    run(conn, sql, params)?;
    Ok(())
}

fn open_slot(conn: &Connection, seat: &Seat, span: Span) -> Result<i64, ChangeError> {
    let (booked, held) = seat.counts();
    let sql = "INSERT INTO occupancy (person, start, end, event, booked, held) VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let params =
        (seat.host.as_bytes(), seconds(span.start()), seconds(span.end()), seat.event.as_bytes(), booked, held);
    run(conn, sql, params).map_err(|error| overlap_of(seat.host, error))?;
    Ok(1)
}

/// Counts one more seat of a slot in use and finds its number.
fn lowest_free(conn: &Connection, seat: &Seat, start: i64, seats: i64) -> Result<i64, ChangeError> {
    let sql = "SELECT min(n) FROM (SELECT 1 AS n WHERE NOT EXISTS \
        (SELECT 1 FROM seats WHERE person = ?1 AND start = ?2 AND seat = 1) \
        UNION ALL SELECT seat + 1 FROM seats s WHERE person = ?1 AND start = ?2 AND NOT EXISTS \
        (SELECT 1 FROM seats WHERE person = ?1 AND start = ?2 AND seat = s.seat + 1))";
    let number = first(conn, sql, (seat.host.as_bytes(), start), |row| row.int())?.unwrap_or(1);
    if number > seats {
        return Err(ChangeError::Overlap { person: seat.host });
    }
    let (booked, held) = seat.counts();
    count(conn, seat, start, booked, held)?;
    Ok(number)
}

fn free_of_host(conn: &Connection, seat: &Seat, span: Span) -> Result<(), ChangeError> {
    let start = seconds(span.start());
    let sql = "DELETE FROM seats WHERE person = ?1 AND start = ?2 AND holder = ?3";
    run_one(conn, "the host's seat", sql, (seat.host.as_bytes(), start, seat.holder_bytes()))?;
    let last = "DELETE FROM occupancy WHERE person = ?1 AND start = ?2 AND booked + held = 1";
    if run(conn, last, (seat.host.as_bytes(), start))? == 1 {
        return Ok(());
    }
    let (booked, held) = seat.counts();
    count(conn, seat, start, -booked, -held)
}

fn count(conn: &Connection, seat: &Seat, start: i64, booked: i64, held: i64) -> Result<(), ChangeError> {
    let sql = "UPDATE occupancy SET booked = booked + ?3, held = held + ?4 WHERE person = ?1 AND start = ?2";
    Ok(run_one(conn, "the host's slot", sql, (seat.host.as_bytes(), start, booked, held))?)
}

fn overlap_of(person: UserId, error: rusqlite::Error) -> ChangeError {
    if is_overlap(&error) { ChangeError::Overlap { person } } else { error.into() }
}

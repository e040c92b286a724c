//! A person's time, as rules and readers want it.

use std::collections::HashMap;

use meetme_core::availability::{AsGuest, Holder, SlotInUse};
use meetme_core::id::{BookingId, EventId, HoldId, UserId};
use meetme_core::time::{Instant, Minutes, Span};
use rusqlite::Connection;

use super::event;
use super::occupancy::{self, What};
use super::value::{all, seconds};
use crate::store::StoreError;
use crate::store::busy::Busy;
use crate::store::value::earliest_start;

/// Everything that overlaps `span` but bookings "anyway".
pub(super) fn busy(conn: &Connection, person: UserId, span: Span, now: Instant) -> Result<Busy, StoreError> {
    let mut busy = Busy::default();
    let mut buffers = HashMap::new();
    for row in occupancy::rows(conn, person, span)? {
        match row.what {
            What::Guest { holder, held_until: Some(end) } if end <= now => {
                busy.expired.push((HoldId::from_bytes(holder), row.span));
            }
            What::Guest { holder, held_until } => {
                let holder = match held_until {
                    Some(_) => Holder::Hold(HoldId::from_bytes(holder)),
                    None => Holder::Booking(BookingId::from_bytes(holder)),
                };
                busy.calendar.as_guest.push(AsGuest { event: row.event, span: row.span, holder });
            }
            What::Host { booked, held } => {
                let held = if held == 0 { 0 } else { sort_holds(conn, &mut busy, person, row.span, now)? };
                if booked + held > 0 {
                    let (buffer_before, buffer_after) = buffers_of(conn, &mut buffers, row.event)?;
                    let (event, span) = (row.event, row.span);
                    busy.calendar.in_use.push(SlotInUse { event, span, buffer_before, buffer_after, booked, held });
                }
            }
        }
    }
    Ok(busy)
}

/// Counts the holds in a slot that have not expired; keeps the others.
fn sort_holds(conn: &Connection, busy: &mut Busy, host: UserId, slot: Span, now: Instant) -> Result<u32, StoreError> {
    let mut held = 0;
    for (hold, end) in occupancy::held_seats(conn, host, slot.start())? {
        if end <= now {
            busy.expired.push((HoldId::from_bytes(hold), slot));
        } else {
            held += 1;
        }
    }
    Ok(held)
}

fn buffers_of(
    conn: &Connection,
    known: &mut HashMap<EventId, (Minutes, Minutes)>,
    event: EventId,
) -> Result<(Minutes, Minutes), StoreError> {
    if let Some(buffers) = known.get(&event) {
        return Ok(*buffers);
    }
    let buffers = event::buffers(conn, event)?;
    known.insert(event, buffers);
    Ok(buffers)
}

/// The whole of a person's calendar: [`busy`] and what they booked "anyway".
pub(super) fn whole(conn: &Connection, person: UserId, span: Span, now: Instant) -> Result<Busy, StoreError> {
    let mut busy = busy(conn, person, span, now)?;
    let sql = "SELECT event, start, end, id FROM bookings INDEXED BY bookings_anyway \
        WHERE guest = ?1 AND allow_overlap = 1 AND status <> 2 AND start > ?4 AND start < ?3 AND end > ?2 \
        ORDER BY start";
    let params = (person.as_bytes(), seconds(span.start()), seconds(span.end()), earliest_start(span.start()));
    let anyway = all(conn, sql, params, |row| {
        Ok(AsGuest {
            event: row.id(EventId::from_bytes)?,
            span: row.span()?,
            holder: Holder::Booking(row.id(BookingId::from_bytes)?),
        })
    })?;
    busy.calendar.as_guest.extend(anyway);
    Ok(busy)
}

//! Changes as rows: what a rule decided is written down, and every person concerned learns of it.

use std::collections::BTreeMap;

use meetme_core::availability::Holder;
use meetme_core::booking::{Booking, Hold, Status};
use meetme_core::change::Change;
use meetme_core::cursor::Seq;
use meetme_core::id::{BookingId, UserId};
use meetme_core::time::{Instant, Span};
use rusqlite::Connection;

use super::occupancy::Seat;
use super::value::broken;
use super::{account, booking, event, log};
use crate::store::ChangeError;

/// Applies the changes in their order and appends each to its persons' logs; where those end then.
pub(super) fn apply(conn: &Connection, changes: &[Change], now: Instant) -> Result<Vec<(UserId, Seq)>, ChangeError> {
    let mut heads = BTreeMap::new();
    for change in changes {
        write(conn, change, now)?;
        let news = change.news();
        for person in change.persons() {
            heads.insert(person, log::append(conn, person, now, &news)?);
        }
    }
    Ok(heads.into_iter().collect())
}

fn write(conn: &Connection, change: &Change, now: Instant) -> Result<(), ChangeError> {
    match change {
        Change::EventCreated { event } => event::create(conn, event),
        Change::EventChanged { event } => event::update(conn, event),
        Change::WindowsChanged { event, put, removed } => {
            event::update(conn, event)?;
            removed.iter().try_for_each(|id| event::remove_window(conn, event.id, *id))?;
            put.iter().try_for_each(|window| event::put_window(conn, event.id, window))
        }
        Change::EventDeleted { event } => event::delete(conn, event, now),
        Change::Held { hold } => {
            booking::insert_hold(conn, hold)?;
            seat_of_hold(hold).take(conn, hold.span)
        }
        Change::Released { hold, .. } => {
            booking::delete_hold(conn, hold.id)?;
            seat_of_hold(hold).free(conn, hold.span)
        }
        Change::Booked { booking } => {
            booking::insert(conn, booking)?;
            seat_of_booking(booking).take(conn, booking.span)
        }
        Change::Confirmed { booking } => {
            stands(conn, booking.id, booking.span, booking.allow_overlap)?;
            booking::update(conn, booking)
        }
        Change::Declined { booking } | Change::Cancelled { booking, .. } => {
            stands(conn, booking.id, booking.span, booking.allow_overlap)?;
            booking::update(conn, booking)?;
            seat_of_booking(booking).free(conn, booking.span)
        }
        Change::Rescheduled { booking, from } => {
            stands(conn, booking.id, *from, booking.allow_overlap)?;
            booking::update(conn, booking)?;
            seat_of_booking(booking).shift(conn, *from, booking.span)
        }
        Change::AccountDeleted { user } => account::wipe(conn, *user, now),
        Change::LimitsChanged { .. } | Change::CredentialsChanged { .. } => Ok(()),
    }
}

/// The booking sits where the rule saw it and has not ended.
fn stands(conn: &Connection, id: BookingId, span: Span, anyway: bool) -> Result<(), ChangeError> {
    let place = booking::place(conn, id)?.ok_or(ChangeError::NotFound)?;
    if place.status != Status::Cancelled && place.span == span && place.allow_overlap == anyway {
        return Ok(());
    }
    Err(broken("booking", "a rule changed one that had ended or was elsewhere").into())
}

fn seat_of_booking(booking: &Booking) -> Seat {
    Seat {
        event: booking.event,
        host: booking.host,
        guest: booking.guest,
        holder: Holder::Booking(booking.id),
        held_until: None,
        anyway: booking.allow_overlap,
    }
}

fn seat_of_hold(hold: &Hold) -> Seat {
    Seat {
        event: hold.event,
        host: hold.host,
        guest: hold.guest,
        holder: Holder::Hold(hold.id),
        held_until: Some(hold.expires_at),
        anyway: false,
    }
}

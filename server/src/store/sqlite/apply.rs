//! Changes as rows: what a rule decided is written down, and every person concerned learns of it.

use std::collections::BTreeMap;

use meetme_core::change::Change;
use meetme_core::cursor::Seq;
use meetme_core::id::UserId;
use meetme_core::time::Instant;
use rusqlite::Connection;

use super::{account, booking, entries, event, log, occupancy, properties};
use crate::store::ChangeError;
use crate::store::steps::{self, Step};

/// Applies the changes in their order and appends each to its persons' logs; where those end then.
pub(super) fn apply(conn: &Connection, changes: &[Change], now: Instant) -> Result<Vec<(UserId, Seq)>, ChangeError> {
    let mut heads = BTreeMap::new();
    for change in changes {
        steps::of(change).into_iter().try_for_each(|step| take(conn, &step, now))?;
        let news = change.news();
        for person in change.persons() {
            heads.insert(person, log::append(conn, person, now, &news)?);
        }
    }
    Ok(heads.into_iter().collect())
}

fn take(conn: &Connection, step: &Step<'_>, now: Instant) -> Result<(), ChangeError> {
    match step {
        Step::CreateEvent(new) => event::create(conn, new),
        Step::UpdateEvent(changed) => event::update(conn, changed),
        Step::DeleteEvent(gone) => event::delete(conn, gone, now),
        Step::PutWindow(event, window) => event::put_window(conn, *event, window),
        Step::RemoveWindow(event, window) => event::remove_window(conn, *event, *window),
        Step::InsertHold(hold) => booking::insert_hold(conn, hold),
        Step::DeleteHold(hold) => booking::delete_hold(conn, *hold),
        Step::InsertBooking(new) => booking::insert(conn, new),
        Step::UpdateBooking(changed) => booking::update(conn, changed),
        Step::Stands(id, span, anyway) => {
            let place = booking::place(conn, *id)?.ok_or(ChangeError::NotFound)?;
            Ok(place.stands(*span, *anyway)?)
        }
        Step::Take(seat, span) => occupancy::take(conn, seat, *span),
        Step::Free(seat, span) => occupancy::free(conn, seat, *span),
        Step::Shift(seat, from, to) => occupancy::shift(conn, seat, *from, *to),
        Step::PutProfile(user, profile) => account::put_profile(conn, *user, profile, now),
        Step::SetPassword(user, hash, kept) => account::set_password(conn, *user, hash, *kept),
        Step::Switch(user, disabled_at) => account::switch(conn, *user, *disabled_at),
        Step::Wipe(user) => account::wipe(conn, *user, now),
        Step::PutCollection(collection) => entries::put_collection(conn, collection),
        Step::DeleteCollection(collection) => entries::delete_collection(conn, collection),
        Step::PutEntry(owner, entry) => entries::put(conn, *owner, entry),
        Step::RemoveEntry(owner, collection, name) => entries::remove(conn, *owner, *collection, name, now),
        Step::ExtendEntry(owner, entry) => entries::extend(conn, *owner, entry),
        Step::SetProperty(owner, place, name, value) => properties::set(conn, *owner, place, name, *value),
        Step::CountProperties(owner, place) => properties::count(conn, *owner, place),
        Step::DropProperties(owner, place) => properties::forget(conn, *owner, place),
        Step::MoveProperties(owner, from, to) => properties::rename(conn, *owner, from, to),
    }
}

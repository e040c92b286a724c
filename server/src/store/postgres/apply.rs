//! Changes as statements: what a rule decided is written down, and every person concerned learns of it.

use std::collections::BTreeMap;

use meetme_core::booking::{Booking, Hold};
use meetme_core::change::Change;
use meetme_core::cursor::Seq;
use meetme_core::event::Event;
use meetme_core::id::{EventId, UserId, WindowId};
use meetme_core::recurrence::Rule;
use meetme_core::time::{Instant, Span};
use meetme_core::window::Window;

use super::db::{Db, uuid};
use super::flight::{Expect, Flight, Value, values};
use super::{account, answers, entries, log, properties};
use crate::store::steps::{self, Seat, Step};
use crate::store::value::{
    DELETED_NAME, broken, seconds, status_number, to_json, visibility_word, wall_lines, wall_text,
};
use crate::store::{ChangeError, IdempotencyKey, StoreError};

/// Applies the changes in their order, appends each to its persons' logs and keeps the answer under
/// the key; where the logs end then.
pub(super) async fn apply(
    db: &Db,
    changes: &[Change],
    answer: Option<(&IdempotencyKey, &[u8])>,
    now: Instant,
) -> Result<Vec<(UserId, Seq)>, ChangeError> {
    let mut flight = Flight::default();
    for change in changes {
        for step in steps::of(change) {
            write(&mut flight, &step, now)?;
        }
        let news = change.news();
        for person in change.persons() {
            log::append(&mut flight, person, now, &news);
        }
    }
    if let Some((key, answer)) = answer {
        answers::keep(&mut flight, key, answer, now);
    }
    let heads: BTreeMap<UserId, Seq> = flight.run(db).await?.into_iter().collect();
    Ok(heads.into_iter().collect())
}

fn write(flight: &mut Flight, step: &Step<'_>, now: Instant) -> Result<(), StoreError> {
    match step {
        Step::CreateEvent(event) => create_event(flight, event)?,
        Step::UpdateEvent(event) => update_event(flight, event)?,
        Step::DeleteEvent(event) => delete_event(flight, event, now),
        Step::PutWindow(event, window) => put_window(flight, *event, window),
        Step::RemoveWindow(event, window) => remove_window(flight, *event, *window),
        Step::InsertHold(hold) => insert_hold(flight, hold),
        Step::DeleteHold(hold) => {
            let sql = "DELETE FROM holds WHERE id = $1 RETURNING 1";
            flight.add(sql, values![uuid(hold.as_bytes())], Expect::One("hold"));
        }
        Step::InsertBooking(booking) => flight.add(INSERT_BOOKING, booking_values(booking)?, Expect::One("booking")),
        Step::UpdateBooking(booking) => flight.add(UPDATE_BOOKING, booking_values(booking)?, Expect::One("booking")),
        Step::Stands(id, span, anyway) => {
            let sql = "SELECT start, \"end\", status, allow_overlap FROM bookings WHERE id = $1";
            flight.add(sql, values![uuid(id.as_bytes())], Expect::Stands { span: *span, anyway: *anyway });
        }
        Step::Take(seat, span) => take(flight, seat, *span),
        Step::Free(seat, span) => free(flight, seat, *span),
        Step::Shift(seat, from, to) => shift(flight, seat, *from, *to),
        Step::PutProfile(user, profile) => account::put_profile(flight, *user, profile, now),
        Step::SetPassword(user, hash, kept) => account::set_password(flight, *user, hash, *kept),
        Step::Switch(user, disabled_at) => switch(flight, *user, *disabled_at),
        Step::Wipe(user) => wipe(flight, *user, now),
        Step::PutCollection(collection) => entries::put_collection(flight, collection),
        Step::DeleteCollection(collection) => entries::delete_collection(flight, collection),
        Step::PutEntry(owner, entry) => entries::put(flight, *owner, entry),
        Step::RemoveEntry(owner, collection, name) => entries::remove(flight, *owner, *collection, name, now),
        Step::ExtendEntry(owner, entry) => entries::extend(flight, *owner, entry),
        Step::SetProperty(owner, place, name, value) => properties::set(flight, *owner, place, name, *value),
        Step::CountProperties(owner, place) => properties::count(flight, *owner, place),
        Step::DropProperties(owner, place) => properties::forget(flight, *owner, (*place).to_owned()),
        Step::MoveProperties(owner, from, to) => properties::rename(flight, *owner, from, to),
    }
    Ok(())
}

fn create_event(flight: &mut Flight, event: &Event) -> Result<(), StoreError> {
    let sql = "INSERT INTO events (id, host, slug, version, updated_at, zone, first_day, last_day, slot_length, step, \
        buffer_before, buffer_after, notice, horizon_days, max_per_day, max_per_week, seats, visibility, \
        needs_confirmation, call_opens, call_closes, title, invited, questions, location, description) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, \
        $23, $24, $25, $26) RETURNING 1";
    flight.add(sql, event_values(event)?, Expect::Event { slug: event.slug.to_string() });
    widen(flight, event.host);
    Ok(())
}

fn update_event(flight: &mut Flight, event: &Event) -> Result<(), StoreError> {
    let sql = "UPDATE events SET slug = $3, version = $4, updated_at = $5, zone = $6, first_day = $7, last_day = $8, \
        slot_length = $9, step = $10, buffer_before = $11, buffer_after = $12, notice = $13, horizon_days = $14, \
        max_per_day = $15, max_per_week = $16, seats = $17, visibility = $18, needs_confirmation = $19, \
        call_opens = $20, call_closes = $21, title = $22, invited = $23, questions = $24, location = $25, \
        description = $26 WHERE id = $1 AND host = $2 AND version = $4::bigint - 1 AND deleted_at IS NULL RETURNING 1";
    flight.add(sql, event_values(event)?, Expect::Event { slug: event.slug.to_string() });
    widen(flight, event.host);
    Ok(())
}

fn event_values(event: &Event) -> Result<Vec<Value>, StoreError> {
    Ok(values![
        uuid(event.id.as_bytes()),
        uuid(event.host.as_bytes()),
        event.slug.to_string(),
        i64::try_from(event.version).map_err(|error| broken("version", error))?,
        seconds(event.updated_at),
        event.zone.name(),
        event.first_day.to_string(),
        event.last_day.map(|day| day.to_string()),
        i64::from(event.slot_length.0),
        i64::from(event.step.0),
        i64::from(event.buffer_before.0),
        i64::from(event.buffer_after.0),
        i64::from(event.notice.0),
        event.horizon_days.map(i64::from),
        event.max_per_day.map(i64::from),
        event.max_per_week.map(i64::from),
        i64::from(event.seats),
        visibility_word(event.visibility),
        event.needs_confirmation,
        i64::from(event.call_opens.0),
        i64::from(event.call_closes.0),
        event.title.clone(),
        to_json(&event.invited)?,
        to_json(&event.questions)?,
        event.location.clone(),
        event.description.clone(),
    ])
}

/// Keeps the host's widest buffer true.
fn widen(flight: &mut Flight, host: UserId) {
    let sql = "UPDATE users SET widest_buffer = (SELECT coalesce(max(greatest(buffer_before, buffer_after)), 0) \
        FROM events WHERE host = $1 AND deleted_at IS NULL) WHERE id = $1 RETURNING 1";
    flight.add(sql, values![uuid(host.as_bytes())], Expect::One("widest buffer"));
}

fn delete_event(flight: &mut Flight, event: &Event, now: Instant) {
    flight.add("DELETE FROM windows WHERE event = $1", values![uuid(event.id.as_bytes())], Expect::Anything);
    let sql = "UPDATE events SET deleted_at = $2 WHERE id = $1 AND deleted_at IS NULL RETURNING 1";
    flight.add(sql, values![uuid(event.id.as_bytes()), seconds(now)], Expect::There);
    widen(flight, event.host);
}

fn put_window(flight: &mut Flight, event: EventId, window: &Window) {
    let sql = "INSERT INTO windows (event, id, start, duration, rule, exdates, whole) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (event, id) DO UPDATE SET start = excluded.start, \
        duration = excluded.duration, rule = excluded.rule, exdates = excluded.exdates, whole = excluded.whole \
        RETURNING 1";
    let values = values![
        uuid(event.as_bytes()),
        uuid(window.id.as_bytes()),
        wall_text(&window.start),
        i64::from(window.duration.0),
        window.rule.as_ref().map(Rule::as_str).map(str::to_owned),
        wall_lines(&window.exdates),
        window.whole,
    ];
    flight.add(sql, values, Expect::One("window"));
}

fn remove_window(flight: &mut Flight, event: EventId, window: WindowId) {
    let sql = "DELETE FROM windows WHERE event = $1 AND id = $2 RETURNING 1";
    flight.add(sql, values![uuid(event.as_bytes()), uuid(window.as_bytes())], Expect::One("window"));
}

const INSERT_BOOKING: &str = "INSERT INTO bookings (id, event, host, guest, start, \"end\", status, allow_overlap, \
    sequence, lapses_at, created_at, updated_at, uid, note, answers) \
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) RETURNING 1";
const UPDATE_BOOKING: &str = "UPDATE bookings SET start = $5, \"end\" = $6, status = $7, allow_overlap = $8, \
    sequence = $9, lapses_at = $10, created_at = $11, updated_at = $12, uid = $13, note = $14, answers = $15 \
    WHERE id = $1 AND event = $2 AND host = $3 AND guest = $4 RETURNING 1";

fn booking_values(booking: &Booking) -> Result<Vec<Value>, StoreError> {
    let answers = match booking.answers.as_slice() {
        [] => None,
        answers => Some(to_json(answers)?),
    };
    Ok(values![
        uuid(booking.id.as_bytes()),
        uuid(booking.event.as_bytes()),
        uuid(booking.host.as_bytes()),
        uuid(booking.guest.as_bytes()),
        seconds(booking.span.start()),
        seconds(booking.span.end()),
        status_number(booking.status),
        booking.allow_overlap,
        i64::from(booking.sequence),
        booking.lapses_at.map(seconds),
        seconds(booking.created_at),
        seconds(booking.updated_at),
        booking.uid.clone(),
        booking.note.clone(),
        answers,
    ])
}

fn insert_hold(flight: &mut Flight, hold: &Hold) {
    let sql = "INSERT INTO holds (id, event, host, guest, start, \"end\", expires_at) \
        VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING 1";
    let values = values![
        uuid(hold.id.as_bytes()),
        uuid(hold.event.as_bytes()),
        uuid(hold.host.as_bytes()),
        uuid(hold.guest.as_bytes()),
        seconds(hold.span.start()),
        seconds(hold.span.end()),
        seconds(hold.expires_at),
    ];
    flight.add(sql, values, Expect::One("hold"));
}

/// Takes the seat for both persons.
fn take(flight: &mut Flight, seat: &Seat, span: Span) {
    take_of_host(flight, seat, span);
    if seat.anyway {
        return;
    }
    let sql = "INSERT INTO occupancy (person, start, \"end\", event, holder, held_until) \
        VALUES ($1, $2, $3, $4, $5, $6) RETURNING 1";
    let values = values![
        uuid(seat.guest.as_bytes()),
        seconds(span.start()),
        seconds(span.end()),
        uuid(seat.event.as_bytes()),
        uuid(seat.holder_bytes()),
        seat.held_until.map(seconds),
    ];
    flight.add(sql, values, Expect::Time(seat.guest));
}

/// The first seat of a slot takes the host's time, each further one only a free seat in it.
fn take_of_host(flight: &mut Flight, seat: &Seat, span: Span) {
    let sql = "INSERT INTO occupancy AS o (person, start, \"end\", event, booked, held) \
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (person, start) DO UPDATE \
        SET booked = o.booked + excluded.booked, held = o.held + excluded.held \
        WHERE o.\"end\" = excluded.\"end\" AND o.event = excluded.event AND o.holder IS NULL \
        AND o.booked + o.held < (SELECT e.seats FROM events e WHERE e.id = o.event) RETURNING 1";
    let (booked, held) = seat.counts();
    let (person, start) = (uuid(seat.host.as_bytes()), seconds(span.start()));
    let values = values![person, start, seconds(span.end()), uuid(seat.event.as_bytes()), booked, held];
    flight.add(sql, values, Expect::Time(seat.host));
    // The lowest number that is free: one of the first, one more than there are.
    let sql = "INSERT INTO seats (person, start, seat, holder, held_until) SELECT $1::uuid, $2::bigint, min(n), \
        $3::uuid, $4::bigint FROM generate_series(1, (SELECT count(*) + 1 FROM seats WHERE person = $1 AND start = $2)\
        ) AS n WHERE NOT EXISTS (SELECT 1 FROM seats WHERE person = $1 AND start = $2 AND seat = n) RETURNING 1";
    let values = values![person, start, uuid(seat.holder_bytes()), seat.held_until.map(seconds)];
    flight.add(sql, values, Expect::One("the host's seat"));
}

/// Gives the seat back for both persons.
fn free(flight: &mut Flight, seat: &Seat, span: Span) {
    free_of_host(flight, seat, span);
    if seat.anyway {
        return;
    }
    let sql = "DELETE FROM occupancy WHERE person = $1 AND start = $2 AND holder = $3 RETURNING 1";
    let values = values![uuid(seat.guest.as_bytes()), seconds(span.start()), uuid(seat.holder_bytes())];
    flight.add(sql, values, Expect::One("the guest's time"));
}

/// The last seat of a slot gives the host's time back.
fn free_of_host(flight: &mut Flight, seat: &Seat, span: Span) {
    let (person, start) = (uuid(seat.host.as_bytes()), seconds(span.start()));
    let sql = "DELETE FROM seats WHERE person = $1 AND start = $2 AND holder = $3 RETURNING 1";
    flight.add(sql, values![person, start, uuid(seat.holder_bytes())], Expect::One("the host's seat"));
    let sql = "WITH last AS (DELETE FROM occupancy WHERE person = $1 AND start = $2 AND holder IS NULL \
        AND booked + held = 1 RETURNING 1), \
        less AS (UPDATE occupancy SET booked = booked - $3, held = held - $4 \
        WHERE person = $1 AND start = $2 AND holder IS NULL AND booked + held > 1 RETURNING 1) \
        SELECT 1 FROM last UNION ALL SELECT 1 FROM less";
    let (booked, held) = seat.counts();
    flight.add(sql, values![person, start, booked, held], Expect::One("the host's slot"));
}

/// Gives the seat in `from` back and takes one in `to`.
fn shift(flight: &mut Flight, seat: &Seat, from: Span, to: Span) {
    free_of_host(flight, seat, from);
    take_of_host(flight, seat, to);
    if seat.anyway {
        return;
    }
    let sql = "UPDATE occupancy SET start = $4, \"end\" = $5 WHERE person = $1 AND start = $2 AND holder = $3 \
        RETURNING 1";
    let values = values![
        uuid(seat.guest.as_bytes()),
        seconds(from.start()),
        uuid(seat.holder_bytes()),
        seconds(to.start()),
        seconds(to.end()),
    ];
    flight.add(sql, values, Expect::Moved(seat.guest));
}

fn switch(flight: &mut Flight, user: UserId, disabled_at: Option<Instant>) {
    let id = uuid(user.as_bytes());
    let sql = "UPDATE users SET disabled_at = $2 WHERE id = $1 AND deleted_at IS NULL RETURNING 1";
    flight.add(sql, values![id, disabled_at.map(seconds)], Expect::There);
    flight.add("DELETE FROM credentials WHERE \"user\" = $1 AND token IS NULL", values![id], Expect::Anything);
}

fn wipe(flight: &mut Flight, user: UserId, now: Instant) {
    let id = uuid(user.as_bytes());
    let sql = "UPDATE users SET display_name = $2, email = NULL, email_key = NULL, zone = 'UTC', max_per_day = NULL, \
        max_per_week = NULL, password_hash = '', names = names + 1, named_at = $3, \
        deleted_at = $3 WHERE id = $1 AND deleted_at IS NULL RETURNING 1";
    flight.add(sql, values![id, DELETED_NAME, seconds(now)], Expect::There);
    flight.add("DELETE FROM credentials WHERE \"user\" = $1", values![id], Expect::Anything);
    flight.add("DELETE FROM answers WHERE \"user\" = $1", values![id], Expect::Anything);
    flight.add("DELETE FROM feeds WHERE \"user\" = $1", values![id], Expect::Anything);
    entries::wipe(flight, user);
}

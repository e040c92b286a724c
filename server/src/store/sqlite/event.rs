//! Events and their windows as rows.

use meetme_core::event::{Event, Visibility};
use meetme_core::id::{EventId, Slug, UserId, Username, WindowId};
use meetme_core::recurrence::Rule;
use meetme_core::refusal::Refusal;
use meetme_core::time::{Instant, Minutes};
use meetme_core::window::Window;
use rusqlite::{Connection, named_params};

use super::fault::is_unique;
use super::value::{all, broken, first, limit, run, run_one, seconds};
use crate::store::row::{self, Offer, select_events, window_columns};
use crate::store::value::{to_json, visibility_word, wall_lines, wall_text};
use crate::store::{ChangeError, EventFile, StoreError};

pub(super) fn by_id(conn: &Connection, id: EventId) -> Result<Option<Offer>, StoreError> {
    first(conn, select_events!("e.id = ?1"), [id.as_bytes()], row::offer)
}

pub(super) fn by_name(conn: &Connection, owner: &Username, slug: &Slug) -> Result<Option<Offer>, StoreError> {
    let sql = select_events!("e.host = (SELECT id FROM users WHERE username = ?1) AND e.slug = ?2");
    first(conn, sql, [owner.as_str(), slug.as_str()], row::offer)
}

/// The event with its windows, for readers.
pub(super) fn file(conn: &Connection, offer: Offer) -> Result<EventFile, StoreError> {
    let windows = windows(conn, offer.event.id)?;
    Ok(EventFile { event: offer.event, windows, limits: offer.limits, host: offer.host })
}

/// A host's events by slug, all or those of one visibility.
pub(super) fn of_host(
    conn: &Connection,
    host: UserId,
    only: Option<Visibility>,
    after: Option<&Slug>,
    most: usize,
) -> Result<Vec<Event>, StoreError> {
    let sql =
        select_events!("e.host = ?1 AND e.slug > ?2 AND (?3 IS NULL OR e.visibility = ?3) ORDER BY e.slug LIMIT ?4");
    let params = (host.as_bytes(), after.map_or("", Slug::as_str), only.map(visibility_word), limit(most));
    all(conn, sql, params, |columns| Ok(row::offer(columns)?.event))
}

/// The buffers of an event, deleted or not.
pub(super) fn buffers(conn: &Connection, id: EventId) -> Result<(Minutes, Minutes), StoreError> {
    let sql = "SELECT buffer_before, buffer_after FROM events WHERE id = ?1";
    let found = first(conn, sql, [id.as_bytes()], |row| Ok((row.minutes()?, row.minutes()?)))?;
    found.ok_or_else(|| broken("event", "a slot in use belongs to none"))
}

/// Adds an event.
pub(super) fn create(conn: &Connection, event: &Event) -> Result<(), ChangeError> {
    let sql = "INSERT INTO events (id, host, slug, version, updated_at, zone, first_day, last_day, slot_length, step, \
        buffer_before, buffer_after, notice, horizon_days, max_per_day, max_per_week, seats, visibility, \
        needs_confirmation, call_opens, call_closes, title, invited, questions, location, description) \
        VALUES (:id, :host, :slug, :version, :updated_at, :zone, :first_day, :last_day, :slot_length, :step, \
        :buffer_before, :buffer_after, :notice, :horizon_days, :max_per_day, :max_per_week, :seats, :visibility, \
        :needs_confirmation, :call_opens, :call_closes, :title, :invited, :questions, :location, :description)";
    write(conn, sql, event)?;
    widen(conn, event.host)
}

/// Writes an event of the version before anew.
pub(super) fn update(conn: &Connection, event: &Event) -> Result<(), ChangeError> {
    let sql = "UPDATE events SET slug = :slug, version = :version, updated_at = :updated_at, zone = :zone, \
        first_day = :first_day, last_day = :last_day, slot_length = :slot_length, step = :step, \
        buffer_before = :buffer_before, buffer_after = :buffer_after, notice = :notice, \
        horizon_days = :horizon_days, max_per_day = :max_per_day, max_per_week = :max_per_week, seats = :seats, \
        visibility = :visibility, needs_confirmation = :needs_confirmation, call_opens = :call_opens, \
        call_closes = :call_closes, title = :title, invited = :invited, questions = :questions, \
        location = :location, description = :description \
        WHERE id = :id AND host = :host AND version = :version - 1 AND deleted_at IS NULL";
    match write(conn, sql, event)? {
        0 => Err(ChangeError::EventMoved),
        _ => widen(conn, event.host),
    }
}

fn write(conn: &Connection, sql: &str, event: &Event) -> Result<usize, ChangeError> {
    let last_day = event.last_day.map(|day| day.to_string());
    let written = run(
        conn,
        sql,
        named_params! {
            ":id": event.id.as_bytes(),
            ":host": event.host.as_bytes(),
            ":slug": event.slug.as_str(),
            ":version": i64::try_from(event.version).map_err(|error| broken("version", error))?,
            ":updated_at": seconds(event.updated_at),
            ":zone": event.zone.name(),
            ":first_day": event.first_day.to_string(),
            ":last_day": last_day,
            ":slot_length": event.slot_length.0,
            ":step": event.step.0,
            ":buffer_before": event.buffer_before.0,
            ":buffer_after": event.buffer_after.0,
            ":notice": event.notice.0,
            ":horizon_days": event.horizon_days,
            ":max_per_day": event.max_per_day,
            ":max_per_week": event.max_per_week,
            ":seats": event.seats,
            ":visibility": visibility_word(event.visibility),
            ":needs_confirmation": event.needs_confirmation,
            ":call_opens": event.call_opens.0,
            ":call_closes": event.call_closes.0,
            ":title": event.title,
            ":invited": to_json(&event.invited)?,
            ":questions": to_json(&event.questions)?,
            ":location": event.location,
            ":description": event.description,
        },
    );
    written.map_err(|error| match is_unique(&error, "events.host, events.slug") {
        true => Refusal::SlugTaken { slug: event.slug.to_string() }.into(),
        false => error.into(),
    })
}

/// Keeps the host's widest buffer true.
fn widen(conn: &Connection, host: UserId) -> Result<(), ChangeError> {
    let sql = "UPDATE users SET widest_buffer = (\
        SELECT coalesce(max(max(buffer_before, buffer_after)), 0) FROM events WHERE host = ?1 AND deleted_at IS NULL\
        ) WHERE id = ?1";
    Ok(run_one(conn, "widest buffer", sql, [host.as_bytes()])?)
}

/// Takes an event away. Its row stays for the bookings that name it.
pub(super) fn delete(conn: &Connection, event: &Event, now: Instant) -> Result<(), ChangeError> {
    run(conn, "DELETE FROM windows WHERE event = ?1", [event.id.as_bytes()])?;
    let sql = "UPDATE events SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL";
    if run(conn, sql, (event.id.as_bytes(), seconds(now)))? == 0 {
        return Err(ChangeError::NotFound);
    }
    widen(conn, event.host)
}

/// An event's windows in the order in which they were added.
pub(super) fn windows(conn: &Connection, event: EventId) -> Result<Vec<Window>, StoreError> {
    let sql = concat!("SELECT ", window_columns!(), " FROM windows w WHERE w.event = ?1 ORDER BY w.place");
    all(conn, sql, [event.as_bytes()], row::window)
}

/// Adds a window, or puts it in the place of the one with its id.
pub(super) fn put_window(conn: &Connection, event: EventId, window: &Window) -> Result<(), ChangeError> {
    let sql = "INSERT INTO windows (event, id, start, duration, rule, exdates, whole) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (event, id) DO UPDATE SET start = excluded.start, \
        duration = excluded.duration, rule = excluded.rule, exdates = excluded.exdates, whole = excluded.whole";
    let rule = window.rule.as_ref().map(Rule::as_str);
    let params = (
        event.as_bytes(),
        window.id.as_bytes(),
        wall_text(&window.start),
        window.duration.0,
        rule,
        wall_lines(&window.exdates),
        window.whole,
    );
    run(conn, sql, params)?;
    Ok(())
}

/// Takes a window away.
pub(super) fn remove_window(conn: &Connection, event: EventId, window: WindowId) -> Result<(), ChangeError> {
    let sql = "DELETE FROM windows WHERE event = ?1 AND id = ?2";
    Ok(run_one(conn, "window", sql, (event.as_bytes(), window.as_bytes()))?)
}

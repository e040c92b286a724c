//! Events and their windows as rows.

use chrono::NaiveDateTime;
use meetme_core::availability::HostLimits;
use meetme_core::event::{Event, Visibility};
use meetme_core::id::{EventId, Slug, UserId, Username, WindowId};
use meetme_core::recurrence::Rule;
use meetme_core::refusal::Refusal;
use meetme_core::time::{Instant, Minutes};
use meetme_core::window::Window;
use rusqlite::{Connection, named_params};

use super::fault::is_unique;
use super::value::{Columns, all, broken, first, limit, run, run_one, seconds};
use crate::store::{ChangeError, EventFile, PersonCard, StoreError};

/// A SELECT of events that were not deleted, each with what its host allows themself, under a condition.
macro_rules! select_events {
    ($condition:literal) => {
        concat!(
            "SELECT u.zone, u.max_per_day, u.max_per_week, u.widest_buffer, u.display_name, u.email, ",
            "e.id, e.host, u.username, e.slug, e.version, e.updated_at, e.zone, e.first_day, e.last_day, ",
            "e.slot_length, e.step, e.buffer_before, e.buffer_after, e.notice, e.horizon_days, ",
            "e.max_per_day, e.max_per_week, e.seats, e.visibility, e.needs_confirmation, ",
            "e.call_opens, e.call_closes, e.title, e.invited, e.questions, e.location, e.description ",
            "FROM events e JOIN users u ON u.id = e.host WHERE e.deleted_at IS NULL AND ",
            $condition
        )
    };
}

/// An event with what its host's row says about it.
pub(super) struct Offer {
    pub(super) event: Event,
    pub(super) limits: HostLimits,
    pub(super) widest_buffer: Minutes,
    pub(super) host: PersonCard,
}

pub(super) fn by_id(conn: &Connection, id: EventId) -> Result<Option<Offer>, StoreError> {
    first(conn, select_events!("e.id = ?1"), [id.as_bytes()], read)
}

pub(super) fn by_name(conn: &Connection, owner: &Username, slug: &Slug) -> Result<Option<Offer>, StoreError> {
    let sql = select_events!("e.host = (SELECT id FROM users WHERE username = ?1) AND e.slug = ?2");
    first(conn, sql, [owner.as_str(), slug.as_str()], read)
}

/// The event with its windows, for readers.
pub(super) fn file(conn: &Connection, offer: Offer) -> Result<EventFile, StoreError> {
    let windows = windows(conn, offer.event.id)?;
    Ok(EventFile { event: offer.event, windows, limits: offer.limits, host: offer.host })
}

/// A host's events by slug.
pub(super) fn of_host(
    conn: &Connection,
    host: UserId,
    after: Option<&Slug>,
    most: usize,
) -> Result<Vec<Event>, StoreError> {
    let sql = select_events!("e.host = ?1 AND e.slug > ?2 ORDER BY e.slug LIMIT ?3");
    let after = after.map_or("", Slug::as_str);
    all(conn, sql, (host.as_bytes(), after, limit(most)), |row| Ok(read(row)?.event))
}

/// The buffers of an event, deleted or not.
pub(super) fn buffers(conn: &Connection, id: EventId) -> Result<(Minutes, Minutes), StoreError> {
    let sql = "SELECT buffer_before, buffer_after FROM events WHERE id = ?1";
    let found = first(conn, sql, [id.as_bytes()], |row| Ok((row.minutes()?, row.minutes()?)))?;
    found.ok_or_else(|| broken("event", "a slot in use belongs to none"))
}

fn read(row: &mut Columns<'_, '_>) -> Result<Offer, StoreError> {
    let limits = HostLimits { zone: row.parse()?, max_per_day: row.take()?, max_per_week: row.take()? };
    let widest_buffer = row.minutes()?;
    let (display_name, email) = (row.take()?, row.take()?);
    let event = Event {
        id: row.id(EventId::from_bytes)?,
        host: row.id(UserId::from_bytes)?,
        owner: row.parse()?,
        slug: row.parse()?,
        version: row.number()?,
        updated_at: row.instant()?,
        zone: row.parse()?,
        first_day: row.parse()?,
        last_day: row.parse_some()?,
        slot_length: row.minutes()?,
        step: row.minutes()?,
        buffer_before: row.minutes()?,
        buffer_after: row.minutes()?,
        notice: row.minutes()?,
        horizon_days: row.take()?,
        max_per_day: row.take()?,
        max_per_week: row.take()?,
        seats: row.take()?,
        visibility: visibility(&row.take::<String>()?)?,
        needs_confirmation: row.take()?,
        call_opens: row.minutes()?,
        call_closes: row.minutes()?,
        title: row.take()?,
        invited: from_json(&row.take::<String>()?)?,
        questions: from_json(&row.take::<String>()?)?,
        location: row.take()?,
        description: row.take()?,
    };
    let host = PersonCard { username: event.owner.clone(), display_name, email };
    Ok(Offer { event, limits, widest_buffer, host })
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
    let sql = "SELECT id, start, duration, rule, exdates, whole FROM windows WHERE event = ?1 ORDER BY place";
    all(conn, sql, [event.as_bytes()], |row| {
        Ok(Window {
            id: row.id(WindowId::from_bytes)?,
            start: row.parse()?,
            duration: row.minutes()?,
            rule: row.parse_some()?,
            exdates: wall_times(&row.take::<String>()?)?,
            whole: row.take()?,
        })
    })
}

/// Adds a window, or puts it in the place of the one with its id.
pub(super) fn put_window(conn: &Connection, event: EventId, window: &Window) -> Result<(), ChangeError> {
    let sql = "INSERT INTO windows (event, id, start, duration, rule, exdates, whole) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (event, id) DO UPDATE SET start = excluded.start, \
        duration = excluded.duration, rule = excluded.rule, exdates = excluded.exdates, whole = excluded.whole";
    let exdates: Vec<String> = window.exdates.iter().map(wall_text).collect();
    let rule = window.rule.as_ref().map(Rule::as_str);
    let params = (
        event.as_bytes(),
        window.id.as_bytes(),
        wall_text(&window.start),
        window.duration.0,
        rule,
        exdates.join("\n"),
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

/// The text that chrono reads back.
fn wall_text(wall: &NaiveDateTime) -> String {
    wall.format("%Y-%m-%dT%H:%M:%S").to_string()
}

fn wall_times(lines: &str) -> Result<Vec<NaiveDateTime>, StoreError> {
    lines.lines().map(|line| line.parse().map_err(|error| broken("exdate", error))).collect()
}

fn visibility_word(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Unlisted => "unlisted",
        Visibility::Private => "private",
    }
}

fn visibility(word: &str) -> Result<Visibility, StoreError> {
    match word {
        "public" => Ok(Visibility::Public),
        "unlisted" => Ok(Visibility::Unlisted),
        "private" => Ok(Visibility::Private),
        other => Err(broken("visibility", other)),
    }
}

/// A short list as JSON.
pub(super) fn to_json<T: serde::Serialize>(list: &[T]) -> Result<String, StoreError> {
    if list.is_empty() {
        return Ok("[]".to_owned());
    }
    serde_json::to_string(list).map_err(|error| broken("list", error))
}

/// A short list from JSON. Most are empty, which costs nothing.
pub(super) fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<T>, StoreError> {
    if text == "[]" {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(|error| broken("list", error))
}

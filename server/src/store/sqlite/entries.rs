//! Calendars of people's own and their entries as rows.

use async_trait::async_trait;
use meetme_core::cursor::Seq;
use meetme_core::entry::{BusySpan, Collection, Entry, EntryCard, Place, told};
use meetme_core::id::{CollectionId, UserId};
use meetme_core::time::{Instant, Span, Zone};
use rusqlite::{Connection, named_params};

use super::SqliteStore;
use super::booking;
use super::properties;
use super::value::{all, first, limit, run, run_one, seconds, some};
use crate::store::entries::{FAR, PRUNED_GONE, Page, busy_rows, hull, news, reach_of, reaches};
use crate::store::row::{self, collection_columns, entry_columns, in_use};
use crate::store::value::{number, pack};
use crate::store::{
    ChangeError, CollectionDesk, CollectionFile, Entries, EntryFile, EntryNews, EntryQuery, NewsQuery, StaleEntry,
    StoreError,
};

/// The place in its owner's log that a change gets which is being applied: it is appended behind its rows.
macro_rules! next_seq {
    ($owner:literal) => {
        concat!("(SELECT log_seq + 1 FROM users WHERE id = ", $owner, ")")
    };
}

pub(super) fn put_collection(conn: &Connection, collection: &Collection) -> Result<(), ChangeError> {
    properties::carry(conn, collection)?;
    let sql = "INSERT INTO collections (id, owner, name, components, counts, timezone, zone, made, changed, floor) \
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, log_seq + 1, log_seq + 1, log_seq + 1 FROM users WHERE id = ?2 \
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, components = excluded.components, \
         counts = excluded.counts, timezone = excluded.timezone, zone = excluded.zone, changed = excluded.changed";
    let params = (
        collection.id.as_bytes(),
        collection.owner.as_bytes(),
        &collection.name,
        collection.components.join(" "),
        collection.counts,
        &collection.timezone,
        collection.zone.map(Zone::name),
    );
    Ok(run_one(conn, "collection", sql, params)?)
}

pub(super) fn delete_collection(conn: &Connection, collection: &Collection) -> Result<(), ChangeError> {
    let id = collection.id.as_bytes();
    for sql in [
        "DELETE FROM busy WHERE collection = ?1",
        "DELETE FROM gone WHERE collection = ?1",
        "DELETE FROM entries WHERE collection = ?1",
    ] {
        run(conn, sql, [id])?;
    }
    run_one(conn, "collection", "DELETE FROM collections WHERE id = ?1", [id])?;
    properties::forget(conn, collection.owner, &collection.name)
}

pub(super) fn put(conn: &Connection, owner: UserId, entry: &Entry) -> Result<(), ChangeError> {
    let (first, last) = bounds(entry);
    let sql = concat!(
        "INSERT INTO entries (collection, name, uid, component, etag, schedule_tag, seq, first, last, reach, \
         recurring, known_to, changed_at, size, body, organizer, message) VALUES (:collection, :name, :uid, :component, :etag, \
         :schedule_tag, ",
        next_seq!(":owner"),
        ", :first, :last, :reach, :recurring, :known_to, :changed_at, :size, :body, :organizer, iif(:message, ",
        next_seq!(":owner"),
        ", 0)) \
         ON CONFLICT (collection, name) DO UPDATE SET uid = excluded.uid, component = excluded.component, \
         etag = excluded.etag, schedule_tag = excluded.schedule_tag, seq = excluded.seq, first = excluded.first, \
         last = excluded.last, reach = excluded.reach, recurring = excluded.recurring, known_to = excluded.known_to, \
         changed_at = excluded.changed_at, size = excluded.size, body = excluded.body, \
         organizer = excluded.organizer"
    );
    let before = count(conn, entry.collection, &entry.name)?;
    run_one(
        conn,
        "entry",
        sql,
        named_params! {
            ":owner": owner.as_bytes(),
            ":collection": entry.collection.as_bytes(),
            ":name": entry.name,
            ":uid": entry.uid,
            ":component": entry.component,
            ":etag": entry.etag,
            ":schedule_tag": entry.schedule_tag,
            ":first": first,
            ":last": last,
            ":reach": reach_of(first, last),
            ":recurring": entry.recurring,
            ":known_to": entry.known_to.map(seconds),
            ":changed_at": seconds(entry.changed_at),
            ":size": limit(entry.bytes.len()),
            ":body": entry.bytes,
            ":organizer": entry.organizer.as_ref().map(UserId::as_bytes),
            ":message": entry.message,
        },
    )?;
    if before == 0 {
        let forget = "DELETE FROM gone WHERE collection = ?1 AND name = ?2";
        run(conn, forget, (entry.collection.as_bytes(), &entry.name))?;
    }
    put_busy(conn, owner, entry)?;
    touch(conn, owner, entry.collection, 1 - before)
}

fn count(conn: &Connection, collection: CollectionId, name: &str) -> Result<i64, StoreError> {
    let sql = "SELECT count(*) FROM entries WHERE collection = ?1 AND name = ?2";
    Ok(first(conn, sql, (collection.as_bytes(), name), |row| row.int())?.unwrap_or(0))
}

/// Where an entry lies, as numbers.
fn bounds(entry: &Entry) -> (i64, i64) {
    (entry.first.map_or(-FAR, seconds), entry.last.map_or(FAR, seconds))
}

fn put_busy(conn: &Connection, owner: UserId, entry: &Entry) -> Result<(), ChangeError> {
    let at = (entry.collection.as_bytes(), &entry.name);
    run(conn, "DELETE FROM busy WHERE collection = ?1 AND name = ?2", at)?;
    let sql = "INSERT INTO busy (owner, reach, start, end, collection, name, kind, spans) \
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    for (kind, spans) in busy_rows(&entry.busy) {
        let Some((start, end)) = hull(&spans).map(|(start, end)| (seconds(start), seconds(end))) else { continue };
        run(conn, sql, (owner.as_bytes(), reach_of(start, end), start, end, at.0, at.1, kind, pack(&spans)))?;
    }
    Ok(())
}

/// Notes that something changed in a calendar.
fn touch(conn: &Connection, owner: UserId, collection: CollectionId, more: i64) -> Result<(), ChangeError> {
    let sql = concat!("UPDATE collections SET changed = ", next_seq!("?2"), ", entries = entries + ?3 WHERE id = ?1");
    Ok(run_one(conn, "collection", sql, (collection.as_bytes(), owner.as_bytes(), more))?)
}

pub(super) fn remove(
    conn: &Connection,
    owner: UserId,
    collection: CollectionId,
    name: &str,
    now: Instant,
) -> Result<(), ChangeError> {
    let at = (collection.as_bytes(), name);
    run_one(conn, "entry", "DELETE FROM entries WHERE collection = ?1 AND name = ?2", at)?;
    run(conn, "DELETE FROM busy WHERE collection = ?1 AND name = ?2", at)?;
    let sql = concat!(
        "INSERT INTO gone (collection, name, seq, at) VALUES (?1, ?2, ",
        next_seq!("?3"),
        ", ?4) ON CONFLICT (collection, name) DO UPDATE SET seq = excluded.seq, at = excluded.at"
    );
    run(conn, sql, (collection.as_bytes(), name, owner.as_bytes(), seconds(now)))?;
    let sql = "SELECT name FROM collections WHERE id = ?1";
    let folder = first(conn, sql, [collection.as_bytes()], |row| row.string())?.unwrap_or_default();
    properties::forget(conn, owner, &format!("{folder}/{name}"))?;
    touch(conn, owner, collection, -1)
}

pub(super) fn extend(conn: &Connection, owner: UserId, entry: &Entry) -> Result<(), ChangeError> {
    let sql = "UPDATE entries SET known_to = ?4, first = ?5, last = ?6, reach = ?7 \
        WHERE collection = ?1 AND name = ?2 AND etag = ?3";
    let (known_to, (first, last)) = (entry.known_to.map(seconds), bounds(entry));
    let at = (entry.collection.as_bytes(), &entry.name, &entry.etag);
    run_one(conn, "entry", sql, (at.0, at.1, at.2, known_to, first, last, reach_of(first, last)))?;
    put_busy(conn, owner, entry)
}

/// Everything of an account's calendars.
pub(super) fn wipe(conn: &Connection, owner: UserId) -> Result<(), ChangeError> {
    for sql in [
        "DELETE FROM busy WHERE owner = ?1",
        "DELETE FROM gone WHERE collection IN (SELECT id FROM collections WHERE owner = ?1)",
        "DELETE FROM entries WHERE collection IN (SELECT id FROM collections WHERE owner = ?1)",
        "DELETE FROM collections WHERE owner = ?1",
        "DELETE FROM properties WHERE owner = ?1",
    ] {
        run(conn, sql, [owner.as_bytes()])?;
    }
    Ok(())
}

/// What is where a calendar of this name is or may be.
pub(super) fn desk(conn: &Connection, owner: UserId, name: &str) -> Result<CollectionDesk, StoreError> {
    let there = collection(conn, owner, name)?.map(|file| file.collection);
    let sql = "SELECT start, end FROM busy WHERE collection = ?1";
    let busy = match &there {
        Some(there) => all(conn, sql, [there.id.as_bytes()], |row| row.span())?,
        None => Vec::new(),
    };
    let sql = "SELECT count(*) FROM collections WHERE owner = ?1";
    let count = first(conn, sql, [owner.as_bytes()], |row| row.small())?.unwrap_or(0);
    Ok(CollectionDesk { there, busy: told(busy), count })
}

/// What is where an entry is or shall be.
pub(super) fn place(
    conn: &Connection,
    owner: UserId,
    collection: CollectionId,
    name: &str,
    uid: Option<&str>,
) -> Result<Place, ChangeError> {
    let sql = concat!("SELECT ", collection_columns!(), " FROM collections c WHERE c.id = ?1 AND c.owner = ?2");
    let file = first(conn, sql, (collection.as_bytes(), owner.as_bytes()), row::collection_file)?;
    let file = file.ok_or(ChangeError::NotFound)?;
    let (mut same_uid, mut of_booking) = (None, false);
    if let Some(uid) = uid {
        let sql = "SELECT name FROM entries WHERE collection = ?1 AND uid = ?2 AND name <> ?3";
        same_uid = first(conn, sql, (collection.as_bytes(), uid, name), |row| row.string())?;
        of_booking = booking::shown_as(conn, owner, uid)?.is_some();
    }
    let there = card(conn, collection, name)?;
    Ok(Place { collection: file.collection, entries: file.entries, there, same_uid, of_booking, elsewhere: None })
}

fn card(conn: &Connection, collection: CollectionId, name: &str) -> Result<Option<EntryCard>, StoreError> {
    let sql = "SELECT name, uid, component, etag, schedule_tag FROM entries WHERE collection = ?1 AND name = ?2";
    let at = (collection.as_bytes(), name);
    let Some(card) = first(conn, sql, at, row::card_of)? else { return Ok(None) };
    let busy = all(conn, "SELECT kind, spans FROM busy WHERE collection = ?1 AND name = ?2", at, row::busy)?;
    Ok(Some(EntryCard { busy: busy.into_iter().flatten().map(|busy| busy.span).collect(), ..card }))
}

/// The time that entries of the calendars that count take in `span`.
pub(super) fn busy(conn: &Connection, owner: UserId, span: Span) -> Result<Vec<BusySpan>, StoreError> {
    let sql = concat!(
        "SELECT b.kind, b.spans FROM ",
        reaches!(),
        " CROSS JOIN busy b ON b.owner = ?1 AND b.reach = k.column1 AND b.start > ?2 - k.column2 AND b.start < ?3 \
         JOIN collections c ON c.id = b.collection AND c.counts WHERE b.end > ?2"
    );
    let rows = all(conn, sql, (owner.as_bytes(), seconds(span.start()), seconds(span.end())), row::busy)?;
    Ok(rows.into_iter().flatten().filter(|busy| busy.span.overlaps(&span)).collect())
}

fn collection(conn: &Connection, owner: UserId, name: &str) -> Result<Option<CollectionFile>, StoreError> {
    let sql = concat!("SELECT ", collection_columns!(), " FROM collections c WHERE c.owner = ?1 AND c.name = ?2");
    first(conn, sql, (owner.as_bytes(), name), row::collection_file)
}

fn find(conn: &Connection, query: &EntryQuery, most: usize) -> Result<Vec<EntryFile>, StoreError> {
    let body = if query.bytes { "e.body" } else { "NULL" };
    let components: Vec<&str> = query.components.iter().map(String::as_str).collect();
    let after = query.after.as_deref().unwrap_or_default();
    let rest = "(?2 = '' OR instr(?2, ' ' || e.component || ' ') > 0) AND e.name > ?3 AND (?4 IS NULL OR e.uid = ?4) \
        ORDER BY e.name LIMIT ?5";
    let from = match query.range {
        None => "entries e WHERE e.collection = ?1 AND ?6 <= ?7 AND ".to_owned(),
        Some(_) => format!(
            "{} CROSS JOIN entries e ON e.collection = ?1 AND e.reach = k.column1 AND e.first >= ?6 - k.column2 \
             AND e.first <= ?7 WHERE e.last >= ?6 AND ",
            reaches!()
        ),
    };
    let sql = format!("SELECT {}, {body} FROM {from}{rest}", entry_columns!());
    let words = if components.is_empty() { String::new() } else { format!(" {} ", components.join(" ")) };
    let (start, end) = range(query);
    let params = (query.collection.as_bytes(), words, after, query.uid.as_deref(), limit(most), start, end);
    let mut page = Page::default();
    some(conn, &sql, params, row::entry, |entry| page.add(entry))?;
    Ok(page.entries)
}

fn range(query: &EntryQuery) -> (i64, i64) {
    let (start, end) = query.range.unwrap_or_default();
    (start.map_or(-FAR, seconds), end.map_or(FAR, seconds))
}

fn by_names(conn: &Connection, collection: CollectionId, names: &[String]) -> Result<Vec<EntryFile>, StoreError> {
    let sql = concat!("SELECT ", entry_columns!(), ", e.body FROM entries e WHERE e.collection = ?1 AND e.name = ?2");
    let mut page = Page::default();
    for name in names {
        let found = first(conn, sql, (collection.as_bytes(), name), row::entry)?;
        if found.is_some_and(|entry| !page.add(entry)) {
            break;
        }
    }
    Ok(page.entries)
}

fn after(conn: &Connection, query: &NewsQuery) -> Result<Option<EntryNews>, StoreError> {
    let id = query.collection;
    let sql = concat!("SELECT ", collection_columns!(), " FROM collections c WHERE c.id = ?1");
    let Some(calendar) = first(conn, sql, [id.as_bytes()], row::collection_file)? else { return Ok(None) };
    let body = if query.bytes { "e.body" } else { "NULL" };
    let sql = format!(
        "SELECT {}, {body} FROM entries e WHERE e.collection = ?1 AND e.seq > ?2 AND e.seq <= ?3 \
         ORDER BY e.seq LIMIT ?4",
        entry_columns!()
    );
    let (after, to) = (number(query.after)?, query.to.map_or(Ok(i64::MAX), number)?);
    let params = (id.as_bytes(), after, to, limit(query.limit + 2));
    let mut written = Page::default();
    some(conn, &sql, params, row::entry, |entry| written.add(entry))?;
    let sql = "SELECT seq, name FROM gone WHERE collection = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ?4";
    let gone = all(conn, sql, params, |row| Ok((Seq(row.number()?), row.string()?)))?;
    Ok(Some(news(calendar, written, gone, query)))
}

fn short(conn: &Connection, before: Instant, most: usize) -> Result<Vec<StaleEntry>, StoreError> {
    let sql = concat!(
        "SELECT c.owner, c.id, c.timezone, ",
        entry_columns!(),
        ", e.body FROM entries e JOIN collections c ON c.id = e.collection JOIN users u ON u.id = c.owner \
         WHERE e.known_to < ?1 AND ",
        in_use!(),
        " ORDER BY e.known_to LIMIT ?2"
    );
    all(conn, sql, (seconds(before), limit(most)), row::stale_entry)
}

fn forget_gone(conn: &Connection, before: Instant) -> Result<bool, StoreError> {
    let sql = "SELECT collection, seq, name FROM gone WHERE at < ?1 ORDER BY at LIMIT ?2";
    let old = all(conn, sql, (seconds(before), limit(PRUNED_GONE)), |row| {
        Ok((row.id(CollectionId::from_bytes)?, row.int()?, row.string()?))
    })?;
    for (collection, seq, name) in &old {
        let raise = "UPDATE collections SET floor = max(floor, ?2) WHERE id = ?1";
        run(conn, raise, (collection.as_bytes(), seq))?;
        run(conn, "DELETE FROM gone WHERE collection = ?1 AND name = ?2", (collection.as_bytes(), name))?;
    }
    Ok(old.len() == PRUNED_GONE)
}

#[async_trait]
impl Entries for SqliteStore {
    async fn collections(&self, owner: UserId) -> Result<Vec<CollectionFile>, StoreError> {
        let sql = concat!("SELECT ", collection_columns!(), " FROM collections c WHERE c.owner = ?1 ORDER BY c.name");
        self.readers.look(move |conn| all(conn, sql, [owner.as_bytes()], row::collection_file)).await
    }

    async fn collection(&self, owner: UserId, name: &str) -> Result<Option<CollectionFile>, StoreError> {
        let name = name.to_owned();
        self.readers.look(move |conn| collection(conn, owner, &name)).await
    }

    async fn entries(&self, collection: CollectionId, names: &[String]) -> Result<Vec<EntryFile>, StoreError> {
        let (few, names) = (names.len() <= 1, names.to_vec());
        let read = move |conn: &Connection| by_names(conn, collection, &names);
        // One is short; many may be megabytes.
        if few { self.readers.look(read).await } else { self.readers.read(read).await }
    }

    async fn find_entries(&self, query: EntryQuery, limit: usize) -> Result<Vec<EntryFile>, StoreError> {
        self.readers.read(move |conn| find(conn, &query, limit)).await
    }

    async fn entries_after(&self, query: NewsQuery) -> Result<Option<EntryNews>, StoreError> {
        self.readers.look(move |conn| after(conn, &query)).await
    }

    async fn busy(&self, owner: UserId, span: Span) -> Result<Vec<BusySpan>, StoreError> {
        self.readers.look(move |conn| busy(conn, owner, span)).await
    }

    async fn properties(&self, owner: UserId, place: &str) -> Result<Vec<(String, String)>, StoreError> {
        let place = place.to_owned();
        let sql = "SELECT name, value FROM properties WHERE owner = ?1 AND place = ?2 ORDER BY name";
        let read = move |conn: &Connection| {
            all(conn, sql, (owner.as_bytes(), &place), |row| Ok((row.string()?, row.string()?)))
        };
        self.readers.look(read).await
    }

    async fn properties_below(&self, owner: UserId, place: &str) -> Result<Vec<(String, String, String)>, StoreError> {
        let begin = if place.is_empty() { String::new() } else { format!("{place}/") };
        let sql = "SELECT substr(place, length(?2) + 1), name, value FROM properties WHERE owner = ?1 \
            AND place > ?2 AND substr(place, 1, length(?2)) = ?2 AND instr(substr(place, length(?2) + 1), '/') = 0 \
            ORDER BY place, name";
        let read = move |conn: &Connection| {
            all(conn, sql, (owner.as_bytes(), &begin), |row| Ok((row.string()?, row.string()?, row.string()?)))
        };
        self.readers.look(read).await
    }

    async fn short_entries(&self, before: Instant, limit: usize) -> Result<Vec<StaleEntry>, StoreError> {
        self.readers.read(move |conn| short(conn, before, limit)).await
    }

    async fn forget_gone(&self, before: Instant) -> Result<bool, StoreError> {
        self.writer.write(move |conn| forget_gone(conn, before)).await
    }
}

//! Calendars of people's own and their entries as rows.

use async_trait::async_trait;
use meetme_core::cursor::Seq;
use meetme_core::entry::{BusySpan, Collection, Entry, EntryCard, Place, told};
use meetme_core::id::{CollectionId, UserId};
use meetme_core::time::{Instant, Span, Zone};

use super::PostgresStore;
use super::db::{Db, Params, uuid};
use super::flight::{Expect, Flight, values};
use super::persons::Persons;
use super::properties;
use super::read;
use crate::store::entries::{FAR, PRUNED_GONE, Page, busy_rows, hull, news, reach_of, reaches};
use crate::store::row::{self, collection_columns, entry_columns, in_use};
use crate::store::value::{limit, number, pack, seconds};
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

/// What `$select` finds in each class of [`reaches!`] in turn. The offset keeps the planner from joining the other way
/// round: of a table that is mostly one person's it would rather read all of that person's rows.
macro_rules! each_reach {
    ($select:literal) => {
        concat!(reaches!(), " CROSS JOIN LATERAL (", $select, " OFFSET 0)")
    };
}

pub(super) fn put_collection(flight: &mut Flight, collection: &Collection) {
    properties::carry(flight, collection);
    let sql = "INSERT INTO collections (id, owner, name, components, counts, timezone, zone, made, changed, floor) \
        SELECT $1::uuid, $2::uuid, $3::text, $4::text, $5::boolean, $6::text, $7::text, log_seq + 1, log_seq + 1, \
        log_seq + 1 FROM users WHERE id = $2 \
        ON CONFLICT (id) DO UPDATE SET name = excluded.name, components = excluded.components, \
        counts = excluded.counts, timezone = excluded.timezone, zone = excluded.zone, changed = excluded.changed \
        RETURNING 1";
    let values = values![
        uuid(collection.id.as_bytes()),
        uuid(collection.owner.as_bytes()),
        collection.name.clone(),
        collection.components.join(" "),
        collection.counts,
        collection.timezone.clone(),
        collection.zone.map(Zone::name),
    ];
    flight.add(sql, values, Expect::One("collection"));
}

pub(super) fn delete_collection(flight: &mut Flight, collection: &Collection) {
    let id = uuid(collection.id.as_bytes());
    for sql in [
        "DELETE FROM busy WHERE collection = $1",
        "DELETE FROM gone WHERE collection = $1",
        "DELETE FROM entries WHERE collection = $1",
    ] {
        flight.add(sql, values![id], Expect::Anything);
    }
    flight.add("DELETE FROM collections WHERE id = $1 RETURNING 1", values![id], Expect::One("collection"));
    properties::forget(flight, collection.owner, collection.name.clone());
}

pub(super) fn put(flight: &mut Flight, owner: UserId, entry: &Entry) {
    let (collection, owned) = (uuid(entry.collection.as_bytes()), uuid(owner.as_bytes()));
    let sql = concat!(
        "UPDATE collections SET changed = ",
        next_seq!("$2"),
        ", entries = entries + CASE WHEN EXISTS (SELECT 1 FROM entries WHERE collection = $1 AND name = $3) \
         THEN 0 ELSE 1 END WHERE id = $1 RETURNING 1"
    );
    flight.add(sql, values![collection, owned, entry.name.clone()], Expect::One("collection"));
    let sql = concat!(
        "INSERT INTO entries (collection, name, uid, component, etag, schedule_tag, seq, first, last, reach, \
         recurring, known_to, changed_at, size, body, organizer, message) VALUES ($1, $2, $3, $4, $5, $6, ",
        next_seq!("$7"),
        ", $8, $9, $10, $11, $12, $13, $14, $15, $16, CASE WHEN $17::boolean THEN ",
        next_seq!("$7"),
        " ELSE 0 END) \
         ON CONFLICT (collection, name) DO UPDATE SET uid = excluded.uid, component = excluded.component, \
         etag = excluded.etag, schedule_tag = excluded.schedule_tag, seq = excluded.seq, first = excluded.first, \
         last = excluded.last, reach = excluded.reach, recurring = excluded.recurring, known_to = excluded.known_to, \
         changed_at = excluded.changed_at, size = excluded.size, body = excluded.body, \
         organizer = excluded.organizer RETURNING 1"
    );
    let (first, last) = (entry.first.map_or(-FAR, seconds), entry.last.map_or(FAR, seconds));
    let values = values![
        collection,
        entry.name.clone(),
        entry.uid.clone(),
        entry.component.clone(),
        entry.etag.clone(),
        entry.schedule_tag.clone(),
        owned,
        first,
        last,
        reach_of(first, last),
        entry.recurring,
        entry.known_to.map(seconds),
        seconds(entry.changed_at),
        limit(entry.bytes.len()),
        entry.bytes.clone(),
        entry.organizer.as_ref().map(UserId::as_bytes).map(uuid),
        entry.message,
    ];
    flight.add(sql, values, Expect::One("entry"));
    let sql = "DELETE FROM gone WHERE collection = $1 AND name = $2";
    flight.add(sql, values![collection, entry.name.clone()], Expect::Anything);
    put_busy(flight, owner, entry);
}

fn put_busy(flight: &mut Flight, owner: UserId, entry: &Entry) {
    let collection = uuid(entry.collection.as_bytes());
    let sql = "DELETE FROM busy WHERE collection = $1 AND name = $2";
    flight.add(sql, values![collection, entry.name.clone()], Expect::Anything);
    let sql = "INSERT INTO busy (owner, reach, start, \"end\", collection, name, kind, spans) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING 1";
    for (kind, spans) in busy_rows(&entry.busy) {
        let Some((start, end)) = hull(&spans).map(|(start, end)| (seconds(start), seconds(end))) else { continue };
        let (reach, spans) = (reach_of(start, end), pack(&spans));
        let owner = uuid(owner.as_bytes());
        flight.add(
            sql,
            values![owner, reach, start, end, collection, entry.name.clone(), kind, spans],
            Expect::One("busy time"),
        );
    }
}

pub(super) fn remove(flight: &mut Flight, owner: UserId, collection: CollectionId, name: &str, now: Instant) {
    let (id, owner, name) = (uuid(collection.as_bytes()), uuid(owner.as_bytes()), name.to_owned());
    let sql = "DELETE FROM entries WHERE collection = $1 AND name = $2 RETURNING 1";
    flight.add(sql, values![id, name.clone()], Expect::One("entry"));
    let sql = "DELETE FROM busy WHERE collection = $1 AND name = $2";
    flight.add(sql, values![id, name.clone()], Expect::Anything);
    let sql = concat!(
        "INSERT INTO gone (collection, name, seq, at) VALUES ($1, $2, ",
        next_seq!("$3"),
        ", $4) ON CONFLICT (collection, name) DO UPDATE SET seq = excluded.seq, at = excluded.at RETURNING 1"
    );
    flight.add(sql, values![id, name.clone(), owner, seconds(now)], Expect::One("what went"));
    let sql = "DELETE FROM properties WHERE owner = $1 \
        AND place = (SELECT c.name || '/' || $3::text FROM collections c WHERE c.id = $2)";
    flight.add(sql, values![owner, id, name], Expect::Anything);
    let sql = concat!(
        "UPDATE collections SET changed = ",
        next_seq!("$2"),
        ", entries = entries - 1 WHERE id = $1 RETURNING 1"
    );
    flight.add(sql, values![id, owner], Expect::One("collection"));
}

pub(super) fn extend(flight: &mut Flight, owner: UserId, entry: &Entry) {
    let sql = "UPDATE entries SET known_to = $4, first = $5, last = $6, reach = $7 \
        WHERE collection = $1 AND name = $2 AND etag = $3 RETURNING 1";
    let (first, last) = (entry.first.map_or(-FAR, seconds), entry.last.map_or(FAR, seconds));
    let values = values![
        uuid(entry.collection.as_bytes()),
        entry.name.clone(),
        entry.etag.clone(),
        entry.known_to.map(seconds),
        first,
        last,
        reach_of(first, last),
    ];
    flight.add(sql, values, Expect::One("entry"));
    put_busy(flight, owner, entry);
}

/// Everything of an account's calendars.
pub(super) fn wipe(flight: &mut Flight, owner: UserId) {
    for sql in [
        "DELETE FROM busy WHERE owner = $1",
        "DELETE FROM gone WHERE collection IN (SELECT id FROM collections WHERE owner = $1)",
        "DELETE FROM entries WHERE collection IN (SELECT id FROM collections WHERE owner = $1)",
        "DELETE FROM collections WHERE owner = $1",
        "DELETE FROM properties WHERE owner = $1",
    ] {
        flight.add(sql, values![uuid(owner.as_bytes())], Expect::Anything);
    }
}

/// What is where a calendar of this name is or may be.
pub(super) async fn desk(db: &Db, owner: UserId, name: &str) -> Result<CollectionDesk, StoreError> {
    let there = collection(db, owner, name).await?.map(|file| file.collection);
    let sql = "SELECT start, \"end\" FROM busy WHERE collection = $1";
    let busy = match &there {
        Some(there) => db.all(sql, &[&uuid(there.id.as_bytes())], |row| row.span()).await?,
        None => Vec::new(),
    };
    let sql = "SELECT count(*) FROM collections WHERE owner = $1";
    let count = db.first(sql, &[&uuid(owner.as_bytes())], |row| row.small()).await?.unwrap_or(0);
    Ok(CollectionDesk { there, busy: told(busy), count })
}

/// What is where an entry is or shall be.
pub(super) async fn place(
    db: &Db,
    owner: UserId,
    collection: CollectionId,
    name: &str,
    uid: Option<&str>,
) -> Result<Place, ChangeError> {
    let id = uuid(collection.as_bytes());
    let sql = concat!("SELECT ", collection_columns!(), " FROM collections c WHERE c.id = $1 AND c.owner = $2");
    let file: Params<'_> = &[&id, &uuid(owner.as_bytes())];
    let same_uid = "SELECT name FROM entries WHERE collection = $1 AND uid = $2 AND name <> $3";
    let wanted: Params<'_> = &[&id, &uid, &name];
    let (file, same_uid, of_booking, there) = tokio::try_join!(
        db.first(sql, file, row::collection_file),
        db.first(same_uid, wanted, |row| row.string()),
        read::shown_as(db, owner, uid),
        card(db, collection, name),
    )?;
    let file = file.ok_or(ChangeError::NotFound)?;
    let of_booking = of_booking.is_some();
    Ok(Place { collection: file.collection, entries: file.entries, there, same_uid, of_booking, elsewhere: None })
}

async fn card(db: &Db, collection: CollectionId, name: &str) -> Result<Option<EntryCard>, StoreError> {
    let id = uuid(collection.as_bytes());
    let at: Params<'_> = &[&id, &name];
    let sql = "SELECT name, uid, component, etag, schedule_tag FROM entries WHERE collection = $1 AND name = $2";
    let busy = "SELECT kind, spans FROM busy WHERE collection = $1 AND name = $2";
    let (card, busy) = tokio::try_join!(db.first(sql, at, row::card_of), db.all(busy, at, row::busy))?;
    let busy = busy.into_iter().flatten().map(|busy| busy.span).collect();
    Ok(card.map(|card| EntryCard { busy, ..card }))
}

/// The time that entries of the calendars that count take in `span`.
pub(super) async fn busy(db: &Db, owner: UserId, span: Span) -> Result<Vec<BusySpan>, StoreError> {
    let sql = concat!(
        "SELECT b.kind, b.spans FROM ",
        each_reach!(
            "SELECT * FROM busy WHERE owner = $1 AND reach = k.column1 AND start > $2 - k.column2 AND start < $3 \
             AND \"end\" > $2"
        ),
        " b JOIN collections c ON c.id = b.collection AND c.counts"
    );
    let (owner, start, end) = (uuid(owner.as_bytes()), seconds(span.start()), seconds(span.end()));
    let rows = db.all(sql, &[&owner, &start, &end], row::busy).await?;
    Ok(rows.into_iter().flatten().filter(|busy| busy.span.overlaps(&span)).collect())
}

async fn collection(db: &Db, owner: UserId, name: &str) -> Result<Option<CollectionFile>, StoreError> {
    let sql = concat!("SELECT ", collection_columns!(), " FROM collections c WHERE c.owner = $1 AND c.name = $2");
    db.first(sql, &[&uuid(owner.as_bytes()), &name], row::collection_file).await
}

async fn find(db: &Db, query: &EntryQuery, most: usize) -> Result<Vec<EntryFile>, StoreError> {
    let body = if query.bytes { "e.body" } else { "NULL::bytea" };
    let rest = "($2::text = '' OR position(' ' || e.component || ' ' in $2) > 0) AND e.name > $3 \
        AND ($4::text IS NULL OR e.uid = $4) ORDER BY e.name LIMIT $5";
    let from = match query.range {
        None => "entries e WHERE e.collection = $1 AND $6::bigint <= $7::bigint AND ",
        Some(_) => concat!(
            each_reach!(
                "SELECT * FROM entries WHERE collection = $1 AND reach = k.column1 AND first >= $6 - k.column2 \
                 AND first <= $7 AND last >= $6"
            ),
            " e WHERE "
        ),
    };
    let sql = format!("SELECT {}, {body} FROM {from}{rest}", entry_columns!());
    let words = if query.components.is_empty() { String::new() } else { format!(" {} ", query.components.join(" ")) };
    let (start, end) = query.range.unwrap_or_default();
    let (start, end) = (start.map_or(-FAR, seconds), end.map_or(FAR, seconds));
    let (id, after) = (uuid(query.collection.as_bytes()), query.after.as_deref().unwrap_or_default());
    let params: Params<'_> = &[&id, &words, &after, &query.uid, &limit(most), &start, &end];
    let mut page = Page::default();
    db.some(&sql, params, row::entry, |entry| page.add(entry)).await?;
    Ok(page.entries)
}

async fn after(db: &Db, query: &NewsQuery) -> Result<Option<EntryNews>, StoreError> {
    let body = if query.bytes { "e.body" } else { "NULL::bytea" };
    let calendar = concat!("SELECT ", collection_columns!(), " FROM collections c WHERE c.id = $1");
    let written = format!(
        "SELECT {}, {body} FROM entries e WHERE e.collection = $1 AND e.seq > $2 AND e.seq <= $3 \
         ORDER BY e.seq LIMIT $4",
        entry_columns!()
    );
    let gone = "SELECT seq, name FROM gone WHERE collection = $1 AND seq > $2 AND seq <= $3 ORDER BY seq LIMIT $4";
    let id = uuid(query.collection.as_bytes());
    let (from, to) = (number(query.after)?, query.to.map_or(Ok(i64::MAX), number)?);
    let most = limit(query.limit + 2);
    let params: Params<'_> = &[&id, &from, &to, &most];
    let mut page = Page::default();
    // What was prepared already would overtake what was not.
    for sql in [calendar, written.as_str(), gone] {
        db.prepare(sql).await?;
    }
    let calendar_params: Params<'_> = &[&id];
    let (begun, calendar, written, gone, ended) = tokio::join!(
        biased;
        db.batch("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
        db.first(calendar, calendar_params, row::collection_file),
        db.some(&written, params, row::entry, |entry| page.add(entry)),
        db.all(gone, params, |row| Ok((Seq(row.number()?), row.string()?))),
        db.batch("COMMIT"),
    );
    begun?;
    let (calendar, (), gone) = (calendar?, written?, gone?);
    ended?;
    Ok(calendar.map(|calendar| news(calendar, page, gone, query)))
}

async fn forget_gone(db: &Db, before: Instant) -> Result<bool, StoreError> {
    let sql = "WITH old AS (DELETE FROM gone WHERE (collection, name) IN (SELECT collection, name FROM gone \
        WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED) RETURNING collection, seq), \
        raised AS (UPDATE collections c SET floor = greatest(c.floor, o.seq) \
        FROM (SELECT collection, max(seq) AS seq FROM old GROUP BY collection) o WHERE c.id = o.collection) \
        SELECT count(*) FROM old";
    let most = limit(PRUNED_GONE);
    Ok(db.first(sql, &[&seconds(before), &most], |row| row.int()).await? == Some(most))
}

#[async_trait]
impl Entries for PostgresStore {
    async fn collections(&self, owner: UserId) -> Result<Vec<CollectionFile>, StoreError> {
        let sql = concat!("SELECT ", collection_columns!(), " FROM collections c WHERE c.owner = $1 ORDER BY c.name");
        self.reader().await?.all(sql, &[&uuid(owner.as_bytes())], row::collection_file).await
    }

    async fn collection(&self, owner: UserId, name: &str) -> Result<Option<CollectionFile>, StoreError> {
        collection(&self.reader().await?, owner, name).await
    }

    async fn entries(&self, collection: CollectionId, names: &[String]) -> Result<Vec<EntryFile>, StoreError> {
        let sql = concat!(
            "SELECT ",
            entry_columns!(),
            ", e.body FROM unnest($2::text[]) WITH ORDINALITY AS n (name, place) \
             JOIN entries e ON e.collection = $1 AND e.name = n.name ORDER BY n.place"
        );
        let mut page = Page::default();
        let (db, id) = (self.reader().await?, uuid(collection.as_bytes()));
        db.some(sql, &[&id, &names], row::entry, |entry| page.add(entry)).await?;
        Ok(page.entries)
    }

    async fn find_entries(&self, query: EntryQuery, limit: usize) -> Result<Vec<EntryFile>, StoreError> {
        find(&self.reader().await?, &query, limit).await
    }

    async fn entries_after(&self, query: NewsQuery) -> Result<Option<EntryNews>, StoreError> {
        after(&self.reader().await?, &query).await
    }

    async fn busy(&self, owner: UserId, span: Span) -> Result<Vec<BusySpan>, StoreError> {
        busy(&self.reader().await?, owner, span).await
    }

    async fn properties(&self, owner: UserId, place: &str) -> Result<Vec<(String, String)>, StoreError> {
        let sql = "SELECT name, value FROM properties WHERE owner = $1 AND place = $2 ORDER BY name";
        let db = self.reader().await?;
        db.all(sql, &[&uuid(owner.as_bytes()), &place], |row| Ok((row.string()?, row.string()?))).await
    }

    async fn properties_below(&self, owner: UserId, place: &str) -> Result<Vec<(String, String, String)>, StoreError> {
        let begin = if place.is_empty() { String::new() } else { format!("{place}/") };
        let sql = "SELECT substr(place, length($2) + 1), name, value FROM properties WHERE owner = $1 \
            AND place > $2 AND left(place, length($2)) = $2 AND position('/' in substr(place, length($2) + 1)) = 0 \
            ORDER BY place, name";
        let read = |row: &mut dyn row::Columns| Ok((row.string()?, row.string()?, row.string()?));
        self.reader().await?.all(sql, &[&uuid(owner.as_bytes()), &begin], read).await
    }

    async fn short_entries(&self, before: Instant, most: usize) -> Result<Vec<StaleEntry>, StoreError> {
        let sql = concat!(
            "SELECT c.owner, c.id, c.timezone, ",
            entry_columns!(),
            ", e.body FROM entries e JOIN collections c ON c.id = e.collection JOIN users u ON u.id = c.owner \
             WHERE e.known_to < $1 AND ",
            in_use!(),
            " ORDER BY e.known_to LIMIT $2"
        );
        self.reader().await?.all(sql, &[&seconds(before), &limit(most)], row::stale_entry).await
    }

    async fn forget_gone(&self, before: Instant) -> Result<bool, StoreError> {
        self.writers.write(Persons::default(), before, |db, before| Box::pin(forget_gone(db, *before))).await
    }
}

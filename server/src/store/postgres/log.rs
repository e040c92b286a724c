//! Each person's log: appended to by changes, read by whoever follows it.

use meetme_core::change::News;
use meetme_core::cursor::Seq;
use meetme_core::id::{BookingId, EventId, UserId};
use meetme_core::time::Instant;
use uuid::Uuid;

use super::db::{Db, uuid};
use super::flight::{Expect, Flight, values};
use crate::store::feeds::next_of_log;
use crate::store::row::{self, log_columns};
use crate::store::value::{kind_word, limit, pack, seconds};
use crate::store::{LogPage, PRUNED_LOGS, PRUNED_OF_LOG, StoreError};

/// Appends to a person's log.
pub(super) fn append(flight: &mut Flight, person: UserId, at: Instant, news: &News) {
    let sql = concat!(
        "WITH next AS (",
        next_of_log!("$1", "$2::bigint", "$7::boolean", "$8::boolean"),
        ") INSERT INTO log (person, seq, at, kind, event, booking, spans) ",
        "SELECT $1::uuid, log_seq, $2::bigint, $3::text, $4::uuid, $5::uuid, $6::bytea FROM next RETURNING seq"
    );
    let values = values![
        uuid(person.as_bytes()),
        seconds(at),
        kind_word(news.kind),
        news.event.as_ref().map(EventId::as_bytes).map(uuid),
        news.booking.as_ref().map(BookingId::as_bytes).map(uuid),
        pack(&news.spans),
        news.kind.touches_time(),
        news.kind.touches_bookings(),
    ];
    flight.add(sql, values, Expect::Head(person));
}

/// Where a person's log ends; `None` for nobody.
pub(super) async fn head(db: &Db, person: UserId) -> Result<Option<Seq>, StoreError> {
    let sql = "SELECT log_seq FROM users WHERE id = $1";
    db.first(sql, &[&uuid(person.as_bytes())], |row| row.number().map(Seq)).await
}

/// Where these persons' logs end, of those that are there.
pub(super) async fn heads(db: &Db, persons: &[UserId]) -> Result<Vec<(UserId, Seq)>, StoreError> {
    let persons: Vec<Uuid> = persons.iter().map(|person| uuid(person.as_bytes())).collect();
    let sql = "SELECT id, log_seq FROM users WHERE id = ANY($1)";
    db.all(sql, &[&persons], |row| Ok((row.id(UserId::from_bytes)?, Seq(row.number()?)))).await
}

/// A page of a log and its ends, in one statement, so that they belong together.
pub(super) async fn after(db: &Db, person: UserId, seq: Seq, most: usize) -> Result<Option<LogPage>, StoreError> {
    let sql = concat!(
        "SELECT u.log_seq, u.log_floor, ",
        log_columns!(),
        " FROM users u LEFT JOIN LATERAL (SELECT * FROM log WHERE person = u.id AND seq > $2 ORDER BY seq LIMIT $3) l",
        " ON true WHERE u.id = $1 ORDER BY l.seq"
    );
    let after = i64::try_from(seq.0).unwrap_or(i64::MAX);
    let rows = db
        .all(sql, &[&uuid(person.as_bytes()), &after, &limit(most)], |columns| {
            let (head, floor) = (columns.number()?, columns.number()?);
            Ok((head, floor, row::log_entry_or_none(columns)?))
        })
        .await?;
    let Some((head, floor, _)) = rows.first() else { return Ok(None) };
    let (head, floor) = (*head, *floor);
    if seq.0 < floor || seq.0 > head {
        return Ok(None);
    }
    Ok(Some(LogPage { entries: rows.into_iter().filter_map(|(_, _, entry)| entry).collect(), head: Seq(head) }))
}

/// Persons whose log begins with entries from before `before`.
pub(super) async fn prunable(db: &Db, before: Instant) -> Result<Vec<UserId>, StoreError> {
    let sql = "SELECT u.id FROM users u WHERE EXISTS \
        (SELECT 1 FROM log WHERE person = u.id AND seq = u.log_floor + 1 AND at < $1) ORDER BY u.id LIMIT $2";
    db.all(sql, &[&seconds(before), &limit(PRUNED_LOGS)], |row| row.id(UserId::from_bytes)).await
}

/// Deletes the oldest entries of these persons' logs, those from before `before`; how many there were.
/// The persons are locked, so nodes that prune together do it one after the other.
pub(super) async fn prune(db: &Db, persons: &[UserId], before: Instant) -> Result<u64, StoreError> {
    let mut pruned = 0;
    for person in persons {
        // Up to the first entry that is kept, whatever clocks did.
        let sql = "SELECT seq, at FROM log WHERE person = $1 ORDER BY seq LIMIT $2";
        let person = uuid(person.as_bytes());
        let oldest = db.all(sql, &[&person, &limit(PRUNED_OF_LOG)], |row| Ok((row.int()?, row.instant()?))).await?;
        let Some((floor, _)) = oldest.iter().take_while(|(_, at)| *at < before).last() else { continue };
        pruned += db.run("DELETE FROM log WHERE person = $1 AND seq <= $2", &[&person, floor]).await?;
        db.run("UPDATE users SET log_floor = $2 WHERE id = $1", &[&person, floor]).await?;
    }
    Ok(pruned)
}

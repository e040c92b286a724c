//! Each person's log: appended to by changes, read by whoever follows it.

use meetme_core::change::News;
use meetme_core::cursor::Seq;
use meetme_core::id::{BookingId, EventId, UserId};
use meetme_core::time::Instant;
use rusqlite::Connection;

use super::value::{all, broken, first, limit, run, seconds};
use crate::store::feeds::next_of_log;
use crate::store::row::{self, log_columns};
use crate::store::value::{kind_word, pack};
use crate::store::{LogPage, PRUNED_LOGS, PRUNED_OF_LOG, StoreError};

/// Moves the end of a log, and what the person's row knows of its last entries.
const NEXT: &str = next_of_log!("?1", "?2", "?3", "?4");

/// Appends to a person's log; where it ends then.
pub(super) fn append(conn: &Connection, person: UserId, at: Instant, news: &News) -> Result<Seq, StoreError> {
    let (time, meetings) = (news.kind.touches_time(), news.kind.touches_bookings());
    let params = (person.as_bytes(), seconds(at), time, meetings);
    let seq = first(conn, NEXT, params, |row| row.int())?.ok_or_else(|| broken("log", "of no person"))?;
    let sql = "INSERT INTO log (person, seq, at, kind, event, booking, spans) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    let event = news.event.as_ref().map(EventId::as_bytes);
    let booking = news.booking.as_ref().map(BookingId::as_bytes);
    let params = (person.as_bytes(), seq, seconds(at), kind_word(news.kind), event, booking, pack(&news.spans));
    run(conn, sql, params)?;
    Ok(Seq(seq.unsigned_abs()))
}

/// Where a person's log ends; `None` for nobody.
pub(super) fn head(conn: &Connection, person: UserId) -> Result<Option<Seq>, StoreError> {
    first(conn, "SELECT log_seq FROM users WHERE id = ?1", [person.as_bytes()], |row| row.number().map(Seq))
}

/// Where these persons' logs end, of those that are there.
pub(super) fn heads(conn: &Connection, persons: &[UserId]) -> Result<Vec<(UserId, Seq)>, StoreError> {
    let mut heads = Vec::with_capacity(persons.len());
    for person in persons {
        heads.extend(head(conn, *person)?.map(|seq| (*person, seq)));
    }
    Ok(heads)
}

/// A page of a log. Runs in a transaction, so that page and head belong together.
pub(super) fn after(conn: &Connection, person: UserId, seq: Seq, most: usize) -> Result<Option<LogPage>, StoreError> {
    let sql = "SELECT log_seq, log_floor FROM users WHERE id = ?1";
    let ends = first(conn, sql, [person.as_bytes()], |row| Ok((row.number()?, row.number()?)))?;
    let Some((head, floor)) = ends else { return Ok(None) };
    if seq.0 < floor || seq.0 > head {
        return Ok(None);
    }
    let after = i64::try_from(seq.0).map_err(|error| broken("seq", error))?;
    let sql =
        concat!("SELECT ", log_columns!(), " FROM log l WHERE l.person = ?1 AND l.seq > ?2 ORDER BY l.seq LIMIT ?3");
    let entries = all(conn, sql, (person.as_bytes(), after, limit(most)), row::log_entry)?;
    Ok(Some(LogPage { entries, head: Seq(head) }))
}

/// Persons whose log begins with entries from before `before`.
pub(super) fn prunable(conn: &Connection, before: Instant) -> Result<Vec<UserId>, StoreError> {
    let sql = "SELECT u.id FROM users u WHERE EXISTS \
        (SELECT 1 FROM log WHERE person = u.id AND seq = u.log_floor + 1 AND at < ?1) LIMIT ?2";
    all(conn, sql, (seconds(before), limit(PRUNED_LOGS)), |row| row.id(UserId::from_bytes))
}

/// Deletes the oldest entries of these persons' logs, those from before `before`; how many there were.
pub(super) fn prune(conn: &Connection, persons: &[UserId], before: Instant) -> Result<usize, StoreError> {
    let mut pruned = 0;
    for person in persons {
        // Up to the first entry that is kept, whatever clocks did.
        let sql = "SELECT seq, at FROM log WHERE person = ?1 ORDER BY seq LIMIT ?2";
        let oldest = all(conn, sql, (person.as_bytes(), limit(PRUNED_OF_LOG)), |row| Ok((row.int()?, row.instant()?)))?;
        let Some((floor, _)) = oldest.iter().take_while(|(_, at)| *at < before).last() else { continue };
        pruned += run(conn, "DELETE FROM log WHERE person = ?1 AND seq <= ?2", (person.as_bytes(), floor))?;
        run(conn, "UPDATE users SET log_floor = ?2 WHERE id = ?1", (person.as_bytes(), floor))?;
    }
    Ok(pruned)
}

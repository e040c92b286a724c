//! What apps keep on things in a calendar home, as rows.

use meetme_core::entry::Collection;
use meetme_core::id::UserId;
use rusqlite::Connection;

use super::value::{first, limit, run};
use crate::store::ChangeError;
use crate::store::properties::{Kept, MAX_OF_ACCOUNT};

/// Keeps a property on a place, or forgets it.
pub(super) fn set(
    conn: &Connection,
    owner: UserId,
    place: &str,
    name: &str,
    value: Option<&str>,
) -> Result<(), ChangeError> {
    match value {
        Some(value) => {
            let sql = "INSERT INTO properties (owner, place, name, value) VALUES (?1, ?2, ?3, ?4) \
                ON CONFLICT (owner, place, name) DO UPDATE SET value = excluded.value";
            run(conn, sql, (owner.as_bytes(), place, name, value))?;
        }
        None => {
            let sql = "DELETE FROM properties WHERE owner = ?1 AND place = ?2 AND name = ?3";
            run(conn, sql, (owner.as_bytes(), place, name))?;
        }
    }
    Ok(())
}

/// Forgets what is kept on a place and below it.
pub(super) fn forget(conn: &Connection, owner: UserId, place: &str) -> Result<(), ChangeError> {
    // Behind the slash in ASCII stands the zero.
    let sql = "DELETE FROM properties WHERE owner = ?1 AND (place = ?2 OR (place > ?2 || '/' AND place < ?2 || '0'))";
    run(conn, sql, (owner.as_bytes(), place))?;
    Ok(())
}

/// Lets what is kept on a calendar and below it follow to the name that it is about to get.
pub(super) fn carry(conn: &Connection, collection: &Collection) -> Result<(), ChangeError> {
    let sql = "SELECT name FROM collections WHERE id = ?1";
    let old = first(conn, sql, [collection.id.as_bytes()], |row| row.string())?;
    let Some(old) = old.filter(|old| *old != collection.name) else { return Ok(()) };
    forget(conn, collection.owner, &collection.name)?;
    let sql = "UPDATE properties SET place = ?3 || substr(place, length(?2) + 1) \
        WHERE owner = ?1 AND (place = ?2 OR (place > ?2 || '/' AND place < ?2 || '0'))";
    run(conn, sql, (collection.owner.as_bytes(), &old, &collection.name))?;
    Ok(())
}

/// Takes what is kept on a place and below it to another one.
pub(super) fn rename(conn: &Connection, owner: UserId, from: &str, to: &str) -> Result<(), ChangeError> {
    let sql = "UPDATE properties SET place = ?3 || substr(place, length(?2) + 1) \
        WHERE owner = ?1 AND (place = ?2 OR (place > ?2 || '/' AND place < ?2 || '0'))";
    run(conn, sql, (owner.as_bytes(), from, to))?;
    Ok(())
}

/// Refuses more than are kept.
pub(super) fn count(conn: &Connection, owner: UserId, place: &str) -> Result<(), ChangeError> {
    let sql = "SELECT (SELECT count(*) FROM properties WHERE owner = ?1 AND place = ?2), \
        (SELECT count(*) FROM (SELECT 1 FROM properties WHERE owner = ?1 LIMIT ?3))";
    let kept = first(conn, sql, (owner.as_bytes(), place, limit(MAX_OF_ACCOUNT + 1)), Kept::of)?;
    Ok(kept.unwrap_or_default().are_few()?)
}

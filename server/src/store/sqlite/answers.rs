//! Answers that are kept under a client's key, so that a repetition changes nothing.

use meetme_core::time::Instant;
use rusqlite::Connection;

use super::value::{first, limit, run, seconds};
use crate::store::{ChangeError, IdempotencyKey, PRUNED_ANSWERS, StoreError};

/// The answer under the key, if the key belongs to the same request.
pub(super) fn find(conn: &Connection, key: &IdempotencyKey) -> Result<Option<Vec<u8>>, ChangeError> {
    let sql = "SELECT request, answer FROM answers WHERE user = ?1 AND key = ?2";
    let found = first(conn, sql, (key.user.as_bytes(), &key.key), |row| Ok((row.hash()?, row.bytes()?.to_vec())))?;
    match found {
        Some((request, _)) if request != key.request => Err(ChangeError::KeyReused),
        Some((_, answer)) => Ok(Some(answer)),
        None => Ok(None),
    }
}

/// Keeps an answer.
pub(super) fn keep(conn: &Connection, key: &IdempotencyKey, answer: &[u8], now: Instant) -> Result<(), StoreError> {
    let sql = "INSERT INTO answers (user, key, request, at, answer) VALUES (?1, ?2, ?3, ?4, ?5)";
    run(conn, sql, (key.user.as_bytes(), &key.key, key.request, seconds(now), answer))?;
    Ok(())
}

/// Deletes the oldest answers, those from before `before`; true if there may be more.
pub(super) fn prune(conn: &Connection, before: Instant) -> Result<bool, StoreError> {
    let sql = "DELETE FROM answers WHERE row IN (SELECT row FROM answers ORDER BY row LIMIT ?2) AND at < ?1";
    let most = limit(PRUNED_ANSWERS);
    Ok(limit(run(conn, sql, (seconds(before), most))?) == most)
}

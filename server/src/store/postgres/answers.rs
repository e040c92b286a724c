//! Answers that are kept under a client's key, so that a repetition changes nothing.

use meetme_core::time::Instant;

use super::db::{Db, uuid};
use super::flight::{Expect, Flight, values};
use crate::store::value::{limit, seconds};
use crate::store::{ChangeError, IdempotencyKey, PRUNED_ANSWERS, StoreError};

/// The answer under the key, if the key belongs to the same request.
pub(super) async fn find(db: &Db, key: &IdempotencyKey) -> Result<Option<Vec<u8>>, ChangeError> {
    let sql = "SELECT request, answer FROM answers WHERE \"user\" = $1 AND key = $2";
    let params = (uuid(key.user.as_bytes()), &key.key);
    let found = db.first(sql, &[&params.0, &params.1], |row| Ok((row.hash()?, row.bytes()?.to_vec()))).await?;
    match found {
        Some((request, _)) if request != key.request => Err(ChangeError::KeyReused),
        Some((_, answer)) => Ok(Some(answer)),
        None => Ok(None),
    }
}

/// Keeps an answer.
pub(super) fn keep(flight: &mut Flight, key: &IdempotencyKey, answer: &[u8], now: Instant) {
    let sql = "INSERT INTO answers (\"user\", key, request, at, answer) VALUES ($1, $2, $3, $4, $5)";
    let values =
        values![uuid(key.user.as_bytes()), key.key.clone(), key.request.to_vec(), seconds(now), answer.to_vec()];
    flight.add(sql, values, Expect::Anything);
}

/// Deletes the oldest answers, those from before `before`; true if there may be more.
pub(super) async fn prune(db: &Db, before: Instant) -> Result<bool, StoreError> {
    // What another node is deleting is passed over.
    let sql = "DELETE FROM answers WHERE (\"user\", key) IN (SELECT \"user\", key FROM answers WHERE at < $1 \
        ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED)";
    let most = limit(PRUNED_ANSWERS);
    Ok(db.run(sql, &[&seconds(before), &most]).await? == most.unsigned_abs())
}

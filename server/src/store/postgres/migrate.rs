//! The schema's history: each step is applied once, in order, and never changed afterwards.
//!
//! No copy is kept before a step: `pg_dump` is how PostgreSQL is backed up.

use super::connect::{Address, MIGRATING};
use super::db::Db;
use super::fault::DbError;
use crate::store::OpenError;

/// Step `n` leads from schema `n` to schema `n + 1`.
const STEPS: &[&str] = &[
    include_str!("schema/0001.sql"),
    include_str!("schema/0002.sql"),
    include_str!("schema/0003.sql"),
    include_str!("schema/0004.sql"),
    include_str!("schema/0005.sql"),
    include_str!("schema/0006.sql"),
    include_str!("schema/0007.sql"),
];

/// The oldest server that has all that is needed.
const OLDEST: i64 = 13;

/// The newest schema that this program knows.
fn newest() -> u32 {
    u32::try_from(STEPS.len()).expect("there are few steps")
}

/// Brings the database to the newest schema, one node at a time, all steps in one transaction. A new
/// one begins its life with `epoch`. Which life it is in then.
pub(super) async fn bring_up(db: &Db, address: &Address, epoch: u64) -> Result<u64, OpenError> {
    let failed = |error: DbError| address.refused(error.words());
    let version = db.first("SHOW server_version_num", &[], |row| row.parse::<i64>()).await?.unwrap_or(0) / 10_000;
    if version < OLDEST {
        return Err(address.refused(format!("it is PostgreSQL {version}, and meetme needs {OLDEST} or newer")));
    }
    db.batch("BEGIN; SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0").await.map_err(failed)?;
    let result = in_turn(db, address, epoch).await;
    let end = if result.is_ok() { "COMMIT" } else { "ROLLBACK" };
    let ended = db.batch(end).await.map_err(failed);
    let epoch = result?;
    ended?;
    Ok(epoch)
}

async fn in_turn(db: &Db, address: &Address, epoch: u64) -> Result<u64, OpenError> {
    let failed = |error: DbError| address.refused(error.words());
    // Others that start now wait here, and find everything done.
    db.rows("SELECT 1 FROM pg_advisory_xact_lock($1)", &[&MIGRATING]).await.map_err(failed)?;
    let found = found(db).await?;
    if found > newest() {
        return Err(OpenError::Newer { found, known: newest() });
    }
    if found == 0 {
        lay_ground(db, address, epoch).await?;
    }
    for step in STEPS.iter().skip(found as usize) {
        db.batch(step).await.map_err(failed)?;
    }
    let set = "UPDATE meta SET value = $1 WHERE name = 'schema' AND value <> $1";
    db.run(set, &[&i64::from(newest())]).await.map_err(failed)?;
    let epoch = db.first("SELECT value FROM meta WHERE name = 'epoch'", &[], |row| row.int()).await?;
    epoch.map(i64::cast_unsigned).ok_or_else(|| OpenError::Damaged("it has no epoch".to_owned()))
}

/// Which schema the database has; 0 for an empty one.
async fn found(db: &Db) -> Result<u32, OpenError> {
    let sql = "SELECT to_regclass('meta') IS NOT NULL, (SELECT count(*) FROM pg_class c \
        WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm'))";
    let state = db.first(sql, &[], |row| Ok((row.flag()?, row.int()?))).await?;
    match state {
        Some((false, 0)) => Ok(0),
        Some((true, _)) => {
            let sql = "SELECT value FROM meta WHERE name = 'schema'";
            let version = db.first(sql, &[], |row| row.small()).await.ok().flatten();
            version.ok_or_else(|| OpenError::Damaged("it belongs to another program".to_owned()))
        }
        _ => Err(OpenError::Damaged("it belongs to another program".to_owned())),
    }
}

/// What everything else stands on.
async fn lay_ground(db: &Db, address: &Address, epoch: u64) -> Result<(), OpenError> {
    db.batch("CREATE EXTENSION IF NOT EXISTS btree_gist").await.map_err(|error| {
        let why = error.words();
        address.refused(format!(
            "the extension btree_gist, which keeps people from being in two places at once, cannot be made: {why}; \
             install PostgreSQL's contrib modules, or let an administrator run CREATE EXTENSION btree_gist there"
        ))
    })?;
    let failed = |error: DbError| address.refused(error.words());
    db.batch("CREATE TABLE meta (name text PRIMARY KEY, value bigint NOT NULL)").await.map_err(failed)?;
    let sql = "INSERT INTO meta (name, value) VALUES ('schema', 0), ('epoch', $1)";
    db.run(sql, &[&epoch.cast_signed()]).await.map_err(failed)?;
    Ok(())
}

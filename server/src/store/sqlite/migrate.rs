//! The schema's history: each step is applied once, in order, and never changed afterwards.

use rusqlite::Connection;

use crate::store::OpenError;

/// Step `n` leads from schema `n` to schema `n + 1`.
const STEPS: &[&str] = &[include_str!("schema/0001.sql")];

/// Marks the file as ours: `meet`.
pub(super) const APPLICATION: i32 = 0x6d65_6574;

/// The newest schema that this program knows.
pub(super) fn newest() -> u32 {
    u32::try_from(STEPS.len()).expect("there are few steps")
}

/// Which schema the database has; 0 for a new file.
pub(super) fn found(conn: &Connection) -> Result<u32, OpenError> {
    let application: i32 = conn.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let version: u32 = conn.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if tables > 0 && application != APPLICATION {
        return Err(OpenError::Damaged("it belongs to another program".to_owned()));
    }
    if version > newest() {
        return Err(OpenError::Newer { found: version, known: newest() });
    }
    Ok(version)
}

/// Brings a database of schema `from` to the newest one, all steps in one transaction.
/// A new one begins its life with `epoch`.
pub(super) fn migrate(conn: &mut Connection, from: u32, epoch: u64) -> Result<(), OpenError> {
    let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Exclusive)?;
    for step in STEPS.iter().skip(from as usize) {
        tx.execute_batch(step)?;
    }
    if from == 0 {
        tx.pragma_update(None, "application_id", APPLICATION)?;
        set_epoch(&tx, epoch)?;
    }
    tx.pragma_update(None, "user_version", newest())?;
    tx.commit()?;
    Ok(())
}

/// Begins another life of the database.
pub(super) fn set_epoch(conn: &Connection, epoch: u64) -> rusqlite::Result<()> {
    let epoch = epoch.cast_signed();
    conn.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('epoch', ?1)", [epoch])?;
    Ok(())
}

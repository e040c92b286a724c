//! The schema's history: each step is applied once, in order, and never changed afterwards.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use super::backup;
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

/// Brings the database at `path` from schema `from` to the newest one, keeping a copy of it first
/// if there is anything in it. A new one begins its life with `epoch`.
pub(super) fn bring_up(conn: &mut Connection, path: &Path, from: u32, epoch: u64) -> Result<(), OpenError> {
    if from == newest() {
        return Ok(());
    }
    if from > 0 {
        backup::before_migration(conn, path, from)?;
    }
    take_steps(conn, STEPS, from, epoch)
}

/// All steps in one transaction.
fn take_steps(conn: &mut Connection, steps: &[&str], from: u32, epoch: u64) -> Result<(), OpenError> {
    let tx = conn.transaction_with_behavior(TransactionBehavior::Exclusive)?;
    for step in steps.iter().skip(from as usize) {
        tx.execute_batch(step)?;
    }
    if from == 0 {
        tx.pragma_update(None, "application_id", APPLICATION)?;
        set_epoch(&tx, epoch)?;
    }
    tx.pragma_update(None, "user_version", u32::try_from(steps.len()).expect("there are few steps"))?;
    tx.commit()?;
    Ok(())
}

/// Begins another life of the database.
pub(super) fn set_epoch(conn: &Connection, epoch: u64) -> rusqlite::Result<()> {
    let epoch = epoch.cast_signed();
    conn.execute("INSERT OR REPLACE INTO meta (name, value) VALUES ('epoch', ?1)", [epoch])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(conn: &Connection) -> u32 {
        conn.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
    }

    #[test]
    fn steps_that_were_taken_are_not_taken_again() {
        let mut conn = Connection::open_in_memory().unwrap();
        take_steps(&mut conn, STEPS, 0, 1).unwrap();
        let steps = [STEPS, &["CREATE TABLE more (id INTEGER) STRICT"]].concat();

        take_steps(&mut conn, &steps, newest(), 2).unwrap();

        assert_eq!(version(&conn), newest() + 1);
        let epoch: i64 = conn.query_row("SELECT value FROM meta WHERE name = 'epoch'", [], |row| row.get(0)).unwrap();
        assert_eq!(epoch, 1);
    }

    #[test]
    fn a_step_that_fails_leaves_the_schema_as_it_was() {
        let mut conn = Connection::open_in_memory().unwrap();
        take_steps(&mut conn, STEPS, 0, 1).unwrap();
        let steps = [STEPS, &["CREATE TABLE more (id INTEGER) STRICT", "DROP TABLE nothing"]].concat();

        take_steps(&mut conn, &steps, newest(), 2).unwrap_err();

        assert_eq!(version(&conn), newest());
        conn.execute("CREATE TABLE more (id INTEGER)", []).unwrap();
    }

    #[test]
    fn a_copy_of_the_old_schema_is_kept() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("meetme.db");
        let mut conn = Connection::open(&path).unwrap();
        take_steps(&mut conn, &STEPS[..1], 0, 7).unwrap();

        backup::before_migration(&conn, &path, 1).unwrap();

        let copy = Connection::open(dir.path().join("meetme.db.v1.bak")).unwrap();
        let epoch: i64 = copy.query_row("SELECT value FROM meta WHERE name = 'epoch'", [], |row| row.get(0)).unwrap();
        assert_eq!((version(&copy), epoch), (1, 7));
    }
}

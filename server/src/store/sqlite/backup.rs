//! Copies of the whole database, and back again.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::open::{DATABASE, lock, no_way, open_private};
use super::{migrate, value};
use crate::store::checks::CHECKS;
use crate::store::{OpenError, StoreError};

/// Puts a backup in place as the database of `dir`, which must have none yet. It begins another life
/// with `new_epoch`: cursors from before are void, for the log may have gone on after the backup.
pub fn restore(backup: &Path, dir: &Path, new_epoch: u64) -> Result<(), OpenError> {
    // Nothing is made for a backup that is not there.
    let from = Connection::open_with_flags(backup, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .map_err(|error| no_way(backup, &std::io::Error::other(error)))?;
    let _lock = lock(dir)?;
    let target = dir.join(DATABASE);
    if target.exists() {
        let why = std::io::Error::new(ErrorKind::AlreadyExists, "there is a database already: move it away first");
        return Err(no_way(&target, &why));
    }
    if migrate::found(&from)? == 0 {
        return Err(OpenError::Damaged("the backup is empty".to_owned()));
    }
    let faults = faults(&from)?;
    if let Some(fault) = faults.first() {
        return Err(OpenError::Damaged(format!("the backup fails its check: {fault}")));
    }
    // Only a whole copy gets the database's name.
    let part = dir.join("meetme.db.restoring");
    remove_if_there(&part)?;
    let copied = copy(&from, &part)?;
    migrate::set_epoch(&copied, new_epoch)?;
    // Folds everything into the one file that is renamed.
    copied.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    copied.close().map_err(|(_, error)| error)?;
    std::fs::rename(&part, &target).and_then(|()| sync(&target)).map_err(|error| no_way(&target, &error))
}

/// Copies the database into the file `to`, which must not be there yet, and checks the copy before it gets that
/// name: what is called a backup can be restored.
pub(super) fn backup(conn: &Connection, to: &Path) -> Result<(), StoreError> {
    let failed = |error: &dyn std::fmt::Display| value::broken("backup", error);
    if to.exists() {
        return Err(failed(&format!("{} is there already", to.display())));
    }
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let done = backup_into(conn, &part)
        .and_then(|()| std::fs::rename(&part, to).and_then(|()| sync(to)).map_err(|error| failed(&error)));
    if done.is_err() {
        // What is only a part of a backup helps nobody; if it cannot go, that is not what is wrong.
        let _ = std::fs::remove_file(&part);
    }
    done
}

fn backup_into(conn: &Connection, part: &Path) -> Result<(), StoreError> {
    let failed = |error: &dyn std::fmt::Display| value::broken("backup", error);
    remove_if_there(part).map_err(|error| failed(&error))?;
    // It holds everything: made for its owner alone before there is anything in it.
    drop(open_private(&part.to_owned()).map_err(|error| failed(&error))?);
    let copied = copy(conn, part)?;
    // One file that is read without others beside it.
    copied.pragma_update_and_check(None, "journal_mode", "DELETE", |_| Ok(()))?;
    if let Some(fault) = faults(&copied)?.first() {
        return Err(failed(&fault));
    }
    copied.close().map_err(|(_, error)| error)?;
    std::fs::File::open(part).and_then(|file| file.sync_all()).map_err(|error| failed(&error))
}

/// Keeps a copy of the database beside it before its schema changes.
pub(super) fn before_migration(conn: &Connection, path: &Path, version: u32) -> Result<(), OpenError> {
    let to = PathBuf::from(format!("{}.v{version}.bak", path.display()));
    // A migration that was cut off may have left one: the database has not changed since.
    remove_if_there(&to)?;
    copy(conn, &to)?;
    sync(&to).map_err(|error| no_way(&to, &error))
}

fn remove_if_there(path: &Path) -> Result<(), OpenError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(no_way(path, &error)),
        _ => Ok(()),
    }
}

/// One snapshot of everything, in one step: changes go on meanwhile.
fn copy(from: &Connection, to: &Path) -> Result<Connection, rusqlite::Error> {
    let mut copied = Connection::open(to)?;
    let done = Backup::new(from, &mut copied)?.step(-1)?;
    match done {
        StepResult::Done => Ok(copied),
        _ => Err(rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_BUSY), None)),
    }
}

/// Makes a file and its name durable.
fn sync(path: &Path) -> std::io::Result<()> {
    std::fs::File::open(path)?.sync_all()?;
    match path.parent().filter(|dir| !dir.as_os_str().is_empty()) {
        Some(dir) => std::fs::File::open(dir)?.sync_all(),
        None => Ok(()),
    }
}

/// What is wrong with the database: damage, rows without the rows they name, and
/// persons who are in two places at once. Empty for a sound one.
pub(super) fn faults(conn: &Connection) -> Result<Vec<String>, StoreError> {
    let mut faults: Vec<String> = value::all(conn, "PRAGMA integrity_check", [], |row| row.string())?;
    faults.retain(|line| line != "ok");
    let orphans = value::all(conn, "PRAGMA foreign_key_check", [], |row| row.string())?;
    faults.extend(orphans.into_iter().map(|table| format!("a row of {table} names one that is not there")));
    for (what, sql) in CHECKS {
        let rows: i64 = value::first(conn, sql, [], |row| row.int())?.unwrap_or(0);
        if rows > 0 {
            faults.push(format!("{what}: {rows}"));
        }
    }
    Ok(faults)
}

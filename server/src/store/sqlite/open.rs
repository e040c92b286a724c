//! From a directory to connections: the lock, the file, the schema.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::migrate;
use crate::store::OpenError;

/// The database's name in its directory.
pub(super) const DATABASE: &str = "meetme.db";
/// Locked while a server uses the directory.
pub(super) const LOCK: &str = "meetme.lock";

/// Nobody else writes; this only outlasts a curious shell.
const BUSY: Duration = Duration::from_millis(500);
/// Statements that each connection keeps prepared.
const STATEMENTS: usize = 256;

/// How SQLite is used. [`SqliteOptions::new`] has what a server wants.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// How many reads run side by side.
    pub readers: usize,
    /// How many changes may wait; further ones are told `Busy`.
    pub queue: usize,
    /// How many changes may share a commit.
    pub max_batch: usize,
    /// Whether a commit waits for the disk.
    pub synchronous: Synchronous,
    /// SQLite's file layer, by name; the platform's own if none.
    pub vfs: Option<String>,
    /// What the writer may keep of the file in memory.
    pub writer_cache_kib: u32,
    /// What each reader may keep of the file in memory.
    pub reader_cache_kib: u32,
    /// After how many pages written the log is folded into the file.
    pub checkpoint_pages: u32,
    /// How large the file may become, in pages of 4 KiB; stands in for a full disk.
    pub max_pages: Option<u32>,
    /// The epoch of a database that is made anew: random.
    pub new_epoch: u64,
}

/// Whether a commit waits for the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Synchronous {
    /// Always: an answered change survives a power cut.
    Full,
    /// Never. Only to measure what waiting costs.
    Off,
}

impl SqliteOptions {
    /// What a server wants. `new_epoch` is random.
    pub fn new(new_epoch: u64) -> Self {
        Self {
            readers: 4,
            queue: 1024,
            max_batch: 256,
            synchronous: Synchronous::Full,
            vfs: None,
            writer_cache_kib: 32 * 1024,
            reader_cache_kib: 8 * 1024,
            checkpoint_pages: 4000,
            max_pages: None,
            new_epoch,
        }
    }
}

/// How often a directory in use is looked at again, and how long is waited between: a server that is being
/// replaced may still be closing, and a process that is being started holds what its parent held for a moment.
const LOCK_TRIES: u32 = 20;
const LOCK_REST: Duration = Duration::from_millis(50);

/// Takes the directory, making it if need be, until the file is closed. Blocks for a second while it is in use.
pub(super) fn lock(dir: &Path) -> Result<File, OpenError> {
    make_private(dir)?;
    let path = dir.join(LOCK);
    let file = open_private(&path)?;
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) => std::thread::sleep(LOCK_REST),
            Err(TryLockError::Error(error)) => return Err(no_way(&path, &error)),
        }
    }
    Err(OpenError::InUse { path: path.display().to_string() })
}

/// The writing connection, with the newest schema.
pub(super) fn writer(dir: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    let path = dir.join(DATABASE);
    // Made here, so that only its owner can read it, and so that a refusal has the system's words.
    drop(open_private(&path)?);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = connect(&path, flags, options, options.writer_cache_kib)?;
    let version = migrate::found(&conn)?;
    conn.pragma_update(None, "journal_mode", "WAL")?;
    let synchronous = match options.synchronous {
        Synchronous::Full => "FULL",
        Synchronous::Off => "OFF",
    };
    conn.pragma_update(None, "synchronous", synchronous)?;
    conn.pragma_update(None, "wal_autocheckpoint", options.checkpoint_pages)?;
    if let Some(pages) = options.max_pages {
        conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    migrate::bring_up(&mut conn, &path, version, options.new_epoch)?;
    // SQLite makes the names of its own files durable, but this one was made above.
    File::open(dir).and_then(|dir| dir.sync_all()).map_err(|error| no_way(dir, &error))?;
    Ok(conn)
}

/// A connection that cannot write.
pub(super) fn reader(dir: &Path, options: &SqliteOptions) -> Result<Connection, OpenError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    connect(&dir.join(DATABASE), flags, options, options.reader_cache_kib)
}

fn connect(path: &Path, flags: OpenFlags, options: &SqliteOptions, cache_kib: u32) -> Result<Connection, OpenError> {
    let conn = match &options.vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs.as_str())?,
        None => Connection::open_with_flags(path, flags)?,
    };
    conn.busy_timeout(BUSY)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    // Otherwise statements are prepared anew whenever a bound value might suit another plan.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update(None, "trusted_schema", false)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -i64::from(cache_kib))?;
    Ok(conn)
}

/// Makes the directory if it is not there, for its owner alone.
fn make_private(dir: &Path) -> Result<(), OpenError> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir).map_err(|error| no_way(dir, &error))
}

/// Opens a file to write, making it for its owner alone if it is not there.
pub(super) fn open_private(path: &PathBuf) -> Result<File, OpenError> {
    let mut options = OpenOptions::new();
    options.read(true).append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| no_way(path, &error))
}

/// A path that the system does not let us use.
pub(super) fn no_way(path: &Path, error: &std::io::Error) -> OpenError {
    OpenError::Path { path: path.display().to_string(), why: error.to_string() }
}

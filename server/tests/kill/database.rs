//! The database file itself, as a killed server left it.

use std::collections::BTreeMap;
use std::path::Path;

use meetme_server::store::sqlite::{SqliteOptions, SqliteStore, Synchronous};
use rusqlite::Connection;

use crate::players::overlaps;

/// Checks a copy, so that it is the next server that recovers the original.
pub fn assert_sound(data: &Path, kill: usize) {
    let copy = tempfile::tempdir().unwrap();
    for name in ["meetme.db", "meetme.db-wal"] {
        if data.join(name).exists() {
            std::fs::copy(data.join(name), copy.path().join(name)).unwrap();
        }
    }
    let options = SqliteOptions { synchronous: Synchronous::Off, readers: 1, ..SqliteOptions::new(1) };
    let store = SqliteStore::open(copy.path(), options).unwrap();
    let runtime = tokio::runtime::Handle::current();
    let faults = tokio::task::block_in_place(|| runtime.block_on(store.check())).unwrap();
    assert_eq!(faults, Vec::<String>::new(), "after kill {kill}");
    drop(store);
    for (person, spans) in spans(&Connection::open(copy.path().join("meetme.db")).unwrap()) {
        assert_eq!(overlaps(spans), Vec::new(), "after kill {kill}, of person {person:x?}");
    }
}

type Spans = Vec<(i64, i64)>;

/// When each person sits in a booking, read from the bookings alone.
fn spans(conn: &Connection) -> BTreeMap<Vec<u8>, Spans> {
    let mut spans: BTreeMap<Vec<u8>, Spans> = BTreeMap::new();
    let mut bookings = conn.prepare("SELECT host, guest, start, end FROM bookings WHERE status <> 2").unwrap();
    let mut rows = bookings.query([]).unwrap();
    while let Some(row) = rows.next().unwrap() {
        let span = (row.get("start").unwrap(), row.get("end").unwrap());
        for person in ["host", "guest"] {
            spans.entry(row.get(person).unwrap()).or_default().push(span);
        }
    }
    spans
}

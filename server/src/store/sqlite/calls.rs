//! What nodes keep of calls for each other.

use async_trait::async_trait;
use meetme_core::id::BookingId;
use rusqlite::Connection;

use super::SqliteStore;
use super::value::{all, broken, first, limit, run};
use crate::store::{Calls, Letter, NodeId, SharedSecret, StoreError};

#[async_trait]
impl Calls for SqliteStore {
    async fn lease_room(&self, booking: BookingId, node: NodeId, dead: &[NodeId]) -> Result<NodeId, StoreError> {
        let dead = dead.to_vec();
        self.writer.write(move |conn: &Connection| lease(conn, booking, node, &dead)).await
    }

    async fn release_room(&self, booking: BookingId, node: NodeId) -> Result<(), StoreError> {
        let sql = "DELETE FROM call_rooms WHERE booking = ?1 AND node = ?2";
        let write = move |conn: &Connection| Ok(run(conn, sql, (booking.as_bytes(), int(node))).map(drop)?);
        self.writer.write(write).await
    }

    async fn note_room(&self, booking: BookingId, node: NodeId, here: [bool; 2]) -> Result<(), StoreError> {
        let sql = "UPDATE call_rooms SET host_here = ?3, guest_here = ?4 WHERE booking = ?1 AND node = ?2";
        let write =
            move |conn: &Connection| Ok(run(conn, sql, (booking.as_bytes(), int(node), here[0], here[1])).map(drop)?);
        self.writer.write(write).await
    }

    async fn room_note(&self, booking: BookingId) -> Result<[bool; 2], StoreError> {
        let sql = "SELECT host_here, guest_here FROM call_rooms WHERE booking = ?1";
        let read =
            move |conn: &Connection| first(conn, sql, [booking.as_bytes()], |row| Ok([row.flag()?, row.flag()?]));
        Ok(self.readers.look(read).await?.unwrap_or_default())
    }

    async fn beat(&self, node: NodeId) -> Result<bool, StoreError> {
        let sql = "INSERT INTO call_nodes (node, count) VALUES (?1, 1) \
            ON CONFLICT (node) DO UPDATE SET count = count + 1 RETURNING count";
        let write = move |conn: &Connection| first(conn, sql, [int(node)], |row| row.int());
        Ok(self.writer.write(write).await? != Some(1))
    }

    async fn beats(&self, nodes: Vec<NodeId>) -> Result<Vec<(NodeId, u64)>, StoreError> {
        let sql = "SELECT count FROM call_nodes WHERE node = ?1";
        let read = move |conn: &Connection| -> Result<Vec<(NodeId, u64)>, StoreError> {
            let mut found = Vec::new();
            for node in nodes {
                found.extend(first(conn, sql, [int(node)], |row| row.number())?.map(|count| (node, count)));
            }
            Ok(found)
        };
        self.readers.look(read).await
    }

    async fn forget_node(&self, node: NodeId) -> Result<(), StoreError> {
        let write = move |conn: &Connection| -> Result<(), StoreError> {
            run(conn, "DELETE FROM call_nodes WHERE node = ?1", [int(node)])?;
            run(conn, "DELETE FROM call_rooms WHERE node = ?1", [int(node)])?;
            run(conn, "DELETE FROM call_letters WHERE reader = ?1", [int(node)])?;
            Ok(())
        };
        self.writer.write(write).await
    }

    async fn post(&self, letters: Vec<Letter>) -> Result<(), StoreError> {
        let sql = "INSERT INTO call_letters (reader, writer, number, body) VALUES (?1, ?2, ?3, ?4) \
            ON CONFLICT DO NOTHING";
        let write = move |conn: &Connection| -> Result<(), StoreError> {
            for letter in &letters {
                run(conn, sql, (int(letter.to), int(letter.from), letter.number.cast_signed(), &letter.body))?;
            }
            Ok(())
        };
        self.writer.write(write).await
    }

    async fn letters(&self, node: NodeId, most: usize) -> Result<Vec<Letter>, StoreError> {
        let sql = "SELECT writer, number, body FROM call_letters WHERE reader = ?1 ORDER BY writer, number LIMIT ?2";
        let read = move |conn: &Connection| {
            all(conn, sql, (int(node), limit(most)), |row| {
                Ok(Letter { to: node, from: NodeId(row.number()?), number: row.number()?, body: row.string()? })
            })
        };
        self.readers.look(read).await
    }

    async fn burn(&self, to: NodeId, from: NodeId, number: u64) -> Result<(), StoreError> {
        let sql = "DELETE FROM call_letters WHERE reader = ?1 AND writer = ?2 AND number <= ?3";
        let write = move |conn: &Connection| Ok(run(conn, sql, (int(to), int(from), number.cast_signed())).map(drop)?);
        self.writer.write(write).await
    }

    async fn shared_secret(&self, name: &str, fresh: SharedSecret) -> Result<SharedSecret, StoreError> {
        let name = name.to_owned();
        let write = move |conn: &Connection| -> Result<SharedSecret, StoreError> {
            run(conn, "INSERT INTO secrets (name, secret) VALUES (?1, ?2) ON CONFLICT DO NOTHING", (&name, fresh))?;
            let secret = first(conn, "SELECT secret FROM secrets WHERE name = ?1", [&name], |row| row.hash())?;
            secret.ok_or_else(|| broken("secret", "what was written is not there"))
        };
        self.writer.write(write).await
    }
}

fn lease(conn: &Connection, booking: BookingId, node: NodeId, dead: &[NodeId]) -> Result<NodeId, StoreError> {
    let sql = "SELECT node FROM call_rooms WHERE booking = ?1";
    let holder = first(conn, sql, [booking.as_bytes()], |row| row.number())?.map(NodeId);
    match holder {
        Some(holder) if !dead.contains(&holder) => Ok(holder),
        _ => {
            let sql = "INSERT OR REPLACE INTO call_rooms (booking, node) VALUES (?1, ?2)";
            run(conn, sql, (booking.as_bytes(), int(node)))?;
            Ok(node)
        }
    }
}

/// Forgets what nodes kept of calls: whoever wrote it is gone, for this process has the database to itself.
pub(super) fn forget_all(conn: &Connection) -> Result<(), StoreError> {
    for sql in ["DELETE FROM call_nodes", "DELETE FROM call_rooms", "DELETE FROM call_letters"] {
        run(conn, sql, [])?;
    }
    Ok(())
}

fn int(node: NodeId) -> i64 {
    node.0.cast_signed()
}

//! What nodes keep of calls for each other.

use async_trait::async_trait;
use meetme_core::id::BookingId;

use super::db::{Db, uuid};
use super::persons::Persons;
use super::{PostgresStore, broken, limit};
use crate::store::row::Columns;
use crate::store::{Calls, Letter, NodeId, SharedSecret, StoreError};

#[async_trait]
impl Calls for PostgresStore {
    async fn lease_room(&self, booking: BookingId, node: NodeId, dead: &[NodeId]) -> Result<NodeId, StoreError> {
        let dead: Vec<i64> = dead.iter().map(|node| int(*node)).collect();
        let args = (booking, node, dead);
        self.writers.write(Persons::default(), args, |db, args| Box::pin(lease(db, args))).await
    }

    async fn release_room(&self, booking: BookingId, node: NodeId) -> Result<(), StoreError> {
        let sql = "DELETE FROM call_rooms WHERE booking = $1 AND node = $2";
        let write = self.writers.write(Persons::default(), (booking, node), move |db, args| {
            Box::pin(async move { done(db.run(sql, &[&uuid(args.0.as_bytes()), &int(args.1)]).await) })
        });
        write.await
    }

    async fn note_room(&self, booking: BookingId, node: NodeId, here: [bool; 2]) -> Result<(), StoreError> {
        let sql = "UPDATE call_rooms SET host_here = $3, guest_here = $4 WHERE booking = $1 AND node = $2";
        let write = self.writers.write(Persons::default(), (booking, node, here), move |db, args| {
            Box::pin(async move {
                let (booking, node, here) = args;
                done(db.run(sql, &[&uuid(booking.as_bytes()), &int(*node), &here[0], &here[1]]).await)
            })
        });
        write.await
    }

    async fn room_note(&self, booking: BookingId) -> Result<[bool; 2], StoreError> {
        let sql = "SELECT host_here, guest_here FROM call_rooms WHERE booking = $1";
        let db = self.reader().await?;
        let note = db.first(sql, &[&uuid(booking.as_bytes())], |row| Ok([row.flag()?, row.flag()?])).await?;
        Ok(note.unwrap_or_default())
    }

    async fn beat(&self, node: NodeId) -> Result<bool, StoreError> {
        let sql = "INSERT INTO call_nodes AS n (node, count) VALUES ($1, 1) \
            ON CONFLICT (node) DO UPDATE SET count = n.count + 1 RETURNING count";
        let write = self.writers.write(Persons::default(), node, move |db, node| {
            Box::pin(async move { db.first(sql, &[&int(*node)], |row| row.int()).await })
        });
        let count: Option<i64> = write.await?;
        Ok(count != Some(1))
    }

    async fn beats(&self, nodes: Vec<NodeId>) -> Result<Vec<(NodeId, u64)>, StoreError> {
        let nodes: Vec<i64> = nodes.into_iter().map(int).collect();
        let sql = "SELECT node, count FROM call_nodes WHERE node = ANY ($1)";
        let db = self.reader().await?;
        db.all(sql, &[&nodes], |row| Ok((NodeId(row.number()?), row.number()?))).await
    }

    async fn forget_node(&self, node: NodeId) -> Result<(), StoreError> {
        let write = self.writers.write(Persons::default(), node, |db, node| Box::pin(forget(db, *node)));
        write.await
    }

    async fn post(&self, letters: Vec<Letter>) -> Result<(), StoreError> {
        self.writers.write(Persons::default(), letters, |db, letters| Box::pin(post(db, letters))).await
    }

    async fn letters(&self, node: NodeId, most: usize) -> Result<Vec<Letter>, StoreError> {
        let sql = "SELECT writer, number, body FROM call_letters WHERE reader = $1 ORDER BY writer, number LIMIT $2";
        let db = self.reader().await?;
        let letter = |row: &mut dyn Columns| {
            Ok(Letter { to: node, from: NodeId(row.number()?), number: row.number()?, body: row.string()? })
        };
        db.all(sql, &[&int(node), &limit(most)], letter).await
    }

    async fn burn(&self, to: NodeId, from: NodeId, number: u64) -> Result<(), StoreError> {
        let sql = "DELETE FROM call_letters WHERE reader = $1 AND writer = $2 AND number <= $3";
        let write = self.writers.write(Persons::default(), (to, from, number.cast_signed()), move |db, args| {
            Box::pin(async move { done(db.run(sql, &[&int(args.0), &int(args.1), &args.2]).await) })
        });
        write.await
    }

    async fn shared_secret(&self, name: &str, fresh: SharedSecret) -> Result<SharedSecret, StoreError> {
        let args = (name.to_owned(), fresh.to_vec());
        self.writers.write(Persons::default(), args, |db, args| Box::pin(secret(db, &args.0, &args.1))).await
    }
}

/// One statement: of two nodes that come at once, the second finds what the first one wrote.
async fn lease(db: &Db, (booking, node, dead): &(BookingId, NodeId, Vec<i64>)) -> Result<NodeId, StoreError> {
    let sql = "INSERT INTO call_rooms AS r (booking, node) VALUES ($1, $2) ON CONFLICT (booking) DO UPDATE SET \
        node = CASE WHEN r.node = ANY ($3) THEN $2 ELSE r.node END, \
        host_here = r.host_here AND r.node <> ALL ($3), guest_here = r.guest_here AND r.node <> ALL ($3) \
        RETURNING node";
    let holder = db.first(sql, &[&uuid(booking.as_bytes()), &int(*node), dead], |row| row.number()).await?;
    holder.map(NodeId).ok_or_else(|| broken("room", "what was written is not there"))
}

async fn forget(db: &Db, node: NodeId) -> Result<(), StoreError> {
    db.run("DELETE FROM call_nodes WHERE node = $1", &[&int(node)]).await?;
    db.run("DELETE FROM call_rooms WHERE node = $1", &[&int(node)]).await?;
    db.run("DELETE FROM call_letters WHERE reader = $1", &[&int(node)]).await?;
    Ok(())
}

async fn post(db: &Db, letters: &[Letter]) -> Result<(), StoreError> {
    let sql = "INSERT INTO call_letters (reader, writer, number, body) \
        SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[]) ON CONFLICT DO NOTHING";
    let of = |value: fn(&Letter) -> i64| -> Vec<i64> { letters.iter().map(value).collect() };
    let (to, from) = (of(|letter| int(letter.to)), of(|letter| int(letter.from)));
    let numbers = of(|letter| letter.number.cast_signed());
    let bodies: Vec<&str> = letters.iter().map(|letter| letter.body.as_str()).collect();
    done(db.run(sql, &[&to, &from, &numbers, &bodies]).await)
}

async fn secret(db: &Db, name: &str, fresh: &[u8]) -> Result<SharedSecret, StoreError> {
    // Written whether it is there or not: the row is returned only then.
    let sql = "INSERT INTO secrets AS s (name, secret) VALUES ($1, $2) \
        ON CONFLICT (name) DO UPDATE SET secret = s.secret RETURNING secret";
    let secret = db.first(sql, &[&name, &fresh], |row| row.hash()).await?;
    secret.ok_or_else(|| broken("secret", "what was written is not there"))
}

fn done(changed: Result<u64, super::fault::DbError>) -> Result<(), StoreError> {
    Ok(changed.map(drop)?)
}

fn int(node: NodeId) -> i64 {
    node.0.cast_signed()
}

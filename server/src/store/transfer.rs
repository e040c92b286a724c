//! Carrying everything from one backend to another: which tables there are, in an order in which rows
//! may name each other, and rows in a form that belongs to neither.

use sha2::{Digest as _, Sha256};

use super::postgres::transfer::PostgresEnd;
use super::sqlite::transfer::SqliteEnd;
use super::{OpenError, StoreError};

/// Rows that are carried at once.
const CHUNK: usize = 1_000;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Id,
    Int,
    Flag,
    Text,
    Bytes,
}

/// What a column of a row holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Null,
    Id([u8; 16]),
    Int(i64),
    Flag(bool),
    Text(String),
    Bytes(Vec<u8>),
}

/// A table as every backend has it.
pub(super) struct Table {
    pub(super) name: &'static str,
    /// The first ones are its key.
    columns: &'static [(&'static str, Kind)],
    key: usize,
}

use Kind::{Bytes, Flag, Id, Int, Text};

/// Every table but what a backend keeps for itself, and what nodes keep only while there are calls.
const TABLES: [Table; 17] = [
    Table {
        name: "users",
        key: 1,
        columns: &[
            ("id", Id),
            ("username", Text),
            ("display_name", Text),
            ("email", Text),
            ("email_key", Text),
            ("zone", Text),
            ("max_per_day", Int),
            ("max_per_week", Int),
            ("password_hash", Text),
            ("created_at", Int),
            ("deleted_at", Int),
            ("widest_buffer", Int),
            ("log_seq", Int),
            ("log_floor", Int),
            ("time_seq", Int),
            ("time_at", Int),
            ("meetings_seq", Int),
            ("meetings_at", Int),
            ("names", Int),
            ("named_at", Int),
            ("disabled_at", Int),
        ],
    },
    Table {
        name: "credentials",
        key: 1,
        columns: &[
            ("hash", Bytes),
            ("user", Id),
            ("token", Id),
            ("name", Text),
            ("scopes", Text),
            ("created_at", Int),
            ("expires_at", Int),
        ],
    },
    Table {
        name: "feeds",
        key: 1,
        columns: &[("user", Id), ("free_busy", Flag), ("token", Text), ("token_made_at", Int)],
    },
    Table {
        name: "events",
        key: 1,
        columns: &[
            ("id", Id),
            ("host", Id),
            ("slug", Text),
            ("version", Int),
            ("updated_at", Int),
            ("deleted_at", Int),
            ("zone", Text),
            ("first_day", Text),
            ("last_day", Text),
            ("slot_length", Int),
            ("step", Int),
            ("buffer_before", Int),
            ("buffer_after", Int),
            ("notice", Int),
            ("horizon_days", Int),
            ("max_per_day", Int),
            ("max_per_week", Int),
            ("seats", Int),
            ("visibility", Text),
            ("needs_confirmation", Flag),
            ("call_opens", Int),
            ("call_closes", Int),
            ("title", Text),
            ("invited", Text),
            ("questions", Text),
            ("location", Text),
            ("description", Text),
        ],
    },
    Table {
        name: "windows",
        key: 1,
        columns: &[
            ("place", Int),
            ("event", Id),
            ("id", Id),
            ("start", Text),
            ("duration", Int),
            ("rule", Text),
            ("exdates", Text),
            ("whole", Flag),
        ],
    },
    Table {
        name: "bookings",
        key: 2,
        columns: &[
            ("created_at", Int),
            ("id", Id),
            ("event", Id),
            ("host", Id),
            ("guest", Id),
            ("start", Int),
            ("end", Int),
            ("status", Int),
            ("allow_overlap", Flag),
            ("sequence", Int),
            ("lapses_at", Int),
            ("updated_at", Int),
            ("uid", Text),
            ("note", Text),
            ("answers", Text),
        ],
    },
    Table {
        name: "holds",
        key: 1,
        columns: &[
            ("id", Id),
            ("event", Id),
            ("host", Id),
            ("guest", Id),
            ("start", Int),
            ("end", Int),
            ("expires_at", Int),
        ],
    },
    Table {
        name: "occupancy",
        key: 2,
        columns: &[
            ("person", Id),
            ("start", Int),
            ("end", Int),
            ("event", Id),
            ("holder", Id),
            ("held_until", Int),
            ("booked", Int),
            ("held", Int),
        ],
    },
    Table {
        name: "seats",
        key: 3,
        columns: &[("person", Id), ("start", Int), ("seat", Int), ("holder", Id), ("held_until", Int)],
    },
    Table {
        name: "log",
        key: 2,
        columns: &[
            ("person", Id),
            ("seq", Int),
            ("at", Int),
            ("kind", Text),
            ("event", Id),
            ("booking", Id),
            ("spans", Bytes),
        ],
    },
    Table {
        name: "collections",
        key: 1,
        columns: &[
            ("id", Id),
            ("owner", Id),
            ("name", Text),
            ("components", Text),
            ("counts", Flag),
            ("timezone", Text),
            ("zone", Text),
            ("entries", Int),
            ("made", Int),
            ("changed", Int),
            ("floor", Int),
        ],
    },
    Table {
        name: "entries",
        key: 2,
        columns: &[
            ("collection", Id),
            ("name", Text),
            ("uid", Text),
            ("component", Text),
            ("etag", Text),
            ("schedule_tag", Text),
            ("organizer", Id),
            ("seq", Int),
            ("first", Int),
            ("last", Int),
            ("reach", Int),
            ("recurring", Flag),
            ("known_to", Int),
            ("changed_at", Int),
            ("size", Int),
            ("message", Int),
            ("body", Bytes),
        ],
    },
    Table { name: "gone", key: 2, columns: &[("collection", Id), ("name", Text), ("seq", Int), ("at", Int)] },
    Table {
        name: "busy",
        key: 4,
        columns: &[
            ("collection", Id),
            ("name", Text),
            ("start", Int),
            ("kind", Int),
            ("owner", Id),
            ("reach", Int),
            ("end", Int),
            ("spans", Bytes),
        ],
    },
    Table { name: "properties", key: 3, columns: &[("owner", Id), ("place", Text), ("name", Text), ("value", Text)] },
    // The oldest first, which is the order in which they will be pruned.
    Table {
        name: "answers",
        key: 3,
        columns: &[("at", Int), ("user", Id), ("key", Text), ("request", Bytes), ("answer", Bytes)],
    },
    Table { name: "secrets", key: 1, columns: &[("name", Text), ("secret", Bytes)] },
];

impl Table {
    /// What its columns hold, in order.
    pub(super) fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.columns.iter().map(|(_, kind)| *kind)
    }

    /// The next rows behind a key, or the first ones. `mark` is what stands before a parameter's number.
    pub(super) fn select(&self, mark: char, first: bool) -> String {
        let key = names(&self.columns[..self.key]);
        let marks: Vec<String> = (1..=self.key).map(|n| format!("{mark}{n}")).collect();
        let behind = if first { String::new() } else { format!(" WHERE ({key}) > ({})", marks.join(", ")) };
        format!("SELECT {} FROM {}{behind} ORDER BY {key} LIMIT {CHUNK}", names(self.columns), self.name)
    }

    /// Adds a row.
    pub(super) fn insert(&self, mark: char) -> String {
        let marks: Vec<String> = (1..=self.columns.len()).map(|n| format!("{mark}{n}")).collect();
        format!("INSERT INTO {} ({}) VALUES ({})", self.name, names(self.columns), marks.join(", "))
    }
}

fn names(columns: &[(&str, Kind)]) -> String {
    let quoted: Vec<String> = columns.iter().map(|(name, _)| format!("\"{name}\"")).collect();
    quoted.join(", ")
}

/// Whence or whither.
pub(super) enum End {
    Sqlite(SqliteEnd),
    Postgres(Box<PostgresEnd>),
}

impl End {
    /// Takes an installation for oneself: a directory, or a PostgreSQL URL. A server that uses it refuses.
    async fn take(place: &str, new_epoch: u64, make: bool) -> Result<Self, OpenError> {
        if place.starts_with("postgres://") || place.starts_with("postgresql://") {
            return Ok(Self::Postgres(Box::new(PostgresEnd::take(place, new_epoch).await?)));
        }
        SqliteEnd::take(place.as_ref(), new_epoch, make).map(Self::Sqlite)
    }

    async fn rows(&self, table: &Table, behind: Option<&[Value]>) -> Result<Vec<Vec<Value>>, StoreError> {
        match self {
            Self::Sqlite(end) => end.rows(table, behind),
            Self::Postgres(end) => end.rows(table, behind).await,
        }
    }

    async fn add(&self, table: &Table, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(end) => end.add(table, &rows),
            Self::Postgres(end) => end.add(table, rows).await,
        }
    }

    async fn begin(&self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(end) => end.run("BEGIN"),
            Self::Postgres(end) => end.begin().await,
        }
    }

    /// Makes everything durable, as another life of the installation.
    async fn keep(&self, new_epoch: u64) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(end) => end.keep(new_epoch),
            Self::Postgres(end) => end.keep(new_epoch).await,
        }
    }

    /// How many rows a table has, and a digest of all of them in order.
    async fn digest(&self, table: &Table) -> Result<(u64, [u8; 32]), StoreError> {
        let (mut count, mut digest, mut behind) = (0, Sha256::new(), None::<Vec<Value>>);
        loop {
            let rows = self.rows(table, behind.as_deref()).await?;
            let Some(last) = rows.last() else { return Ok((count, digest.finalize().into())) };
            behind = Some(last[..table.key].to_vec());
            count += rows.len() as u64;
            rows.iter().flatten().for_each(|value| value.feed(&mut digest));
        }
    }
}

impl Value {
    /// Adds itself to a digest, told apart from every other value.
    fn feed(&self, digest: &mut Sha256) {
        let mut bytes = |kind: u8, bytes: &[u8]| {
            digest.update([kind]);
            digest.update((bytes.len() as u64).to_be_bytes());
            digest.update(bytes);
        };
        match self {
            Self::Null => bytes(0, &[]),
            Self::Id(id) => bytes(1, id),
            Self::Int(number) => bytes(2, &number.to_be_bytes()),
            Self::Flag(flag) => bytes(3, &[u8::from(*flag)]),
            Self::Text(text) => bytes(4, text.as_bytes()),
            Self::Bytes(of) => bytes(5, of),
        }
    }
}

/// Why an installation was not carried. The source is as it was, and the target empty.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// One of the places cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// Reading or writing failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something is there already.
    #[error("there is something in table {table} of the target: it must be empty")]
    NotEmpty {
        /// Where.
        table: &'static str,
    },
    /// What was written does not read back as what was read.
    #[error("table {table} did not arrive as it was")]
    Differs {
        /// Which.
        table: &'static str,
    },
}

/// A table that was carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Its name.
    pub table: &'static str,
    /// How many rows it has.
    pub rows: u64,
}

/// Carries everything from one place to another, each a directory (SQLite) or a `postgres://` URL, with
/// no server at either; `tell` hears of each table. All of it arrives in one transaction, after every
/// table has been read back and compared with its source, and begins another life with `new_epoch`.
pub async fn transfer(
    from: &str,
    to: &str,
    new_epoch: u64,
    mut tell: impl FnMut(Moved),
) -> Result<Vec<Moved>, MoveError> {
    let source = End::take(from, new_epoch, false).await?;
    let target = End::take(to, new_epoch, true).await?;
    source.begin().await?;
    target.begin().await?;
    for table in &TABLES {
        if !target.rows(table, None).await?.is_empty() {
            return Err(MoveError::NotEmpty { table: table.name });
        }
    }
    let mut all = Vec::new();
    for table in &TABLES {
        let mut behind = None::<Vec<Value>>;
        loop {
            let rows = source.rows(table, behind.as_deref()).await?;
            let Some(last) = rows.last() else { break };
            behind = Some(last[..table.key].to_vec());
            target.add(table, rows).await?;
        }
        let there = target.digest(table).await?;
        if source.digest(table).await? != there {
            return Err(MoveError::Differs { table: table.name });
        }
        let moved = Moved { table: table.name, rows: there.0 };
        tell(moved);
        all.push(moved);
    }
    target.keep(new_epoch).await?;
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::store::sqlite::{SqliteOptions, SqliteStore};

    /// The database's own life, and calls, which end when their servers do.
    const LEFT_BEHIND: &[&str] = &["meta", "call_nodes", "call_rooms", "call_letters"];

    #[test]
    fn every_column_of_every_table_is_carried() {
        let dir = tempfile::tempdir().expect("a directory");
        drop(SqliteStore::open(dir.path(), SqliteOptions::new(1)).expect("the store opens"));
        let database = rusqlite::Connection::open(dir.path().join("meetme.db")).expect("it is there");
        // What a table numbers its rows by is its own affair, unless the order of rows says something.
        let sql = "SELECT t.name || '.' || c.name FROM pragma_table_list t, pragma_table_info(t.name) c \
            WHERE t.schema = 'main' AND t.type = 'table' AND t.name NOT LIKE 'sqlite_%' AND c.name <> 'row'";
        let mut statement = database.prepare(sql).expect("it is SQL");
        let there = statement.query_map([], |row| row.get::<_, String>(0)).expect("rows");
        let there = there.map(|name| name.expect("a name"));
        let stays = |name: &String| LEFT_BEHIND.contains(&name.split('.').next().unwrap_or_default());
        let there: BTreeSet<String> = there.filter(|name| !stays(name)).collect();

        let carried = TABLES
            .iter()
            .flat_map(|table| table.columns.iter().map(move |(column, _)| format!("{}.{column}", table.name)));

        assert_eq!(carried.collect::<BTreeSet<_>>(), there);
    }
}

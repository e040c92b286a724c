//! A person's bookings, filtered and in order.

use meetme_core::id::BookingId;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::db::{Db, uuid};
use super::flight::Value;
use crate::store::listing::{IdRange, Place, merged, place, place_of};
use crate::store::row::{self, Columns, select_files};
use crate::store::value::{earliest_start, limit, seconds, status_number};
use crate::store::{BookingFile, BookingQuery, Role, StoreError};

const SELECT: &str = select_files!(
    "JOIN events e ON e.id = b.event JOIN users h ON h.id = b.host JOIN users g ON g.id = b.guest WHERE "
);

/// One booking with all that belongs to it.
pub(super) async fn one(db: &Db, id: BookingId) -> Result<Option<BookingFile>, StoreError> {
    db.first(&format!("{SELECT}b.id = $1"), &[&uuid(id.as_bytes())], row::file).await
}

/// A person's bookings that match, by start and id.
pub(super) async fn bookings(db: &Db, query: &BookingQuery, most: usize) -> Result<Vec<BookingFile>, StoreError> {
    Ok(merged(parts(db, query, most, SELECT, row::file).await?, query, most, place_of))
}

/// Where a person's bookings that match stand in the order.
pub(super) async fn places(db: &Db, query: &BookingQuery, most: usize) -> Result<Vec<Place>, StoreError> {
    let select = "SELECT b.start, b.id FROM bookings b WHERE ";
    Ok(merged(parts(db, query, most, select, place).await?, query, most, |place| *place))
}

/// How a row is read.
type Decode<T> = fn(&mut dyn Columns) -> Result<T, StoreError>;

/// What `select` reads of a person's bookings that match, as host and as guest.
async fn parts<T: Send>(
    db: &Db,
    query: &BookingQuery,
    most: usize,
    select: &str,
    decode: Decode<T>,
) -> Result<Vec<T>, StoreError> {
    let Some(ids) = IdRange::of(query.id_prefix.as_deref().unwrap_or_default()) else { return Ok(Vec::new()) };
    if let Some(role) = query.role {
        return part(db, of_role(query, role, &ids, most, select), decode).await;
    }
    let as_host = part(db, of_role(query, Role::Host, &ids, most, select), decode);
    let as_guest = part(db, of_role(query, Role::Guest, &ids, most, select), decode);
    let (mut found, as_guest) = tokio::try_join!(as_host, as_guest)?;
    found.extend(as_guest);
    Ok(found)
}

async fn part<T: Send>(db: &Db, filter: Filter, decode: Decode<T>) -> Result<Vec<T>, StoreError> {
    let params: Vec<&(dyn ToSql + Sync)> = filter.values.iter().map(|value| value.as_ref() as _).collect();
    db.all(&filter.sql, &params, decode).await
}

/// The statement about bookings of the person in one role.
fn of_role(query: &BookingQuery, role: Role, ids: &IdRange, most: usize, select: &str) -> Filter {
    let mut filter = Filter { sql: select.to_owned(), values: Vec::new() };
    let column = match role {
        Role::Host => "b.host = ",
        Role::Guest => "b.guest = ",
    };
    filter.add(column, uuid(query.person.as_bytes()));
    if let Some(from) = query.from {
        filter.add(" AND b.\"end\" > ", seconds(from));
        filter.add(" AND b.start > ", earliest_start(from));
    }
    if let Some(to) = query.to {
        filter.add(" AND b.start < ", seconds(to));
    }
    if let Some(event) = query.event {
        filter.add(" AND b.event = ", uuid(event.as_bytes()));
    }
    if ids.digits > 0 {
        filter.add(" AND b.id >= ", Uuid::from_bytes(ids.first));
        filter.add(" AND b.id <= ", Uuid::from_bytes(ids.last));
    }
    if let Some((start, id)) = query.after {
        filter.add(" AND (b.start, b.id) > (", seconds(start));
        filter.add(", ", uuid(id.as_bytes()));
        filter.sql.push(')');
    }
    if !query.statuses.is_empty() {
        let statuses: Vec<i64> = query.statuses.iter().copied().map(status_number).collect();
        filter.add(" AND b.status = ANY(", statuses);
        filter.sql.push(')');
    }
    let order = if query.last { " ORDER BY b.start DESC, b.id DESC LIMIT " } else { " ORDER BY b.start, b.id LIMIT " };
    filter.add(order, limit(most));
    filter
}

/// A statement that grows with its parameters. Only fixed text and places for values go into it, so
/// there are few of them, and each is prepared once.
struct Filter {
    sql: String,
    values: Vec<Value>,
}

impl Filter {
    fn add(&mut self, text: &'static str, value: impl ToSql + Sync + Send + 'static) {
        self.values.push(Box::new(value));
        self.sql.push_str(text);
        self.sql.push('$');
        self.sql.push_str(&self.values.len().to_string());
    }
}

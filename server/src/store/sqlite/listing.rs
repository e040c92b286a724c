//! A person's bookings, filtered and in order.

use meetme_core::booking::Status;
use meetme_core::id::{BookingId, UserId};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::value::{all, first, limit, seconds};
use crate::store::listing::{IdRange, Place, merged, place, place_of};
use crate::store::row::{self, Columns, select_files};
use crate::store::value::{earliest_start, status_number};
use crate::store::{BookingFile, BookingQuery, Role, StoreError};

/// From so many digits on, a prefix of an id finds fewer rows than a person has.
const TELLING_PREFIX: usize = 6;

/// The joins are made in this order: bookings come out of an index in theirs.
const SELECT: &str = select_files!(
    "CROSS JOIN events e ON e.id = b.event CROSS JOIN users h ON h.id = b.host \
     CROSS JOIN users g ON g.id = b.guest WHERE "
);

/// One booking with all that belongs to it.
pub(super) fn one(conn: &Connection, id: BookingId) -> Result<Option<BookingFile>, StoreError> {
    first(conn, &format!("{SELECT}b.id = ?1"), [id.as_bytes()], row::file)
}

/// A person's bookings that match, by start and id.
pub(super) fn bookings(conn: &Connection, query: &BookingQuery, most: usize) -> Result<Vec<BookingFile>, StoreError> {
    Ok(merged(parts(conn, query, most, SELECT, row::file)?, query, most, place_of))
}

/// Where a person's bookings that match stand in the order.
pub(super) fn places(conn: &Connection, query: &BookingQuery, most: usize) -> Result<Vec<Place>, StoreError> {
    let select = "SELECT b.start, b.id FROM bookings b WHERE ";
    Ok(merged(parts(conn, query, most, select, place)?, query, most, |place| *place))
}

/// What `select` reads of a person's bookings that match, as host and as guest.
fn parts<T>(
    conn: &Connection,
    query: &BookingQuery,
    most: usize,
    select: &str,
    decode: fn(&mut dyn Columns) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let Some(ids) = IdRange::of(query.id_prefix.as_deref().unwrap_or_default()) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for role in [Role::Host, Role::Guest] {
        if query.role.is_none_or(|one| one == role) {
            let Filter { sql, values } = of_role(query, role, &ids, most, select);
            found.extend(all(conn, &sql, params_from_iter(values), decode)?);
        }
    }
    Ok(found)
}

/// The statement about bookings of the person in one role.
fn of_role(query: &BookingQuery, role: Role, ids: &IdRange, most: usize, select: &str) -> Filter {
    let mut filter = Filter { sql: select.to_owned(), values: Vec::new() };
    // A plus keeps SQLite from searching by this column.
    let column = match (role, ids.digits >= TELLING_PREFIX) {
        (Role::Host, false) => "b.host = ",
        (Role::Host, true) => "+b.host = ",
        (Role::Guest, false) => "b.guest = ",
        (Role::Guest, true) => "+b.guest = ",
    };
    filter.add(column, id(query.person));
    if let Some(from) = query.from {
        filter.add(" AND b.end > ", seconds(from));
        filter.add(" AND b.start > ", earliest_start(from));
    }
    if let Some(to) = query.to {
        filter.add(" AND b.start < ", seconds(to));
    }
    if let Some(event) = query.event {
        filter.add(" AND b.event = ", event.as_bytes().to_vec());
    }
    if ids.digits > 0 {
        filter.add(" AND b.id >= ", ids.first.to_vec());
        filter.add(" AND b.id <= ", ids.last.to_vec());
    }
    if let Some((start, id)) = query.after {
        filter.add(" AND (b.start, b.id) > (", seconds(start));
        filter.add(", ", id.as_bytes().to_vec());
        filter.sql.push(')');
    }
    filter.among_statuses(&query.statuses);
    let order = if query.last { " ORDER BY b.start DESC, b.id DESC LIMIT " } else { " ORDER BY b.start, b.id LIMIT " };
    filter.add(order, limit(most));
    filter
}

fn id(user: UserId) -> Vec<u8> {
    user.as_bytes().to_vec()
}

/// A statement that grows with its parameters. Only fixed text and places for values go into it.
struct Filter {
    sql: String,
    values: Vec<Value>,
}

impl Filter {
    fn add(&mut self, text: &'static str, value: impl Into<Value>) {
        self.sql.push_str(text);
        self.sql.push('?');
        self.values.push(value.into());
    }

    fn among_statuses(&mut self, statuses: &[Status]) {
        for (i, status) in statuses.iter().enumerate() {
            self.add(if i == 0 { " AND b.status IN (" } else { ", " }, status_number(*status));
        }
        if !statuses.is_empty() {
            self.sql.push(')');
        }
    }
}

//! A person's bookings, filtered and in order.

use meetme_core::booking::Status;
use meetme_core::id::{BookingId, UserId};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

use super::booking::{self, earliest_start, select_bookings, status_number};
use super::value::{Columns, all, first, limit, seconds};
use crate::store::{BookingFile, BookingQuery, PersonCard, Role, StoreError};

/// From so many digits on, a prefix of an id finds fewer rows than a person has.
const TELLING_PREFIX: usize = 6;

/// The joins are made in this order: bookings come out of an index in theirs.
macro_rules! select_files {
    () => {
        select_bookings!(
            ", e.slug, e.title, h.username, h.display_name, h.email, g.username, g.display_name, g.email",
            "CROSS JOIN events e ON e.id = b.event CROSS JOIN users h ON h.id = b.host \
             CROSS JOIN users g ON g.id = b.guest WHERE "
        )
    };
}

fn read(row: &mut Columns<'_, '_>) -> Result<BookingFile, StoreError> {
    let booking = booking::read(row)?;
    let (slug, title) = (row.parse()?, row.take()?);
    let (host, guest) = (read_card(row)?, read_card(row)?);
    Ok(BookingFile { booking, owner: host.username.clone(), slug, title, host, guest })
}

fn read_card(row: &mut Columns<'_, '_>) -> Result<PersonCard, StoreError> {
    Ok(PersonCard { username: row.parse()?, display_name: row.take()?, email: row.take()? })
}

/// One booking with all that belongs to it.
pub(super) fn one(conn: &Connection, id: BookingId) -> Result<Option<BookingFile>, StoreError> {
    first(conn, concat!(select_files!(), "b.id = ?1"), [id.as_bytes()], read)
}

/// A person's bookings that match, by start and id.
pub(super) fn bookings(conn: &Connection, query: &BookingQuery, most: usize) -> Result<Vec<BookingFile>, StoreError> {
    let Some(ids) = IdRange::of(query.id_prefix.as_deref().unwrap_or_default()) else { return Ok(Vec::new()) };
    if let Some(role) = query.role {
        return part(conn, query, role, &ids, most);
    }
    let mut files = part(conn, query, Role::Host, &ids, most)?;
    files.extend(part(conn, query, Role::Guest, &ids, most)?);
    files.sort_by_key(|file| (file.booking.span.start(), file.booking.id));
    files.truncate(most);
    Ok(files)
}

/// Bookings of the person in one role.
fn part(
    conn: &Connection,
    query: &BookingQuery,
    role: Role,
    ids: &IdRange,
    most: usize,
) -> Result<Vec<BookingFile>, StoreError> {
    let mut filter = Filter { sql: select_files!().to_owned(), values: Vec::new() };
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
    filter.add(" ORDER BY b.start, b.id LIMIT ", limit(most));
    all(conn, &filter.sql, params_from_iter(filter.values), read)
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

/// The ids that begin with a text.
struct IdRange {
    digits: usize,
    first: [u8; 16],
    last: [u8; 16],
}

impl IdRange {
    /// `None` for a text with which no id begins.
    fn of(prefix: &str) -> Option<Self> {
        let mut range = Self { digits: 0, first: [0; 16], last: [0xff; 16] };
        for (place, c) in prefix.chars().enumerate() {
            if matches!(place, 8 | 13 | 18 | 23) {
                if c != '-' {
                    return None;
                }
                continue;
            }
            let digit = u8::try_from(c.to_digit(16)?).ok()?;
            let (i, high) = (range.digits / 2, range.digits.is_multiple_of(2));
            let (first, last) = (range.first.get_mut(i)?, range.last.get_mut(i)?);
            if high {
                (*first, *last) = (digit << 4, digit << 4 | 0x0f);
            } else {
                (*first, *last) = (*first | digit, *first | digit);
            }
            range.digits += 1;
        }
        Some(range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_names_the_ids_that_begin_with_it() {
        let range = IdRange::of("0a1b2c3d-4").expect("a prefix");

        assert_eq!(range.first[..6], [0x0a, 0x1b, 0x2c, 0x3d, 0x40, 0]);
        assert_eq!(range.last[..6], [0x0a, 0x1b, 0x2c, 0x3d, 0x4f, 0xff]);
    }

    #[test]
    fn no_id_begins_with_another_text() {
        for bad in ["x", "-", "0a1b2c3d4", "0a1b2c3-", "00000000-0000-0000-0000-0000000000000"] {
            assert!(IdRange::of(bad).is_none(), "{bad}");
        }
    }
}

//! What listings of every backend have in common: how ids are found by their beginning, how parts become one list.

use meetme_core::id::BookingId;
use meetme_core::time::Instant;

use super::row::Columns;
use super::{BookingFile, BookingQuery, StoreError};

/// Where a booking stands in the order.
pub(super) type Place = (Instant, BookingId);

/// Where a booking stands in the order that has been read with all that belongs to it.
pub(super) fn place_of(file: &BookingFile) -> Place {
    (file.booking.span.start(), file.booking.id)
}

/// Start and id.
pub(super) fn place(row: &mut dyn Columns) -> Result<Place, StoreError> {
    Ok((row.instant()?, row.id(BookingId::from_bytes)?))
}

/// What was found of bookings as host and as guest in one order, at most `most`.
pub(super) fn merged<T>(parts: Vec<T>, query: &BookingQuery, most: usize, place: impl Fn(&T) -> Place) -> Vec<T> {
    let mut found = parts;
    found.sort_by_key(place);
    if query.last {
        found.drain(..found.len().saturating_sub(most));
    }
    found.truncate(most);
    found
}

/// The ids that begin with a text.
pub(super) struct IdRange {
    pub(super) digits: usize,
    pub(super) first: [u8; 16],
    pub(super) last: [u8; 16],
}

impl IdRange {
    /// `None` for a text with which no id begins.
    pub(super) fn of(prefix: &str) -> Option<Self> {
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

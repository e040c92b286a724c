//! What apps keep on things in a calendar home, as rows.

use meetme_core::entry::Collection;
use meetme_core::id::UserId;

use super::db::uuid;
use super::flight::{Expect, Flight, values};
use crate::store::properties::MAX_OF_ACCOUNT;
use crate::store::value::limit;

/// Keeps a property on a place, or forgets it.
pub(super) fn set(flight: &mut Flight, owner: UserId, place: &str, name: &str, value: Option<&str>) {
    let (owner, place, name) = (uuid(owner.as_bytes()), place.to_owned(), name.to_owned());
    match value {
        Some(value) => {
            let sql = "INSERT INTO properties (owner, place, name, value) VALUES ($1, $2, $3, $4) \
                ON CONFLICT (owner, place, name) DO UPDATE SET value = excluded.value RETURNING 1";
            flight.add(sql, values![owner, place, name, value.to_owned()], Expect::One("property"));
        }
        None => {
            let sql = "DELETE FROM properties WHERE owner = $1 AND place = $2 AND name = $3";
            flight.add(sql, values![owner, place, name], Expect::Anything);
        }
    }
}

/// Forgets what is kept on a place and below it.
pub(super) fn forget(flight: &mut Flight, owner: UserId, place: String) {
    // Behind the slash in ASCII stands the zero.
    let sql = "DELETE FROM properties WHERE owner = $1 \
        AND (place = $2 OR (place > $2 || '/' AND place < $2 || '0'))";
    flight.add(sql, values![uuid(owner.as_bytes()), place], Expect::Anything);
}

/// Lets what is kept on a calendar and below it follow to the name that it is about to get.
pub(super) fn carry(flight: &mut Flight, collection: &Collection) {
    for sql in [
        "DELETE FROM properties p USING collections c WHERE c.id = $1 AND c.name <> $2::text AND p.owner = c.owner \
         AND (p.place = $2 OR (p.place > $2 || '/' AND p.place < $2 || '0'))",
        "UPDATE properties p SET place = $2::text || substr(p.place, length(c.name) + 1) FROM collections c \
         WHERE c.id = $1 AND c.name <> $2 AND p.owner = c.owner \
         AND (p.place = c.name OR (p.place > c.name || '/' AND p.place < c.name || '0'))",
    ] {
        flight.add(sql, values![uuid(collection.id.as_bytes()), collection.name.clone()], Expect::Anything);
    }
}

/// Takes what is kept on a place and below it to another one.
pub(super) fn rename(flight: &mut Flight, owner: UserId, from: &str, to: &str) {
    let sql = "UPDATE properties SET place = $3::text || substr(place, length($2) + 1) \
        WHERE owner = $1 AND (place = $2 OR (place > $2 || '/' AND place < $2 || '0'))";
    flight.add(sql, values![uuid(owner.as_bytes()), from.to_owned(), to.to_owned()], Expect::Anything);
}

/// Refuses more than are kept.
pub(super) fn count(flight: &mut Flight, owner: UserId, place: &str) {
    let sql = "SELECT (SELECT count(*) FROM properties WHERE owner = $1 AND place = $2), \
        (SELECT count(*) FROM (SELECT 1 FROM properties WHERE owner = $1 LIMIT $3) AS kept)";
    let values = values![uuid(owner.as_bytes()), place.to_owned(), limit(MAX_OF_ACCOUNT + 1)];
    flight.add(sql, values, Expect::FewProperties);
}

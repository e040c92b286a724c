//! Whom a change concerns: found before it, so that they can be locked in order, and verified under the locks.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use meetme_core::id::{EventId, UserId};
use meetme_core::time::Instant;
use uuid::Uuid;

use super::db::{Db, uuid};
use crate::store::value::{earliest_start, limit, seconds};
use crate::store::{AHEAD_AT_ONCE, Found, MAX_AHEAD, StoreError, Subject};

/// Events whose host is remembered; past that, all are forgotten.
const REMEMBERED: usize = 10_000;

/// The persons of a change.
#[derive(Debug, Clone, Default)]
pub(super) struct Persons {
    /// Whose changes should meet in one batch: the host's.
    pub(super) lead: Option<UserId>,
    /// All of them.
    pub(super) all: BTreeSet<UserId>,
}

impl Persons {
    pub(super) fn only(person: UserId) -> Self {
        Self { lead: Some(person), all: BTreeSet::from([person]) }
    }
}

/// Which host an event belongs to, which never changes.
#[derive(Default)]
pub(super) struct Hosts(Mutex<HashMap<EventId, UserId>>);

impl Hosts {
    fn get(&self, event: EventId) -> Option<UserId> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&event).copied()
    }

    fn remember(&self, event: EventId, host: UserId) {
        let mut hosts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if hosts.len() >= REMEMBERED {
            hosts.clear();
        }
        hosts.insert(event, host);
    }

    /// The persons a slot of this event concerns, if its host is remembered.
    pub(super) fn of_slot(&self, subject: &Subject) -> Option<Persons> {
        let Subject::Slot { event, guest, .. } = subject else { return None };
        let host = self.get(*event)?;
        Some(Persons { lead: Some(host), all: BTreeSet::from([host, *guest]) })
    }
}

/// Whom `subject` concerns as far as rows tell now, going by the rows that will be loaded of it. Nobody at all if it is not there.
pub(super) async fn of(db: &Db, hosts: &Hosts, subject: &Subject, now: Instant) -> Result<Persons, StoreError> {
    match subject {
        Subject::Shelf { host: person, .. }
        | Subject::Person(person)
        | Subject::Collection { owner: person, .. }
        | Subject::CollectionMove { owner: person, .. }
        | Subject::Entry { owner: person, .. }
        | Subject::EntryMove { owner: person, .. } => Ok(Persons::only(*person)),
        Subject::Entries { lead, places } => {
            let all = places.iter().map(|at| at.owner).chain([*lead]).collect();
            Ok(Persons { lead: Some(*lead), all })
        }
        Subject::Slot { event, guest, .. } => {
            let sql = "SELECT host FROM events WHERE id = $1";
            let host = db.first(sql, &[&uuid(event.as_bytes())], |row| row.id(UserId::from_bytes)).await?;
            if let Some(host) = host {
                hosts.remember(*event, host);
            }
            Ok(Persons { lead: host, all: host.into_iter().chain([*guest]).collect() })
        }
        Subject::Booking(id) | Subject::Move { booking: id, .. } => {
            pair(db, "SELECT host, guest FROM bookings WHERE id = $1", uuid(id.as_bytes())).await
        }
        Subject::Hold(id) => pair(db, "SELECT host, guest FROM holds WHERE id = $1", uuid(id.as_bytes())).await,
        Subject::Event(id) => {
            let sql = "SELECT host, host FROM events WHERE id = $1";
            let mut persons = pair(db, sql, uuid(id.as_bytes())).await?;
            if let Some(host) = persons.lead {
                let sql = "(SELECT guest FROM bookings WHERE host = $1 AND event = $2 AND status <> 2 \
                    AND start > $4 AND \"end\" > $3 ORDER BY start, id LIMIT $5) \
                    UNION SELECT guest FROM holds WHERE host = $1 AND event = $2";
                let (host, event, most) = (uuid(host.as_bytes()), uuid(id.as_bytes()), limit(MAX_AHEAD + 1));
                let params: [&(dyn tokio_postgres::types::ToSql + Sync); 5] =
                    [&host, &event, &seconds(now), &earliest_start(now), &most];
                persons.all.extend(db.all(sql, &params, |row| row.id(UserId::from_bytes)).await?);
            }
            Ok(persons)
        }
        Subject::Account(user) => {
            let sql = "(SELECT host FROM bookings WHERE guest = $1 AND status <> 2 AND start > $3 AND \"end\" > $2 \
                ORDER BY start, id LIMIT $4) UNION (SELECT guest FROM bookings WHERE host = $1 AND status <> 2 \
                AND start > $3 AND \"end\" > $2 ORDER BY start, id LIMIT $4) UNION SELECT host FROM holds WHERE guest = $1 \
                UNION SELECT guest FROM holds WHERE host = $1";
            let (id, most) = (uuid(user.as_bytes()), limit(AHEAD_AT_ONCE));
            let params: [&(dyn tokio_postgres::types::ToSql + Sync); 4] =
                [&id, &seconds(now), &earliest_start(now), &most];
            let mut persons = Persons::only(*user);
            persons.all.extend(db.all(sql, &params, |row| row.id(UserId::from_bytes)).await?);
            Ok(persons)
        }
    }
}

/// The host and the guest of a row.
async fn pair(db: &Db, sql: &str, id: Uuid) -> Result<Persons, StoreError> {
    let read =
        |row: &mut dyn crate::store::row::Columns| Ok((row.id(UserId::from_bytes)?, row.id(UserId::from_bytes)?));
    Ok(db.first(sql, &[&id], read).await?.map_or_else(Persons::default, |(host, guest)| Persons {
        lead: Some(host),
        all: BTreeSet::from([host, guest]),
    }))
}

/// Whom a change may concern, going by what was loaded for it under the locks.
pub(super) fn in_found(found: &Found) -> BTreeSet<UserId> {
    match found {
        Found::Shelf(_) => BTreeSet::new(),
        Found::Person(person) => BTreeSet::from([person.id]),
        Found::Collection(desk) => desk.there.iter().map(|there| there.owner).collect(),
        Found::Collections(desks) => desks.iter().filter_map(|desk| Some(desk.there.as_ref()?.owner)).collect(),
        Found::Place(place) => BTreeSet::from([place.collection.owner]),
        Found::Entries(places) => places.iter().map(|place| place.collection.owner).collect(),
        Found::Places(places) => places.iter().map(|place| place.collection.owner).collect(),
        Found::Desk(desk) => BTreeSet::from([desk.event.host]),
        Found::Booking(booking) | Found::Move(booking, _) => BTreeSet::from([booking.host, booking.guest]),
        Found::Hold(hold) => BTreeSet::from([hold.host, hold.guest]),
        Found::Event(dossier) => {
            let guests = dossier.ahead.iter().map(|booking| booking.guest);
            guests.chain(dossier.holds.iter().map(|hold| hold.guest)).chain([dossier.event.host]).collect()
        }
        Found::Account(dossier) => {
            let ahead = dossier.ahead.iter().flat_map(|booking| [booking.host, booking.guest]);
            ahead.chain(dossier.holds.iter().flat_map(|hold| [hold.host, hold.guest])).collect()
        }
    }
}

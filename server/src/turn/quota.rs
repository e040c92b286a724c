//! How much may be relayed: ports and bytes for whomever a credential is for, and for the whole server.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::TurnCounts;
use super::credentials::whom;
use crate::clock::Stopwatch;
use crate::config::Limits;

/// How many people are remembered beside those with an open port.
const MAX_REMEMBERED: usize = 10_000;

/// Counts what is relayed, and says when it is enough.
pub(super) struct Quotas {
    allocations: usize,
    allocations_of_user: usize,
    bytes_of_user: u64,
    bytes_per_second: u64,
    started: Stopwatch,
    used: Mutex<Used>,
    bytes: AtomicU64,
    refused: AtomicU64,
}

#[derive(Default)]
struct Used {
    allocations: usize,
    of: HashMap<String, OfUser>,
    /// Bytes that may still be relayed at once, and when that was so.
    left: f64,
    since: Duration,
}

#[derive(Default)]
struct OfUser {
    allocations: usize,
    bytes: Arc<AtomicU64>,
}

/// Why there is no place for another port.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// The one whom this credential is for has as much as they get.
    OfUser,
    /// The server has as many ports as it takes.
    OfServer,
}

/// A port's place, given back when dropped; counts its bytes.
pub(super) struct Place {
    quotas: Arc<Quotas>,
    whom: String,
    bytes: Arc<AtomicU64>,
}

impl Quotas {
    pub(super) fn new(limits: &Limits) -> Self {
        let bytes_per_second = limits.turn_bytes_per_second;
        Self {
            allocations: limits.turn_allocations,
            allocations_of_user: limits.turn_allocations_of_credential,
            bytes_of_user: limits.turn_bytes_of_credential,
            bytes_per_second,
            started: Stopwatch::start(),
            used: Mutex::new(Used { left: bytes_per_second as f64, ..Used::default() }),
            bytes: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        }
    }

    /// Whether there is a place for a port of this credential.
    pub(super) fn has_room(&self, user: &str) -> Result<(), Full> {
        self.room_in(&self.lock(), user)
    }

    fn room_in(&self, used: &Used, user: &str) -> Result<(), Full> {
        let full = |of: &OfUser| {
            of.allocations >= self.allocations_of_user || of.bytes.load(Ordering::Relaxed) >= self.bytes_of_user
        };
        if used.of.get(whom(user)).is_some_and(full) {
            return Err(Full::OfUser);
        }
        if used.allocations >= self.allocations { Err(Full::OfServer) } else { Ok(()) }
    }

    /// Takes a place for a port of this credential.
    pub(super) fn enter(self: &Arc<Self>, user: &str) -> Result<Place, Full> {
        let mut used = self.lock();
        self.room_in(&used, user)?;
        if used.of.len() >= MAX_REMEMBERED {
            used.of.retain(|_, of| of.allocations > 0);
        }
        let whom = whom(user).to_owned();
        let of = used.of.entry(whom.clone()).or_default();
        of.allocations += 1;
        let bytes = of.bytes.clone();
        used.allocations += 1;
        Ok(Place { quotas: self.clone(), whom, bytes })
    }

    pub(super) fn counts(&self) -> TurnCounts {
        TurnCounts {
            allocations: self.lock().allocations as u64,
            bytes: self.bytes.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
        }
    }

    /// Counts a datagram that is not relayed.
    pub(super) fn refuse(&self) {
        self.refused.fetch_add(1, Ordering::Relaxed);
    }

    /// Takes bytes from what the server relays in a second.
    fn take(&self, bytes: u64) -> bool {
        let now = self.started.elapsed();
        let mut used = self.lock();
        let full = self.bytes_per_second as f64;
        let passed = now.saturating_sub(used.since).as_secs_f64();
        used.since = now;
        used.left = (used.left + passed * full).min(full);
        let enough = used.left >= bytes as f64;
        if enough {
            used.left -= bytes as f64;
        }
        enough
    }

    fn lock(&self) -> MutexGuard<'_, Used> {
        self.used.lock().expect("nobody panics while holding it")
    }
}

impl Place {
    /// Whether a datagram of so many bytes may still be relayed; it is counted then.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let bytes = bytes as u64;
        let before = self.bytes.fetch_add(bytes, Ordering::Relaxed);
        if before >= self.quotas.bytes_of_user || !self.quotas.take(bytes) {
            self.quotas.refuse();
            return false;
        }
        self.quotas.bytes.fetch_add(bytes, Ordering::Relaxed);
        true
    }

    /// Counts a datagram that is not relayed.
    pub(super) fn refuse(&self) {
        self.quotas.refuse();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut used = self.quotas.lock();
        used.allocations -= 1;
        if let Some(of) = used.of.get_mut(&self.whom) {
            of.allocations -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quotas(limits: &Limits) -> Arc<Quotas> {
        Arc::new(Quotas::new(limits))
    }

    #[test]
    fn a_credential_has_so_many_ports_and_the_server_too() {
        let quotas = quotas(&Limits { turn_allocations: 3, turn_allocations_of_credential: 2, ..Limits::default() });
        let first = quotas.enter("ada");
        let _second = quotas.enter("ada");
        assert_eq!((quotas.has_room("ada"), quotas.enter("ada").err()), (Err(Full::OfUser), Some(Full::OfUser)));
        let _other = quotas.enter("bob");
        assert_eq!((quotas.has_room("bob"), quotas.enter("bob").err()), (Err(Full::OfServer), Some(Full::OfServer)));

        drop(first);

        assert!(quotas.has_room("bob").is_ok() && quotas.enter("bob").is_ok());
    }

    #[test]
    fn another_credential_for_the_same_brings_no_other_quota() {
        let quotas =
            quotas(&Limits { turn_allocations_of_credential: 1, turn_bytes_of_credential: 1000, ..Limits::default() });
        let place = quotas.enter("1000:check:ada").unwrap();
        assert_eq!(quotas.enter("1001:check:ada").err(), Some(Full::OfUser));
        assert!(quotas.enter("1000:check:bob").is_ok());

        assert!(place.take(1000));
        drop(place);

        assert_eq!(quotas.enter("1001:check:ada").err(), Some(Full::OfUser));
        assert!(quotas.enter("1001:b1:ada").is_ok());
    }

    #[test]
    fn bytes_are_counted_over_all_ports_of_a_credential_and_stay_counted() {
        let quotas = quotas(&Limits { turn_bytes_of_credential: 1000, ..Limits::default() });
        let (one, two) = (quotas.enter("ada").unwrap(), quotas.enter("ada").unwrap());
        assert!(one.take(600) && two.take(600));
        assert!(!one.take(1) && !two.take(1));

        drop((one, two));

        assert_eq!(quotas.enter("ada").err(), Some(Full::OfUser));
        assert!(quotas.enter("bob").unwrap().take(600));
        assert_eq!((quotas.counts().bytes, quotas.counts().refused), (1800, 2));
    }

    #[test]
    fn the_server_relays_no_more_than_so_much_a_second() {
        let quotas = quotas(&Limits { turn_bytes_per_second: 1000, ..Limits::default() });
        let place = quotas.enter("ada").unwrap();

        assert!(place.take(900));
        assert!(!place.take(900));
    }
}

//! How much may be relayed: ports and bytes for each credential, and for the whole server.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::TurnCounts;
use crate::clock::Stopwatch;
use crate::config::Limits;

/// How many credentials are remembered beside those with an open port.
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

/// A port's place, given back when dropped; counts its bytes.
pub(super) struct Place {
    quotas: Arc<Quotas>,
    user: String,
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

    /// Takes a place for a port of this credential; none if there are enough.
    pub(super) fn enter(self: &Arc<Self>, user: &str) -> Option<Place> {
        let mut used = self.lock();
        if used.allocations >= self.allocations {
            return None;
        }
        if used.of.len() >= MAX_REMEMBERED {
            used.of.retain(|_, of| of.allocations > 0);
        }
        let of = used.of.entry(user.to_owned()).or_default();
        if of.allocations >= self.allocations_of_user || of.bytes.load(Ordering::Relaxed) >= self.bytes_of_user {
            return None;
        }
        of.allocations += 1;
        let bytes = of.bytes.clone();
        used.allocations += 1;
        Some(Place { quotas: self.clone(), user: user.to_owned(), bytes })
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
        if let Some(of) = used.of.get_mut(&self.user) {
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
        assert!(quotas.enter("ada").is_none());
        let _other = quotas.enter("bob");
        assert!(quotas.enter("bob").is_none());

        drop(first);

        assert!(quotas.enter("bob").is_some());
    }

    #[test]
    fn bytes_are_counted_over_all_ports_of_a_credential_and_stay_counted() {
        let quotas = quotas(&Limits { turn_bytes_of_credential: 1000, ..Limits::default() });
        let (one, two) = (quotas.enter("ada").unwrap(), quotas.enter("ada").unwrap());
        assert!(one.take(600) && two.take(600));
        assert!(!one.take(1) && !two.take(1));

        drop((one, two));

        assert!(quotas.enter("ada").is_none());
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

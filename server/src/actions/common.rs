//! What all readers of one entry need alike, worked out once on each node instead of once for each stream.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use meetme_core::availability::HostLimits;
use meetme_core::cursor::Seq;
use meetme_core::id::{BookingId, EventId, UserId};
use meetme_core::time::{Minutes, Span};

/// How many things of each kind are kept; past that all are dropped and worked out anew.
const MAX_KEPT: usize = 4096;

/// All that what is told of an entry follows from, so that nobody is told what another one read too early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct At {
    /// Which event.
    pub(super) event: EventId,
    /// Its version.
    pub(super) version: u64,
    /// What its host allows themself, which is not in the version.
    pub(super) limits: HostLimits,
    /// Of all events of the host.
    pub(super) widest_buffer: Minutes,
    /// The entry's place in the host's log.
    pub(super) seq: Seq,
}

/// Slots that may have changed; none if that cannot be told.
pub(super) type Touched = Option<Arc<[Span]>>;

/// Kept for the readers to come.
#[derive(Default)]
pub struct Common {
    touched: Kept<At, Touched>,
    /// What strangers are told of an entry, as it is sent; nothing of one that tells them nothing.
    frames: Kept<At, Option<Bytes>>,
    /// Who meets in a booking never changes.
    people: Kept<BookingId, [UserId; 2]>,
}

impl Common {
    pub(super) fn touched(&self, at: At) -> Option<Touched> {
        self.touched.get(&at)
    }

    pub(super) fn keep_touched(&self, at: At, touched: Touched) {
        self.touched.put(at, touched);
    }

    /// What strangers are sent of an entry, if one of them was told already.
    pub fn frame(&self, at: At) -> Option<Option<Bytes>> {
        self.frames.get(&at)
    }

    /// Keeps that for the others.
    pub fn keep_frame(&self, at: At, frame: Option<Bytes>) {
        self.frames.put(at, frame);
    }

    pub(super) fn people(&self, booking: BookingId) -> Option<[UserId; 2]> {
        self.people.get(&booking)
    }

    pub(super) fn keep_people(&self, booking: BookingId, people: [UserId; 2]) {
        self.people.put(booking, people);
    }
}

struct Kept<K, V>(Mutex<HashMap<K, V>>);

impl<K, V> Default for Kept<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash, V: Clone> Kept<K, V> {
    fn get(&self, key: &K) -> Option<V> {
        self.0.lock().expect("nobody panics while holding it").get(key).cloned()
    }

    fn put(&self, key: K, value: V) {
        let mut kept = self.0.lock().expect("nobody panics while holding it");
        if kept.len() >= MAX_KEPT {
            kept.clear();
        }
        kept.insert(key, value);
    }
}

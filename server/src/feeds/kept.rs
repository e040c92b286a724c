//! Feeds that were rendered, within so much memory: the one that nobody asked for longest goes first.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard};

use bytes::Bytes;
use meetme_core::time::Instant;
use sha2::{Digest, Sha256};

use super::Which;
use super::stamp::{Mark, Stamp};
use crate::packing::{Effort, packed};

/// What each one takes beside its bytes, roughly.
const OVERHEAD: usize = 512;

/// A feed, ready to be sent; cheap to clone.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// Its ETag without quotes; the packed body has another one.
    pub tag: String,
    /// When it became what it is, where that is known.
    pub modified: Option<Instant>,
    /// As it is.
    pub plain: Bytes,
    /// The same, packed by gzip.
    pub packed: Bytes,
    stamp: Option<Stamp>,
}

/// A document as it is, and packed.
pub(super) struct Bodies {
    plain: Bytes,
    packed: Bytes,
}

impl Bodies {
    /// Packs a text. Takes a while: for a thread that may block.
    pub(super) fn of(text: String) -> Self {
        let packed = packed(text.as_bytes(), Effort::Usual);
        Self { plain: text.into(), packed: packed.into() }
    }
}

impl Rendered {
    pub(super) fn stamped(bodies: Bodies, stamp: Stamp, modified: Instant) -> Self {
        let Bodies { plain, packed } = bodies;
        Self { tag: stamp.to_string(), modified: Some(modified), plain, packed, stamp: Some(stamp) }
    }

    /// One that is named by its bytes.
    pub(super) fn unnamed(bodies: Bodies) -> Self {
        let Bodies { plain, packed } = bodies;
        let digest = Sha256::digest(&plain);
        let tag = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Self { tag, modified: None, plain, packed, stamp: None }
    }

    fn weight(&self) -> usize {
        self.plain.len() + self.packed.len() + OVERHEAD
    }
}

/// Rendered feeds.
pub(super) struct Kept {
    most: usize,
    shelf: Mutex<Shelf>,
}

#[derive(Default)]
struct Shelf {
    feeds: HashMap<Which, Entry>,
    weight: usize,
    /// Goes up with each use.
    clock: u64,
}

struct Entry {
    feed: Rendered,
    used: u64,
}

impl Kept {
    pub(super) fn new(most: usize) -> Self {
        Self { most, shelf: Mutex::default() }
    }

    /// A feed that still is what it was when it was rendered.
    pub(super) fn get(&self, which: Which, mark: &Mark, now: Instant) -> Option<Rendered> {
        let mut shelf = self.lock();
        shelf.clock += 1;
        let clock = shelf.clock;
        let entry = shelf.feeds.get_mut(&which)?;
        if !entry.feed.stamp.is_some_and(|stamp| stamp.holds(mark, now)) {
            return None;
        }
        entry.used = clock;
        Some(entry.feed.clone())
    }

    /// Keeps a feed in place of what it was before.
    pub(super) fn put(&self, which: Which, feed: Rendered) {
        let mut shelf = self.lock();
        shelf.take(which);
        if feed.weight() > self.most {
            return;
        }
        while shelf.weight + feed.weight() > self.most {
            let Some(oldest) = shelf.feeds.iter().min_by_key(|(_, entry)| entry.used).map(|(which, _)| *which) else {
                break;
            };
            shelf.take(oldest);
        }
        shelf.clock += 1;
        shelf.weight += feed.weight();
        let entry = Entry { feed, used: shelf.clock };
        shelf.feeds.insert(which, entry);
    }

    fn lock(&self) -> MutexGuard<'_, Shelf> {
        self.shelf.lock().expect("nobody panics while holding it")
    }
}

impl Shelf {
    fn take(&mut self, which: Which) {
        if let Some(entry) = self.feeds.remove(&which) {
            self.weight -= entry.feed.weight();
        }
    }
}

#[cfg(test)]
mod tests {
    use meetme_core::cursor::{Epoch, Seq};
    use meetme_core::id::EventId;

    use super::*;
    use crate::config::Limits;
    use crate::feeds::stamp::Print;

    fn which(n: u8) -> Which {
        Which::OpenSlots(EventId::from_bytes([n; 16]))
    }

    fn mark(seq: u64) -> Mark {
        let print = Print::of(&Limits::default(), "https://meet.example");
        Mark { print, subject: 1, epoch: Epoch(1), seq: Seq(seq), version: 1 }
    }

    fn feed(seq: u64, size: usize) -> Rendered {
        let bodies = Bodies { plain: vec![b'x'; size].into(), packed: Bytes::new() };
        Rendered::stamped(bodies, Stamp::new(mark(seq), None), now())
    }

    fn now() -> Instant {
        "2026-12-01T09:00:00Z".parse().expect("an instant")
    }

    fn there(kept: &Kept, n: u8) -> bool {
        kept.get(which(n), &mark(1), now()).is_some()
    }

    #[test]
    fn what_was_not_asked_for_longest_makes_room() {
        let kept = Kept::new(3 * (1000 + OVERHEAD));
        for n in 1..=3 {
            kept.put(which(n), feed(1, 1000));
        }
        assert!(there(&kept, 1));

        kept.put(which(4), feed(1, 1000));

        assert!(there(&kept, 1) && !there(&kept, 2) && there(&kept, 3) && there(&kept, 4));
        kept.put(which(5), feed(1, 2000));
        assert_eq!((there(&kept, 4), there(&kept, 5)), (true, true));
        assert_eq!(kept.lock().weight, 3000 + 2 * OVERHEAD);
    }

    #[test]
    fn what_is_larger_than_all_room_is_not_kept_and_pushes_nothing_out() {
        let kept = Kept::new(1000 + OVERHEAD);
        kept.put(which(1), feed(1, 1000));

        kept.put(which(2), feed(1, 1001));

        assert!(there(&kept, 1) && !there(&kept, 2));
    }

    #[test]
    fn a_feed_of_another_mark_is_none() {
        let kept = Kept::new(10_000);
        kept.put(which(1), feed(1, 10));
        assert!(kept.get(which(1), &mark(2), now()).is_none());

        kept.put(which(1), feed(2, 10));

        assert!(kept.get(which(1), &mark(2), now()).is_some());
        assert_eq!(kept.lock().weight, 10 + OVERHEAD);
    }
}

//! What this node knows of others: whether they live, and which of their letters it has taken.

use std::collections::{HashMap, HashSet};
use std::sync::Mutex;
use std::time::Duration;

use tokio::time::Instant;

use crate::store::NodeId;

/// A node that has not counted up for so long is dead.
const SILENCE: Duration = Duration::from_millis(2500);
/// Nor is it dead before it was found so often with the same count: the store may have kept everybody waiting.
const MIN_LOOKS: u32 = 3;

/// A count, since when it is known, and how often it was found the same.
#[derive(Clone, Copy)]
struct Beat {
    count: u64,
    since: Instant,
    looks: u32,
}

/// What this node knows of others.
#[derive(Default)]
pub(super) struct Nodes(Mutex<Known>);

#[derive(Default)]
pub(super) struct Known {
    beats: HashMap<NodeId, Beat>,
    pub(super) dead: HashSet<NodeId>,
    /// Whether this node has shown that it lives.
    pub(super) counted: bool,
    /// The last letter taken from each.
    taken: HashMap<NodeId, u64>,
}

impl Nodes {
    pub(super) fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().expect("nobody panics while holding it")
    }

    /// Takes over what the store says of `watched`; those that have died since.
    pub(super) fn observe(&self, watched: &HashSet<NodeId>, beats: &[(NodeId, u64)], now: Instant) -> Vec<NodeId> {
        let mut known = self.lock();
        known.beats.retain(|node, _| watched.contains(node));
        let mut died = Vec::new();
        for node in watched {
            let Some((_, count)) = beats.iter().find(|(other, _)| other == node) else {
                // It counted before it had any room, so it has given everything back or was forgotten.
                if known.dead.insert(*node) {
                    died.push(*node);
                }
                continue;
            };
            let count = *count;
            let fresh = Beat { count, since: now, looks: 1 };
            let beat = known.beats.entry(*node).or_insert(Beat { looks: 0, ..fresh });
            if beat.count != count {
                *beat = fresh;
                known.dead.remove(node);
                continue;
            }
            beat.looks += 1;
            let silent = now.duration_since(beat.since) >= SILENCE && beat.looks > MIN_LOOKS;
            if silent && known.dead.insert(*node) {
                died.push(*node);
            }
        }
        died
    }

    /// Whether a letter is to be read: each is taken once.
    pub(super) fn take(&self, from: NodeId, number: u64) -> bool {
        let mut known = self.lock();
        let taken = known.taken.entry(from).or_default();
        let new = number > *taken;
        *taken = number.max(*taken);
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How often nodes count.
    const BEAT: Duration = Duration::from_secs(1);

    const NODE: NodeId = NodeId(7);

    fn watched() -> HashSet<NodeId> {
        [NODE].into()
    }

    /// What died of a node that had these counts, a beat apart.
    fn died(counts: &[u64]) -> Vec<usize> {
        let (nodes, start) = (Nodes::default(), Instant::now());
        let look = |(i, count): (usize, &u64)| {
            let now = start + BEAT * u32::try_from(i).unwrap();
            nodes.observe(&watched(), &[(NODE, *count)], now).len()
        };
        counts.iter().enumerate().map(look).collect()
    }

    #[test]
    fn a_node_whose_count_stands_still_is_dead_once() {
        assert_eq!(died(&[1, 2, 3, 3, 3, 3, 3, 3]), [0, 0, 0, 0, 0, 1, 0, 0]);
        assert_eq!(died(&[1, 1, 1, 2, 2, 2, 3]), [0; 7]);
    }

    #[test]
    fn a_node_that_has_given_everything_back_is_dead_at_once() {
        let nodes = Nodes::default();

        assert_eq!(nodes.observe(&watched(), &[], Instant::now()), [NODE]);
        assert!(nodes.observe(&watched(), &[], Instant::now()).is_empty());
    }

    #[test]
    fn a_store_that_keeps_everybody_waiting_kills_nobody() {
        let (nodes, start) = (Nodes::default(), Instant::now());
        nodes.observe(&watched(), &[(NODE, 1)], start);

        assert!(nodes.observe(&watched(), &[(NODE, 1)], start + 10 * SILENCE).is_empty());
    }

    #[test]
    fn each_letter_is_taken_once() {
        let nodes = Nodes::default();

        let taken: Vec<bool> = [1, 2, 2, 1, 3].map(|number| nodes.take(NODE, number)).into();

        assert_eq!(taken, [true, true, false, false, true]);
    }
}

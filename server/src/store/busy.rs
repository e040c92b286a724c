//! A person's time as a rule is shown it, however it was read.

use meetme_core::availability::Calendar;
use meetme_core::id::HoldId;
use meetme_core::time::Span;

/// A person's time around a span.
#[derive(Default)]
pub(super) struct Busy {
    pub(super) calendar: Calendar,
    /// Holds that had expired and whose rows are still there, with their spans.
    pub(super) expired: Vec<(HoldId, Span)>,
}

/// Expired holds that overlap the slot, each once: host and guest may both have it.
pub(super) fn in_the_way(people: &[&Busy], slot: Span) -> Vec<HoldId> {
    let all = people.iter().flat_map(|busy| &busy.expired);
    let mut ids: Vec<HoldId> = all.filter(|(_, span)| span.overlaps(&slot)).map(|(id, _)| *id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

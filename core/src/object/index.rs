//! What a store keeps of an object, so that questions need not open it.

use super::entry::Entry;
use super::value::period;
use super::zones::ObjectZone;
use super::{Component, Kind, Object};
use crate::recurrence::{Steps, TooManySteps};
use crate::time::{Instant, Span, text_of};

/// From whose view an object is looked at.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// The zone of floating times and days: the collection's, else its owner's.
    pub floating: &'a ObjectZone,
    /// The span for which busy time is worked out.
    pub horizon: Span,
    /// The owner's addresses as ATTENDEE and ORGANIZER name them (`mailto:ada@example.org`).
    pub addresses: &'a [String],
}

/// What a store keeps of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// Nothing of it is earlier. `None`: nothing is known, it may match any time before.
    pub first_start: Option<Instant>,
    /// Nothing of it is later. `None`: it has no end, or nothing is known.
    pub last_end: Option<Instant>,
    /// Whether it may happen more than once.
    pub recurring: bool,
    /// When it makes its owner busy within the horizon, by start; spans of one kind neither overlap nor touch.
    pub busy: Vec<Busy>,
}

/// A span that is not free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Busy {
    /// When.
    pub span: Span,
    /// In which way.
    pub kind: BusyKind,
}

/// In which way someone is busy (FBTYPE, RFC 5545 3.2.9), the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BusyKind {
    /// It is not yet certain.
    Tentative,
    /// They cannot be met.
    Unavailable,
    /// They meet someone.
    Busy,
}

impl BusyKind {
    /// The value of FBTYPE.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tentative => "BUSY-TENTATIVE",
            Self::Unavailable => "BUSY-UNAVAILABLE",
            Self::Busy => "BUSY",
        }
    }

    /// What a FBTYPE means; `None` is free. One that no standard knows is busy (RFC 5545 3.2.9).
    pub(crate) fn of(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "FREE" => None,
            "BUSY-TENTATIVE" => Some(Self::Tentative),
            "BUSY-UNAVAILABLE" => Some(Self::Unavailable),
            _ => Some(Self::Busy),
        }
    }
}

/// Nobody can say when the object happens: its owner counts as busy from its start on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the entry {}cannot be worked out: {why}", from.map(|at| format!("that begins at {} ", text_of(at))).unwrap_or_default())]
pub struct Unreadable {
    /// Where it begins; `None` where not even that is known.
    pub from: Option<Instant>,
    /// What stands in the way.
    pub why: String,
}

impl Object<'_> {
    /// What a store keeps of the object.
    ///
    /// The bounds may be wider than what it does, never narrower: a time
    /// range `[a, b)` of RFC 4791 9.9 can match only if `first_start <= b`
    /// and `last_end >= a`, both ends included, since what has no length may
    /// match where it touches.
    pub fn index(&self, setting: &Setting<'_>, steps: &mut Steps) -> Result<Index, Unreadable> {
        let (first_start, last_end) = self.extent(setting.floating, steps);
        let recurring = self.entries.iter().any(|entry| entry.recurs() || entry.recurrence_id.is_some());
        let busy = self.busy(setting, steps).map_err(|why| Unreadable { from: first_start, why: why.to_string() })?;
        Ok(Index { first_start, last_end, recurring, busy })
    }

    fn extent(&self, floating: &ObjectZone, steps: &mut Steps) -> (Option<Instant>, Option<Instant>) {
        // What a to-do without a start matches is told by other properties (RFC 4791 9.9), and free-busy by its periods.
        let told_otherwise = |entry: &Entry| entry.start.is_none() && entry.recurrence_id.is_none();
        if self.is(Kind::FreeBusy) || self.is(Kind::Availability) {
            let ends = self.entries.iter().map(|entry| match (&entry.start, &entry.end) {
                (Some(start), Some(end)) if self.is(Kind::Availability) || no_periods(self, entry) => {
                    Some((start.instant(floating), end.instant(floating)))
                }
                _ => None,
            });
            let ends: Option<Vec<_>> = ends.collect();
            let Some(ends) = ends else { return (None, None) };
            return (ends.iter().map(|(start, _)| *start).min(), ends.iter().map(|(_, end)| *end).max());
        }
        if self.entries.iter().any(told_otherwise) {
            return self.extent_without_start(floating);
        }
        let (first, last) = self.bounds(floating, steps);
        // A to-do may be due before it starts.
        let due = |entry: &Entry| entry.end.as_ref().map(|end| end.instant(floating));
        let earliest = self.entries.iter().filter_map(due).min();
        (first.map(|first| earliest.map_or(first, |due| first.min(due))), last)
    }

    /// A to-do that has DUE and no start is a point; any other matches what its dates of work say, or everything.
    fn extent_without_start(&self, floating: &ObjectZone) -> (Option<Instant>, Option<Instant>) {
        match self.entries.as_slice() {
            [Entry { end: Some(due), rules, .. }] if rules.is_empty() => {
                let due = due.instant(floating);
                (Some(due), Some(due))
            }
            _ => (None, None),
        }
    }

    /// Spans in which the object makes its owner busy.
    fn busy(&self, setting: &Setting<'_>, steps: &mut Steps) -> Result<Vec<Busy>, TooManySteps> {
        let horizon = setting.horizon;
        let mut busy = Vec::new();
        match self.kind {
            Kind::Event => {
                let kinds: Vec<_> =
                    self.entries.iter().map(|entry| busy_kind(self.component(entry), setting.addresses)).collect();
                if kinds.iter().any(Option::is_some) {
                    let ends = (horizon.start(), horizon.end());
                    for happening in self.happenings(setting.floating, ends, steps)? {
                        let span = Span::new(happening.start, happening.end).ok();
                        let span = span.and_then(|span| span.intersection(&horizon));
                        busy.extend(span.zip(kinds[happening.entry]).map(|(span, kind)| Busy { span, kind }));
                    }
                }
            }
            Kind::FreeBusy => {
                for component in self.components() {
                    for (span, kind) in self.periods(component, setting.floating, steps)? {
                        let inside = span.intersection(&horizon);
                        busy.extend(inside.zip(kind).map(|(span, kind)| Busy { span, kind }));
                    }
                }
            }
            Kind::Todo | Kind::Journal | Kind::Availability => {}
        }
        Ok(joined(busy))
    }

    /// The periods of a VFREEBUSY's FREEBUSY properties; those that cannot be read are left out.
    pub(crate) fn periods(
        &self,
        component: &Component<'_>,
        floating: &ObjectZone,
        steps: &mut Steps,
    ) -> Result<Vec<(Span, Option<BusyKind>)>, TooManySteps> {
        let mut periods = Vec::new();
        for property in component.all("FREEBUSY") {
            let kind = property.param("FBTYPE").map_or(Some(BusyKind::Busy), BusyKind::of);
            for item in property.value().split(',') {
                steps.spend(1)?;
                let Some((start, end)) = period(item, property.param("TZID"), &self.zones) else { continue };
                let end = end.length(&start, floating).after(start.wall(), start.clock(floating));
                periods.extend(Span::new(start.instant(floating), end).ok().map(|span| (span, kind)));
            }
        }
        Ok(periods)
    }

    /// The component of an entry.
    pub(crate) fn component(&self, entry: &Entry) -> &Component<'_> {
        &self.root.components()[entry.place]
    }
}

fn no_periods(object: &Object<'_>, entry: &Entry) -> bool {
    object.component(entry).property("FREEBUSY").is_none()
}

/// In which way an event makes its owner busy: neither when it is transparent or cancelled, nor by an
/// invitation that they have not accepted.
fn busy_kind(component: &Component<'_>, addresses: &[String]) -> Option<BusyKind> {
    let says = |name: &str, value: &str| component.value(name).is_some_and(|found| found.eq_ignore_ascii_case(value));
    if says("TRANSP", "TRANSPARENT") || says("STATUS", "CANCELLED") {
        return None;
    }
    let own = |value: &str| own_address(value, addresses);
    let mut tentative = says("STATUS", "TENTATIVE");
    if !component.value("ORGANIZER").is_some_and(own) {
        let attendee = component.all("ATTENDEE").find(|attendee| own(attendee.value()));
        match attendee.map(|attendee| attendee.param("PARTSTAT").unwrap_or("NEEDS-ACTION").to_ascii_uppercase()) {
            None => {}
            Some(says) if says == "ACCEPTED" => {}
            Some(says) if says == "TENTATIVE" => tentative = true,
            Some(_) => return None,
        }
    }
    Some(if tentative { BusyKind::Tentative } else { BusyKind::Busy })
}

/// Whether a calendar address is one of these, in any case.
pub(crate) fn own_address(value: &str, addresses: &[String]) -> bool {
    addresses.iter().any(|address| address.eq_ignore_ascii_case(value.trim()))
}

/// Spans of one kind that overlap or touch become one; the whole by start.
pub(crate) fn joined(mut busy: Vec<Busy>) -> Vec<Busy> {
    busy.sort_unstable_by_key(|busy| (busy.kind, busy.span));
    let mut joined: Vec<Busy> = Vec::with_capacity(busy.len());
    for next in busy {
        match joined.last_mut() {
            Some(last) if last.kind == next.kind && next.span.start() <= last.span.end() => {
                let end = last.span.end().max(next.span.end());
                last.span = Span::new(last.span.start(), end).unwrap_or(last.span);
            }
            _ => joined.push(next),
        }
    }
    joined.sort_unstable_by_key(|busy| (busy.span, busy.kind));
    joined
}

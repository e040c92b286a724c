//! VAVAILABILITY (RFC 7953): when someone says beforehand that they can be met, and so when they cannot.

use super::entry::Entry;
use super::index::joined;
use super::{Busy, BusyKind, Component, Kind, Object, ObjectZone, bad::BadObject};
use crate::recurrence::{Steps, TooManySteps};
use crate::time::{Instant, Span};

/// When the VAVAILABILITYs among `objects` say that their owner cannot be met within `within`, by start.
///
/// Of two that speak of one time the one with the higher PRIORITY holds
/// (RFC 7953 4). Outside of all of them nothing is said. An AVAILABLE that
/// cannot be read makes nobody available.
pub fn unavailable<'o>(
    objects: impl IntoIterator<Item = &'o Object<'o>>,
    within: Span,
    floating: &ObjectZone,
    steps: &mut Steps,
) -> Result<Vec<Busy>, TooManySteps> {
    let of_kind = objects.into_iter().filter(|object| object.kind() == Kind::Availability);
    let mut all: Vec<(&Object<'_>, &Entry)> =
        of_kind.flat_map(|object| object.entries.iter().map(move |entry| (object, entry))).collect();
    // 1 is the highest, 9 the lowest, and nothing (or 0) is lower still.
    let rank = |(object, entry): &(&Object<'_>, &Entry)| {
        let given = object.component(entry).value("PRIORITY").and_then(|text| text.parse().ok()).unwrap_or(0_u32);
        if given == 0 { u32::MAX } else { given }
    };
    all.sort_by_key(|one| std::cmp::Reverse(rank(one)));
    let mut busy = Vec::new();
    for (object, entry) in all {
        let Some(range) = range_of(entry, floating).intersection(&within) else { continue };
        let component = object.component(entry);
        set(&mut busy, range, busy_type(component), steps)?;
        for available in object.available_in(component) {
            for happening in available.happenings(floating, (range.start(), range.end()), steps)? {
                let span = Span::new(happening.start, happening.end).ok().and_then(|span| span.intersection(&range));
                if let Some(span) = span {
                    set(&mut busy, span, None, steps)?;
                }
            }
        }
    }
    Ok(joined(busy))
}

/// What it speaks of: from DTSTART to DTEND, without bound where they are missing.
fn range_of(entry: &Entry, floating: &ObjectZone) -> Span {
    use super::instances::{EARLIEST, LATEST};
    let start = entry.start.as_ref().map_or(EARLIEST, |start| start.instant(floating));
    let end: Instant = match (&entry.end, entry.duration, &entry.start) {
        (Some(end), _, _) => end.instant(floating),
        (None, Some(length), Some(from)) => length.after(from.wall(), from.clock(floating)),
        _ => LATEST,
    };
    Span::new(start, end).unwrap_or(Span::new(EARLIEST, LATEST).expect("the ends are in order"))
}

/// BUSYTYPE of the time that is not told to be available.
fn busy_type(component: &Component<'_>) -> Option<BusyKind> {
    component.value("BUSYTYPE").map_or(Some(BusyKind::Unavailable), BusyKind::of)
}

/// Says of a span what it is, whatever was said before.
fn set(busy: &mut Vec<Busy>, span: Span, kind: Option<BusyKind>, steps: &mut Steps) -> Result<(), TooManySteps> {
    steps.spend(1 + u32::try_from(busy.len() / 16).unwrap_or(u32::MAX))?;
    let mut rest = Vec::with_capacity(busy.len() + 2);
    for old in busy.drain(..) {
        if !old.span.overlaps(&span) {
            rest.push(old);
            continue;
        }
        let parts = [Span::new(old.span.start(), span.start()), Span::new(span.end(), old.span.end())];
        rest.extend(parts.into_iter().flatten().map(|span| Busy { span, kind: old.kind }));
    }
    rest.extend(kind.map(|kind| Busy { span, kind }));
    *busy = rest;
    Ok(())
}

impl<'a> Object<'a> {
    /// The AVAILABLEs of a VAVAILABILITY, each with its instances that differ, as events.
    fn available_in(&self, component: &Component<'a>) -> Vec<Self> {
        let mut groups: Vec<(String, Vec<Component<'a>>)> = Vec::new();
        for available in component.inner("AVAILABLE") {
            let uid = available.value("UID").unwrap_or_default();
            match groups.iter_mut().find(|(known, _)| known == uid) {
                Some((_, group)) => group.push(available.clone()),
                None => groups.push((uid.to_owned(), vec![available.clone()])),
            }
        }
        groups.into_iter().filter_map(|(uid, group)| self.event_of(uid, &group)).collect()
    }

    fn event_of(&self, uid: String, group: &[Component<'a>]) -> Option<Self> {
        let read = |(place, component)| Entry::read(component, place, Kind::Event, &self.zones);
        let entries: Result<Vec<Entry>, BadObject> = group.iter().enumerate().map(read).collect();
        let root = self.root.with_components(group.to_vec());
        Some(Self {
            source: self.source,
            root,
            kind: Kind::Event,
            uid,
            zones: self.zones.clone(),
            entries: entries.ok()?,
        })
    }
}

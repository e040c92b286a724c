//! Windows cut into slots. Slots are never stored: they follow from an event and its windows.

use chrono::TimeDelta;

use crate::event::Event;
use crate::recurrence::{Steps, TooManySteps};
use crate::time::{Instant, Minutes, Span};
use crate::window::Window;

/// The longest range that one question for slots may span.
pub const MAX_SLOT_RANGE: TimeDelta = TimeDelta::days(31);
/// The most slots in one answer; what is left goes to the next page.
pub const MAX_SLOTS: usize = 10_000;
/// The most places on grids that one question may look at, doubled ones too.
pub const MAX_PLACES: usize = 1_000_000;

/// Slots in order of their start, and where to go on if there are more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// At most [`MAX_SLOTS`], ascending, no two with the same start.
    pub slots: Vec<Span>,
    /// The first start that did not fit.
    pub next: Option<Instant>,
}

/// Whether windows are cut into the same slots, whichever of the two an event is.
pub fn cuts_alike(one: &Event, other: &Event) -> bool {
    let says = |event: &Event| (event.zone, event.date_range(), event.slot_length, event.step);
    says(one) == says(other)
}

/// Cuts the windows of an event into the slots that start in `range`,
/// whether they are free or not.
///
/// A slot lies wholly within one instance of a window and within the event's
/// date range. Its place on the grid counts from the instance's start in
/// elapsed time. Where two windows give a slot with the same start, the
/// shorter one stands. More than [`MAX_PLACES`] places on the way to an
/// answer are too many steps.
pub fn cut(event: &Event, windows: &[Window], range: Span, steps: &mut Steps) -> Result<Cut, TooManySteps> {
    let dates = event.date_range();
    let Some(mut range) = range.intersection(&dates) else {
        return Ok(Cut { slots: Vec::new(), next: None });
    };
    let mut slots = Vec::new();
    let mut next = None;
    let mut places = MAX_PLACES;
    for window in windows {
        for (_, instance) in window.instances(event.zone, range, steps)? {
            if instance.start() >= range.end() {
                break;
            }
            let before = slots.len();
            cut_instance(event, window.whole, instance, Bounds { range, dates }, &mut slots);
            places = places.checked_sub(slots.len() - before).ok_or(TooManySteps)?;
            // Whatever the windows, the list stays a few answers long: what lies behind a full answer is not wanted.
            if slots.len() > 4 * MAX_SLOTS
                && let Some(first_left_out) = settle(&mut slots)
            {
                next = Some(first_left_out);
                // What is left out is later than MAX_SLOTS starts in the range, so later than its start.
                range = Span::new(range.start(), first_left_out).unwrap_or(range);
            }
        }
    }
    let next = settle(&mut slots).or(next);
    Ok(Cut { slots, next })
}

/// Orders slots, drops doubled starts, keeps an answer's worth and tells the first start left out.
fn settle(slots: &mut Vec<Span>) -> Option<Instant> {
    slots.sort_unstable();
    slots.dedup_by_key(|slot| slot.start());
    let next = slots.get(MAX_SLOTS).map(Span::start);
    slots.truncate(MAX_SLOTS);
    next
}

/// The slot of this event that starts at `start`, free or not.
pub fn at(event: &Event, windows: &[Window], start: Instant, steps: &mut Steps) -> Result<Option<Span>, TooManySteps> {
    // Whoever asks about the end of time asks about no slot.
    let second = start.checked_add_signed(TimeDelta::seconds(1)).and_then(|end| Span::new(start, end).ok());
    let Some(moment) = second else { return Ok(None) };
    let cut = cut(event, windows, moment, steps)?;
    Ok(cut.slots.into_iter().find(|slot| slot.start() == start))
}

/// Where the grid of an instance has its points: multiples of the step from its start.
pub(crate) fn grid_point_at_or_after(instance: Span, step: Minutes, instant: Instant) -> Instant {
    let step = Minutes(step.0.max(1)).delta();
    let ahead = (instant - instance.start()).max(TimeDelta::zero());
    let points = ahead.num_seconds() / step.num_seconds();
    let point = instance.start() + TimeDelta::seconds(points * step.num_seconds());
    if point < instant { point + step } else { point }
}

/// What a slot must lie in: its start in the range asked for, all of it in the event's dates.
#[derive(Clone, Copy)]
struct Bounds {
    range: Span,
    dates: Span,
}

fn cut_instance(event: &Event, whole: bool, instance: Span, bounds: Bounds, slots: &mut Vec<Span>) {
    if whole {
        if bounds.range.contains(instance.start()) && bounds.dates.covers(&instance) {
            slots.push(instance);
        }
        return;
    }
    // An instance lasts at most MAX_WINDOW and a step at least a minute, so this ends.
    let mut start = grid_point_at_or_after(instance, event.step, bounds.range.start());
    while start < bounds.range.end() {
        let slot = Span::lasting(start, event.slot_length);
        if slot.end() > instance.end() {
            break;
        }
        if bounds.dates.covers(&slot) {
            slots.push(slot);
        }
        start += event.step.delta();
    }
}

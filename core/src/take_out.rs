//! Taking time out of an event's windows: one slot, a day, the holidays.

use chrono::NaiveDateTime;

use crate::event::Event;
use crate::id::WindowId;
use crate::recurrence::{Instance, MAX_STEPS, Steps, TooManySteps};
use crate::refusal::Refusal;
use crate::slot;
use crate::time::{Instant, Minutes, Span, Zone};
use crate::window::{MAX_EXDATES, MAX_WINDOWS, Window};

/// The most instances of windows that one span may take out or shorten.
pub const MAX_TAKEN_OUT: usize = 1000;

/// What becomes of an event's windows when a span is taken out of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TakenOut {
    /// Windows that are new, or stand in place of one with the same id.
    pub put: Vec<Window>,
    /// Windows that are gone.
    pub removed: Vec<WindowId>,
}

impl TakenOut {
    /// Whether no slot was in the span, so that nothing changes.
    pub fn is_empty(&self) -> bool {
        self.put.is_empty() && self.removed.is_empty()
    }
}

/// Takes `span` out of the windows of `event`.
///
/// Afterwards no slot that overlaps `span` is offered, and every other slot
/// is offered as before. An instance of a recurring window that loses a slot
/// becomes an EXDATE; what remains of it before and after the span becomes
/// one-off windows, the one after beginning at a point of the same grid, and
/// remains too short for a slot are dropped. A one-off window is cut down in
/// the same way and keeps its id while something of it is left. A `whole`
/// instance goes entirely. Only what lies in the event's date range is
/// looked at; without a slot in the span nothing changes.
///
/// One thing cannot be kept: a window is named by the wall clock, and a
/// reading that is shown twice means its first showing. What remains after
/// the span therefore cannot begin in the second showing of a doubled hour;
/// it begins at the first point of the grid behind it, and slots that began
/// in between are gone with the span.
///
/// More than [`MAX_TAKEN_OUT`] instances, [`MAX_WINDOWS`] or [`MAX_EXDATES`]
/// afterwards, or more steps than are left are refused.
pub fn take_out(
    event: &Event,
    windows: &[Window],
    span: Span,
    new_id: &mut dyn FnMut() -> WindowId,
    steps: &mut Steps,
) -> Result<TakenOut, Refusal> {
    let dates = event.date_range();
    let Some(span) = span.intersection(&dates) else { return Ok(TakenOut::default()) };
    let task = Task { event, dates, span };
    let mut taken = TakenOut::default();
    let mut count = 0;
    for window in windows {
        let hit = task.instances_hit(window, steps)?;
        count += hit.len();
        if count > MAX_TAKEN_OUT {
            return Err(Refusal::TooMany { what: "instances of windows taken out at once", limit: MAX_TAKEN_OUT });
        }
        if hit.is_empty() {
            continue;
        }
        let mut remains = hit.iter().flat_map(|(_, instance)| task.remains(window, *instance));
        let mut one_off = |id: WindowId, (start, duration): (NaiveDateTime, Minutes)| {
            taken.put.push(Window { id, start, duration, rule: None, exdates: Vec::new(), whole: false });
        };
        if window.rule.is_none() {
            match remains.next() {
                Some(first) => one_off(window.id, first),
                None => taken.removed.push(window.id),
            }
        }
        for part in remains {
            one_off(new_id(), part);
        }
        if window.rule.is_some() {
            taken.put.push(task.without(window, &hit, steps)?);
        }
    }
    let new = taken.put.iter().filter(|put| windows.iter().all(|window| window.id != put.id)).count();
    if new > 0 && windows.len() + new - taken.removed.len() > MAX_WINDOWS {
        return Err(Refusal::TooMany { what: "windows of an event", limit: MAX_WINDOWS });
    }
    Ok(taken)
}

struct Task<'a> {
    event: &'a Event,
    dates: Span,
    span: Span,
}

impl Task<'_> {
    /// Instances of which an offered slot overlaps the span.
    fn instances_hit(&self, window: &Window, steps: &mut Steps) -> Result<Vec<(Instance, Span)>, Refusal> {
        let mut hit = window.instances(self.event.zone, self.span, steps).map_err(too_many)?;
        hit.retain(|(_, instance)| self.offers_in_span(window.whole, *instance));
        Ok(hit)
    }

    fn offers_in_span(&self, whole: bool, instance: Span) -> bool {
        if whole {
            return self.dates.covers(&instance);
        }
        let (length, step) = (self.event.slot_length.delta(), self.event.step);
        // The first slot that lies in the dates and ends behind the span's start.
        let earliest = self.dates.start().max(self.span.start() - length);
        let mut slot = Span::lasting(slot::grid_point_at_or_after(instance, step, earliest), self.event.slot_length);
        if slot.end() <= self.span.start() {
            slot = Span::lasting(slot.start() + step.delta(), self.event.slot_length);
        }
        instance.covers(&slot) && self.dates.covers(&slot) && slot.overlaps(&self.span)
    }

    /// What is left of an instance before and after the span, as one-off windows on its grid.
    fn remains(&self, window: &Window, instance: Span) -> Vec<(NaiveDateTime, Minutes)> {
        if window.whole {
            return Vec::new();
        }
        let (event, zone) = (self.event, self.event.zone);
        let before = Span::new(instance.start(), self.span.start().min(instance.end())).ok();
        let after = slot::grid_point_at_or_after(instance, event.step, self.span.end());
        let after = first_nameable(zone, after, instance.end(), event.step);
        let after = after.and_then(|start| Span::new(start, instance.end()).ok());
        let parts = [before, after].into_iter().flatten().filter_map(|part| {
            let minutes = Minutes(u32::try_from(part.length().num_minutes()).unwrap_or(0));
            let start = zone.wall_at(part.start());
            let right = minutes >= event.slot_length && zone.recurring_instant_of(start) == part.start();
            right.then_some((start, minutes))
        });
        parts.collect()
    }

    /// The window with the instances it lost as exceptions.
    fn without(&self, window: &Window, hit: &[(Instance, Span)], steps: &mut Steps) -> Result<Window, Refusal> {
        let mut window = window.clone();
        let mut hit = hit.to_vec();
        // Around a gap two readings may be one instant, and the second shows when the first is left out.
        while !hit.is_empty() {
            window.exdates.extend(hit.iter().map(|(instance, _)| instance.wall));
            if window.exdates.len() > MAX_EXDATES {
                return Err(Refusal::TooMany { what: "exceptions of a window", limit: MAX_EXDATES });
            }
            hit = self.instances_hit(&window, steps)?;
        }
        window.exdates.sort_unstable();
        Ok(window)
    }
}

/// The first point of a grid from `point` on, ahead of `end`, that a wall-clock start can name.
fn first_nameable(zone: Zone, point: Instant, end: Instant, step: Minutes) -> Option<Instant> {
    let mut point = point;
    // A window is a week at most, a step a minute at least, so this ends.
    while point < end {
        if zone.recurring_instant_of(zone.wall_at(point)) == point {
            return Some(point);
        }
        point += step.delta();
    }
    None
}

fn too_many(_: TooManySteps) -> Refusal {
    Refusal::TooMany { what: "steps to work out the windows", limit: MAX_STEPS as usize }
}

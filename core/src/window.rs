//! When an event can be met: one-off and recurring spans of wall-clock time.

use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

use crate::event::{DAYS, Event};
use crate::id::WindowId;
use crate::recurrence::{Instance, Recurrence, Rule, Steps, TooManySteps};
use crate::refusal::Invalid;
use crate::time::{Minutes, Reading, Span, Zone};

/// The longest window: a week.
pub const MAX_WINDOW: Minutes = Minutes(7 * 24 * 60);
/// The most windows of one event.
pub const MAX_WINDOWS: usize = 500;
/// The most exceptions of one window.
pub const MAX_EXDATES: usize = 1000;

/// A span of the event's zone in which it may be booked, once or again and again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Its id within the event.
    pub id: WindowId,
    /// When it first begins, as the event's zone shows it (DTSTART).
    pub start: NaiveDateTime,
    /// How long it lasts, in elapsed minutes (RFC 5545 3.8.2.5).
    pub duration: Minutes,
    /// How it recurs (RFC 5545 3.3.10); none for a one-off.
    pub rule: Option<Rule>,
    /// Instances left out, by their wall-clock start (EXDATE), ascending.
    pub exdates: Vec<NaiveDateTime>,
    /// Whether an instance is one slot instead of being cut into several.
    pub whole: bool,
}

impl Window {
    /// Its instances that have some instant in `span`, ascending.
    pub fn instances(&self, zone: Zone, span: Span, steps: &mut Steps) -> Result<Vec<(Instance, Span)>, TooManySteps> {
        // One that began up to a duration ahead of the span still reaches into it.
        let reach = span.widened(self.duration, Minutes(0));
        let starts = self.recurrence(zone).starts_in(reach, steps)?;
        let spans = starts.into_iter().map(|instance| {
            let lasting = Span::lasting(instance.start, self.duration);
            (instance, lasting)
        });
        Ok(spans.filter(|(_, lasting)| lasting.overlaps(&span)).collect())
    }

    /// The window's starts as a recurrence in `zone`.
    pub fn recurrence(&self, zone: Zone) -> Recurrence<'_> {
        Recurrence { start: self.start, zone, rule: self.rule.as_ref(), exdates: &self.exdates }
    }

    /// Names the first field that keeps this from being a window of `event`.
    pub fn check(&self, event: &Event) -> Result<(), Invalid> {
        if self.duration.0 == 0 || self.duration > MAX_WINDOW {
            let mend = format!("the end must come after the start, at most {} minutes later", MAX_WINDOW.0);
            return Err(Invalid::new("duration_minutes", self.duration.0, mend));
        }
        if !self.whole && self.duration < event.slot_length {
            let mend = format!("a slot of this event lasts {} minutes: make the window as long", event.slot_length.0);
            return Err(Invalid::new("duration_minutes", self.duration.0, mend));
        }
        self.check_start(event)?;
        if self.exdates.len() > MAX_EXDATES {
            return Err(Invalid::new("exdates", self.exdates.len(), format!("use at most {MAX_EXDATES}")));
        }
        match &self.rule {
            None if !self.exdates.is_empty() => {
                Err(Invalid::new("exdates", self.exdates.len(), "only a window with an rrule has exceptions"))
            }
            None => Ok(()),
            Some(rule) => rule
                .check_for_window(self.start, event.zone)
                .map_err(|bad| Invalid::new("rrule", rule, bad.to_string())),
        }
    }

    fn check_start(&self, event: &Event) -> Result<(), Invalid> {
        let start = self.start;
        if start.date() < DAYS.0 || start.date() > DAYS.1 {
            return Err(Invalid::new("start", start, format!("use a day from {} to {}", DAYS.0, DAYS.1)));
        }
        if start.and_utc().timestamp() % 60 != 0 || start.and_utc().timestamp_subsec_nanos() != 0 {
            return Err(Invalid::new("start", start, "use whole minutes"));
        }
        if let (None, Reading::Skipped { before, after }) = (&self.rule, event.zone.instant_of(start)) {
            let mend =
                format!("clocks in {} skip this time: the nearest real ones are {before} and {after}", event.zone);
            return Err(Invalid::new("start", start, mend));
        }
        if start.date() < event.first_day {
            let mend = format!("the event begins on {}: start on or after that day", event.first_day);
            return Err(Invalid::new("start", start, mend));
        }
        match event.last_day {
            Some(last) if start.date() > last => {
                Err(Invalid::new("start", start, format!("the event ends on {last}: start on or before that day")))
            }
            _ => Ok(()),
        }
    }
}

//! Recurrence: when a rule's instances start, without ever walking further than a named budget.
//!
//! A recurrence keeps its wall-clock time: it is laid out on the wall clock
//! and each reading becomes an instant by [`Clock::recurring_instant_of`].
//! Instances are those of RFC 5545 3.8.5.3. Where the RFC leaves a choice,
//! this does as python-dateutil does: a DTSTART that its rule does not match
//! is no instance, and BYWEEKNO without BYDAY takes all days of the week.
//!
//! Reading order: `rule` and `read` (text to parts), `calendar` (which days a
//! rule takes), `plan` (periods, so that a walk can begin anywhere), `walk`
//! (over the periods, counting), this file (instants, EXDATE, the ends).
//!
//! No library walks here. The rrule crate walks from DTSTART, cannot be
//! stopped while it looks for an instance that never comes, and departs from
//! RFC 5545 in cases that the tests keep; it is their second opinion.

mod calendar;
mod plan;
mod read;
mod rule;
mod walk;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

pub use self::rule::{BadRule, MAX_INTERVAL, MAX_RULE_TEXT, Rule, Until};

use self::rule::Frequency;
use self::walk::Walk;
use crate::time::{Clock, Instant, Span, Zone};

/// Budget of one or several expansions: a step is a month, week, day or shorter
/// period looked at, or an instance made.
pub const MAX_STEPS: u32 = 100_000;

/// Most instances that one expansion hands out.
pub const MAX_INSTANCES: usize = 50_000;

/// Most instances a window's rule may have within an hour.
pub const MAX_IN_AN_HOUR: usize = 12;

/// The first wall-clock second that recurs.
const FIRST_WALL: NaiveDateTime =
    NaiveDate::from_ymd_opt(1, 1, 1).expect("a date").and_hms_opt(0, 0, 0).expect("a time");

/// The last wall-clock second that recurs.
const LAST_WALL: NaiveDateTime =
    NaiveDate::from_ymd_opt(9999, 12, 31).expect("a date").and_hms_opt(23, 59, 59).expect("a time");

/// Wall clocks and instants may part by this much around a change of offset: none was ever larger than a day.
const SLACK: TimeDelta = TimeDelta::hours(26);

/// What is left of a budget. Pass the same one to several expansions to bound them together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Steps(u32);

impl Default for Steps {
    fn default() -> Self {
        Self(MAX_STEPS)
    }
}

impl Steps {
    /// A budget of `steps`.
    pub fn new(steps: u32) -> Self {
        Self(steps)
    }

    /// How many are left.
    pub fn left(&self) -> u32 {
        self.0
    }

    pub(crate) fn spend(&mut self, steps: u32) -> Result<(), TooManySteps> {
        let left = self.0.checked_sub(steps);
        self.0 = left.unwrap_or(0);
        left.map(|_| ()).ok_or(TooManySteps)
    }
}

/// The expansion was given up: the budget is spent, or there are more than [`MAX_INSTANCES`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the recurrence takes too many steps to work out: ask for a shorter span or use a simpler rule")]
pub struct TooManySteps;

/// A start, the rule that repeats it and the instances left out, in a zone. Without a rule it happens once.
///
/// All times are read to the second.
#[derive(Debug, Clone, Copy)]
pub struct Recurrence<'a, C = Zone> {
    /// DTSTART, wall clock.
    pub start: NaiveDateTime,
    /// The zone of `start` and `exdates`.
    pub zone: C,
    /// How it repeats.
    pub rule: Option<&'a Rule>,
    /// Instances left out, wall clock. They count towards COUNT.
    pub exdates: &'a [NaiveDateTime],
}

/// One instance: the reading that the rule names, and when that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instance {
    /// When it starts.
    pub start: Instant,
    /// The wall-clock reading of its start; a reading that the zone skips is kept as it is.
    pub wall: NaiveDateTime,
}

/// The ends of a recurrence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The first instance; `None` when there is none at all.
    pub first: Option<Instance>,
    /// The last instance; `None` when there is none at all or the rule has no end.
    pub last: Option<Instance>,
}

impl Rule {
    /// Whether a window that starts at `start` may repeat by this rule: some
    /// instance must be found within [`MAX_STEPS`], and no hour may hold more
    /// than [`MAX_IN_AN_HOUR`].
    pub fn check_for_window(&self, start: NaiveDateTime, zone: Zone) -> Result<(), BadRule> {
        let often = |given: String| Err(BadRule::TooOften { given, most: MAX_IN_AN_HOUR });
        match self.parts().frequency {
            Frequency::Secondly => return often("FREQ=SECONDLY".to_owned()),
            Frequency::Minutely => return often("FREQ=MINUTELY".to_owned()),
            _ if self.most_in_an_hour() > MAX_IN_AN_HOUR => return often(self.to_string()),
            _ => {}
        }
        let recurrence = Recurrence { start, zone, rule: Some(self), exdates: &[] };
        match recurrence.first(self, &mut Steps::default()) {
            Ok(Some(_)) => Ok(()),
            Ok(None) | Err(TooManySteps) => Err(BadRule::NeverYields { given: self.to_string(), start }),
        }
    }
}

impl<C: Clock> Recurrence<'_, C> {
    /// Instances that start within `span`, ascending, no two at the same
    /// instant. (Two readings may be one instant around a gap: the earlier
    /// reading is kept.)
    pub fn starts_in(&self, span: Span, steps: &mut Steps) -> Result<Vec<Instance>, TooManySteps> {
        let from = self.wall_near(span.start()) - self.slack_at(span.start());
        let to = self.wall_near(span.end()) + self.slack_at(span.end());
        let mut found = self.between(from, to, steps)?;
        found.retain(|instance| span.contains(instance.start));
        if !found.is_sorted_by(|a, b| a.start < b.start) {
            found.sort_unstable();
            found.dedup_by_key(|instance| instance.start);
        }
        Ok(found)
    }

    /// The first and the last instance.
    pub fn bounds(&self, steps: &mut Steps) -> Result<Bounds, TooManySteps> {
        let Some(rule) = self.rule else {
            let only = self.between(self.start, self.start, steps)?.first().copied();
            return Ok(Bounds { first: only, last: only });
        };
        let first = self.first(rule, steps)?;
        let endless = rule.count().is_none() && rule.until().is_none();
        let last = if endless || first.is_none() { None } else { self.last(rule, steps)? };
        Ok(Bounds { first, last })
    }

    fn first(&self, rule: &Rule, steps: &mut Steps) -> Result<Option<Instance>, TooManySteps> {
        let Some(walk) = Walk::new(self, rule) else { return Ok(None) };
        let excluded = self.excluded(walk.start(), walk.to);
        let mut left = walk.count;
        let mut number = 0;
        let mut period = walk.plan.blank();
        while let Some(found) = walk.look_on(number, walk.start(), walk.to, &mut period, steps)? {
            for nth in walk.taken(&period, &mut left) {
                steps.spend(1)?;
                let wall = period.wall(nth).filter(|wall| *wall <= walk.to && excluded.binary_search(wall).is_err());
                let Some(first) = wall.and_then(|wall| self.placed(wall)) else { continue };
                return if self.zone.skips(first.wall) {
                    // A later reading may be an earlier instant.
                    Ok(self.between(first.wall, first.wall + SLACK, steps)?.into_iter().min())
                } else {
                    Ok(Some(first))
                };
            }
            if left == Some(0) {
                break;
            }
            number = found + 1;
        }
        Ok(None)
    }

    fn last(&self, rule: &Rule, steps: &mut Steps) -> Result<Option<Instance>, TooManySteps> {
        let Some(walk) = Walk::new(self, rule) else { return Ok(None) };
        let to = walk.final_wall(steps)?;
        let excluded = self.excluded(walk.start(), to);
        let mut period = walk.plan.blank();
        for number in (0..=walk.plan.period_at(to)).rev() {
            walk.plan.look(number, (walk.start().date(), to.date()), &mut period, steps)?;
            for nth in (period.before_start(walk.start())..period.len()).rev() {
                steps.spend(1)?;
                let wall = period.wall(nth).filter(|wall| *wall <= to && excluded.binary_search(wall).is_err());
                let Some(last) = wall.and_then(|wall| self.placed(wall)) else { continue };
                return if self.zone.offset_at(last.start) == self.zone.offset_at(last.start - SLACK) {
                    Ok(Some(last))
                } else {
                    // An earlier reading may be a later instant.
                    Ok(self.between(last.wall - SLACK, last.wall, steps)?.into_iter().max())
                };
            }
        }
        Ok(None)
    }

    /// Instances whose readings lie in `from..=to`, by reading.
    fn between(
        &self,
        from: NaiveDateTime,
        to: NaiveDateTime,
        steps: &mut Steps,
    ) -> Result<Vec<Instance>, TooManySteps> {
        let walls = match self.rule {
            Some(rule) => Walk::new(self, rule).map_or(Ok(Vec::new()), |walk| walk.walls(from, to, steps))?,
            None => Some(self.start).filter(|wall| (from..=to).contains(wall)).into_iter().collect(),
        };
        let excluded = self.excluded(from, to);
        let kept = walls.into_iter().filter(|wall| excluded.binary_search(wall).is_err());
        Ok(kept.filter_map(|wall| self.placed(wall)).collect())
    }

    /// The readings in `from..=to` that are left out, sorted.
    fn excluded(&self, from: NaiveDateTime, to: NaiveDateTime) -> Vec<NaiveDateTime> {
        let mut excluded: Vec<_> = self.exdates.iter().copied().filter(|wall| (from..=to).contains(wall)).collect();
        excluded.sort_unstable();
        excluded
    }

    /// The instant of a reading, unless it lies behind an UNTIL that is an instant.
    fn placed(&self, wall: NaiveDateTime) -> Option<Instance> {
        let start = self.zone.recurring_instant_of(wall);
        match self.rule.and_then(Rule::until) {
            Some(Until::Instant(until)) if start > until => None,
            _ => Some(Instance { start, wall }),
        }
    }

    /// By how much readings around `at` may part from instants: not at all where no offset changes nearby.
    fn slack_at(&self, at: Instant) -> TimeDelta {
        let at = at.clamp(FIRST_WALL.and_utc(), LAST_WALL.and_utc());
        let offset = self.zone.offset_at(at);
        let steady = [at - SLACK, at + SLACK].iter().all(|near| self.zone.offset_at(*near) == offset);
        if steady { TimeDelta::zero() } else { SLACK }
    }

    /// What the clock shows at `at`, or at the end of the years that recur if that is nearer.
    fn wall_near(&self, at: Instant) -> NaiveDateTime {
        self.zone.wall_at(at.clamp(FIRST_WALL.and_utc(), LAST_WALL.and_utc()))
    }
}

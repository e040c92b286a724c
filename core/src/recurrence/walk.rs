//! A walk over the periods of a rule, under a budget.

use std::ops::Range;

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::plan::{Period, Plan};
use super::rule::{Rule, Until};
use super::{LAST_WALL, MAX_INSTANCES, Recurrence, SLACK, Steps, TooManySteps};
use crate::time::Clock;

/// A walk over the periods of a rule.
pub(super) struct Walk {
    pub(super) plan: Plan,
    pub(super) count: Option<u64>,
    /// No reading lies behind this one.
    pub(super) to: NaiveDateTime,
}

impl Walk {
    /// `None` if nothing can recur: DTSTART lies outside the years 1 to 9999.
    pub(super) fn new<C: Clock>(recurrence: &Recurrence<'_, C>, rule: &Rule) -> Option<Self> {
        let to = match rule.until() {
            None => LAST_WALL,
            Some(Until::Day(date)) => date.and_hms_opt(23, 59, 59)?,
            Some(Until::Wall(wall)) => wall,
            Some(Until::Instant(at)) => recurrence.wall_near(at) + SLACK,
        };
        (1..=9999).contains(&recurrence.start.year()).then(|| Self {
            plan: Plan::new(rule, recurrence.start),
            count: rule.count().map(u64::from),
            to: to.min(LAST_WALL),
        })
    }

    pub(super) fn start(&self) -> NaiveDateTime {
        self.plan.start()
    }

    /// Readings in `from..=to`, ascending.
    pub(super) fn walls(
        &self,
        from: NaiveDateTime,
        to: NaiveDateTime,
        steps: &mut Steps,
    ) -> Result<Vec<NaiveDateTime>, TooManySteps> {
        let (from, to) = (from.max(self.start()), to.min(self.to));
        let mut walls = Vec::new();
        if from > to {
            return Ok(walls);
        }
        let mut number = self.plan.period_at(from);
        let mut left = match self.count {
            Some(count) => Some(count - self.count_before(number, count, steps)?),
            None => None,
        };
        // Whoever counts must see whole periods.
        let seen_from = if left.is_some() { self.start() } else { from };
        let mut period = self.plan.blank();
        while left != Some(0) {
            let Some(found) = self.look_on(number, seen_from, to, &mut period, steps)? else { break };
            let taken = self.taken(&period, &mut left);
            for nth in taken.start.max(period.before(from))..taken.end {
                let Some(wall) = period.wall(nth).filter(|wall| *wall <= to) else { break };
                steps.spend(1)?;
                walls.push(wall);
            }
            if walls.len() > MAX_INSTANCES {
                return Err(TooManySteps);
            }
            number = found + 1;
        }
        Ok(walls)
    }

    /// Looks at the first period from `number` on that may hold something, if it begins by `to`.
    pub(super) fn look_on(
        &self,
        number: i64,
        from: NaiveDateTime,
        to: NaiveDateTime,
        period: &mut Period,
        steps: &mut Steps,
    ) -> Result<Option<i64>, TooManySteps> {
        let last = self.plan.period_at(to);
        let number = self.plan.candidate(number, last, steps)?;
        if number > last {
            return Ok(None);
        }
        self.plan.look(number, (from.date(), to.date()), period, steps)?;
        Ok(Some(number))
    }

    /// Which of a period's readings are instances: from DTSTART on, and no more than are `left`, which it lowers.
    pub(super) fn taken(&self, period: &Period, left: &mut Option<u64>) -> Range<usize> {
        let begin = period.before_start(self.start());
        let mut end = period.len();
        if let Some(left) = left {
            let room = usize::try_from(*left).unwrap_or(usize::MAX);
            end = end.min(begin.saturating_add(room));
            *left -= (end - begin) as u64;
        }
        begin..end
    }

    /// How many instances the periods before `number` hold, at most `most`.
    fn count_before(&self, number: i64, most: u64, steps: &mut Steps) -> Result<u64, TooManySteps> {
        let mut left = Some(most);
        let mut at = 0;
        if let Some((cycle, each)) = self.cycle(number, steps)? {
            self.count_through(&mut at, 1, &mut left, steps)?;
            let cycles = (number - 1) / cycle;
            let skipped = each.saturating_mul(cycles.unsigned_abs());
            left = left.map(|left| left.saturating_sub(skipped));
            at = 1 + cycles * cycle;
        }
        self.count_through(&mut at, number, &mut left, steps)?;
        Ok(most - left.unwrap_or(0))
    }

    /// Walks on from period `at` until `end` or until none are left; the last reading it took.
    fn count_through(
        &self,
        at: &mut i64,
        end: i64,
        left: &mut Option<u64>,
        steps: &mut Steps,
    ) -> Result<Option<NaiveDateTime>, TooManySteps> {
        let mut last = None;
        let mut period = self.plan.blank();
        while *at < end && *left != Some(0) {
            *at = self.plan.candidate(*at, end - 1, steps)?;
            if *at >= end {
                break;
            }
            self.plan.look(*at, (self.start().date(), NaiveDate::MAX), &mut period, steps)?;
            let taken = self.taken(&period, left);
            last = taken.last().and_then(|nth| period.wall(nth)).or(last);
            *at += 1;
        }
        Ok(last)
    }

    /// After how many periods the pattern repeats and how many instances that is, where skipping pays
    /// on the way to period `number`.
    fn cycle(&self, number: i64, steps: &mut Steps) -> Result<Option<(i64, u64)>, TooManySteps> {
        let Some(cycle) = self.plan.cycle().filter(|cycle| number > 2 * cycle) else { return Ok(None) };
        let mut left = Some(u64::MAX);
        self.count_through(&mut 1, 1 + cycle, &mut left, steps)?;
        Ok(left.map(|left| (cycle, u64::MAX - left)))
    }

    /// The last reading that the rule's end lets through: exact for COUNT, at the latest for UNTIL.
    pub(super) fn final_wall(&self, steps: &mut Steps) -> Result<NaiveDateTime, TooManySteps> {
        let Some(count) = self.count else { return Ok(self.to) };
        let end = self.plan.period_at(self.to) + 1;
        let (mut at, mut left) = (0, Some(count));
        let mut last = None;
        if let Some((cycle, each)) = self.cycle(end, steps)? {
            last = self.count_through(&mut at, 1, &mut left, steps)?;
            if let (Some(rest), true) = (left, each > 0) {
                // One cycle too few, so that the walk below meets the last one.
                let cycles = (rest / each).saturating_sub(1).min((end / cycle).unsigned_abs());
                left = Some(rest - cycles * each);
                at = 1 + i64::try_from(cycles).unwrap_or(0) * cycle;
            } else {
                at = end;
            }
        }
        let last = self.count_through(&mut at, end, &mut left, steps)?.or(last);
        // A count that the years do not suffice for ends where they do.
        Ok(if left == Some(0) { last.unwrap_or(self.to) } else { self.to })
    }
}

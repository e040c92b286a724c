//! When an object happens: rules, RDATE, EXDATE, and the instances that differ, under a budget.

use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta};

use super::entry::Entry;
use super::value::{Length, Moment};
use super::zones::ObjectZone;
use super::{Kind, Object, ObjectLimits, bad::BadObject};
use crate::recurrence::{Recurrence, Rule, Steps, TooManySteps};
use crate::time::{Clock, Instant, Span};

/// Before everything that an object can name.
pub(crate) const EARLIEST: Instant = DateTime::from_timestamp(-62_200_000_000, 0).expect("an instant of year 0");
/// Behind everything that an object can name.
pub(crate) const LATEST: Instant = DateTime::from_timestamp(253_500_000_000, 0).expect("an instant of year 10003");

/// How far a search for an instance goes before it goes on, in minutes: ten, a day, 40 days, 3 and 40 years.
const REACHES: [i64; 5] = [10, 1_440, 57_600, 1_581_120, 21_081_600];

/// One instance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Happening {
    /// Which of the object's entries tells it.
    pub(crate) entry: usize,
    pub(crate) start: Instant,
    /// Not before the start.
    pub(crate) end: Instant,
    /// What the entry's clock shows at the start.
    pub(crate) wall: NaiveDateTime,
    /// What names it among the instances of the object, if there are several.
    pub(crate) id: Option<Moment>,
}

/// The times of an event.
pub(crate) struct EventTimes<'o> {
    pub(crate) main: Option<MainTimes<'o>>,
    /// Its instances that differ.
    pub(crate) instances: Vec<InstanceTimes>,
}

/// The times of the entry itself.
pub(crate) struct MainTimes<'o> {
    pub(crate) start: &'o Moment,
    pub(crate) first: Instant,
    pub(crate) length: TimeDelta,
    pub(crate) rules: &'o [Rule],
    pub(crate) excludes_by_rule: bool,
    pub(crate) exdates: Vec<Instant>,
    /// RDATE, from start to end.
    pub(crate) added: Vec<(Instant, Instant)>,
}

/// The times of an instance that differs.
pub(crate) struct InstanceTimes {
    pub(crate) id: Instant,
    pub(crate) start: Instant,
    pub(crate) end: Instant,
    pub(crate) cancelled: bool,
    pub(crate) and_future: bool,
}

/// Times by which instances are named: EXDATE and RECURRENCE-ID.
#[derive(Default)]
struct Marks {
    instants: Vec<Instant>,
    days: Vec<NaiveDate>,
}

impl Marks {
    fn new<'m>(moments: impl Iterator<Item = &'m Moment>, of_days: bool, floating: &ObjectZone) -> Self {
        let mut marks = Self::default();
        for moment in moments {
            if of_days || moment.is_day() {
                marks.days.push(moment.wall().date());
            } else {
                marks.instants.push(moment.instant(floating));
            }
        }
        marks.instants.sort_unstable();
        marks.days.sort_unstable();
        marks
    }

    fn name(&self, start: Instant, wall: NaiveDateTime) -> bool {
        self.instants.binary_search(&start).is_ok() || self.days.binary_search(&wall.date()).is_ok()
    }
}

/// From one instance on (RANGE=THISANDFUTURE) an override tells those of the master.
struct Future {
    from: Instant,
    entry: usize,
    shift: TimeDelta,
}

impl Object<'_> {
    /// The entry that recurs, or happens once; an object of overrides has none.
    pub(crate) fn master(&self) -> Option<(usize, &Entry)> {
        self.entries.iter().enumerate().find(|(_, entry)| entry.recurrence_id.is_none())
    }

    /// The instances that have an instant in `from..=to` or touch it, by start.
    pub(crate) fn happenings(
        &self,
        floating: &ObjectZone,
        (from, to): (Instant, Instant),
        steps: &mut Steps,
    ) -> Result<Vec<Happening>, TooManySteps> {
        let mut found = Vec::new();
        if let Some((place, master)) = self.master() {
            self.add_of_master(place, master, floating, (from, to), &mut found, steps)?;
        }
        for (place, entry) in self.entries.iter().enumerate() {
            if entry.recurrence_id.is_some() {
                steps.spend(1)?;
                found.extend(self.own_happening(place, floating));
            }
        }
        found.retain(|happening| happening.start <= to && happening.end >= from);
        found.sort_by_key(|happening| (happening.start, happening.entry));
        Ok(found)
    }

    /// Whether `test` is met by an instance in `from..=to`. The nearest are tried first, so that a rule
    /// without end costs little where it meets the test.
    pub(crate) fn any_happening(
        &self,
        floating: &ObjectZone,
        (from, to): (Instant, Instant),
        steps: &mut Steps,
        test: impl Fn(&Happening) -> bool,
    ) -> Result<bool, TooManySteps> {
        let (first, last) = self.bounds(floating, steps);
        let from = from.max(first.unwrap_or(EARLIEST));
        let to = to.min(last.unwrap_or(LATEST));
        if from > to {
            return Ok(false);
        }
        let recurs = self.master().is_some_and(|(_, master)| master.recurs());
        for minutes in REACHES.iter().filter(|_| recurs) {
            let end = from + TimeDelta::minutes(*minutes);
            if end >= to {
                break;
            }
            if self.happenings(floating, (from, end), steps)?.iter().any(&test) {
                return Ok(true);
            }
        }
        Ok(self.happenings(floating, (from, to), steps)?.iter().any(test))
    }

    /// The instance of an override, or the one that an entry without rules is.
    pub(crate) fn own_happening(&self, place: usize, floating: &ObjectZone) -> Option<Happening> {
        let entry = &self.entries[place];
        let start = entry.start.as_ref().or(entry.recurrence_id.as_ref())?;
        let wall = start.wall();
        let at = start.instant(floating);
        let end = entry.length(floating).after(wall, start.clock(floating)).max(at);
        Some(Happening { entry: place, start: at, end, wall, id: entry.recurrence_id.clone() })
    }

    fn add_of_master(
        &self,
        place: usize,
        master: &Entry,
        floating: &ObjectZone,
        (from, to): (Instant, Instant),
        found: &mut Vec<Happening>,
        steps: &mut Steps,
    ) -> Result<(), TooManySteps> {
        let Some(start) = &master.start else { return Ok(()) };
        let clock = start.clock(floating);
        let futures = self.futures(floating);
        let lengths = futures.iter().map(|future| self.entries[future.entry].length(floating).at_most());
        let longest = lengths.fold(master.longest(floating), TimeDelta::max);
        let shift = futures.iter().map(|future| future.shift.abs()).fold(TimeDelta::zero(), TimeDelta::max);
        let begin = from.clamp(EARLIEST, LATEST) - longest - shift;
        let end = to.clamp(EARLIEST, LATEST) + shift + TimeDelta::seconds(1);
        let Ok(reach) = Span::new(begin, end) else { return Ok(()) };

        let replaced = self.entries.iter().filter_map(|entry| entry.recurrence_id.as_ref());
        let replaced = Marks::new(replaced, start.is_day(), floating);
        let single = !master.recurs() && self.entries.len() == 1;
        let length = master.length(floating);
        for (at, wall, own_length) in master.starts(floating, reach, steps)? {
            if replaced.name(at, wall) {
                continue;
            }
            steps.spend(1)?;
            let id = (!single).then(|| start.with_wall(wall));
            let happening = match futures.iter().rfind(|future| future.from < at) {
                Some(future) => self.moved(future, at, id, floating),
                None => {
                    let end = own_length.unwrap_or(length).after(wall, clock).max(at);
                    Some(Happening { entry: place, start: at, end, wall, id })
                }
            };
            found.extend(happening);
        }
        Ok(())
    }

    /// The overrides that hold for later instances too, by the first that they change.
    fn futures(&self, floating: &ObjectZone) -> Vec<Future> {
        let entries = self.entries.iter().enumerate().filter(|(_, entry)| entry.and_future);
        let future = |(place, entry): (usize, &Entry)| {
            let (from, start) = (entry.id(floating)?, entry.start.as_ref()?);
            let shift = start.wall() - start.clock(floating).wall_at(from);
            Some(Future { from, entry: place, shift })
        };
        let mut futures: Vec<Future> = entries.filter_map(future).collect();
        futures.sort_by_key(|future| future.from);
        futures
    }

    /// The instance that an override with THISANDFUTURE makes of one of the master.
    fn moved(&self, future: &Future, at: Instant, id: Option<Moment>, floating: &ObjectZone) -> Option<Happening> {
        let entry = &self.entries[future.entry];
        let clock = entry.start.as_ref()?.clock(floating);
        let wall = clock.wall_at(at) + future.shift;
        let start = clock.recurring_instant_of(wall);
        let end = entry.length(floating).after(wall, clock).max(start);
        Some(Happening { entry: future.entry, start, end, wall, id })
    }

    /// Not after the first instant and not before the last one; `None` is without bound.
    ///
    /// Of entries without DTSTART nothing is said.
    pub(crate) fn bounds(&self, floating: &ObjectZone, steps: &mut Steps) -> (Option<Instant>, Option<Instant>) {
        let (mut first, mut last) = (None::<Instant>, None::<Instant>);
        let mut add = |start: Instant, end: Instant| {
            first = Some(first.map_or(start, |first| first.min(start)));
            last = Some(last.map_or(end, |last| last.max(end)));
        };
        for place in 0..self.entries.len() {
            if let Some(own) = self.own_happening(place, floating) {
                add(own.start, own.end);
            }
        }
        let mut endless = false;
        if let Some((_, master)) = self.master() {
            for (start, end) in &master.rdates {
                let length = end.as_ref().map_or(master.length(floating), |end| end.length(start, floating));
                add(start.instant(floating), length.after(start.wall(), start.clock(floating)));
            }
            for rule in &master.rules {
                match master.last_start(rule, floating, steps) {
                    Some((start, end)) => add(start, end),
                    None => endless = true,
                }
            }
        }
        let futures = self.futures(floating);
        let slack = |future: &Future| future.shift.abs() + self.entries[future.entry].length(floating).at_most();
        let slack = futures.iter().map(slack).fold(TimeDelta::zero(), TimeDelta::max);
        (first.map(|at| at - slack), last.filter(|_| !endless).map(|at| at + slack))
    }

    /// Refuses what recurs too often to be kept: a COUNT or RDATEs beyond the limit, or a year that
    /// holds more instances than it allows.
    pub fn check_instances(&self, floating: &ObjectZone, limits: &ObjectLimits) -> Result<(), BadObject> {
        let too_many = || BadObject::TooManyInstances { limit: limits.max_instances };
        let Some((_, master)) = self.master() else { return Ok(()) };
        let listed = u32::try_from(master.rdates.len().max(self.entries.len())).unwrap_or(u32::MAX);
        let counted = master.rules.iter().filter_map(Rule::count).max().unwrap_or(0);
        if counted.max(listed) > limits.max_instances {
            return Err(too_many());
        }
        let Some(start) = &master.start else { return Ok(()) };
        let begin = start.instant(floating);
        let year = Span::new(begin, begin + TimeDelta::days(366)).map_err(|_| too_many())?;
        let starts = master.starts(floating, year, &mut Steps::default()).map_err(|_| too_many())?;
        if starts.len() > limits.max_instances as usize { Err(too_many()) } else { Ok(()) }
    }

    /// The times of an event as its mapping to windows asks for them; with the floating ones in this zone.
    ///
    /// `None` if it is no event.
    pub(crate) fn event_times(&self, floating: &ObjectZone) -> Option<EventTimes<'_>> {
        if self.kind != Kind::Event {
            return None;
        }
        let main = self.master().and_then(|(_, master)| {
            let start = master.start.as_ref()?;
            let clock = start.clock(floating);
            let first = start.instant(floating);
            let length = master.length(floating);
            let added = master.rdates.iter().map(|(date, end)| {
                let length = end.as_ref().map_or(length, |end| end.length(date, floating));
                (date.instant(floating), length.after(date.wall(), date.clock(floating)))
            });
            Some(MainTimes {
                start,
                first,
                length: length.after(start.wall(), clock) - first,
                rules: &master.rules,
                excludes_by_rule: !master.exrules.is_empty(),
                exdates: master
                    .exdates
                    .iter()
                    .map(|date| match date {
                        // A day leaves out what happens on it.
                        Moment::Day(day) if !start.is_day() => {
                            clock.recurring_instant_of(day.and_time(start.wall().time()))
                        }
                        date => date.instant(floating),
                    })
                    .collect(),
                added: added.collect(),
            })
        });
        let instance = |(place, entry): (usize, &Entry)| {
            let own = self.own_happening(place, floating)?;
            let cancelled = self.component(entry).value("STATUS").is_some_and(|s| s.eq_ignore_ascii_case("CANCELLED"));
            let (id, and_future) = (entry.id(floating)?, entry.and_future);
            Some(InstanceTimes { id, start: own.start, end: own.end, cancelled, and_future })
        };
        let instances = self.entries.iter().enumerate().filter_map(instance).collect();
        Some(EventTimes { main, instances })
    }

    /// Whether it is of a kind that has DTSTART as its only time.
    pub(crate) fn is(&self, kind: Kind) -> bool {
        self.kind == kind
    }
}

impl Entry {
    /// The starts within `reach`, by instant, without those that EXDATE leaves out.
    fn starts(
        &self,
        floating: &ObjectZone,
        reach: Span,
        steps: &mut Steps,
    ) -> Result<Vec<(Instant, NaiveDateTime, Option<Length>)>, TooManySteps> {
        let Some(start) = &self.start else { return Ok(Vec::new()) };
        let clock = start.clock(floating);
        let by = |rule, steps: &mut Steps| {
            Recurrence { start: start.wall(), zone: clock, rule: Some(rule), exdates: &[] }.starts_in(reach, steps)
        };
        let mut starts = vec![(start.instant(floating), start.wall(), None)];
        for rule in &self.rules {
            starts.extend(by(rule, steps)?.into_iter().map(|instance| (instance.start, instance.wall, None)));
        }
        for (date, end) in &self.rdates {
            steps.spend(1)?;
            let at = date.instant(floating);
            starts.push((at, clock.wall_at(at), end.as_ref().map(|end| end.length(date, floating))));
        }
        starts.retain(|(at, ..)| reach.contains(*at));
        // One instant is one instance; a period says more of it than a start.
        starts.sort_by_key(|(at, _, length)| (*at, length.is_none()));
        starts.dedup_by_key(|(at, ..)| *at);
        let out = Marks::new(self.exdates.iter(), start.is_day(), floating);
        starts.retain(|(at, wall, _)| !out.name(*at, *wall));
        for rule in &self.exrules {
            let excluded = by(rule, steps)?;
            starts.retain(|(at, ..)| excluded.binary_search_by_key(at, |instance| instance.start).is_err());
        }
        Ok(starts)
    }

    /// No instance is longer than this.
    fn longest(&self, floating: &ObjectZone) -> TimeDelta {
        let periods = self.rdates.iter().filter_map(|(start, end)| Some((start, end.as_ref()?)));
        let lengths = periods.map(|(start, end)| end.length(start, floating).at_most());
        lengths.fold(self.length(floating).at_most(), TimeDelta::max)
    }

    /// The last instance of a rule; `None` when there is none, or it is too far to be found.
    fn last_start(&self, rule: &Rule, floating: &ObjectZone, steps: &mut Steps) -> Option<(Instant, Instant)> {
        let start = self.start.as_ref()?;
        if rule.count().is_none() && rule.until().is_none() {
            return None;
        }
        let clock = start.clock(floating);
        let recurrence = Recurrence { start: start.wall(), zone: clock, rule: Some(rule), exdates: &[] };
        // Bounds are worth a part of the budget, not all of it.
        let mut own = Steps::new(steps.left().min(20_000));
        let before = own.left();
        let bounds = recurrence.bounds(&mut own);
        let _ = steps.spend(before - own.left());
        match bounds {
            Ok(bounds) => Some(match bounds.last {
                Some(last) => (last.start, self.length(floating).after(last.wall, clock)),
                // The rule has no instance at all; DTSTART is one.
                None => (start.instant(floating), start.instant(floating)),
            }),
            Err(TooManySteps) => None,
        }
    }
}

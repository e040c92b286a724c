//! A rule laid out in periods (years, months, weeks, days, hours, minutes or
//! seconds), each of which can be looked at on its own. A walk may therefore
//! begin anywhere.

use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Timelike};

use super::calendar::{Days, Month};
use super::rule::{Frequency, Parts, Rule};
use super::{Steps, TooManySteps};

/// A rule together with its DTSTART: what DTSTART implies is filled in.
pub(super) struct Plan {
    frequency: Frequency,
    interval: i64,
    /// The unit (year, month, … since year 0) in which DTSTART lies.
    first_unit: i64,
    start: NaiveDateTime,
    days: Days,
    times: Times,
    by_set_pos: Vec<i16>,
    week_start: i64,
}

/// Walls of a day as hour × minute × second, none of them ever empty once placed in a period.
#[derive(Clone, Default)]
struct Times {
    hours: Vec<u32>,
    minutes: Vec<u32>,
    seconds: Vec<u32>,
}

/// What a period holds: each day with each time, or the picks among them.
pub(super) struct Period {
    number: i64,
    days: Vec<i32>,
    times: Times,
    /// Places in the full list of walls, sorted; `None` is all of them.
    picks: Option<Vec<usize>>,
}

impl Plan {
    pub(super) fn new(rule: &Rule, start: NaiveDateTime) -> Self {
        let parts = rule.parts();
        let start = start.with_nanosecond(0).unwrap_or(start);
        let mut plan = Self {
            frequency: parts.frequency,
            interval: i64::from(parts.interval),
            first_unit: 0,
            start,
            days: Days::new(parts, start.date()),
            times: Times::new(parts, start.time()),
            by_set_pos: parts.by_set_pos.clone(),
            week_start: i64::from(parts.week_start.num_days_from_monday()),
        };
        plan.first_unit = plan.unit_of(start);
        plan
    }

    /// The number of the period in which `wall` lies, or of the last one that begins before it.
    pub(super) fn period_at(&self, wall: NaiveDateTime) -> i64 {
        (self.unit_of(wall) - self.first_unit).div_euclid(self.interval)
    }

    /// After how many periods the pattern repeats, where that is soon and certain.
    pub(super) fn cycle(&self) -> Option<i64> {
        use Frequency::{Daily, Hourly, Minutely, Monthly, Secondly, Weekly, Yearly};
        if !self.days.only_weekdays() {
            return None;
        }
        let free = !self.days.by_weekday() && self.times.hours.is_empty();
        match self.frequency {
            Weekly => Some(1),
            Daily => Some(if self.days.by_weekday() { 7 } else { 1 }),
            Hourly => Some(if free { 1 } else { 7 * 24 }),
            Minutely => (free && self.times.minutes.is_empty()).then_some(1),
            Secondly => (free && self.times.minutes.is_empty() && self.times.seconds.is_empty()).then_some(1),
            Monthly | Yearly => None,
        }
    }

    /// The first period at or after `number` that the rule's months, days and
    /// hours do not rule out at a glance.
    pub(super) fn candidate(&self, number: i64, last: i64, steps: &mut Steps) -> Result<i64, TooManySteps> {
        let mut number = number;
        while number <= last {
            steps.spend(1)?;
            let Some(resume) = self.ruled_out_until(number) else { return Ok(number) };
            number = self.period_at(resume - TimeDelta::seconds(1)).max(number) + 1;
        }
        Ok(number)
    }

    /// If the period lies in a month, day, hour or minute the rule leaves out: where the next one begins.
    fn ruled_out_until(&self, number: i64) -> Option<NaiveDateTime> {
        if self.frequency > Frequency::Daily || self.frequency == Frequency::Daily && self.days.any_month() {
            return None;
        }
        let wall = self.first_wall_of(self.unit(number))?;
        let month = Month::of(wall.date());
        if !self.days.month_matches(&month) {
            return month.next_first().map(|date| date.and_time(NaiveTime::MIN));
        }
        if self.frequency == Frequency::Daily {
            return None;
        }
        let hour = wall.date().and_hms_opt(wall.hour(), 0, 0)?;
        if !self.days.matches(&month, wall.day()) {
            return Some(wall.date().succ_opt()?.and_time(NaiveTime::MIN));
        }
        if self.frequency == Frequency::Hourly {
            return None;
        }
        if !self.times.hours.is_empty() && !self.times.hours.contains(&wall.hour()) {
            return Some(hour + TimeDelta::hours(1));
        }
        let leaves_minute_out = !self.times.minutes.is_empty() && !self.times.minutes.contains(&wall.minute());
        (self.frequency == Frequency::Secondly && leaves_minute_out)
            .then(|| hour + TimeDelta::minutes(i64::from(wall.minute()) + 1))
    }

    /// A period to be looked at: it holds nothing yet and is used again and again.
    pub(super) fn blank(&self) -> Period {
        Period { number: 0, days: Vec::new(), times: self.times.clone(), picks: None }
    }

    /// Looks at one period. Days outside `first..=last` may be left out where no one counts them.
    pub(super) fn look(
        &self,
        number: i64,
        (first, last): (NaiveDate, NaiveDate),
        period: &mut Period,
        steps: &mut Steps,
    ) -> Result<(), TooManySteps> {
        let unit = self.unit(number);
        period.number = number;
        period.days.clear();
        if self.place_times(unit, &mut period.times) {
            let range = if self.by_set_pos.is_empty() {
                (first.num_days_from_ce(), last.num_days_from_ce())
            } else {
                (i32::MIN, i32::MAX)
            };
            self.place_days(unit, range, &mut period.days, steps)?;
        }
        if !self.by_set_pos.is_empty() {
            period.picks = Some(picks(&self.by_set_pos, period.days.len() * period.times.len()));
        }
        Ok(())
    }

    fn place_days(
        &self,
        unit: i64,
        range: (i32, i32),
        days: &mut Vec<i32>,
        steps: &mut Steps,
    ) -> Result<(), TooManySteps> {
        match self.frequency {
            Frequency::Yearly => {
                let Ok(year) = i32::try_from(unit) else { return Ok(()) };
                for month in (1..=12).filter_map(|month| Month::new(year, month)) {
                    steps.spend(1)?;
                    self.days.of_month(&month, range, days);
                }
            }
            Frequency::Monthly => {
                steps.spend(1)?;
                let Ok(year) = i32::try_from(unit.div_euclid(12)) else { return Ok(()) };
                let month = u32::try_from(unit.rem_euclid(12) + 1).expect("a month is 1 to 12");
                if let Some(month) = Month::new(year, month) {
                    self.days.of_month(&month, range, days);
                }
            }
            Frequency::Weekly => {
                steps.spend(1)?;
                let first = unit * 7 + self.week_start + 1;
                let week = (first..first + 7).filter_map(|day| i32::try_from(day).ok());
                days.extend(week.filter(|day| (range.0..=range.1).contains(day) && self.days.matches_day(*day)));
            }
            _ => {
                steps.spend(1)?;
                let day = i32::try_from(unit.div_euclid(self.in_a_day())).ok();
                days.extend(day.filter(|day| self.days.matches_day(*day)));
            }
        }
        Ok(())
    }

    /// Writes the times of the period's days; `false` if the rule leaves its hour, minute or second out.
    fn place_times(&self, unit: i64, times: &mut Times) -> bool {
        let fix = |list: &mut Vec<u32>, allowed: &[u32], value: i64| {
            let value = u32::try_from(value).expect("a remainder of 24 or 60 is small and not negative");
            list.clear();
            list.push(value);
            allowed.is_empty() || allowed.contains(&value)
        };
        let Times { hours, minutes, seconds } = times;
        match self.frequency {
            Frequency::Hourly => fix(hours, &self.times.hours, unit.rem_euclid(24)),
            Frequency::Minutely => {
                fix(hours, &self.times.hours, unit.div_euclid(60).rem_euclid(24))
                    && fix(minutes, &self.times.minutes, unit.rem_euclid(60))
            }
            Frequency::Secondly => {
                fix(hours, &self.times.hours, unit.div_euclid(3_600).rem_euclid(24))
                    && fix(minutes, &self.times.minutes, unit.div_euclid(60).rem_euclid(60))
                    && fix(seconds, &self.times.seconds, unit.rem_euclid(60))
            }
            _ => true,
        }
    }

    fn unit(&self, number: i64) -> i64 {
        self.first_unit + number * self.interval
    }

    fn unit_of(&self, wall: NaiveDateTime) -> i64 {
        let day = i64::from(wall.date().num_days_from_ce());
        let second = i64::from(wall.num_seconds_from_midnight());
        match self.frequency {
            Frequency::Yearly => i64::from(wall.year()),
            Frequency::Monthly => i64::from(wall.year()) * 12 + i64::from(wall.month0()),
            Frequency::Weekly => (day - 1 - self.week_start).div_euclid(7),
            Frequency::Daily => day,
            Frequency::Hourly => day * 24 + second / 3_600,
            Frequency::Minutely => day * 1_440 + second / 60,
            Frequency::Secondly => day * 86_400 + second,
        }
    }

    /// How many units a day holds, where they are no longer than that.
    fn in_a_day(&self) -> i64 {
        match self.frequency {
            Frequency::Hourly => 24,
            Frequency::Minutely => 1_440,
            Frequency::Secondly => 86_400,
            _ => 1,
        }
    }

    /// Where a day, hour, minute or second begins.
    fn first_wall_of(&self, unit: i64) -> Option<NaiveDateTime> {
        let per_day = self.in_a_day();
        let date = NaiveDate::from_num_days_from_ce_opt(i32::try_from(unit.div_euclid(per_day)).ok()?)?;
        let seconds = unit.rem_euclid(per_day) * (86_400 / per_day);
        date.and_time(NaiveTime::MIN).checked_add_signed(TimeDelta::seconds(seconds))
    }

    /// DTSTART, in whole seconds.
    pub(super) fn start(&self) -> NaiveDateTime {
        self.start
    }
}

impl Times {
    fn new(parts: &Parts, start: NaiveTime) -> Self {
        let given = |list: &[i16]| list.iter().filter_map(|n| u32::try_from(*n).ok()).collect::<Vec<_>>();
        let implied = |list: Vec<u32>, below: Frequency, value: u32| {
            if list.is_empty() && parts.frequency > below { vec![value] } else { list }
        };
        Self {
            hours: implied(given(&parts.by_hour), Frequency::Hourly, start.hour()),
            minutes: implied(given(&parts.by_minute), Frequency::Minutely, start.minute()),
            seconds: implied(given(&parts.by_second), Frequency::Secondly, start.second()),
        }
    }

    fn len(&self) -> usize {
        self.hours.len() * self.minutes.len() * self.seconds.len()
    }

    fn at(&self, place: usize) -> Option<NaiveTime> {
        let (rest, second) = (place / self.seconds.len(), self.seconds[place % self.seconds.len()]);
        let (hour, minute) = (self.hours[rest / self.minutes.len()], self.minutes[rest % self.minutes.len()]);
        NaiveTime::from_hms_opt(hour, minute, second)
    }
}

impl Period {
    /// How many walls it holds.
    pub(super) fn len(&self) -> usize {
        self.picks.as_ref().map_or(self.days.len() * self.times.len(), Vec::len)
    }

    /// Its n-th wall; they ascend.
    pub(super) fn wall(&self, nth: usize) -> Option<NaiveDateTime> {
        let place = match &self.picks {
            Some(picks) => *picks.get(nth)?,
            None => nth,
        };
        let day = *self.days.get(place.checked_div(self.times.len())?)?;
        let date = NaiveDate::from_num_days_from_ce_opt(day)?;
        Some(date.and_time(self.times.at(place % self.times.len())?))
    }

    /// How many of its walls lie before DTSTART.
    pub(super) fn before_start(&self, start: NaiveDateTime) -> usize {
        if self.number == 0 { self.before(start) } else { 0 }
    }

    /// How many of its walls lie before `wall`.
    pub(super) fn before(&self, wall: NaiveDateTime) -> usize {
        let (mut low, mut high) = (0, self.len());
        while low < high {
            let middle = low.midpoint(high);
            if self.wall(middle).is_some_and(|found| found < wall) { low = middle + 1 } else { high = middle }
        }
        low
    }
}

/// The places that BYSETPOS picks among `count`, each once.
fn picks(by_set_pos: &[i16], count: usize) -> Vec<usize> {
    let place = |pos: &i16| {
        let size = usize::from(pos.unsigned_abs());
        let place = if *pos > 0 { size.checked_sub(1) } else { count.checked_sub(size) };
        place.filter(|place| *place < count)
    };
    let mut places: Vec<usize> = by_set_pos.iter().filter_map(place).collect();
    places.sort_unstable();
    places.dedup();
    places
}

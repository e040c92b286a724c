//! Which days a rule takes: months, weeks, weekdays, days of month and year.

use chrono::{Datelike, NaiveDate};

use super::rule::{Frequency, Parts};

/// The days a rule takes, whatever its times.
pub(super) struct Days {
    /// Bit n is month n; zero is every month.
    months: u16,
    week_numbers: Vec<i16>,
    year_days: Vec<i16>,
    /// Bit n is day n; both zero is every day.
    month_days: u32,
    /// Bit n is the n-th day from the end.
    month_days_from_end: u32,
    /// Bit 0 is Monday; zero with no `nth` is every weekday.
    weekdays: u8,
    /// (n-th or n-th from the end, days from Monday).
    nth: Vec<(i32, i32)>,
    nth_in_month: bool,
    week_start: i32,
}

/// A month on the line of days; days are counted from the first of year 1, which is day 1 and a Monday.
pub(super) struct Month {
    year: i32,
    month: u32,
    before_first: i32,
    length: i32,
    /// Days of the year before this month.
    year_days_before: i32,
    year_length: i32,
}

impl Month {
    pub(super) fn new(year: i32, month: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, 1).map(Self::starting)
    }

    pub(super) fn of(date: NaiveDate) -> Self {
        Self::starting(date.with_day(1).unwrap_or(date))
    }

    fn starting(first: NaiveDate) -> Self {
        let leap = first.leap_year();
        let length = match first.month() {
            2 => 28 + i32::from(leap),
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
        Self {
            year: first.year(),
            month: first.month(),
            before_first: first.num_days_from_ce() - 1,
            length,
            year_days_before: i32::try_from(first.ordinal0()).expect("a year has 366 days"),
            year_length: 365 + i32::from(leap),
        }
    }

    pub(super) fn next_first(&self) -> Option<NaiveDate> {
        NaiveDate::from_num_days_from_ce_opt(self.before_first + self.length + 1)
    }
}

impl Days {
    /// Reads the BY parts; where none of them names a day, DTSTART does.
    pub(super) fn new(parts: &Parts, start: NaiveDate) -> Self {
        let bits = |numbers: &mut dyn Iterator<Item = i16>| numbers.fold(0_u32, |bits, n| bits | 1 << n);
        let mut days = Self {
            months: parts.by_month.iter().fold(0, |bits, n| bits | 1 << n),
            week_numbers: parts.by_week_no.clone(),
            year_days: parts.by_year_day.clone(),
            month_days: bits(&mut parts.by_month_day.iter().copied().filter(|n| *n > 0)),
            month_days_from_end: bits(&mut parts.by_month_day.iter().filter(|n| **n < 0).map(|n| -n)),
            weekdays: 0,
            nth: Vec::new(),
            nth_in_month: parts.frequency == Frequency::Monthly || !parts.by_month.is_empty(),
            week_start: weekday_number(parts.week_start),
        };
        for day in &parts.by_day {
            match day.nth {
                None => days.weekdays |= 1 << day.weekday.num_days_from_monday(),
                Some(nth) => days.nth.push((i32::from(nth), weekday_number(day.weekday))),
            }
        }
        let names_a_day = !parts.by_week_no.is_empty()
            || !parts.by_year_day.is_empty()
            || !parts.by_month_day.is_empty()
            || !parts.by_day.is_empty();
        if !names_a_day {
            days.imply(parts, start);
        }
        days
    }

    fn imply(&mut self, parts: &Parts, start: NaiveDate) {
        match parts.frequency {
            Frequency::Yearly => {
                if parts.by_month.is_empty() {
                    self.months = 1 << start.month();
                }
                self.month_days = 1 << start.day();
            }
            Frequency::Monthly => self.month_days = 1 << start.day(),
            Frequency::Weekly => self.weekdays = 1 << start.weekday().num_days_from_monday(),
            _ => {}
        }
    }

    /// Whether nothing but weekdays is asked of a day.
    pub(super) fn only_weekdays(&self) -> bool {
        self.months == 0
            && self.week_numbers.is_empty()
            && self.year_days.is_empty()
            && self.month_days | self.month_days_from_end == 0
            && self.nth.is_empty()
    }

    /// Whether some weekdays are left out.
    pub(super) fn by_weekday(&self) -> bool {
        self.weekdays != 0
    }

    pub(super) fn month_matches(&self, month: &Month) -> bool {
        self.months == 0 || self.months & (1 << month.month) != 0
    }

    /// Adds the days of the month that the rule takes and that lie in `first..=last`.
    pub(super) fn of_month(&self, month: &Month, (first, last): (i32, i32), days: &mut Vec<i32>) {
        if !self.month_matches(month) {
            return;
        }
        let from = first.saturating_sub(month.before_first).max(1);
        let to = last.saturating_sub(month.before_first).min(month.length);
        let weeks = (!self.week_numbers.is_empty()).then(|| Weeks::around(month.year, self.week_start));
        let taken = (from..=to).filter(|day| self.takes(month, *day, weeks.as_ref()));
        days.extend(taken.map(|day| month.before_first + day));
    }

    /// Whether the rule takes the day with this number.
    pub(super) fn matches_day(&self, number: i32) -> bool {
        if self.only_weekdays() {
            return self.weekdays == 0 || self.weekdays & (1 << (number - 1).rem_euclid(7)) != 0;
        }
        NaiveDate::from_num_days_from_ce_opt(number).is_some_and(|date| self.matches(&Month::of(date), date.day()))
    }

    /// Whether the rule takes this day of the month.
    pub(super) fn matches(&self, month: &Month, day: u32) -> bool {
        let day = i32::try_from(day).expect("a month has at most 31 days");
        self.month_matches(month) && self.takes(month, day, None)
    }

    fn takes(&self, month: &Month, day: i32, weeks: Option<&Weeks>) -> bool {
        let number = month.before_first + day;
        (self.month_days | self.month_days_from_end == 0
            || self.month_days & (1 << day) != 0
            || self.month_days_from_end & (1 << (month.length + 1 - day)) != 0)
            && self.takes_weekday(month, day, (number - 1).rem_euclid(7))
            && (self.year_days.is_empty() || {
                let year_day = month.year_days_before + day;
                let from_end = year_day - month.year_length - 1;
                self.year_days.iter().any(|n| i32::from(*n) == year_day || i32::from(*n) == from_end)
            })
            && weeks.is_none_or(|weeks| {
                let (week, from_end) = weeks.numbers_of(number);
                self.week_numbers.iter().any(|n| i32::from(*n) == week || i32::from(*n) == from_end)
            })
    }

    fn takes_weekday(&self, month: &Month, day: i32, weekday: i32) -> bool {
        if self.weekdays == 0 && self.nth.is_empty() || self.weekdays & (1 << weekday) != 0 {
            return true;
        }
        let (day, length) =
            if self.nth_in_month { (day, month.length) } else { (month.year_days_before + day, month.year_length) };
        let (nth, from_end) = ((day - 1) / 7 + 1, -((length - day) / 7 + 1));
        self.nth.iter().any(|&(n, wanted)| wanted == weekday && (n == nth || n == from_end))
    }
}

/// The numbered weeks around a year: week 1 is the first with four days or more in its year.
struct Weeks {
    /// The first day of week 1 of the year before, the year, and the two after.
    first_days: [i32; 4],
}

impl Weeks {
    fn around(year: i32, week_start: i32) -> Self {
        let first_day = |year: i32| {
            // The fourth of January is always in week 1.
            let fourth = NaiveDate::from_ymd_opt(year, 1, 4).map_or(0, |date| date.num_days_from_ce());
            fourth - (fourth - 1 - week_start).rem_euclid(7)
        };
        Self { first_days: [year - 1, year, year + 1, year + 2].map(first_day) }
    }

    /// The number of the week in which a day of the year lies, from the start and from the end of its year.
    fn numbers_of(&self, day: i32) -> (i32, i32) {
        let year = if day < self.first_days[1] {
            0
        } else if day < self.first_days[2] {
            1
        } else {
            2
        };
        let (first, end) = (self.first_days[year], self.first_days[year + 1]);
        ((day - first) / 7 + 1, (day - first) / 7 - (end - first) / 7)
    }
}

fn weekday_number(day: chrono::Weekday) -> i32 {
    i32::try_from(day.num_days_from_monday()).expect("a week has seven days")
}

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

    /// Whether no month is left out.
    pub(super) fn any_month(&self) -> bool {
        self.months == 0
    }

    pub(super) fn month_matches(&self, month: &Month) -> bool {
        self.months == 0 || self.months & (1 << month.month) != 0
    }

    /// Adds the days of the month that the rule takes and that lie in `first..=last`.
    pub(super) fn of_month(&self, month: &Month, (first, last): (i32, i32), days: &mut Vec<i32>) {
        if !self.month_matches(month) {
            return;
        }
        let weeks = (!self.week_numbers.is_empty()).then(|| Weeks::around(month.year, self.week_start));
        let mut mask = self.mask(month);
        while mask != 0 {
            let day = mask.trailing_zeros().cast_signed();
            mask &= mask - 1;
            let number = month.before_first + day;
            if (first..=last).contains(&number) && self.takes_in_year(month, day, weeks.as_ref()) {
                days.push(number);
            }
        }
    }

    /// Whether the rule takes the day with this number.
    pub(super) fn matches_day(&self, number: i32) -> bool {
        if self.only_weekdays() {
            return self.weekdays == 0 || self.weekdays & (1 << (number - 1).rem_euclid(7)) != 0;
        }
        NaiveDate::from_num_days_from_ce_opt(number).is_some_and(|date| self.matches(&Month::of(date), date.day()))
    }

    /// Whether the rule takes this day of the month. Week numbers are left to `of_month`: they come with
    /// whole years only.
    pub(super) fn matches(&self, month: &Month, day: u32) -> bool {
        self.month_matches(month)
            && self.mask(month) & (1 << day) != 0
            && self.takes_in_year(month, day.cast_signed(), None)
    }

    /// The days that the month itself decides: bit n is day n.
    fn mask(&self, month: &Month) -> u32 {
        let mut mask = (u32::MAX >> (31 - month.length)) & !1;
        if self.month_days | self.month_days_from_end != 0 {
            // The n-th day from the end is day `length + 1 - n`; reversing takes bit n to `31 - n`.
            let from_end = u64::from(self.month_days_from_end.reverse_bits()) << 4 >> (34 - month.length);
            mask &= self.month_days | u32::try_from(from_end).expect("a month has at most 31 days");
        }
        if self.weekdays != 0 || !self.nth.is_empty() && self.nth_in_month {
            mask &= self.weekday_mask(month);
        }
        mask
    }

    fn weekday_mask(&self, month: &Month) -> u32 {
        if !self.nth.is_empty() && !self.nth_in_month {
            return u32::MAX;
        }
        let first_weekday = month.before_first.rem_euclid(7);
        let first_of = |weekday: i32| 1 + (weekday - first_weekday).rem_euclid(7);
        // Every seventh bit, four or five of them in a month.
        let week_by_week = 1 | 1 << 7 | 1 << 14 | 1 << 21 | 1 << 28;
        let plain = (0..7)
            .filter(|weekday| self.weekdays & (1 << weekday) != 0)
            .fold(0_u64, |mask, weekday| mask | week_by_week << first_of(weekday));
        let with_nth = self.nth.iter().fold(plain, |mask, &(nth, weekday)| {
            let first = first_of(weekday);
            let last = first + (month.length - first) / 7 * 7;
            let day = if nth > 0 { first + 7 * (nth - 1) } else { last + 7 * (nth + 1) };
            if (1..=month.length).contains(&day) { mask | 1 << day } else { mask }
        });
        u32::try_from(with_nth & u64::from(u32::MAX)).expect("32 bits are left")
    }

    fn takes_weekday(&self, weekday: i32, day: i32, length: i32) -> bool {
        let (nth, from_end) = ((day - 1) / 7 + 1, -((length - day) / 7 + 1));
        self.weekdays & (1 << weekday) != 0
            || self.nth.iter().any(|&(n, wanted)| wanted == weekday && (n == nth || n == from_end))
    }

    /// What the place of a day in its year decides.
    fn takes_in_year(&self, month: &Month, day: i32, weeks: Option<&Weeks>) -> bool {
        let number = month.before_first + day;
        let year_day = month.year_days_before + day;
        let among = |list: &[i16], a: i32, b: i32| list.iter().any(|n| i32::from(*n) == a || i32::from(*n) == b);
        (self.nth.is_empty()
            || self.nth_in_month
            || self.takes_weekday((number - 1).rem_euclid(7), year_day, month.year_length))
            && (self.year_days.is_empty() || among(&self.year_days, year_day, year_day - month.year_length - 1))
            && weeks.is_none_or(|weeks| {
                let (week, from_end) = weeks.numbers_of(number);
                among(&self.week_numbers, week, from_end)
            })
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

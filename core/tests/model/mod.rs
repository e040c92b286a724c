//! A slow, obvious model of slots and bookings, minute by minute, and the rules compared with it.
//!
//! It knows nothing of the wall-clock functions or the recurrences of the
//! crate: it asks chrono-tz what the clock shows in every minute of a few
//! weeks and looks readings up in that list.

mod compare;

use std::collections::HashMap;

use chrono::{DateTime, Datelike, Days, IsoWeek, NaiveDate, NaiveDateTime, TimeDelta, Utc, Weekday};
use chrono_tz::Tz;

/// Minutes since the epoch.
pub(crate) type Minute = i64;

/// A stretch of minutes `[start, end)`.
pub(crate) type Stretch = (Minute, Minute);

pub(crate) fn time_of(minute: Minute) -> DateTime<Utc> {
    DateTime::from_timestamp(minute * 60, 0).expect("a time")
}

/// What a zone's clock shows in every minute of some weeks.
pub(crate) struct Clock {
    pub(crate) zone: Tz,
    pub(crate) first: Minute,
    pub(crate) shown: Vec<NaiveDateTime>,
    minutes_of: HashMap<NaiveDateTime, Vec<Minute>>,
}

impl Clock {
    pub(crate) fn new(zone: Tz, first: Minute, days: i64) -> Self {
        let shown: Vec<_> =
            (first..first + days * 1440).map(|m| time_of(m).with_timezone(&zone).naive_local()).collect();
        let mut minutes_of: HashMap<_, Vec<_>> = HashMap::new();
        for (minute, wall) in (first..).zip(&shown) {
            minutes_of.entry(*wall).or_default().push(minute);
        }
        Self { zone, first, shown, minutes_of }
    }

    pub(crate) fn end(&self) -> Minute {
        self.first + i64::try_from(self.shown.len()).expect("few")
    }

    pub(crate) fn shows(&self, minute: Minute) -> NaiveDateTime {
        self.shown[usize::try_from(minute - self.first).expect("within the weeks")]
    }

    /// The first minute that shows `wall`. A reading that is never shown counts on from the last one before it.
    /// `None` outside the weeks.
    fn minute_of(&self, wall: NaiveDateTime) -> Option<Minute> {
        if wall < self.shown[0] || wall > *self.shown.last()? {
            return None;
        }
        if let Some(minutes) = self.minutes_of.get(&wall) {
            return minutes.first().copied();
        }
        // The jump over the reading: the clock shows less, and a minute later more.
        let jump = self.shown.windows(2).position(|two| two[0] < wall && wall < two[1])?;
        let before = self.first + i64::try_from(jump).expect("few");
        Some(before + (wall - self.shown[jump]).num_minutes())
    }
}

/// A window, said as days and a time of day.
#[derive(Debug, Clone)]
pub(crate) struct Window {
    pub(crate) start: NaiveDateTime,
    pub(crate) minutes: i64,
    pub(crate) repeats: Repeats,
    pub(crate) without: Vec<NaiveDateTime>,
    pub(crate) whole: bool,
}

#[derive(Debug, Clone)]
pub(crate) enum Repeats {
    Never,
    Daily { every: u64, count: Option<usize> },
    Weekly { on: Vec<Weekday>, until: Option<NaiveDate> },
}

impl Window {
    /// The readings at which it starts, up to `last`.
    fn starts(&self, last: NaiveDate) -> Vec<NaiveDateTime> {
        let (first, time) = (self.start.date(), self.start.time());
        let days = first.iter_days().take_while(|day| *day <= last);
        let days: Vec<NaiveDate> = match &self.repeats {
            Repeats::Never => vec![first],
            Repeats::Daily { every, count } => {
                let step = usize::try_from(*every).expect("small");
                days.step_by(step).take(count.unwrap_or(usize::MAX)).collect()
            }
            Repeats::Weekly { on, until } => {
                let ends = until.unwrap_or(NaiveDate::MAX);
                days.filter(|day| on.contains(&day.weekday()) && *day <= ends).collect()
            }
        };
        let starts = days.into_iter().map(|day| day.and_time(time));
        starts.filter(|start| !self.without.contains(start)).collect()
    }
}

/// What is offered, when, and under which rules.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) first_day: NaiveDate,
    pub(crate) last_day: Option<NaiveDate>,
    pub(crate) length: i64,
    pub(crate) step: i64,
    pub(crate) before: i64,
    pub(crate) after: i64,
    pub(crate) notice: i64,
    pub(crate) horizon: Option<u64>,
    pub(crate) per_day: Option<usize>,
    pub(crate) per_week: Option<usize>,
    pub(crate) seats: u32,
    pub(crate) windows: Vec<Window>,
    pub(crate) host_zone: Tz,
    pub(crate) host_per_day: Option<usize>,
    pub(crate) host_per_week: Option<usize>,
}

/// A slot in which somebody sits, of this event or another.
#[derive(Debug, Clone)]
pub(crate) struct Used {
    pub(crate) own: bool,
    pub(crate) span: Stretch,
    pub(crate) before: i64,
    pub(crate) after: i64,
    pub(crate) booked: u32,
    pub(crate) held: u32,
}

/// What the host has on.
#[derive(Debug, Clone, Default)]
pub(crate) struct Busy {
    pub(crate) used: Vec<Used>,
    pub(crate) as_guest: Vec<Stretch>,
    pub(crate) entries: Vec<Stretch>,
    pub(crate) unreadable: Vec<Stretch>,
}

/// Whether a slot can be booked, and if not, which kind of answer its guest gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    Open { seats_left: u32 },
    TooLate,
    TooEarly,
    Taken,
}

fn minutes_overlap(a: Stretch, b: Stretch) -> bool {
    (a.0..a.1).any(|minute| b.0 <= minute && minute < b.1)
}

fn week_of(day: NaiveDate) -> IsoWeek {
    day.iso_week()
}

impl Offer {
    /// All slots that start in the weeks, by their start; the shorter of two that start together.
    pub(crate) fn slots(&self, clock: &Clock) -> Vec<Stretch> {
        let last_day = clock.shown.last().expect("weeks").date();
        let mut slots = Vec::new();
        for window in &self.windows {
            for start in window.starts(last_day).into_iter().filter_map(|start| clock.minute_of(start)) {
                let end = start + window.minutes;
                if window.whole {
                    slots.push((start, end));
                    continue;
                }
                let places = (0..).map(|k| start + k * self.step).take_while(|begin| begin + self.length <= end);
                slots.extend(places.map(|begin| (begin, begin + self.length)));
            }
        }
        slots.retain(|slot| slot.1 <= clock.end() && self.in_days(clock, *slot));
        slots.sort_unstable();
        slots.dedup_by_key(|slot| slot.0);
        slots
    }

    fn in_days(&self, clock: &Clock, slot: Stretch) -> bool {
        (slot.0..slot.1).all(|minute| {
            let day = clock.shows(minute).date();
            day >= self.first_day && self.last_day.is_none_or(|last| day <= last)
        })
    }

    pub(crate) fn answer(&self, clock: &Clock, busy: &Busy, slot: Stretch, now: Minute) -> Answer {
        if slot.0 - self.notice <= now {
            return Answer::TooLate;
        }
        let day_of = |zone: &Tz, minute| time_of(minute).with_timezone(zone).date_naive();
        let today = day_of(&clock.zone, now);
        if self.horizon.is_some_and(|days| day_of(&clock.zone, slot.0) > today + Days::new(days)) {
            return Answer::TooEarly;
        }
        let here = busy.used.iter().find(|used| used.own && used.span == slot);
        let sitting = here.map_or(0, |used| used.booked + used.held);
        let around = (slot.0 - self.before, slot.1 + self.after);
        let bare = [&busy.as_guest, &busy.entries, &busy.unreadable].into_iter().flatten();
        let others = || busy.used.iter().filter(|used| !(used.own && used.span == slot));
        let meets = bare.into_iter().any(|other| minutes_overlap(around, *other))
            || others().any(|used| minutes_overlap(around, used.span))
            || others().any(|used| minutes_overlap((used.span.0 - used.before, used.span.1 + used.after), slot));
        let days = |zone: Tz, own: bool| {
            let used = busy.used.iter().filter(move |used| used.own || !own);
            used.map(move |used| day_of(&zone, used.span.0)).collect::<Vec<_>>()
        };
        let full = |zone: Tz, own: bool, per_day: Option<usize>, per_week: Option<usize>| {
            let (day, days) = (day_of(&zone, slot.0), days(zone, own));
            let on_day = days.iter().filter(|other| **other == day).count();
            let in_week = days.iter().filter(|other| week_of(**other) == week_of(day)).count();
            per_day.is_some_and(|most| on_day >= most) || per_week.is_some_and(|most| in_week >= most)
        };
        let limited = here.is_none()
            && (full(clock.zone, true, self.per_day, self.per_week)
                || full(self.host_zone, false, self.host_per_day, self.host_per_week));
        if sitting >= self.seats || meets || limited {
            return Answer::Taken;
        }
        Answer::Open { seats_left: self.seats - sitting }
    }
}

/// A wall-clock time so many days and minutes behind a day's beginning.
pub(crate) fn wall(day: NaiveDate, days: u64, minutes: i64) -> NaiveDateTime {
    (day + Days::new(days)).and_hms_opt(0, 0, 0).expect("midnight") + TimeDelta::minutes(minutes)
}

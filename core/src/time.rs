//! Instants, spans, zones, and (with `time/clock`) the one place where a wall clock becomes an instant.

mod clock;

use std::fmt;
use std::str::FromStr;

use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone,
    Timelike, Utc,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

pub use self::clock::{Clock, CustomZone, OffsetChange};

/// A point in time, UTC.
pub type Instant = DateTime<Utc>;

/// A stretch of time `[start, end)`: it contains its start and not its end, and is never empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(try_from = "SpanParts")]
pub struct Span {
    start: DateTime<Utc>,
    end: DateTime<Utc>,
}

#[derive(Deserialize)]
struct SpanParts {
    start: Instant,
    end: Instant,
}

impl TryFrom<SpanParts> for Span {
    type Error = EmptySpan;

    fn try_from(parts: SpanParts) -> Result<Self, EmptySpan> {
        Self::new(parts.start, parts.end)
    }
}

/// A span must end after it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the end {end} is not after the start {start}")]
pub struct EmptySpan {
    /// The start that was given.
    pub start: Instant,
    /// The end that was given.
    pub end: Instant,
}

impl Span {
    /// A span from `start` up to and without `end`.
    pub fn new(start: Instant, end: Instant) -> Result<Self, EmptySpan> {
        if start < end { Ok(Self { start, end }) } else { Err(EmptySpan { start, end }) }
    }

    /// A span of `length` elapsed minutes; `length` is at least one.
    pub fn lasting(start: Instant, length: Minutes) -> Self {
        Self { start, end: start + length.max(Minutes(1)).delta() }
    }

    /// Its first instant.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// The first instant after it.
    pub fn end(&self) -> Instant {
        self.end
    }

    /// Elapsed time between start and end.
    pub fn length(&self) -> TimeDelta {
        self.end - self.start
    }

    /// Whether some instant lies in both. Spans that only touch do not overlap.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether the whole of `other` lies within.
    pub fn covers(&self, other: &Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether `instant` lies within.
    pub fn contains(&self, instant: Instant) -> bool {
        self.start <= instant && instant < self.end
    }

    /// What lies in both, if anything does.
    pub fn intersection(&self, other: &Self) -> Option<Self> {
        Self::new(self.start.max(other.start), self.end.min(other.end)).ok()
    }

    /// The span with `before` put in front and `after` behind.
    pub fn widened(&self, before: Minutes, after: Minutes) -> Self {
        Self { start: self.start - before.delta(), end: self.end + after.delta() }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} to {}", text_of(self.start), text_of(self.end))
    }
}

/// An instant as the wire writes it: RFC 3339, UTC, whole seconds.
pub fn text_of(instant: Instant) -> String {
    instant.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A length in whole minutes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(transparent)]
pub struct Minutes(pub u32);

impl Minutes {
    /// The length as chrono counts it.
    pub fn delta(self) -> TimeDelta {
        TimeDelta::minutes(i64::from(self.0))
    }
}

impl fmt::Display for Minutes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} min", self.0)
    }
}

/// A named time zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct Zone(Tz);

/// The name is not in the IANA time zone database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone `{given}`: use an IANA name such as Europe/Berlin")]
pub struct NoSuchZone {
    /// What was given, clipped.
    pub given: String,
}

/// What a clock's reading means in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// The clock shows it once, at this instant.
    Once(Instant),
    /// The clock goes forward past it. `before` is the last minute shown
    /// ahead of the gap, `after` the first reading behind it.
    Skipped {
        /// Wall clock, the last whole minute before the gap.
        before: NaiveDateTime,
        /// Wall clock, the first reading after the gap.
        after: NaiveDateTime,
    },
    /// The clock goes back and shows it twice.
    Twice {
        /// The first time.
        earlier: Instant,
        /// The second time.
        later: Instant,
    },
}

/// No zone has ever skipped more than a day (Samoa, 2011); a longer search would mean broken zone data.
const LONGEST_GAP: TimeDelta = TimeDelta::hours(26);

impl Zone {
    /// Coordinated Universal Time.
    pub const UTC: Self = Self(Tz::UTC);

    /// Every zone of the database, by name.
    pub fn all() -> impl Iterator<Item = Self> {
        chrono_tz::TZ_VARIANTS.iter().copied().map(Self)
    }

    /// The edition of the IANA database that is built in, such as `2025b`.
    pub fn edition() -> &'static str {
        chrono_tz::IANA_TZDB_VERSION
    }

    /// The IANA name.
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The zone as chrono-tz knows it.
    pub fn tz(self) -> Tz {
        self.0
    }

    /// Finds the instant at which a clock in this zone shows `wall`.
    ///
    /// A reading that the zone skips is [`Reading::Skipped`] with the
    /// readings on either side; one that it shows twice is
    /// [`Reading::Twice`], earlier first.
    pub fn instant_of(self, wall: NaiveDateTime) -> Reading {
        match self.0.from_local_datetime(&wall) {
            MappedLocalTime::Single(at) => Reading::Once(at.to_utc()),
            MappedLocalTime::Ambiguous(a, b) => {
                let (a, b) = (a.to_utc(), b.to_utc());
                Reading::Twice { earlier: a.min(b), later: a.max(b) }
            }
            MappedLocalTime::None => {
                let gap = self.gap_around(wall);
                Reading::Skipped { before: gap.first_skipped - TimeDelta::minutes(1), after: gap.first_shown }
            }
        }
    }

    /// Finds the instant of one instance of a recurrence.
    ///
    /// As RFC 5545 3.3.5 has it: a reading that the zone skips is read with
    /// the offset before the gap, one shown twice is the earlier.
    pub fn recurring_instant_of(self, wall: NaiveDateTime) -> Instant {
        match self.0.from_local_datetime(&wall) {
            MappedLocalTime::Single(at) => at.to_utc(),
            MappedLocalTime::Ambiguous(a, b) => a.to_utc().min(b.to_utc()),
            MappedLocalTime::None => {
                let gap = self.gap_around(wall);
                Utc.from_utc_datetime(&(wall - gap.offset_before))
            }
        }
    }

    /// What a clock in this zone shows at `instant`.
    pub fn wall_at(self, instant: Instant) -> NaiveDateTime {
        instant.with_timezone(&self.0).naive_local()
    }

    /// The offset from UTC in force at `instant`, east positive.
    pub fn offset_at(self, instant: Instant) -> TimeDelta {
        let seconds = self.0.offset_from_utc_datetime(&instant.naive_utc()).fix().local_minus_utc();
        TimeDelta::seconds(i64::from(seconds))
    }

    /// The day on which `instant` falls.
    pub fn day_at(self, instant: Instant) -> NaiveDate {
        self.wall_at(instant).date()
    }

    /// A wall-clock day, from its first instant to the next day's: 23, 24 or 25 hours as a rule.
    pub fn day(self, date: NaiveDate) -> Span {
        self.days(date, 1)
    }

    /// The ISO week, Monday to Sunday, in which `date` lies.
    pub fn week(self, date: NaiveDate) -> Span {
        let monday = date - Days::new(u64::from(date.weekday().num_days_from_monday()));
        self.days(monday, 7)
    }

    /// `count` wall-clock days from the first instant of `first`; `count` is at least one.
    pub fn days(self, first: NaiveDate, count: u64) -> Span {
        let start = self.first_instant_of(first);
        let mut end =
            first.checked_add_days(Days::new(count.max(1))).map_or(Instant::MAX_UTC, |d| self.first_instant_of(d));
        // A day that the zone skips altogether has no instant of its own.
        if end <= start {
            end = start + TimeDelta::seconds(1);
        }
        Span { start, end }
    }

    fn first_instant_of(self, date: NaiveDate) -> Instant {
        let midnight = date.and_time(NaiveTime::MIN);
        match self.instant_of(midnight) {
            Reading::Once(at) => at,
            Reading::Twice { earlier, .. } => earlier,
            Reading::Skipped { after, .. } => self.recurring_instant_of(after),
        }
    }

    /// The gap that swallows `wall`. Only called for a reading that is skipped.
    fn gap_around(self, wall: NaiveDateTime) -> Gap {
        // Gaps begin and end on whole seconds, and the search below counts in them.
        let wall = wall.with_nanosecond(0).unwrap_or(wall);
        let shown = |wall: &NaiveDateTime| !matches!(self.0.offset_from_local_datetime(wall), MappedLocalTime::None);
        let edge = |from: NaiveDateTime, skipped: NaiveDateTime| {
            // `from` is shown and `skipped` is not: halve the stretch between them down to a second.
            let (mut shown_at, mut skipped_at) = (from, skipped);
            while (skipped_at - shown_at).abs() > TimeDelta::seconds(1) {
                let half = (skipped_at - shown_at).num_seconds() / 2;
                let middle = shown_at + TimeDelta::seconds(half);
                if shown(&middle) { shown_at = middle } else { skipped_at = middle }
            }
            (shown_at, skipped_at)
        };
        let (_, first_skipped) = edge(wall - LONGEST_GAP, wall);
        let (first_shown, _) = edge(wall + LONGEST_GAP, wall);
        let last_shown = first_skipped - TimeDelta::seconds(1);
        let offset = self.0.offset_from_local_datetime(&last_shown).latest().map_or(0, |o| o.fix().local_minus_utc());
        Gap { first_skipped, first_shown, offset_before: TimeDelta::seconds(i64::from(offset)) }
    }
}

/// Readings that a zone never shows.
struct Gap {
    first_skipped: NaiveDateTime,
    first_shown: NaiveDateTime,
    offset_before: TimeDelta,
}

impl FromStr for Zone {
    type Err = NoSuchZone;

    fn from_str(name: &str) -> Result<Self, NoSuchZone> {
        name.parse::<Tz>().map(Self).map_err(|_| NoSuchZone { given: name.chars().take(80).collect() })
    }
}

impl TryFrom<String> for Zone {
    type Error = NoSuchZone;

    fn try_from(name: String) -> Result<Self, NoSuchZone> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> Self {
        zone.name().to_owned()
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;

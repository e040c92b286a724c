//! What a recurrence asks of a zone, and zones that no database names.

use chrono::{NaiveDateTime, TimeDelta};

use super::{Instant, Reading, Zone};

/// A clock on a wall: which instants its readings are, and what it reads at an instant.
pub trait Clock {
    /// The instant of one instance of a recurrence: a reading that the clock skips is read with the
    /// offset before the gap, one shown twice is the earlier (RFC 5545 3.3.5).
    fn recurring_instant_of(&self, wall: NaiveDateTime) -> Instant;

    /// What the clock shows at `instant`.
    fn wall_at(&self, instant: Instant) -> NaiveDateTime;

    /// The offset from UTC in force at `instant`, east positive.
    fn offset_at(&self, instant: Instant) -> TimeDelta;

    /// Whether the clock goes forward past `wall`.
    fn skips(&self, wall: NaiveDateTime) -> bool;
}

impl Clock for Zone {
    fn recurring_instant_of(&self, wall: NaiveDateTime) -> Instant {
        Self::recurring_instant_of(*self, wall)
    }

    fn wall_at(&self, instant: Instant) -> NaiveDateTime {
        Self::wall_at(*self, instant)
    }

    fn offset_at(&self, instant: Instant) -> TimeDelta {
        Self::offset_at(*self, instant)
    }

    fn skips(&self, wall: NaiveDateTime) -> bool {
        matches!(self.instant_of(wall), Reading::Skipped { .. })
    }
}

impl<C: Clock> Clock for &C {
    fn recurring_instant_of(&self, wall: NaiveDateTime) -> Instant {
        (*self).recurring_instant_of(wall)
    }

    fn wall_at(&self, instant: Instant) -> NaiveDateTime {
        (*self).wall_at(instant)
    }

    fn offset_at(&self, instant: Instant) -> TimeDelta {
        (*self).offset_at(instant)
    }

    fn skips(&self, wall: NaiveDateTime) -> bool {
        (*self).skips(wall)
    }
}

/// The instant from which a clock shows another offset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct OffsetChange {
    /// When.
    pub at: Instant,
    /// The offset until then, east positive.
    pub from: TimeDelta,
    /// The offset from then on.
    pub to: TimeDelta,
}

/// A zone told by its changes, as a VTIMEZONE tells it. After the last one nothing changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomZone {
    /// The offset before the first change.
    first: TimeDelta,
    /// Ascending, each beginning with the offset that the one before it set.
    changes: Vec<OffsetChange>,
}

impl CustomZone {
    /// A zone that never changes.
    pub fn fixed(offset: TimeDelta) -> Self {
        Self { first: offset, changes: Vec::new() }
    }

    /// A zone with these changes, in any order. What a change says of the offset before it counts
    /// for the first one only; later ones follow on each other.
    pub fn new(mut changes: Vec<OffsetChange>) -> Self {
        changes.sort_unstable();
        changes.dedup_by_key(|change| change.at);
        let first = changes.first().map_or(TimeDelta::zero(), |change| change.from);
        let mut offset = first;
        for change in &mut changes {
            change.from = offset;
            offset = change.to;
        }
        changes.retain(|change| change.from != change.to);
        Self { first, changes }
    }

    /// The offset after the first `count` changes.
    fn offset_after(&self, count: usize) -> TimeDelta {
        count.checked_sub(1).and_then(|last| self.changes.get(last)).map_or(self.first, |change| change.to)
    }

    /// How many changes a clock that is not yet put forward or back has met when it reads `wall`.
    fn met_by(&self, wall: NaiveDateTime) -> usize {
        self.changes.partition_point(|change| change.at.naive_utc() + change.from <= wall)
    }
}

impl Clock for CustomZone {
    fn recurring_instant_of(&self, wall: NaiveDateTime) -> Instant {
        let met = self.met_by(wall);
        let at = (wall - self.offset_after(met)).and_utc();
        match met.checked_sub(1).map(|last| self.changes[last]) {
            // The new clock shows this reading before it is put forward: the reading is in the gap.
            Some(change) if at < change.at => (wall - change.from).and_utc(),
            _ => at,
        }
    }

    fn wall_at(&self, instant: Instant) -> NaiveDateTime {
        instant.naive_utc() + self.offset_at(instant)
    }

    fn offset_at(&self, instant: Instant) -> TimeDelta {
        self.offset_after(self.changes.partition_point(|change| change.at <= instant))
    }

    fn skips(&self, wall: NaiveDateTime) -> bool {
        let met = self.met_by(wall);
        let at = (wall - self.offset_after(met)).and_utc();
        met.checked_sub(1).is_some_and(|last| at < self.changes[last].at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    fn wall(text: &str) -> NaiveDateTime {
        text.parse().expect("a wall time")
    }

    fn berlin_of_2026() -> CustomZone {
        let (winter, summer) = (TimeDelta::hours(1), TimeDelta::hours(2));
        CustomZone::new(vec![
            OffsetChange { at: at("2026-10-25T01:00:00Z"), from: summer, to: winter },
            OffsetChange { at: at("2026-03-29T01:00:00Z"), from: winter, to: summer },
        ])
    }

    #[test]
    fn a_custom_zone_reads_like_the_zone_it_describes() {
        let (custom, berlin) = (berlin_of_2026(), "Europe/Berlin".parse::<Zone>().expect("a zone"));
        let mut reading = wall("2026-01-01T00:00:00");
        while reading < wall("2027-01-01T00:00:00") {
            let expected = Clock::recurring_instant_of(&berlin, reading);
            assert_eq!(custom.recurring_instant_of(reading), expected, "{reading}");
            assert_eq!(custom.skips(reading), Clock::skips(&berlin, reading), "{reading}");
            assert_eq!(custom.wall_at(expected), berlin.wall_at(expected), "{expected}");
            reading += TimeDelta::minutes(15);
        }
    }

    #[test]
    fn a_fixed_zone_never_changes() {
        let fixed = CustomZone::fixed(TimeDelta::seconds(-3_630));

        assert_eq!(fixed.recurring_instant_of(wall("2026-07-01T00:00:00")), at("2026-07-01T01:00:30Z"));
        assert_eq!(fixed.wall_at(at("2026-01-01T01:00:30Z")), wall("2026-01-01T00:00:00"));
    }
}

//! `--day`, `--week`, `--from` and `--to`, and the zone they are read in.

use meetme_core::time::{Instant, Zone};

use super::pages::Page;
use crate::complete;
use crate::when::{DayWord, Fold};

/// The zone in which times are read and shown.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct ZoneArg {
    /// Read and show times in this zone instead of yours, such as Europe/Berlin
    #[arg(long = "tz", value_name = "ZONE", add = complete::zones())]
    pub zone: Option<Zone>,
}

/// Which of two instants is meant when a clock shows a time twice.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct FoldArgs {
    /// When clocks show that time twice: the first one
    #[arg(long, conflicts_with = "later")]
    earlier: bool,
    /// When clocks show that time twice: the second one
    #[arg(long)]
    later: bool,
}

impl FoldArgs {
    /// Which one was said, if any.
    pub fn fold(self) -> Option<Fold> {
        match (self.earlier, self.later) {
            (true, _) => Some(Fold::Earlier),
            (_, true) => Some(Fold::Later),
            _ => None,
        }
    }
}

/// A range of days.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct RangeArgs {
    /// One day: 2026-12-01, tomorrow, tue; today if left out
    #[arg(long, value_name = "DAY", num_args = 0..=1, default_missing_value = "today", conflicts_with_all = ["week", "from", "to"])]
    day: Option<DayWord>,
    /// The week, Monday to Sunday, of that day; this week if left out
    #[arg(long, value_name = "DAY", num_args = 0..=1, default_missing_value = "today", conflicts_with_all = ["from", "to"])]
    week: Option<DayWord>,
    /// From the beginning of that day on
    #[arg(long, value_name = "DAY")]
    from: Option<DayWord>,
    /// Up to the end of that day
    #[arg(long, value_name = "DAY")]
    to: Option<DayWord>,
}

impl RangeArgs {
    /// The days that a terminal shows at once: the day, the week, or if nothing was said the next seven days.
    /// None for a range of another length.
    pub fn page(self, today: chrono::NaiveDate) -> Option<Page> {
        match (self.day, self.week, self.from, self.to) {
            (Some(day), ..) => Some(Page::day(day.date(today))),
            (_, Some(day), ..) => Some(Page::week(day.date(today))),
            (None, None, None, None) => Some(Page::ahead(today)),
            _ => None,
        }
    }

    /// The first instant and the first one after the range, on clocks in `zone`; what was not said is None.
    pub fn span(self, now: Instant, zone: Zone) -> (Option<Instant>, Option<Instant>) {
        let today = zone.day_at(now);
        let whole = |span: meetme_core::time::Span| (Some(span.start()), Some(span.end()));
        match (self.day, self.week) {
            (Some(day), _) => whole(zone.day(day.date(today))),
            (_, Some(day)) => whole(zone.week(day.date(today))),
            _ => (
                self.from.map(|day| zone.day(day.date(today)).start()),
                self.to.map(|day| zone.day(day.date(today)).end()),
            ),
        }
    }
}

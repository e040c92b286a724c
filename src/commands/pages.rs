//! Days and weeks on a terminal, one page after the other.

use chrono::{Days, NaiveDate};
use meetme_core::time::{Span, Zone};

use crate::context::Context;
use crate::error::CliError;
use crate::output::grid::{self, Frame};
use crate::output::{Screen, times};
use crate::prompt::{self, Key};

/// The days of one page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    first: NaiveDate,
    days: u64,
}

impl Page {
    /// One day.
    pub fn day(day: NaiveDate) -> Self {
        Self { first: day, days: 1 }
    }

    /// The week, Monday to Sunday, in which `day` lies.
    pub fn week(day: NaiveDate) -> Self {
        Self { first: grid::monday(day), days: 7 }
    }

    /// Seven days from `day` on.
    pub fn ahead(day: NaiveDate) -> Self {
        Self { first: day, days: 7 }
    }

    /// From its first instant to the first one after it, on clocks in `zone`.
    pub fn span(self, zone: Zone) -> Span {
        zone.days(self.first, self.days)
    }

    /// `Tue 2026-12-01`, or `2026-11-30 to 2026-12-06`.
    pub fn title(self) -> String {
        if self.days == 1 {
            return times::day(self.first);
        }
        let last = self.moved(i64::try_from(self.days).unwrap_or(1) - 1).first;
        format!("{} to {last}", self.first)
    }

    /// How it is drawn.
    pub fn frame(self, zone: Zone, today: NaiveDate, screen: Screen) -> Frame {
        Frame { zone, first: self.first, days: self.days, today, width: screen.width }
    }

    fn moved(self, days: i64) -> Self {
        let by = Days::new(days.unsigned_abs());
        let first = if days < 0 { self.first.checked_sub_days(by) } else { self.first.checked_add_days(by) };
        Self { first: first.unwrap_or(self.first), ..self }
    }

    /// The page that somebody turns to; None if they have seen enough, or nobody is there to turn it.
    pub fn turned(self, ctx: &Context<'_>, home: Self) -> Result<Option<Self>, CliError> {
        if !ctx.can_ask() {
            return Ok(None);
        }
        let days = i64::try_from(self.days).unwrap_or(1);
        Ok(match prompt::key()? {
            Key::Next => Some(self.moved(days)),
            Key::Previous => Some(self.moved(-days)),
            Key::Today => Some(home),
            Key::Quit => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_begins_on_monday_and_the_days_ahead_do_not() {
        let sunday: NaiveDate = "2026-12-06".parse().expect("a date");

        assert_eq!(Page::week(sunday).title(), "2026-11-30 to 2026-12-06");
        assert_eq!(Page::ahead(sunday).title(), "2026-12-06 to 2026-12-12");
        assert_eq!(Page::day(sunday).moved(-7).title(), "Sun 2026-11-29");
    }
}

//! Times as a reader's clock shows them.

use chrono::NaiveDate;
use meetme_core::time::{Instant, Zone};

/// `Tue 2026-12-01 10:00`.
pub fn start(at: Instant, zone: Zone) -> String {
    zone.wall_at(at).format("%a %Y-%m-%d %H:%M").to_string()
}

/// `Tue 2026-12-01 10:00-10:30`, with the second day where it ends on another.
pub fn span(from: Instant, to: Instant, zone: Zone) -> String {
    let (first, last) = (zone.wall_at(from), zone.wall_at(to));
    let end = if first.date() == last.date() { "%H:%M" } else { "%a %H:%M" };
    format!("{}-{}", start(from, zone), last.format(end))
}

/// `Tue 2026-12-01 10:00-10:30 +01:00 (Europe/Berlin)`: a span that nobody can take for another.
pub fn exact_span(from: Instant, to: Instant, zone: Zone) -> String {
    let offset = from.with_timezone(&zone.tz()).format("%:z").to_string();
    format!("{} {offset} ({zone})", span(from, to, zone))
}

/// `10:00-10:30`.
pub fn hours(from: Instant, to: Instant, zone: Zone) -> String {
    format!("{}-{}", zone.wall_at(from).format("%H:%M"), zone.wall_at(to).format("%H:%M"))
}

/// `Tue 2026-12-01`.
pub fn day(date: NaiveDate) -> String {
    date.format("%a %Y-%m-%d").to_string()
}

/// `Tue 2026-12-01 10:00 +01:00 (Europe/Berlin)`: a time that nobody can take for another.
pub fn exact(at: Instant, zone: Zone) -> String {
    format!("{} ({zone})", at.with_timezone(&zone.tz()).format("%a %Y-%m-%d %H:%M %:z"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_span_names_its_second_day_if_it_has_one() {
        let berlin: Zone = "Europe/Berlin".parse().expect("a zone");

        assert_eq!(span(at("2026-12-01T09:00:00Z"), at("2026-12-01T09:30:00Z"), berlin), "Tue 2026-12-01 10:00-10:30");
        assert_eq!(
            span(at("2026-12-01T22:30:00Z"), at("2026-12-01T23:30:00Z"), berlin),
            "Tue 2026-12-01 23:30-Wed 00:30"
        );
    }

    #[test]
    fn an_exact_time_carries_zone_and_offset() {
        let zone: Zone = "America/New_York".parse().expect("a zone");

        assert_eq!(exact(at("2026-12-01T14:00:00Z"), zone), "Tue 2026-12-01 09:00 -05:00 (America/New_York)");
    }
}

//! Times as people read them.

use chrono::NaiveDate;
use meetme_core::time::{Instant, Span, Zone};

/// `Tuesday, 1 December 2026`.
pub fn day(date: NaiveDate) -> String {
    date.format("%A, %-d %B %Y").to_string()
}

/// `10:00–10:30` as clocks in `zone` show it; the day too where it ends on another one.
pub fn hours(span: &Span, zone: Zone) -> String {
    let (start, end) = (zone.wall_at(span.start()), zone.wall_at(span.end()));
    let last = if start.date() == end.date() { end.format("%H:%M") } else { end.format("%H:%M (%-d %B)") };
    format!("{}–{last}", start.format("%H:%M"))
}

/// `Tuesday, 1 December 2026, 10:00–10:30 (Europe/Berlin, UTC+01:00)`.
pub fn whole(span: &Span, zone: Zone) -> String {
    format!("{}, {} ({})", day(zone.day_at(span.start())), hours(span, zone), named(zone, span.start()))
}

/// `Europe/Berlin, UTC+01:00`: a zone, and how far it is from UTC at an instant.
pub fn named(zone: Zone, at: Instant) -> String {
    if zone == Zone::UTC {
        return zone.name().to_owned();
    }
    let minutes = zone.offset_at(at).num_minutes();
    let sign = if minutes < 0 { '-' } else { '+' };
    format!("{}, UTC{sign}{:02}:{:02}", zone.name(), minutes.abs() / 60, minutes.abs() % 60)
}

#[cfg(test)]
mod tests {
    use meetme_core::time::Minutes;

    use super::*;

    fn span(start: &str, minutes: u32) -> Span {
        Span::lasting(start.parse().expect("an instant"), Minutes(minutes))
    }

    #[test]
    fn a_span_is_told_by_the_clocks_of_a_zone() {
        let (berlin, york): (Zone, Zone) =
            ("Europe/Berlin".parse().expect("a zone"), "America/New_York".parse().expect("a zone"));
        let slot = span("2026-12-01T23:30:00Z", 30);
        assert_eq!(whole(&slot, berlin), "Wednesday, 2 December 2026, 00:30–01:00 (Europe/Berlin, UTC+01:00)");
        assert_eq!(whole(&slot, york), "Tuesday, 1 December 2026, 18:30–19:00 (America/New_York, UTC-05:00)");
        assert_eq!(whole(&slot, Zone::UTC), "Tuesday, 1 December 2026, 23:30–00:00 (2 December) (UTC)");
        assert_eq!(hours(&span("2026-12-01T22:30:00Z", 60), berlin), "23:30–00:30 (2 December)");
    }
}

//! Everything of an account that calendars can hold: its bookings, and when its events can be met.

use chrono::{Datelike, NaiveDate, NaiveDateTime};

use super::feed::{BookingsFeed, bookings, calendar};
use super::write::Document;
use super::zone::vtimezone;
use crate::api;
use crate::time::{Span, Zone};

/// How many years a zone is described for where a window goes on without an end.
const YEARS: i32 = 10;

/// An event and when it can be met.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// The event.
    pub event: &'a api::Event,
    /// Its windows.
    pub windows: &'a [api::Window],
}

/// Writes bookings and windows into one document, windows as transparent entries with their rule. The same
/// account gives the same bytes.
pub fn everything(all: &BookingsFeed<'_>, offers: &[Offer<'_>], uid_domain: &str) -> String {
    calendar(&format!("Everything of {}", all.user), all.refresh, |document| {
        for (zone, span) in zones(offers) {
            vtimezone(document, zone, span);
        }
        bookings(document, all);
        for offer in offers {
            for one in offer.windows {
                document.component("VEVENT", |document| window(document, offer.event, one, uid_domain));
            }
        }
    })
}

/// Each zone once, with the years in which it is used.
fn zones(offers: &[Offer<'_>]) -> Vec<(Zone, Span)> {
    let mut zones: Vec<(Zone, Span)> = Vec::new();
    for offer in offers.iter().filter(|offer| offer.event.time_zone != Zone::UTC) {
        let zone = offer.event.time_zone;
        for one in offer.windows {
            let from = one.start.date();
            let later = NaiveDate::from_ymd_opt(from.year() + YEARS, 1, 1).unwrap_or(from);
            let to = offer.event.last_day.unwrap_or(later).clamp(from, later);
            let Ok(span) = Span::new(zone.day(from).start(), zone.day(to).end()) else { continue };
            match zones.iter_mut().find(|(known, _)| *known == zone) {
                Some((_, known)) => {
                    let (start, end) = (known.start().min(span.start()), known.end().max(span.end()));
                    *known = Span::new(start, end).unwrap_or(*known);
                }
                None => zones.push((zone, span)),
            }
        }
    }
    zones
}

fn window(document: &mut Document, event: &api::Event, window: &api::Window, uid_domain: &str) {
    document.text("UID", &format!("window-{}@{uid_domain}", window.id));
    document.instant("DTSTAMP", event.updated_at);
    document.plain(&named("DTSTART", event.time_zone), &wall(event.time_zone, window.start));
    document.duration("DURATION", window.duration_minutes);
    if let Some(rule) = &window.rrule {
        document.plain("RRULE", rule.as_str());
    }
    for exdate in &window.exdates {
        document.plain(&named("EXDATE", event.time_zone), &wall(event.time_zone, *exdate));
    }
    document.text("SUMMARY", &format!("Offered: {}", event.title));
    document.text_if_any("DESCRIPTION", &event.description);
    document.text_if_any("LOCATION", &event.location);
    document.uri("URL", &event.links.page);
    document.plain("TRANSP", "TRANSPARENT");
}

fn named(name: &str, zone: Zone) -> String {
    if zone == Zone::UTC { name.to_owned() } else { format!("{name};TZID={zone}") }
}

fn wall(zone: Zone, wall: NaiveDateTime) -> String {
    let mark = if zone == Zone::UTC { "Z" } else { "" };
    format!("{}{mark}", wall.format("%Y%m%dT%H%M%S"))
}

//! Everything of an account that calendars can hold: its bookings, when its events can be met, and its own entries.

use chrono::NaiveDateTime;

use super::feed::{BookingsFeed, bookings, head};
use super::write::Document;
use crate::api;
use crate::object::{BadObject, Merge};
use crate::time::Zone;

/// An event and when it can be met.
#[derive(Debug, Clone, Copy)]
pub struct Offer<'a> {
    /// The event.
    pub event: &'a api::Event,
    /// Its windows.
    pub windows: &'a [api::Window],
}

/// A calendar of everything that an account has, in the making: bookings, when its events can be met, and whatever
/// objects are [added](Everything::add). The same account gives the same bytes.
pub struct Everything {
    merge: Merge,
}

impl Everything {
    /// The last line.
    pub const END: &'static str = "END:VCALENDAR\r\n";

    /// Begins it with bookings and windows, these as transparent entries with their rule.
    pub fn begin(all: &BookingsFeed<'_>, offers: &[Offer<'_>], uid_domain: &str) -> (Self, String) {
        let (mut merge, mut document) = (Merge::default(), Document::default());
        document.line("BEGIN:VCALENDAR");
        head(&mut document, &format!("Everything of {}", all.user));
        for offer in offers.iter().filter(|offer| !offer.windows.is_empty()) {
            merge.zone(&mut document, offer.event.time_zone);
        }
        bookings(&mut document, all);
        for offer in offers {
            for one in offer.windows {
                document.component("VEVENT", |document| window(document, offer.event, one, uid_domain));
            }
        }
        (Self { merge }, document.into_text())
    }

    /// The lines of one more object, as it is stored.
    pub fn add(&mut self, object: &[u8]) -> Result<String, BadObject> {
        self.merge.add(object)
    }
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

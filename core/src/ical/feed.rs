//! The documents that calendar apps subscribe to.

use super::PRODID;
use super::write::{Document, quoted, utc};
use super::zone::vtimezone;
use crate::api;
use crate::booking::Status;
use crate::id::Username;
use crate::time::{Instant, Minutes, Span, Zone, text_of};

/// The open slots of one event.
#[derive(Debug, Clone, Copy)]
pub struct Feed<'a> {
    /// The event.
    pub event: &'a api::Event,
    /// Its open slots, in the order in which they are written.
    pub slots: &'a [Span],
    /// Its host as people read them.
    pub host_name: &'a str,
    /// When the slots or the event last changed; every DTSTAMP.
    pub changed_at: Instant,
    /// How often readers are asked to look again.
    pub refresh: Minutes,
    /// The domain behind the `@` of UIDs: the server's host name.
    pub uid_domain: &'a str,
}

/// One of a user's bookings and where it is.
#[derive(Debug, Clone, Copy)]
pub struct BookingEntry<'a> {
    /// The booking.
    pub booking: &'a api::Booking,
    /// The event's location; empty means the call.
    pub location: &'a str,
}

/// A user's own bookings, as host and as guest.
#[derive(Debug, Clone, Copy)]
pub struct BookingsFeed<'a> {
    /// Whose bookings they are.
    pub user: &'a Username,
    /// The bookings, in the order in which they are written.
    pub bookings: &'a [BookingEntry<'a>],
    /// How often readers are asked to look again.
    pub refresh: Minutes,
}

/// Writes the open slots of an event as transparent entries with a link to book each.
///
/// The same feed gives the same bytes. A slot's UID is derived from owner,
/// slug and start. Times are in the event's zone, whose VTIMEZONE comes
/// along, but in UTC where a clock that goes back shows a start or end for
/// the second time, and for events in UTC.
pub fn open_slots_feed(feed: &Feed<'_>) -> String {
    let event = feed.event;
    calendar(&format!("{} with {}", event.title, feed.host_name), feed.refresh, |document| {
        document.uri("URL", &event.links.page);
        let local = feed.slots.iter().filter(|slot| is_local(event.time_zone, **slot));
        if let Some(slots) = hull(local) {
            vtimezone(document, event.time_zone, slots);
        }
        for slot in feed.slots {
            document.component("VEVENT", |document| open_slot(document, feed, *slot));
        }
    })
}

/// Writes a user's bookings with who takes part and where. The same bookings give the same bytes; times are in UTC.
pub fn bookings_feed(feed: &BookingsFeed<'_>) -> String {
    calendar(&format!("Bookings of {}", feed.user), feed.refresh, |document| {
        bookings(document, feed);
    })
}

/// An entry for each booking.
pub(super) fn bookings(document: &mut Document, feed: &BookingsFeed<'_>) {
    for entry in feed.bookings {
        document.component("VEVENT", |document| booking(document, entry, feed.user));
    }
}

pub(super) fn calendar(name: &str, refresh: Minutes, inside: impl FnOnce(&mut Document)) -> String {
    let mut document = Document::default();
    document.component("VCALENDAR", |document| {
        head(document, name);
        document.duration("REFRESH-INTERVAL;VALUE=DURATION", refresh);
        document.duration("X-PUBLISHED-TTL", refresh);
        inside(document);
    });
    document.into_text()
}

/// What a calendar says of itself.
pub(super) fn head(document: &mut Document, name: &str) {
    document.plain("VERSION", "2.0");
    document.plain("PRODID", PRODID);
    document.plain("CALSCALE", "GREGORIAN");
    document.plain("METHOD", "PUBLISH");
    document.text("NAME", name);
    document.text("X-WR-CALNAME", name);
}

pub(super) fn open_slot(document: &mut Document, feed: &Feed<'_>, slot: Span) {
    let event = feed.event;
    let page = format!("{}?at={}", event.links.page, text_of(slot.start()));
    document.text("UID", &slot_uid(event, slot.start(), feed.uid_domain));
    document.instant("DTSTAMP", feed.changed_at);
    for (name, at) in [("DTSTART", slot.start()), ("DTEND", slot.end())] {
        if is_local(event.time_zone, slot) {
            let wall = event.time_zone.wall_at(at).format("%Y%m%dT%H%M%S");
            document.plain(&format!("{name};TZID={}", event.time_zone), &wall.to_string());
        } else {
            document.instant(name, at);
        }
    }
    document.text("SUMMARY", &format!("Open: {}", event.title));
    let gap = if event.description.is_empty() { "" } else { "\n\n" };
    document.text("DESCRIPTION", &format!("{}{gap}Book: {page}", event.description));
    document.text_if_any("LOCATION", &event.location);
    document.uri("URL", &page);
    document.plain("TRANSP", "TRANSPARENT");
}

/// The UID of an open slot's entry: a slot is its event and its start.
pub fn slot_uid(event: &api::Event, start: Instant, domain: &str) -> String {
    format!("{}-{}-{}@{domain}", event.owner, event.slug, utc(start))
}

/// Whether both ends can be told by the zone's wall clock: a doubled reading means its first showing (RFC 5545 3.3.5).
fn is_local(zone: Zone, slot: Span) -> bool {
    let told = |at: Instant| zone.recurring_instant_of(zone.wall_at(at)) == at;
    zone != Zone::UTC && told(slot.start()) && told(slot.end())
}

/// From the first start to the last end.
fn hull<'a>(slots: impl Iterator<Item = &'a Span>) -> Option<Span> {
    let join = |a: Span, b: Span| Span::new(a.start().min(b.start()), a.end().max(b.end())).unwrap_or(a);
    slots.copied().reduce(join)
}

pub(super) fn booking(document: &mut Document, entry: &BookingEntry<'_>, reader: &Username) {
    let booking = entry.booking;
    let (status, host_says, guest_says) = match booking.status {
        Status::Pending => ("TENTATIVE", "NEEDS-ACTION", "ACCEPTED"),
        Status::Confirmed => ("CONFIRMED", "ACCEPTED", "ACCEPTED"),
        Status::Cancelled => ("CANCELLED", "DECLINED", "DECLINED"),
    };
    let other = if booking.host.username == *reader { &booking.guest } else { &booking.host };
    document.text("UID", &booking.uid);
    document.plain("SEQUENCE", &booking.sequence.to_string());
    document.instant("DTSTAMP", booking.updated_at);
    document.instant("CREATED", booking.created_at);
    document.instant("LAST-MODIFIED", booking.updated_at);
    document.instant("DTSTART", booking.start);
    document.instant("DTEND", booking.end);
    document.text("SUMMARY", &format!("{} with {}", booking.event.title, other.display_name));
    document.text("DESCRIPTION", &description(booking));
    document.text("LOCATION", if entry.location.is_empty() { &booking.links.call } else { entry.location });
    document.uri("URL", &booking.links.page);
    document.plain("STATUS", status);
    document.plain("TRANSP", if booking.status == Status::Cancelled { "TRANSPARENT" } else { "OPAQUE" });
    let organizer = format!("ORGANIZER;CN={}", quoted(&booking.host.display_name));
    document.uri(&organizer, &address(&booking.host));
    attendee(document, &booking.host, "CHAIR", host_says);
    attendee(document, &booking.guest, "REQ-PARTICIPANT", guest_says);
}

fn attendee(document: &mut Document, person: &api::Person, role: &str, says: &str) {
    let name = format!("ATTENDEE;CN={};ROLE={role};PARTSTAT={says}", quoted(&person.display_name));
    document.uri(&name, &address(person));
}

/// Where to reach a person; those whose mail address the reader may not know are named by their username.
pub(super) fn address(person: &api::Person) -> String {
    match &person.email {
        Some(email) => format!("mailto:{email}"),
        None => format!("urn:meetme:{}", person.username),
    }
}

/// What the guest said, then the link.
pub(super) fn description(booking: &api::Booking) -> String {
    let answers = booking.answers.iter().map(|answer| format!("{}\n{}", answer.question, answer.answer));
    let note = Some(booking.note.clone()).filter(|note| !note.is_empty());
    let parts: Vec<_> = note.into_iter().chain(answers).chain([booking.links.page.clone()]).collect();
    parts.join("\n\n")
}

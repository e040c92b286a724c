//! A booking as a calendar object, and what a change of that object in a calendar app asks for.

use super::PRODID;
use super::feed::{BookingEntry, address, booking, description};
use super::write::Document;
use crate::booking::Status;
use crate::id::Username;
use crate::object::{Component, Kind, Object, ObjectLimits, ObjectZone, Property};
use crate::time::Instant;

/// Properties of one's own that a booking's object keeps, and those that begin with `X-`.
const OWN: [&str; 4] = ["CATEGORIES", "COMMENT", "COLOR", "PRIORITY"];

/// A booking as `user`'s calendar shows it: who takes part, where it stands, and the call's link (RFC 7986 5.11).
///
/// `own` is what the user added to it, as [`own_lines`] found it.
pub fn booking_object(entry: &BookingEntry<'_>, user: &Username, own: &str) -> String {
    let mut document = Document::default();
    document.component("VCALENDAR", |document| {
        document.plain("VERSION", "2.0");
        document.plain("PRODID", PRODID);
        document.component("VEVENT", |document| {
            booking(document, entry, user);
            document.uri("CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO", &entry.booking.links.call);
            document.raw(own);
        });
    });
    let text = document.into_text();
    if own.lines().any(|line| line.get(..11).is_some_and(|name| name.eq_ignore_ascii_case("DESCRIPTION"))) {
        without_our_description(&text)
    } else {
        text
    }
}

/// The user's own description stands in place of ours, which is the first.
fn without_our_description(text: &str) -> String {
    let limits = ObjectLimits { max_bytes: usize::MAX, ..ObjectLimits::default() };
    let object = Object::read(text.as_bytes(), &limits).expect("what is written here can be read");
    let mut descriptions = object.main().all("DESCRIPTION");
    match (descriptions.next(), descriptions.next()) {
        (Some(ours), Some(_)) => {
            let range = ours.range();
            format!("{}{}", &text[..range.start], &text[range.end..])
        }
        _ => text.to_owned(),
    }
}

/// What a user added to their object of a booking: alarms, categories, comments, notes in place of our
/// description, and what their app keeps in properties of its own. Lines as they were written.
pub fn own_lines(object: &Object<'_>, entry: &BookingEntry<'_>) -> String {
    let main = object.main();
    let source = object.source();
    let text = |range: std::ops::Range<usize>| {
        source.get(range).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    };
    let is_own = |property: &&Property<'_>| {
        let named = OWN.iter().any(|name| property.is(name));
        let extension = property.name().get(..2).is_some_and(|start| start.eq_ignore_ascii_case("X-"));
        named || extension || property.is("DESCRIPTION") && differs(property, &description(entry.booking))
    };
    let mut own = Document::default();
    for property in main.properties().iter().filter(is_own) {
        own.raw(text(property.range()));
    }
    for alarm in main.inner("VALARM") {
        own.raw(text(alarm.range()));
    }
    own.into_text()
}

/// Whether a text is another than ours. Spaces at its ends and kinds of line breaks are not.
fn differs(property: &Property<'_>, ours: &str) -> bool {
    let plain = |text: &str| text.replace("\r\n", "\n").replace('\r', "\n").trim().to_owned();
    plain(&property.text()) != plain(ours)
}

/// What a change of a booking's object asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BookingEdit {
    /// Nothing that concerns the meeting.
    Nothing,
    /// Another slot: the one that starts then.
    Move(Instant),
    /// That it does not happen.
    Cancel,
    /// The user's no.
    Decline,
    /// The host's yes.
    Confirm,
}

/// A change of a booking's object that cannot be made: nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoEdit {
    /// It is another kind of object, or another UID.
    #[error("this is not the entry of the booking: its UID and kind stay as they are")]
    OtherObject,
    /// It repeats, or has instances.
    #[error("a booking happens once: it cannot repeat")]
    Repeats,
    /// It has no start, or is of days where the booking is not.
    #[error("a booking starts at a time: give it the one at which an open slot starts")]
    NoStart,
    /// It lasts longer or shorter.
    #[error("how long a booking lasts is the event's matter: move its start instead")]
    Length,
    /// Someone else takes part.
    #[error("a booking is between its host and its guest: nobody else can be added or left out")]
    People,
    /// Its title or place changed.
    #[error("{property} comes from the event and cannot be changed here: use a comment or the description")]
    Text {
        /// Which.
        property: &'static str,
    },
}

/// What the change of a booking's object to `object` asks for. Times without a zone are those of `floating`.
///
/// A property that an app leaves out has not changed. An end that moves
/// along with the start is mended; alarms and notes are the user's own.
pub fn booking_edit(
    object: &Object<'_>,
    entry: &BookingEntry<'_>,
    user: &Username,
    floating: &ObjectZone,
) -> Result<BookingEdit, NoEdit> {
    let booked = entry.booking;
    let times = object.event_times(floating).filter(|_| object.kind() == Kind::Event && object.uid() == booked.uid);
    let times = times.ok_or(NoEdit::OtherObject)?;
    let main = times.main.ok_or(NoEdit::NoStart)?;
    if !times.instances.is_empty() || !main.rules.is_empty() || !main.added.is_empty() {
        return Err(NoEdit::Repeats);
    }
    if main.start.is_day() && main.length != booked.end - booked.start {
        return Err(NoEdit::NoStart);
    }
    let component = object.main();
    same_people(component, entry)?;
    same_texts(component, entry, user)?;
    if main.first == booked.start && main.first + main.length != booked.end {
        return Err(NoEdit::Length);
    }
    let is_host = booked.host.username == *user;
    let own = address(if is_host { &booked.host } else { &booked.guest });
    let says = component.all("ATTENDEE").find(|attendee| attendee.value().trim().eq_ignore_ascii_case(&own));
    let says = says.and_then(|attendee| attendee.param("PARTSTAT")).unwrap_or_default().to_ascii_uppercase();
    let cancelled = component.value("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED"));
    let alive = booked.status != Status::Cancelled;
    Ok(match () {
        () if alive && cancelled => BookingEdit::Cancel,
        () if alive && says == "DECLINED" => BookingEdit::Decline,
        () if main.first != booked.start => BookingEdit::Move(main.first),
        () if is_host && booked.status == Status::Pending && says == "ACCEPTED" => BookingEdit::Confirm,
        () => BookingEdit::Nothing,
    })
}

/// Refuses other people than the booking's two. An app that leaves all of them out changes nothing.
fn same_people(component: &Component<'_>, entry: &BookingEntry<'_>) -> Result<(), NoEdit> {
    let (host, guest) = (address(&entry.booking.host), address(&entry.booking.guest));
    let is = |value: &str, person: &str| value.trim().eq_ignore_ascii_case(person);
    let organizer = component.value("ORGANIZER").is_none_or(|organizer| is(organizer, &host));
    let attendees: Vec<&str> = component.all("ATTENDEE").map(Property::value).collect();
    // Some apps do not list the organizer among those who attend.
    let known = attendees.iter().all(|attendee| is(attendee, &host) || is(attendee, &guest));
    let complete = attendees.is_empty() || attendees.iter().any(|attendee| is(attendee, &guest));
    if organizer && known && complete { Ok(()) } else { Err(NoEdit::People) }
}

fn same_texts(component: &Component<'_>, entry: &BookingEntry<'_>, user: &Username) -> Result<(), NoEdit> {
    let ours = booking_object(entry, user, "");
    let ours = Object::read(ours.as_bytes(), &ObjectLimits::default()).map_err(|_| NoEdit::OtherObject)?;
    for name in ["SUMMARY", "LOCATION"] {
        let (Some(theirs), Some(ours)) = (component.property(name), ours.main().property(name)) else { continue };
        if differs(theirs, &ours.text()) {
            return Err(NoEdit::Text { property: name });
        }
    }
    Ok(())
}

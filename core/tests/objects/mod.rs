//! Calendar objects: what is read, kept, matched and sent.

mod agree;
mod availability;
mod filters;
mod fixtures;
mod index;
mod meetings;
mod reading;
mod rfc4791;
mod rounds;
mod scheduling;
mod shapes;
mod sketch;
mod windows;

use meetme_core::object::{BadObject, Busy, Index, Object, ObjectLimits, ObjectZone, Setting};
use meetme_core::recurrence::Steps;
use meetme_core::time::Span;

use crate::kit::{span, zone};

/// A calendar around `lines`, which are separated by LF here and by CRLF in the text.
pub(crate) fn calendar(lines: &str) -> String {
    let lines: Vec<&str> = lines.trim().lines().map(str::trim_start).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//EN\r\n{}\r\nEND:VCALENDAR\r\n", lines.join("\r\n"))
}

/// A VEVENT with a UID around `lines`.
pub(crate) fn event(lines: &str) -> String {
    calendar(&format!("BEGIN:VEVENT\nUID:1@example.org\nDTSTAMP:20260101T000000Z\n{}\nEND:VEVENT", lines.trim()))
}

pub(crate) fn read(text: &str) -> Object<'_> {
    Object::read(text.as_bytes(), &ObjectLimits::default()).unwrap_or_else(|why| panic!("{why}\n{text}"))
}

pub(crate) fn refusal(text: &str) -> BadObject {
    Object::read(text.as_bytes(), &ObjectLimits::default()).expect_err("it is refused")
}

pub(crate) fn berlin() -> ObjectZone {
    zone("Europe/Berlin").into()
}

pub(crate) fn year_2026() -> Span {
    span("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z")
}

/// The index of an object in Berlin over the year 2026.
pub(crate) fn index_of(text: &str) -> Index {
    let setting =
        Setting { floating: &berlin(), horizon: year_2026(), addresses: &["mailto:ada@example.org".to_owned()] };
    read(text).index(&setting, &mut Steps::default()).expect("few steps")
}

/// Busy spans as `month-dayThour:minute/…`.
pub(crate) fn busy_of(text: &str) -> Vec<String> {
    index_of(text).busy.iter().map(|Busy { span, .. }| shown(*span)).collect()
}

pub(crate) fn shown(span: Span) -> String {
    format!("{}/{}", span.start().format("%m-%dT%H:%M"), span.end().format("%m-%dT%H:%M"))
}

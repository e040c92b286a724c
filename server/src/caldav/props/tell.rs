//! Answers: what is there of what was asked for, and what is not.

use axum::http::StatusCode;

use super::live::{LIVE, Live, USUAL};
use super::{Asked, Property, Thing, is_data, is_settable, people, places, value};
use crate::actions::DEFAULT_CALENDAR;
use crate::caldav::door::Dav;
use crate::caldav::folder::Folder;
use crate::caldav::xml::{MEETME, Name, Xml};

/// Tells of things what was asked of them.
#[derive(Clone, Copy)]
pub struct Teller<'a> {
    /// Who asks.
    pub dav: &'a Dav,
    /// What.
    pub asked: &'a Asked,
    /// What is not there need not be told.
    pub minimal: bool,
}

impl Teller<'_> {
    /// Writes a `DAV:response` about a thing: what is there of what was asked for, and what is not. `kept` are the
    /// properties that clients keep on it, `data` the entry as a report wants it.
    pub fn tell(&self, xml: &mut Xml, href: &str, thing: Thing<'_>, kept: &[(String, String)], data: Option<&str>) {
        let Self { dav, asked, minimal } = *self;
        xml.begin("D:response");
        xml.value("D:href", href);
        let mark = xml.mark();
        xml.begin("D:propstat");
        xml.begin("D:prop");
        let start = xml.mark();
        let mut missing: Vec<&Name> = Vec::new();
        match asked {
            Asked::Some(wanted) => {
                for property in wanted {
                    if is_data(&property.name)
                        && let Some(data) = data
                    {
                        xml.value("C:calendar-data", data);
                    } else if !write_one(xml, dav, thing, property, kept) {
                        missing.push(&property.name);
                    }
                }
            }
            Asked::All(more) => {
                let usual = USUAL.map(Property::made);
                for property in
                    usual.iter().chain(more.iter().filter(|more| more.live.is_none_or(|l| !USUAL.contains(&l))))
                {
                    write_one(xml, dav, thing, property, kept);
                }
                for (name, value) in kept.iter().filter(|(name, _)| *name != "{DAV:}displayname" && !is_own(name)) {
                    if !more.iter().any(|more| more.name.clark() == *name) {
                        xml.raw(value);
                    }
                }
            }
            Asked::Names => {
                for (live, ..) in LIVE {
                    let mut probe = Xml::default();
                    if write_live(&mut probe, dav, thing, *live) {
                        xml.empty_of(&Property::made(*live).name);
                    }
                }
                let others = kept.iter().filter(|(name, _)| !is_own(name)).filter_map(|(name, _)| Name::of_clark(name));
                others.filter(|name| !is_settable(name)).for_each(|name| xml.empty_of(&name));
            }
        }
        let none = xml.mark() == start;
        if none && !missing.is_empty() && !minimal {
            xml.back_to(mark);
        } else {
            xml.end("D:prop");
            status(xml, StatusCode::OK);
            xml.end("D:propstat");
        }
        if !missing.is_empty() && !minimal {
            xml.begin("D:propstat");
            xml.element("D:prop", |xml| missing.iter().for_each(|name| xml.empty_of(name)));
            status(xml, StatusCode::NOT_FOUND);
            xml.end("D:propstat");
        }
        xml.end("D:response");
    }
}

/// Whether the server keeps this for itself.
fn is_own(clark: &str) -> bool {
    clark.strip_prefix('{').and_then(|rest| rest.strip_prefix(MEETME)).is_some()
}

/// `DAV:status`.
pub fn status(xml: &mut Xml, status: StatusCode) {
    let reason = status.canonical_reason().unwrap_or_default();
    xml.value("D:status", &format!("HTTP/1.1 {} {reason}", status.as_u16()));
}

fn write_one(xml: &mut Xml, dav: &Dav, thing: Thing<'_>, property: &Property, kept: &[(String, String)]) -> bool {
    if (property.live.is_none() || is_settable(&property.name)) && !kept.is_empty() {
        let clark = property.name.clark();
        if let Some((_, value)) = kept.iter().find(|(name, _)| *name == clark && !is_own(name)) {
            xml.raw(value);
            return true;
        }
    }
    if let (Some(Live::DefaultCalendar), Thing::Folder(Folder::Inbox(_), _)) = (property.live, thing) {
        let chosen = kept.iter().find(|(name, _)| name == DEFAULT_CALENDAR).map(|(_, value)| value.as_str());
        return places::default_calendar(xml, dav, chosen);
    }
    property.live.is_some_and(|live| write_live(xml, dav, thing, live))
}

/// Writes a property, if the thing has it.
fn write_live(xml: &mut Xml, dav: &Dav, thing: Thing<'_>, live: Live) -> bool {
    if value::shared(xml, dav, live) {
        return true;
    }
    match thing {
        Thing::Place => people::of_place(xml, live),
        Thing::Principal => people::of_principal(xml, dav, live),
        Thing::Home => people::of_home(xml, dav, live),
        Thing::Folder(folder, made) => places::of_folder(xml, dav, folder, made, live),
        Thing::Item(folder, item) => places::of_item(xml, dav, folder, item, live),
    }
}

//! CALDAV:calendar-data: what of entries is sent (RFC 4791 9.6).

use std::borrow::Cow;

use meetme_core::object::shape::{Shape, Wanted, WantedComps, WantedProp, WantedProps, shaped};
use meetme_core::object::{Object, ObjectZone};

use crate::actions;
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::props::Asked;
use crate::caldav::report::filter::span;
use crate::caldav::work::Work;
use crate::caldav::xml::{CALDAV, DAV, Element};
use crate::headers::header_text;
use axum::http::HeaderMap;

/// The most components and properties that are wanted of an entry by name: each of its own is compared with them.
const MAX_WANTED: usize = 500;

/// What a report asks of entries.
pub struct Asking {
    /// The properties.
    pub asked: Asked,
    /// What of the data, if any of it.
    pub data: Option<Shape>,
}

impl Asking {
    /// What a report's body asks for.
    pub fn of(root: &Element, headers: &HeaderMap) -> Result<Self, Fault> {
        let prop = root.child(DAV, "prop");
        let asked = match prop {
            Some(prop) => Asked::of_prop(prop)?,
            None if root.child(DAV, "propname").is_some() => Asked::Names,
            None if root.child(DAV, "allprop").is_some() => Asked::All(Vec::new()),
            None => Asked::Some(Vec::new()),
        };
        let data = prop.and_then(|prop| prop.child(CALDAV, "calendar-data"));
        let data = data.map(|data| shape(data, headers)).transpose()?;
        Ok(Self { asked, data })
    }

    /// The data of an entry as it is asked for; as it is stored where that cannot be worked out.
    pub fn data_of<'b>(&self, dav: &Dav, bytes: &'b [u8], zone: &ObjectZone, work: &mut Work) -> Option<Cow<'b, str>> {
        let shape = self.data.as_ref()?;
        let object = match shape.is_verbatim() {
            true => None,
            false => Object::read(bytes, &actions::object_limits(&dav.app)).ok(),
        };
        match object {
            Some(object) => self.data_of_object(&object, zone, work),
            None => Some(String::from_utf8_lossy(bytes)),
        }
    }

    /// The same, of what has been read already.
    pub fn data_of_object<'b>(&self, object: &Object<'b>, zone: &ObjectZone, work: &mut Work) -> Option<Cow<'b, str>> {
        let shape = self.data.as_ref()?;
        let made = if shape.is_verbatim() { None } else { work.out(|steps| shaped(object, shape, zone, steps)) };
        Some(made.map_or_else(|| String::from_utf8_lossy(object.source()), Cow::Owned))
    }
}

fn shape(data: &Element, headers: &HeaderMap) -> Result<Shape, Fault> {
    let odd = data.attribute("content-type").is_some_and(|kind| !kind.eq_ignore_ascii_case("text/calendar"))
        || data.attribute("version").is_some_and(|version| version != "2.0");
    if odd {
        return Err(Fault::condition("C:supported-calendar-data", "entries are text/calendar, version 2.0"));
    }
    let of = |name: &str| data.child(CALDAV, name).map(span).transpose();
    if nodes_in(data) > MAX_WANTED {
        return Err(Fault::bad_request(format!("name no more than {MAX_WANTED} components and properties of entries")));
    }
    let comps: Vec<&Element> = data.elements().filter(|child| child.is(CALDAV, "comp")).collect();
    let wanted = match comps.as_slice() {
        [] => None,
        [root] if root.attribute("name").is_some_and(|name| name.eq_ignore_ascii_case("VCALENDAR")) => {
            Some(wanted(root))
        }
        // DAVx5 and others leave the VCALENDAR around it out.
        others => Some(Wanted {
            name: "VCALENDAR".to_owned(),
            props: WantedProps::All,
            comps: WantedComps::These(others.iter().map(|comp| wanted(comp)).collect()),
        }),
    };
    // RFC 7809 5.1: an app that knows the zones needs not be told them.
    let without_zones =
        header_text(headers, "caldav-timezones").is_some_and(|word| word.trim().eq_ignore_ascii_case("f"));
    Ok(Shape {
        expand: of("expand")?,
        limit_recurrence: of("limit-recurrence-set")?,
        limit_freebusy: of("limit-freebusy-set")?,
        wanted,
        without_zones,
    })
}

fn nodes_in(element: &Element) -> usize {
    element.elements().map(|inside| 1 + nodes_in(inside)).sum()
}

fn wanted(comp: &Element) -> Wanted {
    let props: Vec<WantedProp> = comp
        .elements()
        .filter(|child| child.is(CALDAV, "prop"))
        .filter_map(|prop| {
            let name = prop.attribute("name")?.to_owned();
            Some(WantedProp { name, no_value: prop.attribute("novalue") == Some("yes") })
        })
        .collect();
    let comps: Vec<Wanted> = comp.elements().filter(|child| child.is(CALDAV, "comp")).map(wanted).collect();
    let all = |name: &str| comp.child(CALDAV, name).is_some();
    // RFC 4791 9.6.1: nothing said of what is in it is all of it.
    let nothing_said = props.is_empty() && comps.is_empty() && !all("allprop") && !all("allcomp");
    Wanted {
        name: comp.attribute("name").unwrap_or_default().to_owned(),
        props: if all("allprop") || nothing_said { WantedProps::All } else { WantedProps::These(props) },
        comps: if all("allcomp") || nothing_said { WantedComps::All } else { WantedComps::These(comps) },
    }
}

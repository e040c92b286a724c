//! PROPPATCH (RFC 4918 9.2), and the properties that a new calendar is given: all of them, or none.

use std::collections::HashSet;

use axum::extract::Request;
use axum::http::StatusCode;
use axum::response::Response;
use meetme_core::ical::timezone_text;
use meetme_core::object::{Kind, Object, ObjectLimits, calendar_timezone};
use meetme_core::time::Zone;

use crate::actions::{self, AVAILABILITY, CollectionEdit, DEFAULT_CALENDAR, INBOX, PERSONAL};
use crate::caldav::door::{Dav, xml_body};
use crate::caldav::fault::Fault;
use crate::caldav::folder::{self, Folder};
use crate::caldav::multistatus;
use crate::caldav::path::{self, Target};
use crate::caldav::prefer::Prefer;
use crate::caldav::props::{is_protected, status};
use crate::caldav::xml::{CALDAV, CALSERVER, DAV, Element, Name, Xml};

/// Into which calendar invitations go.
const DEFAULT_URL: &str = "schedule-default-calendar-URL";
/// The most properties that one request sets.
const MAX_SET: usize = 200;
/// The longest value that is kept, in bytes.
const MAX_VALUE: usize = 64 * 1024;
/// The most that is kept on one thing, in bytes: whoever asks for it is told all of it.
const MAX_KEPT: usize = 1024 * 1024;

/// What became of each property of a request.
#[derive(Default)]
pub struct Results {
    /// Every property named, with why it cannot be set.
    all: Vec<(Name, Option<Fault>)>,
}

impl Results {
    /// Whether everything can be done.
    pub fn are_good(&self) -> bool {
        self.all.iter().all(|(_, fault)| fault.is_none())
    }

    /// Writes a `DAV:propstat` for those that can be set and one for each that cannot.
    pub fn write(&self, xml: &mut Xml) {
        let (bad, good): (Vec<_>, Vec<_>) = self.all.iter().partition(|(_, fault)| fault.is_some());
        let done = if bad.is_empty() { StatusCode::OK } else { StatusCode::FAILED_DEPENDENCY };
        if !good.is_empty() || bad.is_empty() {
            xml.element("D:propstat", |xml| {
                xml.element("D:prop", |xml| good.iter().for_each(|(name, _)| xml.empty_of(name)));
                status(xml, done);
            });
        }
        for (name, fault) in bad {
            let Some(fault) = fault else { continue };
            xml.element("D:propstat", |xml| {
                xml.element("D:prop", |xml| xml.empty_of(name));
                status(xml, fault.status());
                fault.write(xml);
            });
        }
    }
}

/// Sets and removes properties.
pub async fn proppatch(dav: &Dav, target: &Target, request: Request) -> Result<Response, Fault> {
    let prefer = Prefer::of(request.headers());
    let root = xml_body(request).await?;
    let root = root.filter(|root| root.is(DAV, "propertyupdate"));
    let root = root.ok_or_else(|| Fault::bad_request("the body of a PROPPATCH is a DAV:propertyupdate"))?;
    let place = place_of(dav, target).await?;
    let mut patch = Patch {
        calendar: place.is_calendar,
        new: false,
        invited_into: invited_into(dav, &place).await?,
        edit: CollectionEdit::default(),
        results: Results::default(),
    };
    for instruction in root.elements() {
        let Some(prop) = instruction.child(DAV, "prop") else { continue };
        for property in prop.elements() {
            if instruction.is(DAV, "set") {
                patch.set(property)?;
            } else if instruction.is(DAV, "remove") {
                patch.remove(&property.name)?;
            }
        }
    }
    if patch.results.are_good() {
        make_room(dav, &place, &patch.edit.properties).await?;
        if place.is_calendar {
            actions::edit_collection(&dav.app, &dav.actor, &place.name, patch.edit).await?;
        } else {
            let closes = patch.edit.properties.iter().any(|(name, _)| name == AVAILABILITY);
            actions::set_properties(&dav.app, &dav.actor, &place.name, patch.edit.properties).await?;
            if closes {
                actions::refresh_availability(&dav.app, &dav.actor.0.user).await?;
            }
        }
        if prefer.minimal {
            let mut response = Response::default();
            Prefer::applied(&mut response, "return=minimal");
            return Ok(response);
        }
    }
    let mut xml = Xml::document("D:multistatus");
    xml.element("D:response", |xml| {
        xml.value("D:href", &target.href());
        patch.results.write(xml);
    });
    Ok(multistatus::whole(xml))
}

/// Refuses to keep more on a thing than there is room for.
async fn make_room(dav: &Dav, place: &Place, set: &[(String, Option<String>)]) -> Result<(), Fault> {
    let old = dav.app.store.properties(dav.actor.id(), &place.name).await?;
    let stays = old.iter().filter(|(name, _)| !set.iter().any(|(other, _)| other == name));
    let stays: usize = stays.map(|(name, value)| name.len() + value.len()).sum();
    let comes: usize = set.iter().filter_map(|(name, value)| Some(name.len() + value.as_ref()?.len())).sum();
    if comes > 0 && stays + comes > MAX_KEPT {
        let why = format!("there is room for {MAX_KEPT} bytes of properties on one thing");
        return Err(Fault::new(StatusCode::INSUFFICIENT_STORAGE, why).because("D:quota-not-exceeded"));
    }
    Ok(())
}

/// Where properties are kept.
struct Place {
    name: String,
    is_calendar: bool,
}

async fn place_of(dav: &Dav, target: &Target) -> Result<Place, Fault> {
    match target {
        Target::Home(_) => Ok(Place { name: String::new(), is_calendar: false }),
        Target::Folder(_, name) => {
            let folder = folder::find(dav, name).await?;
            Ok(Place { name: name.clone(), is_calendar: matches!(folder, Folder::Own(_)) })
        }
        Target::Item(_, folder, name) => {
            folder::find(dav, folder).await?.item(dav, name).await?.ok_or_else(Fault::not_found)?;
            Ok(Place { name: format!("{folder}/{name}"), is_calendar: false })
        }
        Target::Principal(_) => Ok(Place { name: path::principal(dav.user()), is_calendar: false }),
        _ => Err(Fault::condition("D:need-privileges", "nothing can be kept here")),
    }
}

/// The paths of calendars that invitations may go into, if this is the inbox, and their names.
async fn invited_into(dav: &Dav, place: &Place) -> Result<Vec<(Target, String)>, Fault> {
    if place.name != INBOX {
        return Ok(Vec::new());
    }
    folder::find(dav, PERSONAL).await?;
    let files = dav.app.store.collections(dav.actor.id()).await?.into_iter().map(|file| file.collection);
    let takes = files.filter(|file| file.name != INBOX && file.components.iter().any(|one| one == "VEVENT"));
    Ok(takes.map(|file| (Target::Folder(dav.user().to_owned(), file.name.clone()), file.name)).collect())
}

/// A request's properties, one after the other.
pub struct Patch {
    /// Whether it is about a calendar.
    pub calendar: bool,
    /// Whether that is new.
    pub new: bool,
    /// On the inbox, which calendars invitations may go into, and their names.
    pub invited_into: Vec<(Target, String)>,
    /// What to do if all of it can be done.
    pub edit: CollectionEdit,
    /// What can.
    pub results: Results,
}

impl Patch {
    fn count(&self) -> Result<(), Fault> {
        if self.results.all.len() >= MAX_SET {
            return Err(Fault::bad_request(format!("no more than {MAX_SET} properties at once")));
        }
        Ok(())
    }

    /// Sets a property, or notes why that cannot be.
    pub fn set(&mut self, property: &Element) -> Result<(), Fault> {
        self.count()?;
        let done = self.try_set(property);
        self.results.all.push((property.name.clone(), done.err()));
        Ok(())
    }

    fn try_set(&mut self, property: &Element) -> Result<(), Fault> {
        let name = &property.name;
        if self.calendar && name.space == CALDAV {
            match name.local.as_str() {
                "supported-calendar-component-set" if self.new => return self.set_components(property),
                "schedule-calendar-transp" => {
                    self.edit.counts = Some(property.child(CALDAV, "transparent").is_none());
                    return Ok(());
                }
                "calendar-timezone" => {
                    let text = property.text();
                    if text.len() > MAX_VALUE {
                        return Err(too_long());
                    }
                    calendar_timezone(text.as_bytes())
                        .map_err(|bad| Fault::condition("C:valid-calendar-data", bad.to_string()))?;
                    self.edit.timezone = Some(Some(text));
                    return Ok(());
                }
                "calendar-timezone-id" => {
                    let text = property.text();
                    let zone: Zone = text.trim().parse().map_err(|_| {
                        Fault::condition("C:valid-timezone", format!("there is no zone `{}`", text.trim()))
                    })?;
                    self.edit.timezone = Some(Some(timezone_text(zone)));
                    return Ok(());
                }
                _ => {}
            }
        }
        if name.is(CALDAV, DEFAULT_URL) && !self.invited_into.is_empty() {
            let href = property.child(DAV, "href").map(Element::text).unwrap_or_default();
            let target = Target::of(path::split_url(&href).1);
            let meant = self.invited_into.iter().find(|(path, _)| Some(path) == target.as_ref());
            let (_, calendar) = meant.ok_or_else(|| {
                Fault::condition("C:valid-schedule-default-calendar-URL", "that is no calendar of yours for events")
            })?;
            self.edit.properties.push((DEFAULT_CALENDAR.to_owned(), Some(calendar.clone())));
            return Ok(());
        }
        // A new collection says what it is.
        if self.new && name.is(DAV, "resourcetype") {
            return Ok(());
        }
        if is_protected(name) {
            return Err(Fault::condition("D:cannot-modify-protected-property", "the server makes this property"));
        }
        if self.is_availability(name) {
            let text = property.text();
            let object = Object::read(text.as_bytes(), &ObjectLimits::default())?;
            if object.kind() != Kind::Availability {
                return Err(Fault::condition("C:valid-calendar-data", "that is no VAVAILABILITY"));
            }
            self.edit.properties.push((AVAILABILITY.to_owned(), Some(text)));
        }
        let value = property.to_text();
        if value.len() > MAX_VALUE || name.local.is_empty() {
            return Err(too_long());
        }
        if value.contains('\0') {
            return Err(Fault::bad_request("there is a NUL in it"));
        }
        self.edit.properties.push((name.clark(), Some(value)));
        Ok(())
    }

    /// Whether a property says when the owner of an inbox can be met: by the standard's name, or the one that came first.
    fn is_availability(&self, name: &Name) -> bool {
        const LOCAL: &str = "calendar-availability";
        !self.invited_into.is_empty() && (name.is(CALDAV, LOCAL) || name.is(CALSERVER, LOCAL))
    }

    fn set_components(&mut self, property: &Element) -> Result<(), Fault> {
        let named =
            property.elements().filter(|comp| comp.is(CALDAV, "comp")).filter_map(|comp| comp.attribute("name"));
        // What stands in or beside entries is kept with them wherever they are.
        let beside = |name: &String| ["VTIMEZONE", "VALARM"].contains(&name.as_str());
        let mut seen = HashSet::new();
        let named = named.map(str::to_uppercase).filter(|name| !beside(name));
        let components: Vec<String> = named.filter(|name| seen.insert(name.clone())).collect();
        let known = |name: &String| actions::usual_components().contains(name) || name == "VAVAILABILITY";
        if let Some(other) = components.iter().find(|name| !known(name)) {
            return Err(Fault::condition("C:supported-calendar-component", format!("{other} is not kept here")));
        }
        if !components.is_empty() {
            self.edit.components = Some(components);
        }
        Ok(())
    }

    fn remove(&mut self, name: &Name) -> Result<(), Fault> {
        self.count()?;
        let fault =
            if self.calendar && (name.is(CALDAV, "calendar-timezone") || name.is(CALDAV, "calendar-timezone-id")) {
                self.edit.timezone = Some(None);
                None
            } else if self.calendar && name.is(CALDAV, "schedule-calendar-transp") {
                self.edit.counts = Some(true);
                None
            } else if name.is(CALDAV, DEFAULT_URL) && !self.invited_into.is_empty() {
                self.edit.properties.push((DEFAULT_CALENDAR.to_owned(), None));
                None
            } else if is_protected(name) {
                Some(Fault::condition("D:cannot-modify-protected-property", "the server makes this property"))
            } else {
                if self.is_availability(name) {
                    self.edit.properties.push((AVAILABILITY.to_owned(), None));
                }
                self.edit.properties.push((name.clark(), None));
                None
            };
        self.results.all.push((name.clone(), fault));
        Ok(())
    }
}

fn too_long() -> Fault {
    Fault::new(StatusCode::INSUFFICIENT_STORAGE, format!("there is room for {MAX_VALUE} bytes"))
}

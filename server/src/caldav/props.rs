//! What can be read of things: live properties, written where they are wanted, and those that clients keep.

use axum::http::StatusCode;
use meetme_core::cursor::{Cursor, Seq};
use meetme_core::ical::timezone_text;
use meetme_core::object::ObjectZone;
use meetme_core::object::filter::Collation;

use crate::actions;
use crate::caldav::door::Dav;
use crate::caldav::folder::{self, Folder};
use crate::caldav::item::{content_type, http_date};
use crate::caldav::path::{self, Target};
use crate::caldav::xml::{CALDAV, CALSERVER, DAV, Element, MEETME, Name, Xml};
use crate::store::{CollectionFile, EntryFile};

/// What something is of which properties are asked.
#[derive(Clone, Copy)]
pub enum Thing<'a> {
    /// The root, or a place that holds principals or homes.
    Place,
    /// The one who asks.
    Principal,
    /// Their home.
    Home,
    /// Something in it, with what stands of its changes where its entries are made.
    Folder(&'a Folder, Option<&'a Made>),
    /// An entry.
    Item(&'a Folder, &'a EntryFile),
}

/// How far a folder whose entries are made has changed.
#[derive(Debug, Clone)]
pub struct Made {
    /// Another one whenever an entry is.
    pub tag: String,
    /// Where to go on from.
    pub token: String,
}

/// What is asked of a thing.
#[derive(Debug, Clone)]
pub enum Asked {
    /// Everything that is usually told, and these.
    All(Vec<Property>),
    /// The names of everything.
    Names,
    /// These.
    Some(Vec<Property>),
}

/// A property that is asked for.
#[derive(Debug, Clone)]
pub struct Property {
    /// Its name.
    pub name: Name,
    /// Which one it is, if the server makes it.
    live: Option<Live>,
}

macro_rules! live {
    ($($live:ident = $space:ident $local:literal,)*) => {
        /// A property that the server makes.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        enum Live {
            $($live,)*
        }

        /// Each with its name.
        const LIVE: &[(Live, &str, &str)] = &[$((Live::$live, $space, $local),)*];
    };
}

live! {
    ResourceType = DAV "resourcetype",
    DisplayName = DAV "displayname",
    CreationDate = DAV "creationdate",
    GetEtag = DAV "getetag",
    GetContentType = DAV "getcontenttype",
    GetContentLength = DAV "getcontentlength",
    GetLastModified = DAV "getlastmodified",
    CurrentUserPrincipal = DAV "current-user-principal",
    PrincipalUrl = DAV "principal-URL",
    Owner = DAV "owner",
    PrivilegeSet = DAV "current-user-privilege-set",
    SupportedPrivileges = DAV "supported-privilege-set",
    PrincipalCollections = DAV "principal-collection-set",
    SupportedReports = DAV "supported-report-set",
    SyncToken = DAV "sync-token",
    AddMember = DAV "add-member",
    SupportedLock = DAV "supportedlock",
    LockDiscovery = DAV "lockdiscovery",
    AlternateUris = DAV "alternate-URI-set",
    GroupMembership = DAV "group-membership",
    GroupMembers = DAV "group-member-set",
    HomeSet = CALDAV "calendar-home-set",
    UserAddresses = CALDAV "calendar-user-address-set",
    UserType = CALDAV "calendar-user-type",
    InboxUrl = CALDAV "schedule-inbox-URL",
    OutboxUrl = CALDAV "schedule-outbox-URL",
    DefaultCalendar = CALDAV "schedule-default-calendar-URL",
    ScheduleTag = CALDAV "schedule-tag",
    Transparency = CALDAV "schedule-calendar-transp",
    Components = CALDAV "supported-calendar-component-set",
    ComponentSets = CALDAV "supported-calendar-component-sets",
    Data = CALDAV "supported-calendar-data",
    Collations = CALDAV "supported-collation-set",
    Timezone = CALDAV "calendar-timezone",
    TimezoneId = CALDAV "calendar-timezone-id",
    MaxSize = CALDAV "max-resource-size",
    MaxInstances = CALDAV "max-instances",
    MaxAttendees = CALDAV "max-attendees-per-instance",
    MinDate = CALDAV "min-date-time",
    MaxDate = CALDAV "max-date-time",
    CTag = CALSERVER "getctag",
    EmailAddresses = CALSERVER "email-address-set",
}

/// Those that everything is asked for with `allprop` (RFC 4918 and no more, RFC 4791 5.2).
const USUAL: [Live; 10] = [
    Live::ResourceType,
    Live::DisplayName,
    Live::CreationDate,
    Live::GetEtag,
    Live::GetContentType,
    Live::GetContentLength,
    Live::GetLastModified,
    Live::SupportedLock,
    Live::LockDiscovery,
    Live::SyncToken,
];

/// What clients may set although the server makes it.
pub const DISPLAY_NAME: (&str, &str) = (DAV, "displayname");

impl Property {
    /// The property of an element's name.
    pub fn of(element: &Element) -> Self {
        Self::named(element.name.clone())
    }

    fn named(name: Name) -> Self {
        let live = LIVE.iter().find(|(_, space, local)| name.is(space, local)).map(|(live, ..)| *live);
        Self { name, live }
    }

    fn made(live: Live) -> Self {
        let (_, space, local) = LIVE.iter().find(|(other, ..)| *other == live).expect("the table has every one");
        Self { name: Name::new(space, local), live: Some(live) }
    }
}

/// Whether the server makes this property, so that clients cannot keep another under its name.
pub fn is_protected(name: &Name) -> bool {
    name.space == MEETME
        || LIVE.iter().any(|(_, space, local)| name.is(space, local)) && !name.is(DISPLAY_NAME.0, DISPLAY_NAME.1)
}

impl Asked {
    /// Whether it is asked how far a folder has changed.
    pub fn is_of_changes(&self) -> bool {
        match self {
            Self::All(_) | Self::Names => true,
            Self::Some(wanted) => {
                wanted.iter().any(|property| matches!(property.live, Some(Live::SyncToken | Live::CTag)))
            }
        }
    }

    /// What the elements of a `DAV:prop` ask for.
    pub fn of_prop(prop: &Element) -> Self {
        Self::Some(prop.elements().map(Property::of).collect())
    }
}

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
                    if property.name.is(CALDAV, "calendar-data")
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
                others.filter(|name| !name.is(DISPLAY_NAME.0, DISPLAY_NAME.1)).for_each(|name| xml.empty_of(&name));
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
    let is_name = property.name.is(DISPLAY_NAME.0, DISPLAY_NAME.1);
    if (property.live.is_none() || is_name) && !kept.is_empty() {
        let clark = property.name.clark();
        if let Some((_, value)) = kept.iter().find(|(name, _)| *name == clark && !is_own(name)) {
            xml.raw(value);
            return true;
        }
    }
    property.live.is_some_and(|live| write_live(xml, dav, thing, live))
}

/// Writes a property, if the thing has it.
fn write_live(xml: &mut Xml, dav: &Dav, thing: Thing<'_>, live: Live) -> bool {
    if shared(xml, dav, live) {
        return true;
    }
    match thing {
        Thing::Place => of_place(xml, live),
        Thing::Principal => of_principal(xml, dav, live),
        Thing::Home => of_home(xml, dav, live),
        Thing::Folder(folder, made) => of_folder(xml, dav, folder, made, live),
        Thing::Item(folder, item) => of_item(xml, dav, folder, item, live),
    }
}

/// What everything has alike.
fn shared(xml: &mut Xml, dav: &Dav, live: Live) -> bool {
    match live {
        Live::CurrentUserPrincipal => href_in(xml, "D:current-user-principal", &[path::principal(dav.user())]),
        Live::PrincipalCollections => href_in(xml, "D:principal-collection-set", &[Target::Principals.href()]),
        Live::SupportedLock => {
            xml.empty("D:supportedlock");
            true
        }
        Live::LockDiscovery => {
            xml.empty("D:lockdiscovery");
            true
        }
        _ => false,
    }
}

fn href_in(xml: &mut Xml, name: &str, hrefs: &[String]) -> bool {
    xml.element(name, |xml| hrefs.iter().for_each(|href| xml.value("D:href", href)));
    true
}

fn value(xml: &mut Xml, name: &str, value: &str) -> bool {
    xml.value(name, value);
    true
}

fn types(xml: &mut Xml, types: &[&str]) -> bool {
    xml.element("D:resourcetype", |xml| types.iter().for_each(|kind| xml.empty(kind)));
    true
}

fn reports(xml: &mut Xml, reports: &[&str]) -> bool {
    xml.element("D:supported-report-set", |xml| {
        for report in reports {
            xml.element("D:supported-report", |xml| xml.element("D:report", |xml| xml.empty(report)));
        }
    });
    true
}

fn privileges(xml: &mut Xml, privileges: &[&str]) -> bool {
    xml.element("D:current-user-privilege-set", |xml| {
        for privilege in privileges {
            xml.element("D:privilege", |xml| xml.empty(privilege));
        }
    });
    true
}

/// What may be done with what can only be read.
const TO_READ: [&str; 2] = ["D:read", "D:read-current-user-privilege-set"];

fn of_place(xml: &mut Xml, live: Live) -> bool {
    match live {
        Live::ResourceType => types(xml, &["D:collection"]),
        Live::PrivilegeSet => privileges(xml, &TO_READ),
        Live::SupportedReports => {
            reports(xml, &["D:expand-property", "D:principal-search-property-set", "D:principal-property-search"])
        }
        _ => false,
    }
}

/// What apps look for at a principal; some ask the home or the root for it too.
fn of_principal(xml: &mut Xml, dav: &Dav, live: Live) -> bool {
    let user = &dav.actor.0.user;
    let own = path::principal(dav.user());
    match live {
        Live::ResourceType => types(xml, &["D:collection", "D:principal"]),
        Live::DisplayName => value(xml, "D:displayname", &user.display_name),
        Live::PrincipalUrl => href_in(xml, "D:principal-URL", &[own]),
        Live::Owner => href_in(xml, "D:owner", &[own]),
        Live::AlternateUris => href_in(xml, "D:alternate-URI-set", &[format!("mailto:{}", user.email)]),
        Live::GroupMembership => href_in(xml, "D:group-membership", &[]),
        Live::GroupMembers => href_in(xml, "D:group-member-set", &[]),
        Live::HomeSet => href_in(xml, "C:calendar-home-set", &[path::home(dav.user())]),
        Live::UserAddresses => href_in(xml, "C:calendar-user-address-set", &actions::addresses(&dav.app, user)),
        Live::UserType => value(xml, "C:calendar-user-type", "INDIVIDUAL"),
        Live::InboxUrl => href_in(xml, "C:schedule-inbox-URL", &[path::folder_of(dav.user(), actions::INBOX)]),
        Live::OutboxUrl => href_in(xml, "C:schedule-outbox-URL", &[path::folder_of(dav.user(), folder::OUTBOX)]),
        Live::EmailAddresses => {
            xml.element("CS:email-address-set", |xml| xml.value("CS:email-address", &user.email));
            true
        }
        Live::PrivilegeSet => privileges(xml, &["D:read", "D:write-properties", "D:read-current-user-privilege-set"]),
        Live::SupportedReports => {
            reports(xml, &["D:expand-property", "D:principal-search-property-set", "D:principal-property-search"])
        }
        _ => false,
    }
}

fn of_home(xml: &mut Xml, dav: &Dav, live: Live) -> bool {
    match live {
        Live::ResourceType => types(xml, &["D:collection"]),
        Live::Owner => href_in(xml, "D:owner", &[path::principal(dav.user())]),
        Live::PrivilegeSet => privileges(
            xml,
            &["D:read", "D:bind", "D:unbind", "D:write-properties", "D:read-current-user-privilege-set"],
        ),
        Live::SupportedReports => reports(xml, &["D:expand-property"]),
        Live::ComponentSets => {
            xml.element("C:supported-calendar-component-sets", |xml| {
                xml.element("C:supported-calendar-component-set", |xml| {
                    for component in actions::usual_components() {
                        xml.empty_with("C:comp", &[("name", &component)]);
                    }
                });
            });
            true
        }
        _ => false,
    }
}

fn of_folder(xml: &mut Xml, dav: &Dav, folder: &Folder, made: Option<&Made>, live: Live) -> bool {
    match (folder, live) {
        (_, Live::Owner) => href_in(xml, "D:owner", &[path::principal(dav.user())]),
        (_, Live::DisplayName) => value(xml, "D:displayname", &folder.title()),
        (Folder::Own(_) | Folder::Bookings | Folder::Offered(_) | Folder::Added(_), Live::ResourceType) => {
            types(xml, &["D:collection", "C:calendar"])
        }
        (Folder::Inbox(_), Live::ResourceType) => types(xml, &["D:collection", "C:schedule-inbox"]),
        (Folder::Outbox, Live::ResourceType) => types(xml, &["D:collection", "C:schedule-outbox"]),
        (Folder::Own(_), Live::PrivilegeSet) => privileges(
            xml,
            &[
                "D:read",
                "D:write",
                "D:write-properties",
                "D:write-content",
                "D:bind",
                "D:unbind",
                "C:read-free-busy",
                "D:read-current-user-privilege-set",
            ],
        ),
        (Folder::Inbox(_), Live::PrivilegeSet) => {
            privileges(xml, &["D:read", "D:unbind", "D:write-properties", "D:read-current-user-privilege-set"])
        }
        (Folder::Outbox, Live::PrivilegeSet) => privileges(
            xml,
            &["D:read", "C:schedule-send", "C:schedule-send-freebusy", "D:read-current-user-privilege-set"],
        ),
        (Folder::Inbox(_), Live::DefaultCalendar) => {
            href_in(xml, "C:schedule-default-calendar-URL", &[path::folder_of(dav.user(), actions::PERSONAL)])
        }
        (Folder::Outbox, Live::SupportedReports) => reports(xml, &["D:expand-property"]),
        (Folder::Own(_) | Folder::Inbox(_), Live::SupportedReports) => reports(
            xml,
            &["C:calendar-query", "C:calendar-multiget", "C:free-busy-query", "D:sync-collection", "D:expand-property"],
        ),
        (Folder::Own(file) | Folder::Inbox(file), live) => of_file(xml, dav, folder, file, live),
        (Folder::Bookings | Folder::Offered(_) | Folder::Added(_), live) => of_made(xml, dav, folder, made, live),
        _ => false,
    }
}

fn of_file(xml: &mut Xml, dav: &Dav, folder: &Folder, file: &CollectionFile, live: Live) -> bool {
    let limits = actions::object_limits(&dav.app);
    match live {
        Live::SyncToken => value(xml, "D:sync-token", &token(dav, file, file.changed, None)),
        Live::CTag => {
            let cursor = Cursor { epoch: dav.app.store.epoch(), seq: file.changed };
            value(xml, "CS:getctag", &cursor.to_string())
        }
        Live::AddMember => href_in(xml, "D:add-member", &[folder.href(dav)]),
        Live::Transparency => {
            let word = if file.collection.counts { "C:opaque" } else { "C:transparent" };
            xml.element("C:schedule-calendar-transp", |xml| xml.empty(word));
            true
        }
        Live::Components => {
            xml.element("C:supported-calendar-component-set", |xml| {
                for component in &file.collection.components {
                    xml.empty_with("C:comp", &[("name", component)]);
                }
            });
            true
        }
        Live::Data => {
            xml.element("C:supported-calendar-data", |xml| {
                xml.empty_with("C:calendar-data", &[("content-type", "text/calendar"), ("version", "2.0")]);
            });
            true
        }
        Live::Collations => {
            xml.element("C:supported-collation-set", |xml| {
                for collation in Collation::ALL {
                    xml.value("C:supported-collation", collation.name());
                }
            });
            true
        }
        Live::Timezone => match &file.collection.timezone {
            Some(text) => value(xml, "C:calendar-timezone", text),
            None => value(xml, "C:calendar-timezone", &timezone_text(dav.actor.0.user.zone)),
        },
        Live::TimezoneId => match folder.zone(dav.actor.0.user.zone) {
            ObjectZone::Known(zone) => value(xml, "C:calendar-timezone-id", zone.name()),
            ObjectZone::Custom(_) => false,
        },
        Live::MaxSize => value(xml, "C:max-resource-size", &limits.max_bytes.to_string()),
        Live::MaxInstances => value(xml, "C:max-instances", &limits.max_instances.to_string()),
        Live::MaxAttendees => value(xml, "C:max-attendees-per-instance", &limits.max_attendees.to_string()),
        Live::MinDate => value(xml, "C:min-date-time", "00010101T000000Z"),
        Live::MaxDate => value(xml, "C:max-date-time", "99991231T235959Z"),
        _ => false,
    }
}

fn of_made(xml: &mut Xml, dav: &Dav, folder: &Folder, made: Option<&Made>, live: Live) -> bool {
    match live {
        Live::SyncToken => made.is_some_and(|made| value(xml, "D:sync-token", &made.token)),
        Live::CTag => made.is_some_and(|made| value(xml, "CS:getctag", &made.tag)),
        Live::PrivilegeSet => {
            let may: &[&str] = match folder {
                Folder::Bookings => &["D:read", "D:write-content", "D:unbind"],
                _ => &["D:read", "D:write-content", "D:bind", "D:unbind"],
            };
            let always = ["D:write-properties", "D:read-current-user-privilege-set"];
            privileges(xml, &[may, always.as_slice()].concat())
        }
        Live::SupportedReports => {
            reports(xml, &["C:calendar-query", "C:calendar-multiget", "D:sync-collection", "D:expand-property"])
        }
        Live::Transparency => {
            // What is booked is busy without them, and what is open is not.
            xml.element("C:schedule-calendar-transp", |xml| xml.empty("C:transparent"));
            true
        }
        Live::Components => {
            xml.element("C:supported-calendar-component-set", |xml| xml.empty_with("C:comp", &[("name", "VEVENT")]));
            true
        }
        Live::Data => {
            xml.element("C:supported-calendar-data", |xml| {
                xml.empty_with("C:calendar-data", &[("content-type", "text/calendar"), ("version", "2.0")]);
            });
            true
        }
        Live::Timezone => value(xml, "C:calendar-timezone", &timezone_text(dav.actor.0.user.zone)),
        Live::TimezoneId => value(xml, "C:calendar-timezone-id", dav.actor.0.user.zone.name()),
        _ => false,
    }
}

fn of_item(xml: &mut Xml, dav: &Dav, folder: &Folder, item: &EntryFile, live: Live) -> bool {
    match live {
        Live::GetEtag => value(xml, "D:getetag", &format!("\"{}\"", item.etag)),
        Live::ResourceType => {
            xml.empty("D:resourcetype");
            true
        }
        Live::GetContentType => value(xml, "D:getcontenttype", &content_type(item)),
        Live::GetContentLength => value(xml, "D:getcontentlength", &item.size.to_string()),
        Live::GetLastModified => value(xml, "D:getlastmodified", &http_date(item.changed_at)),
        Live::ScheduleTag => match &item.schedule_tag {
            Some(tag) => value(xml, "C:schedule-tag", &format!("\"{tag}\"")),
            None => false,
        },
        Live::Owner => href_in(xml, "D:owner", &[path::principal(dav.user())]),
        Live::PrivilegeSet => match folder {
            Folder::Own(_) => privileges(
                xml,
                &["D:read", "D:write", "D:write-properties", "D:write-content", "D:read-current-user-privilege-set"],
            ),
            Folder::Bookings | Folder::Offered(_) | Folder::Added(_) => {
                privileges(xml, &["D:read", "D:write-content", "D:read-current-user-privilege-set"])
            }
            Folder::Inbox(_) | Folder::Outbox => privileges(xml, &TO_READ),
        },
        _ => false,
    }
}

/// A sync-token: which life of the database, the place in the owner's log, and which calendar. With `began`
/// it is inside a first listing, which began there.
pub fn token(dav: &Dav, file: &CollectionFile, seq: Seq, began: Option<Seq>) -> String {
    let cursor = Cursor { epoch: dav.app.store.epoch(), seq };
    let began = began.map(|seq| format!(":{}", seq.0)).unwrap_or_default();
    format!("urn:meetme:sync:{}:{cursor}{began}", file.collection.id)
}

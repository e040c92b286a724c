//! What calendars, boxes and entries say of themselves.

use meetme_core::cursor::{Cursor, Seq};
use meetme_core::ical::timezone_text;
use meetme_core::id::CollectionId;
use meetme_core::object::ObjectZone;
use meetme_core::object::filter::Collation;

use super::Made;
use super::live::Live;
use super::value::{TO_READ, href_in, privileges, reports, supported_privileges, types, value};
use crate::actions;
use crate::caldav::door::Dav;
use crate::caldav::folder::Folder;
use crate::caldav::item::content_type;
use crate::caldav::path;
use crate::caldav::xml::Xml;
use crate::headers::http_date;
use crate::store::{CollectionFile, EntryFile};

/// What an inbox lets others do, and an outbox its owner (RFC 6638 6.1, 6.2).
const DELIVER: (&str, &[&str]) =
    ("C:schedule-deliver", &["C:schedule-deliver-invite", "C:schedule-deliver-reply", "C:schedule-query-freebusy"]);
const SEND: (&str, &[&str]) =
    ("C:schedule-send", &["C:schedule-send-invite", "C:schedule-send-reply", "C:schedule-send-freebusy"]);

pub(super) fn of_folder(xml: &mut Xml, dav: &Dav, folder: &Folder, made: Option<&Made>, live: Live) -> bool {
    match (folder, live) {
        (Folder::Inbox(_), Live::SupportedPrivileges) => supported_privileges(xml, Some(DELIVER)),
        (Folder::Outbox, Live::SupportedPrivileges) => supported_privileges(xml, Some(SEND)),
        (_, Live::SupportedPrivileges) => supported_privileges(xml, None),
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
            // RFC 6638 6.1: whoever has an account delivers into every inbox; what a message does is decided by what it is.
            privileges(
                xml,
                &[
                    "D:read",
                    "D:unbind",
                    "D:write-properties",
                    "C:schedule-deliver",
                    "C:schedule-deliver-invite",
                    "C:schedule-deliver-reply",
                    "C:schedule-query-freebusy",
                    "D:read-current-user-privilege-set",
                ],
            )
        }
        (Folder::Outbox, Live::PrivilegeSet) => privileges(
            xml,
            &[
                "D:read",
                "C:schedule-send",
                "C:schedule-send-invite",
                "C:schedule-send-reply",
                "C:schedule-send-freebusy",
                "D:read-current-user-privilege-set",
            ],
        ),
        (Folder::Inbox(_), Live::DefaultCalendar) => default_calendar(xml, dav, None),
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

/// Into which calendar invitations go (RFC 6638 9.2); one that went makes room for the one that everybody has.
pub(super) fn default_calendar(xml: &mut Xml, dav: &Dav, chosen: Option<&str>) -> bool {
    let path = path::folder_of(dav.user(), chosen.unwrap_or(actions::PERSONAL));
    href_in(xml, "C:schedule-default-calendar-URL", &[path])
}

fn of_file(xml: &mut Xml, dav: &Dav, folder: &Folder, file: &CollectionFile, live: Live) -> bool {
    let limits = actions::object_limits(&dav.app);
    match live {
        Live::SyncToken => value(xml, "D:sync-token", &token(dav, file.collection.id, file.changed, None)),
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
        Live::Description => {
            let text = made.and_then(|made| made.description.as_deref());
            text.is_some_and(|text| value(xml, "C:calendar-description", text))
        }
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

pub(super) fn of_item(xml: &mut Xml, dav: &Dav, folder: &Folder, item: &EntryFile, live: Live) -> bool {
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
pub fn token(dav: &Dav, collection: CollectionId, seq: Seq, began: Option<Seq>) -> String {
    let cursor = Cursor { epoch: dav.app.store.epoch(), seq };
    let began = began.map(|seq| format!(":{}", seq.0)).unwrap_or_default();
    format!("urn:meetme:sync:{collection}:{cursor}{began}")
}

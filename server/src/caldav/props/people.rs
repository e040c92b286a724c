//! What roots, principals and homes say of themselves.

use super::live::Live;
use super::value::{TO_READ, href_in, privileges, reports, types, value};
use crate::actions;
use crate::caldav::door::Dav;
use crate::caldav::folder;
use crate::caldav::path;
use crate::caldav::xml::Xml;

/// What can be asked where principals are.
const PRINCIPAL_REPORTS: [&str; 4] =
    ["D:expand-property", "D:principal-match", "D:principal-search-property-set", "D:principal-property-search"];
/// The calendars that can be made, by what they take, of what apps make them for.
const COMPONENT_SETS: [&[&str]; 7] = [
    &["VEVENT"],
    &["VTODO"],
    &["VJOURNAL"],
    &["VEVENT", "VTODO"],
    &["VEVENT", "VJOURNAL"],
    &["VTODO", "VJOURNAL"],
    &["VEVENT", "VTODO", "VJOURNAL"],
];

pub(super) fn of_place(xml: &mut Xml, live: Live) -> bool {
    match live {
        Live::ResourceType => types(xml, &["D:collection"]),
        Live::PrivilegeSet => privileges(xml, &TO_READ),
        Live::SupportedReports => reports(xml, &PRINCIPAL_REPORTS),
        _ => false,
    }
}

/// What apps look for at a principal; some ask the home or the root for it too.
pub(super) fn of_principal(xml: &mut Xml, dav: &Dav, live: Live) -> bool {
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
        Live::SupportedReports => reports(xml, &PRINCIPAL_REPORTS),
        _ => false,
    }
}

pub(super) fn of_home(xml: &mut Xml, dav: &Dav, live: Live) -> bool {
    match live {
        Live::ResourceType => types(xml, &["D:collection"]),
        Live::Owner => href_in(xml, "D:owner", &[path::principal(dav.user())]),
        Live::PrivilegeSet => privileges(
            xml,
            &["D:read", "D:bind", "D:unbind", "D:write-properties", "D:read-current-user-privilege-set"],
        ),
        Live::SupportedReports => reports(xml, &["D:expand-property"]),
        Live::ComponentSets => {
            // What is not among them, apps do not try to make.
            xml.element("C:supported-calendar-component-sets", |xml| {
                for set in COMPONENT_SETS {
                    xml.element("C:supported-calendar-component-set", |xml| {
                        set.iter().for_each(|component| xml.empty_with("C:comp", &[("name", component)]));
                    });
                }
            });
            true
        }
        _ => false,
    }
}

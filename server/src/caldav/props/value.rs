//! The shapes that values of properties have.

use super::live::Live;
use crate::caldav::door::Dav;
use crate::caldav::path::{self, Target};
use crate::caldav::xml::Xml;

/// What everything has alike.
pub(super) fn shared(xml: &mut Xml, dav: &Dav, live: Live) -> bool {
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

pub(super) fn href_in(xml: &mut Xml, name: &str, hrefs: &[String]) -> bool {
    xml.element(name, |xml| hrefs.iter().for_each(|href| xml.value("D:href", href)));
    true
}

pub(super) fn value(xml: &mut Xml, name: &str, value: &str) -> bool {
    xml.value(name, value);
    true
}

pub(super) fn types(xml: &mut Xml, types: &[&str]) -> bool {
    xml.element("D:resourcetype", |xml| types.iter().for_each(|kind| xml.empty(kind)));
    true
}

pub(super) fn reports(xml: &mut Xml, reports: &[&str]) -> bool {
    xml.element("D:supported-report-set", |xml| {
        for report in reports {
            xml.element("D:supported-report", |xml| xml.element("D:report", |xml| xml.empty(report)));
        }
    });
    true
}

pub(super) fn privileges(xml: &mut Xml, privileges: &[&str]) -> bool {
    xml.element("D:current-user-privilege-set", |xml| {
        for privilege in privileges {
            xml.element("D:privilege", |xml| xml.empty(privilege));
        }
    });
    true
}

/// What may be done with what can only be read.
pub(super) const TO_READ: [&str; 2] = ["D:read", "D:read-current-user-privilege-set"];

/// Which privileges there are (RFC 3744 5.3), with those that a box has besides (RFC 6638 6).
pub(super) fn supported_privileges(xml: &mut Xml, of_box: Option<(&str, &[&str])>) -> bool {
    const READ: [&str; 2] = ["D:read-current-user-privilege-set", "C:read-free-busy"];
    const WRITE: [&str; 4] = ["D:write-properties", "D:write-content", "D:bind", "D:unbind"];
    xml.element("D:supported-privilege-set", |xml| {
        supported(xml, "D:all", |xml| {
            for (whole, parts) in [("D:read", READ.as_slice()), ("D:write", &WRITE)].into_iter().chain(of_box) {
                supported(xml, whole, |xml| parts.iter().for_each(|part| supported(xml, part, |_| {})));
            }
        });
    });
    true
}

fn supported(xml: &mut Xml, privilege: &str, inside: impl FnOnce(&mut Xml)) {
    xml.element("D:supported-privilege", |xml| {
        xml.element("D:privilege", |xml| xml.empty(privilege));
        let words = privilege.split(':').next_back().unwrap_or(privilege).replace('-', " ");
        xml.value("D:description", &words);
        inside(xml);
    });
}

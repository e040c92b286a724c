//! Many calendar objects as one calendar, each time zone once.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use super::component::tree_of;
use super::zones::{iana, zone_of_tzid};
use super::{BadObject, Component, ObjectLimits, Property};
use crate::ical::write::Document;
use crate::ical::{told_years, vtimezone_as};
use crate::time::Zone;

/// What limits nothing: these objects are stored already.
const WHATEVER: ObjectLimits = ObjectLimits {
    max_bytes: usize::MAX,
    max_components: usize::MAX,
    max_properties: usize::MAX,
    max_depth: 64,
    max_attendees: usize::MAX,
    max_instances: u32::MAX,
};

/// The time zones that a calendar tells so far. Add objects one by one: what is written stays written.
///
/// Properties keep the bytes they are stored in, but for line ends; what no reader may rely on goes: properties of
/// the VCALENDAR around an object, lines that are none, and zones that nothing is in.
#[derive(Debug, Default)]
pub struct Merge {
    /// What each name of a zone was told as; nothing where that follows from the name.
    told: HashMap<String, Option<String>>,
}

impl Merge {
    /// Writes a zone of the IANA database, unless it is told already.
    pub(crate) fn zone(&mut self, document: &mut Document, zone: Zone) {
        self.known(document, zone.name(), zone);
    }

    /// The components of an object, and before them the zones that they are in and that were not told yet.
    ///
    /// A zone that only the object itself describes goes by another name where that means another zone already.
    pub fn add(&mut self, bytes: &[u8]) -> Result<String, BadObject> {
        let root = tree_of(bytes, &WHATEVER)?;
        let mut document = Document::default();
        let mut names = BTreeSet::new();
        tzids(&root, &mut names);
        let mut renamed = HashMap::new();
        for tzid in names {
            let own = root.inner("VTIMEZONE").find(|timezone| timezone.value("TZID") == Some(tzid));
            match (iana(tzid), own) {
                (Some(zone), _) => self.known(&mut document, tzid, zone),
                (None, Some(timezone)) => {
                    let name = self.described(&mut document, tzid, timezone, bytes);
                    if name != tzid {
                        renamed.insert(tzid, name);
                    }
                }
                (None, None) => {
                    if let Some(zone) = zone_of_tzid(tzid) {
                        self.known(&mut document, tzid, zone);
                    }
                }
            }
        }
        for component in root.components().iter().filter(|component| component.name() != "VTIMEZONE") {
            write(&mut document, component, bytes, &renamed);
        }
        Ok(document.into_text())
    }

    fn known(&mut self, document: &mut Document, tzid: &str, zone: Zone) {
        if zone != Zone::UTC && !self.told.contains_key(tzid) {
            self.told.insert(tzid.to_owned(), None);
            vtimezone_as(document, tzid, zone, told_years());
        }
    }

    /// The name by which a zone goes that an object describes.
    fn described(&mut self, document: &mut Document, tzid: &str, timezone: &Component<'_>, bytes: &[u8]) -> String {
        let mut lines = Document::default();
        inside(&mut lines, timezone, bytes, &HashMap::new(), &|property| !property.is("TZID"));
        let lines = lines.into_text();
        let mut name = tzid.to_owned();
        let mut number = 1;
        while let Some(other) = self.told.get(&name) {
            if other.as_ref() == Some(&lines) {
                return name;
            }
            number += 1;
            name = format!("{tzid} {number}");
        }
        document.component("VTIMEZONE", |document| {
            document.line(&format!("TZID:{name}"));
            document.raw(&lines);
        });
        self.told.insert(name.clone(), Some(lines));
        name
    }
}

/// The zones that times of a component, or of one within, are in.
fn tzids<'c>(component: &'c Component<'_>, names: &mut BTreeSet<&'c str>) {
    if component.name() != "VTIMEZONE" {
        names.extend(component.properties().iter().filter_map(|property| property.param("TZID")));
        component.components().iter().for_each(|inner| tzids(inner, names));
    }
}

fn write(document: &mut Document, component: &Component<'_>, bytes: &[u8], renamed: &HashMap<&str, String>) {
    document.component(component.name(), |document| inside(document, component, bytes, renamed, &|_| true));
}

fn inside(
    document: &mut Document,
    component: &Component<'_>,
    bytes: &[u8],
    renamed: &HashMap<&str, String>,
    wanted: &dyn Fn(&Property<'_>) -> bool,
) {
    for property in component.properties().iter().filter(|property| wanted(property)) {
        match property.param("TZID").and_then(|tzid| renamed.get(tzid)) {
            Some(name) => document.line(&in_zone(property, name)),
            None => document.raw(&String::from_utf8_lossy(&bytes[property.range()])),
        }
    }
    component.components().iter().for_each(|inner| write(document, inner, bytes, renamed));
}

/// A property with another name of its zone.
fn in_zone(property: &Property<'_>, zone: &str) -> String {
    let mut line = property.name().to_owned();
    for (name, value) in property.params() {
        let value = if name.eq_ignore_ascii_case("TZID") { zone } else { value };
        let quoted = value.contains([',', ';', ':']);
        let value = if quoted { Cow::from(format!("\"{value}\"")) } else { value.into() };
        line.push_str(&format!(";{name}={value}"));
    }
    format!("{line}:{}", property.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(uid: &str, tzid: &str, offset: &str) -> String {
        format!(
            "\u{feff}BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REQUEST\nBEGIN:VTIMEZONE\nTZID:{tzid}\nBEGIN:STANDARD\n\
             DTSTART:19700101T000000\nTZOFFSETFROM:{offset}\nTZOFFSETTO:{offset}\nEND:STANDARD\nEND:VTIMEZONE\n\
             BEGIN:VEVENT\nUID:{uid}\nno line\nDTSTART;X-A=\"b;c\";TZID={tzid}:20261201T090000\nSUMMARY:long\n er\n\
             BEGIN:VALARM\nACTION:AUDIO\nTRIGGER:PT0S\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR\n"
        )
    }

    #[test]
    fn a_zone_is_told_once_and_lines_stay_as_they_are() {
        let mut merge = Merge::default();

        let first = merge.add(object("a", "Office", "+0100").as_bytes()).expect("an object");
        let second = merge.add(object("b", "Office", "+0100").as_bytes()).expect("an object");

        assert_eq!(first.matches("BEGIN:VTIMEZONE\r\nTZID:Office\r\nBEGIN:STANDARD").count(), 1, "{first}");
        let event = "BEGIN:VEVENT\r\nUID:b\r\nDTSTART;X-A=\"b;c\";TZID=Office:20261201T090000\r\n\
            SUMMARY:long\r\n er\r\nBEGIN:VALARM\r\nACTION:AUDIO\r\nTRIGGER:PT0S\r\nEND:VALARM\r\nEND:VEVENT\r\n";
        assert_eq!(second, event);
    }

    #[test]
    fn two_zones_of_one_name_get_two_names() {
        let mut merge = Merge::default();
        merge.add(object("a", "Office", "+0100").as_bytes()).expect("an object");

        let other = merge.add(object("b", "Office", "+0500").as_bytes()).expect("an object");
        let again = merge.add(object("c", "Office", "+0500").as_bytes()).expect("an object");

        assert!(other.contains("\r\nTZID:Office 2\r\n"), "{other}");
        for text in [other, again] {
            assert!(text.contains("\r\nDTSTART;X-A=\"b;c\";TZID=Office 2:20261201T090000\r\n"), "{text}");
        }
    }

    #[test]
    fn a_zone_that_everybody_knows_is_told_as_it_is_and_not_as_the_object_has_it() {
        let mut merge = Merge::default();

        let first = merge.add(object("a", "Europe/Berlin", "+0900").as_bytes()).expect("an object");
        let bare = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:b\r\nDTSTART;TZID=America/New_York:20261201T090000\r\n\
            DTEND;TZID=Europe/Berlin:20261201T160000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let second = merge.add(bare.as_bytes()).expect("an object");

        assert!(first.contains("TZID:Europe/Berlin\r\n") && !first.contains("+0900"), "{first}");
        assert!(second.starts_with("BEGIN:VTIMEZONE\r\nTZID:America/New_York\r\n"), "{second}");
        assert_eq!(second.matches("BEGIN:VTIMEZONE").count(), 1, "{second}");
    }
}

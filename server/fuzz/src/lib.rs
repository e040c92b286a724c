//! What is asked of bytes that nobody wrote with care: each function takes any, and panics where a promise is broken.
//!
//! The fuzz targets call these, and so do the tests of `meetme-server`, which
//! replay the corpora.

use meetme_core::object::filter::matches;
use meetme_core::object::{Object, ObjectLimits, ObjectZone};
use meetme_core::recurrence::Steps;
use meetme_core::time::Zone;
use meetme_server::caldav::filter_of;
use meetme_server::caldav::path::Target;
use meetme_server::caldav::xml::{self, BadXml, Element, MAX_DEPTH, Node};

/// No question may cost more.
const STEPS: u32 = 5_000;

/// What filters are asked of.
const OBJECTS: [&str; 4] = [
    "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Berlin:20260301T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=40\nSUMMARY:Tea\n\
     ATTENDEE;PARTSTAT=ACCEPTED:mailto:ada@example.org\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER:-PT10M\nEND:VALARM\nEND:VEVENT\n",
    "BEGIN:VTODO\nUID:2\nDUE;VALUE=DATE:20260301\nCATEGORIES:A,B\nEND:VTODO\n",
    "BEGIN:VJOURNAL\nUID:3\nDTSTART;VALUE=DATE:20260301\nEND:VJOURNAL\n",
    "BEGIN:VFREEBUSY\nUID:4\nFREEBUSY:20260301T090000Z/PT1H\nEND:VFREEBUSY\n",
];

/// XML is refused with a reason, or read within its limits as what means the same when it is written again.
pub fn request(data: &[u8]) {
    let read = match xml::read(data) {
        Ok(read) => read,
        Err(why) => return assert!(!why.to_string().is_empty()),
    };
    assert!(depth(&read) <= MAX_DEPTH);
    let text = read.to_text();
    match xml::read(text.as_bytes()) {
        // What XML cannot hold is left out when it is written, and stays out.
        Ok(again) => assert_eq!(again.to_text(), text),
        // Each element binds its namespace itself, which counts.
        Err(why) => assert_eq!(why, BadXml::TooMany, "{text}"),
    }
}

fn depth(element: &Element) -> usize {
    let inner = element.children.iter().filter_map(|node| match node {
        Node::Element(element) => Some(depth(element)),
        Node::Text(_) => None,
    });
    1 + inner.max().unwrap_or(0)
}

/// A filter is refused, or what it matches lies within the bounds that a store is asked for.
pub fn filter(data: &[u8]) {
    let filter = match filter_of(data) {
        Ok(filter) => filter,
        Err(status) => return assert!(status.is_client_error(), "{status}"),
    };
    filter.check().expect("it was checked");
    let zone = ObjectZone::from(Zone::UTC);
    for lines in OBJECTS {
        let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{lines}END:VCALENDAR\n");
        let object = Object::read(text.as_bytes(), &ObjectLimits::default()).expect("an object");
        if let Ok(true) = matches(&object, &filter, &zone, &mut Steps::new(STEPS)) {
            assert!(filter.kinds().is_none_or(|kinds| kinds.contains(&object.kind())), "{filter:?}");
        }
    }
}

/// A path names nothing, or what its own path names; no segment leads elsewhere.
pub fn path(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Some(target) = Target::of(text) else { return };
    let href = target.href();
    assert_eq!(Target::of(&href).as_ref(), Some(&target), "{href}");
    assert!(href.starts_with("/dav/") && !href.contains("//") && href.is_ascii(), "{href}");
    assert!(href.split('/').all(|segment| segment != "." && segment != ".."), "{href}");
}

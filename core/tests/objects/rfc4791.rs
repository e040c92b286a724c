//! The examples of RFC 4791, by section: the eight objects of appendix B and what is asked of them.

use meetme_core::object::filter::{CompFilter, ParamFilter, PropFilter, TextMatch, TimeRange, matches};
use meetme_core::recurrence::Steps;
use meetme_core::time::Zone;

use super::{calendar, read};
use crate::kit::at;

const EASTERN: &str = "BEGIN:VTIMEZONE
LAST-MODIFIED:20040110T032845Z
TZID:US/Eastern
BEGIN:DAYLIGHT
DTSTART:20000404T020000
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4
TZNAME:EDT
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:20001026T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZNAME:EST
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
END:VTIMEZONE
";

/// `abcd1.ics` to `abcd8.ics`.
pub(super) fn objects() -> [String; 8] {
    [
        calendar(&format!(
            "{EASTERN}BEGIN:VEVENT\nDTSTAMP:20060206T001102Z\nDTSTART;TZID=US/Eastern:20060102T100000\nDURATION:PT1H\n\
             SUMMARY:Event #1\nDescription:Go Steelers!\nUID:74855313FA803DA593CD579A@example.com\nEND:VEVENT"
        )),
        calendar(&format!(
            "{EASTERN}BEGIN:VEVENT\nDTSTAMP:20060206T001121Z\nDTSTART;TZID=US/Eastern:20060102T120000\nDURATION:PT1H\n\
             RRULE:FREQ=DAILY;COUNT=5\nSUMMARY:Event #2\nUID:00959BC664CA650E933C892C@example.com\nEND:VEVENT\n\
             BEGIN:VEVENT\nDTSTAMP:20060206T001121Z\nDTSTART;TZID=US/Eastern:20060104T140000\nDURATION:PT1H\n\
             RECURRENCE-ID;TZID=US/Eastern:20060104T120000\nSUMMARY:Event #2 bis\n\
             UID:00959BC664CA650E933C892C@example.com\nEND:VEVENT\n\
             BEGIN:VEVENT\nDTSTAMP:20060206T001121Z\nDTSTART;TZID=US/Eastern:20060106T140000\nDURATION:PT1H\n\
             RECURRENCE-ID;TZID=US/Eastern:20060106T120000\nSUMMARY:Event #2 bis bis\n\
             UID:00959BC664CA650E933C892C@example.com\nEND:VEVENT"
        )),
        calendar(&format!(
            "{EASTERN}BEGIN:VEVENT\nATTENDEE;PARTSTAT=ACCEPTED;ROLE=CHAIR:mailto:cyrus@example.com\n\
             ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:lisa@example.com\nDTSTAMP:20060206T001220Z\n\
             DTSTART;TZID=US/Eastern:20060104T100000\nDURATION:PT1H\nLAST-MODIFIED:20060206T001330Z\n\
             ORGANIZER:mailto:cyrus@example.com\nSEQUENCE:1\nSTATUS:TENTATIVE\nSUMMARY:Event #3\n\
             UID:DC6C50A017428C5216A2F1CD@example.com\nX-ABC-GUID:E1CX5Dr-0007ym-Hz@example.com\nEND:VEVENT"
        )),
        todo(
            "DUE;VALUE=DATE:20060104\nSTATUS:NEEDS-ACTION\nSUMMARY:Task #1\nUID:DDDEEB7915FA61233B861457@example.com\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER;RELATED=START:-PT10M\nEND:VALARM",
        ),
        todo(
            "DUE;VALUE=DATE:20060106\nSEQUENCE:1\nSTATUS:NEEDS-ACTION\nSUMMARY:Task #2\nUID:E10BA47467C5C69BB74E8720@example.com\nBEGIN:VALARM\nACTION:AUDIO\nTRIGGER;RELATED=START:-PT10M\nEND:VALARM",
        ),
        todo(
            "COMPLETED:20051223T122322Z\nDUE;VALUE=DATE:20051225\nSTATUS:COMPLETED\nSUMMARY:Task #3\nUID:E10BA47467C5C69BB74E8722@example.com",
        ),
        todo("DUE;VALUE=DATE:20060104\nSTATUS:CANCELLED\nSUMMARY:Task #4\nUID:E10BA47467C5C69BB74E8725@example.com"),
        calendar(
            "BEGIN:VFREEBUSY\nORGANIZER;CN=\"Bernard Desruisseaux\":mailto:bernard@example.com\n\
             UID:76ef34-54a3d2@example.com\nDTSTAMP:20050530T123421Z\nDTSTART:20060101T000000Z\nDTEND:20060108T000000Z\n\
             FREEBUSY:20050531T230000Z/20050601T010000Z\nFREEBUSY;FBTYPE=BUSY-TENTATIVE:20060102T100000Z/20060102T120000Z\n\
             FREEBUSY:20060103T100000Z/20060103T120000Z\nFREEBUSY:20060104T100000Z/20060104T120000Z\n\
             FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20060105T100000Z/20060105T120000Z\n\
             FREEBUSY:20060106T100000Z/20060106T120000Z\nEND:VFREEBUSY",
        ),
    ]
}

fn todo(lines: &str) -> String {
    calendar(&format!("BEGIN:VTODO\nDTSTAMP:20060205T235335Z\n{lines}\nEND:VTODO"))
}

pub(super) fn range(start: &str, end: &str) -> Option<TimeRange> {
    Some(TimeRange { start: Some(at(start)), end: Some(at(end)) })
}

fn text(text: &str) -> TextMatch {
    TextMatch { text: text.to_owned(), ..TextMatch::default() }
}

/// The numbers of the objects that match.
fn found(component: CompFilter) -> Vec<usize> {
    let filter = CompFilter { comps: vec![component], ..CompFilter::of("VCALENDAR") };
    filter.check().expect("a filter");
    let hit =
        |object: &String| matches(&read(object), &filter, &Zone::UTC.into(), &mut Steps::default()).expect("few steps");
    objects().iter().enumerate().filter(|(_, object)| hit(object)).map(|(place, _)| place + 1).collect()
}

#[test]
fn section_7_8_1_events_by_time_range() {
    let time_range = range("2006-01-04T00:00:00Z", "2006-01-05T00:00:00Z");

    assert_eq!(found(CompFilter { time_range, ..CompFilter::of("VEVENT") }), [2, 3]);
}

#[test]
fn section_7_8_4_free_busy_by_time_range() {
    let time_range = range("2006-01-02T00:00:00Z", "2006-01-03T00:00:00Z");

    assert_eq!(found(CompFilter { time_range, ..CompFilter::of("VFREEBUSY") }), [8]);
}

#[test]
fn section_7_8_5_to_dos_by_alarm() {
    let alarm = |start, end| CompFilter { time_range: range(start, end), ..CompFilter::of("VALARM") };
    let todo = |alarm| found(CompFilter { comps: vec![alarm], ..CompFilter::of("VTODO") });

    // Ten minutes before the day it is due.
    assert_eq!(todo(alarm("2006-01-05T10:00:00Z", "2006-01-06T10:00:00Z")), [5]);
    assert_eq!(todo(alarm("2006-01-05T23:50:00Z", "2006-01-05T23:50:01Z")), [5]);
    assert!(todo(alarm("2006-01-05T23:50:01Z", "2006-01-06T23:50:00Z")).is_empty());
}

#[test]
fn section_7_8_6_an_event_by_uid() {
    let uid = PropFilter { text: vec![text("DC6C50A017428C5216A2F1CD@example.com")], ..PropFilter::of("UID") };

    assert_eq!(found(CompFilter { props: vec![uid], ..CompFilter::of("VEVENT") }), [3]);
}

#[test]
fn section_7_8_7_events_by_partstat() {
    let attendee = |mail: &str, says: &str| {
        let partstat = ParamFilter { name: "PARTSTAT".to_owned(), text: Some(text(says)), ..ParamFilter::default() };
        let attendee = PropFilter { text: vec![text(mail)], params: vec![partstat], ..PropFilter::of("ATTENDEE") };
        found(CompFilter { props: vec![attendee], ..CompFilter::of("VEVENT") })
    };

    assert_eq!(attendee("mailto:lisa@example.com", "NEEDS-ACTION"), [3]);
    assert!(attendee("mailto:cyrus@example.com", "NEEDS-ACTION").is_empty());
}

#[test]
fn section_7_8_8_events_only() {
    assert_eq!(found(CompFilter::of("VEVENT")), [1, 2, 3]);
}

#[test]
fn section_7_8_9_pending_to_dos() {
    let open = PropFilter { is_not_defined: true, ..PropFilter::of("COMPLETED") };
    let not_cancelled = TextMatch { negate: true, ..text("CANCELLED") };
    let alive = PropFilter { text: vec![not_cancelled], ..PropFilter::of("STATUS") };

    assert_eq!(found(CompFilter { props: vec![open, alive], ..CompFilter::of("VTODO") }), [4, 5]);
}

#[test]
fn section_7_8_10_events_by_a_property_of_their_own() {
    let guid = PropFilter { text: vec![text("ABC")], ..PropFilter::of("X-ABC-GUID") };

    assert!(found(CompFilter { props: vec![guid], ..CompFilter::of("VEVENT") }).is_empty());
    assert_eq!(found(CompFilter { props: vec![PropFilter::of("X-ABC-GUID")], ..CompFilter::of("VEVENT") }), [3]);
}

//! What is read although no standard allows it, and what is refused and how.

use meetme_core::object::{BadObject, Kind, Object, ObjectLimits, calendar_timezone, zone_of_tzid};
use meetme_core::time::{Clock, Zone};

use super::{berlin, busy_of, calendar, event, read, refusal};
use crate::kit::{at, wall};

#[test]
fn what_apps_really_write_is_read() {
    let tidy = event("DTSTART:20260301T090000Z\nDTEND:20260301T100000Z\nSUMMARY:Tea");
    for untidy in [
        format!("\u{feff}{tidy}"),
        tidy.replace("\r\n", "\n"),
        tidy.replace("\r\n", "\r\r\n"),
        tidy.replace("BEGIN:VEVENT", "METHOD:PUBLISH\r\nBEGIN:vevent"),
        tidy.replace("SUMMARY:Tea", "SUMMARY:T\r\n ea\r\nthis line has no name"),
        tidy.replace("DTSTAMP:20260101T000000Z\r\n", ""),
        tidy.replace("VERSION:2.0\r\n", ""),
        tidy.replace("SUMMARY", "X-A;X-B=\"c:d;e\":f\r\nsummary"),
        tidy.replace("20260301T090000Z", "20260301t090000z"),
        tidy.replace("END:VCALENDAR\r\n", "END:VCALENDAR"),
        format!("\r\n{tidy}\r\n\r\n"),
    ] {
        let object = read(&untidy);

        assert_eq!((object.uid(), object.kind()), ("1@example.org", Kind::Event), "{untidy}");
        assert_eq!(object.summary().as_deref(), Some("Tea"), "{untidy}");
        assert_eq!(busy_of(&untidy), ["03-01T09:00/03-01T10:00"], "{untidy}");
        assert_eq!(object.source(), untidy.as_bytes());
    }
}

#[test]
fn each_refusal_names_its_precondition() {
    let whole = event("DTSTART:20260301T090000Z");
    let two = |first: &str, second: &str| {
        calendar(&format!("BEGIN:VEVENT\nDTSTART:20260301\n{first}\nEND:VEVENT\nBEGIN:{second}\nEND:VEVENT"))
    };
    let many = "ATTENDEE:mailto:a@example.org\n".repeat(1_001);
    for (text, precondition) in [
        (String::new(), "valid-calendar-data"),
        ("hello".to_owned(), "valid-calendar-data"),
        ("BEGIN:VCARD\r\nEND:VCARD\r\n".to_owned(), "valid-calendar-data"),
        (whole.replace("END:VCALENDAR\r\n", ""), "valid-calendar-data"),
        (whole.replace("END:VEVENT\r\n", ""), "valid-calendar-data"),
        (whole.replace("END:VEVENT", "END:VTODO"), "valid-calendar-data"),
        (format!("{whole}{whole}"), "valid-calendar-data"),
        (whole.replace("20260301T090000Z", "soon"), "valid-calendar-data"),
        (whole.replace("DTSTART:20260301T090000Z", "SUMMARY:x"), "valid-calendar-data"),
        (whole.replace("DTSTART", "RRULE:FREQ=OFTEN\r\nDTSTART"), "valid-calendar-data"),
        (whole.replace("DTSTART", "SUMMARY:a\u{0}b\r\nDTSTART"), "valid-calendar-data"),
        (whole.replace("VERSION:2.0", "VERSION:1.0"), "supported-calendar-data"),
        (whole.replace("UID:1@example.org\r\n", ""), "valid-calendar-object-resource"),
        (calendar(""), "valid-calendar-object-resource"),
        (two("UID:1", "VEVENT\nUID:2\nRECURRENCE-ID:20260302\nDTSTART:20260302"), "valid-calendar-object-resource"),
        (two("UID:1", "VEVENT\nUID:1\nDTSTART:20260302"), "valid-calendar-object-resource"),
        (
            two("UID:1", "VTODO\nUID:1").replacen("END:VEVENT\r\nEND:VCAL", "END:VTODO\r\nEND:VCAL", 1),
            "valid-calendar-object-resource",
        ),
        (calendar("BEGIN:VPOLL\nUID:1\nEND:VPOLL"), "supported-calendar-component"),
        (event(&format!("DTSTART:20260301\n{many}")), "max-attendees-per-instance"),
        (event(&format!("DTSTART:20260301\nDESCRIPTION:{}", "x".repeat(1_048_576))), "max-resource-size"),
        (event(&format!("DTSTART:20260301\n{}", "X:1\n".repeat(20_001))), "valid-calendar-data"),
        (format!("{}{}", "BEGIN:VCALENDAR\r\n".repeat(9), "END:VCALENDAR\r\n".repeat(9)), "valid-calendar-data"),
    ] {
        let why = refusal(&text);

        assert_eq!(why.precondition(), precondition, "{why}: {}", &text[..text.len().min(300)]);
        assert!(!why.to_string().is_empty());
    }
}

#[test]
fn a_refusal_says_where() {
    let text = event("DTSTART:20260301T090000Z\nSUMMARY:a\n b\nRRULE:FREQ=DAILY;COUNT=x");

    let why = refusal(&text);

    assert!(matches!(why, BadObject::NotCalendar { line: 10, .. }), "{why:?}");
    assert!(why.to_string().contains("COUNT"), "{why}");
}

#[test]
fn text_that_is_not_utf_8_is_refused_by_its_line() {
    let bytes = b"BEGIN:VCALENDAR\r\nSUMMARY:caf\xe9\r\nEND:VCALENDAR\r\n";

    let why = Object::read(bytes, &ObjectLimits::default()).expect_err("it is Latin-1");

    assert!(why.to_string().starts_with("line 2: "), "{why}");
}

#[test]
fn what_recurs_too_often_is_refused() {
    for (rule, kept) in [
        ("FREQ=DAILY", true),
        ("FREQ=HOURLY", true),
        ("FREQ=DAILY;COUNT=10000", true),
        ("FREQ=DAILY;UNTIL=99991231", true),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", true),
        ("FREQ=DAILY;COUNT=100000", false),
        ("FREQ=SECONDLY", false),
        ("FREQ=MINUTELY", false),
        ("FREQ=MINUTELY;COUNT=60", true),
        ("FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12;BYMINUTE=0,15,30,45", false),
    ] {
        let text = event(&format!("DTSTART:20260301T090000Z\nRRULE:{rule}"));

        let checked = read(&text).check_instances(&berlin(), &ObjectLimits::default());

        assert_eq!(checked.is_ok(), kept, "{rule}");
        assert_eq!(checked.err().map(|why| why.precondition()), (!kept).then_some("max-instances"), "{rule}");
    }
}

#[test]
fn zones_are_found_by_every_name_that_apps_give_them() {
    for name in [
        "Europe/Berlin",
        " Europe/Berlin ",
        "/freeassociation.sourceforge.net/Europe/Berlin",
        "/mozilla.org/20050126_1/Europe/Berlin",
        "W. Europe Standard Time",
    ] {
        assert_eq!(zone_of_tzid(name).map(Zone::name), Some("Europe/Berlin"), "{name}");
    }
    assert_eq!(zone_of_tzid("Home"), None);
}

const HOME: &str = "BEGIN:VTIMEZONE
    TZID:Home
    BEGIN:DAYLIGHT
    DTSTART:16010101T020000
    TZOFFSETFROM:+0300
    TZOFFSETTO:+0430
    RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU
    END:DAYLIGHT
    BEGIN:STANDARD
    DTSTART:16010101T030000
    TZOFFSETFROM:+0430
    TZOFFSETTO:+0300
    RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=1SU
    RDATE:20260701T030000
    END:STANDARD
    END:VTIMEZONE";

#[test]
fn a_zone_of_its_own_is_read_as_it_is_told() {
    let zone = calendar_timezone(calendar(HOME).as_bytes()).expect("a zone");

    assert_eq!(zone.recurring_instant_of(wall("2026-04-05T01:59:00")), at("2026-04-04T22:59:00Z"));
    // In the gap: the offset before it.
    assert_eq!(zone.recurring_instant_of(wall("2026-04-05T02:30:00")), at("2026-04-04T23:30:00Z"));
    assert_eq!(zone.recurring_instant_of(wall("2026-06-01T12:00:00")), at("2026-06-01T07:30:00Z"));
    // A single date ends it earlier this year.
    assert_eq!(zone.recurring_instant_of(wall("2026-08-01T12:00:00")), at("2026-08-01T09:00:00Z"));
    assert_eq!(zone.recurring_instant_of(wall("2027-08-01T12:00:00")), at("2027-08-01T07:30:00Z"));
}

#[test]
fn an_entry_in_a_zone_of_its_own_happens_then() {
    let text = calendar(&format!(
        "{HOME}\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=\"Home\":20260601T120000\nDURATION:PT1H\n\
         RRULE:FREQ=MONTHLY;COUNT=3\nEND:VEVENT"
    ));

    assert_eq!(busy_of(&text), ["06-01T07:30/06-01T08:30", "07-01T09:00/07-01T10:00", "08-01T09:00/08-01T10:00"]);
}

#[test]
fn a_zone_that_nobody_describes_is_the_readers() {
    assert_eq!(busy_of(&event("DTSTART;TZID=Nowhere:20260601T120000\nDURATION:PT1H")), ["06-01T10:00/06-01T11:00"]);
}

#[test]
fn a_calendar_timezone_is_exactly_one() {
    let known = HOME.replace("TZID:Home", "TZID:/x/Europe/Berlin");

    assert_eq!(calendar_timezone(calendar(&known).as_bytes()), Ok(berlin()));
    for wrong in [calendar(""), event("DTSTART:20260301"), calendar(&format!("{HOME}\n{known}"))] {
        let why = calendar_timezone(wrong.as_bytes()).expect_err("no zone");
        assert_eq!(why.precondition(), "valid-calendar-data");
    }
}

#[test]
fn a_zone_that_nothing_is_in_need_not_be_readable() {
    let broken = HOME.replace("TZOFFSETTO:+0430", "TZOFFSETTO:late");
    let with = |start: &str| calendar(&format!("{broken}\nBEGIN:VEVENT\nUID:1\n{start}\nEND:VEVENT"));

    assert_eq!(read(&with("DTSTART:20260101T090000Z")).uid(), "1");
    assert_eq!(refusal(&with("DTSTART;TZID=Home:20260101T090000")).precondition(), "valid-calendar-data");
}

#[test]
fn a_bomb_of_zones_is_refused_soon() {
    let bomb = HOME.replace("FREQ=YEARLY;BYMONTH=4;BYDAY=1SU", "FREQ=SECONDLY");

    let why =
        refusal(&calendar(&format!("{bomb}\nBEGIN:VEVENT\nUID:1\nDTSTART;TZID=Home:20260101T000000\nEND:VEVENT")));

    assert_eq!(why.precondition(), "valid-calendar-data");
}

#[test]
fn an_object_describes_only_so_many_zones() {
    let zones = |many: usize| {
        let zone = |number: usize| {
            format!(
                "BEGIN:VTIMEZONE\nTZID:Zone {number}\nBEGIN:STANDARD\nDTSTART:19700101T000000\nTZOFFSETFROM:+0100\n\
                 TZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n"
            )
        };
        let zones: String = (0..many).map(zone).collect();
        let event = "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Zone 7:20260301T090000\nEND:VEVENT";
        calendar(&format!("{zones}{event}"))
    };

    read(&zones(100));
    assert!(refusal(&zones(101)).to_string().contains("more than 100 time zones"), "{}", refusal(&zones(101)));
}

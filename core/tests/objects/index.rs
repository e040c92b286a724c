//! First start, last end and busy spans.

use meetme_core::object::{BusyKind, Setting};
use meetme_core::recurrence::Steps;
use meetme_core::time::Span;

use super::{berlin, busy_of, calendar, event, index_of, read, year_2026};
use crate::kit::at;

fn ends(text: &str) -> (Option<String>, Option<String>) {
    let index = index_of(text);
    let shown = |at: meetme_core::time::Instant| at.format("%Y-%m-%dT%H:%M").to_string();
    (index.first_start.map(shown), index.last_end.map(shown))
}

fn bounds(first: &str, last: &str) -> (Option<String>, Option<String>) {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    (some(first), some(last))
}

#[test]
fn an_entry_is_as_long_as_it_says() {
    for (lines, expected) in [
        ("DTSTART:20260301T090000Z\nDTEND:20260301T100000Z", "03-01T09:00/03-01T10:00"),
        ("DTSTART:20260301T090000Z\nDURATION:P1DT1H", "03-01T09:00/03-02T10:00"),
        ("DTSTART;TZID=Europe/Berlin:20260301T090000\nDTEND:20260301T100000Z", "03-01T08:00/03-01T10:00"),
        ("DTSTART;VALUE=DATE:20260329", "03-28T23:00/03-29T22:00"),
        ("DTSTART;VALUE=DATE:20260329\nDTEND;VALUE=DATE:20260331", "03-28T23:00/03-30T22:00"),
        ("DTSTART;VALUE=DATE:20260329\nDTEND;VALUE=DATE:20260329", "03-28T23:00/03-29T22:00"),
        ("DTSTART:20260329T010000\nDURATION:P1D", "03-29T00:00/03-29T23:00"),
        ("DTSTART:20260329T010000\nDURATION:PT24H", "03-29T00:00/03-30T00:00"),
    ] {
        assert_eq!(busy_of(&event(lines)), [expected], "{lines}");
    }
    assert!(busy_of(&event("DTSTART:20260301T090000Z")).is_empty());
    assert!(busy_of(&event("DTSTART:20260301T090000Z\nDTEND:20260301T080000Z")).is_empty());
}

#[test]
fn count_until_and_exceptions_count() {
    let weekly = "DTSTART;TZID=Europe/Berlin:20260323T090000\nDURATION:PT1H\n";
    for (lines, expected) in [
        ("rrule:freq=weekly;count=2", vec!["03-23T08:00/03-23T09:00", "03-30T07:00/03-30T08:00"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20260330", vec!["03-23T08:00/03-23T09:00", "03-30T07:00/03-30T08:00"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20260330T090000", vec!["03-23T08:00/03-23T09:00", "03-30T07:00/03-30T08:00"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20260330T065959Z", vec!["03-23T08:00/03-23T09:00"]),
        ("RRULE:FREQ=WEEKLY;COUNT=3;UNTIL=20260323;X-A=B", vec!["03-23T08:00/03-23T09:00"]),
        (
            "RRULE:FREQ=WEEKLY;COUNT=3\nEXDATE:20260330T070000Z",
            vec!["03-23T08:00/03-23T09:00", "04-06T07:00/04-06T08:00"],
        ),
        ("RRULE:FREQ=WEEKLY;COUNT=2\nEXDATE;VALUE=DATE:20260330", vec!["03-23T08:00/03-23T09:00"]),
        ("RRULE:FREQ=WEEKLY;COUNT=2\nEXDATE;TZID=Europe/Berlin:20260323T090000,20260330T090000", vec![]),
        ("RRULE:FREQ=WEEKLY;COUNT=2\nEXRULE:FREQ=WEEKLY;INTERVAL=2", vec!["03-30T07:00/03-30T08:00"]),
        ("RDATE;TZID=Europe/Berlin:20260401T090000", vec!["03-23T08:00/03-23T09:00", "04-01T07:00/04-01T08:00"]),
        ("RDATE;VALUE=PERIOD:20260401T090000Z/PT3H", vec!["03-23T08:00/03-23T09:00", "04-01T09:00/04-01T12:00"]),
        (
            "RDATE;VALUE=PERIOD:20260401T090000Z/20260401T093000Z",
            vec!["03-23T08:00/03-23T09:00", "04-01T09:00/04-01T09:30"],
        ),
    ] {
        assert_eq!(busy_of(&event(&format!("{weekly}{lines}"))), expected, "{lines}");
    }
}

#[test]
fn whole_days_recur_as_days() {
    let text = event(
        "DTSTART;VALUE=DATE:20260328\nRRULE:FREQ=DAILY;INTERVAL=2;UNTIL=20260401T225959Z\nEXDATE;VALUE=DATE:20260330",
    );

    assert_eq!(busy_of(&text), ["03-27T23:00/03-28T23:00", "03-31T22:00/04-01T22:00"]);
}

fn with_override(override_lines: &str) -> String {
    calendar(&format!(
        "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Berlin:20260601T090000\nDTEND;TZID=Europe/Berlin:20260601T100000\n\
         RRULE:FREQ=DAILY;COUNT=4\nEND:VEVENT\nBEGIN:VEVENT\nUID:1\n{override_lines}\nEND:VEVENT"
    ))
}

#[test]
fn an_instance_that_moved_is_only_where_it_went() {
    let text =
        with_override("RECURRENCE-ID;TZID=Europe/Berlin:20260602T090000\nDTSTART:20260605T120000Z\nDURATION:PT2H");

    assert_eq!(
        busy_of(&text),
        ["06-01T07:00/06-01T08:00", "06-03T07:00/06-03T08:00", "06-04T07:00/06-04T08:00", "06-05T12:00/06-05T14:00"]
    );
    assert_eq!(ends(&text), bounds("2026-06-01T07:00", "2026-06-05T14:00"));
}

#[test]
fn an_instance_that_is_cancelled_or_free_is_not_busy() {
    for says in ["STATUS:CANCELLED", "TRANSP:TRANSPARENT", "ATTENDEE;PARTSTAT=DECLINED:mailto:ada@example.org"] {
        let text =
            with_override(&format!("RECURRENCE-ID:20260602T070000Z\nDTSTART:20260602T070000Z\nDURATION:PT1H\n{says}"));

        assert_eq!(busy_of(&text), ["06-01T07:00/06-01T08:00", "06-03T07:00/06-03T08:00", "06-04T07:00/06-04T08:00"]);
    }
}

#[test]
fn what_holds_for_the_future_moves_all_later_instances() {
    let text = with_override(
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260603T070000Z\nDTSTART;TZID=Europe/Berlin:20260603T113000\nDURATION:PT30M",
    );

    assert_eq!(
        busy_of(&text),
        ["06-01T07:00/06-01T08:00", "06-02T07:00/06-02T08:00", "06-03T09:30/06-03T10:00", "06-04T09:30/06-04T10:00"]
    );
}

#[test]
fn overrides_without_a_master_are_instances_of_their_own() {
    let text = calendar(
        "BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260602T070000Z\nDTSTART:20260602T080000Z\nDURATION:PT1H\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260609T070000Z\nDTSTART:20260609T080000Z\nDURATION:PT1H\nEND:VEVENT",
    );

    assert_eq!(busy_of(&text), ["06-02T08:00/06-02T09:00", "06-09T08:00/06-09T09:00"]);
    assert_eq!(ends(&text), bounds("2026-06-02T08:00", "2026-06-09T09:00"));
}

#[test]
fn bounds_follow_the_rule_to_its_end() {
    let daily = "DTSTART:20260101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY";
    assert_eq!(ends(&event(daily)), bounds("2026-01-01T09:00", ""));
    assert_eq!(ends(&event(&format!("{daily};COUNT=10"))), bounds("2026-01-01T09:00", "2026-01-10T10:00"));
    assert_eq!(ends(&event(&format!("{daily};UNTIL=20270101"))), bounds("2026-01-01T09:00", "2027-01-01T10:00"));
    assert_eq!(
        ends(&event(&format!("{daily};COUNT=2\nRDATE:20250101T090000Z"))),
        bounds("2025-01-01T09:00", "2026-01-02T10:00")
    );
}

#[test]
fn to_dos_are_bounded_by_what_decides_about_them() {
    let todo = |lines: &str| calendar(&format!("BEGIN:VTODO\nUID:1\n{lines}\nEND:VTODO"));
    assert_eq!(ends(&todo("DUE:20260301T090000Z")), bounds("2026-03-01T09:00", "2026-03-01T09:00"));
    assert_eq!(
        ends(&todo("DTSTART:20260302T090000Z\nDUE:20260301T090000Z")),
        bounds("2026-03-01T09:00", "2026-03-02T09:00")
    );
    assert_eq!(ends(&todo("SUMMARY:some day")), bounds("", ""));
    assert!(busy_of(&todo("DTSTART:20260302T090000Z\nDURATION:PT1H")).is_empty());
}

#[test]
fn invitations_count_once_they_are_accepted() {
    let invited = |says: &str| {
        let lines = format!(
            "DTSTART:20260301T090000Z\nDURATION:PT1H\nORGANIZER:mailto:bob@example.org\nATTENDEE{says}:MAILTO:ada@example.org"
        );
        index_of(&event(&lines)).busy.first().map(|busy| busy.kind)
    };
    assert_eq!(invited(""), None);
    assert_eq!(invited(";PARTSTAT=NEEDS-ACTION"), None);
    assert_eq!(invited(";PARTSTAT=declined"), None);
    assert_eq!(invited(";PARTSTAT=TENTATIVE"), Some(BusyKind::Tentative));
    assert_eq!(invited(";CN=\"Ada; x\";PARTSTAT=ACCEPTED"), Some(BusyKind::Busy));
}

#[test]
fn what_is_tentative_is_told_apart_and_neighbours_are_joined() {
    let hourly = "DTSTART:20260301T090000Z\nDURATION:PT1H\nRRULE:FREQ=HOURLY;COUNT=5\n";
    assert_eq!(busy_of(&event(hourly)), ["03-01T09:00/03-01T14:00"]);
    let index = index_of(&event(&format!("{hourly}STATUS:TENTATIVE")));
    assert_eq!(index.busy[0].kind, BusyKind::Tentative);
    assert!(index.recurring);
}

#[test]
fn free_busy_objects_tell_their_periods() {
    let text = calendar(
        "BEGIN:VFREEBUSY\nUID:1\nDTSTART:20260301T000000Z\nDTEND:20260401T000000Z\n\
         FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20260302T090000Z/PT1H,20260303T090000Z/20260303T100000Z\n\
         FREEBUSY;FBTYPE=FREE:20260304T090000Z/PT1H\nEND:VFREEBUSY",
    );

    assert_eq!(busy_of(&text), ["03-02T09:00/03-02T10:00", "03-03T09:00/03-03T10:00"]);
    assert_eq!(index_of(&text).busy[0].kind, BusyKind::Unavailable);
}

#[test]
fn busy_time_is_clipped_to_the_horizon() {
    let text = event("DTSTART:20251231T230000Z\nDURATION:PT2H");

    assert_eq!(busy_of(&text), ["01-01T00:00/01-01T01:00"]);
}

#[test]
fn a_rule_bomb_is_unreadable_from_its_start_on() {
    let text = event("DTSTART:20260301T090000Z\nDURATION:PT1S\nRRULE:FREQ=SECONDLY");
    let setting = Setting { floating: &berlin(), horizon: year_2026(), addresses: &[] };
    let mut steps = Steps::default();

    let why = read(&text).index(&setting, &mut steps).expect_err("a year of seconds");

    assert_eq!(why.from, Some(at("2026-03-01T09:00:00Z")));
    assert!(why.to_string().contains("2026-03-01T09:00:00Z"), "{why}");
}

#[test]
fn a_horizon_far_behind_the_start_costs_what_it_holds() {
    let text = event("DTSTART:19700101T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY");
    let horizon = Span::new(at("2026-03-01T00:00:00Z"), at("2026-03-08T00:00:00Z")).expect("a week");
    let setting = Setting { floating: &berlin(), horizon, addresses: &[] };
    let mut steps = Steps::new(100);

    let index = read(&text).index(&setting, &mut steps).expect("a hundred steps are enough");

    assert_eq!(index.busy.len(), 7);
}

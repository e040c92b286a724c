//! Windows, slots and bookings as calendar objects, and windows back from them.

use meetme_core::api::NewWindow;
use meetme_core::event::Event;
use meetme_core::ical::{MovedWindow, NoWindow, WindowObject, window_object, windows_of};
use meetme_core::time::Minutes;
use proptest::prelude::*;

use super::{calendar, event as entry, read};
use crate::kit::{at, event, wall, zone};

fn berlin() -> Event {
    Event { zone: zone("Europe/Berlin"), ..event() }
}

fn window(start: &str, minutes: u32, rule: &str, exdates: &[&str]) -> NewWindow {
    NewWindow {
        start: wall(start),
        duration_minutes: Minutes(minutes),
        rrule: (!rule.is_empty()).then(|| rule.parse().expect("a rule")),
        exdates: exdates.iter().map(|text| wall(text)).collect(),
        whole: false,
    }
}

fn told(window: &NewWindow) -> String {
    let rule = window.rrule.as_ref().map(|rule| format!(" {rule}")).unwrap_or_default();
    let out: Vec<_> = window.exdates.iter().map(|date| format!(" -{}", date.format("%m-%dT%H:%M"))).collect();
    let whole = if window.whole { " whole" } else { "" };
    format!("{} {}{rule}{}{whole}", window.start.format("%m-%dT%H:%M"), window.duration_minutes.0, out.concat())
}

fn told_moved(moved: &MovedWindow) -> String {
    let instead = moved.instead_of.map(|wall| format!(" for {}", wall.format("%m-%dT%H:%M"))).unwrap_or_default();
    format!("{}{instead}", told(&moved.window))
}

fn mapped(text: &str) -> Result<Vec<String>, NoWindow> {
    let windows = windows_of(&read(text), &berlin())?;
    Ok([told(&windows.main)].into_iter().chain(windows.moved.iter().map(told_moved)).collect())
}

#[test]
fn an_entry_is_a_window_in_the_events_zone() {
    for (lines, expected) in [
        ("DTSTART;TZID=Europe/Berlin:20260302T090000\nDTEND;TZID=Europe/Berlin:20260302T120000", "03-02T09:00 180"),
        ("DTSTART:20260302T080000Z\nDURATION:PT3H", "03-02T09:00 180"),
        ("DTSTART;TZID=America/New_York:20260302T030000\nDURATION:PT3H\nX-MEETME-WHOLE:TRUE", "03-02T09:00 180 whole"),
        ("DTSTART:20260302T090000\nDURATION:PT3H", "03-02T09:00 180"),
        ("DTSTART;VALUE=DATE:20260329", "03-29T00:00 1380"),
        ("DTSTART:20260302T090000\nDURATION:PT3H\nRRULE:FREQ=WEEKLY;BYDAY=MO", "03-02T09:00 180 FREQ=WEEKLY;BYDAY=MO"),
        (
            "DTSTART;TZID=W. Europe Standard Time:20260302T090000\nDURATION:PT3H\nRRULE:FREQ=DAILY\nEXDATE:20260303T080000Z\nEXDATE;VALUE=DATE:20260401",
            "03-02T09:00 180 FREQ=DAILY -03-03T09:00 -04-01T09:00",
        ),
    ] {
        assert_eq!(mapped(&entry(lines)), Ok(vec![expected.to_owned()]), "{lines}");
    }
}

fn weekly(override_lines: &str) -> String {
    calendar(&format!(
        "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Berlin:20260302T090000\nDURATION:PT3H\nRRULE:FREQ=WEEKLY\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:1\n{override_lines}\nEND:VEVENT"
    ))
}

#[test]
fn a_moved_instance_is_an_exception_and_a_window_of_its_own() {
    let main = "03-02T09:00 180 FREQ=WEEKLY -03-30T09:00".to_owned();
    let id = "RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000";
    let of = |lines: &str| mapped(&weekly(&format!("{id}\n{lines}")));

    assert_eq!(
        of("DTSTART:20260331T100000Z\nDURATION:PT1H"),
        Ok(vec![main.clone(), "03-31T12:00 60 for 03-30T09:00".to_owned()])
    );
    assert_eq!(
        of("DTSTART:20260330T070000Z\nDURATION:PT1H"),
        Ok(vec![main.clone(), "03-30T09:00 60 for 03-30T09:00".to_owned()])
    );
    assert_eq!(of("DTSTART:20260330T070000Z\nDURATION:PT3H\nSTATUS:CANCELLED"), Ok(vec![main]));
    assert_eq!(
        of("DTSTART:20260330T070000Z\nDURATION:PT3H\nSUMMARY:x"),
        Ok(vec!["03-02T09:00 180 FREQ=WEEKLY".to_owned()])
    );
}

#[test]
fn what_cannot_be_kept_is_refused_by_name() {
    let hour = "DTSTART:20260302T090000\nDURATION:PT1H\n";
    for (text, why) in [
        (calendar("BEGIN:VTODO\nUID:1\nDTSTART:20260302T090000\nEND:VTODO"), NoWindow::NoEvent),
        (
            calendar("BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20260302T090000\nDTSTART:20260302T090000\nEND:VEVENT"),
            NoWindow::NoMain,
        ),
        (entry(&format!("{hour}RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY")), NoWindow::Rules),
        (entry(&format!("{hour}RRULE:FREQ=DAILY\nEXRULE:FREQ=WEEKLY")), NoWindow::Rules),
        (
            weekly("RECURRENCE-ID;RANGE=THISANDFUTURE:20260330T070000Z\nDTSTART:20260330T080000Z\nDURATION:PT3H"),
            NoWindow::AndFuture,
        ),
        (
            entry("DTSTART:20260302T090000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY"),
            NoWindow::OtherZone { event: zone("Europe/Berlin") },
        ),
        (entry("DTSTART;VALUE=DATE:20260302\nRRULE:FREQ=DAILY"), NoWindow::Days),
        (entry("DTSTART:20260302T090030\nDURATION:PT1H"), NoWindow::Minutes),
        (entry("DTSTART:20260302T090000\nDURATION:PT90S"), NoWindow::Minutes),
        (entry("DTSTART:20260302T090000"), NoWindow::Minutes),
        (entry("DTSTART:20261025T013000Z\nDURATION:PT1H"), NoWindow::Doubled { zone: zone("Europe/Berlin") }),
        (entry(&format!("{hour}RRULE:FREQ=DAILY\n{}", "EXDATE:20260302T090000\n".repeat(1_001))), NoWindow::Exceptions),
    ] {
        assert_eq!(mapped(&text), Err(why), "{text}");
    }
}

#[test]
fn a_window_has_these_bytes_and_no_others() {
    let main = window(
        "2026-03-02T09:00:00",
        180,
        "FREQ=WEEKLY;UNTIL=20261231",
        &["2026-03-09T09:00:00", "2026-03-16T09:00:00"],
    );
    let moved = [MovedWindow {
        instead_of: Some(wall("2026-03-16T09:00:00")),
        window: window("2026-03-17T10:00:00", 60, "", &[]),
    }];
    let object = WindowObject {
        event: &berlin(),
        uid: "w1@meet.example",
        main: &main,
        moved: &moved,
        changed_at: at("2026-01-01T00:00:00Z"),
    };

    let text = window_object(&object);

    let entries = text.split("END:VTIMEZONE\r\n").nth(1).expect("entries behind the zone");
    assert_eq!(
        entries,
        "BEGIN:VEVENT\r\nUID:w1@meet.example\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Berlin:20260302T090000\r\n\
         DURATION:PT180M\r\nRRULE:FREQ=WEEKLY;UNTIL=20261231\r\nEXDATE;TZID=Europe/Berlin:20260309T090000\r\nSUMMARY:Chat\r\n\
         TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:w1@meet.example\r\nDTSTAMP:20260101T000000Z\r\n\
         RECURRENCE-ID;TZID=Europe/Berlin:20260316T090000\r\nDTSTART;TZID=Europe/Berlin:20260317T100000\r\nDURATION:PT60M\r\n\
         SUMMARY:Chat\r\nTRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    assert_eq!(window_object(&object), text);
}

fn windows() -> impl Strategy<Value = (NewWindow, Vec<MovedWindow>)> {
    let rules = proptest::option::of(proptest::sample::select(vec![
        "FREQ=DAILY",
        "FREQ=WEEKLY;COUNT=9",
        "FREQ=MONTHLY;UNTIL=20270101",
    ]));
    let starts = proptest::collection::btree_set(0..400_i64, 0..4);
    let moved = proptest::collection::btree_map(0..9_000_i64, 1..600_u32, 0..4);
    (0..300_i64, 1..10_000_u32, rules, starts, moved, any::<bool>()).prop_map(
        |(day, minutes, rule, out, moved, whole)| {
            let start = wall("2026-01-05T09:00:00") + chrono::TimeDelta::days(day);
            let exdates: Vec<_> =
                out.iter().filter(|_| rule.is_some()).map(|day| start + chrono::TimeDelta::days(*day)).collect();
            let rrule = rule.map(|rule| rule.parse().expect("a rule"));
            let main = NewWindow { start, duration_minutes: Minutes(minutes), rrule, exdates, whole };
            let one_off = |(place, (hour, minutes)): (usize, (&i64, &u32))| MovedWindow {
                instead_of: main.exdates.get(place).copied(),
                window: NewWindow {
                    // Away from the hours in which clocks change.
                    start: wall("2026-01-05T12:00:00") + chrono::TimeDelta::days(*hour / 24),
                    duration_minutes: Minutes(*minutes),
                    rrule: None,
                    exdates: Vec::new(),
                    whole,
                },
            };
            let mut moved: Vec<_> = moved.iter().enumerate().map(one_off).collect();
            moved.sort_by_key(|moved| (moved.window.start, moved.window.duration_minutes));
            (main, moved)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn windows_come_back_as_they_were_written((main, moved) in windows()) {
        // Two at one instant are one RDATE, as instances are.
        prop_assume!(moved.windows(2).all(|two| two[0].window.start != two[1].window.start));
        let object = WindowObject { event: &berlin(), uid: "1", main: &main, moved: &moved, changed_at: at("2026-01-01T00:00:00Z") };
        let text = window_object(&object);

        let back = windows_of(&read(&text), &berlin()).map_err(|why| TestCaseError::fail(format!("{why}\n{text}")))?;

        prop_assert_eq!(told(&back.main), told(&main), "{}", text);
        prop_assert_eq!(back.moved.iter().map(told_moved).collect::<Vec<_>>(), moved.iter().map(told_moved).collect::<Vec<_>>(), "{}", text);
    }
}

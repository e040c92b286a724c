//! Taking spans out of windows.

use chrono::TimeDelta;
use meetme_core::event::Event;
use meetme_core::id::WindowId;
use meetme_core::recurrence::Steps;
use meetme_core::refusal::Refusal;
use meetme_core::slot;
use meetme_core::take_out::{MAX_TAKEN_OUT, TakenOut, take_out};
use meetme_core::time::{Instant, Minutes, Span};
use meetme_core::window::{MAX_EXDATES, MAX_WINDOWS, Window};
use proptest::prelude::*;

use crate::kit::{at, day, event, hour, span, wall, window, window_id, zone};

fn taken(event: &Event, windows: &[Window], out: Span) -> Result<TakenOut, Refusal> {
    let mut next = 100u8;
    let mut new_id = || {
        next = next.wrapping_add(1);
        WindowId::from_bytes([next; 16])
    };
    take_out(event, windows, out, &mut new_id, &mut Steps::default())
}

/// The windows with the answer applied as a store applies it.
fn applied(windows: &[Window], taken: &TakenOut) -> Vec<Window> {
    let gone =
        |window: &&Window| !taken.removed.contains(&window.id) && !taken.put.iter().any(|put| put.id == window.id);
    windows.iter().filter(gone).chain(&taken.put).cloned().collect()
}

fn slots(event: &Event, windows: &[Window], range: Span) -> Vec<Span> {
    slot::cut(event, windows, range, &mut Steps::default()).expect("few steps").slots
}

/// What was there, without what overlaps; and what is there after taking it out.
fn expected_and_found(event: &Event, windows: &[Window], out: Span, range: Span) -> (Vec<Span>, Vec<Span>) {
    let mut expected = slots(event, windows, range);
    expected.retain(|slot| !slot.overlaps(&out));
    let taken = taken(event, windows, out).expect("within the limits");
    (expected, slots(event, &applied(windows, &taken), range))
}

#[test]
fn a_slot_of_a_recurring_window_becomes_an_exception_and_what_is_left_of_the_day() {
    let windows = [window("2026-03-02T09:00:00", 240, "FREQ=DAILY")];

    let taken = taken(&event(), &windows, hour("2026-03-04T10:00:00Z")).expect("within the limits");

    let one_off = |n: u8, start: &str, minutes| Window { id: window_id(n), ..window(start, minutes, "") };
    let recurring = Window { exdates: vec![wall("2026-03-04T09:00:00")], ..windows[0].clone() };
    let put = vec![one_off(101, "2026-03-04T09:00:00", 60), one_off(102, "2026-03-04T11:00:00", 120), recurring];
    assert_eq!(taken, TakenOut { put, removed: Vec::new() });
}

#[test]
fn a_one_off_window_keeps_its_id_while_something_is_left() {
    let windows = [window("2026-03-02T09:00:00", 120, "")];

    let morning = taken(&event(), &windows, hour("2026-03-02T09:00:00Z")).expect("within the limits");
    let all = taken(&event(), &windows, span("2026-03-02T09:00:00Z", "2026-03-02T11:00:00Z")).expect("likewise");

    assert_eq!(morning.put, [window("2026-03-02T10:00:00", 60, "")]);
    assert_eq!(all, TakenOut { put: Vec::new(), removed: vec![window_id(1)] });
}

#[test]
fn a_whole_instance_goes_entirely() {
    let windows = [Window { whole: true, ..window("2026-03-02T09:00:00", 240, "FREQ=DAILY") }];

    let taken = taken(&event(), &windows, hour("2026-03-04T10:00:00Z")).expect("within the limits");

    assert_eq!(taken.put, [Window { exdates: vec![wall("2026-03-04T09:00:00")], ..windows[0].clone() }]);
}

#[test]
fn a_span_without_a_slot_changes_nothing() {
    let windows = [window("2026-03-02T09:00:00", 90, "FREQ=DAILY")];
    let bounded = Event { last_day: Some(day("2026-03-03")), ..event() };

    // Beside the window; the rest of it that is no slot; behind the last day.
    assert!(taken(&event(), &windows, hour("2026-03-04T11:00:00Z")).expect("within the limits").is_empty());
    assert!(taken(&event(), &windows, hour("2026-03-04T10:00:00Z")).expect("within the limits").is_empty());
    assert!(taken(&bounded, &windows, hour("2026-03-04T09:00:00Z")).expect("within the limits").is_empty());
}

#[test]
fn the_rest_of_an_instance_keeps_its_grid() {
    let event = Event { step: Minutes(25), slot_length: Minutes(20), ..event() };
    let windows = [window("2026-03-02T09:00:00", 240, "")];
    let range = span("2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z");

    let (expected, found) =
        expected_and_found(&event, &windows, span("2026-03-02T10:01:00Z", "2026-03-02T10:02:00Z"), range);

    assert_eq!(found, expected);
    let starts = found[1..3].iter().map(Span::start).collect::<Vec<_>>();
    assert_eq!(starts, [at("2026-03-02T09:25:00Z"), at("2026-03-02T10:15:00Z")]);
}

#[test]
fn no_rest_begins_in_the_second_showing_of_a_doubled_hour() {
    // Clocks in Berlin show 02:00 to 03:00 twice: 00:00Z to 01:00Z and 01:00Z to 02:00Z.
    let event = Event { zone: zone("Europe/Berlin"), slot_length: Minutes(30), step: Minutes(30), ..event() };
    let windows = [window("2026-10-25T01:00:00", 300, "")];
    let out = span("2026-10-25T00:30:00Z", "2026-10-25T01:00:00Z");

    let taken = taken(&event, &windows, out).expect("within the limits");

    let starts: Vec<_> = taken.put.iter().map(|window| (window.start, window.duration.0)).collect();
    assert_eq!(starts, [(wall("2026-10-25T01:00:00"), 90), (wall("2026-10-25T03:00:00"), 120)]);
}

#[test]
fn two_readings_of_one_instant_around_a_gap_both_go() {
    // 02:30 is skipped and read as 03:30.
    let event = Event { zone: zone("Europe/Berlin"), slot_length: Minutes(30), step: Minutes(30), ..event() };
    let windows = [window("2026-03-28T02:30:00", 30, "FREQ=DAILY;BYHOUR=2,3")];
    let out = span("2026-03-29T01:30:00Z", "2026-03-29T02:00:00Z");

    let taken = taken(&event, &windows, out).expect("within the limits");

    assert_eq!(taken.put[0].exdates, [wall("2026-03-29T02:30:00"), wall("2026-03-29T03:30:00")]);
}

#[test]
fn too_many_instances_windows_and_exceptions_are_refused() {
    let daily = window("2026-03-02T09:00:00", 180, "FREQ=DAILY");
    let refused = |windows: &[Window], out: Span| match taken(&event(), windows, out) {
        Err(Refusal::TooMany { limit, .. }) => limit,
        other => panic!("not refused: {other:?}"),
    };

    assert_eq!(
        refused(std::slice::from_ref(&daily), span("2026-03-02T00:00:00Z", "2029-03-02T00:00:00Z")),
        MAX_TAKEN_OUT
    );
    assert_eq!(refused(&vec![daily.clone(); MAX_WINDOWS], hour("2026-03-04T10:00:00Z")), MAX_WINDOWS);
    let exdates = (0..1000).map(|n| wall("2030-01-01T09:00:00") + TimeDelta::days(n)).collect();
    assert_eq!(refused(&[Window { exdates, ..daily }], hour("2026-03-04T10:00:00Z")), MAX_EXDATES);
}

#[test]
fn the_ends_of_time_are_no_slot() {
    let windows = [window("2026-03-02T09:00:00", 180, "FREQ=DAILY")];
    let out = Span::new(Instant::MIN_UTC, at("2026-01-01T00:00:00Z")).expect("a span");

    assert!(taken(&event(), &windows, out).expect("within the limits").is_empty());
    assert_eq!(slot::at(&event(), &windows, Instant::MAX_UTC, &mut Steps::default()), Ok(None));
    assert_eq!(slot::at(&event(), &windows, Instant::MIN_UTC, &mut Steps::default()), Ok(None));
}

fn any_windows() -> impl Strategy<Value = Vec<Window>> {
    let rule = prop_oneof![
        Just(""),
        Just("FREQ=DAILY"),
        Just("FREQ=DAILY;INTERVAL=2"),
        Just("FREQ=WEEKLY;BYDAY=MO,TH,SU"),
        Just("FREQ=DAILY;BYHOUR=1,2,3;COUNT=9"),
    ];
    let one = (0i64..4 * 24 * 4, 1u32..40, rule, proptest::bool::weighted(0.2));
    proptest::collection::vec(one, 1..4).prop_map(|all| {
        let windows = all.into_iter().enumerate().map(|(i, (quarter, length, rule, whole))| Window {
            id: window_id(u8::try_from(i).expect("few windows")),
            whole,
            start: wall("2026-03-27T00:00:00") + TimeDelta::minutes(quarter * 15),
            duration: Minutes(length * 15),
            ..window("2026-03-27T00:00:00", 15, rule)
        });
        windows.collect()
    })
}

fn any_event(zones: &'static [&'static str]) -> impl Strategy<Value = Event> {
    let minutes = || prop_oneof![Just(15), Just(25), Just(30), Just(45), Just(60), 1u32..90];
    (proptest::sample::select(zones), minutes(), minutes(), 0u64..4).prop_map(|(name, length, step, days)| Event {
        zone: zone(name),
        slot_length: Minutes(length.max(10)),
        step: Minutes(step.max(10)),
        first_day: day("2026-03-27"),
        last_day: (days > 0).then(|| day("2026-03-29") + chrono::Days::new(days)),
        ..event()
    })
}

fn any_span(start: &'static str) -> impl Strategy<Value = Span> {
    (0i64..8 * 24 * 60, 1u32..3000).prop_map(move |(ahead, length)| {
        let coarse = if length % 2 == 0 { ahead / 15 * 15 } else { ahead };
        Span::lasting(at(start) + TimeDelta::minutes(coarse), Minutes(length))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_slot_but_those_that_overlap_stays(
        event in any_event(&["UTC", "Europe/Berlin", "America/New_York", "Africa/Casablanca"]),
        windows in any_windows(),
        out in any_span("2026-03-27T00:00:00Z"),
    ) {
        // Clocks go forward in Berlin on the 29th.
        let range = span("2026-03-26T00:00:00Z", "2026-04-10T00:00:00Z");

        let (expected, found) = expected_and_found(&event, &windows, out, range);

        prop_assert_eq!(found, expected);
    }

    #[test]
    fn where_clocks_go_back_only_starts_in_the_second_showing_may_be_lost(
        event in any_event(&["Europe/Berlin", "Australia/Lord_Howe"]),
        windows in any_windows(),
        out in any_span("2026-10-24T00:00:00Z"),
    ) {
        let back = wall("2026-10-24T00:00:00") - wall("2026-03-27T00:00:00");
        let windows: Vec<_> =
            windows.into_iter().map(|window| Window { start: window.start + back, ..window }).collect();
        let event = Event { last_day: None, ..event };
        let range = span("2026-10-23T00:00:00Z", "2026-11-07T00:00:00Z");

        let (expected, found) = expected_and_found(&event, &windows, out, range);

        let kept = |slot: &Span| found.contains(slot);
        prop_assert!(found.iter().all(|slot| expected.contains(slot)), "{:?} {:?}", found, expected);
        for lost in expected.iter().filter(|slot| !kept(slot)) {
            let again = event.zone.recurring_instant_of(event.zone.wall_at(lost.start())) != lost.start();
            prop_assert!(again, "{} is lost", lost);
        }
    }
}

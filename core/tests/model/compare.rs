//! The rules beside the model.

use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, Weekday};
use chrono_tz::Tz;
use meetme_core::availability::{AsGuest, Calendar, Holder, HostLimits, Judge, SlotInUse, Verdict};
use meetme_core::booking::{self, Desk};
use meetme_core::change::Change;
use meetme_core::event::Event;
use meetme_core::recurrence::{Rule, Steps};
use meetme_core::refusal::Refusal;
use meetme_core::slot;
use meetme_core::time::{Minutes, Span};
use meetme_core::window::Window as CoreWindow;
use proptest::prelude::*;
use proptest::sample::Index;

use super::{Answer, Busy, Clock, Minute, Offer, Repeats, Stretch, Used, Window, time_of, wall};
use crate::kit::{GUEST, HOST, booking_id, desk, event, event_id, hold, hold_id, user, window_id, wish};

/// Weeks around changes of clocks, and some without.
static SCENES: LazyLock<Vec<Clock>> = LazyLock::new(|| {
    let scenes = [
        (Tz::UTC, (2026, 3, 1)),
        (Tz::Europe__Berlin, (2026, 3, 22)),
        (Tz::Europe__Berlin, (2026, 10, 18)),
        (Tz::America__New_York, (2026, 3, 1)),
        (Tz::America__New_York, (2026, 10, 25)),
        (Tz::Australia__Lord_Howe, (2026, 3, 29)),
        (Tz::Australia__Lord_Howe, (2026, 9, 27)),
        (Tz::Africa__Casablanca, (2026, 2, 8)),
        (Tz::Africa__Casablanca, (2026, 3, 15)),
        (Tz::Asia__Kathmandu, (1985, 12, 25)),
        (Tz::America__Santiago, (2026, 8, 30)),
        (Tz::Pacific__Apia, (2011, 12, 23)),
    ];
    let clock = |(zone, (y, m, d)): (Tz, (i32, u32, u32))| {
        let first = NaiveDate::from_ymd_opt(y, m, d).expect("a day").and_hms_opt(0, 0, 0).expect("midnight");
        Clock::new(zone, first.and_utc().timestamp() / 60, 18)
    };
    scenes.into_iter().map(clock).collect()
});

/// A case, with places in the weeks still as numbers.
#[derive(Debug, Clone)]
struct Case {
    scene: usize,
    offer: Offer,
    busy: Busy,
    /// Slots of the event in use, by their place among its slots.
    own: Vec<(Index, u32, u32)>,
    now: Minute,
}

impl Case {
    fn clock(&self) -> &'static Clock {
        &SCENES[self.scene]
    }
}

const DAY: i64 = 1440;

fn any_case() -> impl Strategy<Value = Case> {
    (0..SCENES.len()).prop_flat_map(|scene| {
        let clock = &SCENES[scene];
        let first_day = clock.shown[0].date() + chrono::Days::new(2);
        let own = proptest::collection::vec((any::<Index>(), 0u32..3, 0u32..2), 0..4);
        let now = (-2 * DAY..12 * DAY).prop_map(|m| clock.first + m);
        (any_offer(first_day), any_busy(clock.first), own, now).prop_map(move |(offer, busy, own, now)| Case {
            scene,
            offer,
            busy,
            own,
            now,
        })
    })
}

fn any_offer(first_day: NaiveDate) -> impl Strategy<Value = Offer> {
    let minutes = || prop_oneof![Just(15i64), Just(30), Just(45), Just(60), 10i64..120];
    let buffer = || prop_oneof![3 => Just(0i64), 2 => 1i64..60];
    let limit = || prop_oneof![3 => Just(None), 1 => (1usize..4).prop_map(Some)];
    let days = (proptest::option::weighted(0.3, 5u64..10), proptest::option::weighted(0.3, 0u64..8));
    let host_zone = proptest::sample::select(vec![Tz::UTC, Tz::Europe__Berlin, Tz::Asia__Tokyo]);
    let numbers = (minutes(), minutes(), buffer(), buffer(), prop_oneof![Just(0i64), 0i64..3 * DAY], 1u32..4);
    let limits = (limit(), limit(), limit(), limit(), host_zone);
    let windows = proptest::collection::vec(any_window(first_day), 1..4);
    (days, numbers, limits, windows).prop_map(move |(days, numbers, limits, windows)| {
        let (length, step, before, after, notice, seats) = numbers;
        let (per_day, per_week, host_per_day, host_per_week, host_zone) = limits;
        Offer {
            first_day,
            last_day: days.0.map(|ahead| first_day + chrono::Days::new(ahead)),
            length,
            step,
            before,
            after,
            notice,
            horizon: days.1,
            per_day,
            per_week,
            seats,
            windows,
            host_zone,
            host_per_day,
            host_per_week,
        }
    })
}

fn any_window(first_day: NaiveDate) -> impl Strategy<Value = Window> {
    let all = [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];
    let weekly = (proptest::sample::subsequence(all.to_vec(), 1..5), proptest::option::of(3u64..10)).prop_map(
        move |(on, ahead)| Repeats::Weekly { on, until: ahead.map(|ahead| first_day + chrono::Days::new(ahead)) },
    );
    let daily = (1u64..4, proptest::option::of(1usize..8));
    let repeats =
        prop_oneof![Just(Repeats::Never), daily.prop_map(|(every, count)| Repeats::Daily { every, count }), weekly];
    // Changes of clocks happen in the night, so begin there more often than not.
    let time = prop_oneof![3 => (0i64..20).prop_map(|q| q * 15), 1 => 0i64..DAY, 1 => 20 * 60..DAY];
    let without = proptest::collection::vec(0u64..10, 0..3);
    (0u64..6, time, 10i64..500, repeats, without, proptest::bool::weighted(0.15)).prop_map(
        move |(days, time, minutes, repeats, without, whole)| {
            let recurs = !matches!(repeats, Repeats::Never);
            let mut without: Vec<_> =
                without.into_iter().filter(|_| recurs).map(|day| wall(first_day, day, time)).collect();
            without.sort_unstable();
            without.dedup();
            Window { start: wall(first_day, days, time), minutes, repeats, without, whole }
        },
    )
}

fn any_busy(first: Minute) -> impl Strategy<Value = Busy> {
    let stretch =
        move || (2 * DAY..12 * DAY, 1i64..240).prop_map(move |(start, length)| (first + start, first + start + length));
    let other = (stretch(), 0i64..60, 0i64..60, any::<bool>()).prop_map(|(span, before, after, held)| Used {
        own: false,
        span,
        before,
        after,
        booked: u32::from(!held),
        held: u32::from(held),
    });
    let few = |most| proptest::collection::vec(stretch(), 0..most);
    (proptest::collection::vec(other, 0..6), few(4), few(6), few(2))
        .prop_map(|(used, as_guest, entries, unreadable)| Busy { used, as_guest, entries, unreadable })
}

fn span_of(stretch: Stretch) -> Span {
    Span::new(time_of(stretch.0), time_of(stretch.1)).expect("a stretch has minutes")
}

fn minutes_of(minutes: i64) -> Minutes {
    Minutes(u32::try_from(minutes).expect("small"))
}

fn rule_of(repeats: &Repeats) -> Option<Rule> {
    let text = match repeats {
        Repeats::Never => return None,
        Repeats::Daily { every, count } => {
            format!("FREQ=DAILY;INTERVAL={every}{}", count.map_or(String::new(), |count| format!(";COUNT={count}")))
        }
        Repeats::Weekly { on, until } => {
            let days: Vec<_> = on.iter().map(|day| day.to_string()[..2].to_uppercase()).collect();
            let until = until.map_or(String::new(), |day| format!(";UNTIL={}T235959", day.format("%Y%m%d")));
            format!("FREQ=WEEKLY;BYDAY={}{until}", days.join(","))
        }
    };
    Some(text.parse().expect("a rule"))
}

fn core_event(case: &Case) -> Event {
    let offer = &case.offer;
    let limit = |most: Option<usize>| most.map(|most| u32::try_from(most).expect("small"));
    Event {
        zone: case.clock().zone.name().parse().expect("a zone"),
        first_day: offer.first_day,
        last_day: offer.last_day,
        slot_length: minutes_of(offer.length),
        step: minutes_of(offer.step),
        buffer_before: minutes_of(offer.before),
        buffer_after: minutes_of(offer.after),
        notice: minutes_of(offer.notice),
        horizon_days: offer.horizon.map(|days| u32::try_from(days).expect("small")),
        max_per_day: limit(offer.per_day),
        max_per_week: limit(offer.per_week),
        seats: offer.seats,
        ..event()
    }
}

fn core_limits(offer: &Offer) -> HostLimits {
    let limit = |most: Option<usize>| most.map(|most| u32::try_from(most).expect("small"));
    HostLimits {
        zone: offer.host_zone.name().parse().expect("a zone"),
        max_per_day: limit(offer.host_per_day),
        max_per_week: limit(offer.host_per_week),
    }
}

fn core_windows(offer: &Offer) -> Vec<CoreWindow> {
    let window = |(i, window): (usize, &Window)| CoreWindow {
        id: window_id(u8::try_from(i).expect("few")),
        start: window.start,
        duration: minutes_of(window.minutes),
        rule: rule_of(&window.repeats),
        exdates: window.without.clone(),
        whole: window.whole,
    };
    offer.windows.iter().enumerate().map(window).collect()
}

fn core_calendar(busy: &Busy) -> Calendar {
    let in_use = busy.used.iter().map(|used| SlotInUse {
        event: event_id(if used.own { 1 } else { 2 }),
        span: span_of(used.span),
        buffer_before: minutes_of(used.before),
        buffer_after: minutes_of(used.after),
        booked: used.booked,
        held: used.held,
    });
    let as_guest = busy.as_guest.iter().map(|span| AsGuest {
        event: event_id(9),
        span: span_of(*span),
        holder: Holder::Booking(booking_id(9)),
    });
    Calendar {
        in_use: in_use.collect(),
        as_guest: as_guest.collect(),
        entries: busy.entries.iter().copied().map(span_of).collect(),
        unreadable: busy.unreadable.iter().copied().map(span_of).collect(),
    }
}

/// The case with its own slots in use put into the host's time, and all slots.
fn laid_out(case: &Case) -> (Busy, Vec<Stretch>) {
    let slots = case.offer.slots(case.clock());
    let mut busy = case.busy.clone();
    for (place, booked, held) in case.own.iter().filter(|_| !slots.is_empty()) {
        let span = *place.get(&slots);
        if booked + held > 0 && !busy.used.iter().any(|used| used.own && used.span == span) {
            let (before, after) = (case.offer.before, case.offer.after);
            busy.used.push(Used { own: true, span, before, after, booked: *booked, held: *held });
        }
    }
    (busy, slots)
}

fn kind_of(refusal: &Refusal) -> Option<Answer> {
    match refusal {
        Refusal::TooLate { .. } => Some(Answer::TooLate),
        Refusal::TooEarly { .. } => Some(Answer::TooEarly),
        Refusal::SlotTaken { .. } => Some(Answer::Taken),
        _ => None,
    }
}

fn busy_weekday(case: &Case) -> Weekday {
    time_of(case.now).weekday()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_slots_of_an_event_are_those_of_the_model(case in any_case()) {
        let (event, windows, clock) = (core_event(&case), core_windows(&case.offer), case.clock());
        let expected: Vec<_> = case.offer.slots(clock).into_iter().map(span_of).collect();

        let weeks = span_of((clock.first, clock.end()));
        let mut found = slot::cut(&event, &windows, weeks, &mut Steps::default()).expect("few steps").slots;
        found.retain(|slot| slot.end() <= weeks.end());

        prop_assert_eq!(&found, &expected);
        for slot in expected {
            let at = slot::at(&event, &windows, slot.start(), &mut Steps::default());
            prop_assert_eq!(at, Ok(Some(slot)));
        }
    }

    #[test]
    fn a_slot_is_open_with_as_many_seats_as_the_model_says(case in any_case()) {
        let (busy, slots) = laid_out(&case);
        let (event, limits, calendar) = (core_event(&case), core_limits(&case.offer), core_calendar(&busy));
        let judge = Judge::new(&event, &limits, &calendar, time_of(case.now));

        for slot in slots {
            let expected = case.offer.answer(case.clock(), &busy, slot, case.now);

            let verdict = judge.verdict(span_of(slot));
            let found = match verdict {
                Verdict::Open { seats_left } => Some(seats_left),
                Verdict::Shut(_) => None,
            };
            let seats = if let Answer::Open { seats_left } = expected { Some(seats_left) } else { None };
            prop_assert_eq!(found, seats, "{:?} {:?} on a {}", slot, verdict, busy_weekday(&case));
            prop_assert_eq!(judge.obstacles(span_of(slot)).is_empty(), seats.is_some());
        }
    }

    #[test]
    fn a_verdict_needs_no_more_of_the_hosts_time_than_its_reach(case in any_case()) {
        let (busy, slots) = laid_out(&case);
        let (event, limits) = (core_event(&case), core_limits(&case.offer));
        let all = core_calendar(&busy);
        let widest = all.in_use.iter().map(|used| used.buffer_before.max(used.buffer_after)).max().unwrap_or_default();

        for slot in slots.into_iter().map(span_of).step_by(7) {
            let reach = Calendar::reach(&event, &limits, widest, slot);
            let mut near = all.clone();
            near.in_use.retain(|used| used.span.overlaps(&reach));
            near.as_guest.retain(|guest| guest.span.overlaps(&reach));
            near.entries.retain(|span| span.overlaps(&reach));
            near.unreadable.retain(|span| span.overlaps(&reach));

            let now = time_of(case.now);
            let verdict = Judge::new(&event, &limits, &near, now).verdict(slot);
            prop_assert_eq!(verdict, Judge::new(&event, &limits, &all, now).verdict(slot));
        }
    }

    #[test]
    fn a_booking_is_made_exactly_when_the_model_says_open(
        case in any_case(),
        place in any::<Index>(),
        guests in proptest::collection::vec((-90i64..90, 1i64..90, any::<bool>()), 0..2),
        holds in proptest::bool::weighted(0.3),
        sits in proptest::bool::weighted(0.1),
        hosts in proptest::bool::weighted(0.05),
        anyway in proptest::bool::weighted(0.3),
    ) {
        let (mut busy, slots) = laid_out(&case);
        prop_assume!(!slots.is_empty());
        let slot = *place.get(&slots);
        // The guest's own hold takes a seat, which the model gives back before it answers.
        let without_hold = busy.clone();
        if holds {
            let (before, after) = (case.offer.before, case.offer.after);
            match busy.used.iter_mut().find(|used| used.own && used.span == slot) {
                Some(used) => used.held += 1,
                None => busy.used.push(Used { own: true, span: slot, before, after, booked: 0, held: 1 }),
            }
        }
        let elsewhere: Vec<Stretch> =
            guests.iter().map(|(start, length, _)| (slot.0 + start, slot.0 + start + length)).collect();
        let mut desk = Desk { limits: core_limits(&case.offer), host: core_calendar(&busy), ..desk(core_event(&case)) };
        for (span, (_, _, as_host)) in elsewhere.iter().zip(&guests) {
            if *as_host {
                desk.guest_as_host.push(span_of(*span));
            } else {
                let holder = Holder::Booking(booking_id(8));
                desk.guest.push(AsGuest { event: event_id(8), span: span_of(*span), holder });
            }
        }
        if holds {
            desk.holds.push(hold(7, GUEST, span_of(slot)));
            desk.guest.push(AsGuest { event: event_id(1), span: span_of(slot), holder: Holder::Hold(hold_id(7)) });
        }
        if sits {
            desk.guest.push(AsGuest { event: event_id(1), span: span_of(slot), holder: Holder::Booking(booking_id(3)) });
        }
        let wish = booking::Wish {
            allow_overlap: anyway,
            guest: user(if hosts { HOST } else { GUEST }),
            ..wish(span_of(slot))
        };

        let found = booking::book(&desk, &wish, time_of(case.now));

        let answer = case.offer.answer(case.clock(), &without_hold, slot, case.now);
        let busy_guest = elsewhere.iter().any(|span| super::minutes_overlap(*span, slot));
        if hosts {
            prop_assert_eq!(found, Err(Refusal::OwnEvent));
        } else if sits {
            prop_assert_eq!(found, Err(Refusal::AlreadyBooked { booking: booking_id(3) }));
        } else if !matches!(answer, Answer::Open { .. }) {
            let refusal = found.expect_err("the model says no");
            prop_assert_eq!(kind_of(&refusal), Some(answer));
        } else if busy_guest && !anyway {
            let guest_busy = matches!(found, Err(Refusal::GuestBusy { .. }));
            prop_assert!(guest_busy);
        } else {
            let changes = found.expect("the model says open");
            prop_assert_eq!(changes.len(), 1 + usize::from(holds));
            let booked = |change: &Change| matches!(change, Change::Booked { booking } if booking.span == span_of(slot));
            prop_assert!(changes.last().is_some_and(booked));
        }
    }
}

//! A small world in memory: random acts of hosts and guests, and what must hold after each.

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, TimeDelta};
use meetme_core::availability::{AsGuest, Calendar, Holder, HostLimits, Judge, SlotInUse, Verdict};
use meetme_core::booking::{self, Booking, Desk, Hold, Status};
use meetme_core::change::{Cancelled, Change, Release};
use meetme_core::event::Event;
use meetme_core::id::{BookingId, HoldId, UserId};
use meetme_core::recurrence::Steps;
use meetme_core::refusal::Refusal;
use meetme_core::slot;
use meetme_core::time::{Instant, Minutes, Span, Zone};
use meetme_core::window::Window;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::kit::{at, booking_id, event, event_id, hold_id, no_limits, span, user, window, wish};

const PENDING: Minutes = Minutes(600);

/// Two hosts, who are each other's guests too, and two guests. Event 1 and 2 are the first host's, 3 the second's.
#[derive(Debug, Clone)]
struct World {
    now: Instant,
    events: Vec<Event>,
    windows: Vec<Window>,
    limits: BTreeMap<UserId, HostLimits>,
    bookings: BTreeMap<BookingId, Booking>,
    holds: BTreeMap<HoldId, Hold>,
    made: u8,
}

#[derive(Debug, Clone)]
enum Act {
    Book { who: u8, event: Index, slot: Index, anyway: bool },
    Hold { who: u8, event: Index, slot: Index },
    GiveUp { hold: Index },
    Cancel { booking: Index, by_host: bool },
    Confirm { booking: Index },
    Decline { booking: Index },
    Move { booking: Index, slot: Index, by_host: bool },
    Wait { minutes: i64 },
    Lapse,
}

fn any_act() -> impl Strategy<Value = Act> {
    let i = any::<Index>;
    prop_oneof![
        6 => (1u8..5, i(), i(), any::<bool>()).prop_map(|(who, event, slot, anyway)| Act::Book { who, event, slot, anyway }),
        3 => (1u8..5, i(), i()).prop_map(|(who, event, slot)| Act::Hold { who, event, slot }),
        1 => i().prop_map(|hold| Act::GiveUp { hold }),
        2 => (i(), any::<bool>()).prop_map(|(booking, by_host)| Act::Cancel { booking, by_host }),
        2 => i().prop_map(|booking| Act::Confirm { booking }),
        1 => i().prop_map(|booking| Act::Decline { booking }),
        3 => (i(), i(), any::<bool>()).prop_map(|(booking, slot, by_host)| Act::Move { booking, slot, by_host }),
        2 => (1i64..200).prop_map(|minutes| Act::Wait { minutes }),
        1 => Just(Act::Lapse),
    ]
}

fn any_world() -> impl Strategy<Value = World> {
    let number = |most: u32| 0u32..most;
    let limit = || proptest::option::weighted(0.4, 1u32..4);
    let one = (number(20), number(20), 1u32..3, limit(), limit(), any::<bool>(), prop_oneof![Just(30u32), Just(20)]);
    (proptest::collection::vec(one, 3), limit(), limit()).prop_map(|(events, per_day, per_week)| {
        let events = events.into_iter().zip([(1, 1), (2, 1), (3, 2)]).map(|(numbers, (id, host))| {
            let (before, after, seats, max_per_day, max_per_week, needs_confirmation, step) = numbers;
            Event {
                id: event_id(id),
                host: user(host),
                slot_length: Minutes(30),
                step: Minutes(step),
                buffer_before: Minutes(before),
                buffer_after: Minutes(after),
                seats,
                max_per_day,
                max_per_week,
                needs_confirmation,
                ..event()
            }
        });
        let limited =
            HostLimits { zone: Zone::UTC, max_per_day: per_day.map(|n| n + 1), max_per_week: per_week.map(|n| n + 2) };
        World {
            now: at("2026-03-01T20:00:00Z"),
            events: events.collect(),
            windows: vec![window("2026-03-01T09:00:00", 120, "FREQ=DAILY;COUNT=10")],
            limits: [(user(1), limited), (user(2), no_limits())].into(),
            bookings: BTreeMap::new(),
            holds: BTreeMap::new(),
            made: 0,
        }
    })
}

impl World {
    fn event(&self, n: usize) -> &Event {
        &self.events[n]
    }

    fn slots(&self, event: &Event) -> Vec<Span> {
        let range = span("2026-03-01T00:00:00Z", "2026-03-12T00:00:00Z");
        slot::cut(event, &self.windows, range, &mut Steps::default()).expect("few steps").slots
    }

    fn alive(&self) -> impl Iterator<Item = &Booking> {
        self.bookings.values().filter(|booking| booking.status != Status::Cancelled)
    }

    fn held(&self) -> impl Iterator<Item = &Hold> {
        self.holds.values().filter(|hold| hold.expires_at > self.now)
    }

    fn calendar(&self, host: UserId) -> Calendar {
        let mut seats: BTreeMap<_, (u32, u32)> = BTreeMap::new();
        for booking in self.alive().filter(|booking| booking.host == host) {
            seats.entry((booking.event, booking.span)).or_default().0 += 1;
        }
        for hold in self.held().filter(|hold| hold.host == host) {
            seats.entry((hold.event, hold.span)).or_default().1 += 1;
        }
        let in_use = seats.into_iter().map(|((id, span), (booked, held))| {
            let event = self.events.iter().find(|event| event.id == id).expect("it exists");
            let (buffer_before, buffer_after) = (event.buffer_before, event.buffer_after);
            SlotInUse { event: id, span, buffer_before, buffer_after, booked, held }
        });
        Calendar { in_use: in_use.collect(), as_guest: self.as_guest(host), ..Calendar::default() }
    }

    fn as_guest(&self, person: UserId) -> Vec<AsGuest> {
        let bookings = self.alive().filter(|booking| booking.guest == person);
        let bookings = bookings.map(|b| AsGuest { event: b.event, span: b.span, holder: Holder::Booking(b.id) });
        let holds = self.held().filter(|hold| hold.guest == person);
        let holds = holds.map(|h| AsGuest { event: h.event, span: h.span, holder: Holder::Hold(h.id) });
        bookings.chain(holds).collect()
    }

    /// What a store loads for one slot and one guest.
    fn desk(&self, event: &Event, guest: UserId, slot: Span) -> Desk {
        let mut as_guest = self.as_guest(guest);
        as_guest.retain(|other| other.span.overlaps(&slot));
        let as_host = self.calendar(guest).in_use.into_iter().map(|used| used.span);
        let expired = self.holds.values().filter(|hold| hold.expires_at <= self.now && hold.span.overlaps(&slot));
        Desk {
            event: event.clone(),
            limits: self.limits[&event.host],
            host: self.calendar(event.host),
            guest: as_guest,
            guest_as_host: as_host.filter(|span| span.overlaps(&slot)).collect(),
            holds: self.held().filter(|hold| hold.guest == guest).cloned().collect(),
            expired: expired.cloned().collect(),
            same_uid: None,
        }
    }

    fn apply(&mut self, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Held { hold } => assert!(self.holds.insert(hold.id, hold.clone()).is_none()),
                Change::Released { hold, why } => {
                    assert_eq!(hold.expires_at <= self.now, *why == Release::Expired);
                    assert!(self.holds.remove(&hold.id).is_some(), "a hold is released once");
                }
                Change::Booked { booking } => {
                    assert!(self.bookings.insert(booking.id, booking.clone()).is_none());
                }
                Change::Confirmed { booking }
                | Change::Declined { booking }
                | Change::Cancelled { booking, .. }
                | Change::Rescheduled { booking, .. } => {
                    let old = self.bookings.insert(booking.id, booking.clone()).expect("it exists");
                    assert_eq!(
                        (&old.uid, old.guest, old.host, old.event),
                        (&booking.uid, booking.guest, booking.host, booking.event)
                    );
                    let raised = u32::from(!matches!(change, Change::Confirmed { .. }));
                    assert_eq!(booking.sequence, old.sequence + raised);
                }
                other => panic!("not an act of this world: {other:?}"),
            }
        }
    }

    fn pick<'a, T>(place: &Index, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { Some(place.get(from)) }
    }

    fn booking(&self, place: &Index) -> Option<Booking> {
        let all: Vec<_> = self.bookings.values().collect();
        Self::pick(place, &all).map(|booking| (*booking).clone())
    }

    /// Decides about one act, with what a store would load for it.
    fn decide(&self, act: &Act) -> Result<Vec<Change>, Refusal> {
        let n = self.made + 1;
        match act {
            Act::Book { who, event, slot, anyway } => {
                let event = self.event(event.index(self.events.len()));
                let slot = *slot.get(&self.slots(event));
                let wish = booking::Wish {
                    id: booking_id(n),
                    uid: format!("{n}@meetme.example"),
                    guest: user(*who),
                    allow_overlap: *anyway,
                    pending_length: PENDING,
                    ..wish(slot)
                };
                booking::book(&self.desk(event, user(*who), slot), &wish, self.now)
            }
            Act::Hold { who, event, slot } => {
                let event = self.event(event.index(self.events.len()));
                let slot = *slot.get(&self.slots(event));
                let desk = self.desk(event, user(*who), slot);
                booking::hold(&desk, hold_id(n), user(*who), slot, Minutes(90), self.now)
            }
            Act::GiveUp { hold } => {
                let held: Vec<_> = self.held().cloned().collect();
                let hold = Self::pick(hold, &held).cloned();
                Ok(hold.map(|hold| Change::Released { hold, why: Release::GivenUp }).into_iter().collect())
            }
            Act::Cancel { booking, by_host } => {
                let why = if *by_host { Cancelled::ByHost } else { Cancelled::ByGuest };
                self.booking(booking).map_or(Ok(Vec::new()), |booking| booking::cancel(&booking, why, self.now))
            }
            Act::Confirm { booking } => {
                self.booking(booking).map_or(Ok(Vec::new()), |booking| booking::confirm(&booking, self.now))
            }
            Act::Decline { booking } => {
                self.booking(booking).map_or(Ok(Vec::new()), |booking| booking::decline(&booking, self.now))
            }
            Act::Move { booking, slot, by_host } => {
                let Some(booking) = self.booking(booking) else { return Ok(Vec::new()) };
                let event = self.events.iter().find(|event| event.id == booking.event).expect("it exists");
                let slot = *slot.get(&self.slots(event));
                let by = if *by_host { booking.host } else { booking.guest };
                let desk = self.desk(event, booking.guest, slot);
                booking::reschedule(&desk, &booking, by, slot, PENDING, self.now)
            }
            Act::Wait { .. } => Ok(Vec::new()),
            Act::Lapse => Ok(self.bookings.values().flat_map(|booking| booking::lapse(booking, self.now)).collect()),
        }
    }

    /// Open slots of all events, as anyone sees them.
    fn open(&self) -> HashSet<(usize, Span)> {
        let mut open = HashSet::new();
        for (n, event) in self.events.iter().enumerate() {
            let calendar = self.calendar(event.host);
            let judge = Judge::new(event, &self.limits[&event.host], &calendar, self.now);
            let slots = self.slots(event).into_iter();
            open.extend(
                slots.filter(|slot| matches!(judge.verdict(*slot), Verdict::Open { .. })).map(|slot| (n, slot)),
            );
        }
        open
    }

    fn check(&self) {
        for person in (1..5).map(user) {
            self.check_no_overlap(person);
        }
        for event in &self.events {
            self.check_event(event);
        }
        for (host, limits) in &self.limits {
            let used = self.calendar(*host).in_use;
            check_limits(&used, limits.max_per_day, limits.max_per_week);
        }
        for booking in self.alive() {
            assert_eq!(booking.lapses_at.is_some(), booking.status == Status::Pending);
            assert!(booking.lapses_at.is_none_or(|at| at <= booking.span.start()));
        }
    }

    fn check_no_overlap(&self, person: UserId) {
        let anyway: HashSet<_> = self.alive().filter(|b| b.allow_overlap).map(|b| Holder::Booking(b.id)).collect();
        let as_host = self.calendar(person).in_use.into_iter().map(|used| used.span);
        let as_guest = self.as_guest(person).into_iter().filter(|guest| !anyway.contains(&guest.holder));
        let mut spans: Vec<_> = as_host.chain(as_guest.map(|guest| guest.span)).collect();
        spans.sort_unstable();
        assert!(spans.windows(2).all(|two| !two[0].overlaps(&two[1])), "{person} is in two spans at once: {spans:?}");
        let mut seats = HashSet::new();
        for booking in self.alive().filter(|booking| booking.guest == person) {
            assert!(seats.insert((booking.event, booking.span)), "{person} sits twice in {}", booking.span);
        }
    }

    fn check_event(&self, event: &Event) {
        let used: Vec<_> = self.calendar(event.host).in_use.into_iter().filter(|used| used.event == event.id).collect();
        assert!(used.iter().all(|used| used.booked + used.held <= event.seats), "more seats than there are");
        check_limits(&used, event.max_per_day, event.max_per_week);
        for one in &used {
            let around = one.span.widened(event.buffer_before, event.buffer_after);
            let others = self.calendar(event.host).in_use;
            let met = others.iter().find(|other| other.span != one.span && other.span.overlaps(&around));
            assert!(met.is_none(), "a buffer of {} is used by {met:?}", one.span);
        }
    }
}

fn check_limits(used: &[SlotInUse], per_day: Option<u32>, per_week: Option<u32>) {
    let most = |key: &dyn Fn(&SlotInUse) -> (i32, u32)| {
        let mut counts: BTreeMap<_, u32> = BTreeMap::new();
        for slot in used {
            *counts.entry(key(slot)).or_default() += 1;
        }
        counts.into_values().max().unwrap_or(0)
    };
    let day = |slot: &SlotInUse| (slot.span.start().year(), slot.span.start().ordinal());
    let week = |slot: &SlotInUse| (slot.span.start().iso_week().year(), slot.span.start().iso_week().week());
    assert!(per_day.is_none_or(|limit| most(&day) <= limit), "more on a day than the limit");
    assert!(per_week.is_none_or(|limit| most(&week) <= limit), "more in a week than the limit");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_people_do_nobody_meets_two_at_once_and_limits_hold(
        mut world in any_world(),
        acts in proptest::collection::vec(any_act(), 1..40),
    ) {
        for act in acts {
            if let Act::Wait { minutes } = act {
                world.now += TimeDelta::minutes(minutes);
            }
            if let Ok(changes) = world.decide(&act) {
                world.apply(&changes);
                world.made += 1;
            }
            world.check();
            if matches!(act, Act::Lapse) {
                let now = world.now;
                prop_assert!(world.alive().all(|booking| booking.lapses_at.is_none_or(|at| at > now)));
            }
        }
    }

    #[test]
    fn a_booking_shuts_its_slot_and_its_end_opens_again_exactly_what_it_shut(
        mut world in any_world(),
        acts in proptest::collection::vec(any_act(), 0..20),
        place in any::<Index>(),
        by_host in any::<bool>(),
    ) {
        for act in acts.iter().filter(|act| !matches!(act, Act::Wait { .. })) {
            if let Ok(changes) = world.decide(act) {
                world.apply(&changes);
                world.made += 1;
            }
        }
        let mut before: Vec<_> = world.open().into_iter().collect();
        before.sort_unstable();
        prop_assume!(!before.is_empty());
        let (n, slot) = *place.get(&before);
        let event = world.event(n).clone();
        let newcomer = user(9);

        let wish = booking::Wish { id: booking_id(200), guest: newcomer, pending_length: PENDING, ..wish(slot) };
        let booked = booking::book(&world.desk(&event, newcomer, slot), &wish, world.now).expect("it is open");
        world.apply(&booked);
        let seats = world.calendar(event.host).in_use.into_iter().find(|used| used.event == event.id && used.span == slot);
        let full = seats.is_some_and(|used| used.booked + used.held == event.seats);
        prop_assert_eq!(world.open().contains(&(n, slot)), !full);

        let why = if by_host { Cancelled::ByHost } else { Cancelled::ByGuest };
        let cancelled = booking::cancel(&world.bookings[&booking_id(200)], why, world.now).expect("it is ahead");
        world.apply(&cancelled);
        let mut after: Vec<_> = world.open().into_iter().collect();
        after.sort_unstable();
        prop_assert_eq!(after, before);
    }
}

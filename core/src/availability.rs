//! Whether a slot is free: a host's time, and the rules that judge a slot against it.

use std::collections::HashMap;

use chrono::{Datelike, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::entry::{BusyKind, BusySpan};
use crate::event::Event;
use crate::id::{BookingId, EventId, HoldId};
use crate::time::{Instant, Minutes, Span, Zone};

/// What a person has on in some stretch of time, as the store read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    /// Slots of their own events in which somebody sits.
    pub in_use: Vec<SlotInUse>,
    /// Where they are someone else's guest, "anyway" or not.
    pub as_guest: Vec<AsGuest>,
    /// Opaque entries of their own calendars and imported busy time.
    pub entries: Vec<Span>,
    /// Stretches in which their own calendars could not be read; closed, to be safe.
    pub unreadable: Vec<Span>,
}

/// A slot of a host with at least one seat taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlotInUse {
    /// Whose slot it is.
    pub event: EventId,
    /// The bare span.
    pub span: Span,
    /// That event's buffer before.
    pub buffer_before: Minutes,
    /// That event's buffer after.
    pub buffer_after: Minutes,
    /// Seats of bookings, pending ones too.
    pub booked: u32,
    /// Seats of holds that had not expired.
    pub held: u32,
}

/// A span that a person spends, or holds, as a guest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AsGuest {
    /// The event of someone else.
    pub event: EventId,
    /// The bare span.
    pub span: Span,
    /// What takes the time.
    pub holder: Holder,
}

/// What takes a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A booking, pending or confirmed.
    Booking(BookingId),
    /// A hold.
    Hold(HoldId),
}

/// What a person allows themself over all their events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct HostLimits {
    /// The zone in which their days and ISO weeks are counted.
    pub zone: Zone,
    /// The most slots in use on a day.
    pub max_per_day: Option<u32>,
    /// The most slots in use in a week.
    pub max_per_week: Option<u32>,
}

/// A slot's state as its host sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It can be booked.
    Open {
        /// By so many guests yet.
        seats_left: u32,
    },
    /// It cannot.
    Shut(Obstacle),
}

/// Why a slot cannot be booked: the rule that says no.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obstacle {
    /// The minimum notice has passed.
    Notice {
        /// When it did.
        closed_at: Instant,
    },
    /// The slot lies beyond the horizon.
    Horizon {
        /// Where the horizon is now.
        until: Instant,
    },
    /// Every seat is booked.
    Full,
    /// Every seat is booked or held, at least one of them held.
    Held,
    /// Another slot of the host in use overlaps it.
    Booked,
    /// Another slot of the host that is only held overlaps it.
    HeldNearby,
    /// The host is someone else's guest then.
    AsGuest,
    /// An entry of the host's own calendars.
    Entry,
    /// The host's own calendars could not be read.
    Unreadable,
    /// A buffer, this event's or a neighbour's, meets a neighbouring span.
    Buffer,
    /// The event's limit for the day is reached.
    DayLimit,
    /// The event's limit for the week is reached.
    WeekLimit,
    /// The host's own limit for the day is reached.
    HostDayLimit,
    /// The host's own limit for the week is reached.
    HostWeekLimit,
}

impl Obstacle {
    /// The stable word for it on the wire, for the host alone.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Notice { .. } => "notice",
            Self::Horizon { .. } => "horizon",
            Self::Full => "full",
            Self::Held => "held",
            Self::Booked => "booked",
            Self::HeldNearby => "held-nearby",
            Self::AsGuest => "as-guest",
            Self::Entry => "entry",
            Self::Unreadable => "unreadable",
            Self::Buffer => "buffer",
            Self::DayLimit => "day-limit",
            Self::WeekLimit => "week-limit",
            Self::HostDayLimit => "host-day-limit",
            Self::HostWeekLimit => "host-week-limit",
        }
    }
}

impl Calendar {
    /// How far around a slot the store must read for [`Judge`] to be right:
    /// the neighbours that buffers can reach, and the weeks that limits count.
    pub fn reach(event: &Event, host: &HostLimits, widest_buffer: Minutes, span: Span) -> Span {
        let buffer = event.buffer_before.max(event.buffer_after).max(widest_buffer);
        let near = span.widened(buffer, buffer);
        let weeks = |zone: Zone| {
            let (first, last) = (zone.week(zone.day_at(span.start())), zone.week(zone.day_at(span.end())));
            Span::new(first.start(), last.end()).unwrap_or(first)
        };
        let mut reach = near;
        let mut include = |other: Span| {
            let (start, end) = (reach.start().min(other.start()), reach.end().max(other.end()));
            reach = Span::new(start, end).unwrap_or(reach);
        };
        if event.max_per_day.is_some() || event.max_per_week.is_some() {
            include(weeks(event.zone));
        }
        if host.max_per_day.is_some() || host.max_per_week.is_some() {
            include(weeks(host.zone));
        }
        reach
    }

    /// Takes what entries of the person's calendars say in among what shuts slots.
    pub fn keep(&mut self, busy: Vec<BusySpan>) {
        for BusySpan { span, kind } in busy {
            if kind == BusyKind::Unreadable { self.unreadable.push(span) } else { self.entries.push(span) }
        }
    }

    /// The same calendar as if this seat of `event` in `span` were given back.
    pub fn give_back(&mut self, event: EventId, span: Span, holder: Holder) {
        let Some(i) = self.in_use.iter().position(|slot| slot.event == event && slot.span == span) else { return };
        let slot = &mut self.in_use[i];
        match holder {
            Holder::Booking(_) => slot.booked = slot.booked.saturating_sub(1),
            Holder::Hold(_) => slot.held = slot.held.saturating_sub(1),
        }
        if slot.booked + slot.held == 0 {
            self.in_use.swap_remove(i);
        }
    }
}

/// Judges slots of one event against its host's time at one instant.
///
/// Made once for many slots: a verdict costs a search, not a walk over the calendar.
pub struct Judge<'a> {
    event: &'a Event,
    now: Instant,
    horizon: Option<Instant>,
    own: HashMap<Span, (u32, u32)>,
    blocks: Vec<Block>,
    /// For each block the latest end of it and all before it.
    latest_end: Vec<Instant>,
    counts: Vec<Count>,
}

/// A stretch that shuts slots, with the room that buffers add around it.
struct Block {
    around: Span,
    bare: Span,
    own_slot: bool,
    what: Obstacle,
}

/// Slots in use per day or week, against a limit.
struct Count {
    zone: Zone,
    weekly: bool,
    most: u32,
    used: HashMap<NaiveDate, u32>,
    what: Obstacle,
}

impl<'a> Judge<'a> {
    /// In the order in which they are told.
    const RULES: [fn(&Self, Span) -> Option<Obstacle>; 5] =
        [Self::notice, Self::horizon, Self::seats, Self::neighbours, Self::limits];

    /// `calendar` must reach as far as [`Calendar::reach`] says for every slot that will be asked about.
    pub fn new(event: &'a Event, host: &HostLimits, calendar: &Calendar, now: Instant) -> Self {
        let mut blocks = Vec::with_capacity(calendar.in_use.len() + calendar.as_guest.len() + calendar.entries.len());
        let mut own = HashMap::new();
        for slot in &calendar.in_use {
            let what = if slot.booked == 0 { Obstacle::HeldNearby } else { Obstacle::Booked };
            let front = event.buffer_after.max(slot.buffer_before);
            let behind = event.buffer_before.max(slot.buffer_after);
            let own_slot = slot.event == event.id;
            if own_slot {
                own.insert(slot.span, (slot.booked, slot.held));
            }
            blocks.push(Block { around: slot.span.widened(front, behind), bare: slot.span, own_slot, what });
        }
        let others = calendar.as_guest.iter().map(|guest| (guest.span, Obstacle::AsGuest));
        let others = others.chain(calendar.entries.iter().map(|span| (*span, Obstacle::Entry)));
        let others = others.chain(calendar.unreadable.iter().map(|span| (*span, Obstacle::Unreadable)));
        blocks.extend(others.map(|(bare, what)| {
            let around = bare.widened(event.buffer_after, event.buffer_before);
            Block { around, bare, own_slot: false, what }
        }));
        blocks.sort_unstable_by_key(|block| block.around.start());
        let latest_end = blocks
            .iter()
            .scan(Instant::MIN_UTC, |latest, block| {
                *latest = (*latest).max(block.around.end());
                Some(*latest)
            })
            .collect();
        let horizon = event.horizon_at(now);
        Self { event, now, horizon, own, blocks, latest_end, counts: count(event, host, calendar) }
    }

    /// Whether the slot can be booked, and if not, the first rule that says no.
    pub fn verdict(&self, slot: Span) -> Verdict {
        match Self::RULES.iter().find_map(|rule| rule(self, slot)) {
            Some(obstacle) => Verdict::Shut(obstacle),
            None => Verdict::Open { seats_left: self.seats_left(slot) },
        }
    }

    /// Everything that shuts the slot, each obstacle once, in the order in which the rules are asked.
    pub fn obstacles(&self, slot: Span) -> Vec<Obstacle> {
        let first = [self.notice(slot), self.horizon(slot), self.seats(slot)].into_iter().flatten();
        let mut obstacles = Vec::new();
        for obstacle in first.chain(self.in_the_way(slot)).chain(self.limits_reached(slot)) {
            if !obstacles.contains(&obstacle) {
                obstacles.push(obstacle);
            }
        }
        obstacles
    }

    /// Seats that nobody has booked or holds, whatever else shuts the slot.
    pub fn seats_left(&self, slot: Span) -> u32 {
        let (booked, held) = self.own.get(&slot).copied().unwrap_or_default();
        self.event.seats.saturating_sub(booked + held)
    }

    fn notice(&self, slot: Span) -> Option<Obstacle> {
        let closed_at = self.event.closes_at(slot.start());
        (closed_at <= self.now).then_some(Obstacle::Notice { closed_at })
    }

    fn horizon(&self, slot: Span) -> Option<Obstacle> {
        let until = self.horizon?;
        (slot.start() >= until).then_some(Obstacle::Horizon { until })
    }

    fn seats(&self, slot: Span) -> Option<Obstacle> {
        let (booked, held) = self.own.get(&slot).copied()?;
        if booked + held < self.event.seats {
            return None;
        }
        Some(if held > 0 { Obstacle::Held } else { Obstacle::Full })
    }

    fn neighbours(&self, slot: Span) -> Option<Obstacle> {
        let mut found = None;
        for obstacle in self.in_the_way(slot) {
            if obstacle != Obstacle::Buffer {
                return Some(obstacle);
            }
            found = Some(obstacle);
        }
        found
    }

    /// What each neighbour that shuts the slot does so by.
    fn in_the_way(&self, slot: Span) -> impl Iterator<Item = Obstacle> {
        let reaching = self.blocks.partition_point(|block| block.around.start() < slot.end());
        let near = (0..reaching).rev().take_while(move |i| self.latest_end[*i] > slot.start());
        let near = near.map(|i| &self.blocks[i]).filter(move |block| block.around.overlaps(&slot));
        // A slot in use is no obstacle to another seat in itself.
        let others = near.filter(move |block| !(block.own_slot && block.bare == slot));
        others.map(move |block| if block.bare.overlaps(&slot) { block.what } else { Obstacle::Buffer })
    }

    fn limits(&self, slot: Span) -> Option<Obstacle> {
        self.limits_reached(slot).next()
    }

    fn limits_reached(&self, slot: Span) -> impl Iterator<Item = Obstacle> {
        // A further seat in a slot in use takes no more of the host's time.
        let further = self.own.contains_key(&slot);
        let full = move |count: &&Count| count.used.get(&count.key(slot)).is_some_and(|used| *used >= count.most);
        self.counts.iter().filter(move |_| !further).filter(full).map(|count| count.what)
    }
}

impl Count {
    /// The day, or the Monday of the week, on which the slot starts.
    fn key(&self, slot: Span) -> NaiveDate {
        let day = self.zone.day_at(slot.start());
        if self.weekly { day - Days::new(u64::from(day.weekday().num_days_from_monday())) } else { day }
    }
}

fn count(event: &Event, host: &HostLimits, calendar: &Calendar) -> Vec<Count> {
    let limits = [
        (event.zone, false, event.max_per_day, Obstacle::DayLimit),
        (event.zone, true, event.max_per_week, Obstacle::WeekLimit),
        (host.zone, false, host.max_per_day, Obstacle::HostDayLimit),
        (host.zone, true, host.max_per_week, Obstacle::HostWeekLimit),
    ];
    let limited = limits.into_iter().filter_map(|(zone, weekly, most, what)| {
        let mut count = Count { zone, weekly, most: most?, used: HashMap::new(), what };
        let all_events = matches!(what, Obstacle::HostDayLimit | Obstacle::HostWeekLimit);
        for slot in calendar.in_use.iter().filter(|slot| all_events || slot.event == event.id) {
            *count.used.entry(count.key(slot.span)).or_default() += 1;
        }
        Some(count)
    });
    limited.collect()
}

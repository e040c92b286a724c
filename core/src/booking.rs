//! Bookings and holds, and the rules by which they come about, move and end.
//!
//! Each rule is given what the store read under its locks and answers with
//! the changes to make, in order, or a refusal. It never asks for anything.

use serde::{Deserialize, Serialize};

use crate::availability::{AsGuest, Calendar, Holder, HostLimits, Judge, Obstacle, Verdict};
use crate::change::{Cancelled, Change, Release};
use crate::event::{Answer, Event, check_text};
use crate::id::{BookingId, EventId, HoldId, UserId};
use crate::refusal::Refusal;
use crate::time::{Instant, Minutes, Span};

/// The longest note of a guest, in characters.
pub const MAX_NOTE: usize = 2_000;
/// How many slots one person may hold at once.
pub const MAX_HOLDS: usize = 3;
/// How long a hold lasts unless the server is set otherwise.
pub const HOLD_LENGTH: Minutes = Minutes(5);
/// How long a pending booking waits for the host unless the server is set otherwise.
pub const PENDING_LENGTH: Minutes = Minutes(48 * 60);

/// A guest's seat in a slot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booking {
    /// Its id; never changes.
    pub id: BookingId,
    /// Its iCalendar UID (RFC 5545 3.8.4.7) in the guest's calendars, whose app may have chosen it; never changes. For
    /// the host see [`Booking::uid_for`].
    pub uid: String,
    /// Its iCalendar SEQUENCE (RFC 5545 3.8.7.4): up when it moves or is cancelled.
    pub sequence: u32,
    /// The event it belongs to.
    pub event: EventId,
    /// Who offers the slot.
    pub host: UserId,
    /// Who takes it.
    pub guest: UserId,
    /// The slot.
    pub span: Span,
    /// Where it stands.
    pub status: Status,
    /// What the guest wrote.
    pub note: String,
    /// What the guest answered.
    pub answers: Vec<Answer>,
    /// Whether the guest said "anyway": it then takes no occupancy of theirs.
    pub allow_overlap: bool,
    /// When it lapses if the host says nothing; only while pending.
    pub lapses_at: Option<Instant>,
    /// When it was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Booking {
    /// Its UID in the calendars of `person`, one of its two.
    ///
    /// A UID that the guest's app chose is none for the host: another guest may choose the same, or one of the host's
    /// own entries.
    pub fn uid_for(&self, person: UserId, domain: &str) -> String {
        let chosen = booking_of_uid(&self.uid) != Some(self.id);
        if chosen && person != self.guest { booking_uid(self.id, domain) } else { self.uid.clone() }
    }
}

/// The UID of a booking for which nobody chose one.
pub fn booking_uid(booking: BookingId, domain: &str) -> String {
    format!("{booking}@{domain}")
}

/// The booking whose UID this is, unless somebody chose it.
pub fn booking_of_uid(uid: &str) -> Option<BookingId> {
    uid.split_once('@')?.0.parse().ok()
}

/// Where a booking stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// It waits for the host's yes. The slot is taken meanwhile.
    Pending,
    /// It holds.
    Confirmed,
    /// It is no more: cancelled, declined or lapsed.
    Cancelled,
}

/// A short reservation of a slot while a person decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hold {
    /// Its id.
    pub id: HoldId,
    /// The event it belongs to.
    pub event: EventId,
    /// Who offers the slot.
    pub host: UserId,
    /// Who holds it.
    pub guest: UserId,
    /// The slot.
    pub span: Span,
    /// When it ends by itself.
    pub expires_at: Instant,
}

/// Everything that decides about one slot and one guest, read under the locks of host and guest.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The event, as it is now.
    pub event: Event,
    /// What the host allows themself.
    pub limits: HostLimits,
    /// The host's time around the slot, as far as [`Calendar::reach`] says.
    pub host: Calendar,
    /// The guest's time as a guest that overlaps the slot: bookings and holds. Those booked "anyway"
    /// belong to it, although they have no occupancy: they are busy time, and nobody sits twice in a slot.
    pub guest: Vec<AsGuest>,
    /// The guest's time as a host that overlaps the slot.
    pub guest_as_host: Vec<Span>,
    /// All holds of the guest that have not expired.
    pub holds: Vec<Hold>,
    /// Holds that have expired and are still in the way of this slot, the host's and the guest's.
    pub expired: Vec<Hold>,
    /// Another booking that the guest's calendars show under the UID that is wanted for this one.
    pub same_uid: Option<BookingId>,
}

/// What a guest asks for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The new booking's id.
    pub id: BookingId,
    /// The new booking's UID.
    pub uid: String,
    /// Who asks.
    pub guest: UserId,
    /// The slot, as cut from the event of the version on the desk.
    pub slot: Span,
    /// A note to the host.
    pub note: String,
    /// Answers to the event's questions.
    pub answers: Vec<Answer>,
    /// The guest knows that they meet someone else then.
    pub allow_overlap: bool,
    /// How long it waits for the host if the event needs confirmation.
    pub pending_length: Minutes,
}

/// Books a seat in a slot, using up the guest's hold on it if there is one.
pub fn book(desk: &Desk, wish: &Wish, now: Instant) -> Result<Vec<Change>, Refusal> {
    let event = &desk.event;
    check_text("note", &wish.note, 0, MAX_NOTE)?;
    event.check_answers(&wish.answers)?;
    if wish.guest == event.host {
        return Err(Refusal::OwnEvent);
    }
    if let Some(booking) = desk.booking_in(wish.slot) {
        return Err(Refusal::AlreadyBooked { booking });
    }
    if let Some(booking) = desk.same_uid {
        return Err(Refusal::UidOfBooking { booking });
    }
    let own_hold = desk.hold_on(wish.slot);
    let mut calendar = desk.host.clone();
    if let Some(hold) = own_hold {
        calendar.give_back(event.id, hold.span, Holder::Hold(hold.id));
    }
    allow_slot(desk, &calendar, wish.slot, now)?;
    if !wish.allow_overlap {
        desk.allow_guest(wish.slot, &holders(own_hold))?;
    }
    let mut changes = desk.release_expired();
    changes.extend(used_up(own_hold));
    changes.push(Change::Booked { booking: new_booking(event, wish, now) });
    Ok(changes)
}

/// Holds a slot for `length` while the guest decides.
pub fn hold(
    desk: &Desk,
    id: HoldId,
    guest: UserId,
    slot: Span,
    length: Minutes,
    now: Instant,
) -> Result<Vec<Change>, Refusal> {
    let event = &desk.event;
    if guest == event.host {
        return Err(Refusal::OwnEvent);
    }
    if let Some(booking) = desk.booking_in(slot) {
        return Err(Refusal::AlreadyBooked { booking });
    }
    if desk.holds.len() >= MAX_HOLDS {
        return Err(Refusal::HoldLimit { limit: MAX_HOLDS });
    }
    allow_slot(desk, &desk.host, slot, now)?;
    desk.allow_guest(slot, &[])?;
    let mut changes = desk.release_expired();
    let hold = Hold { id, event: event.id, host: event.host, guest, span: slot, expires_at: now + length.delta() };
    changes.push(Change::Held { hold });
    Ok(changes)
}

/// Moves a booking to another open slot of its event.
///
/// The host's move leaves its status as it is. A guest's move of an event that
/// needs confirmation makes the booking pending again. The wait of one that is
/// pending begins anew. The guest's hold on the new slot is used up.
pub fn reschedule(
    desk: &Desk,
    booking: &Booking,
    by: UserId,
    slot: Span,
    pending_length: Minutes,
    now: Instant,
) -> Result<Vec<Change>, Refusal> {
    alive(booking, now)?;
    if slot == booking.span {
        return Ok(Vec::new());
    }
    if let Some(booking) = desk.booking_in(slot) {
        return Err(Refusal::AlreadyBooked { booking });
    }
    let own_hold = desk.hold_on(slot);
    let mut given_back = holders(own_hold);
    given_back.push(Holder::Booking(booking.id));
    let mut calendar = desk.host.clone();
    calendar.give_back(booking.event, booking.span, Holder::Booking(booking.id));
    if let Some(hold) = own_hold {
        calendar.give_back(booking.event, hold.span, Holder::Hold(hold.id));
    }
    allow_slot(desk, &calendar, slot, now)?;
    if !booking.allow_overlap {
        desk.allow_guest(slot, &given_back)?;
    }
    let mut moved = Booking { span: slot, sequence: booking.sequence + 1, updated_at: now, ..booking.clone() };
    if desk.event.needs_confirmation && by == booking.guest {
        moved.status = Status::Pending;
    }
    moved.lapses_at = (moved.status == Status::Pending).then(|| lapse_of(slot, pending_length, now));
    let mut changes = desk.release_expired();
    changes.extend(used_up(own_hold));
    changes.push(Change::Rescheduled { booking: moved, from: booking.span });
    Ok(changes)
}

/// Cancels a booking: the host's or the guest's right until the meeting is over.
pub fn cancel(booking: &Booking, why: Cancelled, now: Instant) -> Result<Vec<Change>, Refusal> {
    alive(booking, now)?;
    Ok(vec![Change::Cancelled { booking: ended(booking, now), why }])
}

/// The host's yes to a pending booking.
pub fn confirm(booking: &Booking, now: Instant) -> Result<Vec<Change>, Refusal> {
    pending(booking, now)?;
    let confirmed = Booking { status: Status::Confirmed, lapses_at: None, updated_at: now, ..booking.clone() };
    Ok(vec![Change::Confirmed { booking: confirmed }])
}

/// The host's no to a pending booking.
pub fn decline(booking: &Booking, now: Instant) -> Result<Vec<Change>, Refusal> {
    pending(booking, now)?;
    Ok(vec![Change::Declined { booking: ended(booking, now) }])
}

/// Ends a pending booking that the host left unanswered; nothing if it is not yet time.
pub fn lapse(booking: &Booking, now: Instant) -> Vec<Change> {
    let due = booking.status == Status::Pending && booking.lapses_at.is_some_and(|at| at <= now);
    if !due {
        return Vec::new();
    }
    vec![Change::Cancelled { booking: ended(booking, now), why: Cancelled::Lapsed }]
}

impl Desk {
    /// The guest's own booking of this slot of this event.
    fn booking_in(&self, slot: Span) -> Option<BookingId> {
        self.guest.iter().find_map(|other| match other.holder {
            Holder::Booking(id) if other.event == self.event.id && other.span == slot => Some(id),
            _ => None,
        })
    }

    /// The guest's own hold on this slot of this event.
    fn hold_on(&self, slot: Span) -> Option<&Hold> {
        self.holds.iter().find(|hold| hold.event == self.event.id && hold.span == slot)
    }

    /// Whether the guest has nothing else on in `slot`, `except` what this change itself gives back.
    fn allow_guest(&self, slot: Span, except: &[Holder]) -> Result<(), Refusal> {
        let as_guest = self.guest.iter().filter(|other| !except.contains(&other.holder)).map(|other| other.span);
        match as_guest.chain(self.guest_as_host.iter().copied()).find(|span| span.overlaps(&slot)) {
            Some(span) => Err(Refusal::GuestBusy { span }),
            None => Ok(()),
        }
    }

    fn release_expired(&self) -> Vec<Change> {
        let expired = self.expired.iter().cloned();
        expired.map(|hold| Change::Released { hold, why: Release::Expired }).collect()
    }
}

fn holders(hold: Option<&Hold>) -> Vec<Holder> {
    hold.map(|hold| Holder::Hold(hold.id)).into_iter().collect()
}

fn used_up(hold: Option<&Hold>) -> Option<Change> {
    hold.map(|hold| Change::Released { hold: hold.clone(), why: Release::Booked })
}

/// Says yes when the slot is open, and no in words that tell nothing of other people.
fn allow_slot(desk: &Desk, calendar: &Calendar, slot: Span, now: Instant) -> Result<(), Refusal> {
    match Judge::new(&desk.event, &desk.limits, calendar, now).verdict(slot) {
        Verdict::Open { .. } => Ok(()),
        Verdict::Shut(Obstacle::Notice { closed_at }) => Err(Refusal::TooLate { closed_at }),
        Verdict::Shut(Obstacle::Horizon { .. }) => Err(Refusal::TooEarly { span: slot }),
        Verdict::Shut(_) => Err(Refusal::SlotTaken { span: slot }),
    }
}

fn new_booking(event: &Event, wish: &Wish, now: Instant) -> Booking {
    let pending = event.needs_confirmation;
    Booking {
        id: wish.id,
        uid: wish.uid.clone(),
        sequence: 0,
        event: event.id,
        host: event.host,
        guest: wish.guest,
        span: wish.slot,
        status: if pending { Status::Pending } else { Status::Confirmed },
        note: wish.note.clone(),
        answers: wish.answers.clone(),
        allow_overlap: wish.allow_overlap,
        lapses_at: pending.then(|| lapse_of(wish.slot, wish.pending_length, now)),
        created_at: now,
        updated_at: now,
    }
}

/// A pending booking lapses after a while, at the latest when its slot begins.
fn lapse_of(slot: Span, length: Minutes, now: Instant) -> Instant {
    (now + length.delta()).min(slot.start())
}

fn ended(booking: &Booking, now: Instant) -> Booking {
    Booking {
        status: Status::Cancelled,
        sequence: booking.sequence + 1,
        lapses_at: None,
        updated_at: now,
        ..booking.clone()
    }
}

fn alive(booking: &Booking, now: Instant) -> Result<(), Refusal> {
    if booking.status == Status::Cancelled {
        return Err(Refusal::AlreadyCancelled);
    }
    if booking.span.end() <= now {
        return Err(Refusal::Over { ended_at: booking.span.end() });
    }
    Ok(())
}

fn pending(booking: &Booking, now: Instant) -> Result<(), Refusal> {
    alive(booking, now)?;
    if booking.status != Status::Pending {
        return Err(Refusal::NotPending);
    }
    Ok(())
}

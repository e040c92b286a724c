//! Which rows follow from a change, in order; each backend only knows how to write them.

use meetme_core::account::Profile;
use meetme_core::availability::Holder;
use meetme_core::booking::{Booking, Hold};
use meetme_core::change::Change;
use meetme_core::entry::{Collection, Entry};
use meetme_core::event::Event;
use meetme_core::id::{BookingId, CollectionId, EventId, HoldId, UserId, WindowId};
use meetme_core::time::{Instant, Span};
use meetme_core::window::Window;

use super::CredentialHash;

/// One thing to write.
pub(super) enum Step<'a> {
    CreateEvent(&'a Event),
    /// Only over the version before it.
    UpdateEvent(&'a Event),
    /// Its row stays for the bookings that name it.
    DeleteEvent(&'a Event),
    PutWindow(EventId, &'a Window),
    RemoveWindow(EventId, WindowId),
    InsertHold(&'a Hold),
    DeleteHold(HoldId),
    InsertBooking(&'a Booking),
    UpdateBooking(&'a Booking),
    /// The booking must sit there and not have ended; the last is whether it takes no time of the guest's.
    Stands(BookingId, Span, bool),
    Take(Seat, Span),
    Free(Seat, Span),
    /// From the one span to the other.
    Shift(Seat, Span, Span),
    /// What an account says about its owner.
    PutProfile(UserId, &'a Profile),
    /// Another password; all sessions end but the one with this hash.
    SetPassword(UserId, &'a str, Option<CredentialHash>),
    /// Leaves of an account what its bookings need: an id, and a username that nobody else may have.
    Wipe(UserId),
    /// New, or in the place of the one with its id.
    PutCollection(&'a Collection),
    /// With everything in it.
    DeleteCollection(&'a Collection),
    /// New, or in the place of the one with its name; the owner comes first.
    PutEntry(UserId, &'a Entry),
    RemoveEntry(UserId, CollectionId, &'a str),
    /// Disables an account and ends its sessions, or enables it.
    Switch(UserId, Option<Instant>),
    /// The busy time of an entry whose bytes are as they were.
    ExtendEntry(UserId, &'a Entry),
    /// Keeps a property on a place, or forgets it.
    SetProperty(UserId, &'a str, &'a str, Option<&'a str>),
    /// There must be no more properties on a place, and in all, than are kept.
    CountProperties(UserId, &'a str),
    /// Forgets what is kept on a place and below it.
    DropProperties(UserId, &'a str),
    /// Takes what is kept on a place and below it to another one, on which nothing is kept.
    MoveProperties(UserId, &'a str, &'a str),
}

/// What is to be written for a change.
pub(super) fn of(change: &Change) -> Vec<Step<'_>> {
    match change {
        Change::EventCreated { event } => vec![Step::CreateEvent(event)],
        Change::EventChanged { event } => vec![Step::UpdateEvent(event)],
        Change::WindowsChanged { event, put, removed } => {
            let mut steps = vec![Step::UpdateEvent(event)];
            steps.extend(removed.iter().map(|id| Step::RemoveWindow(event.id, *id)));
            steps.extend(put.iter().map(|window| Step::PutWindow(event.id, window)));
            steps
        }
        Change::EventDeleted { event } => vec![Step::DeleteEvent(event)],
        Change::Held { hold } => vec![Step::InsertHold(hold), Step::Take(Seat::of_hold(hold), hold.span)],
        Change::Released { hold, .. } => {
            vec![Step::DeleteHold(hold.id), Step::Free(Seat::of_hold(hold), hold.span)]
        }
        Change::Booked { booking } => {
            vec![Step::InsertBooking(booking), Step::Take(Seat::of_booking(booking), booking.span)]
        }
        Change::Confirmed { booking } => vec![stands(booking, booking.span), Step::UpdateBooking(booking)],
        Change::Declined { booking } | Change::Cancelled { booking, .. } => vec![
            stands(booking, booking.span),
            Step::UpdateBooking(booking),
            Step::Free(Seat::of_booking(booking), booking.span),
        ],
        Change::Rescheduled { booking, from } => vec![
            stands(booking, *from),
            Step::UpdateBooking(booking),
            Step::Shift(Seat::of_booking(booking), *from, booking.span),
        ],
        Change::AccountDeleted { user } => vec![Step::Wipe(*user)],
        Change::AccountSwitched { user, disabled_at } => vec![Step::Switch(*user, *disabled_at)],
        Change::ProfileChanged { user, profile } => vec![Step::PutProfile(*user, profile)],
        Change::PasswordChanged { user, hash, kept } => vec![Step::SetPassword(*user, hash, *kept)],
        Change::CredentialsChanged { .. } => Vec::new(),
        Change::CollectionPut { collection, .. } => vec![Step::PutCollection(collection)],
        Change::CollectionDeleted { collection, .. } => vec![Step::DeleteCollection(collection)],
        Change::PropertiesSet { owner, place, set } => {
            let mut steps: Vec<_> =
                set.iter().map(|(name, value)| Step::SetProperty(*owner, place, name, value.as_deref())).collect();
            if set.iter().any(|(_, value)| value.is_some()) {
                steps.push(Step::CountProperties(*owner, place));
            }
            steps
        }
        Change::PlaceMoved { owner, from, to: None } => vec![Step::DropProperties(*owner, from)],
        Change::PlaceMoved { owner, from, to: Some(to) } => {
            vec![Step::DropProperties(*owner, to), Step::MoveProperties(*owner, from, to)]
        }
        Change::EntryPut { owner, entry, .. } => vec![Step::PutEntry(*owner, entry)],
        Change::EntryRemoved { owner, collection, name, .. } => vec![Step::RemoveEntry(*owner, *collection, name)],
        Change::EntryExtended { owner, entry, .. } => vec![Step::ExtendEntry(*owner, entry)],
    }
}

fn stands(booking: &Booking, span: Span) -> Step<'_> {
    Step::Stands(booking.id, span, booking.allow_overlap)
}

/// Somebody's seat in a slot, which takes time of the host and of the guest.
#[derive(Clone, Copy)]
pub(super) struct Seat {
    pub(super) event: EventId,
    pub(super) host: UserId,
    pub(super) guest: UserId,
    pub(super) holder: Holder,
    /// When the hold ends by itself.
    pub(super) held_until: Option<Instant>,
    /// Whether it takes no time of the guest's.
    pub(super) anyway: bool,
}

impl Seat {
    fn of_booking(booking: &Booking) -> Self {
        Self {
            event: booking.event,
            host: booking.host,
            guest: booking.guest,
            holder: Holder::Booking(booking.id),
            held_until: None,
            anyway: booking.allow_overlap,
        }
    }

    fn of_hold(hold: &Hold) -> Self {
        Self {
            event: hold.event,
            host: hold.host,
            guest: hold.guest,
            holder: Holder::Hold(hold.id),
            held_until: Some(hold.expires_at),
            anyway: false,
        }
    }

    pub(super) fn holder_bytes(&self) -> &[u8; 16] {
        match &self.holder {
            Holder::Booking(id) => id.as_bytes(),
            Holder::Hold(id) => id.as_bytes(),
        }
    }

    /// What the seat adds to the slot's counts of bookings and holds.
    pub(super) fn counts(&self) -> (i64, i64) {
        match self.holder {
            Holder::Booking(_) => (1, 0),
            Holder::Hold(_) => (0, 1),
        }
    }
}

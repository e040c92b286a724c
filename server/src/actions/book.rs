//! A guest books a slot.

use chrono::NaiveDate;
use meetme_core::api;
use meetme_core::booking::{self, Booking, Wish, booking_uid};
use meetme_core::change::Change;
use meetme_core::event::Event;
use meetme_core::id::BookingId;
use meetme_core::refusal::Refusal;
use meetme_core::time::{Instant, Span, Zone};

use crate::actions::commit::{Key, commit};
use crate::actions::error::of_change;
use crate::actions::{ActionError, Actor, EventName, see_event};
use crate::app::App;
use crate::store::{BookingFile, ChangeError, EventFile, Found, Subject};
use crate::{ids, slots};

/// How often a slot is cut anew when the event changes between cutting and booking.
pub(super) const MAX_TRIES: usize = 4;

/// Books the slot that starts at `new.start`, for `guest`.
pub async fn book(
    app: &App,
    guest: &Actor,
    name: &EventName,
    new: api::NewBooking,
    key: &Key,
) -> Result<BookingFile, ActionError> {
    book_with(app, guest, name, new, key, None).await
}

/// Where in a guest's calendar home a booking stands that a calendar app made.
#[derive(Debug, Clone)]
pub struct BookingPlace {
    /// The UID that the app gave its entry.
    pub uid: String,
    /// The day with which the entry begins, if it is one of days: then only a slot of whole days will do.
    pub day: Option<NaiveDate>,
    /// The entry's path below the home.
    pub place: String,
}

impl BookingPlace {
    /// Under which name it is kept which booking stands at a place.
    pub const PROPERTY: &str = "{urn:meetme:dav}booking";

    /// The booking that is kept.
    pub fn read(value: &str) -> Option<BookingId> {
        value.parse().ok()
    }
}

/// As [`book`], by writing an entry: the booking takes its UID and stays where it is.
pub async fn book_at(
    app: &App,
    guest: &Actor,
    name: &EventName,
    new: api::NewBooking,
    place: BookingPlace,
) -> Result<BookingFile, ActionError> {
    book_with(app, guest, name, new, &Key::none(), Some(place)).await
}

async fn book_with(
    app: &App,
    guest: &Actor,
    name: &EventName,
    new: api::NewBooking,
    key: &Key,
    place: Option<BookingPlace>,
) -> Result<BookingFile, ActionError> {
    if let Some(booking) = key.answer::<Booking>(app).await? {
        return file_of(app, booking).await;
    }
    let id = BookingId::new(ids::uuid());
    let chosen = place.as_ref().map(|place| place.uid.clone());
    let uid = chosen.clone().unwrap_or_else(|| booking_uid(id, app.domain()));
    for _ in 0..MAX_TRIES {
        let file = see_event(app, name, Some(guest)).await?;
        let slot = match place.as_ref().and_then(|place| place.day) {
            Some(day) => whole_day(app, &file, guest.0.user.zone, day).await?,
            None => offered(app, &file, new.start).await?,
        };
        let wish = Wish {
            id,
            uid: uid.clone(),
            guest: guest.id(),
            slot,
            note: new.note.clone(),
            answers: new.answers.clone(),
            allow_overlap: new.allow_overlap,
            pending_length: app.config.limits.pending,
        };
        let (now, owner, place) = (app.clock.now(), guest.id(), place.clone());
        let rule = move |found: &Found| {
            let Found::Desk(desk) = found else { unreachable!("a desk was asked for") };
            let mut changes = booking::book(desk, &wish, now)?;
            let booking = changes.iter().find_map(booked).expect("to book is to make a booking");
            if let Some(BookingPlace { place, .. }) = place.clone() {
                let set = vec![(BookingPlace::PROPERTY.to_owned(), Some(booking.id.to_string()))];
                changes.push(Change::PropertiesSet { owner, place, set });
            }
            Ok((changes, booking))
        };
        let subject = Subject::Slot {
            event: file.event.id,
            version: file.event.version,
            slot,
            guest: guest.id(),
            uid: chosen.clone(),
        };
        match commit(app, subject, key, rule).await {
            Ok(booking) => return Ok(file_from(file, guest, booking)),
            Err(ChangeError::EventMoved) => {}
            Err(error) => return Err(explain(app, &file, slot, guest, error).await),
        }
    }
    Err(ActionError::Unsettled)
}

/// The slot of this event at `start`, or the refusal with what is open nearby.
pub(super) async fn offered(app: &App, file: &EventFile, start: Instant) -> Result<Span, ActionError> {
    match slots::at(file, start)? {
        Some(slot) => Ok(slot),
        None => Err(with_nearest(app, file, start, Refusal::NoSuchSlot { start }).await),
    }
}

/// The slot that begins with `day` and ends with a day, by the clock of the guest.
async fn whole_day(app: &App, file: &EventFile, zone: Zone, day: NaiveDate) -> Result<Span, ActionError> {
    let start = zone.day(day).start();
    let lasts_days = |slot: &Span| zone.day(zone.day_at(slot.end())).start() == slot.end();
    match slots::at(file, start)?.filter(lasts_days) {
        Some(slot) => Ok(slot),
        None => Err(with_nearest(app, file, start, Refusal::NoWholeDay { day }).await),
    }
}

/// Turns what the store says into what a guest can act on.
pub(super) async fn explain(app: &App, file: &EventFile, slot: Span, guest: &Actor, error: ChangeError) -> ActionError {
    let refusal = match error {
        ChangeError::Refused(refusal) => refusal,
        // The rule let it through and the constraint did not: nothing was written, and it is as taken as can be.
        ChangeError::Overlap { person } if person == guest.id() => Refusal::GuestBusy { span: slot },
        ChangeError::Overlap { .. } => Refusal::SlotTaken { span: slot },
        other => return of_change(other, "event"),
    };
    with_nearest(app, file, slot.start(), refusal).await
}

async fn with_nearest(app: &App, file: &EventFile, start: Instant, refusal: Refusal) -> ActionError {
    if !refusal.wants_nearest() {
        return refusal.into();
    }
    match slots::nearest(app, file, start).await {
        Ok(slots) => {
            let nearest = slots.into_iter().map(|slot| api::Slot::for_others(slot.span, slot.verdict)).collect();
            ActionError::Refused { refusal, nearest: Some(nearest) }
        }
        Err(error) => error.into(),
    }
}

fn booked(change: &Change) -> Option<Booking> {
    match change {
        Change::Booked { booking } => Some(booking.clone()),
        _ => None,
    }
}

/// The booking with its people; a booking that was just made is there.
async fn file_of(app: &App, booking: Booking) -> Result<BookingFile, ActionError> {
    let file = app.store.booking(booking.id).await?.ok_or(ActionError::NotFound { what: "booking" })?;
    Ok(BookingFile { booking, ..file })
}

/// The same from what is known when the booking was made just now.
fn file_from(file: EventFile, guest: &Actor, booking: Booking) -> BookingFile {
    let Event { owner, slug, title, location, .. } = file.event;
    BookingFile { booking, owner, slug, title, location, host: file.host, guest: guest.0.user.card() }
}

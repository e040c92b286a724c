//! Events are created, changed and deleted by their hosts.

use meetme_core::api;
use meetme_core::booking;
use meetme_core::change::{Cancelled, Change, Release};
use meetme_core::event::Event;
use meetme_core::id::{EventId, Slug};
use meetme_core::refusal::Refusal;
use meetme_core::time::Instant;

use crate::actions::commit::{Key, commit};
use crate::actions::error::of_change;
use crate::actions::marks::Marks;
use crate::actions::{ActionError, Actor, EventName, own_event};
use crate::app::App;
use crate::ids;
use crate::store::{EventDossier, Found, MAX_AHEAD, MAX_EVENTS, Shelf, Subject};

/// The version a client read last; a change of another one is refused as stale.
pub type EventVersion = Option<u64>;

/// How many numbered names are tried when a title's slug is taken.
const MAX_NUMBERED: u32 = 1000;

/// Creates an event. A slug that was asked for must be free; one from the title is numbered until it is.
pub async fn create_event(app: &App, host: &Actor, new: api::NewEvent, key: &Key) -> Result<Event, ActionError> {
    if let Some(event) = key.answer(app).await? {
        return Ok(event);
    }
    let named = new.slug.is_some();
    let user = &host.0.user;
    let event = new.into_event(EventId::new(ids::uuid()), user.id, user.username.clone(), app.clock.now());
    event.check()?;
    let subject = Subject::Shelf { host: user.id, slug: event.slug.clone() };
    let rule = move |found: &Found| {
        let Found::Shelf(shelf) = found else { unreachable!("a shelf was asked for") };
        let slug = free_slug(shelf, &event.slug, named)?;
        let event = Event { slug, ..event.clone() };
        Ok((vec![Change::EventCreated { event: event.clone() }], event))
    };
    commit(app, subject, key, rule).await.map_err(|error| of_change(error, "account"))
}

/// Changes an event's own fields. Bookings that stand keep standing.
pub async fn edit_event(
    app: &App,
    host: &Actor,
    name: &EventName,
    patch: api::EventPatch,
    seen: EventVersion,
) -> Result<Event, ActionError> {
    let event = own_event(app, name, host).await?.event;
    let marks = Marks::read(app, event.host, &event.slug).await?;
    let (event, now) = (event.id, app.clock.now());
    let rule = move |found: &Found| {
        let Found::Event(dossier) = found else { unreachable!("an event was asked for") };
        fresh(dossier, seen)?;
        let event = patch.clone().apply(&dossier.event, now);
        if event == (Event { version: event.version, updated_at: event.updated_at, ..dossier.event.clone() }) {
            return Ok((Vec::new(), dossier.event.clone()));
        }
        event.check()?;
        for window in &dossier.windows {
            window_still_fits(window, &event)?;
        }
        if dossier.other_slugs.contains(&event.slug) {
            return Err(Refusal::SlugTaken { slug: event.slug.to_string() });
        }
        let mut changes = vec![Change::EventChanged { event: event.clone() }];
        changes.extend(Marks::renamed(&dossier.event, &event));
        changes.push(marks.of_event(&dossier.event, &event));
        Ok((changes, event))
    };
    commit(app, Subject::Event(event), &Key::none(), rule).await.map_err(|error| of_change(error, "event"))
}

/// Deletes an event. With bookings ahead it is refused unless `cancel_bookings`, and then each is cancelled first.
pub async fn delete_event(
    app: &App,
    host: &Actor,
    name: &EventName,
    cancel_bookings: bool,
    seen: EventVersion,
) -> Result<(), ActionError> {
    let event = own_event(app, name, host).await?.event.id;
    let now = app.clock.now();
    let rule = move |found: &Found| {
        let Found::Event(dossier) = found else { unreachable!("an event was asked for") };
        fresh(dossier, seen)?;
        let mut changes = end_ahead(&dossier.ahead, cancel_bookings, Cancelled::ByHost, now)?;
        let holds = dossier.holds.iter().cloned();
        changes.extend(holds.map(|hold| Change::Released { hold, why: Release::GivenUp }));
        changes.push(Change::EventDeleted { event: dossier.event.clone() });
        changes.push(Marks::forgotten(&dossier.event));
        Ok((changes, ()))
    };
    commit(app, Subject::Event(event), &Key::none(), rule).await.map_err(|error| of_change(error, "event"))
}

/// The changes that end `ahead`, or the refusal when that was not asked for.
fn end_ahead(ahead: &[booking::Booking], asked: bool, why: Cancelled, now: Instant) -> Result<Vec<Change>, Refusal> {
    if !asked && !ahead.is_empty() {
        return Err(Refusal::BookingsAhead { count: ahead.len() });
    }
    if ahead.len() > MAX_AHEAD {
        return Err(Refusal::TooMany { what: "bookings ahead at a deletion", limit: MAX_AHEAD });
    }
    let mut changes = Vec::with_capacity(ahead.len());
    for booking in ahead {
        changes.extend(booking::cancel(booking, why, now)?);
    }
    Ok(changes)
}

/// Refuses when the client last saw another version.
pub(super) fn fresh(dossier: &EventDossier, seen: EventVersion) -> Result<(), Refusal> {
    if seen.is_some_and(|version| version != dossier.event.version) { Err(Refusal::Stale) } else { Ok(()) }
}

/// A longer slot must not outgrow a window that is cut into slots.
fn window_still_fits(window: &meetme_core::window::Window, event: &Event) -> Result<(), Refusal> {
    if window.whole || window.duration >= event.slot_length {
        return Ok(());
    }
    let mend = format!("a window of {} minutes would hold no slot: remove it first", window.duration.0);
    Err(meetme_core::refusal::Invalid::new("slot_minutes", event.slot_length.0, mend).into())
}

fn free_slug(shelf: &Shelf, wanted: &Slug, named: bool) -> Result<Slug, Refusal> {
    if shelf.events >= MAX_EVENTS {
        return Err(Refusal::TooMany { what: "events", limit: MAX_EVENTS });
    }
    if !shelf.slugs.contains(wanted) {
        return Ok(wanted.clone());
    }
    let taken = || Refusal::SlugTaken { slug: wanted.to_string() };
    if named {
        return Err(taken());
    }
    (2..MAX_NUMBERED).map(|n| wanted.numbered(n)).find(|slug| !shelf.slugs.contains(slug)).ok_or_else(taken)
}

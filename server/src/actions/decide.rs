//! Bookings are confirmed, declined, cancelled, or lapse.

use meetme_core::api::Scope;
use meetme_core::booking::{self, Booking};
use meetme_core::change::{Cancelled, Change};
use meetme_core::id::BookingId;
use meetme_core::refusal::Refusal;

use crate::actions::commit::{Key, commit};
use crate::actions::error::of_change;
use crate::actions::{ActionError, Actor, Kept, see_booking};
use crate::app::App;
use crate::store::{BookingFile, Found, Subject};

/// What a client saw last; another state of the booking is refused as stale.
pub type Seen = Option<Box<dyn Fn(&Booking) -> bool + Send>>;

/// The host's yes, and what they want kept on the booking.
pub async fn confirm(
    app: &App,
    host: &Actor,
    id: BookingId,
    seen: Seen,
    key: &Key,
    kept: Option<Kept>,
) -> Result<BookingFile, ActionError> {
    host.needs(Scope::Host)?;
    let file = as_host(app, host, id).await?;
    let (now, by) = (app.clock.now(), host.id());
    let rule = move |booking: &Booking| {
        let mut changes = booking::confirm(booking, now)?;
        changes.extend(kept.iter().map(|kept| kept.change(by)));
        Ok(changes)
    };
    decide(app, file, seen, key, rule).await
}

/// The host's no.
pub async fn decline(
    app: &App,
    host: &Actor,
    id: BookingId,
    seen: Seen,
    key: &Key,
) -> Result<BookingFile, ActionError> {
    host.needs(Scope::Host)?;
    let file = as_host(app, host, id).await?;
    let now = app.clock.now();
    decide(app, file, seen, key, move |booking| booking::decline(booking, now)).await
}

/// The end of it, by either.
pub async fn cancel(
    app: &App,
    actor: &Actor,
    id: BookingId,
    seen: Seen,
    key: &Key,
) -> Result<BookingFile, ActionError> {
    let file = see_booking(app, id, actor).await?;
    let why = if file.booking.host == actor.id() {
        actor.needs(Scope::Host)?;
        Cancelled::ByHost
    } else {
        actor.needs(Scope::Book)?;
        Cancelled::ByGuest
    };
    let now = app.clock.now();
    decide(app, file, seen, key, move |booking| booking::cancel(booking, why, now)).await
}

/// Ends a pending booking that was left unanswered; nothing if it is not due.
pub(crate) async fn lapse(app: &App, id: BookingId) -> Result<(), ActionError> {
    let now = app.clock.now();
    let rule = move |found: &Found| {
        let Found::Booking(booking) = found else { unreachable!("a booking was asked for") };
        Ok((booking::lapse(booking, now), ()))
    };
    commit(app, Subject::Booking(id), &Key::none(), rule).await.map_err(|error| of_change(error, "booking"))
}

async fn as_host(app: &App, host: &Actor, id: BookingId) -> Result<BookingFile, ActionError> {
    let file = see_booking(app, id, host).await?;
    if file.booking.host == host.id() { Ok(file) } else { Err(ActionError::HostOnly) }
}

async fn decide(
    app: &App,
    file: BookingFile,
    seen: Seen,
    key: &Key,
    rule: impl Fn(&Booking) -> Result<Vec<Change>, Refusal> + Send + 'static,
) -> Result<BookingFile, ActionError> {
    let rule = move |found: &Found| {
        let Found::Booking(booking) = found else { unreachable!("a booking was asked for") };
        fresh(booking, &seen)?;
        let changes = rule(booking)?;
        let after = changes.iter().find_map(after).unwrap_or_else(|| booking.clone());
        Ok((changes, after))
    };
    let subject = Subject::Booking(file.booking.id);
    let booking = commit(app, subject, key, rule).await.map_err(|error| of_change(error, "booking"))?;
    Ok(BookingFile { booking, ..file })
}

/// Refuses when the client last saw another state.
pub(super) fn fresh(booking: &Booking, seen: &Seen) -> Result<(), Refusal> {
    if seen.as_ref().is_some_and(|is_as_seen| !is_as_seen(booking)) { Err(Refusal::Stale) } else { Ok(()) }
}

/// The booking as a change leaves it.
pub(super) fn after(change: &Change) -> Option<Booking> {
    match change {
        Change::Confirmed { booking }
        | Change::Declined { booking }
        | Change::Cancelled { booking, .. }
        | Change::Rescheduled { booking, .. } => Some(booking.clone()),
        _ => None,
    }
}

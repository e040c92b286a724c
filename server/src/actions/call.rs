//! The call of a booking: who may be in it, and when.

use meetme_core::api::{self, CallRole, CallState};
use meetme_core::booking::Status;
use meetme_core::call::CallTimes;
use meetme_core::id::BookingId;
use meetme_core::refusal::Refusal;

use crate::actions::{ActionError, Actor, see_booking};
use crate::app::App;
use crate::store::{BookingFile, StoreError};

/// The call of a booking, and the booking.
#[derive(Debug, Clone)]
pub struct CallFile {
    /// The booking.
    pub booking: BookingFile,
    /// When its call is.
    pub times: CallTimes,
}

/// The call of a booking in which `actor` is host or guest, and which of the two they are.
pub async fn see_call(app: &App, id: BookingId, actor: &Actor) -> Result<(CallFile, CallRole), ActionError> {
    let booking = see_booking(app, id, actor).await?;
    let role = if booking.booking.host == actor.id() { CallRole::Host } else { CallRole::Guest };
    Ok((call_of(app, booking).await?, role))
}

/// The call of a booking, for the server itself. None where there is none any more.
pub(crate) async fn read_call(app: &App, id: BookingId) -> Result<Option<CallFile>, StoreError> {
    let Some(booking) = app.store.booking(id).await? else { return Ok(None) };
    match call_of(app, booking).await {
        Ok(file) => Ok(Some(file)),
        Err(ActionError::Store(error)) => Err(error),
        Err(_) => Ok(None),
    }
}

async fn call_of(app: &App, booking: BookingFile) -> Result<CallFile, ActionError> {
    let Some(file) = app.store.event_by_id(booking.booking.event).await? else {
        // Deleted, and what lay ahead of it was cancelled.
        let ended_at = booking.booking.span.end();
        return Err(match booking.booking.status {
            Status::Cancelled => Refusal::AlreadyCancelled.into(),
            Status::Pending | Status::Confirmed => Refusal::Over { ended_at }.into(),
        });
    };
    let times = CallTimes::of(&file.event, &booking.booking)?;
    Ok(CallFile { booking, times })
}

/// One of the two, as the other one sees them in the call.
pub fn caller_view(file: &BookingFile, role: CallRole, here: bool) -> api::CallPerson {
    let card = match role {
        CallRole::Host => &file.host,
        CallRole::Guest => &file.guest,
    };
    api::CallPerson { role, username: card.username.clone(), display_name: card.display_name.clone(), here }
}

/// A call as the one in `role` sees it.
pub async fn call_view(app: &App, file: &CallFile, role: CallRole) -> Result<api::Call, ActionError> {
    let id = file.booking.booking.id;
    let state = file.times.state(app.clock.now());
    let [host, guest] = match app.signal.here(id) {
        Some(here) => here,
        None => app.store.room_note(id).await?,
    };
    let (mine, theirs) = if role == CallRole::Host { (host, guest) } else { (guest, host) };
    let servers = if state == CallState::Open { app.ice_servers(id, role, file.times.open.end()) } else { Vec::new() };
    Ok(api::Call {
        booking: id,
        state,
        opens_at: file.times.open.start(),
        closes_at: file.times.open.end(),
        you: caller_view(&file.booking, role, mine),
        peer: caller_view(&file.booking, role.other(), theirs),
        signal: signal_url(&app.public_url, id),
        ice_servers: servers,
    })
}

/// The WebSocket of a call.
fn signal_url(public_url: &str, id: BookingId) -> String {
    // `http` becomes `ws`, `https` becomes `wss`.
    let socket = public_url.strip_prefix("http").map_or_else(|| public_url.to_owned(), |rest| format!("ws{rest}"));
    format!("{socket}/api/v1/bookings/{id}/call/signal")
}

//! A booking moves to another open slot of its event.

use meetme_core::api::Scope;
use meetme_core::booking;
use meetme_core::id::BookingId;
use meetme_core::time::Instant;

use crate::actions::book::{MAX_TRIES, explain, offered};
use crate::actions::commit::{Key, commit};
use crate::actions::decide::{Seen, after, fresh};
use crate::actions::{ActionError, Actor, Kept, see_booking};
use crate::app::App;
use crate::store::{BookingFile, ChangeError, Found, Subject};

/// Moves the booking to the slot that starts at `start`, and keeps what the actor wants kept on it.
pub async fn reschedule(
    app: &App,
    actor: &Actor,
    id: BookingId,
    start: Instant,
    seen: Seen,
    key: &Key,
    kept: Option<Kept>,
) -> Result<BookingFile, ActionError> {
    let file = see_booking(app, id, actor).await?;
    actor.needs(if file.booking.host == actor.id() { Scope::Host } else { Scope::Book })?;
    if let Some(booking) = key.answer(app).await? {
        return Ok(BookingFile { booking, ..file });
    }
    let seen = std::sync::Arc::new(std::sync::Mutex::new(seen));
    for _ in 0..MAX_TRIES {
        let event = app.store.event_by_id(file.booking.event).await?.ok_or(ActionError::NotFound { what: "event" })?;
        let slot = offered(app, &event, start).await?;
        let (by, pending, now) = (actor.id(), app.config.limits.pending, app.clock.now());
        let (seen, kept) = (seen.clone(), kept.clone());
        let rule = move |found: &Found| {
            let Found::Move(booking, desk) = found else { unreachable!("a move was asked for") };
            fresh(booking, &seen.lock().expect("nobody panics while holding it"))?;
            let mut changes = booking::reschedule(desk, booking, by, slot, pending, now)?;
            let moved = changes.iter().find_map(after).unwrap_or_else(|| booking.clone());
            changes.extend(kept.iter().map(|kept| kept.change(by)));
            Ok((changes, moved))
        };
        let subject = Subject::Move { booking: id, version: event.event.version, slot };
        match commit(app, subject, key, rule).await {
            Ok(booking) => return Ok(BookingFile { booking, ..file }),
            Err(ChangeError::EventMoved) => {}
            Err(error) => return Err(explain(app, &event, slot, actor, error).await),
        }
    }
    Err(ActionError::Unsettled)
}

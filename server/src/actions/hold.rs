//! A guest holds a slot while they decide, and lets go of it.

use meetme_core::booking::{self, Hold};
use meetme_core::change::{Change, Release};
use meetme_core::id::HoldId;
use meetme_core::time::Instant;

use crate::actions::book::{MAX_TRIES, explain, offered};
use crate::actions::commit::{Key, commit};
use crate::actions::error::of_change;
use crate::actions::{ActionError, Actor, EventName, see_event};
use crate::app::App;
use crate::ids;
use crate::store::{ChangeError, Found, Subject};

/// Holds the slot that starts at `start`.
pub async fn hold(app: &App, guest: &Actor, name: &EventName, start: Instant, key: &Key) -> Result<Hold, ActionError> {
    if let Some(hold) = key.answer(app).await? {
        return Ok(hold);
    }
    let (id, length) = (HoldId::new(ids::uuid()), app.config.limits.hold);
    for _ in 0..MAX_TRIES {
        let file = see_event(app, name, Some(guest)).await?;
        let slot = offered(app, &file, start).await?;
        let (person, now) = (guest.id(), app.clock.now());
        let rule = move |found: &Found| {
            let Found::Desk(desk) = found else { unreachable!("a desk was asked for") };
            let changes = booking::hold(desk, id, person, slot, length, now)?;
            let held = changes.iter().find_map(held).expect("to hold is to make a hold");
            Ok((changes, held))
        };
        let subject =
            Subject::Slot { event: file.event.id, version: file.event.version, slot, guest: person, uid: None };
        match commit(app, subject, key, rule).await {
            Ok(hold) => return Ok(hold),
            Err(ChangeError::EventMoved) => {}
            Err(error) => return Err(explain(app, &file, slot, guest, error).await),
        }
    }
    Err(ActionError::Unsettled)
}

/// Ends one's own hold before its time.
pub async fn release(app: &App, guest: &Actor, name: &EventName, hold: HoldId) -> Result<(), ActionError> {
    let missing = ActionError::NotFound { what: "hold" };
    let file = see_event(app, name, Some(guest)).await?;
    match app.store.hold(hold).await? {
        Some(found) if found.guest == guest.id() && found.event == file.event.id => {}
        _ => return Err(missing),
    }
    end(app, hold, Release::GivenUp).await
}

/// Ends a hold whose time is up.
pub(crate) async fn expire(app: &App, hold: HoldId) -> Result<(), ActionError> {
    end(app, hold, Release::Expired).await
}

async fn end(app: &App, hold: HoldId, why: Release) -> Result<(), ActionError> {
    let rule = move |found: &Found| {
        let Found::Hold(hold) = found else { unreachable!("a hold was asked for") };
        Ok((vec![Change::Released { hold: hold.clone(), why }], ()))
    };
    commit(app, Subject::Hold(hold), &Key::none(), rule).await.map_err(|error| of_change(error, "hold"))
}

fn held(change: &Change) -> Option<Hold> {
    match change {
        Change::Held { hold } => Some(hold.clone()),
        _ => None,
    }
}

//! When an event can be met: windows come, go, and lose slots.

use meetme_core::api::{self, Scope};
use meetme_core::change::Change;
use meetme_core::event::Event;
use meetme_core::id::WindowId;
use meetme_core::recurrence::Steps;
use meetme_core::refusal::Refusal;
use meetme_core::take_out::take_out;
use meetme_core::time::{Instant, Span};
use meetme_core::window::{MAX_WINDOWS, Window};

use crate::actions::commit::{Key, commit};
use crate::actions::error::of_change;
use crate::actions::event::fresh;
use crate::actions::marks::Marks;
use crate::actions::{ActionError, Actor, EventName, EventVersion, Kept, own_event};
use crate::app::App;
use crate::store::{ChangeError, EventDossier, Found, Subject};
use crate::{ids, slots};

/// How often a plan is made anew when the event changes under it.
const MAX_TRIES: usize = 4;

/// Adds a window to an event.
pub async fn add_window(
    app: &App,
    host: &Actor,
    name: &EventName,
    new: api::NewWindow,
    key: &Key,
) -> Result<Window, ActionError> {
    if let Some(window) = key.answer(app).await? {
        return Ok(window);
    }
    let file = own_event(app, name, host).await?;
    let window = new.into_window(WindowId::new(ids::uuid()));
    window.check(&file.event)?;
    let (checked_against, now) = (file.event.version, app.clock.now());
    let marks = Marks::read(app, host.id(), &file.event.slug).await?;
    let rule = move |found: &Found| {
        let Found::Event(dossier) = found else { unreachable!("an event was asked for") };
        if dossier.windows.len() >= MAX_WINDOWS {
            return Err(Refusal::TooMany { what: "windows of an event", limit: MAX_WINDOWS });
        }
        if dossier.event.version != checked_against {
            window.check(&dossier.event)?;
        }
        Ok((changed(&marks, dossier, vec![window.clone()], Vec::new(), now), window.clone()))
    };
    commit(app, Subject::Event(file.event.id), key, rule).await.map_err(|error| of_change(error, "event"))
}

/// Removes a window. Its bookings stay.
pub async fn remove_window(
    app: &App,
    host: &Actor,
    name: &EventName,
    window: WindowId,
    seen: EventVersion,
) -> Result<(), ActionError> {
    let file = own_event(app, name, host).await?;
    if !file.windows.iter().any(|other| other.id == window) {
        return Err(ActionError::NotFound { what: "window" });
    }
    let now = app.clock.now();
    let marks = Marks::read(app, host.id(), &file.event.slug).await?;
    let rule = move |found: &Found| {
        let Found::Event(dossier) = found else { unreachable!("an event was asked for") };
        fresh(dossier, seen)?;
        if !dossier.windows.iter().any(|other| other.id == window) {
            return Ok((Vec::new(), ()));
        }
        Ok((changed(&marks, dossier, Vec::new(), vec![window], now), ()))
    };
    commit(app, Subject::Event(file.event.id), &Key::none(), rule).await.map_err(|error| of_change(error, "event"))
}

/// Takes the slot at `start`, or with `until` everything from `start` to it, out of an event's windows.
/// Bookings stay.
pub async fn take_out_slot(
    app: &App,
    host: &Actor,
    name: &EventName,
    start: Instant,
    until: Option<Instant>,
) -> Result<(), ActionError> {
    for _ in 0..MAX_TRIES {
        let file = own_event(app, name, host).await?;
        let span = match until {
            Some(until) => Span::new(start, until).map_err(|empty| {
                meetme_core::refusal::Invalid::new("until", empty.end, "the end must come after the start")
            })?,
            None => slots::at(&file, start)?.ok_or(Refusal::NoSuchSlot { start })?,
        };
        let mut new_id = || WindowId::new(ids::uuid());
        let out = take_out(&file.event, &file.windows, span, &mut new_id, &mut Steps::default())?;
        if out.put.is_empty() && out.removed.is_empty() {
            return Err(Refusal::NoSuchSlot { start }.into());
        }
        let (planned, now) = (file.event.version, app.clock.now());
        let marks = Marks::read(app, host.id(), &file.event.slug).await?;
        let rule = move |found: &Found| {
            let Found::Event(dossier) = found else { unreachable!("an event was asked for") };
            settled(dossier, planned)?;
            Ok((changed(&marks, dossier, out.put.clone(), out.removed.clone(), now), ()))
        };
        match commit(app, Subject::Event(file.event.id), &Key::none(), rule).await {
            Err(ChangeError::Refused(Refusal::Stale)) => {}
            result => return result.map_err(|error| of_change(error, "event")),
        }
    }
    Err(ActionError::Unsettled)
}

/// Windows to put and to take away together.
#[derive(Debug, Clone)]
pub struct WindowPlan {
    /// New ones, and ones in the place of those with the same id.
    pub put: Vec<Window>,
    /// Those that go.
    pub removed: Vec<WindowId>,
    /// The version of the event from which this was planned.
    pub version: u64,
    /// What is kept of where they came from.
    pub kept: Vec<Kept>,
}

/// Changes an event's windows in one go. Bookings stay.
pub async fn set_windows(app: &App, host: &Actor, name: &EventName, plan: WindowPlan) -> Result<(), ActionError> {
    host.needs(Scope::Host)?;
    let file = own_event(app, name, host).await?;
    plan.put.iter().try_for_each(|window| window.check(&file.event))?;
    let (now, owner) = (app.clock.now(), host.id());
    let marks = Marks::read(app, owner, &file.event.slug).await?;
    let rule = move |found: &Found| {
        let Found::Event(dossier) = found else { unreachable!("an event was asked for") };
        settled(dossier, plan.version)?;
        let gone =
            |window: &&Window| !plan.removed.contains(&window.id) && plan.put.iter().all(|put| put.id != window.id);
        if dossier.windows.iter().filter(gone).count() + plan.put.len() > MAX_WINDOWS {
            return Err(Refusal::TooMany { what: "windows of an event", limit: MAX_WINDOWS });
        }
        let mut changes = changed(&marks, dossier, plan.put.clone(), plan.removed.clone(), now);
        changes.extend(plan.kept.iter().map(|kept| kept.change(owner)));
        Ok((changes, ()))
    };
    commit(app, Subject::Event(file.event.id), &Key::none(), rule).await.map_err(|error| of_change(error, "event"))
}

fn settled(dossier: &EventDossier, planned: u64) -> Result<(), Refusal> {
    fresh(dossier, Some(planned))
}

/// Other windows, a version on, and what is kept of those before.
fn changed(
    marks: &Marks,
    dossier: &EventDossier,
    put: Vec<Window>,
    removed: Vec<WindowId>,
    now: Instant,
) -> Vec<Change> {
    let event = Event { version: dossier.event.version + 1, updated_at: now, ..dossier.event.clone() };
    let kept = marks.of_windows(dossier, &event, &put, &removed);
    vec![Change::WindowsChanged { event, put, removed }, kept]
}

//! What a person sees of the news in their own log: everything that happened to what is theirs.

use meetme_core::api::{self, LiveKind};
use meetme_core::change::Kind;
use meetme_core::id::UserId;

use crate::actions::follow::of_booking;
use crate::actions::{ActionError, Actor, booking_view};
use crate::app::App;
use crate::store::LogEntry;

/// A person who follows their own log.
pub struct OwnFollower {
    person: UserId,
    gone: bool,
}

impl OwnFollower {
    /// Begins to follow.
    pub fn new(actor: &Actor) -> Self {
        Self { person: actor.id(), gone: false }
    }

    /// Whose log has the news.
    pub fn person(&self) -> UserId {
        self.person
    }

    /// Whether the account is no more: there is no further news.
    pub fn is_gone(&self) -> bool {
        self.gone
    }

    /// What an entry tells. Nothing of what has no event: limits and credentials.
    pub async fn see(&mut self, app: &App, entry: &LogEntry) -> Result<Option<api::LiveChange>, ActionError> {
        let kind = match entry.news.kind {
            Kind::EventCreated => LiveKind::EventCreated,
            Kind::EventChanged => LiveKind::EventChanged,
            Kind::WindowsChanged => LiveKind::WindowsChanged,
            Kind::EventDeleted => LiveKind::EventDeleted,
            Kind::Held => LiveKind::Held,
            Kind::Released => LiveKind::Released,
            Kind::AccountDeleted | Kind::AccountSwitched => {
                self.gone = true;
                return Ok(None);
            }
            other => match of_booking(other) {
                Some(kind) => return self.see_booking(app, entry, kind).await,
                None => return Ok(None),
            },
        };
        let Some(event) = entry.news.event else { return Ok(None) };
        let label = app.store.event_label(event).await?.ok_or(ActionError::NotFound { what: "event" })?;
        let event = api::BookedEvent { owner: label.owner, slug: label.slug, title: label.title };
        Ok(Some(tell(app, self.person, entry, kind, event)))
    }

    async fn see_booking(
        &self,
        app: &App,
        entry: &LogEntry,
        kind: LiveKind,
    ) -> Result<Option<api::LiveChange>, ActionError> {
        let Some(id) = entry.news.booking else { return Ok(None) };
        let file = app.store.booking(id).await?.ok_or(ActionError::NotFound { what: "booking" })?;
        let booking = booking_view(app, file, self.person);
        let change = tell(app, self.person, entry, kind, booking.event.clone());
        Ok(Some(api::LiveChange { booking: Some(booking), ..change }))
    }
}

fn tell(app: &App, person: UserId, entry: &LogEntry, kind: LiveKind, event: api::BookedEvent) -> api::LiveChange {
    api::LiveChange {
        cursor: app.changes.cursor(person, entry.seq),
        at: entry.at,
        kind,
        event,
        booking: None,
        spans: entry.news.spans.clone(),
    }
}

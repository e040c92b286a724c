//! What someone may see, and how it looks from where they stand.

use meetme_core::api;
use meetme_core::id::{BookingId, Slug, UserId, Username};
use meetme_core::slot::MAX_SLOT_RANGE;
use meetme_core::time::{Instant, Span};

use crate::actions::{ActionError, Actor};
use crate::app::App;
use crate::slots::{self, Judged};
use crate::store::{BookingFile, EventFile, PersonCard, UserRecord};

/// An event's public name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventName {
    /// Whose it is.
    pub owner: Username,
    /// Its short name.
    pub slug: Slug,
}

impl EventName {
    /// From `owner/slug`.
    pub fn of(text: &str) -> Option<Self> {
        let (owner, slug) = text.split_once('/')?;
        Some(Self { owner: owner.parse().ok()?, slug: slug.parse().ok()? })
    }
}

impl std::fmt::Display for EventName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.owner, self.slug)
    }
}

/// An event that `viewer` may see; a private one of someone else does not exist for them.
pub async fn see_event(app: &App, name: &EventName, viewer: Option<&Actor>) -> Result<EventFile, ActionError> {
    let file = app.store.event(&name.owner, &name.slug).await?;
    let username = viewer.map(|actor| &actor.0.user.username);
    file.filter(|file| file.event.is_open_to(username)).ok_or(ActionError::NotFound { what: "event" })
}

/// An event that `host` owns. Of someone else's one learns what [`see_event`] tells, and no more.
pub async fn own_event(app: &App, name: &EventName, host: &Actor) -> Result<EventFile, ActionError> {
    let file = see_event(app, name, Some(host)).await?;
    if file.event.host == host.id() { Ok(file) } else { Err(ActionError::HostOnly) }
}

/// The slots of an event that start between two instants, judged as of `now`, whatever stretch one question may
/// span.
pub async fn slots_between(
    app: &App,
    file: &EventFile,
    from: Instant,
    to: Instant,
    now: Instant,
) -> Result<Vec<Judged>, ActionError> {
    let (mut from, mut all) = (from, Vec::new());
    while let Ok(page) = Span::new(from, to.min(from + MAX_SLOT_RANGE)) {
        let (judged, next) = slots::list_at(app, file, page, false, now).await?;
        all.extend(judged);
        from = next.unwrap_or(page.end());
    }
    Ok(all)
}

/// A booking in which `actor` is host or guest.
pub async fn see_booking(app: &App, booking: BookingId, actor: &Actor) -> Result<BookingFile, ActionError> {
    let file = app.store.booking(booking).await?;
    let theirs = |file: &BookingFile| [file.booking.host, file.booking.guest].contains(&actor.id());
    file.filter(theirs).ok_or(ActionError::NotFound { what: "booking" })
}

/// A booking as `reader` sees it, one of its two.
pub fn booking_view(app: &App, file: BookingFile, reader: UserId) -> api::Booking {
    let booking = file.booking;
    let public_url = &app.public_url;
    api::Booking {
        id: booking.id,
        uid: booking.uid_for(reader, app.domain()),
        sequence: booking.sequence,
        event: api::BookedEvent { owner: file.owner, slug: file.slug, title: file.title },
        start: booking.span.start(),
        end: booking.span.end(),
        status: booking.status,
        host: person_view(file.host),
        guest: person_view(file.guest),
        note: booking.note,
        answers: booking.answers,
        lapses_at: booking.lapses_at,
        created_at: booking.created_at,
        updated_at: booking.updated_at,
        links: api::BookingLinks {
            call: format!("{public_url}/calls/{}", booking.id),
            page: format!("{public_url}/book/{}", booking.id),
        },
    }
}

/// A person as the other one of a booking sees them.
pub fn person_view(card: PersonCard) -> api::Person {
    api::Person { username: card.username, display_name: card.display_name, email: card.email }
}

/// An account as its owner sees it.
pub fn user_view(user: &UserRecord) -> api::User {
    api::User {
        username: user.username.clone(),
        display_name: user.display_name.clone(),
        email: user.email.clone(),
        time_zone: user.zone,
        max_per_day: user.max_per_day,
        max_per_week: user.max_per_week,
    }
}

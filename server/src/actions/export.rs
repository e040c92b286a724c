//! Everything that belongs to an account, to be taken along.

use std::collections::{BTreeMap, VecDeque};

use chrono::{DateTime, Utc};
use meetme_core::api;
use meetme_core::entry::Collection;
use meetme_core::id::{CollectionId, UserId};
use serde::Serialize;

use crate::actions::collection::is_hidden;
use crate::actions::{ActionError, Actor, booking_view, user_view};
use crate::app::App;
use crate::store::{BookingQuery, EntryFile, EntryQuery, MAX_EVENTS};

/// How many bookings are read at a time.
const EXPORT_PAGE: usize = 500;
/// How many entries of calendars are read at a time; each may have a megabyte.
const ENTRIES_PAGE: usize = 16;

/// Everything that belongs to an account, as one document.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Export {
    /// The account.
    pub user: api::User,
    /// App tokens, without their secrets.
    pub tokens: Vec<api::Token>,
    /// Own events with their windows.
    pub events: Vec<ExportedEvent>,
    /// Bookings as host and as guest, cancelled ones too.
    pub bookings: Vec<api::Booking>,
    /// Own calendars with all that is in them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub calendars: Vec<ExportedCalendar>,
}

/// An event and when it can be met.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ExportedEvent {
    /// The event.
    pub event: api::Event,
    /// Its windows.
    pub windows: Vec<api::Window>,
}

/// A calendar of one's own.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ExportedCalendar {
    /// The last segment of its path.
    pub name: String,
    /// Which components it takes.
    pub components: Vec<String>,
    /// Whether its entries are busy time.
    pub counts_as_busy: bool,
    /// What clients keep on it: names in Clark notation (`{DAV:}displayname`), and elements.
    pub properties: BTreeMap<String, String>,
    /// What is in it, by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub entries: Vec<ExportedEntry>,
}

/// An entry of a calendar.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ExportedEntry {
    /// The last segment of its path.
    pub name: String,
    /// Its UID.
    pub uid: String,
    /// When it was written last.
    pub changed_at: DateTime<Utc>,
    /// The iCalendar text, byte for byte as it is stored.
    pub data: String,
}

impl From<EntryFile> for ExportedEntry {
    fn from(entry: EntryFile) -> Self {
        let EntryFile { name, uid, changed_at, bytes, .. } = entry;
        // What is stored is UTF-8: nothing else is taken.
        let data = String::from_utf8(bytes).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned());
        Self { name, uid, changed_at, data }
    }
}

/// What comes next of somebody's calendars.
#[derive(Debug)]
pub enum Exported {
    /// Another calendar; its entries follow, it has none yet.
    Calendar(ExportedCalendar),
    /// An entry of that calendar, which has this id.
    Entry(CollectionId, EntryFile),
}

/// Goes through somebody's calendars, some entries at a time, so that an export takes the same memory whatever
/// they hold.
pub struct Calendars {
    owner: UserId,
    to_come: VecDeque<Collection>,
    /// Which calendar is being read, and up to which name.
    at: Option<(CollectionId, Option<String>)>,
    page: VecDeque<EntryFile>,
}

impl Calendars {
    /// At the beginning.
    pub async fn of(app: &App, owner: UserId) -> Result<Self, ActionError> {
        let files = app.store.collections(owner).await?;
        let files = files.into_iter().map(|file| file.collection);
        let to_come = files.filter(|collection| !is_hidden(&collection.name)).collect();
        Ok(Self { owner, to_come, at: None, page: VecDeque::new() })
    }

    /// The next calendar or entry; none behind the last one.
    pub async fn next(&mut self, app: &App) -> Result<Option<Exported>, ActionError> {
        if let Some((collection, after)) = &mut self.at {
            if self.page.is_empty() {
                let query = EntryQuery { after: after.clone(), bytes: true, ..EntryQuery::all_of(*collection) };
                self.page = app.store.find_entries(query, ENTRIES_PAGE).await?.into();
            }
            if let Some(entry) = self.page.pop_front() {
                *after = Some(entry.name.clone());
                return Ok(Some(Exported::Entry(*collection, entry)));
            }
            self.at = None;
        }
        let Some(Collection { id, name, components, counts, .. }) = self.to_come.pop_front() else { return Ok(None) };
        self.at = Some((id, None));
        let properties = app.store.properties(self.owner, &name).await?.into_iter().collect();
        let (counts_as_busy, entries) = (counts, Vec::new());
        Ok(Some(Exported::Calendar(ExportedCalendar { name, components, counts_as_busy, properties, entries })))
    }
}

/// Gathers what belongs to the actor, all but their [`Calendars`].
pub async fn export_account(app: &App, actor: &Actor) -> Result<Export, ActionError> {
    let user = app.store.user(actor.id()).await?.ok_or(ActionError::NotFound { what: "account" })?;
    let tokens = app.store.tokens(user.id).await?.iter().filter_map(super::token::token_view).collect();
    let mut events = Vec::new();
    for event in app.store.events(user.id, None, MAX_EVENTS).await? {
        let Some(file) = app.store.event_by_id(event.id).await? else { continue };
        events.push(ExportedEvent {
            event: api::Event::new(&file.event, &app.public_url, true),
            windows: file.windows.into_iter().map(api::Window::from).collect(),
        });
    }
    let mut query = BookingQuery::all_of(user.id);
    let mut bookings = Vec::new();
    // As many pages as there are bookings: everything of one's own is asked for.
    loop {
        let page = app.store.bookings(query.clone(), EXPORT_PAGE).await?;
        let Some(last) = page.last() else { break };
        query.after = Some((last.booking.span.start(), last.booking.id));
        bookings.extend(page.into_iter().map(|file| booking_view(app, file, user.id)));
    }
    Ok(Export { user: user_view(&user), tokens, events, bookings, calendars: Vec::new() })
}

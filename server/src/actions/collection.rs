//! Calendars of people's own come, change and go, and so does what clients keep on them.

use meetme_core::api::Scope;
use meetme_core::change::Change;
use meetme_core::entry::{Collection, MAX_COLLECTIONS};
use meetme_core::id::{CollectionId, UserId};
use meetme_core::object::{Kind, ObjectZone, calendar_timezone};
use meetme_core::refusal::Refusal;

use crate::actions::availability::{HIDDEN, is_availability, refresh_availability};
use crate::actions::commit::{Key, commit};
use crate::actions::error::of_change;
use crate::actions::meeting::leave;
use crate::actions::{ActionError, Actor, EventName, see_event};
use crate::app::App;
use crate::ids;
use crate::store::{CollectionFile, Found, Subject};

/// The calendar that everybody has.
pub const PERSONAL: &str = "personal";
/// Where invitations arrive.
pub const INBOX: &str = "inbox";

/// Whether a calendar is the server's own and no client can name it: a segment of a path has no slash.
pub fn is_hidden(name: &str) -> bool {
    name.contains('/')
}

/// What a new calendar shall be, or what of one shall change.
#[derive(Debug, Clone, Default)]
pub struct CollectionEdit {
    /// The components it takes; only for a new one.
    pub components: Option<Vec<String>>,
    /// Whether its entries are busy time.
    pub counts: Option<bool>,
    /// Its `calendar-timezone`; `Some(None)` takes it away.
    pub timezone: Option<Option<String>>,
    /// Properties to keep, or to forget: names in Clark notation.
    pub properties: Vec<(String, Option<String>)>,
}

impl CollectionEdit {
    fn is_of_properties_alone(&self) -> bool {
        self.components.is_none() && self.counts.is_none() && self.timezone.is_none()
    }

    fn apply(&self, collection: &mut Collection) {
        if let Some(components) = &self.components {
            collection.components.clone_from(components);
        }
        if let Some(counts) = self.counts {
            collection.counts = counts;
        }
        if let Some(timezone) = &self.timezone {
            collection.timezone.clone_from(timezone);
            let zone = timezone.as_deref().and_then(|text| calendar_timezone(text.as_bytes()).ok());
            collection.zone = zone.and_then(|zone| match zone {
                ObjectZone::Known(zone) => Some(zone),
                ObjectZone::Custom(_) => None,
            });
        }
    }
}

/// The components of a calendar whose maker did not say.
pub fn usual_components() -> Vec<String> {
    ["VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY"].map(str::to_owned).to_vec()
}

/// Makes a calendar of the actor's own.
pub async fn make_collection(app: &App, actor: &Actor, name: &str, edit: CollectionEdit) -> Result<(), ActionError> {
    make_collection_of(app, actor.id(), name, edit).await
}

async fn make_collection_of(app: &App, owner: UserId, name: &str, edit: CollectionEdit) -> Result<(), ActionError> {
    let mut new = Collection {
        id: CollectionId::new(ids::uuid()),
        owner,
        name: name.to_owned(),
        components: usual_components(),
        counts: true,
        timezone: None,
        zone: None,
    };
    edit.apply(&mut new);
    let place = name.to_owned();
    let rule = move |found: &Found| {
        let Found::Collection(desk) = found else { unreachable!("a calendar was asked for") };
        if desk.there.is_some() {
            return Err(Refusal::AlreadyThere);
        }
        if desk.count >= MAX_COLLECTIONS {
            return Err(Refusal::TooMany { what: "calendars", limit: MAX_COLLECTIONS });
        }
        let mut changes = vec![Change::CollectionPut { collection: new.clone(), touched: Vec::new() }];
        if !edit.properties.is_empty() {
            changes.push(Change::PropertiesSet { owner, place: place.clone(), set: edit.properties.clone() });
        }
        Ok((changes, ()))
    };
    let subject = Subject::Collection { owner, name: name.to_owned() };
    commit(app, subject, &Key::none(), rule).await.map_err(|error| of_change(error, "calendar"))
}

/// Changes a calendar's settings and what is kept on it, all of it or nothing.
pub async fn edit_collection(app: &App, actor: &Actor, name: &str, edit: CollectionEdit) -> Result<(), ActionError> {
    if edit.is_of_properties_alone() {
        return set_properties(app, actor, name, edit.properties).await;
    }
    let owner = actor.id();
    let (place, zone_changed) = (name.to_owned(), edit.timezone.is_some());
    let rule = move |found: &Found| {
        let Found::Collection(desk) = found else { unreachable!("a calendar was asked for") };
        let Some(mut collection) = desk.there.clone() else { return Err(Refusal::NotThere) };
        let counted = collection.counts;
        edit.apply(&mut collection);
        let touched = if counted == collection.counts { Vec::new() } else { desk.busy.clone() };
        let mut changes = vec![Change::CollectionPut { collection, touched }];
        if !edit.properties.is_empty() {
            changes.push(Change::PropertiesSet { owner, place: place.clone(), set: edit.properties.clone() });
        }
        Ok((changes, ()))
    };
    let subject = Subject::Collection { owner, name: name.to_owned() };
    commit(app, subject, &Key::none(), rule).await.map_err(|error| of_change(error, "calendar"))?;
    let file = app.store.collection(owner, name).await?;
    if file.is_some_and(|file| file.collection.components.iter().any(|one| is_availability(one))) {
        refresh_availability(app, &actor.0.user).await?;
    }
    if zone_changed {
        crate::actions::entry::read_anew(app, actor, name).await?;
    }
    Ok(())
}

/// Properties to keep on a place below a calendar home, or to forget, beside another change and together with it.
#[derive(Debug, Clone)]
pub struct Kept {
    /// The place.
    pub place: String,
    /// Names in Clark notation.
    pub set: Vec<(String, Option<String>)>,
}

impl Kept {
    pub(super) fn change(&self, owner: UserId) -> Change {
        Change::PropertiesSet { owner, place: self.place.clone(), set: self.set.clone() }
    }
}

/// Keeps properties on a place in the actor's home, or forgets them.
pub async fn set_properties(
    app: &App,
    actor: &Actor,
    place: &str,
    set: Vec<(String, Option<String>)>,
) -> Result<(), ActionError> {
    let (owner, at) = (actor.id(), place.to_owned());
    let rule = move |_: &Found| {
        let change = Change::PropertiesSet { owner, place: at.clone(), set: set.clone() };
        Ok((if set.is_empty() { Vec::new() } else { vec![change] }, ()))
    };
    // The first segment is enough to lock the owner.
    let subject = Subject::Collection { owner, name: place.to_owned() };
    commit(app, subject, &Key::none(), rule).await.map_err(|error| of_change(error, "place"))
}

/// Deletes a calendar with everything in it. Meetings in it that lie ahead are cancelled or declined first, each as
/// a change of its own.
pub async fn delete_collection(app: &App, actor: &Actor, name: &str) -> Result<(), ActionError> {
    let owner = actor.id();
    let calendar = app.store.collection(owner, name).await?;
    if let Some(calendar) = &calendar {
        leave(app, actor, calendar, true).await?;
    }
    let components = calendar.map(|calendar| calendar.collection.components).unwrap_or_default();
    let rule = move |found: &Found| {
        let Found::Collection(desk) = found else { unreachable!("a calendar was asked for") };
        let Some(collection) = desk.there.clone() else { return Err(Refusal::NotThere) };
        Ok((vec![Change::CollectionDeleted { collection, freed: desk.busy.clone() }], ()))
    };
    let subject = Subject::Collection { owner, name: name.to_owned() };
    commit(app, subject, &Key::none(), rule).await.map_err(|error| of_change(error, "calendar"))?;
    if components.iter().any(|one| is_availability(one)) {
        refresh_availability(app, &actor.0.user).await?;
    }
    Ok(())
}

/// Under which name it is kept that an event was added.
const ADDED: &str = "{urn:meetme:dav}added";
/// The most events that one account adds.
const MAX_ADDED: usize = 200;

/// Puts someone else's event into the actor's calendar home, where its open slots can be booked. Once more
/// changes nothing.
pub async fn add_event(app: &App, guest: &Actor, name: &EventName) -> Result<(), ActionError> {
    guest.needs(Scope::Book)?;
    let file = see_event(app, name, Some(guest)).await?;
    if file.event.host == guest.id() {
        return Err(Refusal::OwnEvent.into());
    }
    let added = added_events(app, guest).await?;
    if added.contains(name) {
        return Ok(());
    }
    if added.len() >= MAX_ADDED {
        return Err(Refusal::TooMany { what: "added events", limit: MAX_ADDED }.into());
    }
    set_properties(app, guest, &place_of(name), vec![(ADDED.to_owned(), Some(name.to_string()))]).await
}

/// Takes an event out of the actor's calendar home again. Bookings stay. One that is not there changes nothing.
pub async fn remove_event(app: &App, guest: &Actor, name: &EventName) -> Result<(), ActionError> {
    guest.needs(Scope::Book)?;
    if !added_events(app, guest).await?.contains(name) {
        return Ok(());
    }
    set_properties(app, guest, &place_of(name), vec![(ADDED.to_owned(), None)]).await
}

/// The events that the actor added, by name.
pub async fn added_events(app: &App, guest: &Actor) -> Result<Vec<EventName>, ActionError> {
    let kept = app.store.properties_below(guest.id(), "").await?;
    let names = kept.into_iter().filter(|(_, name, _)| name == ADDED);
    Ok(names.filter_map(|(_, _, value)| EventName::of(&value)).collect())
}

fn place_of(name: &EventName) -> String {
    format!("book-{}-{}", name.owner, name.slug)
}

/// One of the calendars that everybody has, made the first time it is asked for.
pub async fn given_collection(app: &App, actor: &Actor, name: &str) -> Result<CollectionFile, ActionError> {
    given_collection_of(app, actor.id(), name).await
}

/// The same of anybody.
pub(super) async fn given_collection_of(app: &App, owner: UserId, name: &str) -> Result<CollectionFile, ActionError> {
    for _ in 0..2 {
        if let Some(file) = app.store.collection(owner, name).await? {
            return Ok(file);
        }
        let inbox = name == INBOX;
        let components = (name == HIDDEN).then(|| vec![Kind::Availability.name().to_owned()]);
        let edit = CollectionEdit { counts: Some(!inbox), components, ..CollectionEdit::default() };
        match make_collection_of(app, owner, name, edit).await {
            // Somebody else made it meanwhile.
            Ok(()) | Err(ActionError::Refused { refusal: Refusal::AlreadyThere, .. }) => {}
            Err(error) => return Err(error),
        }
    }
    Err(ActionError::Unsettled)
}

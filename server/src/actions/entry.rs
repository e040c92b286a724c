//! Entries of people's own calendars are written, moved and removed, and their busy time is kept ahead.

use chrono::TimeDelta;
use meetme_core::change::Change;
use meetme_core::entry::{self, BusyKind, BusySpan, Condition, Entry};
use meetme_core::id::CollectionId;
use meetme_core::object::{self, BadObject, Object, ObjectLimits, ObjectZone, Setting, calendar_timezone};
use meetme_core::recurrence::Steps;
use meetme_core::time::{Instant, Span, Zone};
use sha2::{Digest, Sha256};

use crate::actions::availability::{is_availability, refresh_availability};
use crate::actions::commit::{Key, commit};
use crate::actions::error::of_change;
use crate::actions::{ActionError, Actor};
use crate::app::App;
use crate::store::{CollectionFile, EntryFile, EntryQuery, Found, StaleEntry, Subject, UserRecord};

/// How far ahead the busy time of what recurs is kept.
pub const BUSY_AHEAD: TimeDelta = TimeDelta::days(731);
/// How far ahead it must be known at least: the worker that keeps it ahead has until then.
const BUSY_AHEAD_AT_LEAST: TimeDelta = TimeDelta::days(640);
/// How far back it is kept.
pub(super) const BUSY_BEHIND: TimeDelta = TimeDelta::days(62);
/// When nothing is known any more.
pub(super) const FAR_AWAY: TimeDelta = TimeDelta::days(365 * 1000);
/// The longest UID, in bytes.
pub const MAX_UID: usize = 1024;
/// Entries that are read anew at once.
const BATCH: usize = 100;

/// What came of writing an entry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Written {
    /// Whether there was none before.
    pub new: bool,
    /// Its ETag now.
    pub etag: String,
    /// Its Schedule-Tag now.
    pub schedule_tag: Option<String>,
}

/// The zone of a calendar's floating times.
pub fn floating_zone(timezone: Option<&str>, owners: Zone) -> ObjectZone {
    let own = timezone.and_then(|text| calendar_timezone(text.as_bytes()).ok());
    own.unwrap_or_else(|| ObjectZone::from(owners))
}

/// The calendar user addresses of an account.
pub fn addresses(app: &App, user: &UserRecord) -> Vec<String> {
    vec![
        format!("mailto:{}", user.email),
        format!("urn:meetme:{}", user.username),
        format!("{}/dav/principals/{}/", app.public_url, user.username),
        format!("/dav/principals/{}/", user.username),
    ]
}

/// What bytes hash to.
pub fn etag_of(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// How large what clients send may be.
pub fn object_limits(app: &App) -> ObjectLimits {
    ObjectLimits { max_bytes: app.config.limits.object_bytes, ..ObjectLimits::default() }
}

/// An entry with everything that follows from its bytes, which nobody else may change. Refuses what the calendar does not take.
pub fn entry_of(
    app: &App,
    owner: &UserRecord,
    calendar: &CollectionFile,
    name: &str,
    bytes: Vec<u8>,
) -> Result<Entry, BadObject> {
    let limits = object_limits(app);
    let now = app.clock.now();
    let object = Object::read(&bytes, &limits)?;
    let component = object.kind().name().to_owned();
    if !calendar.collection.components.contains(&component) {
        return Err(BadObject::Component { name: component });
    }
    let uid = object.uid().to_owned();
    if uid.len() > MAX_UID || uid.contains('\0') {
        return Err(BadObject::Resource { why: format!("the UID is longer than {MAX_UID} bytes") });
    }
    let zone = floating_zone(calendar.collection.timezone.as_deref(), owner.zone);
    object.check_instances(&zone, &limits)?;
    let mut entry = Entry {
        collection: calendar.collection.id,
        name: name.to_owned(),
        uid,
        component,
        etag: etag_of(&bytes),
        schedule_tag: None,
        organizer: Some(owner.id),
        first: None,
        last: None,
        recurring: false,
        busy: Vec::new(),
        known_to: None,
        message: false,
        changed_at: now,
        bytes: Vec::new(),
    };
    let addresses = addresses(app, owner);
    // One that others take part in; the tag stays another one as long as only answers change.
    entry.schedule_tag = object.role(&addresses)?.map(|_| entry.etag.clone());
    index(&mut entry, &object, &zone, &addresses, now);
    drop(object);
    Ok(Entry { bytes, ..entry })
}

/// Fills in what follows from an object's times. What cannot be worked out is closed.
fn index(entry: &mut Entry, object: &Object<'_>, zone: &ObjectZone, addresses: &[String], now: Instant) {
    let (begin, end) = (now - BUSY_BEHIND, now + BUSY_AHEAD);
    let Ok(horizon) = Span::new(begin, end) else { return };
    let setting = Setting { floating: zone, horizon, addresses };
    let unreadable = |from: Instant| {
        let span = Span::new(from, now + FAR_AWAY).ok();
        span.map(|span| BusySpan { span, kind: BusyKind::Unreadable })
    };
    match object.index(&setting, &mut Steps::default()) {
        Ok(index) => {
            let (first, last) = (index.first_start, index.last_end);
            (entry.first, entry.last, entry.recurring) = (first, last, index.recurring);
            let within = |horizon: Span| object.index(&Setting { horizon, ..setting }, &mut Steps::default()).ok();
            let goes_on = last.is_none_or(|last| last > end);
            let busy = match last.and_then(|last| Span::new(begin, last).ok()) {
                // What happens once is known however far ahead it is.
                Some(all) if goes_on && !index.recurring => within(all).map_or(index.busy, |index| index.busy),
                _ => index.busy,
            };
            let first_day = first.and_then(|first| Span::new(first, first + TimeDelta::days(1)).ok());
            let takes_time = || first_day.and_then(within).is_some_and(|index| !index.busy.is_empty());
            if entry.recurring && goes_on && (!busy.is_empty() || takes_time()) {
                entry.known_to = Some(end);
                entry.busy.extend(unreadable(first.unwrap_or(end).max(end)));
            }
            entry.busy.extend(busy.into_iter().map(|busy| BusySpan { span: busy.span, kind: kind_of(busy.kind) }));
        }
        Err(closed) => {
            (entry.first, entry.last, entry.recurring) = (closed.from, None, true);
            entry.busy = unreadable(closed.from.unwrap_or(begin).max(begin)).into_iter().collect();
        }
    }
}

pub(super) fn kind_of(kind: object::BusyKind) -> BusyKind {
    match kind {
        object::BusyKind::Busy => BusyKind::Busy,
        object::BusyKind::Tentative => BusyKind::Tentative,
        object::BusyKind::Unavailable => BusyKind::Unavailable,
    }
}

/// Moves an entry, with what is kept on it. `entry` is as it shall be at its new place; `overwrite` lets it
/// take the place of what is there. Whether nothing was there.
pub async fn move_entry(
    app: &App,
    actor: &Actor,
    from: (CollectionId, String),
    entry: Entry,
    condition: Condition,
    overwrite: bool,
    properties: (String, Vec<(String, Option<String>)>),
) -> Result<bool, ActionError> {
    let (owner, closes) = (actor.id(), is_availability(&entry.component));
    let to = (entry.collection, entry.name.clone());
    let subject = Subject::EntryMove { owner, from, to, uid: entry.uid.clone() };
    let target = Condition { none_matches: (!overwrite).then(|| vec!["*".to_owned()]), ..Condition::default() };
    let rule = move |found: &Found| {
        let Found::Places(places) = found else { unreachable!("two places were asked for") };
        let [whence, whither] = places.as_ref();
        let mut changes = entry::remove(whence, &condition)?;
        if whence.there.as_ref().is_some_and(|card| card.etag != entry.etag) {
            return Err(meetme_core::refusal::Refusal::Stale);
        }
        target.check(whither.there.as_ref())?;
        // A meeting is cancelled or declined by deleting it, so that others hear of it.
        if let Some(there) = whither.there.as_ref().filter(|there| there.schedule_tag.is_some()) {
            return Err(meetme_core::refusal::Refusal::UidTaken { name: there.name.clone() });
        }
        if whither.there.is_some() {
            changes.extend(entry::remove(whither, &Condition::default())?);
        }
        let emptied = entry::Place { there: None, ..whither.clone() };
        changes.extend(entry::put(&emptied, entry.clone(), &Condition::default())?);
        if !properties.1.is_empty() {
            let (place, set) = properties.clone();
            changes.push(Change::PropertiesSet { owner, place, set });
        }
        Ok((changes, whither.there.is_none()))
    };
    let moved = commit(app, subject, &Key::none(), rule).await.map_err(|error| of_change(error, "calendar"))?;
    if closes {
        refresh_availability(app, &actor.0.user).await?;
    }
    Ok(moved)
}

/// Keeps the busy time of entries ahead: one look at those that are short. How many there were.
pub(crate) async fn extend_busy(app: &App) -> Result<usize, ActionError> {
    let before = app.clock.now() + BUSY_AHEAD_AT_LEAST;
    let short = app.store.short_entries(before, BATCH).await?;
    for stale in &short {
        let Some(owner) = app.store.user(stale.owner).await? else { continue };
        if is_availability(&stale.entry.component) {
            refresh_availability(app, &owner).await?;
            continue;
        }
        extend(app, &owner, stale).await?;
    }
    Ok(short.len())
}

/// Works the busy time of an entry out anew.
async fn extend(app: &App, owner: &UserRecord, stale: &StaleEntry) -> Result<(), ActionError> {
    let file = &stale.entry;
    // What is kept already is read although no larger ones are taken any more.
    let limits = object_limits(app);
    let limits = ObjectLimits { max_bytes: limits.max_bytes.max(file.bytes.len()), ..limits };
    let Ok(object) = Object::read(&file.bytes, &limits) else { return Ok(()) };
    let mut entry = Entry {
        collection: stale.collection,
        name: file.name.clone(),
        uid: file.uid.clone(),
        component: file.component.clone(),
        etag: file.etag.clone(),
        schedule_tag: file.schedule_tag.clone(),
        organizer: file.organizer,
        first: None,
        last: None,
        recurring: false,
        busy: Vec::new(),
        known_to: None,
        message: false,
        changed_at: file.changed_at,
        bytes: Vec::new(),
    };
    let zone = floating_zone(stale.timezone.as_deref(), owner.zone);
    index(&mut entry, &object, &zone, &addresses(app, owner), app.clock.now());
    let subject = Subject::Entry {
        owner: stale.owner,
        collection: stale.collection,
        name: file.name.clone(),
        uid: Some(file.uid.clone()),
    };
    let rule = move |found: &Found| {
        let Found::Place(place) = found else { unreachable!("a place was asked for") };
        let Some(there) = place.there.as_ref().filter(|there| there.etag == entry.etag) else {
            // It was written meanwhile, and is known ahead.
            return Ok((Vec::new(), ()));
        };
        let mut entry = entry.clone();
        if place.of_booking {
            entry.busy.clear();
            entry.known_to = None;
        }
        let (owner, freed) = (place.collection.owner, there.busy.clone());
        Ok((vec![Change::EntryExtended { owner, entry: Box::new(entry), freed }], ()))
    };
    match commit(app, subject, &Key::none(), rule).await {
        // The calendar went meanwhile.
        Ok(()) | Err(crate::store::ChangeError::NotFound) => Ok(()),
        Err(error) => Err(of_change(error, "calendar")),
    }
}

/// Works all times of a calendar out anew, because its zone is another one.
pub(super) async fn read_anew(app: &App, actor: &Actor, name: &str) -> Result<(), ActionError> {
    let Some(calendar) = app.store.collection(actor.id(), name).await? else { return Ok(()) };
    let mut query = EntryQuery { bytes: true, ..EntryQuery::all_of(calendar.collection.id) };
    loop {
        let page: Vec<EntryFile> = app.store.find_entries(query.clone(), BATCH).await?;
        let Some(last) = page.last() else { return Ok(()) };
        query.after = Some(last.name.clone());
        for entry in page {
            let stale = StaleEntry {
                owner: actor.id(),
                collection: calendar.collection.id,
                timezone: calendar.collection.timezone.clone(),
                entry,
            };
            extend(app, &actor.0.user, &stale).await?;
        }
    }
}

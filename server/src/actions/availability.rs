//! When somebody said beforehand that they can be met (VAVAILABILITY, RFC 7953), over all of their calendars.
//!
//! What one object says depends on the others: the one with the higher
//! PRIORITY holds. So the time that they close is kept once, as an entry of a
//! calendar that no client can name, and is worked out anew in the same
//! transaction as each of them is written.

use meetme_core::entry::{self, BusyKind, BusySpan, Condition, Entry};
use meetme_core::id::{CollectionId, UserId};
use meetme_core::object::{Kind, Object, ObjectZone, Setting, unavailable};
use meetme_core::recurrence::Steps;
use meetme_core::refusal::Refusal;
use meetme_core::time::Span;

use crate::actions::collection::given_collection_of;
use crate::actions::commit::{Key, commit};
use crate::actions::entry::{BUSY_AHEAD, BUSY_BEHIND, FAR_AWAY, etag_of, kind_of, object_limits};
use crate::actions::error::of_change;
use crate::actions::meeting::Step;
use crate::actions::{ActionError, INBOX};
use crate::app::App;
use crate::store::{ChangeError, EntryQuery, Found, Subject, UserRecord};

/// The calendar in which the time is kept that is closed. No path leads there: a segment has no slash.
pub(super) const HIDDEN: &str = "/availability";
/// Under which name the `calendar-availability` of an inbox (RFC 7953 5.2) is kept as a calendar.
pub const AVAILABILITY: &str = "{urn:meetme:dav}availability";
/// The one entry in there.
const ENTRY: &str = "closed";
/// The most VAVAILABILITYs of one account.
const MAX_OBJECTS: usize = 100;
/// How often it is worked out anew because one was written meanwhile.
const TRIES: usize = 16;

/// Whether a component says when somebody can be met.
pub(super) fn is_availability(component: &str) -> bool {
    component == Kind::Availability.name()
}

/// An object that is about to be written or removed.
pub(super) struct Written<'a> {
    pub(super) collection: CollectionId,
    pub(super) name: &'a str,
    /// None if it goes.
    pub(super) bytes: Option<&'a [u8]>,
}

/// The step that keeps closed what a person's VAVAILABILITYs close, with one of them as it will be. None if there
/// never was any.
pub(super) async fn step(
    app: &App,
    user: &UserRecord,
    written: Option<&Written<'_>>,
) -> Result<Option<Step>, ActionError> {
    let objects = objects(app, user.id, written).await?;
    if objects.is_empty() && app.store.collection(user.id, HIDDEN).await?.is_none() {
        return Ok(None);
    }
    if objects.len() > MAX_OBJECTS {
        return Err(Refusal::TooMany { what: "availabilities", limit: MAX_OBJECTS }.into());
    }
    let calendar = given_collection_of(app, user.id, HIDDEN).await?.collection.id;
    let was = app.store.entries(calendar, &[ENTRY.to_owned()]).await?.pop();
    let put = closed(app, user, calendar, &objects);
    Ok(Some(Step::put(user.id, put, was.map(|file| file.etag))))
}

/// The bytes of all of a person's VAVAILABILITYs.
async fn objects(app: &App, owner: UserId, written: Option<&Written<'_>>) -> Result<Vec<Vec<u8>>, ActionError> {
    let mut objects = Vec::new();
    for file in app.store.collections(owner).await? {
        let calendar = &file.collection;
        if !calendar.counts || calendar.name == HIDDEN || !calendar.components.iter().any(|one| is_availability(one)) {
            continue;
        }
        let components = vec![Kind::Availability.name().to_owned()];
        let query = EntryQuery { components, bytes: true, ..EntryQuery::all_of(calendar.id) };
        let found = app.store.find_entries(query, MAX_OBJECTS + 1).await?;
        let other = |name: &str| !written.is_some_and(|one| one.collection == calendar.id && one.name == name);
        objects.extend(found.into_iter().filter(|file| other(&file.name)).map(|file| file.bytes));
        let own = written.filter(|one| one.collection == calendar.id).and_then(|one| one.bytes);
        objects.extend(own.map(<[u8]>::to_vec));
    }
    let kept = app.store.properties(owner, INBOX).await?.into_iter();
    objects.extend(kept.filter(|(name, _)| name == AVAILABILITY).map(|(_, text)| text.into_bytes()));
    Ok(objects)
}

/// The entry that closes time. What cannot be worked out is closed.
fn closed(app: &App, user: &UserRecord, calendar: CollectionId, objects: &[Vec<u8>]) -> Entry {
    let (limits, now) = (object_limits(app), app.clock.now());
    let (begin, end) = (now - BUSY_BEHIND, now + BUSY_AHEAD);
    let zone = ObjectZone::from(user.zone);
    let read: Vec<Object<'_>> = objects.iter().filter_map(|bytes| Object::read(bytes, &limits).ok()).collect();
    let horizon = Span::new(begin, end).expect("the horizon lies ahead of what is behind");
    let mut entry = Entry {
        collection: calendar,
        name: ENTRY.to_owned(),
        uid: ENTRY.to_owned(),
        component: Kind::Availability.name().to_owned(),
        bytes: Vec::new(),
        message: false,
        etag: etag_of(format!("{now} {objects:?}").as_bytes()),
        schedule_tag: None,
        organizer: None,
        first: None,
        last: None,
        recurring: true,
        busy: Vec::new(),
        known_to: None,
        changed_at: now,
    };
    let unreadable = |from| {
        let span = Span::new(from, now + FAR_AWAY).ok();
        span.map(|span| BusySpan { span, kind: BusyKind::Unreadable })
    };
    match unavailable(&read, horizon, &zone, &mut Steps::default()) {
        Ok(busy) => {
            entry.busy = busy.into_iter().map(|busy| BusySpan { span: busy.span, kind: kind_of(busy.kind) }).collect();
            let setting = Setting { floating: &zone, horizon, addresses: &[] };
            let goes_on = |object: &Object<'_>| {
                object
                    .index(&setting, &mut Steps::default())
                    .map_or(true, |index| index.last_end.is_none_or(|last| last > end))
            };
            if read.iter().any(goes_on) {
                entry.known_to = Some(end);
                entry.busy.extend(unreadable(end));
            }
        }
        Err(_) => entry.busy = unreadable(begin).into_iter().collect(),
    }
    entry
}

/// Works out anew what a person's VAVAILABILITYs close, because time went on or a calendar is another one.
pub async fn refresh_availability(app: &App, user: &UserRecord) -> Result<(), ActionError> {
    for _ in 0..TRIES {
        let Some(step) = step(app, user, None).await? else { return Ok(()) };
        let subject = Subject::Entries { lead: user.id, places: vec![step.at.clone()] };
        let rule = move |found: &Found| {
            let Found::Entries(places) = found else { unreachable!("entries were asked for") };
            let [place] = places.as_slice() else { unreachable!("one entry was asked for") };
            if place.there.as_ref().map(|there| &there.etag) != step.was.as_ref() {
                return Ok((Vec::new(), false));
            }
            let Some(put) = &step.put else { unreachable!("it is only written") };
            Ok((entry::put(place, put.as_ref().clone(), &Condition::default())?, true))
        };
        match commit(app, subject, &Key::none(), rule).await {
            Ok(true) => return Ok(()),
            Ok(false) | Err(ChangeError::NotFound) => {}
            Err(error) => return Err(of_change(error, "calendar")),
        }
    }
    Err(ActionError::Unsettled)
}

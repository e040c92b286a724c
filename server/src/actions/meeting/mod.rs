//! Entries of people's own calendars are written and removed, and whoever takes part in them learns of it (RFC 6638).
//!
//! A meeting is written for everybody at once: [`plan`] reads all
//! copies that a change concerns and works out what each becomes, with nothing
//! locked; the transaction looks whether all of them are still as they were
//! read, and writes them all, or none and it is planned anew. What has nobody
//! else in it goes the short way.

mod busy;
mod desk;
mod people;
mod plan;

use meetme_core::change::Change;
use meetme_core::entry::{self, Condition, Entry, Place};
use meetme_core::id::CollectionId;
use meetme_core::object::schedule::NotAllowed;
use meetme_core::refusal::Refusal;
use serde::{Deserialize, Serialize};

use self::plan::Plan;
pub(super) use self::plan::Step;
use crate::actions::availability::is_availability;
use crate::actions::commit::{Key, commit};
use crate::actions::entry::{Written, entry_of};
use crate::actions::error::of_change;
use crate::actions::{ActionError, Actor};
use crate::app::App;
use crate::store::{ChangeError, CollectionFile, EntryAt, Found, Subject};

pub use self::busy::busy_of;
pub(crate) use self::desk::forget_old_messages;
pub use self::people::DEFAULT_CALENDAR;

/// How often a change is planned anew because a copy changed meanwhile. Each time somebody else got through.
const TRIES: usize = 64;
/// Meetings that are looked for at once in a calendar that goes.
const LEFT_AT_ONCE: usize = 100;

/// What a client wants done with an entry.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Where it is, or shall be.
    pub calendar: CollectionFile,
    /// The last segment of its path.
    pub name: String,
    /// What must be so, or nothing be done.
    pub condition: Condition,
    /// Whether the organizer hears of it when an attendee removes their copy (`Schedule-Reply`).
    pub replies: bool,
}

/// An entry that was written.
#[derive(Debug, Clone)]
pub struct Stored {
    /// What came of it. Without an ETag if what is kept is not what the client wrote.
    pub written: Written,
    /// The ETag and bytes that are kept, where they are not the client's.
    pub kept: Option<(String, Vec<u8>)>,
}

/// What a transaction says.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Said {
    /// It is done.
    Done(Written),
    /// It is about more people than one: plan it.
    Meeting,
    /// Nobody is told of it: a booking has its UID, and is on both sides already.
    Plain,
    /// A copy is not as it was read.
    Moved,
}

/// Writes an entry, and what follows from it for others.
pub async fn write_entry(app: &App, actor: &Actor, wish: Wish, bytes: Vec<u8>) -> Result<Stored, ActionError> {
    let entry = entry_of(app, &actor.0.user, &wish.calendar, &wish.name, bytes)?;
    if entry.schedule_tag.is_none()
        && !is_availability(&entry.component)
        && let Said::Done(written) = write_plain(app, actor, entry.clone(), &wish.condition, true).await?
    {
        return Ok(Stored { written, kept: None });
    }
    arrange(app, actor, &wish, Some(entry), false).await
}

/// Removes an entry, and what follows from it for others.
pub async fn remove_entry(app: &App, actor: &Actor, wish: Wish) -> Result<(), ActionError> {
    let (owner, collection, condition) = (actor.id(), wish.calendar.collection.id, wish.condition.clone());
    let subject = Subject::Entry { owner, collection, name: wish.name.clone(), uid: None };
    let rule = move |found: &Found| {
        let Found::Place(place) = found else { unreachable!("a place was asked for") };
        if is_meeting(place) {
            return Ok((Vec::new(), Said::Meeting));
        }
        Ok((entry::remove(place, &condition)?, Said::Done(nothing())))
    };
    match commit(app, subject, &Key::none(), rule).await.map_err(|error| of_change(error, "calendar"))? {
        Said::Done(_) => Ok(()),
        _ => arrange(app, actor, &wish, None, false).await.map(drop),
    }
}

/// Cancels and declines what lies ahead in a calendar that is about to go, one after the other.
pub(super) async fn leave(
    app: &App,
    actor: &Actor,
    calendar: &CollectionFile,
    counts: bool,
) -> Result<(), ActionError> {
    loop {
        let ahead = app.store.meetings_ahead(calendar.collection.id, app.clock.now(), LEFT_AT_ONCE).await?;
        if ahead.is_empty() {
            return Ok(());
        }
        for file in ahead {
            let (calendar, condition) = (calendar.clone(), Condition::default());
            let wish = Wish { calendar, name: file.name, condition, replies: true };
            match arrange(app, actor, &wish, None, !counts).await {
                // Somebody else removed it meanwhile.
                Ok(_) | Err(ActionError::Refused { refusal: Refusal::NotThere, .. }) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// Whether more follows from what is there: others take part in it, or it closes time together with others.
fn is_meeting(place: &Place) -> bool {
    place.there.as_ref().is_some_and(|there| there.schedule_tag.is_some() || is_availability(&there.component))
}

fn nothing() -> Written {
    Written { new: false, etag: String::new(), schedule_tag: None }
}

/// Writes an entry that nobody else is told of; with `looks`, unless others take part in what it replaces.
async fn write_plain(
    app: &App,
    actor: &Actor,
    entry: Entry,
    condition: &Condition,
    looks: bool,
) -> Result<Said, ActionError> {
    let subject = Subject::Entry {
        owner: actor.id(),
        collection: entry.collection,
        name: entry.name.clone(),
        uid: Some(entry.uid.clone()),
    };
    let condition = condition.clone();
    let rule = move |found: &Found| {
        let Found::Place(place) = found else { unreachable!("a place was asked for") };
        if looks && is_meeting(place) {
            return Ok((Vec::new(), Said::Meeting));
        }
        let changes = entry::put(place, entry.clone(), &condition)?;
        let (etag, schedule_tag) = (entry.etag.clone(), entry.schedule_tag.clone());
        Ok((changes, Said::Done(Written { new: place.there.is_none(), etag, schedule_tag })))
    };
    commit(app, subject, &Key::none(), rule).await.map_err(|error| of_change(error, "calendar"))
}

/// Plans what becomes of everybody's copies and writes them, until nobody came in between.
async fn arrange(
    app: &App,
    actor: &Actor,
    wish: &Wish,
    entry: Option<Entry>,
    mut is_counted: bool,
) -> Result<Stored, ActionError> {
    for _ in 0..TRIES {
        let plan = Plan::make(app, actor, wish, entry.as_ref(), &mut is_counted).await?;
        let kept = plan.kept(entry.as_ref());
        match carry_out(app, actor, wish, plan).await {
            Ok(Said::Done(mut written)) => {
                if kept.is_some() {
                    written.etag = String::new();
                }
                return Ok(Stored { written, kept });
            }
            Ok(Said::Plain) => {
                let Some(entry) = entry else { return Err(ActionError::Unsettled) };
                let plain = Entry { schedule_tag: None, ..entry };
                let said = write_plain(app, actor, plain, &wish.condition, false).await?;
                let Said::Done(written) = said else { return Err(ActionError::Unsettled) };
                return Ok(Stored { written, kept: None });
            }
            // A copy, or the calendar that it is in, is not as it was.
            Ok(Said::Moved | Said::Meeting) | Err(ChangeError::NotFound) => {}
            Err(error) => return Err(of_change(error, "calendar")),
        }
    }
    Err(ActionError::Unsettled)
}

async fn carry_out(app: &App, actor: &Actor, wish: &Wish, plan: Plan) -> Result<Said, ChangeError> {
    let places = plan.steps.iter().map(|step| step.at.clone()).collect();
    let subject = Subject::Entries { lead: plan.lead, places };
    let (condition, owner) = (wish.condition.clone(), actor.id());
    let rule = move |found: &Found| {
        let Found::Entries(places) = found else { unreachable!("entries were asked for") };
        let mut changes = Vec::new();
        let mut said = Said::Moved;
        for (number, (place, step)) in places.iter().zip(&plan.steps).enumerate() {
            let own = number == 0;
            if own {
                condition.check(place.there.as_ref())?;
                if place.of_booking && step.put.is_some() {
                    return Ok((Vec::new(), Said::Plain));
                }
            }
            if place.there.as_ref().map(|there| &there.etag) != step.was.as_ref() {
                return Ok((Vec::new(), Said::Moved));
            }
            match judged(place, step, own)? {
                Some(more) => changes.extend(more),
                None => return Ok((Vec::new(), Said::Moved)),
            }
            if own {
                let put = step.put.as_deref();
                said = Said::Done(Written {
                    new: place.there.is_none(),
                    etag: put.map(|entry| entry.etag.clone()).unwrap_or_default(),
                    schedule_tag: put.and_then(|entry| entry.schedule_tag.clone()),
                });
            }
        }
        debug_assert!(
            places.first().is_some_and(|place| place.collection.owner == owner),
            "one's own copy comes first"
        );
        Ok((changes, said))
    };
    commit(app, subject, &Key::none(), rule).await
}

/// What a step changes; none if its plan does not fit what is there.
fn judged(place: &Place, step: &Step, own: bool) -> Result<Option<Vec<Change>>, Refusal> {
    let Some(put) = &step.put else { return entry::remove(place, &Condition::default()).map(Some) };
    match &place.elsewhere {
        Some((calendar, name)) if own => {
            return Err(Refusal::MeetingElsewhere { calendar: calendar.clone(), name: name.clone() });
        }
        // Somebody put it there meanwhile.
        Some(_) if !put.message && step.was.is_none() => return Ok(None),
        _ => {}
    }
    if !own && !put.message && place.same_uid.is_some() {
        return Ok(None);
    }
    entry::put(place, put.as_ref().clone(), &Condition::default()).map(Some)
}

/// Where an entry of the actor's is.
fn own_place(actor: &Actor, calendar: CollectionId, name: &str, uid: Option<&str>) -> EntryAt {
    EntryAt { owner: actor.id(), collection: calendar, name: name.to_owned(), uid: uid.map(str::to_owned) }
}

impl From<NotAllowed> for ActionError {
    fn from(error: NotAllowed) -> Self {
        Refusal::from(error).into()
    }
}

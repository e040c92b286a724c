//! A calendar as a whole gets another name, or is there twice; what had the name before goes.

use chrono::{DateTime, TimeDelta};
use meetme_core::change::Change;
use meetme_core::entry::{self, Condition};
use meetme_core::refusal::Refusal;

use crate::actions::availability::{is_availability, refresh_availability};
use crate::actions::collection::{CollectionEdit, delete_collection, make_collection, set_properties};
use crate::actions::commit::{Key, commit};
use crate::actions::entry::entry_of;
use crate::actions::error::of_change;
use crate::actions::meeting::leave;
use crate::actions::{ActionError, Actor};
use crate::app::App;
use crate::ids;
use crate::store::{CollectionFile, EntryAt, EntryFile, EntryQuery, Found, Subject};

/// The most entries of a calendar that is copied.
const MAX_COPIED: u64 = 20_000;
/// Entries that are looked at, and written, at once.
const BATCH: usize = 200;
/// What the name of a copy begins with that is not complete, before the second it was begun and an id. No path leads
/// there: a segment has no slash.
const INCOMPLETE: &str = "/copy-";
/// How long a copy may take. What is older is what a crash left behind.
const COPIED_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Gives a calendar another name, with everything in it and all that is kept there. What has that name goes in the
/// same transaction if `overwrite`; else nothing may have it. Whether nothing had.
///
/// Meetings ahead in what goes are cancelled and declined before that, each as a change of its own.
pub async fn rename_collection(
    app: &App,
    actor: &Actor,
    from: &str,
    to: &str,
    overwrite: bool,
) -> Result<bool, ActionError> {
    let file = app.store.collection(actor.id(), from).await?.ok_or(ActionError::NotFound { what: "calendar" })?;
    put_in_place(app, actor, from, to, file.collection.counts, overwrite).await
}

/// Makes a calendar like another one, with the same entries if `deep`: all of it, or nothing. What has its name goes
/// if `overwrite`, as it does in [`rename_collection`]. Whether nothing had.
///
/// It is gathered under a name that no client can say, takes no time there, and gets its own when it is complete: so
/// nothing is lost and nobody sees a part of it, whatever ends it early. What a crash leaves of it goes with the next
/// copy that its owner makes. A meeting is in one calendar alone, so one that holds any is not copied.
pub async fn copy_collection(
    app: &App,
    actor: &Actor,
    source: &CollectionFile,
    to: &str,
    deep: bool,
    overwrite: bool,
) -> Result<bool, ActionError> {
    if !overwrite && app.store.collection(actor.id(), to).await?.is_some() {
        return Err(Refusal::Stale.into());
    }
    forget_incomplete(app, actor).await?;
    if deep {
        refuse_to_copy(app, source).await?;
    }
    let kept = app.store.properties(actor.id(), &source.collection.name).await?;
    let edit = CollectionEdit {
        components: Some(source.collection.components.clone()),
        counts: Some(false),
        timezone: Some(source.collection.timezone.clone()),
        properties: kept.into_iter().map(|(name, value)| (name, Some(value))).collect(),
    };
    let gathered = format!("{INCOMPLETE}{}-{}", app.clock.now().timestamp(), ids::uuid());
    make_collection(app, actor, &gathered, edit).await?;
    let done = async {
        if deep {
            fill(app, actor, source, &gathered).await?;
        }
        put_in_place(app, actor, &gathered, to, source.collection.counts, overwrite).await
    };
    match done.await {
        Ok(new) => Ok(new),
        Err(error) => {
            delete_collection(app, actor, &gathered).await?;
            Err(error)
        }
    }
}

/// Deletes what earlier copies left behind that did not come to their end.
async fn forget_incomplete(app: &App, actor: &Actor) -> Result<(), ActionError> {
    let old = app.clock.now() - COPIED_WITHIN;
    let is_old = |name: &str| {
        let begun = name.strip_prefix(INCOMPLETE).and_then(|rest| rest.split_once('-'));
        let begun = begun.and_then(|(begun, _)| DateTime::from_timestamp(begun.parse().ok()?, 0));
        begun.is_some_and(|begun| begun < old)
    };
    for file in app.store.collections(actor.id()).await? {
        if is_old(&file.collection.name) {
            delete_collection(app, actor, &file.collection.name).await?;
        }
    }
    Ok(())
}

/// Gives a calendar its name, in the place of what has it.
async fn put_in_place(
    app: &App,
    actor: &Actor,
    from: &str,
    to: &str,
    counts: bool,
    overwrite: bool,
) -> Result<bool, ActionError> {
    let owner = actor.id();
    if let Some(there) = app.store.collection(owner, to).await? {
        if !overwrite {
            return Err(Refusal::Stale.into());
        }
        leave(app, actor, &there, true).await?;
    }
    let name = to.to_owned();
    let rule = move |found: &Found| {
        let Found::Collections(desks) = found else { unreachable!("two calendars were asked for") };
        let [whence, whither] = desks.as_ref();
        let Some(mut collection) = whence.there.clone() else { return Err(Refusal::NotThere) };
        let mut changes = Vec::new();
        let gone = whither.there.clone();
        if gone.is_some() && !overwrite {
            return Err(Refusal::Stale);
        }
        let mut both = collection.components.iter().chain(gone.iter().flat_map(|gone| &gone.components));
        let (is_new, closes) = (gone.is_none(), both.any(|one| is_availability(one)));
        if let Some(collection) = gone {
            changes.push(Change::CollectionDeleted { collection, freed: whither.busy.clone() });
        }
        let touched = if counts == collection.counts { Vec::new() } else { whence.busy.clone() };
        collection.name.clone_from(&name);
        collection.counts = counts;
        changes.push(Change::CollectionPut { collection, touched });
        Ok((changes, (is_new, closes)))
    };
    let subject = Subject::CollectionMove { owner, from: from.to_owned(), to: to.to_owned() };
    let done = commit(app, subject, &Key::none(), rule).await;
    let (is_new, closes): (bool, bool) = done.map_err(|error| of_change(error, "calendar"))?;
    if closes {
        refresh_availability(app, &actor.0.user).await?;
    }
    Ok(is_new)
}

async fn refuse_to_copy(app: &App, source: &CollectionFile) -> Result<(), ActionError> {
    if source.entries > MAX_COPIED {
        let limit = usize::try_from(MAX_COPIED).unwrap_or(usize::MAX);
        return Err(Refusal::TooMany { what: "entries of a calendar that is copied", limit }.into());
    }
    let mut query = EntryQuery::all_of(source.collection.id);
    loop {
        let page = app.store.find_entries(query.clone(), BATCH).await?;
        let Some(last) = page.last() else { return Ok(()) };
        query.after = Some(last.name.clone());
        page.iter().try_for_each(|file| refuse_meeting(source, file))?;
    }
}

fn refuse_meeting(source: &CollectionFile, file: &EntryFile) -> Result<(), ActionError> {
    if file.schedule_tag.is_none() {
        return Ok(());
    }
    let (calendar, name) = (source.collection.name.clone(), file.name.clone());
    Err(Refusal::MeetingElsewhere { calendar, name }.into())
}

/// Writes the entries of a calendar into a new one, with what is kept on them.
async fn fill(app: &App, actor: &Actor, source: &CollectionFile, to: &str) -> Result<(), ActionError> {
    let (owner, from) = (actor.id(), &source.collection.name);
    let target = app.store.collection(owner, to).await?.ok_or(ActionError::NotFound { what: "calendar" })?;
    let mut query = EntryQuery { bytes: true, ..EntryQuery::all_of(source.collection.id) };
    loop {
        let page: Vec<EntryFile> = app.store.find_entries(query.clone(), BATCH).await?;
        let Some(last) = page.last() else { break };
        query.after = Some(last.name.clone());
        let mut entries = Vec::with_capacity(page.len());
        for file in page {
            // It may have come meanwhile.
            refuse_meeting(source, &file)?;
            entries.push(entry_of(app, &actor.0.user, &target, &file.name, file.bytes)?);
        }
        let at = |entry: &entry::Entry| EntryAt {
            owner,
            collection: entry.collection,
            name: entry.name.clone(),
            uid: Some(entry.uid.clone()),
        };
        let subject = Subject::Entries { lead: owner, places: entries.iter().map(at).collect() };
        let rule = move |found: &Found| {
            let Found::Entries(places) = found else { unreachable!("entries were asked for") };
            let mut changes = Vec::new();
            for (place, entry) in places.iter().zip(&entries) {
                changes.extend(entry::put(place, entry.clone(), &Condition::default())?);
            }
            Ok((changes, ()))
        };
        commit(app, subject, &Key::none(), rule).await.map_err(|error| of_change(error, "calendar"))?;
    }
    for (item, name, value) in app.store.properties_below(owner, from).await? {
        set_properties(app, actor, &format!("{to}/{item}"), vec![(name, Some(value))]).await?;
    }
    Ok(())
}

//! A calendar as a whole gets another name, or is there twice.

use meetme_core::change::Change;
use meetme_core::entry::{self, Condition};
use meetme_core::refusal::Refusal;

use crate::actions::availability::{is_availability, refresh_availability};
use crate::actions::collection::{CollectionEdit, delete_collection, make_collection, set_properties};
use crate::actions::commit::{Key, commit};
use crate::actions::entry::entry_of;
use crate::actions::error::of_change;
use crate::actions::{ActionError, Actor};
use crate::app::App;
use crate::store::{CollectionFile, EntryAt, EntryFile, EntryQuery, Found, Subject};

/// The most entries of a calendar that is copied.
const MAX_COPIED: u64 = 20_000;
/// Entries that are looked at, and written, at once.
const BATCH: usize = 200;

/// Gives a calendar another name, with everything in it and all that is kept there. Nothing may have that name.
pub async fn rename_collection(app: &App, actor: &Actor, from: &str, to: &str) -> Result<(), ActionError> {
    let owner = actor.id();
    if app.store.collection(owner, to).await?.is_some() {
        return Err(Refusal::AlreadyThere.into());
    }
    let mut places = vec![(String::new(), app.store.properties(owner, from).await?)];
    for (item, name, value) in app.store.properties_below(owner, from).await? {
        match places.last_mut().filter(|(place, _)| *place == format!("/{item}")) {
            Some((_, kept)) => kept.push((name, value)),
            None => places.push((format!("/{item}"), vec![(name, value)])),
        }
    }
    let (old, new) = (from.to_owned(), to.to_owned());
    let rule = move |found: &Found| {
        let Found::Collection(desk) = found else { unreachable!("a calendar was asked for") };
        let Some(mut collection) = desk.there.clone() else { return Err(Refusal::NotThere) };
        collection.name.clone_from(&new);
        let mut changes = vec![Change::CollectionPut { collection, touched: Vec::new() }];
        for (place, kept) in places.iter().filter(|(_, kept)| !kept.is_empty()) {
            let gone = kept.iter().map(|(name, _)| (name.clone(), None)).collect();
            let set = kept.iter().map(|(name, value)| (name.clone(), Some(value.clone()))).collect();
            changes.push(Change::PropertiesSet { owner, place: format!("{old}{place}"), set: gone });
            changes.push(Change::PropertiesSet { owner, place: format!("{new}{place}"), set });
        }
        Ok((changes, ()))
    };
    let subject = Subject::Collection { owner, name: from.to_owned() };
    commit(app, subject, &Key::none(), rule).await.map_err(|error| of_change(error, "calendar"))
}

/// Makes a calendar like another one, with the same entries if `deep`: all of it, or nothing. A meeting is in one
/// calendar alone, so one that holds any is not copied.
pub async fn copy_collection(
    app: &App,
    actor: &Actor,
    source: &CollectionFile,
    to: &str,
    deep: bool,
) -> Result<(), ActionError> {
    let owner = actor.id();
    if deep {
        refuse_to_copy(app, source).await?;
    }
    let kept = app.store.properties(owner, &source.collection.name).await?;
    let edit = CollectionEdit {
        components: Some(source.collection.components.clone()),
        counts: Some(source.collection.counts),
        timezone: Some(source.collection.timezone.clone()),
        properties: kept.into_iter().map(|(name, value)| (name, Some(value))).collect(),
    };
    make_collection(app, actor, to, edit).await?;
    if !deep {
        return Ok(());
    }
    if let Err(error) = fill(app, actor, source, to).await {
        delete_collection(app, actor, to).await?;
        return Err(error);
    }
    if source.collection.components.iter().any(|one| is_availability(one)) {
        refresh_availability(app, &actor.0.user).await?;
    }
    Ok(())
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
        if let Some(meeting) = page.iter().find(|file| file.schedule_tag.is_some()) {
            let (calendar, name) = (source.collection.name.clone(), meeting.name.clone());
            return Err(Refusal::MeetingElsewhere { calendar, name }.into());
        }
    }
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

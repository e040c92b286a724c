//! `event-{slug}/`: a host's windows as entries. What an app writes there is offered, what it removes is not.
//!
//! An entry that an app wrote keeps its name and UID: beside the event it is
//! kept which windows belong to it, also when they are gone, so that it can be
//! told that it went. A moved instance is an exception of its window and a
//! one-off window under the same name. What cannot be offered is refused,
//! never dropped.

use std::borrow::Cow;
use std::collections::BTreeSet;

use axum::body::Bytes;
use chrono::NaiveDateTime;
use meetme_core::api::NewWindow;
use meetme_core::entry::Condition;
use meetme_core::ical::{MovedWindow, WindowObject, window_object, windows_of};
use meetme_core::id::WindowId;
use meetme_core::object::Object;
use meetme_core::refusal::Refusal;
use meetme_core::window::Window;

use crate::actions::{self, ActionError, EventName, Kept, Marks, WindowPlan, Written};
use crate::caldav::booked::{check, entry_file};
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::ids;
use crate::store::{EntryFile, EventFile};

/// Under which name it is kept which windows belong to an entry.
const WINDOWS: &str = "{urn:meetme:dav}windows";
/// How often an entry is read anew when the event changes under it.
const MAX_TRIES: usize = 4;

/// The name of the folder of an event.
pub fn folder_name(file: &EventFile) -> String {
    format!("event-{}", file.event.slug)
}

/// The windows of one entry.
#[derive(Debug, Clone)]
struct Group {
    name: String,
    uid: String,
    main: WindowId,
    /// Each with the instance it stands for.
    moved: Vec<(WindowId, Option<NaiveDateTime>)>,
}

impl Group {
    /// From what is kept: UID, main window, and the moved ones, a line each.
    fn read(name: &str, text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (uid, main) = (lines.next()?.to_owned(), lines.next()?.parse().ok()?);
        let moved = lines.filter_map(|line| {
            let (id, date) = line.split_once(' ')?;
            Some((id.parse().ok()?, date.parse().ok()))
        });
        Some(Self { name: name.to_owned(), uid, main, moved: moved.collect() })
    }

    fn write(&self) -> String {
        let mut lines = format!("{}\n{}\n", self.uid, self.main);
        for (id, date) in &self.moved {
            let date = date.map(|date| date.format("%Y-%m-%dT%H:%M:%S").to_string());
            lines.push_str(&format!("{id} {}\n", date.unwrap_or_else(|| "-".to_owned())));
        }
        lines
    }

    fn ids(&self) -> impl Iterator<Item = WindowId> {
        std::iter::once(self.main).chain(self.moved.iter().map(|(id, _)| *id))
    }
}

/// What is known of the entries of one event.
struct Known {
    /// As they were written, whatever became of their windows.
    kept: Vec<Group>,
    marks: Marks,
}

impl Known {
    async fn read(dav: &Dav, file: &EventFile) -> Result<Self, Fault> {
        let kept = dav.app.store.properties_below(dav.actor.id(), &folder_name(file)).await?;
        let kept = kept.iter().filter(|(_, name, _)| name == WINDOWS);
        let kept = kept.filter_map(|(place, _, text)| Group::read(place, text)).collect();
        Ok(Self { kept, marks: Marks::read(&dav.app, file.event.host, &file.event.slug).await? })
    }

    /// Entries as they are, then every window that belongs to none as an entry of its own.
    fn groups(&self, dav: &Dav, file: &EventFile) -> Vec<Group> {
        let there = |id: &WindowId| file.windows.iter().any(|window| window.id == *id);
        // A window that was removed by another door is gone from its entry too.
        let kept = self.kept.iter().filter(|group| there(&group.main)).cloned();
        let mut groups: Vec<Group> = kept
            .map(|group| Group { moved: group.moved.into_iter().filter(|(id, _)| there(id)).collect(), ..group })
            .collect();
        for window in &file.windows {
            if !groups.iter().any(|group| group.ids().any(|id| id == window.id)) {
                let (name, uid) = (name_of_window(window.id), format!("{}@{}", window.id, dav.app.domain()));
                groups.push(Group { name, uid, main: window.id, moved: Vec::new() });
            }
        }
        groups
    }

    /// The name of the entry that shows a window, or did.
    fn name_of(&self, window: WindowId) -> String {
        let group = self.kept.iter().find(|group| group.ids().any(|id| id == window));
        group.map_or_else(|| name_of_window(window), |group| group.name.clone())
    }

    fn item_of(&self, file: &EventFile, group: &Group) -> Option<EntryFile> {
        let find = |id: WindowId| file.windows.iter().find(|window| window.id == id).map(new_window);
        let main = find(group.main)?;
        let moved = group.moved.iter();
        let moved: Vec<MovedWindow> =
            moved.filter_map(|(id, date)| Some(MovedWindow { instead_of: *date, window: find(*id)? })).collect();
        // Not when other windows changed, or every entry would be another one.
        let (event, changed_at) = (&file.event, self.marks.written_at(&file.event, group.ids()));
        let text = window_object(&WindowObject { event, uid: &group.uid, main: &main, moved: &moved, changed_at });
        Some(entry_file(group.name.clone(), group.uid.clone(), text, changed_at))
    }

    /// What is kept of entries of which nothing is known any more, to be forgotten.
    fn forgotten(&self, file: &EventFile, but: &str) -> Vec<Kept> {
        let there = |id| file.windows.iter().any(|window| window.id == id) || self.marks.knows(id);
        let old = self.kept.iter().filter(|group| group.name != but && !group.ids().any(there));
        old.map(|group| kept(file, &group.name, None)).collect()
    }
}

fn name_of_window(id: WindowId) -> String {
    format!("{id}.ics")
}

fn kept(file: &EventFile, name: &str, group: Option<&Group>) -> Kept {
    let place = format!("{}/{name}", folder_name(file));
    Kept { place, set: vec![(WINDOWS.to_owned(), group.map(Group::write))] }
}

fn new_window(window: &Window) -> NewWindow {
    NewWindow {
        start: window.start,
        duration_minutes: window.duration,
        rrule: window.rule.clone(),
        exdates: window.exdates.clone(),
        whole: window.whole,
    }
}

/// All entries.
pub async fn items(dav: &Dav, file: &EventFile) -> Result<Vec<EntryFile>, Fault> {
    let known = Known::read(dav, file).await?;
    Ok(known.groups(dav, file).iter().filter_map(|group| known.item_of(file, group)).collect())
}

/// What came or changed (with the entry) and went (without) since a version of the event; `None` if that is
/// forgotten.
pub async fn since(
    dav: &Dav,
    file: &EventFile,
    version: u64,
) -> Result<Option<Vec<(String, Option<EntryFile>)>>, Fault> {
    let known = Known::read(dav, file).await?;
    let Some(former) = known.marks.former_since(version) else { return Ok(None) };
    let mut names: BTreeSet<String> = former.map(|window| known.name_of(window.id)).collect();
    names.extend(known.marks.written_since(version).map(|id| known.name_of(id)));
    let groups = known.groups(dav, file);
    if known.marks.is_described_anew(version) {
        names.extend(groups.iter().map(|group| group.name.clone()));
    }
    let item = |name: &str| known.item_of(file, groups.iter().find(|group| group.name == name)?);
    Ok(Some(names.into_iter().map(|name| (name.clone(), item(&name))).collect()))
}

/// Offers what an entry says.
pub async fn write(
    dav: &Dav,
    file: &EventFile,
    name: &str,
    bytes: &Bytes,
    condition: &Condition,
) -> Result<Written, Fault> {
    let mut file = Cow::Borrowed(file);
    for _ in 0..MAX_TRIES {
        if let Some(written) = write_on(dav, &file, name, bytes, condition).await? {
            return Ok(written);
        }
        file = Cow::Owned(dav.app.store.event_by_id(file.event.id).await?.ok_or_else(Fault::not_found)?);
    }
    Err(ActionError::Unsettled.into())
}

/// The same on what was read of the event; none if that changed meanwhile.
async fn write_on(
    dav: &Dav,
    file: &EventFile,
    name: &str,
    bytes: &Bytes,
    condition: &Condition,
) -> Result<Option<Written>, Fault> {
    let known = Known::read(dav, file).await?;
    let groups = known.groups(dav, file);
    let before = groups.iter().find(|group| group.name == name);
    match before.and_then(|group| known.item_of(file, group)) {
        Some(item) => check(condition, &item)?,
        None => condition.check(None).map_err(ActionError::from)?,
    }
    let (uid, windows) = {
        let object = Object::read(bytes, &actions::object_limits(&dav.app))?;
        let windows = windows_of(&object, &file.event);
        (object.uid().to_owned(), windows.map_err(|no| Fault::condition("M:cannot-offer", no.to_string()))?)
    };
    if let Some(other) = groups.iter().find(|other| other.uid == uid && other.name != name) {
        let href = crate::caldav::path::item_of(dav.user(), &folder_name(file), &other.name);
        return Err(
            Fault::condition("C:no-uid-conflict", "another entry has this UID").because_of("C:no-uid-conflict", &href)
        );
    }
    let id = || WindowId::new(ids::uuid());
    let main = before.map_or_else(id, |group| group.main);
    let moved: Vec<(WindowId, MovedWindow)> = windows.moved.into_iter().map(|moved| (id(), moved)).collect();
    let whole = file.windows.iter().any(|window| window.id == main && window.whole);
    let group = Group {
        name: name.to_owned(),
        uid,
        main,
        moved: moved.iter().map(|(id, moved)| (*id, moved.instead_of)).collect(),
    };
    let mut put = vec![Window { whole, ..windows.main.into_window(main) }];
    put.extend(moved.into_iter().map(|(id, moved)| Window { whole, ..moved.window.into_window(id) }));
    let removed = before.iter().flat_map(|group| group.moved.iter().map(|(id, _)| *id)).collect();
    let mut keep = known.forgotten(file, name);
    keep.push(kept(file, name, Some(&group)));
    let plan = WindowPlan { put, removed, version: file.event.version, kept: keep };
    Ok(set(dav, file, plan).await?.then(|| Written { new: before.is_none(), etag: String::new(), schedule_tag: None }))
}

/// Whether the windows were changed: not if the event is another one by now.
async fn set(dav: &Dav, file: &EventFile, plan: WindowPlan) -> Result<bool, Fault> {
    let name = EventName { owner: file.event.owner.clone(), slug: file.event.slug.clone() };
    match actions::set_windows(&dav.app, &dav.actor, &name, plan).await {
        Ok(()) => Ok(true),
        Err(ActionError::Refused { refusal: Refusal::Stale, .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Offers no more what an entry says. Bookings stay.
pub async fn remove(dav: &Dav, file: &EventFile, name: &str, condition: &Condition) -> Result<(), Fault> {
    let mut file = Cow::Borrowed(file);
    for _ in 0..MAX_TRIES {
        let known = Known::read(dav, &file).await?;
        let groups = known.groups(dav, &file);
        let group = groups.iter().find(|group| group.name == name).ok_or_else(Fault::not_found)?;
        check(condition, &known.item_of(&file, group).ok_or_else(Fault::not_found)?)?;
        // What is kept of the entry stays: it tells which one went with its windows.
        let (removed, kept) = (group.ids().collect(), known.forgotten(&file, name));
        let plan = WindowPlan { put: Vec::new(), removed, version: file.event.version, kept };
        if set(dav, &file, plan).await? {
            return Ok(());
        }
        file = Cow::Owned(dav.app.store.event_by_id(file.event.id).await?.ok_or_else(Fault::not_found)?);
    }
    Err(ActionError::Unsettled.into())
}

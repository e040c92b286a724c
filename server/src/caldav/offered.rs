//! `event-{slug}/`: a host's windows as entries. What an app writes there is offered, what it removes is not.
//!
//! An entry that an app wrote keeps its name and UID: beside the event it is
//! kept which windows belong to it. A moved instance is an exception of its
//! window and a one-off window under the same name. What cannot be offered is
//! refused, never dropped.

use axum::body::Bytes;
use chrono::NaiveDateTime;
use meetme_core::api::NewWindow;
use meetme_core::entry::Condition;
use meetme_core::ical::{MovedWindow, WindowObject, window_object, windows_of};
use meetme_core::id::WindowId;
use meetme_core::object::Object;
use meetme_core::window::Window;

use crate::actions::{self, EventName, WindowPlan, Written};
use crate::caldav::booked::{check, entry_file};
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::ids;
use crate::store::{EntryFile, EventFile};

/// Under which name it is kept which windows belong to an entry.
const WINDOWS: &str = "{urn:meetme:dav}windows";

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

/// Entries as they are kept, then every window that belongs to none as an entry of its own.
async fn groups(dav: &Dav, file: &EventFile) -> Result<Vec<Group>, Fault> {
    let kept = dav.app.store.properties_below(dav.actor.id(), &folder_name(file)).await?;
    let there = |id: &WindowId| file.windows.iter().any(|window| window.id == *id);
    let mut groups: Vec<Group> = kept
        .iter()
        .filter(|(_, name, _)| name == WINDOWS)
        .filter_map(|(place, _, text)| Group::read(place, text))
        // A window that was removed by another door is gone from its entry too.
        .filter(|group| there(&group.main))
        .map(|group| Group { moved: group.moved.into_iter().filter(|(id, _)| there(id)).collect(), ..group })
        .collect();
    for window in &file.windows {
        if !groups.iter().any(|group| group.ids().any(|id| id == window.id)) {
            let (name, uid) = (format!("{}.ics", window.id), format!("{}@{}", window.id, dav.app.domain()));
            groups.push(Group { name, uid, main: window.id, moved: Vec::new() });
        }
    }
    Ok(groups)
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

fn item_of(file: &EventFile, group: &Group) -> Option<EntryFile> {
    let find = |id: WindowId| file.windows.iter().find(|window| window.id == id).map(new_window);
    let main = find(group.main)?;
    let moved = group.moved.iter();
    let moved: Vec<MovedWindow> =
        moved.filter_map(|(id, date)| Some(MovedWindow { instead_of: *date, window: find(*id)? })).collect();
    let (event, changed_at) = (&file.event, file.event.updated_at);
    let text = window_object(&WindowObject { event, uid: &group.uid, main: &main, moved: &moved, changed_at });
    Some(entry_file(group.name.clone(), group.uid.clone(), text, changed_at))
}

/// All entries.
pub async fn items(dav: &Dav, file: &EventFile) -> Result<Vec<EntryFile>, Fault> {
    Ok(groups(dav, file).await?.iter().filter_map(|group| item_of(file, group)).collect())
}

async fn group_of(dav: &Dav, file: &EventFile, name: &str) -> Result<Option<Group>, Fault> {
    Ok(groups(dav, file).await?.into_iter().find(|group| group.name == name))
}

/// Offers what an entry says.
pub async fn write(
    dav: &Dav,
    file: &EventFile,
    name: &str,
    bytes: &Bytes,
    condition: &Condition,
) -> Result<Written, Fault> {
    let before = group_of(dav, file, name).await?;
    match before.as_ref().and_then(|group| item_of(file, group)) {
        Some(item) => check(condition, &item)?,
        None => condition.check(None).map_err(actions::ActionError::from)?,
    }
    let (uid, windows) = {
        let object = Object::read(bytes, &actions::object_limits(&dav.app))?;
        let windows = windows_of(&object, &file.event);
        (object.uid().to_owned(), windows.map_err(|no| Fault::condition("M:cannot-offer", no.to_string()))?)
    };
    let others = groups(dav, file).await?;
    if let Some(other) = others.iter().find(|other| other.uid == uid && other.name != name) {
        let href = crate::caldav::path::item_of(dav.user(), &folder_name(file), &other.name);
        return Err(
            Fault::condition("C:no-uid-conflict", "another entry has this UID").because_of("C:no-uid-conflict", &href)
        );
    }
    let id = || WindowId::new(ids::uuid());
    let main = before.as_ref().map_or_else(id, |group| group.main);
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
    let kept = (format!("{}/{name}", folder_name(file)), vec![(WINDOWS.to_owned(), Some(group.write()))]);
    let plan = WindowPlan { put, removed, version: file.event.version, kept };
    actions::set_windows(&dav.app, &dav.actor, &name_of(file), plan).await?;
    Ok(Written { new: before.is_none(), etag: String::new(), schedule_tag: None })
}

/// Offers no more what an entry says. Bookings stay.
pub async fn remove(dav: &Dav, file: &EventFile, name: &str, condition: &Condition) -> Result<(), Fault> {
    let group = group_of(dav, file, name).await?.ok_or_else(Fault::not_found)?;
    check(condition, &item_of(file, &group).ok_or_else(Fault::not_found)?)?;
    let kept = (format!("{}/{name}", folder_name(file)), vec![(WINDOWS.to_owned(), None)]);
    let plan = WindowPlan { put: Vec::new(), removed: group.ids().collect(), version: file.event.version, kept };
    Ok(actions::set_windows(&dav.app, &dav.actor, &name_of(file), plan).await?)
}

fn name_of(file: &EventFile) -> EventName {
    EventName { owner: file.event.owner.clone(), slug: file.event.slug.clone() }
}

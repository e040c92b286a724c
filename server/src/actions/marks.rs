//! What is kept of how an event's windows came to be, so that who keeps a copy can be told what came and went.
//!
//! It lies beside the event's folder in its host's calendar home: at which
//! version each window was written, what windows were before, and when the
//! event's own fields last changed.

use std::collections::BTreeMap;

use chrono::DateTime;
use meetme_core::change::Change;
use meetme_core::event::Event;
use meetme_core::id::{Slug, UserId, WindowId};
use meetme_core::slot::cuts_alike;
use meetme_core::time::Instant;
use meetme_core::window::Window;

use crate::app::App;
use crate::store::{EventDossier, StoreError};

/// The most former windows of one event that are kept; behind that the oldest are forgotten.
const MAX_FORMER: usize = 200;

/// Under which names it is kept: followed by a window's id,
const WRITTEN: &str = "{urn:meetme:dav}written-";
/// by a version and a window's id,
const FORMER: &str = "{urn:meetme:dav}former-";
/// or by nothing: when the event's own fields last changed,
const DESCRIBED: &str = "{urn:meetme:dav}described";
/// and when those did by which its windows are cut into slots.
const RECUT: &str = "{urn:meetme:dav}recut";
/// The version up to which former windows are forgotten.
const FORGOTTEN: &str = "{urn:meetme:dav}forgotten";

/// A version of an event, and when it became so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    version: u64,
    at: Instant,
}

impl Mark {
    fn read(text: &str) -> Option<Self> {
        let (version, at) = text.split_once(' ')?;
        Some(Self { version: version.parse().ok()?, at: DateTime::from_timestamp(at.parse().ok()?, 0)? })
    }

    fn of(event: &Event) -> Self {
        Self { version: event.version, at: event.updated_at }
    }

    fn write(self) -> String {
        format!("{} {}", self.version, self.at.timestamp())
    }
}

/// What is kept of one event's windows.
#[derive(Debug, Clone, Default)]
pub struct Marks {
    described: Option<Mark>,
    recut: Option<Mark>,
    written: BTreeMap<WindowId, Mark>,
    /// By the version that ended them.
    former: BTreeMap<(u64, WindowId), Window>,
    forgotten: u64,
}

/// The place of what is kept about an event's windows, below its host's calendar home.
pub fn windows_place(slug: &Slug) -> String {
    format!("event-{slug}")
}

impl Marks {
    /// What is kept now.
    pub async fn read(app: &App, host: UserId, slug: &Slug) -> Result<Self, StoreError> {
        let kept = app.store.properties(host, &windows_place(slug)).await?;
        let mut marks = Self::default();
        for (name, value) in &kept {
            marks.take(name, value);
        }
        Ok(marks)
    }

    fn take(&mut self, name: &str, value: &str) -> Option<()> {
        if name == DESCRIBED {
            self.described = Mark::read(value);
        } else if name == RECUT {
            self.recut = Mark::read(value);
        } else if name == FORGOTTEN {
            self.forgotten = value.parse().ok()?;
        } else if let Some(id) = name.strip_prefix(WRITTEN) {
            self.written.insert(id.parse().ok()?, Mark::read(value)?);
        } else if let Some((version, id)) = name.strip_prefix(FORMER).and_then(|rest| rest.split_once('-')) {
            self.former.insert((version.parse().ok()?, id.parse().ok()?), serde_json::from_str(value).ok()?);
        }
        Some(())
    }

    /// The change that keeps what a change of an event's windows to `event` did.
    pub(super) fn of_windows(
        &self,
        dossier: &EventDossier,
        event: &Event,
        put: &[Window],
        removed: &[WindowId],
    ) -> Change {
        let mut set = Vec::new();
        if self.described.is_none() {
            // No window had changed until now.
            set.push((DESCRIBED.to_owned(), Some(Mark::of(&dossier.event).write())));
        }
        let before = |id: WindowId| dossier.windows.iter().find(|window| window.id == id);
        for former in put.iter().map(|window| window.id).chain(removed.iter().copied()).filter_map(before) {
            let text = serde_json::to_string(former).expect("windows are plain data");
            set.push((format!("{FORMER}{}-{}", event.version, former.id), Some(text)));
        }
        set.extend(removed.iter().map(|id| (format!("{WRITTEN}{id}"), None)));
        set.extend(put.iter().map(|window| (format!("{WRITTEN}{}", window.id), Some(Mark::of(event).write()))));
        let old = self.former.keys().take(self.former.len().saturating_sub(MAX_FORMER / 2));
        if self.former.len() >= MAX_FORMER {
            let last = old.clone().next_back().map_or(self.forgotten, |(version, _)| *version);
            set.push((FORGOTTEN.to_owned(), Some(last.to_string())));
            set.extend(old.map(|(version, id)| (format!("{FORMER}{version}-{id}"), None)));
        }
        // By its name now: it may have got another one since this was read.
        Change::PropertiesSet { owner: event.host, place: windows_place(&event.slug), set }
    }

    /// The change that keeps that an event's own fields are others now.
    pub(super) fn of_event(&self, before: &Event, event: &Event) -> Change {
        let mut set = vec![(DESCRIBED.to_owned(), Some(Mark::of(event).write()))];
        let recut = match self.recut {
            _ if !cuts_alike(before, event) => Some(Mark::of(event)),
            Some(_) => None,
            // Until now it was not told apart: any change of the event's may have been one.
            None => Some(self.described.unwrap_or(Mark::of(before))),
        };
        set.extend(recut.map(|mark| (RECUT.to_owned(), Some(mark.write()))));
        Change::PropertiesSet { owner: event.host, place: windows_place(&event.slug), set }
    }

    /// The change that takes along what is kept, where an event gets another name.
    pub(super) fn renamed(from: &Event, to: &Event) -> Option<Change> {
        let [from, place] = [from, to].map(|event| windows_place(&event.slug));
        (from != place).then_some(Change::PlaceMoved { owner: to.host, from, to: Some(place) })
    }

    /// The change that forgets what is kept, when an event goes.
    pub(super) fn forgotten(event: &Event) -> Change {
        Change::PlaceMoved { owner: event.host, from: windows_place(&event.slug), to: None }
    }

    /// When the event's own fields last changed.
    pub fn described_at(&self, event: &Event) -> Instant {
        self.described.map_or(event.updated_at, |mark| mark.at)
    }

    /// When one of these windows, or what all of them say of the event, last changed.
    pub fn written_at(&self, event: &Event, windows: impl Iterator<Item = WindowId>) -> Instant {
        let written = windows.filter_map(|id| self.written.get(&id)).map(|mark| mark.at);
        written.fold(self.described_at(event), Instant::max)
    }

    /// Whether the event's own fields changed behind a version.
    pub fn is_described_anew(&self, since: u64) -> bool {
        self.described.is_some_and(|mark| mark.version > since)
    }

    /// Whether its windows may have been cut into other slots behind a version.
    pub fn is_cut_anew(&self, since: u64) -> bool {
        self.recut.or(self.described).is_some_and(|mark| mark.version > since)
    }

    /// Windows that were written behind a version, and are there.
    pub fn written_since(&self, since: u64) -> impl Iterator<Item = WindowId> {
        self.written.iter().filter(move |(_, mark)| mark.version > since).map(|(id, _)| *id)
    }

    /// Windows as they were until a version behind this one, the longest gone first; none if some are forgotten.
    pub fn former_since(&self, since: u64) -> Option<impl Iterator<Item = &Window>> {
        let behind = self.former.iter().filter(move |((version, _), _)| *version > since);
        (since >= self.forgotten).then(|| behind.map(|(_, window)| window))
    }

    /// Whether something is kept of this window, there or gone.
    pub fn knows(&self, id: WindowId) -> bool {
        self.written.contains_key(&id) || self.former.keys().any(|(_, other)| *other == id)
    }
}

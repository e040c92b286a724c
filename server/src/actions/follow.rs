//! What a reader sees of the news of an event: filtered when it is read.

use meetme_core::api::{self, LiveKind};
use meetme_core::availability::Calendar;
use meetme_core::change::Kind;
use meetme_core::id::UserId;
use meetme_core::recurrence::{Steps, TooManySteps};
use meetme_core::slot;
use meetme_core::time::{Minutes, Span};

use crate::actions::common::At;
use crate::actions::{ActionError, Actor, EventName, booking_view, see_event};
use crate::app::App;
use crate::store::{BookingFile, EventFile, LogEntry};

/// How many spans one change tells at most; the last one covers what is left.
const MAX_SPANS: usize = 100;

/// An event as one reader follows it.
pub struct Follower {
    viewer: Option<Actor>,
    /// As it was last read, and as the reader was allowed to see it.
    file: EventFile,
    widest_buffer: Minutes,
    gone: bool,
}

/// Begins to follow an event that `viewer` may see.
pub async fn follow(app: &App, name: &EventName, viewer: Option<Actor>) -> Result<Follower, ActionError> {
    let file = see_event(app, name, viewer.as_ref()).await?;
    let widest_buffer = app.store.widest_buffer(file.event.host).await?;
    Ok(Follower { viewer, file, widest_buffer, gone: false })
}

impl Follower {
    /// Whose log has the news.
    pub fn host(&self) -> UserId {
        self.file.event.host
    }

    /// Whether the event is no more, or not for this reader: there is no further news.
    pub fn is_gone(&self) -> bool {
        self.gone
    }

    /// Where this reader, who is a stranger, is told the same as every other one, from the entry and the event alone.
    pub fn as_all_strangers(&self, entry: &LogEntry) -> Option<At> {
        let of_slots = matches!(
            entry.news.kind,
            Kind::Booked
                | Kind::Declined
                | Kind::Cancelled
                | Kind::Rescheduled
                | Kind::Held
                | Kind::Released
                | Kind::EntriesChanged
        );
        (self.viewer.is_none() && of_slots).then(|| self.at(entry))
    }

    /// What the reader sees of an entry of the host's log; mostly nothing of what concerns other events.
    pub async fn see(&mut self, app: &App, entry: &LogEntry) -> Result<Option<api::LiveChange>, ActionError> {
        let own = entry.news.event == Some(self.file.event.id);
        match entry.news.kind {
            Kind::EventChanged | Kind::WindowsChanged | Kind::EventDeleted if own => {
                let kind = self.look_again(app, entry.news.kind).await?;
                Ok(Some(self.tell(app, entry, kind)))
            }
            // The event of a host who may not be met is gone.
            Kind::AccountSwitched => {
                let kind = self.look_again(app, entry.news.kind).await?;
                Ok(Some(self.tell(app, entry, kind)))
            }
            Kind::EventCreated | Kind::EventChanged | Kind::EventDeleted => {
                self.widest_buffer = app.store.widest_buffer(self.host()).await?;
                Ok(None)
            }
            Kind::WindowsChanged | Kind::CredentialsChanged | Kind::AccountDeleted | Kind::CollectionsChanged => {
                Ok(None)
            }
            Kind::LimitsChanged => {
                self.look_again(app, entry.news.kind).await?;
                let kind = if self.gone { LiveKind::EventDeleted } else { LiveKind::SlotsChanged };
                Ok(Some(self.tell(app, entry, kind)))
            }
            Kind::Held | Kind::Released if own && self.is_host() => {
                let kind = if entry.news.kind == Kind::Held { LiveKind::Held } else { LiveKind::Released };
                Ok(Some(self.tell(app, entry, kind)))
            }
            Kind::Held | Kind::Released | Kind::EntriesChanged => Ok(self.slots_changed(app, entry, own)),
            Kind::Booked | Kind::Confirmed | Kind::Declined | Kind::Cancelled | Kind::Rescheduled => {
                self.see_booking(app, entry, own).await
            }
        }
    }

    /// A booking, to those who meet; to everybody else slots that may have changed.
    async fn see_booking(
        &self,
        app: &App,
        entry: &LogEntry,
        own: bool,
    ) -> Result<Option<api::LiveChange>, ActionError> {
        if own
            && let Some(kind) = of_booking(entry.news.kind)
            && let Some((file, viewer)) = self.theirs(app, entry).await?
        {
            let booking = Some(booking_view(app, file, viewer));
            return Ok(Some(api::LiveChange { booking, ..self.tell(app, entry, kind) }));
        }
        // A yes to a pending booking changes no slot.
        if entry.news.kind == Kind::Confirmed {
            return Ok(None);
        }
        Ok(self.slots_changed(app, entry, own))
    }

    /// The booking of an entry, if the reader is one of the two who meet; and which of them.
    async fn theirs(&self, app: &App, entry: &LogEntry) -> Result<Option<(BookingFile, UserId)>, ActionError> {
        let (Some(viewer), Some(id)) = (self.viewer.as_ref().map(Actor::id), entry.news.booking) else {
            return Ok(None);
        };
        if app.common.people(id).is_some_and(|people| !people.contains(&viewer)) {
            return Ok(None);
        }
        let Some(file) = app.store.booking(id).await? else { return Ok(None) };
        let people = [file.booking.host, file.booking.guest];
        app.common.keep_people(id, people);
        Ok(people.contains(&viewer).then_some((file, viewer)))
    }

    /// Reads the event again. What the reader may not see any more is gone, for them.
    async fn look_again(&mut self, app: &App, kind: Kind) -> Result<LiveKind, ActionError> {
        let username = self.viewer.as_ref().map(|viewer| &viewer.0.user.username);
        let file = app.store.event_by_id(self.file.event.id).await?;
        let Some(file) = file.filter(|file| file.event.is_open_to(username)) else {
            self.gone = true;
            return Ok(LiveKind::EventDeleted);
        };
        self.file = file;
        self.widest_buffer = app.store.widest_buffer(self.host()).await?;
        Ok(if kind == Kind::WindowsChanged { LiveKind::WindowsChanged } else { LiveKind::EventChanged })
    }

    /// What an entry tells a stranger follows from this.
    fn at(&self, entry: &LogEntry) -> At {
        let EventFile { event, limits, .. } = &self.file;
        let (limits, widest_buffer) = (*limits, self.widest_buffer);
        At { event: event.id, version: event.version, limits, widest_buffer, seq: entry.seq }
    }

    fn slots_changed(&self, app: &App, entry: &LogEntry, own: bool) -> Option<api::LiveChange> {
        let at = self.at(entry);
        let touched = app.common.touched(at).unwrap_or_else(|| {
            let touched = entry.news.spans.iter().map(|span| self.touched(*span, own)).collect::<Result<Vec<_>, _>>();
            // Windows that cost more than the budget: no slot can be told, so any may have changed.
            let touched = touched.ok().map(|spans| merged(spans.concat()).into());
            app.common.keep_touched(at, touched.clone());
            touched
        });
        let spans = touched.as_deref().unwrap_or_default().to_vec();
        let any = touched.is_none_or(|spans| !spans.is_empty());
        any.then(|| api::LiveChange { spans, ..self.tell(app, entry, LiveKind::SlotsChanged) })
    }

    /// The event's slots that something in `span` can open or shut. Whole slots: the list of slots tells
    /// no more, and a stranger learns nothing about what exactly stands there.
    fn touched(&self, span: Span, own: bool) -> Result<Vec<Span>, TooManySteps> {
        let mut event = self.file.event.clone();
        if !own {
            // Its limits count its own slots alone.
            (event.max_per_day, event.max_per_week) = (None, None);
        }
        let reach = Calendar::reach(&event, &self.file.limits, self.widest_buffer, span);
        let whole = self.file.windows.iter().filter(|window| window.whole).map(|window| window.duration);
        let longest = whole.chain([event.slot_length]).max().unwrap_or(event.slot_length);
        let cut = slot::cut(&event, &self.file.windows, reach.widened(longest, Minutes(0)), &mut Steps::default())?;
        Ok(cut.slots.into_iter().filter(|slot| slot.overlaps(&reach)).collect())
    }

    fn tell(&self, app: &App, entry: &LogEntry, kind: LiveKind) -> api::LiveChange {
        let event = &self.file.event;
        api::LiveChange {
            cursor: app.changes.cursor(self.host(), entry.seq),
            at: entry.at,
            kind,
            event: api::BookedEvent {
                owner: event.owner.clone(),
                slug: event.slug.clone(),
                title: event.title.clone(),
            },
            booking: None,
            spans: if kind == LiveKind::SlotsChanged { Vec::new() } else { entry.news.spans.clone() },
        }
    }

    fn is_host(&self) -> bool {
        self.viewer.as_ref().is_some_and(|viewer| viewer.id() == self.host())
    }
}

/// Spans in order, those that touch as one.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut merged: Vec<Span> = Vec::new();
    for span in spans {
        let full = merged.len() == MAX_SPANS;
        match merged.last_mut() {
            Some(last) if full || span.start() <= last.end() => {
                *last = Span::new(last.start(), last.end().max(span.end())).unwrap_or(*last);
            }
            _ => merged.push(span),
        }
    }
    merged
}

/// What is told of a booking that this happened to.
pub(super) fn of_booking(kind: Kind) -> Option<LiveKind> {
    match kind {
        Kind::Booked => Some(LiveKind::Booked),
        Kind::Confirmed => Some(LiveKind::Confirmed),
        Kind::Declined => Some(LiveKind::Declined),
        Kind::Cancelled => Some(LiveKind::Cancelled),
        Kind::Rescheduled => Some(LiveKind::Rescheduled),
        _ => None,
    }
}

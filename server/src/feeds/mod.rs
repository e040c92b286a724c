//! Feeds as calendar apps get them: rendered once for everybody who asks, until a change or the time alone
//! makes them others.
//!
//! What a feed follows from is its [`Stamp`], which is also its ETag: a place in its person's log, the version of
//! what stands in other logs (the event, or the names of those one meets), and the next instant at which time
//! alone changes it. An app that shows a stamp which still holds has what it would get, and is told so without a
//! window being expanded or a booking read, by any node, after any restart.

mod bookings;
mod event;
mod export;
mod free_busy;
mod kept;
mod stamp;

use std::sync::atomic::{AtomicU64, Ordering};

use meetme_core::cursor::Seq;
use meetme_core::id::{EventId, UserId};
use meetme_core::time::Instant;
use tokio::sync::Semaphore;

use crate::actions::ActionError;
use crate::app::App;
use crate::config::Limits;
use crate::store::{EventFile, Names, StoreError, Touch, UserRecord};

pub use self::export::{ExportForm, Pieces, export};
use self::kept::Kept;
pub use self::kept::Rendered;
pub use self::stamp::Stamp;
use self::stamp::{Mark, Print};

/// How often a feed is rendered anew because it changed meanwhile; then it is given without being kept.
const TRIES: usize = 3;

/// Feeds that were rendered on this node.
pub struct Feeds {
    print: Print,
    kept: Kept,
    /// Rendering takes a core for a while: so many at once.
    turns: Semaphore,
    renders: AtomicU64,
}

impl Feeds {
    /// None yet.
    pub fn new(limits: &Limits, public_url: &str) -> Self {
        Self {
            print: Print::of(limits, public_url),
            kept: Kept::new(limits.feed_cache_bytes),
            turns: Semaphore::new(limits.feed_renders.max(1)),
            renders: AtomicU64::new(0),
        }
    }

    /// How often a feed was written since the start.
    pub fn renders(&self) -> u64 {
        self.renders.load(Ordering::Relaxed)
    }
}

/// Which feed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Which {
    OpenSlots(EventId),
    FreeBusy(UserId),
    Bookings(UserId),
}

/// A feed as somebody may ask for it.
pub struct Feed<'a> {
    app: &'a App,
    subject: Subject,
    /// What it follows from now.
    mark: Mark,
    basis: Basis,
}

/// What is read of a feed's subject before it is written.
#[derive(Debug, Clone, Copy, Default)]
struct Basis {
    touch: Option<Touch>,
    names: Names,
}

enum Subject {
    OpenSlots(Box<EventFile>),
    FreeBusy(Box<UserRecord>),
    Bookings(Box<UserRecord>),
}

/// What a rendering says, and until when.
struct Draft {
    text: String,
    /// When it became what it is.
    modified: Instant,
    /// When time alone makes it another one.
    until: Option<Instant>,
}

impl<'a> Feed<'a> {
    /// The open slots of an event that the one who asks may see.
    pub async fn of_event(app: &'a App, file: EventFile) -> Result<Self, ActionError> {
        Self::of(app, Subject::OpenSlots(Box::new(file))).await
    }

    /// When somebody is busy, who lets everybody know that.
    pub async fn of_busy_time(app: &'a App, user: UserRecord) -> Result<Self, ActionError> {
        Self::of(app, Subject::FreeBusy(Box::new(user))).await
    }

    /// Somebody's own bookings.
    pub async fn of_bookings(app: &'a App, user: UserRecord) -> Result<Self, ActionError> {
        Self::of(app, Subject::Bookings(Box::new(user))).await
    }

    async fn of(app: &'a App, subject: Subject) -> Result<Self, ActionError> {
        let basis = subject.basis(app).await?;
        let mark = subject.mark(app, &basis);
        Ok(Self { app, subject, mark, basis })
    }

    /// Whether whoever got the feed with this stamp would get the same now.
    pub fn still_is(&self, stamp: &Stamp) -> bool {
        stamp.holds(&self.mark, self.app.clock.now())
    }

    /// The feed itself.
    pub async fn rendered(mut self) -> Result<Rendered, ActionError> {
        let feeds = &self.app.feeds;
        if let Some(kept) = feeds.kept.get(self.subject.which(), &self.mark, self.app.clock.now()) {
            return Ok(kept);
        }
        let _turn = feeds.turns.acquire().await.map_err(|_| StoreError::Unavailable)?;
        for _ in 0..TRIES {
            self.look_again().await?;
            // Whoever waited for a turn finds what the one before rendered.
            if let Some(kept) = feeds.kept.get(self.subject.which(), &self.mark, self.app.clock.now()) {
                return Ok(kept);
            }
            let (draft, before) = (self.draft().await?, self.mark);
            self.look_again().await?;
            if self.mark == before {
                return self.keep(draft).await;
            }
        }
        // It changes faster than it is written down. What was read piece by piece may be of two minds, so it
        // gets a name of its own.
        let draft = self.draft().await?;
        Ok(Rendered::unnamed(pack(draft.text).await?))
    }

    async fn draft(&self) -> Result<Draft, ActionError> {
        self.app.feeds.renders.fetch_add(1, Ordering::Relaxed);
        match &self.subject {
            Subject::OpenSlots(file) => event::draft(self.app, file, self.basis.touch).await,
            Subject::FreeBusy(user) => free_busy::draft(self.app, user, self.basis.touch).await,
            Subject::Bookings(user) => bookings::draft(self.app, user, &self.basis).await,
        }
    }

    /// Reads anew what the feed follows from: the place in the log before all else, so that whatever changes
    /// meanwhile shows in it the next time.
    async fn look_again(&mut self) -> Result<(), ActionError> {
        let store = &self.app.store;
        self.basis = self.subject.basis(self.app).await?;
        match &mut self.subject {
            Subject::OpenSlots(file) => {
                let now = store.event_by_id(file.event.id).await?;
                **file = now.ok_or(ActionError::NotFound { what: "event" })?;
            }
            Subject::FreeBusy(user) | Subject::Bookings(user) => {
                **user = store.user(user.id).await?.ok_or(ActionError::NotFound { what: "feed" })?;
            }
        }
        self.mark = self.subject.mark(self.app, &self.basis);
        Ok(())
    }

    async fn keep(&self, draft: Draft) -> Result<Rendered, ActionError> {
        let stamp = Stamp::new(self.mark, draft.until);
        let rendered = Rendered::stamped(pack(draft.text).await?, stamp, draft.modified);
        self.app.feeds.kept.put(self.subject.which(), rendered.clone());
        Ok(rendered)
    }
}

impl Subject {
    fn which(&self) -> Which {
        match self {
            Self::OpenSlots(file) => Which::OpenSlots(file.event.id),
            Self::FreeBusy(user) => Which::FreeBusy(user.id),
            Self::Bookings(user) => Which::Bookings(user.id),
        }
    }

    /// Whose time it tells about.
    fn person(&self) -> UserId {
        match self {
            Self::OpenSlots(file) => file.event.host,
            Self::FreeBusy(user) | Self::Bookings(user) => user.id,
        }
    }

    /// The place in the log before what stands elsewhere: whatever changes in between shows the next time.
    async fn basis(&self, app: &App) -> Result<Basis, ActionError> {
        let (store, person) = (&app.store, self.person());
        if let Self::Bookings(_) = self {
            let touch = store.last_meeting(person).await?;
            return Ok(Basis { touch, names: store.names(person, bookings::reach(app)?).await? });
        }
        Ok(Basis { touch: store.last_touch(person).await?, names: Names::default() })
    }

    fn mark(&self, app: &App, basis: &Basis) -> Mark {
        let (version, id) = match self {
            Self::OpenSlots(file) => (file.event.version, *file.event.id.as_bytes()),
            Self::FreeBusy(user) => (0, *user.id.as_bytes()),
            Self::Bookings(user) => (basis.names.version, *user.id.as_bytes()),
        };
        let subject = u32::from_be_bytes([id[0], id[1], id[2], id[3]]);
        let seq = basis.touch.map_or(Seq(0), |touch| touch.seq);
        Mark { print: app.feeds.print, subject, epoch: app.store.epoch(), seq, version }
    }
}

/// Text as it is sent, plain and packed.
async fn pack(text: String) -> Result<kept::Bodies, ActionError> {
    let packed = tokio::task::spawn_blocking(move || kept::Bodies::of(text)).await;
    packed.map_err(|error| StoreError::Broken(format!("a feed could not be packed: {error}")).into())
}

/// The midnight (UTC) that `now` follows: feeds reach whole days ahead of it, so that they change with it.
fn midnight(now: Instant) -> Instant {
    now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc()
}

//! News for those who follow it: one reader of the logs in each node, and any number of watches.
//!
//! The [`reader`](Changes::run) reads a person's log once for everybody on
//! this node who watches it and passes the entries on. A [`Watch`] has its own
//! place in the log: it reads the log itself to catch up, takes what is passed
//! on where that follows on its place, and reads again where it does not. So
//! nothing is told twice or left out, whatever the bus loses.

mod forget;
mod reader;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use meetme_core::cursor::{Cursor, Epoch, Seq};
use meetme_core::id::UserId;
use tokio::sync::broadcast::error::TryRecvError;
use tokio::sync::{Notify, broadcast};

use crate::bus::Bus;
use crate::store::{LogEntry, Store, StoreError};

pub use forget::forget_credentials;

/// How often the logs are looked at by a node that does not hear all the others.
pub const LOOK_WITHOUT_BUS: Duration = Duration::from_millis(500);
/// How often they are looked at in any case.
pub const LOOK_ANYWAY: Duration = Duration::from_secs(10);

/// What watches and the reader are bounded by.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How many entries are read from a log at once.
    pub page: usize,
    /// How many entries a watch may be behind before it reads the log itself.
    pub behind: usize,
}

/// The watches of this node.
#[derive(Clone)]
pub struct Changes(Arc<Parts>);

struct Parts {
    store: Arc<dyn Store>,
    bus: Arc<dyn Bus>,
    bounds: Bounds,
    board: Mutex<Board>,
    /// The board has somebody due.
    due: Notify,
}

/// Who is watched, and whose log the reader has to read on in.
#[derive(Default)]
struct Board {
    watched: HashMap<UserId, Watched>,
    due: VecDeque<UserId>,
    /// Whether to ask where all logs end.
    look: bool,
    /// Whether somebody is asking.
    looking: bool,
}

/// A person whom somebody on this node watches.
struct Watched {
    watches: usize,
    /// How far the reader has read; not known before the first watch has looked.
    read: Option<Seq>,
    /// Where the log is known to end.
    reaches: Seq,
    /// Whether to read although nothing was announced, as soon as it is known from where.
    look: bool,
    /// Whether they stand in the row of those who are due.
    queued: bool,
    out: broadcast::Sender<Passed>,
}

impl Board {
    /// Puts a person into the row if there is something to read for them and somebody to read from.
    fn mark(&mut self, person: UserId) {
        let Some(entry) = self.watched.get_mut(&person) else { return };
        let due = entry.read.is_some_and(|read| entry.look || entry.reaches > read);
        if due && !entry.queued {
            entry.queued = true;
            self.due.push_back(person);
        }
    }

    /// Lets somebody ask where all these logs end. Where that cannot be compared yet, the log itself is read then.
    fn look_at_all(&mut self) {
        self.watched.values_mut().filter(|entry| entry.read.is_none()).for_each(|entry| entry.look = true);
        self.look = true;
    }

    /// Takes note of where a log ends.
    fn ends_at(&mut self, person: UserId, head: Seq) {
        let Some(entry) = self.watched.get_mut(&person) else { return };
        // One that ends before what was read has another life, which reading it will tell.
        entry.look |= entry.read.is_some_and(|read| head < read);
        entry.reaches = entry.reaches.max(head);
        self.mark(person);
    }
}

/// What the reader passes on.
#[derive(Clone)]
enum Passed {
    Entry(Arc<LogEntry>),
    /// The reader could not follow: each watch finds out for itself.
    Look,
}

/// What a watch tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The next entry of the log.
    Entry(Arc<LogEntry>),
    /// What follows on the watch's place was pruned, or its place was never reached. It goes on from here.
    Reset(Seq),
}

impl Changes {
    /// Nobody watches yet. Nothing is passed on before [`Changes::run`] runs.
    pub fn new(store: Arc<dyn Store>, bus: Arc<dyn Bus>, bounds: Bounds) -> Self {
        Self(Arc::new(Parts { store, bus, bounds, board: Mutex::default(), due: Notify::new() }))
    }

    /// Watches a person's log from behind `cursor` on; without one, from where it ends now.
    pub async fn watch(&self, person: UserId, cursor: Option<Cursor>) -> Result<Watch, StoreError> {
        let place = match cursor {
            Some(cursor) if cursor.epoch == self.life_of(person) => Some(cursor.seq),
            // Another life of the database, or another log: where it was says nothing here.
            Some(_) => None,
            None => Some(self.0.store.head(person).await?.seq),
        };
        let heard = self.enter(person);
        let changes = self.clone();
        let mut watch = Watch { changes, person, place, heard, page: VecDeque::new(), level: false };
        if let Some(place) = place {
            watch.catch_up(place).await?;
        }
        Ok(watch)
    }

    /// A place in a person's log, as readers are told it.
    pub fn cursor(&self, person: UserId, seq: Seq) -> Cursor {
        Cursor { epoch: self.life_of(person), seq }
    }

    /// What tells a person's log, in this life of the database, from every other log: a cursor of another one
    /// must not be taken for a place in this one.
    fn life_of(&self, person: UserId) -> Epoch {
        let (half, _) = person.as_bytes().split_at(8);
        let half = u64::from_be_bytes(half.try_into().expect("half of sixteen bytes is eight"));
        Epoch(self.0.store.epoch().0 ^ half)
    }

    fn enter(&self, person: UserId) -> broadcast::Receiver<Passed> {
        let mut board = self.lock();
        let behind = self.0.bounds.behind;
        let entry = board.watched.entry(person).or_insert_with(|| Watched {
            watches: 0,
            read: None,
            reaches: Seq(0),
            look: false,
            queued: false,
            out: broadcast::Sender::new(behind),
        });
        entry.watches += 1;
        entry.out.subscribe()
    }

    fn leave(&self, person: UserId) {
        let mut board = self.lock();
        let Some(entry) = board.watched.get_mut(&person) else { return };
        entry.watches -= 1;
        if entry.watches == 0 {
            board.watched.remove(&person);
        }
    }

    /// A watch has read the log to its end: from there on the reader can follow.
    fn level(&self, person: UserId, head: Seq) {
        let mut board = self.lock();
        let Some(entry) = board.watched.get_mut(&person) else { return };
        if entry.read.is_none() {
            entry.read = Some(head);
            board.mark(person);
            self.0.due.notify_one();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Board> {
        self.0.board.lock().expect("nobody panics while holding it")
    }

    /// How many persons are watched on this node.
    pub fn watched(&self) -> usize {
        self.lock().watched.len()
    }

    /// How often the logs are looked at as the bus is now.
    fn look_every(&self) -> Duration {
        if self.0.bus.health().hears_all() { LOOK_ANYWAY } else { LOOK_WITHOUT_BUS }
    }
}

/// Somebody's place in a person's log. Dropping it ends the watch.
pub struct Watch {
    changes: Changes,
    person: UserId,
    /// The last seq told; none until a reset.
    place: Option<Seq>,
    heard: broadcast::Receiver<Passed>,
    page: VecDeque<LogEntry>,
    /// Whether the log was read up to where the reader takes over.
    level: bool,
}

impl Watch {
    /// The next thing to tell, as soon as there is one. May be given up and called again.
    pub async fn next(&mut self) -> Result<Told, StoreError> {
        loop {
            if let Some(told) = self.ready().await? {
                return Ok(told);
            }
            let passed = self.heard.recv().await.ok();
            if let Some(told) = self.take(passed) {
                return Ok(told);
            }
        }
    }

    /// The next thing to tell, if it has happened already. May be given up and called again.
    pub async fn ready(&mut self) -> Result<Option<Told>, StoreError> {
        loop {
            if let Some(entry) = self.page.pop_front() {
                self.place = Some(entry.seq);
                return Ok(Some(Told::Entry(Arc::new(entry))));
            }
            let Some(place) = self.place else { return self.reset().await.map(Some) };
            if !self.level {
                self.catch_up(place).await?;
                continue;
            }
            let passed = match self.heard.try_recv() {
                Ok(passed) => Some(passed),
                Err(TryRecvError::Empty) => return Ok(None),
                Err(_) => None,
            };
            if let Some(told) = self.take(passed) {
                return Ok(Some(told));
            }
        }
    }

    /// Takes what was passed on, if it follows on the place; otherwise the log has it.
    fn take(&mut self, passed: Option<Passed>) -> Option<Told> {
        let place = self.place?;
        match passed {
            Some(Passed::Entry(entry)) if entry.seq <= place => None,
            Some(Passed::Entry(entry)) if entry.seq.0 == place.0 + 1 => {
                self.place = Some(entry.seq);
                Some(Told::Entry(entry))
            }
            // A gap, or too slow for what is kept.
            _ => {
                self.level = false;
                None
            }
        }
    }

    /// The place: all up to here was told.
    pub fn cursor(&self) -> Cursor {
        self.changes.cursor(self.person, self.place.unwrap_or_default())
    }

    /// Whether its place was found in the log; otherwise a reset comes next.
    pub fn is_placed(&self) -> bool {
        self.place.is_some()
    }

    /// Reads a page of the log. The place is lost if nothing can follow on it.
    async fn catch_up(&mut self, place: Seq) -> Result<(), StoreError> {
        let most = self.changes.0.bounds.page;
        let Some(page) = self.changes.0.store.log_after(self.person, place, most).await? else {
            self.place = None;
            return Ok(());
        };
        let end = page.entries.last().map_or(place, |entry| entry.seq);
        if end >= page.head {
            self.level = true;
            self.changes.level(self.person, page.head);
        }
        self.page = page.entries.into();
        Ok(())
    }

    async fn reset(&mut self) -> Result<Told, StoreError> {
        let head = self.changes.0.store.head(self.person).await?.seq;
        self.place = Some(head);
        Ok(Told::Reset(head))
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.changes.leave(self.person);
    }
}

//! The one reader of the logs in this node.

use std::sync::Arc;
use std::time::Duration;

use crate::life::Ending;
use meetme_core::cursor::Seq;
use meetme_core::id::UserId;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use super::{Changes, Passed, Watched};
use crate::bus::Said;
use crate::store::{LogPage, StoreError};

/// How many logs are read at once.
const READS: usize = 4;
/// Of how many logs the ends are asked for at once.
const HEADS: usize = 500;
/// How long a log that could not be read is left alone.
const REST: Duration = Duration::from_millis(200);

/// What came of reading on in a person's log.
struct Read {
    person: UserId,
    from: Seq,
    /// Where the log was known to end when it began.
    reaches: Seq,
    page: Result<Option<LogPage>, StoreError>,
}

/// What came of a task.
enum Done {
    Read(Read),
    /// Where the logs of those who are watched end.
    Looked(Result<Vec<(UserId, Seq)>, StoreError>),
}

impl Changes {
    /// Reads what is announced and passes it on, until `stop` says so.
    pub async fn run(self, mut stop: Ending) {
        let mut said = self.0.bus.subscribe();
        let mut reads: JoinSet<Done> = JoinSet::new();
        let mut looked = Instant::now();
        loop {
            self.begin_look(&mut reads);
            self.begin_reads(&mut reads);
            let look_at = looked + self.look_every();
            tokio::select! {
                said_now = said.recv() => self.hear(said_now, &mut said),
                Some(Ok(done)) = reads.join_next() => match done {
                    Done::Read(read) => self.pass_on(read),
                    Done::Looked(heads) => self.compare(heads),
                },
                () = self.0.due.notified() => {}
                () = sleep_until(look_at) => {
                    looked = Instant::now();
                    self.lock().look_at_all();
                }
                () = stop.stopping() => return,
            }
        }
    }

    fn hear(&self, said: Result<Said, RecvError>, queue: &mut Receiver<Said>) {
        let mut board = self.lock();
        let mut next = Some(said);
        // What waits is taken at once: a log announced ten times is read once.
        while let Some(said) = next {
            match said {
                Ok(Said::Reaches { person, seq, .. }) => {
                    if let Some(entry) = board.watched.get_mut(&person) {
                        entry.reaches = entry.reaches.max(seq);
                        board.mark(person);
                    }
                }
                Ok(Said::Letters(_)) => {}
                Ok(Said::Look) | Err(RecvError::Lagged(_)) => board.look_at_all(),
                Err(RecvError::Closed) => return,
            }
            next = queue.try_recv().ok().map(Ok);
        }
    }

    /// Asks where the logs end rather than reading each: most have not moved, and there may be thousands.
    fn begin_look(&self, reads: &mut JoinSet<Done>) {
        let mut board = self.lock();
        if !board.look || board.looking {
            return;
        }
        (board.look, board.looking) = (false, true);
        let store = self.0.store.clone();
        let persons: Vec<UserId> = board.watched.keys().copied().collect();
        reads.spawn(async move {
            let mut heads = Vec::with_capacity(persons.len());
            for some in persons.chunks(HEADS) {
                match store.heads(some).await {
                    Ok(found) => heads.extend(found),
                    Err(error) => {
                        sleep(REST).await;
                        return Done::Looked(Err(error));
                    }
                }
            }
            Done::Looked(Ok(heads))
        });
    }

    fn compare(&self, heads: Result<Vec<(UserId, Seq)>, StoreError>) {
        let mut board = self.lock();
        board.looking = false;
        match heads {
            Ok(heads) => heads.into_iter().for_each(|(person, head)| board.ends_at(person, head)),
            Err(error) => {
                tracing::warn!(%error, "the ends of logs could not be read");
                board.look_at_all();
            }
        }
    }

    fn begin_reads(&self, reads: &mut JoinSet<Done>) {
        let mut board = self.lock();
        while reads.len() < READS + usize::from(board.looking) {
            let Some(person) = board.due.pop_front() else { return };
            let Some(entry) = board.watched.get_mut(&person) else { continue };
            let Some(from) = entry.read else { continue };
            entry.look = false;
            let (store, most, reaches) = (self.0.store.clone(), self.0.bounds.page, entry.reaches);
            // They stay in the row, so to speak, until this is passed on: one read at a time for each person.
            reads.spawn(async move {
                let page = store.log_after(person, from, most).await;
                if page.is_err() {
                    sleep(REST).await;
                }
                Done::Read(Read { person, from, reaches, page })
            });
        }
    }

    fn pass_on(&self, read: Read) {
        let mut board = self.lock();
        let person = read.person;
        let Some(entry) = board.watched.get_mut(&person) else { return };
        entry.queued = false;
        // Unless everybody left and somebody new came while it was read.
        if entry.read == Some(read.from) {
            entry.take(read);
        }
        board.mark(person);
    }
}

impl Watched {
    fn take(&mut self, read: Read) {
        match read.page {
            Ok(Some(page)) => {
                self.read = Some(page.entries.last().map_or(read.from, |last| last.seq));
                // A head that was announced and is not there belongs to no log of this life.
                if page.entries.is_empty() && self.reaches == read.reaches {
                    self.reaches = page.head;
                }
                self.reaches = self.reaches.max(page.head);
                for entry in page.entries {
                    let _ = self.out.send(Passed::Entry(Arc::new(entry)));
                }
            }
            Ok(None) => {
                self.read = None;
                let _ = self.out.send(Passed::Look);
            }
            Err(error) => {
                tracing::warn!(%error, "a log could not be read");
                self.look = true;
            }
        }
    }
}

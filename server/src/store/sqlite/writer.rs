//! The one thread that writes.
//!
//! It takes the jobs that wait, runs each in a savepoint of one transaction,
//! commits once, and only then answers them all: a durable commit costs the
//! same for one job as for many.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::thread::JoinHandle;

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::fault::of_commit;
use super::value::run;
use crate::store::fault::{Failure, Lost, Reason};
use crate::store::{StoreError, WriterStats};

/// The way to the writing thread.
pub(super) struct Writer {
    /// `None` once closed.
    jobs: RwLock<Option<SyncSender<Box<dyn Job>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
    counters: Arc<Counters>,
}

#[derive(Default)]
struct Counters {
    commits: AtomicU64,
    changes: AtomicU64,
    queue: AtomicU64,
}

impl Writer {
    /// Starts the thread. At most `queue` jobs wait, and at most `batch` share a commit.
    pub(super) fn start(conn: Connection, queue: usize, batch: usize) -> Result<Self, StoreError> {
        let (sender, receiver) = sync_channel(queue);
        let counters = Arc::new(Counters::default());
        let shared = Arc::clone(&counters);
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || serve(&conn, &receiver, batch.max(1), &shared))
            .map_err(|error| StoreError::Broken(format!("no thread to write with: {error}")))?;
        Ok(Self { jobs: RwLock::new(Some(sender)), thread: Mutex::new(Some(thread)), counters })
    }

    /// Runs `work` in a transaction; what it says once that is durable, or not at all.
    /// Goes through even if the caller stops waiting.
    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        F: FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(Task { work: Some(work), result: None, reply: Some(reply) }))?;
        answer.await.unwrap_or_else(|_| Err(Lost::Unknown.into()))
    }

    fn send(&self, job: Box<dyn Job>) -> Result<(), Lost> {
        let jobs = self.jobs.read().unwrap_or_else(PoisonError::into_inner);
        let jobs = jobs.as_ref().ok_or(Lost::RolledBack(Reason::Unavailable))?;
        // Counted before it is sent, so that the thread cannot count it off first.
        self.counters.queue.fetch_add(1, Ordering::Relaxed);
        jobs.try_send(job).map_err(|error| {
            self.counters.queue.fetch_sub(1, Ordering::Relaxed);
            Lost::RolledBack(match error {
                TrySendError::Full(_) => Reason::Busy,
                TrySendError::Disconnected(_) => Reason::Unavailable,
            })
        })
    }

    pub(super) fn stats(&self) -> WriterStats {
        WriterStats {
            commits: self.counters.commits.load(Ordering::Relaxed),
            changes: self.counters.changes.load(Ordering::Relaxed),
            queue: self.counters.queue.load(Ordering::Relaxed),
        }
    }

    /// Takes no more jobs, finishes those that wait, and closes the connection. Blocks.
    pub(super) fn close(&self) {
        drop(self.jobs.write().unwrap_or_else(PoisonError::into_inner).take());
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // It answers panics of jobs itself; one of its own leaves nothing to do here.
            drop(thread.join());
        }
    }
}

/// Something to run in the writer's transaction, and to answer when that has ended.
trait Job: Send {
    /// Runs it. An error means: undo it alone.
    fn run(&mut self, conn: &Connection) -> Result<(), Option<Reason>>;
    /// Tells the caller; with why the batch was lost, if it was.
    fn answer(&mut self, lost: Option<&Lost>);
}

struct Task<T, E, F> {
    work: Option<F>,
    result: Option<Result<T, E>>,
    reply: Option<oneshot::Sender<Result<T, E>>>,
}

impl<T, E, F> Job for Task<T, E, F>
where
    T: Send,
    E: Failure,
    F: FnOnce(&Connection) -> Result<T, E> + Send,
{
    fn run(&mut self, conn: &Connection) -> Result<(), Option<Reason>> {
        let Some(work) = self.work.take() else { return Ok(()) };
        let result = catch_unwind(AssertUnwindSafe(|| work(conn))).unwrap_or_else(|_| {
            let reason = Reason::Broken("a rule panicked".to_owned());
            Err(Lost::RolledBack(reason).into())
        });
        let outcome = result.as_ref().map(drop).map_err(Failure::reason);
        self.result = Some(result);
        outcome
    }

    fn answer(&mut self, lost: Option<&Lost>) {
        let result = match (lost, self.result.take()) {
            (None, Some(result)) => result,
            (Some(lost), _) => Err(lost.clone().into()),
            (None, None) => Err(Lost::RolledBack(Reason::Unavailable).into()),
        };
        if let Some(reply) = self.reply.take() {
            // Nobody may be waiting any more.
            drop(reply.send(result));
        }
    }
}

fn serve(conn: &Connection, jobs: &Receiver<Box<dyn Job>>, most: usize, counters: &Counters) {
    let mut batch = Vec::with_capacity(most);
    while let Ok(job) = jobs.recv() {
        batch.push(job);
        batch.extend(jobs.try_iter().take(most - 1));
        counters.queue.fetch_sub(batch.len() as u64, Ordering::Relaxed);
        let lost = match commit_all(conn, &mut batch) {
            Ok(kept) => {
                counters.commits.fetch_add(1, Ordering::Relaxed);
                counters.changes.fetch_add(kept, Ordering::Relaxed);
                None
            }
            Err(lost) => {
                tracing::error!(jobs = batch.len(), ?lost, "a batch was not committed");
                Some(lost)
            }
        };
        batch.drain(..).for_each(|mut job| job.answer(lost.as_ref()));
    }
    // A hint for the next start; nothing depends on it.
    drop(conn.execute_batch("PRAGMA optimize"));
}

/// Runs the jobs in one transaction; how many were kept.
fn commit_all(conn: &Connection, batch: &mut [Box<dyn Job>]) -> Result<u64, Lost> {
    let rolled_back = |error: rusqlite::Error| Lost::RolledBack(StoreError::from(error).into());
    run(conn, "BEGIN IMMEDIATE", []).map_err(rolled_back)?;
    let kept = run_all(conn, batch).inspect_err(|_| roll_back(conn))?;
    if let Err(error) = run(conn, "COMMIT", []) {
        tracing::error!(%error, "a commit failed");
        roll_back(conn);
        return Err(of_commit(error));
    }
    Ok(kept)
}

fn run_all(conn: &Connection, batch: &mut [Box<dyn Job>]) -> Result<u64, Lost> {
    let rolled_back = |error: rusqlite::Error| Lost::RolledBack(StoreError::from(error).into());
    let mut kept = 0;
    for job in batch {
        run(conn, "SAVEPOINT job", []).map_err(rolled_back)?;
        let outcome = job.run(conn);
        // Some failures, a full disk among them, end the whole transaction.
        if conn.is_autocommit() {
            let reason = outcome.err().flatten().unwrap_or(Reason::Unavailable);
            return Err(Lost::RolledBack(reason));
        }
        match outcome {
            Ok(()) => kept += 1,
            Err(_) => run(conn, "ROLLBACK TO job", []).map(drop).map_err(rolled_back)?,
        }
        run(conn, "RELEASE job", []).map_err(rolled_back)?;
    }
    Ok(kept)
}

/// Ends a transaction that SQLite may have ended itself.
fn roll_back(conn: &Connection) {
    if conn.is_autocommit() {
        return;
    }
    if let Err(error) = run(conn, "ROLLBACK", []) {
        tracing::error!(%error, "a rollback failed");
    }
}

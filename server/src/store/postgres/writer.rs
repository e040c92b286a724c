//! The tasks that write.
//!
//! Each takes the jobs that wait for it, locks the persons of all of them in id
//! order, runs each job in a savepoint of one transaction, commits once, and
//! only then answers them all. Jobs of one host go to one writer, so that they
//! meet in one batch; batches of other hosts run beside it and on other nodes.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use deadpool_postgres::Pool;
use meetme_core::id::UserId;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::PostgresOptions;
use super::db::{Db, Params, uuid};
use super::fault::{DbError, Fault};
use super::persons::Persons;
use crate::store::fault::{Failure, Lost, Reason};
use crate::store::{StoreError, WriterStats};

/// How often a batch that clashed with another one is repeated as a whole, and then each job alone.
const CLASHES: u32 = 3;
/// How often a batch whose connection was cut before it was committed is repeated.
const CUTS: u32 = 6;
/// How long the first repetition after a cut waits; each further one twice as long.
const PAUSE: Duration = Duration::from_millis(50);
/// How often the server is asked what became of a commit.
const QUESTIONS: u32 = 6;

/// What a job does. It may be asked again when its transaction has to be repeated.
pub(super) type Doing<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// The way to one of the writing tasks.
type Lane = mpsc::Sender<Box<dyn Job>>;

/// The way to the writing tasks.
pub(super) struct Writers {
    /// `None` once closed.
    lanes: RwLock<Option<Vec<Lane>>>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
    counters: Arc<Counters>,
}

#[derive(Default)]
struct Counters {
    commits: AtomicU64,
    changes: AtomicU64,
    queue: AtomicU64,
    turn: AtomicU64,
}

impl Writers {
    /// Starts the tasks.
    pub(super) fn start(pool: &Pool, options: &PostgresOptions) -> Self {
        let counters = Arc::new(Counters::default());
        let (mut lanes, mut tasks) = (Vec::new(), Vec::new());
        for lane in 0..options.writers.max(1) {
            let (sender, receiver) = mpsc::channel(options.queue.max(1));
            let mut writer = Writer {
                pool: pool.clone(),
                patience: options.patience(),
                most: options.max_batch.max(1),
                counters: Arc::clone(&counters),
                id: Uuid::from_u128(options.name.wrapping_add(lane as u128)),
                batch: 0,
            };
            lanes.push(sender);
            tasks.push(tokio::spawn(async move { writer.serve(receiver).await }));
        }
        Self { lanes: RwLock::new(Some(lanes)), tasks: Mutex::new(tasks), counters }
    }

    /// Runs `work` in a transaction that has locked `persons`; what it says once that is durable,
    /// or not at all. Goes through even if the caller stops waiting. `work` may be run again.
    pub(super) async fn write<T, E, A, F>(&self, persons: Persons, args: A, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Failure,
        A: Send + Sync + 'static,
        F: for<'a> Fn(&'a Db, &'a A) -> Doing<'a, Result<T, E>> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let task = Task { persons: persons.all, args, work, result: None, reply: Some(reply) };
        self.send(persons.lead, Box::new(task))?;
        answer.await.unwrap_or_else(|_| Err(Lost::Unknown.into()))
    }

    fn send(&self, lead: Option<UserId>, job: Box<dyn Job>) -> Result<(), Lost> {
        let lanes = self.lanes.read().unwrap_or_else(PoisonError::into_inner);
        let lanes = lanes.as_ref().ok_or(Lost::RolledBack(Reason::Unavailable))?;
        let number = match lead {
            Some(person) => {
                let mut hasher = DefaultHasher::new();
                person.hash(&mut hasher);
                hasher.finish()
            }
            None => self.counters.turn.fetch_add(1, Ordering::Relaxed),
        };
        let lane = usize::try_from(number % lanes.len() as u64).unwrap_or_default();
        // Counted before it is sent, so that the task cannot count it off first.
        self.counters.queue.fetch_add(1, Ordering::Relaxed);
        lanes[lane].try_send(job).map_err(|error| {
            self.counters.queue.fetch_sub(1, Ordering::Relaxed);
            Lost::RolledBack(match error {
                mpsc::error::TrySendError::Full(_) => Reason::Busy,
                mpsc::error::TrySendError::Closed(_) => Reason::Unavailable,
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

    /// Takes no more jobs and finishes those that wait.
    pub(super) async fn close(&self) {
        drop(self.lanes.write().unwrap_or_else(PoisonError::into_inner).take());
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            if let Err(error) = task.await {
                tracing::error!(%error, "a writer failed");
            }
        }
    }
}

/// Something to run in a writer's transaction, and to answer when that has ended.
trait Job: Send {
    /// Whom it concerns.
    fn persons(&self) -> &BTreeSet<UserId>;
    /// Runs it; whether it is to be kept.
    fn run<'a>(&'a mut self, db: &'a Db) -> Doing<'a, bool>;
    /// Tells the caller; with why the batch was lost, if it was.
    fn answer(&mut self, lost: Option<&Lost>);
}

struct Task<T, E, A, F> {
    persons: BTreeSet<UserId>,
    args: A,
    work: F,
    result: Option<Result<T, E>>,
    reply: Option<oneshot::Sender<Result<T, E>>>,
}

impl<T, E, A, F> Job for Task<T, E, A, F>
where
    T: Send + 'static,
    E: Failure,
    A: Send + Sync + 'static,
    F: for<'a> Fn(&'a Db, &'a A) -> Doing<'a, Result<T, E>> + Send + 'static,
{
    fn persons(&self) -> &BTreeSet<UserId> {
        &self.persons
    }

    fn run<'a>(&'a mut self, db: &'a Db) -> Doing<'a, bool> {
        let Self { args, work, result, .. } = self;
        let doing = work(db, args);
        Box::pin(async move {
            let done = doing.await;
            let kept = done.is_ok();
            *result = Some(done);
            kept
        })
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

/// Why a batch was not committed.
enum Trouble {
    /// It met another one; nothing was applied.
    Clash,
    /// The connection was cut before it was committed; nothing was applied.
    Cut,
    /// The connection was cut while it was committed.
    InDoubt,
    /// It has to be told.
    Told(Lost),
}

impl Trouble {
    fn of(error: DbError) -> Self {
        match error.fault() {
            Some(Fault::Clash) => Self::Clash,
            Some(Fault::Cut) => Self::Cut,
            None => Self::Told(Lost::RolledBack(StoreError::from(error).into())),
        }
    }
}

/// What undoes or keeps the job before.
#[derive(Clone, Copy)]
enum Before {
    Kept,
    Refused,
}

struct Writer {
    pool: Pool,
    patience: Duration,
    most: usize,
    counters: Arc<Counters>,
    /// Its row in `writers`.
    id: Uuid,
    /// The number of the last batch; even. The odd one behind it says that it will never be committed.
    batch: i64,
}

impl Writer {
    async fn serve(&mut self, mut jobs: mpsc::Receiver<Box<dyn Job>>) {
        let mut batch = Vec::with_capacity(self.most);
        while let Some(job) = jobs.recv().await {
            batch.push(job);
            while batch.len() < self.most
                && let Ok(job) = jobs.try_recv()
            {
                batch.push(job);
            }
            self.counters.queue.fetch_sub(batch.len() as u64, Ordering::Relaxed);
            self.settle(&mut batch).await;
            batch.clear();
        }
    }

    /// Brings all jobs to an end and answers them.
    async fn settle(&mut self, batch: &mut [Box<dyn Job>]) {
        if batch.len() > 1 && matches!(self.attempt(batch).await, Err(Trouble::Clash)) {
            for job in batch.chunks_mut(1) {
                self.settle_one(job).await;
            }
        } else if let [_] = batch {
            self.settle_one(batch).await;
        }
    }

    async fn settle_one(&mut self, job: &mut [Box<dyn Job>]) {
        if let Err(Trouble::Clash) = self.attempt(job).await {
            tracing::warn!("a change met others again and again");
            answer_all(job, Some(&Lost::RolledBack(Reason::Busy)));
        }
    }

    /// Tries to commit the jobs, again and again within bounds, and answers them unless they clash.
    async fn attempt(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), Trouble> {
        let (mut clashes, mut cuts) = (0, 0);
        let lost = loop {
            match self.commit_all(jobs).await {
                Ok(kept) => {
                    self.counters.commits.fetch_add(u64::from(kept > 0), Ordering::Relaxed);
                    self.counters.changes.fetch_add(kept, Ordering::Relaxed);
                    break None;
                }
                Err(Trouble::Clash) if clashes + 1 < CLASHES => clashes += 1,
                Err(Trouble::Clash) => return Err(Trouble::Clash),
                Err(Trouble::Cut) if cuts + 1 < CUTS => {
                    tokio::time::sleep(PAUSE * 2_u32.pow(cuts)).await;
                    cuts += 1;
                }
                Err(Trouble::Cut) => break Some(Lost::RolledBack(Reason::Unavailable)),
                Err(Trouble::InDoubt) => break Some(Lost::Unknown),
                Err(Trouble::Told(lost)) => break Some(lost),
            }
        };
        if let Some(lost) = &lost {
            tracing::error!(jobs = jobs.len(), ?lost, "a batch was not committed");
        }
        answer_all(jobs, lost.as_ref());
        Ok(())
    }

    /// Runs the jobs in one transaction; how many were kept.
    async fn commit_all(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<u64, Trouble> {
        let db = Db::from(&self.pool, self.patience).await.map_err(|error| {
            tracing::warn!(why = error.words(), "the database cannot be reached");
            Trouble::Cut
        })?;
        self.batch += 2;
        match self.transact(&db, jobs).await {
            Ok(kept) => Ok(kept),
            Err(Trouble::InDoubt) => {
                db.discard();
                self.resolve(jobs.len()).await
            }
            Err(trouble) => {
                // A transaction that clashed was ended by the server, which still has to be acknowledged.
                if db.fault() == Some(Fault::Cut) || db.batch("ROLLBACK").await.is_err() {
                    db.discard();
                }
                Err(trouble)
            }
        }
    }

    async fn transact(&self, db: &Db, jobs: &mut [Box<dyn Job>]) -> Result<u64, Trouble> {
        // Prepared first, so that nothing overtakes it.
        db.prepare(LOCK).await.map_err(Trouble::of)?;
        db.prepare(MARK).await.map_err(Trouble::of)?;
        let persons: BTreeSet<UserId> = jobs.iter().flat_map(|job| job.persons()).copied().collect();
        let persons: Vec<Uuid> = persons.iter().map(|person| uuid(person.as_bytes())).collect();
        let persons: Params<'_> = &[&persons];
        let (mut kept, mut before) = (0, None);
        for job in jobs.iter_mut() {
            let open = async {
                match before {
                    None => {
                        let (begun, locked, saved) = tokio::join!(
                            biased;
                            db.batch("BEGIN ISOLATION LEVEL READ COMMITTED"),
                            db.rows(LOCK, persons),
                            db.batch("SAVEPOINT job"),
                        );
                        begun.and(locked).and(saved)
                    }
                    Some(Before::Kept) => db.batch("RELEASE job; SAVEPOINT job").await,
                    Some(Before::Refused) => db.batch("ROLLBACK TO job").await,
                }
            };
            let (opened, keep) = tokio::join!(biased; open, job.run(db));
            opened.map_err(Trouble::of)?;
            match db.fault() {
                Some(Fault::Cut) => return Err(Trouble::Cut),
                Some(Fault::Clash) => return Err(Trouble::Clash),
                None => {}
            }
            kept += u64::from(keep);
            before = Some(if keep { Before::Kept } else { Before::Refused });
        }
        if kept == 0 {
            db.batch("ROLLBACK").await.map_err(Trouble::of)?;
            return Ok(0);
        }
        self.commit(db, matches!(before, Some(Before::Refused))).await?;
        Ok(kept)
    }

    async fn commit(&self, db: &Db, undo: bool) -> Result<(), Trouble> {
        let undone = async { if undo { db.batch("ROLLBACK TO job").await } else { Ok(()) } };
        let mark: Params<'_> = &[&self.id, &self.batch];
        let (undone, marked, committed) = tokio::join!(
            biased;
            undone,
            db.rows(MARK, mark),
            db.batch("COMMIT"),
        );
        // Without the mark nothing is committed: COMMIT ends a failed transaction without keeping it.
        undone.and(marked.map(drop)).and(committed).map_err(|error| match Trouble::of(error) {
            Trouble::Cut => Trouble::InDoubt,
            other => other,
        })
    }

    /// Finds out what became of a batch whose commit got no answer. Should the old transaction still
    /// be alive, this waits for its end; should its commit still be on its way, it will fail.
    async fn resolve(&self, jobs: usize) -> Result<u64, Trouble> {
        for question in 0..QUESTIONS {
            tokio::time::sleep(PAUSE * 2_u32.pow(question)).await;
            let Ok(db) = Db::from(&self.pool, self.patience).await else { continue };
            match db.first(RESOLVE, &[&self.id, &self.batch], |row| row.int()).await {
                Ok(Some(batch)) if batch == self.batch => {
                    tracing::info!(jobs, "a commit without an answer had been made");
                    return Ok(jobs as u64);
                }
                Ok(_) => return Err(Trouble::Cut),
                Err(error) => {
                    tracing::warn!(%error, "what became of a commit cannot be told yet");
                    db.discard();
                }
            }
        }
        Err(Trouble::InDoubt)
    }
}

fn answer_all(jobs: &mut [Box<dyn Job>], lost: Option<&Lost>) {
    jobs.iter_mut().for_each(|job| job.answer(lost));
}

/// Changes of one person wait here for each other, on every node. References to them need not.
const LOCK: &str = "SELECT id FROM users WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE";

/// Says in the transaction which batch it is. Fails if [`RESOLVE`] has said that it will never be.
const MARK: &str = "INSERT INTO writers AS w (id, batch) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE \
    SET batch = CASE WHEN w.batch < excluded.batch THEN excluded.batch END, at = now() RETURNING 1";

/// Whether the batch was committed; if not, it will never be.
const RESOLVE: &str = "INSERT INTO writers AS w (id, batch) VALUES ($1, $2::bigint + 1) ON CONFLICT (id) DO UPDATE \
    SET batch = CASE WHEN w.batch = $2 THEN $2 ELSE $2 + 1 END, at = now() RETURNING batch";

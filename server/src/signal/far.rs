//! Calls whose two people sit at different nodes.
//!
//! The node that leases the room decides; a socket at another node is a far
//! line of it. What is said goes as letters through the store, where nothing
//! is lost: each node numbers what it writes to another, writes a letter again
//! until the store has it, and takes each number once. The bus only says that
//! there are letters. A node shows that it lives by counting up; one whose
//! count stands still, by the clock of whoever watches it, is
//! dead: its people are lost, and its rooms are anybody's.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use axum::extract::ws::Utf8Bytes;
use meetme_core::api::{CallRole, CallSession, EndReason, FromRelay, LeftReason, close};
use meetme_core::id::BookingId;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};

use super::Signal;
use super::hall::{EnterError, Home};
use super::live::Live;
use super::room::Line;
use crate::actions;
use crate::app::App;
use crate::bus::{Health, Said};
use crate::store::{Letter, NodeId, StoreError};

/// How many errands may wait. With more, whoever they are about is asked to come again.
pub(super) const MAX_ERRANDS: usize = 8 * 1024;
/// How many letters are written at once.
const MAX_WRITTEN: usize = 256;
/// How many letters are read at once.
const MAX_READ: usize = 256;
/// How often a node with calls shows that it lives, and looks who else does.
const BEAT: Duration = Duration::from_secs(1);
/// How often is looked for letters while the bus tells of them, and while it does not.
const LOOK: (Duration, Duration) = (Duration::from_secs(1), Duration::from_millis(100));
/// How long to wait when the store cannot be used.
const REST: Duration = Duration::from_millis(250);

/// Something to do at the store, in order.
pub(super) enum Errand {
    /// Write to a node.
    Write(NodeId, Word),
    /// Note who is in, for those who look from another node.
    Note(BookingId, [bool; 2]),
    /// Say when everything before is done.
    Finish(oneshot::Sender<()>),
}

/// What nodes write to each other. Lines have the name that the node of their socket gave them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "kebab-case")]
pub(super) enum Word {
    /// To the room's node: somebody comes in.
    Join { booking: BookingId, line: Line, role: CallRole, session: CallSession },
    /// To the room's node: for the peer.
    Signal { line: Line, to: Option<CallSession>, frame: String },
    /// To the room's node: the end for both.
    Bye { line: Line },
    /// To the room's node: the socket is gone.
    Gone { line: Line, reason: LeftReason },
    /// To the socket's node: they are in.
    Welcome { line: Line, session: CallSession, peer: Option<CallSession> },
    /// To the socket's node: send this.
    Frame { line: Line, frame: String },
    /// To the socket's node: it is over.
    End { line: Line, reason: EndReason },
    /// To the socket's node: the room is not here any more. Come again.
    Moved { line: Line },
}

impl Signal {
    /// Nodes whose rooms are anybody's.
    pub(super) fn dead_nodes(&self) -> Vec<NodeId> {
        self.nodes.lock().dead.iter().copied().collect()
    }

    /// Shows that this node lives; false if others had taken it for dead.
    async fn count_up(&self, app: &App) -> Result<bool, StoreError> {
        let known = app.store.beat(self.node).await?;
        let first = !std::mem::replace(&mut self.nodes.lock().counted, true);
        Ok(known || first)
    }

    /// Shows that this node lives, before it takes the first room.
    pub(super) async fn begin_to_count(&self, app: &App) -> Result<(), StoreError> {
        if self.nodes.lock().counted { Ok(()) } else { self.count_up(app).await.map(drop) }
    }

    /// Returns when everything that was to be done at the store is done.
    pub(super) async fn finish_errands(&self) {
        let (done, finished) = oneshot::channel();
        if self.errands.send(Errand::Finish(done)).await.is_ok() {
            // Only a runner that is gone does not answer.
            let _ = finished.await;
        }
    }

    /// Sends everybody in a room elsewhere.
    pub(super) fn close_room(&self, app: &App, live: &Live) {
        let (near, far) = live.everybody();
        for connection in near {
            connection.mailbox.close(close::MOVED);
        }
        for (node, line) in far {
            // A node that does not hear of it finds this one's count standing still.
            let _ = self.write(node, Word::Moved { line });
        }
        live.empty(self, app);
    }

    /// The nodes whose life matters to this one: they hold rooms of its people, or have people in its rooms.
    fn watched(&self) -> HashSet<NodeId> {
        let connections = self.hall.all_connections();
        let holders = connections.iter().filter_map(|connection| match connection.home {
            Home::There(node) => Some(node),
            Home::Here(_) => None,
        });
        let guests = self.hall.all_rooms().into_iter().flat_map(|live| live.far_nodes());
        holders.chain(guests).collect()
    }

    fn is_idle(&self) -> bool {
        let board = self.hall.lock();
        board.rooms.is_empty() && board.connections.is_empty()
    }
}

/// Does errands in the order in which they were given, and numbers letters.
pub(super) async fn run_errands(app: App) {
    let to_run = app.signal.to_run.lock().expect("nobody panics while holding it").take();
    let Some(mut to_run) = to_run else { return };
    let mut numbers: HashMap<NodeId, u64> = HashMap::new();
    let mut errands = Vec::new();
    while to_run.recv_many(&mut errands, MAX_WRITTEN).await > 0 {
        let (mut letters, mut notes, mut finished) = (Vec::new(), HashMap::new(), Vec::new());
        for errand in errands.drain(..) {
            match errand {
                Errand::Write(to, word) => {
                    let number = numbers.entry(to).or_default();
                    *number += 1;
                    let body = serde_json::to_string(&word).expect("a word is plain data");
                    letters.push(Letter { to, from: app.signal.node, number: *number, body });
                }
                Errand::Note(booking, here) => {
                    notes.insert(booking, here);
                }
                Errand::Finish(done) => finished.push(done),
            }
        }
        post(&app, letters).await;
        for (booking, here) in notes {
            if let Err(error) = app.store.note_room(booking, app.signal.node, here).await {
                tracing::debug!(%error, "who is in a call could not be noted");
            }
        }
        for done in finished {
            // Whoever waited may have given up.
            let _ = done.send(());
        }
    }
}

/// Writes letters until the store has them, or this node stops, and says that they are there.
async fn post(app: &App, letters: Vec<Letter>) {
    if letters.is_empty() {
        return;
    }
    let to: HashSet<NodeId> = letters.iter().map(|letter| letter.to).collect();
    while let Err(error) = app.store.post(letters.clone()).await {
        tracing::debug!(%error, "letters could not be posted");
        if matches!(error, StoreError::Broken(_)) || app.life.phase() == crate::life::Phase::Stopping {
            return;
        }
        sleep(REST).await;
    }
    to.into_iter().for_each(|node| app.bus.tell_of_letters(node.0));
}

/// Reads what other nodes write, shows them that this one lives, and looks whether they do.
pub(super) async fn read_letters(app: App) {
    let mut said = app.bus.subscribe();
    let mut beats = interval(BEAT);
    beats.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = Instant::now();
    loop {
        // A node on its own bus may have others beside it that it does not hear.
        let wait = if app.bus.health() == Health::Up { LOOK.0 } else { LOOK.1 };
        tokio::select! {
            heard = said.recv() => match heard {
                Ok(Said::Letters(node)) if node == app.signal.node.0 => {}
                Ok(Said::Reaches { .. } | Said::Letters(_)) => continue,
                // Something may have gone unheard.
                _ => {}
            },
            _ = beats.tick() => {
                if !app.signal.is_idle()
                    && let Err(error) = beat(&app).await
                {
                    tracing::debug!(%error, "this node could not show that it lives");
                }
                continue;
            }
            () = sleep_until(last + wait) => {}
        }
        last = Instant::now();
        if app.signal.is_idle() {
            continue;
        }
        if let Err(error) = read(&app).await {
            tracing::debug!(%error, "letters could not be read");
            sleep(REST).await;
        }
    }
}

async fn beat(app: &App) -> Result<(), StoreError> {
    let signal = &app.signal;
    if !signal.count_up(app).await? {
        // Others took this node for dead and may have taken its rooms: whoever is here comes in anew.
        for live in signal.hall.all_rooms() {
            signal.close_room(app, &live);
            signal.hall.lock().rooms.remove(&live.booking);
        }
    }
    let watched = signal.watched();
    let beats =
        if watched.is_empty() { Vec::new() } else { app.store.beats(watched.iter().copied().collect()).await? };
    for dead in signal.nodes.observe(&watched, &beats, Instant::now()) {
        tracing::info!(node = dead.0, "another node is silent: its calls are taken over");
        bury(app, dead).await?;
    }
    Ok(())
}

/// Whoever was at a dead node is lost, and whoever is in a room of it comes in anew.
async fn bury(app: &App, dead: NodeId) -> Result<(), StoreError> {
    let signal = &app.signal;
    for connection in signal.hall.all_connections() {
        if matches!(connection.home, Home::There(node) if node == dead) {
            connection.mailbox.close(close::MOVED);
        }
    }
    let lines: Vec<_> = signal.hall.lock().far.iter().filter(|((node, _), _)| *node == dead).map(one).collect();
    for (line, live) in lines {
        live.act(signal, app, |room| room.gone(line, LeftReason::Lost));
    }
    app.store.forget_node(dead).await
}

fn one(entry: (&(NodeId, Line), &(Line, std::sync::Arc<Live>))) -> (Line, std::sync::Arc<Live>) {
    entry.1.clone()
}

async fn read(app: &App) -> Result<(), StoreError> {
    loop {
        let letters = app.store.letters(app.signal.node, MAX_READ).await?;
        let mut upto: HashMap<NodeId, u64> = HashMap::new();
        let full = letters.len() == MAX_READ;
        for letter in letters {
            let last = upto.entry(letter.from).or_default();
            *last = letter.number.max(*last);
            if app.signal.nodes.take(letter.from, letter.number) {
                open(app, &letter).await;
            }
        }
        for (from, number) in upto {
            app.store.burn(app.signal.node, from, number).await?;
        }
        if !full {
            return Ok(());
        }
    }
}

async fn open(app: &App, letter: &Letter) {
    let signal = &app.signal;
    let Ok(word) = serde_json::from_str::<Word>(&letter.body) else {
        tracing::warn!("a letter of another node cannot be read");
        return;
    };
    let near = |line: &Line| signal.hall.lock().connections.get(line).cloned();
    let far = |line: Line| signal.hall.lock().far.get(&(letter.from, line)).cloned();
    // What a connection cannot take any more it is told by its end.
    match word {
        Word::Join { booking, line, role, session } => {
            if let Err(error) = join(app, (letter.from, line), booking, role, session).await {
                tracing::debug!(%error, "somebody at another node could not be let in");
                let _ = signal.write(letter.from, Word::Moved { line });
            }
        }
        Word::Signal { line, to, frame } => {
            let Some((own, live)) = far(line) else { return };
            if let Err(code) = live.pass(signal, app, own, to, frame.into()) {
                live.tell(signal, app, own, &FromRelay::Error { code });
            }
        }
        Word::Bye { line } => {
            if let Some((own, live)) = far(line) {
                live.act(signal, app, |room| room.bye(own));
            }
        }
        Word::Gone { line, reason } => {
            if let Some((own, live)) = far(line) {
                live.act(signal, app, |room| room.gone(own, reason));
            }
        }
        Word::Welcome { line, session, peer } => {
            if let Some(connection) = near(&line) {
                let _ = connection.welcome(app, session, peer);
            }
        }
        Word::Frame { line, frame } => {
            if let Some(connection) = near(&line) {
                let _ = connection.put(app, Utf8Bytes::from(frame));
            }
        }
        Word::End { line, reason } => {
            if let Some(connection) = near(&line) {
                connection.end(app, reason);
            }
        }
        Word::Moved { line } => {
            if let Some(connection) = near(&line) {
                connection.mailbox.close(close::MOVED);
            }
        }
    }
}

/// Lets in somebody at another node, if this one holds the room.
async fn join(
    app: &App,
    far: (NodeId, Line),
    booking: BookingId,
    role: CallRole,
    session: CallSession,
) -> Result<(), JoinError> {
    let file = actions::read_call(app, booking).await?.ok_or(JoinError::NotHere)?;
    match app.signal.home(app, booking, file.booking.booking.host, file.times).await? {
        Home::Here(live) => {
            live.join_far(&app.signal, app, role, far, session);
            Ok(())
        }
        Home::There(_) => Err(JoinError::NotHere),
    }
}

#[derive(Debug, thiserror::Error)]
enum JoinError {
    #[error("the call is not here")]
    NotHere,
    #[error(transparent)]
    Enter(#[from] EnterError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

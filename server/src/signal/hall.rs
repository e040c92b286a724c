//! The rooms of this node, and the way of everybody into them and out.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard};

use axum::extract::ws::Utf8Bytes;
use meetme_core::api::{CallSession, EndReason, FromRelay, LeftReason, Signal as Message, SignalFault, close};
use meetme_core::call::CallTimes;
use meetme_core::id::{BookingId, UserId};

use super::far::{Errand, Word};
use super::live::{Live, Member};
use super::mailbox::Stalled;
use super::room::Line;
use super::{Admitted, Connection, Signal};
use crate::app::App;
use crate::store::{NodeId, StoreError};
use crate::streams::Place;

/// The rooms of this node.
#[derive(Default)]
pub(super) struct Hall(Mutex<Board>);

#[derive(Default)]
pub(super) struct Board {
    pub(super) rooms: HashMap<BookingId, Arc<Live>>,
    /// The sockets of this node, whoever holds their rooms.
    pub(super) connections: HashMap<Line, Arc<Connection>>,
    /// The lines of other nodes in rooms of this one, by their node and their name there.
    pub(super) far: HashMap<(NodeId, Line), (Line, Arc<Live>)>,
}

/// Where the room of a connection is.
#[derive(Clone)]
pub(super) enum Home {
    /// On this node.
    Here(Arc<Live>),
    /// On another one.
    There(NodeId),
}

/// Why somebody could not be let in.
#[derive(Debug, thiserror::Error)]
pub enum EnterError {
    /// This node holds as many rooms as it takes.
    #[error(transparent)]
    TooManyRooms(#[from] TooManyRooms),
    /// Whose room it is cannot be found out.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// This node holds as many rooms as it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this server holds as many calls as it takes")]
pub struct TooManyRooms;

impl Hall {
    pub(super) fn lock(&self) -> MutexGuard<'_, Board> {
        self.0.lock().expect("nobody panics while holding it")
    }

    pub(super) fn rooms(&self) -> usize {
        self.lock().rooms.len()
    }

    pub(super) fn here(&self, booking: BookingId) -> Option<[bool; 2]> {
        self.room(booking).map(|live| live.lock().here())
    }

    pub(super) fn room(&self, booking: BookingId) -> Option<Arc<Live>> {
        self.lock().rooms.get(&booking).cloned()
    }

    pub(super) fn all_rooms(&self) -> Vec<Arc<Live>> {
        self.lock().rooms.values().cloned().collect()
    }

    pub(super) fn all_connections(&self) -> Vec<Arc<Connection>> {
        self.lock().connections.values().cloned().collect()
    }
}

impl Signal {
    /// Lets somebody in: into a room of this node, or by letter into one of another.
    pub(super) async fn enter(
        &self,
        app: &App,
        admitted: Admitted,
        place: Place,
    ) -> Result<Arc<Connection>, EnterError> {
        let (booking, role, session, times) = (admitted.booking, admitted.role, admitted.session, admitted.times);
        let home = self.home(app, booking, admitted.host, times).await?;
        let connection = Connection::new(self, admitted, home.clone(), place);
        let line = connection.line;
        self.hall.lock().connections.insert(line, connection.clone());
        match home {
            Home::Here(live) => live.join(self, app, role, line, Member::Near(connection.clone()), session),
            Home::There(node) => self.write_to(node, Word::Join { booking, line, role, session }, &connection),
        }
        Ok(connection)
    }

    /// The room of a booking, which is this node's unless another one holds it.
    pub(super) async fn home(
        &self,
        app: &App,
        booking: BookingId,
        host: UserId,
        times: CallTimes,
    ) -> Result<Home, EnterError> {
        loop {
            if let Some(live) = self.hall.room(booking) {
                if live.lock().keep_open(self.now()) {
                    return Ok(Home::Here(live));
                }
                // Gone in a moment.
                tokio::time::sleep(super::keep::SOON).await;
                continue;
            }
            if self.hall.rooms() >= app.config.limits.signal_rooms {
                return Err(TooManyRooms.into());
            }
            self.begin_to_count(app).await?;
            let dead = self.dead_nodes();
            let holder = app.store.lease_room(booking, self.node, &dead).await?;
            if holder != self.node {
                return Ok(Home::There(holder));
            }
            let live = Arc::new(Live::new(booking, host, times, self.now()));
            self.hall.lock().rooms.entry(booking).or_insert(live);
        }
    }

    /// Passes on what a connection sent for its peer. `frame` is the message, to the letter.
    pub(super) fn pass(
        &self,
        app: &App,
        from: &Connection,
        message: &Message,
        frame: Utf8Bytes,
    ) -> Result<(), SignalFault> {
        self.relayed.fetch_add(1, Ordering::Relaxed);
        match &from.home {
            Home::Here(live) => live.pass(self, app, from.line, message.to, frame),
            Home::There(node) => {
                let word = Word::Signal { line: from.line, to: message.to, frame: frame.to_string() };
                self.write_to(*node, word, from);
                Ok(())
            }
        }
    }

    /// Ends the call for both.
    pub(super) fn bye(&self, app: &App, from: &Connection) {
        match &from.home {
            Home::Here(live) => live.act(self, app, |room| room.bye(from.line)),
            Home::There(node) => self.write_to(*node, Word::Bye { line: from.line }, from),
        }
    }

    /// The socket of a connection is gone, or about to be.
    pub(super) fn leave(&self, app: &App, connection: &Connection, reason: LeftReason) {
        if self.hall.lock().connections.remove(&connection.line).is_none() {
            return;
        }
        match &connection.home {
            Home::Here(live) => live.act(self, app, |room| room.gone(connection.line, reason)),
            Home::There(node) => self.write_to(*node, Word::Gone { line: connection.line, reason }, connection),
        }
    }

    /// Ends a connection whose account may not be in any more.
    pub(super) fn dismiss(&self, app: &App, connection: &Connection, reason: EndReason) {
        match &connection.home {
            Home::Here(live) => live.act(self, app, |room| room.dismiss(connection.line, reason)),
            Home::There(node) => {
                connection.end(app, reason);
                self.write_to(*node, Word::Gone { line: connection.line, reason: LeftReason::Left }, connection);
            }
        }
    }

    /// Sends a word about a near connection to the node that holds its room. If it cannot be sent, the client is
    /// asked to come again.
    fn write_to(&self, node: NodeId, word: Word, connection: &Connection) {
        if self.errands.try_send(Errand::Write(node, word)).is_err() {
            connection.mailbox.close(close::MOVED);
        }
    }
}

impl Connection {
    /// Puts a frame into its mailbox; a client that takes nothing is let go.
    pub(super) fn put(&self, app: &App, frame: Utf8Bytes) -> Result<(), Stalled> {
        let put = self.mailbox.put(frame, app.config.limits.signal_backlog);
        if put.is_err() {
            self.mailbox.close(close::SILENT);
        }
        put
    }

    pub(super) fn tell(&self, app: &App, message: &FromRelay) -> Result<(), Stalled> {
        self.put(app, message.text().into())
    }

    /// The first thing it is told. The second time nothing is.
    pub(super) fn welcome(&self, app: &App, session: CallSession, peer: Option<CallSession>) -> Result<(), Stalled> {
        let welcome = self.welcome.lock().expect("nobody panics while holding it").take();
        let Some(mut welcome) = welcome else { return Ok(()) };
        (welcome.session, welcome.peer_session) = (session, peer);
        (welcome.you.here, welcome.peer.here) = (true, peer.is_some());
        self.tell(app, &FromRelay::Welcome(welcome))
    }

    pub(super) fn end(&self, app: &App, reason: EndReason) {
        // It is closed next, whether it can still be told or not.
        let _ = self.tell(app, &FromRelay::Ended { reason });
        self.mailbox.close(close::ENDED);
    }
}

impl Signal {
    /// Sends a word to another node about somebody there.
    pub(super) fn write(&self, node: NodeId, word: Word) -> Result<(), Stalled> {
        self.errands.try_send(Errand::Write(node, word)).map_err(|_| Stalled)
    }
}

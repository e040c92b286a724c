//! One socket: what its client sends is checked and bounded, what the room says is sent.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use meetme_core::api::{FromClient, FromRelay, LeftReason, MAX_SIGNAL, SignalFault, close};
use tokio::time::{Instant, timeout};

use super::hall::EnterError;
use super::mailbox::Next;
use super::{Admitted, Connection};
use crate::app::App;
use crate::streams::Place;

/// The buffer each socket reads into. It holds a ping and a candidate; what is larger gets one of its own, which is given
/// back. There are many sockets, and most of them say nothing for most of the time.
pub const READ_BUFFER: usize = 512;
/// The largest message that is taken in, to be able to say that it is too large.
pub const MAX_FRAME: usize = 2 * MAX_SIGNAL;
/// How long a client may take to hear that it is over.
const LAST_WORDS: Duration = Duration::from_secs(1);
/// How long a check may take, and how many pings it has.
const CHECK: Duration = Duration::from_secs(10);
const CHECK_PINGS: usize = 10;
/// A protocol error of the WebSocket itself (RFC 6455, 7.4.1).
const PROTOCOL_ERROR: u16 = 1002;

/// Serves a socket until it is over, one way or another.
///
/// There are many of these, and each waits nearly always: what is only needed at its beginning lies beside it.
pub fn attend(
    app: App,
    mut socket: WebSocket,
    admitted: Box<Admitted>,
    place: Place,
) -> impl Future<Output = ()> + Send + 'static {
    let entering = Box::pin(enter(app.clone(), admitted, place));
    async move {
        let connection = match entering.await {
            Ok(connection) => connection,
            Err(error) => {
                tracing::warn!(%error, "nobody could be let into a call");
                return hang_up(&mut socket, close::MOVED).await;
            }
        };
        let reason = Talk { app: &app, connection: &connection, tokens: Tokens::new(&app) }.run(&mut socket).await;
        app.signal.leave(&app, &connection, reason);
        // What was said on the way out: a fault, an end.
        while let Some(next) = connection.mailbox.ready() {
            match next {
                Next::Frame(frame) => {
                    if send(&mut socket, Message::Text(frame), LAST_WORDS).await.is_err() {
                        return;
                    }
                }
                Next::Close(code) => return hang_up(&mut socket, code).await,
            }
        }
    }
}

async fn enter(app: App, admitted: Box<Admitted>, place: Place) -> Result<Arc<Connection>, EnterError> {
    app.signal.enter(&app, *admitted, place).await
}

/// Answers pings for a short while, and nothing else.
pub async fn answer_pings(mut socket: WebSocket, place: Place) {
    let pings = async {
        for _ in 0..CHECK_PINGS {
            let Some(Ok(Message::Text(text))) = socket.recv().await else { return };
            if FromClient::read(text.as_str()) != Ok(FromClient::Ping {}) {
                return;
            }
            if socket.send(Message::Text(Utf8Bytes::from_static(PONG))).await.is_err() {
                return;
            }
        }
    };
    // Whoever is not done by then comes again.
    let _ = timeout(CHECK, pings).await;
    hang_up(&mut socket, close::ENDED).await;
    drop(place);
}

struct Talk<'a> {
    app: &'a App,
    connection: &'a Connection,
    tokens: Tokens,
}

impl Talk<'_> {
    /// Why the client is gone, as its peer is told if it still has its seat.
    async fn run(mut self, socket: &mut WebSocket) -> LeftReason {
        let stall = self.app.config.limits.signal_lost;
        loop {
            tokio::select! {
                biased;
                next = self.connection.mailbox.next() => match next {
                    Next::Frame(frame) => {
                        if send(socket, Message::Text(frame), stall).await.is_err() {
                            return LeftReason::Lost;
                        }
                    }
                    // Whoever closed it has told the room why.
                    Next::Close(code) => {
                        self.connection.mailbox.close(code);
                        return of_code(code);
                    }
                },
                heard = socket.recv() => {
                    self.connection.heard.store(self.app.signal.now(), Ordering::Relaxed);
                    let heard = match heard {
                        Some(Ok(message)) => self.hear(message),
                        Some(Err(error)) => Err(Over::of_error(&error)),
                        None => Err(Over::Gone(LeftReason::Lost)),
                    };
                    match heard {
                        Ok(()) => {}
                        Err(Over::Gone(reason)) => return reason,
                        Err(Over::Refused(fault, code)) => {
                            if let Some(code) = fault {
                                // If it takes nothing more, the close says enough.
                                let _ = self.connection.tell(self.app, &FromRelay::Error { code });
                            }
                            self.connection.mailbox.close(code);
                            return LeftReason::Refused;
                        }
                    }
                }
            }
        }
    }

    fn hear(&mut self, message: Message) -> Result<(), Over> {
        if !self.tokens.take() {
            return Err(Over::Refused(Some(SignalFault::TooFast), close::TOO_FAST));
        }
        match message {
            Message::Text(frame) => self.read(frame),
            Message::Binary(_) => Err(SignalFault::Malformed.into()),
            // Answered by the layer below.
            Message::Ping(_) | Message::Pong(_) => Ok(()),
            Message::Close(_) => Err(Over::Gone(LeftReason::Left)),
        }
    }

    fn read(&self, frame: Utf8Bytes) -> Result<(), Over> {
        let (app, connection) = (self.app, self.connection);
        let told = match FromClient::read(frame.as_str())? {
            FromClient::Ping {} => connection.put(app, Utf8Bytes::from_static(PONG)),
            FromClient::Bye {} => {
                app.signal.bye(app, connection);
                Ok(())
            }
            FromClient::Signal(message) => match app.signal.pass(app, connection, &message, frame) {
                Ok(()) => Ok(()),
                Err(code) => connection.tell(app, &FromRelay::Error { code }),
            },
        };
        told.map_err(|_| Over::Gone(LeftReason::Lost))
    }
}

const PONG: &str = r#"{"type":"pong"}"#;

/// Nothing more is taken from this client.
enum Over {
    Gone(LeftReason),
    Refused(Option<SignalFault>, u16),
}

impl From<SignalFault> for Over {
    fn from(fault: SignalFault) -> Self {
        let code = if fault == SignalFault::TooLarge { close::TOO_LARGE } else { close::MALFORMED };
        Self::Refused(Some(fault), code)
    }
}

impl Over {
    /// What a broken socket says of itself. The layer below tells kinds apart in words alone.
    fn of_error(error: &axum::Error) -> Self {
        let text = error.to_string();
        if text.starts_with("Space limit exceeded") {
            SignalFault::TooLarge.into()
        } else if text.starts_with("IO error") || text.contains("without closing handshake") {
            Self::Gone(LeftReason::Lost)
        } else {
            Self::Refused(None, PROTOCOL_ERROR)
        }
    }
}

/// What the peer is told of somebody whose connection was closed with `code`.
fn of_code(code: u16) -> LeftReason {
    match code {
        close::MOVED => LeftReason::Moved,
        close::ENDED => LeftReason::Left,
        close::SILENT => LeftReason::Lost,
        _ => LeftReason::Refused,
    }
}

async fn send(socket: &mut WebSocket, message: Message, patience: Duration) -> Result<(), Gone> {
    match timeout(patience, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(Gone),
    }
}

/// The client takes nothing more.
struct Gone;

/// Says that it is over and hears the client out: a connection that is dropped while something from the client is
/// on its way takes back what it was told.
async fn hang_up(socket: &mut WebSocket, code: u16) {
    let frame = CloseFrame { code, reason: Utf8Bytes::from_static("") };
    if send(socket, Message::Close(Some(frame)), LAST_WORDS).await.is_ok() {
        let rest = async { while let Some(Ok(_)) = socket.recv().await {} };
        // A client that goes on talking is not waited for.
        let _ = timeout(LAST_WORDS, rest).await;
    }
}

/// How many messages a client may still send at once; refilled as time passes.
struct Tokens {
    left: f64,
    most: f64,
    per_second: f64,
    since: Instant,
}

impl Tokens {
    fn new(app: &App) -> Self {
        let limits = &app.config.limits;
        let most = f64::from(limits.signal_burst);
        Self { left: most, most, per_second: f64::from(limits.signal_messages_per_second), since: Instant::now() }
    }

    fn take(&mut self) -> bool {
        let now = Instant::now();
        let passed = now.duration_since(self.since).as_secs_f64();
        self.since = now;
        self.left = (self.left + passed * self.per_second).min(self.most) - 1.0;
        self.left >= 0.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a task of this function takes up while it waits.
    fn size<F>(_: impl FnOnce(App, WebSocket, Box<Admitted>, Place) -> F) -> usize {
        size_of::<F>()
    }

    #[test]
    fn a_socket_that_waits_takes_little() {
        assert!(size(attend) <= 1200, "{}", size(attend));
    }
}

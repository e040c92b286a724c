//! The way to the relay: a WebSocket that pings, notices silence, and comes back with its session.
//!
//! It is opened like any other request, so what stands between here and the
//! server (TLS, proxies, refusals) is told in the same words.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use meetme_call::{FromLink, Link, LinkEnd};
use meetme_core::api::{CallSession, FromClient, FromRelay, MAX_SIGNAL, SIGNAL_LOST, SIGNAL_PING, SIGNAL_PROTOCOL};
use meetme_core::id::BookingId;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::{client::generate_key, derive_accept_key};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Message, Role, WebSocketConfig};

use super::call::Call;
use super::request::{Failed, Http};
use super::{ANSWER_TIMEOUT, Client, Error};

/// How long to wait before coming back: doubled from the first to the second.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(2));
/// How long a good-bye may take to be sent.
const FAREWELL: Duration = Duration::from_millis(500);

type Socket = WebSocketStream<reqwest::Upgraded>;

/// What stays the same over all connections of one call.
struct Line {
    http: Http,
    booking: BookingId,
    session: Option<CallSession>,
    end: LinkEnd,
}

/// How a connection ended.
enum Over {
    /// There will be none any more.
    Gone(String),
    /// Another one may be made.
    Down(String),
    /// The call is done with it.
    LetGo,
}

impl Client {
    /// Joins the call of a booking. The connection is there when this returns, and comes back by itself.
    pub async fn join(&self, booking: BookingId) -> Result<Link, Error> {
        let (link, end) = Link::new();
        let line = Line { http: self.http.clone(), booking, session: None, end };
        let socket = line.connect().await.map_err(|failed| failed.error)?;
        tokio::spawn(line.hold(socket));
        Ok(link)
    }

    /// Opens the relay's door for checks, and waits until it has answered a message; how long that took.
    pub async fn check_relay(&self) -> Result<Duration, Error> {
        let call = Call::get(["me", "call-check", "signal"]);
        let mut socket = upgrade(&self.http, &call).await.map_err(|failed| failed.error)?;
        let began = Instant::now();
        let answer = async {
            socket.send(Message::text(FromClient::Ping {}.text())).await.ok()?;
            while let Some(Ok(frame)) = socket.next().await {
                if frame.to_text().is_ok_and(|text| FromRelay::read(text) == Ok(FromRelay::Pong {})) {
                    return Some(());
                }
            }
            None
        };
        match timeout(SIGNAL_LOST, answer).await {
            Ok(Some(())) => Ok(began.elapsed()),
            Ok(None) | Err(_) => Err(self.http.bad_answer("its WebSocket opens, and nothing comes through it")),
        }
    }
}

impl Line {
    async fn connect(&self) -> Result<Socket, Failed> {
        let mut call = Call::get(["bookings", &self.booking.to_string(), "call", "signal"]);
        if let Some(session) = self.session {
            call = call.query("session", session);
        }
        upgrade(&self.http, &call).await
    }

    /// Keeps a connection until it is over for good.
    async fn hold(mut self, socket: Socket) {
        let mut next = Some(socket);
        let mut wait = BACK_OFF.0;
        loop {
            let over = match next.take() {
                Some(socket) => self.talk(socket, &mut wait).await,
                None => match self.connect().await {
                    Ok(socket) => {
                        next = Some(socket);
                        continue;
                    }
                    Err(failed) if failed.is_final() => Over::Gone(failed.error.to_string()),
                    Err(failed) => Over::Down(failed.error.to_string()),
                },
            };
            match over {
                Over::Down(why) => {
                    tracing::debug!(%why, "the relay is away");
                    if self.end.to_call.send(FromLink::Down { why }).await.is_err() {
                        return;
                    }
                }
                Over::Gone(why) => {
                    // If nobody listens any more it is over all the same.
                    let _ = self.end.to_call.send(FromLink::Gone { why }).await;
                    return;
                }
                Over::LetGo => return,
            }
            tokio::select! {
                () = sleep(wait) => wait = (wait * 2).min(BACK_OFF.1),
                () = self.end.to_call.closed() => return,
            }
        }
    }

    async fn talk(&mut self, mut socket: Socket, wait: &mut Duration) -> Over {
        let mut pings = interval(SIGNAL_PING);
        pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut heard = Instant::now();
        loop {
            let sent = tokio::select! {
                frame = socket.next() => {
                    heard = Instant::now();
                    match frame {
                        Some(Ok(Message::Text(text))) => match self.hear(&text, wait).await {
                            Ok(()) => continue,
                            Err(over) => return over,
                        },
                        Some(Ok(Message::Close(frame))) => return closed(frame.as_ref()),
                        Some(Ok(_)) => continue,
                        Some(Err(error)) => return Over::Down(format!("the connection to the relay broke: {error}")),
                        None => return Over::Down("the relay closed the connection".to_owned()),
                    }
                }
                message = self.end.from_call.recv() => match message {
                    Some(message) => socket.send(Message::text(message.text())).await,
                    None => {
                        // The peer is told that this end left, or that it is lost if this does not get through.
                        let _ = timeout(FAREWELL, socket.close(None)).await;
                        return Over::LetGo;
                    }
                },
                _ = pings.tick() => socket.send(Message::text(FromClient::Ping {}.text())).await,
                () = sleep_until(heard + SIGNAL_LOST) => return Over::Down("the relay says nothing any more".to_owned()),
            };
            if let Err(error) = sent {
                return Over::Down(format!("the connection to the relay broke: {error}"));
            }
        }
    }

    async fn hear(&mut self, text: &str, wait: &mut Duration) -> Result<(), Over> {
        let message = match FromRelay::read(text) {
            Ok(FromRelay::Pong {}) => return Ok(()),
            Ok(message) => message,
            Err(_) => return Err(Over::Down("the relay sent something that is no message".to_owned())),
        };
        if let FromRelay::Welcome(welcome) = &message {
            self.session = Some(welcome.session);
            *wait = BACK_OFF.0;
        }
        let ended = matches!(message, FromRelay::Ended { .. });
        if self.end.to_call.send(FromLink::Told(message)).await.is_err() {
            return Err(Over::LetGo);
        }
        if ended { Err(Over::Gone("the call is over".to_owned())) } else { Ok(()) }
    }
}

/// What a close frame means. 4000 and up are the relay's own; of those, and of `going away`, one may come back.
fn closed(frame: Option<&CloseFrame>) -> Over {
    match frame.map(|frame| u16::from(frame.code)) {
        Some(1000) => Over::Gone("the relay closed the call".to_owned()),
        Some(code) => Over::Down(format!("the relay closed the connection ({code})")),
        None => Over::Down("the relay closed the connection".to_owned()),
    }
}

/// Asks for a WebSocket and gets one, or the server's reason.
async fn upgrade(http: &Http, call: &Call) -> Result<Socket, Failed> {
    let key = generate_key();
    let headers = [
        ("connection", "upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-protocol", SIGNAL_PROTOCOL),
        ("sec-websocket-key", &key),
    ];
    let response = http.ask_upgrade(call, &headers).await?;
    let accepted = response.headers().get("sec-websocket-accept").and_then(|value| value.to_str().ok());
    if accepted != Some(derive_accept_key(key.as_bytes()).as_str()) {
        return Err(Failed::last(http.bad_answer("it does not open a WebSocket; a proxy before it may not let it")));
    }
    let upgraded = timeout(ANSWER_TIMEOUT, response.upgrade()).await;
    let Ok(Ok(upgraded)) = upgraded else {
        return Err(Failed::last(http.bad_answer("its WebSocket does not open")));
    };
    let config = WebSocketConfig::default().max_message_size(Some(2 * MAX_SIGNAL)).max_frame_size(Some(2 * MAX_SIGNAL));
    Ok(WebSocketStream::from_raw_socket(upgraded, Role::Client, Some(config)).await)
}

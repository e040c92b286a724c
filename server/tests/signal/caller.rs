//! A client of the relay: what it sends and hears, with nothing in between.

use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use meetme_core::api::{
    CallSession, Candidate, EndReason, FromClient, FromRelay, LeftReason, Payload, SIGNAL_PROTOCOL, Signal, Welcome,
};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::{Request, Response};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::http::stream::PATIENCE;
use crate::http::world::{Person, World};

pub struct Caller {
    socket: WebSocketStream<TcpStream>,
    pub welcome: Welcome,
}

/// What came last on a connection.
#[derive(Debug, PartialEq, Eq)]
pub enum Last {
    /// A close frame with this code.
    Closed(u16),
    /// Nothing: the connection broke.
    Broken,
}

/// The request that joins a call.
pub fn request(world: &World, who: Option<&Person>, booking: &str, session: Option<CallSession>) -> Request<()> {
    let query = session.map(|session| format!("?session={session}")).unwrap_or_default();
    let url = world.url(&format!("/bookings/{booking}/call/signal{query}")).replacen("http", "ws", 1);
    let mut request = url.into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("sec-websocket-protocol", SIGNAL_PROTOCOL.parse().unwrap());
    if let Some(who) = who {
        headers.insert("authorization", format!("Bearer {}", who.token).parse().unwrap());
    }
    request
}

/// Opens a socket, or tells how it was refused.
pub async fn open(
    world: &World,
    request: Request<()>,
) -> Result<WebSocketStream<TcpStream>, Response<Option<Vec<u8>>>> {
    let stream = TcpStream::connect(world.server().address()).await.unwrap();
    match tokio_tungstenite::client_async(request, stream).await {
        Ok((socket, answer)) => {
            assert_eq!(answer.headers()["sec-websocket-protocol"], SIGNAL_PROTOCOL);
            Ok(socket)
        }
        Err(Error::Http(answer)) => Err(*answer),
        Err(error) => panic!("{error}"),
    }
}

impl Caller {
    /// A client that is in.
    pub async fn join(world: &World, who: &Person, booking: &str, session: Option<CallSession>) -> Self {
        let come = async {
            loop {
                let mut socket =
                    open(world, request(world, Some(who), booking, session)).await.expect("the door is open");
                match heard(&mut socket).await {
                    Ok(FromRelay::Welcome(welcome)) => return Self { socket, welcome: *welcome },
                    // The node that held the room is about to be gone: come again.
                    Err(Last::Closed(1012)) => {}
                    other => panic!("no welcome: {other:?}"),
                }
            }
        };
        timeout(PATIENCE, come).await.expect("somebody lets us in")
    }

    pub fn session(&self) -> CallSession {
        self.welcome.session
    }

    pub async fn say(&mut self, message: &FromClient) {
        self.say_text(&message.text()).await;
    }

    pub async fn say_text(&mut self, text: &str) {
        self.say_frame(Message::text(text)).await;
    }

    pub async fn say_frame(&mut self, frame: Message) {
        self.socket.send(frame).await.expect("the connection stands");
    }

    /// Sends as much as the relay takes.
    pub async fn say_many(&mut self, message: &FromClient, times: usize) {
        for _ in 0..times {
            if self.socket.send(Message::text(message.text())).await.is_err() {
                return;
            }
        }
    }

    /// A candidate that holds `text`, for a session or for whoever is in.
    pub async fn signal(&mut self, text: &str, to: Option<CallSession>) {
        self.say(&FromClient::Signal(candidate(text, to))).await;
    }

    /// The next message that is no pong.
    pub async fn next(&mut self) -> FromRelay {
        heard(&mut self.socket).await.unwrap_or_else(|last| panic!("it ended: {last:?}"))
    }

    /// How the connection ends, when nothing more is said on it.
    pub async fn last(&mut self) -> Last {
        match heard(&mut self.socket).await {
            Ok(message) => panic!("something more was said: {message:?}"),
            Err(last) => last,
        }
    }

    pub async fn hears_join(&mut self, session: CallSession) {
        assert_eq!(self.next().await, FromRelay::PeerJoined { session });
    }

    pub async fn hears_leave(&mut self, session: CallSession, reason: LeftReason) {
        assert_eq!(self.next().await, FromRelay::PeerLeft { session, reason });
    }

    pub async fn hears_signal(&mut self, text: &str) {
        match self.next().await {
            FromRelay::Signal(signal) => assert_eq!(signal.payload, candidate(text, None).payload),
            other => panic!("{other:?}"),
        }
    }

    pub async fn hears_end(&mut self, reason: EndReason) {
        assert_eq!(self.next().await, FromRelay::Ended { reason });
        assert_eq!(self.last().await, Last::Closed(1000));
    }

    /// Says that it goes, and hears that it was heard.
    pub async fn close(mut self) {
        self.socket.close(None).await.unwrap();
        while let Some(Ok(_)) = self.socket.next().await {}
    }

    /// Breaks the connection, as the system does for a process that was killed.
    pub fn crash(self) {
        drop(self.socket);
    }

    /// Resets the connection (RST).
    pub fn reset(self) {
        let stream = self.socket.into_inner();
        stream.set_zero_linger().unwrap();
        drop(stream);
    }

    /// Keeps saying `ping` for a while.
    pub async fn stay(&mut self, length: Duration) {
        let until = tokio::time::Instant::now() + length;
        while tokio::time::Instant::now() < until {
            self.say(&FromClient::Ping {}).await;
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    }
}

pub fn candidate(text: &str, to: Option<CallSession>) -> Signal {
    let candidate = Candidate { candidate: text.to_owned(), ..Candidate::default() };
    Signal { to, payload: Payload::Candidate(candidate) }
}

async fn heard(socket: &mut WebSocketStream<TcpStream>) -> Result<FromRelay, Last> {
    loop {
        let frame = timeout(PATIENCE, socket.next()).await.expect("something comes");
        match frame {
            Some(Ok(Message::Text(text))) => match FromRelay::read(&text).expect("a message of the protocol") {
                FromRelay::Pong {} => {}
                message => return Ok(message),
            },
            Some(Ok(Message::Close(Some(close)))) => return Err(Last::Closed(close.code.into())),
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
            Some(Ok(other)) => panic!("{other:?}"),
            Some(Err(_)) | None => return Err(Last::Broken),
        }
    }
}

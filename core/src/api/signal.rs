//! `meetme.signal.v1`: what the two ends of a call and the relay between them say, as JSON text frames of a WebSocket.
//!
//! A client that is in says `ping` every [`SIGNAL_PING`] and is told `pong`; one that says nothing for
//! [`SIGNAL_LOST`] is lost. Messages reach the peer in the order in which they were sent, or not at all.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{CallPerson, IceServer};

/// The name of the protocol, offered and answered as `Sec-WebSocket-Protocol`.
pub const SIGNAL_PROTOCOL: &str = "meetme.signal.v1";
/// The largest message, in bytes; a description of a call with many candidates has a tenth of it.
pub const MAX_SIGNAL: usize = 64 * 1024;
/// How often a client says `ping`.
pub const SIGNAL_PING: Duration = Duration::from_secs(2);
/// Who said nothing for so long is lost. Both ends measure it.
pub const SIGNAL_LOST: Duration = Duration::from_millis(4500);

/// What a client says to the relay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", deny_unknown_fields)]
pub enum FromClient {
    /// For the peer, if they are in.
    Signal(Signal),
    /// Ends the call for both. Either may start it again.
    Bye {},
    /// Still here.
    Ping {},
}

/// What the relay says to a client. What a client does not know, it ignores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum FromRelay {
    /// First, and once on each connection: you are in.
    Welcome(Box<Welcome>),
    /// The peer is in. With a session that was there before it is the same call, whose signalling was away.
    PeerJoined {
        /// Which run of their client this is.
        session: CallSession,
    },
    /// The peer's connection is gone. Their media may still flow.
    PeerLeft {
        /// Which run of their client it was.
        session: CallSession,
        /// Why.
        reason: LeftReason,
    },
    /// From the peer, as they sent it.
    Signal(Signal),
    /// It is over for this connection, which the relay closes next.
    Ended {
        /// Why.
        reason: EndReason,
    },
    /// Something this client sent was not passed on. After some of them the relay closes the connection.
    Error {
        /// A stable word.
        code: SignalFault,
    },
    /// The answer to `ping`.
    Pong {},
    /// Something newer than this client.
    #[serde(other)]
    Unknown,
}

/// What a client needs to begin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    /// Who you are in this call.
    pub you: CallPerson,
    /// This run of your client. Given back as `?session=…` when the connection is made anew, it says that the
    /// call goes on.
    pub session: CallSession,
    /// Whether you give way when both offer at once. Exactly one of the two does.
    pub polite: bool,
    /// The other one.
    pub peer: CallPerson,
    /// Their session, if they are in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub peer_session: Option<CallSession>,
    /// Helpers for finding a path.
    pub ice_servers: Vec<IceServer>,
    /// When the relay ends the call.
    pub open_until: DateTime<Utc>,
}

/// A message from one end to the other, of which the relay reads no more than its shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SignalParts", into = "SignalParts")]
pub struct Signal {
    /// The peer's session it is meant for: another one does not get it. None means whoever is in.
    pub to: Option<CallSession>,
    /// What is said.
    pub payload: Payload,
}

/// What one end tells the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// An offer or an answer.
    Description(Description),
    /// A path that may work; with an empty `candidate`, that there are no more.
    Candidate(Candidate),
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct SignalParts {
    #[serde(skip_serializing_if = "Option::is_none", default)]
    to: Option<CallSession>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    description: Option<Description>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    candidate: Option<Candidate>,
}

/// A signal is one description or one candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a signal has either a description or a candidate")]
pub struct NotOneThing;

impl TryFrom<SignalParts> for Signal {
    type Error = NotOneThing;

    fn try_from(parts: SignalParts) -> Result<Self, NotOneThing> {
        let payload = match (parts.description, parts.candidate) {
            (Some(description), None) => Payload::Description(description),
            (None, Some(candidate)) => Payload::Candidate(candidate),
            (None, None) | (Some(_), Some(_)) => return Err(NotOneThing),
        };
        Ok(Self { to: parts.to, payload })
    }
}

impl From<Signal> for SignalParts {
    fn from(signal: Signal) -> Self {
        let (description, candidate) = match signal.payload {
            Payload::Description(description) => (Some(description), None),
            Payload::Candidate(candidate) => (None, Some(candidate)),
        };
        Self { to: signal.to, description, candidate }
    }
}

/// A session description in the shape of the browsers' `RTCSessionDescription`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// Which half of the exchange.
    #[serde(rename = "type")]
    pub kind: DescriptionKind,
    /// The description (RFC 8866).
    pub sdp: String,
}

/// Which half of the exchange a description is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DescriptionKind {
    /// The first half.
    Offer,
    /// The second half.
    Answer,
}

/// A candidate in the shape of the browsers' `RTCIceCandidate`, whose keys are in camelCase.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Candidate {
    /// The `candidate` attribute (RFC 8839, 5.1); empty when there are no more.
    pub candidate: String,
    /// The media section it belongs to, by name.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sdp_mid: Option<String>,
    /// The media section it belongs to, by number.
    #[serde(rename = "sdpMLineIndex", skip_serializing_if = "Option::is_none", default)]
    pub sdp_m_line_index: Option<u16>,
    /// Which gathering it belongs to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub username_fragment: Option<String>,
}

/// One run of a client in a call, as 16 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CallSession(pub u64);

/// The text names no session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a session is 16 hexadecimal digits")]
pub struct NotASession;

impl fmt::Display for CallSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

impl FromStr for CallSession {
    type Err = NotASession;

    fn from_str(text: &str) -> Result<Self, NotASession> {
        let digits = text.len() == 16 && text.bytes().all(|b| b.is_ascii_hexdigit());
        if !digits {
            return Err(NotASession);
        }
        u64::from_str_radix(text, 16).map(Self).map_err(|_| NotASession)
    }
}

impl TryFrom<String> for CallSession {
    type Error = NotASession;

    fn try_from(text: String) -> Result<Self, NotASession> {
        text.parse()
    }
}

impl From<CallSession> for String {
    fn from(session: CallSession) -> Self {
        session.to_string()
    }
}

/// Why the peer's connection is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LeftReason {
    /// They closed it.
    Left,
    /// It broke, or nothing was heard for [`SIGNAL_LOST`].
    Lost,
    /// Another device of theirs took the seat; it joins next.
    Replaced,
    /// The relay closed it, for what they sent.
    Refused,
    /// The relay they were at stops; they come back at another.
    Moved,
    /// Something newer than this client.
    #[serde(other)]
    Unknown,
}

/// Why it is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EndReason {
    /// One of the two said `bye`.
    HungUp,
    /// Another device of yours took the seat.
    Replaced,
    /// The time of the call is over.
    TimeUp,
    /// The booking is no more.
    Cancelled,
    /// The booking moved to another time.
    Rescheduled,
    /// Your log-in or token has ended.
    LoggedOut,
    /// Something newer than this client.
    #[serde(other)]
    Unknown,
}

/// What was wrong with something a client sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignalFault {
    /// It is no message of this protocol. The connection is closed with 4400.
    Malformed,
    /// It is larger than [`MAX_SIGNAL`]. The connection is closed with 1009.
    TooLarge,
    /// Too many messages in a short time. The connection is closed with 4429.
    TooFast,
    /// The peer takes none: they are not in, or not in the session it was for. The connection stays.
    NoPeer,
    /// Something newer than this client.
    #[serde(other)]
    Unknown,
}

/// Codes with which the relay closes a WebSocket, beside those of RFC 6455.
pub mod close {
    /// It is over, and why was said before.
    pub const ENDED: u16 = 1000;
    /// The relay stops: connect anew, with the session.
    pub const MOVED: u16 = 1012;
    /// A message was too large.
    pub const TOO_LARGE: u16 = 1009;
    /// A message made no sense.
    pub const MALFORMED: u16 = 4400;
    /// Nothing was heard for too long.
    pub const SILENT: u16 = 4408;
    /// Messages came too fast.
    pub const TOO_FAST: u16 = 4429;
}

impl FromClient {
    /// Reads a text frame. Total: whatever it holds, it is a message or none.
    pub fn read(text: &str) -> Result<Self, SignalFault> {
        if text.len() > MAX_SIGNAL {
            return Err(SignalFault::TooLarge);
        }
        serde_json::from_str(text).map_err(|_| SignalFault::Malformed)
    }

    /// The text frame.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a message is plain data")
    }
}

impl FromRelay {
    /// Reads a text frame. Total: whatever it holds, it is a message or none.
    pub fn read(text: &str) -> Result<Self, SignalFault> {
        serde_json::from_str(text).map_err(|_| SignalFault::Malformed)
    }

    /// The text frame.
    pub fn text(&self) -> String {
        serde_json::to_string(self).expect("a message is plain data")
    }
}

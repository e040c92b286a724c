//! What a call tells those who watch it: as JSON by `Serialize`, as a line of text by `Display`.

use std::fmt;

use meetme_core::api::LeftReason;
use serde::{Serialize, Serializer};

use crate::handle::Channel;
use crate::phrase::Phrase;
use crate::session::{EndedWhy, Route, State, Trouble};

/// Something worth telling. Times are milliseconds from the beginning of the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Event {
    /// The state is another one.
    State {
        /// Which.
        state: StateName,
        /// With `connected`: where media goes.
        #[serde(skip_serializing_if = "Option::is_none")]
        route: Option<Route>,
        /// With `connected`: the kinds of the two ends of the path.
        #[serde(skip_serializing_if = "Option::is_none")]
        pair: Option<Pair>,
        /// With `reconnecting`: what is wrong.
        #[serde(skip_serializing_if = "Option::is_none")]
        trouble: Option<Trouble>,
        /// With `ended`: why.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<EndedWhy>,
        /// When.
        at_ms: u64,
    },
    /// The partner came or went.
    Peer {
        /// Whether they are there.
        here: bool,
        /// Why they are not.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<LeftReason>,
        /// When.
        at_ms: u64,
    },
    /// The relay is away, or back; media does not need it.
    Relay {
        /// Whether it is there.
        here: bool,
    },
    /// The partner records what comes from here, or no longer does, as their end says.
    PeerRecords {
        /// Whether they do.
        on: bool,
        /// When.
        at_ms: u64,
    },
    /// Words to compare with the partner: other ones there mean that somebody sits in between.
    Phrase {
        /// Six words.
        words: Phrase,
    },
    /// The first picture was decoded.
    FirstPicture {
        /// Its width.
        width: usize,
        /// Its height.
        height: usize,
        /// What it was encoded with.
        codec: &'static str,
        /// When.
        at_ms: u64,
    },
    /// The first sound was decoded.
    FirstSound {
        /// When.
        at_ms: u64,
    },
    /// Once a second while connected.
    Stats(Stats),
    /// The partner sent a message.
    Message {
        /// On which channel.
        channel: Channel,
        /// What; as text in JSON, with what is no text replaced.
        #[serde(serialize_with = "as_text")]
        data: bytes::Bytes,
    },
    /// Something to know, in words.
    Notice {
        /// In words.
        what: String,
    },
    /// The last one.
    Ended(Ended),
}

/// The names of the states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StateName {
    /// Alone.
    Waiting,
    /// A path is looked for.
    Connecting,
    /// Media flows.
    Connected,
    /// Media is being brought back.
    Reconnecting,
    /// Over.
    Ended,
}

/// What flows, and how well.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Stats {
    /// What was counted since the beginning.
    #[serde(flatten)]
    pub totals: Totals,
    /// There and back, in milliseconds, as last measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rtt_ms: Option<f64>,
    /// How long packets of ours stand in queues on the way, in milliseconds, if the partner reports when they arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub queue_ms: Option<f64>,
    /// Packets of ours that the partner missed lately, from 0 to 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loss: Option<f64>,
    /// Bits per second that the encoder aims at.
    pub target_bits_per_second: u32,
    /// Bits per second sent and received in the last second, as media.
    pub sent_bits_per_second: u64,
    /// See there.
    pub received_bits_per_second: u64,
    /// The kinds of the two ends of the path in use.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pair: Option<Pair>,
}

/// The kinds of the two ends of a path: `host`, `srflx`, `prflx` or `relay`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Pair {
    /// This end.
    pub local: CandidateKind,
    /// The other end.
    pub remote: CandidateKind,
}

/// How an end of a path can be reached (RFC 8445).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CandidateKind {
    /// By an address of its own.
    Host,
    /// By the address of a router before it, as a STUN server saw it.
    Srflx,
    /// The same, as the partner saw it.
    Prflx,
    /// By a TURN server.
    Relay,
}

/// Counted since the beginning of the run.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Totals {
    /// Pictures sent.
    pub frames_sent: u64,
    /// Pictures decoded.
    pub frames_decoded: u64,
    /// Of those, pictures of a test card with a number not seen before.
    pub frames_counted: u64,
    /// The highest number seen on a test card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_counter: Option<u32>,
    /// Pictures given up since something of them was lost.
    pub frames_given_up: u64,
    /// Sound sent and decoded, in milliseconds; what was concealed does not count.
    pub audio_ms_sent: u64,
    /// See there.
    pub audio_ms_received: u64,
    /// Sound made up for what did not come, in milliseconds.
    pub audio_ms_concealed: u64,
    /// Bytes of media.
    pub bytes_sent: u64,
    /// See there.
    pub bytes_received: u64,
    /// Key frames the partner asked for.
    pub key_frames_asked: u64,
    /// From both being there to being connected, the first time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub connect_ms: Option<u64>,
    /// From both being there to the first picture.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_picture_ms: Option<u64>,
    /// How often media had to be brought back.
    pub reconnects: u32,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Ended {
    /// Why.
    pub reason: EndedWhy,
    /// What had been counted.
    #[serde(flatten)]
    pub totals: Totals,
}

fn as_text<S: Serializer>(data: &bytes::Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(data))
}

impl Event {
    /// The event for a state; `pair` is that of the path in use.
    pub fn state(state: State, pair: Option<Pair>, at_ms: u64) -> Self {
        let (name, route, trouble, reason) = match state {
            State::Waiting => (StateName::Waiting, None, None, None),
            State::Connecting => (StateName::Connecting, None, None, None),
            State::Connected(route) => (StateName::Connected, Some(route), None, None),
            State::Reconnecting(trouble) => (StateName::Reconnecting, None, Some(trouble), None),
            State::Ended(why) => (StateName::Ended, None, None, Some(why)),
        };
        Self::State { state: name, route, pair, trouble, reason, at_ms }
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::State { state: StateName::Waiting, .. } => f.write_str("waiting for the other one"),
            Self::State { state: StateName::Connecting, .. } => f.write_str("connecting"),
            Self::State { state: StateName::Connected, route: Some(Route::Relayed), .. } => {
                f.write_str("connected, through the relay")
            }
            Self::State { state: StateName::Connected, .. } => f.write_str("connected, directly"),
            Self::State { state: StateName::Reconnecting, trouble, .. } => match trouble {
                Some(Trouble::Silence) => f.write_str("nothing arrives; trying to reconnect"),
                Some(Trouble::PeerLost) => f.write_str("the other one was lost; waiting for them to come back"),
                Some(Trouble::PathLost) | None => f.write_str("the path is gone; reconnecting"),
            },
            Self::State { state: StateName::Ended, reason, .. } => {
                write!(f, "ended: {}", reason.map_or("", in_words))
            }
            Self::Peer { here: true, .. } => f.write_str("the other one is there"),
            Self::Peer { here: false, reason, .. } => f.write_str(match reason {
                Some(LeftReason::Replaced) => "the other one changes the device",
                Some(LeftReason::Left) => "the other one left",
                _ => "the other one is gone",
            }),
            Self::Relay { here: true } => f.write_str("the server is back"),
            Self::Relay { here: false } => f.write_str("the server cannot be reached; the call goes on without it"),
            Self::PeerRecords { on: true, .. } => f.write_str("the other one records this call"),
            Self::PeerRecords { on: false, .. } => f.write_str("the other one no longer records"),
            Self::Phrase { words } => write!(f, "compare these words with the other one: {words}"),
            Self::FirstPicture { width, height, codec, .. } => write!(f, "first picture: {width}x{height}, {codec}"),
            Self::FirstSound { .. } => f.write_str("first sound"),
            Self::Stats(stats) => stats.fmt(f),
            Self::Message { data, .. } => write!(f, "message: {}", String::from_utf8_lossy(data)),
            Self::Notice { what } => f.write_str(what),
            Self::Ended(ended) => {
                write!(f, "{}; {}", in_words(ended.reason), ended.totals)
            }
        }
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kilobits = |bits: u64| bits / 1000;
        write!(f, "{}, sending {} kbit/s", self.totals, kilobits(self.sent_bits_per_second))?;
        write!(f, ", receiving {} kbit/s", kilobits(self.received_bits_per_second))?;
        if let Some(rtt) = self.rtt_ms {
            write!(f, ", {rtt:.0} ms there and back")?;
        }
        if let Some(loss) = self.loss {
            write!(f, ", {:.0} % lost", loss * 100.0)?;
        }
        Ok(())
    }
}

impl fmt::Display for Totals {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { frames_sent, frames_decoded, audio_ms_received, .. } = self;
        let seconds = *audio_ms_received as f64 / 1000.0;
        write!(f, "{frames_sent} pictures sent, {frames_decoded} seen, {seconds:.1} s heard")
    }
}

/// A reason for the end, for people.
pub fn in_words(why: EndedWhy) -> &'static str {
    match why {
        EndedWhy::HungUp => "hung up",
        EndedWhy::Replaced => "another device of yours took over",
        EndedWhy::TimeUp => "the time is up",
        EndedWhy::Cancelled => "the booking was cancelled",
        EndedWhy::Rescheduled => "the booking was moved to another time",
        EndedWhy::LoggedOut => "you were logged out",
        EndedWhy::Length => "as long as was asked for",
        EndedWhy::NobodyCame => "nobody came",
        EndedWhy::NoPath => "no path to the other one was found",
        EndedWhy::RelayGone => "the server cannot be reached",
        EndedWhy::Other => "for a reason that this version does not know",
    }
}

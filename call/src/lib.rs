//! One end of a meetme call: it finds its way to the other end, keeps it, and carries pictures, sound and messages.
//!
//! [`run`] is the whole of it: give it a [`Link`] to the relay and [`Media`] to send and show, and listen to the
//! [`Event`]s. It knows no server.
//!
//! Read in this order: [`session`] decides, without a socket or a clock, what is to be done; [`sdp`] and [`phrase`] are
//! what it knows of descriptions and trust. `call` runs it on a connection (`peer`, the only user of `webrtc`) and on the
//! threads of `pipeline`, which take [`media`] through [`codec`] into the packets of [`rtp`] and back; [`rate`] says how
//! much is sent. [`view`] is a call on a terminal, and [`talk`] what is said in it besides, neither of which `run` needs.

mod call;
pub mod clock;
pub mod codec;
mod config;
pub mod desk;
mod event;
mod handle;
mod ids;
mod link;
pub mod media;
mod peer;
pub mod phrase;
mod pipeline;
pub mod rate;
pub mod rtp;
pub mod sdp;
pub mod session;
pub mod talk;
pub mod view;

pub use call::{CallError, run};
pub use config::{Config, VideoWish};
pub use event::{CandidateKind, Ended, Event, Pair, StateName, Stats, Totals, in_words};
pub use handle::{Channel, Command, Commands, Handle, MAX_MESSAGE, Quality};
pub use link::{FromLink, Link, LinkEnd, WAITING};
pub use media::source::{NoSource, Source};
pub use media::{Media, MediaError};
pub use session::{EndedWhy, Patience, Route, State, Trouble};

//! What a call is made with.

use std::time::Duration;

use crate::session::Patience;

/// How a call is to be. The default is what people want.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Only through a TURN relay.
    pub relay_only: bool,
    /// Only on this machine: for tests, and for machines without a network.
    pub loopback_only: bool,
    /// Hang up after so long, counted from the beginning of the run.
    pub length: Option<Duration>,
    /// How long each state may last.
    pub patience: Patience,
    /// How much video is sent at most.
    pub video: VideoWish,
}

/// How much video is sent at most; what the path takes may be less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VideoWish {
    /// Bits per second; none is what the size of the picture needs.
    pub max_bits_per_second: Option<u32>,
    /// Pictures a second.
    pub max_rate: u32,
}

impl Default for VideoWish {
    fn default() -> Self {
        Self { max_bits_per_second: None, max_rate: 30 }
    }
}

//! Codecs, each behind the few words a call needs of it. All of them run on threads of their own.
//!
//! What decodes bytes of the network is total: a frame, or none. The young decoders are caught when they panic, and begin
//! anew.

pub mod h264;
pub mod opus;
pub mod vp8;

use std::time::Duration;

use crate::media::VideoFrame;

/// Turns encoded pictures into pictures.
pub trait DecodeVideo: Send {
    /// The picture; none if there is none to be made of it, or none yet.
    fn decode(&mut self, data: &[u8], at: Duration) -> Result<Option<VideoFrame>, Undecodable>;
}

/// The decoder could make nothing of it, and of nothing that builds on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("nothing could be made of it")]
pub struct Undecodable;

//! From frames to packets and back (RFC 3550): pure, with the time as an argument.
//!
//! Everything that reads bytes of the network is total: whatever comes, it is a frame or nothing, in bounded memory.
//! [`h264`] and [`vp8`] know the two payload formats, [`video`] puts packets in order and frames together,
//! [`missing`] says which to ask for again, [`audio`] decides what is played next.

pub mod audio;
pub mod h264;
pub mod missing;
pub mod video;
pub mod vp8;

use bytes::Bytes;

/// Largest payload that is sent: with all headers it fits a path of 1,280 bytes.
pub const MAX_PAYLOAD: usize = 1150;

/// A packet, as much of it as is needed here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Packet {
    /// Its number, which wraps.
    pub sequence: u16,
    /// When what it holds was taken, by the media's clock; wraps.
    pub timestamp: u32,
    /// Whether it ends a frame.
    pub marker: bool,
    /// What it holds.
    pub payload: Bytes,
}

/// Counts on where the wire wraps: the number closest to the last one that ends in the bits given.
#[derive(Debug, Clone, Copy, Default)]
pub struct Unwrapped {
    last: Option<u64>,
}

impl Unwrapped {
    /// For a number of 16 bits.
    pub fn sequence(&mut self, number: u16) -> u64 {
        self.next(u64::from(number), 1 << 16)
    }

    /// For a number of 32 bits.
    pub fn timestamp(&mut self, number: u32) -> u64 {
        self.next(u64::from(number), 1 << 32)
    }

    /// Begins some way up, so that what came before the first number can be told too.
    fn next(&mut self, number: u64, cycle: u64) -> u64 {
        let last = self.last.unwrap_or(cycle + number);
        let base = last - last % cycle + number;
        let nearest = [base.checked_sub(cycle), Some(base), Some(base + cycle)]
            .into_iter()
            .flatten()
            .min_by_key(|candidate| candidate.abs_diff(last))
            .unwrap_or(base);
        // Only forwards: an old packet must not pull the count back.
        self.last = Some(last.max(nearest));
        nearest
    }
}

/// Whether a frame can be decoded without those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// By itself.
    Nothing,
    /// With the frames before it.
    Earlier,
}

/// Puts payloads of one frame together.
pub trait Depacketize: Send {
    /// Takes the payload of the next packet of the frame. False: it makes no sense, and neither does the frame.
    fn push(&mut self, payload: &[u8]) -> bool;
    /// The frame, and what it needs; none if it is not whole. The next push begins another.
    fn finish(&mut self) -> Option<(Vec<u8>, Needs)>;
    /// Whether the payload may be the first of a frame.
    fn begins(&self, payload: &[u8]) -> bool;
}

/// Largest frame that is put together.
pub const MAX_FRAME: usize = 2 * 1024 * 1024;

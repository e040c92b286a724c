//! The buffer that decides, every 20 ms, which packet of sound is played.
//!
//! It keeps as much in hand as the path has lately been uneven: when a packet comes too late, what is played stands
//! still for about half of what it was late by; when nothing was late for a while, a packet is left out.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;

use super::{Packet, Unwrapped};

/// Samples of a frame: 20 ms at 48 kHz.
pub const FRAME: u32 = 960;
/// Frames kept in hand, at least and at most.
const MIN_DEPTH: u32 = 2;
const MAX_DEPTH: u32 = 25;
/// Packets kept at most.
const MAX_PACKETS: usize = 64;
/// After so many frames in a row without one that was late, one less is kept in hand.
const CALM: u32 = 250;

/// What to play for the next 20 ms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Play {
    /// This packet.
    Packet(Bytes),
    /// Something in the place of a packet that did not come; the one after it may help.
    Missing(Option<Bytes>),
    /// Nothing: it has not begun, or ran dry.
    Nothing,
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Packets that came.
    pub packets: u64,
    /// Packets that came too late, or twice.
    pub useless: u64,
    /// Frames for which nothing was there.
    pub missing: u64,
}

/// See the module.
#[derive(Debug)]
pub struct Buffer {
    packets: BTreeMap<u64, Bytes>,
    timestamps: Unwrapped,
    /// The timestamp that is played next, once it has begun.
    next: Option<u64>,
    /// Frames to keep in hand.
    depth: u32,
    calm: u32,
    dry: u32,
    /// Frames for which what is played is still to stand, so that late packets find their place.
    pause: u32,
    counts: Counts,
}

impl Default for Buffer {
    fn default() -> Self {
        Self {
            packets: BTreeMap::new(),
            timestamps: Unwrapped::default(),
            next: None,
            depth: MIN_DEPTH,
            calm: 0,
            dry: 0,
            pause: 0,
            counts: Counts::default(),
        }
    }
}

impl Buffer {
    /// A packet came.
    pub fn push(&mut self, packet: Packet) {
        self.counts.packets += 1;
        let at = self.timestamps.timestamp(packet.timestamp);
        if let Some(next) = self.next.filter(|next| at < *next) {
            self.counts.useless += 1;
            return self.late(next - at);
        }
        if self.packets.insert(at, packet.payload).is_some() {
            self.counts.useless += 1;
        }
        while self.packets.len() > MAX_PACKETS {
            self.skip_to_first();
            self.packets.pop_first();
        }
    }

    /// What is played for the next 20 ms.
    pub fn pull(&mut self) -> Play {
        let next = loop {
            let Some(next) = self.next else {
                self.pause = 0;
                if self.held() < self.depth {
                    return Play::Nothing;
                }
                self.skip_to_first();
                continue;
            };
            if self.pause > 0 {
                self.pause -= 1;
                self.counts.missing += 1;
                return Play::Missing(None);
            }
            if self.packets.len() < 2 || self.held() <= self.depth + 3 {
                break next;
            }
            // More than is needed: what is played falls behind what is said. One packet is left out.
            match self.packets.remove(&next) {
                Some(payload) => self.advance(next + u64::from(samples(&payload))),
                None => self.skip_to_first(),
            }
        };
        if let Some(payload) = self.packets.remove(&next) {
            self.dry = 0;
            self.calm();
            self.advance(next + u64::from(samples(&payload)));
            return Play::Packet(payload);
        }
        self.counts.missing += 1;
        if self.packets.is_empty() {
            return self.run_dry();
        }
        let first = self.packets.first_key_value().map_or(next, |(at, _)| *at);
        if first - next > u64::from(FRAME * MAX_DEPTH) {
            // The sender was silent, or began anew.
            self.skip_to_first();
        } else {
            self.advance(next + u64::from(FRAME));
        }
        Play::Missing(self.packets.get(&(next + u64::from(FRAME))).cloned())
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// How far what is played is behind what came.
    pub fn delay(&self) -> Duration {
        Duration::from_millis(20) * self.held()
    }

    fn held(&self) -> u32 {
        let span = self.packets.first_key_value().zip(self.packets.last_key_value());
        span.map_or(0, |((first, _), (last, _))| {
            u32::try_from((last - first) / u64::from(FRAME)).unwrap_or(u32::MAX) + 1
        })
    }

    /// Goes on at `next`. What lies before it, inside of what a packet claimed to hold, is of no use.
    fn advance(&mut self, next: u64) {
        self.next = Some(next);
        let later = self.packets.split_off(&next);
        let inside = std::mem::replace(&mut self.packets, later);
        self.counts.useless += inside.len() as u64;
    }

    fn skip_to_first(&mut self) {
        self.next = self.packets.first_key_value().map(|(at, _)| *at);
    }

    /// Nothing is there: the place is kept for a while, which makes the delay grow by what was missing.
    fn run_dry(&mut self) -> Play {
        self.dry += 1;
        if self.dry == 1 {
            self.keep_more(1);
        }
        if self.dry > MAX_DEPTH {
            self.next = None;
            self.dry = 0;
            return Play::Nothing;
        }
        Play::Missing(None)
    }

    /// A packet came when the frames from its own on had been played: half of that time is waited for from now on.
    /// What was said long ago, or before the sender began anew, tells nothing about the path.
    fn late(&mut self, by: u64) {
        let frames = u32::try_from(by / u64::from(FRAME)).unwrap_or(u32::MAX);
        if frames <= MAX_DEPTH && self.pause == 0 {
            self.pause = self.keep_more(frames.div_ceil(2).max(1));
        }
    }

    /// Keeps so many more frames in hand, and tells how many of them there was room for.
    fn keep_more(&mut self, frames: u32) -> u32 {
        self.calm = 0;
        let more = frames.min(MAX_DEPTH - self.depth);
        self.depth += more;
        more
    }

    fn calm(&mut self) {
        self.calm += 1;
        if self.calm >= CALM {
            self.calm = 0;
            self.depth = self.depth.saturating_sub(1).max(MIN_DEPTH);
        }
    }
}

/// Samples at 48 kHz that a packet of Opus holds (RFC 6716, 3.1), or those of a frame where it says nothing that can be.
pub fn samples(packet: &[u8]) -> u32 {
    let Some(toc) = packet.first() else { return FRAME };
    let configuration = toc >> 3;
    let frame = match configuration {
        0..=11 => [480, 960, 1920, 2880][usize::from(configuration & 3)],
        12..=15 => [480, 960][usize::from(configuration & 1)],
        _ => [120, 240, 480, 960][usize::from(configuration & 3)],
    };
    let frames = match toc & 3 {
        0 => 1,
        1 | 2 => 2,
        _ => u32::from(packet.get(1).map_or(0, |count| count & 0x3f)),
    };
    match frame * frames {
        held @ 120..=5760 => held,
        _ => FRAME,
    }
}

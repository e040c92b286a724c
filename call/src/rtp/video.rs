//! The buffer that puts packets of video in order and together to frames.
//!
//! A frame is given out when all of it is there and the one before it was. One that is not whole in time is given up, and
//! with it all that follow until one that needs nothing; then a key frame has to be asked for. How long is waited for a
//! packet follows what the path did lately: long enough for it to be sent again, where that helps.

use std::collections::BTreeMap;
use std::time::Duration;

use super::missing::Missing;
use super::{Depacketize, Needs, Packet, Unwrapped};

/// Packets kept while something before them is missing: three seconds at 4 Mbit/s.
const MAX_PACKETS: usize = 1024;
/// The shortest and the longest wait for a missing packet.
const MIN_WAIT: Duration = Duration::from_millis(80);
const MAX_WAIT: Duration = Duration::from_millis(800);
/// Between two requests for a key frame, at least: a request, or the frame, may be lost too.
const ASK_AGAIN: Duration = Duration::from_millis(250);
/// Ticks of the clock of video in a second (RFC 3551).
pub const CLOCK: u32 = 90_000;

/// A frame as the encoder made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The encoded picture.
    pub data: Vec<u8>,
    /// When it was taken, by the sender's clock, from some beginning.
    pub at: Duration,
    /// What it needs to be decoded.
    pub needs: Needs,
}

/// What was counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Packets that came.
    pub packets: u64,
    /// Packets that came too late, or twice.
    pub useless: u64,
    /// Frames given out.
    pub frames: u64,
    /// Frames given up, as far as anything of them was seen.
    pub given_up: u64,
}

/// See the module.
pub struct Buffer {
    depacketizer: Box<dyn Depacketize>,
    packets: BTreeMap<u64, (Packet, Duration)>,
    sequences: Unwrapped,
    timestamps: Unwrapped,
    /// The number that the next frame begins with, once one was given out.
    next: Option<u64>,
    /// Nothing but a frame that needs nothing is of use.
    wants_key: bool,
    asked: Option<Duration>,
    missing: Missing,
    jitter: Jitter,
    round_trip: Duration,
    counts: Counts,
}

impl Buffer {
    /// An empty one. Its first frame is one that needs nothing.
    pub fn new(depacketizer: Box<dyn Depacketize>) -> Self {
        Self {
            depacketizer,
            packets: BTreeMap::new(),
            sequences: Unwrapped::default(),
            timestamps: Unwrapped::default(),
            next: None,
            wants_key: true,
            asked: None,
            missing: Missing::default(),
            jitter: Jitter::default(),
            round_trip: Duration::from_millis(100),
            counts: Counts::default(),
        }
    }

    /// Says how long a packet takes there and back: sending it again takes as long.
    pub fn set_round_trip(&mut self, round_trip: Duration) {
        self.round_trip = round_trip;
    }

    /// What was counted so far.
    pub fn counts(&self) -> Counts {
        self.counts
    }

    /// A packet came.
    pub fn push(&mut self, now: Duration, packet: Packet) {
        self.counts.packets += 1;
        let sequence = self.sequences.sequence(packet.sequence);
        if self.next.is_some_and(|next| sequence < next) || self.packets.contains_key(&sequence) {
            self.counts.useless += 1;
            return;
        }
        self.jitter.packet(now, packet.timestamp);
        self.missing.came(now, sequence, self.jitter.estimate());
        self.packets.insert(sequence, (packet, now));
        while self.packets.len() > MAX_PACKETS {
            self.give_up_first();
        }
    }

    /// The next frame, if it is whole, or if what is missing before it was waited for long enough.
    pub fn pop(&mut self, now: Duration) -> Option<Frame> {
        loop {
            let (&first, (_, arrived)) = self.packets.first_key_value()?;
            let gap = self.next.is_some_and(|next| next != first);
            let due = *arrived + self.wait();
            match self.whole(first) {
                Some(last) if !gap => {
                    if let Some(frame) = self.take(first, last) {
                        return Some(frame);
                    }
                }
                _ if now < due => return None,
                // What is missing did not come in time.
                Some(last) => {
                    self.wants_key = true;
                    if let Some(frame) = self.take(first, last) {
                        return Some(frame);
                    }
                }
                None => self.give_up_first(),
            }
        }
    }

    /// When [`pop`](Self::pop) or [`missing`](Self::missing) may have something without another packet.
    pub fn deadline(&self) -> Option<Duration> {
        let due = self.packets.first_key_value().map(|(_, (_, arrived))| *arrived + self.wait());
        due.into_iter().chain(self.missing.deadline()).min()
    }

    /// Numbers of packets to ask the sender for again now.
    pub fn missing(&mut self, now: Duration) -> Vec<u16> {
        if let Some(next) = self.next {
            self.missing.forget_before(next);
        }
        self.missing.ask(now, self.round_trip)
    }

    /// Whether to ask the sender for a key frame now.
    pub fn asks(&mut self, now: Duration) -> bool {
        let again = ASK_AGAIN.max(self.round_trip * 2);
        let ask = self.wants_key && self.asked.is_none_or(|asked| now >= asked + again);
        if ask {
            self.asked = Some(now);
        }
        ask
    }

    /// A decoder that could make nothing of a frame begins again with one that needs nothing.
    pub fn lost_track(&mut self) {
        self.wants_key = true;
    }

    fn wait(&self) -> Duration {
        // Long enough for two requests, of which the second goes out when the first should have been answered.
        (self.round_trip * 5 / 2 + self.jitter.estimate() * 4).clamp(MIN_WAIT, MAX_WAIT)
    }

    /// The last packet of the frame that begins with `first`, if all of it is there.
    fn whole(&self, first: u64) -> Option<u64> {
        let (packet, _) = self.packets.get(&first)?;
        if self.next.is_none() && !self.depacketizer.begins(&packet.payload) {
            return None;
        }
        let timestamp = packet.timestamp;
        for (expected, (&sequence, (packet, _))) in (first..).zip(self.packets.range(first..)) {
            if sequence != expected || packet.timestamp != timestamp {
                return None;
            }
            if packet.marker {
                return Some(sequence);
            }
        }
        None
    }

    fn take(&mut self, first: u64, last: u64) -> Option<Frame> {
        let later = self.packets.split_off(&(last + 1));
        let packets = std::mem::replace(&mut self.packets, later);
        self.next = Some(last + 1);
        debug_assert_eq!(packets.first_key_value().map(|(sequence, _)| *sequence), Some(first));
        let mut timestamp = 0;
        for (packet, _) in packets.into_values() {
            timestamp = packet.timestamp;
            self.depacketizer.push(&packet.payload);
        }
        let Some((data, needs)) = self.depacketizer.finish() else {
            self.counts.given_up += 1;
            self.wants_key = true;
            return None;
        };
        if self.wants_key && needs == Needs::Earlier {
            self.counts.given_up += 1;
            return None;
        }
        self.wants_key = false;
        self.counts.frames += 1;
        let ticks = self.timestamps.timestamp(timestamp);
        Some(Frame { data, at: Duration::from_micros(ticks * 1000 / u64::from(CLOCK / 1000)), needs })
    }

    /// Lets go of all packets of the first frame that is there in part.
    fn give_up_first(&mut self) {
        let Some((_, (packet, _))) = self.packets.first_key_value() else { return };
        let timestamp = packet.timestamp;
        while let Some(entry) = self.packets.first_entry() {
            if entry.get().0.timestamp != timestamp {
                break;
            }
            self.next = Some(entry.key() + 1);
            entry.remove();
        }
        self.counts.given_up += 1;
        self.wants_key = true;
    }
}

/// How unevenly packets arrive (RFC 3550, 6.4.1).
#[derive(Debug, Default)]
struct Jitter {
    last: Option<(Duration, u32)>,
    estimate: Duration,
}

impl Jitter {
    fn packet(&mut self, now: Duration, timestamp: u32) {
        if let Some((then, before)) = self.last
            && before != timestamp
        {
            let sent = f64::from(timestamp.wrapping_sub(before).cast_signed()) / f64::from(CLOCK);
            let came = now.saturating_sub(then).as_secs_f64();
            let difference = (came - sent).abs().min(1.0);
            let estimate = self.estimate.as_secs_f64();
            self.estimate = Duration::from_secs_f64(estimate + (difference - estimate) / 16.0);
        }
        if self.last.is_none_or(|(_, before)| before != timestamp) {
            self.last = Some((now, timestamp));
        }
    }

    fn estimate(&self) -> Duration {
        self.estimate
    }
}

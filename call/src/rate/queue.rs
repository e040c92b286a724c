//! How long packets stand in queues on the way: from when they left here and when they arrived there.
//!
//! The clocks of the two ends need not agree. What counts is how much longer the fastest packet of a moment took than the
//! fastest one of the last half minute: a packet that is late by itself (radio, another way) says nothing, but in a queue
//! all of them are late.

use std::collections::VecDeque;
use std::time::Duration;

/// How long a moment lasts, and how many packets it takes to say something.
const MOMENT: Duration = Duration::from_millis(150);
const FEW: usize = 6;
/// What is arriving is counted over so long.
const WINDOW: Duration = Duration::from_millis(600);
/// The fastest packet of so long took the path without a queue. Clocks drift apart by a millisecond or two meanwhile.
const MEMORY: Duration = Duration::from_secs(30);
/// Packets kept for the window; a path that carries more than these in it is not the narrow one.
const KEPT: usize = 8 * 1024;

/// A packet that arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passed {
    /// When it left, by the clock here.
    pub left: Duration,
    /// When it arrived, by the clock there.
    pub arrived: Duration,
    /// Its size.
    pub bytes: usize,
}

/// What a moment has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// How long packets stand in queues.
    pub standing: Duration,
    /// What arrives, in bits per second.
    pub bits_per_second: u32,
}

/// See the module.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// The fastest packets of past moments, with the moment's beginning there.
    fastest: VecDeque<(Duration, i64)>,
    /// What arrived in the window: when there, and how large.
    window: VecDeque<(Duration, usize)>,
    /// Of the moment that is going on: its beginning there, packets, and the least microseconds under way.
    begun: Option<(Duration, usize, i64)>,
}

impl Queue {
    /// Takes in what arrived. Gives what the moment that it ended has shown, if it ended one.
    pub fn passed(&mut self, packets: &[Passed]) -> Option<Moment> {
        let mut shown = None;
        for packet in packets {
            if self.window.len() >= KEPT {
                self.window.pop_front();
            }
            self.window.push_back((packet.arrived, packet.bytes));
            let took = micros(packet.arrived) - micros(packet.left);
            let (began, count, least) = self.begun.unwrap_or((packet.arrived, 0, i64::MAX));
            self.begun = Some((began, count + 1, least.min(took)));
            if packet.arrived >= began + MOMENT && count + 1 >= FEW {
                shown = self.end_moment(packet.arrived);
            }
        }
        shown
    }

    fn end_moment(&mut self, now: Duration) -> Option<Moment> {
        let (began, _, least) = self.begun.take()?;
        while self.fastest.front().is_some_and(|(at, _)| at.saturating_add(MEMORY) < began) {
            self.fastest.pop_front();
        }
        self.fastest.push_back((began, least));
        let best = self.fastest.iter().map(|(_, took)| *took).min()?;
        self.window.retain(|(at, _)| at.saturating_add(WINDOW) >= now);
        let bytes: usize = self.window.iter().map(|(_, bytes)| bytes).sum();
        // A window that has only just begun is no shorter than its moment.
        let earliest = self.window.iter().map(|(at, _)| *at).min()?;
        let length = now.saturating_sub(earliest).max(MOMENT).as_micros();
        let bits = (bytes as u128) * 8_000_000 / length.max(1);
        Some(Moment {
            standing: Duration::from_micros(u64::try_from(least.saturating_sub(best)).unwrap_or(0)),
            bits_per_second: u32::try_from(bits).unwrap_or(u32::MAX),
        })
    }
}

fn micros(at: Duration) -> i64 {
    // Enough for three hundred thousand years.
    i64::try_from(at.as_micros()).unwrap_or(i64::MAX / 2)
}

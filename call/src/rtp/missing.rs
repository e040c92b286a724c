//! Which packets to ask the sender for again (RFC 4585 6.2.1), and when.
//!
//! A packet is missing once one behind it came. It is asked for after a moment in which it may still come by itself, and
//! again each time that an answer to the last request should have been there. How long both are follows the path.

use std::collections::BTreeMap;
use std::time::Duration;

/// Packets that are asked for at one time: after a longer gap a key frame helps sooner.
const MAX_MISSING: usize = 256;
/// How often one is asked for.
const MAX_ASKED: u8 = 8;
/// Between two requests for one packet, at least.
const MIN_EVERY: Duration = Duration::from_millis(20);
/// Packets that overtook others are waited for so long at most.
const MAX_MOMENT: Duration = Duration::from_millis(60);

/// The packets that are missing.
#[derive(Debug, Default)]
pub struct Missing {
    highest: Option<u64>,
    packets: BTreeMap<u64, Wanted>,
}

#[derive(Debug, Clone, Copy)]
struct Wanted {
    due: Duration,
    asked: u8,
}

impl Missing {
    /// A packet came; those between it and the highest so far are missing, until they come within `moment`.
    pub fn came(&mut self, now: Duration, sequence: u64, moment: Duration) {
        self.packets.remove(&sequence);
        let Some(highest) = self.highest.replace(self.highest.unwrap_or(sequence).max(sequence)) else { return };
        if sequence <= highest {
            return;
        }
        let gap = sequence - highest - 1;
        if self.packets.len() as u64 + gap > MAX_MISSING as u64 {
            self.packets.clear();
            return;
        }
        let wanted = Wanted { due: now + moment.min(MAX_MOMENT), asked: 0 };
        self.packets.extend((highest + 1..sequence).map(|sequence| (sequence, wanted)));
    }

    /// What lies before `next` is of no use any more.
    pub fn forget_before(&mut self, next: u64) {
        self.packets = self.packets.split_off(&next);
    }

    /// Numbers to ask for now, as they stand on the wire. The next request for them comes a round trip later.
    pub fn ask(&mut self, now: Duration, round_trip: Duration) -> Vec<u16> {
        let every = (round_trip * 5 / 4).max(MIN_EVERY);
        let mut numbers = Vec::new();
        for (sequence, wanted) in &mut self.packets {
            if now >= wanted.due {
                (wanted.due, wanted.asked) = (now + every, wanted.asked + 1);
                numbers.extend(u16::try_from(sequence % (1 << 16)));
            }
        }
        self.packets.retain(|_, wanted| wanted.asked < MAX_ASKED);
        numbers
    }

    /// When [`ask`](Self::ask) has something next.
    pub fn deadline(&self) -> Option<Duration> {
        self.packets.values().map(|wanted| wanted.due).min()
    }
}

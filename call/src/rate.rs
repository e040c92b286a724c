//! How much video is sent: it follows what the receiver reports, in the manner of the loss-based half of Google
//! congestion control (draft-ietf-rmcat-gcc-02, 6), and holds back when packets begin to queue on the way.

use std::time::Duration;

use crate::handle::Quality;
use crate::media::Size;

/// Less than this shows nothing any more.
const FLOOR: u32 = 60_000;
/// A call begins with at most this much, and finds out whether more gets through.
const START: u32 = 1_000_000;
/// More than this is lost: less is sent. Less than that: more.
const MUCH_LOSS: f64 = 0.10;
const LITTLE_LOSS: f64 = 0.02;
const GROWTH: f64 = 1.08;
/// Packets that take so much longer than they did at best stand in a queue.
const QUEUE: Duration = Duration::from_millis(250);
const QUEUE_CUT: f64 = 0.85;
/// Between two cuts the first must have had its effect.
const SETTLE: Duration = Duration::from_millis(900);

/// What to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// Bits per second.
    pub bits_per_second: u32,
    /// Pictures per second.
    pub rate: u32,
}

/// See the module.
#[derive(Debug, Clone)]
pub struct Rate {
    /// What the picture needs to look good.
    best: u32,
    target: f64,
    cap: Option<u32>,
    quality: Quality,
    max_rate: u32,
    last_cut: Option<Duration>,
    best_round_trip: Option<Duration>,
}

impl Rate {
    /// For pictures of this size, at most `max_rate` a second, with at most `max` bits per second.
    pub fn new(size: Size, max_rate: u32, max: Option<u32>) -> Self {
        let pixels = (size.width * size.height) as f64 * f64::from(max_rate.max(1));
        let needed = whole(pixels * 0.1).clamp(200_000, 4_000_000);
        let best = max.map_or(needed, |max| needed.min(max)).max(FLOOR);
        Self {
            best,
            target: f64::from(best.min(START)),
            cap: None,
            quality: Quality::Best,
            max_rate: max_rate.max(1),
            last_cut: None,
            best_round_trip: None,
        }
    }

    /// The receiver missed this part of the packets since its last report.
    pub fn lost(&mut self, now: Duration, fraction: f64) {
        if fraction > MUCH_LOSS {
            self.cut(now, 1.0 - 0.5 * fraction);
        } else if fraction < LITTLE_LOSS {
            self.target = (self.target * GROWTH).min(f64::from(self.best));
        }
    }

    /// A packet took so long there and back.
    pub fn round_trip(&mut self, now: Duration, took: Duration) {
        let best = self.best_round_trip.map_or(took, |best| best.min(took));
        self.best_round_trip = Some(best);
        if took > best + QUEUE {
            self.cut(now, QUEUE_CUT);
        }
    }

    /// The receiver takes no more than this.
    pub fn cap(&mut self, bits_per_second: u32) {
        self.cap = Some(bits_per_second);
    }

    /// The user wants it better or worse.
    pub fn quality(&mut self, quality: Quality) {
        self.quality = quality;
    }

    /// Another path is in use: what was learnt of the last one says nothing of it.
    pub fn new_path(&mut self) {
        self.best_round_trip = None;
        self.last_cut = None;
        self.cap = None;
        self.target = self.target.max(f64::from(self.best.min(START)) / 2.0);
    }

    /// What to send now.
    pub fn plan(&self) -> Plan {
        let wanted = match self.quality {
            Quality::Best => 1.0,
            Quality::Saving => 0.5,
            Quality::Least => 0.2,
        };
        let target = whole(self.target.min(f64::from(self.best) * wanted));
        let bits_per_second = self.cap.map_or(target, |cap| target.min(cap)).max(FLOOR);
        // Fewer pictures rather than pictures of mud.
        let share = f64::from(bits_per_second) / f64::from(self.best);
        let rate = match share {
            s if s >= 0.4 => self.max_rate,
            s if s >= 0.2 => self.max_rate.min(15),
            _ => self.max_rate.min(8),
        };
        Plan { bits_per_second, rate }
    }

    fn cut(&mut self, now: Duration, factor: f64) {
        if self.last_cut.is_some_and(|last| now < last + SETTLE) {
            return;
        }
        self.last_cut = Some(now);
        self.target = (self.target * factor).max(f64::from(FLOOR));
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate, and clamped by the cast")]
fn whole(bits_per_second: f64) -> u32 {
    bits_per_second as u32
}

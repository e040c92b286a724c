//! How much video is sent: it follows what the receiver reports, in the manner of Google congestion control
//! (draft-ietf-rmcat-gcc-02).
//!
//! Two things hold it back. Loss, of which every receiver tells (section 6 there). And packets that begin to stand in a
//! queue, which a receiver that reports arrivals lets us see before anything is lost ([`queue`]). In their absence it
//! grows, fast until the first of them and some time after the last.

pub mod queue;

use std::time::Duration;

use crate::handle::Quality;
use crate::media::Size;
use queue::{Passed, Queue};

/// Less than this shows nothing any more.
const FLOOR: u32 = 60_000;
/// A call begins with at most this much, and finds out whether more gets through.
const START: u32 = 1_000_000;
/// More than this is lost: less is sent. Less than that: more.
const MUCH_LOSS: f64 = 0.10;
const LITTLE_LOSS: f64 = 0.02;
/// By how much it grows in a second: until something held it back, soon after that, and later.
const RAMP: f64 = 1.5;
const CAREFUL: f64 = 1.08;
const CONFIDENT: f64 = 1.25;
/// So long after it was held back nothing grows, and only carefully.
const REST: Duration = Duration::from_secs(1);
const CARE: Duration = Duration::from_secs(5);
/// Packets that stand for so long are too many; while they stand for less than that there may be more.
const QUEUED: Duration = Duration::from_millis(80);
const FLOWING: Duration = Duration::from_millis(40);
/// Of what arrives in spite of a queue so much is sent, to let it drain.
const DRAIN: f64 = 0.85;
/// A receiver that reports arrivals does so many times a second. Without a report for so long it is one that does not.
const SILENT: Duration = Duration::from_secs(2);
/// Where only the time there and back is known: so much longer than at best means a queue.
const LONG_WAY: Duration = Duration::from_millis(250);
/// Between two cuts the first must have had its effect.
const SETTLE: Duration = Duration::from_millis(900);
/// Of what is needed at best, so much still shows pictures at the full rate, and at half of it.
const FULL_RATE: f64 = 0.3;
const HALF_RATE: f64 = 0.15;

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
    /// Nothing has held it back yet.
    ramping: bool,
    last_cut: Option<Duration>,
    grown: Option<Duration>,
    loss: f64,
    queue: Queue,
    queued: Option<Duration>,
    /// When arrivals were reported last.
    arrivals: Option<Duration>,
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
            ramping: true,
            last_cut: None,
            grown: None,
            loss: 0.0,
            queue: Queue::default(),
            queued: None,
            arrivals: None,
            best_round_trip: None,
        }
    }

    /// The receiver missed this part of the packets since its last report.
    pub fn lost(&mut self, now: Duration, fraction: f64) {
        self.loss = fraction;
        if fraction > MUCH_LOSS {
            self.cut(now, self.target * (1.0 - 0.5 * fraction));
        } else if !self.reports_arrivals(now) {
            // A report each second or so is all that there is.
            self.grow(now);
        }
    }

    /// Packets that arrived, as the receiver reports them.
    pub fn arrived(&mut self, now: Duration, packets: &[Passed]) {
        self.arrivals = Some(now);
        let Some(moment) = self.queue.passed(packets) else { return };
        self.queued = Some(moment.standing);
        if moment.standing > QUEUED {
            self.cut(now, f64::from(moment.bits_per_second) * DRAIN);
        } else if moment.standing < FLOWING {
            self.grow(now);
        }
    }

    /// A packet took so long there and back.
    pub fn round_trip(&mut self, now: Duration, took: Duration) {
        let best = self.best_round_trip.map_or(took, |best| best.min(took));
        self.best_round_trip = Some(best);
        if took > best + LONG_WAY && !self.reports_arrivals(now) {
            self.cut(now, self.target * DRAIN);
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
        self.queue = Queue::default();
        self.queued = None;
        self.ramping = true;
        self.last_cut = None;
        self.loss = 0.0;
        self.cap = None;
        self.target = self.target.max(f64::from(self.best.min(START)) / 2.0);
    }

    /// How long packets stand in queues on the way, if the receiver reports arrivals.
    pub fn queued(&self) -> Option<Duration> {
        self.queued
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
            s if s >= FULL_RATE => self.max_rate,
            s if s >= HALF_RATE => self.max_rate.min(15),
            _ => self.max_rate.min(8),
        };
        Plan { bits_per_second, rate }
    }

    fn reports_arrivals(&self, now: Duration) -> bool {
        self.arrivals.is_some_and(|last| now < last + SILENT)
    }

    /// Sends more, by as much as time has passed.
    fn grow(&mut self, now: Duration) {
        let passed = self.grown.map_or(Duration::ZERO, |grown| now.saturating_sub(grown)).min(Duration::from_secs(1));
        self.grown = Some(now);
        let calm = self.last_cut.map_or(Duration::MAX, |cut| now.saturating_sub(cut));
        if self.loss >= LITTLE_LOSS || calm < REST {
            return;
        }
        let a_second = match (self.ramping, calm < CARE) {
            (true, _) => RAMP,
            (_, true) => CAREFUL,
            _ => CONFIDENT,
        };
        self.target = (self.target * a_second.powf(passed.as_secs_f64())).min(f64::from(self.best));
    }

    fn cut(&mut self, now: Duration, to: f64) {
        if self.last_cut.is_some_and(|last| now < last + SETTLE) {
            return;
        }
        self.ramping = false;
        self.last_cut = Some(now);
        self.target = self.target.min(to).max(f64::from(FLOOR));
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a rate, and clamped by the cast")]
fn whole(bits_per_second: f64) -> u32 {
    bits_per_second as u32
}

//! When the packets of ours arrived, as the partner reports it (transport-wide congestion control).
//!
//! The library numbers what goes out, and joins it with what the partner reports of it. What follows from that is decided
//! in [`crate::rate`].

use std::time::Instant;

use rtc::interceptor::{BandwidthEstimator, PacketReport};
use tokio::sync::mpsc;

use super::{Feedback, Told};
use crate::clock::Clock;
use crate::rate::queue::Passed;
use crate::session::TransportId;

/// Passes on what is reported.
pub(super) struct Arrivals {
    pub(super) id: TransportId,
    pub(super) told: mpsc::Sender<Told>,
    pub(super) clock: Clock,
}

impl BandwidthEstimator for Arrivals {
    fn on_reports(&mut self, _now: Instant, reports: &[PacketReport]) {
        // One that is missing here may only be late: what is lost is told by other reports.
        let arrived = reports.iter().filter_map(|report| {
            let left = self.clock.shown_at(report.departure);
            report.arrival.map(|arrived| Passed { left, arrived, bytes: report.size })
        });
        let passed: Vec<Passed> = arrived.collect();
        if !passed.is_empty() {
            // Called by the driver, which must not wait; the next report comes in a moment.
            let _ = self.told.try_send(Told::Feedback(self.id, Feedback::Arrived(passed)));
        }
    }

    /// Nothing in the library asks for it.
    fn target_bitrate(&self) -> f64 {
        0.0
    }
}

//! Pictures on their way out: taken, thinned out to the rate that is wanted, encoded, cut into packets.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::sync::mpsc;

use super::screen::Screen;
use super::{Meter, Outgoing, Shared};
use crate::codec::h264::Encoder;
use crate::media::{MediaError, VideoFrame, VideoSource};
use crate::rtp::{MAX_PAYLOAD, h264, video};

/// Key frames that are asked for come at most so often.
const KEY_PAUSE: Duration = Duration::from_millis(250);

/// Runs until the source ends or the call does.
pub(crate) fn run(
    mut source: Box<dyn VideoSource>,
    shared: &Arc<Shared>,
    own: Option<&Screen>,
    out: &mpsc::Sender<Outgoing>,
) -> Result<(), MediaError> {
    let mut encoder = Encoder::new(source.rate().max(1), shared.bits_per_second.load(Relaxed))?;
    let mut thin = Thin::default();
    let mut last_key: Option<Duration> = None;
    let first_timestamp = crate::ids::stream();
    while !shared.stopped() {
        let Some(frame) = source.next()? else { break };
        if shared.camera_off.load(Relaxed) {
            continue;
        }
        if let Some(own) = own {
            own.show(frame.clone());
        }
        if !shared.sending.load(Relaxed) || !thin.keeps(&frame, shared.rate.load(Relaxed)) {
            continue;
        }
        let now = shared.clock.now();
        let key = shared.key_wanted.load(Relaxed) && last_key.is_none_or(|last| now >= last + KEY_PAUSE);
        if key {
            shared.key_wanted.store(false, Relaxed);
            last_key = Some(now);
        }
        encoder.set_bitrate(shared.bits_per_second.load(Relaxed));
        let encoded = encoder.encode(&frame, key)?;
        if encoded.data.is_empty() {
            continue;
        }
        let payloads = h264::packetize(&encoded.data, MAX_PAYLOAD);
        let bytes = payloads.iter().map(|payload| payload.len() as u64).sum();
        let timestamp = first_timestamp.wrapping_add(ticks(frame.at));
        if out.try_send(Outgoing::Video { payloads, timestamp }).is_ok() {
            Meter::add(&shared.meter.frames_sent, 1);
            Meter::add(&shared.meter.bytes_sent, bytes);
        } else {
            // What builds on a picture that was not sent is of no use.
            shared.key_wanted.store(true, Relaxed);
        }
    }
    Ok(())
}

#[expect(clippy::cast_possible_truncation, reason = "timestamps wrap")]
fn ticks(at: Duration) -> u32 {
    (at.as_micros() * u128::from(video::CLOCK) / 1_000_000) as u32
}

/// Leaves pictures out, evenly.
#[derive(Debug, Default)]
struct Thin {
    next: Option<Duration>,
}

impl Thin {
    fn keeps(&mut self, frame: &VideoFrame, rate: u32) -> bool {
        let step = Duration::from_secs(1) / rate.max(1);
        // Sources are not exact: what comes a little early is taken.
        let due = self.next.is_none_or(|next| frame.at + step / 4 >= next);
        if due {
            let next = self.next.map_or(frame.at, |next| next.max(frame.at.saturating_sub(step)));
            self.next = Some(next + step);
        }
        due
    }
}

//! Sound on its way out: taken, silenced where the user wants that, encoded.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::{Meter, Outgoing, Shared};
use crate::codec::opus::Encoder;
use crate::media::paced::Paced;
use crate::media::tone::Tone;
use crate::media::{AudioFrame, AudioSource, MediaError, SAMPLES};

/// Runs until the call ends. How the source ended, if it did before that, is told.
pub(crate) fn run(
    mut source: Box<dyn AudioSource>,
    shared: &Arc<Shared>,
    out: &mpsc::Sender<Outgoing>,
    told: impl Fn(Result<(), MediaError>),
) -> Result<(), MediaError> {
    let mut encoder = Encoder::new()?;
    let mut timestamp = crate::ids::stream();
    while !shared.stopped() {
        let mut frame = match source.next() {
            Ok(Some(frame)) => frame,
            ended => {
                // Silence goes on: a stream that stops looks like a path that broke.
                source = Box::new(Paced::new(Tone::silence()));
                told(ended.map(drop));
                continue;
            }
        };
        timestamp = timestamp.wrapping_add(u32::try_from(SAMPLES).unwrap_or(0));
        if !shared.sending.load(Relaxed) {
            continue;
        }
        if shared.muted.load(Relaxed) {
            // Here too.
            frame = AudioFrame::silence(frame.at);
        }
        let payload = Bytes::from(encoder.encode(&frame.samples)?);
        let bytes = payload.len() as u64;
        if out.try_send(Outgoing::Audio { payload, timestamp }).is_ok() {
            Meter::add(&shared.meter.audio_sent, 20);
            Meter::add(&shared.meter.bytes_sent, bytes);
        }
    }
    Ok(())
}

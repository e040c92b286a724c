//! Sound on its way out: taken, silenced where the user wants that, encoded.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::{Meter, Outgoing, Shared};
use crate::codec::opus::Encoder;
use crate::media::{AudioFrame, AudioSource, MediaError, SAMPLES};

/// Runs until the source ends or the call does.
pub(crate) fn run(
    mut source: Box<dyn AudioSource>,
    shared: &Arc<Shared>,
    out: &mpsc::Sender<Outgoing>,
) -> Result<(), MediaError> {
    let mut encoder = Encoder::new()?;
    let mut timestamp = crate::ids::stream();
    while !shared.stopped() {
        let Some(mut frame) = source.next()? else { break };
        timestamp = timestamp.wrapping_add(u32::try_from(SAMPLES).unwrap_or(0));
        if !shared.sending.load(Relaxed) {
            continue;
        }
        if shared.muted.load(Relaxed) {
            // Silence goes on: a stream that stops looks like a path that broke.
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

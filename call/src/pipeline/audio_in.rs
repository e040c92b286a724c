//! Sound on its way in: every 20 ms the next piece, decoded or made up, is played and recorded.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, TryRecvError};

use tokio::sync::mpsc;

use super::video_in::millis;
use super::{Meter, Shared};
use crate::codec::opus::Decoder;
use crate::event::Event;
use crate::media::mkv::{Entry, RecorderHandle};
use crate::media::{AudioFrame, AudioSink, FRAME_TIME, MediaError, SAMPLES};
use crate::rtp::Packet;
use crate::rtp::audio::{Buffer, Play, samples};

/// What comes from a transport.
pub(crate) enum FromTrack {
    /// Another stream begins.
    Begins,
    Packet(Packet),
}

/// Runs until the call is over.
pub(crate) fn run(
    from: &Receiver<FromTrack>,
    shared: &Arc<Shared>,
    mut speaker: Box<dyn AudioSink>,
    record: Option<&RecorderHandle>,
    events: &mpsc::Sender<Event>,
) -> Result<(), MediaError> {
    let mut buffer = Buffer::default();
    let mut decoder = Decoder::new()?;
    let mut decoded: Vec<i16> = Vec::new();
    let mut heard = false;
    let mut next = shared.clock.now();
    while !shared.stopped() {
        next += FRAME_TIME;
        shared.clock.wait_until(next);
        loop {
            match from.try_recv() {
                Ok(FromTrack::Begins) => {
                    buffer = Buffer::default();
                    decoder = Decoder::new()?;
                }
                Ok(FromTrack::Packet(packet)) => {
                    Meter::add(&shared.meter.bytes_received, packet.payload.len() as u64);
                    buffer.push(packet);
                }
                Err(TryRecvError::Empty) => break,
                Err(TryRecvError::Disconnected) => return Ok(()),
            }
        }
        while decoded.len() < SAMPLES {
            match buffer.pull() {
                Play::Packet(packet) => {
                    decoder.decode(&packet, &mut decoded);
                    Meter::add(&shared.meter.audio_received, u64::from(samples(&packet)) / 48);
                    if let Some(record) = record.filter(|_| shared.recording.load(Relaxed)) {
                        record.write(Entry::Opus { data: packet.to_vec(), at: next });
                    }
                    if !heard {
                        heard = true;
                        // Nobody listens: then nobody misses it.
                        let _ = events.try_send(Event::FirstSound { at_ms: millis(shared.clock.now()) });
                    }
                }
                Play::Missing(after) => {
                    decoder.conceal(after.as_deref(), &mut decoded);
                    Meter::add(&shared.meter.audio_concealed, 20);
                }
                Play::Nothing => decoded.resize(SAMPLES, 0),
            }
        }
        let rest = decoded.split_off(SAMPLES);
        speaker.play(&AudioFrame { samples: std::mem::replace(&mut decoded, rest), at: next });
        let now = shared.clock.now();
        if now > next + FRAME_TIME * 10 {
            // The machine slept: what was to be played meanwhile is not made up for.
            next = now;
        }
    }
    Ok(())
}

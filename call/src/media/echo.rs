//! What the speaker plays, taken out of what the microphone hears, and steady noise with it.
//!
//! The canceller is AEC3 of WebRTC in `sonora`: an adaptive filter that finds the delay and the room by itself, and holds
//! back what the filter leaves over. It works in frames of 10 ms, and gives them back some 16 ms later.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use sonora::config::{EchoCanceller, NoiseSuppression};
use sonora::{AudioProcessing, Config, StreamConfig};

use super::{AudioFrame, AudioSink, AudioSource, MediaError, SAMPLE_RATE, SAMPLES};

/// Samples that are worked on at once: 10 ms.
const CHUNK: usize = SAMPLES / 2;
/// Frames that were played and wait for the microphone's next one: a second of them.
const WAITING: usize = 50;

/// Takes out of what is heard what was played.
pub struct Canceller {
    inner: AudioProcessing,
    scratch: Vec<i16>,
    /// How often it had to begin anew.
    pub restarts: u32,
}

impl Default for Canceller {
    fn default() -> Self {
        Self { inner: fresh(), scratch: vec![0; CHUNK], restarts: 0 }
    }
}

impl Canceller {
    /// This is played now: it is going to be heard.
    pub fn played(&mut self, samples: &[i16]) {
        self.run(|inner, scratch| {
            for chunk in samples.chunks_exact(CHUNK) {
                inner.process_render_i16(chunk, scratch).ok()?;
            }
            Some(())
        });
    }

    /// Cleans what is heard, in place. What cannot be cleaned stays as it is.
    pub fn heard(&mut self, samples: &mut [i16]) {
        self.run(|inner, scratch| {
            for chunk in samples.chunks_exact_mut(CHUNK) {
                inner.process_capture_i16(chunk, scratch).ok()?;
                chunk.copy_from_slice(scratch);
            }
            Some(())
        });
    }

    fn run(&mut self, work: impl FnOnce(&mut AudioProcessing, &mut [i16]) -> Option<()>) {
        let Self { inner, scratch, .. } = self;
        if !matches!(catch_unwind(AssertUnwindSafe(|| work(inner, scratch))), Ok(Some(()))) {
            self.inner = fresh();
            self.restarts += 1;
        }
    }
}

fn fresh() -> AudioProcessing {
    let config = Config {
        echo_canceller: Some(EchoCanceller::default()),
        noise_suppression: Some(NoiseSuppression::default()),
        ..Config::default()
    };
    let mono = StreamConfig::new(SAMPLE_RATE, 1);
    AudioProcessing::builder().config(config).capture_config(mono).render_config(mono).build()
}

/// A microphone that does not hear the speaker beside it.
pub struct Cleaned {
    microphone: Box<dyn AudioSource>,
    played: Receiver<Vec<i16>>,
    canceller: Canceller,
}

/// The speaker that it does not hear.
pub struct Noted {
    speaker: Box<dyn AudioSink>,
    played: SyncSender<Vec<i16>>,
}

/// Cleans a microphone of what a speaker plays.
pub fn between(microphone: Box<dyn AudioSource>, speaker: Box<dyn AudioSink>) -> (Cleaned, Noted) {
    let (note, played) = sync_channel(WAITING);
    (Cleaned { microphone, played, canceller: Canceller::default() }, Noted { speaker, played: note })
}

impl AudioSource for Cleaned {
    fn next(&mut self) -> Result<Option<AudioFrame>, MediaError> {
        let Some(mut frame) = self.microphone.next()? else { return Ok(None) };
        for samples in self.played.try_iter() {
            self.canceller.played(&samples);
        }
        self.canceller.heard(&mut frame.samples);
        Ok(Some(frame))
    }
}

impl AudioSink for Noted {
    fn play(&mut self, frame: &AudioFrame) {
        // A microphone that takes nothing hears nothing.
        let _ = self.played.try_send(frame.samples.clone());
        self.speaker.play(frame);
    }
}

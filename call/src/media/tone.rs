//! A steady tone, for those who have no microphone and for tests.

use std::f64::consts::TAU;
use std::time::Duration;

use super::{AudioFrame, AudioSource, FRAME_TIME, MediaError, SAMPLE_RATE, SAMPLES};

/// A sine, as fast as it is asked for: see [`Paced`](super::paced::Paced).
#[derive(Debug, Clone, Copy)]
pub struct Tone {
    hertz: f64,
    /// From 0 to 1.
    loudness: f64,
    frame: u32,
}

impl Tone {
    /// A tone of so many hertz, as loud as speech.
    pub fn new(hertz: f64) -> Self {
        Self { hertz, loudness: 0.25, frame: 0 }
    }

    /// Nothing to hear, at the pace of sound.
    pub fn silence() -> Self {
        Self { hertz: 0.0, loudness: 0.0, frame: 0 }
    }
}

impl AudioSource for Tone {
    fn next(&mut self) -> Result<Option<AudioFrame>, MediaError> {
        let first = u64::from(self.frame) * SAMPLES as u64;
        let at: Duration = FRAME_TIME * self.frame;
        self.frame += 1;
        let sample = |n: u64| {
            let phase = (first + n) as f64 * self.hertz / f64::from(SAMPLE_RATE);
            to_sample((phase.fract() * TAU).sin() * self.loudness)
        };
        Ok(Some(AudioFrame { samples: (0..SAMPLES as u64).map(sample).collect(), at }))
    }
}

/// From −1…1 to a sample.
#[expect(clippy::cast_possible_truncation, reason = "clamped to what fits")]
pub fn to_sample(value: f64) -> i16 {
    (value.clamp(-1.0, 1.0) * f64::from(i16::MAX)).round() as i16
}

/// How strongly a tone of so many hertz is in these samples, from 0 to 1 (Goertzel).
pub fn strength(samples: &[i16], hertz: f64) -> f64 {
    let step = TAU * hertz / f64::from(SAMPLE_RATE);
    let factor = 2.0 * step.cos();
    let (mut before, mut last) = (0.0, 0.0);
    for sample in samples {
        let next = f64::from(*sample) / f64::from(i16::MAX) + factor * last - before;
        (before, last) = (last, next);
    }
    let power = last * last + before * before - factor * last * before;
    2.0 * power.max(0.0).sqrt() / samples.len().max(1) as f64
}

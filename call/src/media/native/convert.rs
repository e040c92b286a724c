//! Between what a device speaks and what a call does: any samples, channels and rate on one side, [`SAMPLE_RATE`] and one
//! channel on the other. All of it runs on the device's own thread: nothing here waits, and memory is taken beforehand.

use std::sync::Arc;

use cpal::{FromSample, Sample};

use super::resample::Resampler;
use crate::media::SAMPLE_RATE;
use crate::media::queue::{Mouth, Ring};
use crate::media::tone::to_sample;

/// Of how many channels sound is made; the others of a large interface are for something else.
const USED_CHANNELS: usize = 2;

/// From a microphone.
pub(super) struct Inlet {
    heard: Arc<Ring>,
    channels: usize,
    /// None: it has the right rate.
    resampler: Option<Resampler>,
}

/// To a speaker.
pub(super) struct Outlet {
    played: Mouth,
    channels: usize,
    rate: u32,
    /// None: it has the right rate.
    resampler: Option<Resampler>,
}

impl Inlet {
    /// From a microphone of so many channels and samples a second.
    pub(super) fn new(heard: Arc<Ring>, channels: u16, rate: u32) -> Self {
        let resampler = (rate != SAMPLE_RATE).then(|| Resampler::new(rate, SAMPLE_RATE));
        Self { heard, channels: usize::from(channels).max(1), resampler }
    }

    /// Takes what the microphone heard.
    pub(super) fn hear<T: Sample>(&mut self, data: &[T])
    where
        f32: FromSample<T>,
    {
        let mut samples = data.chunks_exact(self.channels).map(mixed);
        match &mut self.resampler {
            None => self.heard.put(samples.map(to_i16)),
            Some(resampler) => {
                let made = std::iter::from_fn(|| resampler.next(|| samples.next()));
                self.heard.put(made.map(to_i16));
            }
        }
    }
}

impl Outlet {
    /// To a speaker of so many channels and samples a second.
    pub(super) fn new(played: Mouth, channels: u16, rate: u32) -> Self {
        let rate = rate.max(1);
        let resampler = (rate != SAMPLE_RATE).then(|| Resampler::new(SAMPLE_RATE, rate));
        Self { played, channels: usize::from(channels).max(1), rate, resampler }
    }

    /// Gives what the speaker asks for.
    pub(super) fn play<T: Sample + FromSample<f32>>(&mut self, data: &mut [T]) {
        let frames = data.len() / self.channels;
        self.played.asked_for(frames * SAMPLE_RATE as usize / self.rate as usize);
        for frame in data.chunks_exact_mut(self.channels) {
            let mut next = || f32::from_sample(self.played.sample());
            let sample = match &mut self.resampler {
                None => next(),
                Some(resampler) => resampler.next(|| Some(next())).unwrap_or_default(),
            };
            let (used, others) = frame.split_at_mut(frame.len().min(USED_CHANNELS));
            used.fill(T::from_sample(sample));
            others.fill(T::EQUILIBRIUM);
        }
    }
}

/// One of the channels of a frame.
fn mixed<T: Sample>(frame: &[T]) -> f32
where
    f32: FromSample<T>,
{
    let used = &frame[..frame.len().min(USED_CHANNELS)];
    used.iter().map(|sample| f32::from_sample(*sample)).sum::<f32>() / used.len() as f32
}

fn to_i16(sample: f32) -> i16 {
    to_sample(f64::from(sample))
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;
    use std::time::Duration;

    use cpal::{I24, U24};

    use super::*;
    use crate::clock::Clock;
    use crate::media::SAMPLES;
    use crate::media::queue::Ear;
    use crate::media::tone::strength;

    /// A tone of 440 Hz at a quarter of what there is, for so many frames.
    fn wave(rate: u32, frames: u32) -> impl Iterator<Item = f64> {
        (0..frames).map(move |at| (f64::from(at) * 440.0 / f64::from(rate) * TAU).sin() * 0.25)
    }

    /// What a call hears of a second that a microphone of this rate gives in so large pieces.
    fn heard<T: Sample + FromSample<f64>>(rate: u32, channels: u16, piece: usize) -> Vec<i16>
    where
        f32: FromSample<T>,
    {
        let ring = Arc::<Ring>::default();
        let mut ear = Ear::new(Arc::clone(&ring), Clock::start());
        let mut inlet = Inlet::new(ring, channels, rate);
        let data: Vec<T> = wave(rate, rate).flat_map(|v| vec![T::from_sample(v); channels.into()]).collect();
        let mut all = Vec::new();
        for data in data.chunks(piece * usize::from(channels)) {
            inlet.hear(data);
            while let Some(samples) = ear.take(Duration::ZERO) {
                all.extend(samples);
            }
        }
        all
    }

    fn assert_tone(samples: &[i16], what: &str) {
        let whole = &samples[SAMPLES..];
        let (tone, other) = (strength(whole, 440.0), strength(whole, 880.0));
        assert!((tone - 0.25).abs() < 0.01, "{what}: {tone}");
        assert!(other < 0.002, "{what}: {other} at twice the pitch");
        // A sample that is missing or there twice is a step.
        let step = whole.windows(2).map(|pair| (i32::from(pair[1]) - i32::from(pair[0])).abs()).max().unwrap();
        assert!(step < 700, "{what}: a step of {step}");
    }

    #[test]
    fn every_rate_becomes_that_of_a_call_and_nothing_is_lost() {
        for rate in [8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000] {
            for piece in [1, rate / 100, rate / 10] {
                let heard = heard::<f32>(rate, 1, piece as usize);
                // What the resampler and the last frame still hold.
                assert!((45_600..=48_000).contains(&heard.len()), "{rate}: {} samples of a second", heard.len());
                assert_tone(&heard, &format!("{rate} in pieces of {piece}"));
            }
        }
    }

    #[test]
    fn every_kind_of_sample_is_understood() {
        assert_tone(&heard::<i16>(48_000, 2, 480), "16 bits");
        assert_tone(&heard::<I24>(48_000, 2, 480), "24 bits");
        assert_tone(&heard::<i32>(44_100, 2, 441), "32 bits");
        assert_tone(&heard::<U24>(48_000, 1, 480), "24 bits without a sign");
        assert_tone(&heard::<u16>(48_000, 1, 480), "16 bits without a sign");
        assert_tone(&heard::<f64>(16_000, 8, 160), "64 bits of eight channels");
    }

    #[test]
    fn two_channels_are_mixed_and_more_are_left_alone() {
        assert!((mixed(&[0.5_f32, 0.1]) - 0.3).abs() < 1e-6);
        assert!((mixed(&[0.5_f32, 0.1, 1.0, 1.0]) - 0.3).abs() < 1e-6);
        assert!((mixed(&[i16::MIN]) + 1.0).abs() < 1e-6);
    }

    /// What a speaker of this rate is given for a second that a call plays, as its first and last channel.
    fn given<T: Sample + FromSample<f32>>(rate: u32, channels: u16, piece: usize) -> Vec<(T, T)> {
        let ring = Arc::<Ring>::default();
        let mut outlet = Outlet::new(Mouth::new(Arc::clone(&ring)), channels, rate);
        let mut wave = wave(SAMPLE_RATE, SAMPLE_RATE * 2).map(to_sample);
        let mut all = Vec::new();
        let mut played = 0;
        while all.len() < rate as usize {
            // A call is some frames ahead.
            while played < (all.len() + piece) * SAMPLE_RATE as usize / rate as usize + 2 * SAMPLES {
                ring.put(wave.by_ref().take(SAMPLES));
                played += SAMPLES;
            }
            let mut data = vec![T::EQUILIBRIUM; piece * usize::from(channels)];
            outlet.play(&mut data);
            all.extend(data.chunks_exact(channels.into()).map(|frame| (frame[0], frame[frame.len() - 1])));
        }
        all
    }

    #[test]
    fn what_is_played_has_the_rate_of_the_speaker() {
        for rate in [8_000, 16_000, 44_100, 48_000, 96_000] {
            for piece in [rate as usize / 100, 1024] {
                let first: Vec<i16> = given::<i16>(rate, 2, piece).into_iter().map(|(first, _)| first).collect();
                let whole = &first[first.len() / 2..];
                // `strength` counts in samples of a call.
                let pitch = 440.0 * f64::from(SAMPLE_RATE) / f64::from(rate);
                let (tone, other) = (strength(whole, pitch), strength(whole, 2.0 * pitch));
                assert!((tone - 0.25).abs() < 0.01 && other < 0.002, "{rate}: {tone}, {other} at twice the pitch");
            }
        }
    }

    #[test]
    fn a_speaker_plays_on_two_channels_and_the_others_are_silent() {
        let loudest = |of: fn(&(u16, u16)) -> u16, channels| {
            given::<u16>(48_000, channels, 480).iter().map(of).map(|v| v.abs_diff(u16::EQUILIBRIUM)).max().unwrap()
        };
        assert!(loudest(|frame| frame.0, 1) > 8_000);
        assert!(loudest(|frame| frame.1, 2) > 8_000);
        assert!(loudest(|frame| frame.0, 6) > 8_000);
        assert_eq!(loudest(|frame| frame.1, 6), 0);
    }

    #[test]
    fn nothing_to_play_is_silence_of_the_device() {
        let mut outlet = Outlet::new(Mouth::new(Arc::default()), 2, 44_100);
        let mut data = [7_u8; 882];
        outlet.play(&mut data);
        assert_eq!(data, [u8::EQUILIBRIUM; 882]);
    }
}

//! From one rate to another, sample by sample: a sinc under Blackman's window, at the exact place of each sample.

use std::f32::consts::PI;

/// Samples around a place that count, when the new rate is no lower.
const TAPS: usize = 32;
/// Places between two samples for which it is worked out beforehand how much the ones around count.
const PLACES: usize = 32;
/// How much is kept of what the lower of the two rates can hold: the rest is where the filter falls off.
const KEPT: f32 = 0.9;

/// Samples at one rate that become samples at another. It delays them by half of the samples that count.
#[derive(Debug)]
pub(super) struct Resampler {
    from: u32,
    to: u32,
    taps: usize,
    /// A row for each place, and one more: see [`weights`].
    kernel: Vec<f32>,
    /// The latest samples, twice in a row, so that they stand in order wherever the oldest is.
    latest: Vec<f32>,
    oldest: usize,
    /// How far the next one is from the sample in the middle, in parts of `to`.
    phase: u32,
}

impl Resampler {
    /// From so many samples a second to so many.
    pub(super) fn new(from: u32, to: u32) -> Self {
        let (from, to) = (from.max(1), to.max(1));
        let taps = TAPS * from.div_ceil(to) as usize;
        let cutoff = KEPT * (to as f32 / from as f32).min(1.0);
        let kernel = (0..=PLACES).flat_map(|place| weights(place as f32 / PLACES as f32, taps, cutoff)).collect();
        Self { from, to, taps, kernel, latest: vec![0.0; 2 * taps], oldest: 0, phase: to }
    }

    /// The next sample; none if one is needed for it that is not there yet.
    pub(super) fn next(&mut self, mut more: impl FnMut() -> Option<f32>) -> Option<f32> {
        while self.phase >= self.to {
            let sample = more()?;
            self.latest[self.oldest] = sample;
            self.latest[self.oldest + self.taps] = sample;
            self.oldest = (self.oldest + 1) % self.taps;
            self.phase -= self.to;
        }
        let sample = self.here();
        self.phase += self.from;
        Some(sample)
    }

    /// Between the two places that it lies between.
    fn here(&self) -> f32 {
        let (to, places) = (self.to as usize, self.phase as usize * PLACES);
        let (place, rest) = (places / to, (places % to) as f32 / to as f32);
        let (before, after) = self.kernel[place * self.taps..(place + 2) * self.taps].split_at(self.taps);
        let around = &self.latest[self.oldest..self.oldest + self.taps];
        around.iter().zip(before.iter().zip(after)).map(|(sample, (a, b))| sample * (a + (b - a) * rest)).sum()
    }
}

/// How much each of the samples around a place counts that is so far behind the one in the middle, from 0 to 1.
fn weights(place: f32, taps: usize, cutoff: f32) -> Vec<f32> {
    let half = (taps / 2) as f32;
    let weight = |tap: usize| {
        let away = tap as f32 - (half - 1.0) - place;
        let turn = PI * cutoff * away;
        let sinc = if turn.abs() < 1e-6 { 1.0 } else { turn.sin() / turn };
        let window = 0.42 + 0.5 * (PI * away / half).cos() + 0.08 * (2.0 * PI * away / half).cos();
        sinc * window
    };
    let weights: Vec<f32> = (0..taps).map(weight).collect();
    // What does not change stays as it is.
    let sum: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resampled(from: u32, to: u32, hertz: f32) -> Vec<f32> {
        let mut resampler = Resampler::new(from, to);
        let wave = |at: u32| (at as f32 * hertz / from as f32 * 2.0 * PI).sin();
        let mut samples = (0..from / 2).map(wave);
        std::iter::from_fn(|| resampler.next(|| samples.next())).collect()
    }

    fn loudest(samples: &[f32]) -> f32 {
        samples[samples.len() / 4..].iter().fold(0.0, |most, sample| most.max(sample.abs()))
    }

    #[test]
    fn half_a_second_is_half_a_second() {
        for (from, to) in [(44_100, 48_000), (48_000, 44_100), (8_000, 48_000), (192_000, 48_000), (11_025, 48_000)] {
            let samples = resampled(from, to, 100.0).len();
            assert!(samples.abs_diff(to as usize / 2) <= 8, "{from} to {to}: {samples}");
        }
    }

    #[test]
    fn what_both_rates_can_hold_stays() {
        for (from, to) in [(44_100, 48_000), (48_000, 16_000), (16_000, 48_000), (96_000, 48_000)] {
            let loudest = loudest(&resampled(from, to, 3_000.0));
            assert!((loudest - 1.0).abs() < 0.02, "{from} to {to}: {loudest}");
        }
    }

    #[test]
    fn what_the_new_rate_cannot_hold_goes_instead_of_turning_into_something_else() {
        let loudest = loudest(&resampled(48_000, 16_000, 11_000.0));
        assert!(loudest < 0.01, "{loudest}");
    }

    #[test]
    fn silence_is_silence_and_what_is_steady_stays_steady() {
        let mut resampler = Resampler::new(44_100, 48_000);
        let ones: Vec<f32> = (0..500).filter_map(|_| resampler.next(|| Some(0.5))).collect();
        assert!(ones[100..].iter().all(|sample| (sample - 0.5).abs() < 1e-4), "{ones:?}");
    }
}

//! Something that sounds like speech to a program: syllables of a buzz or a hiss through the resonances of vowels, with
//! pauses between words. The same for the same seed.

use std::f64::consts::{PI, TAU};

use meetme_call::media::SAMPLE_RATE;

/// The first three resonances of some vowels, in hertz.
const VOWELS: [[f64; 3]; 5] = [
    [730.0, 1090.0, 2440.0],
    [270.0, 2290.0, 3010.0],
    [300.0, 870.0, 2240.0],
    [530.0, 1840.0, 2480.0],
    [570.0, 840.0, 2410.0],
];
/// How loud it is on the whole, as the root of the mean square.
const LOUDNESS: f64 = 0.08;

/// Numbers from −1 to 1 that follow from a seed.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn next(&mut self) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        f64::from(u32::try_from(self.0 >> 32).expect("32 bits")) / f64::from(u32::MAX) * 2.0 - 1.0
    }
}

/// So many seconds of a voice with this pitch, in hertz.
pub fn voice(seconds: usize, pitch: f64, seed: u64) -> Vec<f64> {
    let (mut chance, rate) = (Chance::new(seed), f64::from(SAMPLE_RATE));
    let length = seconds * SAMPLE_RATE as usize;
    let (mut out, mut phase, mut state) = (Vec::new(), 0.0, [[0.0; 2]; 3]);
    while out.len() < length {
        let vowel = VOWELS.iter().find(|_| chance.next() > 0.6).unwrap_or(&VOWELS[0]);
        let syllable = 0.16 + 0.08 * chance.next();
        let (hisses, pause) = (chance.next() > 0.0, if chance.next() > 0.2 { 0.35 } else { 0.03 });
        let tone = pitch * (1.0 + 0.15 * chance.next());
        let mut time = 0.0;
        while time < syllable {
            let part = time / syllable;
            time += 1.0 / rate;
            phase += tone * (1.0 + 0.1 * (TAU * part).sin()) / rate;
            let buzz = if phase >= 1.0 { 6.0 } else { 0.0 };
            phase = phase.fract();
            let source = buzz + chance.next() * if hisses && part < 0.3 { 0.25 } else { 0.01 };
            let mut sum = 0.0;
            for (resonance, (hertz, weight)) in state.iter_mut().zip(vowel.iter().zip([1.0, 0.6, 0.3])) {
                let sharp = (-PI * 80.0 / rate).exp();
                let next =
                    source + 2.0 * sharp * (TAU * hertz / rate).cos() * resonance[0] - sharp * sharp * resonance[1];
                *resonance = [next, resonance[0]];
                sum += next * weight * (1.0 - sharp);
            }
            out.push(sum * (PI * part).sin().max(0.0).sqrt());
        }
        let mut waited = 0.0;
        while waited < pause {
            waited += 1.0 / rate;
            out.push(0.0);
        }
    }
    out.truncate(length);
    let loudness = (out.iter().map(|value| value * value).sum::<f64>() / length as f64).sqrt();
    out.iter().map(|value| (value * LOUDNESS / loudness).clamp(-0.95, 0.95)).collect()
}

/// What a microphone hears of it in a small room, so many milliseconds later and at half the loudness: the sound itself, and
/// two hundred reflections that die away.
pub fn room(sound: &[f64], delay_ms: usize, seed: u64) -> Vec<f64> {
    let (mut chance, per_ms) = (Chance::new(seed), SAMPLE_RATE as usize / 1000);
    let mut paths = vec![(delay_ms * per_ms, 0.5)];
    for _ in 0..200 {
        let later = (0..150_u32).find(|_| chance.next() > 0.97).unwrap_or(150);
        let loudness = 0.18 * chance.next() * (-f64::from(later) / 40.0).exp();
        paths.push(((delay_ms + later as usize) * per_ms, loudness));
    }
    let heard =
        |at: usize| paths.iter().filter(|(later, _)| at >= *later).map(|(later, part)| part * sound[at - later]).sum();
    (0..sound.len()).map(heard).collect()
}

/// As samples.
#[expect(clippy::cast_possible_truncation, reason = "clamped to what fits")]
pub fn samples(sound: &[f64]) -> Vec<i16> {
    sound.iter().map(|value| (value.clamp(-1.0, 1.0) * 32767.0).round() as i16).collect()
}

/// How loud samples are, in decibels below the loudest.
pub fn decibels(samples: &[i16]) -> f64 {
    let power: f64 = samples.iter().map(|sample| (f64::from(*sample) / 32768.0).powi(2)).sum();
    10.0 * (power / samples.len().max(1) as f64 + 1e-12).log10()
}

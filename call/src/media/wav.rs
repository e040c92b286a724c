//! WAV: sound as it is. 16-bit samples at any usual rate, of which the channels are mixed to one.

use std::io::{ErrorKind, Read};
use std::time::Duration;

use super::{AudioFrame, AudioSource, FRAME_TIME, MediaError, SAMPLE_RATE, SAMPLES};

/// Sound of a file, as fast as it is asked for: see [`Paced`](super::paced::Paced).
pub struct Wav<R> {
    input: R,
    channels: u16,
    rate: u32,
    /// Bytes of sound that are left.
    left: u64,
    /// Two neighbouring samples, and how far between them the next one is, in parts of `SAMPLE_RATE`.
    before: i16,
    after: i16,
    phase: u32,
    frames: u32,
    ended: bool,
}

impl<R: Read + Send> Wav<R> {
    /// Reads up to where the sound begins.
    ///
    /// # Errors
    /// If it is none, or of a kind that is not read.
    pub fn open(mut input: R) -> Result<Self, MediaError> {
        let mut head = [0; 12];
        input.read_exact(&mut head).map_err(|_| bad("it is too short"))?;
        if &head[..4] != b"RIFF" || &head[8..] != b"WAVE" {
            return Err(bad("it does not begin with RIFF and WAVE"));
        }
        let mut format = None;
        loop {
            let mut chunk = [0; 8];
            input.read_exact(&mut chunk).map_err(|_| bad("it has no sound"))?;
            let size = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
            match &chunk[..4] {
                b"fmt " => format = Some(read_format(&mut input, size)?),
                b"data" => {
                    let (channels, rate) = format.ok_or_else(|| bad("the sound comes before its format"))?;
                    // A stream that could not know its length says zero, or as much as there can be.
                    let left = if size == 0 { u64::MAX } else { u64::from(size) };
                    let mut wav =
                        Self { input, channels, rate, left, before: 0, after: 0, phase: 0, frames: 0, ended: false };
                    wav.before = wav.sample()?.ok_or_else(|| bad("it has no sound"))?;
                    wav.after = wav.sample()?.unwrap_or(0);
                    return Ok(wav);
                }
                _ => skip(&mut input, u64::from(size) + u64::from(size & 1))?,
            }
        }
    }

    /// The next sample, of all channels.
    fn sample(&mut self) -> Result<Option<i16>, MediaError> {
        let mut sum = 0_i32;
        for _ in 0..self.channels {
            let mut bytes = [0; 2];
            if self.left < 2 {
                return Ok(None);
            }
            match self.input.read_exact(&mut bytes) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            self.left -= 2;
            sum += i32::from(i16::from_le_bytes(bytes));
        }
        Ok(Some(i16::try_from(sum / i32::from(self.channels)).unwrap_or(0)))
    }
}

fn read_format(input: &mut impl Read, size: u32) -> Result<(u16, u32), MediaError> {
    let mut format = [0; 16];
    input.read_exact(&mut format).map_err(|_| bad("its format is cut off"))?;
    skip(input, u64::from(size.saturating_sub(16)))?;
    let half = |at: usize| u16::from_le_bytes([format[at], format[at + 1]]);
    let rate = u32::from_le_bytes([format[4], format[5], format[6], format[7]]);
    // 1 is PCM; 0xfffe says it further on, and has 16 bits only as PCM.
    if !matches!(half(0), 1 | 0xfffe) || half(14) != 16 {
        return Err(bad("only samples of 16 bits are read"));
    }
    if !(1..=8).contains(&half(2)) || !(8_000..=192_000).contains(&rate) {
        return Err(bad("its channels or rate make no sense"));
    }
    Ok((half(2), rate))
}

fn skip(input: &mut impl Read, bytes: u64) -> Result<(), MediaError> {
    std::io::copy(&mut input.take(bytes), &mut std::io::sink())?;
    Ok(())
}

fn bad(why: &str) -> MediaError {
    MediaError::Format { what: "WAV file", why: why.to_owned() }
}

impl<R: Read + Send> AudioSource for Wav<R> {
    fn next(&mut self) -> Result<Option<AudioFrame>, MediaError> {
        if self.ended {
            return Ok(None);
        }
        let at: Duration = FRAME_TIME * self.frames;
        self.frames += 1;
        let mut samples = Vec::with_capacity(SAMPLES);
        while samples.len() < SAMPLES {
            // Between the two neighbours, by a straight line.
            let (before, after) = (i64::from(self.before), i64::from(self.after));
            let here = before + (after - before) * i64::from(self.phase) / i64::from(SAMPLE_RATE);
            samples.push(i16::try_from(here).unwrap_or(0));
            self.phase += self.rate;
            while self.phase >= SAMPLE_RATE {
                self.phase -= SAMPLE_RATE;
                self.before = self.after;
                match self.sample()? {
                    Some(sample) => self.after = sample,
                    None => {
                        self.ended = true;
                        samples.resize(SAMPLES, 0);
                    }
                }
            }
        }
        samples.truncate(SAMPLES);
        Ok(Some(AudioFrame { samples, at }))
    }
}

//! Opus (RFC 6716), both ways: mono, 48 kHz, 20 ms.

use std::panic::{AssertUnwindSafe, catch_unwind};

use opus_rs::{Application, OpusDecoder, OpusEncoder};

use crate::media::{MediaError, SAMPLE_RATE, SAMPLES};

/// What speech needs, in bits per second.
pub const BITRATE: i32 = 32_000;
/// The longest packet, in samples: 120 ms.
const LONGEST: usize = 5760;
/// The largest packet that is made.
const MAX_PACKET: usize = 1275;

/// Sound to Opus.
pub struct Encoder {
    inner: OpusEncoder,
    input: Vec<f32>,
}

impl Encoder {
    /// An encoder for speech. Packets carry what helps when the one before was lost.
    pub fn new() -> Result<Self, MediaError> {
        let mut inner =
            OpusEncoder::new(SAMPLE_RATE.cast_signed(), 1, Application::Voip).map_err(|why| failed(why.into()))?;
        inner.bitrate_bps = BITRATE;
        inner.complexity = 5;
        inner.use_inband_fec = true;
        inner.packet_loss_perc = 5;
        Ok(Self { inner, input: Vec::with_capacity(SAMPLES) })
    }

    /// Encodes 20 ms.
    pub fn encode(&mut self, samples: &[i16]) -> Result<Vec<u8>, MediaError> {
        self.input.clear();
        self.input.extend(samples.iter().map(|sample| f32::from(*sample) / 32768.0));
        let mut packet = vec![0; MAX_PACKET];
        let length = self.inner.encode(&self.input, SAMPLES, &mut packet).map_err(|why| failed(why.into()))?;
        packet.truncate(length);
        Ok(packet)
    }
}

fn failed(why: String) -> MediaError {
    MediaError::Codec(why)
}

/// Opus to sound. Total: what cannot be decoded is concealed.
pub struct Decoder {
    inner: OpusDecoder,
    output: Vec<f32>,
    /// How often it had to begin anew.
    pub restarts: u32,
}

impl Decoder {
    /// A decoder that has heard nothing.
    pub fn new() -> Result<Self, MediaError> {
        Ok(Self { inner: fresh()?, output: vec![0.0; LONGEST], restarts: 0 })
    }

    /// A packet.
    pub fn decode(&mut self, packet: &[u8], samples: &mut Vec<i16>) {
        self.run(samples, |inner, output| inner.decode(packet, LONGEST, output));
    }

    /// 20 ms in the place of a packet that was lost; the one after it may hold something of it.
    pub fn conceal(&mut self, after: Option<&[u8]>, samples: &mut Vec<i16>) {
        self.run(samples, |inner, output| match after {
            Some(packet) => inner.decode_fec(packet, SAMPLES, output),
            None => inner.decode(&[], SAMPLES, output),
        });
    }

    /// Adds what was decoded to `samples`, or 20 ms of silence.
    fn run(
        &mut self,
        samples: &mut Vec<i16>,
        decode: impl FnOnce(&mut OpusDecoder, &mut [f32]) -> Result<usize, &'static str>,
    ) {
        let Self { inner, output, .. } = self;
        match catch_unwind(AssertUnwindSafe(|| decode(inner, output))) {
            Ok(Ok(count)) if count > 0 => samples.extend(self.output.iter().take(count).map(|value| to_sample(*value))),
            Ok(_) => samples.extend([0; SAMPLES]),
            Err(_) => {
                self.restarts += 1;
                if let Ok(inner) = fresh() {
                    self.inner = inner;
                }
                samples.extend([0; SAMPLES]);
            }
        }
    }
}

fn fresh() -> Result<OpusDecoder, MediaError> {
    OpusDecoder::new(SAMPLE_RATE.cast_signed(), 1).map_err(|why| failed(why.into()))
}

#[expect(clippy::cast_possible_truncation, reason = "clamped to what fits")]
fn to_sample(value: f32) -> i16 {
    (value * 32768.0).round().clamp(-32768.0, 32767.0) as i16
}

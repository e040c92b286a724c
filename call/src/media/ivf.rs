//! IVF: encoded pictures with their times. VP8 is read; it is decoded and encoded anew as H.264 on its way out.

use std::io::{ErrorKind, Read};
use std::time::Duration;

use super::{MediaError, Size, VideoFrame, VideoSource};
use crate::codec::{DecodeVideo, vp8};

/// The largest frame.
const MAX_FRAME: usize = 4 << 20;

/// Pictures of a file, as fast as they are asked for: see [`Paced`](super::paced::Paced).
pub struct Ivf<R> {
    input: R,
    size: Size,
    /// Ticks in so many seconds.
    clock: (u32, u32),
    decoder: vp8::Decoder,
}

impl<R: Read + Send> Ivf<R> {
    /// Reads the head.
    ///
    /// # Errors
    /// If it is none, or of a kind that is not read.
    pub fn open(mut input: R) -> Result<Self, MediaError> {
        let mut head = [0; 32];
        input.read_exact(&mut head).map_err(|_| bad("it is too short"))?;
        if &head[..4] != b"DKIF" {
            return Err(bad("it does not begin with DKIF"));
        }
        if &head[8..12] != b"VP80" {
            return Err(bad("only VP8 is read"));
        }
        let side = |at: usize| usize::from(u16::from_le_bytes([head[at], head[at + 1]])) & !1;
        let size = Size::new(side(12), side(14)).ok_or_else(|| bad("its sides make no sense"))?;
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let clock = (word(16).max(1), word(20).max(1));
        Ok(Self { input, size, clock, decoder: vp8::Decoder::default() })
    }
}

fn bad(why: &str) -> MediaError {
    MediaError::Format { what: "IVF file", why: why.to_owned() }
}

impl<R: Read + Send> VideoSource for Ivf<R> {
    fn next(&mut self) -> Result<Option<VideoFrame>, MediaError> {
        loop {
            let mut head = [0; 12];
            match self.input.read_exact(&mut head) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            let (length, ticks) = head.split_at(4);
            let length = length.iter().rev().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
            let ticks = ticks.iter().rev().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
            if length > MAX_FRAME {
                return Err(bad("a frame is too large"));
            }
            let mut data = vec![0; length];
            match self.input.read_exact(&mut data) {
                Ok(()) => {}
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(None),
                Err(error) => return Err(error.into()),
            }
            let seconds = u128::from(ticks) * 1_000_000 * u128::from(self.clock.1) / u128::from(self.clock.0);
            let at = Duration::from_micros(u64::try_from(seconds).unwrap_or(u64::MAX));
            // A frame that is not shown, or spoilt, is passed over.
            if let Ok(Some(picture)) = self.decoder.decode(&data, at)
                && picture.size() == self.size
            {
                return Ok(Some(picture));
            }
        }
    }

    fn size(&self) -> Size {
        self.size
    }

    fn rate(&self) -> u32 {
        (self.clock.0 / self.clock.1).clamp(1, 60)
    }
}

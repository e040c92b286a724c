//! Y4M: pictures as they are, with a line of text before each. Only 4:2:0 with eight bits is read.

use std::io::{BufRead, Read};
use std::time::Duration;

use super::{MediaError, Size, VideoFrame, VideoSource};

/// Ways to write 4:2:0 with eight bits; they differ in where exactly colour is taken.
const KINDS: [&str; 4] = ["420", "420jpeg", "420mpeg2", "420paldv"];
/// The longest line of text.
const MAX_LINE: u64 = 1024;

/// Pictures of a stream, as fast as they are asked for: see [`Paced`](super::paced::Paced).
#[derive(Debug)]
pub struct Y4m<R> {
    input: R,
    size: Size,
    /// Pictures in so many seconds.
    rate: (u32, u32),
    number: u32,
}

impl<R: BufRead + Send> Y4m<R> {
    /// Reads the head.
    ///
    /// # Errors
    /// If it is none, or of a kind that is not read.
    pub fn open(mut input: R) -> Result<Self, MediaError> {
        let line = line(&mut input)?.ok_or_else(|| bad("it is empty"))?;
        let mut words = line.split(' ');
        if words.next() != Some("YUV4MPEG2") {
            return Err(bad("it does not begin with YUV4MPEG2"));
        }
        let (mut width, mut height, mut rate) = (None, None, (25, 1));
        for word in words {
            let Some((tag, value)) = word.split_at_checked(1) else { continue };
            match tag {
                "W" => width = value.parse().ok(),
                "H" => height = value.parse().ok(),
                "F" => rate = fraction(value).ok_or_else(|| bad("its rate makes no sense"))?,
                "C" if !KINDS.contains(&value) => return Err(bad("only 4:2:0 with eight bits is read")),
                _ => {}
            }
        }
        let size = width.zip(height).and_then(|(width, height)| Size::new(width, height));
        let size = size.ok_or_else(|| bad("its sides must be even, and at most 4096"))?;
        Ok(Self { input, size, rate, number: 0 })
    }
}

fn fraction(text: &str) -> Option<(u32, u32)> {
    let (over, under) = text.split_once(':')?;
    let (over, under): (u32, u32) = (over.parse().ok()?, under.parse().ok()?);
    (under > 0 && (1..=240).contains(&(over / under))).then_some((over, under))
}

/// A line without its end; none at the end of the input.
fn line(input: &mut impl BufRead) -> Result<Option<String>, MediaError> {
    let mut line = Vec::new();
    input.take(MAX_LINE).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        return Err(bad("a line does not end"));
    }
    String::from_utf8(line).map(Some).map_err(|_| bad("a line is no text"))
}

fn bad(why: &str) -> MediaError {
    MediaError::Format { what: "Y4M file", why: why.to_owned() }
}

impl<R: BufRead + Send> VideoSource for Y4m<R> {
    fn next(&mut self) -> Result<Option<VideoFrame>, MediaError> {
        match line(&mut self.input)? {
            None => return Ok(None),
            Some(line) if line.starts_with("FRAME") => {}
            Some(_) => return Err(bad("a picture does not begin with FRAME")),
        }
        let mut data = vec![0; self.size.bytes()];
        match self.input.read_exact(&mut data) {
            Ok(()) => {}
            // Cut off in the middle of the last picture.
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let (over, under) = self.rate;
        let at = Duration::from_micros(u64::from(self.number) * 1_000_000 * u64::from(under) / u64::from(over));
        self.number += 1;
        Ok(VideoFrame::new(self.size, data, at))
    }

    fn size(&self) -> Size {
        self.size
    }

    fn rate(&self) -> u32 {
        self.rate.0.div_ceil(self.rate.1)
    }
}

//! Pictures and sound on their way into a call and out of it: what they are, where they come from, where they go.
//!
//! Sources and sinks run on threads of their own. A source blocks until there is something; a sink that is slow loses
//! what it had no time for, and never holds up the call.

pub mod card;
pub mod devices;
pub mod echo;
pub mod ffmpeg;
pub mod ivf;
pub mod mkv;
#[cfg(feature = "cpal")]
pub mod native;
pub mod news;
pub mod paced;
pub mod pulse;
mod queue;
pub mod sound;
pub mod source;
pub mod tone;
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
pub mod v4l2;
pub mod wav;
pub mod y4m;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

/// Samples in a second of sound.
pub const SAMPLE_RATE: u32 = 48_000;
/// Samples in a frame of sound: 20 ms.
pub const SAMPLES: usize = 960;
/// How long a frame of sound is.
pub const FRAME_TIME: Duration = Duration::from_millis(20);
/// The longest side of a picture.
pub const MAX_SIDE: usize = 4096;

/// Width and height in pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
pub struct Size {
    /// Even.
    pub width: usize,
    /// Even.
    pub height: usize,
}

impl Size {
    /// None unless both sides are even, from 2 to [`MAX_SIDE`].
    pub fn new(width: usize, height: usize) -> Option<Self> {
        let fits = |side: usize| (2..=MAX_SIDE).contains(&side) && side.is_multiple_of(2);
        (fits(width) && fits(height)).then_some(Self { width, height })
    }

    /// Bytes of a picture.
    pub fn bytes(self) -> usize {
        self.width * self.height * 3 / 2
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

/// A picture: I420, that is a plane of brightness and two of colour with half the width and height, without gaps.
#[derive(Clone, PartialEq, Eq)]
pub struct VideoFrame {
    size: Size,
    data: Arc<[u8]>,
    /// When it was taken, by its source's clock (what was received: by the sender's).
    pub at: Duration,
}

impl VideoFrame {
    /// A picture of these bytes; none unless there are as many as the size needs.
    pub fn new(size: Size, data: impl Into<Arc<[u8]>>, at: Duration) -> Option<Self> {
        let data = data.into();
        (data.len() == size.bytes()).then_some(Self { size, data, at })
    }

    /// Its size.
    pub fn size(&self) -> Size {
        self.size
    }

    /// Brightness, row by row.
    pub fn y(&self) -> &[u8] {
        &self.data[..self.size.width * self.size.height]
    }

    /// Blueness, half as wide and high.
    pub fn u(&self) -> &[u8] {
        let whole = self.size.width * self.size.height;
        &self.data[whole..whole + whole / 4]
    }

    /// Redness, half as wide and high.
    pub fn v(&self) -> &[u8] {
        let whole = self.size.width * self.size.height;
        &self.data[whole + whole / 4..]
    }

    /// The three planes behind one another.
    pub fn data(&self) -> &[u8] {
        &self.data
    }
}

impl fmt::Debug for VideoFrame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VideoFrame({} at {:?})", self.size, self.at)
    }
}

/// 20 ms of sound: [`SAMPLES`] samples, mono, 48 kHz.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AudioFrame {
    /// Exactly [`SAMPLES`] of them.
    pub samples: Vec<i16>,
    /// When it was taken, by its source's clock.
    pub at: Duration,
}

impl AudioFrame {
    /// Nothing to hear.
    pub fn silence(at: Duration) -> Self {
        Self { samples: vec![0; SAMPLES], at }
    }

    /// How loud it is: the root of the mean square, from 0 to 1.
    pub fn loudness(&self) -> f64 {
        let squares: f64 = self.samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
        (squares / self.samples.len().max(1) as f64).sqrt() / f64::from(i16::MAX)
    }
}

/// Where pictures come from.
pub trait VideoSource: Send {
    /// The next picture. Blocks until it is there; none when there are no more.
    fn next(&mut self) -> Result<Option<VideoFrame>, MediaError>;
    /// The size of the pictures.
    fn size(&self) -> Size;
    /// Pictures in a second, about.
    fn rate(&self) -> u32;
}

/// Where sound comes from.
pub trait AudioSource: Send {
    /// The next 20 ms. Blocks until they are there; none when there are no more.
    fn next(&mut self) -> Result<Option<AudioFrame>, MediaError>;
}

/// Where pictures go.
pub trait VideoSink: Send {
    /// Takes a picture.
    fn show(&mut self, frame: &VideoFrame);
}

/// Where sound goes.
pub trait AudioSink: Send {
    /// Takes the next 20 ms. Called every 20 ms, with silence where nothing came.
    fn play(&mut self, frame: &AudioFrame);
}

/// Looks at nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoScreen;

impl VideoSink for NoScreen {
    fn show(&mut self, _frame: &VideoFrame) {}
}

/// Listens to nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoSpeaker;

impl AudioSink for NoSpeaker {
    fn play(&mut self, _frame: &AudioFrame) {}
}

/// What one end shows and hears, and where what comes goes.
pub struct Media {
    /// Pictures to send; none sends none.
    pub camera: Option<Box<dyn VideoSource>>,
    /// Sound to send; none sends silence.
    pub microphone: Option<Box<dyn AudioSource>>,
    /// The other's pictures.
    pub screen: Box<dyn VideoSink>,
    /// The other's sound.
    pub speaker: Box<dyn AudioSink>,
    /// One's own pictures, as the camera gave them.
    pub own: Option<Box<dyn VideoSink>>,
    /// What came, as it came.
    pub record: Option<mkv::Recorder>,
}

/// Why a source or a recording is of no use.
#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    /// A file cannot be opened.
    #[error("cannot open {path}")]
    Open {
        /// As it was named.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A recording cannot be written.
    #[error("cannot record to {path}")]
    Record {
        /// As it was named.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// What was named is not there.
    #[error("there is no {kind} `{name}`{}", instead(there))]
    NoSuch {
        /// Camera, microphone or speaker.
        kind: &'static str,
        /// As it was named.
        name: String,
        /// What there is.
        there: Vec<String>,
    },
    /// There is no sound server.
    #[error("no sound: neither PulseAudio nor PipeWire runs here")]
    NoServer,
    /// A sound server or a device does not do as it is asked.
    #[error("no sound: {0}")]
    Sound(String),
    /// A file or device could not be read on.
    #[error("cannot read on")]
    Read(#[from] std::io::Error),
    /// A file cannot be sent.
    #[error("cannot send {path}")]
    Unfit {
        /// As it was named.
        path: String,
        /// Why.
        source: Box<MediaError>,
    },
    /// The bytes are not what they are taken for.
    #[error("this is no {what} that can be played: {why}")]
    Format {
        /// What they were taken for.
        what: &'static str,
        /// In words.
        why: String,
    },
    /// Another program is needed for this.
    #[error("{program} is needed for {path}, and is not installed")]
    Program {
        /// Its name.
        program: &'static str,
        /// For what.
        path: String,
    },
    /// A codec would not do it.
    #[error("the codec failed: {0}")]
    Codec(String),
}

/// What could have been named.
fn instead(there: &[String]) -> String {
    if there.is_empty() { ", and no other".to_owned() } else { format!("; there is {}", there.join(", ")) }
}

//! What is sent, as it is named on a command line: the test card, nothing, or a file.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::card::TestCard;
use super::ivf::Ivf;
use super::mkv::Recorder;
use super::paced::Paced;
use super::tone::Tone;
use super::wav::Wav;
use super::y4m::Y4m;
use super::{AudioSource, Media, MediaError, NoScreen, NoSpeaker, Size, VideoFrame, VideoSource, ffmpeg};

/// The tone that goes with the test card.
const HERTZ: f64 = 440.0;

/// What is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// The test card and a tone: `card`, `card:1280x720`, `card:640x360@30`.
    Card {
        /// Of the picture.
        size: Size,
        /// Pictures a second.
        rate: u32,
    },
    /// No picture, and silence: `none`.
    None,
    /// A file.
    File(PathBuf),
}

impl Default for Source {
    fn default() -> Self {
        Self::Card { size: Size { width: 640, height: 360 }, rate: 30 }
    }
}

/// The words name no source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a test card is `card` or like `card:640x360@30`, from 192x144 to 1920x1080, both even, and from 1 to 60 pictures a second"
)]
pub struct NoSource;

impl FromStr for Source {
    type Err = NoSource;

    fn from_str(text: &str) -> Result<Self, NoSource> {
        match text {
            "card" => return Ok(Self::default()),
            "none" => return Ok(Self::None),
            _ => {}
        }
        let Some(wanted) = text.strip_prefix("card:") else { return Ok(Self::File(PathBuf::from(text))) };
        let (size, rate) = wanted.split_once('@').unwrap_or((wanted, "30"));
        let (width, height) = size.split_once('x').ok_or(NoSource)?;
        let side = |text: &str| text.parse::<usize>().map_err(|_| NoSource);
        let size = Size::new(side(width)?, side(height)?).ok_or(NoSource)?;
        let rate = rate.parse().map_err(|_| NoSource)?;
        let fits = (192..=1920).contains(&size.width) && (144..=1080).contains(&size.height);
        if !fits || !(1..=60).contains(&rate) {
            return Err(NoSource);
        }
        Ok(Self::Card { size, rate })
    }
}

/// Pictures, if there are any.
type Pictures = Option<Box<dyn VideoSource>>;
/// Sound, if there is any.
type Sound = Option<Box<dyn AudioSource>>;

impl Source {
    /// Opens it, at the pace of time.
    ///
    /// # Errors
    /// If a file cannot be read, or is of a kind that cannot.
    pub fn open(&self) -> Result<(Pictures, Sound), MediaError> {
        match self {
            Self::Card { size, rate } => Ok((
                Some(Box::new(Paced::new(TestCard::new(*size, *rate)))),
                Some(Box::new(Paced::new(Tone::new(HERTZ)))),
            )),
            Self::None => Ok((None, None)),
            Self::File(path) => open_file(path).map_err(|error| match error {
                // These name it themselves.
                MediaError::Open { .. } | MediaError::Program { .. } => error,
                error => MediaError::Unfit { path: path.display().to_string(), source: Box::new(error) },
            }),
        }
    }

    /// Whether it could be opened. What can be read only once, such as a pipe, is not looked into.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn look(&self) -> Result<(), MediaError> {
        match self {
            Self::File(path) if path.exists() && !path.is_file() && !path.is_dir() => Ok(()),
            Self::File(_) => self.open().map(drop),
            Self::Card { .. } | Self::None => Ok(()),
        }
    }
}

fn open_file(path: &Path) -> Result<(Pictures, Sound), MediaError> {
    let file = File::open(path).map_err(|source| MediaError::Open { path: path.display().to_string(), source })?;
    let input = BufReader::with_capacity(1 << 20, file);
    let kind = path.extension().and_then(|kind| kind.to_str()).unwrap_or_default().to_ascii_lowercase();
    match kind.as_str() {
        "y4m" => Ok((Some(film(Y4m::open(input)?)?), None)),
        "ivf" => Ok((Some(film(Ivf::open(input)?)?), None)),
        "wav" => Ok((None, Some(Box::new(Paced::new(Wav::open(input)?))))),
        _ => match (ffmpeg::video(path).and_then(film), ffmpeg::audio(path)) {
            (Err(error @ MediaError::Program { .. }), _) => Err(error),
            (Err(_), Err(_)) => Err(MediaError::Format {
                what: "file",
                why: "ffmpeg finds neither pictures nor sound in it".to_owned(),
            }),
            (video, audio) => {
                Ok((video.ok(), audio.ok().map(|audio| Box::new(Paced::new(audio)) as Box<dyn AudioSource>)))
            }
        },
    }
}

/// Pictures of a file that has at least one, at the pace of time.
fn film(mut rest: impl VideoSource + 'static) -> Result<Box<dyn VideoSource>, MediaError> {
    let none = || MediaError::Format { what: "film", why: "there is no whole picture in it".to_owned() };
    let first = rest.next()?.ok_or_else(none)?;
    Ok(Box::new(Paced::new(Film { first: Some(first), rest })))
}

/// A film whose first picture has been read.
struct Film<S> {
    first: Option<VideoFrame>,
    rest: S,
}

impl<S: VideoSource> VideoSource for Film<S> {
    fn next(&mut self) -> Result<Option<VideoFrame>, MediaError> {
        self.first.take().map_or_else(|| self.rest.next(), |first| Ok(Some(first)))
    }

    fn size(&self) -> Size {
        self.rest.size()
    }

    fn rate(&self) -> u32 {
        self.rest.rate()
    }
}

impl Media {
    /// Sends a source, shows and plays nothing, and records what comes.
    ///
    /// # Errors
    /// If the source cannot be read or the recording not be written.
    pub fn headless(source: &Source, record: Option<&Path>) -> Result<Self, MediaError> {
        let (camera, microphone) = source.open()?;
        let record = record.map(Recorder::create).transpose()?;
        Ok(Self { camera, microphone, screen: Box::new(NoScreen), speaker: Box::new(NoSpeaker), own: None, record })
    }
}

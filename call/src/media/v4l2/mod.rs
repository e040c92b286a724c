//! Cameras, by Video4Linux: YUYV and MJPEG, in buffers that the driver fills.

pub mod convert;
pub mod device;
mod huffman;

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use device::{Argument, Device, Opened, Request};

use super::{MAX_SIDE, MediaError, Size, VideoFrame, VideoSource};
use crate::clock::Clock;

/// Buffers that the driver may fill ahead. What was filled while nobody looked is old: the newest is taken.
const BUFFERS: u32 = 4;
/// A camera that gives nothing for so long is gone.
const PATIENCE: Duration = Duration::from_secs(5);
/// Damaged pictures in a row after which there is no more hope.
const MOST_DAMAGED: u32 = 60;
/// How many cameras are looked for.
const MOST_CAMERAS: u32 = 64;

const CAPTURE: u32 = 1;
const MMAP: u32 = 1;
const CAN_CAPTURE: u32 = 1;
const CAN_STREAM: u32 = 1 << 26;
const HAS_DEVICE_CAPS: u32 = 1 << 31;
const FLAG_ERROR: u32 = 0x40;
const FIELD_NONE: u32 = 1;

/// How pictures come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Raw.
    Yuyv,
    /// A JPEG each.
    Mjpeg,
}

/// A camera that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its device file.
    pub path: PathBuf,
    /// What it calls itself.
    pub name: String,
}

/// A camera that is on.
pub struct Camera<D: Device = Opened> {
    device: D,
    format: Format,
    size: Size,
    stride: usize,
    rate: u32,
    clock: Clock,
    damaged: u32,
}

impl Format {
    const ALL: [Self; 2] = [Self::Yuyv, Self::Mjpeg];

    fn code(self) -> u32 {
        u32::from_le_bytes(match self {
            Self::Yuyv => *b"YUYV",
            Self::Mjpeg => *b"MJPG",
        })
    }
}

/// Every camera of this machine, by the number of its device file.
pub fn list() -> Vec<Found> {
    let path = |number: u32| PathBuf::from(format!("/dev/video{number}"));
    let found = |path: PathBuf| Some(Found { name: name(&Opened::open(&path).ok()?).ok()?, path });
    (0..MOST_CAMERAS).map(path).filter(|path| path.exists()).filter_map(found).collect()
}

/// What a camera calls itself; an error if it is none.
pub fn name(device: &impl Device) -> Result<String, MediaError> {
    let mut answer = Argument::of(Request::QUERYCAP);
    device.ask(Request::QUERYCAP, &mut answer)?;
    let (all, own) = (answer.number(84), answer.number(88));
    // A device with several files says what this one can do apart from what all of them can.
    let can = if all & HAS_DEVICE_CAPS == 0 { all } else { own };
    if can & CAN_CAPTURE == 0 || can & CAN_STREAM == 0 {
        return Err(none("it gives no pictures"));
    }
    Ok(answer.words(16, 32))
}

impl Camera {
    /// Switches a camera on.
    pub fn open(path: &Path, wish: Size, rate: u32, clock: Clock) -> Result<Self, MediaError> {
        let open = |source| MediaError::Open { path: path.display().to_string(), source };
        Self::start(Opened::open(path).map_err(open)?, wish, rate, clock)
    }
}

impl<D: Device> Camera<D> {
    /// Switches a camera on with the size and rate that come nearest.
    pub fn start(mut device: D, wish: Size, rate: u32, clock: Clock) -> Result<Self, MediaError> {
        name(&device)?;
        let format = choose(&formats(&device)?, wish)?;
        let (size, stride) = set_format(&device, format, wish)?;
        let rate = set_rate(&device, rate);
        queue_all(&mut device)?;
        device.ask(Request::STREAMON, &mut Argument::of(Request::STREAMON).with(0, CAPTURE))?;
        Ok(Self { device, format, size, stride, rate, clock, damaged: 0 })
    }

    /// How pictures come.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The newest filled buffer: its number and how many bytes are in it. None: none is filled.
    fn newest(&self) -> io::Result<Option<(u32, usize, bool)>> {
        let mut newest = None;
        loop {
            let mut buffer = buffer(Request::DQBUF);
            match self.device.ask(Request::DQBUF, &mut buffer) {
                Ok(()) => {
                    if let Some((older, _, _)) = newest {
                        self.queue(older)?;
                    }
                    let length = usize::try_from(buffer.number(8)).unwrap_or(0);
                    newest = Some((buffer.number(0), length, buffer.number(12) & FLAG_ERROR != 0));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(newest),
                Err(error) => return Err(error),
            }
        }
    }

    fn queue(&self, index: u32) -> io::Result<()> {
        self.device.ask(Request::QBUF, &mut buffer(Request::QBUF).with(0, index))
    }

    fn picture(&self, index: u32, length: usize) -> Result<VideoFrame, MediaError> {
        let at = self.clock.now();
        let whole = usize::try_from(index).ok().and_then(|index| self.device.buffer(index));
        let bytes = whole.and_then(|whole| whole.get(..length)).ok_or_else(|| none("a buffer is missing"))?;
        match self.format {
            Format::Yuyv => convert::yuyv(bytes, self.size, self.stride, at),
            Format::Mjpeg => convert::jpeg(bytes, at),
        }
    }
}

impl<D: Device> VideoSource for Camera<D> {
    fn next(&mut self) -> Result<Option<VideoFrame>, MediaError> {
        loop {
            if !self.device.wait(PATIENCE)? {
                return Err(none("the camera gives no pictures"));
            }
            let Some((index, length, damaged)) = self.newest()? else { continue };
            let picture = if damaged { Err(none("the picture is damaged")) } else { self.picture(index, length) };
            self.queue(index)?;
            match picture {
                Ok(picture) if picture.size() == self.size => {
                    self.damaged = 0;
                    return Ok(Some(picture));
                }
                // Cameras begin with half pictures now and then, and a cable may hiccup.
                Ok(_) | Err(_) if self.damaged < MOST_DAMAGED => self.damaged += 1,
                Ok(_) => return Err(none("the camera changes the size of its pictures")),
                Err(error) => return Err(error),
            }
        }
    }

    fn size(&self) -> Size {
        self.size
    }

    fn rate(&self) -> u32 {
        self.rate
    }
}

impl<D: Device> Drop for Camera<D> {
    fn drop(&mut self) {
        let _ = self.device.ask(Request::STREAMOFF, &mut Argument::of(Request::STREAMOFF).with(0, CAPTURE));
    }
}

fn formats(device: &impl Device) -> Result<Vec<Format>, MediaError> {
    let mut formats = Vec::new();
    for index in 0..64 {
        let mut answer = Argument::of(Request::ENUM_FMT).with(0, index).with(4, CAPTURE);
        match device.ask(Request::ENUM_FMT, &mut answer) {
            Ok(()) => formats.extend(Format::ALL.into_iter().find(|format| format.code() == answer.number(44))),
            // The end of the list.
            Err(error) if error.raw_os_error() == Some(libc::EINVAL) => break,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(formats)
}

/// Raw pictures cost nothing to read, but more than VGA of them do not fit through USB 2 thirty times a second.
fn choose(formats: &[Format], wish: Size) -> Result<Format, MediaError> {
    let first = if wish.width * wish.height > 640 * 480 { Format::Mjpeg } else { Format::Yuyv };
    let one = formats.iter().find(|format| **format == first).or_else(|| formats.first());
    one.copied().ok_or_else(|| none("it gives neither YUYV nor MJPEG"))
}

fn set_format(device: &impl Device, format: Format, wish: Size) -> Result<(Size, usize), MediaError> {
    let number = |side: usize| u32::try_from(side.min(MAX_SIDE)).expect("sides are small");
    let mut answer = Argument::of(Request::S_FMT).with(0, CAPTURE).with(8, number(wish.width));
    answer = answer.with(12, number(wish.height)).with(16, format.code()).with(20, FIELD_NONE);
    device.ask(Request::S_FMT, &mut answer)?;
    if answer.number(16) != format.code() {
        return Err(none("it does not keep to the formats that it lists"));
    }
    let side = |at: usize| usize::try_from(answer.number(at)).unwrap_or(usize::MAX);
    let size = Size::new(side(8), side(12)).ok_or_else(|| none("the sides of its pictures are not even"))?;
    Ok((size, side(24).max(2 * size.width)))
}

/// Not every camera can be asked for a rate: what it says counts, else what was wished for.
fn set_rate(device: &impl Device, rate: u32) -> u32 {
    let mut answer = Argument::of(Request::S_PARM).with(0, CAPTURE).with(12, 1).with(16, rate);
    match device.ask(Request::S_PARM, &mut answer) {
        Ok(()) if answer.number(12) > 0 && answer.number(16) > 0 => {
            answer.number(16).div_ceil(answer.number(12)).clamp(1, 120)
        }
        _ => rate,
    }
}

fn queue_all(device: &mut impl Device) -> Result<(), MediaError> {
    let mut answer = Argument::of(Request::REQBUFS).with(0, BUFFERS).with(4, CAPTURE).with(8, MMAP);
    device.ask(Request::REQBUFS, &mut answer)?;
    let count = answer.number(0);
    if count < 2 {
        return Err(none("it has no room for pictures"));
    }
    for index in 0..count {
        let mut answer = buffer(Request::QUERYBUF).with(0, index);
        device.ask(Request::QUERYBUF, &mut answer)?;
        device.map(answer.number(64), usize::try_from(answer.number(72)).unwrap_or(0))?;
        device.ask(Request::QBUF, &mut buffer(Request::QBUF).with(0, index))?;
    }
    Ok(())
}

fn buffer(request: Request) -> Argument {
    Argument::of(request).with(4, CAPTURE).with(60, MMAP)
}

fn none(why: &str) -> MediaError {
    MediaError::Format { what: "camera", why: why.to_owned() }
}

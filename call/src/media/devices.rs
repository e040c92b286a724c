//! Which camera, microphone and speaker a call uses, as they are named on a command line.

use std::convert::Infallible;
use std::path::PathBuf;
use std::str::FromStr;

use super::pulse::{Microphone, Server, Speaker};
use super::source::{NoSource, Source};
use super::{AudioSink, AudioSource, MediaError, NoSpeaker, Size, VideoSource};
use crate::clock::Clock;

/// What a camera is asked for.
const PICTURE: Size = Size { width: 640, height: 360 };
const RATE: u32 = 30;

/// Where pictures come from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CameraChoice {
    /// The first camera that works, else the test card.
    #[default]
    Auto,
    /// None: no pictures are sent.
    None,
    /// A test card.
    Card(Source),
    /// This one, by its device file or its number.
    Device(PathBuf),
}

/// Where sound comes from or goes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum SoundChoice {
    /// What the system uses, else silence.
    #[default]
    Auto,
    /// Silence.
    None,
    /// This one, by its name.
    Named(String),
}

/// Something that was opened, and what it is, for people.
pub struct Opened<T: ?Sized> {
    /// None: nothing is sent.
    pub device: Option<Box<T>>,
    /// In words.
    pub what: String,
}

impl FromStr for CameraChoice {
    type Err = NoSource;

    fn from_str(text: &str) -> Result<Self, NoSource> {
        Ok(match text {
            "auto" => Self::Auto,
            "none" => Self::None,
            card if card == "card" || card.starts_with("card:") => Self::Card(card.parse()?),
            number if number.parse::<u8>().is_ok() => Self::Device(PathBuf::from(format!("/dev/video{number}"))),
            path => Self::Device(PathBuf::from(path)),
        })
    }
}

impl FromStr for SoundChoice {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(match text {
            "auto" => Self::Auto,
            "none" => Self::None,
            name => Self::Named(name.to_owned()),
        })
    }
}

impl CameraChoice {
    /// Switches it on.
    ///
    /// # Errors
    /// If it was named and does not work.
    pub fn open(&self, clock: Clock) -> Result<Opened<dyn VideoSource>, MediaError> {
        let card = |source: &Source, why: &str| {
            let (device, _) = source.open()?;
            Ok(Opened { device, what: format!("the test card{why}") })
        };
        match self {
            Self::None => Ok(Opened { device: None, what: "none".to_owned() }),
            Self::Card(source) => card(source, ""),
            Self::Device(path) => open_camera(path, clock),
            Self::Auto => match first_camera(clock) {
                Some(camera) => Ok(camera),
                None => card(&Source::default(), ", as there is no camera"),
            },
        }
    }
}

impl SoundChoice {
    /// Switches a microphone on.
    ///
    /// # Errors
    /// If it was named and does not work.
    pub fn open_microphone(&self, server: Server, clock: Clock) -> Result<Opened<dyn AudioSource>, MediaError> {
        let on = |microphone: Microphone, what: String| Opened {
            device: Some(Box::new(microphone) as Box<dyn AudioSource>),
            what,
        };
        match self {
            Self::None => Ok(Opened { device: None, what: "none".to_owned() }),
            Self::Named(name) => Microphone::open(server, Some(name), clock).map(|opened| on(opened, name.clone())),
            Self::Auto => Ok(match Microphone::open(server, None, clock) {
                Ok(microphone) => on(microphone, "the system's".to_owned()),
                Err(_) => Opened { device: None, what: "silence, as there is no sound server".to_owned() },
            }),
        }
    }

    /// Switches a speaker on.
    ///
    /// # Errors
    /// If it was named and does not work.
    pub fn open_speaker(&self, server: Server) -> Result<Opened<dyn AudioSink>, MediaError> {
        let on = |sink: Box<dyn AudioSink>, what: &str| Opened { device: Some(sink), what: what.to_owned() };
        match self {
            Self::None => Ok(on(Box::new(NoSpeaker), "none")),
            Self::Named(name) => Ok(on(Box::new(Speaker::open(server, Some(name))?), name)),
            Self::Auto => Ok(match Speaker::open(server, None) {
                Ok(speaker) => on(Box::new(speaker), "the system's"),
                Err(_) => on(Box::new(NoSpeaker), "none, as there is no sound server"),
            }),
        }
    }
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn open_camera(path: &std::path::Path, clock: Clock) -> Result<Opened<dyn VideoSource>, MediaError> {
    let camera = super::v4l2::Camera::open(path, PICTURE, RATE, clock)?;
    let what = format!("{}, {} at {} a second", path.display(), camera.size(), camera.rate());
    Ok(Opened { device: Some(Box::new(camera)), what })
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn first_camera(clock: Clock) -> Option<Opened<dyn VideoSource>> {
    super::v4l2::list().into_iter().find_map(|found| open_camera(&found.path, clock).ok())
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn open_camera(path: &std::path::Path, _clock: Clock) -> Result<Opened<dyn VideoSource>, MediaError> {
    let why = format!("{} cannot be read on this system; `--source` sends files", path.display());
    let _ = (PICTURE, RATE);
    Err(MediaError::Format { what: "camera", why })
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn first_camera(_clock: Clock) -> Option<Opened<dyn VideoSource>> {
    None
}

/// Every device, a line each, and whether it works: for `meetme call --check`.
pub fn report(clock: Clock) -> Vec<String> {
    let mut lines = cameras(clock);
    match super::pulse::list(Server::Usual) {
        Err(error) => lines.push(format!("sound: none ({error}); the call is silent")),
        Ok(devices) => {
            for (kind, devices) in [("microphone", &devices.microphones), ("speaker", &devices.speakers)] {
                lines.extend(devices.iter().map(|device| {
                    let chosen = if device.is_default { ", used unless another is named" } else { "" };
                    format!("{kind}: {} ({}{chosen})", device.name, device.description)
                }));
                if devices.is_empty() {
                    lines.push(format!("{kind}: none"));
                }
            }
            lines.push(match SoundChoice::Auto.open_microphone(Server::Usual, clock) {
                Ok(Opened { device: Some(mut microphone), .. }) => match loudest(&mut *microphone) {
                    Some(loudness) if loudness > 0.0005 => format!("the microphone hears something ({loudness:.4})"),
                    Some(_) => "the microphone hears nothing: is it muted?".to_owned(),
                    None => "the microphone gives nothing".to_owned(),
                },
                _ => "the microphone cannot be opened".to_owned(),
            });
        }
    }
    lines
}

/// How loud the loudest of half a second was.
fn loudest(microphone: &mut dyn AudioSource) -> Option<f64> {
    (0..25).filter_map(|_| microphone.next().ok().flatten()).map(|frame| frame.loudness()).reduce(f64::max)
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn cameras(clock: Clock) -> Vec<String> {
    let found = super::v4l2::list();
    if found.is_empty() {
        return vec!["camera: none; the test card is sent".to_owned()];
    }
    let line = |found: super::v4l2::Found| {
        let works = super::v4l2::Camera::open(&found.path, PICTURE, RATE, clock)
            .and_then(|mut camera| camera.next().map(|_| format!("{} at {} a second", camera.size(), camera.rate())))
            .unwrap_or_else(|error| format!("does not work: {error}"));
        format!("camera: {} ({}; {works})", found.path.display(), found.name)
    };
    found.into_iter().map(line).collect()
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn cameras(_clock: Clock) -> Vec<String> {
    vec!["camera: none that this system's version can read; the test card is sent".to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_camera_is_named_by_its_file_its_number_or_not_at_all() {
        let read = |text: &str| text.parse::<CameraChoice>();
        assert_eq!(read("auto"), Ok(CameraChoice::Auto));
        assert_eq!(read("2"), Ok(CameraChoice::Device("/dev/video2".into())));
        assert_eq!(read("/dev/video0"), Ok(CameraChoice::Device("/dev/video0".into())));
        assert!(matches!(read("card:320x180"), Ok(CameraChoice::Card(_))));
        assert!(read("card:1x1").is_err());
    }

    #[test]
    fn a_device_that_was_named_must_work_and_others_need_not() {
        let clock = Clock::start();
        let nowhere = || Server::At("/no/such/socket".into());
        assert!(CameraChoice::Device("/no/such/camera".into()).open(clock).is_err());
        assert!(CameraChoice::None.open(clock).is_ok_and(|opened| opened.device.is_none()));
        assert!(SoundChoice::Named("x".into()).open_microphone(nowhere(), clock).is_err());
        let silent = SoundChoice::Auto.open_microphone(nowhere(), clock).unwrap();
        assert_eq!((silent.device.is_none(), silent.what.as_str()), (true, "silence, as there is no sound server"));
        assert!(SoundChoice::Auto.open_speaker(nowhere()).unwrap().device.is_some());
    }
}

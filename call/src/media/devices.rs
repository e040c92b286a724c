//! Which camera, microphone and speaker a call uses, as they are named on a command line.

use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use super::news::News;
use super::sound::{Device, Sound};
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
    /// This one, by its device file or its number; or the pictures of a file.
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
    /// This one, by its name, or by a part of it that no other has.
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
            Self::Device(path) if path.is_file() => open_file(path),
            Self::Device(path) => open_camera(path, clock),
            Self::Auto => match first_camera(clock) {
                Some(camera) => Ok(camera),
                None => card(&Source::default(), ", as there is no camera"),
            },
        }
    }
}

impl SoundChoice {
    /// Switches a microphone on. What becomes of it is told.
    ///
    /// # Errors
    /// If it was named and does not work.
    pub fn open_microphone(
        &self,
        sound: &Sound,
        clock: Clock,
        news: &News,
    ) -> Result<Opened<dyn AudioSource>, MediaError> {
        let on = |device, what| Opened { device: Some(device), what };
        match self {
            Self::None => Ok(Opened { device: None, what: "none".to_owned() }),
            Self::Named(name) => {
                let name = named("microphone", name, &sound.list()?.microphones)?;
                sound.microphone(Some(&name), clock, news).map(|microphone| on(microphone, name))
            }
            Self::Auto => Ok(match sound.microphone(None, clock, news) {
                Ok(microphone) => on(microphone, "the system's".to_owned()),
                Err(error) => Opened { device: None, what: format!("silence, as {}", for_want_of(&error)) },
            }),
        }
    }

    /// Switches a speaker on. What becomes of it is told.
    ///
    /// # Errors
    /// If it was named and does not work.
    pub fn open_speaker(&self, sound: &Sound, news: &News) -> Result<Opened<dyn AudioSink>, MediaError> {
        let on = |device, what| Opened { device: Some(device), what };
        match self {
            Self::None => Ok(on(Box::new(NoSpeaker) as _, "none".to_owned())),
            Self::Named(name) => {
                let name = named("speaker", name, &sound.list()?.speakers)?;
                sound.speaker(Some(&name), news).map(|speaker| on(speaker, name))
            }
            Self::Auto => Ok(match sound.speaker(None, news) {
                Ok(speaker) => on(speaker, "the system's".to_owned()),
                Err(error) => on(Box::new(NoSpeaker) as _, format!("none, as {}", for_want_of(&error))),
            }),
        }
    }
}

fn for_want_of(error: &MediaError) -> &'static str {
    match error {
        MediaError::NoServer => "there is no sound server",
        _ => "it cannot be switched on",
    }
}

/// Whether everything that is named is there, and a file that is named can be played. Switches nothing on.
///
/// # Errors
/// For the first that is not: what there is instead.
pub fn look(
    camera: &CameraChoice,
    microphone: &SoundChoice,
    speaker: &SoundChoice,
    sound: &Sound,
) -> Result<(), MediaError> {
    match camera {
        CameraChoice::Device(path) if path.is_file() => drop(open_file(path)?),
        CameraChoice::Device(path) if !path.exists() => {
            return Err(MediaError::NoSuch { kind: "camera", name: path.display().to_string(), there: camera_names() });
        }
        _ => {}
    }
    let named_ones = [("microphone", microphone), ("speaker", speaker)];
    if named_ones.iter().all(|(_, choice)| !matches!(choice, SoundChoice::Named(_))) {
        return Ok(());
    }
    let there = sound.list()?;
    for ((kind, choice), there) in named_ones.into_iter().zip([&there.microphones, &there.speakers]) {
        if let SoundChoice::Named(name) = choice {
            named(kind, name, there)?;
        }
    }
    Ok(())
}

/// The name of the device that is meant: its own name, or a part of that or of its description that no other has.
fn named(kind: &'static str, name: &str, there: &[Device]) -> Result<String, MediaError> {
    if let Some(device) = there.iter().find(|device| device.name == name) {
        return Ok(device.name.clone());
    }
    let part = name.to_lowercase();
    let has = |words: &str| words.to_lowercase().contains(&part);
    let mut meant = there.iter().filter(|device| has(&device.name) || has(&device.description));
    match (meant.next(), meant.next()) {
        (Some(device), None) => Ok(device.name.clone()),
        _ => {
            let shown = |device: &Device| format!("`{}` ({})", device.name, device.description);
            Err(MediaError::NoSuch { kind, name: name.to_owned(), there: there.iter().map(shown).collect() })
        }
    }
}

fn open_file(path: &Path) -> Result<Opened<dyn VideoSource>, MediaError> {
    let (pictures, _) = Source::File(path.to_owned()).open()?;
    let Some(device) = pictures else {
        let source = MediaError::Format { what: "film", why: "there are no pictures in it".to_owned() };
        return Err(MediaError::Unfit { path: path.display().to_string(), source: Box::new(source) });
    };
    Ok(Opened { device: Some(device), what: format!("the file {}", path.display()) })
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn open_camera(path: &Path, clock: Clock) -> Result<Opened<dyn VideoSource>, MediaError> {
    let camera = super::v4l2::Camera::open(path, PICTURE, RATE, clock)?;
    let what = format!("{}, {} at {} a second", path.display(), camera.size(), camera.rate());
    Ok(Opened { device: Some(Box::new(camera)), what })
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn first_camera(clock: Clock) -> Option<Opened<dyn VideoSource>> {
    super::v4l2::list().into_iter().find_map(|found| open_camera(&found.path, clock).ok())
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn open_camera(path: &Path, _clock: Clock) -> Result<Opened<dyn VideoSource>, MediaError> {
    let why = format!("{} cannot be read on this system; `--source` sends files", path.display());
    let _ = (PICTURE, RATE);
    Err(MediaError::Format { what: "camera", why })
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn first_camera(_clock: Clock) -> Option<Opened<dyn VideoSource>> {
    None
}

/// A device that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looked {
    /// Camera, microphone, speaker, or sound altogether.
    pub what: &'static str,
    /// Whether it does what it is for. A call without it is a call.
    pub works: bool,
    /// In words.
    pub how: String,
}

/// Every device, and whether it works: for `meetme call --check`.
pub fn report(sound: &Sound, clock: Clock) -> Vec<Looked> {
    let mut all = cameras(clock);
    let mut add = |what, works, how| all.push(Looked { what, works, how });
    let devices = match sound.list() {
        Ok(devices) => devices,
        Err(error) => {
            add("sound", false, format!("{error}: one is neither heard nor hears"));
            return all;
        }
    };
    if !devices.served {
        add("sound", true, "no sound server runs here: the devices are the system's own".to_owned());
    }
    for (kind, devices) in [("microphone", &devices.microphones), ("speaker", &devices.speakers)] {
        for device in devices {
            let chosen = if device.is_default { ", used unless another is named" } else { "" };
            add(kind, true, format!("{} ({}{chosen})", device.name, device.description));
        }
        if devices.is_empty() {
            add(kind, false, "there is none".to_owned());
        }
    }
    let tried = sound.microphone(None, clock, &News::default());
    let (works, how) = match tried.ok().and_then(|mut microphone| loudest(&mut *microphone)) {
        Some(loudness) if loudness > 0.0005 => (true, format!("something is heard, {:.0} dB", 20.0 * loudness.log10())),
        Some(_) => (false, "nothing is heard: is it muted?".to_owned()),
        None => (false, "it cannot be switched on".to_owned()),
    };
    add("microphone", works, how);
    if let Err(error) = sound.speaker(None, &News::default()) {
        add("speaker", false, format!("it cannot be switched on: {error}"));
    }
    all
}

/// How loud the loudest of half a second was.
fn loudest(microphone: &mut dyn AudioSource) -> Option<f64> {
    (0..25).filter_map(|_| microphone.next().ok().flatten()).map(|frame| frame.loudness()).reduce(f64::max)
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn camera_names() -> Vec<String> {
    super::v4l2::list().iter().map(|found| format!("`{}` ({})", found.path.display(), found.name)).collect()
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn camera_names() -> Vec<String> {
    Vec::new()
}

#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
fn cameras(clock: Clock) -> Vec<Looked> {
    let found = super::v4l2::list();
    if found.is_empty() {
        return vec![Looked { what: "camera", works: false, how: "there is none: the test card is sent".to_owned() }];
    }
    let looked = |found: super::v4l2::Found| {
        let tried = super::v4l2::Camera::open(&found.path, PICTURE, RATE, clock)
            .and_then(|mut camera| camera.next().map(|_| format!("{} at {} a second", camera.size(), camera.rate())));
        let (works, how) = match tried {
            Ok(how) => (true, how),
            Err(error) => (false, format!("does not work: {error}")),
        };
        Looked { what: "camera", works, how: format!("{} ({}; {how})", found.path.display(), found.name) }
    };
    found.into_iter().map(looked).collect()
}

#[cfg(not(all(target_os = "linux", target_pointer_width = "64")))]
fn cameras(_clock: Clock) -> Vec<Looked> {
    let how = "none that this system's version can read: the test card is sent".to_owned();
    vec![Looked { what: "camera", works: false, how }]
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
        let (nowhere, news) = (Sound::Server("/no/such/socket".into()), News::default());
        assert!(CameraChoice::Device("/no/such/camera".into()).open(clock).is_err());
        assert!(CameraChoice::None.open(clock).is_ok_and(|opened| opened.device.is_none()));
        assert!(SoundChoice::Named("x".into()).open_microphone(&nowhere, clock, &news).is_err());
        let silent = SoundChoice::Auto.open_microphone(&nowhere, clock, &news).unwrap();
        assert_eq!((silent.device.is_none(), silent.what.as_str()), (true, "silence, as there is no sound server"));
        assert!(SoundChoice::Auto.open_speaker(&nowhere, &news).unwrap().device.is_some());
    }

    fn device(name: &str, description: &str) -> Device {
        Device { name: name.into(), description: description.into(), is_default: false }
    }

    #[test]
    fn a_device_is_meant_by_its_name_or_by_a_part_that_no_other_has() {
        let there = [
            device("alsa_input.usb", "Headset"),
            device("alsa_input.pci", "Built-in Audio"),
            device("alsa", "Everything"),
        ];
        let meant = |name: &str| named("microphone", name, &there);
        assert_eq!(meant("headset").unwrap(), "alsa_input.usb");
        assert_eq!(meant("PCI").unwrap(), "alsa_input.pci");
        assert_eq!(meant("alsa").unwrap(), "alsa", "its whole name, though others have it in theirs");
        assert!(meant("alsa_input").is_err(), "which of the two?");
        let error = named("speaker", "tv", &there[..1]).unwrap_err().to_string();
        assert_eq!(error, "there is no speaker `tv`; there is `alsa_input.usb` (Headset)");
        let error = named("speaker", "tv", &[]).unwrap_err().to_string();
        assert_eq!(error, "there is no speaker `tv`, and no other");
    }

    #[test]
    fn what_is_named_and_not_there_is_found_out_without_switching_anything_on() {
        let camera = CameraChoice::Device("/no/such/camera".into());
        let nowhere = Sound::Server("/no/such/socket".into());
        let usual = SoundChoice::Auto;
        let look =
            |camera: &CameraChoice, microphone| look(camera, microphone, &usual, &nowhere).map_err(|e| e.to_string());
        assert!(look(&camera, &usual).unwrap_err().starts_with("there is no camera `/no/such/camera`"));
        assert_eq!(look(&CameraChoice::Auto, &usual), Ok(()));
        let error = look(&CameraChoice::None, &SoundChoice::Named("x".into())).unwrap_err();
        assert_eq!(error, "no sound: neither PulseAudio nor PipeWire runs here");
    }
}

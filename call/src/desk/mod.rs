//! Where somebody sits in a call: what the call tells goes to their screen or their lines, what they want goes to the call.

mod front;
mod kept;
mod seat;

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::config::Config;
use crate::event::{Ended, Event};
use crate::handle::{Handle, Quality};
use crate::link::Link;
use crate::media::devices::{self, CameraChoice, SoundChoice};
use crate::media::mkv::{Blank, Recorder};
use crate::media::news::News;
use crate::media::sound::Sound;
use crate::media::source::Source;
use crate::media::{Media, MediaError, NoScreen, NoSpeaker, VideoSink, echo};
use crate::talk::files::Files;
use crate::view::TerminalError;
use crate::view::detect::Wish;
use crate::view::scene::Scene;
use crate::{CallError, run};
use front::Front;
use seat::{Desk, word};

/// Events that may wait to be shown.
const EVENTS: usize = 256;
/// How long the end of a call may take when somebody wants to be gone.
const GOODBYE: Duration = Duration::from_secs(3);

/// Who meets whom.
#[derive(Debug, Clone, Default)]
pub struct Meeting {
    /// Who sits here.
    pub me: String,
    /// Whom they meet.
    pub peer: String,
    /// What about.
    pub title: String,
}

/// How somebody wants to sit.
pub struct Wishes {
    /// What is sent instead of camera and microphone.
    pub source: Option<Source>,
    /// Where pictures come from.
    pub camera: CameraChoice,
    /// Where sound comes from.
    pub microphone: SoundChoice,
    /// Where sound goes.
    pub speaker: SoundChoice,
    /// Whose microphones and speakers are meant.
    pub sound: Sound,
    /// Whether echo and noise are taken out of what the microphone hears.
    pub clean: bool,
    /// The file in which what comes is recorded from the beginning.
    pub record: Option<PathBuf>,
    /// What a recording is called that is begun later.
    pub recording: String,
    /// The directory in which recordings and files that are taken are kept.
    pub keep: PathBuf,
    /// Done when the other arrives.
    pub arrival: Option<Box<dyn FnMut() + Send>>,
    /// How the call is shown.
    pub look: Look,
}

/// How a call is shown.
pub enum Look {
    /// On the terminal.
    Screen(Wish),
    /// As lines that are written here; commands are lines of standard input.
    Lines(Box<dyn Write + Send>),
}

/// Why nobody could sit down.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// A device or a file is of no use.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// There is no such directory.
    #[error("nothing can be kept in {path}")]
    Keep {
        /// As it was named.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The terminal is of no use.
    #[error(transparent)]
    Terminal(#[from] TerminalError),
    /// The call could not begin.
    #[error(transparent)]
    Call(#[from] CallError),
    /// The system would not do it.
    #[error("cannot follow signals")]
    Signals(#[from] io::Error),
}

/// Everything that a call needs here, switched on.
pub struct Ready {
    clock: Clock,
    devices: Devices,
    record: Recorder,
    /// None: it has been begun.
    blank: Option<Blank>,
    recording: String,
    keep: PathBuf,
    arrival: Option<Box<dyn FnMut() + Send>>,
    look: Look,
}

impl Wishes {
    /// Whether everything that is named is there, and can be played. Switches nothing on, and writes nothing.
    ///
    /// # Errors
    /// For the first that is not.
    pub fn look(&self) -> Result<(), DeskError> {
        self.source.as_ref().map_or(Ok(()), Source::look)?;
        devices::look(&self.camera, &self.microphone, &self.speaker, &self.sound)?;
        is_directory(&self.keep)?;
        match self.record.as_ref().and_then(|file| file.parent()) {
            Some(dir) if !dir.as_os_str().is_empty() => is_directory(dir),
            _ => Ok(()),
        }
    }

    /// Switches everything on.
    ///
    /// # Errors
    /// If a device or a file is of no use.
    pub fn ready(self) -> Result<Ready, DeskError> {
        let clock = Clock::start();
        let Self { source, camera, microphone, speaker, sound, clean, record, recording, keep, arrival, look } = self;
        let devices = open(source, &camera, &microphone, &speaker, &sound, clean, clock)?;
        let (record, blank) = match record {
            Some(path) => (Recorder::create(&path)?, None),
            None => {
                let (record, blank) = Recorder::blank();
                (record, Some(blank))
            }
        };
        Ok(Ready { clock, devices, record, blank, recording, keep, arrival, look })
    }
}

fn is_directory(path: &Path) -> Result<(), DeskError> {
    let failed = |source| DeskError::Keep { path: path.display().to_string(), source };
    let found = std::fs::metadata(path).map_err(failed)?;
    if found.is_dir() { Ok(()) } else { Err(failed(io::ErrorKind::NotADirectory.into())) }
}

/// Sits through a call, to its end.
///
/// SIGTERM, SIGHUP and SIGINT hang up; a second one does not wait for the other end to hear it. Whatever ends it, the
/// terminal is as it was before.
///
/// # Errors
/// Only before the call begins.
pub async fn attend(config: Config, meeting: Meeting, ready: Ready, link: Link) -> Result<Ended, DeskError> {
    let mut signals = Signals::new()?;
    let Ready { clock, devices: mut media, record, blank, recording, keep, arrival, look } = ready;
    let scene = Scene {
        peer: meeting.peer.clone(),
        me: meeting.me,
        title: meeting.title,
        state: "joining".to_owned(),
        recording: blank.is_none(),
        quality: word(Quality::default()).to_owned(),
        ..Scene::default()
    };
    let (front, mut wanted) = Front::open(scene, look, clock)?;
    for note in &media.notes {
        front.change(|scene, now| scene.note(note, now));
    }
    let (screen, own) = front.sinks();
    let switched_on = Media {
        camera: media.camera.take(),
        microphone: media.microphone.take(),
        speaker: media.speaker.take().unwrap_or_else(|| Box::new(NoSpeaker)),
        screen,
        own,
        record: Some(record),
    };
    let (handle, commands) = Handle::new();
    handle.record(blank.is_none());
    let (events, mut heard) = mpsc::channel(EVENTS);
    let mut running = tokio::spawn(run(config, switched_on, link, commands, events));
    let mut desk = Desk {
        front,
        handle,
        files: Files::default(),
        keep,
        arrival,
        blank,
        recording,
        quality: Quality::default(),
        peer_is_here: false,
        pictures: 0,
    };
    let ended = loop {
        tokio::select! {
            ended = &mut running => break ended,
            Some(event) = heard.recv() => desk.event(event),
            Some(what) = media.told.recv() => desk.event(Event::Notice { what }),
            command = wanted.recv() => match command {
                Some(command) => desk.command(command).await,
                // The terminal is gone.
                None => {
                    desk.handle.hang_up();
                    break leave(running).await;
                }
            },
            () = signals.one() => {
                desk.handle.hang_up();
                // The terminal is put right first: whoever sends a signal may not wait.
                let Desk { front, .. } = desk;
                drop(front);
                tokio::select! {
                    ended = leave(running) => return finished(ended),
                    () = signals.one() => return finished(Ok(Ok(gone()))),
                }
            }
        }
    };
    drop(desk);
    finished(ended)
}

type Run = Result<Result<Ended, CallError>, tokio::task::JoinError>;

/// Waits for the end of a call that was told to end, but not for ever.
async fn leave(mut running: tokio::task::JoinHandle<Result<Ended, CallError>>) -> Run {
    match tokio::time::timeout(GOODBYE, &mut running).await {
        Ok(ended) => ended,
        Err(_) => {
            running.abort();
            Ok(Ok(gone()))
        }
    }
}

fn gone() -> Ended {
    Ended { reason: crate::EndedWhy::HungUp, totals: crate::Totals::default() }
}

fn finished(run: Run) -> Result<Ended, DeskError> {
    match run {
        Ok(ended) => Ok(ended?),
        Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
        Err(_) => Ok(gone()),
    }
}

/// What was opened, and what there is to know about it.
struct Devices {
    camera: Option<Box<dyn crate::media::VideoSource>>,
    microphone: Option<Box<dyn crate::media::AudioSource>>,
    speaker: Option<Box<dyn crate::media::AudioSink>>,
    notes: Vec<String>,
    /// What becomes of them.
    told: mpsc::Receiver<String>,
}

fn open(
    source: Option<Source>,
    camera: &CameraChoice,
    microphone: &SoundChoice,
    speaker: &SoundChoice,
    sound: &Sound,
    clean: bool,
    clock: Clock,
) -> Result<Devices, MediaError> {
    let (news, told) = News::channel();
    let mut devices = Devices { camera: None, microphone: None, speaker: None, notes: Vec::new(), told };
    if let Some(source) = source {
        (devices.camera, devices.microphone) = source.open()?;
    } else {
        let camera = camera.open(clock)?;
        let microphone = microphone.open_microphone(sound, clock, &news)?;
        devices.notes.push(format!("camera: {}", camera.what));
        let cleaned = if clean && microphone.device.is_some() { ", without echo and noise" } else { "" };
        devices.notes.push(format!("microphone: {}{cleaned}", microphone.what));
        (devices.camera, devices.microphone) = (camera.device, microphone.device);
    }
    let is_file = devices.notes.is_empty();
    let speaker = speaker.open_speaker(sound, &news)?;
    devices.notes.push(format!("speaker: {}", speaker.what));
    devices.speaker = speaker.device;
    if clean
        && !is_file
        && let Some(microphone) = devices.microphone.take()
    {
        let speaker = devices.speaker.take().unwrap_or_else(|| Box::new(NoSpeaker));
        let (microphone, speaker) = echo::between(microphone, speaker);
        devices.microphone = Some(Box::new(microphone));
        devices.speaker = Some(Box::new(speaker));
    }
    Ok(devices)
}

/// The signals that end a call.
struct Signals {
    signals: [tokio::signal::unix::Signal; 3],
}

impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let signals =
            [signal(SignalKind::terminate())?, signal(SignalKind::hangup())?, signal(SignalKind::interrupt())?];
        Ok(Self { signals })
    }

    async fn one(&mut self) {
        let [terminate, hangup, interrupt] = &mut self.signals;
        tokio::select! {
            _ = terminate.recv() => {}
            _ = hangup.recv() => {}
            _ = interrupt.recv() => {}
        }
    }
}

/// Nothing to show pictures on.
fn blind() -> (Box<dyn VideoSink>, Option<Box<dyn VideoSink>>) {
    (Box::new(NoScreen), None)
}

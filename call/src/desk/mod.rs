//! Where somebody sits in a call: what the call tells goes to their screen or their lines, what they want goes to the call.

mod front;
mod kept;
mod seat;

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::config::Config;
use crate::event::Ended;
use crate::handle::{Handle, Quality};
use crate::link::Link;
use crate::media::devices::{CameraChoice, SoundChoice};
use crate::media::mkv::Recorder;
use crate::media::pulse::Server;
use crate::media::source::Source;
use crate::media::{Media, MediaError, NoScreen, VideoSink};
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
    /// Which sound server is used.
    pub server: Server,
    /// The file in which what comes is recorded.
    pub record: Option<PathBuf>,
    /// The directory in which files that are taken are kept.
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

/// Sits through a call, to its end.
///
/// SIGTERM, SIGHUP and SIGINT hang up; a second one does not wait for the other end to hear it. Whatever ends it, the
/// terminal is as it was before.
///
/// # Errors
/// Only before the call begins.
pub async fn attend(config: Config, meeting: Meeting, wishes: Wishes, link: Link) -> Result<Ended, DeskError> {
    let clock = Clock::start();
    let mut signals = Signals::new()?;
    let Wishes { source, camera, microphone, speaker, server, record, keep, arrival, look } = wishes;
    let mut media = open(source, &camera, &microphone, &speaker, &server, clock)?;
    let recorder = record.as_deref().map(Recorder::create).transpose()?;
    let can_record = recorder.is_some();
    let scene = Scene {
        peer: meeting.peer.clone(),
        me: meeting.me,
        title: meeting.title,
        state: "joining".to_owned(),
        recording: can_record,
        quality: word(Quality::default()).to_owned(),
        ..Scene::default()
    };
    let (front, mut wanted) = Front::open(scene, look, clock)?;
    for note in &media.notes {
        front.change(|scene, now| scene.note(note, now));
    }
    let (screen, own) = front.sinks();
    let media = Media {
        camera: media.camera.take(),
        microphone: media.microphone.take(),
        speaker: media.speaker.take().unwrap_or_else(|| Box::new(crate::media::NoSpeaker)),
        screen,
        own,
        record: recorder,
    };
    let (handle, commands) = Handle::new();
    let (events, mut heard) = mpsc::channel(EVENTS);
    let mut running = tokio::spawn(run(config, media, link, commands, events));
    let mut desk = Desk {
        front,
        handle,
        files: Files::default(),
        keep,
        arrival,
        can_record,
        quality: Quality::default(),
        peer_is_here: false,
        pictures: 0,
    };
    let ended = loop {
        tokio::select! {
            ended = &mut running => break ended,
            Some(event) = heard.recv() => desk.event(event),
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
#[derive(Default)]
struct Devices {
    camera: Option<Box<dyn crate::media::VideoSource>>,
    microphone: Option<Box<dyn crate::media::AudioSource>>,
    speaker: Option<Box<dyn crate::media::AudioSink>>,
    notes: Vec<String>,
}

fn open(
    source: Option<Source>,
    camera: &CameraChoice,
    microphone: &SoundChoice,
    speaker: &SoundChoice,
    server: &Server,
    clock: Clock,
) -> Result<Devices, MediaError> {
    let mut devices = Devices::default();
    if let Some(source) = source {
        (devices.camera, devices.microphone) = source.open()?;
    } else {
        let camera = camera.open(clock)?;
        let microphone = microphone.open_microphone(server.clone(), clock)?;
        devices.notes.push(format!("camera: {}", camera.what));
        devices.notes.push(format!("microphone: {}", microphone.what));
        (devices.camera, devices.microphone) = (camera.device, microphone.device);
    }
    let speaker = speaker.open_speaker(server.clone())?;
    devices.notes.push(format!("speaker: {}", speaker.what));
    devices.speaker = speaker.device;
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

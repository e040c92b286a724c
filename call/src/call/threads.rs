//! The threads of a call's media.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use tokio::sync::mpsc;

use super::CallError;
use crate::event::Event;
use crate::media::mkv::Recorder;
use crate::media::paced::Paced;
use crate::media::tone::Tone;
use crate::media::{Media, MediaError};
use crate::peer::{Ports, Told};
use crate::pipeline::screen::Screen;
use crate::pipeline::{Outgoing, Shared, audio_in, audio_out, thread, video_in, video_out};

/// Packets that wait for the thread that puts them together.
const PACKETS: usize = 1024;

/// What a thread does with what it shares with the run.
type Work = Box<dyn FnOnce(&Arc<Shared>) -> Result<(), MediaError> + Send>;

/// Starts one for each kind of media and direction. They end when the run says so in `shared`.
pub(super) fn start(
    media: Media,
    shared: &Arc<Shared>,
    outgoing: mpsc::Sender<Outgoing>,
    events: &mpsc::Sender<Event>,
    told: mpsc::Sender<Told>,
) -> Result<Ports, CallError> {
    let (video, video_from) = sync_channel(PACKETS);
    let (audio, audio_from) = sync_channel(PACKETS);
    let Media { camera, microphone, screen, speaker, own, record } = media;
    let record = record.map(Recorder::start).transpose()?;
    let screen = Screen::start(screen)?;
    let own = own.map(Screen::start).transpose()?;
    let work = |name: &'static str, work: Work| {
        let (shared, events) = (Arc::clone(shared), events.clone());
        thread(name, move || {
            if let Err(error) = work(&shared) {
                stopped(&events, name, Err(error));
            }
        })
    };
    if let Some(camera) = camera {
        let (outgoing, events) = (outgoing.clone(), events.clone());
        let run = move |shared: &Arc<Shared>| {
            video_out::run(camera, shared, own.as_ref(), &outgoing)?;
            if !shared.stopped() {
                stopped(&events, "camera", Ok(()));
            }
            Ok(())
        };
        work("camera", Box::new(run))?;
    }
    let microphone = microphone.unwrap_or_else(|| Box::new(Paced::new(Tone::silence())));
    let heard = events.clone();
    let ended = move |how| stopped(&heard, "microphone", how);
    work("microphone", Box::new(move |shared| audio_out::run(microphone, shared, &outgoing, ended)))?;
    let (heard, recorded) = (events.clone(), record.clone());
    work("pictures", Box::new(move |shared| video_in::run(&video_from, shared, &screen, recorded.as_ref(), &heard)))?;
    let heard = events.clone();
    work("sound", Box::new(move |shared| audio_in::run(&audio_from, shared, speaker, record.as_ref(), &heard)))?;
    Ok(Ports { told, video, audio })
}

/// Tells that nothing comes from somewhere any more, and why.
fn stopped(events: &mpsc::Sender<Event>, name: &str, ended: Result<(), MediaError>) {
    let why = ended.map_or_else(|error| chain(&error), |()| "that was all".to_owned());
    let _ = events.try_send(Event::Notice { what: format!("{name} stopped: {why}") });
}

/// An error with what led to it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

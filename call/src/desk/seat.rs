//! What happens at the desk while a call runs: what it tells is shown, what is wanted is done.

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::front::Front;
use super::kept;
use crate::event::{Event, StateName, Stats};
use crate::handle::{Channel, Handle, Quality};
use crate::media::mkv::Blank;
use crate::session::Route;
use crate::talk::chat;
use crate::talk::files::{Act, Files, MOST_BYTES, Note};
use crate::view::command::{Command, Switch};
use crate::view::plain;
use crate::view::scene::Figures;

/// What happens at the desk while the call runs.
pub struct Desk {
    /// What is looked at.
    pub front: Front,
    /// The call.
    pub handle: Handle,
    /// What is handed over.
    pub files: Files,
    /// The directory in which files that are taken are kept.
    pub keep: PathBuf,
    /// Done when the other arrives.
    pub arrival: Option<Box<dyn FnMut() + Send>>,
    /// A recording that can still be begun.
    pub blank: Option<Blank>,
    /// What it is called.
    pub recording: String,
    /// What was asked for last.
    pub quality: Quality,
    /// Whether the other is there.
    pub peer_is_here: bool,
    /// Pictures decoded when it was counted last.
    pub pictures: u64,
}

impl Desk {
    fn note(&self, words: &str) {
        self.front.change(|scene, now| scene.note(words, now));
    }

    /// Shows what the call tells.
    pub fn event(&mut self, event: Event) {
        match event {
            Event::State { state, route, .. } => {
                let words = self.state_in_words(state, route, &event);
                self.front.change(|scene, now| {
                    scene.state = words;
                    if state == StateName::Connected {
                        scene.connected.get_or_insert(now);
                    }
                });
            }
            Event::Peer { here, .. } => {
                if here && !self.peer_is_here {
                    self.front.ring();
                    if let Some(arrival) = &mut self.arrival {
                        arrival();
                    }
                }
                self.peer_is_here = here;
                self.note(&event.to_string());
                if !here {
                    let acts = self.files.reset();
                    self.act(acts);
                }
            }
            Event::PeerRecords { on, .. } => self.front.change(|scene, _| scene.peer_records = on),
            Event::Phrase { words } => self.front.change(|scene, _| scene.phrase = Some(words.to_string())),
            Event::FirstPicture { width, height, .. } => self.front.change(|scene, _| {
                scene.figures.get_or_insert_default().size = Some((width, height));
            }),
            Event::Stats(stats) => self.figures(&stats),
            Event::Message { channel: Channel::Chat, data } => {
                if let Some(words) = chat::words(&data) {
                    self.front.change(|scene, now| {
                        let peer = scene.peer.clone();
                        scene.said(&peer, &words, now);
                    });
                }
            }
            Event::Message { channel: Channel::Files, data } => {
                let acts = self.files.receive(&data);
                self.act(acts);
            }
            Event::Relay { .. } | Event::Notice { .. } => self.note(&event.to_string()),
            Event::FirstSound { .. } | Event::Ended(_) => {}
        }
    }

    fn state_in_words(&self, state: StateName, route: Option<Route>, event: &Event) -> String {
        match (state, route) {
            (StateName::Waiting, _) => self.front.change(|scene, _| format!("waiting for {}", scene.peer)),
            (StateName::Connected, Some(Route::Relayed)) => "connected, relayed".to_owned(),
            (StateName::Connected, _) => "connected, direct".to_owned(),
            _ => event.to_string(),
        }
    }

    fn figures(&mut self, stats: &Stats) {
        let decoded = stats.totals.frames_decoded;
        let pictures = u32::try_from(decoded.saturating_sub(self.pictures)).unwrap_or(u32::MAX);
        self.pictures = decoded;
        self.front.change(|scene, _| {
            let size = scene.figures.and_then(|figures| figures.size);
            scene.figures = Some(Figures { pictures, size, ..figures_of(stats) });
        });
    }

    /// Does what is wanted.
    pub async fn command(&mut self, command: Command) {
        match command {
            Command::Microphone(switch) => {
                let muted = self.front.change(|scene, _| {
                    scene.muted = !switch.of(!scene.muted);
                    scene.muted
                });
                self.handle.mute(muted);
            }
            Command::Camera(switch) => {
                let on = self.front.change(|scene, _| {
                    scene.unseen = !switch.of(!scene.unseen);
                    !scene.unseen
                });
                self.handle.camera(on);
            }
            Command::Record(switch) => self.record(switch),
            Command::Own(switch) => {
                self.front.change(|scene, _| scene.without_own = !switch.of(!scene.without_own));
            }
            Command::Quality(wanted) => {
                self.quality = wanted.unwrap_or_else(|| next(self.quality));
                self.handle.quality(self.quality);
                let word = word(self.quality);
                self.front.change(|scene, now| {
                    word.clone_into(&mut scene.quality);
                    scene.note(&format!("quality: {word}"), now);
                });
            }
            Command::Say(words) => self.say(&words),
            Command::Send(path) => self.offer(&path).await,
            Command::Take(take) => {
                self.front.change(|scene, _| scene.offer = None);
                let acts = self.files.answer(take);
                self.act(acts);
            }
            Command::HangUp => {
                self.front.change(|scene, _| "hanging up".clone_into(&mut scene.state));
                self.handle.hang_up();
            }
            Command::Status => self.front.tell(plain::status),
            Command::Help => self.front.tell(|_, _| plain::help()),
            Command::Redraw => {}
            Command::Wrong(error) => self.note(&error.to_string()),
        }
    }

    fn record(&mut self, switch: Switch) {
        let on = switch.of(self.front.change(|scene, _| scene.recording));
        if on && let Some(blank) = self.blank.take() {
            match kept::create(&self.keep, &self.recording) {
                Ok((path, file)) => {
                    blank.begin(file);
                    self.note(&format!("it is recorded to {}", path.display()));
                }
                Err(error) => {
                    self.blank = Some(blank);
                    return self.note(&format!("it cannot be recorded in {}: {error}", self.keep.display()));
                }
            }
        }
        self.front.change(|scene, _| scene.recording = on);
        self.handle.record(on);
    }

    fn say(&self, words: &str) {
        let Some(message) = chat::message(words) else { return };
        if !self.peer_is_here {
            return self.note("nobody is there to read it");
        }
        if !self.handle.send(Channel::Chat, message) {
            return self.note("that was not sent: too much waits already");
        }
        self.front.change(|scene, now| {
            let me = scene.me.clone();
            scene.said(&me, words, now);
        });
    }

    async fn offer(&mut self, path: &Path) {
        if !self.peer_is_here {
            return self.note("nobody is there to take it");
        }
        let content = match kept::read(path, MOST_BYTES).await {
            Ok(content) => content,
            Err(error) => return self.note(&format!("{}: {error}", path.display())),
        };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match self.files.offer(&name, content) {
            Ok(acts) => {
                self.note(&format!("{name} is offered"));
                self.act(acts);
            }
            Err(error) => self.note(&error.to_string()),
        }
    }

    fn act(&mut self, acts: Vec<Act>) {
        for act in acts {
            match act {
                Act::Send(message) => {
                    // The window keeps what waits far below what may.
                    if !self.handle.send(Channel::Files, message) {
                        self.note("part of a file was not sent: too much waits already");
                    }
                }
                Act::Tell(Note::Offered { name, size }) => {
                    self.front.ring();
                    let offer = Note::Offered { name, size }.to_string();
                    self.front.change(|scene, _| scene.offer = Some(offer));
                }
                Act::Tell(note) => self.front.change(|scene, now| {
                    if note == Note::Withdrawn {
                        scene.offer = None;
                    }
                    scene.note(&note.to_string(), now);
                }),
                Act::Keep { name, content } => match kept::keep(&self.keep, &name, &content) {
                    Ok(path) => self.note(&format!("{name} has arrived: {}", path.display())),
                    Err(error) => self.note(&format!("{name} has arrived and cannot be kept: {error}")),
                },
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both are clamped to what fits")]
fn figures_of(stats: &Stats) -> Figures {
    let kilobits = |bits: u64| u32::try_from(bits / 1000).unwrap_or(u32::MAX);
    Figures {
        rtt: stats.rtt_ms.map(|rtt| Duration::from_secs_f64(rtt.clamp(0.0, 60_000.0) / 1000.0)),
        lost_permille: (stats.loss.unwrap_or(0.0).clamp(0.0, 1.0) * 1000.0) as u32,
        kbit_in: kilobits(stats.received_bits_per_second),
        kbit_out: kilobits(stats.sent_bits_per_second),
        ..Figures::default()
    }
}

/// A quality in a word, as it is typed.
pub fn word(quality: Quality) -> &'static str {
    match quality {
        Quality::Best => "best",
        Quality::Saving => "saving",
        Quality::Least => "least",
    }
}

fn next(quality: Quality) -> Quality {
    match quality {
        Quality::Best => Quality::Saving,
        Quality::Saving => Quality::Least,
        Quality::Least => Quality::Best,
    }
}

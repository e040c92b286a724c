//! Runs a call: a session, its connection and the threads of its media, until it is over.
//!
//! Here is what happens to it; [`act`] does what the session wants done, and [`threads`] are those of the media.

mod act;
mod threads;

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use meetme_core::api::FromClient;
use tokio::sync::mpsc;

use self::act::Help;
use crate::clock::Clock;
use crate::config::Config;
use crate::event::{Ended, Event, Totals};
use crate::handle::{Command, Commands};
use crate::link::{FromLink, Link};
use crate::media::Media;
use crate::peer::{Certificate, Feedback, Op, Path, Peer, Ports, Told, Ways};
use crate::phrase::Ends;
use crate::pipeline::{OUTGOING, Outgoing, Shared};
use crate::rate::Rate;
use crate::session::{EndedWhy, Input, Route, Session, State, TransportId};
use crate::talk::state;

/// Things that connections tell and that wait for the run.
const TOLD: usize = 1024;
const SECOND: Duration = Duration::from_secs(1);

/// A call could not even begin.
#[derive(Debug, thiserror::Error)]
pub enum CallError {
    /// No key could be made for this end.
    #[error("cannot make a key for the call: {0}")]
    Key(String),
    /// The system has no more threads.
    #[error("cannot start a thread")]
    Thread(#[from] std::io::Error),
}

/// Runs until the call is over for this side, and says why it is.
///
/// `events` gets what is worth telling; what it has no room for is dropped.
///
/// # Errors
/// Only before it begins.
pub async fn run(
    config: Config,
    media: Media,
    link: Link,
    commands: Commands,
    events: mpsc::Sender<Event>,
) -> Result<Ended, CallError> {
    let certificate = Certificate::generate().map_err(|error| CallError::Key(error.to_string()))?;
    let ways = Ways { relay_only: config.relay_only, loopback_only: config.loopback_only, certificate };
    let clock = Clock::start();
    let shared = Arc::new(Shared::new(clock));
    let size = media.camera.as_ref().map(|camera| (camera.size(), camera.rate()));
    let rate =
        size.map(|(size, rate)| Rate::new(size, rate.min(config.video.max_rate), config.video.max_bits_per_second));
    let (told_to_run, told) = mpsc::channel(TOLD);
    let (outgoing, frames) = mpsc::channel(OUTGOING);
    let has_recorder = media.record.is_some();
    let ports = threads::start(media, &shared, outgoing, &events, told_to_run)?;
    let call = Call {
        session: Session::new(config.patience),
        config,
        shared: Arc::clone(&shared),
        clock,
        ways,
        ports,
        peer: None,
        rate,
        events,
        link: Some(link.outgoing),
        has_recorder,
        told_recording: None,
        peer_records: false,
        both_there: None,
        connecting: None,
        help: Help::Unneeded,
        path: None,
        comparing: None,
        loss: None,
        last: Totals::default(),
        extra: Totals::default(),
    };
    let ended = call.run(link.incoming, commands, told, frames).await;
    shared.stop.store(true, Relaxed);
    Ok(ended)
}

struct Call {
    config: Config,
    session: Session,
    shared: Arc<Shared>,
    clock: Clock,
    ways: Ways,
    ports: Ports,
    peer: Option<Peer>,
    rate: Option<Rate>,
    events: mpsc::Sender<Event>,
    link: Option<mpsc::Sender<FromClient>>,
    has_recorder: bool,
    /// What the partner was told of that over the connection there is.
    told_recording: Option<bool>,
    /// What the partner told of theirs.
    peer_records: bool,
    both_there: Option<Duration>,
    /// Since when a path is looked for, while that is so.
    connecting: Option<Duration>,
    help: Help,
    path: Option<Path>,
    /// The ends whose words are being worked out, or were.
    comparing: Option<Ends>,
    loss: Option<f64>,
    /// What had been counted a second ago.
    last: Totals,
    /// What the run itself counts.
    extra: Totals,
}

impl Call {
    async fn run(
        mut self,
        mut incoming: mpsc::Receiver<FromLink>,
        commands: Commands,
        mut told: mpsc::Receiver<Told>,
        mut frames: mpsc::Receiver<Outgoing>,
    ) -> Ended {
        let Commands { mut commands, mut messages } = commands;
        let mut second = self.clock.now() + SECOND;
        let mut link_open = true;
        let why = loop {
            self.act().await;
            if let State::Ended(why) = self.session.state() {
                break why;
            }
            let length = self.config.length.unwrap_or(Duration::MAX);
            let wake = self.session.deadline().unwrap_or(Duration::MAX).min(second).min(length);
            tokio::select! {
                biased;
                message = told.recv() => if let Some(told) = message { self.told(told) },
                message = incoming.recv(), if link_open => match message {
                    Some(FromLink::Told(message)) => self.input(Input::Told(message)),
                    Some(FromLink::Down { .. }) => self.input(Input::LinkDown),
                    Some(FromLink::Gone { .. }) | None => {
                        link_open = false;
                        self.input(Input::LinkGone);
                    }
                },
                command = commands.recv() => match command {
                    Some(command) => self.command(command),
                    // Nobody can say good-bye any more.
                    None => self.input(Input::HangUp(EndedWhy::HungUp)),
                },
                Some((channel, data)) = messages.recv(), if self.peer.as_ref().is_some_and(Peer::takes_messages) => {
                    if let Some(peer) = &self.peer {
                        peer.message(channel, data);
                    }
                }
                Some(frame) = frames.recv() => if let Some(peer) = &self.peer { peer.ask(Op::Media(frame)) },
                () = tokio::time::sleep(wake.saturating_sub(self.clock.now()).min(SECOND)) => {
                    if self.clock.now() >= length {
                        self.input(Input::HangUp(EndedWhy::Length));
                    }
                    self.input(Input::Tick);
                }
            }
            if self.clock.now() >= second {
                second += SECOND;
                self.look();
            }
        };
        self.shared.sending.store(false, Relaxed);
        self.farewell(incoming, link_open).await;
        let ended = Ended { reason: why, totals: self.totals() };
        self.event(Event::Ended(ended));
        ended
    }

    /// Waits a moment for the relay to take the good-bye.
    async fn farewell(&mut self, mut incoming: mpsc::Receiver<FromLink>, link_open: bool) {
        self.peer = None;
        if !link_open {
            return;
        }
        let until = async {
            while let Some(message) = incoming.recv().await {
                if matches!(message, FromLink::Told(meetme_core::api::FromRelay::Ended { .. }) | FromLink::Gone { .. })
                {
                    return;
                }
            }
        };
        // Without an answer it is as over as with one.
        let _ = tokio::time::timeout(self.config.patience.farewell, until).await;
        self.link = None;
    }

    fn input(&mut self, input: Input) {
        self.session.handle(self.clock.now(), input);
    }

    fn event(&self, event: Event) {
        // Who does not keep up misses some.
        let _ = self.events.try_send(event);
    }

    fn told(&mut self, told: Told) {
        match told {
            Told::Session(input) => {
                if matches!(&input, Input::LocalCandidate(_, candidate) if is_of_help(&candidate.candidate)) {
                    self.help = Help::Unneeded;
                }
                self.input(input);
            }
            Told::Stands(id) => self.ask(id, Op::Look),
            Told::Path(id, path) => self.path(id, path),
            Told::Feedback(id, feedback) if self.is_current(id) => self.feedback(feedback),
            Told::Feedback(..) => {}
            Told::Words(ends, words) if self.comparing.as_ref() == Some(&ends) => self.event(Event::Phrase { words }),
            // Of a partner who was replaced meanwhile.
            Told::Words(..) => {}
            Told::Message(channel, data) => self.event(Event::Message { channel, data }),
            Told::State(id, data) if self.is_current(id) => {
                if let Some(on) = state::recording(&data) {
                    self.peer_records(on);
                }
            }
            Told::State(..) => {}
        }
    }

    fn is_current(&self, id: TransportId) -> bool {
        self.peer.as_ref().is_some_and(|peer| peer.id == id)
    }

    fn ask(&self, id: TransportId, op: Op) {
        if let Some(peer) = self.peer.as_ref().filter(|peer| peer.id == id) {
            peer.ask(op);
        }
    }

    fn path(&mut self, id: TransportId, path: Option<Path>) {
        // While a path is lost there is none to tell of: that it is lost is told otherwise.
        let Some(path) = path.filter(|_| self.is_current(id)) else { return };
        let route = path.route();
        let moved = self.path.map(|path| path.pair) != Some(path.pair);
        self.path = Some(path);
        if moved && let Some(rate) = &mut self.rate {
            rate.new_path();
        }
        if let Some(took) = path.round_trip {
            self.shared.round_trip.store(u64::try_from(took.as_micros()).unwrap_or(0), Relaxed);
            let now = self.clock.now();
            if let Some(rate) = &mut self.rate {
                rate.round_trip(now, took);
            }
        }
        if let Some(news) = news(self.session.state(), id, route) {
            self.input(news);
        }
        self.plan();
    }

    fn feedback(&mut self, feedback: Feedback) {
        let now = self.clock.now();
        match feedback {
            Feedback::KeyFrame => {
                self.extra.key_frames_asked += 1;
                self.shared.key_wanted.store(true, Relaxed);
            }
            Feedback::Lost(fraction) => {
                self.loss = Some(fraction);
                if let Some(rate) = &mut self.rate {
                    rate.lost(now, fraction);
                }
            }
            Feedback::Arrived(packets) => {
                if let Some(rate) = &mut self.rate {
                    rate.arrived(now, &packets);
                }
            }
            Feedback::AtMost(bits_per_second) => {
                if let Some(rate) = &mut self.rate {
                    rate.cap(bits_per_second);
                }
            }
        }
        self.plan();
    }

    /// Lets the encoder know how much to make.
    fn plan(&self) {
        if let Some(rate) = &self.rate {
            let plan = rate.plan();
            self.shared.bits_per_second.store(plan.bits_per_second, Relaxed);
            self.shared.rate.store(plan.rate, Relaxed);
        }
    }

    fn command(&mut self, command: Command) {
        match command {
            Command::Mute(muted) => self.shared.muted.store(muted, Relaxed),
            Command::Camera(on) => {
                self.shared.camera_off.store(!on, Relaxed);
                self.shared.key_wanted.store(true, Relaxed);
            }
            Command::Quality(quality) => {
                if let Some(rate) = &mut self.rate {
                    rate.quality(quality);
                }
                self.plan();
            }
            Command::Record(on) => self.shared.recording.store(on, Relaxed),
            Command::HangUp => self.input(Input::HangUp(EndedWhy::HungUp)),
        }
    }
}

/// What a session is told of the way that a path takes: that it stands, or that media goes another way now.
fn news(state: State, id: TransportId, route: Route) -> Option<Input> {
    match state {
        State::Connected(known) if known == route => None,
        State::Connected(_) => Some(Input::Rerouted(id, route)),
        _ => Some(Input::Up(id, route)),
    }
}

/// Whether a STUN or TURN server had to answer for there to be this candidate (RFC 8839, 5.1).
fn is_of_help(candidate: &str) -> bool {
    let kind = candidate.split(' ').skip_while(|word| *word != "typ").nth(1);
    matches!(kind, Some("srflx" | "relay"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Trouble;

    #[test]
    fn a_session_is_told_when_a_path_stands_and_when_it_takes_another_way() {
        let told = |state| news(state, TransportId(1), Route::Relayed);
        assert!(told(State::Connected(Route::Relayed)).is_none());
        assert!(matches!(told(State::Connected(Route::Direct)), Some(Input::Rerouted(TransportId(1), Route::Relayed))));
        for state in [State::Connecting, State::Reconnecting(Trouble::PathLost)] {
            assert!(matches!(told(state), Some(Input::Up(TransportId(1), Route::Relayed))));
        }
    }
}

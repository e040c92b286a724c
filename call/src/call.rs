//! Runs a call: a session, its connection and the threads of its media, until it is over.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use meetme_core::api::FromClient;
use tokio::sync::mpsc;

use crate::clock::Clock;
use crate::config::Config;
use crate::event::{Ended, Event, Stats, Totals};
use crate::handle::{Command, Commands};
use crate::link::{FromLink, Link};
use crate::media::paced::Paced;
use crate::media::tone::Tone;
use crate::media::{Media, MediaError};
use crate::peer::{Certificate, Feedback, Op, Path, Peer, Ports, Told, Ways};
use crate::pipeline::screen::Screen;
use crate::pipeline::video_in::millis;
use crate::pipeline::{OUTGOING, Outgoing, Shared, audio_in, audio_out, thread, video_in, video_out};
use crate::rate::Rate;
use crate::session::{EndedWhy, Input, Output, Route, Session, State, TransportId};

/// Things that connections tell and that wait for the run.
const TOLD: usize = 1024;
/// Packets that wait for the thread that puts them together.
const PACKETS: usize = 1024;
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
    let ports = start_threads(media, &shared, outgoing, &events, told_to_run)?;
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
        both_there: None,
        path: None,
        loss: None,
        last: Totals::default(),
        extra: Totals::default(),
    };
    let ended = call.run(link.incoming, commands, told, frames).await;
    shared.stop.store(true, Relaxed);
    Ok(ended)
}

/// What a thread does with what it shares with the run.
type Work = Box<dyn FnOnce(&Arc<Shared>) -> Result<(), MediaError> + Send>;

fn start_threads(
    media: Media,
    shared: &Arc<Shared>,
    outgoing: mpsc::Sender<Outgoing>,
    events: &mpsc::Sender<Event>,
    told: mpsc::Sender<Told>,
) -> Result<Ports, CallError> {
    let (video, video_from) = sync_channel(PACKETS);
    let (audio, audio_from) = sync_channel(PACKETS);
    let Media { camera, microphone, screen, speaker, own, record } = media;
    let record = record.map(crate::media::mkv::Recorder::start).transpose()?;
    let screen = Screen::start(screen)?;
    let own = own.map(Screen::start).transpose()?;
    let work = |name: &'static str, work: Work| {
        let (shared, events) = (Arc::clone(shared), events.clone());
        thread(name, move || {
            if let Err(error) = work(&shared) {
                let what = format!("{name} stopped: {}", chain(&error));
                let _ = events.try_send(Event::Notice { what });
            }
        })
    };
    if let Some(camera) = camera {
        let outgoing = outgoing.clone();
        work("camera", Box::new(move |shared| video_out::run(camera, shared, own.as_ref(), &outgoing)))?;
    }
    let microphone = microphone.unwrap_or_else(|| Box::new(Paced::new(Tone::silence())));
    work("microphone", Box::new(move |shared| audio_out::run(microphone, shared, &outgoing)))?;
    let (heard, recorded) = (events.clone(), record.clone());
    work("pictures", Box::new(move |shared| video_in::run(&video_from, shared, &screen, recorded.as_ref(), &heard)))?;
    let heard = events.clone();
    work("sound", Box::new(move |shared| audio_in::run(&audio_from, shared, speaker, record.as_ref(), &heard)))?;
    Ok(Ports { told, video, audio })
}

/// An error with what led to it, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
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
    both_there: Option<Duration>,
    path: Option<Path>,
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
            Told::Session(input) => self.input(input),
            Told::Stands(id) => self.ask(id, Op::Look),
            Told::Path(id, path) => self.path(id, path),
            Told::Feedback(id, feedback) if self.is_current(id) => self.feedback(feedback),
            Told::Feedback(..) => {}
            Told::Message(channel, data) => self.event(Event::Message { channel, data }),
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
        if !self.is_current(id) {
            return;
        }
        let route = path.map_or(Route::Direct, |path| path.route());
        let moved = self.path.map(|path| path.pair) != path.map(|path| path.pair);
        self.path = path;
        if moved && let Some(rate) = &mut self.rate {
            rate.new_path();
        }
        if let Some(took) = path.and_then(|path| path.round_trip) {
            self.shared.round_trip.store(u64::try_from(took.as_micros()).unwrap_or(0), Relaxed);
            let now = self.clock.now();
            if let Some(rate) = &mut self.rate {
                rate.round_trip(now, took);
            }
        }
        match self.session.state() {
            State::Connected(known) if known != route => self.input(Input::Rerouted(id, route)),
            State::Connected(_) => {}
            _ => self.input(Input::Up(id, route)),
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

    /// Does what the session wants done.
    async fn act(&mut self) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Tell(message) => {
                    if let Some(link) = &self.link {
                        // A link that is down loses what it is given.
                        let _ = link.try_send(message);
                    }
                }
                Output::Open(id, servers) => {
                    let (ways, ports) = (self.ways.clone(), self.ports.clone());
                    self.peer = Some(Peer::open(id, ways, servers, ports, self.clock));
                }
                Output::Offer { transport, round, restart } => self.ask(transport, Op::Offer { round, restart }),
                Output::Accept { transport, round, description, rollback } => {
                    self.ask(transport, Op::Accept { round, description, rollback });
                }
                Output::Add(transport, candidate) => self.ask(transport, Op::Add(candidate)),
                Output::Close(transport) => {
                    if self.is_current(transport) {
                        self.peer = None;
                        self.path = None;
                    }
                }
                Output::Show(state) => self.show(state),
                Output::Peer(here, reason) => {
                    let now = self.clock.now();
                    self.both_there = here.then_some(self.both_there.unwrap_or(now)).filter(|_| here);
                    self.event(Event::Peer { here, reason, at_ms: millis(now) });
                }
                Output::Compare(words) => self.event(Event::Phrase { words }),
                Output::Relay(here) => self.event(Event::Relay { here }),
            }
        }
    }

    fn show(&mut self, state: State) {
        let now = self.clock.now();
        let connected = matches!(state, State::Connected(_));
        if connected && !self.shared.sending.swap(true, Relaxed) {
            self.shared.key_wanted.store(true, Relaxed);
        }
        if matches!(state, State::Waiting | State::Connecting) {
            self.shared.sending.store(false, Relaxed);
        }
        if connected && self.extra.connect_ms.is_none() {
            self.extra.connect_ms = self.both_there.map(|since| millis(now.saturating_sub(since)));
        }
        if matches!(state, State::Reconnecting(_)) {
            self.extra.reconnects += 1;
        }
        self.event(Event::state(state, millis(now)));
    }

    /// Once a second: tells what flows, and asks for the path.
    fn look(&mut self) {
        if !matches!(self.session.state(), State::Connected(_)) {
            return;
        }
        let totals = self.totals();
        let stats = Stats {
            totals,
            rtt_ms: self.path.and_then(|path| path.round_trip).map(|took| took.as_secs_f64() * 1000.0),
            loss: self.loss,
            target_bits_per_second: self.shared.bits_per_second.load(Relaxed),
            sent_bits_per_second: (totals.bytes_sent - self.last.bytes_sent) * 8,
            received_bits_per_second: (totals.bytes_received - self.last.bytes_received) * 8,
            pair: self.path.map(|path| path.pair),
        };
        self.last = totals;
        self.event(Event::Stats(stats));
        if let Some(peer) = &self.peer {
            peer.ask(Op::Look);
        }
    }

    fn totals(&self) -> Totals {
        let first_picture = self.shared.meter.first_picture();
        Totals {
            key_frames_asked: self.extra.key_frames_asked,
            connect_ms: self.extra.connect_ms,
            first_picture_ms: self.first_since_both(first_picture),
            reconnects: self.extra.reconnects,
            ..self.shared.meter.totals()
        }
    }

    fn first_since_both(&self, at: Option<Duration>) -> Option<u64> {
        Some(millis(at?.saturating_sub(self.both_there?)))
    }
}

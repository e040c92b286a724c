//! A world for two sessions: a relay with latency, connections that stand when both ends took each other's descriptions
//! and the network lets packets through, and a clock that is moved.

use std::collections::VecDeque;
use std::time::Duration;

use meetme_call::session::{Input, Output, Patience, Route, Session, State, TransportId};
use meetme_core::api::{
    CallPerson, CallRole, CallSession, Description, DescriptionKind, EndReason, FromClient, FromRelay, IceServer,
    LeftReason, Payload, Signal, Welcome,
};

const STEP: Duration = Duration::from_millis(10);

/// What a relay does with descriptions on their way.
pub type Meddle = fn(usize, String) -> String;

pub struct World {
    pub now: Duration,
    pub sides: [Option<Side>; 2],
    /// Messages on their way: when they arrive, where, in which run of the client.
    mail: VecDeque<(Duration, usize, u64, FromRelay)>,
    pub latency: Duration,
    /// Whether packets get through.
    pub network: bool,
    /// How long a packet is under way: so long it is heard of somebody who is gone.
    pub under_way: Duration,
    /// Where the packets go.
    pub route: Route,
    /// Whether connections can be made at all.
    pub breaks: bool,
    /// What whoever comes, or comes back, is told of STUN and TURN.
    pub servers: Vec<IceServer>,
    pub meddle: Meddle,
    runs: u64,
}

pub struct Side {
    pub session: Session,
    pub run: u64,
    pub shown: Vec<State>,
    pub phrases: Vec<String>,
    /// The offers that were asked for: which of them were to look for a new path on the connection that there was.
    pub restarts: Vec<bool>,
    /// The connections that were made: the servers each of them was to find its way with.
    pub opened: Vec<Vec<IceServer>>,
    transport: Option<Transport>,
    linked: bool,
    welcomed: bool,
    began: Duration,
}

#[derive(Clone)]
struct Transport {
    id: TransportId,
    origin: u64,
    generation: u64,
    remote: Option<(u64, u64)>,
    /// Since when the two ends fit each other.
    fits: Option<Duration>,
    up: Option<Route>,
    heard: Duration,
    down: bool,
    jobs: VecDeque<(Duration, Output)>,
}

impl World {
    pub fn new() -> Self {
        Self {
            now: Duration::ZERO,
            sides: [None, None],
            mail: VecDeque::new(),
            latency: Duration::from_millis(20),
            network: true,
            under_way: Duration::ZERO,
            route: Route::Direct,
            breaks: false,
            servers: Vec::new(),
            meddle: |_, sdp| sdp,
            runs: 0,
        }
    }

    /// Somebody starts a client: the host (0), who does not give way, or the guest (1).
    pub fn join(&mut self, place: usize) {
        self.leave(place, LeftReason::Replaced);
        self.runs += 1;
        self.sides[place] = Some(Side {
            session: Session::new(Patience::default()),
            run: self.runs,
            shown: Vec::new(),
            phrases: Vec::new(),
            restarts: Vec::new(),
            opened: Vec::new(),
            transport: None,
            linked: false,
            welcomed: false,
            began: self.now,
        });
        self.link(place);
    }

    /// The link of a client comes to stand, first or again.
    pub fn link(&mut self, place: usize) {
        let peer = self.sides[1 - place].as_ref().filter(|side| side.linked).map(|side| CallSession(side.run));
        let side = self.sides[place].as_mut().expect("somebody sits there");
        side.linked = true;
        let run = side.run;
        let person = |role| CallPerson {
            role,
            username: "ada".parse().expect("a name"),
            display_name: String::new(),
            here: true,
        };
        let welcome = Welcome {
            you: person(CallRole::Host),
            session: CallSession(run),
            polite: place == 1,
            peer: person(CallRole::Guest),
            peer_session: peer,
            ice_servers: self.servers.clone(),
            open_until: "2026-12-01T10:00:00Z".parse().expect("an instant"),
        };
        self.post(place, FromRelay::Welcome(Box::new(welcome)));
        self.post(1 - place, FromRelay::PeerJoined { session: CallSession(run) });
    }

    /// The link of a client breaks; the client knows, and so does the other one.
    pub fn unlink(&mut self, place: usize) {
        if let Some(side) = &mut self.sides[place] {
            side.linked = false;
            side.welcomed = false;
            let run = side.run;
            side.session.handle(self.now - side.began, Input::LinkDown);
            self.post(1 - place, FromRelay::PeerLeft { session: CallSession(run), reason: LeftReason::Lost });
        }
    }

    /// A client is gone, whatever the reason.
    pub fn leave(&mut self, place: usize, reason: LeftReason) {
        if let Some(side) = self.sides[place].take()
            && side.linked
        {
            self.post(1 - place, FromRelay::PeerLeft { session: CallSession(side.run), reason });
        }
    }

    pub fn tell_both(&mut self, reason: EndReason) {
        self.post(0, FromRelay::Ended { reason });
        self.post(1, FromRelay::Ended { reason });
    }

    pub fn input(&mut self, place: usize, input: Input) {
        let side = self.sides[place].as_mut().expect("somebody sits there");
        side.session.handle(self.now - side.began, input);
    }

    fn post(&mut self, place: usize, message: FromRelay) {
        if let Some(side) = self.sides[place].as_ref().filter(|side| side.linked) {
            self.mail.push_back((self.now + self.latency, place, side.run, message));
        }
    }

    /// Lets time pass.
    pub fn pass(&mut self, time: Duration) {
        let until = self.now + time;
        while self.now < until {
            self.step();
        }
    }

    /// Lets time pass until something is so; says how long that took.
    pub fn until(&mut self, most: Duration, mut is_so: impl FnMut(&Self) -> bool) -> Duration {
        let from = self.now;
        while !is_so(self) {
            assert!(self.now - from < most, "not within {most:?}: {:?} and {:?}", self.seen(0), self.seen(1));
            self.step();
        }
        self.now - from
    }

    pub fn state(&self, place: usize) -> State {
        self.sides[place].as_ref().map_or(State::Waiting, |side| side.session.state())
    }

    pub fn seen(&self, place: usize) -> &[State] {
        self.sides[place].as_ref().map_or(&[], |side| &side.shown)
    }

    pub fn both_connected(&self) -> bool {
        (0..2).all(|place| matches!(self.state(place), State::Connected(_)))
    }

    fn step(&mut self) {
        self.now += STEP;
        while self.mail.front().is_some_and(|(at, ..)| *at <= self.now) {
            let (_, place, run, message) = self.mail.pop_front().expect("it was seen");
            if let Some(side) = self.sides[place].as_mut().filter(|side| side.run == run && side.linked) {
                side.welcomed |= matches!(message, FromRelay::Welcome(_));
                side.session.handle(self.now - side.began, Input::Told(message));
            }
        }
        for place in 0..2 {
            self.work(place);
        }
        self.connect();
        for place in 0..2 {
            if let Some(side) = &mut self.sides[place] {
                let now = self.now - side.began;
                assert!(
                    side.session.deadline().is_some() || matches!(side.session.state(), State::Ended(_)),
                    "no deadline in {:?}",
                    side.session.state()
                );
                if side.session.deadline().is_some_and(|at| at <= now) {
                    side.session.handle(now, Input::Tick);
                }
            }
            self.act(place);
        }
    }

    fn act(&mut self, place: usize) {
        loop {
            let now = self.now;
            let Some(side) = &mut self.sides[place] else { return };
            let Some(output) = side.session.poll() else { return };
            match output {
                Output::Tell(FromClient::Signal(Signal { to, payload })) => {
                    let payload = match payload {
                        Payload::Description(Description { kind, sdp }) => {
                            Payload::Description(Description { kind, sdp: (self.meddle)(place, sdp) })
                        }
                        candidate @ Payload::Candidate(_) => candidate,
                    };
                    let other = self.sides[1 - place].as_ref().map(|side| CallSession(side.run));
                    if to.is_none() || to == other {
                        self.post(1 - place, FromRelay::Signal(Signal { to, payload }));
                    }
                }
                Output::Tell(FromClient::Bye {}) => self.tell_both(EndReason::HungUp),
                Output::Tell(FromClient::Ping {}) => {}
                Output::Open(id, servers) => {
                    side.opened.push(servers);
                    side.transport = Some(Transport {
                        id,
                        origin: side.run * 1000 + side.opened.len() as u64,
                        generation: 1,
                        remote: None,
                        fits: None,
                        up: None,
                        heard: now,
                        down: false,
                        jobs: VecDeque::new(),
                    });
                }
                Output::Close(id) => side.transport = side.transport.take().filter(|transport| transport.id != id),
                Output::Offer { .. } | Output::Accept { .. } => {
                    if let Output::Offer { restart, .. } = output {
                        side.restarts.push(restart);
                    }
                    let transport = side.transport.as_mut().expect("it is asked of an open one");
                    transport.jobs.push_back((now + STEP, output));
                }
                Output::Show(state) => side.shown.push(state),
                Output::Compare(ends) => side.phrases.push(ends.phrase().to_string()),
                Output::Add(..) | Output::Peer(..) | Output::Relay(_) => {}
            }
        }
    }

    /// Connections do what they were asked to.
    fn work(&mut self, place: usize) {
        let Some(side) = &mut self.sides[place] else { return };
        let Some(transport) = &mut side.transport else { return };
        let now = self.now - side.began;
        while transport.jobs.front().is_some_and(|(at, _)| *at <= self.now) {
            let (_, job) = transport.jobs.pop_front().expect("it was seen");
            if self.breaks {
                return side.session.handle(now, Input::Broken(transport.id));
            }
            let (kind, round) = match job {
                Output::Offer { round, restart, .. } => {
                    transport.generation += u64::from(restart);
                    (DescriptionKind::Offer, round)
                }
                Output::Accept { round, description, .. } => {
                    let theirs = read(&description.sdp);
                    let renewed = transport.remote.is_some_and(|before| before != theirs);
                    transport.remote = Some(theirs);
                    transport.fits = None;
                    if description.kind == DescriptionKind::Answer {
                        continue;
                    }
                    transport.generation += u64::from(renewed);
                    (DescriptionKind::Answer, round)
                }
                _ => continue,
            };
            transport.fits = None;
            let description = Description { kind, sdp: sdp(transport.origin, transport.generation, side.run) };
            side.session.handle(now, Input::Local { transport: transport.id, round, description });
        }
    }

    /// Packets go between two ends that took each other's last description.
    fn connect(&mut self) {
        let ends = [0, 1].map(|place| self.sides[place].as_ref().and_then(|side| side.transport.clone()));
        let fit = match &ends {
            [Some(one), Some(other)] => {
                one.remote == Some((other.origin, other.generation))
                    && other.remote == Some((one.origin, one.generation))
            }
            _ => false,
        };
        for place in 0..2 {
            let Some(side) = &mut self.sides[place] else { continue };
            let Some(transport) = &mut side.transport else { continue };
            let now = self.now - side.began;
            if fit && self.network {
                let since = *transport.fits.get_or_insert(self.now);
                if self.now - since >= Duration::from_millis(150) {
                    transport.heard = self.now;
                    transport.down = false;
                    let input = match transport.up.replace(self.route) {
                        None => Input::Up(transport.id, self.route),
                        Some(route) if route != self.route => Input::Rerouted(transport.id, self.route),
                        Some(_) => Input::Heard(transport.id),
                    };
                    side.session.handle(now, input);
                }
            } else if transport.up.is_some() && self.now - transport.heard <= self.under_way {
                side.session.handle(now, Input::Heard(transport.id));
            } else {
                if !self.network {
                    transport.fits = None;
                }
                if transport.up.is_some() && !transport.down && self.now - transport.heard > Duration::from_secs(12) {
                    transport.down = true;
                    side.session.handle(now, Input::Down(transport.id));
                }
            }
        }
    }
}

fn sdp(origin: u64, generation: u64, run: u64) -> String {
    format!(
        "v=0\r\no=- {origin} 1 IN IP4 0.0.0.0\r\na=ice-ufrag:{generation}\r\na=fingerprint:sha-256 {}\r\n",
        fingerprint(run)
    )
}

/// The fingerprint of a run of a client.
pub fn fingerprint(run: u64) -> String {
    [format!("{run:02X}")].into_iter().cycle().take(32).collect::<Vec<_>>().join(":")
}

fn read(sdp: &str) -> (u64, u64) {
    let after = |start: &str| sdp.lines().find_map(|line| line.strip_prefix(start)).expect("the line is there");
    let origin = after("o=- ").split(' ').next().expect("a word");
    (origin.parse().expect("a number"), after("a=ice-ufrag:").parse().expect("a number"))
}

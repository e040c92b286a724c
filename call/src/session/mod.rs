//! One end's view of the call, as a machine: what happened goes in, what is to be done comes out.
//!
//! No sockets, no clock: the time is an argument, counted from the beginning of the run, and [`Session::deadline`] says
//! when the machine wants to be woken. Two of them in a test make a call.
//!
//! States: waiting → connecting → connected → reconnecting → ended, each with a deadline ([`Patience`]). Who offers when
//! both want to is `negotiation.rs`; what a partner who comes, goes or falls silent leads to is here. `state.rs` has the
//! states, `exchange.rs` what goes in and comes out.

mod exchange;
mod negotiation;
mod state;

use std::collections::VecDeque;
use std::time::Duration;

use meetme_core::api::{CallSession, FromClient, FromRelay, IceServer, LeftReason, Payload, Signal};

use crate::phrase::Ends;
use negotiation::Transport;

pub use exchange::{Input, Output, Round, TransportId};
pub use state::{EndedWhy, Patience, Route, State, Trouble};

/// See the module.
#[derive(Debug)]
pub struct Session {
    patience: Patience,
    state: State,
    /// When the state must have changed.
    until: Duration,
    link: LinkState,
    polite: bool,
    ice_servers: Vec<IceServer>,
    partner: Partner,
    transport: Option<Transport>,
    /// Transports and rounds made so far.
    made: u32,
    /// When to try again, while that makes sense.
    next_try: Option<Duration>,
    /// Restarts since media was last heard.
    tries: u32,
    last_heard: Duration,
    /// Media on the way when the partner was lost is no sign of life.
    believe_from: Duration,
    /// The ends whose words the user was given.
    compared: Option<Ends>,
    out: VecDeque<Output>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LinkState {
    Up,
    Down,
    Gone,
}

/// What is known of the other one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Partner {
    /// The run of their client that was last heard of.
    session: Option<CallSession>,
    here: bool,
}

/// After so many restarts that led to nothing, all is made anew.
const RESTARTS: u32 = 3;
/// Packets that were under way when a partner was lost have arrived by then.
const AFTERGLOW: Duration = Duration::from_secs(1);

impl Session {
    /// A session at time zero.
    pub fn new(patience: Patience) -> Self {
        Self {
            patience,
            state: State::Waiting,
            until: patience.waiting,
            link: LinkState::Down,
            polite: false,
            ice_servers: Vec::new(),
            partner: Partner { session: None, here: false },
            transport: None,
            made: 0,
            next_try: None,
            tries: 0,
            last_heard: Duration::ZERO,
            believe_from: Duration::ZERO,
            compared: None,
            out: VecDeque::from([Output::Show(State::Waiting)]),
        }
    }

    /// What the user is told.
    pub fn state(&self) -> State {
        self.state
    }

    /// The next thing to do.
    pub fn poll(&mut self) -> Option<Output> {
        self.out.pop_front()
    }

    /// When it wants an [`Input::Tick`] at the latest; none once it has ended.
    pub fn deadline(&self) -> Option<Duration> {
        let silent = self.last_heard.max(self.believe_from) + self.patience.silence;
        match self.state {
            State::Ended(_) => None,
            State::Connected(_) => Some(self.next_try.unwrap_or(Duration::MAX).min(self.until).min(silent)),
            _ => Some(self.next_try.unwrap_or(Duration::MAX).min(self.until)),
        }
    }

    /// Takes in what happened.
    pub fn handle(&mut self, now: Duration, input: Input) {
        if matches!(self.state, State::Ended(_)) {
            return;
        }
        match input {
            Input::Told(message) => self.told(now, message),
            Input::LinkDown => self.link_down(),
            Input::LinkGone => self.link_gone(),
            Input::Local { transport, round, description } => self.local(transport, round, description),
            Input::LocalCandidate(transport, candidate) => self.local_candidate(transport, candidate),
            Input::Up(transport, route) => self.up(now, transport, route),
            Input::Rerouted(transport, route) => self.rerouted(transport, route),
            Input::Down(transport) => self.trouble_on(now, transport, Trouble::PathLost),
            Input::Broken(transport) => self.broken(now, transport),
            Input::Heard(transport) => self.heard(now, transport),
            Input::HangUp(why) => {
                self.tell(FromClient::Bye {});
                self.end(why);
            }
            Input::Tick => {}
        }
        self.pass_time(now);
    }

    fn told(&mut self, now: Duration, message: FromRelay) {
        match message {
            FromRelay::Welcome(welcome) => {
                let again = self.link != LinkState::Up && self.partner.session.is_some();
                self.link = LinkState::Up;
                self.polite = welcome.polite;
                self.ice_servers.clone_from(&welcome.ice_servers);
                if again {
                    self.out.push_back(Output::Relay(true));
                }
                match welcome.peer_session {
                    Some(session) => self.joined(now, session),
                    None if self.partner.here => self.left(now, LeftReason::Lost),
                    None => self.prepare(),
                }
            }
            FromRelay::PeerJoined { session } => self.joined(now, session),
            FromRelay::PeerLeft { session, reason } if self.partner.session == Some(session) => self.left(now, reason),
            FromRelay::Signal(Signal { payload: Payload::Description(description), .. }) => {
                self.remote_description(now, description);
            }
            FromRelay::Signal(Signal { payload: Payload::Candidate(candidate), .. }) => {
                self.remote_candidate(candidate);
            }
            FromRelay::Ended { reason } => self.end(reason.into()),
            FromRelay::PeerLeft { .. } | FromRelay::Error { .. } | FromRelay::Pong {} | FromRelay::Unknown => {}
        }
    }

    /// A transport made while waiting is ready when the partner comes.
    fn prepare(&mut self) {
        if self.transport.is_none() {
            self.open();
        }
    }

    fn joined(&mut self, now: Duration, session: CallSession) {
        let same = self.partner.session == Some(session);
        if !self.partner.here || !same {
            self.out.push_back(Output::Peer(true, None));
        }
        self.partner = Partner { session: Some(session), here: true };
        match (&self.transport, self.state) {
            // Signalling was away, for one of the two, and media was not.
            (Some(transport), State::Connected(_)) if same && transport.is_settled() => {}
            (Some(transport), State::Connected(_) | State::Reconnecting(_)) if same && transport.was_up => {
                // What was said meanwhile may be lost: the path is agreed on anew.
                self.next_try = Some(now + if self.polite { self.patience.offer } else { Duration::ZERO });
                self.until = now + self.patience.connecting;
            }
            _ => self.begin(now),
        }
    }

    /// Begins anew with a partner who knows nothing of what was before.
    fn begin(&mut self, now: Duration) {
        if !self.transport.as_ref().is_some_and(Transport::is_untouched) {
            self.open();
        }
        self.compared = None;
        self.tries = 0;
        self.enter(State::Connecting, now + self.patience.connecting);
        if self.polite {
            self.next_try = Some(now + self.patience.offer);
        } else {
            self.offer(now, false);
        }
    }

    fn left(&mut self, now: Duration, reason: LeftReason) {
        self.partner.here = false;
        self.out.push_back(Output::Peer(false, Some(reason)));
        match self.state {
            State::Connected(_) | State::Reconnecting(_) if reason != LeftReason::Left => {
                self.believe_from = now + AFTERGLOW;
                self.enter(State::Reconnecting(Trouble::PeerLost), now + self.patience.absence);
                self.next_try = None;
            }
            _ => self.wait_again(now),
        }
    }

    /// The partner is not there and is not expected to be on the old transport.
    fn wait_again(&mut self, now: Duration) {
        self.partner.session = None;
        self.next_try = None;
        self.enter(State::Waiting, now + self.patience.waiting);
        if self.link == LinkState::Up && !self.transport.as_ref().is_some_and(Transport::is_untouched) {
            self.open();
        }
    }

    fn link_down(&mut self) {
        if self.link == LinkState::Up {
            self.link = LinkState::Down;
            self.out.push_back(Output::Relay(false));
        }
    }

    fn link_gone(&mut self) {
        self.link = LinkState::Gone;
        if !matches!(self.state, State::Connected(_)) {
            self.end(EndedWhy::RelayGone);
        }
    }

    fn up(&mut self, now: Duration, id: TransportId, route: Route) {
        let Some(transport) = self.transport.as_mut().filter(|transport| transport.id == id) else { return };
        transport.was_up = true;
        transport.route = route;
        self.connected(now, route);
    }

    fn connected(&mut self, now: Duration, route: Route) {
        self.last_heard = now;
        self.tries = 0;
        self.next_try = None;
        if let Some(ends) = self.transport.as_ref().and_then(Transport::ends)
            && self.compared.as_ref() != Some(&ends)
        {
            self.compared = Some(ends.clone());
            self.out.push_back(Output::Compare(ends));
        }
        self.enter(State::Connected(route), now + self.patience.waiting);
    }

    fn rerouted(&mut self, id: TransportId, route: Route) {
        if let Some(transport) = self.transport.as_mut().filter(|transport| transport.id == id) {
            transport.route = route;
            if matches!(self.state, State::Connected(_)) {
                let until = self.until;
                self.enter(State::Connected(route), until);
            }
        }
    }

    fn heard(&mut self, now: Duration, id: TransportId) {
        let Some(transport) = self.transport.as_ref().filter(|transport| transport.id == id && transport.was_up) else {
            return;
        };
        self.last_heard = now;
        let route = transport.route;
        if matches!(self.state, State::Reconnecting(_)) && now >= self.believe_from {
            self.connected(now, route);
        }
    }

    fn trouble_on(&mut self, now: Duration, id: TransportId, trouble: Trouble) {
        if self.transport.as_ref().is_none_or(|transport| transport.id != id) {
            return;
        }
        match self.state {
            State::Connected(_) => self.trouble(now, trouble),
            // The next attempt need not wait.
            State::Connecting => {
                let soon = now + self.patience.restart;
                self.next_try = Some(self.next_try.map_or(soon, |at| at.min(soon)));
            }
            _ => {}
        }
    }

    fn trouble(&mut self, now: Duration, trouble: Trouble) {
        if self.link == LinkState::Gone {
            return self.end(EndedWhy::RelayGone);
        }
        self.tries = 0;
        if !self.partner.here {
            return self.enter(State::Reconnecting(Trouble::PeerLost), now + self.patience.absence);
        }
        self.enter(State::Reconnecting(trouble), now + self.patience.connecting);
        // The one who gives way begins later, so that the two do not offer at once.
        self.next_try = Some(now + if self.polite { self.patience.restart / 2 } else { Duration::ZERO });
    }

    /// A transport that failed at something is replaced.
    fn broken(&mut self, now: Duration, id: TransportId) {
        if self.transport.as_ref().is_none_or(|transport| transport.id != id) {
            return;
        }
        if !self.partner.here {
            // The next partner gets a fresh one.
            self.transport = None;
            return self.out.push_back(Output::Close(id));
        }
        if let State::Connected(_) = self.state {
            self.enter(State::Reconnecting(Trouble::PathLost), now + self.patience.connecting);
        }
        self.tries = RESTARTS;
        self.next_try = Some(now + self.patience.restart);
    }

    fn pass_time(&mut self, now: Duration) {
        match self.state {
            State::Ended(_) => {}
            State::Waiting if now >= self.until => self.end(EndedWhy::NobodyCame),
            State::Connecting if now >= self.until => self.end(EndedWhy::NoPath),
            State::Reconnecting(_) if !self.partner.here && now >= self.until => self.wait_again(now),
            State::Reconnecting(_) if now >= self.until => self.end(EndedWhy::NoPath),
            State::Connected(_) if now >= self.until => self.end(EndedWhy::TimeUp),
            State::Connected(_) if now >= self.last_heard.max(self.believe_from) + self.patience.silence => {
                self.trouble(now, Trouble::Silence);
                self.try_again(now);
            }
            _ => self.try_again(now),
        }
    }

    /// Looks for a path again, if it is time for that.
    fn try_again(&mut self, now: Duration) {
        if self.next_try.is_none_or(|at| now < at) || !self.partner.here {
            return;
        }
        let stands = self.transport.as_ref().is_some_and(|transport| transport.was_up);
        if stands && self.tries < RESTARTS && !self.is_outdated() {
            self.tries += 1;
            self.offer(now, true);
            let extra = if self.polite { self.patience.restart / 4 } else { Duration::ZERO };
            self.next_try = match self.state {
                // Agreed on anew because signalling was away; media flows.
                State::Connected(_) => None,
                _ => Some(now + self.patience.restart + extra),
            };
        } else {
            self.tries = 0;
            if !self.transport.as_ref().is_some_and(Transport::is_untouched) {
                self.open();
            }
            self.offer(now, false);
            self.next_try = Some(now + self.patience.attempt);
        }
    }

    fn enter(&mut self, state: State, until: Duration) {
        self.until = until;
        if self.state != state {
            self.state = state;
            self.out.push_back(Output::Show(state));
        }
    }

    fn end(&mut self, why: EndedWhy) {
        if let Some(transport) = self.transport.take() {
            self.out.push_back(Output::Close(transport.id));
        }
        self.enter(State::Ended(why), Duration::MAX);
    }

    fn tell(&mut self, message: FromClient) {
        if self.link == LinkState::Up {
            self.out.push_back(Output::Tell(message));
        }
    }
}

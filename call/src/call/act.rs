//! What a session wants done, and what is told of how the call goes.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::Call;
use crate::event::{Event, Stats, Totals};
use crate::peer::{Op, Peer, Told};
use crate::phrase::Ends;
use crate::pipeline::video_in::millis;
use crate::rate::Rate;
use crate::session::{Output, State};
use crate::talk::state;

/// STUN and TURN answer within a second, and are asked again for some more.
const HELP: Duration = Duration::from_secs(5);

/// What STUN and TURN have done for the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Help {
    /// There are none, or they were heard of, or missed.
    Unneeded,
    /// Nothing was heard of them.
    Awaited,
}

impl Call {
    /// Does what the session wants done.
    pub(super) async fn act(&mut self) {
        while let Some(output) = self.session.poll() {
            match output {
                Output::Tell(message) => {
                    if let Some(link) = &self.link {
                        // A link that is down loses what it is given.
                        let _ = link.try_send(message);
                    }
                }
                Output::Open(id, servers) => {
                    self.help = if servers.is_empty() { Help::Unneeded } else { Help::Awaited };
                    let (ways, ports) = (self.ways.clone(), self.ports.clone());
                    self.peer = Some(Peer::open(id, ways, servers, ports, self.clock));
                    self.told_recording = None;
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
                Output::Compare(ends) => self.compare(ends),
                Output::Relay(here) => self.event(Event::Relay { here }),
            }
        }
        self.tell_recording();
    }

    /// Lets the partner know whether they are recorded: on each connection once it stands, and when that changes.
    fn tell_recording(&mut self) {
        let records = self.has_recorder && self.shared.recording.load(Relaxed);
        let Some(peer) = self.peer.as_ref().filter(|_| matches!(self.session.state(), State::Connected(_))) else {
            return;
        };
        if self.told_recording != Some(records) {
            self.told_recording = Some(records);
            peer.state(state::message(records));
        }
    }

    /// The partner records, or does not.
    pub(super) fn peer_records(&mut self, on: bool) {
        if self.peer_records != on {
            self.peer_records = on;
            self.event(Event::PeerRecords { on, at_ms: millis(self.clock.now()) });
        }
    }

    /// Has the words for two ends worked out, where nobody waits for it.
    fn compare(&mut self, ends: Ends) {
        self.comparing = Some(ends.clone());
        let told = self.ports.told.clone();
        tokio::task::spawn_blocking(move || {
            let words = ends.phrase();
            // A call that is over by then needs them no more.
            let _ = told.blocking_send(Told::Words(ends, words));
        });
    }

    /// Says so when neither STUN nor TURN answers for longer than that takes anywhere.
    fn miss_help(&mut self, now: Duration) {
        let since = match self.session.state() {
            State::Connecting => self.connecting,
            _ => None,
        };
        if self.help == Help::Awaited && since.is_some_and(|since| now >= since + HELP) {
            self.help = Help::Unneeded;
            let what = "neither STUN nor TURN answers, so UDP does not get out of here, or not there: `meetme call \
                --check` tells more";
            self.event(Event::Notice { what: what.to_owned() });
        }
    }

    fn show(&mut self, state: State) {
        let now = self.clock.now();
        self.connecting = matches!(state, State::Connecting).then_some(now);
        let connected = matches!(state, State::Connected(_));
        if connected && !self.shared.sending.swap(true, Relaxed) {
            self.shared.key_wanted.store(true, Relaxed);
        }
        if matches!(state, State::Waiting | State::Connecting) {
            self.shared.sending.store(false, Relaxed);
            // Whoever comes now has told nothing yet.
            self.peer_records(false);
        }
        if connected && self.extra.connect_ms.is_none() {
            self.extra.connect_ms = self.both_there.map(|since| millis(now.saturating_sub(since)));
        }
        if matches!(state, State::Reconnecting(_)) {
            self.extra.reconnects += 1;
        }
        let pair = self.path.map(|path| path.pair).filter(|_| connected);
        self.event(Event::state(state, pair, millis(now)));
    }

    /// Once a second: tells what flows, and asks for the path.
    pub(super) fn look(&mut self) {
        self.miss_help(self.clock.now());
        if !matches!(self.session.state(), State::Connected(_)) {
            return;
        }
        let totals = self.totals();
        let stats = Stats {
            totals,
            rtt_ms: self.path.and_then(|path| path.round_trip).map(|took| took.as_secs_f64() * 1000.0),
            queue_ms: self.rate.as_ref().and_then(Rate::queued).map(|queued| queued.as_secs_f64() * 1000.0),
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

    pub(super) fn totals(&self) -> Totals {
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

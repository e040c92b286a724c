//! Who offers, who answers, and which description belongs to which transport: perfect negotiation over a relay.
//!
//! Either side may offer at any time. When both do, the polite one takes its offer back. A description that comes from
//! another connection than the one this side is joined to (the partner began anew) replaces the transport.

use std::time::Duration;

use meetme_core::api::{Candidate, Description, DescriptionKind, FromClient, IceServer, Payload, Signal};

use super::{Output, Round, Route, Session, State, TransportId};
use crate::phrase::Ends;
use crate::sdp::{self, Fingerprint, Origin};

/// Candidates kept for a description that has not come yet.
const MAX_EARLY_CANDIDATES: usize = 64;

/// A connection to the partner, as far as the session knows it.
#[derive(Debug)]
pub(super) struct Transport {
    pub(super) id: TransportId,
    /// What it was made to find its way with.
    servers: Vec<IceServer>,
    pub(super) was_up: bool,
    pub(super) route: Route,
    offering: Offering,
    /// The exchange whose description is awaited from the transport.
    round: Option<Round>,
    /// The connection at the other end, once a description of it was taken.
    remote: Option<(Origin, Fingerprint)>,
    local: Option<Fingerprint>,
    /// Candidates of the partner that came before what they belong to.
    early: Vec<Candidate>,
    /// Candidates of this side that are known before the description they belong to is told.
    ahead: Vec<Candidate>,
    /// The partner's offer was not taken, so neither are its candidates.
    ignoring: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Offering {
    No,
    /// Asked for, or told to the partner and not yet answered.
    Pending,
}

impl Transport {
    fn new(id: TransportId, servers: Vec<IceServer>) -> Self {
        Self {
            id,
            servers,
            was_up: false,
            route: Route::Direct,
            offering: Offering::No,
            round: None,
            remote: None,
            local: None,
            early: Vec::new(),
            ahead: Vec::new(),
            ignoring: false,
        }
    }

    /// Whether nothing was agreed on with it yet.
    pub(super) fn is_untouched(&self) -> bool {
        self.offering == Offering::No && self.remote.is_none()
    }

    /// Whether all that was said about it was answered.
    pub(super) fn is_settled(&self) -> bool {
        self.was_up && self.offering == Offering::No && self.round.is_none()
    }

    /// The certificates at the two ends of it.
    pub(super) fn ends(&self) -> Option<Ends> {
        let (_, remote) = self.remote.as_ref()?;
        Some(Ends::new(self.local.as_ref()?, remote))
    }
}

impl Session {
    /// A fresh transport, in the place of the one there is.
    pub(super) fn open(&mut self) {
        if let Some(old) = self.transport.take() {
            self.out.push_back(Output::Close(old.id));
        }
        self.made += 1;
        let id = TransportId(self.made);
        self.transport = Some(Transport::new(id, self.ice_servers.clone()));
        self.out.push_back(Output::Open(id, self.ice_servers.clone()));
    }

    /// Whether the transport relies on servers that are not those of today: the node that had them may be gone.
    pub(super) fn is_outdated(&self) -> bool {
        self.transport.as_ref().is_some_and(|transport| transport.servers != self.ice_servers)
    }

    /// Asks the transport for an offer.
    pub(super) fn offer(&mut self, now: Duration, restart: bool) {
        self.made += 1;
        let round = Round(self.made);
        let Some(transport) = self.transport.as_mut() else { return };
        transport.offering = Offering::Pending;
        transport.round = Some(round);
        transport.ignoring = false;
        self.out.push_back(Output::Offer { transport: transport.id, round, restart });
        if !restart {
            self.next_try = Some(now + self.patience.attempt);
        }
    }

    /// A description of this side, for the partner.
    pub(super) fn local(&mut self, id: TransportId, round: Round, description: Description) {
        let Some(transport) = self.transport.as_mut().filter(|transport| transport.id == id) else { return };
        if transport.round != Some(round) {
            // An offer that was taken back before it was there.
            return;
        }
        transport.round = None;
        transport.local = sdp::fingerprint(&description.sdp);
        let ahead = std::mem::take(&mut transport.ahead);
        self.signal(Payload::Description(description));
        for candidate in ahead {
            self.signal(Payload::Candidate(candidate));
        }
    }

    pub(super) fn local_candidate(&mut self, id: TransportId, candidate: Candidate) {
        let Some(transport) = self.transport.as_mut().filter(|transport| transport.id == id) else { return };
        if transport.round.is_none() {
            self.signal(Payload::Candidate(candidate));
        } else if transport.ahead.len() < MAX_EARLY_CANDIDATES {
            transport.ahead.push(candidate);
        }
    }

    fn signal(&mut self, payload: Payload) {
        if self.partner.here {
            self.tell(FromClient::Signal(Signal { to: self.partner.session, payload }));
        }
    }

    pub(super) fn remote_description(&mut self, now: Duration, description: Description) {
        let Some(from) = sdp::origin(&description.sdp).zip(sdp::fingerprint(&description.sdp)) else {
            // What has no fingerprint cannot be trusted, whoever sent it.
            return;
        };
        let joined_to_another =
            self.transport.as_ref().and_then(|transport| transport.remote.as_ref()).is_some_and(|known| *known != from);
        match description.kind {
            DescriptionKind::Offer => self.remote_offer(now, description, from, joined_to_another),
            DescriptionKind::Answer => self.remote_answer(now, description, from, joined_to_another),
        }
    }

    fn remote_offer(&mut self, now: Duration, description: Description, from: (Origin, Fingerprint), another: bool) {
        let colliding = self.transport.as_ref().is_some_and(|transport| transport.offering == Offering::Pending);
        if colliding && !self.polite {
            // The partner gives way, and answers the offer that is under way.
            if let Some(transport) = self.transport.as_mut() {
                transport.ignoring = true;
            }
            return;
        }
        let established = self.transport.as_ref().is_some_and(|transport| transport.remote.is_some());
        // An own offer on a transport that was never joined to anything is not worth taking back.
        let lost = matches!(self.state, State::Reconnecting(_)) && self.is_outdated();
        let replace = another || self.transport.is_none() || (colliding && !established) || lost;
        if replace {
            self.open();
        }
        if matches!(self.state, State::Waiting) {
            self.enter(State::Connecting, now + self.patience.connecting);
        }
        self.made += 1;
        let round = Round(self.made);
        let Some(transport) = self.transport.as_mut() else { return };
        transport.offering = Offering::No;
        transport.round = Some(round);
        transport.remote = Some(from);
        transport.ignoring = false;
        let (id, early) = (transport.id, std::mem::take(&mut transport.early));
        let rollback = colliding && !replace;
        self.out.push_back(Output::Accept { transport: id, round, description, rollback });
        self.out.extend(early.into_iter().map(|candidate| Output::Add(id, candidate)));
        self.next_try = match self.state {
            State::Connected(_) => None,
            // The answer gets its chance before this side offers in turn.
            State::Reconnecting(_) => Some(now + self.patience.restart + self.patience.restart / 4),
            _ => Some(now + self.patience.attempt),
        };
    }

    fn remote_answer(&mut self, now: Duration, description: Description, from: (Origin, Fingerprint), another: bool) {
        let Some(transport) = self.transport.as_mut() else { return };
        if transport.offering != Offering::Pending || transport.round.is_some() {
            // Nobody asked: the answer to an offer that was taken back or replaced.
            return;
        }
        if another {
            // The partner began anew and answered an offer from before.
            self.open();
            return self.offer(now, false);
        }
        transport.offering = Offering::No;
        transport.remote = Some(from);
        transport.ignoring = false;
        let (id, early) = (transport.id, std::mem::take(&mut transport.early));
        self.made += 1;
        self.out.push_back(Output::Accept { transport: id, round: Round(self.made), description, rollback: false });
        self.out.extend(early.into_iter().map(|candidate| Output::Add(id, candidate)));
    }

    pub(super) fn remote_candidate(&mut self, candidate: Candidate) {
        let Some(transport) = self.transport.as_mut() else { return };
        if transport.ignoring || candidate.candidate.is_empty() {
            return;
        }
        // Candidates follow their description: with an answer outstanding and nothing taken yet they wait for it.
        if transport.remote.is_some() && transport.offering == Offering::No {
            let id = transport.id;
            self.out.push_back(Output::Add(id, candidate));
        } else if transport.early.len() < MAX_EARLY_CANDIDATES {
            transport.early.push(candidate);
        }
    }
}

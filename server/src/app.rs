//! What every part of the server shares.

use std::sync::Arc;

use meetme_core::api::{CallRole, IceServer};
use meetme_core::cursor::Seq;
use meetme_core::id::{BookingId, UserId};
use meetme_core::time::Instant;

use crate::actions::Common;
use crate::bus::Bus;
use crate::changes::{Bounds, Changes};
use crate::clock::Clock;
use crate::config::Config;
use crate::credentials::Credentials;
use crate::feeds::Feeds;
use crate::life::Life;
use crate::metrics::Metrics;
use crate::passwords::Passwords;
use crate::probe::Probe;
use crate::rate::RateLimiter;
use crate::signal::Signal;
use crate::store::Store;
use crate::streams::Streams;
use crate::turn::Turn;

/// A handle on the running server; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts behind an [`App`].
pub struct Parts {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Where news is announced.
    pub bus: Arc<dyn Bus>,
    /// Where news is followed.
    pub changes: Changes,
    /// What all readers of the same news need alike.
    pub common: Common,
    /// Feeds that were rendered, for whoever asks next.
    pub feeds: Feeds,
    /// How many streams are open, and whose.
    pub streams: Streams,
    /// The calls of this node.
    pub signal: Signal,
    /// STUN and TURN, if this node serves them.
    pub turn: Option<Turn>,
    /// Whether this node serves, is about to stop, or stops.
    pub life: Life,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Settings and limits.
    pub config: Config,
    /// How the world reaches this server; no slash at the end.
    pub public_url: String,
    /// Who is behind a token.
    pub credentials: Credentials,
    /// Hashing, bounded.
    pub passwords: Passwords,
    /// Whether the store can write.
    pub probe: Probe,
    /// Rate limits.
    pub rates: RateLimiter,
    /// What `/metrics` shows.
    pub metrics: Metrics,
}

impl App {
    /// Puts the parts together.
    pub fn new(
        store: Arc<dyn Store>,
        bus: Arc<dyn Bus>,
        clock: Arc<dyn Clock>,
        config: Config,
        public_url: String,
        (life, turn): (Life, Option<Turn>),
    ) -> Self {
        let limits = &config.limits;
        let bounds = Bounds { page: limits.stream_page, behind: limits.stream_behind };
        Self(Arc::new(Parts {
            changes: Changes::new(store.clone(), bus.clone(), bounds),
            streams: Streams::new(limits.streams, limits.streams_of_account, limits.streams_of_address),
            common: Common::default(),
            feeds: Feeds::new(limits, &public_url),
            signal: Signal::new(limits),
            turn,
            life,
            credentials: Credentials::new(limits.credential_cache, limits.session),
            passwords: Passwords::new(limits.hashing, limits.hashing_queue),
            probe: Probe::new(limits.probe_kept),
            rates: RateLimiter::new(config.rate_limits.clone(), bus.clone()),
            metrics: Metrics::new(),
            store,
            bus,
            clock,
            public_url,
            config,
        }))
    }

    /// Tells every node where these persons' logs end now. Called after each commit, with what it wrote.
    pub fn announce(&self, heads: &[(UserId, Seq)]) {
        self.bus.announce(heads);
    }

    /// Tells every node where a person's log ends now. A log that cannot be read is looked at by its readers anyway.
    pub async fn announce_head(&self, person: UserId) {
        match self.store.head(person).await {
            Ok(head) => self.announce(&[(person, head.seq)]),
            Err(error) => tracing::debug!(%error, "a change was not announced"),
        }
    }

    /// What helps somebody in the call of `booking` to connect until it closes.
    pub fn ice_servers(&self, booking: BookingId, role: CallRole, until: Instant) -> Vec<IceServer> {
        self.turn.as_ref().map_or_else(Vec::new, |turn| turn.ice_servers(booking, role, until))
    }

    /// The domain part of the public URL, for iCalendar UIDs.
    pub fn domain(&self) -> &str {
        let rest = self.public_url.split_once("://").map_or(self.public_url.as_str(), |(_, rest)| rest);
        let host = rest.split(['/', ':']).next().unwrap_or_default();
        if host.is_empty() { "meetme" } else { host }
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

//! What every part of the server shares.

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::credentials::Credentials;
use crate::metrics::Metrics;
use crate::passwords::Passwords;
use crate::rate::RateLimiter;
use crate::store::Store;

/// A handle on the running server; cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts behind an [`App`].
pub struct Parts {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
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
    /// Rate limits.
    pub rates: RateLimiter,
    /// What `/metrics` shows.
    pub metrics: Metrics,
}

impl App {
    /// Puts the parts together.
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>, config: Config, public_url: String) -> Self {
        let limits = &config.limits;
        Self(Arc::new(Parts {
            credentials: Credentials::new(limits.credential_cache, limits.session),
            passwords: Passwords::new(limits.hashing, limits.hashing_queue),
            rates: RateLimiter::new(config.rate_limits.clone()),
            metrics: Metrics::new(),
            store,
            clock,
            public_url,
            config,
        }))
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

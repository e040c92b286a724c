//! Rate limits: a bucket per name and key, kept as one instant (GCRA).
//!
//! Nodes that share a bus share the buckets, so that a limit is one limit. While the bus is down, and on a node
//! on its own, each node has its own buckets: then so many nodes let through so many times as much.

use std::collections::HashMap;
use std::fmt::{Display, Write as _};
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::bus::{Bus, Health, Shared};
use crate::clock::Stopwatch;
use crate::config::{Rate, RateLimits, RateName};
use crate::ids;

/// How many keys are remembered; past that, those that would be let through anyway are forgotten.
const MAX_KEYS: usize = 100_000;

/// The address a request came from, as far as trusted proxies tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(pub IpAddr);

/// Lets requests through or says how long to wait.
pub struct RateLimiter {
    limits: RateLimits,
    bus: Arc<dyn Bus>,
    started: Stopwatch,
    /// Keys are hashed so that the map holds no names or addresses.
    hasher: RandomState,
    /// For each key the moment, since the start, at which its bucket is full again.
    full_at: Mutex<HashMap<(RateName, u64), Duration>>,
}

impl RateLimiter {
    /// A limiter whose buckets are all full.
    pub fn new(limits: RateLimits, bus: Arc<dyn Bus>) -> Self {
        Self { limits, bus, started: Stopwatch::start(), hasher: RandomState::new(), full_at: Mutex::default() }
    }

    /// Takes one from the bucket of `key`, or says how long until there is one.
    pub async fn take(&self, name: RateName, key: impl Display) -> Result<(), Duration> {
        let Some(rate) = self.limits.get(name) else { return Ok(()) };
        let key = key.to_string();
        if self.bus.health() == Health::Up {
            match self.bus.take(&shared(name, &key), rate).await {
                Shared::Taken => return Ok(()),
                Shared::Wait(wait) => return Err(wait),
                Shared::Unknown => {}
            }
        }
        self.take_here(name, rate, &key)
    }

    /// Takes one for each message that an account sends to other people's calendars.
    pub async fn take_messages(&self, account: impl Display, messages: usize) -> Result<(), Duration> {
        let key = account.to_string();
        for _ in 0..messages {
            self.take(RateName::Invite, &key).await?;
        }
        Ok(())
    }

    fn take_here(&self, name: RateName, rate: Rate, key: &str) -> Result<(), Duration> {
        let now = self.started.elapsed();
        let each = rate.period / rate.count;
        let key = (name, self.hasher.hash_one(key));
        let mut full_at = self.full_at.lock().expect("nobody panics while holding it");
        if full_at.len() >= MAX_KEYS {
            full_at.retain(|_, at| *at > now);
            // Still full: a flood of keys. Starting anew costs one burst, walking the map each time costs the server.
            if full_at.len() >= MAX_KEYS {
                full_at.clear();
            }
        }
        let at = full_at.entry(key).or_default();
        let next = (*at).max(now) + each;
        if next > now + rate.period {
            return Err(next - (now + rate.period));
        }
        *at = next;
        Ok(())
    }
}

/// A bucket's name on the bus: a hash, so that no names or addresses stand there.
fn shared(name: RateName, key: &str) -> String {
    let mut shared = format!("{name:?}:").to_lowercase();
    for byte in &ids::hash_of(key)[..16] {
        write!(shared, "{byte:02x}").expect("a String takes all that is written");
    }
    shared
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bus::LocalBus;

    #[tokio::test]
    async fn a_bucket_lets_its_count_through_and_then_says_when() {
        let mut limits = RateLimits::off();
        limits.set(RateName::Login, "3/1h".parse().expect("a rate"));
        let limiter = RateLimiter::new(limits, Arc::new(LocalBus::new()));

        let mut taken = Vec::new();
        for _ in 0..4 {
            taken.push(limiter.take(RateName::Login, "ada").await.is_ok());
        }

        assert_eq!(taken, [true, true, true, false]);
        let wait = limiter.take(RateName::Login, "ada").await.expect_err("the bucket is empty");
        assert!(wait > Duration::from_secs(1190) && wait <= Duration::from_secs(1200), "{wait:?}");
        assert!(limiter.take(RateName::Login, "bob").await.is_ok());
        assert!(limiter.take(RateName::Signup, "ada").await.is_ok());
    }
}

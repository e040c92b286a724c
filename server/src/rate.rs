//! Rate limits: a bucket per name and key, kept as one instant (GCRA).

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::Mutex;
use std::time::Duration;

use crate::clock::Stopwatch;
use crate::config::{RateLimits, RateName};

/// How many keys are remembered; past that, those that would be let through anyway are forgotten.
const MAX_KEYS: usize = 100_000;

/// Lets requests through or says how long to wait.
pub struct RateLimiter {
    limits: RateLimits,
    started: Stopwatch,
    /// Keys are hashed so that the map holds no names or addresses.
    hasher: RandomState,
    /// For each key the moment, since the start, at which its bucket is full again.
    full_at: Mutex<HashMap<(RateName, u64), Duration>>,
}

impl RateLimiter {
    /// A limiter whose buckets are all full.
    pub fn new(limits: RateLimits) -> Self {
        Self { limits, started: Stopwatch::start(), hasher: RandomState::new(), full_at: Mutex::default() }
    }

    /// Takes one from the bucket of `key`, or says how long until there is one.
    pub fn take(&self, name: RateName, key: impl std::hash::Hash) -> Result<(), Duration> {
        let Some(rate) = self.limits.get(name) else { return Ok(()) };
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_lets_its_count_through_and_then_says_when() {
        let mut limits = RateLimits::off();
        limits.set(RateName::Login, "3/1h".parse().expect("a rate"));
        let limiter = RateLimiter::new(limits);

        let taken: Vec<bool> = (0..4).map(|_| limiter.take(RateName::Login, "ada").is_ok()).collect();

        assert_eq!(taken, [true, true, true, false]);
        let wait = limiter.take(RateName::Login, "ada").expect_err("the bucket is empty");
        assert!(wait > Duration::from_secs(1190) && wait <= Duration::from_secs(1200), "{wait:?}");
        assert!(limiter.take(RateName::Login, "bob").is_ok());
        assert!(limiter.take(RateName::Signup, "ada").is_ok());
    }
}

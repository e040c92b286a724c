//! Rate limits: a bucket per name and key, kept as one instant (GCRA).
//!
//! Nodes that share a bus share the buckets, so that a limit is one limit. While the bus is down, and on a node
//! on its own, each node has its own buckets: then so many nodes let through so many times as much.

use std::collections::HashMap;
use std::fmt::{self, Display, Write as _};
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use meetme_core::id::Username;

use crate::bus::{Bus, Health, Shared};
use crate::clock::Stopwatch;
use crate::config::{Rate, RateLimits, RateName};
use crate::ids;

/// How many buckets of log-ins are remembered, and how many others.
const MAX_BUCKETS: usize = 100_000;
/// How many of them make room at once when there is none: not every request walks through all of them.
const MAKE_ROOM: usize = MAX_BUCKETS / 4;
/// How often full buckets are looked for where no others may make room.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// The address a request came from, as far as trusted proxies tell, and as far as it tells clients apart: of an
/// IPv6 address the first 64 bits, for whoever has one address of such a network has all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ClientAddress(IpAddr);

impl ClientAddress {
    /// Of a connection from `address`.
    pub fn of(address: IpAddr) -> Self {
        Self(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
            v4 => v4,
        })
    }

    /// The address, or the network's.
    pub fn ip(self) -> IpAddr {
        self.0
    }
}

impl Display for ClientAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Too much was asked for in too short a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many requests")]
pub struct TooFast(pub Duration);

impl TooFast {
    /// How long to wait, in whole seconds.
    pub fn seconds(self) -> u64 {
        self.0.as_secs() + u64::from(self.0.subsec_nanos() > 0)
    }
}

/// Lets requests through or says how long to wait.
pub struct RateLimiter {
    limits: RateLimits,
    bus: Arc<dyn Bus>,
    started: Stopwatch,
    /// Keys are hashed so that the map holds no names or addresses.
    hasher: RandomState,
    /// Those of log-ins are for themselves: nothing else makes them forget who guessed passwords.
    logins: Mutex<Buckets>,
    others: Mutex<Buckets>,
}

/// The buckets of some limits.
#[derive(Default)]
struct Buckets {
    /// The moment, since the start, at which each is full again. Full ones need not be here.
    full_at: HashMap<(RateName, u64), Duration>,
    /// When there was looked for full ones, where others may not be forgotten.
    looked: Option<Duration>,
}

impl RateLimiter {
    /// A limiter whose buckets are all full.
    pub fn new(limits: RateLimits, bus: Arc<dyn Bus>) -> Self {
        Self {
            limits,
            bus,
            started: Stopwatch::start(),
            hasher: RandomState::new(),
            logins: Mutex::default(),
            others: Mutex::default(),
        }
    }

    /// Takes one from the bucket of `key`, or says how long until there is one.
    pub async fn take(&self, name: RateName, key: impl Display) -> Result<(), TooFast> {
        let Some(rate) = self.limits.get(name) else { return Ok(()) };
        let key = key.to_string();
        if self.bus.health() == Health::Up {
            match self.bus.take(&shared(name, &key), rate).await {
                Shared::Taken => return Ok(()),
                Shared::Wait(wait) => return Err(TooFast(wait)),
                Shared::Unknown => {}
            }
        }
        self.take_here(name, rate, &key).map_err(TooFast)
    }

    /// Takes one for a password that somebody gives as that of `name`.
    pub async fn take_log_in(&self, from: Option<ClientAddress>, name: &str) -> Result<(), TooFast> {
        if let Some(from) = from {
            self.take(RateName::Login, from).await?;
        }
        // Names that cannot be anyone's need no buckets.
        match name.to_lowercase().parse::<Username>() {
            Ok(name) => self.take(RateName::LoginName, name).await,
            Err(_) => Ok(()),
        }
    }

    /// Takes one for each message that an account sends to other people's calendars.
    pub async fn take_messages(&self, account: impl Display, messages: usize) -> Result<(), TooFast> {
        let key = account.to_string();
        for _ in 0..messages {
            self.take(RateName::Invite, &key).await?;
        }
        Ok(())
    }

    fn take_here(&self, name: RateName, rate: Rate, key: &str) -> Result<(), Duration> {
        let now = self.started.elapsed();
        let key = (name, self.hasher.hash_one(key));
        let buckets = if is_of_log_ins(name) { &self.logins } else { &self.others };
        buckets.lock().expect("nobody panics while holding it").take(key, rate, now)
    }
}

impl Buckets {
    fn take(&mut self, key: (RateName, u64), rate: Rate, now: Duration) -> Result<(), Duration> {
        let each = rate.period / rate.count;
        if !self.full_at.contains_key(&key) && !self.has_room(key.0, now) {
            return Err(each);
        }
        let at = self.full_at.entry(key).or_default();
        let next = (*at).max(now) + each;
        if next > now + rate.period {
            return Err(next - (now + rate.period));
        }
        *at = next;
        Ok(())
    }

    /// Whether there is room for one more; makes room if there is none. Of log-ins none is forgotten before it is
    /// full: a flood of them has to wait.
    fn has_room(&mut self, name: RateName, now: Duration) -> bool {
        if self.full_at.len() < MAX_BUCKETS {
            return true;
        }
        if is_of_log_ins(name) {
            if self.looked.is_none_or(|looked| looked + LOOK_EVERY <= now) {
                self.looked = Some(now);
                self.full_at.retain(|_, at| *at > now);
            }
        } else {
            self.forget_fullest();
        }
        self.full_at.len() < MAX_BUCKETS
    }

    /// Forgets some of so many, those that are full or will be soonest: that gives away least.
    fn forget_fullest(&mut self) {
        let mut moments: Vec<Duration> = self.full_at.values().copied().collect();
        let last = *moments.select_nth_unstable(MAKE_ROOM).1;
        let mut left = MAKE_ROOM;
        self.full_at.retain(|_, at| {
            let goes = *at <= last && left > 0;
            left -= usize::from(goes);
            !goes
        });
    }
}

fn is_of_log_ins(name: RateName) -> bool {
    matches!(name, RateName::Login | RateName::LoginName)
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
        let TooFast(wait) = limiter.take(RateName::Login, "ada").await.expect_err("the bucket is empty");
        assert!(wait > Duration::from_secs(1190) && wait <= Duration::from_secs(1200), "{wait:?}");
        assert!(limiter.take(RateName::Login, "bob").await.is_ok());
        assert!(limiter.take(RateName::Signup, "ada").await.is_ok());
    }

    #[test]
    fn a_flood_of_addresses_refills_no_bucket_that_was_emptied() {
        let rate: Rate = "3/1h".parse().expect("a rate");
        let mut buckets = Buckets::default();
        let now = Duration::from_secs(1);
        while buckets.take((RateName::Address, 0), rate, now).is_ok() {}

        for other in 1..=2 * MAX_BUCKETS as u64 {
            assert!(buckets.take((RateName::Address, other), rate, now).is_ok());
            assert!(buckets.full_at.len() <= MAX_BUCKETS);
        }

        assert!(buckets.take((RateName::Address, 0), rate, now).is_err());
    }

    #[test]
    fn a_flood_of_log_ins_waits_until_buckets_are_full_again() {
        let rate: Rate = "3/1h".parse().expect("a rate");
        let mut buckets = Buckets::default();
        let mut take = |number, seconds| {
            let taken = buckets.take((RateName::Login, number), rate, Duration::from_secs(seconds));
            (taken.is_ok(), buckets.full_at.len())
        };
        (0..MAX_BUCKETS as u64).for_each(|number| assert!(take(number, 0).0));

        assert_eq!(take(u64::MAX, 1199), (false, MAX_BUCKETS), "no bucket makes room");
        assert!(take(0, 1199).0, "who has a bucket goes on");
        assert_eq!(take(u64::MAX, 1200), (true, 2), "all but one are full");
    }

    #[test]
    fn an_address_is_as_much_as_one_client_has() {
        let of = |address: &str| ClientAddress::of(address.parse().expect("an address")).to_string();

        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("2001:db8:1:3::1"), "2001:db8:1:3::");
        assert_eq!(of("192.0.2.7"), "192.0.2.7");
        assert_eq!(of("::ffff:192.0.2.7"), "192.0.2.7");
    }
}

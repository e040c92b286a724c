//! Every setting and every limit of the server, by name.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use meetme_core::api;
use meetme_core::booking::{HOLD_LENGTH, PENDING_LENGTH};
use meetme_core::time::Minutes;

/// How to run a server.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How the world reaches it, without a slash at the end; `http://{listen}` if none.
    pub public_url: Option<String>,
    /// Where the SQLite database is.
    pub data: PathBuf,
    /// The PostgreSQL database (`postgres://…`) that takes the place of `data`, and that several nodes may
    /// share. It may hold a password: it is never shown.
    pub database: Option<String>,
    /// Where the nodes of one installation hear each other (`redis://…`); none for a node on its own.
    pub bus: Option<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<IpNet>,
    /// STUN and TURN; none if there are none.
    pub turn: Option<TurnConfig>,
    /// How much anyone may ask.
    pub rate_limits: RateLimits,
    /// Everything else that is bounded.
    pub limits: Limits,
    /// What a commit waits for. Anything but `Full` loses acknowledged bookings when the power goes.
    pub durability: Durability,
}

/// How to run STUN and TURN.
#[derive(Debug, Clone)]
pub struct TurnConfig {
    /// Where to listen (UDP); port 0 takes a free one.
    pub listen: SocketAddr,
    /// The address at which the world reaches it; that of `listen` if none.
    pub public: Option<IpAddr>,
    /// The ports that traffic is relayed through, first and last (UDP).
    pub ports: (u16, u16),
    /// Networks that are no part of the internet and may be relayed to all the same.
    pub allow: Vec<IpNet>,
}

/// What a commit waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// The disk (`synchronous=FULL`).
    #[default]
    Full,
    /// Nothing (`synchronous=OFF`): only to measure what `Full` costs.
    Off,
}

/// Bounds on what one request or one server may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The largest request body.
    pub body_bytes: usize,
    /// The largest calendar object, and the largest request of a calendar app.
    pub object_bytes: usize,
    /// How many people one change of a meeting may tell.
    pub meeting_recipients: usize,
    /// How many messages an inbox holds; the oldest make room.
    pub inbox_messages: usize,
    /// How long messages stay in an inbox.
    pub inbox_kept: Duration,
    /// How long a request may take, its body included.
    pub request: Duration,
    /// How long a client may take to send its request's head.
    pub head: Duration,
    /// How many connections may be open; more wait to be accepted.
    pub connections: usize,
    /// How long a server that was told to stop goes on accepting while it says that it is not ready, so that
    /// whoever sends it requests can look elsewhere first.
    pub drain_grace: Duration,
    /// How long a stopping server waits for what it accepted.
    pub drain: Duration,
    /// How many live streams and waiting polls one account may have open on a node.
    pub streams_of_account: usize,
    /// How many one address may have open; many people may share one.
    pub streams_of_address: usize,
    /// How many a node keeps open.
    pub streams: usize,
    /// How many log entries are read at once.
    pub stream_page: usize,
    /// How many entries a stream may be behind what is passed on before it reads the log itself.
    pub stream_behind: usize,
    /// How many messages wait for a client to take them.
    pub stream_buffer: usize,
    /// How long a client may take none before its stream ends.
    pub stream_stall: Duration,
    /// How often a quiet stream shows that it lives.
    pub stream_heartbeat: Duration,
    /// How often a stream looks whether its reader may still read it.
    pub stream_recheck: Duration,
    /// How long a poll may wait for a change.
    pub poll_wait: Duration,
    /// How many days ahead a feed tells.
    pub feed_days: u32,
    /// How many entries a feed has at most.
    pub feed_entries: usize,
    /// How many days ahead the calendar of an event that was added shows open slots.
    pub shown_days: u32,
    /// How many open slots it shows at most.
    pub shown_slots: usize,
    /// How many bookings the calendar of one's bookings shows at most.
    pub shown_bookings: usize,
    /// How many days ahead free/busy tells.
    pub free_busy_days: u32,
    /// How often apps are asked to look at a feed again.
    pub feed_refresh: Minutes,
    /// How many feeds are rendered at once; others wait.
    pub feed_renders: usize,
    /// How much memory rendered feeds may take.
    pub feed_cache_bytes: usize,
    /// How many calls a node holds.
    pub signal_rooms: usize,
    /// How many signalling sockets a node keeps open.
    pub signal_sockets: usize,
    /// How many one account may have open on a node.
    pub signal_sockets_of_account: usize,
    /// How many one address may have open; many people may share one.
    pub signal_sockets_of_address: usize,
    /// How many signalling messages a client may send at once.
    pub signal_burst: u32,
    /// How many it may send a second, in the long run.
    pub signal_messages_per_second: u32,
    /// How many bytes of messages wait for a client to take them, or one message.
    pub signal_backlog: usize,
    /// A client of which nothing was heard for so long is lost.
    pub signal_lost: Duration,
    /// How many ports a node relays through.
    pub turn_allocations: usize,
    /// How many of them for one person in one call.
    pub turn_allocations_of_credential: usize,
    /// How many bytes are relayed for one person in one call, both ways.
    pub turn_bytes_of_credential: u64,
    /// How many bytes a node relays in a second.
    pub turn_bytes_per_second: u64,
    /// How many passwords are hashed at once: each takes 19 MiB and a core.
    pub hashing: usize,
    /// How many more may wait for that.
    pub hashing_queue: usize,
    /// How long a session lives without being used.
    pub session: Duration,
    /// How long a credential check is remembered.
    pub credential_cache: Duration,
    /// How long a hold lasts.
    pub hold: Minutes,
    /// How long a pending booking waits for its host.
    pub pending: Minutes,
    /// How long log entries are kept.
    pub log_kept: Duration,
    /// How long idempotency keys are kept.
    pub keys_kept: Duration,
    /// How many connections read the database.
    pub readers: usize,
    /// How many changes may wait for the writer.
    pub write_queue: usize,
    /// How many changes share a commit at most.
    pub write_batch: usize,
    /// How long `/readyz` tells what came of trying to write, before it tries again.
    pub probe_kept: Duration,
    /// `/readyz` fails with less free disk than this.
    pub free_disk_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            body_bytes: 256 * 1024,
            object_bytes: 1024 * 1024,
            meeting_recipients: 100,
            inbox_messages: 1_000,
            inbox_kept: DAY * 30,
            request: Duration::from_secs(30),
            head: Duration::from_secs(10),
            connections: 20_000,
            drain_grace: Duration::ZERO,
            drain: Duration::from_secs(30),
            streams_of_account: 50,
            streams_of_address: 500,
            streams: 10_000,
            stream_page: 200,
            stream_behind: 256,
            stream_buffer: 16,
            stream_stall: Duration::from_secs(30),
            stream_heartbeat: Duration::from_secs(15),
            stream_recheck: Duration::from_secs(5),
            poll_wait: Duration::from_secs(60),
            feed_days: 366,
            feed_entries: 10_000,
            shown_days: 92,
            shown_slots: 3_000,
            shown_bookings: 2_000,
            free_busy_days: 62,
            feed_refresh: Minutes(15),
            feed_renders: 2,
            feed_cache_bytes: 64 * 1024 * 1024,
            signal_rooms: 10_000,
            signal_sockets: 20_000,
            signal_sockets_of_account: 20,
            signal_sockets_of_address: 2_000,
            signal_burst: 200,
            signal_messages_per_second: 50,
            signal_backlog: 256 * 1024,
            signal_lost: api::SIGNAL_LOST,
            turn_allocations: 1_000,
            turn_allocations_of_credential: 10,
            turn_bytes_of_credential: 8 * 1024 * 1024 * 1024,
            turn_bytes_per_second: 64 * 1024 * 1024,
            hashing: 2,
            hashing_queue: 64,
            session: DAY * 30,
            credential_cache: Duration::from_secs(5),
            hold: HOLD_LENGTH,
            pending: PENDING_LENGTH,
            log_kept: DAY * 90,
            keys_kept: DAY * 7,
            readers: 4,
            write_queue: 4096,
            write_batch: 256,
            probe_kept: Duration::from_secs(1),
            free_disk_bytes: 64 * 1024 * 1024,
        }
    }
}

/// How many requests of a kind are let through in how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many at once, and in every period.
    pub count: u32,
    /// The period.
    pub period: Duration,
}

impl FromStr for Rate {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is not a rate: write N/PERIOD, for example 60/1m (s, m, h)");
        let (count, period) = text.split_once('/').ok_or_else(bad)?;
        let count: u32 = count.parse().map_err(|_| bad())?;
        let unit = period.chars().last().ok_or_else(bad)?;
        let seconds = match unit {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            _ => return Err(bad()),
        };
        let number = &period[..period.len() - unit.len_utf8()];
        let number: u32 = if number.is_empty() { 1 } else { number.parse().map_err(|_| bad())? };
        if count == 0 || number == 0 {
            return Err(bad());
        }
        Ok(Self { count, period: Duration::from_secs(u64::from(number) * seconds) })
    }
}

/// What is limited; each name is a setting, `--rate-limit NAME=N/PERIOD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RateName {
    /// All requests of one address.
    Address,
    /// All requests of one account.
    Account,
    /// Log-ins of one address, and passwords that one account gives to change its own.
    Login,
    /// Log-ins of one name, from wherever: more than one address may make, which must not lock its owner out.
    LoginName,
    /// Sign-ups of one address.
    Signup,
    /// Bookings, holds and moves of one account.
    Book,
    /// Invitations, answers and cancellations that one account sends to others.
    Invite,
}

impl RateName {
    /// Every name, as it is written.
    pub const ALL: [(&'static str, Self); 7] = [
        ("address", Self::Address),
        ("account", Self::Account),
        ("login", Self::Login),
        ("login-name", Self::LoginName),
        ("signup", Self::Signup),
        ("book", Self::Book),
        ("invite", Self::Invite),
    ];
}

impl FromStr for RateName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text);
        found.map(|(_, name)| *name).ok_or_else(|| {
            let names: Vec<&str> = Self::ALL.iter().map(|(name, _)| *name).collect();
            format!("there is no rate limit `{text}`: use one of {}", names.join(", "))
        })
    }
}

/// All rate limits, or none.
#[derive(Debug, Clone)]
pub struct RateLimits {
    rates: BTreeMap<RateName, Rate>,
}

impl Default for RateLimits {
    fn default() -> Self {
        let per = |count, seconds| Rate { count, period: Duration::from_secs(seconds) };
        let rates = [
            (RateName::Address, per(6000, 60)),
            (RateName::Account, per(1200, 60)),
            (RateName::Login, per(20, 60)),
            (RateName::LoginName, per(200, 60)),
            (RateName::Signup, per(20, 3600)),
            (RateName::Book, per(120, 60)),
            (RateName::Invite, per(600, 60)),
        ];
        Self { rates: rates.into() }
    }
}

impl RateLimits {
    /// No limits: for tests and load.
    pub fn off() -> Self {
        Self { rates: BTreeMap::new() }
    }

    /// Sets one of them.
    pub fn set(&mut self, name: RateName, rate: Rate) {
        self.rates.insert(name, rate);
    }

    /// The limit of this name, if there is one.
    pub fn get(&self, name: RateName) -> Option<Rate> {
        self.rates.get(&name).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_read_as_it_is_written() {
        assert_eq!("60/1m".parse(), Ok(Rate { count: 60, period: Duration::from_secs(60) }));
        assert_eq!("5/s".parse(), Ok(Rate { count: 5, period: Duration::from_secs(1) }));
        for bad in ["", "60", "0/1m", "60/0m", "60/1d", "-1/1m", "60/m1"] {
            assert!(bad.parse::<Rate>().is_err(), "{bad}");
        }
    }
}

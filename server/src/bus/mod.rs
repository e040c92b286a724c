//! The bus: says "this person's log reaches N" or "there are letters for you" to every node, never what stands there.
//!
//! Nothing depends on it but speed. Whoever listens keeps a place in the log
//! and reads on from there; a message that is lost only makes it wait for its
//! next look. So announcing never waits and never fails.

mod local;
mod redis;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use meetme_core::cursor::{Epoch, Seq};
use meetme_core::id::UserId;
use tokio::sync::broadcast;

use crate::config::Rate;

pub use self::local::LocalBus;
pub use self::redis::{BadBusUrl, RedisBus};

/// How many messages a listener may be behind before it is told to look for itself.
pub const MAX_BEHIND: usize = 16 * 1024;

/// What the bus says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    /// A person's log ends here, or farther on by now.
    Reaches {
        /// Whose log.
        person: UserId,
        /// Its last seq when this was said.
        seq: Seq,
        /// Whether this node said it.
        here: bool,
    },
    /// There are letters for the node of this number.
    Letters(u64),
    /// Something may have been said that was not heard: look at every log of interest, and for letters.
    Look,
}

/// How the bus is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// There is one node, and it hears itself.
    Local,
    /// There may be several nodes, and each hears itself alone, as they were set up; what happens elsewhere is
    /// found by looking at the logs.
    None,
    /// All nodes hear each other.
    Up,
    /// The bus is lost, and this node hears itself alone; what happens elsewhere is found by looking at the logs.
    Down,
}

impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Local => "local",
            Self::None => "none",
            Self::Up => "up",
            Self::Down => "down",
        })
    }
}

/// What came of asking the bucket that all nodes share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shared {
    /// There was one left, and it is taken.
    Taken,
    /// There is none for this long.
    Wait(Duration),
    /// There is no shared bucket, or it cannot be reached.
    Unknown,
}

/// A bus. See the module for what it does not promise.
#[async_trait]
pub trait Bus: Send + Sync + 'static {
    /// Says where these persons' logs end. Never waits; this node's listeners hear it at once.
    fn announce(&self, heads: &[(UserId, Seq)]);
    /// Says that there are letters for a node. Never waits.
    fn tell_of_letters(&self, node: u64);
    /// Hears everything said from now on. A listener that lags has missed something, as with [`Said::Look`].
    fn subscribe(&self) -> broadcast::Receiver<Said>;
    /// How it is now.
    fn health(&self) -> Health;
    /// Takes one from the bucket of `key` that all nodes share, if there is such a thing.
    async fn take(&self, key: &str, rate: Rate) -> Shared;
}

impl Health {
    /// Whether this node hears of everything that happens.
    pub fn hears_all(self) -> bool {
        matches!(self, Self::Local | Self::Up)
    }
}

/// The bus at `url`; one that is not there yet is waited for in the background. Without a URL this node hears itself,
/// which is all there is to hear unless its store is `shared`.
pub fn open(url: Option<&str>, epoch: Epoch, shared: bool) -> Result<Arc<dyn Bus>, BadBusUrl> {
    Ok(match url {
        Some(url) => Arc::new(RedisBus::start(url, epoch)?),
        None if shared => Arc::new(LocalBus::beside_others()),
        None => Arc::new(LocalBus::new()),
    })
}

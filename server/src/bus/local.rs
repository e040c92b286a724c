//! The bus of a node on its own.

use async_trait::async_trait;
use meetme_core::cursor::Seq;
use meetme_core::id::UserId;
use tokio::sync::broadcast;

use super::{Bus, Health, MAX_BEHIND, Said, Shared};
use crate::config::Rate;

/// Passes on within the process what is said there.
pub struct LocalBus(broadcast::Sender<Said>);

impl LocalBus {
    /// A bus that nobody listens to yet.
    pub fn new() -> Self {
        Self(broadcast::Sender::new(MAX_BEHIND))
    }

    /// Says something to this node's listeners. That there are none is no failure.
    pub(super) fn say(&self, said: Said) {
        let _ = self.0.send(said);
    }
}

impl Default for LocalBus {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Bus for LocalBus {
    fn announce(&self, heads: &[(UserId, Seq)]) {
        for &(person, seq) in heads {
            self.say(Said::Reaches { person, seq, here: true });
        }
    }

    fn subscribe(&self) -> broadcast::Receiver<Said> {
        self.0.subscribe()
    }

    fn health(&self) -> Health {
        Health::Local
    }

    async fn take(&self, _: &str, _: Rate) -> Shared {
        Shared::Unknown
    }
}

//! The bus of a node that hears itself alone.

use async_trait::async_trait;
use meetme_core::cursor::Seq;
use meetme_core::id::UserId;
use tokio::sync::broadcast;

use super::{Bus, Health, MAX_BEHIND, Said, Shared};
use crate::config::Rate;

/// Passes on within the process what is said there.
pub struct LocalBus {
    said: broadcast::Sender<Said>,
    health: Health,
}

impl LocalBus {
    /// Of a node on its own. Nobody listens yet.
    pub fn new() -> Self {
        Self { said: broadcast::Sender::new(MAX_BEHIND), health: Health::Local }
    }

    /// Of a node beside which there may be others that it does not hear.
    pub fn beside_others() -> Self {
        Self { health: Health::None, ..Self::new() }
    }

    /// Says something to this node's listeners. That there are none is no failure.
    pub(super) fn say(&self, said: Said) {
        let _ = self.said.send(said);
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

    fn tell_of_letters(&self, node: u64) {
        self.say(Said::Letters(node));
    }

    fn subscribe(&self) -> broadcast::Receiver<Said> {
        self.said.subscribe()
    }

    fn health(&self) -> Health {
        self.health
    }

    async fn take(&self, _: &str, _: Rate) -> Shared {
        Shared::Unknown
    }
}

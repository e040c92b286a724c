//! The end of a node, in two steps, so that nobody behind a proxy sees it.

use tokio::sync::watch;

/// How far the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// All is well.
    Serving,
    /// Still takes requests, but says that it is not ready and closes each connection behind its answer.
    Draining,
    /// Takes nothing new, finishes what was accepted, sends streams elsewhere.
    Stopping,
}

/// Tells everything in a node how far its end has come.
#[derive(Debug)]
pub struct Life(watch::Sender<Phase>);

impl Life {
    /// A node that serves.
    pub fn new() -> Self {
        Self(watch::Sender::new(Phase::Serving))
    }

    /// How far it has come.
    pub fn phase(&self) -> Phase {
        *self.0.borrow()
    }

    /// Goes on to `phase`; never back.
    pub fn enter(&self, phase: Phase) {
        self.0.send_if_modified(|now| {
            let later = *now < phase;
            *now = (*now).max(phase);
            later
        });
    }

    /// A way to wait for what comes.
    pub fn watch(&self) -> Ending {
        Ending(self.0.subscribe())
    }
}

impl Default for Life {
    fn default() -> Self {
        Self::new()
    }
}

/// Waits for the end.
#[derive(Debug, Clone)]
pub struct Ending(watch::Receiver<Phase>);

impl Ending {
    /// Returns when the node stops, or is gone.
    pub async fn stopping(&mut self) {
        let _ = self.0.wait_for(|phase| *phase == Phase::Stopping).await;
    }
}

//! What one answer may cost: steps of recurrence rules, over all entries that it tells of.

use meetme_core::recurrence::{Steps, TooManySteps};

use crate::app::App;

/// How many times what one entry may cost.
const ENTRIES: u32 = 20;
/// After so many steps others have their turn.
const TURN: u32 = 10_000;

/// What is left of it.
pub struct Work {
    app: App,
    left: u32,
    /// What was done since others had their turn.
    turn: u32,
}

impl Work {
    /// All of it.
    pub fn new(app: &App) -> Self {
        Self { app: app.clone(), left: Steps::default().left().saturating_mul(ENTRIES), turn: 0 }
    }

    /// Works something out about one entry; `None` if that costs more than an entry may, or than is left.
    pub fn out<T>(&mut self, work: impl FnOnce(&mut Steps) -> Result<T, TooManySteps>) -> Option<T> {
        let given = Steps::default().left().min(self.left);
        let mut steps = Steps::new(given);
        let done = work(&mut steps).ok();
        let taken = given - steps.left();
        self.left -= taken;
        self.turn = self.turn.saturating_add(taken);
        self.app.metrics.worked_out(taken);
        done
    }

    /// Whether nothing is left.
    pub fn is_spent(&self) -> bool {
        self.left == 0
    }

    /// Lets other requests have their turn when it is time.
    pub async fn rest(&mut self) {
        if self.turn >= TURN {
            self.turn = 0;
            tokio::task::yield_now().await;
        }
    }
}

//! Whether the store can write: anybody may ask, and a durable write is dear.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;

use crate::clock::Stopwatch;
use crate::store::{Store, StoreError};

/// Probes the store once for all who ask at about the same time.
pub struct Probe {
    kept_for: Duration,
    started: Stopwatch,
    last: Arc<Mutex<Option<Outcome>>>,
}

/// What came of a probe.
struct Outcome {
    at: Duration,
    result: Result<(), StoreError>,
}

impl Probe {
    /// An outcome is told for `kept_for`.
    pub fn new(kept_for: Duration) -> Self {
        Self { kept_for, started: Stopwatch::start(), last: Arc::default() }
    }

    /// What came of the last probe, or of one that is made now.
    pub async fn of(&self, store: Arc<dyn Store>) -> Result<(), StoreError> {
        let mut last = self.last.clone().lock_owned().await;
        if let Some(Outcome { at, result }) = last.as_ref()
            && self.started.elapsed() < *at + self.kept_for
        {
            return result.clone();
        }
        let started = self.started;
        // On a task of its own: whoever hangs up meanwhile leaves the outcome to the next one.
        let probing = tokio::spawn(async move {
            let result = store.probe().await;
            *last = Some(Outcome { at: started.elapsed(), result: result.clone() });
            result
        });
        probing.await.unwrap_or(Err(StoreError::Unavailable))
    }
}

//! The only door to the time in a call.

use std::time::{Duration, Instant};

/// Time since a beginning. Copies show the same.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    began: Instant,
}

impl Clock {
    /// A clock that begins now.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn start() -> Self {
        Self { began: Instant::now() }
    }

    /// Since the beginning.
    pub fn now(&self) -> Duration {
        self.instant().duration_since(self.began)
    }

    /// Now, for those who ask for it so.
    #[expect(clippy::disallowed_methods, reason = "this is the door")]
    pub fn instant(&self) -> Instant {
        Instant::now()
    }

    /// The instant at which this clock shows `at`.
    pub fn instant_at(&self, at: Duration) -> Instant {
        self.began + at
    }

    /// What this clock showed at an instant.
    pub fn shown_at(&self, instant: Instant) -> Duration {
        instant.saturating_duration_since(self.began)
    }

    /// Waits on this thread until the clock shows `at`.
    pub fn wait_until(&self, at: Duration) {
        if let Some(rest) = at.checked_sub(self.now()) {
            std::thread::sleep(rest);
        }
    }
}

//! The wish to stop: Ctrl-C and SIGTERM.

use crate::error::CliError;

/// Hears the wish to stop.
pub struct Stop {
    #[cfg(unix)]
    terminated: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupted: tokio::signal::unix::Signal,
}

impl Stop {
    /// Hears it from now on; the process does not end by itself any more.
    #[cfg(unix)]
    pub fn new() -> Result<Self, CliError> {
        use tokio::signal::unix::{SignalKind, signal};
        let hear = |kind| signal(kind).map_err(CliError::io("listen for signals"));
        Ok(Self { terminated: hear(SignalKind::terminate())?, interrupted: hear(SignalKind::interrupt())? })
    }

    /// Hears it from now on.
    #[cfg(not(unix))]
    pub fn new() -> Result<Self, CliError> {
        Ok(Self {})
    }

    /// Returns at each wish.
    #[cfg(unix)]
    pub async fn told(&mut self) {
        tokio::select! {
            _ = self.terminated.recv() => {}
            _ = self.interrupted.recv() => {}
        }
    }

    /// Returns at each wish.
    #[cfg(not(unix))]
    pub async fn told(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending().await
        }
    }
}

//! ALSA and its plugins write to stderr what they think of their configuration. Here it goes to the log instead.

#[cfg(target_os = "linux")]
pub(super) use alsa_says::{hush, quietly};

/// Nobody talks here.
#[cfg(not(target_os = "linux"))]
pub(super) fn hush() {}

/// Nobody talks here.
#[cfg(not(target_os = "linux"))]
pub(super) fn quietly<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[cfg(target_os = "linux")]
mod alsa_says {
    /// From now on nothing that ALSA says on this thread is seen.
    pub(in super::super) fn hush() {
        drop(alsa::Output::local_error_handler());
    }

    /// Does something that may make ALSA talk.
    pub(in super::super) fn quietly<T>(work: impl FnOnce() -> T) -> T {
        let said = alsa::Output::local_error_handler();
        let result = work();
        if let Ok(said) = said {
            said.borrow().buffer_string(|text| {
                for line in String::from_utf8_lossy(text).lines() {
                    tracing::debug!(line, "alsa has something to say");
                }
            });
        }
        result
    }
}

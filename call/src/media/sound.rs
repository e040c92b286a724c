//! Where sound comes from and goes to on this machine.

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

use super::news::News;
use super::pulse::{self, Server};
use super::{AudioSink, AudioSource, MediaError};
use crate::clock::Clock;

/// How long a server or a device may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whose devices are meant.
#[derive(Debug, Clone, Default)]
pub enum Sound {
    /// Those of the usual sound server.
    #[default]
    Usual,
    /// Those of the server with this socket.
    Server(PathBuf),
}

/// Where sound comes from or goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What it is chosen by.
    pub name: String,
    /// What people call it.
    pub description: String,
    /// Whether it is used when none is chosen.
    pub is_default: bool,
}

/// What this machine has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Devices {
    /// Microphones, and what listens to speakers.
    pub microphones: Vec<Device>,
    /// Speakers.
    pub speakers: Vec<Device>,
}

impl Sound {
    /// What there is.
    ///
    /// # Errors
    /// If there is no server, or it does not answer.
    pub fn list(&self) -> Result<Devices, MediaError> {
        pulse::list(self.server())
    }

    /// Switches on the microphone of this name; without one the default. What becomes of it is told.
    ///
    /// # Errors
    /// If it is not there, or does not work.
    pub fn microphone(
        &self,
        name: Option<&str>,
        clock: Clock,
        news: &News,
    ) -> Result<Box<dyn AudioSource>, MediaError> {
        Ok(Box::new(pulse::Microphone::open(self.server(), name, clock)?.telling(news.clone())))
    }

    /// Switches on the speaker of this name; without one the default.
    ///
    /// # Errors
    /// If it is not there, or does not work.
    pub fn speaker(&self, name: Option<&str>) -> Result<Box<dyn AudioSink>, MediaError> {
        Ok(Box::new(pulse::Speaker::open(self.server(), name)?))
    }

    fn server(&self) -> Server {
        match self {
            Self::Usual => Server::Usual,
            Self::Server(socket) => Server::At(socket.clone()),
        }
    }
}

/// Runs what may wait for others on a thread of its own, and waits for it, but not for ever.
pub(super) fn on_a_thread<T: Send + 'static>(
    name: &str,
    work: impl FnOnce() -> Result<T, MediaError> + Send + 'static,
) -> Result<T, MediaError> {
    let (done, answer) = mpsc::channel();
    // When nobody waits any longer, what was opened is closed again.
    std::thread::Builder::new().name(name.to_owned()).spawn(move || drop(done.send(work())))?;
    in_time(&answer)
}

/// What is answered, if it is in time.
pub(super) fn in_time<T>(answer: &mpsc::Receiver<Result<T, MediaError>>) -> Result<T, MediaError> {
    let late = |_| Err(MediaError::Sound("it does not answer".to_owned()));
    answer.recv_timeout(PATIENCE).unwrap_or_else(late)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_answer_is_not_waited_for_for_ever() {
        let (kept, answer) = mpsc::channel::<Result<(), MediaError>>();
        let error = in_time(&answer).unwrap_err();
        assert_eq!(error.to_string(), "no sound: it does not answer");
        drop(kept);
    }
}

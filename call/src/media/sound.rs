//! Where sound comes from and goes to on this machine: a sound server where one runs, else, with the feature `cpal`, the
//! system's own devices.

use std::path::PathBuf;
use std::sync::mpsc;
use std::time::Duration;

#[cfg(feature = "cpal")]
use super::native;
use super::news::News;
use super::pulse::{self, Server};
use super::{AudioSink, AudioSource, MediaError};
use crate::clock::Clock;

/// How long a server or a device may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Whose devices are meant.
#[derive(Debug, Clone, Default)]
pub enum Sound {
    /// Those of the usual sound server; where none runs, the system's own, if this is built with the feature `cpal`.
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
    /// Whether a sound server has them; if not, the system itself.
    pub served: bool,
}

impl Sound {
    /// What there is.
    ///
    /// # Errors
    /// If there is neither a server nor anything in its stead, or it does not answer.
    pub fn list(&self) -> Result<Devices, MediaError> {
        self.by(pulse::list, native::list)
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
        self.by(
            |server| Ok(Box::new(pulse::Microphone::open(server, name, clock)?.telling(news.clone())) as Box<_>),
            || native::microphone(name, clock, news),
        )
    }

    /// Switches on the speaker of this name; without one the default. What becomes of it is told.
    ///
    /// # Errors
    /// If it is not there, or does not work.
    pub fn speaker(&self, name: Option<&str>, news: &News) -> Result<Box<dyn AudioSink>, MediaError> {
        self.by(|server| Ok(Box::new(pulse::Speaker::open(server, name)?) as Box<_>), || native::speaker(name, news))
    }

    /// Asks whom it is to ask: the system itself only where no server runs.
    fn by<T>(
        &self,
        server: impl FnOnce(Server) -> Result<T, MediaError>,
        native: impl FnOnce() -> Result<T, MediaError>,
    ) -> Result<T, MediaError> {
        match self {
            Self::Usual => match server(Server::Usual) {
                Err(MediaError::NoServer) => native(),
                answer => answer,
            },
            Self::Server(socket) => server(Server::At(socket.clone())),
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

/// The system's own devices are not built in.
#[cfg(not(feature = "cpal"))]
mod native {
    use super::{AudioSink, AudioSource, Clock, Devices, MediaError, News};

    pub(super) fn list() -> Result<Devices, MediaError> {
        Err(MediaError::NoServer)
    }

    pub(super) fn microphone(_: Option<&str>, _: Clock, _: &News) -> Result<Box<dyn AudioSource>, MediaError> {
        Err(MediaError::NoServer)
    }

    pub(super) fn speaker(_: Option<&str>, _: &News) -> Result<Box<dyn AudioSink>, MediaError> {
        Err(MediaError::NoServer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sound_server_is_preferred_and_the_system_is_asked_where_there_is_none() {
        let native = || Ok("the system");
        assert_eq!(Sound::Usual.by(|_| Ok("a server"), native).unwrap(), "a server");
        assert_eq!(Sound::Usual.by(|_| Err(MediaError::NoServer), native).unwrap(), "the system");
        assert!(Sound::Usual.by(|_| Err(MediaError::Sound("it is busy".into())), native).is_err());
        let one = Sound::Server("/no/such/socket".into());
        assert!(one.by(|_| Err(MediaError::NoServer), native).is_err(), "one that was named is meant");
    }

    #[test]
    fn what_does_not_answer_is_not_waited_for_for_ever() {
        let (kept, answer) = mpsc::channel::<Result<(), MediaError>>();
        let error = in_time(&answer).unwrap_err();
        assert_eq!(error.to_string(), "no sound: it does not answer");
        drop(kept);
    }
}

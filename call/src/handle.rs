//! What a user can do to a running call, from anywhere.

use bytes::Bytes;
use serde::Serialize;
use tokio::sync::mpsc;

/// Commands that may wait; more than these in the time of one are dropped.
const WAITING: usize = 256;
/// Messages that may wait for a connection, or for its pace.
const MESSAGES: usize = 64;
/// Largest message on a channel.
pub const MAX_MESSAGE: usize = 16 * 1024;

/// Two channels for what is neither picture nor sound: reliable, and in order. Who offers first opens them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Channel {
    /// Lines of text.
    Chat,
    /// Files, in pieces.
    Files,
}

impl Channel {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Chat, Self::Files];

    /// Its name on the wire (RFC 8832).
    pub fn label(self) -> &'static str {
        match self {
            Self::Chat => "chat",
            Self::Files => "files",
        }
    }
}

/// How good the picture that is sent shall be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
    /// As good as the path takes.
    #[default]
    Best,
    /// Half of that.
    Saving,
    /// As little as shows a face.
    Least,
}

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Send silence, or sound again.
    Mute(bool),
    /// Send pictures, or none.
    Camera(bool),
    /// Send better or worse pictures.
    Quality(Quality),
    /// Write what comes to the recording, or pause it.
    Record(bool),
    /// Good-bye.
    HangUp,
}

/// Takes commands; [`run`](crate::run) has the other end.
#[derive(Debug, Clone)]
pub struct Handle {
    commands: mpsc::Sender<Command>,
    messages: mpsc::Sender<(Channel, Bytes)>,
}

/// The end of a [`Handle`] that a call is run with.
#[derive(Debug)]
pub struct Commands {
    pub(crate) commands: mpsc::Receiver<Command>,
    pub(crate) messages: mpsc::Receiver<(Channel, Bytes)>,
}

impl Handle {
    /// A handle and its other end.
    pub fn new() -> (Self, Commands) {
        let ((to_run, commands), (to_peer, messages)) = (mpsc::channel(WAITING), mpsc::channel(MESSAGES));
        (Self { commands: to_run, messages: to_peer }, Commands { commands, messages })
    }

    /// Sends silence, or sound again.
    pub fn mute(&self, muted: bool) {
        self.command(Command::Mute(muted));
    }

    /// Sends pictures, or none.
    pub fn camera(&self, on: bool) {
        self.command(Command::Camera(on));
    }

    /// Sends better or worse pictures.
    pub fn quality(&self, quality: Quality) {
        self.command(Command::Quality(quality));
    }

    /// Sends a message of at most [`MAX_MESSAGE`] bytes, now or when there is a connection.
    ///
    /// False: it is too large, or too many wait already; then it is worth trying again a little later.
    pub fn send(&self, channel: Channel, data: Bytes) -> bool {
        data.len() <= MAX_MESSAGE && self.messages.try_send((channel, data)).is_ok()
    }

    /// Writes what comes to the recording, or pauses it.
    pub fn record(&self, on: bool) {
        self.command(Command::Record(on));
    }

    /// Says good-bye: the run ends.
    pub fn hang_up(&self) {
        self.command(Command::HangUp);
    }

    fn command(&self, command: Command) {
        // As many as these nobody can want at once.
        let _ = self.commands.try_send(command);
    }
}

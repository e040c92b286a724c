//! What somebody looks at: a screen, or lines.

use std::io::{BufRead as _, IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::{Look, blind};
use crate::clock::Clock;
use crate::media::VideoSink;
use crate::view::command::{self, Command};
use crate::view::plain::Lines;
use crate::view::scene::{Scene, harmless};
use crate::view::{Screen, TerminalError};

/// Commands that may wait to be done.
const WAITING: usize = 64;

/// A screen, or lines.
pub enum Front {
    /// Drawn.
    Screen(Screen),
    /// Written.
    Lines(Box<Written>),
}

/// Everything as lines.
pub struct Written {
    state: Mutex<(Scene, Lines, Box<dyn Write + Send>)>,
    clock: Clock,
    /// Keeps the commands open when the input ends: the call goes on.
    _commands: mpsc::Sender<Command>,
}

impl Front {
    /// Opens it. Commands come through the receiver.
    pub fn open(scene: Scene, look: Look, clock: Clock) -> Result<(Self, mpsc::Receiver<Command>), TerminalError> {
        match look {
            Look::Screen(wish) => {
                let (screen, commands) = Screen::open(scene, wish, clock)?;
                Ok((Self::Screen(screen), commands))
            }
            Look::Lines(out) => {
                let (sender, commands) = mpsc::channel(WAITING);
                let typed = sender.clone();
                // It ends with its input, or with the process: nothing can wake it from reading.
                std::thread::Builder::new().name("lines".to_owned()).spawn(move || read_lines(&typed))?;
                let state = Mutex::new((scene, Lines::default(), out));
                Ok((Self::Lines(Box::new(Written { state, clock, _commands: sender })), commands))
            }
        }
    }

    /// Where pictures go: the other's, and one's own.
    pub fn sinks(&self) -> (Box<dyn VideoSink>, Option<Box<dyn VideoSink>>) {
        match self {
            Self::Screen(screen) => (Box::new(screen.peer_sink()), Some(Box::new(screen.own_sink()))),
            Self::Lines(_) => blind(),
        }
    }

    /// Changes what is shown.
    pub fn change<T>(&self, change: impl FnOnce(&mut Scene, Duration) -> T) -> T {
        match self {
            Self::Screen(screen) => screen.change(change),
            Self::Lines(written) => {
                let now = written.clock.now();
                let mut state = written.state.lock().unwrap_or_else(PoisonError::into_inner);
                let (scene, lines, out) = &mut *state;
                let result = change(scene, now);
                write_lines(out, &lines.new_lines(scene));
                result
            }
        }
    }

    /// Answers a question that was asked in a line. A screen shows the answer anyway.
    pub fn tell(&self, answer: impl FnOnce(&Scene, Duration) -> Vec<String>) {
        if let Self::Lines(written) = self {
            let now = written.clock.now();
            let mut state = written.state.lock().unwrap_or_else(PoisonError::into_inner);
            let (scene, _, out) = &mut *state;
            write_lines(out, &answer(scene, now));
        }
    }

    /// Rings, where there is a bell.
    pub fn ring(&self) {
        match self {
            Self::Screen(screen) => screen.ring(),
            Self::Lines(_) if !std::io::stdout().is_terminal() => {}
            Self::Lines(written) => {
                let mut state = written.state.lock().unwrap_or_else(PoisonError::into_inner);
                let _ = state.2.write_all(b"\x07").and_then(|()| state.2.flush());
            }
        }
    }
}

fn write_lines(out: &mut Box<dyn Write + Send>, lines: &[String]) {
    for line in lines {
        // Whoever read them is gone; the call goes on.
        let _ = writeln!(out, "{}", harmless(line));
    }
    let _ = out.flush();
}

fn read_lines(commands: &mpsc::Sender<Command>) {
    for line in std::io::stdin().lock().lines() {
        let Ok(line) = line else { return };
        let command = match command::read(&line) {
            Ok(Some(command)) => command,
            Ok(None) => continue,
            Err(error) => Command::Wrong(error),
        };
        if commands.blocking_send(command).is_err() {
            return;
        }
    }
}

//! The thread that draws: it takes the newest pictures and words, as often as the terminal takes them, and reads keys.

use std::io::{self, Read as _, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::mpsc;

use super::command::{self, Command};
use super::detect::{Graphics, Wish};
use super::input::{Answer, Input};
use super::layout::{Image, Seen, page};
use super::pace::{ASK, Pace};
use super::paint::Painter;
use super::picture::{Extent, Planes};
use super::scene::Scene;
use super::terminal::{Terminal, TerminalError};
use super::{kitty, sixel};
use crate::clock::Clock;
use crate::media::{VideoFrame, VideoSink};

/// Without a new picture for so long the last one is not shown any longer.
const STALE: Duration = Duration::from_secs(5);
/// An escape that is followed by nothing for so long was the key.
const ESCAPE: Duration = Duration::from_millis(50);
/// At least so often it is looked whether clock or size changed.
const LOOK: Duration = Duration::from_millis(250);
/// Commands that may wait to be done.
const WAITING: usize = 64;
/// The picture's number in kitty's protocol.
const PICTURE: u32 = 1;

/// A call on the screen. Dropping it puts the terminal right.
pub struct Screen {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

/// Shows the other's pictures, or one's own.
pub struct Sink {
    shared: Arc<Shared>,
    own: bool,
}

struct Shared {
    state: Mutex<State>,
    /// Wakes the thread.
    bell: UnixStream,
    clock: Clock,
}

struct State {
    scene: Scene,
    peer: Option<Shown>,
    own: Option<Shown>,
    /// Something is not drawn yet.
    changed: bool,
    /// Everything is to be drawn again.
    anew: bool,
    /// The terminal's bell is to be rung.
    ring: bool,
    closing: bool,
}

struct Shown {
    frame: VideoFrame,
    at: Duration,
}

impl Screen {
    /// Takes over the terminal and begins to draw. Commands come through the receiver, which ends with the terminal.
    pub fn open(scene: Scene, wish: Wish, clock: Clock) -> Result<(Self, mpsc::Receiver<Command>), TerminalError> {
        let terminal = Terminal::open(wish, clock)?;
        let (bell, ear) = UnixStream::pair()?;
        bell.set_nonblocking(true)?;
        ear.set_nonblocking(true)?;
        let state = State { scene, peer: None, own: None, changed: true, anew: false, ring: false, closing: false };
        let shared = Arc::new(Shared { state: Mutex::new(state), bell, clock });
        let (commands, receiver) = mpsc::channel(WAITING);
        let drawer = Drawer {
            pace: Pace::new(terminal.way()),
            painter: Painter::new(Extent { width: 0, height: 0 }),
            terminal,
            ear,
            commands,
            shared: Arc::clone(&shared),
            second: None,
            image: None,
        };
        let thread = std::thread::Builder::new().name("screen".to_owned()).spawn(move || drawer.run())?;
        Ok((Self { shared, thread: Some(thread) }, receiver))
    }

    /// Where the other's pictures go.
    pub fn peer_sink(&self) -> Sink {
        Sink { shared: Arc::clone(&self.shared), own: false }
    }

    /// Where one's own pictures go.
    pub fn own_sink(&self) -> Sink {
        Sink { shared: Arc::clone(&self.shared), own: true }
    }

    /// Changes what is shown.
    pub fn change<T>(&self, change: impl FnOnce(&mut Scene, Duration) -> T) -> T {
        let now = self.shared.clock.now();
        let mut state = self.shared.lock();
        let result = change(&mut state.scene, now);
        state.changed = true;
        drop(state);
        self.shared.wake();
        result
    }

    /// Draws everything again.
    pub fn redraw(&self) {
        self.shared.lock().anew = true;
        self.shared.wake();
    }

    /// Rings the terminal's bell.
    pub fn ring(&self) {
        self.shared.lock().ring = true;
        self.shared.wake();
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        self.shared.lock().closing = true;
        self.shared.wake();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has put the terminal right, and said so to stderr.
            let _ = thread.join();
        }
    }
}

impl VideoSink for Sink {
    fn show(&mut self, frame: &VideoFrame) {
        let shown = Some(Shown { frame: frame.clone(), at: self.shared.clock.now() });
        let mut state = self.shared.lock();
        if self.own {
            state.own = shown;
        } else {
            state.peer = shown;
        }
        state.changed = true;
        drop(state);
        self.shared.wake();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// If the pipe is full the thread is awake anyway.
    fn wake(&self) {
        let _ = (&self.bell).write(b".");
    }
}

/// Everything that the thread has.
struct Drawer {
    terminal: Terminal,
    ear: UnixStream,
    commands: mpsc::Sender<Command>,
    shared: Arc<Shared>,
    pace: Pace,
    painter: Painter,
    /// The second of the clock that was drawn last.
    second: Option<u64>,
    /// The place of the picture that was drawn last, if it was none of characters.
    image: Option<(usize, usize, Extent)>,
}

impl Drawer {
    fn run(mut self) {
        // The terminal is gone: nobody is there to be told. The commands end, and with them the call.
        let _ = self.draw_until_closed();
    }

    fn draw_until_closed(&mut self) -> io::Result<()> {
        loop {
            let now = self.shared.clock.now();
            let (closing, changed) = {
                let state = self.shared.lock();
                (state.closing, state.changed || state.anew || state.ring)
            };
            if closing {
                return Ok(());
            }
            let due = self.pace.wait(now);
            let ticked = self.second != Some(now.as_secs());
            if (changed || ticked) && due.is_zero() {
                self.second = Some(now.as_secs());
                self.draw(now)?;
                continue;
            }
            let most = if self.terminal.is_reading() { ESCAPE } else { LOOK };
            let most = if changed || ticked { due.min(most) } else { most };
            let ready = self.terminal.wait(self.ear.as_fd(), most)?;
            if ready.call {
                let _ = self.ear.read(&mut [0; 256]);
            }
            if ready.input {
                let Some(inputs) = self.terminal.read()? else { return Ok(()) };
                for input in inputs {
                    self.take(&input);
                }
            } else if let Some(input) = self.terminal.pause() {
                self.take(&input);
            }
        }
    }

    fn take(&mut self, input: &Input) {
        match input {
            Input::Answer(Answer::Well) => self.pace.answered(self.shared.clock.now()),
            Input::Answer(_) => {}
            Input::Key(key) => {
                let now = self.shared.clock.now();
                let mut state = self.shared.lock();
                let pressed = command::press(&mut state.scene, *key);
                state.changed = true;
                match pressed {
                    Ok(Some(Command::Redraw)) => state.anew = true,
                    // What changes the view alone is done at once: the next key may depend on it.
                    Ok(Some(Command::Help)) => state.scene.help = !state.scene.help,
                    Ok(Some(Command::Own(switch))) => {
                        state.scene.without_own = !switch.of(!state.scene.without_own);
                    }
                    // If so many wait, one more key is not missed.
                    Ok(Some(command)) => drop(self.commands.try_send(command)),
                    Ok(None) => {}
                    Err(error) => state.scene.note(&error.to_string(), now),
                }
            }
        }
    }

    fn draw(&mut self, now: Duration) -> io::Result<()> {
        let size = self.terminal.size();
        let (page, ring) = {
            let mut state = self.shared.lock();
            if state.anew || size != self.painter.size() {
                self.painter.forget(size);
                self.image = None;
                // What the terminal made of the old size is nothing to build on.
                self.terminal.write(b"\x1b[m\x1b[2J")?;
            }
            (state.changed, state.anew) = (false, false);
            let ring = std::mem::take(&mut state.ring);
            let fresh = |shown: &Option<Shown>| {
                shown.as_ref().filter(|shown| now.saturating_sub(shown.at) < STALE).map(|shown| shown.frame.clone())
            };
            let (peer, own) = (fresh(&state.peer), fresh(&state.own).filter(|_| !state.scene.unseen));
            let scene = state.scene.clone();
            drop(state);
            let seen = Seen { peer: peer.as_ref().map(Planes::from), own: own.as_ref().map(Planes::from) };
            (page(&scene, seen, size, now, self.terminal.able(), self.pace.pixels()), ring)
        };
        let mut bytes = Vec::new();
        self.move_image(page.image.as_ref(), &mut bytes);
        let update = self.painter.update(&page.grid, self.pace.cost());
        bytes.extend_from_slice(&update.bytes);
        if let Some(image) = &page.image {
            let picture = drawn(image, self.terminal.able().graphics);
            self.pace.sent_pixels(image.pixels.all.len(), picture.len());
            bytes.extend_from_slice(&picture);
        }
        if ring {
            bytes.push(7);
        }
        if bytes.is_empty() {
            return Ok(());
        }
        let answers = self.terminal.able().answers;
        if answers {
            bytes.extend_from_slice(ASK);
        }
        self.pace.sent(bytes.len(), update.whole, now);
        self.terminal.write(&bytes)?;
        if !answers {
            self.pace.wrote(self.shared.clock.now().saturating_sub(now));
        }
        Ok(())
    }

    /// Takes away a picture that is not where the next one will be.
    fn move_image(&mut self, next: Option<&Image>, bytes: &mut Vec<u8>) {
        let place = next.map(|image| (image.column, image.row, image.cells));
        if place == self.image {
            return;
        }
        if self.image.is_some() {
            match self.terminal.able().graphics {
                Graphics::Kitty => bytes.extend_from_slice(kitty::CLEAR),
                // Sixels are part of the screen.
                _ => {
                    bytes.extend_from_slice(b"\x1b[m\x1b[2J");
                    self.painter.forget(self.painter.size());
                }
            }
        }
        self.image = place;
    }
}

fn drawn(image: &Image, graphics: Graphics) -> Vec<u8> {
    let mut bytes = format!("\x1b[{};{}H", image.row + 1, image.column + 1).into_bytes();
    bytes.extend(match graphics {
        Graphics::Kitty => kitty::picture(PICTURE, &image.pixels, image.cells),
        Graphics::Sixel | Graphics::Cells => sixel::picture(&image.pixels, image.scale),
    });
    bytes
}

impl<'a> From<&'a VideoFrame> for Planes<'a> {
    fn from(frame: &'a VideoFrame) -> Self {
        let size = frame.size();
        Self { width: size.width, height: size.height, y: frame.y(), u: frame.u(), v: frame.v() }
    }
}

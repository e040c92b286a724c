//! The terminal itself: raw while a call is drawn, put right again on every way out.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::mem::MaybeUninit;
use std::os::fd::{AsRawFd as _, BorrowedFd, OwnedFd, RawFd};
use std::time::Duration;

use super::detect::{Abilities, Environment, Graphics, Wish, questions};
use super::guardian::Guardian;
use super::input::{Input, Reader};
use super::kitty;
use super::picture::Extent;
use super::scene::harmless;
use crate::clock::Clock;

/// The other screen, empty, without a cursor, without wrapping; what is pasted is marked.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?2004h\x1b[2J\x1b[H";
/// All of it back.
const LEAVE: &[u8] = b"\x1b[?2026l\x1b[?2004l\x1b[m\x1b[?7h\x1b[?25h\x1b[?1049l";

/// How long answers to the questions are waited for.
const ANSWERS: Duration = Duration::from_secs(1);
/// How much of what libraries wrote meanwhile is shown at the end.
const MOST_NOISE: u64 = 4096;

/// A terminal that is drawn on. Dropping it puts it right.
#[derive(Debug)]
pub struct Terminal {
    input: File,
    output: File,
    modes: libc::termios,
    guardian: Option<Guardian>,
    noise: Option<Noise>,
    able: Abilities,
    way: Duration,
    reader: Reader,
}

/// Why a terminal cannot be drawn on.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// There is none.
    #[error("there is no terminal to draw on")]
    None,
    /// It would not do what it was told.
    #[error("the terminal cannot be set up")]
    Io(#[from] io::Error),
}

/// What a wait ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ready {
    /// The terminal sent something.
    pub input: bool,
    /// Somebody called.
    pub call: bool,
}

impl Terminal {
    /// Takes over the terminal and finds out what it can do.
    pub fn open(wish: Wish, clock: Clock) -> Result<Self, TerminalError> {
        let environment = Environment::of_process();
        if !environment.can_draw() {
            return Err(TerminalError::None);
        }
        let input = side(0)?;
        let output = side(1)?;
        let modes = modes(&output)?;
        let restore = [kitty_free(true), LEAVE].concat();
        let guardian = Some(Guardian::begin(&output, &modes, &restore)?);
        // From here on dropping it undoes what was done.
        let mut terminal = Self {
            input,
            output,
            modes,
            guardian,
            noise: Noise::catch()?,
            able: Abilities::guessed(&environment),
            way: Duration::ZERO,
            reader: Reader::default(),
        };
        set_modes(&terminal.output, &raw(modes))?;
        terminal.write(ENTER)?;
        terminal.ask(&environment, clock)?;
        terminal.able.wish(wish);
        Ok(terminal)
    }

    /// What it can do.
    pub fn able(&self) -> &Abilities {
        &self.able
    }

    /// How long it takes to answer to a few bytes.
    pub fn way(&self) -> Duration {
        self.way
    }

    /// Columns and rows now. Also learns the size of a cell, if the system knows it.
    #[expect(unsafe_code, reason = "the standard library does not know sizes of terminals")]
    pub fn size(&mut self) -> Extent {
        let mut size = MaybeUninit::<libc::winsize>::zeroed();
        // SAFETY: the call fills `size` or leaves it zero; zero is a valid value.
        let size = unsafe {
            libc::ioctl(self.output.as_raw_fd(), libc::TIOCGWINSZ, size.as_mut_ptr());
            size.assume_init()
        };
        let (columns, rows) = (usize::from(size.ws_col), usize::from(size.ws_row));
        if columns == 0 || rows == 0 {
            return Extent { width: 80, height: 24 };
        }
        let (width, height) = (usize::from(size.ws_xpixel) / columns, usize::from(size.ws_ypixel) / rows);
        if width > 0 && height > 0 {
            self.able.cell = Extent { width, height };
        }
        Extent { width: columns, height: rows }
    }

    /// Writes, and waits until all of it is taken.
    pub fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.output.write_all(bytes)?;
        self.output.flush()
    }

    /// Waits for input or for somebody who calls, at most so long.
    pub fn wait(&self, call: BorrowedFd<'_>, most: Duration) -> io::Result<Ready> {
        let [input, call] = poll([self.input.as_raw_fd(), call.as_raw_fd()], most)?;
        Ok(Ready { input, call })
    }

    /// What has been sent. None: the terminal is gone.
    pub fn read(&mut self) -> io::Result<Option<Vec<Input>>> {
        let mut bytes = [0; 4096];
        match self.input.read(&mut bytes) {
            Ok(0) => Ok(None),
            Ok(length) => Ok(Some(self.reader.read(&bytes[..length]))),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => Ok(Some(Vec::new())),
            Err(error) => Err(error),
        }
    }

    /// Whether part of something was sent, whose end may never come.
    pub fn is_reading(&self) -> bool {
        self.reader.is_waiting()
    }

    /// Nothing more came: a lone escape was the key.
    pub fn pause(&mut self) -> Option<Input> {
        self.reader.pause()
    }

    fn ask(&mut self, environment: &Environment, clock: Clock) -> io::Result<()> {
        let began = clock.now();
        self.write(&questions())?;
        loop {
            let rest = (began + ANSWERS).saturating_sub(clock.now());
            let [ready] = poll([self.input.as_raw_fd()], rest)?;
            if !ready {
                break;
            }
            for input in self.read()?.unwrap_or_default() {
                if let Input::Answer(answer) = input
                    && self.able.hear(answer, environment)
                {
                    self.way = clock.now().saturating_sub(began);
                    return self.write(b"\x1b[2J");
                }
            }
        }
        // Whatever such a terminal made of the questions.
        self.write(b"\x1b[2J")
    }

    fn restore(&mut self) {
        let kitty = kitty_free(self.able.graphics == Graphics::Kitty);
        // What was typed meanwhile and not read is no command for the shell.
        let _ = self.write(&[kitty, LEAVE].concat()).and_then(|()| set_modes(&self.output, &self.modes));
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.restore();
        if let Some(guardian) = self.guardian.take() {
            guardian.dismiss();
        }
        if let Some(noise) = self.noise.take() {
            noise.show();
        }
    }
}

/// What libraries write to stderr while a call is drawn: kept, and its end shown when the terminal is free again.
#[derive(Debug)]
struct Noise {
    kept: File,
    stderr: OwnedFd,
}

impl Noise {
    /// None if stderr is no terminal: then it disturbs nobody.
    fn catch() -> io::Result<Option<Self>> {
        if !is_terminal(2) {
            return Ok(None);
        }
        let kept = tempfile::tempfile()?;
        let stderr = io::stderr().as_fd_owned()?;
        replace(kept.as_raw_fd(), 2)?;
        Ok(Some(Self { kept, stderr }))
    }

    fn show(mut self) {
        if replace(self.stderr.as_raw_fd(), 2).is_err() {
            return;
        }
        let mut text = Vec::new();
        let length = self.kept.seek(SeekFrom::End(0)).unwrap_or(0);
        let from = length.saturating_sub(MOST_NOISE);
        if self.kept.seek(SeekFrom::Start(from)).is_ok() && self.kept.read_to_end(&mut text).is_ok() {
            let _ = io::stderr().write_all(told(&text).as_bytes());
        }
    }
}

/// What was written, line by line, with nothing that steers a terminal: some of it may be what the other end sent.
fn told(text: &[u8]) -> String {
    String::from_utf8_lossy(text).lines().map(|line| harmless(line) + "\n").collect()
}

trait AsFdOwned {
    fn as_fd_owned(&self) -> io::Result<OwnedFd>;
}

impl<T: std::os::fd::AsFd> AsFdOwned for T {
    fn as_fd_owned(&self) -> io::Result<OwnedFd> {
        self.as_fd().try_clone_to_owned()
    }
}

fn kitty_free(is: bool) -> &'static [u8] {
    if is { kitty::CLEAR } else { b"" }
}

/// Standard input or output if it is a terminal, else the one that the process belongs to.
fn side(descriptor: RawFd) -> Result<File, TerminalError> {
    if is_terminal(descriptor) {
        let owned = if descriptor == 0 { io::stdin().as_fd_owned()? } else { io::stdout().as_fd_owned()? };
        return Ok(File::from(owned));
    }
    OpenOptions::new().read(true).write(true).open("/dev/tty").map_err(|_| TerminalError::None)
}

/// Whether a standard stream is a terminal.
#[expect(unsafe_code, reason = "by number, as for stderr below")]
fn is_terminal(descriptor: RawFd) -> bool {
    // SAFETY: a question about a number.
    unsafe { libc::isatty(descriptor) == 1 }
}

#[expect(unsafe_code, reason = "the standard library cannot replace stderr")]
fn replace(from: RawFd, to: RawFd) -> io::Result<()> {
    // SAFETY: `from` is open; `to` is a standard stream, which nobody owns.
    if unsafe { libc::dup2(from, to) } < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[expect(unsafe_code, reason = "the standard library does not know terminals' modes")]
fn modes(terminal: &File) -> Result<libc::termios, TerminalError> {
    let mut modes = MaybeUninit::<libc::termios>::uninit();
    // SAFETY: `modes` is only read after the call says that it filled it.
    unsafe {
        if libc::tcgetattr(terminal.as_raw_fd(), modes.as_mut_ptr()) != 0 {
            return Err(TerminalError::None);
        }
        Ok(modes.assume_init())
    }
}

#[expect(unsafe_code, reason = "the standard library does not know terminals' modes")]
fn set_modes(terminal: &File, modes: &libc::termios) -> io::Result<()> {
    // SAFETY: `modes` is whole. TCSAFLUSH also drops what was typed and not read.
    let set = unsafe { libc::tcsetattr(terminal.as_raw_fd(), libc::TCSAFLUSH, modes) };
    if set == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Every key comes at once and means nothing to the system.
#[expect(unsafe_code, reason = "the system's own word for raw")]
fn raw(mut modes: libc::termios) -> libc::termios {
    // SAFETY: changes a whole value in place.
    unsafe { libc::cfmakeraw(&raw mut modes) };
    modes
}

/// Which of these can be read, after at most so long. What has been hung up can be read: its end.
#[expect(unsafe_code, reason = "the standard library cannot wait for two")]
fn poll<const N: usize>(descriptors: [RawFd; N], most: Duration) -> io::Result<[bool; N]> {
    let mut asked = descriptors.map(|fd| libc::pollfd { fd, events: libc::POLLIN, revents: 0 });
    let milliseconds = i32::try_from(most.as_micros().div_ceil(1000)).unwrap_or(i32::MAX);
    let count = libc::nfds_t::try_from(N).unwrap_or(0);
    // SAFETY: `asked` has `count` whole entries.
    if unsafe { libc::poll(asked.as_mut_ptr(), count, milliseconds) } < 0 {
        let error = io::Error::last_os_error();
        return if error.kind() == io::ErrorKind::Interrupted { Ok([false; N]) } else { Err(error) };
    }
    Ok(asked.map(|one| one.revents != 0))
}

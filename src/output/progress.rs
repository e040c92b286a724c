//! What a person sees while they wait: one line on stderr that goes away.

use std::io::{IsTerminal as _, Write};
use std::time::Duration;

use crate::client::Progress;

/// A line that says what is waited for.
pub(super) struct Waiting {
    what: String,
}

impl Waiting {
    pub(super) fn new(what: String) -> Self {
        Self { what }
    }
}

/// Back to the line's beginning, and away with the rest of it.
const CLEAR: &str = "\r\u{1b}[K";
const TURNS: [char; 4] = ['|', '/', '-', '\\'];

impl Progress for Waiting {
    fn waiting(&self, so_long: Duration) {
        let turn = TURNS[usize::try_from(so_long.as_millis() / 200).unwrap_or_default() % TURNS.len()];
        let line = format!("{turn} {} ({} s)", self.what, so_long.as_secs());
        show(&format!("{CLEAR}{}", super::clip(&line, crate::prompt::size().0.saturating_sub(1))));
    }

    fn over(&self) {
        show(CLEAR);
    }
}

fn show(text: &str) {
    let mut stderr = std::io::stderr().lock();
    // If stderr is gone nobody waits in front of it.
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}

/// Rings the bell of whoever sits in front of it.
pub fn ring() {
    if std::io::stderr().is_terminal() {
        show("\x07");
    }
}

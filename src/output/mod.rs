//! What commands show: text for people and JSON for scripts, from one result type per command.
//!
//! Results go to stdout, everything else to stderr.

pub mod grid;
pub mod progress;
pub mod table;
pub mod times;

use std::io::{IsTerminal, Write};
use std::sync::Arc;

use anstream::{AutoStream, ColorChoice};
use anstyle::{AnsiColor, Style};
use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::cli::{Color, Global};
use crate::client::Progress;
use crate::error::CliError;

/// What counts: slots, titles, names.
pub const STRONG: Style = Style::new().bold();
/// What stands beside it.
pub const FAINT: Style = Style::new().dimmed();
/// What is open or holds.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What waits.
pub const WAITING: Style = AnsiColor::Yellow.on_default();
/// What is gone or wrong.
pub const BAD: Style = AnsiColor::Red.on_default();

/// The result of a command: serialised it is the JSON, and it tells its text.
pub trait Report: Serialize {
    /// The text, with styles as ANSI sequences; lines end with a line break.
    fn text(&self) -> String;
}

/// Where results and notes go.
pub struct Output {
    stdout: Box<dyn Write>,
    stderr: Box<dyn Write>,
    json: bool,
    quiet: bool,
    /// How large the terminal is that reads results.
    screen: Option<Screen>,
}

/// How large a terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Screen {
    /// Columns.
    pub width: usize,
    /// Lines.
    pub height: usize,
}

/// How wide text is made that no terminal reads.
pub const WIDTH: usize = 80;

impl Output {
    /// The process's own streams. Styles are kept where `--color` or the stream says so.
    pub fn of_process(global: &Global) -> Self {
        let color = match global.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        if color != ColorChoice::Auto {
            crate::prompt::colour(color == ColorChoice::Always);
        }
        let screen = (!global.json && std::io::stdout().is_terminal()).then(|| {
            let (width, height) = crate::prompt::size();
            Screen { width, height }
        });
        Self {
            stdout: Box::new(AutoStream::new(std::io::stdout(), color)),
            stderr: Box::new(AutoStream::new(std::io::stderr(), color)),
            json: global.json,
            quiet: global.quiet,
            screen,
        }
    }

    /// The terminal on which results are read as text, if there is one.
    pub fn screen(&self) -> Option<Screen> {
        self.screen
    }

    /// How wide text may be.
    pub fn width(&self) -> usize {
        self.screen.map_or(WIDTH, |screen| screen.width)
    }

    /// Tells on stderr what is waited for, where a person sits in front of it.
    pub fn progress(&self, what: String) -> Option<Arc<dyn Progress>> {
        let wanted = !self.quiet && std::io::stderr().is_terminal();
        wanted.then(|| Arc::new(progress::Waiting::new(what)) as Arc<dyn Progress>)
    }

    /// Whether results are JSON.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Shows a command's result.
    pub fn show(&mut self, report: &impl Report) -> Result<(), CliError> {
        let mut text =
            if self.json { serde_json::to_string_pretty(report).expect("a report is JSON") } else { report.text() };
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        self.raw(text.as_bytes())
    }

    /// Shows one of many results that come one by one: a line of JSON, or its text.
    pub fn show_line(&mut self, report: &impl Report) -> Result<(), CliError> {
        let text =
            if self.json { serde_json::to_string(report).expect("a report is JSON") + "\n" } else { report.text() };
        self.raw(text.as_bytes())
    }

    /// Writes a result that has a form of its own, such as a completion script.
    pub fn raw(&mut self, bytes: &[u8]) -> Result<(), CliError> {
        self.stdout.write_all(bytes).and_then(|()| self.stdout.flush()).map_err(CliError::io("write the result"))
    }

    /// Writes a part of such a result; the last one goes through [`raw`](Self::raw).
    pub fn part(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stdout.write_all(bytes)
    }

    /// Tells a person something beside the result, unless they want quiet.
    pub fn note(&mut self, text: impl AsRef<str>) {
        if !self.quiet {
            self.tell(text.as_ref());
        }
    }

    /// Like [`note`](Self::note), where JSON says it already.
    pub fn text_note(&mut self, text: impl AsRef<str>) {
        if !self.json {
            self.note(text);
        }
    }

    /// Tells of something that went wrong and ends nothing, also to those who want quiet.
    pub fn warn(&mut self, text: &str) {
        if self.json {
            let warning = serde_json::json!({ "warning": { "detail": text } });
            return self.tell(&warning.to_string());
        }
        self.tell(&format!("{} {}", styled(WAITING, "warning:"), clean_lines(text)));
    }

    /// Tells what went wrong: `error: …`, then `hint: …`; one JSON line with `--json`.
    pub fn fail(&mut self, error: &CliError, zone: meetme_core::time::Zone) {
        if self.json {
            self.tell(&error.to_json());
            return;
        }
        self.tell(&format!("{}error:{} {}", BAD.render(), BAD.render_reset(), clean_lines(&error.to_string())));
        if let Some(line) = error.nearest_line(zone) {
            self.tell(&line);
        }
        if let Some(hint) = error.hint() {
            self.tell(&format!("{}hint:{} {}", FAINT.render(), FAINT.render_reset(), clean_lines(&hint)));
        }
    }

    fn tell(&mut self, line: &str) {
        // If stderr is gone there is nobody left to tell.
        let _ = writeln!(self.stderr, "{line}").and_then(|()| self.stderr.flush());
    }
}

/// `text` in `style`.
pub fn styled(style: Style, text: impl std::fmt::Display) -> String {
    format!("{}{text}{}", style.render(), style.render_reset())
}

/// Text that somebody else wrote, on one line and without anything that could steer a terminal.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if is_steering(c) { ' ' } else { c }).collect()
}

/// Like [`clean`], keeping line breaks.
pub fn clean_lines(text: &str) -> String {
    text.chars().map(|c| if c != '\n' && is_steering(c) { ' ' } else { c }).collect()
}

/// Control characters, and the marks that turn the direction of writing.
fn is_steering(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `text` cut to `most` columns, with `…` where something is missing.
pub fn clip(text: &str, most: usize) -> String {
    if columns(text) <= most {
        return text.to_owned();
    }
    let mut used = 0;
    let fits = |c: &char| {
        used += c.width().unwrap_or(0);
        used < most
    };
    text.chars().take_while(fits).chain(['…']).collect()
}

/// How many columns of a terminal a text without styles takes.
pub fn columns(text: &str) -> usize {
    text.width()
}

/// `text`, and blanks up to `width` columns.
pub fn padded(text: &str, width: usize) -> String {
    format!("{text}{:1$}", "", width.saturating_sub(columns(text)))
}

/// A word as a shell reads it: in quotes where it needs them.
pub fn quoted(word: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_./:@%+=,".contains(&b);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

/// The shortest ids that are shown.
pub const SHORT_ID: usize = 8;

/// The beginnings of ids, as short as they can be told apart in this list, and no shorter than [`SHORT_ID`].
pub fn short_ids(ids: impl Iterator<Item = String>) -> Vec<String> {
    let ids: Vec<String> = ids.collect();
    let longest = ids.iter().map(String::len).max().unwrap_or(0);
    let told_apart = |length: &usize| {
        let mut seen = std::collections::HashSet::new();
        ids.iter().all(|id| seen.insert(id.get(..*length)))
    };
    let length = (SHORT_ID..longest).find(told_apart).unwrap_or(longest);
    ids.iter().map(|id| id.get(..length).unwrap_or(id).trim_end_matches('-').to_owned()).collect()
}

/// `1 slot`, `2 slots`.
pub fn count(number: usize, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_wrote_cannot_steer_the_terminal() {
        assert_eq!(clean("a\u{1b}[2Jb\nc\u{202e}d"), "a [2Jb c d");
        assert_eq!(clean_lines("a\u{1b}b\nc"), "a b\nc");
    }

    #[test]
    fn ids_are_as_short_as_they_can_be_told_apart() {
        let short = |ids: &[&str]| short_ids(ids.iter().map(|id| (*id).to_owned()));

        assert_eq!(short(&["0192aaaa-0000", "0192bbbb-0000"]), ["0192aaaa", "0192bbbb"]);
        assert_eq!(short(&["0192aaaa-0001", "0192aaaa-0002"]), ["0192aaaa-0001", "0192aaaa-0002"]);
    }

    #[test]
    fn a_clipped_text_says_that_something_is_missing() {
        assert_eq!([clip("coffee", 6), clip("coffee", 4)], ["coffee", "cof…"]);
        assert_eq!([clip("日本語", 6), clip("日本語", 5), clip("日本語", 4)], ["日本語", "日本…", "日…"]);
    }

    #[test]
    fn a_word_for_a_shell_has_the_quotes_it_needs() {
        assert_eq!(quoted("ada/chat"), "ada/chat");
        assert_eq!(quoted("Coffee chat"), "'Coffee chat'");
        assert_eq!(quoted("it's $HOME"), r"'it'\''s $HOME'");
        assert_eq!(quoted(""), "''");
    }
}

//! Questions to a person at a terminal, and what the terminal is like. The only user of dialoguer.
//!
//! Whoever asks has made sure that somebody is there: see [`can_ask`].
//! Questions appear on stderr.

use std::io::IsTerminal;

use dialoguer::console::{self, Key as Pressed, Term};
use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, Input, Password, Select};

use crate::error::CliError;

/// The most lines that somebody is given to choose from.
pub const MAX_CHOICES: usize = 200;
/// How many of them are on the screen at once.
const LINES_AT_ONCE: usize = 12;
/// How wide a terminal is that does not say.
const WIDTH: usize = 80;
/// How high a terminal is that does not say.
const HEIGHT: usize = 24;
/// The narrowest that anything is made for.
const NARROWEST: usize = 20;

/// A key that turns pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// `n`, space, or right.
    Next,
    /// `p`, or left.
    Previous,
    /// `t`.
    Today,
    /// `q`, Esc, or Enter.
    Quit,
}

/// Whether somebody can answer: stdin and stderr are terminals.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Whether questions are coloured from here on.
pub fn colour(wanted: bool) {
    console::set_colors_enabled(wanted);
    console::set_colors_enabled_stderr(wanted);
}

/// How many columns and lines there are: as COLUMNS and LINES say, else as the terminal does.
pub fn size() -> (usize, usize) {
    let set = |name: &str| std::env::var(name).ok()?.parse::<usize>().ok().filter(|n| *n > 0);
    let terminal = [Term::stdout(), Term::stderr()].into_iter().find_map(|term| term.size_checked());
    let (lines, columns) = terminal.map_or((HEIGHT, WIDTH), |(lines, columns)| (lines.into(), columns.into()));
    (set("COLUMNS").unwrap_or(columns).max(NARROWEST), set("LINES").unwrap_or(lines))
}

/// Asks for a line; an empty answer takes `default`.
pub fn text(question: &str, default: Option<String>) -> Result<String, CliError> {
    text_that(question, default, |_| Ok(()))
}

/// Asks for a line until `check` takes it; what it says instead is shown. An empty answer takes `default`.
pub fn text_that(
    question: &str,
    default: Option<String>,
    check: impl Fn(&str) -> Result<(), String>,
) -> Result<String, CliError> {
    let theme = ColorfulTheme::default();
    let may_be_empty = default.as_deref() == Some("");
    let mut input = Input::<String>::with_theme(&theme).with_prompt(question).allow_empty(may_be_empty);
    if let Some(default) = default {
        input = input.default(default).show_default(!may_be_empty);
    }
    input.validate_with(|line: &String| check(line)).interact_text().map_err(unanswered)
}

/// Asks for a password, twice if it is new.
pub fn password(question: &str, is_new: bool) -> Result<String, CliError> {
    let theme = ColorfulTheme::default();
    let mut input = Password::with_theme(&theme).with_prompt(question);
    if is_new {
        input = input.with_confirmation("Again", "the two differ");
    }
    input.interact().map_err(unanswered)
}

/// Asks for a yes; Enter alone is no.
pub fn confirm(question: &str) -> Result<bool, CliError> {
    Confirm::with_theme(&ColorfulTheme::default()).with_prompt(question).default(false).interact().map_err(unanswered)
}

/// Lets a person choose one of several lines, of which the first [`MAX_CHOICES`] are shown. Esc chooses none.
pub fn choose(question: &str, lines: &[String]) -> Result<usize, CliError> {
    let width = size().0.saturating_sub(4);
    let lines: Vec<String> = lines.iter().take(MAX_CHOICES).map(|line| crate::output::clip(line, width)).collect();
    let chosen = Select::with_theme(&ColorfulTheme::default())
        .with_prompt(question)
        .items(&lines)
        .default(0)
        .max_length(LINES_AT_ONCE)
        .interact_opt()
        .map_err(unanswered)?;
    chosen.ok_or(CliError::SaidNo)
}

/// Waits for a key that turns pages. What it can be is shown until then.
pub fn key() -> Result<Key, CliError> {
    let term = Term::stderr();
    let shown = || {
        term.write_str("n next  p previous  t today  q quit ")?;
        let key = loop {
            break match term.read_key()? {
                Pressed::Char('n' | ' ') | Pressed::ArrowRight | Pressed::PageDown => Key::Next,
                Pressed::Char('p') | Pressed::ArrowLeft | Pressed::PageUp => Key::Previous,
                Pressed::Char('t') | Pressed::Home => Key::Today,
                Pressed::Char('q') | Pressed::Enter | Pressed::Escape => Key::Quit,
                // Nobody is there any more.
                Pressed::Unknown => Key::Quit,
                _ => continue,
            };
        };
        term.clear_line()?;
        Ok(key)
    };
    shown().map_err(|source| unanswered(dialoguer::Error::IO(source)))
}

fn unanswered(dialoguer::Error::IO(source): dialoguer::Error) -> CliError {
    match source.kind() {
        // Ctrl-C at a question.
        std::io::ErrorKind::Interrupted => CliError::SaidNo,
        _ => CliError::Io { what: "ask".to_owned(), source },
    }
}

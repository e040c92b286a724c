//! Questions to a person at a terminal. The only user of dialoguer.
//!
//! Whoever asks has made sure that somebody is there: see [`can_ask`].
//! Questions appear on stderr.

use std::io::IsTerminal;

use dialoguer::theme::ColorfulTheme;
use dialoguer::{Confirm, Input, Password, Select};

use crate::error::CliError;

/// Whether somebody can answer: stdin and stderr are terminals.
pub fn can_ask() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks for a line; an empty answer takes `default`.
pub fn text(question: &str, default: Option<String>) -> Result<String, CliError> {
    let theme = ColorfulTheme::default();
    let mut input = Input::<String>::with_theme(&theme).with_prompt(question);
    if let Some(default) = default {
        input = input.default(default);
    }
    input.interact_text().map_err(unanswered)
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

/// Lets a person choose one of several lines.
pub fn choose(question: &str, lines: &[String]) -> Result<usize, CliError> {
    let chosen = Select::with_theme(&ColorfulTheme::default())
        .with_prompt(question)
        .items(lines)
        .default(0)
        .max_length(12)
        .interact_opt()
        .map_err(unanswered)?;
    chosen.ok_or(CliError::SaidNo)
}

fn unanswered(dialoguer::Error::IO(source): dialoguer::Error) -> CliError {
    CliError::Io { what: "ask".to_owned(), source }
}

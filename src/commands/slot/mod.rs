//! When an event may be booked: its windows, and single slots taken out of them.

mod add;
mod list;
mod remove;

use chrono::NaiveDate;
use clap::Subcommand;
use meetme_core::api::NewWindow;

pub(super) use self::add::add_all;
use crate::context::Context;
use crate::error::CliError;
use crate::when::window::Words;

/// Say when an event may be booked
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Add windows: "mon-fri 9:00-12:00"
    Add(Box<add::Args>),
    /// Take a slot, a span or a window out
    Remove(remove::Args),
    /// List the windows
    List(list::Args),
}

/// Sends a command on its way.
pub async fn run(ctx: &mut Context<'_>, command: Command) -> Result<(), CliError> {
    match command {
        Command::Add(args) => add::run(ctx, *args).await,
        Command::Remove(args) => remove::run(ctx, args).await,
        Command::List(args) => list::run(ctx, args).await,
    }
}

/// Windows that words have become, not sent yet.
#[derive(Debug)]
pub(super) struct Made(Vec<NewWindow>);

impl Made {
    /// What the words mean for an event that lasts from `first_day` to
    /// `last_day`, on the day `today`. Rules end with `until`, if it is given.
    pub(super) fn of_words(
        words: &[Words],
        today: NaiveDate,
        (first_day, last_day): (NaiveDate, Option<NaiveDate>),
        until: Option<NaiveDate>,
        whole: bool,
    ) -> Result<Self, CliError> {
        let end = until.into_iter().chain(last_day).min();
        let one = |words: &Words| {
            let window = words.window(today, first_day, until, whole);
            window.filter(|window| end.is_none_or(|end| window.start.date() <= end)).ok_or_else(|| {
                let end = end.map_or_else(String::new, |end| format!(", {end}"));
                CliError::usage(
                    format!("a window would begin after its last day{end}"),
                    "choose a later last day, or other days of the week",
                )
            })
        };
        words.iter().map(one).collect::<Result<Vec<_>, _>>().map(Self)
    }
}

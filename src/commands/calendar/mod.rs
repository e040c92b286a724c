//! Someone else's events in one's own calendar apps.

mod add;
mod remove;

use clap::Subcommand;

use crate::context::Context;
use crate::error::CliError;

/// Book someone's event from your calendar app
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Show an event's open slots in your calendar apps
    Add(add::Args),
    /// Show them no more
    Remove(remove::Args),
}

/// Sends a command on its way.
pub async fn run(ctx: &mut Context<'_>, command: Command) -> Result<(), CliError> {
    match command {
        Command::Add(args) => add::run(ctx, args).await,
        Command::Remove(args) => remove::run(ctx, args).await,
    }
}

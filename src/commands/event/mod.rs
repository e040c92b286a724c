//! What a host offers.

mod create;
mod delete;
mod edit;
mod list;
mod share;
mod show;
mod wizard;
pub(super) mod words;

use clap::Subcommand;

use crate::context::Context;
use crate::error::CliError;

/// Offer events
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Offer a new event
    Create(Box<create::Args>),
    /// List your events, or somebody's public ones
    List(list::Args),
    /// Show an event and when it may be booked
    Show(show::Args),
    /// Change an event
    Edit(Box<edit::Args>),
    /// Delete an event
    Delete(delete::Args),
    /// Print the links to an event, or a text for a mail
    Share(share::Args),
}

/// Sends a command on its way.
pub async fn run(ctx: &mut Context<'_>, command: Command) -> Result<(), CliError> {
    match command {
        Command::Create(args) => create::run(ctx, *args).await,
        Command::List(args) => list::run(ctx, args).await,
        Command::Show(args) => show::run(ctx, args).await,
        Command::Edit(args) => edit::run(ctx, *args).await,
        Command::Delete(args) => delete::run(ctx, args).await,
        Command::Share(args) => share::run(ctx, args).await,
    }
}

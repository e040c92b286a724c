//! App tokens: for calendar apps, cron, other machines.

mod app;
mod create;
mod list;
mod revoke;

use clap::Subcommand;

use crate::context::Context;
use crate::error::CliError;

/// Make and revoke app tokens
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Make a token; it is shown once
    Create(create::Args),
    /// List your tokens
    List(list::Args),
    /// Revoke a token
    Revoke(revoke::Args),
}

/// Sends a command on its way.
pub async fn run(ctx: &mut Context<'_>, command: Command) -> Result<(), CliError> {
    match command {
        Command::Create(args) => create::run(ctx, args).await,
        Command::List(args) => list::run(ctx, args).await,
        Command::Revoke(args) => revoke::run(ctx, args).await,
    }
}

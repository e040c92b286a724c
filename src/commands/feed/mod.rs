//! Open slots as .ics files.

mod export;

use clap::Subcommand;

use crate::context::Context;
use crate::error::CliError;

/// Open slots as .ics files
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Write .ics files for static hosting
    Export(export::Args),
}

/// Sends a command on its way.
pub async fn run(ctx: &mut Context<'_>, command: Command) -> Result<(), CliError> {
    match command {
        Command::Export(args) => export::run(ctx, args).await,
    }
}

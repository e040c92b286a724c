//! What is done to an installation rather than with it.

mod carry;

use clap::Subcommand;

use crate::context::Context;
use crate::error::CliError;

/// Look after an installation
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Carry everything from SQLite to PostgreSQL, or back, while no server runs
    Move(carry::Args),
}

/// Sends a command on its way.
pub fn run(ctx: &mut Context<'_>, command: Command) -> Result<(), CliError> {
    match command {
        Command::Move(args) => carry::run(ctx, &args),
    }
}

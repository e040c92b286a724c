//! What is done to an installation rather than with it.

mod backup;
mod carry;
mod check;
mod place;
mod restore;
mod user;

use clap::Subcommand;

use crate::context::Context;
use crate::error::CliError;

/// Look after an installation
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Copy everything into one file while the server goes on
    Backup(backup::Args),
    /// Put a backup in place of nothing, as another life of the installation
    Restore(restore::Args),
    /// Look for what must never be: damage, double bookings, seats of nobody, logs with gaps
    Check(check::Args),
    /// Look after accounts
    #[command(subcommand)]
    User(user::Command),
    /// Carry everything from SQLite to PostgreSQL, or back, while no server runs
    Move(carry::Args),
}

/// Sends a command on its way.
pub fn run(ctx: &mut Context<'_>, command: Command) -> Result<(), CliError> {
    match command {
        Command::Backup(args) => backup::run(ctx, args),
        Command::Restore(args) => restore::run(ctx, args),
        Command::Check(args) => check::run(ctx, args),
        Command::User(command) => user::run(ctx, command),
        Command::Move(args) => carry::run(ctx, &args),
    }
}

/// Runs what has to wait for a database.
fn waiting<T>(work: impl Future<Output = Result<T, CliError>>) -> Result<T, CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(CliError::io("start the runtime"))?.block_on(work)
}

/// What an installation says when something cannot be done to it.
fn failed(error: impl std::fmt::Display) -> CliError {
    CliError::Admin { message: error.to_string() }
}

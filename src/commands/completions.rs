//! `meetme completions`: scripts for shells, made from the flags themselves.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::context::Context;
use crate::error::CliError;

/// Print a completion script for your shell
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Your shell
    shell: Shell,
}

/// Prints the script.
pub fn run(ctx: &mut Context<'_>, args: &Args) -> Result<(), CliError> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "meetme", &mut script);
    ctx.out.raw(&script)
}

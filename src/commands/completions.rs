//! `meetme completions`: scripts for shells.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::cli::Cli;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;

/// Print a completion script for your shell
///
/// The script asks `meetme` for what fits, so that events, open slots, bookings and profiles are completed as well.
/// It is silent when the server is away. To use it in bash: `source <(meetme completions bash)`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Your shell
    shell: Shell,
    /// A script that knows commands and flags alone, and asks nobody
    #[arg(long = "static")]
    fixed: bool,
}

/// Prints the script.
pub fn run(ctx: &mut Context<'_>, args: &Args) -> Result<(), CliError> {
    let asking = if args.fixed { None } else { complete::script(&args.shell.to_string()) };
    ctx.out.raw(&asking.unwrap_or_else(|| fixed(args.shell)))
}

/// The script that knows commands and flags alone.
fn fixed(shell: Shell) -> Vec<u8> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "meetme", &mut script);
    script
}

#[cfg(test)]
mod tests {
    use clap_complete::Generator;

    use super::*;

    /// Set to write what the files should be instead of comparing.
    const WRITE: &str = "MEETME_WRITE_COMPLETIONS";

    #[test]
    #[cfg(all(feature = "serve", feature = "call"))]
    fn the_scripts_in_completions_are_those_of_today() {
        let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("completions");
        let mut stale = Vec::new();
        for shell in [Shell::Bash, Shell::Elvish, Shell::Fish, Shell::PowerShell, Shell::Zsh] {
            let (file, script) = (dir.join(shell.file_name("meetme")), fixed(shell));
            if std::env::var_os(WRITE).is_some() {
                std::fs::write(&file, &script).expect("it can be written");
            }
            if std::fs::read(&file).ok() != Some(script) {
                stale.push(file);
            }
        }
        assert!(stale.is_empty(), "{stale:?} are stale: run this test with {WRITE}=1");
    }
}

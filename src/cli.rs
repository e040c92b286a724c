//! Every command and flag, and the way from them to an exit code.

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::clock;
use crate::commands;
use crate::complete;
use crate::context::Context;
use crate::error::{CliError, Exit};
use crate::logging;
use crate::output::Output;

/// Offer times, take one, meet there
#[derive(Debug, Parser)]
#[command(name = "meetme", version, propagate_version = true, max_term_width = 100)]
#[command(
    after_help = "An EVENT is owner/slug, a slug of your own, or a link. A BOOKING is the beginning of its id, or `next`.\n\
    A WHEN is 2026-12-01T09:00:00Z, \"2026-12-01 09:00\", \"tomorrow 14:00\" or \"tue 10:00\"."
)]
#[command(after_long_help = AFTER_HELP)]
pub struct Cli {
    /// Flags that every command takes.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
An EVENT is owner/slug, a slug of your own, a link https://host/owner/slug, or on a terminal a choice.
A BOOKING is any beginning of its id that no other has, or `next`.
A WHEN is 2026-12-01T09:00:00Z, \"2026-12-01 09:00\", \"tomorrow 14:00\" or \"tue 10:00\", in --tz or your zone.

Results go to stdout; questions, hints and errors go to stderr. With --json the result is one document;
an error is one line on stderr: {\"error\": {\"code\", \"detail\", \"exit\", \"hint\"?, \"field\"?, \"nearest\"?}}.
Nobody is asked anything unless stdin and stderr are terminals.

Exit codes:
  0   done
  1   failure
  2   usage: something typed cannot be
  4   not logged in, or not allowed
  5   not found
  6   slot taken, or another conflict
  7   nothing matched
  8   server unreachable, nothing was changed
  75  try again: outcome unknown (safe with the same --idempotency-key), or too many writes for now

Environment (flags come first, config.toml last):
  MEETME_SERVER      the server
  MEETME_PROFILE     the profile
  MEETME_TOKEN       an app token or session; MEETME_TOKEN_FILE names a file with one
  MEETME_PASSWORD    the password for signup and login
  MEETME_CONFIG_DIR  where config.toml and logins.toml are (default: meetme in the XDG config directory)
  MEETME_KEYRING     `off` keeps tokens in logins.toml (mode 0600) instead of the system's keyring
  MEETME_NOW         what time it is, for tests
  MEETME_DATA        where `meetme serve` keeps its data
  MEETME_DATABASE    the PostgreSQL database that `meetme serve` uses instead
  MEETME_TURN        where `meetme serve` serves STUN and TURN
  MEETME_BUS         where the nodes of `meetme serve` hear each other
  MEETME_RATE_LIMITS `off` lifts the limits of `meetme serve`, for tests
  NO_COLOR, TZ       as everywhere";

/// Flags that every command takes.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Global {
    /// Print the result as one JSON document
    #[arg(long, global = true, help_heading = "Global")]
    pub json: bool,
    /// Print nothing beside the result
    #[arg(long, short, global = true, help_heading = "Global")]
    pub quiet: bool,
    /// Ask nothing, even on a terminal
    #[arg(long, global = true, help_heading = "Global")]
    pub no_input: bool,
    /// Answer yes where it is asked
    #[arg(long, short, global = true, help_heading = "Global")]
    pub yes: bool,
    /// When to colour
    #[arg(
        long,
        value_name = "WHEN",
        global = true,
        default_value = "auto",
        hide_possible_values = true,
        help_heading = "Global"
    )]
    #[arg(help = "When to colour: auto, always or never")]
    pub color: Color,
    /// Whose log-in to use
    #[arg(long, value_name = "NAME", global = true, help_heading = "Global", add = complete::profiles())]
    pub profile: Option<String>,
    /// The server's address
    #[arg(long, value_name = "URL", global = true, help_heading = "Global")]
    pub server: Option<String>,
    /// Tell what is going on
    #[arg(long, short, global = true, action = clap::ArgAction::Count, help_heading = "Global")]
    pub verbose: u8,
}

/// When to colour.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum Color {
    /// On terminals, unless `NO_COLOR` is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to do.
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Run the server
    #[cfg(feature = "serve")]
    Serve(commands::serve::Args),
    /// Look after an installation
    #[cfg(feature = "serve")]
    #[command(subcommand)]
    Admin(commands::admin::Command),
    /// See it all work, with nothing set up
    #[cfg(feature = "serve")]
    Demo(commands::demo::Args),
    /// Open an account
    Signup(commands::signup::Args),
    /// Log in
    Login(commands::login::Args),
    /// Log out
    Logout(commands::logout::Args),
    /// Say who is logged in, where, and with which rights
    Whoami(commands::whoami::Args),
    /// Make and revoke app tokens: for calendar apps, cron, other machines
    #[command(subcommand)]
    Token(commands::token::Command),
    /// Offer events
    #[command(subcommand)]
    Event(commands::event::Command),
    /// Say when an event may be booked
    #[command(subcommand)]
    Slot(commands::slot::Command),
    /// List the slots of an event
    Slots(commands::slots::Args),
    /// Book a slot
    Book(Box<commands::book::Args>),
    /// Cancel a booking
    #[command(visible_alias = "unbook")]
    Cancel(commands::cancel::Args),
    /// Move a booking to another slot
    Reschedule(commands::reschedule::Args),
    /// Say yes to a booking that waits for it
    Confirm(commands::confirm::Args),
    /// Say no to a booking that waits for a yes
    Decline(commands::decline::Args),
    /// Join the call of a booking
    #[cfg(feature = "call")]
    Call(commands::call::Args),
    /// List your bookings, as host and as guest
    Agenda(commands::agenda::Args),
    /// Show changes as they happen
    Watch(commands::watch::Args),
    /// Book someone's event from your calendar app
    #[command(subcommand)]
    Calendar(commands::calendar::Command),
    /// Publish open slots and bookings to calendar apps
    #[command(subcommand)]
    Feed(commands::feed::Command),
    /// Take everything of your own along
    Export(commands::export::Args),
    /// Say what is wrong with the set-up, and how to mend it
    Doctor(commands::doctor::Args),
    /// Print a completion script for your shell
    Completions(commands::completions::Args),
    /// Write manual pages
    Man(commands::man::Args),
}

/// Does what the arguments say and tells how it ended.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    if let Some(completed) = complete::answer(&arguments) {
        return completed;
    }
    let cli = match Cli::try_parse_from(&arguments) {
        Ok(cli) => cli,
        Err(error) => return misread(&error, arguments.iter().any(|argument| argument == "--json")),
    };
    if cli.global.verbose > 0 {
        logging::to_stderr(cli.global.verbose);
    }
    let mut out = Output::of_process(&cli.global);
    // What is wrong with the settings is the doctor's to say.
    if let Command::Doctor(args) = &cli.command {
        return ended(commands::doctor::run(&mut out, &cli.global, args), &mut out, clock::system_zone());
    }
    let mut context = match Context::new(&cli.global, &mut out) {
        Ok(context) => context,
        Err(error) => {
            out.fail(&error, clock::system_zone());
            return error.exit().into();
        }
    };
    let acted = act(&mut context, cli.command, cli.global.verbose);
    let zone = context.known_zone();
    ended(acted, context.out, zone)
}

fn ended(acted: Result<(), CliError>, out: &mut Output, zone: meetme_core::time::Zone) -> ExitCode {
    match acted {
        Ok(()) | Err(CliError::BrokenPipe) => Exit::Done.into(),
        Err(error) => {
            out.fail(&error, zone);
            error.exit().into()
        }
    }
}

/// Help and version are wished for; everything else clap says is a mistake in what was typed.
fn misread(error: &clap::Error, json: bool) -> ExitCode {
    if !error.use_stderr() {
        // If nobody reads it any more there is nobody to tell.
        let _ = error.print();
        return Exit::Done.into();
    }
    if json {
        let text = error.render().to_string();
        let first = text.split("\n\n").next().unwrap_or_default().trim_start_matches("error: ");
        let error = CliError::usage(first.trim(), "`meetme help` lists what can be said");
        let global = Global { json: true, ..Global::default() };
        Output::of_process(&global).fail(&error, clock::system_zone());
    } else {
        let _ = error.print();
    }
    Exit::Usage.into()
}

#[cfg_attr(not(feature = "serve"), expect(unused_variables, reason = "only the server logs by itself"))]
fn act(ctx: &mut Context<'_>, command: Command, verbose: u8) -> Result<(), CliError> {
    match command {
        Command::Completions(args) => commands::completions::run(ctx, &args),
        Command::Man(args) => commands::man::run(ctx, &args),
        #[cfg(feature = "serve")]
        Command::Serve(args) => commands::serve::run(ctx, args, verbose),
        #[cfg(feature = "serve")]
        Command::Admin(command) => commands::admin::run(ctx, command),
        #[cfg(feature = "serve")]
        Command::Demo(args) => commands::demo::run(ctx, &args),
        command => ask_server(ctx, command),
    }
}

/// A client needs one thread: what it waits for is the server.
fn ask_server(ctx: &mut Context<'_>, command: Command) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CliError::io("start the runtime"))?;
    runtime.block_on(async {
        match go(ctx, command.clone()).await {
            // Nothing was done: the session is looked at first.
            Err(error) if error.code() == "unauthenticated" && ctx.can_log_in_again() => {
                ctx.out.note("Your session has ended.");
                commands::login::ask_and_log_in(ctx).await?;
                go(ctx, command).await
            }
            ended => ended,
        }
    })
}

async fn go(ctx: &mut Context<'_>, command: Command) -> Result<(), CliError> {
    match command {
        Command::Signup(args) => commands::signup::run(ctx, args).await,
        Command::Login(args) => commands::login::run(ctx, args).await,
        Command::Logout(args) => commands::logout::run(ctx, args).await,
        Command::Whoami(args) => commands::whoami::run(ctx, args).await,
        Command::Token(command) => commands::token::run(ctx, command).await,
        Command::Event(command) => commands::event::run(ctx, command).await,
        Command::Slot(command) => commands::slot::run(ctx, command).await,
        Command::Slots(args) => commands::slots::run(ctx, args).await,
        Command::Book(args) => commands::book::run(ctx, *args).await,
        Command::Cancel(args) => commands::cancel::run(ctx, args).await,
        Command::Reschedule(args) => commands::reschedule::run(ctx, args).await,
        Command::Confirm(args) => commands::confirm::run(ctx, args).await,
        Command::Decline(args) => commands::decline::run(ctx, args).await,
        #[cfg(feature = "call")]
        Command::Call(args) => commands::call::run(ctx, args).await,
        Command::Agenda(args) => commands::agenda::run(ctx, args).await,
        Command::Calendar(command) => commands::calendar::run(ctx, command).await,
        Command::Feed(command) => commands::feed::run(ctx, command).await,
        Command::Export(args) => commands::export::run(ctx, args).await,
        Command::Watch(args) => commands::watch::run(ctx, args).await,
        Command::Completions(_) | Command::Man(_) | Command::Doctor(_) => unreachable!("needs no session"),
        #[cfg(feature = "serve")]
        Command::Serve(_) | Command::Admin(_) | Command::Demo(_) => unreachable!("is the server"),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_flags_contradict_nothing() {
        Cli::command().debug_assert();
    }

    #[test]
    fn unbook_is_cancel() {
        let cli = Cli::try_parse_from(["meetme", "unbook", "next"]).expect("an alias");

        assert!(matches!(cli.command, Command::Cancel(_)));
    }
}

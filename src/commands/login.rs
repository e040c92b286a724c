//! `meetme login`, and the log-in on demand that other commands fall back to.

use std::io::Read;

use chrono::{DateTime, Utc};
use meetme_core::api;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, STRONG, styled};
use crate::prompt;
use crate::secrets::Kept;

/// The password, for scripts.
pub const PASSWORD_VARIABLE: &str = "MEETME_PASSWORD";
/// The longest password that is read from stdin, in bytes.
const MAX_PASSWORD: u64 = 4096;

/// Log in
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Who you are
    username: Option<String>,
    #[command(flatten)]
    password: PasswordArg,
}

/// Where the password comes from: stdin, `MEETME_PASSWORD`, or the terminal. Never a flag's value.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct PasswordArg {
    /// Read the password from stdin, up to its first line break
    #[arg(long)]
    password_stdin: bool,
}

impl PasswordArg {
    /// The password. On a terminal a new one is asked for twice.
    pub fn read(self, ctx: &Context<'_>, is_new: bool) -> Result<String, CliError> {
        if self.password_stdin {
            let mut text = String::new();
            let read = std::io::stdin().take(MAX_PASSWORD).read_to_string(&mut text);
            read.map_err(CliError::io("read the password from stdin"))?;
            return Ok(text.lines().next().unwrap_or_default().to_owned());
        }
        if let Ok(password) = std::env::var(PASSWORD_VARIABLE) {
            return Ok(password);
        }
        let say = format!("pipe it in with `--password-stdin`, or set {PASSWORD_VARIABLE}");
        asked(ctx, "the password", &say, || prompt::password("Password", is_new))
    }
}

/// A log-in, without its token.
#[derive(Debug, Serialize)]
pub struct LoggedIn {
    user: api::User,
    server: String,
    expires_at: DateTime<Utc>,
    secret_store: Kept,
}

impl LoggedIn {
    /// What is told of a session.
    pub fn new(session: &api::Session, server: String, secret_store: Kept) -> Self {
        Self { user: session.user.clone(), server, expires_at: session.expires_at, secret_store }
    }
}

impl Report for LoggedIn {
    fn text(&self) -> String {
        format!("logged in to {} as {}\n", self.server, styled(STRONG, &self.user.username))
    }
}

/// Opens a session and keeps it.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let username = match args.username {
        Some(username) => username,
        None => ask_username(ctx)?,
    };
    let password = args.password.read(ctx, false)?;
    let (session, kept) = log_in(ctx, username, password).await?;
    ctx.out.show(&LoggedIn::new(&session, ctx.server_name(), kept))?;
    tell_where_kept(ctx, kept);
    Ok(())
}

/// Asks a person at a terminal who they are, and logs them in.
pub async fn ask_and_log_in(ctx: &mut Context<'_>) -> Result<(), CliError> {
    let username = ask_username(ctx)?;
    let password = prompt::password("Password", false)?;
    let (_, kept) = log_in(ctx, username, password).await?;
    tell_where_kept(ctx, kept);
    Ok(())
}

/// Says which store took the token.
pub fn tell_where_kept(ctx: &mut Context<'_>, kept: Kept) {
    ctx.out.note(match kept {
        Kept::Keyring => "your session is kept in the system's keyring",
        Kept::File => "your session is kept in logins.toml, which only you can read: no keyring took it",
    });
}

/// What `ask` gives, or that it is missing where nobody can be asked.
pub fn asked<T>(
    ctx: &Context<'_>,
    missing: &'static str,
    say: &str,
    ask: impl FnOnce() -> Result<T, CliError>,
) -> Result<T, CliError> {
    if ctx.can_ask() { ask() } else { Err(CliError::Missing { missing, say: say.to_owned() }) }
}

fn ask_username(ctx: &Context<'_>) -> Result<String, CliError> {
    let last = ctx.logins.get(&ctx.profile).map(|login| login.username.to_string());
    asked(ctx, "the username", "name yourself: `meetme login ada`", || prompt::text("Username", last))
}

async fn log_in(ctx: &mut Context<'_>, username: String, password: String) -> Result<(api::Session, Kept), CliError> {
    let session = super::anonymous(ctx)?.log_in(&api::NewSession { username, password }).await?;
    let kept = ctx.begin(&session)?;
    Ok((session, kept))
}

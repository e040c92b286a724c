//! `meetme whoami`: the account as the server knows it.

use chrono::{DateTime, Utc};
use meetme_core::api::{Scope, User};
use meetme_core::id::Username;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::output::table::{Table, plain};
use crate::output::{FAINT, Report, STRONG, clean, times};
use crate::secrets::{Kept, Login};

/// Say who is logged in, where, and with which rights
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Every log-in on this machine instead, as far as this machine knows
    #[arg(long)]
    all: bool,
}

/// The log-ins of this machine.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Everybody(Vec<OnThisMachine>);

#[derive(Debug, Serialize)]
struct OnThisMachine {
    profile: String,
    username: Username,
    server: String,
    secret_store: Kept,
    /// Whether commands without `--profile` speak for it.
    current: bool,
}

impl Report for Everybody {
    fn text(&self) -> String {
        let mut table = Table::new();
        for OnThisMachine { profile, username, server, secret_store, current } in &self.0 {
            let kept = match secret_store {
                Kept::Keyring => "keyring",
                Kept::File => "file",
            };
            let mark = if *current { "*" } else { "" };
            table.row([
                plain(mark),
                (profile.clone(), STRONG),
                plain(username.to_string()),
                plain(server.clone()),
                (kept.to_owned(), FAINT),
            ]);
        }
        table.text()
    }
}

fn everybody(ctx: &mut Context<'_>) -> Result<(), CliError> {
    let one = |(profile, login): (&str, &Login)| OnThisMachine {
        profile: profile.to_owned(),
        username: login.username.clone(),
        server: login.server.as_str().trim_end_matches('/').to_owned(),
        secret_store: login.kept,
        current: profile == ctx.profile,
    };
    let found: Vec<OnThisMachine> = ctx.logins.profiles().map(one).collect();
    if found.is_empty() {
        ctx.out
            .text_note(format!("nobody is logged in on this machine: `meetme login --server {}`", ctx.server_name()));
    }
    ctx.out.show(&Everybody(found))
}

/// Who is logged in.
#[derive(Debug, Serialize)]
struct WhoAmI {
    user: User,
    server: String,
    profile: String,
    scopes: Vec<Scope>,
    expires_at: Option<DateTime<Utc>>,
}

impl Report for WhoAmI {
    fn text(&self) -> String {
        let User { username, display_name, email, time_zone, .. } = &self.user;
        let scopes: Vec<&str> = self.scopes.iter().map(|scope| scope.as_str()).collect();
        let until = self.expires_at.map_or_else(|| "does not expire".to_owned(), |at| times::exact(at, *time_zone));
        let mut table = Table::new();
        let mut row = |name: &str, value: String| table.row([(name.to_owned(), FAINT), plain(value)]);
        row("name", clean(display_name));
        row("mail", clean(email));
        row("zone", time_zone.to_string());
        row("server", self.server.clone());
        row("profile", self.profile.clone());
        row("may", scopes.join(", "));
        row("until", until);
        format!("{}\n{}", crate::output::styled(STRONG, username), table.text())
    }
}

/// Asks the server, and notes what it says for other commands.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    if args.all {
        return everybody(ctx);
    }
    let session = ctx.session().await?.current_session().await?;
    let profile = ctx.profile.clone();
    if ctx.logins.get(&profile).is_some_and(|login| login.username == session.user.username) {
        ctx.logins.refresh(&profile, session.user.time_zone)?;
    }
    let server = ctx.server_name();
    ctx.out.show(&WhoAmI {
        user: session.user,
        server,
        profile,
        scopes: session.scopes,
        expires_at: session.expires_at,
    })
}

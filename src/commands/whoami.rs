//! `meetme whoami`: the account as the server knows it.

use chrono::{DateTime, Utc};
use meetme_core::api::{Scope, User};
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::output::table::{Table, plain};
use crate::output::{FAINT, Report, STRONG, clean, times};

/// Say who is logged in, where, and with which rights
#[derive(Debug, Clone, clap::Args)]
pub struct Args {}

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
pub async fn run(ctx: &mut Context<'_>, _: Args) -> Result<(), CliError> {
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

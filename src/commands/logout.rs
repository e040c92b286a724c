//! `meetme logout`: ends the session there and here.

use serde::Serialize;

use crate::client::Error as ClientError;
use crate::context::Context;
use crate::error::CliError;
use crate::output::Report;

/// Log out
#[derive(Debug, Clone, clap::Args)]
pub struct Args {}

/// The end of a session.
#[derive(Debug, Serialize)]
struct LoggedOut {
    server: String,
    logged_out: bool,
}

impl Report for LoggedOut {
    fn text(&self) -> String {
        let what = if self.logged_out { "logged out of" } else { "you were not logged in to" };
        format!("{what} {}\n", self.server)
    }
}

/// Ends the session on the server and forgets it here. Without one, that is fine too.
pub async fn run(ctx: &mut Context<'_>, _: Args) -> Result<(), CliError> {
    let here = ctx.logins.get(&ctx.profile).is_some_and(|login| login.server == *ctx.server());
    if here {
        match ctx.client()?.log_out().await {
            // It has ended already.
            Ok(()) => {}
            Err(ClientError::Refused(problem)) if problem.status == 401 => {}
            Err(error) => return Err(error.into()),
        }
        let profile = ctx.profile.clone();
        ctx.logins.forget(&profile)?;
    }
    ctx.out.show(&LoggedOut { server: ctx.server_name(), logged_out: here })
}

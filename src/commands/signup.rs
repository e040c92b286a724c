//! `meetme signup`: an account and its first session.

use meetme_core::api;
use meetme_core::id::Username;
use meetme_core::time::Zone;

use super::login::{self, LoggedIn, PasswordArg};
use crate::clock;
use crate::context::Context;
use crate::error::CliError;
use crate::prompt;

/// Open an account
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// What you will be called: 1 to 32 of a-z, 0-9, `.` and `_`
    username: Option<Username>,
    /// Your mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// The name that people read
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Your home zone, such as Europe/Berlin; this machine's if left out
    #[arg(long = "tz", value_name = "ZONE")]
    zone: Option<Zone>,
    #[command(flatten)]
    password: PasswordArg,
}

/// Opens an account and logs in.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let username = match args.username {
        Some(username) => username,
        None => {
            login::asked(ctx, "the username", "name yourself: `meetme signup ada --email ada@example.org`", || {
                prompt::text("Username", None)
            })?
            .parse()
            .map_err(|bad: meetme_core::id::BadName| CliError::Usage { message: bad.to_string(), hint: None })?
        }
    };
    let email = match args.email {
        Some(email) => email,
        None => login::asked(ctx, "the mail address", "say it with `--email ada@example.org`", || {
            prompt::text("Mail address", None)
        })?,
    };
    let password = args.password.read(ctx, true)?;
    let time_zone = Some(args.zone.unwrap_or_else(clock::system_zone));
    let user = api::NewUser { username, email, password, display_name: args.name, time_zone };
    let session = super::anonymous(ctx)?.sign_up(&user).await?;
    let kept = ctx.begin(&session)?;
    ctx.out.show(&LoggedIn::new(&session, ctx.server_name(), kept))?;
    login::tell_where_kept(ctx, kept);
    ctx.out.note("next: `meetme event create \"Coffee chat\" --length 30m --window \"mon-fri 9:00-12:00\"`");
    Ok(())
}

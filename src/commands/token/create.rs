use meetme_core::api::{CreatedToken, NewToken, Scope};
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, times};
use crate::when::length;

/// Make a token; it is shown once
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// What it is for, in words
    name: String,
    /// What it may do: read, book, host, caldav, call; may be given several times
    #[arg(long, value_name = "SCOPE", required = true, value_delimiter = ',', value_parser = scope)]
    scope: Vec<Scope>,
    /// When it ends: in 90d, 12w; never if left out
    #[arg(long, value_name = "DAYS", value_parser = length::days)]
    expires: Option<u32>,
}

/// A new token. Its text is the token alone, for `TOKEN=$(meetme token create …)`.
#[derive(Serialize)]
#[serde(transparent)]
struct Created(CreatedToken);

impl Report for Created {
    fn text(&self) -> String {
        format!("{}\n", self.0.token)
    }
}

/// Makes it.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let expires_at = args.expires.map(|days| ctx.now + chrono::TimeDelta::days(i64::from(days)));
    let token = NewToken { name: args.name, scopes: args.scope, expires_at };
    let created = ctx.session().await?.create_token(&token).await?;
    let zone = ctx.known_zone();
    let until = created.expires_at.map_or_else(String::new, |at| format!(" It ends {}.", times::exact(at, zone)));
    let id = created.id;
    ctx.out.show(&Created(created))?;
    ctx.out.text_note(format!("This token is shown once.{until} Revoke it with `meetme token revoke {id}`."));
    Ok(())
}

fn scope(word: &str) -> Result<Scope, String> {
    let known = Scope::ALL.iter().find(|scope| scope.as_str() == word);
    known.copied().ok_or_else(|| "the scopes are read, book, host, caldav and call".to_owned())
}

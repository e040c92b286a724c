use std::path::PathBuf;

use meetme_core::api::{CreatedToken, NewToken, Scope};
use serde::Serialize;

use crate::commands::token::app::Setup;
use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, times};
use crate::when::length;

/// Make a token; it is shown once
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// What it is for, in words
    #[arg(required_unless_present = "purpose")]
    name: Option<String>,
    /// What it may do: read, book, host, caldav, call; may be given several times
    #[arg(long, value_name = "SCOPE", required_unless_present = "purpose", value_delimiter = ',', value_parser = scope)]
    scope: Vec<Scope>,
    /// For a calendar app: prints its address, your username, the token and a code to scan
    #[arg(long = "for", value_name = "WHAT", conflicts_with = "scope")]
    purpose: Option<Purpose>,
    /// With `--for calendar`: write a profile that iPhones and Macs install; it holds the token
    #[arg(long, value_name = "FILE", requires = "purpose", conflicts_with = "scope")]
    mobileconfig: Option<PathBuf>,
    /// When it ends: in 90d, 12w; never if left out
    #[arg(long, value_name = "DAYS", value_parser = length::days)]
    expires: Option<u32>,
}

/// What a token can be for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Purpose {
    /// A calendar app.
    Calendar,
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
    if let Some(file) = args.mobileconfig.as_ref().filter(|file| file.exists()) {
        let shown = file.display();
        return Err(CliError::usage(format!("{shown} exists already"), "name another file, or remove this one"));
    }
    let expires_at = args.expires.map(|days| ctx.now + chrono::TimeDelta::days(i64::from(days)));
    let (name, scopes) = match args.purpose {
        Some(Purpose::Calendar) => (args.name.unwrap_or_else(|| "calendar".to_owned()), vec![Scope::Caldav]),
        None => (args.name.unwrap_or_default(), args.scope),
    };
    let token = NewToken { name, scopes, expires_at };
    let created = ctx.session().await?.create_token(&token).await?;
    let zone = ctx.known_zone();
    let until = created.expires_at.map_or_else(String::new, |at| format!(" It ends {}.", times::exact(at, zone)));
    let id = created.id;
    if args.purpose.is_some() {
        let username = ctx.session().await?.me().await?.username;
        let url = ctx.server().join("/dav/").map_or_else(|_| ctx.server().to_string(), |url| url.to_string());
        let setup = Setup { url, username, token: created.token, id };
        if let Some(file) = &args.mobileconfig {
            setup.write_profile(file).map_err(CliError::io(format!("cannot write {}", file.display())))?;
            ctx.out.text_note(format!("Wrote {}: it holds the token, so keep it to yourself.", file.display()));
        }
        ctx.out.show(&setup)?;
    } else {
        ctx.out.show(&Created(created))?;
    }
    ctx.out.text_note(format!("This token is shown once.{until} Revoke it with `meetme token revoke {id}`."));
    Ok(())
}

fn scope(word: &str) -> Result<Scope, String> {
    let known = Scope::ALL.iter().find(|scope| scope.as_str() == word);
    known.copied().ok_or_else(|| "the scopes are read, book, host, caldav and call".to_owned())
}

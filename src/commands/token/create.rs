use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use meetme_core::api::{CreatedToken, NewToken, Scope};
use meetme_core::id::TokenId;
use serde::Serialize;

use crate::commands::token::app::{ProfileFile, Setup};
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
    // The file is there before the token: a token that nobody was shown would live on.
    let profile = args.mobileconfig.as_deref().map(profile).transpose()?;
    let expires_at = args.expires.map(|days| ctx.now + chrono::TimeDelta::days(i64::from(days)));
    let (name, scopes) = match args.purpose {
        Some(Purpose::Calendar) => (args.name.unwrap_or_else(|| "calendar".to_owned()), vec![Scope::Caldav]),
        None => (args.name.unwrap_or_default(), args.scope),
    };
    let token = NewToken { name, scopes, expires_at };
    let username = match args.purpose {
        Some(Purpose::Calendar) => Some(ctx.session().await?.me().await?.username),
        None => None,
    };
    let created = ctx.session().await?.create_token(&token).await?;
    let zone = ctx.known_zone();
    let until = created.expires_at.map_or_else(String::new, |at| format!(" It ends {}.", times::exact(at, zone)));
    let id = created.id;
    if let Some(username) = username {
        let url = ctx.server().join("/dav/").map_or_else(|_| ctx.server().to_string(), |url| url.to_string());
        let setup = Setup { url, username, token: created.token, id };
        if let Some(profile) = profile {
            let file = profile.shown();
            match profile.write(&setup) {
                Ok(()) => ctx.out.text_note(format!("Wrote {file}: it holds the token, so keep it to yourself.")),
                Err(source) => return Err(take_back(ctx, id, &file, source).await),
            }
        }
        ctx.out.show(&setup)?;
    } else {
        ctx.out.show(&Created(created))?;
    }
    ctx.out.text_note(format!("This token is shown once.{until} Revoke it with `meetme token revoke {id}`."));
    Ok(())
}

/// Makes the profile's file, where there is none.
fn profile(file: &Path) -> Result<ProfileFile, CliError> {
    let shown = file.display();
    ProfileFile::create(file).map_err(|source| match source.kind() {
        ErrorKind::AlreadyExists => {
            CliError::usage(format!("{shown} exists already"), "name another file, or remove this one")
        }
        _ => CliError::io(format!("cannot write {shown}"))(source),
    })
}

/// Ends a token whose profile could not be written: nobody was shown it.
async fn take_back(ctx: &mut Context<'_>, id: TokenId, file: &str, source: std::io::Error) -> CliError {
    let revoked = match ctx.session().await {
        Ok(client) => client.revoke_token(id).await.is_ok(),
        Err(_) => false,
    };
    let token = if revoked {
        "its token was revoked again".to_owned()
    } else {
        format!("its token is still there: end it with `meetme token revoke {id}`")
    };
    CliError::io(format!("cannot write {file} ({token})"))(source)
}

fn scope(word: &str) -> Result<Scope, String> {
    let known = Scope::ALL.iter().find(|scope| scope.as_str() == word);
    known.copied().ok_or_else(|| "the scopes are read, book, host, caldav and call".to_owned())
}

use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, clean};

/// Revoke a token
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Its id, the beginning of it, or its name
    token: String,
}

/// The end of a token.
#[derive(Debug, Serialize)]
struct Revoked {
    id: String,
    name: String,
}

impl Report for Revoked {
    fn text(&self) -> String {
        format!("revoked {} ({})\n", clean(&self.name), self.id)
    }
}

/// Revokes it.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let wanted = args.token.trim();
    let client = ctx.session().await?;
    let mut tokens = client.tokens().await?;
    tokens.retain(|token| token.name == wanted || token.id.to_string().starts_with(&wanted.to_ascii_lowercase()));
    match (tokens.pop(), tokens.len()) {
        (Some(token), 0) => {
            client.revoke_token(token.id).await?;
            ctx.out.show(&Revoked { id: token.id.to_string(), name: token.name })
        }
        (Some(_), others) => Err(CliError::usage(
            format!("`{wanted}` names {} tokens", others + 1),
            "type more of the id; `meetme token list --json` shows them whole",
        )),
        (None, _) => Err(CliError::NotFound {
            what: format!("token `{wanted}`"),
            hint: "`meetme token list` lists them".to_owned(),
        }),
    }
}

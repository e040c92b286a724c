use meetme_core::api::Token;
use meetme_core::time::Zone;
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::output::table::{Table, plain};
use crate::output::{Report, clean, clip, short_ids};

/// List your tokens
#[derive(Debug, Clone, clap::Args)]
pub struct Args {}

/// Tokens, without what they are.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Tokens {
    tokens: Vec<Token>,
    #[serde(skip)]
    zone: Zone,
}

impl Report for Tokens {
    fn text(&self) -> String {
        let mut table = Table::new();
        let ids = short_ids(self.tokens.iter().map(|token| token.id.to_string()));
        for (token, id) in self.tokens.iter().zip(ids) {
            let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
            let until = |at| format!("until {}", self.zone.day_at(at));
            let until = token.expires_at.map_or_else(|| "no end".to_owned(), until);
            table.row([plain(id), plain(clip(&clean(&token.name), 24)), plain(scopes.join(",")), plain(until)]);
        }
        table.text()
    }
}

/// Lists them.
pub(super) async fn run(ctx: &mut Context<'_>, _: Args) -> Result<(), CliError> {
    let tokens = ctx.session().await?.tokens().await?;
    if tokens.is_empty() {
        ctx.out.text_note("you have no tokens: `meetme token create cron --scope read`");
    }
    let zone = ctx.known_zone();
    ctx.out.show(&Tokens { tokens, zone })
}

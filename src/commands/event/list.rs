use meetme_core::api::Event;
use meetme_core::id::Username;
use serde::Serialize;

use super::words::visibility_word;
use crate::context::Context;
use crate::error::CliError;
use crate::output::table::{Table, plain};
use crate::output::{FAINT, Report, STRONG, clean, clip};
use crate::when::length;

/// List your events, or somebody's public ones
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Whose; your own if left out
    owner: Option<Username>,
}

/// Events.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Events(Vec<Event>);

impl Report for Events {
    fn text(&self) -> String {
        let mut table = Table::new();
        for event in &self.0 {
            let first = event.first_day;
            let days = event.last_day.map_or_else(|| format!("from {first}"), |last| format!("{first} to {last}"));
            table.row([
                (clip(event.slug.as_str(), 20), STRONG),
                plain(clip(&clean(&event.title), 24)),
                plain(length::spoken(event.slot_minutes)),
                plain(days),
                (visibility_word(event.visibility).to_owned(), FAINT),
            ]);
        }
        table.text()
    }
}

/// Lists them.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let events = match &args.owner {
        Some(owner) => ctx.client()?.events_of(owner).await?,
        None => ctx.session().await?.events().await?,
    };
    if events.is_empty() {
        ctx.out.text_note(match args.owner {
            Some(owner) => format!("{owner} lists no events"),
            None => "you offer no events: `meetme event create \"Coffee chat\" --length 30m`".to_owned(),
        });
    }
    ctx.out.show(&Events(events))
}

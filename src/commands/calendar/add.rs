use serde::Serialize;

use crate::commands::refs::EventRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::Report;

/// Show an event's open slots in your calendar apps: an entry on one of them books it
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    #[arg(add = complete::events())]
    event: EventRef,
}

/// What was done to which event.
#[derive(Debug, Serialize)]
struct Added {
    owner: String,
    slug: String,
}

impl Report for Added {
    fn text(&self) -> String {
        format!("{}/{} is in your calendars now\n", self.owner, self.slug)
    }
}

/// Puts it into the calendar home.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let (owner, slug) = ctx.event(Some(&args.event)).await?;
    ctx.session().await?.add_to_calendars(&owner, &slug).await?;
    ctx.out.show(&Added { owner: owner.to_string(), slug: slug.to_string() })
}

use serde::Serialize;

use crate::commands::refs::EventRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::Report;

/// Show an event in your calendar apps no more; bookings stay
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    #[arg(add = complete::events())]
    event: EventRef,
}

/// What was done to which event.
#[derive(Debug, Serialize)]
struct Removed {
    owner: String,
    slug: String,
}

impl Report for Removed {
    fn text(&self) -> String {
        format!("{}/{} is in your calendars no more\n", self.owner, self.slug)
    }
}

/// Takes it out of the calendar home.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let (owner, slug) = ctx.event(Some(&args.event)).await?;
    ctx.session().await?.remove_from_calendars(&owner, &slug).await?;
    ctx.out.show(&Removed { owner: owner.to_string(), slug: slug.to_string() })
}

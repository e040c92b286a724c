use serde::Serialize;

use crate::commands::refs::EventRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::Report;

/// Delete an event
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    #[arg(add = complete::events())]
    event: Option<EventRef>,
    /// Cancel its bookings ahead; without this an event with bookings stays
    #[arg(long)]
    cancel_bookings: bool,
}

/// The end of an event.
#[derive(Debug, Serialize)]
struct Deleted {
    owner: String,
    slug: String,
}

impl Report for Deleted {
    fn text(&self) -> String {
        format!("deleted {}/{}\n", self.owner, self.slug)
    }
}

/// Deletes it, after a yes.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let (owner, slug) = ctx.own_event(args.event.as_ref()).await?;
    ctx.session().await?;
    let also = if args.cancel_bookings { " and cancel its bookings" } else { "" };
    ctx.confirm(&format!("Delete {owner}/{slug}{also}?"))?;
    ctx.session().await?.delete_event(&owner, &slug, args.cancel_bookings).await?;
    ctx.out.show(&Deleted { owner: owner.to_string(), slug: slug.to_string() })
}

use super::url::Addresses;
use crate::context::Context;
use crate::error::CliError;

/// Give the feed of your own bookings a new address; the old one ends at once
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// End it, without a new one
    #[arg(long)]
    end: bool,
}

/// Makes a new address, or none. Apps that read the old one read nothing from then on, so a person is asked.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let before = ctx.session().await?.feeds().await?;
    if before.private.is_some() {
        let then = if args.end { "End it?" } else { "Make a new one?" };
        ctx.confirm(&format!("Apps that subscribed to the old address read nothing any more. {then}"))?;
    }
    let client = ctx.session().await?;
    let feeds = if args.end {
        client.end_private_feed().await?;
        client.feeds().await?
    } else {
        client.rotate_private_feed().await?
    };
    ctx.out.show(&Addresses::own(feeds))
}

use clap::ValueEnum;
use meetme_core::api::FeedsPatch;

use super::url::Addresses;
use crate::context::Context;
use crate::error::CliError;

/// Publish when you are busy, without a word about why, or stop it
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Whether everybody may read it
    published: OnOff,
}

/// A switch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OnOff {
    /// Published.
    On,
    /// Not published.
    Off,
}

/// Switches it.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let patch = FeedsPatch { free_busy: Some(args.published == OnOff::On) };
    let feeds = ctx.session().await?.change_feeds(&patch).await?;
    ctx.out.show(&Addresses::own(feeds))
}

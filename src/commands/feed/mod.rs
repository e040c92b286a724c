//! Feeds: their addresses, and open slots as .ics files.

mod busy;
mod export;
mod rotate;
mod url;

use clap::Subcommand;

use crate::context::Context;
use crate::error::CliError;

/// Publish open slots and bookings to calendar apps
#[derive(Debug, Clone, Subcommand)]
pub enum Command {
    /// Print the addresses that calendar apps subscribe to
    Url(url::Args),
    /// Give the feed of your own bookings a new address; the old one ends at once
    Rotate(rotate::Args),
    /// Publish when you are busy, or stop it
    Busy(busy::Args),
    /// Write .ics files for static hosting
    Export(export::Args),
}

/// Sends a command on its way.
pub async fn run(ctx: &mut Context<'_>, command: Command) -> Result<(), CliError> {
    match command {
        Command::Url(args) => url::run(ctx, args).await,
        Command::Rotate(args) => rotate::run(ctx, args).await,
        Command::Busy(args) => busy::run(ctx, args).await,
        Command::Export(args) => export::run(ctx, args).await,
    }
}

/// A feed's address for a click that subscribes to it.
pub(super) fn webcal(feed: &str) -> String {
    let behind = feed.split_once("://").map_or(feed, |(_, behind)| behind);
    format!("webcal://{behind}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_is_subscribed_to_by_its_own_scheme() {
        assert_eq!(webcal("https://meet.example/feeds/ada/chat.ics"), "webcal://meet.example/feeds/ada/chat.ics");
    }
}

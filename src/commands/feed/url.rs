use meetme_core::api::{Feeds, FreeBusyFeed, PrivateFeed};
use serde::Serialize;

use super::webcal;
use crate::commands::refs::EventRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::table::{Table, plain};
use crate::output::{FAINT, Report, STRONG};

/// Print the addresses that calendar apps subscribe to
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event; all of your own, your bookings and your busy time if left out
    #[arg(add = complete::events())]
    event: Option<EventRef>,
}

/// Where open slots can be subscribed to.
#[derive(Debug, Serialize)]
struct EventFeed {
    event: String,
    url: String,
    webcal: String,
}

/// Every address that was asked for.
#[derive(Serialize)]
pub(super) struct Addresses {
    events: Vec<EventFeed>,
    #[serde(flatten)]
    own: Option<Feeds>,
}

impl Addresses {
    /// Those of an account alone.
    pub(super) fn own(own: Feeds) -> Self {
        Self { events: Vec::new(), own: Some(own) }
    }
}

impl Report for Addresses {
    fn text(&self) -> String {
        let mut table = Table::new();
        for EventFeed { event, url, webcal } in &self.events {
            table.row([(event.clone(), STRONG), plain(url)]);
            table.row([plain(""), plain(webcal)]);
        }
        if let Some(Feeds { private, free_busy: FreeBusyFeed { url, enabled } }) = &self.own {
            match private {
                Some(PrivateFeed { url, webcal, .. }) => {
                    table.row([("bookings".to_owned(), STRONG), plain(url)]);
                    table.row([plain(""), plain(webcal)]);
                    table.row([plain(""), ("whoever knows it reads your bookings".to_owned(), FAINT)]);
                }
                None => table.row([("bookings".to_owned(), STRONG), plain("no address yet: `meetme feed rotate`")]),
            }
            let busy = if *enabled { url.clone() } else { "not published: `meetme feed busy on`".to_owned() };
            table.row([("busy".to_owned(), STRONG), plain(busy)]);
        }
        table.text()
    }
}

/// Prints them.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let feed = |event: meetme_core::api::Event| EventFeed {
        event: format!("{}/{}", event.owner, event.slug),
        webcal: webcal(&event.links.feed),
        url: event.links.feed,
    };
    let addresses = match &args.event {
        Some(event) => {
            let (owner, slug) = ctx.event(Some(event)).await?;
            Addresses { events: vec![feed(ctx.client()?.event(&owner, &slug).await?)], own: None }
        }
        None => {
            let client = ctx.session().await?;
            let events = client.events().await?.into_iter().map(feed).collect();
            Addresses { events, own: Some(client.feeds().await?) }
        }
    };
    ctx.out.show(&addresses)
}

use meetme_core::api::{Event, EventLinks, Slot};
use meetme_core::time::Zone;
use serde::Serialize;

use crate::client::SlotQuery;
use crate::commands::feed::webcal;
use crate::commands::range::ZoneArg;
use crate::commands::refs::EventRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::table::{Table, plain};
use crate::output::{FAINT, Report, clean, times};
use crate::when::length;

/// How many open slots a text for a mail names.
const SLOTS_IN_TEXT: usize = 5;

/// Print the links to an event, or a text for a mail
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    #[arg(add = complete::events())]
    event: Option<EventRef>,
    /// A text for a mail: the next open times in two zones, that nobody can take for others
    #[arg(long)]
    text: bool,
    #[command(flatten)]
    zone: ZoneArg,
}

/// Where an event is, and its next open slots if they were wished for.
#[derive(Debug, Serialize)]
struct Shared {
    links: EventLinks,
    /// The feed for a click that subscribes.
    webcal: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Report for Shared {
    fn text(&self) -> String {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let mut table = Table::new();
        let EventLinks { page, feed, caldav } = &self.links;
        for (name, link) in [("link", page), ("feed", feed), ("", &self.webcal), ("caldav", caldav)] {
            table.row([(name.to_owned(), FAINT), plain(link)]);
        }
        table.text()
    }
}

/// Prints them.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let (owner, slug) = ctx.event(args.event.as_ref()).await?;
    let zone = ctx.zone(args.zone.zone).await?;
    let client = ctx.client()?;
    let event = client.event(&owner, &slug).await?;
    let text = if args.text {
        let open = SlotQuery { open: true, ..SlotQuery::default() };
        Some(snippet(&event, zone, &client.slots(&owner, &slug, &open).await?.slots))
    } else {
        None
    };
    let page = event.links.page.clone();
    let webcal = webcal(&event.links.feed);
    ctx.out.show(&Shared { links: event.links, webcal, text })?;
    ctx.out.text_note(format!("guests book with `meetme book {page}`"));
    Ok(())
}

/// A text for a mail: every time with zone and offset, on the event's clocks and on others: those in `zone`, or
/// UTC where these are the same.
fn snippet(event: &Event, zone: Zone, slots: &[Slot]) -> String {
    let lasting = length::spoken(event.slot_minutes);
    let other = if zone == event.time_zone { Zone::UTC } else { zone };
    let mut text = format!("{} ({lasting}). Next open times:\n", clean(&event.title));
    for slot in slots.iter().take(SLOTS_IN_TEXT) {
        text.push_str(&format!("  {}\n", times::exact(slot.start, event.time_zone)));
        text.push_str(&format!("    = {}\n", times::exact(slot.start, other)));
    }
    if slots.is_empty() {
        text.push_str("  none in the next 31 days\n");
    }
    format!("{text}Book: {}\n", event.links.page)
}

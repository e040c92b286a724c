use meetme_core::api::{Event, EventLinks, Slot};
use serde::Serialize;

use crate::client::SlotQuery;
use crate::commands::refs::EventRef;
use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, clean, times};
use crate::when::length;

/// How many open slots a text for a mail names.
const SLOTS_IN_TEXT: usize = 5;

/// Print the link to an event, or a text for a mail
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    event: Option<EventRef>,
    /// A text for a mail, with times that nobody can take for others
    #[arg(long)]
    text: bool,
}

/// Where an event is, and its next open slots if they were wished for.
#[derive(Debug, Serialize)]
struct Shared {
    links: EventLinks,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
}

impl Report for Shared {
    fn text(&self) -> String {
        self.text.clone().unwrap_or_else(|| format!("{}\n", self.links.page))
    }
}

/// Prints them.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let (owner, slug) = ctx.event(args.event.as_ref()).await?;
    let client = ctx.client()?;
    let event = client.event(&owner, &slug).await?;
    let text = if args.text {
        let open = SlotQuery { open: true, ..SlotQuery::default() };
        Some(snippet(&event, &client.slots(&owner, &slug, &open).await?.slots))
    } else {
        None
    };
    let page = event.links.page.clone();
    ctx.out.show(&Shared { links: event.links, text })?;
    ctx.out.text_note(format!("guests book with `meetme book {page}`"));
    Ok(())
}

/// A text for a mail: every time with its zone, its offset and UTC.
fn snippet(event: &Event, slots: &[Slot]) -> String {
    let lasting = length::spoken(event.slot_minutes);
    let mut text = format!("{} ({lasting}). Next open times:\n", clean(&event.title));
    for slot in slots.iter().take(SLOTS_IN_TEXT) {
        let utc = slot.start.format("%H:%M");
        text.push_str(&format!("  {} = {utc} UTC\n", times::exact(slot.start, event.time_zone)));
    }
    if slots.is_empty() {
        text.push_str("  none in the next 31 days\n");
    }
    format!("{text}Book: {}\n", event.links.page)
}

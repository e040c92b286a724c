use meetme_core::api::Window;
use meetme_core::time::Zone;
use serde::Serialize;

use crate::commands::event::words;
use crate::commands::refs::EventRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::table::{Table, plain};
use crate::output::{FAINT, Report, short_ids};

/// List the windows
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    #[arg(add = complete::events())]
    event: Option<EventRef>,
}

/// The windows of an event, in its zone.
#[derive(Debug, Serialize)]
struct Windows {
    time_zone: Zone,
    windows: Vec<Window>,
}

impl Report for Windows {
    fn text(&self) -> String {
        let mut table = Table::new();
        let ids = short_ids(self.windows.iter().map(|window| window.id.to_string()));
        for (window, id) in self.windows.iter().zip(ids) {
            table.row([plain(id), plain(words::window(window)), (self.time_zone.to_string(), FAINT)]);
        }
        table.text()
    }
}

/// Lists them.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let (owner, slug) = ctx.event(args.event.as_ref()).await?;
    let client = ctx.client()?;
    let time_zone = client.event(&owner, &slug).await?.time_zone;
    let mut windows = client.windows(&owner, &slug).await?;
    windows.sort_by_key(|window| (window.rrule.is_none(), window.start, window.id));
    if windows.is_empty() {
        ctx.out.text_note(format!("no windows yet: `meetme slot add {slug} \"mon-fri 9:00-12:00\"`"));
    }
    ctx.out.show(&Windows { time_zone, windows })
}

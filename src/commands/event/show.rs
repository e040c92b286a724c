use meetme_core::api::{Event, Window};
use serde::Serialize;

use super::words;
use crate::client::Error as ClientError;
use crate::commands::refs::EventRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::table::{Table, plain};
use crate::output::{FAINT, Report, STRONG, clean, clean_lines, styled};

/// Show an event and when it may be booked
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    #[arg(add = complete::events())]
    event: Option<EventRef>,
}

/// An event and its windows, which are its host's to see.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    event: Event,
    #[serde(skip_serializing_if = "Option::is_none")]
    windows: Option<Vec<Window>>,
}

impl Report for Shown {
    fn text(&self) -> String {
        let Event { owner, slug, title, description, links, .. } = &self.event;
        let mut text = format!("{}  {owner}/{slug}\n{}\n", styled(STRONG, clean(title)), links.page);
        if !description.is_empty() {
            text.push_str(&format!("\n{}\n\n", clean_lines(description).trim_end()));
        }
        let mut table = Table::new();
        for (name, value) in words::rules(&self.event) {
            table.row([(name.to_owned(), FAINT), plain(value)]);
        }
        for (i, window) in self.windows.iter().flatten().enumerate() {
            let name = if i == 0 { "windows" } else { "" };
            table.row([(name.to_owned(), FAINT), plain(words::window(window))]);
        }
        text + &table.text()
    }
}

/// Shows it.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let (owner, slug) = ctx.event(args.event.as_ref()).await?;
    let client = ctx.client()?;
    let event = client.event(&owner, &slug).await?;
    let windows = match client.windows(&owner, &slug).await {
        Ok(mut windows) => {
            windows.sort_by_key(|window| (window.rrule.is_none(), window.start, window.id));
            Some(windows)
        }
        Err(ClientError::Refused(problem)) if matches!(problem.status, 401 | 403) => {
            ctx.out.note(format!("`meetme slots {owner}/{slug}` lists what is open"));
            None
        }
        Err(error) => return Err(error.into()),
    };
    ctx.out.show(&Shown { event, windows })
}

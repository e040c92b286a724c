use chrono::{DateTime, Utc};
use meetme_core::api::Window;
use meetme_core::id::{Slug, Username};
use meetme_core::time::Zone;
use serde::Serialize;

use crate::commands::event::words;
use crate::commands::pick;
use crate::commands::range::{FoldArgs, ZoneArg};
use crate::commands::refs::EventRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, times};
use crate::when::When;

/// Take a slot, a span or a window out; bookings stay
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    #[arg(add = complete::events())]
    event: Option<EventRef>,
    /// When the slot or the span starts; on a terminal a choice
    #[arg(value_name = "WHEN", add = complete::slots())]
    start: Option<When>,
    /// Everything up to here instead of one slot
    #[arg(long, value_name = "WHEN", conflicts_with = "window")]
    until: Option<When>,
    /// A whole window, by its id or the beginning of it: see `meetme slot list`
    #[arg(long, value_name = "ID", conflicts_with = "start")]
    window: Option<String>,
    #[command(flatten)]
    zone: ZoneArg,
    #[command(flatten)]
    fold: FoldArgs,
}

/// What was taken out.
#[derive(Debug, Serialize)]
struct Removed {
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<DateTime<Utc>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    window: Option<Window>,
    time_zone: Zone,
}

impl Report for Removed {
    fn text(&self) -> String {
        let zone = self.time_zone;
        let what = match (&self.window, self.start, self.until) {
            (Some(window), ..) => words::window(window),
            (None, Some(start), Some(until)) => {
                format!("everything from {} to {}", times::exact(start, zone), times::exact(until, zone))
            }
            (None, Some(start), None) => format!("the slot at {}", times::exact(start, zone)),
            (None, None, _) => "nothing".to_owned(),
        };
        format!("removed {what}\n")
    }
}

/// Takes it out.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    if args.start.is_none() && args.window.is_none() && !ctx.can_ask() {
        let say = "say when the slot starts, or `--window ID`".to_owned();
        return Err(CliError::Missing { missing: "the time", say });
    }
    let (owner, slug) = ctx.own_event(args.event.as_ref()).await?;
    if let Some(id) = &args.window {
        return remove_window(ctx, &owner, &slug, id).await;
    }
    ctx.session().await?;
    let zone = ctx.zone(args.zone.zone).await?;
    let fold = args.fold.fold();
    let start = match args.start {
        Some(start) => start.resolve(ctx.now, zone, fold)?,
        None => pick::slot(ctx, &owner, &slug, zone).await?,
    };
    let until = args.until.map(|until| until.resolve(ctx.now, zone, fold)).transpose()?;
    if let Some(until) = until.filter(|until| *until <= start) {
        let (start, until) = (times::exact(start, zone), times::exact(until, zone));
        return Err(CliError::usage(format!("the end {until} is not after the start {start}"), "swap the two"));
    }
    ctx.session().await?.remove_slot(&owner, &slug, start, until).await?;
    ctx.out.show(&Removed { start: Some(start), until, window: None, time_zone: zone })
}

async fn remove_window(ctx: &mut Context<'_>, owner: &Username, slug: &Slug, id: &str) -> Result<(), CliError> {
    let wanted = id.trim().to_ascii_lowercase();
    let client = ctx.session().await?;
    let time_zone = client.event(owner, slug).await?.time_zone;
    let mut windows = client.windows(owner, slug).await?;
    windows.retain(|window| window.id.to_string().starts_with(&wanted));
    match (windows.pop(), windows.len()) {
        (Some(window), 0) => {
            client.remove_window(owner, slug, window.id).await?;
            ctx.out.show(&Removed { start: None, until: None, window: Some(window), time_zone })
        }
        (Some(_), others) => {
            let hint = format!("type more of the id; `meetme slot list {owner}/{slug}` lists them");
            Err(CliError::usage(format!("`{wanted}` begins the id of {} windows", others + 1), hint))
        }
        (None, _) => Err(CliError::NotFound {
            what: format!("window `{wanted}` of {owner}/{slug}"),
            hint: format!("`meetme slot list {owner}/{slug}` lists them"),
        }),
    }
}

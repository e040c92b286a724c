use meetme_core::api::{Event, NewWindow, Window};
use meetme_core::recurrence::Rule;
use meetme_core::time::Minutes;
use serde::Serialize;

use super::Made;
use crate::commands::event::words;
use crate::commands::refs::EventRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::Report;
use crate::when::{DayWord, When, length, window};

/// Add windows: "mon-fri 9:00-12:00"
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    #[arg(add = complete::events())]
    event: EventRef,
    /// When: "mon-fri 9:00-12:00", "mon,wed 14-16", "2026-12-01 9-12", "daily 9-10", "weekdays 9-12"; several with `;`
    #[arg(value_name = "WORDS", required_unless_present = "rrule")]
    words: Option<String>,
    /// A rule of RFC 5545 instead of words, such as "FREQ=MONTHLY;BYDAY=1TU"
    #[arg(long, value_name = "RULE", requires_all = ["start", "duration"], conflicts_with_all = ["words", "until"])]
    rrule: Option<Rule>,
    /// With --rrule: when it first begins, in the event's zone
    #[arg(long, value_name = "WHEN", requires = "rrule")]
    start: Option<When>,
    /// With --rrule: how long it lasts
    #[arg(long, value_name = "LENGTH", value_parser = length::minutes, requires = "rrule")]
    duration: Option<Minutes>,
    /// Keep each window as one slot instead of cutting it
    #[arg(long)]
    whole: bool,
    /// The last day on which it recurs
    #[arg(long, value_name = "DAY")]
    until: Option<DayWord>,
}

/// New windows of an event.
#[derive(Debug, Serialize)]
struct Added {
    windows: Vec<Window>,
    time_zone: meetme_core::time::Zone,
}

impl Report for Added {
    fn text(&self) -> String {
        let line = |window: &Window| format!("{} ({})\n", words::window(window), self.time_zone);
        self.windows.iter().map(line).collect()
    }
}

/// Adds them one by one.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let words = args.words.as_deref().map(window::several).transpose()?.unwrap_or_default();
    let (owner, slug) = ctx.event(Some(&args.event)).await?;
    let event = ctx.session().await?.event(&owner, &slug).await?;
    let today = ctx.today(event.time_zone);
    let windows = match (args.rrule, args.start, args.duration) {
        (Some(rule), Some(start), Some(duration)) => {
            let start = start.resolve(ctx.now, event.time_zone, None)?;
            Made(vec![NewWindow {
                start: event.time_zone.wall_at(start),
                duration_minutes: duration,
                rrule: Some(rule),
                exdates: Vec::new(),
                whole: args.whole,
            }])
        }
        _ => {
            let until = args.until.map(|day| day.date(today));
            Made::of_words(&words, today, (event.first_day, event.last_day), until, args.whole)?
        }
    };
    let windows = add_all(ctx, &event, windows, false).await?;
    ctx.out.show(&Added { windows, time_zone: event.time_zone })
}

/// Adds windows to an event one by one. If one is refused, what was done before is told.
pub(in crate::commands) async fn add_all(
    ctx: &mut Context<'_>,
    event: &Event,
    windows: Made,
    is_new: bool,
) -> Result<Vec<Window>, CliError> {
    let count = windows.0.len();
    let mut added = Vec::with_capacity(count);
    for window in &windows.0 {
        match ctx.session().await?.add_window(&event.owner, &event.slug, window).await {
            Ok(window) => added.push(window),
            Err(error) => {
                let (owner, slug, done) = (&event.owner, &event.slug, added.len());
                if is_new {
                    ctx.out.note(format!("{owner}/{slug} was created, with {done} of {count} windows"));
                } else if done > 0 {
                    ctx.out.note(format!("{done} of {count} windows were added before this"));
                }
                return Err(error.into());
            }
        }
    }
    Ok(added)
}

//! `meetme watch`: changes as they happen, for people, scripts, and a command per change.

mod command;
mod place;
mod show;

use std::path::PathBuf;
use std::time::Duration;

use meetme_core::api::{LiveChange, LiveKind};
use meetme_core::id::{Slug, Username};
use tokio::time::{Instant, sleep_until};

use self::command::{Ended, Runner};
use self::place::PlaceFile;
use self::show::{Line, Reader, Reset};
use super::range::ZoneArg;
use super::refs::EventRef;
use super::stop::Stop;
use crate::client::{Live, News};
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::when::length;

/// How long a command may run for one change, unless it is told otherwise.
const EXEC_TIMEOUT: Duration = Duration::from_secs(60);

/// Show changes as they happen
///
/// With an EVENT its changes, as far as you may see them; without, everything of your own, as host and as guest.
/// A server that restarts is waited for, and nothing is missed or told twice.
///
/// With --json each change is one line of JSON. With --exec a command is run for each change, one after the other:
/// `sh -c CMD` with the JSON on its stdin, and in its environment MEETME_CHANGE_KIND, _EVENT, _TITLE, _AT, _CURSOR,
/// and as far as there are any _BOOKING, _STATUS, _START, _END, _HOST and _GUEST. Its output goes to stderr. If it
/// fails or takes too long that is said, and the watch goes on; with --once the watch ends with exit 1 then, and the
/// place in --cursor-file stays before that change.
///
/// With --cursor-file the place is written down after each change was handled, and the next watch goes on there.
/// After a `reset` what was known before may be out of date: read it anew.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event; everything of your own if left out
    #[arg(add = complete::events())]
    event: Option<EventRef>,
    /// Only these kinds: booked, cancelled, rescheduled, confirmed, declined, held, released, event_created,
    /// slots_changed, windows_changed, event_changed, event_deleted
    #[arg(long, value_name = "KIND", value_delimiter = ',', value_parser = kind, add = complete::kinds())]
    only: Vec<LiveKind>,
    /// Run this for each change
    #[arg(long, value_name = "CMD")]
    exec: Option<String>,
    /// How long the command may run for one change: 30s, 5m
    #[arg(long, value_name = "LENGTH", value_parser = length::seconds, requires = "exec")]
    exec_timeout: Option<Duration>,
    /// Go on where the last watch with this file stopped
    #[arg(long, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    cursor_file: Option<PathBuf>,
    /// End after the first change
    #[arg(long)]
    once: bool,
    /// End after so long: 30s, 5m, 2h; with --once and no change until then, exit 7
    #[arg(long = "for", value_name = "LENGTH", value_parser = length::seconds)]
    lasting: Option<Duration>,
    #[command(flatten)]
    zone: ZoneArg,
}

/// A watch and all that keeps it going.
struct Watch {
    live: Live,
    only: Vec<LiveKind>,
    runner: Option<Runner>,
    file: Option<PlaceFile>,
    once: bool,
    /// Whether one event is watched; it can go away.
    of_event: Option<(Username, Slug)>,
    reader: Reader,
    /// What is said once the stream is open.
    greeting: Option<String>,
}

/// Whether a watch goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Goes {
    On,
    Ends,
}

/// Watches until it is told to stop (Ctrl-C, SIGTERM), until the time is up, or until something ends it.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let event = match &args.event {
        Some(event) => Some(ctx.event(Some(event)).await?),
        None => None,
    };
    if event.is_none() {
        ctx.session().await?;
    }
    let zone = ctx.zone(args.zone.zone).await?;
    let file = args.cursor_file.map(|path| PlaceFile::new(path, ctx.server(), event.as_ref()));
    let cursor = file.as_ref().map(PlaceFile::read).transpose()?.flatten();
    let client = ctx.client()?;
    let live = match &event {
        Some((owner, slug)) => client.follow(owner, slug, cursor),
        None => client.follow_mine(cursor),
    };
    let limit = args.exec_timeout.unwrap_or(EXEC_TIMEOUT);
    let runner = args.exec.map(|command| Runner::new(command, limit));
    let what = event.as_ref().map_or("what is yours".to_owned(), |(owner, slug)| format!("{owner}/{slug}"));
    let greeting = Some(format!("watching {what} at {}, times in {zone}; Ctrl-C ends it", ctx.server_name()));
    let me = if ctx.is_somebody()? { Some(ctx.me().await?.username) } else { None };
    let reader = Reader { me, zone };
    let watch = Watch { live, only: args.only, runner, file, once: args.once, of_event: event, reader, greeting };
    watch.run(ctx, args.lasting.map(|lasting| Instant::now() + lasting)).await
}

impl Watch {
    async fn run(mut self, ctx: &mut Context<'_>, until: Option<Instant>) -> Result<(), CliError> {
        let mut stop = Stop::new()?;
        loop {
            let news = tokio::select! {
                biased;
                () = stop.told() => return Ok(()),
                () = at(until) => return self.time_is_up(),
                news = self.live.next() => news?,
            };
            if self.take(ctx, &mut stop, news).await? == Goes::Ends {
                return Ok(());
            }
        }
    }

    async fn take(&mut self, ctx: &mut Context<'_>, stop: &mut Stop, news: News) -> Result<Goes, CliError> {
        if let (false, Some(greeting)) = (matches!(news, News::Lost { .. }), self.greeting.take()) {
            ctx.out.note(greeting);
        }
        let goes = match news {
            News::Place => Goes::On,
            News::Lost { reason } => {
                ctx.out.note(format!("{reason}; trying again"));
                Goes::On
            }
            News::Back => {
                ctx.out.note("the server is there again");
                Goes::On
            }
            News::Reset => self.reset(ctx, stop).await?,
            News::Change(change) => self.change(ctx, stop, &change).await?,
        };
        if let (Some(file), Some(cursor)) = (&mut self.file, self.live.cursor()) {
            file.write(cursor)?;
        }
        Ok(goes)
    }

    /// With `--once` a command that failed is how the watch ends, and its place stays where it was: the next watch is
    /// told the same change again.
    async fn change(&self, ctx: &mut Context<'_>, stop: &mut Stop, change: &LiveChange) -> Result<Goes, CliError> {
        let wanted = self.only.is_empty() || self.only.contains(&change.kind);
        let mut goes = Goes::On;
        if wanted {
            ctx.out.show_line(&Line::new(change, &self.reader))?;
            if let Some(runner) = &self.runner {
                let ended = runner.run(change, stop).await;
                if self.once
                    && let Some(why) = ended.failure()
                {
                    return Err(CliError::CommandFailed { kind: change.kind.word(), why: why.to_owned() });
                }
                goes = told(ctx, &ended, change.kind.word());
            }
        }
        match &self.of_event {
            Some((owner, slug)) if change.kind == LiveKind::EventDeleted => {
                let hint = "`meetme watch` shows what happens to all that is yours".to_owned();
                if self.once && wanted {
                    return Ok(Goes::Ends);
                }
                Err(CliError::NotFound { what: format!("event {owner}/{slug} any more"), hint })
            }
            _ => Ok(if self.once && wanted { Goes::Ends } else { goes }),
        }
    }

    /// What was missed cannot be told, so even `--only` does not keep it back.
    async fn reset(&self, ctx: &mut Context<'_>, stop: &mut Stop) -> Result<Goes, CliError> {
        let Some(cursor) = self.live.cursor() else { return Ok(Goes::On) };
        let reset = Reset::new(cursor);
        ctx.out.show_line(&reset)?;
        match &self.runner {
            Some(runner) => Ok(told(ctx, &runner.run_reset(&reset, stop).await, "reset")),
            None => Ok(Goes::On),
        }
    }

    fn time_is_up(&self) -> Result<(), CliError> {
        if self.once { Err(CliError::NothingHappened) } else { Ok(()) }
    }
}

/// Says how a command ended, unless it went well.
fn told(ctx: &mut Context<'_>, ended: &Ended, kind: &str) -> Goes {
    let goes = if matches!(ended, Ended::WellAndStop | Ended::Stopped) { Goes::Ends } else { Goes::On };
    let Some(why) = ended.failure() else { return goes };
    let after = if goes == Goes::On { "; the watch goes on" } else { "" };
    ctx.out.warn(&format!("the command failed for `{kind}`: {why}{after}"));
    goes
}

async fn at(until: Option<Instant>) {
    match until {
        Some(until) => sleep_until(until).await,
        None => std::future::pending().await,
    }
}

fn kind(word: &str) -> Result<LiveKind, String> {
    LiveKind::of_word(word).ok_or_else(|| {
        let known: Vec<&str> = LiveKind::ALL.into_iter().map(LiveKind::word).collect();
        format!("the kinds are {}", known.join(", "))
    })
}

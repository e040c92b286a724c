//! `meetme slots`: what is open, by day; for the host also what is not, and why.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use meetme_core::api::{Slot, SlotState};
use meetme_core::id::{Slug, Username};
use meetme_core::time::{Instant, Span, Zone};
use serde::Serialize;

use super::pages::Page;
use super::range::{RangeArgs, ZoneArg};
use super::refs::EventRef;
use crate::client::{Client, SlotQuery};
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::grid::{self, Block};
use crate::output::table::{Table, plain};
use crate::output::{BAD, FAINT, GOOD, Report, STRONG, Screen, WAITING, styled, times};

/// How far is looked where no end is given.
pub const DEFAULT_RANGE: TimeDelta = TimeDelta::days(31);
/// The most pages of slots that one command reads: a year and some.
pub(super) const MAX_PAGES: usize = 14;

/// List the slots of an event
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The event
    #[arg(add = complete::events())]
    event: Option<EventRef>,
    #[command(flatten)]
    range: RangeArgs,
    /// Say rule by rule why a slot is or is not offered (host only)
    #[arg(long)]
    explain: bool,
    /// Only open slots
    #[arg(long)]
    open: bool,
    /// A list, also on a terminal
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    zone: ZoneArg,
}

/// Slots of an event.
#[derive(Debug, Serialize)]
struct Found {
    owner: Username,
    slug: Slug,
    time_zone: Zone,
    slots: Vec<Slot>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<DateTime<Utc>>,
    #[serde(skip)]
    explain: bool,
    #[serde(skip)]
    width: usize,
}

impl Report for Found {
    fn text(&self) -> String {
        if self.explain { self.explained() } else { self.by_day() }
    }
}

/// Lists them.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let (owner, slug) = ctx.event(args.event.as_ref()).await?;
    if args.explain && ctx.me().await?.username != owner {
        return Err(CliError::HostOnly { event: format!("{owner}/{slug}") });
    }
    let zone = ctx.zone(args.zone.zone).await?;
    let page = args.range.page(ctx.today(zone)).filter(|_| !args.explain && !args.plain);
    if let (Some(page), Some(screen)) = (page, ctx.out.screen()) {
        return turn_pages(ctx, (owner, slug), zone, page, screen, args.open).await;
    }
    let (from, to) = args.range.span(ctx.now, zone);
    let from = from.unwrap_or(ctx.now);
    let to = to.unwrap_or(from + DEFAULT_RANGE);
    if to <= from {
        let (from, to) = (times::exact(from, zone), times::exact(to, zone));
        return Err(CliError::usage(format!("the end {to} is not after the start {from}"), "say a later `--to`"));
    }
    let query = SlotQuery { from: Some(from), to: Some(to), explain: args.explain, open: args.open };
    let (slots, next) = all(ctx.client()?, &owner, &slug, query).await?;
    let open = slots.iter().filter(|slot| slot.state == SlotState::Open).count();
    ctx.out.text_note(format!(
        "{} from {} to {}, times in {zone}",
        crate::output::count(open, "open slot"),
        times::start(from, zone),
        times::start(to, zone)
    ));
    let width = ctx.out.width();
    ctx.out.show(&Found { owner, slug, time_zone: zone, slots, next, explain: args.explain, width })
}

/// Shows days side by side, and reads only those that somebody turns to.
async fn turn_pages(
    ctx: &mut Context<'_>,
    (owner, slug): (Username, Slug),
    zone: Zone,
    home: Page,
    screen: Screen,
    open: bool,
) -> Result<(), CliError> {
    let mut page = home;
    loop {
        let span = page.span(zone);
        let query = SlotQuery { from: Some(span.start()), to: Some(span.end()), explain: false, open };
        let (slots, next) = all(ctx.client()?, &owner, &slug, query).await?;
        let count = slots.iter().filter(|slot| slot.state == SlotState::Open).count();
        ctx.out.note(format!("{}, {} ({zone})", crate::output::count(count, "open slot"), page.title()));
        let blocks: Vec<Block> = slots.iter().filter_map(block).collect();
        let drawn = grid::timetable(page.frame(zone, ctx.today(zone), screen), &blocks);
        let found = Found {
            owner: owner.clone(),
            slug: slug.clone(),
            time_zone: zone,
            slots,
            next,
            explain: false,
            width: screen.width,
        };
        ctx.out.show(&Drawn { grid: drawn.unwrap_or_else(|| found.by_day()) })?;
        match page.turned(ctx, home)? {
            Some(turned) => page = turned,
            None => return Ok(()),
        }
    }
}

/// A page as a terminal shows it.
#[derive(Debug, Serialize)]
struct Drawn {
    grid: String,
}

impl Report for Drawn {
    fn text(&self) -> String {
        self.grid.clone()
    }
}

fn block(slot: &Slot) -> Option<Block> {
    let (word, style) = word_of(slot.state);
    let text = if slot.seats_left > 1 { format!("{word} {}", slot.seats_left) } else { word.to_owned() };
    Some(Block { span: Span::new(slot.start, slot.end).ok()?, text, style })
}

/// Every slot of a range, and where to go on if it is longer than anybody reads.
pub(super) async fn all(
    client: &Client,
    owner: &Username,
    slug: &Slug,
    mut query: SlotQuery,
) -> Result<(Vec<Slot>, Option<Instant>), CliError> {
    let mut found = Vec::new();
    for _ in 0..MAX_PAGES {
        let page = client.slots(owner, slug, &query).await?;
        found.extend(page.slots);
        match page.next.filter(|next| query.to.is_none_or(|to| *next < to)) {
            Some(next) => query.from = Some(next),
            None => return Ok((found, None)),
        }
    }
    Ok((found, query.from))
}

impl Found {
    /// A line per day and state.
    fn by_day(&self) -> String {
        let mut text = String::new();
        let mut day: Option<NaiveDate> = None;
        let mut rest = self.slots.as_slice();
        while let Some(first) = rest.first() {
            let date = self.time_zone.day_at(first.start);
            let count = rest.iter().take_while(|slot| self.time_zone.day_at(slot.start) == date).count();
            let (today, later) = rest.split_at(count);
            for state in [SlotState::Open, SlotState::Taken, SlotState::Held, SlotState::Closed] {
                let starts: Vec<&Slot> = today.iter().filter(|slot| slot.state == state).collect();
                if !starts.is_empty() {
                    let label = if day == Some(date) { String::new() } else { times::day(date) };
                    day = Some(date);
                    text.push_str(&self.line(&label, state, &starts));
                }
            }
            rest = later;
        }
        text
    }

    fn line(&self, label: &str, state: SlotState, slots: &[&Slot]) -> String {
        let (word, style) = word_of(state);
        let indent = 24;
        let mut text = format!("{}  {}  ", styled(STRONG, format!("{label:14}")), styled(style, format!("{word:6}")));
        let mut column = indent;
        for (i, slot) in slots.iter().enumerate() {
            let seats = if slot.seats_left > 1 { format!("({})", slot.seats_left) } else { String::new() };
            let start = format!("{}{seats}", self.time_zone.wall_at(slot.start).format("%H:%M"));
            if i > 0 && column + 1 + start.len() > self.width {
                text.push_str(&format!("\n{:indent$}", ""));
                column = indent;
            } else if i > 0 {
                text.push(' ');
                column += 1;
            }
            column += start.len();
            text.push_str(&start);
        }
        text.push('\n');
        text
    }

    /// A line per slot and rule that shuts it.
    fn explained(&self) -> String {
        let mut table = Table::new();
        for slot in &self.slots {
            let (word, style) = word_of(slot.state);
            let mut label = times::span(slot.start, slot.end, self.time_zone);
            let mut state = (word.to_owned(), style);
            let codes = slot.obstacles.clone().unwrap_or_else(|| slot.reason.iter().cloned().collect());
            let mut reasons: Vec<&str> = codes.iter().map(|code| reason(code)).collect();
            if reasons.is_empty() {
                reasons.push("every rule is met");
            }
            for reason in reasons {
                let first = (std::mem::take(&mut label), STRONG);
                table.row([first, std::mem::replace(&mut state, (String::new(), FAINT)), plain(reason)]);
            }
        }
        table.text()
    }
}

fn word_of(state: SlotState) -> (&'static str, anstyle::Style) {
    match state {
        SlotState::Open => ("open", GOOD),
        SlotState::Taken => ("taken", BAD),
        SlotState::Held => ("held", WAITING),
        SlotState::Closed => ("closed", FAINT),
        SlotState::Unavailable => ("-", FAINT),
    }
}

/// A rule that says no, in words; one that is newer than this client is told by its code.
fn reason(code: &str) -> &str {
    match code {
        "notice" => "it starts too soon for the notice you want",
        "horizon" => "it lies further ahead than you take bookings",
        "full" => "every seat is taken",
        "held" => "somebody is deciding on the last seat",
        "booked" => "you have another booking then",
        "held-nearby" => "somebody is deciding on a slot in the way",
        "as-guest" => "you are somebody's guest then",
        "entry" => "your calendar says that you are busy",
        "unreadable" => "one of your calendars cannot be read, so nothing is offered",
        "buffer" => "it comes too close to another booking",
        "day-limit" => "the event's limit for the day is reached",
        "week-limit" => "the event's limit for the week is reached",
        "host-day-limit" => "your limit for the day is reached",
        "host-week-limit" => "your limit for the week is reached",
        other => other,
    }
}

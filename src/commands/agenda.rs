//! `meetme agenda`: what lies ahead, by day.

use chrono::NaiveDate;
use meetme_core::api::{Booking, Person};
use meetme_core::id::Username;
use meetme_core::time::{Instant, Span, Zone};
use serde::Serialize;

use super::booking::status;
use super::pages::Page;
use super::range::{RangeArgs, ZoneArg};
use crate::client::BookingQuery;
use crate::context::Context;
use crate::error::CliError;
use crate::output::grid::{self, Block, Frame};
use crate::output::table::{Table, plain};
use crate::output::{FAINT, Report, STRONG, Screen, clean, clip, short_ids, styled, times};

/// List your bookings, as host and as guest
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(flatten)]
    range: RangeArgs,
    /// Cancelled ones too
    #[arg(long)]
    all: bool,
    /// A list, also on a terminal
    #[arg(long)]
    plain: bool,
    #[command(flatten)]
    zone: ZoneArg,
}

/// Bookings in order of their start.
#[derive(Debug, Serialize)]
struct Agenda {
    time_zone: Zone,
    bookings: Vec<Booking>,
    #[serde(skip)]
    me: Username,
    #[serde(skip)]
    grid: Option<String>,
    #[serde(skip)]
    width: Option<usize>,
}

impl Report for Agenda {
    fn text(&self) -> String {
        let mut text = self.grid.clone().unwrap_or_default();
        let ids = short_ids(self.bookings.iter().map(|booking| booking.id.to_string()));
        let mut day: Option<NaiveDate> = None;
        let mut table = Table::new();
        for (booking, id) in self.bookings.iter().zip(ids) {
            let date = self.time_zone.day_at(booking.start);
            if day.is_some_and(|day| day != date) {
                text.push_str(&self.within(&std::mem::take(&mut table)));
            }
            if day != Some(date) {
                text.push_str(&format!("{}\n", styled(STRONG, times::day(date))));
                day = Some(date);
            }
            let (word, style) = status(booking.status);
            let other = self.other(booking);
            table.row([
                plain(format!("  {}", times::hours(booking.start, booking.end, self.time_zone))),
                plain(clip(&clean(&booking.event.title), 20)),
                plain(format!("with {}", clip(&clean(&other.display_name), 14))),
                (word.to_owned(), style),
                (id, FAINT),
            ]);
        }
        text + &self.within(&table)
    }
}

impl Agenda {
    /// A day's lines. Titles and names give way where a terminal is narrow.
    fn within(&self, table: &Table) -> String {
        table.text_within(self.width.unwrap_or(usize::MAX), &[1, 2])
    }

    fn other<'a>(&self, booking: &'a Booking) -> &'a Person {
        if booking.host.username == self.me { &booking.guest } else { &booking.host }
    }

    /// The bookings of a page, drawn above their list.
    fn drawn(mut self, frame: Frame) -> Self {
        let block = |booking: &Booking| {
            let span = Span::new(booking.start, booking.end).ok()?;
            let text = clean(&self.other(booking).display_name);
            Some(Block {
                span,
                text: format!("{text}, {}", clean(&booking.event.title)),
                style: status(booking.status).1,
            })
        };
        let blocks: Vec<Block> = self.bookings.iter().filter_map(block).collect();
        self.grid = grid::calendar(frame, &blocks).filter(|_| !blocks.is_empty()).map(|grid| grid + "\n");
        self.width = Some(frame.width);
        self
    }
}

/// Lists them: from now on, unless a range is given.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let me = ctx.me().await?.username;
    let zone = ctx.zone(args.zone.zone).await?;
    let page = args.range.page(ctx.today(zone)).filter(|_| !args.plain);
    if let (Some(page), Some(screen)) = (page, ctx.out.screen()) {
        return turn_pages(ctx, &me, zone, page, screen, args.all).await;
    }
    let (from, to) = args.range.span(ctx.now, zone);
    let bookings = find(ctx, from.or(Some(ctx.now)), to, args.all).await?;
    ctx.out.text_note(format!("{}, times in {zone}", crate::output::count(bookings.len(), "booking")));
    let width = ctx.out.screen().map(|screen| screen.width);
    ctx.out.show(&Agenda { time_zone: zone, bookings, me, grid: None, width })
}

/// Shows days side by side, and reads only those that somebody turns to.
async fn turn_pages(
    ctx: &mut Context<'_>,
    me: &Username,
    zone: Zone,
    home: Page,
    screen: Screen,
    all: bool,
) -> Result<(), CliError> {
    let mut page = home;
    loop {
        let span = page.span(zone);
        let bookings = find(ctx, Some(span.start()), Some(span.end()), all).await?;
        let count = crate::output::count(bookings.len(), "booking");
        ctx.out.note(format!("{count}, {} ({zone})", page.title()));
        let agenda = Agenda { time_zone: zone, bookings, me: me.clone(), grid: None, width: None };
        let frame = page.frame(zone, ctx.today(zone), screen);
        ctx.out.show(&agenda.drawn(frame))?;
        match page.turned(ctx, home)? {
            Some(turned) => page = turned,
            None => return Ok(()),
        }
    }
}

/// Bookings in order of their start.
async fn find(
    ctx: &mut Context<'_>,
    from: Option<Instant>,
    to: Option<Instant>,
    all: bool,
) -> Result<Vec<Booking>, CliError> {
    let status = if all { None } else { Some("pending,confirmed") };
    let query = BookingQuery { from, to, status, ..BookingQuery::default() };
    let mut bookings = ctx.session().await?.bookings(&query).await?;
    bookings.sort_by_key(|booking| (booking.start, booking.created_at));
    Ok(bookings)
}

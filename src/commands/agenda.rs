//! `meetme agenda`: what lies ahead, by day.

use chrono::NaiveDate;
use meetme_core::api::Booking;
use meetme_core::id::Username;
use meetme_core::time::Zone;
use serde::Serialize;

use super::booking::status;
use super::range::{RangeArgs, ZoneArg};
use crate::client::BookingQuery;
use crate::context::Context;
use crate::error::CliError;
use crate::output::table::{Table, plain};
use crate::output::{FAINT, Report, STRONG, clean, clip, short_ids, styled, times};

/// List your bookings, as host and as guest
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    #[command(flatten)]
    range: RangeArgs,
    /// Cancelled ones too
    #[arg(long)]
    all: bool,
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
}

impl Report for Agenda {
    fn text(&self) -> String {
        let mut text = String::new();
        let ids = short_ids(self.bookings.iter().map(|booking| booking.id.to_string()));
        let mut day: Option<NaiveDate> = None;
        let mut table = Table::new();
        for (booking, id) in self.bookings.iter().zip(ids) {
            let date = self.time_zone.day_at(booking.start);
            if day.is_some_and(|day| day != date) {
                text.push_str(&std::mem::take(&mut table).text());
            }
            if day != Some(date) {
                text.push_str(&format!("{}\n", styled(STRONG, times::day(date))));
                day = Some(date);
            }
            let (word, style) = status(booking.status);
            let other = if booking.host.username == self.me { &booking.guest } else { &booking.host };
            table.row([
                plain(format!("  {}", times::hours(booking.start, booking.end, self.time_zone))),
                plain(clip(&clean(&booking.event.title), 20)),
                plain(format!("with {}", clip(&clean(&other.display_name), 14))),
                (word.to_owned(), style),
                (id, FAINT),
            ]);
        }
        text + &table.text()
    }
}

/// Lists them: from now on, unless a range is given.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let me = ctx.me().await?.username;
    let zone = ctx.zone(args.zone.zone).await?;
    let (from, to) = args.range.span(ctx.now, zone);
    let status = if args.all { None } else { Some("pending,confirmed") };
    let query = BookingQuery { from: from.or(Some(ctx.now)), to, status, ..BookingQuery::default() };
    let mut bookings = ctx.session().await?.bookings(&query).await?;
    bookings.sort_by_key(|booking| (booking.start, booking.created_at));
    ctx.out.text_note(format!("{}, times in {zone}", crate::output::count(bookings.len(), "booking")));
    ctx.out.show(&Agenda { time_zone: zone, bookings, me })
}

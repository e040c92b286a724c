//! `meetme reschedule`: from one slot to another.

use meetme_core::api::BookingPatch;

use super::booking::Shown;
use super::pick::{self, Which};
use super::range::{FoldArgs, ZoneArg};
use super::refs::BookingRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::when::When;

/// Move a booking to another slot
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The booking: the beginning of its id, or `next`; on a terminal a choice
    #[arg(add = complete::bookings())]
    booking: Option<BookingRef>,
    /// When the other slot starts; on a terminal a choice
    #[arg(long, value_name = "WHEN", add = complete::slots())]
    to: Option<When>,
    #[command(flatten)]
    zone: ZoneArg,
    #[command(flatten)]
    fold: FoldArgs,
}

/// Moves it; it keeps its old slot if the new one cannot be had.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    if args.to.is_none() && !ctx.can_ask() {
        return Err(CliError::Missing { missing: "the time", say: "say `--to \"tomorrow 14:00\"`".to_owned() });
    }
    ctx.session().await?;
    let zone = ctx.zone(args.zone.zone).await?;
    // A time that is none is refused before anybody is asked which booking.
    let to = args.to.map(|to| to.resolve(ctx.now, zone, args.fold.fold())).transpose()?;
    if let Some(to) = to {
        ctx.echo_time(to, zone);
    }
    let booking = ctx.booking_or(args.booking.as_ref(), Which::Ahead).await?;
    let start = match to {
        Some(to) => to,
        None => pick::slot(ctx, &booking.event.owner, &booking.event.slug, zone).await?,
    };
    let id = booking.id;
    let patch = BookingPatch { start: Some(start), ..BookingPatch::default() };
    let booking = ctx.session().await?.change_booking(id, &patch).await?;
    ctx.out.show(&Shown::new(booking, zone))
}

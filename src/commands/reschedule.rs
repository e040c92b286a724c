//! `meetme reschedule`: from one slot to another.

use meetme_core::api::BookingPatch;

use super::booking::Shown;
use super::range::{FoldArgs, ZoneArg};
use super::refs::BookingRef;
use crate::context::Context;
use crate::error::CliError;
use crate::when::When;

/// Move a booking to another slot
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The booking: the beginning of its id, or `next`
    booking: BookingRef,
    /// When the other slot starts
    #[arg(long, value_name = "WHEN")]
    to: When,
    #[command(flatten)]
    zone: ZoneArg,
    #[command(flatten)]
    fold: FoldArgs,
}

/// Moves it; it keeps its old slot if the new one cannot be had.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    ctx.session().await?;
    let zone = ctx.zone(args.zone.zone).await?;
    let start = args.to.resolve(ctx.now, zone, args.fold.fold())?;
    ctx.echo_time(start, zone);
    let id = ctx.booking(&args.booking).await?.id;
    let patch = BookingPatch { start: Some(start), ..BookingPatch::default() };
    let booking = ctx.session().await?.change_booking(id, &patch).await?;
    ctx.out.show(&Shown::new(booking, zone))
}

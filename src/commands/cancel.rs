//! `meetme cancel`, and how every decision on a booking is sent.

use meetme_core::api::{BookingPatch, NewStatus};

use super::booking::Shown;
use super::pick::Which;
use super::range::ZoneArg;
use super::refs::BookingRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;

/// Cancel a booking
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The booking: the beginning of its id, or `next`; on a terminal a choice
    #[arg(add = complete::bookings())]
    booking: Option<BookingRef>,
    #[command(flatten)]
    zone: ZoneArg,
}

/// Cancels it, as host or guest.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    decide(ctx, args.booking.as_ref(), Which::Ahead, args.zone, NewStatus::Cancelled).await
}

/// Tells a booking what to become.
pub(super) async fn decide(
    ctx: &mut Context<'_>,
    booking: Option<&BookingRef>,
    which: Which,
    zone: ZoneArg,
    status: NewStatus,
) -> Result<(), CliError> {
    let id = ctx.booking_or(booking, which).await?.id;
    let zone = ctx.zone(zone.zone).await?;
    let patch = BookingPatch { status: Some(status), ..BookingPatch::default() };
    let booking = ctx.session().await?.change_booking(id, &patch).await?;
    ctx.out.show(&Shown::new(booking, zone))
}

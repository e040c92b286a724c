//! `meetme confirm`: the yes of a host.

use meetme_core::api::NewStatus;

use super::cancel::decide;
use super::pick::Which;
use super::range::ZoneArg;
use super::refs::BookingRef;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;

/// Say yes to a booking that waits for it
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The booking: the beginning of its id, or `next`; on a terminal a choice
    #[arg(add = complete::bookings())]
    booking: Option<BookingRef>,
    #[command(flatten)]
    zone: ZoneArg,
}

/// The host's yes.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    decide(ctx, args.booking.as_ref(), Which::Waiting, args.zone, NewStatus::Confirmed).await
}

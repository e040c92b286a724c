//! `meetme call`: join the call of a booking, or look whether one could.

mod check;
mod run;

use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use meetme_call::Source;
use meetme_core::api::{Booking, CallState};
use meetme_core::time::Zone;

use super::range::ZoneArg;
use super::refs::BookingRef;
use crate::client::{BookingQuery, Client, Error as ClientError};
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::times;
use crate::when;

/// How many bookings around now are looked at for `next`.
const MAX_LOOKED_AT: usize = 20;

/// Join the call of a booking
#[derive(Debug, Clone, clap::Args)]
#[command(
    after_help = "Each line that --json prints is one event: state, peer, phrase, first-picture, stats, ended.\n\
    Exit codes: 0 held, 1 never connected, 2 a source or recording that cannot be, 5 no such booking, 7 not now."
)]
pub struct Args {
    /// The booking: the beginning of its id, or `next`, whose call is open or opens next
    #[arg(add = complete::bookings(), required_unless_present = "check")]
    booking: Option<BookingRef>,
    /// Look whether a call could be held: the relay, STUN and TURN; join none
    #[arg(long, conflicts_with_all = ["headless", "length", "record"])]
    check: bool,
    /// Without screen, camera and microphone: send --source, tell events as lines
    #[arg(long)]
    headless: bool,
    /// Hang up after so long, such as 30s or 5m
    #[arg(long = "for", value_name = "LENGTH", value_parser = when::length::seconds)]
    length: Option<Duration>,
    /// What to send: `card` (a test card and a tone), `card:1280x720@30`, `none`, or a file (Y4M, IVF, WAV, others
    /// through ffmpeg)
    #[arg(long, value_name = "WHAT", default_value = "card")]
    source: Source,
    /// Write what comes to FILE (Matroska), readable up to its last second whatever happens
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Send through the TURN server alone
    #[arg(long)]
    relay_only: bool,
    /// Use no address but this machine's own
    #[arg(long, hide = true)]
    loopback_only: bool,
    #[command(flatten)]
    zone: ZoneArg,
}

/// Joins, or checks.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let zone = ctx.zone(args.zone.zone).await?;
    let booking = match &args.booking {
        Some(BookingRef::Next) => Some(next(ctx).await?),
        Some(other) => Some(ctx.booking(other).await?),
        None => None,
    };
    match booking {
        _ if args.check => check::run(ctx, booking, zone).await,
        Some(booking) => run::run(ctx, &args, &booking, zone).await,
        None => unreachable!("the arguments ask for one"),
    }
}

/// The booking whose call is open now, or opens next.
async fn next(ctx: &mut Context<'_>) -> Result<Booking, CliError> {
    let none = || CliError::NoSuchBooking { given: "next".to_owned() };
    // A call may stay open for a day after its meeting.
    let from = ctx.now - TimeDelta::days(1);
    let query = BookingQuery { from: Some(from), status: Some("confirmed"), ..BookingQuery::default() };
    let client = ctx.session().await?;
    let mut bookings = client.bookings(&query).await?;
    bookings.sort_by_key(|booking| booking.start);
    for booking in bookings.into_iter().take(MAX_LOOKED_AT) {
        match client.call(booking.id).await {
            Ok(call) if matches!(call.state, CallState::Open | CallState::Early) => return Ok(booking),
            Ok(_) => {}
            // One of an event without calls.
            Err(ClientError::Refused(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(none())
}

/// Refuses what cannot be joined now, with the time at which it can.
async fn joinable(client: &Client, booking: &Booking, zone: Zone) -> Result<meetme_core::api::Call, CliError> {
    let call = client.call(booking.id).await?;
    let message = match call.state {
        CallState::Open => return Ok(call),
        CallState::Early => format!("the call opens at {}", times::exact(call.opens_at, zone)),
        CallState::Over => format!("the call closed at {}", times::exact(call.closes_at, zone)),
        CallState::Unconfirmed => "the booking waits for the host's yes".to_owned(),
        CallState::Cancelled => "the booking is cancelled".to_owned(),
    };
    Err(CliError::NotNow { message, opens_at: (call.state == CallState::Early).then_some(call.opens_at) })
}

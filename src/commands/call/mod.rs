//! `meetme call`: join the call of a booking, or look whether one could.

mod attend;
mod check;
mod run;

use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use meetme_call::Source;
use meetme_call::media::devices::{CameraChoice, SoundChoice};
use meetme_call::view::detect::Wish;
use meetme_core::api::{Booking, CallState};
use meetme_core::time::Zone;

use super::range::ZoneArg;
use super::refs::BookingRef;
use crate::client::{BookingQuery, Client, Error as ClientError};
use crate::clock;
use crate::complete;
use crate::context::Context;
use crate::error::CliError;
use crate::output::progress::ring;
use crate::output::times;
use crate::when;

/// How many bookings around now are looked at for `next`.
const MAX_LOOKED_AT: usize = 20;

/// Between two looks whether a call has opened: at least, and at most.
const SOON: Duration = Duration::from_secs(1);
const LATER: Duration = Duration::from_secs(30);

/// Join the call of a booking
#[derive(Debug, Clone, clap::Args)]
#[command(after_help = "Each line that --json prints is one event: state, peer, peer-records, relay, phrase,\n\
    first-picture, first-sound, stats, message, notice, ended.\n\
    Exit codes: 0 held, 1 never connected, 2 a source or recording that cannot be, 5 no such booking, 7 not now.")]
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
    /// No picture: everything in lines, and commands typed as words
    #[arg(long, conflicts_with = "headless")]
    plain: bool,
    /// How pictures are drawn
    #[arg(long, value_name = "HOW", value_enum, default_value_t = Picture::Auto, conflicts_with_all = ["headless", "plain"])]
    picture: Picture,
    /// The camera: `auto`, `none`, `card`, a number, a device file, or a file with pictures
    #[arg(long, value_name = "WHAT", default_value = "auto")]
    camera: CameraChoice,
    /// The microphone: `auto`, `none`, its name or a part of it
    #[arg(long, value_name = "NAME", default_value = "auto")]
    microphone: SoundChoice,
    /// The speaker: `auto`, `none`, its name or a part of it
    #[arg(long, value_name = "NAME", default_value = "auto")]
    speaker: SoundChoice,
    /// Take echo and noise out of what the microphone hears
    #[arg(long, value_name = "WHETHER", value_enum, default_value_t = Whether::On, conflicts_with = "headless")]
    echo_cancel: Whether,
    /// Wait until the call opens, and ring then
    #[arg(long, conflicts_with = "check")]
    wait: bool,
    /// Run a command by the shell when the other arrives
    #[arg(long, value_name = "COMMAND", conflicts_with = "headless")]
    exec: Option<String>,
    /// Where files go that you take, and recordings that you begin with `r`
    #[arg(long, value_name = "DIR", default_value = ".", conflicts_with = "headless")]
    keep: PathBuf,
    /// What to send instead of camera and microphone: `card` (a test card and a tone), `card:1280x720@30`, `none`, or
    /// a file (Y4M, IVF, WAV, others through ffmpeg)
    #[arg(long, value_name = "WHAT", conflicts_with_all = ["camera", "microphone"])]
    source: Option<Source>,
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

/// Yes or no.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Whether {
    /// Yes.
    On,
    /// No.
    Off,
}

/// How pictures are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Picture {
    /// As the terminal can.
    Auto,
    /// Half blocks.
    Blocks,
    /// Characters of ASCII.
    Ascii,
    /// Kitty's graphics.
    Kitty,
    /// Sixels.
    Sixel,
}

impl Picture {
    fn wish(self) -> Wish {
        match self {
            Self::Auto => Wish::Auto,
            Self::Blocks => Wish::Blocks,
            Self::Ascii => Wish::Ascii,
            Self::Kitty => Wish::Kitty,
            Self::Sixel => Wish::Sixel,
        }
    }
}

/// Joins, or checks.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    if !args.check && !attend::somebody_sits(ctx, &args) {
        refuse_devices(&args)?;
    }
    let zone = ctx.zone(args.zone.zone).await?;
    let booking = match &args.booking {
        Some(BookingRef::Next) => Some(next(ctx).await?),
        Some(other) => Some(ctx.booking(other).await?),
        None => None,
    };
    match booking {
        _ if args.check => check::run(ctx, booking, zone).await,
        Some(booking) if attend::somebody_sits(ctx, &args) => attend::run(ctx, &args, &booking, zone).await,
        Some(booking) => run::run(ctx, &args, &booking, zone).await,
        None => unreachable!("the arguments ask for one"),
    }
}

/// Refuses what means nothing where no device is switched on, instead of sending something else than was asked for.
fn refuse_devices(args: &Args) -> Result<(), CliError> {
    let named = [
        ("--camera", args.camera != CameraChoice::default()),
        ("--microphone", args.microphone != SoundChoice::default()),
        ("--speaker", matches!(args.speaker, SoundChoice::Named(_))),
        ("--exec", args.exec.is_some()),
    ];
    match named.into_iter().find(|(_, is_named)| *is_named) {
        None => Ok(()),
        Some((flag, _)) => {
            let hint = "send a file or the test card with `--source`, or leave out `--headless` and `--json`";
            Err(CliError::usage(
                format!("{flag} is of no use with `--headless` or `--json`, which switch no device on"),
                hint,
            ))
        }
    }
}

/// The booking whose call is open now, or opens next.
async fn next(ctx: &mut Context<'_>) -> Result<Booking, CliError> {
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
    Err(CliError::NoCallAhead)
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

/// The call, once it is open: waits for that if it is asked to.
async fn open_call(
    ctx: &mut Context<'_>,
    args: &Args,
    booking: &Booking,
    zone: Zone,
) -> Result<meetme_core::api::Call, CliError> {
    let mut told = false;
    loop {
        let opens_at = match joinable(ctx.session().await?, booking, zone).await {
            Err(CliError::NotNow { opens_at: Some(opens_at), .. }) if args.wait => opens_at,
            Ok(call) => {
                if told {
                    ctx.out.text_note("the call is open");
                    ring();
                }
                return Ok(call);
            }
            Err(error) => return Err(error),
        };
        if !told {
            ctx.out.text_note(format!("waiting: the call opens at {}", times::exact(opens_at, zone)));
            told = true;
        }
        // A machine that slept, or whose clock is set, is not late by more than this.
        let left = (opens_at - clock::now()?).to_std().unwrap_or_default();
        tokio::time::sleep(left.clamp(SOON, LATER)).await;
    }
}

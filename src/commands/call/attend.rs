//! A call on a terminal, or in lines that somebody reads: camera, microphone, chat and files.

use std::io::IsTerminal as _;
use std::process::Stdio;

use meetme_call::desk::{DeskError, Look, Meeting, Wishes, attend};
use meetme_call::media::sound::Sound;
use meetme_call::view::detect::Environment;
use meetme_call::{Config, EndedWhy};
use meetme_core::api::Booking;
use meetme_core::time::Zone;

use super::{Args, Whether, open_call};
use crate::context::Context;
use crate::error::CliError;
use crate::output::clean;

/// Whether somebody sits here, and no script.
pub(super) fn somebody_sits(ctx: &Context<'_>, args: &Args) -> bool {
    !args.headless && !ctx.out.is_json()
}

/// Joins and stays until it is over.
pub(super) async fn run(ctx: &mut Context<'_>, args: &Args, booking: &Booking, zone: Zone) -> Result<(), CliError> {
    let mut wishes = wishes(args, booking, zone);
    // What cannot be is said before anybody waits, and devices are switched on when the waiting is over; both before the
    // other hears of it.
    wishes.look().map_err(|error| unfit(&error))?;
    let call = open_call(ctx, args, booking, zone).await?;
    let meeting = Meeting {
        me: clean(&call.you.display_name),
        peer: clean(&call.peer.display_name),
        title: clean(&booking.event.title),
    };
    wishes.arrival = args.exec.clone().map(|command| arrival(command, booking.id.to_string(), meeting.peer.clone()));
    let ready = wishes.ready().map_err(|error| unfit(&error))?;
    let link = ctx.session().await?.join(booking.id).await?;
    let config = Config {
        relay_only: args.relay_only,
        loopback_only: args.loopback_only,
        length: args.length,
        ..Config::default()
    };
    let ended = attend(config, meeting, ready, link).await.map_err(|error| unfit(&error))?;
    ctx.out.text_note(format!("ended: {}", meetme_call::in_words(ended.reason)));
    match ended.reason {
        EndedWhy::NobodyCame => Err(CliError::NotNow { message: "nobody came".to_owned(), opens_at: None }),
        EndedWhy::Length if ended.totals.connect_ms.is_none() => {
            Err(CliError::Call { message: "the call never connected".to_owned() })
        }
        why @ (EndedWhy::NoPath | EndedWhy::RelayGone) => {
            Err(CliError::Call { message: meetme_call::in_words(why).to_owned() })
        }
        _ => Ok(()),
    }
}

fn wishes(args: &Args, booking: &Booking, zone: Zone) -> Wishes {
    let lines = args.plain || !std::io::stdout().is_terminal() || !Environment::of_process().can_draw();
    Wishes {
        source: args.source.clone(),
        camera: args.camera.clone(),
        microphone: args.microphone.clone(),
        speaker: args.speaker.clone(),
        sound: Sound::Usual,
        clean: args.echo_cancel == Whether::On,
        record: args.record.clone(),
        recording: format!("call {}.mkv", zone.wall_at(booking.start).format("%Y-%m-%d %H.%M")),
        keep: args.keep.clone(),
        arrival: None,
        look: if lines { Look::Lines(Box::new(std::io::stdout())) } else { Look::Screen(args.picture.wish()) },
    }
}

fn unfit(error: &DeskError) -> CliError {
    let hint = "see `meetme call --check` for what this machine has, and `meetme help call` for how to choose";
    CliError::usage(super::run::chain(error), hint)
}

/// Runs a command by the shell, beside the call: it sees nothing of the terminal, and nobody waits for it.
fn arrival(command: String, booking: String, peer: String) -> Box<dyn FnMut() + Send> {
    Box::new(move || {
        let mut shell = tokio::process::Command::new("sh");
        shell.args(["-c", &command]).env("MEETME_BOOKING", &booking).env("MEETME_PEER", &peer);
        shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if let Err(error) = shell.spawn() {
            tracing::warn!(%error, "the command of --exec could not be started");
        }
    })
}

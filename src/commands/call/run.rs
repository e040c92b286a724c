//! A call that is told in lines: text for people, NDJSON for scripts.

use meetme_call::{Config, EndedWhy, Event, Handle, Media};
use meetme_core::api::Booking;
use meetme_core::time::Zone;
use tokio::sync::mpsc;

use super::{Args, open_call};
use crate::commands::stop::Stop;
use crate::context::Context;
use crate::error::CliError;
use crate::output::clean;

/// Events that may wait to be printed; the call does not wait for a slow reader.
const WAITING: usize = 256;

/// Joins and stays until it is over.
pub(super) async fn run(ctx: &mut Context<'_>, args: &Args, booking: &Booking, zone: Zone) -> Result<(), CliError> {
    // What the call is to send and to write is looked at before anybody hears of it.
    let media = Media::headless(&args.source.clone().unwrap_or_default(), args.record.as_deref()).map_err(|error| {
        let hint = "see `meetme help call` for what can be sent and written";
        CliError::usage(chain(&error), hint)
    })?;
    let call = open_call(ctx, args, booking, zone).await?;
    let link = ctx.session().await?.join(booking.id).await?;
    ctx.out.text_note(format!(
        "{} with {}; the call is open until {}",
        clean(&booking.event.title),
        clean(&call.peer.display_name),
        crate::output::times::exact(call.closes_at, zone)
    ));
    let config = Config {
        relay_only: args.relay_only,
        loopback_only: args.loopback_only,
        length: args.length,
        ..Config::default()
    };
    let mut stop = Stop::new()?;
    let (handle, commands) = Handle::new();
    let (events, mut heard) = mpsc::channel(WAITING);
    // On a task of its own: a reader that takes nothing must not hold the media up.
    let running = tokio::spawn(meetme_call::run(config, media, link, commands, events));
    let mut last = None;
    loop {
        tokio::select! {
            event = heard.recv() => match event {
                Some(event) => {
                    if let Event::Ended(ended) = &event {
                        last = Some(*ended);
                    }
                    tell(ctx, &event)?;
                }
                None => break,
            },
            () = stop.told() => handle.hang_up(),
        }
    }
    let failed = |why: String| CliError::Call { message: why };
    let ended = running.await.map_err(|error| failed(error.to_string()))?.map_err(|error| failed(chain(&error)))?;
    if last.is_none() {
        tell(ctx, &Event::Ended(ended))?;
    }
    match ended.reason {
        EndedWhy::NobodyCame => Err(CliError::NotNow { message: "nobody came".to_owned(), opens_at: None }),
        why if ended.totals.connect_ms.is_none() => {
            Err(failed(format!("the call never connected: {}", meetme_call::in_words(why))))
        }
        why @ (EndedWhy::NoPath | EndedWhy::RelayGone) => Err(failed(meetme_call::in_words(why).to_owned())),
        _ => Ok(()),
    }
}

fn tell(ctx: &mut Context<'_>, event: &Event) -> Result<(), CliError> {
    let line = match ctx.out.is_json() {
        true => serde_json::to_string(event).expect("an event is JSON"),
        // Once a second is for scripts.
        false if matches!(event, Event::Stats(_)) => return Ok(()),
        false => clean(&event.to_string()),
    };
    ctx.out.raw(format!("{line}\n").as_bytes())
}

/// An error with what led to it, in one line.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |error| error.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}

//! `meetme demo`: the whole journey with nothing set up.
//!
//! Every step does what it says through the client library, against a real
//! server on a free port with its data in a temporary directory, and checks
//! what came of it. A step that does not hold ends the demo with exit 1.

mod calendar;
#[cfg(feature = "call")]
mod call;
mod cast;
mod stage;
mod story;

use crate::context::Context;
use crate::error::CliError;
use crate::output::Output;
use stage::{Demo, Stage};

/// See it all work: a server, people, bookings and a rush on one slot, with nothing set up
#[derive(Debug, Clone, clap::Args)]
pub struct Args {}

/// Plays the story; with `--json` it is told as one document at the end.
pub fn run(ctx: &mut Context<'_>, _: &Args) -> Result<(), CliError> {
    let now = ctx.now;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(CliError::io("start the runtime"))?;
    let demo = runtime.block_on(play(ctx.out, now))?;
    if ctx.out.is_json() { ctx.out.show(&demo) } else { Ok(()) }
}

async fn play(out: &mut Output, now: meetme_core::time::Instant) -> Result<Demo, CliError> {
    let mut stage = Stage::open(out, now).await?;
    story::tell(&mut stage).await?;
    stage.close().await
}

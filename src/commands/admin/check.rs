//! `meetme admin check`.

use std::path::PathBuf;

use meetme_server::admin::Place;
use serde::Serialize;

use super::place::PlaceArgs;
use super::{failed, waiting};
use crate::context::Context;
use crate::error::CliError;
use crate::output::{BAD, GOOD, Report, styled};

/// Look for what must never be: damage, double bookings, seats of nobody, logs with gaps
///
/// The server may go on meanwhile. Ends with 1 if anything is wrong.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// A backup to look into instead
    file: Option<PathBuf>,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What was found.
#[derive(Debug, Serialize)]
struct Checked {
    sound: bool,
    findings: Vec<String>,
}

impl Report for Checked {
    fn text(&self) -> String {
        if self.sound {
            return format!("{}: nothing is wrong\n", styled(GOOD, "sound"));
        }
        self.findings.iter().map(|finding| format!("{}: {finding}\n", styled(BAD, "wrong"))).collect()
    }
}

/// Looks.
pub(super) fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let place = match args.file {
        Some(file) => Place::Sqlite(file),
        None => args.place.place()?,
    };
    ctx.out.note("reading everything");
    let findings = waiting(async { place.faults().await.map_err(failed) })?;
    let count = findings.len();
    ctx.out.show(&Checked { sound: findings.is_empty(), findings })?;
    if count == 0 { Ok(()) } else { Err(CliError::Unwell { count }) }
}

//! `meetme admin move`.

use meetme_server::ids;
use meetme_server::store::transfer::{Moved, transfer};
use serde::Serialize;

use crate::context::Context;
use crate::error::CliError;
use crate::output::Report;

/// Carry everything from SQLite to PostgreSQL, or back, while no server runs
///
/// The target must be empty. Every table is read back and compared with its source before anything is
/// kept; the source stays as it is. Streams and feeds start anew at the target.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Where everything is: a directory as in `meetme serve --data`, or postgres://…
    #[arg(long, value_name = "PLACE")]
    from: String,
    /// Where it shall go: a directory, or postgres://…
    #[arg(long, value_name = "PLACE")]
    to: String,
}

/// What was carried, table by table.
#[derive(Debug, Serialize)]
struct Carried {
    tables: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    table: &'static str,
    rows: u64,
}

impl Report for Carried {
    fn text(&self) -> String {
        let rows: u64 = self.tables.iter().map(|line| line.rows).sum();
        format!("moved {rows} rows of {} tables, each compared with its source\n", self.tables.len())
    }
}

/// Carries it.
pub(super) fn run(ctx: &mut Context<'_>, args: &Args) -> Result<(), CliError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CliError::io("start the runtime"))?;
    let epoch = u64::from_be_bytes(ids::random());
    let tell = |moved: Moved| ctx.out.note(format!("{}: {} rows", moved.table, moved.rows));
    let moved = runtime
        .block_on(transfer(&args.from, &args.to, epoch, tell))
        .map_err(|error| CliError::Admin { message: error.to_string() })?;
    let tables = moved.into_iter().map(|Moved { table, rows }| Line { table, rows }).collect();
    ctx.out.show(&Carried { tables })
}

//! `meetme export`: everything of one's own, to be taken along.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::client::ExportError;
use crate::context::Context;
use crate::error::CliError;
use crate::output::Report;

/// Take everything of your own along
///
/// As JSON all of it: account, app tokens without their secrets, events, bookings, and your calendars with every
/// entry as it is stored. With --ics what calendar apps can import, as one calendar. It goes to stdout, or into a
/// file that only you can read and that is never seen half written.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// As iCalendar instead of JSON
    #[arg(long, conflicts_with = "json")]
    ics: bool,
    /// Write this file instead of stdout
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
}

/// The file.
#[derive(Debug, Serialize)]
struct Exported {
    path: String,
    bytes: usize,
}

impl Report for Exported {
    fn text(&self) -> String {
        format!("{}  {} bytes\n", self.path, self.bytes)
    }
}

/// Copies it as it comes.
pub async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let client = ctx.session().await?.clone();
    let Some(path) = args.output else {
        client.export(args.ics, |part| ctx.out.part(part)).await.map_err(failed("write the result"))?;
        return ctx.out.raw(b"");
    };
    let whence = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let what = format!("write {}", path.display());
    let mut file = tempfile::NamedTempFile::new_in(whence).map_err(CliError::io(what.clone()))?;
    let mut bytes = 0;
    let copied = client.export(args.ics, |part| {
        bytes += part.len();
        file.write_all(part)
    });
    copied.await.map_err(failed(&what))?;
    file.persist(&path).map_err(|error| CliError::io(what)(error.error))?;
    ctx.out.show(&Exported { path: path.display().to_string(), bytes })
}

fn failed(what: &str) -> impl FnOnce(ExportError) -> CliError {
    let what = what.to_owned();
    |error| match error {
        ExportError::Client(error) => error.into(),
        ExportError::Sink(error) => CliError::io(what)(error),
    }
}

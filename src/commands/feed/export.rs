use std::io::Write;
use std::path::{Path, PathBuf};

use meetme_core::api::Event;
use serde::Serialize;

use crate::commands::refs::EventRef;
use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, count};

/// Write .ics files for static hosting
///
/// Each event's open slots go into DIR/owner/slug.ics. A file that would not
/// change is left alone, and none is ever seen half written.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The events; all of your own if left out
    event: Vec<EventRef>,
    /// Where to write
    #[arg(long, value_name = "DIR", default_value = ".")]
    dir: PathBuf,
    /// Write one event to stdout instead
    #[arg(long, conflicts_with_all = ["dir", "json"])]
    stdout: bool,
}

/// The files.
#[derive(Debug, Serialize)]
struct Exported {
    files: Vec<File>,
}

#[derive(Debug, Serialize)]
struct File {
    event: String,
    path: String,
    slots: usize,
    changed: bool,
}

impl Report for Exported {
    fn text(&self) -> String {
        let line = |file: &File| {
            let state = if file.changed { "" } else { ", as before" };
            format!("{}  {}{state}\n", file.path, count(file.slots, "open slot"))
        };
        self.files.iter().map(line).collect()
    }
}

/// Writes them, one event after the other.
pub(super) async fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let events = events(ctx, &args.event).await?;
    if args.stdout {
        let [event] = events.as_slice() else {
            let message = format!("{} do not fit into one document", count(events.len(), "event"));
            return Err(CliError::usage(message, "name one event, or write files with `--dir DIR`"));
        };
        let (_, document) = document(ctx, event).await?;
        return ctx.out.raw(document.as_bytes());
    }
    let mut files = Vec::with_capacity(events.len());
    for event in &events {
        let (slots, document) = document(ctx, event).await?;
        let folder = args.dir.join(event.owner.as_str());
        let path = folder.join(format!("{}.ics", event.slug));
        let changed = replace(&folder, &path, document.as_bytes())?;
        let event = format!("{}/{}", event.owner, event.slug);
        files.push(File { event, path: path.display().to_string(), slots, changed });
    }
    ctx.out.show(&Exported { files })
}

async fn events(ctx: &mut Context<'_>, named: &[EventRef]) -> Result<Vec<Event>, CliError> {
    if named.is_empty() {
        return Ok(ctx.session().await?.events().await?);
    }
    let mut events = Vec::with_capacity(named.len());
    for event in named {
        let (owner, slug) = ctx.event(Some(event)).await?;
        events.push(ctx.client()?.event(&owner, &slug).await?);
    }
    Ok(events)
}

/// How many slots are open, and the document that lists them: what the feed's URL gives.
async fn document(ctx: &mut Context<'_>, event: &Event) -> Result<(usize, String), CliError> {
    let document = ctx.client()?.feed(&event.owner, &event.slug).await?;
    Ok((document.lines().filter(|line| *line == "BEGIN:VEVENT").count(), document))
}

/// Replaces a file in one step if its bytes change, and says whether they did.
fn replace(folder: &Path, path: &Path, bytes: &[u8]) -> Result<bool, CliError> {
    if std::fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    let write = || {
        std::fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(bytes)?;
        let file = file.persist(path).map_err(|error| error.error)?;
        readable_by_all(&file)
    };
    write().map_err(CliError::io(format!("write {}", path.display())))?;
    Ok(true)
}

/// A web server must be able to read it; temporary files are for their owner alone.
fn readable_by_all(file: &std::fs::File) -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o644))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

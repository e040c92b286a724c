//! `meetme man`: manual pages, made from the flags themselves.

use std::path::PathBuf;

use clap::CommandFactory;
use serde::Serialize;

use crate::cli::Cli;
use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, count, quoted};

/// Write manual pages, one for each command
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Where to write them; made if it is not there
    #[arg(value_name = "DIR", value_hint = clap::ValueHint::DirPath)]
    dir: PathBuf,
}

/// The pages.
#[derive(Debug, Serialize)]
struct Written {
    files: Vec<PathBuf>,
}

impl Report for Written {
    fn text(&self) -> String {
        self.files.iter().map(|file| format!("{}\n", file.display())).collect()
    }
}

/// Writes them.
pub fn run(ctx: &mut Context<'_>, args: &Args) -> Result<(), CliError> {
    let shown = args.dir.display().to_string();
    let written = std::fs::create_dir_all(&args.dir).and_then(|()| clap_mangen::generate_to(Cli::command(), &args.dir));
    written.map_err(CliError::io(format!("write manual pages to {shown}")))?;
    let entries = std::fs::read_dir(&args.dir).map_err(CliError::io(format!("read {shown}")))?;
    let mut files: Vec<PathBuf> =
        entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| is_ours(path)).collect();
    files.sort();
    ctx.out.text_note(format!(
        "{}; read one with `man -l {}`",
        count(files.len(), "page"),
        quoted(&format!("{shown}/meetme.1"))
    ));
    ctx.out.show(&Written { files })
}

fn is_ours(path: &std::path::Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with("meetme") && name.ends_with(".1")
}

//! `meetme admin restore`.

use std::path::{Path, PathBuf};

use meetme_server::admin::{self, Place};
use meetme_server::ids;
use meetme_server::store::postgres::{PostgresOptions, begin_anew};
use meetme_server::store::sqlite::{Glance, restore};
use serde::Serialize;

use super::place::PlaceArgs;
use super::{failed, waiting};
use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, count};

/// Put a backup in place of nothing, as another life of the installation
///
/// The directory must not have a database yet. Streams, sync tokens and feeds of before start anew, for the
/// backup may lack what they have seen. Log-ins, tokens and private feeds are those of the backup: what was
/// revoked after it works again. With --database, after pg_restore, the database is told so and checked.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The backup
    #[arg(required_unless_present = "database")]
    file: Option<PathBuf>,
    /// Only see whether it can be put in place; what is there stays as it is
    #[arg(long)]
    verify: bool,
    #[command(flatten)]
    place: PlaceArgs,
}

/// What is in the backup, and where it is now.
#[derive(Debug, Serialize)]
struct Restored {
    /// Absent where it was only tried, or where PostgreSQL has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<String>,
    verified: bool,
    users: u64,
    events: u64,
    bookings: u64,
}

impl Report for Restored {
    fn text(&self) -> String {
        let holds = [(self.users, "user"), (self.events, "event"), (self.bookings, "booking")];
        let holds = holds.map(|(number, what)| count(usize::try_from(number).unwrap_or(usize::MAX), what)).join(", ");
        match &self.data {
            Some(data) => format!("restored into {data}, checked; {holds}\n"),
            None => format!("the backup is sound and can be restored; {holds}\n"),
        }
    }
}

/// A database that begins another life.
#[derive(Debug, Serialize)]
struct BegunAnew {
    verified: bool,
}

impl Report for BegunAnew {
    fn text(&self) -> String {
        "the database begins another life, checked\n".to_owned()
    }
}

/// Puts it in place, or tries to.
pub(super) fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    if args.verify
        && let Some(file) = &args.file
    {
        ctx.out.note(format!("trying {}", file.display()));
        // Where the backup is there is room for another one.
        let beside = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let dir = tempfile::tempdir_in(beside).map_err(CliError::io("make a directory beside the backup"))?;
        let restored = put(file, dir.path())?;
        return ctx.out.show(&Restored { data: None, ..restored });
    }
    match (args.place.place()?, args.file) {
        (Place::Sqlite(data), Some(file)) => {
            ctx.out.note(format!("checking {} and copying it into {}", file.display(), data.display()));
            let restored = put(&file, &data)?;
            ctx.out.show(&restored)
        }
        (Place::Sqlite(_), None) => Err(CliError::usage(
            "which backup is not said",
            "`meetme admin restore meetme-backup.db --data meetme-data`",
        )),
        (Place::Postgres(_), Some(_)) => Err(CliError::usage(
            "a PostgreSQL database is put back with PostgreSQL's own programs",
            "`pg_restore --dbname=DATABASE meetme.dump`, then `meetme admin restore --database postgres:///meetme`",
        )),
        (Place::Postgres(url), None) => {
            ctx.out.note("telling the database that it begins another life, and checking it");
            waiting(async {
                let options = PostgresOptions::new(admin::new_epoch(), ids::uuid().as_u128());
                begin_anew(&url, options).await.map_err(failed)?;
                let faults = Place::Postgres(url).faults().await.map_err(failed)?;
                if faults.is_empty() { Ok(()) } else { Err(CliError::Admin { message: faults.join("; ") }) }
            })?;
            ctx.out.show(&BegunAnew { verified: true })
        }
    }
}

fn put(file: &Path, data: &Path) -> Result<Restored, CliError> {
    restore(file, data, admin::new_epoch()).map_err(failed)?;
    let there = Glance::at(data).map_err(failed)?;
    if let Some(fault) = there.faults().map_err(failed)?.first() {
        return Err(CliError::Admin { message: format!("what was restored is not sound: {fault}") });
    }
    let counts = there.counts().map_err(failed)?;
    Ok(Restored {
        data: Some(data.display().to_string()),
        verified: true,
        users: counts.users,
        events: counts.events,
        bookings: counts.bookings,
    })
}

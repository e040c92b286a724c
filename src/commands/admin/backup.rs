//! `meetme admin backup`.

use std::path::PathBuf;

use meetme_server::admin::Place;
use meetme_server::store::sqlite::Glance;
use serde::Serialize;

use super::failed;
use super::place::PlaceArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::output::{Report, count};

/// Copy everything into one file while the server goes on
///
/// The copy is everything as it was at one instant. It is read back and checked before it gets its name, and
/// only you can read it: it holds what your users wrote, and what lets them in. PostgreSQL is backed up with
/// its own pg_dump.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The file to make
    file: PathBuf,
    #[command(flatten)]
    place: PlaceArgs,
}

/// A backup that was made.
#[derive(Debug, Serialize)]
struct BackedUp {
    file: String,
    bytes: u64,
    users: u64,
    events: u64,
    bookings: u64,
}

impl Report for BackedUp {
    fn text(&self) -> String {
        let holds = [(self.users, "user"), (self.events, "event"), (self.bookings, "booking")];
        let holds = holds.map(|(number, what)| count(usize::try_from(number).unwrap_or(usize::MAX), what));
        format!("{}: {} bytes, checked; {}\n", self.file, self.bytes, holds.join(", "))
    }
}

/// Makes it.
pub(super) fn run(ctx: &mut Context<'_>, args: Args) -> Result<(), CliError> {
    let Place::Sqlite(data) = args.place.place()? else {
        return Err(CliError::usage(
            "a PostgreSQL database is backed up with PostgreSQL's own programs",
            "`pg_dump --format=custom --file=meetme.dump DATABASE`; put back with pg_restore, it needs \
             `meetme admin restore --database postgres:///meetme`",
        ));
    };
    if args.file.exists() {
        let message = format!("{} is there already: name another file, or move it away", args.file.display());
        return Err(CliError::Admin { message });
    }
    ctx.out.note(format!("copying {} and checking the copy", data.display()));
    Glance::at(&data).map_err(failed)?.backup(&args.file).map_err(failed)?;
    let copy = Glance::at(&args.file).map_err(failed)?;
    let counts = copy.counts().map_err(failed)?;
    let bytes = std::fs::metadata(&args.file).map_err(CliError::io("look at the backup"))?.len();
    let file = args.file.display().to_string();
    ctx.out.show(&BackedUp { file, bytes, users: counts.users, events: counts.events, bookings: counts.bookings })
}

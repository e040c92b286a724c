//! Which installation is meant.

use std::path::PathBuf;

use meetme_server::admin::Place;

use crate::config;
use crate::error::CliError;

/// Where an installation keeps everything: as `meetme serve` is told.
#[derive(Debug, Clone, clap::Args)]
pub struct PlaceArgs {
    /// The directory of `meetme serve --data`; `meetme` in the XDG data directory if left out
    #[arg(long, value_name = "DIR", env = "MEETME_DATA")]
    data: Option<PathBuf>,
    /// The PostgreSQL database of `meetme serve --database`
    #[arg(long, value_name = "URL", env = "MEETME_DATABASE", hide_env_values = true)]
    database: Option<String>,
}

impl PlaceArgs {
    /// The place that is meant; a database before a directory, as the server sees it.
    pub fn place(self) -> Result<Place, CliError> {
        if let Some(url) = self.database {
            return Ok(Place::Postgres(url));
        }
        let data = self.data.or_else(config::data_dir).ok_or_else(|| CliError::Missing {
            missing: "a directory with the data",
            say: "say it with `--data DIR`".to_owned(),
        })?;
        Ok(Place::Sqlite(data))
    }
}

//! The file of `--cursor-file`: how far which stream was handled.

use std::io::Write;
use std::path::{Path, PathBuf};

use meetme_core::cursor::Cursor;
use meetme_core::id::{Slug, Username};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::error::CliError;

/// The largest file that is read, in bytes.
const MAX_FILE: u64 = 4096;

/// Where a stream stands, and which stream that is: a place in one log says nothing about another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    server: String,
    /// None for one's own changes.
    event: Option<String>,
    cursor: Cursor,
}

/// A file with a place.
#[derive(Debug)]
pub(super) struct PlaceFile {
    path: PathBuf,
    server: String,
    event: Option<String>,
    written: Option<Cursor>,
}

impl PlaceFile {
    /// The file at `path`, for the changes of `event`, or of one's own, at `server`.
    pub(super) fn new(path: PathBuf, server: &Url, event: Option<&(Username, Slug)>) -> Self {
        let server = server.as_str().trim_end_matches('/').to_owned();
        Self { path, server, event: event.map(|(owner, slug)| format!("{owner}/{slug}")), written: None }
    }

    /// The place that was written last; none if there is no file yet.
    pub(super) fn read(&self) -> Result<Option<Cursor>, CliError> {
        let shown = self.path.display();
        let text = match std::fs::metadata(&self.path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(CliError::io(format!("read {shown}"))(error)),
            Ok(file) if file.len() > MAX_FILE => String::new(),
            Ok(_) => std::fs::read_to_string(&self.path).map_err(CliError::io(format!("read {shown}")))?,
        };
        let Ok(place) = serde_json::from_str::<Place>(&text) else {
            return Err(CliError::usage(format!("{shown} holds no place of a watch"), self.another()));
        };
        if (&place.server, &place.event) != (&self.server, &self.event) {
            let of = place.event.as_deref().unwrap_or("your own changes");
            let message = format!("{shown} holds the place of another watch: {of} at {}", place.server);
            return Err(CliError::usage(message, self.another()));
        }
        Ok(Some(place.cursor))
    }

    /// Writes a place down in one step: a crash leaves the old one or the new one.
    pub(super) fn write(&mut self, cursor: Cursor) -> Result<(), CliError> {
        if self.written == Some(cursor) {
            return Ok(());
        }
        let place = Place { server: self.server.clone(), event: self.event.clone(), cursor };
        let text = serde_json::to_string(&place).expect("a place is JSON");
        let dir = self.path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let write = || {
            // Says what is wrong without the name of a temporary file.
            std::fs::metadata(dir)?;
            let mut file = tempfile::NamedTempFile::new_in(dir)?;
            writeln!(file, "{text}")?;
            file.as_file().sync_all()?;
            file.persist(&self.path).map_err(|error| error.error)
        };
        write().map_err(CliError::io(format!("write {}", self.path.display())))?;
        self.written = Some(cursor);
        Ok(())
    }

    fn another(&self) -> String {
        format!(
            "name another file, or begin anew with `rm {}`",
            crate::output::quoted(&self.path.display().to_string())
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(dir: &Path, event: Option<&str>) -> PlaceFile {
        let server = "https://meet.example".parse().expect("a URL");
        let event = event.map(|slug| ("ada".parse().expect("a name"), slug.parse().expect("a slug")));
        PlaceFile::new(dir.join("place"), &server, event.as_ref())
    }

    fn cursor(text: &str) -> Cursor {
        text.parse().expect("a cursor")
    }

    #[test]
    fn a_watch_finds_its_place_again() {
        let dir = tempfile::tempdir().expect("a directory");
        assert_eq!(file(dir.path(), Some("chat")).read().expect("no file is no place"), None);

        file(dir.path(), Some("chat")).write(cursor("ab-7")).expect("it can be written");

        assert_eq!(file(dir.path(), Some("chat")).read().expect("a place"), Some(cursor("ab-7")));
    }

    #[test]
    fn a_place_in_another_log_is_refused() {
        let dir = tempfile::tempdir().expect("a directory");
        file(dir.path(), Some("chat")).write(cursor("ab-7")).expect("it can be written");

        let refused = [file(dir.path(), Some("talk")), file(dir.path(), None)].map(|file| file.read().is_err());

        assert_eq!(refused, [true, true]);
    }

    #[test]
    fn what_is_no_place_is_not_read_as_the_beginning() {
        let dir = tempfile::tempdir().expect("a directory");
        for text in ["", "ab-7", "{}", &"x".repeat(5000)] {
            std::fs::write(dir.path().join("place"), text).expect("written");
            assert!(file(dir.path(), None).read().is_err(), "{text}");
        }
    }
}

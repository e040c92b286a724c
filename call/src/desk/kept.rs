//! Files that are handed over, on this side's disk.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tokio::io::AsyncReadExt as _;

/// Names that are tried before a file is given up.
const MOST_NAMES: u32 = 1000;

/// Reads a file that is not bigger than it may be.
pub async fn read(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let file = tokio::fs::File::open(path).await?;
    if !file.metadata().await?.is_file() {
        return Err(io::Error::other("this is no file"));
    }
    let mut content = Vec::new();
    // One byte more than it may have tells that it has too many.
    let most = u64::try_from(most).unwrap_or(u64::MAX).saturating_add(1);
    file.take(most).read_to_end(&mut content).await?;
    Ok(content)
}

/// Writes a file, beside what is there already: nothing is ever written over.
pub fn keep(dir: &Path, name: &str, content: &[u8]) -> io::Result<PathBuf> {
    let (path, mut file) = create(dir, name)?;
    if let Err(error) = file.write_all(content).and_then(|()| file.sync_all()) {
        // Half a file is none.
        let _ = std::fs::remove_file(&path);
        return Err(error);
    }
    Ok(path)
}

/// An empty file of this name, or with a number behind it if there is one already.
pub fn create(dir: &Path, name: &str) -> io::Result<(PathBuf, File)> {
    let (stem, kind) = match name.rsplit_once('.') {
        Some((stem, kind)) if !stem.is_empty() => (stem, format!(".{kind}")),
        _ => (name, String::new()),
    };
    for number in 0..MOST_NAMES {
        let name = if number == 0 { name.to_owned() } else { format!("{stem} ({number}){kind}") };
        let path = dir.join(name);
        match OpenOptions::new().write(true).create_new(true).open(&path) {
            Ok(file) => return Ok((path, file)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_written_over() {
        let dir = tempfile::tempdir().unwrap();
        let names: Vec<String> = ["a", "b", "c"]
            .iter()
            .map(|content| keep(dir.path(), "notes.txt", content.as_bytes()).unwrap())
            .map(|path| path.file_name().unwrap().to_string_lossy().into_owned())
            .collect();
        assert_eq!(names, ["notes.txt", "notes (1).txt", "notes (2).txt"]);
        assert_eq!(std::fs::read(dir.path().join("notes.txt")).unwrap(), b"a");
    }

    #[tokio::test]
    async fn no_more_of_a_file_is_read_than_tells_that_it_is_too_big() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("big");
        std::fs::write(&path, [0; 100]).unwrap();
        assert_eq!(read(&path, 10).await.unwrap().len(), 11);
        assert!(read(dir.path(), 10).await.is_err());
    }
}

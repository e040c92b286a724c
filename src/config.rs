//! Settings that outlive a command: flags > environment > `config.toml`.
//!
//! `config.toml` belongs to the user and is only read:
//!
//! ```toml
//! profile = "work"                    # the profile without --profile
//! server = "https://meet.example"     # the server of profiles that name none
//!
//! [profiles.work]
//! server = "https://meet.work.example"
//! ```

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use url::Url;

/// The directory of `config.toml` and `logins.toml`; `meetme` under the XDG configuration directory if unset.
pub const DIR_VARIABLE: &str = "MEETME_CONFIG_DIR";
/// Where `meetme serve` listens unless told otherwise.
pub const DEFAULT_SERVER: &str = "http://127.0.0.1:8080";
/// The profile without `--profile`.
pub const DEFAULT_PROFILE: &str = "default";
/// The largest file of settings that is read, in bytes.
pub const MAX_FILE: u64 = 1024 * 1024;

/// What `config.toml` says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The profile without `--profile`.
    pub profile: Option<String>,
    /// The server of profiles that name none.
    pub server: Option<String>,
    /// Settings by profile.
    #[serde(default)]
    pub profiles: BTreeMap<String, Profile>,
}

/// Settings of one profile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Its server.
    pub server: Option<String>,
}

/// The settings cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is no place for them.
    #[error("there is no home directory for settings: set {DIR_VARIABLE}")]
    NoHome,
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file is longer than settings are.
    #[error("{path} is longer than {MAX_FILE} bytes")]
    TooLong {
        /// Which file.
        path: String,
    },
    /// A file is not what it should be.
    #[error("{path}: {reason}")]
    Parse {
        /// Which file.
        path: String,
        /// Where and why.
        reason: String,
    },
    /// A file cannot be written.
    #[error("cannot write {path}: {source}")]
    Write {
        /// Which file.
        path: String,
        /// What the system says.
        source: std::io::Error,
    },
}

impl Config {
    /// Reads `config.toml` in `dir`; without the file, nothing is set.
    pub fn read(dir: &Path) -> Result<Self, ConfigError> {
        parsed(&dir.join("config.toml"))
    }

    /// The server that the file names for a profile.
    pub fn server_of(&self, profile: &str) -> Option<&str> {
        self.profiles.get(profile).and_then(|p| p.server.as_deref()).or(self.server.as_deref())
    }
}

/// The directory of the settings; it need not exist.
pub fn dir() -> Result<PathBuf, ConfigError> {
    set(DIR_VARIABLE).or_else(|| xdg("XDG_CONFIG_HOME", ".config")).ok_or(ConfigError::NoHome)
}

/// The directory of a server's data, unless it is told another; it need not exist.
pub fn data_dir() -> Option<PathBuf> {
    xdg("XDG_DATA_HOME", ".local/share")
}

fn xdg(variable: &str, below_home: &str) -> Option<PathBuf> {
    // XDG ignores relative paths.
    let given = set(variable).filter(|path| path.is_absolute());
    let home = || set("HOME").or_else(|| set("USERPROFILE")).map(|home| home.join(below_home));
    given.or_else(home).map(|dir| dir.join("meetme"))
}

fn set(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

/// Reads a TOML file; one that does not exist is the default.
pub fn parsed<T: serde::de::DeserializeOwned + Default>(path: &Path) -> Result<T, ConfigError> {
    let shown = || path.display().to_string();
    let failed = |source| ConfigError::Read { path: shown(), source };
    let text = match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(T::default()),
        Err(error) => return Err(failed(error)),
        Ok(data) if data.len() > MAX_FILE => return Err(ConfigError::TooLong { path: shown() }),
        Ok(_) => std::fs::read_to_string(path).map_err(failed)?,
    };
    toml::from_str(&text).map_err(|error| ConfigError::Parse { path: shown(), reason: error.message().to_owned() })
}

/// Replaces a file in one step, so that a crash leaves the old one or the new one. Only the user may read it.
pub fn replace(path: &Path, value: &impl serde::Serialize) -> Result<(), ConfigError> {
    let failed = |source| ConfigError::Write { path: path.display().to_string(), source };
    let dir = path.parent().expect("the file lies in the directory of settings");
    let text = toml::to_string(value).expect("what is kept is TOML");
    std::fs::create_dir_all(dir).map_err(failed)?;
    // A temporary file is 0600 from the start.
    let mut file = tempfile::NamedTempFile::new_in(dir).map_err(failed)?;
    file.write_all(text.as_bytes()).and_then(|()| file.as_file().sync_all()).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

/// A server's address: with a scheme, without query, fragment or a slash at its end.
/// Without a scheme, `localhost` and loopback addresses are http, all others https.
pub fn server(text: &str) -> Option<Url> {
    let text = text.trim();
    let with_scheme = if text.contains("://") {
        text.to_owned()
    } else {
        let host = text.split(['/', ':']).next().unwrap_or_default();
        let near = host == "localhost" || host.starts_with("127.") || text.starts_with("[::1]");
        format!("{}://{text}", if near { "http" } else { "https" })
    };
    let mut url = Url::parse(&with_scheme).ok()?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() || !url.username().is_empty() {
        return None;
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_has_one_form() {
        let form = |text: &str| server(text).map(|url| url.as_str().trim_end_matches('/').to_owned());

        assert_eq!(form("https://Meet.Example/"), Some("https://meet.example".into()));
        assert_eq!(form("meet.example/base/?x=1"), Some("https://meet.example/base".into()));
        assert_eq!(form("localhost:8080"), Some("http://localhost:8080".into()));
        assert_eq!(form("ftp://meet.example"), None);
        assert_eq!(form("https://ada:secret@meet.example"), None);
    }

    #[test]
    fn a_profile_without_a_server_has_the_files() {
        let config: Config =
            toml::from_str("server = 'https://a'\n[profiles.work]\nserver = 'https://b'").expect("settings");

        assert_eq!((config.server_of("work"), config.server_of("home")), (Some("https://b"), Some("https://a")));
    }
}

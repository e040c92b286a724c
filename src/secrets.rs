//! Who is logged in where, and the tokens. The only user of keyring.
//!
//! A token is looked for in `MEETME_TOKEN`, then in the file that
//! `MEETME_TOKEN_FILE` names, then where the log-in put it: the keyring of
//! the operating system, or `logins.toml` (mode 0600) where there is none.
//! `MEETME_KEYRING=off` always takes the file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::time::Duration;

use meetme_core::id::Username;
use meetme_core::time::Zone;
use serde::{Deserialize, Serialize};
use url::Url;

use crate::config::{self, ConfigError};

/// A token for scripts.
pub const TOKEN_VARIABLE: &str = "MEETME_TOKEN";
/// A file that holds one.
pub const TOKEN_FILE_VARIABLE: &str = "MEETME_TOKEN_FILE";
/// `off` keeps tokens in the file.
pub const KEYRING_VARIABLE: &str = "MEETME_KEYRING";
/// How long a keyring may take; one that waits for somebody to unlock it is given up then.
pub const KEYRING_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may take where nobody is to unlock it.
const LOOK_TIMEOUT: Duration = Duration::from_secs(3);
/// The name of our entries in the keyring.
const SERVICE: &str = "meetme";
/// The longest token that is read from a file.
const MAX_TOKEN: usize = 1000;

/// Every log-in on this machine, by profile.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Logins {
    #[serde(default)]
    logins: BTreeMap<String, Login>,
    #[serde(skip)]
    path: PathBuf,
}

/// One log-in.
#[derive(Clone, Serialize, Deserialize)]
pub struct Login {
    /// Where; the token goes nowhere else.
    pub server: Url,
    /// Who.
    pub username: Username,
    /// Their home zone when they logged in.
    pub time_zone: Zone,
    /// Where the token is.
    pub kept: Kept,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    token: Option<String>,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("server", &self.server.as_str()).field("kept", &self.kept).finish_non_exhaustive()
    }
}

/// Where a token is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kept {
    /// In the keyring of the operating system.
    Keyring,
    /// In `logins.toml`.
    File,
}

/// A secret cannot be read or kept.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    /// The list of log-ins cannot be had.
    #[error(transparent)]
    Logins(#[from] ConfigError),
    /// The file with a token cannot be read.
    #[error("cannot read the token in {path}: {reason}")]
    TokenFile {
        /// Which file.
        path: String,
        /// Why.
        reason: String,
    },
    /// The keyring does not give the token back.
    #[error("the keyring does not give your token: {reason}; log in again")]
    Keyring {
        /// Why.
        reason: String,
    },
}

/// The token that the environment gives, if it gives one.
pub fn from_environment() -> Result<Option<String>, SecretError> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.trim().is_empty());
    if let Some(token) = set(TOKEN_VARIABLE) {
        return Ok(Some(token.trim().to_owned()));
    }
    let Some(path) = set(TOKEN_FILE_VARIABLE) else { return Ok(None) };
    let failed = |reason: String| SecretError::TokenFile { path: path.clone(), reason };
    let text = std::fs::read_to_string(&path).map_err(|error| failed(error.to_string()))?;
    match text.trim() {
        "" => Err(failed("it is empty".to_owned())),
        token if token.len() > MAX_TOKEN => Err(failed(format!("it is longer than {MAX_TOKEN} bytes"))),
        token => Ok(Some(token.to_owned())),
    }
}

impl Logins {
    /// Reads the log-ins kept in `dir`.
    pub fn read(dir: &Path) -> Result<Self, SecretError> {
        let path = dir.join("logins.toml");
        let logins: Self = config::parsed(&path)?;
        Ok(Self { path, ..logins })
    }

    /// The log-in of a profile.
    pub fn get(&self, profile: &str) -> Option<&Login> {
        self.logins.get(profile)
    }

    /// Every profile that is logged in, by name.
    pub fn profiles(&self) -> impl Iterator<Item = (&str, &Login)> {
        self.logins.iter().map(|(profile, login)| (profile.as_str(), login))
    }

    /// The profile whose log-in is at `server`.
    pub fn profile_at(&self, server: &Url) -> Option<&str> {
        self.logins.iter().find(|(_, login)| login.server == *server).map(|(profile, _)| profile.as_str())
    }

    /// Keeps a log-in and its token for other processes, and says where the token went.
    pub fn keep(
        &mut self,
        profile: &str,
        server: Url,
        username: Username,
        time_zone: Zone,
        token: String,
    ) -> Result<Kept, SecretError> {
        let in_keyring = keyring_exists() && {
            let (entry, token) = (entry_of(profile, &server), token.clone());
            with_keyring(KEYRING_TIMEOUT, move || keyring::Entry::new(SERVICE, &entry)?.set_password(&token)).is_ok()
        };
        let (kept, token) = if in_keyring { (Kept::Keyring, None) } else { (Kept::File, Some(token)) };
        self.logins.insert(profile.to_owned(), Login { server, username, time_zone, kept, token });
        self.write()?;
        Ok(kept)
    }

    /// Forgets a profile's log-in and its token.
    pub fn forget(&mut self, profile: &str) -> Result<(), SecretError> {
        let Some(login) = self.logins.remove(profile) else { return Ok(()) };
        if login.kept == Kept::Keyring && keyring_exists() {
            let entry = entry_of(profile, &login.server);
            // The server has ended the session already: what stays behind opens nothing.
            let _ = with_keyring(KEYRING_TIMEOUT, move || keyring::Entry::new(SERVICE, &entry)?.delete_credential());
        }
        self.write()
    }

    /// Notes what the server says of the user now.
    pub fn refresh(&mut self, profile: &str, time_zone: Zone) -> Result<(), SecretError> {
        match self.logins.get_mut(profile) {
            Some(login) if login.time_zone != time_zone => login.time_zone = time_zone,
            _ => return Ok(()),
        }
        self.write()
    }

    /// The token of a profile's log-in.
    pub fn token(&self, profile: &str) -> Result<Option<String>, SecretError> {
        let Some(login) = self.logins.get(profile) else { return Ok(None) };
        if login.kept == Kept::File {
            return Ok(login.token.clone());
        }
        let entry = entry_of(profile, &login.server);
        with_keyring(KEYRING_TIMEOUT, move || keyring::Entry::new(SERVICE, &entry)?.get_password()).map(Some)
    }

    fn write(&self) -> Result<(), SecretError> {
        Ok(config::replace(&self.path, self)?)
    }
}

/// What the keyring of this machine says to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keyring {
    /// It answers.
    Answers,
    /// `MEETME_KEYRING` keeps everybody from asking.
    Off,
    /// There is none.
    None,
    /// There is one that does not answer; why.
    Silent(String),
}

/// Asks the keyring for something that is not there, to see whether it answers.
pub fn keyring() -> Keyring {
    if std::env::var(KEYRING_VARIABLE).is_ok_and(|word| word == "off") {
        return Keyring::Off;
    }
    if !keyring_exists() {
        return Keyring::None;
    }
    let ask = || match keyring::Entry::new(SERVICE, "doctor")?.get_password() {
        Err(keyring::Error::NoEntry) => Ok(()),
        other => other.map(|_| ()),
    };
    match with_keyring(LOOK_TIMEOUT, ask) {
        Ok(()) => Keyring::Answers,
        Err(SecretError::Keyring { reason }) => Keyring::Silent(reason),
        Err(other) => Keyring::Silent(other.to_string()),
    }
}

fn entry_of(profile: &str, server: &Url) -> String {
    format!("{profile} at {server}")
}

/// Whether there is a keyring to ask. Asking where there is none can take long.
fn keyring_exists() -> bool {
    if std::env::var(KEYRING_VARIABLE).is_ok_and(|word| word == "off") {
        return false;
    }
    if cfg!(any(target_os = "macos", target_os = "windows")) {
        return true;
    }
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    set("DBUS_SESSION_BUS_ADDRESS").is_some()
        || set("XDG_RUNTIME_DIR").is_some_and(|dir| Path::new(&dir).join("bus").exists())
}

/// Asks the keyring from a thread of its own: it blocks, and brings its own event loop.
fn with_keyring<T: Send + 'static>(
    limit: Duration,
    ask: impl FnOnce() -> keyring::Result<T> + Send + 'static,
) -> Result<T, SecretError> {
    let (tell, told) = mpsc::channel();
    std::thread::spawn(move || tell.send(ask()));
    match told.recv_timeout(limit) {
        Ok(Ok(answer)) => Ok(answer),
        Ok(Err(error)) => Err(SecretError::Keyring { reason: error.to_string() }),
        Err(_) => Err(SecretError::Keyring { reason: format!("no answer for {} s", limit.as_secs()) }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kept_in_file(logins: &mut Logins) {
        let server = config::server("localhost:8080").expect("a server");
        let login = Login {
            server,
            username: "ada".parse().expect("a name"),
            time_zone: Zone::UTC,
            kept: Kept::File,
            token: Some("secret".into()),
        };
        logins.logins.insert("default".into(), login);
        logins.write().expect("the directory can be written");
    }

    #[test]
    fn another_process_finds_the_log_in() {
        let dir = tempfile::tempdir().expect("a directory");
        kept_in_file(&mut Logins::read(dir.path()).expect("no file is no log-in"));

        let again = Logins::read(dir.path()).expect("the file");

        assert_eq!(again.token("default").expect("a token").as_deref(), Some("secret"));
        assert_eq!(again.get("default").map(|login| login.username.as_str()), Some("ada"));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_reads_the_file() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a directory");
        kept_in_file(&mut Logins::read(dir.path()).expect("no file is no log-in"));

        let mode = std::fs::metadata(dir.path().join("logins.toml")).expect("the file").permissions().mode();

        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_log_in_is_shown_without_its_token() {
        let dir = tempfile::tempdir().expect("a directory");
        let mut logins = Logins::read(dir.path()).expect("no file is no log-in");
        kept_in_file(&mut logins);

        assert!(!format!("{logins:?}").contains("secret"));
    }
}

//! `meetme doctor`: looks at everything that a command relies on, and says how to mend what is wrong.
//!
//! It reads the settings by itself, so that broken ones are told and not stumbled over.

mod here;
mod there;

use meetme_core::time::Zone;
use serde::Serialize;
use url::Url;

use crate::cli::Global;
use crate::clock;
use crate::config::{self, Config};
use crate::error::CliError;
use crate::output::table::{Table, plain};
use crate::output::{BAD, FAINT, GOOD, Output, Report, WAITING, clean, styled};
use crate::secrets::Logins;

/// Say what is wrong with the set-up, and how to mend it
///
/// Looks at settings, secrets, the server, the session, the clock, the time zone and the terminal. Ends with exit
/// code 1 if something is wrong; what is only worth knowing is told and changes nothing.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {}

/// How something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// As it should be.
    Ok,
    /// Worth knowing.
    Note,
    /// Something will not work.
    Wrong,
}

/// One thing that was looked at.
#[derive(Debug, Serialize)]
struct Finding {
    what: &'static str,
    state: State,
    detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Finding {
    fn ok(what: &'static str, detail: impl Into<String>) -> Self {
        Self { what, state: State::Ok, detail: detail.into(), hint: None }
    }

    fn note(what: &'static str, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what, state: State::Note, detail: detail.into(), hint: Some(hint.into()) }
    }

    fn wrong(what: &'static str, detail: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { what, state: State::Wrong, detail: detail.into(), hint: Some(hint.into()) }
    }

    fn wrong_as(what: &'static str, error: &CliError, otherwise: &str) -> Self {
        Self::wrong(what, error.to_string(), error.hint().unwrap_or_else(|| otherwise.to_owned()))
    }
}

/// All that was looked at.
#[derive(Debug, Serialize)]
struct Findings {
    healthy: bool,
    findings: Vec<Finding>,
}

impl Report for Findings {
    fn text(&self) -> String {
        let mut text = String::new();
        for Finding { what, state, detail, hint } in &self.findings {
            let (word, style) = match state {
                State::Ok => ("ok", GOOD),
                State::Note => ("note", WAITING),
                State::Wrong => ("wrong", BAD),
            };
            let mut table = Table::new();
            table.row([(format!("{word:5}"), style), plain(format!("{what:9}")), plain(clean(detail))]);
            text.push_str(&table.text());
            if let Some(hint) = hint {
                text.push_str(&format!("{:18}{} {hint}\n", "", styled(FAINT, "hint:")));
            }
        }
        text
    }
}

/// The settings, as far as they can be read.
struct Settings {
    dir: std::path::PathBuf,
    logins: Logins,
    profile: String,
    server: Url,
}

/// Looks at everything.
pub fn run(out: &mut Output, global: &Global, _: &Args) -> Result<(), CliError> {
    let mut findings = Vec::new();
    let settings = settings(global, &mut findings);
    if let Some(settings) = &settings {
        findings.extend(here::secrets(settings));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(CliError::io("start the runtime"))?;
        findings.extend(runtime.block_on(there::look(settings, out)));
    }
    let home = settings.as_ref().and_then(|settings| Some(settings.logins.get(&settings.profile)?.time_zone));
    findings.push(here::zone(home));
    findings.push(here::terminal(out));
    let count = findings.iter().filter(|finding| finding.state == State::Wrong).count();
    out.show(&Findings { healthy: count == 0, findings })?;
    if count > 0 { Err(CliError::Unwell { count }) } else { Ok(()) }
}

fn settings(global: &Global, findings: &mut Vec<Finding>) -> Option<Settings> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let dir = match config::dir() {
        Ok(dir) => dir,
        Err(error) => {
            let hint = format!("`export {}=\"$PWD/meetme\"`", config::DIR_VARIABLE);
            findings.push(Finding::wrong("config", error.to_string(), hint));
            return None;
        }
    };
    let file = dir.join("config.toml");
    let config = match Config::read(&dir) {
        Ok(config) => {
            let there = if file.exists() { "" } else { " (not there; defaults hold)" };
            findings.push(Finding::ok("config", format!("{}{there}", file.display())));
            config
        }
        Err(error) => {
            let path = crate::output::quoted(&file.display().to_string());
            findings.push(Finding::wrong(
                "config",
                error.to_string(),
                format!("mend it, or begin anew: `mv {path} {path}.old`"),
            ));
            Config::default()
        }
    };
    let logins = match Logins::read(&dir) {
        Ok(logins) => logins,
        Err(error) => {
            let path = crate::output::quoted(&dir.join("logins.toml").display().to_string());
            let hint = format!("`mv {path} {path}.old`, then `meetme login`");
            findings.push(Finding::wrong("logins", error.to_string(), hint));
            Logins::default()
        }
    };
    let profile = global.profile.clone().or_else(|| set("MEETME_PROFILE")).or_else(|| config.profile.clone());
    let profile = profile.unwrap_or_else(|| config::DEFAULT_PROFILE.to_owned());
    let of_login = || logins.get(&profile).map(|login| login.server.to_string());
    let given = global.server.clone().or_else(|| set("MEETME_SERVER")).or_else(of_login);
    let given = given.or_else(|| config.server_of(&profile).map(str::to_owned));
    let given = given.unwrap_or_else(|| config::DEFAULT_SERVER.to_owned());
    let Some(server) = config::server(&given) else {
        let hint = "name it: `meetme doctor --server https://meet.example`";
        findings.push(Finding::wrong("server", format!("`{given}` is not the address of a server"), hint));
        return None;
    };
    Some(Settings { dir, logins, profile, server })
}

/// The machine's zone, for those who have no home.
fn machine() -> Zone {
    clock::system_zone()
}

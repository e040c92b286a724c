//! What is looked at on this machine.

use std::path::Path;

use meetme_core::time::Zone;

use super::{Finding, Settings, machine};
use crate::output::{Output, quoted};
use crate::prompt;
use crate::secrets::{self, TOKEN_FILE_VARIABLE, TOKEN_VARIABLE};

/// The narrowest terminal on which grids stand side by side.
const COMFORTABLE: usize = 50;

/// Files with tokens, and where the next log-in would keep one.
pub(super) fn secrets(settings: &Settings) -> Vec<Finding> {
    let mut findings = Vec::new();
    let file = settings.dir.join("logins.toml");
    if file.exists() {
        findings.push(for_owner_only("logins", &file));
    }
    match secrets::from_environment() {
        Ok(None) => {}
        Ok(Some(_)) if std::env::var_os(TOKEN_VARIABLE).is_some_and(|token| !token.is_empty()) => {
            let hint = format!("if you did not mean it: `unset {TOKEN_VARIABLE}`");
            findings.push(Finding::note("token", format!("{TOKEN_VARIABLE} speaks for you, not a log-in"), hint));
        }
        Ok(Some(_)) => {
            let path = std::env::var(TOKEN_FILE_VARIABLE).unwrap_or_default();
            findings.push(for_owner_only("token", Path::new(&path)));
        }
        Err(error) => {
            findings.push(Finding::wrong("token", error.to_string(), format!("`unset {TOKEN_FILE_VARIABLE}`")));
        }
    }
    findings.push(match secrets::keyring() {
        secrets::Keyring::Answers => Finding::ok("keyring", "it answers, and the next log-in is kept there"),
        secrets::Keyring::Off => Finding::ok("keyring", format!("not used: {} is off", secrets::KEYRING_VARIABLE)),
        secrets::Keyring::None => Finding::ok("keyring", "there is none: tokens are kept in logins.toml, mode 0600"),
        secrets::Keyring::Silent(reason) => {
            let hint = format!("to keep tokens in a file instead: `export {}=off`", secrets::KEYRING_VARIABLE);
            Finding::note("keyring", reason, hint)
        }
    });
    findings
}

/// A file with a secret, and whether anybody else may read it.
fn for_owner_only(what: &'static str, file: &Path) -> Finding {
    let shown = file.display().to_string();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(file).map_or(0, |file| file.permissions().mode() & 0o777);
        if mode & 0o077 != 0 {
            let detail = format!("{shown} has mode {mode:04o}: others on this machine can read your token");
            return Finding::wrong(what, detail, format!("`chmod 600 {}`", quoted(&shown)));
        }
    }
    Finding::ok(what, format!("{shown}, which only you can read"))
}

/// The zone of this machine, and whether it is the user's home.
pub(super) fn zone(home: Option<Zone>) -> Finding {
    let machine = machine();
    let edition = format!("zone data {}", Zone::edition());
    let given = std::env::var("TZ").unwrap_or_default();
    let named = given.trim_start_matches(':');
    if !named.is_empty() && named.parse::<Zone>().is_err() {
        let detail = format!("TZ is `{given}`, which is no IANA zone; {machine} is used instead ({edition})");
        return Finding::note("zone", detail, "name one: `export TZ=Europe/Berlin`");
    }
    match home {
        Some(home) if home != machine => {
            let detail = format!("times are shown in {home}, your home; this machine is in {machine} ({edition})");
            Finding::note("zone", detail, format!("for once in the other one: `meetme agenda --tz {machine}`"))
        }
        _ => Finding::ok("zone", format!("{machine} ({edition})")),
    }
}

/// What the terminal can show.
pub(super) fn terminal(out: &Output) -> Finding {
    let asks = if prompt::can_ask() { "questions are asked" } else { "nobody is asked anything" };
    let Some(screen) = out.screen() else {
        return Finding::ok("terminal", format!("results are not read on one; {asks}"));
    };
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG")).unwrap_or_default();
    let utf8 = locale.to_ascii_lowercase().replace('-', "").contains("utf8");
    let size = format!("{} by {}", screen.width, screen.height);
    if !utf8 {
        let detail = format!("{size}; its locale `{locale}` does not say UTF-8, so lines and names may look wrong");
        return Finding::note("terminal", detail, "`export LC_ALL=C.UTF-8`");
    }
    if screen.width < COMFORTABLE {
        let detail = format!("{size}; weeks are drawn in pieces below {COMFORTABLE} columns");
        return Finding::note("terminal", detail, "make it wider, or use lists: `meetme agenda --plain`");
    }
    let colour = if set("NO_COLOR").is_some() { "no colour (NO_COLOR)" } else { "colour" };
    Finding::ok("terminal", format!("{size}, {colour}; {asks}"))
}

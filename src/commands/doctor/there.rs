//! What is looked at on the other side: the server, its certificate, its clock, and the session there.

use chrono::TimeDelta;
use meetme_core::time::{Instant, Zone};
use url::Url;

use super::{Finding, Settings};
use crate::client::{Client, Error as ClientError, Probe};
use crate::clock::{self, NOW_VARIABLE};
use crate::error::CliError;
use crate::output::{Output, count, times};
use crate::secrets;

/// How far two clocks may differ before notices and limits are felt to be wrong.
const MAX_SKEW: TimeDelta = TimeDelta::seconds(30);
/// How long before its end a session is worth a word.
const ENDS_SOON: TimeDelta = TimeDelta::days(3);

/// Looks at all of it. What needs the server is left out if it is not there.
pub(super) async fn look(settings: &Settings, out: &Output) -> Vec<Finding> {
    let server = settings.server.as_str().trim_end_matches('/').to_owned();
    let connected = Client::new(settings.server.clone(), None).map(|client| match out.progress(server.clone()) {
        Some(progress) => client.with_progress(progress),
        None => client,
    });
    let probed = match connected {
        Ok(client) => client.probe().await,
        Err(error) => Err(error),
    };
    let mut findings = Vec::new();
    match probed {
        Ok(probe) => {
            findings.push(api(&server, &probe));
            findings.extend(encryption(&settings.server));
            findings.push(clocks(&probe));
            findings.push(session(settings, &server).await);
        }
        Err(error) => findings.push(away(&server, error)),
    }
    findings
}

fn api(server: &str, probe: &Probe) -> Finding {
    let own = env!("CARGO_PKG_VERSION");
    let missing: Vec<&str> = probe.knows.iter().filter(|(_, known)| !known).map(|(path, _)| *path).collect();
    let took = probe.took.as_millis();
    if !missing.is_empty() {
        let detail = format!("{server} (version {}) does not know {}", probe.version, missing.join(", "));
        return Finding::wrong("server", detail, "check the address: `meetme doctor --server https://meet.example`");
    }
    let age = if probe.version == own { "as this command" } else { "another than this command's" };
    let detail = format!("{server} answers in {took} ms, version {} ({age})", probe.version);
    let line = |version: &str| version.split('.').take(2).map(str::to_owned).collect::<Vec<_>>();
    if line(&probe.version) == line(own) {
        return Finding::ok("server", detail);
    }
    Finding::note("server", detail, "if something is refused that should not be, use the server's version")
}

fn encryption(server: &Url) -> Option<Finding> {
    if server.scheme() == "https" {
        return Some(Finding::ok("tls", "the connection is encrypted and the certificate fits"));
    }
    let near = matches!(server.host_str(), Some("localhost" | "[::1]"))
        || server.host_str().is_some_and(|host| host.starts_with("127."));
    (!near).then(|| {
        let hint = "put a proxy with a certificate in front of it, then `meetme login --server https://meet.example`";
        Finding::wrong("tls", "nothing is encrypted: passwords and tokens can be read on the way", hint)
    })
}

fn clocks(probe: &Probe) -> Finding {
    let held = std::env::var(NOW_VARIABLE).is_ok_and(|now| !now.is_empty());
    let now = match clock::now() {
        Ok(now) => now,
        Err(error) => return Finding::wrong("clock", error.to_string(), format!("`unset {NOW_VARIABLE}`")),
    };
    if held {
        let detail = format!("{NOW_VARIABLE} holds it at {}", times::exact(now, Zone::UTC));
        return Finding::note("clock", detail, format!("`unset {NOW_VARIABLE}`"));
    }
    let Some(date) = probe.date else { return Finding::ok("clock", "the server does not say what its clock shows") };
    let (skew, ahead) = skew(now, date);
    if skew > MAX_SKEW {
        let side = if ahead { "ahead of" } else { "behind" };
        let detail = format!("this machine is {} {side} the server", count(seconds(skew), "second"));
        return Finding::wrong("clock", detail, "set this machine's clock: `timedatectl set-ntp true`");
    }
    Finding::ok("clock", format!("within {} of the server's", count(seconds(skew) + 1, "second")))
}

/// How far the clocks differ, and whether this one is ahead. The server's shows whole seconds.
fn skew(here: Instant, there: Instant) -> (TimeDelta, bool) {
    ((here - there).abs(), here > there)
}

fn seconds(length: TimeDelta) -> usize {
    usize::try_from(length.num_seconds()).unwrap_or(0)
}

async fn session(settings: &Settings, server: &str) -> Finding {
    let again = format!("`meetme login --server {server}`");
    let token = match token(settings) {
        Ok(Some(token)) => token,
        Ok(None) => return Finding::note("session", format!("nobody is logged in to {server}"), again),
        Err(error) => return Finding::wrong("session", error.to_string(), again),
    };
    let asked = match Client::new(settings.server.clone(), Some(token)) {
        Ok(client) => client.current_session().await,
        Err(error) => Err(error),
    };
    match asked {
        Ok(session) => {
            let (user, zone) = (session.user.username, session.user.time_zone);
            let Some(end) = session.expires_at else {
                return Finding::ok("session", format!("{user}, by a token that does not expire"));
            };
            let detail = format!("{user}, until {} unless it is used", times::exact(end, zone));
            match clock::now() {
                Ok(now) if end - now < ENDS_SOON => Finding::note("session", detail, again),
                _ => Finding::ok("session", detail),
            }
        }
        Err(ClientError::Refused(problem)) if problem.status == 401 => {
            Finding::wrong("session", "the server does not know your token: it has expired or was revoked", again)
        }
        Err(error) => Finding::wrong_as("session", &CliError::Client(error), &again),
    }
}

fn token(settings: &Settings) -> Result<Option<String>, secrets::SecretError> {
    if let Some(token) = secrets::from_environment()? {
        return Ok(Some(token));
    }
    match settings.logins.get(&settings.profile) {
        Some(login) if login.server == settings.server => settings.logins.token(&settings.profile),
        _ => Ok(None),
    }
}

fn away(server: &str, error: ClientError) -> Finding {
    let text = error.to_string();
    if text.contains("certificate") {
        let hint = "its certificate must fit its name and come from a public authority; check the address";
        return Finding::wrong("tls", text, hint);
    }
    if matches!(error, ClientError::Unreachable { .. }) {
        let hint = "start one with `meetme serve`, or name yours: `meetme login --server https://meet.example`";
        return Finding::wrong("server", text, hint);
    }
    Finding::wrong_as(
        "server",
        &CliError::Client(error),
        &format!("check the address: `meetme doctor --server {server}`"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        text.parse().expect("an instant")
    }

    #[test]
    fn clocks_differ_in_both_directions() {
        assert_eq!(skew(at("2026-12-01T09:01:00Z"), at("2026-12-01T09:00:00Z")), (TimeDelta::seconds(60), true));
        assert_eq!(skew(at("2026-12-01T09:00:00Z"), at("2026-12-01T09:01:00Z")), (TimeDelta::seconds(60), false));
    }

    #[test]
    fn what_is_not_encrypted_is_wrong_unless_it_stays_on_this_machine() {
        let found = |url: &str| encryption(&url.parse().expect("a URL")).map(|finding| finding.state);

        assert_eq!(found("https://meet.example"), Some(super::super::State::Ok));
        assert_eq!(found("http://127.0.0.1:8080"), None);
        assert_eq!(found("http://meet.example"), Some(super::super::State::Wrong));
    }
}

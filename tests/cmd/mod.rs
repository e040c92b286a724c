//! Transcripts of the real binary, and how it ends when a server misbehaves.

#[cfg(all(feature = "serve", feature = "call"))]
mod call;
#[cfg(feature = "serve")]
mod completion;
#[cfg(feature = "serve")]
mod doctor;
#[cfg(feature = "serve")]
mod examples;
mod failures;
#[cfg(all(feature = "serve", feature = "call"))]
mod films;
mod hints;
#[cfg(all(feature = "serve", feature = "call"))]
mod plain;
#[cfg(all(feature = "serve", feature = "call"))]
#[path = "../../call/tests/programs.rs"]
mod programs;
#[cfg(all(feature = "serve", feature = "call"))]
mod screen;
#[cfg(feature = "serve")]
mod story;
#[cfg(feature = "serve")]
mod terminal;
#[cfg(feature = "serve")]
mod watch;
#[cfg(feature = "serve")]
mod world;

use std::path::Path;

/// What time it is in every transcript: Monday morning.
const NOW: &str = "2026-11-30T09:00:00Z";

/// The environment of every command: nothing of the machine's, no keyring, settings in `dir`.
fn environment(dir: &Path) -> Vec<(&'static str, String)> {
    let dir = dir.display().to_string();
    let fixed = [("MEETME_NOW", NOW), ("MEETME_KEYRING", "off"), ("TZ", "UTC"), ("NO_COLOR", "1"), ("COLUMNS", "80")];
    let unset = ["MEETME_SERVER", "MEETME_PROFILE", "MEETME_TOKEN", "MEETME_TOKEN_FILE", "RUST_LOG"];
    let mut environment: Vec<(&str, String)> = fixed.map(|(name, value)| (name, value.to_owned())).into();
    environment.extend(unset.map(|name| (name, String::new())));
    environment.extend(["HOME", "MEETME_CONFIG_DIR"].map(|name| (name, dir.clone())));
    environment.push(("MEETME_PASSWORD", "correct horse".to_owned()));
    environment
}

/// Transcripts whose commands run in this environment.
#[cfg(feature = "serve")]
fn transcripts(dir: &Path) -> trycmd::TestCases {
    let cases = trycmd::TestCases::new();
    // A command in a transcript may bring a token of its own.
    for (name, value) in environment(dir).into_iter().filter(|(name, _)| *name != "MEETME_TOKEN") {
        cases.env(name, value);
    }
    cases
}

#[cfg(feature = "serve")]
#[test]
fn commands_that_reach_no_server_end_as_they_say() {
    let dir = tempfile::tempdir().expect("a directory");

    transcripts(dir.path()).case("tests/cmd/offline/*.trycmd").run();
}

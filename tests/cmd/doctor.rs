//! What `meetme doctor` finds, and how it ends.

use std::process::Command;

use serde_json::Value;

use super::world::World;

/// How it ended, and the state and the hint of what was found under `what`.
fn found(mut doctor: Command, what: &str) -> (Option<i32>, String, String) {
    let ended = doctor.args(["--json", "doctor"]).output().expect("the binary runs");
    let document: Value = serde_json::from_slice(&ended.stdout).expect("one document");
    let findings = document["findings"].as_array().expect("a list");
    let finding = findings.iter().find(|finding| finding["what"] == what);
    let finding = finding.unwrap_or_else(|| panic!("nothing of {what} in {document}"));
    let text = |key: &str| finding[key].as_str().unwrap_or_default().to_owned();
    (ended.status.code(), text("state"), text("hint"))
}

fn world() -> World {
    let world = World::new();
    world.sign_up("ada", "UTC");
    world
}

/// As Ada, with the clock of this machine.
fn ada(world: &World) -> Command {
    let mut command = world.command(&["--profile", "ada"]);
    command.env("MEETME_NOW", "");
    command
}

#[test]
fn what_is_well_is_said_to_be() {
    let world = world();

    for what in ["config", "logins", "keyring", "server", "session", "zone", "terminal"] {
        assert_eq!(found(ada(&world), what), (Some(0), "ok".to_owned(), String::new()), "{what}");
    }
    world.stop();
}

#[test]
fn a_file_with_a_token_that_others_can_read_is_wrong() {
    use std::os::unix::fs::PermissionsExt;
    let world = world();
    let file = world.dir.path().join("logins.toml");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).expect("it is there");

    let (code, state, hint) = found(ada(&world), "logins");

    assert_eq!((code, state.as_str()), (Some(1), "wrong"));
    assert_eq!(hint, format!("`chmod 600 {}`", file.display()));
    world.stop();
}

#[test]
fn broken_settings_are_told_and_not_stumbled_over() {
    let world = world();
    let file = world.dir.path().join("config.toml");
    std::fs::write(&file, "profile = ").expect("written");

    let (code, state, hint) = found(ada(&world), "config");

    assert_eq!((code, state.as_str()), (Some(1), "wrong"));
    assert!(hint.ends_with(&format!("`mv {0} {0}.old`", file.display())), "{hint}");
    assert_eq!(found(ada(&world), "server").1, "ok");
    world.stop();
}

#[test]
fn a_server_that_is_away_is_wrong() {
    let world = world();
    let gone = std::net::TcpListener::bind("127.0.0.1:0").and_then(|gone| gone.local_addr()).expect("an address");
    let mut doctor = ada(&world);
    doctor.env("MEETME_SERVER", format!("http://{gone}"));

    assert_eq!(found(doctor, "server").1, "wrong");
    world.stop();
}

#[test]
fn a_session_that_was_ended_is_wrong() {
    let world = world();
    let mut doctor = world.command(&[]);
    doctor.env("MEETME_NOW", "").env("MEETME_TOKEN", "mms_gone");

    let (code, state, hint) = found(doctor, "session");

    assert_eq!((code, state.as_str()), (Some(1), "wrong"));
    assert_eq!(hint, format!("`meetme login --server {}`", world.address()));
    world.stop();
}

#[test]
fn nobody_logged_in_is_only_worth_knowing() {
    let world = World::new();
    let mut doctor = world.command(&[]);
    doctor.env("MEETME_NOW", "");

    let (code, state, _) = found(doctor, "session");

    assert_eq!((code, state.as_str()), (Some(0), "note"));
    world.stop();
}

//! What bash completes, asked through the script that people source.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::world::World;

/// What bash offers for the last of these words.
fn completed(world: &World, words: &[&str]) -> Vec<String> {
    completed_by(&world.command(&[]), words)
}

fn completed_by(like: &Command, words: &[&str]) -> Vec<String> {
    let bin = Path::new(env!("CARGO_BIN_EXE_meetme")).parent().expect("it lies somewhere");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let script = r#"
        source <(meetme completions bash)
        COMP_WORDS=(meetme "$@")
        COMP_CWORD=$#
        _clap_complete_meetme meetme "${@: -1}" "${COMP_WORDS[$#-1]}"
        printf '%s\n' "${COMPREPLY[@]}""#;
    let mut bash = Command::new("bash");
    bash.args(["-c", script, "bash"]).args(words).env("PATH", path);
    for (name, value) in like.get_envs() {
        bash.env(name, value.unwrap_or_default());
    }
    let ended = bash.output().expect("bash runs");
    assert!(ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
    let text = String::from_utf8(ended.stdout).expect("text");
    // Behind what fits come the flags, even where none was begun.
    let flags = words.last().is_some_and(|word| word.starts_with('-'));
    let offered = text.lines().filter(|line| !line.is_empty() && (flags || !line.starts_with('-')));
    offered.map(str::to_owned).collect()
}

fn world() -> World {
    let world = World::new();
    for name in ["ada", "bob"] {
        world.sign_up(name, "Europe/Berlin");
    }
    let window = "tue 10-12";
    world.done(&["--profile", "ada", "event", "create", "Chat", "--length", "30m", "--window", window]);
    world.done(&["--profile", "ada", "event", "create", "Tea", "--length", "30m", "--visibility", "public"]);
    world.done(&["--profile", "bob", "book", "ada/chat", "--at", "2026-12-01 10:00"]);
    world
}

#[test]
fn commands_flags_and_events_are_completed() {
    let world = world();

    assert_eq!(completed(&world, &["resch"]), ["reschedule"]);
    assert!(completed(&world, &["watch", "--ex"]).iter().any(|flag| flag == "--exec"));
    assert_eq!(completed(&world, &["--profile", "ada", "slots", "c"]), ["chat"]);
    assert_eq!(completed(&world, &["--profile", "bob", "slots", ""]), ["ada/chat"]);
    assert_eq!(completed(&world, &["--profile", "bob", "book", "ada/"]), ["ada/tea", "ada/chat"]);
    assert_eq!(completed(&world, &["--profile", "a"]), ["ada"]);
    assert_eq!(completed(&world, &["agenda", "--tz", "Europe/Berl"]), ["Europe/Berlin"]);
    world.stop();
}

#[test]
fn open_slots_are_completed_in_a_form_that_can_be_booked() {
    let world = world();
    let line = ["--profile", "bob", "book", "ada/chat", "--at"];

    let offered = completed(&world, &[&line[..], &["2026-12-01"]].concat());

    assert_eq!(offered, ["2026-12-01T1030", "2026-12-01T1100", "2026-12-01T1130"]);
    let booked = world.done(&[&line[..], &[&offered[0], "--anyway"]].concat());
    assert!(booked.contains("Tue 2026-12-01 10:30-11:00 +01:00"), "{booked}");
    world.stop();
}

#[test]
fn bookings_are_completed_and_so_are_slots_to_move_them_to() {
    let world = world();
    let bookings = completed(&world, &["--profile", "bob", "cancel", ""]);

    assert_eq!(bookings.len(), 2, "{bookings:?}");
    assert_eq!(bookings[1], "next");
    let line = ["--profile", "bob", "reschedule", &bookings[0], "--to", "2026-12-01T11"];
    assert_eq!(completed(&world, &line), ["2026-12-01T1100", "2026-12-01T1130"]);
    world.stop();
}

#[test]
fn completion_is_quick_and_silent_when_the_server_is_away() {
    let world = world();
    // Takes connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let server = format!("http://{}", silent.local_addr().expect("an address"));
    let mut away = world.command(&[]);
    away.env("MEETME_SERVER", server).env("MEETME_TOKEN", "mmt_test");

    #[expect(clippy::disallowed_methods, reason = "how long a person waits is what is tested")]
    let began = Instant::now();
    let offered = completed_by(&away, &["slots", ""]);

    assert_eq!(offered, Vec::<String>::new());
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    world.stop();
}

//! What shells complete, asked through the scripts that people source.

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

/// Whether a shell is there; where it may not be missing its absence is a failure.
#[expect(clippy::print_stderr, reason = "a test that is skipped says so")]
fn is_there(shell: &str) -> bool {
    let version = if shell == "elvish" { "-version" } else { "--version" };
    let found = Command::new(shell).arg(version).output().is_ok();
    let required = std::env::var("MEETME_TEST_REQUIRE").is_ok_and(|all| all == "all");
    assert!(found || !required, "{shell} is missing: .ci/tools installs it");
    if !found {
        eprintln!("skipped: {shell} is missing");
    }
    found
}

/// The shell with the binary in its path and the world's settings.
fn shell(world: &World, program: &str) -> Command {
    let bin = Path::new(env!("CARGO_BIN_EXE_meetme")).parent().expect("it lies somewhere");
    let mut shell = Command::new("timeout");
    shell.args(["60", program]).env("PATH", format!("{}:/usr/bin:/bin", bin.display()));
    shell.envs(world.command(&[]).get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell.env("COMPLETIONS", Path::new(env!("CARGO_MANIFEST_DIR")).join("completions"));
    shell
}

#[test]
fn fish_completes_by_both_scripts() {
    if !is_there("fish") {
        return;
    }
    let world = world();
    let offered = |source: &str, line: &str| {
        let script = format!("{source}; complete -C \"$argv[1]\"");
        let ended = shell(&world, "fish").args(["-N", "-c", &script, line]).output().expect("fish runs");
        assert!(ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
        let text = String::from_utf8(ended.stdout).expect("text");
        text.lines().filter_map(|line| line.split('\t').next()).map(str::to_owned).collect::<Vec<_>>()
    };

    let fixed = "source $COMPLETIONS/meetme.fish";
    assert_eq!(offered(fixed, "meetme resch"), ["reschedule"]);
    assert!(offered(fixed, "meetme watch --ex").iter().any(|flag| flag == "--exec"));
    let asking = "meetme completions fish | source";
    assert_eq!(offered(asking, "meetme resch"), ["reschedule"]);
    assert_eq!(offered(asking, "meetme --profile ada slots c"), ["chat"]);
    world.stop();
}

/// Types a line and a tab into a zsh at a terminal, and waits until the line reads as it should.
const TYPE_INTO_ZSH: &str = r#"
    zmodload zsh/zpty
    zpty shell zsh -f -i
    zpty -w shell "PROMPT=; autoload -Uz compinit; compinit -u -D; $1; print rea''dy"
    zpty -r -m shell seen '*ready*' || exit 2
    zpty -n -w shell "$2"$'\t'
    zpty -r -m shell seen "*$3*" || exit 3
"#;

#[test]
fn zsh_completes_by_both_scripts() {
    if !is_there("zsh") {
        return;
    }
    let world = world();
    let completes = |source: &str, line: &str, whole: &str| {
        let mut zsh = shell(&world, "zsh");
        let ended = zsh.args(["-f", "-c", TYPE_INTO_ZSH, "zsh", source, line, whole]).output().expect("zsh runs");
        assert!(ended.status.success(), "{line}: {ended:?}");
    };

    let fixed = "source $COMPLETIONS/_meetme";
    completes(fixed, "meetme resch", "meetme reschedule");
    completes(fixed, "meetme watch --cursor-f", "meetme watch --cursor-file");
    let asking = "source <(meetme completions zsh)";
    completes(asking, "meetme resch", "meetme reschedule");
    completes(asking, "meetme --profile ada slots ch", "slots chat");
    world.stop();
}

/// Asks elvish's completer, which is there at a terminal alone, and writes down what it offers. Elvish chooses among
/// that itself.
const ASK_ELVISH: &str = r#"
    eval (SOURCE | slurp)
    $edit:completion:arg-completer[meetme] $@words | each {|found|
        if (eq (kind-of $found) string) { echo $found } else { echo $found[stem] }
    } > $E:OFFERED
    exit
"#;

#[test]
fn elvish_completes_by_both_scripts() {
    if !is_there("elvish") {
        return;
    }
    let world = world();
    let dir = tempfile::tempdir().expect("a directory");
    let offered = |source: &str, line: &str| {
        let (script, offered) = (dir.path().join("ask.elv"), dir.path().join("offered"));
        let words: Vec<String> = line.split(' ').map(|word| format!("'{word}'")).collect();
        let ask = format!("var words = [{}]\n{}", words.join(" "), ASK_ELVISH.replace("SOURCE", source));
        std::fs::write(&script, ask).expect("it can be written");
        let elvish = format!("elvish -rc {}", script.display());
        let mut terminal = shell(&world, "script");
        terminal.args(["-qec", &elvish, "/dev/null"]).env("OFFERED", &offered).stdin(std::process::Stdio::null());
        let ended = terminal.output().expect("elvish runs");
        let text = std::fs::read_to_string(&offered).unwrap_or_else(|_| panic!("{line}: {ended:?}"));
        std::fs::remove_file(&offered).expect("it is there");
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };

    let fixed = "cat $E:COMPLETIONS/meetme.elv";
    assert!(offered(fixed, "meetme resch").contains(&"reschedule".to_owned()));
    assert!(offered(fixed, "meetme watch --ex").contains(&"--exec".to_owned()));
    let asking = "meetme completions elvish";
    assert_eq!(offered(asking, "meetme resch"), ["reschedule"]);
    assert_eq!(offered(asking, "meetme --profile ada slots c"), ["chat"]);
    world.stop();
}

//! The examples, run as they would be copied.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::failures::Fake;
use super::world::World;

/// A script of `examples/shell`, with the binary on its path.
fn script(like: &Command, name: &str, arguments: &[&str]) -> Command {
    let bin = Path::new(env!("CARGO_BIN_EXE_meetme")).parent().expect("it lies somewhere");
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/shell").join(name);
    let mut command = Command::new(file);
    for (name, value) in like.get_envs() {
        command.env(name, value.unwrap_or_default());
    }
    command.args(arguments).env("PATH", path).env("BOOK_FIRST_PAUSE", "0");
    command.stdin(Stdio::null()).stdout(Stdio::null());
    command
}

/// A program of `examples`, which `cargo test` builds beside the binary.
fn program(name: &str) -> PathBuf {
    let bin = Path::new(env!("CARGO_BIN_EXE_meetme")).parent().expect("it lies somewhere");
    let program = bin.join("examples").join(name);
    assert!(program.is_file(), "`cargo build --examples` makes {}", program.display());
    program
}

fn run(mut command: Command) -> Output {
    command.output().expect("it runs")
}

fn world() -> World {
    let world = World::new();
    for name in ["ada", "bob"] {
        world.sign_up(name, "UTC");
    }
    let window = "tue,thu 10-12";
    world.done(&["--profile", "ada", "event", "create", "Chat", "--length", "1h", "--window", window]);
    world
}

fn as_user(world: &World, name: &str) -> Command {
    let mut command = world.command(&[]);
    command.env("MEETME_PROFILE", name);
    command
}

#[test]
fn the_cron_script_books_once_however_often_it_runs() {
    let world = world();
    let bob = as_user(&world, "bob");

    let codes: Vec<_> =
        (0..3).map(|_| run(script(&bob, "book-first.sh", &["ada/chat", "thu"])).status.code()).collect();

    assert_eq!(codes, [Some(0); 3]);
    let agenda = world.done(&["--profile", "bob", "agenda"]);
    assert_eq!(agenda.matches("with ada").count(), 1, "{agenda}");
    assert!(agenda.contains("Thu 2026-12-03"), "{agenda}");
    world.stop();
}

#[test]
fn the_cron_script_tells_three_endings_apart() {
    let world = world();
    let bob = as_user(&world, "bob");
    let gone = std::net::TcpListener::bind("127.0.0.1:0").and_then(|gone| gone.local_addr()).expect("an address");
    let slot = r#"{"start":"2026-12-01T09:00:00Z","end":"2026-12-01T10:00:00Z","state":"open","seats_left":1}"#;
    let me = r#""username":"bob","display_name":"Bob","email":"bob@example.org","time_zone":"UTC""#;
    // One answer to all that is asked: who bob is, that he has no booking, and what is open.
    let silent = Fake::that_answers_reads_alone(&format!(r#"{{"slots":[{slot}],"items":[],{me}}}"#));
    let ended_at = |server: &str, words: &str| {
        let mut command = script(&bob, "book-first.sh", &["ada/chat", words]);
        command.env("MEETME_SERVER", server).env("MEETME_TOKEN", "mmt_test");
        run(command).status.code()
    };

    let nothing_fits = run(script(&bob, "book-first.sh", &["ada/chat", "sat"])).status.code();
    let away = ended_at(&format!("http://{gone}"), "any");
    let unknown = ended_at(&silent.url(), "any");

    assert_eq!((nothing_fits, away, unknown), (Some(7), Some(8), Some(75)));
    let keys: Vec<String> = silent.keys().into_iter().filter(|key| !key.is_empty()).collect();
    assert!(keys.len() > 4 && keys.iter().all(|key| *key == keys[0]), "one key for all attempts: {keys:?}");
    world.stop();
}

#[test]
fn the_static_site_has_a_file_for_each_event_and_changes_only_when_they_do() {
    let world = world();
    let ada = as_user(&world, "ada");
    let site = world.dir.path().join("site");
    let publish = || {
        let ended = run(script(&ada, "publish-feeds.sh", &[site.to_str().expect("a path")]));
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        let files = ["index.html", "ada/chat.ics"].map(|file| site.join(file));
        files.map(|file| {
            (std::fs::read(&file).expect("written"), std::fs::metadata(&file).expect("there").modified().ok())
        })
    };

    let (first, second) = (publish(), publish());

    assert!(String::from_utf8_lossy(&first[0].0).contains(r#"<a href="ada/chat.ics">ada/chat</a>"#));
    assert!(String::from_utf8_lossy(&first[1].0).contains("BEGIN:VEVENT"));
    assert_eq!(first, second);
    world.stop();
}

#[test]
fn a_command_runs_when_a_booking_appears() {
    let world = world();
    let log = world.dir.path().join("meetings.log");
    let mut command = script(&as_user(&world, "ada"), "on-booking.sh", &[]);
    command.env("ON_BOOKING_LOG", &log).env("ON_BOOKING_EVENT", "chat");
    command.env("ON_BOOKING_PLACE", world.dir.path().join("place"));
    // It comes when the stream is open.
    let place = || std::fs::metadata(world.dir.path().join("place")).is_ok();
    let mut watch = command.spawn().expect("it runs");
    eventually(place);

    world.done(&["--profile", "bob", "book", "ada/chat", "--at", "2026-12-01T10:00:00Z"]);

    let line = "booked ada/chat at 2026-12-01T10:00:00Z by bob\n";
    eventually(|| std::fs::read_to_string(&log).is_ok_and(|text| text == line));
    Command::new("kill").args(["-TERM", &watch.id().to_string()]).status().expect("kill runs");
    assert_eq!(watch.wait().expect("it ends").code(), Some(0));
    world.stop();
}

/// Waits until it holds. Nothing tells when another process has written a file.
fn eventually(holds: impl Fn() -> bool) {
    for _ in 0..3000 {
        if holds() {
            return;
        }
        std::thread::park_timeout(std::time::Duration::from_millis(10));
    }
    panic!("it did not come to that within 30 s");
}

#[test]
fn a_small_program_lists_open_slots() {
    let world = world();

    let printed = run_program("next_slots", &world, |command| command.output().expect("it runs"));

    let text = String::from_utf8(printed.stdout).expect("text");
    assert!(text.starts_with("2026-12-01T10:00:00+00:00 to 2026-12-01T11:00:00+00:00\n"), "{text}");
    assert_eq!(text.lines().count(), 5);
    world.stop();
}

#[test]
fn a_small_program_follows_an_event() {
    let world = world();

    let mut child = run_program("follow", &world, |command| command.stdout(Stdio::piped()).spawn().expect("it runs"));
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines().map_while(Result::ok);
    assert_eq!(lines.next().as_deref(), Some("listening"));
    world.done(&["--profile", "bob", "book", "ada/chat", "--at", "2026-12-01T10:00:00Z"]);
    assert!(lines.next().is_some_and(|line| line.starts_with("slots_changed ")));
    world.done(&["--profile", "ada", "event", "delete", "chat", "--yes", "--cancel-bookings"]);

    assert!(lines.any(|line| line.starts_with("event_deleted ")));
    assert!(child.wait().expect("it ends").success());
    world.stop();
}

fn run_program<T>(name: &str, world: &World, run: impl FnOnce(&mut Command) -> T) -> T {
    run(Command::new(program(name)).args([&world.address(), "ada", "chat"]).env_remove("MEETME_TOKEN"))
}

//! Transcripts against a server in this process, whose clock stands still.

use std::io::{Read, Write};
use std::process::{Command, Stdio};

use super::world::World;

/// Runs the transcripts that match `pattern` against a fresh server. `[SERVER]` stands for its address.
fn tell(pattern: &str) {
    let world = World::new();
    let transcripts = super::transcripts(world.dir.path());
    transcripts.env("MEETME_SERVER", world.address());
    transcripts.insert_var("[SERVER]", world.address()).expect("a name for the address");

    transcripts.case(pattern).run();

    world.stop();
}

#[test]
fn a_host_offers_and_a_guest_books() {
    tell("tests/cmd/story/booking.trycmd");
}

#[test]
fn an_account_is_opened_and_its_tokens_speak_for_it() {
    tell("tests/cmd/story/account.trycmd");
}

#[test]
fn times_around_a_change_of_the_clock_are_settled_before_they_are_sent() {
    tell("tests/cmd/story/clocks.trycmd");
}

#[test]
fn every_refusal_has_its_exit_code() {
    tell("tests/cmd/story/refusals.trycmd");
}

/// The README's transcript is a test like the others, between people who signed up before it begins.
#[test]
fn the_readme_tells_what_happens() {
    let world = World::at(Some("https://meet.example"));
    for (name, display_name, zone) in
        [("ada", "Ada L.", "Europe/Berlin"), ("bob", "bob", "America/New_York"), ("cleo", "cleo", "Europe/Berlin")]
    {
        let email = format!("{name}@example.org");
        world.done(&["--profile", name, "signup", name, "--email", &email, "--name", display_name, "--tz", zone]);
    }
    let transcripts = super::transcripts(world.dir.path());
    transcripts.env("MEETME_SERVER", world.address());

    transcripts.case("README.md").run();

    world.stop();
}

#[test]
fn the_demo_holds_and_tells_it_as_one_document_too() {
    let demo = Command::new(env!("CARGO_BIN_EXE_meetme")).args(["demo", "--json"]).output().expect("the binary runs");

    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    let told: serde_json::Value = serde_json::from_slice(&demo.stdout).expect("one document");
    let steps = told["steps"].as_array().expect("steps");
    let refused = steps.iter().flat_map(|step| step["outcome"].as_array().into_iter().flatten());
    let refused = refused.filter_map(|line| line.as_str()).filter(|line| line.contains("late.ics: 403, slot-taken"));
    assert!(steps.len() > 12 && refused.count() == 1, "{told}");
}

#[test]
fn addresses_are_told_and_changed() {
    tell("tests/cmd/story/addresses.trycmd");
}

#[test]
fn an_event_is_added_to_calendars_and_taken_out_again() {
    tell("tests/cmd/story/calendar.trycmd");
}

#[test]
fn an_apple_profile_is_written_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let world = World::new();
    world.done(&["signup", "ada", "--email", "ada@example.org", "--tz", "Europe/Berlin"]);
    let file = world.dir.path().join("ada.mobileconfig");

    world.done(&["token", "create", "--for", "calendar", "--mobileconfig", file.to_str().expect("a path in words")]);

    let profile = std::fs::read_to_string(&file).expect("a profile");
    assert!(profile.contains("/dav/principals/ada/") && profile.contains("<string>mmt_"), "{profile}");
    let mode = file.metadata().expect("its rights").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    world.stop();
}

#[test]
fn a_profile_that_cannot_be_written_leaves_no_token_behind() {
    let world = World::new();
    world.done(&["signup", "ada", "--email", "ada@example.org", "--tz", "Europe/Berlin"]);
    let file = world.dir.path().join("ada.mobileconfig");

    // No file may grow, and the process lives to hear of it.
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, "sh", env!("CARGO_BIN_EXE_meetme"), "token", "create", "--for", "calendar"]);
    command.arg("--mobileconfig").arg(&file);
    command.envs(super::environment(world.dir.path())).env("MEETME_SERVER", world.address());
    let ended = command.output().expect("a shell");

    let told = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.code() == Some(1) && told.contains("its token was revoked again"), "{ended:?}");
    assert!(ended.stdout.is_empty() && !file.exists(), "{ended:?}");
    assert!(!world.done(&["token", "list"]).contains("calendar"));
    world.stop();
}

#[test]
fn feeds_are_exported() {
    tell("tests/cmd/story/feed.trycmd");
}

#[test]
fn a_feed_that_would_not_change_is_left_alone() {
    let world = World::new();
    let dir = world.dir.path().join("public");
    let export = ["--json", "feed", "export", "--dir", dir.to_str().expect("a path")];
    world.done(&["signup", "ada", "--email", "ada@example.org"]);
    world.done(&["event", "create", "Chat", "--length", "1h", "--to", "2026-12-31", "--window", "tue 10-12"]);

    let (first, second) = (world.done(&export), world.done(&export));

    assert!(first.contains(r#""slots": 10"#) && first.contains(r#""changed": true"#), "{first}");
    assert!(second.contains(r#""changed": false"#), "{second}");
    assert!(dir.join("ada/chat.ics").is_file());
    world.stop();
}

#[test]
fn a_feed_is_exported_with_the_bytes_of_its_address() {
    let world = World::new();
    world.done(&["signup", "ada", "--email", "ada@example.org"]);
    world.done(&["event", "create", "Chat", "--length", "1h", "--to", "2026-12-31", "--window", "tue 10-12"]);

    let exported = world.done(&["feed", "export", "--stdout", "chat"]);

    let mut stream = std::net::TcpStream::connect(world.address().trim_start_matches("http://")).expect("it listens");
    let request = "GET /feeds/ada/chat.ics HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).expect("it is read");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("it answers");
    assert_eq!(answer.split_once("\r\n\r\n").map(|(_, body)| body), Some(exported.as_str()));
    world.stop();
}

#[test]
fn manual_pages_are_written_for_every_command() {
    let world = World::new();
    let dir = world.dir.path().join("man");

    let listed = world.done(&["man", dir.to_str().expect("a path")]);

    assert!(listed.lines().count() > 30, "{listed}");
    let page = std::fs::read_to_string(dir.join("meetme-watch.1")).expect("a page");
    assert!(page.contains(".TH meetme-watch 1") && page.contains("cursor\\-file"), "{page}");
    world.stop();
}

#[test]
fn a_password_is_read_from_stdin_and_a_wrong_one_is_refused() {
    let world = World::new();
    world.done(&["signup", "ada", "--email", "ada@example.org"]);
    let log_in = |password: &str| {
        let mut command = world.command(&["login", "ada", "--password-stdin"]);
        command.env_remove("MEETME_PASSWORD").stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().expect("the binary runs");
        child.stdin.take().expect("piped").write_all(password.as_bytes()).expect("it is read");
        child.wait().expect("it ends").code()
    };

    assert_eq!([log_in("correct horse\n"), log_in("wrong horse\n")], [Some(0), Some(4)]);
    world.stop();
}

#[test]
fn where_no_keyring_answers_the_file_takes_the_session() {
    let world = World::new();
    let alone = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        command.env_remove("MEETME_KEYRING").env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus");
        command.output().expect("the binary runs")
    };

    let signed_up = alone(&["--json", "signup", "ada", "--email", "ada@example.org"]);

    assert!(String::from_utf8_lossy(&signed_up.stdout).contains(r#""secret_store": "file""#));
    assert!(alone(&["whoami"]).status.success());
    world.stop();
}

#[test]
fn a_token_does_only_what_it_was_made_for() {
    let world = World::new();
    world.done(&["signup", "ada", "--email", "ada@example.org"]);
    let token = world.done(&["token", "create", "cron", "--scope", "read"]);
    let with_token = |arguments: &[&str]| {
        let mut command = world.command(arguments);
        command.env("MEETME_TOKEN", token.trim()).output().expect("the binary runs").status.code()
    };

    let ended = [
        with_token(&["agenda"]),
        with_token(&["event", "create", "Chat", "--length", "30m"]),
        with_token(&["token", "create", "more", "--scope", "host"]),
    ];

    assert_eq!(ended, [Some(0), Some(4), Some(4)]);
    world.stop();
}

#[test]
fn everything_of_ones_own_is_exported_to_a_file_or_to_stdout() {
    let world = World::new();
    world.sign_up("ada", "Europe/Berlin");
    world.done(&["--profile", "ada", "event", "create", "Chat", "--length", "30m", "--window", "tue 10-12"]);
    let file = world.dir.path().join("me.ics");

    let json = world.done(&["--profile", "ada", "export"]);
    let told = world.done(&["--profile", "ada", "export", "--ics", "-o", file.to_str().expect("a path")]);

    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!((&json["user"]["username"], &json["events"][0]["event"]["slug"]), (&"ada".into(), &"chat".into()));
    let ics = std::fs::read_to_string(&file).expect("a file");
    assert_eq!(told, format!("{}  {} bytes\n", file.display(), ics.len()));
    assert!(ics.starts_with("BEGIN:VCALENDAR\r\n") && ics.ends_with("END:VCALENDAR\r\n"), "{ics}");
    world.stop();
}

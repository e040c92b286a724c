//! `meetme call` as scripts use it: two processes over the real relay, and how it ends when it cannot be.

use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};

use super::world::World;

/// Ada and Bob with a booking of half an hour that starts in so many minutes; its id.
pub(super) fn booking(world: &World, in_minutes: i64) -> String {
    world.sign_up("ada", "UTC");
    world.sign_up("bob", "UTC");
    let now: chrono::DateTime<chrono::Utc> = super::NOW.parse().expect("an instant");
    let start = now + chrono::TimeDelta::minutes(in_minutes);
    let window = format!("{} {}-{}", start.format("%Y-%m-%d"), start.format("%H:%M"), "23:00");
    let create = ["event", "create", "Talk", "--slug", "talk", "--length", "30m", "--window"];
    world.done(&[&["--profile", "ada"], &create[..], &[&window]].concat());
    let at = start.format("%Y-%m-%dT%H:%M:%SZ").to_string();
    let booked = world.done(&["--json", "--profile", "bob", "book", "ada/talk", "--at", &at]);
    let booked: Value = serde_json::from_str(&booked).expect("a booking");
    booked["id"].as_str().expect("an id").to_owned()
}

pub(super) fn call(world: &World, who: &str, arguments: &[&str]) -> Command {
    let mut command = world.command(&[&["--json", "--profile", who, "call"], arguments].concat());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn ended(command: &mut Command) -> Output {
    command.output().expect("the binary runs")
}

fn error(output: &Output) -> Value {
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().last().unwrap_or_default();
    serde_json::from_str::<Value>(line).unwrap_or_else(|_| panic!("{text}"))["error"].clone()
}

/// The last event that a call told and that is looked for.
fn find(output: &Output, is_it: impl Fn(&Value) -> bool) -> Value {
    let text = String::from_utf8_lossy(&output.stdout);
    let events = text.lines().map(|line| serde_json::from_str::<Value>(line).expect("one event a line"));
    let why = String::from_utf8_lossy(&output.stderr);
    events.rev().find(is_it).unwrap_or_else(|| panic!("not told: {text}{why}"))
}

/// The last event of a name that a call told.
pub(super) fn last(output: &Output, name: &str) -> Value {
    find(output, |event| event["event"] == name)
}

/// Both stay for a few seconds; what each of them told.
fn meet(world: &World, id: &str, more: &[&str]) -> [Output; 2] {
    let arguments = [&[id, "--headless", "--loopback-only", "--for", "7s"], more].concat();
    let both = ["ada", "bob"].map(|who| call(world, who, &arguments).spawn().expect("the binary runs"));
    both.map(|child| child.wait_with_output().expect("it ends"))
}

#[test]
fn two_processes_meet_over_the_real_relay() {
    let world = World::new();
    let id = booking(&world, 5);

    let both = meet(&world, &id, &[]);

    for output in &both {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let ended = last(output, "ended");
        assert!(ended["frames_counted"].as_u64().is_some_and(|frames| frames > 15), "{ended}");
        assert!(ended["audio_ms_received"].as_u64().is_some_and(|heard| heard > 500), "{ended}");
    }
    let [ada, bob] = both.map(|output| last(&output, "phrase"));
    assert_eq!(ada["words"], bob["words"]);
}

#[test]
fn two_processes_meet_through_turn_alone() {
    let world = World::with_turn();
    let id = booking(&world, 5);

    let both = meet(&world, &id, &["--relay-only"]);

    for output in &both {
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let ended = last(output, "ended");
        assert!(ended["frames_counted"].as_u64().is_some_and(|frames| frames > 15), "{ended}");
        let connected = find(output, |event| event["event"] == "state" && event["state"] == "connected");
        assert_eq!((&connected["route"], &connected["pair"]["local"]), (&json!("relayed"), &json!("relay")));
        assert_eq!(last(output, "stats")["pair"], json!({"local": "relay", "remote": "relay"}));
    }
    // Pictures and sound of some seconds went through it.
    assert!(world.relayed() > 50_000, "{}", world.relayed());
}

#[test]
fn before_it_opens_a_call_ends_with_the_time_at_which_it_does() {
    let world = World::new();
    let id = booking(&world, 60);

    for booking in [&id, "next"] {
        let output = ended(&mut call(&world, "bob", &[booking, "--headless"]));

        assert_eq!(output.status.code(), Some(7));
        let error = error(&output);
        assert_eq!((&error["code"], &error["opens_at"]), (&json!("call-not-open"), &json!("2026-11-30T09:50:00Z")));
    }
}

#[test]
fn somebody_else_finds_no_call() {
    let world = World::new();
    let id = booking(&world, 5);
    world.sign_up("eve", "UTC");

    assert_eq!(ended(&mut call(&world, "eve", &[&id, "--headless"])).status.code(), Some(5));
    assert_eq!(ended(&mut call(&world, "eve", &["next", "--headless"])).status.code(), Some(5));
}

#[test]
fn what_cannot_be_sent_or_written_is_said_before_anybody_is_called() {
    let world = World::new();
    let id = booking(&world, 5);

    let written = ended(&mut call(&world, "ada", &[&id, "--headless", "--record", "/nowhere/talk.mkv"]));
    let sent = ended(&mut call(&world, "ada", &[&id, "--headless", "--source", "/nowhere/clip.y4m"]));

    assert_eq!((written.status.code(), sent.status.code()), (Some(2), Some(2)));
    assert!(error(&written)["detail"].as_str().is_some_and(|detail| detail.contains("/nowhere/talk.mkv")));
    assert!(written.stdout.is_empty() && sent.stdout.is_empty());
}

#[test]
fn a_source_that_is_none_is_named_with_what_is_wrong_with_it() {
    let world = World::new();
    let id = booking(&world, 5);
    let film = world.dir.path().join("film.mp4");
    std::fs::write(&film, "no film at all").expect("it can be written");
    let film = film.to_str().expect("a plain name");
    let directory = world.dir.path().to_str().expect("a plain name");
    let said = |arguments: &[&str], path: Option<&str>| {
        let mut command = call(&world, "ada", &[&[id.as_str(), "--headless"], arguments].concat());
        if let Some(path) = path {
            command.env("PATH", path);
        }
        let output = ended(&mut command);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        String::from_utf8_lossy(&output.stderr).into_owned()
    };

    let without_ffmpeg = said(&["--source", film], Some("/nowhere"));
    assert!(without_ffmpeg.contains("ffmpeg") && without_ffmpeg.contains("film.mp4"), "{without_ffmpeg}");
    // With or without it this is no film.
    assert!(said(&["--source", film], None).contains("film.mp4"));
    assert!(said(&["--source", "card:640x360@900"], None).contains("pictures a second"));
    assert!(said(&["--source", "card:641x360"], None).contains("even"));
    assert!(said(&["--source", directory], None).contains(directory));
    assert!(said(&["--record", directory], None).contains(directory));
}

/// What a check calls them.
const DEVICES: &[&str] = &["device", "camera", "sound", "microphone", "speaker"];

#[test]
fn a_check_says_what_there_is() {
    let (without, with) = (World::new(), World::with_turn());
    for world in [&without, &with] {
        world.sign_up("ada", "UTC");
    }
    let check = |world: &World| {
        let output = ended(&mut call(world, "ada", &["--check"]));
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        let checked: Value = serde_json::from_slice(&output.stdout).expect("one document");
        let checks = checked["checks"].as_array().expect("a list").clone();
        // Which devices there are is this machine's business.
        let of_the_way = checks.iter().filter(|check| !DEVICES.contains(&check["what"].as_str().expect("a name")));
        of_the_way.map(|check| check["how"].as_str().expect("a word").to_owned()).collect::<Vec<_>>()
    };

    assert_eq!(check(&without), ["good", "good", "doubtful"]);
    assert_eq!(check(&with), ["good", "good", "good", "good"]);
}

//! `meetme call` in lines: a whole call of two processes, and what is said before one begins.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::call::booking;
use super::programs::{Pulse, eventually};
use super::world::World;

/// Far more than anything here takes.
const LONG: Duration = Duration::from_secs(40);
/// A picture that costs little.
const CARD: &str = "card:192x144@5";

/// Somebody in a call who reads and writes lines.
pub(super) struct Sitting {
    child: Child,
    keys: ChildStdin,
    lines: Receiver<String>,
    heard: Vec<String>,
}

impl Sitting {
    pub(super) fn start(world: &World, who: &str, arguments: &[&str]) -> Self {
        Self::start_at(world, who, super::NOW, arguments)
    }

    fn start_at(world: &World, who: &str, now: &str, arguments: &[&str]) -> Self {
        let arguments = [&["--profile", who, "call"], arguments, &["--loopback-only", "--speaker", "none"]].concat();
        let mut command = world.command(&arguments);
        command.env("MEETME_NOW", now).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the binary runs");
        let keys = child.stdin.take().expect("piped");
        let (tell, lines) = channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().expect("piped")), Box::new(child.stderr.take().expect("piped"))];
        for stream in streams {
            let tell = tell.clone();
            std::thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    if tell.send(line).is_err() {
                        return;
                    }
                }
            });
        }
        Self { child, keys, lines, heard: Vec::new() }
    }

    fn says(&mut self, line: &str) {
        writeln!(self.keys, "{line}").and_then(|()| self.keys.flush()).expect("it is read");
    }

    /// The first line with these words, now or before.
    pub(super) fn hears(&mut self, words: &str) -> String {
        let mut from = 0;
        loop {
            if let Some(line) = self.heard[from..].iter().find(|line| line.contains(words)) {
                return line.clone();
            }
            from = self.heard.len();
            match self.lines.recv_timeout(LONG) {
                Ok(line) => self.heard.push(line),
                Err(_) => panic!("`{words}` is not said, but: {:#?}", self.heard),
            }
        }
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// How it ended, and everything it said.
    fn ends(mut self) -> (ExitStatus, Vec<String>) {
        let status = self.child.wait().expect("it ends");
        let mut heard = std::mem::take(&mut self.heard);
        heard.extend(self.lines.iter());
        (status, heard)
    }
}

/// A test that fails leaves nothing behind.
impl Drop for Sitting {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

#[test]
fn a_whole_call_goes_by_lines() {
    let world = World::new();
    let id = booking(&world, 5);
    let kept = tempfile::tempdir().expect("a directory");
    let (kept, arrived) = (kept.path(), kept.path().join("arrived"));
    let exec = format!("echo \"$MEETME_PEER $MEETME_BOOKING\" >'{}'", arrived.display());

    let mut ada = Sitting::start(&world, "ada", &[&id, "--plain", "--source", CARD, "--exec", &exec]);
    ada.hears("bob: waiting for bob");
    assert!(!arrived.exists(), "nobody has arrived");
    // Without a terminal there are lines by themselves.
    let keep = kept.display().to_string();
    let mut bob = Sitting::start(&world, "bob", &[&id, "--camera", "none", "--microphone", "none", "--keep", &keep]);
    bob.hears("* camera: none");
    bob.hears("* microphone: none");
    ada.hears("* the other one is there");
    ada.hears("bob: connected, direct");
    bob.hears("ada: connected, direct");
    assert_eq!(ada.hears("phrase: "), bob.hears("phrase: "));
    eventually("the command of --exec", || {
        fs::read_to_string(&arrived).ok().filter(|text| *text == format!("bob {id}\n"))
    });

    ada.says("say hello \u{1b}[2J\u{202e}there\u{9b}31m");
    bob.hears("ada: hello [2Jthere31m");
    bob.says("say and you?");
    ada.hears("bob: and you?");
    ada.says("mute");
    ada.hears("now: muted");
    ada.says("unmute");
    ada.hears("no longer: muted");
    ada.says("camera off");
    ada.hears("now: camera off");
    ada.says("camera on");
    ada.hears("no longer: camera off");
    ada.says("quality least");
    ada.hears("quality: least");
    ada.says("dance");
    ada.hears("there is no command “dance”; `help` lists them");
    ada.says("help");
    ada.hears("hang up: end the call; ctrl-c at once");
    ada.says("status");
    ada.hears("since 0:");

    let content: Vec<u8> = (0..40_000_u32).flat_map(u32::to_be_bytes).collect();
    for name in ["notes.bin", "more.bin"] {
        fs::write(world.dir.path().join(name), &content).expect("it is written");
    }
    ada.says(&format!("send {}", world.dir.path().join("notes.bin").display()));
    bob.hears("ada offers notes.bin (160 KB): `take` or `refuse`");
    bob.says("take");
    bob.hears(&format!("notes.bin has arrived: {}", kept.join("notes.bin").display()));
    ada.hears("notes.bin was sent, and has arrived whole");
    assert!(fs::read(kept.join("notes.bin")).expect("it is kept") == content);
    ada.says(&format!("send {}", world.dir.path().join("more.bin").display()));
    bob.hears("ada offers more.bin");
    bob.says("refuse");
    ada.hears("more.bin was not taken: refused");
    assert!(!kept.join("more.bin").exists());

    bob.says("record on");
    let recording = kept.join("call 2026-11-30 09.05.mkv");
    bob.hears(&format!("it is recorded to {}", recording.display()));
    eventually("pictures in the recording", || {
        fs::read(&recording).ok().filter(|written| written.len() > 4000 && contains(written, b"V_MPEG4/ISO/AVC"))
    });
    ada.hears("now: the other records");
    bob.says("record off");
    bob.hears("no longer: recording");
    ada.hears("no longer: the other records");

    bob.says("hang up");
    for sitting in [ada, bob] {
        let (status, heard) = sitting.ends();
        assert_eq!(status.code(), Some(0), "{heard:#?}");
        assert!(heard.iter().any(|line| line == "ended: hung up"), "{heard:#?}");
        assert!(!heard.iter().any(|line| line.contains(char::is_control)), "{heard:#?}");
    }
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn who_waits_is_rung_when_the_call_opens() {
    let world = World::new();
    let id = booking(&world, 60);
    let waits = [id.as_str(), "--wait", "--source", CARD];
    // By its own clock it opens in a second: so it looks again and again.
    let mut ada = Sitting::start_at(&world, "ada", "2026-11-30T09:49:59Z", &waits);
    let mut bob = Sitting::start_at(&world, "bob", "2026-11-30T09:49:59Z", &waits);
    ada.hears("waiting: the call opens at ");
    bob.hears("waiting: the call opens at ");
    bob.signal("-TERM");
    assert_eq!(bob.ends().0.signal(), Some(15), "nothing holds who only waits");

    world.set_clock("2026-11-30T09:50:00Z");

    ada.hears("the call is open");
    ada.hears("bob: waiting for bob");
    ada.signal("-TERM");
    let (status, heard) = ada.ends();
    assert_eq!(status.code(), Some(0), "{heard:#?}");
}

#[test]
fn what_is_named_and_not_there_is_said_before_anybody_waits() {
    let Some(server) = Pulse::start() else { return };
    let world = World::new();
    let id = booking(&world, 60);
    let refused = |arguments: &[&str]| {
        let arguments = [&["--profile", "ada", "call", &id, "--wait"], arguments].concat();
        let mut command = world.command(&arguments);
        let output = command.env("PULSE_SERVER", format!("unix:{}", server.socket().display())).output();
        let output = output.expect("the binary runs");
        let error = String::from_utf8(output.stderr).expect("text");
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{error}");
        error
    };

    let error = refused(&["--camera", "/dev/video99"]);
    assert!(error.contains("there is no camera `/dev/video99`"), "{error}");
    let error = refused(&["--camera", "none", "--microphone", "headset"]);
    assert!(error.contains("there is no microphone `headset`; there is `room.monitor` ("), "{error}");
    let error = refused(&["--camera", "none", "--speaker", "beside"]);
    assert!(error.contains("there is no speaker `beside`; there is `room` ("), "{error}");
    let error = refused(&["--keep", "/nowhere"]);
    assert!(error.contains("nothing can be kept in /nowhere"), "{error}");
    let error = refused(&["--record", "/nowhere/talk.mkv"]);
    assert!(error.contains("nothing can be kept in /nowhere"), "{error}");
}

#[test]
fn a_call_that_nobody_joined_ends_as_one_that_never_connected() {
    let world = World::new();
    let id = booking(&world, 5);
    let (status, heard) = Sitting::start(&world, "ada", &[&id, "--source", "none", "--for", "1s"]).ends();
    assert_eq!(status.code(), Some(1), "{heard:#?}");
    assert!(heard.iter().any(|line| line.contains("the call never connected")), "{heard:#?}");
}

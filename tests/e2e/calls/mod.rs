//! Calls between processes as people start them, over servers as they are installed.

mod media;
mod nat;
mod nodes;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use meetme_server::clock::Stopwatch;
use serde_json::Value;
use tempfile::TempDir;

/// How long anything may take that must come.
const PATIENCE: Duration = Duration::from_secs(60);

/// Ada and Bob, who have a booking whose call is open.
struct People {
    /// Their settings.
    dir: TempDir,
    booking: String,
}

impl People {
    /// Opens their accounts and makes the booking. `run` runs the binary where it reaches the server.
    fn meet(run: impl Fn(&str) -> Command) -> Self {
        let mut people = Self { dir: tempfile::tempdir().expect("a directory"), booking: String::new() };
        let done = |who: &str, arguments: &[&str]| {
            let mut command = people.at_home(run(who));
            let ended = command.args(["--json", "--profile", who]).args(arguments).output().expect("the binary runs");
            assert!(ended.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ended.stderr));
            serde_json::from_slice::<Value>(&ended.stdout).expect("one document")
        };
        for who in ["ada", "bob"] {
            done(who, &["signup", who, "--email", &format!("{who}@example.org"), "--tz", "UTC"]);
        }
        // The next slot begins within five minutes, and its call has been open for some.
        done("ada", &["event", "create", "Talk", "--slug", "talk", "--length", "5m", "--window", "mon-sun 0:00-24:00"]);
        let booked = done("bob", &["book", "ada/talk", "--first"]);
        booked["id"].as_str().expect("an id").clone_into(&mut people.booking);
        people
    }

    /// One of the two in the call.
    fn call(&self, run: impl Fn(&str) -> Command, who: &str, arguments: &[&str]) -> Running {
        let mut command = self.at_home(run(who));
        command.args(["--json", "--profile", who, "call", &self.booking, "--headless"]).args(arguments);
        Running::start(command)
    }

    fn at_home(&self, mut command: Command) -> Command {
        let home = self.dir.path();
        command.env("MEETME_CONFIG_DIR", home).env("HOME", home).env("MEETME_KEYRING", "off").env("TZ", "UTC");
        command.env("MEETME_PASSWORD", "correct horse").stdin(Stdio::null());
        command
    }
}

/// A call that goes on in a process of its own; ends with its owner.
struct Running {
    process: Child,
    lines: mpsc::Receiver<Value>,
    seen: Vec<Value>,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        let told = BufReader::new(process.stdout.take().expect("it is piped"));
        let (to_test, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in told.lines() {
                let event = serde_json::from_str(&line.expect("text")).expect("one event a line");
                if to_test.send(event).is_err() {
                    return;
                }
            }
        });
        Self { process, lines, seen: Vec::new() }
    }

    /// Waits for an event.
    fn until(&mut self, what: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let watch = Stopwatch::start();
        loop {
            match self.lines.recv_timeout(PATIENCE.saturating_sub(watch.elapsed())) {
                Ok(event) => {
                    self.seen.push(event.clone());
                    if is_it(&event) {
                        return event;
                    }
                }
                Err(_) => {
                    let complaint = self.complaint();
                    panic!("no {what}: {:#?}{complaint}", self.seen);
                }
            }
        }
    }

    /// Waits until it is connected, and gives that event.
    fn connected(&mut self) -> Value {
        self.until("connection", |event| event["event"] == "state" && event["state"] == "connected")
    }

    /// Waits until more pictures were seen than so many, and gives their number.
    fn pictures(&mut self, more_than: u64) -> u64 {
        let counted = |event: &Value| event["frames_counted"].as_u64().filter(|_| event["event"] == "stats");
        let event = self.until("pictures", |event| counted(event).is_some_and(|frames| frames > more_than));
        counted(&event).expect("it was looked at")
    }

    /// What it said on the way out, if it is out.
    fn complaint(&mut self) -> String {
        // Nobody waits for it any more.
        let _ = self.process.kill();
        let mut text = String::new();
        if let Some(said) = self.process.stderr.take() {
            let lines = BufReader::new(said).lines();
            text.extend(lines.map_while(Result::ok).map(|line| format!("\n{line}")));
        }
        text
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

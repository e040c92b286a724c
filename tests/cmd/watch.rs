//! `meetme watch` against servers that stay, and against one that is killed and comes back.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::world::World;

/// Far more than anything here takes.
const LONG: Duration = Duration::from_secs(30);

/// A watch that runs, and what it says.
struct Watching {
    child: Child,
    lines: Receiver<String>,
    notes: Receiver<String>,
}

impl Watching {
    /// Starts it, and waits until its stream is open.
    fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the binary runs");
        let lines = lines_of(child.stdout.take().expect("piped"));
        let notes = lines_of(child.stderr.take().expect("piped"));
        let watching = Self { child, lines, notes };
        watching.hears("watching ");
        watching
    }

    /// The next change.
    fn next(&self) -> Value {
        let line = self.lines.recv_timeout(LONG).expect("a change comes");
        serde_json::from_str(&line).unwrap_or_else(|_| panic!("no JSON: {line}"))
    }

    /// Waits for a note that begins so.
    fn hears(&self, beginning: &str) -> String {
        loop {
            let note = self.notes.recv_timeout(LONG).unwrap_or_else(|_| panic!("nothing is said of `{beginning}`"));
            if note.starts_with(beginning) {
                return note;
            }
        }
    }

    /// Tells it to stop, and gives how it ended and what it still said.
    fn stop(mut self) -> (Option<i32>, Vec<String>) {
        let id = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &id]).status().expect("kill runs");
        let code = self.child.wait().expect("it ends").code();
        (code, self.lines.iter().collect())
    }
}

/// A test that fails leaves nothing behind.
impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

fn lines_of(stream: impl Read + Send + 'static) -> Receiver<String> {
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    told
}

/// Ada offers 30 minutes every day from nine to twelve, UTC; Bob is there as well.
fn offer(done: impl Fn(&[&str]) -> String) {
    for name in ["ada", "bob"] {
        let email = format!("{name}@example.org");
        done(&["--profile", name, "signup", name, "--email", &email, "--tz", "UTC"]);
    }
    let window = "daily 9-12";
    done(&[
        "--profile",
        "ada",
        "event",
        "create",
        "Chat",
        "--length",
        "30m",
        "--from",
        "2099-12-01",
        "--window",
        window,
    ]);
}

fn book(done: impl Fn(&[&str]) -> String, at: &str) -> String {
    let booked = done(&["--json", "--profile", "bob", "book", "ada/chat", "--at", at]);
    id_of(&serde_json::from_str(&booked).expect("JSON"))
}

fn id_of(booking: &Value) -> String {
    booking["id"].as_str().expect("an id").to_owned()
}

fn world() -> World {
    let world = World::new();
    offer(|arguments| world.done(arguments));
    world
}

#[test]
fn a_host_sees_who_books_as_one_line_of_json() {
    let world = world();
    let watching = Watching::start(world.command(&["--json", "--profile", "ada", "watch", "chat"]));

    let booking = book(|arguments| world.done(arguments), "2099-12-01T09:00:00Z");

    let change = watching.next();
    assert_eq!((&change["kind"], id_of(&change["booking"])), (&Value::from("booked"), booking));
    assert_eq!(watching.stop(), (Some(0), vec![]));
    world.stop();
}

#[test]
fn a_stranger_sees_a_slot_go_and_nobody_in_it() {
    let world = world();
    let mut command = world.command(&["watch", "ada/chat", "--tz", "Europe/Berlin"]);
    command.args(["--once", "--for", "30s"]);
    let watching = Watching::start(command);

    book(|arguments| world.done(arguments), "2099-12-01T09:00:00Z");

    let line = watching.lines.recv_timeout(LONG).expect("a line");
    assert_eq!(line, "10:00:00  slots_changed  ada/chat  Tue 2099-12-01 10:00-10:30");
    world.stop();
}

#[test]
fn a_guest_sees_what_happens_to_all_that_is_theirs() {
    let world = world();
    let done = |arguments: &[&str]| world.done(arguments);
    let watching = Watching::start(world.command(&["--json", "--profile", "bob", "watch"]));

    let booking = book(done, "2099-12-01T09:00:00Z");
    done(&["--profile", "ada", "event", "edit", "chat", "--title", "Talk"]);
    done(&["--profile", "ada", "cancel", &booking]);
    done(&["--profile", "bob", "event", "create", "Tea", "--length", "30m"]);

    let kinds = [0; 3].map(|_| watching.next()["kind"].as_str().map(str::to_owned));
    assert_eq!(kinds, ["booked", "cancelled", "event_created"].map(|kind| Some(kind.to_owned())));
    assert_eq!(watching.stop(), (Some(0), vec![]));
    world.stop();
}

#[test]
fn only_what_is_asked_for_is_told_and_the_place_moves_past_the_rest() {
    let world = world();
    let file = world.dir.path().join("place");
    let done = |arguments: &[&str]| world.done(arguments);
    let arguments = ["--json", "--profile", "ada", "watch", "chat", "--only", "cancelled", "--once", "--cursor-file"];
    let arguments = [&arguments[..], &[file.to_str().expect("a path")]].concat();
    let mut watching = Watching::start(world.command(&arguments));

    let booking = book(done, "2099-12-01T09:00:00Z");
    done(&["--profile", "bob", "cancel", &booking]);

    assert_eq!(watching.next()["kind"], "cancelled");
    assert_eq!(watching.child.wait().expect("it ends").code(), Some(0));
    world.stop();
}

#[test]
fn a_watch_that_sees_nothing_in_its_time_says_so() {
    let world = world();
    let ended = |arguments: &[&str]| {
        let arguments = [&["watch", "ada/chat", "--for", "1s"], arguments].concat();
        world.command(&arguments).output().expect("the binary runs").status.code()
    };

    assert_eq!([ended(&[]), ended(&["--once"])], [Some(0), Some(7)]);
    world.stop();
}

#[test]
fn a_command_is_told_each_change_and_may_fail_or_hang() {
    let world = world();
    let done = |arguments: &[&str]| world.done(arguments);
    let log = world.dir.path().join("log");
    let script = format!(
        "cat >> {0}; echo \"$MEETME_CHANGE_KIND $MEETME_CHANGE_EVENT $MEETME_CHANGE_GUEST $MEETME_CHANGE_START\" >> {0}
        case $MEETME_CHANGE_START in *T09:00*) exit 3;; *T10:00*) sleep 600 & sleep 600;; esac",
        log.display()
    );
    let arguments = ["--json", "--profile", "ada", "watch", "chat", "--exec-timeout", "1s", "--exec", &script];
    let watching = Watching::start(world.command(&arguments));

    for at in ["2099-12-01T09:00:00Z", "2099-12-01T10:00:00Z", "2099-12-01T11:00:00Z"] {
        book(done, at);
    }
    let failed = watching.hears(r#"{"warning""#);
    let hung = watching.hears(r#"{"warning""#);
    let cursors: Vec<Value> = (0..3).map(|_| watching.next()["cursor"].clone()).collect();
    let (code, rest) = watching.stop();

    assert!(failed.contains("exit status: 3; the watch goes on"), "{failed}");
    assert!(hung.contains("longer than 1s; the watch goes on"), "{hung}");
    assert_eq!((code, rest), (Some(0), vec![]));
    let told = std::fs::read_to_string(&log).expect("the command wrote");
    let lines: Vec<&str> = told.lines().collect();
    let read = |line: &str| serde_json::from_str::<Value>(line).expect("JSON")["cursor"].clone();
    assert_eq!(lines.iter().step_by(2).map(|line| read(line)).collect::<Vec<_>>(), cursors);
    assert_eq!(lines[5], "booked ada/chat bob 2099-12-01T11:00:00Z");
    world.stop();
}

#[test]
fn a_command_that_fails_is_how_a_watch_for_one_change_ends_and_the_change_is_told_again() {
    let world = world();
    let place = world.dir.path().join("place").display().to_string();
    let once = |script: &str, more: &[&str]| {
        let arguments = ["--json", "--profile", "ada", "watch", "chat", "--once", "--cursor-file", &place];
        Watching::start(world.command(&[&arguments[..], &["--exec", script], more].concat()))
    };
    let ended = |watching: &mut Watching| {
        let change = watching.next()["cursor"].clone();
        let code = watching.child.wait().expect("it ends").code();
        (change, code, watching.notes.iter().collect::<Vec<_>>().join("\n"))
    };

    let mut failing = once("exit 3", &[]);
    book(|arguments| world.done(arguments), "2099-12-01T09:00:00Z");
    let failed = ended(&mut failing);
    let hung = ended(&mut once("sleep 600", &["--exec-timeout", "1s"]));
    let well = ended(&mut once("exit 0", &[]));

    assert_eq!((failed.1, hung.1, well.1), (Some(1), Some(1), Some(0)));
    assert!(failed.2.contains(r#""code":"command-failed""#) && failed.2.contains("exit status: 3"), "{}", failed.2);
    assert!(hung.2.contains("longer than 1s"), "{}", hung.2);
    assert_eq!((&failed.0, &failed.0), (&hung.0, &well.0), "until it went well");
    world.stop();
}

#[test]
fn a_watch_that_is_killed_in_a_command_runs_it_again() {
    let world = world();
    let done = |arguments: &[&str]| world.done(arguments);
    let [log, place] = ["log", "place"].map(|name| world.dir.path().join(name).display().to_string());
    let script = format!("echo $MEETME_CHANGE_BOOKING >> {log}; [ $(wc -l < {log}) -gt 1 ] || kill -KILL $PPID");
    let arguments = ["--profile", "ada", "watch", "chat", "--cursor-file", &place, "--exec", &script];
    let mut watching = Watching::start(world.command(&arguments));
    let booking = book(done, "2099-12-01T09:00:00Z");
    assert_eq!(watching.child.wait().expect("it ends").code(), None);

    let mut again = Watching::start(world.command(&[&arguments[..], &["--once"]].concat()));

    assert_eq!(again.child.wait().expect("it ends").code(), Some(0));
    assert_eq!(std::fs::read_to_string(&log).expect("written"), format!("{booking}\n{booking}\n"));
    world.stop();
}

#[test]
fn a_place_in_another_life_of_the_database_is_told_as_reset() {
    let world = world();
    let file = world.dir.path().join("place");
    let place = format!(r#"{{"server":"{}","event":"ada/chat","cursor":"1-1"}}"#, world.address());
    std::fs::write(&file, place).expect("written");
    let arguments = ["--json", "watch", "ada/chat", "--cursor-file", file.to_str().expect("a path")];

    let watching = Watching::start(world.command(&arguments));

    assert_eq!(watching.next()["kind"], "reset");
    assert_eq!(watching.stop().0, Some(0));
    world.stop();
}

#[test]
fn a_place_in_another_log_is_a_mistake() {
    let world = world();
    let file = world.dir.path().join("place");
    let place = format!(r#"{{"server":"{}","event":"bob/other","cursor":"1-1"}}"#, world.address());
    std::fs::write(&file, place).expect("written");

    let arguments = ["watch", "ada/chat", "--cursor-file", file.to_str().expect("a path")];
    let ended = world.command(&arguments).output().expect("the binary runs");

    assert_eq!(ended.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&ended.stderr).contains("the place of another watch: bob/other"));
    world.stop();
}

#[test]
fn an_event_that_goes_away_ends_its_watch() {
    let world = world();
    let mut watching = Watching::start(world.command(&["--json", "watch", "ada/chat"]));

    world.done(&["--profile", "ada", "event", "delete", "chat", "--yes"]);

    assert_eq!(watching.next()["kind"], "event_deleted");
    assert_eq!(watching.child.wait().expect("it ends").code(), Some(5));
    world.stop();
}

#[test]
fn an_event_that_is_not_there_is_not_waited_for() {
    let world = world();

    let ended = world.command(&["watch", "ada/nothing"]).output().expect("the binary runs");

    assert_eq!(ended.status.code(), Some(5));
    world.stop();
}

/// A server of its own process, so that it can be killed.
struct Node {
    child: Child,
    address: SocketAddr,
    _stdout: BufReader<ChildStdout>,
}

impl Node {
    fn start(dir: &Path, listen: &str) -> Self {
        let data = dir.join("data").display().to_string();
        let mut command = Command::new(env!("CARGO_BIN_EXE_meetme"));
        command.envs(super::environment(dir)).env("MEETME_RATE_LIMITS", "off").stdout(Stdio::piped());
        command.stderr(Stdio::null()).args(["serve", "--listen", listen, "--data", &data]);
        let mut child = command.spawn().expect("the binary runs");
        let mut stdout = BufReader::new(child.stdout.take().expect("piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it says where it listens");
        let address = line.trim_end().trim_end_matches(')').rsplit(' ').next().and_then(|text| text.parse().ok());
        Self { child, address: address.unwrap_or_else(|| panic!("no address: {line}")), _stdout: stdout }
    }

    fn kill(mut self) {
        self.child.kill().expect("it runs");
        self.child.wait().expect("it ends");
    }

    /// Ends it as a supervisor does: it sends its streams elsewhere.
    fn stop(mut self) {
        Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().expect("kill runs");
        assert!(self.child.wait().expect("it ends").success());
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.child.kill();
    }
}

/// A watch of Ada's event on a server that may be away.
fn watch_of(dir: &TempDir, address: SocketAddr, more: &[&str]) -> Command {
    let place = dir.path().join("place").display().to_string();
    let mut command = client(dir, address);
    command.args(["--json", "--profile", "ada", "watch", "chat", "--cursor-file", &place]).args(more);
    command
}

fn client(dir: &TempDir, address: SocketAddr) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meetme"));
    command.envs(super::environment(dir.path())).env("MEETME_SERVER", format!("http://{address}"));
    command
}

#[test]
fn a_watch_goes_on_when_the_server_was_killed_or_stopped_and_misses_and_repeats_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let node = Node::start(dir.path(), "127.0.0.1:0");
    let address = node.address;
    let done = |arguments: &[&str]| {
        let ended = client(&dir, address).args(arguments).output().expect("the binary runs");
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        String::from_utf8(ended.stdout).expect("text")
    };
    offer(done);
    let watching = Watching::start(watch_of(&dir, address, &[]));

    let mut booked: Vec<String> =
        ["09:00", "09:30", "10:00"].map(|at| book(done, &format!("2099-12-01T{at}:00Z"))).into();
    node.kill();
    watching.hears("the connection to");
    let node = Node::start(dir.path(), &address.to_string());
    booked.extend(["10:30", "11:00"].map(|at| book(done, &format!("2099-12-01T{at}:00Z"))));
    watching.hears("the server is there again");
    node.stop();
    watching.hears("cannot reach");
    let node = Node::start(dir.path(), &address.to_string());
    booked.push(book(done, "2099-12-02T09:00:00Z"));
    let seen: Vec<String> = (0..6).map(|_| id_of(&watching.next()["booking"])).collect();
    let (code, rest) = watching.stop();
    let missed = book(done, "2099-12-01T11:30:00Z");
    let later = Watching::start(watch_of(&dir, address, &["--once"]));
    let last = id_of(&later.next()["booking"]);

    assert_eq!((seen, code, rest), (booked, Some(0), vec![]));
    assert_eq!(last, missed);
    node.kill();
}

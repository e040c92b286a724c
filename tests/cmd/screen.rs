//! `meetme call` on terminals: two people in tmux, and terminals that are sane whatever becomes of the call.

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use tempfile::TempDir;

use super::call::booking;
use super::plain::Sitting;
use super::programs::{eventually, program, tethered};
use super::world::World;

const CARD: &str = "card:320x180@15";

/// A terminal in tmux in which somebody joins a call.
struct Pane {
    dir: TempDir,
    who: String,
}

impl Pane {
    fn start(world: &World, who: &str, arguments: &[&str]) -> Option<Self> {
        let program = program("tmux")?;
        let pane = Self { dir: tempfile::tempdir().expect("a directory"), who: who.to_owned() };
        let dir = pane.dir.path().display();
        let fixed = ["--loopback-only", "--source", CARD, "--speaker", "none"];
        let call = [&["--profile", who, "call"], arguments, &fixed].concat().join(" ");
        let script = format!(
            "stty -g >{dir}/before; echo $$ >{dir}/shell; cd {dir}; {} {call}; echo over $?; stty -g >{dir}/after; exec cat",
            env!("CARGO_BIN_EXE_meetme"),
        );
        let mut command = tethered(&program);
        command.args(["-S", &pane.socket(), "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", &script]);
        for (name, value) in world.command(&[]).get_envs() {
            command.env(name, value.unwrap_or_default());
        }
        command.env("COLORTERM", "truecolor").env("LC_ALL", "C.UTF-8").env_remove("TMUX").env_remove("NO_COLOR");
        let status = command.stdin(Stdio::null()).status().expect("tmux runs");
        assert!(status.success(), "tmux: {status}");
        Some(pane)
    }

    fn socket(&self) -> String {
        self.dir.path().join("tmux").display().to_string()
    }

    fn tmux(&self, arguments: &[&str]) -> String {
        let output = Command::new("tmux").args(["-S", &self.socket()]).args(arguments).output().expect("tmux runs");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn text(&self) -> String {
        self.tmux(&["capture-pane", "-p"])
    }

    fn types(&self, keys: &[&str]) {
        self.tmux(&[&["send-keys"], keys].concat());
    }

    fn until(&self, words: &str) {
        eventually(&format!("{words:?} on the terminal of {}", self.who), || self.text().contains(words).then_some(()));
    }

    fn resize(&self, columns: usize, rows: usize) {
        self.tmux(&["resize-window", "-x", &columns.to_string(), "-y", &rows.to_string()]);
    }

    /// The process that draws: the child of the shell, not its guardian.
    fn drawing(&self) -> String {
        let shell = fs::read_to_string(self.dir.path().join("shell")).expect("the shell's number");
        child_of(shell.trim()).expect("it draws")
    }

    /// The call is over, and the terminal as it was before: its screen, its cursor, its wrapping, and its modes.
    fn assert_sane(&self, after: &str) {
        let over = self.dir.path().join("after");
        eventually(&format!("the end of {}, {after}", self.who), || over.exists().then_some(()));
        eventually(&format!("the terminal of {} as it was, {after}", self.who), || {
            let flags = self.tmux(&["display", "-p", "#{alternate_on} #{cursor_flag} #{wrap_flag} #{pane_tty}"]);
            let tty = flags.trim().strip_prefix("0 1 1 ")?.to_owned();
            let modes = Command::new("stty").args(["-g", "-F", &tty]).output().expect("stty runs").stdout;
            (modes == fs::read(self.dir.path().join("before")).ok()?).then_some(())
        });
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

fn child_of(process: &str) -> Option<String> {
    let children = fs::read_to_string(format!("/proc/{process}/task/{process}/children")).ok()?;
    children.split_whitespace().next().map(str::to_owned)
}

fn kill(signal: &str, process: &str) {
    assert!(Command::new("kill").args([signal, process]).status().expect("kill runs").success());
}

#[test]
fn two_people_meet_on_two_terminals() {
    let world = World::new();
    let id = booking(&world, 5);
    let Some(ada) = Pane::start(&world, "ada", &[&id]) else { return };
    let Some(bob) = Pane::start(&world, "bob", &["next"]) else { return };
    for pane in [&ada, &bob] {
        pane.until("connected, direct");
        pane.until("phrase: ");
        pane.until("▀");
    }

    ada.types(&["t", "hello there", "Enter"]);
    bob.until("ada: hello there");
    fs::write(ada.dir.path().join("notes.txt"), "some words").expect("it is written");
    ada.types(&["f", "notes.txt", "Enter"]);
    bob.until("ada offers notes.txt (10 bytes). y: take it, n: refuse");
    bob.types(&["y"]);
    bob.until("notes.txt has arrived");
    assert_eq!(fs::read_to_string(bob.dir.path().join("notes.txt")).expect("it is kept"), "some words");
    bob.types(&["r"]);
    bob.until("it is recorded to ./call 2026-11-30 09.05.mkv");
    bob.types(&["m"]);
    bob.until("recording, muted");

    // Whatever the size, the first line says who, the last what can be done, and nothing is left over of the size before.
    for (columns, rows) in [(20, 5), (400, 100), (2, 2), (61, 13), (80, 24)] {
        ada.resize(columns, rows);
        eventually(&format!("{columns}×{rows} drawn anew"), || {
            let text = ada.text();
            let lines: Vec<&str> = text.lines().collect();
            if rows < 3 {
                return (lines.len() <= rows).then_some(());
            }
            let wide = lines.iter().all(|line| line.chars().count() <= columns);
            let pictures = lines.iter().any(|line| line.contains('▀') || line.contains('▄'));
            let whole = lines.len() == rows && lines[0].contains("bob") | (columns < 40) && pictures == (rows > 8);
            (wide && whole && lines[rows - 1].starts_with("m mute")).then_some(())
        });
    }

    ada.types(&["q"]);
    ada.until("Hang up?");
    ada.types(&["y"]);
    for pane in [&ada, &bob] {
        pane.until("over 0");
        pane.assert_sane("hung up");
    }
}

#[test]
fn whatever_is_going_on_a_terminal_survives_its_call() {
    let world = World::new();
    let id = booking(&world, 5);
    let mut bob = Sitting::start(&world, "bob", &[&id, "--source", "card:192x144@5"]);
    bob.hears("waiting for ada");
    let states: [(&str, &[&str], &str); 4] = [
        ("-KILL", &["t", "half a sen"], "say: half a sen"),
        ("-TERM", &["f", "notes"], "file to send: notes"),
        ("-KILL", &["h"], "microphone off and on"),
        ("-ABRT", &["q"], "Hang up?"),
    ];
    for (signal, keys, words) in states {
        let Some(pane) = Pane::start(&world, "ada", &[&id]) else { return };
        pane.until("connected, direct");
        pane.types(keys);
        pane.until(words);
        kill(signal, &pane.drawing());
        pane.assert_sane(&format!("{signal} at {words:?}"));
        if signal == "-TERM" {
            // A call that was ended in good order is over for both.
            bob.hears("ended: hung up");
            bob = Sitting::start(&world, "bob", &[&id, "--source", "card:192x144@5"]);
            bob.hears("ada: waiting for ada");
        }
    }
}

/// A terminal that gives no answers, in which somebody joins a call.
struct Mute {
    child: Child,
    screen: ChildStdout,
    shown: Vec<u8>,
    /// Held open: its end would be the end of the terminal.
    _keys: ChildStdin,
}

impl Mute {
    fn start(program: &Path, environment: &Command, arguments: &str) -> Self {
        let line = format!("{} --profile ada call {arguments}", env!("CARGO_BIN_EXE_meetme"));
        let mut script = tethered(program);
        for (name, value) in environment.get_envs() {
            script.env(name, value.unwrap_or_default());
        }
        script.args(["--quiet", "--return", "--flush", "--command", &line, "/dev/null"]);
        script.env("TERM", "xterm").env("SHELL", "/bin/sh").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = script.spawn().expect("script runs");
        let (keys, screen) = (child.stdin.take().expect("piped"), child.stdout.take().expect("piped"));
        Self { child, screen, shown: Vec::new(), _keys: keys }
    }

    /// Waits until these bytes have come.
    fn until(&mut self, words: &str) {
        while !String::from_utf8_lossy(&self.shown).contains(words) {
            let mut part = [0; 4096];
            let length = self.screen.read(&mut part).expect("it can be read");
            assert!(length > 0, "{words:?} does not come after {:?}", String::from_utf8_lossy(&self.shown));
            self.shown.extend_from_slice(&part[..length]);
        }
    }

    fn kill(&self, signal: &str) {
        let shell = child_of(&self.child.id().to_string()).expect("a shell");
        kill(signal, &child_of(&shell).unwrap_or(shell));
    }
}

/// A test that fails leaves nothing behind.
impl Drop for Mute {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_terminal_that_gives_no_answers_is_put_right_when_the_call_dies_while_it_is_asked() {
    let world = World::new();
    let id = booking(&world, 5);
    let Some(program) = program("script") else { return };
    let mut terminal = Mute::start(&program, &world.command(&[]), &format!("{id} --source {CARD}"));

    // The other screen, then the questions, of which the last is for the attributes: there is a second for the answer.
    terminal.until("\u{1b}[?1049h");
    terminal.until("\u{1b}[c");
    terminal.kill("-KILL");

    terminal.until("\u{1b}[?25h\u{1b}[?1049l");
}

#[test]
fn the_bell_rings_when_a_call_opens_whatever_is_thought_of_colours() {
    let world = World::new();
    let id = booking(&world, 60);
    let Some(program) = program("script") else { return };
    let mut environment = world.command(&[]);
    environment.env("NO_COLOR", "1").env("MEETME_NOW", "2026-11-30T09:49:59Z");
    let mut terminal = Mute::start(&program, &environment, &format!("{id} --wait --plain --source none"));

    terminal.until("waiting: the call opens at");
    world.set_clock("2026-11-30T09:50:00Z");

    terminal.until("the call is open\r\n\u{7}");
}

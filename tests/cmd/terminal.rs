//! What a person sees at a terminal: questions, choices, and days side by side. `script` plays the terminal.

use std::io::{Read, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::world::World;

/// Far more than anything here takes.
const LONG: Duration = Duration::from_secs(30);
const DOWN: &str = "\u{1b}[B";
const ENTER: &str = "\r";

/// A command at a terminal.
struct Terminal {
    child: Child,
    keys: ChildStdin,
    screen: Receiver<Vec<u8>>,
    /// All that was shown, with what steers the screen.
    shown: Vec<u8>,
    /// How much of its text was looked at.
    looked_at: usize,
}

impl Terminal {
    fn start(world: &World, columns: &str, line: &str) -> Self {
        Self::start_as(&world.command(&[]), columns, line)
    }

    fn start_as(like: &Command, columns: &str, line: &str) -> Self {
        let line = format!("{} {line}", env!("CARGO_BIN_EXE_meetme"));
        let mut script = Command::new("script");
        script.args(["--quiet", "--return", "--flush", "--command", &line, "/dev/null"]);
        for (name, value) in like.get_envs() {
            script.env(name, value.unwrap_or_default());
        }
        script.env("COLUMNS", columns).env("LINES", "24").env("TERM", "xterm").env("SHELL", "/bin/sh");
        let mut child = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("script runs");
        let mut stdout = child.stdout.take().expect("piped");
        let (tell, screen) = channel();
        std::thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(length @ 1..) = stdout.read(&mut part) {
                if tell.send(part[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        let keys = child.stdin.take().expect("piped");
        Self { child, keys, screen, shown: Vec::new(), looked_at: 0 }
    }

    /// Waits until the screen shows it, and gives what came up to there.
    fn sees(&mut self, text: &str) -> String {
        loop {
            let shown = String::from_utf8_lossy(&self.shown).replace('\r', "");
            let shown = anstream::adapter::strip_str(&shown).to_string();
            let new = shown.get(self.looked_at..).unwrap_or_default();
            if let Some(at) = new.find(text) {
                let end = at + text.len();
                self.looked_at += end;
                return new[..end].to_owned();
            }
            match self.screen.recv_timeout(LONG) {
                Ok(part) => self.shown.extend(part),
                Err(_) => panic!("`{text}` is not shown, but: {new}"),
            }
        }
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).and_then(|()| self.keys.flush()).expect("it is read");
    }

    fn ends(mut self) -> Option<i32> {
        self.child.wait().expect("it ends").code()
    }
}

fn world() -> World {
    let world = World::new();
    for name in ["ada", "bob"] {
        world.sign_up(name, "Europe/Berlin");
    }
    world
}

/// Ada offers two hours on Tuesdays and Thursdays.
fn offer(world: &World) {
    let window = "tue,thu 10-12";
    world.done(&["--profile", "ada", "event", "create", "Chat", "--length", "1h", "--window", window]);
}

#[test]
fn an_event_is_made_question_by_question() {
    let world = world();
    let mut terminal = Terminal::start(&world, "80", "--profile ada event create");

    terminal.sees("What is it called?");
    terminal.types("Tea\r");
    terminal.sees("How long is a slot?");
    terminal.types("soon\r");
    terminal.sees("`soon` is not a length");
    terminal.types("\u{8}\u{8}\u{8}\u{8}45m\r");
    terminal.sees("Open when");
    terminal.types("fri 14-17\r");
    for question in ["In which time zone?", "From which day on?", "Up to which day", "How long ahead"] {
        terminal.sees(question);
        terminal.types(ENTER);
    }
    terminal.sees("Who may see it?");
    terminal.types(DOWN);
    terminal.types(ENTER);
    terminal.sees("meetme event create Tea --length 45m --window 'fri 14-17' --tz Europe/Berlin");
    terminal.sees("Create it?");
    terminal.types("y");
    terminal.sees("ada/tea");

    assert_eq!(terminal.ends(), Some(0));
    let shown = world.done(&["--profile", "ada", "event", "show", "tea"]);
    assert!(shown.contains("slots    45 min") && shown.contains("seen by  public"), "{shown}");
    world.stop();
}

#[test]
fn a_slot_is_chosen_by_day_and_time() {
    let world = world();
    offer(&world);
    let mut terminal = Terminal::start(&world, "80", "--profile bob book ada/chat");

    terminal.sees("Which day? (Europe/Berlin)");
    terminal.types(DOWN);
    terminal.types(ENTER);
    terminal.sees("Which slot? (Europe/Berlin)");
    terminal.types(DOWN);
    terminal.types(ENTER);
    terminal.sees("confirmed  Chat");

    assert_eq!(terminal.ends(), Some(0));
    let agenda = world.done(&["--profile", "bob", "agenda"]);
    assert!(agenda.contains("Thu 2026-12-03\n  11:00-12:00  Chat  with ada"), "{agenda}");
    world.stop();
}

#[test]
fn a_booking_is_chosen_where_none_is_named() {
    let world = world();
    offer(&world);
    for at in ["2026-12-01 10:00", "2026-12-03 10:00"] {
        world.done(&["--profile", "bob", "book", "ada/chat", "--at", at]);
    }
    let mut terminal = Terminal::start(&world, "80", "--profile ada cancel");

    terminal.sees("Which booking? (Europe/Berlin)");
    terminal.types(DOWN);
    terminal.types(ENTER);
    terminal.sees("cancelled  Chat");

    assert_eq!(terminal.ends(), Some(0));
    assert!(world.done(&["--profile", "bob", "agenda"]).contains("Tue 2026-12-01"));
    world.stop();
}

#[test]
fn weeks_are_turned_like_pages() {
    let world = world();
    offer(&world);
    world.done(&["--profile", "bob", "book", "ada/chat", "--at", "2026-12-01 10:00"]);
    let mut terminal = Terminal::start(&world, "80", "--profile ada agenda --week");

    let first = terminal.sees("q quit");
    terminal.types("n");
    let second = terminal.sees("q quit");
    terminal.types("p");
    let third = terminal.sees("q quit");
    terminal.types("q");

    assert_eq!(terminal.ends(), Some(0));
    assert!(first.contains("1 booking, 2026-11-30 to 2026-12-06 (Europe/Berlin)"), "{first}");
    assert!(first.contains("\n10:00            │bob, Ch…\n10:30            │\n"), "{first}");
    assert!(first.contains("  10:00-11:00  Chat  with bob  confirmed  "), "{first}");
    assert!(second.contains("0 bookings, 2026-12-07 to 2026-12-13"), "{second}");
    assert!(third.contains("│bob, Ch…"), "{third}");
    world.stop();
}

#[test]
fn slots_stand_side_by_side_as_far_as_they_fit() {
    let world = world();
    offer(&world);
    let mut terminal = Terminal::start(&world, "50", "--profile bob slots ada/chat --week --tz UTC");

    let shown = terminal.sees("q quit");
    terminal.types("q");

    assert_eq!(terminal.ends(), Some(0));
    assert!(
        shown.contains("09:00            open                open\n10:00            open                open\n"),
        "{shown}"
    );
    world.stop();
}

#[test]
fn nobody_is_asked_who_wants_no_questions() {
    let world = world();
    offer(&world);
    let mut terminal = Terminal::start(&world, "80", "--no-input --profile bob book ada/chat");

    terminal.sees("error: the time is missing");

    assert_eq!(terminal.ends(), Some(2));
    world.stop();
}

#[test]
fn whoever_waits_is_told_for_what() {
    let world = world();
    // Takes connections and never answers.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let server = format!("http://{}", silent.local_addr().expect("an address"));
    let mut like = world.command(&[]);
    like.env("MEETME_SERVER", &server).env("MEETME_TOKEN", "mmt_test");
    let mut terminal = Terminal::start_as(&like, "80", "agenda");

    terminal.sees(&format!("waiting for {server} (1 s)"));

    terminal.child.kill().expect("it runs");
    terminal.ends();
    world.stop();
}

#[test]
fn colour_is_where_it_is_wanted() {
    let world = world();
    let coloured = |no_color: &str, arguments: &str| {
        let mut like = world.command(&[]);
        like.env("NO_COLOR", no_color);
        let mut terminal = Terminal::start_as(&like, "80", &format!("--profile ada {arguments} whoami"));
        terminal.sees("until");
        terminal.shown.contains(&b'\x1b')
    };

    assert_eq!([coloured("", ""), coloured("1", ""), coloured("", "--color never")], [true, false, false]);
    assert!(coloured("1", "--color always"), "a flag comes before the environment");
    world.stop();
}

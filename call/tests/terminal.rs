//! A call on a real terminal, in tmux: what stands there, and that it is put right on every way out.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use meetme_call::desk::{Look, Meeting, Wishes, attend};
use meetme_call::media::card::read_counter;
use meetme_call::media::devices::{CameraChoice, SoundChoice};
use meetme_call::media::sound::Sound;
use meetme_call::view::detect::Wish;
use meetme_call::view::picture::Extent;
use meetme_call::{Event, Media, Source};

use crate::programs::{eventually, program, tethered};
use crate::screen::Emulator;
use crate::support::relay::Relay;
use crate::support::{End, here};

/// Tells this program, started anew, to sit down at its terminal.
const SIT: &str = "MEETME_TEST_SIT";
const CHILD: &str = "terminal::sits_down_at_its_terminal_when_it_is_told_to";
const SIZE: Extent = Extent { width: 80, height: 24 };

fn card() -> Source {
    "card:320x180@15".parse().expect("a source")
}

/// Not a test by itself: what the others start in tmux. `alone`: nobody comes; `met`: somebody does; `panic`: and then
/// something goes wrong.
#[test]
fn sits_down_at_its_terminal_when_it_is_told_to() {
    let Ok(how) = std::env::var(SIT) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let relay = Relay::start(Vec::new(), None);
        let other = if how == "alone" {
            None
        } else {
            let media = Media::headless(&card(), None).expect("it opens");
            Some(End::start(relay.join(1, 2).await, media, here()))
        };
        let panics = how == "panic";
        let wishes = Wishes {
            source: Some(card()),
            camera: CameraChoice::None,
            microphone: SoundChoice::None,
            speaker: SoundChoice::None,
            sound: Sound::Usual,
            clean: true,
            record: None,
            recording: "call.mkv".to_owned(),
            keep: PathBuf::from("."),
            arrival: Some(Box::new(move || assert!(!panics, "something went wrong"))),
            look: Look::Screen(Wish::Auto),
        };
        let meeting = Meeting { me: "Ada".into(), peer: "Bob".into(), title: "Coffee".into() };
        let link = relay.join(0, 1).await;
        let watching = tokio::spawn(async move {
            let Some(mut other) = other else { return };
            other
                .until("pictures", |event| match event {
                    Event::Stats(stats) => stats.totals.frames_counted >= 10,
                    _ => false,
                })
                .await;
            other.handle.send(meetme_call::Channel::Chat, "ten of yours were read".into());
            // It stays until the other end is gone.
            other.ended().await;
        });
        let ready = wishes.ready().expect("it switches on");
        attend(here(), meeting, ready, link).await.expect("it sits down");
        drop(watching);
    });
}

/// A terminal in tmux in which that runs.
struct Pane {
    dir: tempfile::TempDir,
    how: String,
}

impl Pane {
    fn start(how: &str) -> Option<Self> {
        let program = program("tmux")?;
        let pane = Self { dir: tempfile::tempdir().expect("a directory"), how: how.to_owned() };
        let child = std::env::current_exe().expect("this program");
        let dir = pane.dir.path().display();
        let script = format!(
            "stty -g >{dir}/before; echo $$ >{dir}/shell; \
             '{}' --exact {CHILD} --nocapture; echo over $?; stty -g >{dir}/after; exec cat",
            child.display()
        );
        let mut command = tethered(&program);
        // In the foreground of a terminal of its own it would end with the test; as a server it is ended below.
        command.args(["-S", &pane.socket(), "-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", &script]);
        command.env(SIT, how).env("COLORTERM", "truecolor").env("LC_ALL", "C.UTF-8").env_remove("TMUX");
        command.env("RUST_BACKTRACE", "0").env_remove("NO_COLOR").stdin(Stdio::null());
        let status = command.status().expect("tmux runs");
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

    fn until(&self, words: &str) {
        eventually(&format!("{words:?} on the terminal of {}", self.how), || self.text().contains(words).then_some(()));
    }

    /// The number on the other's test card, as it can be read from the characters.
    fn counter(&self) -> Option<u32> {
        let mut terminal = Emulator::new(SIZE);
        terminal.read(self.tmux(&["capture-pane", "-p", "-e"]).as_bytes());
        read_counter(&terminal.picture()?)
    }

    /// The process that draws: the child of the shell, not its guardian.
    fn drawing(&self) -> String {
        let shell = std::fs::read_to_string(self.dir.path().join("shell")).expect("the shell's number");
        let children = format!("/proc/{0}/task/{0}/children", shell.trim());
        let children = std::fs::read_to_string(children).expect("the shell has children");
        children.split(' ').next().expect("one").to_owned()
    }

    /// The terminal is as it was before: its screen, its cursor, its wrapping, and its modes.
    fn assert_sane(&self) {
        eventually("the terminal as it was", || {
            let flags = self.tmux(&["display", "-p", "#{alternate_on} #{cursor_flag} #{wrap_flag} #{pane_tty}"]);
            let tty = flags.trim().strip_prefix("0 1 1 ")?.to_owned();
            let modes = Command::new("stty").args(["-g", "-F", &tty]).output().expect("stty runs").stdout;
            let before = std::fs::read(self.dir.path().join("before")).ok()?;
            (modes == before).then_some(())
        });
    }
}

impl Drop for Pane {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}

#[test]
fn each_sees_the_counter_of_the_other() {
    let Some(pane) = Pane::start("met") else { return };
    pane.until("connected, direct");
    // One's own picture would cover a part of it.
    pane.tmux(&["send-keys", "o"]);
    let first = eventually("a number on the screen", || pane.counter());
    eventually("a higher number", || pane.counter().filter(|number| *number > first));
    pane.until("Bob: ten of yours were read");

    pane.tmux(&["send-keys", "t", "hello", "Enter"]);
    pane.until("Ada: hello");
    pane.tmux(&["send-keys", "q", "y"]);
    pane.until("over 0");
    pane.assert_sane();
}

#[test]
fn whatever_ends_it_the_terminal_is_as_it_was() {
    for (how, words) in [("alone", "waiting for Bob"), ("met", "connected, direct")] {
        for signal in ["TERM", "HUP", "INT", "QUIT", "ABRT", "KILL"] {
            let Some(mut pane) = Pane::start(how) else { return };
            pane.until(words);
            pane.how = format!("{how}, after {signal}");
            let killed = Command::new("kill").args([&format!("-{signal}"), &pane.drawing()]).status();
            assert!(killed.expect("kill runs").success());
            // What the shell writes before the guardian has acted stands on the other screen: a file tells instead.
            let after = pane.dir.path().join("after");
            eventually(&format!("the end of {}", pane.how), || after.exists().then_some(()));
            pane.assert_sane();
        }
    }
}

#[test]
fn a_panic_is_told_when_the_terminal_is_as_it_was() {
    let Some(pane) = Pane::start("panic") else { return };
    pane.until("something went wrong");
    pane.until("over 101");
    pane.assert_sane();
}

#[test]
fn a_smaller_terminal_is_drawn_on_anew() {
    let Some(pane) = Pane::start("alone") else { return };
    pane.until("waiting for Bob");
    pane.tmux(&["resize-window", "-x", "40", "-y", "10"]);
    eventually("keys in the last of ten rows", || {
        let text = pane.text();
        (text.lines().count() == 10 && text.lines().last()?.starts_with("m mute")).then_some(())
    });
    pane.tmux(&["send-keys", "C-c"]);
    pane.until("over 0");
    pane.assert_sane();
}

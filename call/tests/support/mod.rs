//! What tests of two ends need.

pub mod busy;
pub mod network;
pub mod relay;
pub mod voice;

use std::path::PathBuf;
use std::time::Duration;

use meetme_call::{Commands, Config, Ended, Event, Handle, Link, Media, Source, StateName};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// Longer than anything takes that works.
pub const LONG: Duration = Duration::from_secs(40);

/// One end of a call that is being run.
pub struct End {
    pub handle: Handle,
    pub events: mpsc::Receiver<Event>,
    pub seen: Vec<Event>,
    run: JoinHandle<Ended>,
}

impl End {
    pub fn start(link: Link, media: Media, config: Config) -> Self {
        let (handle, commands) = Handle::new();
        let (events, run) = start(link, media, config, commands);
        Self { handle, events, seen: Vec::new(), run }
    }

    /// Waits for an event, and keeps those before it.
    pub async fn until(&mut self, what: &str, mut is_it: impl FnMut(&Event) -> bool) -> Event {
        let found = tokio::time::timeout(LONG, async {
            while let Some(event) = self.events.recv().await {
                self.seen.push(event.clone());
                if is_it(&event) {
                    return Some(event);
                }
            }
            None
        });
        match found.await {
            Ok(Some(event)) => event,
            Ok(None) => panic!("it ended before {what}: {:#?}", self.seen),
            Err(_) => panic!("no {what}: {:#?}", self.seen),
        }
    }

    /// An event that was seen before, or is waited for.
    pub async fn saw(&mut self, what: &str, is_it: impl Fn(&Event) -> bool) -> Event {
        match self.seen.iter().find(|event| is_it(event)) {
            Some(event) => event.clone(),
            None => self.until(what, is_it).await,
        }
    }

    /// Waits for its end, and gives everything that it told.
    pub async fn everything(mut self) -> Vec<Event> {
        self.until("end", |event| matches!(event, Event::Ended(_))).await;
        self.seen
    }

    /// Waits for its end.
    pub async fn ended(self) -> Ended {
        let Self { mut events, run, .. } = self;
        let drain = async { while events.recv().await.is_some() {} };
        let (ended, ()) = tokio::join!(tokio::time::timeout(LONG, run), drain);
        ended.expect("the run ends").expect("the run does not panic")
    }
}

fn start(link: Link, media: Media, config: Config, commands: Commands) -> (mpsc::Receiver<Event>, JoinHandle<Ended>) {
    let (events, heard) = mpsc::channel(4096);
    let run =
        tokio::spawn(async move { meetme_call::run(config, media, link, commands, events).await.expect("it begins") });
    (heard, run)
}

/// A test card to send, and nothing to show.
pub fn card(text: &str) -> Media {
    let source: Source = text.parse().expect("a source");
    Media::headless(&source, None).expect("it opens")
}

pub fn is_connected(event: &Event) -> bool {
    matches!(event, Event::State { state: StateName::Connected, .. })
}

/// Where a program is, if it is installed. With `MEETME_TEST_REQUIRE=all` one that is not fails the test; otherwise the
/// test says that it was skipped, and for want of what.
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file());
    needs(name, found.is_some());
    found
}

/// Whether something that a test needs is there; see [`program`].
#[expect(clippy::print_stderr, reason = "the only way to say why a test did nothing")]
pub fn needs(what: &str, there: bool) -> bool {
    if !there {
        assert!(std::env::var("MEETME_TEST_REQUIRE").as_deref() != Ok("all"), "{what} is not there");
        eprintln!("skipped: needs {what}");
    }
    there
}

/// Only on this machine.
pub fn here() -> Config {
    Config { loopback_only: true, ..Config::default() }
}

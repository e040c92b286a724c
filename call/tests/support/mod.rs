//! What tests of two ends need.

pub mod relay;

use std::time::Duration;

use meetme_call::{Commands, Config, Ended, Event, Handle, Link, Media};
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

/// Only on this machine.
pub fn here() -> Config {
    Config { loopback_only: true, ..Config::default() }
}

//! A browser as the other end: it offers and answers, sends H.264 and VP8, and counts what it sees.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;

use meetme_call::{Channel, Config, Event, FromLink, Link};
use meetme_core::api::FromClient;
use serde::Deserialize;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{Notify, watch};

use crate::support::relay::Relay;
use crate::support::{End, LONG, card, is_connected, program};

/// What the page says about itself, five times a second.
#[derive(Debug, Clone, Default, Deserialize)]
struct Report {
    counted: u64,
    messages: Vec<String>,
    state: String,
    /// Another path was agreed on since it was asked for.
    restarted: bool,
    samples: u64,
    energy: f64,
}

/// A page in a browser, which ends with the test.
struct Page {
    child: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

impl Page {
    async fn open(chromium: &Path, node: &Path, prefer: &str) -> Self {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let tools = here.join("../target/test-tools/node");
        // Modules are looked for beside the program: it is copied to where they are.
        let place = tempfile::Builder::new().prefix("page").tempdir_in(&tools).expect("a folder");
        for file in ["bridge.mjs", "page.html"] {
            std::fs::copy(here.join("tests/browser").join(file), place.path().join(file)).expect("it can be copied");
        }
        let mut child = Command::new(node)
            .arg(place.path().join("bridge.mjs"))
            .arg(chromium)
            .arg(prefer)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("node runs");
        let input = child.stdin.take().expect("it was asked for");
        let mut output = BufReader::new(child.stdout.take().expect("it was asked for")).lines();
        let ready =
            async { while output.next_line().await.expect("it says something").expect("it runs") != "ready " {} };
        tokio::time::timeout(LONG, ready).await.expect("the page is ready");
        Self { child, input, output }
    }

    /// Carries messages between the page and the relay, passes on what the page says about itself, and tells it to look
    /// for another path.
    async fn carry(mut self, mut link: Link, reports: watch::Sender<Report>, restart: Arc<Notify>) {
        loop {
            tokio::select! {
                message = link.incoming.recv() => match message {
                    Some(FromLink::Told(message)) => {                         let line = message.text() + "\n";
                        self.input.write_all(line.as_bytes()).await.expect("the page takes it");
                    }
                    Some(_) => {}
                    None => break,
                },
                () = restart.notified() => self.input.write_all(b"restart\n").await.expect("the page takes it"),
                line = self.output.next_line() => {
                    let line = line.expect("it says something").expect("it runs");
                    match line.split_once(' ') {
                        Some(("relay", text)) => {                             let message = FromClient::read(text).expect("a message of the protocol");
                            let _ = link.outgoing.send(message).await;
                        }
                        Some(("report", text)) => {
                            reports.send_replace(serde_json::from_str(text).unwrap_or_else(|_| panic!("the page: {text}")));
                        }
                        _ => {}
                    }
                }
            }
        }
        self.child.kill().await.expect("it can be ended");
    }
}

fn programs() -> Option<(PathBuf, PathBuf)> {
    let tools = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/test-tools/node/node_modules/playwright-core");
    let (chromium, node) = (program("chromium")?, program("node")?);
    crate::support::needs("playwright-core", tools.is_dir()).then_some((chromium, node))
}

fn counted(event: &Event) -> Option<u64> {
    match event {
        Event::Stats(stats) => Some(stats.totals.frames_counted),
        _ => None,
    }
}

async fn call_with_a_page(page_place: usize, prefer: &str, codec: &str) {
    let Some((chromium, node)) = programs() else { return };
    let relay = Relay::start(Vec::new(), None);
    let page = Page::open(&chromium, &node, prefer).await;
    let (told, mut reports) = watch::channel(Report::default());
    let restart = Arc::new(Notify::new());
    let carried = tokio::spawn(page.carry(relay.join(page_place, 7).await, told, Arc::clone(&restart)));
    let mut end = End::start(relay.join(1 - page_place, 8).await, card("card:320x180@30"), Config::default());

    end.until("connection", is_connected).await;
    end.handle.send(Channel::Chat, "hello".into());
    end.saw("picture", |event| matches!(event, Event::FirstPicture { codec: found, .. } if *found == codec)).await;
    end.saw("message", |event| matches!(event, Event::Message { data, .. } if data == "heard hello")).await;
    end.until("pictures and sound", |event| match event {
        Event::Stats(stats) => stats.totals.frames_counted >= 30 && stats.totals.audio_ms_received >= 1000,
        _ => false,
    })
    .await;
    let seen = reports.wait_for(|report| report.counted >= 30 && report.samples >= 48_000);
    let seen = tokio::time::timeout(LONG, seen).await.map(|report| report.expect("the page runs").clone());
    let report = seen.unwrap_or_else(|_| panic!("the page does not see and hear: {:?}", *reports.borrow()));

    assert_eq!(report.state, "connected");
    assert_eq!(report.messages, ["hello"]);
    assert!(report.energy > 0.0, "a tone has energy: {report:?}");

    // Another path, wanted by the page: pictures go on, both ways.
    restart.notify_one();
    let more = reports.wait_for(|now| now.restarted && now.counted >= report.counted + 60);
    let more = tokio::time::timeout(LONG, more).await;
    assert_eq!(more.expect("the page sees on").expect("the page runs").state, "connected");
    let before = end.seen.iter().rev().find_map(counted).expect("it was told");
    end.until("more pictures", |event| counted(event).is_some_and(|now| now >= before + 60)).await;
    end.handle.hang_up();
    end.ended().await;
    carried.await.expect("the page ends well");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_answers_and_sends_h264() {
    call_with_a_page(1, "video/H264", "H.264").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_offers_and_sends_h264() {
    call_with_a_page(0, "video/H264", "H.264").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_answers_and_sends_vp8() {
    call_with_a_page(1, "video/VP8", "VP8").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_offers_and_sends_vp8() {
    call_with_a_page(0, "video/VP8", "VP8").await;
}

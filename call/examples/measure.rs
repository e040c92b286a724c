//! Measures calls between two ends in this process, on loopback.
//!
//! ```text
//! cargo run --release -p meetme-call --example measure -- connect 100
//! cargo run --release -p meetme-call --example measure -- media card:640x360@30 10
//! cargo run --release -p meetme-call --example measure -- lossy card:640x360@30 10
//! ```
//!
//! `connect` times calls from both being there to connected and to the first picture; `media` counts pictures that were
//! sent and decoded, and the processor time of both ends; `lossy` the same with one packet in twenty lost.

#[expect(dead_code, reason = "the tests need more of it")]
#[path = "../tests/support/mod.rs"]
mod support;

use std::time::Duration;

use meetme_call::{Config, Event, Totals};
use support::network::{Network, Weather};
use support::relay::Relay;
use support::{End, card, here, is_connected};

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["connect", times] => connect(times.parse().expect("a number")).await,
        ["media", source, seconds] => media(source, seconds.parse().expect("seconds"), None).await,
        ["lossy", source, seconds] => {
            let weather = Weather { loss: 5, ..Weather::default() };
            media(source, seconds.parse().expect("seconds"), Some(Network::new(weather))).await;
        }
        _ => say("connect TIMES | media SOURCE SECONDS | lossy SOURCE SECONDS"),
    }
}

#[expect(clippy::print_stdout, reason = "it is what this program is for")]
fn say(line: &str) {
    println!("{line}");
}

async fn connect(times: u64) {
    let (mut connected, mut shown) = (Vec::new(), Vec::new());
    for time in 0..times {
        let relay = Relay::start(Vec::new(), None);
        let host = End::start(relay.join(0, time * 2 + 1).await, card("card:640x360@30"), here());
        let mut guest = End::start(relay.join(1, time * 2 + 2).await, card("card:640x360@30"), here());
        guest.until("connection", is_connected).await;
        guest.saw("picture", |event| matches!(event, Event::FirstPicture { .. })).await;
        guest.handle.hang_up();
        let totals = guest.ended().await.totals;
        host.ended().await;
        connected.extend(totals.connect_ms);
        shown.extend(totals.first_picture_ms);
    }
    for (what, mut times) in [("connected", connected), ("first picture", shown)] {
        times.sort_unstable();
        let at = |part: usize| times[(times.len() - 1) * part / 100];
        say(&format!("{what}: p50 {} ms, p95 {} ms, {} runs", at(50), at(95), times.len()));
    }
}

async fn media(source: &str, seconds: u64, network: Option<Network>) {
    let relay = Relay::start(Vec::new(), network.as_ref().and_then(Network::meddle));
    let config = Config { length: Some(Duration::from_secs(seconds)), ..here() };
    let host = End::start(relay.join(0, 1).await, card(source), config);
    let guest = End::start(relay.join(1, 2).await, card(source), here());
    let before = processor_time();
    let (host, guest) = tokio::join!(host.ended(), guest.ended());
    let used = processor_time() - before;
    for (name, sent, seen) in
        [("host to guest", host.totals, guest.totals), ("guest to host", guest.totals, host.totals)]
    {
        say(&format!("{name}: {}", flow(&sent, &seen)));
    }
    say(&format!(
        "processor: {:.3} cores for both ends",
        used.as_secs_f64() / Duration::from_secs(seconds).as_secs_f64()
    ));
    if let Some(network) = network {
        let (passed, lost) = network.counts();
        say(&format!("network: {lost} of {} packets lost", passed + lost));
    }
}

fn flow(sent: &Totals, seen: &Totals) -> String {
    format!(
        "{} pictures sent, {} decoded, {} counted, {} given up; {} ms of sound sent, {} heard, {} made up",
        sent.frames_sent,
        seen.frames_decoded,
        seen.frames_counted,
        seen.frames_given_up,
        sent.audio_ms_sent,
        seen.audio_ms_received,
        seen.audio_ms_concealed
    )
}

/// What this process has used (Linux: clock ticks of a hundredth).
fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<u64>().ok()).sum::<u64>();
    Duration::from_millis(ticks * 10)
}

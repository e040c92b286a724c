//! Two ends with a bad network between them.

use std::time::Duration;

use meetme_call::{Event, StateName, Totals, Trouble};
use tokio::time::Instant;

use crate::support::busy::busy;
use crate::support::network::{Network, Weather};
use crate::support::relay::Relay;
use crate::support::{End, card, here, is_connected};

const MILLIS: Duration = Duration::from_millis(1);

async fn call_over(network: &Network) -> [End; 2] {
    let relay = Relay::start(Vec::new(), network.meddle());
    let mut ends = [
        End::start(relay.join(0, 1).await, card("card:320x180@30"), here()),
        End::start(relay.join(1, 2).await, card("card:320x180@30"), here()),
    ];
    for end in &mut ends {
        end.until("connection", is_connected).await;
    }
    ends
}

/// Waits until an end sent so many pictures, and gives what it counted by then.
async fn sent(end: &mut End, frames: u64) -> Totals {
    let stats =
        end.until("pictures", |event| matches!(event, Event::Stats(stats) if stats.totals.frames_sent >= frames));
    match stats.await {
        Event::Stats(stats) => stats.totals,
        _ => unreachable!("it was waited for"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_five_percent_lost_and_200_ms_of_jitter_most_pictures_arrive() {
    let weather = Weather { loss: 5, delay: 10 * MILLIS, jitter: 200 * MILLIS, limit: None };
    let network = Network::new(weather);
    let mut ends = call_over(&network).await;

    let totals = [sent(&mut ends[0], 300).await, sent(&mut ends[1], 300).await];

    let (passed, lost) = network.counts();
    assert!(lost * 100 > 3 * (passed + lost), "the network lost {lost} of {}", passed + lost);
    for (one, other) in [(0, 1), (1, 0)] {
        let (came, went) = (totals[one].frames_counted, totals[other].frames_sent);
        assert!(came * 100 >= went * 70, "{came} of {went} pictures: {totals:#?}");
        let (heard, said) = (totals[one].audio_ms_received, totals[other].audio_ms_sent);
        assert!(heard * 100 >= said * 75, "{heard} of {said} ms of sound: {totals:#?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_of_ten_seconds_is_told_and_mended_within_ten() {
    let network = Network::new(Weather { loss: 0, delay: 10 * MILLIS, jitter: 5 * MILLIS, limit: None });
    let mut ends = call_over(&network).await;
    for end in &mut ends {
        sent(end, 10).await;
    }

    let back = network.cut_for(Duration::from_secs(10));

    for end in &mut ends {
        end.until("trouble", |event| {
            matches!(event, Event::State { state: StateName::Reconnecting, trouble: Some(Trouble::Silence), .. })
        })
        .await;
        assert!(Instant::now() < back, "it is said while the path is gone");
    }
    for end in &mut ends {
        end.until("connection", is_connected).await;
        let took = Instant::now().saturating_duration_since(back);
        assert!(took < Duration::from_secs(10), "{took:?}");
    }
    for end in &mut ends {
        let before = end.seen.iter().rev().find_map(|event| match event {
            Event::Stats(stats) => Some(stats.totals.frames_counted),
            _ => None,
        });
        end.until("pictures again", |event| {
            matches!(event, Event::Stats(stats) if Some(stats.totals.frames_counted) > before.map(|before| before + 20))
        })
        .await;
    }
}

/// Waits for a second in which an end aims at so many bits per second.
async fn aims(end: &mut End, what: &str, at: impl Fn(u32) -> bool) {
    end.until(what, |event| matches!(event, Event::Stats(stats) if at(stats.target_bits_per_second))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_becomes_narrow_is_sent_less_and_one_that_becomes_wide_again_more() {
    let wide = Weather { delay: 20 * MILLIS, ..Weather::default() };
    let network = Network::new(wide);
    let relay = Relay::start(Vec::new(), network.meddle());
    let mut sending = End::start(relay.join(0, 1).await, busy(), here());
    let mut seeing = End::start(relay.join(1, 2).await, card("none"), here());
    aims(&mut sending, "what looks good", |bits| bits > 650_000).await;
    sent(&mut sending, 30).await;

    network.becomes(Weather { limit: Some(300_000), ..wide });
    aims(&mut sending, "less", |bits| bits < 280_000).await;
    // Pictures still come, and none of them waits for long.
    let before = sent(&mut sending, 0).await.frames_sent;
    seeing.until("pictures", |event| matches!(event, Event::Stats(stats) if stats.totals.frames_decoded > 30)).await;
    sent(&mut sending, before + 20).await;

    network.becomes(wide);
    aims(&mut sending, "more", |bits| bits > 600_000).await;
}

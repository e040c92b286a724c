//! Sound through a real server.

use std::time::Duration;

use meetme_call::clock::Clock;
use meetme_call::media::news::News;
use meetme_call::media::pulse::{self, Microphone, Server, Speaker};
use meetme_call::media::{AudioFrame, AudioSink as _, AudioSource as _, FRAME_TIME, SAMPLE_RATE, SAMPLES};
use meetme_call::{Event, Media, Source};

use crate::programs::{PATIENCE, Pulse};
use crate::support::relay::Relay;
use crate::support::{End, here};

/// How much of a sound is at a frequency: 0 to 1 of the energy in it (Goertzel).
pub fn share_of(frequency: f64, samples: &[i16]) -> f64 {
    let step = std::f64::consts::TAU * frequency / f64::from(SAMPLE_RATE);
    let (mut last, mut before) = (0.0, 0.0);
    for sample in samples {
        (last, before) = (f64::from(*sample) + 2.0 * step.cos() * last - before, last);
    }
    let power = last * last + before * before - 2.0 * step.cos() * last * before;
    let energy: f64 = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum();
    if energy == 0.0 { 0.0 } else { 2.0 * power / (energy * samples.len() as f64) }
}

/// It is this tone that was heard, and nothing else. A busy machine tears some frames: those that are whole count.
pub fn assert_pure(frequency: f64, heard: &[i16]) {
    assert!(heard.len() >= 10 * SAMPLES, "{} samples were heard", heard.len());
    let shares: Vec<f64> = heard.chunks_exact(SAMPLES).map(|frame| share_of(frequency, frame)).collect();
    let pure = shares.iter().filter(|share| **share > 0.9).count();
    assert!(pure * 3 >= shares.len(), "{frequency} Hz: {shares:.2?}");
    let double: f64 = heard.chunks_exact(SAMPLES).map(|frame| share_of(2.0 * frequency, frame)).sum();
    assert!(double * 10.0 < shares.iter().sum(), "{double} at twice {frequency} Hz");
}

/// A tone in frames of 20 ms.
#[expect(clippy::cast_possible_truncation, reason = "a sample is made of it")]
pub fn tone(frequency: f64, frame: usize) -> AudioFrame {
    let sample = |index: usize| {
        let time = (frame * SAMPLES + index) as f64 / f64::from(SAMPLE_RATE);
        ((time * frequency * std::f64::consts::TAU).sin() * 8000.0) as i16
    };
    AudioFrame { samples: (0..SAMPLES).map(sample).collect(), at: Duration::ZERO }
}

#[test]
fn a_tone_that_is_played_is_heard() {
    let Some(server) = Pulse::start() else { return };
    let at = || Server::At(server.socket());
    let clock = Clock::start();
    let mut speaker = Speaker::open(at(), Some("room")).expect("a speaker");
    let mut microphone = Microphone::open(at(), Some("room.monitor"), clock).expect("a microphone");

    let player = std::thread::spawn(move || {
        let clock = Clock::start();
        for frame in 0..150 {
            clock.wait_until(FRAME_TIME * u32::try_from(frame).unwrap());
            speaker.play(&tone(440.0, frame));
        }
    });
    let mut heard = Vec::new();
    while heard.len() < 25 * SAMPLES && clock.now() < PATIENCE {
        let frame = microphone.next().expect("sound").expect("more of it");
        if frame.loudness() > 0.05 {
            heard.extend(frame.samples);
        }
    }
    player.join().unwrap();

    assert_pure(440.0, &heard);
}

#[test]
fn devices_are_listed_and_a_name_that_is_none_is_an_error() {
    let Some(server) = Pulse::start() else { return };
    let devices = pulse::list(Server::At(server.socket())).expect("a list");
    assert_eq!(devices.speakers.len(), 1);
    assert_eq!((devices.speakers[0].name.as_str(), devices.speakers[0].is_default), ("room", true));
    assert_eq!(devices.microphones[0].name, "room.monitor");

    assert!(Speaker::open(Server::At(server.socket()), Some("nowhere")).is_err());
    assert!(pulse::list(Server::At("/no/such/socket".into())).is_err());
}

#[test]
fn a_microphone_whose_server_went_away_is_silent_in_time_and_that_is_told() {
    let Some(server) = Pulse::start() else { return };
    let clock = Clock::start();
    let (news, mut told) = News::channel();
    let microphone = Microphone::open(Server::At(server.socket()), None, clock).expect("a microphone");
    let mut microphone = microphone.telling(news);
    microphone.next().expect("sound");
    drop(server);
    // What had come before may still be there.
    for _ in 0..10 {
        microphone.next().expect("sound");
    }
    let began = clock.now();
    for _ in 0..25 {
        let frame = microphone.next().expect("silence").expect("more of it");
        assert!(frame.loudness() < 0.001);
    }
    let took = clock.now() - began;
    assert!((400..700).contains(&took.as_millis()), "{took:?} for half a second");
    let told = (0..500).find_map(|_| {
        microphone.next().expect("silence");
        told.try_recv().ok()
    });
    assert_eq!(told.as_deref(), Some("microphone: nothing comes from it; silence is sent"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tone_of_one_end_is_heard_in_the_room_of_the_other() {
    let Some(server) = Pulse::start() else { return };
    let relay = Relay::start(Vec::new(), None);
    let speaks = Media::headless(&Source::default(), None).expect("a card and its tone");
    let mut listens = Media::headless(&Source::None, None).expect("nothing");
    listens.speaker = Box::new(Speaker::open(Server::At(server.socket()), Some("room")).expect("a speaker"));
    let host = End::start(relay.join(0, 1).await, Media { camera: None, ..speaks }, here());
    let mut guest = End::start(relay.join(1, 2).await, listens, here());
    guest.until("sound", |event| matches!(event, Event::FirstSound { .. })).await;

    let socket = server.socket();
    let heard = tokio::task::spawn_blocking(move || {
        let clock = Clock::start();
        let mut microphone = Microphone::open(Server::At(socket), Some("room.monitor"), clock).expect("a microphone");
        let mut heard = Vec::new();
        while heard.len() < 50 * SAMPLES && clock.now() < PATIENCE {
            let frame = microphone.next().expect("sound").expect("more of it");
            if frame.loudness() > 0.05 {
                heard.extend(frame.samples);
            }
        }
        heard
    });
    assert_pure(440.0, &heard.await.expect("it listens"));

    guest.handle.hang_up();
    host.ended().await;
}

//! What the canceller takes out of what is heard, and what it leaves in.

use std::time::Duration;

use meetme_call::clock::Clock;
use meetme_call::media::echo::{Canceller, between};
use meetme_call::media::pulse::{Microphone, Server, Speaker};
use meetme_call::media::{AudioFrame, AudioSink as _, AudioSource as _, FRAME_TIME, SAMPLE_RATE, SAMPLES};

use crate::programs::Pulse;
use crate::support::voice::{Chance, decibels, room, samples, voice};

const SECOND: usize = SAMPLE_RATE as usize;

/// What is sent of what is heard while something is played.
fn cleaned(played: &[i16], heard: &[i16]) -> Vec<i16> {
    let mut canceller = Canceller::default();
    let mut sent = heard.to_vec();
    for (played, sent) in played.chunks_exact(SAMPLES).zip(sent.chunks_exact_mut(SAMPLES)) {
        canceller.played(played);
        canceller.heard(sent);
    }
    assert_eq!(canceller.restarts, 0);
    sent
}

/// How much quieter a part of what is sent is than the same part of what was heard.
fn less(heard: &[i16], sent: &[i16], seconds: std::ops::Range<usize>) -> f64 {
    let part = seconds.start * SECOND..seconds.end * SECOND;
    decibels(&heard[part.clone()]) - decibels(&sent[part])
}

#[test]
fn an_echo_goes_wherever_in_a_fifth_of_a_second_it_comes() {
    let far = voice(8, 120.0, 1);
    for delay_ms in [5, 40, 90, 200] {
        let heard = samples(&room(&far, delay_ms, 7));
        let sent = cleaned(&samples(&far), &heard);
        let (soon, then) = (less(&heard, &sent, 2..4), less(&heard, &sent, 4..8));
        assert!(soon > 15.0 && then > 30.0, "{delay_ms} ms late: {soon:.1} dB, then {then:.1} dB less");
    }
}

#[test]
fn an_echo_that_moves_is_found_again() {
    let far = voice(16, 120.0, 1);
    let (near_by, far_away) = (samples(&room(&far, 40, 7)), samples(&room(&far, 130, 8)));
    let heard = [&near_by[..8 * SECOND], &far_away[8 * SECOND..]].concat();
    let sent = cleaned(&samples(&far), &heard);
    let found = less(&heard, &sent, 12..16);
    assert!(found > 20.0, "{found:.1} dB less, four seconds after it moved");
}

#[test]
fn a_voice_that_nothing_covers_stays_as_it_is() {
    let near = samples(&voice(8, 210.0, 2));
    let sent = cleaned(&vec![0; near.len()], &near);
    let lost = less(&near, &sent, 2..8);
    assert!(lost.abs() < 2.5, "{lost:.1} dB less");
    assert!(follows(&near[2 * SECOND..], &sent[2 * SECOND..]) > 0.95);
}

#[test]
fn who_speaks_while_the_other_does_is_still_heard() {
    let (far, near) = (voice(12, 120.0, 1), voice(12, 210.0, 2));
    let echo = room(&far, 60, 7);
    let heard: Vec<f64> = echo.iter().zip(&near).map(|(echo, near)| echo + near).collect();
    // The echo is learnt first.
    let heard = [&samples(&echo)[..4 * SECOND], &samples(&heard)[4 * SECOND..]].concat();
    let sent = cleaned(&samples(&far), &heard);
    let near = samples(&near);
    let lost = less(&near, &sent, 5..12);
    assert!(lost < 7.0, "{lost:.1} dB less than without the other");
    let follows = follows(&near[5 * SECOND..], &sent[5 * SECOND..]);
    assert!(follows > 0.8, "{follows:.2}");
}

#[test]
fn steady_noise_goes_and_the_voice_stays() {
    let voice = voice(10, 210.0, 2);
    let (mut chance, mut low) = (Chance::new(99), 0.0);
    let noise: Vec<f64> = voice
        .iter()
        .map(|_| {
            low = 0.9 * low + 0.1 * chance.next();
            0.02 * chance.next() + 0.05 * low
        })
        .collect();
    let heard: Vec<f64> = voice.iter().zip(&noise).map(|(voice, noise)| voice + noise).collect();
    let (voice, heard) = (samples(&voice), samples(&heard));
    let sent = cleaned(&vec![0; heard.len()], &heard);

    let (mut before, mut after) = (Vec::new(), Vec::new());
    for frame in 4 * SECOND / SAMPLES..heard.len() / SAMPLES - 8 {
        // In the middle of a pause: it began before, and lasts.
        if voice[(frame - 3) * SAMPLES..(frame + 4) * SAMPLES].iter().all(|sample| sample.abs() < 10) {
            before.extend_from_slice(&heard[frame * SAMPLES..(frame + 1) * SAMPLES]);
            after.extend_from_slice(&sent[frame * SAMPLES..(frame + 1) * SAMPLES]);
        }
    }
    assert!(before.len() > SECOND / 4, "{} samples of pauses", before.len());
    let quieter = decibels(&before) - decibels(&after);
    assert!(quieter > 8.0, "{quieter:.1} dB less in pauses");
    assert!(follows(&voice[4 * SECOND..], &sent[4 * SECOND..]) > 0.9);
}

/// How well the loudness of one follows that of another, frame by frame: 1 is wholly. What is sent comes 16 ms late.
fn follows(one: &[i16], other: &[i16]) -> f64 {
    let late = SAMPLES * 4 / 5;
    let loudness = |samples: &[i16]| -> Vec<f64> {
        let frame = |frame: &[i16]| frame.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>().sqrt();
        samples.chunks_exact(SAMPLES).map(frame).collect()
    };
    let (one, other) = (loudness(&one[..one.len() - late]), loudness(&other[late..]));
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let (mean_one, mean_other) = (mean(&one), mean(&other));
    let (mut both, mut first, mut second) = (0.0, 0.0, 0.0);
    for (a, b) in one.iter().zip(&other) {
        let (a, b) = (a - mean_one, b - mean_other);
        (both, first, second) = (both + a * b, first + a * a, second + b * b);
    }
    both / (first * second).sqrt().max(1e-9)
}

#[test]
fn what_the_speaker_plays_is_taken_out_of_what_the_microphone_beside_it_hears() {
    let Some(server) = Pulse::start() else { return };
    let at = || Server::At(server.socket());
    let clock = Clock::start();
    let speaker = Speaker::open(at(), Some("room")).expect("a speaker");
    let microphone = Microphone::open(at(), Some("room.monitor"), clock).expect("a microphone");
    let (mut microphone, mut speaker) = between(Box::new(microphone), Box::new(speaker));
    let far = samples(&voice(17, 120.0, 1));
    let played = usual(&far[6 * SECOND..16 * SECOND]);

    let player = std::thread::spawn(move || {
        let clock = Clock::start();
        for (number, samples) in far.chunks_exact(SAMPLES).enumerate() {
            clock.wait_until(FRAME_TIME * u32::try_from(number).unwrap());
            speaker.play(&AudioFrame { samples: samples.to_vec(), at: Duration::ZERO });
        }
    });
    let mut sent = Vec::new();
    while sent.len() < 16 * SECOND {
        sent.extend(microphone.next().expect("sound").expect("more of it").samples);
    }
    player.join().unwrap();

    let less = played - usual(&sent[6 * SECOND..16 * SECOND]);
    assert!(less > 10.0, "{less:.1} dB less than what was played");
}

/// How loud half a second of it usually is, in decibels: one that the machine has kept waiting, and whose echo came when
/// it was not looked for, does not count.
fn usual(samples: &[i16]) -> f64 {
    let mut levels: Vec<f64> = samples.chunks_exact(SECOND / 2).map(decibels).collect();
    levels.sort_by(f64::total_cmp);
    levels[levels.len() / 2]
}

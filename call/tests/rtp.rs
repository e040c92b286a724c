//! Packets: cut and put together, late, lost, twice, and senseless.

use std::time::Duration;

use bytes::Bytes;
use meetme_call::rtp::missing::Missing;
use meetme_call::rtp::video::Buffer;
use meetme_call::rtp::{Depacketize, Needs, Packet, Unwrapped, audio, h264, vp8};
use proptest::prelude::*;

const MILLI: Duration = Duration::from_millis(1);

fn annex_b(nals: &[Vec<u8>]) -> Vec<u8> {
    nals.iter().flat_map(|nal| [&[0, 0, 0, 1][..], nal].concat()).collect()
}

/// A unit without start codes in it, which does not end in zero.
fn nal(kind: u8) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(1_u8..=255, 1..4000).prop_map(move |mut body| {
        body.insert(0, 0x60 | kind);
        body
    })
}

proptest! {
    #[test]
    fn a_frame_comes_out_of_its_packets_as_it_went_in(pictures in prop::collection::vec(nal(1), 1..4), limit in 50_usize..1500) {
        let frame = annex_b(&[&[vec![0x67, 1, 2, 3], vec![0x68, 4]][..], &pictures].concat());
        let mut depacketizer = h264::Depacketizer::default();
        for payload in h264::packetize(&frame, limit) {
            prop_assert!(payload.len() <= limit);
            prop_assert!(depacketizer.push(&payload));
        }
        prop_assert_eq!(depacketizer.finish(), Some((frame, Needs::Earlier)));
    }

    #[test]
    fn whatever_comes_is_a_frame_or_nothing(payloads in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..40), 0..20)) {
        let both: [Box<dyn Depacketize>; 2] = [Box::<h264::Depacketizer>::default(), Box::<vp8::Depacketizer>::default()];
        for mut depacketizer in both {
            for payload in &payloads {
                depacketizer.begins(payload);
                depacketizer.push(payload);
            }
            depacketizer.finish();
        }
    }

    #[test]
    fn frames_come_out_in_order_whatever_the_order_of_packets(
        late in prop::collection::vec(0_u32..60, 40),
        lost in prop::collection::vec(0_u8..20, 40),
    ) {
        let mut arrivals: Vec<(u32, u16)> =
            (0_u16..40).map(|number| (u32::from(number) * 10 + late[usize::from(number)], number)).collect();
        arrivals.retain(|(_, number)| lost[usize::from(*number)] != 0);
        arrivals.sort_unstable();
        let mut buffer = Buffer::new(Box::<h264::Depacketizer>::default());
        let mut frames = Vec::new();
        for (at, number) in arrivals {
            buffer.push(at * MILLI, picture(number, number % 10 == 0));
            frames.extend(std::iter::from_fn(|| buffer.pop(at * MILLI)));
        }
        frames.extend(std::iter::from_fn(|| buffer.pop(5000 * MILLI)));
        prop_assert!(frames.windows(2).all(|two| two[0].at < two[1].at));
        // After something was lost nothing is shown that builds on it.
        let numbers: Vec<u8> = frames.iter().map(|frame| frame.data[5]).collect();
        prop_assert!(numbers.windows(2).all(|two| two[1] == two[0] + 1 || two[1] % 10 == 0), "{:?}", numbers);
    }
}

fn picture(number: u16, key: bool) -> Packet {
    let kind = if key { 0x65 } else { 0x61 };
    Packet {
        sequence: number.wrapping_add(65_520),
        timestamp: u32::from(number) * 3000,
        marker: true,
        payload: Bytes::from(vec![kind, u8::try_from(number).unwrap_or(255), 9]),
    }
}

#[test]
fn a_key_frame_is_asked_for_until_one_comes_and_not_all_the_time() {
    let mut buffer = Buffer::new(Box::<h264::Depacketizer>::default());
    buffer.push(Duration::ZERO, picture(1, false));
    assert_eq!(buffer.pop(Duration::ZERO), None);
    assert!(buffer.asks(Duration::ZERO));
    assert!(!buffer.asks(240 * MILLI));
    assert!(buffer.asks(250 * MILLI));
    buffer.push(600 * MILLI, picture(2, true));
    assert!(buffer.pop(600 * MILLI).is_some());
    assert!(!buffer.asks(2000 * MILLI));
}

#[test]
fn a_packet_that_is_missing_is_waited_for_as_long_as_sending_it_again_takes() {
    let mut buffer = Buffer::new(Box::<h264::Depacketizer>::default());
    buffer.set_round_trip(200 * MILLI);
    buffer.push(Duration::ZERO, picture(0, true));
    assert!(buffer.pop(Duration::ZERO).is_some());
    buffer.push(66 * MILLI, picture(2, false));
    assert_eq!(buffer.pop(300 * MILLI), None, "it may still come");
    buffer.push(310 * MILLI, picture(1, false));
    let numbers: Vec<u8> = std::iter::from_fn(|| buffer.pop(310 * MILLI)).map(|frame| frame.data[5]).collect();
    assert_eq!(numbers, [1, 2]);
}

/// What is asked for at each instant at which there is something to ask for, up to `end`.
fn asked(buffer: &mut Buffer, from: Duration, end: Duration) -> Vec<(u128, Vec<u16>)> {
    let (mut now, mut all) = (from, Vec::new());
    while now <= end {
        let numbers = buffer.missing(now);
        if !numbers.is_empty() {
            all.push((now.as_millis(), numbers));
        }
        now += MILLI;
    }
    all
}

#[test]
fn what_is_missing_is_asked_for_once_a_round_trip_until_it_comes() {
    let mut buffer = Buffer::new(Box::<h264::Depacketizer>::default());
    buffer.set_round_trip(40 * MILLI);
    buffer.push(Duration::ZERO, picture(0, true));
    assert!(buffer.pop(Duration::ZERO).is_some());
    buffer.push(99 * MILLI, picture(3, false));

    let numbers = |of: &[u16]| of.iter().map(|number| picture(*number, false).sequence).collect::<Vec<_>>();
    assert_eq!(asked(&mut buffer, 99 * MILLI, 160 * MILLI), [(100, numbers(&[1, 2])), (150, numbers(&[1, 2]))]);
    buffer.push(161 * MILLI, picture(2, false));
    assert_eq!(asked(&mut buffer, 161 * MILLI, 210 * MILLI), [(200, numbers(&[1]))]);
    assert_eq!(buffer.deadline(), Some(250 * MILLI), "before the frame is given up there is one more to ask");
    buffer.push(211 * MILLI, picture(1, false));
    assert_eq!(asked(&mut buffer, 211 * MILLI, 900 * MILLI), []);
}

#[test]
fn what_overtook_others_is_given_a_moment_before_they_are_asked_for() {
    let mut buffer = Buffer::new(Box::<h264::Depacketizer>::default());
    buffer.set_round_trip(20 * MILLI);
    for number in 0..20 {
        // Unevenly: 50 ms too early and too late, in turns.
        let at = u32::from(number) * 33 + if number % 2 == 0 { 50 } else { 0 };
        buffer.push(at * MILLI, picture(number, number == 0));
        while buffer.pop(at * MILLI).is_some() {}
        assert!(buffer.missing(at * MILLI).is_empty());
    }
    buffer.push(730 * MILLI, picture(21, false));
    let first = asked(&mut buffer, 730 * MILLI, 800 * MILLI).first().map(|(at, _)| *at);
    assert!(first.is_some_and(|at| (740..790).contains(&at)), "{first:?}");
}

#[test]
fn nobody_is_asked_for_more_than_helps() {
    let mut buffer = Buffer::new(Box::<h264::Depacketizer>::default());
    buffer.push(Duration::ZERO, picture(0, true));
    assert!(buffer.pop(Duration::ZERO).is_some());
    buffer.push(MILLI, picture(300, false));
    assert_eq!(asked(&mut buffer, MILLI, 1000 * MILLI), [], "a key frame comes sooner");

    let mut missing = Missing::default();
    missing.came(Duration::ZERO, 10, Duration::ZERO);
    missing.came(Duration::ZERO, 12, Duration::ZERO);
    let asked = (0..1000_u32).filter(|at| !missing.ask(*at * MILLI, Duration::ZERO).is_empty()).count();
    assert_eq!(asked, 8);
    assert_eq!(missing.deadline(), None);
}

#[test]
fn a_stap_a_that_ends_in_the_middle_of_a_length_is_refused() {
    let mut depacketizer = h264::Depacketizer::default();
    assert!(!depacketizer.push(&[0x78, 0, 1, 0x67, 0]));
    assert_eq!(depacketizer.finish(), None);
}

#[test]
fn fragments_that_never_end_do_not_fill_the_memory() {
    let mut depacketizer = h264::Depacketizer::default();
    assert!(depacketizer.push(&[0x7c, 0x85, 0]));
    let piece = [&[0x7c, 0x05][..], &[7; 60_000]].concat();
    assert!((0..100).any(|_| !depacketizer.push(&piece)), "it ends somewhere");
}

#[test]
fn sequence_numbers_wrap_forwards_and_backwards() {
    let mut unwrapped = Unwrapped::default();
    let first = unwrapped.sequence(65_534);
    let numbers =
        [65_535, 1, 0, 2, 65_533].map(|number| unwrapped.sequence(number).cast_signed() - first.cast_signed());
    assert_eq!(numbers, [1, 3, 2, 4, -1]);
}

fn sound(number: u32) -> Packet {
    // Opus of 20 ms, by its first byte.
    let payload = Bytes::from(vec![0x08, u8::try_from(number % 256).unwrap_or(0)]);
    Packet { sequence: 0, timestamp: number * audio::FRAME, marker: false, payload }
}

#[test]
fn sound_is_played_in_order_with_something_in_the_place_of_what_is_missing() {
    let mut buffer = audio::Buffer::default();
    for number in [0, 2, 1, 4] {
        buffer.push(sound(number));
    }
    let played: Vec<_> = (0..5).map(|_| buffer.pull()).collect();
    let packet = |number| audio::Play::Packet(sound(number).payload);
    let missing = audio::Play::Missing(Some(sound(4).payload));
    assert_eq!(played, [packet(0), packet(1), packet(2), missing, packet(4)]);
}

#[test]
fn more_is_kept_in_hand_after_something_was_late_and_what_is_too_much_is_let_go() {
    let mut buffer = audio::Buffer::default();
    for number in 0..30 {
        buffer.push(sound(number));
    }
    let audio::Play::Packet(first) = buffer.pull() else { panic!("there is plenty") };
    assert!(first[1] > 20, "what is played is not half a second behind");
    assert!(buffer.delay() <= Duration::from_millis(120), "{:?}", buffer.delay());
}

#[test]
fn a_packet_of_opus_says_how_long_it_is() {
    for (first, second, samples) in
        [(0x08, 0, 960), (0x00, 0, 480), (0x18, 0, 2880), (0xf8, 0, 960), (0xfb, 3, 2880), (0xe0, 0, 120)]
    {
        assert_eq!(audio::samples(&[first, second]), samples, "{first:#x}");
    }
    assert_eq!(audio::samples(&[]), audio::FRAME);
    assert_eq!(audio::samples(&[0xfb, 0x3f]), audio::FRAME, "more than there can be");
}

#[test]
fn after_two_seconds_of_a_path_that_is_200_ms_uneven_sound_that_comes_is_played() {
    let mut buffer = audio::Buffer::default();
    // Late by 0 to 200 ms, every twentieth lost, in an order that follows from the numbers alone.
    let delay = |number: u32| number.wrapping_mul(2_654_435_761) >> 16;
    let mut arrivals: Vec<(u32, u32)> =
        (0..600).filter(|number| number % 20 != 7).map(|number| (number * 20 + delay(number) % 200, number)).collect();
    arrivals.sort_unstable();
    let mut arrivals = arrivals.into_iter().peekable();
    let mut played = 0;
    for pull in 0..600_u32 {
        while let Some((_, number)) = arrivals.next_if(|(at, _)| *at <= pull * 20) {
            buffer.push(sound(number));
        }
        let heard = matches!(buffer.pull(), audio::Play::Packet(_));
        played += u32::from(heard && pull >= 100);
    }
    assert!(played >= 450, "{played} of 500, 475 of which were not lost");
    assert!(buffer.delay() < 400 * MILLI, "{:?}", buffer.delay());
}

//! Files that are sent: what the other end sees of them, what is refused before a call, and what comes of their end.

use std::fs;
use std::path::{Path, PathBuf};

use meetme_call::clock::Clock;
use meetme_call::media::card::TestCard;
use meetme_call::media::devices::{CameraChoice, SoundChoice, look};
use meetme_call::media::sound::Sound;
use meetme_call::media::{MediaError, Size};
use meetme_call::{Config, Event, Media, Patience, Source, StateName};

use crate::support::relay::Relay;
use crate::support::{End, card, here, is_connected};

const SMALL: Size = Size { width: 320, height: 180 };
/// No test card that is drawn live gets as far.
const FIRST: u32 = 5000;

/// A film of test cards, thirty a second.
fn y4m(cards: u32) -> Vec<u8> {
    let card = TestCard::new(SMALL, 30);
    let mut film = b"YUV4MPEG2 W320 H180 F30:1 C420jpeg\n".to_vec();
    for number in FIRST..FIRST + cards {
        film.extend(b"FRAME\n");
        film.extend(card.draw(number).data());
    }
    film
}

/// Sound of so many samples, at 48 kHz.
fn wav(samples: u32) -> Vec<u8> {
    let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    file.extend([48_000_u32, 96_000].iter().flat_map(|word| word.to_le_bytes()));
    file.extend(b"\x02\0\x10\0data");
    file.extend((samples * 2).to_le_bytes());
    file.extend((0..samples).flat_map(|_| [0x10, 0x20]));
    file
}

fn written(folder: &Path, name: &str, content: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, content).expect("it can be written");
    path
}

#[tokio::test(flavor = "multi_thread")]
async fn the_pictures_of_a_file_named_as_camera_are_what_the_other_end_decodes() {
    let folder = tempfile::tempdir().expect("a folder");
    // Ten seconds, and a last picture that was cut off.
    let mut film = y4m(300);
    film.extend(b"FRAME\ncut");
    let camera = CameraChoice::Device(written(folder.path(), "film.y4m", &film));
    let opened = camera.open(Clock::start()).expect("it opens");
    assert_eq!(opened.what, format!("the file {}", folder.path().join("film.y4m").display()));
    let relay = Relay::start(Vec::new(), None);
    let media = Media { camera: opened.device, ..card("none") };
    let mut host = End::start(relay.join(0, 1).await, media, here());
    let mut guest = End::start(relay.join(1, 2).await, card("none"), here());

    let first = guest.until("picture", |event| matches!(event, Event::FirstPicture { .. })).await;
    assert!(matches!(first, Event::FirstPicture { width: 320, height: 180, .. }), "{first:?}");
    guest
        .until("pictures of the film", |event| match event {
            Event::Stats(stats) => {
                stats.totals.frames_counted > 30 && (FIRST..FIRST + 300).contains(&stats.totals.last_counter.unwrap())
            }
            _ => false,
        })
        .await;
    let all = Event::Notice { what: "camera stopped: that was all".to_owned() };
    host.until("end of the film", |event| *event == all).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sound_that_has_come_to_its_end_goes_on_in_silence_and_is_no_lost_path() {
    let folder = tempfile::tempdir().expect("a folder");
    let relay = Relay::start(Vec::new(), None);
    let sound = Source::File(written(folder.path(), "short.wav", &wav(4800)));
    let media = Media::headless(&sound, None).expect("it opens");
    let patience = Patience { silence: std::time::Duration::from_secs(1), ..Patience::default() };
    let mut host = End::start(relay.join(0, 1).await, media, here());
    let mut guest = End::start(relay.join(1, 2).await, card("none"), Config { patience, ..here() });

    let all = Event::Notice { what: "microphone stopped: that was all".to_owned() };
    host.until("end of the sound", |event| *event == all).await;
    guest.until("connection", is_connected).await;
    guest.until("silence", |event| matches!(event, Event::Stats(stats) if stats.totals.audio_ms_received > 2500)).await;

    let trouble = |event: &Event| matches!(event, Event::State { state: StateName::Reconnecting, .. });
    assert!(!guest.seen.iter().any(trouble), "{:#?}", guest.seen);
}

#[test]
fn a_file_that_cannot_be_sent_is_told_with_what_is_wrong_with_it_before_a_call() {
    let folder = tempfile::tempdir().expect("a folder");
    let whole = y4m(1);
    let odd = b"YUV4MPEG2 W321 H180 F30:1\nFRAME\n";
    let huge = b"YUV4MPEG2 W9998 H180 F30:1\nFRAME\n";
    let deep = b"YUV4MPEG2 W320 H180 F30:1 C420p10\nFRAME\n";
    let cases: [(&str, &[u8], &str); 12] = [
        ("empty.y4m", b"", "this is no Y4M file that can be played: it is empty"),
        ("letter.y4m", b"Dear Ada,\n", "this is no Y4M file that can be played: it does not begin with YUV4MPEG2"),
        ("odd.y4m", odd, "this is no Y4M file that can be played: its sides must be even, and at most 4096"),
        ("huge.y4m", huge, "this is no Y4M file that can be played: its sides must be even, and at most 4096"),
        ("deep.y4m", deep, "this is no Y4M file that can be played: only 4:2:0 with eight bits is read"),
        ("head.y4m", &whole[..20], "this is no Y4M file that can be played: a line does not end"),
        ("bare.y4m", &whole[..35], "this is no film that can be played: there is no whole picture in it"),
        ("cut.y4m", &whole[..5000], "this is no film that can be played: there is no whole picture in it"),
        ("empty.ivf", b"", "this is no IVF file that can be played: it is too short"),
        ("sound.wav", &wav(100), "this is no film that can be played: there are no pictures in it"),
        ("empty.wav", &wav(0), "this is no WAV file that can be played: it has no sound"),
        ("cut.wav", &wav(100)[..30], "this is no WAV file that can be played: its format is cut off"),
    ];
    for (name, content, why) in cases {
        let path = written(folder.path(), name, content);
        let looked = look(
            &CameraChoice::Device(path.clone()),
            &SoundChoice::None,
            &SoundChoice::None,
            &Sound::Server("/nowhere".into()),
        );
        let Err(MediaError::Unfit { path: said, source }) = looked else { panic!("{name}: {looked:?}") };
        assert_eq!((said, source.to_string()), (path.display().to_string(), why.to_owned()));
        let looked = Source::File(path).look();
        assert_eq!(looked.is_ok(), name == "sound.wav", "{name}: {looked:?}");
    }
    assert!(matches!(Source::File(folder.path().join("none.y4m")).look(), Err(MediaError::Open { .. })));
    assert!(Source::File(folder.path().to_owned()).look().is_err());
    assert!(Source::File(written(folder.path(), "whole.y4m", &whole)).look().is_ok());
}

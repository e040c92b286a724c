//! Pictures and sound: what is sent is what is seen, in files and through codecs.

use std::io::Cursor;
use std::process::{Command, Stdio};
use std::time::Duration;

use meetme_call::codec::DecodeVideo;
use meetme_call::codec::{h264, opus, vp8};
use meetme_call::media::card::{TestCard, read_counter};
use meetme_call::media::ivf::Ivf;
use meetme_call::media::mkv::{Entry, Recorder, Writer};
use meetme_call::media::tone::{Tone, strength, to_sample};
use meetme_call::media::wav::Wav;
use meetme_call::media::y4m::Y4m;
use meetme_call::media::{AudioSource, MediaError, Size, VideoSource};
use meetme_call::{Media, NoSource, Source};

use crate::support::program;

const SMALL: Size = Size { width: 320, height: 180 };

#[test]
fn a_card_is_read_back_after_coding_at_a_low_rate() {
    let mut card = TestCard::new(SMALL, 30);
    let mut encoder = h264::Encoder::new(30, 60_000).expect("an encoder");
    let mut decoder = h264::Decoder::new().expect("a decoder");
    let (mut encoded, mut read) = (0, Vec::new());
    for _ in 0..60 {
        let frame = card.next().expect("it draws").expect("it does not end");
        let data = encoder.encode(&frame, false).expect("it encodes").data;
        if data.is_empty() {
            continue;
        }
        encoded += 1;
        let picture = decoder.decode(&data, frame.at).expect("it decodes").expect("at once");
        read.push((read_counter(&frame), read_counter(&picture)));
    }
    assert!(encoded >= 30, "{encoded}");
    assert!(read.iter().all(|(sent, seen)| sent.is_some() && sent == seen), "{read:?}");
}

#[test]
fn a_card_with_a_square_painted_over_has_no_number() {
    let frame = TestCard::new(SMALL, 30).draw(1234);
    assert_eq!(read_counter(&frame), Some(1234));
    let mut data = frame.data().to_vec();
    // The last square but one, whatever it was.
    for row in 150..170 {
        let from = row * SMALL.width + 260;
        for pixel in &mut data[from..from + 20] {
            *pixel = 255 - *pixel;
        }
    }
    let spoilt = meetme_call::media::VideoFrame::new(SMALL, data, Duration::ZERO).expect("it has the size");
    assert_eq!(read_counter(&spoilt), None);
}

#[test]
fn sources_are_named_in_words() {
    let size = |width, height| Size { width, height };
    assert_eq!("card".parse(), Ok(Source::Card { size: size(640, 360), rate: 30 }));
    assert_eq!("card:1280x720@15".parse(), Ok(Source::Card { size: size(1280, 720), rate: 15 }));
    assert_eq!("none".parse(), Ok(Source::None));
    assert_eq!("holiday.mp4".parse(), Ok(Source::File("holiday.mp4".into())));
    for wrong in
        ["card:", "card:640", "card:641x360", "card:64x36", "card:640x360@0", "card:9999x9999", "card:640x360@x"]
    {
        assert_eq!(wrong.parse::<Source>(), Err(NoSource), "{wrong}");
    }
    let missing = Media::headless(&Source::File("/nowhere/at/all.y4m".into()), None);
    assert!(matches!(missing, Err(MediaError::Open { .. })));
    let unwritable = Media::headless(&Source::None, Some("/nowhere/at/all.mkv".as_ref()));
    assert!(matches!(unwritable, Err(MediaError::Record { .. })));
}

#[test]
fn y4m_is_read_frame_by_frame_and_refused_when_it_is_something_else() {
    let mut file = b"YUV4MPEG2 W4 H2 F25:1 Ip A1:1 C420jpeg\n".to_vec();
    for shade in [10, 20] {
        file.extend(b"FRAME\n");
        file.extend([shade; 12]);
    }
    file.extend(b"FRAME\ncut");
    let mut source = Y4m::open(Cursor::new(file)).expect("it is read");
    let frames: Vec<_> = std::iter::from_fn(|| source.next().expect("it is read")).collect();
    assert_eq!(frames.iter().map(|frame| frame.y()[0]).collect::<Vec<_>>(), [10, 20]);
    assert_eq!(frames[1].at, Duration::from_millis(40));

    for wrong in
        ["", "RIFF", "YUV4MPEG2 W3 H2\n", "YUV4MPEG2 W4 H2 C444\n", "YUV4MPEG2 W4 H2 F0:0\n", "YUV4MPEG2 W4 H2"]
    {
        assert!(matches!(Y4m::open(Cursor::new(wrong)), Err(MediaError::Format { .. })), "{wrong}");
    }
}

#[test]
fn wav_is_resampled_and_mixed() {
    let mut file = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0".to_vec();
    file.extend([1_u16, 2].iter().flat_map(|half| half.to_le_bytes()));
    file.extend([24_000_u32, 96_000].iter().flat_map(|word| word.to_le_bytes()));
    file.extend([4_u16, 16].iter().flat_map(|half| half.to_le_bytes()));
    file.extend(b"data");
    let wave = |n: u32| to_sample((f64::from(n) * 440.0 / 24_000.0 * std::f64::consts::TAU).sin() * 0.244);
    let samples: Vec<i16> = (0..24_000).map(wave).collect();
    file.extend(u32::try_from(samples.len() * 4).expect("it is small").to_le_bytes());
    // What is loud on one side and silent on the other is half as loud in the middle.
    file.extend(samples.iter().flat_map(|sample| [sample.to_le_bytes(), [0, 0]].concat()));
    let mut source = Wav::open(Cursor::new(file)).expect("it is read");
    let heard: Vec<i16> =
        std::iter::from_fn(|| source.next().expect("it is read")).flat_map(|frame| frame.samples).collect();

    assert_eq!(heard.len() / 960, 50, "a second");
    let (tone, other) = (strength(&heard[..43_200], 440.0), strength(&heard[..43_200], 880.0));
    assert!((tone - 0.122).abs() < 0.01, "{tone}");
    assert!(other < 0.005, "{other}");
    assert!(matches!(Wav::open(Cursor::new("RIFF")), Err(MediaError::Format { .. })));
}

/// What ffmpeg makes of something; none if it is not there.
fn ffmpeg(arguments: &[&str]) -> Option<Vec<u8>> {
    let program = program("ffmpeg")?;
    let out =
        Command::new(program).args(["-v", "error"]).args(arguments).stdin(Stdio::null()).output().expect("it runs");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
    Some(out.stdout)
}

#[test]
fn what_libopus_encodes_is_decoded_and_the_other_way_round() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("ours.mkv");
    let shown = path.display().to_string();
    // Ours to theirs, by way of a recording.
    let mut tone = Tone::new(440.0);
    let mut encoder = opus::Encoder::new().expect("an encoder");
    let mut file = Writer::new(std::fs::File::create(&path).expect("it can be")).expect("it can be written");
    for _ in 0..100 {
        let frame = tone.next().expect("it sounds").expect("it does not end");
        let data = encoder.encode(&frame.samples).expect("it encodes");
        file.entry(&Entry::Opus { data, at: frame.at }).expect("it can be written");
    }
    file.finish().expect("it can be written");
    let raw = ["-f", "s16le", "-ac", "1", "-ar", "48000", "-"];
    let Some(theirs) = ffmpeg(&[&["-c:a", "libopus", "-i", &shown], &raw[..]].concat()) else { return };
    let samples = |raw: &[u8]| raw.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect::<Vec<_>>();
    let heard = samples(&theirs);
    let tone = strength(&heard[9600..48_000], 440.0);
    assert!((0.2..0.3).contains(&tone), "{tone} of 0.25");

    // Theirs to ours: two channels, packets of 20 ms, in pages that are taken apart here (RFC 3533).
    let made = ["-f", "lavfi", "-i", "sine=frequency=440:duration=2:sample_rate=48000", "-ac", "2", "-c:a", "libopus"];
    let Some(ogg) = ffmpeg(&[&made[..], &["-b:a", "48000", "-f", "ogg", "-"]].concat()) else { return };
    let mut decoder = opus::Decoder::new().expect("a decoder");
    let mut heard = Vec::new();
    for packet in packets(&ogg).iter().skip(2) {
        decoder.decode(packet, &mut heard);
    }
    assert_eq!(decoder.restarts, 0);
    let (tone, loud) = (strength(&heard[9600..48_000], 440.0), strength(&heard[9600..48_000], 1000.0));
    assert!((0.08..0.14).contains(&tone), "{tone} of 0.125");
    assert!(loud < 0.01, "{loud}");
}

fn packets(ogg: &[u8]) -> Vec<Vec<u8>> {
    let (mut packets, mut open, mut rest) = (Vec::new(), Vec::new(), ogg);
    while let Some(count) = rest.get(26).map(|count| usize::from(*count)) {
        let (lacing, mut body) = (&rest[27..27 + count], &rest[27 + count..]);
        for &length in lacing {
            let (piece, after) = body.split_at(usize::from(length));
            open.extend_from_slice(piece);
            body = after;
            if length < 255 {
                packets.push(std::mem::take(&mut open));
            }
        }
        rest = body;
    }
    packets
}

#[test]
fn what_libvpx_encodes_is_seen() {
    let y4m = {
        let card = TestCard::new(SMALL, 30);
        let mut y4m = b"YUV4MPEG2 W320 H180 F30:1\n".to_vec();
        for number in 0..30 {
            y4m.extend(b"FRAME\n");
            y4m.extend(card.draw(number).data());
        }
        y4m
    };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("card.y4m");
    std::fs::write(&path, y4m).expect("it can be written");
    let shown = path.display().to_string();
    let Some(ivf) = ffmpeg(&["-i", &shown, "-c:v", "libvpx", "-b:v", "500k", "-f", "ivf", "-"]) else { return };

    let mut source = Ivf::open(Cursor::new(ivf)).expect("it is read");
    let seen: Vec<_> =
        std::iter::from_fn(|| source.next().expect("it is read")).map(|frame| read_counter(&frame)).collect();

    assert_eq!(seen, (0..30).map(Some).collect::<Vec<_>>());
}

#[test]
fn a_vp8_frame_that_claims_to_be_huge_is_not_decoded() {
    let frame = [0x10, 0, 0, 0x9d, 0x01, 0x2a, 0xff, 0x3f, 0xff, 0x3f, 0, 0, 0];
    assert!(vp8::Decoder::default().decode(&frame, Duration::ZERO).is_err());
}

/// Run as a program of its own by the test below: records until it is killed.
#[test]
#[expect(clippy::print_stdout, reason = "the test that runs this listens")]
fn recording_until_killed() {
    let Some(path) = std::env::var_os("MEETME_TEST_RECORD") else { return };
    let recorder = Recorder::create(path.as_ref()).expect("it can be written").start().expect("it starts");
    let (mut card, mut tone) = (TestCard::new(SMALL, 30), Tone::new(440.0));
    let mut pictures = h264::Encoder::new(30, 300_000).expect("an encoder");
    let mut sound = opus::Encoder::new().expect("an encoder");
    for number in 0.. {
        let frame = card.next().expect("it draws").expect("it does not end");
        let encoded = pictures.encode(&frame, number == 0).expect("it encodes");
        recorder.write(Entry::H264 { data: encoded.data, at: frame.at, key: encoded.key, size: SMALL });
        let heard = tone.next().expect("it sounds").expect("it does not end");
        recorder.write(Entry::Opus { data: sound.encode(&heard.samples).expect("it encodes"), at: heard.at });
        if number % 30 == 29 {
            println!("recorded {number}");
        }
    }
}

#[test]
fn what_is_there_stays_until_there_is_something_to_record() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("kept.mkv");
    std::fs::write(&path, "an older recording, which is longer than the head of a new one is by itself")
        .expect("written");

    drop(Recorder::create(&path).expect("it can be written"));
    drop(Recorder::create(&path).expect("it can be written").start().expect("it starts"));
    assert!(std::fs::read(&path).expect("it is there").starts_with(b"an older recording"));

    let recorder = Recorder::create(&path).expect("it can be written").start().expect("it starts");
    for number in 0..300 {
        recorder.write(Entry::Opus { data: vec![0xf8, 0xff, 0xfe], at: Duration::from_millis(number * 20) });
    }
    drop(recorder);
    let begins = || std::fs::read(&path).expect("it is there").starts_with(&[0x1a, 0x45, 0xdf, 0xa3]);
    assert!(
        (0..100).any(|_| begins() || {
            std::thread::sleep(Duration::from_millis(20));
            false
        }),
        "it is Matroska now"
    );
}

#[test]
fn a_recording_can_be_played_after_its_writer_was_killed() {
    let (Some(ffprobe), Some(_)) = (program("ffprobe"), program("ffmpeg")) else { return };
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("call.mkv");
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["media::recording_until_killed", "--exact", "--nocapture", "--test-threads=1"])
        .env("MEETME_TEST_RECORD", &path)
        .stdout(Stdio::piped())
        .spawn()
        .expect("it runs");
    let out = std::io::BufReader::new(child.stdout.take().expect("it was asked for"));
    let far = std::io::BufRead::lines(out).map_while(Result::ok).any(|line| line.contains("recorded 149"));
    assert!(far);
    child.kill().expect("it can be killed");
    child.wait().expect("it is gone");

    let wanted = ["-v", "error", "-count_packets", "-show_entries", "stream=codec_name,width,height,nb_read_packets"];
    let out = Command::new(ffprobe).args(wanted).args(["-of", "csv=p=0"]).arg(&path).output().expect("it runs");
    let streams = String::from_utf8(out.stdout).expect("text");
    let count = |codec: &str| {
        let line =
            streams.lines().find(|line| line.starts_with(codec)).unwrap_or_else(|| panic!("no {codec}: {streams}"));
        line.rsplit(',').next().and_then(|count| count.trim().parse::<u32>().ok()).unwrap_or(0)
    };
    assert!(streams.contains("h264,320,180"), "{streams}");
    assert!(count("h264") >= 100 && count("opus") >= 100, "{streams}");
    // And what can be decoded shows the numbers that were sent.
    let shown = path.display().to_string();
    let y4m =
        ffmpeg(&["-i", &shown, "-an", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-f", "yuv4mpegpipe", "-"]);
    let mut source = Y4m::open(Cursor::new(y4m.expect("it is there"))).expect("it is read");
    let seen: Vec<_> =
        std::iter::from_fn(|| source.next().expect("it is read")).map(|frame| read_counter(&frame)).collect();
    assert!(seen.len() >= 100 && seen.iter().all(Option::is_some), "{} pictures: {seen:?}", seen.len());
}

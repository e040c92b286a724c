//! What is sent of files and silenced by words, looked at in recordings by a program that is not ours.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::{People, Running};
use crate::e2e::needed;
use crate::e2e::node::Node;

/// Samples in a second.
const HERTZ: usize = 48_000;

fn binary(node: &Node) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meetme"));
    command.env("MEETME_SERVER", format!("http://{}", node.address));
    command
}

fn node(data: &Path) -> Node {
    Node::start(&["--data", data.to_str().expect("a plain name")], &[])
}

fn ffmpeg() -> Option<Command> {
    let program = Path::new("/usr/bin/ffmpeg");
    needed(program.is_file().then(|| Command::new(program)), "ffmpeg").map(|mut command| {
        command.args(["-nostdin", "-v", "error", "-y"]).stdin(Stdio::null());
        command
    })
}

/// The loudness of the sound in each half second of a recording.
fn loudness(ffmpeg: &mut Command, recording: &Path) -> Vec<f64> {
    let wav = ["-vn", "-ac", "1", "-ar", "48000", "-f", "s16le", "pipe:1"];
    let heard = ffmpeg.arg("-i").arg(recording).args(wav).output().expect("ffmpeg runs");
    assert!(heard.status.success(), "{}", String::from_utf8_lossy(&heard.stderr));
    let samples: Vec<f64> =
        heard.stdout.chunks_exact(2).map(|pair| f64::from(i16::from_le_bytes([pair[0], pair[1]]))).collect();
    let power = |half: &[f64]| (half.iter().map(|sample| sample * sample).sum::<f64>() / half.len() as f64).sqrt();
    samples.chunks(HERTZ / 2).map(power).collect()
}

/// Waits until somebody has heard so many milliseconds.
fn hears(one: &mut Running, milliseconds: u64) {
    let heard = |event: &Value| event["event"] == "stats" && event["audio_ms_received"].as_u64() >= Some(milliseconds);
    one.until("sound", heard);
}

#[test]
fn who_mutes_by_a_word_sends_silence_until_the_other_word() {
    let Some(mut ffmpeg) = ffmpeg() else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let node = node(dir.path());
    let people = People::meet(|_| binary(&node));
    let recording = dir.path().join("bob.mkv");
    let record = ["--loopback-only", "--source", "none", "--record", recording.to_str().expect("a plain name")];
    let mut bob = people.call(|_| binary(&node), "bob", &record);
    let mut ada = people.at_home(binary(&node));
    ada.args(["--profile", "ada", "call", &people.booking, "--plain", "--loopback-only", "--source", "card"]);
    let mut ada = ada.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the binary runs");
    let mut words = ada.stdin.take().expect("it is piped");
    bob.connected();

    hears(&mut bob, 2000);
    writeln!(words, "mute").expect("it listens");
    hears(&mut bob, 5000);
    writeln!(words, "unmute").expect("it listens");
    hears(&mut bob, 8000);
    writeln!(words, "quit").expect("it listens");

    assert_eq!(bob.until("end", |event| event["event"] == "ended")["reason"], "hung-up");
    let said = ada.wait_with_output().expect("it ends").stdout;
    let said = String::from_utf8_lossy(&said);
    assert!(said.contains("now: muted") && said.contains("no longer: muted"), "{said}");
    let halves = loudness(&mut ffmpeg, &recording);
    let loud: Vec<bool> = halves.iter().map(|power| *power > 300.0).collect();
    // Loud, then silent, then loud again; where it changes a half may be either.
    let first = loud.iter().position(|loud| *loud).expect("it is heard");
    let silence = first + loud[first..].iter().position(|loud| !loud).expect("it is silenced");
    let again = silence + loud[silence..].iter().position(|loud| *loud).expect("it is heard again");
    assert!(silence - first >= 2 && again - silence >= 3, "{halves:?}");
    assert!(loud[again..].iter().filter(|loud| **loud).count() >= 2, "{halves:?}");
}

#[test]
fn a_film_of_any_kind_is_sent_by_ffmpeg_with_its_sound_and_recorded_as_it_came() {
    let (Some(mut make), Some(mut listen), Some(mut look)) = (ffmpeg(), ffmpeg(), ffmpeg()) else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let film = dir.path().join("film.mp4");
    let pictures = ["-f", "lavfi", "-i", "testsrc=size=322x180:rate=15:duration=20"];
    let sound = ["-f", "lavfi", "-i", "sine=frequency=300:duration=20"];
    let made = make.args(pictures).args(sound).args(["-c:v", "mpeg4", "-c:a", "aac"]).arg(&film).output();
    assert!(made.expect("ffmpeg runs").status.success());
    let node = node(dir.path());
    let people = People::meet(|_| binary(&node));
    let recording = dir.path().join("bob.mkv");
    let record = ["--loopback-only", "--source", "none", "--record", recording.to_str().expect("a plain name")];

    let mut bob = people.call(|_| binary(&node), "bob", &record);
    let send = ["--loopback-only", "--for", "8s", "--source", film.to_str().expect("a plain name")];
    let _ada = people.call(|_| binary(&node), "ada", &send);

    let first = bob.until("picture", |event| event["event"] == "first-picture");
    assert_eq!((first["width"].as_u64(), first["height"].as_u64()), (Some(322), Some(180)));
    let ended = bob.until("end", |event| event["event"] == "ended");
    let (seen, heard) = (ended["frames_decoded"].as_u64(), ended["audio_ms_received"].as_u64());
    assert!(seen >= Some(45) && heard >= Some(3000), "{ended}");
    let halves = loudness(&mut listen, &recording);
    assert!(halves.iter().filter(|power| **power > 300.0).count() >= 5, "{halves:?}");
    // What was recorded are pictures to others, too.
    let count = look.args(["-xerror", "-i"]).arg(&recording).args(["-an", "-f", "framemd5", "pipe:1"]).output();
    let count = count.expect("ffmpeg runs");
    let frames = String::from_utf8_lossy(&count.stdout).lines().filter(|line| !line.starts_with('#')).count();
    assert!(count.status.success() && frames >= 40, "{frames} of {ended}: {}", String::from_utf8_lossy(&count.stderr));
}

//! Measures how long pictures and sound take from one end of a call to the other, and what cancelling an echo does and
//! costs; two ends in this process, on loopback.
//!
//! ```text
//! cargo run --release -p meetme-call --example latency -- picture card:640x360@30 20
//! cargo run --release -p meetme-call --example latency -- sound 20
//! cargo run --release -p meetme-call --example latency -- echo
//! ```
//!
//! `picture` takes the time from when the camera gives a picture to when it has been decoded, and to when the cells that
//! show it are ready for the terminal. `sound` plays the beginnings of tones into a null sink of a PulseAudio of its own,
//! and takes the time at its monitor: without a call, and through one.

#[path = "../tests/programs.rs"]
mod programs;
#[expect(dead_code, reason = "the tests need more of it")]
#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use meetme_call::clock::Clock;
use meetme_call::media::card::read_counter;
use meetme_call::media::echo::Canceller;
use meetme_call::media::pulse::{Microphone, Server, Speaker};
use meetme_call::media::tone::Tone;
use meetme_call::media::{
    AudioFrame, AudioSink, AudioSource, FRAME_TIME, MediaError, SAMPLE_RATE, SAMPLES, Size, VideoFrame, VideoSink,
    VideoSource,
};
use meetme_call::view::cells::Glyphs;
use meetme_call::view::colour::Depth;
use meetme_call::view::detect::{Abilities, Graphics};
use meetme_call::view::layout::{Seen, page};
use meetme_call::view::paint::{Cost, Painter};
use meetme_call::view::picture::{Extent, Planes};
use meetme_call::view::scene::Scene;
use meetme_call::{Config, Event, Media, Source};
use programs::Pulse;
use support::relay::Relay;
use support::voice::{decibels, room, samples, voice};
use support::{End, here};

#[tokio::main]
async fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["picture", source, seconds] => picture(source, seconds.parse().expect("seconds")).await,
        ["sound", tones] => sound(tones.parse().expect("a number")).await,
        ["echo"] => echo(),
        _ => say("picture SOURCE SECONDS | sound TONES | echo"),
    }
}

#[expect(clippy::print_stdout, reason = "it is what this program is for")]
fn say(line: &str) {
    println!("{line}");
}

fn tell(what: &str, mut times: Vec<Duration>) {
    times.sort_unstable();
    let at =
        |part: usize| times.get((times.len().max(1) - 1) * part / 100).map_or(0.0, |time| time.as_secs_f64() * 1000.0);
    say(&format!("| {what} | {:.1} | {:.1} | {:.1} | {} |", at(50), at(95), at(100), times.len()));
}

/// When the camera gave the picture with a number.
type Taken = Arc<Mutex<BTreeMap<u32, Duration>>>;

struct Watched {
    camera: Box<dyn VideoSource>,
    taken: Taken,
    clock: Clock,
}

impl VideoSource for Watched {
    fn next(&mut self) -> Result<Option<VideoFrame>, MediaError> {
        let frame = self.camera.next()?;
        if let Some(number) = frame.as_ref().and_then(read_counter) {
            self.taken.lock().expect("nobody panics").insert(number, self.clock.now());
        }
        Ok(frame)
    }

    fn size(&self) -> Size {
        self.camera.size()
    }

    fn rate(&self) -> u32 {
        self.camera.rate()
    }
}

/// A screen of which the bytes go nowhere.
struct Glass {
    size: Extent,
    painter: Painter,
    taken: Taken,
    clock: Clock,
    /// From being taken to being decoded, and to being drawn.
    times: Arc<Mutex<[Vec<Duration>; 2]>>,
}

impl VideoSink for Glass {
    fn show(&mut self, frame: &VideoFrame) {
        let decoded = self.clock.now();
        let able = Abilities {
            depth: Depth::True,
            glyphs: Glyphs::Blocks,
            graphics: Graphics::Cells,
            cell: Extent { width: 10, height: 20 },
            answers: true,
        };
        let seen = Seen { peer: Some(Planes::from(frame)), own: None };
        let grid = page(&Scene::default(), seen, self.size, decoded, &able, 0).grid;
        let bytes = self.painter.update(&grid, Cost { threshold: 4, bytes: 512 << 10 }).bytes;
        let drawn = self.clock.now();
        let number = read_counter(frame).filter(|_| !bytes.is_empty());
        if let Some(taken) = number.and_then(|number| self.taken.lock().expect("nobody panics").get(&number).copied()) {
            let mut times = self.times.lock().expect("nobody panics");
            times[0].push(decoded - taken);
            times[1].push(drawn - taken);
        }
    }
}

async fn picture(source: &str, seconds: u64) {
    let source: Source = source.parse().expect("a source");
    say("| milliseconds from camera to | p50 | p95 | most | pictures |");
    say("|---|---|---|---|---|");
    for size in [Extent { width: 80, height: 24 }, Extent { width: 200, height: 50 }] {
        let (clock, taken, times) = (Clock::start(), Taken::default(), Arc::<Mutex<[Vec<Duration>; 2]>>::default());
        let mut sends = Media::headless(&source, None).expect("it opens");
        let camera = sends.camera.take().expect("pictures");
        sends.camera = Some(Box::new(Watched { camera, taken: Arc::clone(&taken), clock }));
        let mut shows = Media::headless(&Source::None, None).expect("it opens");
        let glass = Glass { size, painter: Painter::new(size), taken, clock, times: Arc::clone(&times) };
        shows.screen = Box::new(glass);
        let relay = Relay::start(Vec::new(), None);
        let config = Config { length: Some(Duration::from_secs(seconds)), ..here() };
        let host = End::start(relay.join(0, 1).await, sends, config);
        let guest = End::start(relay.join(1, 2).await, shows, here());
        tokio::join!(host.ended(), guest.ended());
        let [decoded, drawn] = std::mem::take(&mut *times.lock().expect("nobody panics"));
        tell(&format!("decoded ({}×{})", size.width, size.height), decoded);
        tell(&format!("drawn ({}×{})", size.width, size.height), drawn);
    }
}

/// Frames from the beginning of one tone to that of the next, and of a tone.
const PERIOD: usize = 40;
const TONE: usize = 5;
/// What is louder than this has begun.
const LOUD: i16 = 1500;

/// Silence with short tones in it, at the pace of time; says when each of them began.
struct Tones {
    tone: Tone,
    number: usize,
    clock: Clock,
    began: Arc<Mutex<Vec<Duration>>>,
}

impl Tones {
    fn new(clock: Clock, began: &Arc<Mutex<Vec<Duration>>>) -> Self {
        Self { tone: Tone::new(1000.0), number: 0, clock, began: Arc::clone(began) }
    }
}

impl AudioSource for Tones {
    fn next(&mut self) -> Result<Option<AudioFrame>, MediaError> {
        let end = FRAME_TIME * u32::try_from(self.number + 1).expect("a short measurement");
        self.clock.wait_until(end);
        let frame = self.tone.next()?.expect("a tone without end");
        let place = self.number % PERIOD;
        self.number += 1;
        if place >= TONE {
            return Ok(Some(AudioFrame::silence(frame.at)));
        }
        if place == 0 {
            self.began.lock().expect("nobody panics").push(self.clock.now() - FRAME_TIME);
        }
        Ok(Some(frame))
    }
}

/// When tones are heard to begin: as many as these, or as come in time.
fn listen(mut microphone: Microphone, clock: Clock, tones: usize) -> Vec<Duration> {
    let (mut begun, mut silent) = (Vec::new(), 0);
    let most = FRAME_TIME * u32::try_from((tones + 5) * PERIOD).expect("a short measurement");
    while begun.len() < tones && clock.now() < most {
        let frame = microphone.next().expect("sound").expect("more of it");
        match frame.samples.iter().position(|sample| sample.abs() > LOUD) {
            Some(at) if silent > PERIOD / 4 => {
                let rest = u32::try_from(SAMPLES - at).expect("at most a frame");
                begun.push(clock.now() - FRAME_TIME * rest / u32::try_from(SAMPLES).expect("it is small"));
                silent = 0;
            }
            Some(_) => silent = 0,
            None => silent += 1,
        }
    }
    begun
}

/// From each beginning to the first that is heard behind it, before the next one.
fn between(began: &[Duration], heard: &[Duration]) -> Vec<Duration> {
    let period = FRAME_TIME * u32::try_from(PERIOD).expect("it is small");
    let first = |began: &Duration| heard.iter().find(|heard| *heard > began).map(|heard| *heard - *began);
    began.iter().filter_map(first).filter(|time| *time < period).collect()
}

async fn sound(tones: usize) {
    let Some(server) = Pulse::start() else { return };
    let at = || Server::At(server.socket());
    say("| milliseconds to the monitor of a null sink | p50 | p95 | most | tones |");
    say("|---|---|---|---|---|");
    let open = |clock: Clock| {
        let speaker = Speaker::open(at(), Some("room")).expect("a speaker");
        (speaker, Microphone::open(at(), Some("room.monitor"), clock).expect("a microphone"))
    };

    let began = Arc::<Mutex<Vec<Duration>>>::default();
    let clock = Clock::start();
    let (mut speaker, microphone) = open(clock);
    let mut source = Tones::new(clock, &began);
    let player = std::thread::spawn(move || {
        for _ in 0..(tones + 2) * PERIOD {
            let frame = source.next().expect("sound").expect("more of it");
            speaker.play(&frame);
        }
    });
    let heard = tokio::task::spawn_blocking(move || listen(microphone, clock, tones)).await.expect("it listens");
    player.join().expect("it plays");
    tell("without a call: speaker, server, microphone", between(&began.lock().expect("nobody panics"), &heard));

    let began = Arc::<Mutex<Vec<Duration>>>::default();
    let clock = Clock::start();
    let (speaker, microphone) = open(clock);
    let mut sends = Media::headless(&Source::None, None).expect("nothing");
    sends.microphone = Some(Box::new(Tones::new(clock, &began)));
    let mut plays = Media::headless(&Source::None, None).expect("nothing");
    plays.speaker = Box::new(speaker);
    let relay = Relay::start(Vec::new(), None);
    let host = End::start(relay.join(0, 1).await, sends, here());
    let mut guest = End::start(relay.join(1, 2).await, plays, here());
    guest.until("sound", |event| matches!(event, Event::FirstSound { .. })).await;
    let heard = tokio::task::spawn_blocking(move || listen(microphone, clock, tones)).await.expect("it listens");
    guest.handle.hang_up();
    tokio::join!(host.ended(), guest.ended());
    tell("through a call", between(&began.lock().expect("nobody panics"), &heard));
}

fn echo() {
    let second = SAMPLE_RATE as usize;
    let far = voice(16, 120.0, 1);
    say("| echo comes after | dB less in seconds 0–2 | 2–4 | 4–8 | 8–16 | µs per 10 ms |");
    say("|---|---|---|---|---|---|");
    for delay_ms in [5, 40, 90, 200] {
        let (played, heard) = (samples(&far), samples(&room(&far, delay_ms, 7)));
        let (mut canceller, mut sent, clock) = (Canceller::default(), heard.clone(), Clock::start());
        for (played, sent) in played.chunks_exact(SAMPLES).zip(sent.chunks_exact_mut(SAMPLES)) {
            canceller.played(played);
            canceller.heard(sent);
        }
        let each = clock.now().as_secs_f64() * 1e6 / (sent.len() / SAMPLES * 2) as f64;
        let less = [0..2, 2..4, 4..8, 8..16].map(|seconds: std::ops::Range<usize>| {
            let part = seconds.start * second..seconds.end * second;
            format!("{:.0}", decibels(&heard[part.clone()]) - decibels(&sent[part]))
        });
        say(&format!("| {delay_ms} ms | {} | {each:.0} |", less.join(" | ")));
    }
}

//! Microphone and speaker, by the protocol of PulseAudio, which PipeWire speaks too. A server that goes away leaves
//! silence, and the call goes on.

use std::collections::VecDeque;
use std::ffi::CString;
use std::future::Future;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;

use pulseaudio::protocol::{self, stream::BufferAttr, stream::StreamFlags};
use pulseaudio::{AsPlaybackSource as _, Client, ClientError, PlaybackStream, RecordStream};

use super::{AudioFrame, AudioSink, AudioSource, FRAME_TIME, MediaError, SAMPLE_RATE, SAMPLES};
use crate::clock::Clock;

/// How long a server may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes of a cookie.
const COOKIE: usize = 256;
/// Bytes of 20 ms.
const FRAME_BYTES: u32 = 1920;
/// Sound from the microphone that nobody took in time: beyond this the oldest goes.
const MOST_HEARD: usize = 10 * SAMPLES;
/// Sound for the speaker: what waits before it begins, and beyond how much the oldest goes.
const FIRST_PLAYED: usize = 2 * SAMPLES;
const MOST_PLAYED: usize = 12 * SAMPLES;
/// What waits longer than this many frames without need is shortened by one: a jam must not stay as a delay.
const PATIENT_FRAMES: u32 = 100;

/// Which sound server is meant.
#[derive(Debug, Clone, Default)]
pub enum Server {
    /// The one of the environment, or the user's own.
    #[default]
    Usual,
    /// The one with this socket.
    At(PathBuf),
}

/// Where sound comes from or goes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What it is chosen by.
    pub name: String,
    /// What people call it.
    pub description: String,
    /// Whether it is used when none is chosen.
    pub is_default: bool,
}

/// What this machine has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Devices {
    /// Microphones, and what listens to speakers.
    pub microphones: Vec<Device>,
    /// Speakers.
    pub speakers: Vec<Device>,
}

/// A microphone that is on.
pub struct Microphone {
    heard: Arc<Ring>,
    clock: Clock,
    /// When the last 20 ms were given out.
    last: Duration,
    _stream: RecordStream,
    _client: Client,
}

/// A speaker that is on.
pub struct Speaker {
    played: Arc<Ring>,
    _stream: PlaybackStream,
    _client: Client,
}

/// Samples on their way between two threads that do not wait for each other.
#[derive(Debug, Default)]
struct Ring {
    samples: Mutex<Waiting>,
    more: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    samples: VecDeque<i16>,
    /// The speaker has begun, and has not run dry since.
    flows: bool,
    /// The least that waited lately, and since how many frames.
    least: usize,
    since: u32,
}

/// What this machine has. An error if there is no server, or it does not answer.
pub fn list(server: Server) -> Result<Devices, MediaError> {
    on_a_thread(move || async move {
        let client = server.connect()?;
        let server = client.server_info().await?;
        let is = |name: &CString, default: &Option<CString>| default.as_ref() == Some(name);
        let words = |words: &CString| words.to_string_lossy().into_owned();
        let device = |name: &CString, description: &Option<CString>, default: &Option<CString>| Device {
            name: words(name),
            description: description.as_ref().map(&words).unwrap_or_default(),
            is_default: is(name, default),
        };
        let sources = client.list_sources().await?;
        let sinks = client.list_sinks().await?;
        let source = |one: &protocol::SourceInfo| device(&one.name, &one.description, &server.default_source_name);
        let sink = |one: &protocol::SinkInfo| device(&one.name, &one.description, &server.default_sink_name);
        Ok(Devices { microphones: sources.iter().map(source).collect(), speakers: sinks.iter().map(sink).collect() })
    })
}

impl Microphone {
    /// Switches on the microphone of this name; without one the default.
    pub fn open(server: Server, name: Option<&str>, clock: Clock) -> Result<Self, MediaError> {
        let source_name = Some(named(name, protocol::DEFAULT_SOURCE)?);
        let heard = Arc::new(Ring::default());
        let ring = Arc::clone(&heard);
        let (client, stream) = on_a_thread(move || async move {
            let client = server.connect()?;
            let params = protocol::RecordStreamParams {
                sample_spec: spec(),
                channel_map: protocol::ChannelMap::mono(),
                source_index: None,
                source_name,
                buffer_attr: BufferAttr { fragment_size: FRAME_BYTES / 2, ..BufferAttr::default() },
                flags: StreamFlags { adjust_latency: true, ..StreamFlags::default() },
                cvolume: Some(protocol::ChannelVolume::norm(1)),
                ..protocol::RecordStreamParams::default()
            };
            let stream = client.create_record_stream(params, move |bytes: &[u8]| ring.hear(bytes)).await?;
            Ok((client, stream))
        })?;
        Ok(Self { heard, clock, last: clock.now(), _stream: stream, _client: client })
    }
}

impl AudioSource for Microphone {
    fn next(&mut self) -> Result<Option<AudioFrame>, MediaError> {
        // A device's clock is not this one's: it may be late by a frame before it is taken for silent.
        let silent_at = self.last + 3 * FRAME_TIME;
        let samples = self.heard.take(|| silent_at.saturating_sub(self.clock.now()));
        let now = self.clock.now();
        self.last = if samples.is_some() { now } else { self.last + FRAME_TIME };
        Ok(Some(samples.map_or_else(|| AudioFrame::silence(now), |samples| AudioFrame { samples, at: now })))
    }
}

impl Speaker {
    /// Switches on the speaker of this name; without one the default.
    pub fn open(server: Server, name: Option<&str>) -> Result<Self, MediaError> {
        let sink_name = Some(named(name, protocol::DEFAULT_SINK)?);
        let played = Arc::new(Ring::default());
        let ring = Arc::clone(&played);
        let (client, stream) = on_a_thread(move || async move {
            let client = server.connect()?;
            let params = protocol::PlaybackStreamParams {
                sample_spec: spec(),
                channel_map: protocol::ChannelMap::mono(),
                sink_index: None,
                sink_name,
                buffer_attr: BufferAttr {
                    target_length: 4 * FRAME_BYTES,
                    pre_buffering: 2 * FRAME_BYTES,
                    minimum_request_length: FRAME_BYTES / 2,
                    ..BufferAttr::default()
                },
                flags: StreamFlags { adjust_latency: true, ..StreamFlags::default() },
                cvolume: Some(protocol::ChannelVolume::norm(1)),
                ..protocol::PlaybackStreamParams::default()
            };
            let fill = move |bytes: &mut [u8]| ring.play(bytes);
            let stream = client.create_playback_stream(params, fill.as_playback_source()).await?;
            Ok((client, stream))
        })?;
        Ok(Self { played, _stream: stream, _client: client })
    }
}

impl AudioSink for Speaker {
    fn play(&mut self, frame: &AudioFrame) {
        self.played.put(&frame.samples, MOST_PLAYED);
        self.played.shorten();
    }
}

impl Ring {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.samples.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds samples. Beyond `most` the older half goes: a short gap instead of a delay that stays.
    fn put(&self, samples: &[i16], most: usize) {
        let mut waiting = self.lock();
        waiting.samples.extend(samples);
        if waiting.samples.len() > most {
            let excess = waiting.samples.len() - most / 2;
            waiting.samples.drain(..excess);
        }
        drop(waiting);
        self.more.notify_one();
    }

    fn hear(&self, bytes: &[u8]) {
        let samples: Vec<i16> = bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect();
        self.put(&samples, MOST_HEARD);
    }

    /// The next 20 ms, as soon as they are there; none when `left` has come down to nothing before that.
    fn take(&self, left: impl Fn() -> Duration) -> Option<Vec<i16>> {
        let mut waiting = self.lock();
        loop {
            if waiting.samples.len() >= SAMPLES {
                return Some(waiting.samples.drain(..SAMPLES).collect());
            }
            let left = left();
            if left.is_zero() {
                return None;
            }
            waiting = self.more.wait_timeout(waiting, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Takes a frame away now and then while more waits than is ever needed.
    fn shorten(&self) {
        let mut waiting = self.lock();
        waiting.since += 1;
        if waiting.since < PATIENT_FRAMES {
            return;
        }
        if waiting.least > FIRST_PLAYED && waiting.least < usize::MAX {
            waiting.samples.drain(..SAMPLES);
        }
        (waiting.least, waiting.since) = (usize::MAX, 0);
    }

    /// Fills what the server asked for: with silence where there is nothing. Never with nothing, which would be the end.
    fn play(&self, bytes: &mut [u8]) -> usize {
        let mut waiting = self.lock();
        waiting.flows |= waiting.samples.len() >= FIRST_PLAYED;
        let whole = bytes.len() / 2 * 2;
        waiting.least = waiting.least.min(waiting.samples.len().saturating_sub(bytes.len() / 2));
        for pair in bytes.chunks_exact_mut(2) {
            let sample = if waiting.flows { waiting.samples.pop_front() } else { None };
            // Run dry: it begins anew with some ahead.
            waiting.flows &= sample.is_some();
            pair.copy_from_slice(&sample.unwrap_or(0).to_le_bytes());
        }
        whole
    }
}

impl Server {
    fn connect(self) -> Result<Client, ClientError> {
        let cookie = match &self {
            Self::Usual => pulseaudio::cookie_path_from_env().and_then(|path| std::fs::read(path).ok()),
            Self::At(_) => None,
        };
        let socket = match self {
            Self::Usual => pulseaudio::socket_path_from_env().ok_or(ClientError::ServerUnavailable)?,
            Self::At(socket) => socket,
        };
        // A server that asks for no cookie still wants to read one.
        let cookie = cookie.unwrap_or_else(|| vec![0; COOKIE]);
        Client::new_unix(c"meetme", UnixStream::connect(socket)?, Some(cookie))
    }
}

fn spec() -> protocol::SampleSpec {
    protocol::SampleSpec { format: protocol::SampleFormat::S16Le, channels: 1, sample_rate: SAMPLE_RATE }
}

fn named(name: Option<&str>, default: &std::ffi::CStr) -> Result<CString, MediaError> {
    match name {
        None => Ok(default.to_owned()),
        Some(name) => CString::new(name).map_err(|_| failed("a name has no zero bytes")),
    }
}

/// Runs what waits for the server on a thread of its own, and waits for it, but not for ever.
fn on_a_thread<T, F>(work: impl FnOnce() -> F + Send + 'static) -> Result<T, MediaError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, ClientError>>,
{
    let (done, wait) = mpsc::channel();
    std::thread::Builder::new().name("pulse".to_owned()).spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        let result = runtime
            .map_err(MediaError::from)
            .and_then(|runtime| runtime.block_on(work()).map_err(|error| in_words(&error)));
        // Nobody waits any longer: what was opened is closed again.
        drop(done.send(result));
    })?;
    wait.recv_timeout(PATIENCE).unwrap_or_else(|_| Err(failed("the sound server does not answer")))
}

fn in_words(error: &ClientError) -> MediaError {
    match error {
        ClientError::ServerUnavailable | ClientError::Io(_) => failed("neither PulseAudio nor PipeWire runs here"),
        other => failed(&other.to_string()),
    }
}

fn failed(why: &str) -> MediaError {
    MediaError::Sound(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn played(ring: &Ring, samples: usize) -> Vec<i16> {
        let mut bytes = vec![0xff; samples * 2];
        assert_eq!(ring.play(&mut bytes), bytes.len());
        bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect()
    }

    #[test]
    fn the_speaker_is_silent_until_a_little_waits_and_again_when_it_ran_dry() {
        let ring = Ring::default();
        ring.put(&[7; SAMPLES], MOST_PLAYED);
        assert_eq!(played(&ring, 4), [0; 4]);
        ring.put(&[7; SAMPLES], MOST_PLAYED);
        assert_eq!(played(&ring, 2 * SAMPLES), [7; 2 * SAMPLES]);
        assert_eq!(played(&ring, 1), [0]);
        ring.put(&[8; SAMPLES], MOST_PLAYED);
        assert_eq!(played(&ring, 1), [0], "it waits for some more first");
    }

    #[test]
    fn sound_that_waits_too_long_goes_so_that_the_delay_does_not_stay() {
        let ring = Ring::default();
        for number in 0..13 {
            ring.put(&[number; SAMPLES], MOST_PLAYED);
        }
        assert_eq!(ring.lock().samples.len(), MOST_PLAYED / 2);
        assert_eq!(played(&ring, 1), [7]);
    }

    #[test]
    fn what_waits_without_need_becomes_less() {
        let ring = Ring::default();
        ring.put(&[1; 8 * SAMPLES], MOST_PLAYED);
        for _ in 0..10 * PATIENT_FRAMES {
            played(&ring, SAMPLES);
            ring.put(&[1; SAMPLES], MOST_PLAYED);
            ring.shorten();
        }
        let left = ring.lock().samples.len();
        assert!((FIRST_PLAYED..=FIRST_PLAYED + 2 * SAMPLES).contains(&left), "{left}");
    }

    #[test]
    fn a_silent_device_is_given_up_waiting_for_when_its_time_is_over() {
        let ring = Ring::default();
        ring.hear(&[1, 0, 2, 0]);
        assert_eq!(ring.take(|| Duration::ZERO), None);
        ring.put(&[3; SAMPLES], MOST_HEARD);
        let frame = ring.take(|| Duration::ZERO).unwrap();
        assert_eq!((frame.len(), frame[0], frame[1], frame[2]), (SAMPLES, 1, 2, 3));
    }
}

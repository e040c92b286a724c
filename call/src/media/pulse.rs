//! Microphone and speaker, by the protocol of PulseAudio, which PipeWire speaks too. A server that goes away leaves
//! silence, and the call goes on.

use std::ffi::CString;
use std::future::Future;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::sync::Arc;

use pulseaudio::protocol::{self, stream::BufferAttr, stream::StreamFlags};
use pulseaudio::{AsPlaybackSource as _, Client, ClientError, PlaybackStream, RecordStream};

use super::news::News;
use super::queue::{Ear, Mouth, Ring};
use super::sound::{Device, Devices, on_a_thread};
use super::{AudioFrame, AudioSink, AudioSource, MediaError, SAMPLE_RATE};
use crate::clock::Clock;

/// Bytes of a cookie.
const COOKIE: usize = 256;
/// Bytes of 20 ms.
const FRAME_BYTES: u32 = 1920;

/// Which sound server is meant.
#[derive(Debug, Clone, Default)]
pub enum Server {
    /// The one of the environment, or the user's own.
    #[default]
    Usual,
    /// The one with this socket.
    At(PathBuf),
}

/// A microphone that is on.
pub struct Microphone {
    ear: Ear,
    _stream: RecordStream,
    _client: Client,
}

/// A speaker that is on.
pub struct Speaker {
    played: Arc<Ring>,
    _stream: PlaybackStream,
    _client: Client,
}

/// What this machine has. An error if there is no server, or it does not answer.
pub fn list(server: Server) -> Result<Devices, MediaError> {
    ask(move || async move {
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
        let (microphones, speakers) = (sources.iter().map(source).collect(), sinks.iter().map(sink).collect());
        Ok(Devices { microphones, speakers, served: true })
    })
}

impl Microphone {
    /// Switches on the microphone of this name; without one the default.
    pub fn open(server: Server, name: Option<&str>, clock: Clock) -> Result<Self, MediaError> {
        let source_name = Some(named(name, protocol::DEFAULT_SOURCE)?);
        let heard = Arc::<Ring>::default();
        let ring = Arc::clone(&heard);
        let (client, stream) = ask(move || async move {
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
            let stream = client.create_record_stream(params, move |bytes: &[u8]| ring.put(samples(bytes))).await?;
            Ok((client, stream))
        })?;
        Ok(Self { ear: Ear::new(heard, clock), _stream: stream, _client: client })
    }

    /// Tells when nothing comes from it any more, and when something does again.
    pub fn telling(mut self, news: News) -> Self {
        self.ear.news = news;
        self
    }
}

impl AudioSource for Microphone {
    fn next(&mut self) -> Result<Option<AudioFrame>, MediaError> {
        Ok(Some(self.ear.next()))
    }
}

impl Speaker {
    /// Switches on the speaker of this name; without one the default.
    pub fn open(server: Server, name: Option<&str>) -> Result<Self, MediaError> {
        let sink_name = Some(named(name, protocol::DEFAULT_SINK)?);
        let played = Arc::<Ring>::default();
        let mut mouth = Mouth::new(Arc::clone(&played));
        let (client, stream) = ask(move || async move {
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
            let fill = move |bytes: &mut [u8]| fill(&mut mouth, bytes);
            let stream = client.create_playback_stream(params, fill.as_playback_source()).await?;
            Ok((client, stream))
        })?;
        Ok(Self { played, _stream: stream, _client: client })
    }
}

impl AudioSink for Speaker {
    fn play(&mut self, frame: &AudioFrame) {
        self.played.put(frame.samples.iter().copied());
    }
}

fn samples(bytes: &[u8]) -> impl Iterator<Item = i16> {
    bytes.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]]))
}

/// Fills what the server asked for. Never with nothing, which would be the end.
fn fill(mouth: &mut Mouth, bytes: &mut [u8]) -> usize {
    let wanted = bytes.len() / 2;
    for (pair, sample) in bytes.chunks_exact_mut(2).zip(mouth.take(wanted)) {
        pair.copy_from_slice(&sample.to_le_bytes());
    }
    wanted * 2
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

/// Runs what waits for the server, and waits for it, but not for ever.
fn ask<T, F>(work: impl FnOnce() -> F + Send + 'static) -> Result<T, MediaError>
where
    T: Send + 'static,
    F: Future<Output = Result<T, ClientError>>,
{
    on_a_thread("pulse", move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build()?;
        runtime.block_on(work()).map_err(|error| in_words(&error))
    })
}

fn in_words(error: &ClientError) -> MediaError {
    match error {
        ClientError::ServerUnavailable | ClientError::Io(_) => MediaError::NoServer,
        other => failed(&other.to_string()),
    }
}

fn failed(why: &str) -> MediaError {
    MediaError::Sound(why.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_is_given_all_that_it_asked_for() {
        let mut mouth = Mouth::new(Arc::default());
        let mut bytes = [0xff; 9];
        assert_eq!(fill(&mut mouth, &mut bytes), 8);
        assert_eq!(bytes, [0, 0, 0, 0, 0, 0, 0, 0, 0xff]);
    }

    #[test]
    fn samples_are_read_as_they_were_written() {
        assert_eq!(samples(&[1, 0, 0xfe, 0xff, 9]).collect::<Vec<_>>(), [1, -2]);
    }
}

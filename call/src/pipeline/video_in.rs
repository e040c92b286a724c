//! Pictures on their way in: put in order, together and on time, decoded, shown, recorded.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use tokio::sync::mpsc;

use super::screen::Screen;
use super::{Meter, Shared};
use crate::codec::{DecodeVideo, h264, vp8};
use crate::event::Event;
use crate::media::mkv::{Entry, RecorderHandle};
use crate::media::{MediaError, Size, VideoFrame, card};
use crate::rtp::video::{Buffer, Frame};
use crate::rtp::{self, Needs, Packet};

/// How long it sleeps at most: then it looks whether the call is over.
const LOOK_UP: Duration = Duration::from_millis(200);

/// What pictures can be received in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum VideoCodec {
    H264,
    Vp8,
}

impl VideoCodec {
    /// By its name in a description.
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name.to_ascii_uppercase().as_str() {
            "H264" => Some(Self::H264),
            "VP8" => Some(Self::Vp8),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::H264 => "H.264",
            Self::Vp8 => "VP8",
        }
    }
}

/// What comes from a transport.
pub(crate) enum FromTrack {
    /// Another stream begins; its sender can be asked.
    Begins(VideoCodec, mpsc::Sender<Ask>),
    Packet(Packet),
}

/// What the sender of a stream is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Ask {
    /// A frame that needs no other.
    KeyFrame,
    /// These packets, once more.
    Packets(Vec<u16>),
}

struct Stream {
    codec: VideoCodec,
    buffer: Buffer,
    decoder: Box<dyn DecodeVideo>,
    ask: mpsc::Sender<Ask>,
    given_up: u64,
    began: Option<(Duration, Duration)>,
}

impl Stream {
    fn begin(codec: VideoCodec, ask: mpsc::Sender<Ask>) -> Result<Self, MediaError> {
        let (depacketizer, decoder): (Box<dyn rtp::Depacketize>, Box<dyn DecodeVideo>) = match codec {
            VideoCodec::H264 => (Box::<rtp::h264::Depacketizer>::default(), Box::new(h264::Decoder::new()?)),
            VideoCodec::Vp8 => (Box::<rtp::vp8::Depacketizer>::default(), Box::<vp8::Decoder>::default()),
        };
        Ok(Self { codec, buffer: Buffer::new(depacketizer), decoder, ask, given_up: 0, began: None })
    }
}

/// Whether pictures are recorded. A recording that begins, or goes on, does so with a key frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tape {
    Off,
    Waiting,
    On,
}

/// Runs until the call is over.
pub(crate) fn run(
    from: &Receiver<FromTrack>,
    shared: &Arc<Shared>,
    screen: &Screen,
    record: Option<&RecorderHandle>,
    events: &mpsc::Sender<Event>,
) -> Result<(), MediaError> {
    let mut stream: Option<Stream> = None;
    let mut shown = false;
    let mut tape = Tape::Off;
    while !shared.stopped() {
        let now = shared.clock.now();
        let due = stream.as_ref().and_then(|stream| stream.buffer.deadline());
        let sleep = due.map_or(LOOK_UP, |due| due.saturating_sub(now).clamp(Duration::from_millis(1), LOOK_UP));
        match from.recv_timeout(sleep) {
            Ok(FromTrack::Begins(codec, ask)) => stream = Some(Stream::begin(codec, ask)?),
            Ok(FromTrack::Packet(packet)) => {
                if let Some(stream) = &mut stream {
                    Meter::add(&shared.meter.bytes_received, packet.payload.len() as u64);
                    stream.buffer.push(shared.clock.now(), packet);
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
        }
        let Some(stream) = &mut stream else { continue };
        let round_trip = shared.round_trip.load(Relaxed);
        if round_trip > 0 {
            stream.buffer.set_round_trip(Duration::from_micros(round_trip));
        }
        if record.is_none() || !shared.recording.load(Relaxed) {
            tape = Tape::Off;
        } else if tape == Tape::Off {
            // A transport that is busy asks soon enough by itself: a key frame comes again and again.
            let _ = stream.ask.try_send(Ask::KeyFrame);
            tape = Tape::Waiting;
        }
        while let Some(frame) = stream.buffer.pop(shared.clock.now()) {
            let now = shared.clock.now();
            // By the sender's clock, from when the first one came by ours.
            let (first, came) = *stream.began.get_or_insert((frame.at, now));
            let at = came + frame.at.saturating_sub(first);
            match stream.decoder.decode(&frame.data, frame.at) {
                Ok(Some(picture)) => {
                    count(shared, &picture);
                    if tape == Tape::Waiting && frame.needs == Needs::Nothing {
                        tape = Tape::On;
                    }
                    if let Some(record) = record.filter(|_| tape == Tape::On) {
                        record.write(entry(stream.codec, frame, at, picture.size()));
                    }
                    if !shown {
                        shown = true;
                        let _ = shared.meter.first_picture.set(shared.clock.now());
                        let size = picture.size();
                        let at_ms = millis(shared.clock.now());
                        let codec = stream.codec.name();
                        // Nobody listens: then nobody misses it.
                        let _ = events.try_send(Event::FirstPicture {
                            width: size.width,
                            height: size.height,
                            codec,
                            at_ms,
                        });
                    }
                    screen.show(picture);
                }
                Ok(None) => {}
                Err(_) => stream.buffer.lost_track(),
            }
        }
        let missing = stream.buffer.missing(shared.clock.now());
        if !missing.is_empty() {
            // What finds no room is asked for a round trip later.
            let _ = stream.ask.try_send(Ask::Packets(missing));
        }
        if stream.buffer.asks(shared.clock.now()) {
            // The transport is busy, or gone: it is asked again soon.
            let _ = stream.ask.try_send(Ask::KeyFrame);
        }
        let given_up = stream.buffer.counts().given_up;
        Meter::add(&shared.meter.frames_given_up, given_up - stream.given_up);
        stream.given_up = given_up;
    }
    Ok(())
}

fn entry(codec: VideoCodec, frame: Frame, at: Duration, size: Size) -> Entry {
    let (data, key) = (frame.data, frame.needs == Needs::Nothing);
    match codec {
        VideoCodec::H264 => Entry::H264 { data, at, key, size },
        VideoCodec::Vp8 => Entry::Vp8 { data, at, key, size },
    }
}

fn count(shared: &Shared, picture: &VideoFrame) {
    Meter::add(&shared.meter.frames_decoded, 1);
    let Some(counter) = card::read_counter(picture) else { return };
    if let Ok(mut last) = shared.meter.last_counter.lock() {
        if *last != Some(counter) {
            Meter::add(&shared.meter.frames_counted, 1);
        }
        *last = Some(counter);
    }
}

/// Milliseconds, as events tell them.
pub(crate) fn millis(at: Duration) -> u64 {
    u64::try_from(at.as_millis()).unwrap_or(u64::MAX)
}

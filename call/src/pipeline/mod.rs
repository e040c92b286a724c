//! The threads between media and packets: one for each kind of media and each direction.
//!
//! They never wait for the network: what it does not take is dropped. What they share with the run is in [`Shared`].

pub(crate) mod audio_in;
pub(crate) mod audio_out;
pub(crate) mod screen;
pub(crate) mod video_in;
pub(crate) mod video_out;

use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};
use std::sync::{Mutex, OnceLock};
use std::time::Duration;

use bytes::Bytes;

use crate::clock::Clock;
use crate::event::Totals;

/// Frames of media on their way to the transport; one that finds no room is dropped.
pub(crate) const OUTGOING: usize = 64;

/// An encoded frame on its way out.
#[derive(Debug, Clone)]
pub(crate) enum Outgoing {
    /// A picture, as payloads of packets.
    Video {
        /// In order.
        payloads: Vec<Bytes>,
        /// On the clock of 90 kHz.
        timestamp: u32,
    },
    /// 20 ms of sound.
    Audio {
        /// One packet.
        payload: Bytes,
        /// On the clock of 48 kHz.
        timestamp: u32,
    },
}

/// What the threads and the run have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) clock: Clock,
    /// The call is over.
    pub(crate) stop: AtomicBool,
    /// A transport stands that takes media.
    pub(crate) sending: AtomicBool,
    pub(crate) muted: AtomicBool,
    pub(crate) camera_off: AtomicBool,
    pub(crate) recording: AtomicBool,
    /// The next picture is to be a key frame.
    pub(crate) key_wanted: AtomicBool,
    pub(crate) bits_per_second: AtomicU32,
    pub(crate) rate: AtomicU32,
    /// There and back, in microseconds; zero when unknown.
    pub(crate) round_trip: AtomicU64,
    pub(crate) meter: Meter,
}

impl Shared {
    pub(crate) fn new(clock: Clock) -> Self {
        Self {
            clock,
            stop: AtomicBool::new(false),
            sending: AtomicBool::new(false),
            muted: AtomicBool::new(false),
            camera_off: AtomicBool::new(false),
            recording: AtomicBool::new(true),
            key_wanted: AtomicBool::new(true),
            bits_per_second: AtomicU32::new(500_000),
            rate: AtomicU32::new(30),
            round_trip: AtomicU64::new(0),
            meter: Meter::default(),
        }
    }

    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Relaxed)
    }
}

/// Counters; see [`Totals`].
#[derive(Debug, Default)]
pub(crate) struct Meter {
    pub(crate) frames_sent: AtomicU64,
    pub(crate) frames_decoded: AtomicU64,
    pub(crate) frames_counted: AtomicU64,
    pub(crate) frames_given_up: AtomicU64,
    pub(crate) audio_sent: AtomicU64,
    pub(crate) audio_received: AtomicU64,
    pub(crate) audio_concealed: AtomicU64,
    pub(crate) bytes_sent: AtomicU64,
    pub(crate) bytes_received: AtomicU64,
    pub(crate) last_counter: Mutex<Option<u32>>,
    /// When the first picture was decoded.
    pub(crate) first_picture: OnceLock<Duration>,
}

impl Meter {
    pub(crate) fn add(counter: &AtomicU64, more: u64) {
        counter.fetch_add(more, Relaxed);
    }

    pub(crate) fn first_picture(&self) -> Option<Duration> {
        self.first_picture.get().copied()
    }

    pub(crate) fn totals(&self) -> Totals {
        Totals {
            frames_sent: self.frames_sent.load(Relaxed),
            frames_decoded: self.frames_decoded.load(Relaxed),
            frames_counted: self.frames_counted.load(Relaxed),
            last_counter: self.last_counter.lock().map_or(None, |counter| *counter),
            frames_given_up: self.frames_given_up.load(Relaxed),
            audio_ms_sent: self.audio_sent.load(Relaxed),
            audio_ms_received: self.audio_received.load(Relaxed),
            audio_ms_concealed: self.audio_concealed.load(Relaxed),
            bytes_sent: self.bytes_sent.load(Relaxed),
            bytes_received: self.bytes_received.load(Relaxed),
            ..Totals::default()
        }
    }
}

/// Starts a thread with a name. Decoders want more stack than threads have.
pub(crate) fn thread(name: &str, work: impl FnOnce() + Send + 'static) -> std::io::Result<()> {
    std::thread::Builder::new().name(name.to_owned()).stack_size(16 << 20).spawn(work).map(drop)
}

//! Recordings: Matroska (RFC 9559), written only at its end, so that what is there can be played whenever writing stops.
//!
//! What came is kept as it came. Sizes that are not known beforehand are left unknown, which the format allows; each frame
//! is one write, so that a process that is killed leaves no half frame but the last.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::{MediaError, Size};

/// Frames that may wait for the disk; those that find no room are left out.
const WAITING: usize = 512;
/// The tracks have to be said before the first frame: for so long the first picture is waited for.
const PICTURE_WITHIN: Duration = Duration::from_secs(5);
/// A cluster holds at most so much: its frames' times have 15 bits of milliseconds.
const CLUSTER: Duration = Duration::from_secs(5);
const PICTURES: u8 = 1;
const SOUND: u8 = 2;

/// One encoded frame. Times are by one clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// A picture, in Annex B form.
    H264 {
        /// The frame.
        data: Vec<u8>,
        /// When.
        at: Duration,
        /// Whether it can be decoded by itself.
        key: bool,
        /// What it shows.
        size: Size,
    },
    /// A picture.
    Vp8 {
        /// The frame.
        data: Vec<u8>,
        /// When.
        at: Duration,
        /// Whether it can be decoded by itself.
        key: bool,
        /// What it shows.
        size: Size,
    },
    /// A packet of sound.
    Opus {
        /// The packet.
        data: Vec<u8>,
        /// When.
        at: Duration,
    },
}

/// A recording that has been begun, or may be.
#[derive(Debug)]
pub struct Recorder(Begun);

/// Begins a recording that was not begun at first.
#[derive(Debug)]
pub struct Blank(Begun);

/// What is written to, until the thread that writes has taken it.
type Begun = Arc<Mutex<Option<File>>>;

/// Takes frames for a recording, and never waits for the disk.
#[derive(Debug, Clone)]
pub struct RecorderHandle(SyncSender<Entry>);

impl RecorderHandle {
    /// Hands a frame over.
    pub fn write(&self, entry: Entry) {
        if self.0.try_send(entry).is_err() {
            tracing::debug!("a frame found no room in the recording");
        }
    }
}

impl Recorder {
    /// Begins a recording. A file that is there stays as it is until there is something to record.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn create(path: &Path) -> Result<Self, MediaError> {
        let failed = |source| MediaError::Record { path: path.display().to_string(), source };
        let file = File::options().write(true).create(true).truncate(false).open(path).map_err(failed)?;
        Ok(Self(Arc::new(Mutex::new(Some(file)))))
    }

    /// A recording without a file: what comes before it has one is not kept.
    pub fn blank() -> (Self, Blank) {
        let begun = Begun::default();
        (Self(Arc::clone(&begun)), Blank(begun))
    }

    /// Writes on a thread of its own, until all handles are gone.
    ///
    /// # Errors
    /// If there can be no thread.
    pub fn start(self) -> std::io::Result<RecorderHandle> {
        let (sender, receiver): (_, Receiver<Entry>) = sync_channel(WAITING);
        let begun = move || self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        std::thread::Builder::new().name("record".to_owned()).spawn(move || {
            if let Err(error) = write(receiver, begun) {
                tracing::warn!(%error, "the recording ends: it cannot be written any more");
            }
        })?;
        Ok(RecorderHandle(sender))
    }
}

impl Blank {
    /// Begins the recording in this file.
    pub fn begin(self, file: File) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
    }
}

/// Writes what comes, from when there is a file for it.
fn write(entries: Receiver<Entry>, begun: impl Fn() -> Option<File>) -> std::io::Result<()> {
    let mut writer = None;
    for entry in entries {
        if writer.is_none() {
            writer = begun().map(emptied).transpose()?;
        }
        if let Some(writer) = &mut writer {
            writer.entry(&entry)?;
        }
    }
    writer.map_or(Ok(()), |mut writer| writer.finish())
}

/// A recording in place of what is in the file.
fn emptied(file: File) -> std::io::Result<Writer<File>> {
    // A pipe has no length.
    if file.metadata()?.is_file() {
        file.set_len(0)?;
    }
    Writer::new(file)
}

/// Writes the format.
#[derive(Debug)]
pub struct Writer<W> {
    out: W,
    /// Sound that waits for the tracks to be known.
    early: Vec<Entry>,
    tracks: Option<Tracks>,
    /// When the first frame was.
    began: Option<Duration>,
    /// When the cluster that is being written began.
    cluster: Option<Duration>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tracks {
    H264,
    Vp8,
    Sound,
}

/// Names of elements (RFC 9559, 27.1).
mod id {
    pub const EBML: &[u8] = &[0x1a, 0x45, 0xdf, 0xa3];
    pub const EBML_VERSION: &[u8] = &[0x42, 0x86];
    pub const EBML_READ_VERSION: &[u8] = &[0x42, 0xf7];
    pub const MAX_ID_LENGTH: &[u8] = &[0x42, 0xf2];
    pub const MAX_SIZE_LENGTH: &[u8] = &[0x42, 0xf3];
    pub const DOC_TYPE: &[u8] = &[0x42, 0x82];
    pub const DOC_VERSION: &[u8] = &[0x42, 0x87];
    pub const DOC_READ_VERSION: &[u8] = &[0x42, 0x85];
    pub const SEGMENT: &[u8] = &[0x18, 0x53, 0x80, 0x67];
    pub const INFO: &[u8] = &[0x15, 0x49, 0xa9, 0x66];
    pub const TIMESTAMP_SCALE: &[u8] = &[0x2a, 0xd7, 0xb1];
    pub const MUXING_APP: &[u8] = &[0x4d, 0x80];
    pub const WRITING_APP: &[u8] = &[0x57, 0x41];
    pub const TRACKS: &[u8] = &[0x16, 0x54, 0xae, 0x6b];
    pub const TRACK: &[u8] = &[0xae];
    pub const NUMBER: &[u8] = &[0xd7];
    pub const UID: &[u8] = &[0x73, 0xc5];
    pub const TYPE: &[u8] = &[0x83];
    pub const LACING: &[u8] = &[0x9c];
    pub const CODEC: &[u8] = &[0x86];
    pub const CODEC_PRIVATE: &[u8] = &[0x63, 0xa2];
    pub const SEEK_PRE_ROLL: &[u8] = &[0x56, 0xbb];
    pub const VIDEO: &[u8] = &[0xe0];
    pub const WIDTH: &[u8] = &[0xb0];
    pub const HEIGHT: &[u8] = &[0xba];
    pub const AUDIO: &[u8] = &[0xe1];
    pub const FREQUENCY: &[u8] = &[0xb5];
    pub const CHANNELS: &[u8] = &[0x9f];
    pub const CLUSTER: &[u8] = &[0x1f, 0x43, 0xb6, 0x75];
    pub const TIMESTAMP: &[u8] = &[0xe7];
    pub const SIMPLE_BLOCK: &[u8] = &[0xa3];
}

const UNKNOWN: [u8; 8] = [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];

fn element(id: &[u8], body: &[u8]) -> Vec<u8> {
    let mut out = id.to_vec();
    // The size in eight bytes: their first bit says how many there are.
    out.extend((1_u64 << 56 | body.len() as u64).to_be_bytes());
    out.extend(body);
    out
}

fn number(id: &[u8], value: u64) -> Vec<u8> {
    element(id, &value.to_be_bytes())
}

impl<W: Write> Writer<W> {
    /// Writes what comes first.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new(mut out: W) -> std::io::Result<Self> {
        let head = [
            number(id::EBML_VERSION, 1),
            number(id::EBML_READ_VERSION, 1),
            number(id::MAX_ID_LENGTH, 4),
            number(id::MAX_SIZE_LENGTH, 8),
            element(id::DOC_TYPE, b"matroska"),
            number(id::DOC_VERSION, 4),
            number(id::DOC_READ_VERSION, 2),
        ];
        let mut start = element(id::EBML, &head.concat());
        start.extend(id::SEGMENT);
        start.extend(UNKNOWN);
        let info = [
            number(id::TIMESTAMP_SCALE, 1_000_000),
            element(id::MUXING_APP, b"meetme"),
            element(id::WRITING_APP, b"meetme"),
        ];
        start.extend(element(id::INFO, &info.concat()));
        out.write_all(&start)?;
        out.flush()?;
        Ok(Self { out, early: Vec::new(), tracks: None, began: None, cluster: None })
    }

    /// Writes a frame.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn entry(&mut self, entry: &Entry) -> std::io::Result<()> {
        if self.tracks.is_some() {
            return self.block(entry);
        }
        let first = self.early.first().map_or(entry.at(), Entry::at);
        match entry {
            Entry::Opus { at, .. } => {
                self.early.push(entry.clone());
                if *at < first + PICTURE_WITHIN { Ok(()) } else { self.begin(Tracks::Sound, None) }
            }
            Entry::H264 { key: true, data, size, .. } => {
                let Some(configuration) = avc_configuration(data) else { return Ok(()) };
                self.begin(Tracks::H264, Some((b"V_MPEG4/ISO/AVC", *size, configuration)))?;
                self.block(entry)
            }
            Entry::Vp8 { key: true, size, .. } => {
                self.begin(Tracks::Vp8, Some((b"V_VP8", *size, Vec::new())))?;
                self.block(entry)
            }
            Entry::H264 { .. } | Entry::Vp8 { .. } => Ok(()),
        }
    }

    /// Writes what still waits.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(&mut self) -> std::io::Result<()> {
        if self.tracks.is_none() && !self.early.is_empty() {
            self.begin(Tracks::Sound, None)?;
        }
        self.out.flush()
    }

    fn begin(&mut self, tracks: Tracks, pictures: Option<(&[u8], Size, Vec<u8>)>) -> std::io::Result<()> {
        let mut body = Vec::new();
        if let Some((codec, size, configuration)) = pictures {
            let sides = [number(id::WIDTH, size.width as u64), number(id::HEIGHT, size.height as u64)].concat();
            let mut track = track(PICTURES, 1, codec, &configuration);
            track.extend(element(id::VIDEO, &sides));
            body.extend(element(id::TRACK, &track));
        }
        // The head of RFC 7845, 5.1: one channel, 48 kHz.
        let head = [b"OpusHead".as_slice(), &[1, 1, 0, 0], &48_000_u32.to_le_bytes(), &[0, 0, 0]].concat();
        let mut sound = track(SOUND, 2, b"A_OPUS", &head);
        sound.extend(number(id::SEEK_PRE_ROLL, 80_000_000));
        let heard = [element(id::FREQUENCY, &48_000_f64.to_be_bytes()), number(id::CHANNELS, 1)].concat();
        sound.extend(element(id::AUDIO, &heard));
        body.extend(element(id::TRACK, &sound));
        self.out.write_all(&element(id::TRACKS, &body))?;
        self.tracks = Some(tracks);
        for entry in std::mem::take(&mut self.early) {
            self.block(&entry)?;
        }
        Ok(())
    }

    fn block(&mut self, entry: &Entry) -> std::io::Result<()> {
        let (track, key, data) = match (entry, self.tracks) {
            (Entry::H264 { data, key, .. }, Some(Tracks::H264)) => (PICTURES, *key, length_prefixed(data)),
            (Entry::Vp8 { data, key, .. }, Some(Tracks::Vp8)) => (PICTURES, *key, data.clone()),
            (Entry::Opus { data, .. }, _) => (SOUND, true, data.clone()),
            // A track cannot become another one.
            _ => return Ok(()),
        };
        let began = *self.began.get_or_insert(entry.at());
        let at = entry.at().saturating_sub(began);
        let mut out = Vec::with_capacity(data.len() + 32);
        let turn = track == PICTURES && key;
        let cluster = match self.cluster {
            Some(cluster) if at >= cluster && at < cluster + CLUSTER && !(turn && at > cluster + CLUSTER / 5) => {
                cluster
            }
            // What is a little older than its cluster has a negative time in it.
            Some(cluster) if at < cluster && cluster - at < CLUSTER => cluster,
            _ => {
                out.extend(id::CLUSTER);
                out.extend(UNKNOWN);
                out.extend(number(id::TIMESTAMP, millis(at)));
                self.cluster = Some(at);
                at
            }
        };
        let relative = i16::try_from(millis(at).cast_signed() - millis(cluster).cast_signed()).unwrap_or(0);
        let mut block = vec![0x80 | track];
        block.extend(relative.to_be_bytes());
        block.push(if key { 0x80 } else { 0 });
        block.extend(data);
        out.extend(element(id::SIMPLE_BLOCK, &block));
        self.out.write_all(&out)?;
        self.out.flush()
    }
}

impl Entry {
    fn at(&self) -> Duration {
        match self {
            Self::H264 { at, .. } | Self::Vp8 { at, .. } | Self::Opus { at, .. } => *at,
        }
    }
}

fn millis(at: Duration) -> u64 {
    u64::try_from(at.as_millis()).unwrap_or(u64::MAX)
}

fn track(number_: u8, kind: u64, codec: &[u8], private: &[u8]) -> Vec<u8> {
    let mut track = [
        number(id::NUMBER, u64::from(number_)),
        number(id::UID, u64::from(number_)),
        number(id::TYPE, kind),
        number(id::LACING, 0),
        element(id::CODEC, codec),
    ]
    .concat();
    if !private.is_empty() {
        track.extend(element(id::CODEC_PRIVATE, private));
    }
    track
}

/// The decoder configuration record (ISO/IEC 14496-15, 5.3.3.1) from the parameter sets in a key frame.
fn avc_configuration(key_frame: &[u8]) -> Option<Vec<u8>> {
    let find =
        |kind: u8| crate::rtp::h264::units(key_frame).find(|nal| nal.first().is_some_and(|head| head & 0x1f == kind));
    let (sps, pps) = (find(7)?, find(8)?);
    let profile = sps.get(1..4)?;
    let mut record = vec![1];
    record.extend(profile);
    record.extend([0xff, 0xe1]);
    record.extend(u16::try_from(sps.len()).ok()?.to_be_bytes());
    record.extend(sps);
    record.push(1);
    record.extend(u16::try_from(pps.len()).ok()?.to_be_bytes());
    record.extend(pps);
    Some(record)
}

/// From start codes to lengths.
fn length_prefixed(frame: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(frame.len() + 16);
    for nal in crate::rtp::h264::units(frame) {
        out.extend(u32::try_from(nal.len()).unwrap_or(0).to_be_bytes());
        out.extend(nal);
    }
    out
}

//! Streams of `cpal`: which device is meant, what it is asked for, and what it says when it is of no use any more.

use std::sync::Arc;
use std::time::Duration;

use cpal::traits::{DeviceTrait as _, HostTrait as _, StreamTrait as _};
use cpal::{BufferSize, Device, Error, ErrorKind, FromSample, Host, I24, SampleFormat, SizedSample, Stream};
use cpal::{DeviceId, InputCallbackInfo, OutputCallbackInfo, StreamConfig, SupportedBufferSize, SupportedStreamConfig};

use super::convert::{Inlet, Outlet};
use super::keeper::{On, Signs};
use super::quiet::hush;
use crate::media::MediaError;
use crate::media::queue::{Mouth, Ring};

/// How long a stream that says nothing goes unquestioned.
const LOOK: Duration = Duration::from_millis(200);
/// How much is heard or played at once, where it must be said: ALSA has no opinion. As much again waits in the device, and
/// a busy machine is late with what is played more easily than with what is heard.
const HEARD_AT_ONCE: Duration = Duration::from_millis(20);
const PLAYED_AT_ONCE: Duration = Duration::from_millis(40);

/// Begins to put what a microphone hears into a ring.
pub(super) fn listen(name: Option<&str>, heard: &Arc<Ring>, signs: &Signs) -> Result<On<Stream>, MediaError> {
    let device = meant(name, "microphone", Host::default_input_device)?;
    let offered = device.default_input_config().map_err(|error| failed(&error))?;
    let build = match offered.sample_format() {
        SampleFormat::I8 => input::<i8>,
        SampleFormat::I16 => input::<i16>,
        SampleFormat::I24 => input::<I24>,
        SampleFormat::I32 => input::<i32>,
        SampleFormat::U8 => input::<u8>,
        SampleFormat::U16 => input::<u16>,
        SampleFormat::F32 => input::<f32>,
        SampleFormat::F64 => input::<f64>,
        other => return Err(strange(other)),
    };
    begin(&device, &offered, HEARD_AT_ONCE, |config| build(&device, config, heard, signs))
}

/// Begins to play what is put into a ring.
pub(super) fn speak(name: Option<&str>, played: &Arc<Ring>, signs: &Signs) -> Result<On<Stream>, MediaError> {
    let device = meant(name, "speaker", Host::default_output_device)?;
    let offered = device.default_output_config().map_err(|error| failed(&error))?;
    let build = match offered.sample_format() {
        SampleFormat::I8 => output::<i8>,
        SampleFormat::I16 => output::<i16>,
        SampleFormat::I24 => output::<I24>,
        SampleFormat::I32 => output::<i32>,
        SampleFormat::U8 => output::<u8>,
        SampleFormat::U16 => output::<u16>,
        SampleFormat::F32 => output::<f32>,
        SampleFormat::F64 => output::<f64>,
        other => return Err(strange(other)),
    };
    begin(&device, &offered, PLAYED_AT_ONCE, |config| build(&device, config, played, signs))
}

fn meant(name: Option<&str>, kind: &'static str, default: fn(&Host) -> Option<Device>) -> Result<Device, MediaError> {
    let host = cpal::default_host();
    let is = |device: &Device, name| device.id().is_ok_and(|id| id.id() == name);
    let device = match (default(&host), name) {
        (Some(default), Some(name)) if is(&default, name) => Some(default),
        (default, None) => default,
        (_, Some(name)) => host.device_by_id(&DeviceId::new(host.id(), name)),
    };
    device.ok_or_else(|| MediaError::Sound(format!("there is no such {kind}")))
}

/// Builds a stream and starts it.
fn begin(
    device: &Device,
    offered: &SupportedStreamConfig,
    at_once: Duration,
    build: impl Fn(StreamConfig) -> Result<Stream, Error>,
) -> Result<On<Stream>, MediaError> {
    let usual = StreamConfig { buffer_size: BufferSize::Default, ..offered.config() };
    let wanted = match *offered.buffer_size() {
        SupportedBufferSize::Range { min, max } if cfg!(target_os = "linux") => {
            let frames = usual.sample_rate / 1000 * u32::try_from(at_once.as_millis()).unwrap_or(20);
            build(StreamConfig { buffer_size: BufferSize::Fixed(frames.min(max).max(min)), ..usual }).ok()
        }
        _ => None,
    };
    let stream = wanted.map_or_else(|| build(usual), Ok).map_err(|error| failed(&error))?;
    stream.play().map_err(|error| failed(&error))?;
    Ok((stream, called(device)))
}

fn input<T>(device: &Device, config: StreamConfig, heard: &Arc<Ring>, signs: &Signs) -> Result<Stream, Error>
where
    T: SizedSample + Send + 'static,
    f32: FromSample<T>,
{
    let mut inlet = Inlet::new(Arc::clone(heard), config.channels, config.sample_rate);
    let mut first = First::default();
    let hear = move |data: &[T], _: &InputCallbackInfo| {
        first.hush();
        inlet.hear(data);
    };
    device.build_input_stream(config, hear, broken(signs), Some(LOOK))
}

fn output<T>(device: &Device, config: StreamConfig, played: &Arc<Ring>, signs: &Signs) -> Result<Stream, Error>
where
    T: SizedSample + FromSample<f32> + Send + 'static,
{
    let mut outlet = Outlet::new(Mouth::new(Arc::clone(played)), config.channels, config.sample_rate);
    let mut first = First::default();
    let play = move |data: &mut [T], _: &OutputCallbackInfo| {
        first.hush();
        outlet.play(data);
    };
    device.build_output_stream(config, play, broken(signs), Some(LOOK))
}

/// A stream's own thread is hushed when it first comes by.
#[derive(Default)]
struct First(bool);

impl First {
    fn hush(&mut self) {
        if !std::mem::replace(&mut self.0, true) {
            hush();
        }
    }
}

/// Gives a sign when a stream cannot be mended.
fn broken(signs: &Signs) -> impl FnMut(Error) + Send + 'static {
    let (signs, mut first) = (signs.clone(), First::default());
    move |error: Error| {
        first.hush();
        match error.kind() {
            // A gap that is over; another device that the stream has found by itself; less haste than there could be.
            ErrorKind::Xrun | ErrorKind::DeviceChanged | ErrorKind::RealtimeDenied => {}
            _ => signs.give(),
        }
    }
}

/// What people call a device.
pub(super) fn called(device: &Device) -> String {
    device.description().map_or_else(|_| "a device".to_owned(), |description| description.name().to_owned())
}

/// Why a device is of no use.
pub(super) fn failed(error: &Error) -> MediaError {
    MediaError::Sound(error.to_string().trim_end_matches('.').to_owned())
}

fn strange(format: SampleFormat) -> MediaError {
    MediaError::Sound(format!("samples of the kind {format} are not understood"))
}

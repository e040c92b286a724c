//! Microphone and speaker of the system itself, by `cpal`: CoreAudio, WASAPI, ALSA. For machines where no sound server
//! runs. What a device gives and takes is converted on its own thread, and waits in a [`queue`](super::queue); a device
//! that goes away leaves silence until it, or another, is there.

mod convert;
mod keeper;
mod quiet;
mod resample;
mod stream;

use std::sync::Arc;

use cpal::Device as Found;
use cpal::traits::{DeviceTrait as _, HostTrait as _};
use keeper::{Kept, keep};
use quiet::quietly;

use super::news::News;
use super::queue::{Ear, Ring};
use super::sound::{Device, Devices, on_a_thread};
use super::{AudioFrame, AudioSink, AudioSource, MediaError};
use crate::clock::Clock;

/// What ALSA lists besides devices: its tools, and names of cards of which others do more.
const NOT_MEANT: [&str; 15] = [
    "null",
    "lavrate",
    "samplerate",
    "speexrate",
    "speex",
    "upmix",
    "vdownmix",
    "hw",
    "dmix",
    "dsnoop",
    "usbstream",
    "front",
    "rear",
    "side",
    "center_lfe",
];

/// A microphone that is on.
pub struct Microphone {
    ear: Ear,
    _kept: Kept,
}

/// A speaker that is on.
pub struct Speaker {
    played: Arc<Ring>,
    _kept: Kept,
}

/// What this machine has.
///
/// # Errors
/// If the system does not say.
pub fn list() -> Result<Devices, MediaError> {
    on_a_thread("devices", || quietly(listed))
}

fn listed() -> Result<Devices, MediaError> {
    let host = cpal::default_host();
    let inputs = host.input_devices().map_err(|error| stream::failed(&error))?;
    let outputs = host.output_devices().map_err(|error| stream::failed(&error))?;
    Ok(Devices {
        microphones: described(inputs, host.default_input_device().as_ref()),
        speakers: described(outputs, host.default_output_device().as_ref()),
        served: false,
    })
}

/// Devices as they are told, the default first: ALSA has one that it does not always list.
fn described(found: impl Iterator<Item = Found>, default: Option<&Found>) -> Vec<Device> {
    let others = found.filter(|found| Some(found) != default);
    let described = |(found, is_default): (Found, bool)| {
        let name = found.id().ok()?.id().to_owned();
        (is_default || useful(&name)).then(|| Device { name, description: stream::called(&found), is_default })
    };
    let all = default.cloned().into_iter().map(|found| (found, true)).chain(others.map(|found| (found, false)));
    all.filter_map(described).collect()
}

/// Whether it is a device that somebody may mean.
fn useful(name: &str) -> bool {
    let kind = name.split(':').next().unwrap_or(name);
    !(NOT_MEANT.contains(&kind) || kind.starts_with("surround"))
}

impl Microphone {
    /// Switches on the microphone of this name; without one the default. What becomes of it is told.
    ///
    /// # Errors
    /// If it does not work.
    pub fn open(name: Option<&str>, clock: Clock, news: &News) -> Result<Self, MediaError> {
        let heard = Arc::<Ring>::default();
        let ring = Arc::clone(&heard);
        let kept = keep("microphone", name, news, move |name, signs| quietly(|| stream::listen(name, &ring, signs)))?;
        Ok(Self { ear: Ear::new(heard, clock), _kept: kept })
    }
}

impl AudioSource for Microphone {
    fn next(&mut self) -> Result<Option<AudioFrame>, MediaError> {
        Ok(Some(self.ear.next()))
    }
}

impl Speaker {
    /// Switches on the speaker of this name; without one the default. What becomes of it is told.
    ///
    /// # Errors
    /// If it does not work.
    pub fn open(name: Option<&str>, news: &News) -> Result<Self, MediaError> {
        let played = Arc::<Ring>::default();
        let ring = Arc::clone(&played);
        let kept = keep("speaker", name, news, move |name, signs| quietly(|| stream::speak(name, &ring, signs)))?;
        Ok(Self { played, _kept: kept })
    }
}

impl AudioSink for Speaker {
    fn play(&mut self, frame: &AudioFrame) {
        self.played.put(frame.samples.iter().copied());
    }
}

/// See [`Microphone::open`].
pub(super) fn microphone(name: Option<&str>, clock: Clock, news: &News) -> Result<Box<dyn AudioSource>, MediaError> {
    Ok(Box::new(Microphone::open(name, clock, news)?))
}

/// See [`Speaker::open`].
pub(super) fn speaker(name: Option<&str>, news: &News) -> Result<Box<dyn AudioSink>, MediaError> {
    Ok(Box::new(Speaker::open(name, news)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_of_alsa_and_other_names_of_the_same_card_are_not_listed() {
        let meant = ["default", "sysdefault:CARD=PCH", "plughw:CARD=0,DEV=0", "hdmi:CARD=PCH,DEV=0", "pipewire"];
        assert!(meant.iter().all(|name| useful(name)));
        let others = ["BuiltInSpeakerDevice", "{0.0.1.00000000}.{5d3c1a4e}"];
        assert!(others.iter().all(|name| useful(name)));
        let not = ["null", "lavrate", "hw:CARD=0,DEV=0", "surround51:CARD=PCH,DEV=0", "dmix:CARD=PCH,DEV=0"];
        assert!(!not.iter().any(|name| useful(name)));
    }
}

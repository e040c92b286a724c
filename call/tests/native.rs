//! Sound by the system itself. ALSA's devices are the null sink of a server that the test starts: ALSA plays and records
//! by its plugin for PulseAudio, as the test's own configuration says.

use std::fmt::Write as _;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use meetme_call::clock::Clock;
use meetme_call::media::devices::{self, SoundChoice};
use meetme_call::media::native::{Microphone, Speaker};
use meetme_call::media::news::News;
use meetme_call::media::pulse::{self, Server};
use meetme_call::media::sound::Sound;
use meetme_call::media::{AudioSink, AudioSource, FRAME_TIME, SAMPLES};

use crate::programs::{PATIENCE, Pulse, eventually, tethered};
use crate::pulse::{assert_pure, tone};
use crate::support::needs;

/// Tells this program, started anew for one test, that its environment is the one the test needs.
const ALONE: &str = "MEETME_TEST_ALSA";
/// Frames of a tone that are listened to.
const LISTENED: usize = 25;

/// Runs a test in a process of its own, where ALSA reads a configuration of the test's own, and no sound server is to be
/// found but by it. What ALSA says must not be seen.
fn alone(name: &str, test: impl FnOnce(Room)) {
    if std::env::var_os(ALONE).is_some() {
        return test(Room::open().expect("a server"));
    }
    let plugins = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];
    let plugin = |dir: &&str| Path::new(dir).join("alsa-lib/libasound_module_pcm_pulse.so").is_file();
    if !needs("ALSA's plugin for PulseAudio", plugins.iter().any(plugin)) || Pulse::start().is_none() {
        return;
    }
    let dir = tempfile::tempdir().expect("a directory");
    let mut command = tethered(&std::env::current_exe().expect("this program"));
    command.args([&format!("native::{name}"), "--exact", "--nocapture"]).env(ALONE, dir.path());
    command.env("ALSA_CONFIG_PATH", dir.path().join("asound.conf")).env("PULSE_SERVER", "unix:/no/such/socket");
    for variable in ["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"] {
        command.env(variable, dir.path());
    }
    let output = command.output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}{said}", String::from_utf8_lossy(&output.stdout));
    assert!(!said.contains("ALSA lib"), "{said}");
}

/// A room with a loudspeaker and a microphone that hears it, which ALSA knows as `room` and `ears`, both of them its
/// default; and as `attic` a device that does not work.
struct Room {
    server: Option<Pulse>,
    dir: PathBuf,
}

impl Room {
    fn open() -> Option<Self> {
        let dir = PathBuf::from(std::env::var_os(ALONE)?);
        let mut configuration = String::new();
        for (name, server, device, description) in [
            ("room", "server", "room", "A loudspeaker"),
            ("ears", "server", "room.monitor", "What is heard of it"),
            ("attic", "nowhere", "room", "Something broken"),
        ] {
            let server = dir.join(server);
            let hint = format!("hint {{ show on description \"{description}\" }}");
            let server = server.display();
            writeln!(configuration, "pcm.{name} {{ type pulse server \"unix:{server}\" device \"{device}\" {hint} }}")
                .expect("text");
        }
        configuration += "pcm.default { type asym playback.pcm \"room\" capture.pcm \"ears\" }\n";
        std::fs::write(dir.join("asound.conf"), configuration).expect("it is written");
        let mut room = Self { server: None, dir };
        room.back();
        Some(room)
    }

    /// The server goes away, and all its devices.
    fn gone(&mut self) {
        self.server = None;
    }

    /// A server is there, where ALSA looks for one.
    fn back(&mut self) {
        let server = Pulse::start().expect("it was there before");
        let place = self.dir.join("server");
        let _ = std::fs::remove_file(&place);
        symlink(server.socket(), place).expect("a link");
        self.server = Some(server);
    }

    fn server(&self) -> Server {
        Server::At(self.server.as_ref().expect("it is there").socket())
    }
}

/// Plays a tone for so many frames, beside what else is done.
fn play(mut speaker: impl AudioSink + 'static, frames: usize) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let clock = Clock::start();
        for frame in 0..frames {
            clock.wait_until(FRAME_TIME * u32::try_from(frame).expect("few"));
            speaker.play(&tone(440.0, frame));
        }
    })
}

/// What a microphone hears that is not silence.
fn listen(microphone: &mut dyn AudioSource) -> Vec<i16> {
    let clock = Clock::start();
    let mut heard = Vec::new();
    while heard.len() < LISTENED * SAMPLES && clock.now() < PATIENCE {
        let frame = microphone.next().expect("sound").expect("more of it");
        if frame.loudness() > 0.05 {
            heard.extend(frame.samples);
        }
    }
    heard
}

#[test]
fn what_is_played_in_the_room_is_heard_by_alsa() {
    alone("what_is_played_in_the_room_is_heard_by_alsa", |room| {
        let speaker = pulse::Speaker::open(room.server(), Some("room")).expect("a speaker");
        let mut microphone = Microphone::open(Some("ears"), Clock::start(), &News::default()).expect("a microphone");
        let player = play(speaker, 150);
        let heard = listen(&mut microphone);
        player.join().unwrap();
        assert_pure(440.0, &heard);
    });
}

#[test]
fn what_alsa_plays_is_heard_in_the_room() {
    alone("what_alsa_plays_is_heard_in_the_room", |room| {
        let clock = Clock::start();
        let mut microphone = pulse::Microphone::open(room.server(), Some("room.monitor"), clock).expect("a microphone");
        let speaker = Speaker::open(None, &News::default()).expect("a speaker");
        let player = play(speaker, 150);
        let heard = listen(&mut microphone);
        player.join().unwrap();
        assert_pure(440.0, &heard);
    });
}

#[test]
fn where_no_server_is_found_devices_are_alsas_and_chosen_by_a_part_of_their_name() {
    alone("where_no_server_is_found_devices_are_alsas_and_chosen_by_a_part_of_their_name", |_room| {
        let (clock, news, sound) = (Clock::start(), News::default(), Sound::Usual);
        let devices = sound.list().expect("a list");
        let names = |devices: &[meetme_call::media::sound::Device]| {
            let mut names: Vec<_> = devices.iter().map(|device| (device.name.clone(), device.is_default)).collect();
            names[1..].sort();
            names
        };
        let all = [("default", true), ("attic", false), ("ears", false), ("room", false)];
        let all = all.map(|(name, is_default)| (name.to_owned(), is_default));
        assert!(!devices.served);
        assert_eq!(names(&devices.microphones), all);
        assert_eq!(names(&devices.speakers), all);

        let chosen = |name: &str| SoundChoice::Named(name.to_owned());
        assert_eq!(chosen("heard").open_microphone(&sound, clock, &news).expect("a microphone").what, "ears");
        assert_eq!(chosen("LOUD").open_speaker(&sound, &news).expect("a speaker").what, "room");
        let error = chosen("tv").open_speaker(&sound, &news).err().expect("there is none").to_string();
        assert!(error.starts_with("there is no speaker `tv`; there is `default` ("), "{error}");
        let none = Sound::Server("/no/such/socket".into());
        assert!(chosen("heard").open_microphone(&none, clock, &news).is_err(), "that server is meant, and no other");
    });
}

#[test]
fn what_does_not_work_is_an_error_and_alsa_says_nothing_of_it_on_the_screen() {
    alone("what_does_not_work_is_an_error_and_alsa_says_nothing_of_it_on_the_screen", |mut room| {
        let (clock, news) = (Clock::start(), News::default());
        assert!(Microphone::open(Some("attic"), clock, &news).is_err());
        assert!(Speaker::open(Some("attic"), &news).is_err());
        assert!(Speaker::open(Some("nowhere"), &news).is_err());
        room.gone();
        let opened = SoundChoice::Auto.open_microphone(&Sound::Usual, clock, &news).expect("silence will do");
        assert_eq!((opened.device.is_none(), opened.what.as_str()), (true, "silence, as it cannot be switched on"));
    });
}

#[test]
fn a_device_that_goes_is_told_leaves_silence_in_time_and_is_heard_when_it_is_back() {
    alone("a_device_that_goes_is_told_leaves_silence_in_time_and_is_heard_when_it_is_back", |mut room| {
        let (news, mut told) = News::channel();
        let clock = Clock::start();
        let mut microphone = Microphone::open(None, clock, &news).expect("a microphone");
        let mut speaker = Speaker::open(None, &news).expect("a speaker");
        microphone.next().expect("sound");
        room.gone();
        let mut gone = [told.blocking_recv().expect("news"), told.blocking_recv().expect("news")];
        gone.sort();
        assert_eq!(gone[0], "microphone: Default Audio Device is gone; silence until it or another is there");
        assert_eq!(gone[1], "speaker: Default Audio Device is gone; silence until it or another is there");
        // What had come before may still be there.
        for _ in 0..10 {
            microphone.next().expect("sound");
        }
        let began = clock.now();
        for frame in 0..25 {
            speaker.play(&tone(440.0, frame));
            assert!(microphone.next().expect("silence").expect("more of it").loudness() < 0.001);
        }
        let took = clock.now() - began;
        assert!((400..700).contains(&took.as_millis()), "{took:?} for half a second");

        room.back();
        let mut back = [told.blocking_recv().expect("news"), told.blocking_recv().expect("news")];
        back.sort();
        assert_eq!(back, ["microphone: Default Audio Device", "speaker: Default Audio Device"]);
        let player = play(speaker, 150);
        let heard = listen(&mut microphone);
        player.join().unwrap();
        assert_pure(440.0, &heard);
    });
}

#[test]
fn a_check_says_whose_devices_they_are_and_whether_something_is_heard() {
    alone("a_check_says_whose_devices_they_are_and_whether_something_is_heard", |room| {
        let speaker = pulse::Speaker::open(room.server(), Some("room")).expect("a speaker");
        let _player = play(speaker, 500);
        let report = eventually("sound", || {
            let report = devices::report(&Sound::Usual, Clock::start());
            report.iter().any(|looked| looked.how.starts_with("something is heard")).then_some(report)
        });
        let sound: Vec<_> = report.iter().filter(|looked| looked.what != "camera").collect();
        assert_eq!((sound[0].what, sound[0].works), ("sound", true));
        assert_eq!(sound[0].how, "no sound server runs here: the devices are the system's own");
        assert!(sound.iter().any(|looked| looked.how == "ears (What is heard of it)"), "{sound:?}");
        assert!(sound[1].how.ends_with(", used unless another is named)"), "{sound:?}");
    });
}

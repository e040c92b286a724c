//! Programs that tests start for themselves.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long a test waits for what must come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// Where a program is, if it is installed. With `MEETME_TEST_REQUIRE=all` one that is not fails the test; otherwise the
/// test says that it was skipped, and for want of what.
#[expect(clippy::print_stderr, reason = "the only way to say why a test did nothing")]
pub fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path).chain([PathBuf::from("/usr/bin")]).map(|dir| dir.join(name));
    let found = found.into_iter().find(|file| file.is_file());
    if found.is_none() {
        assert!(std::env::var("MEETME_TEST_REQUIRE").as_deref() != Ok("all"), "{name} is not installed");
        eprintln!("skipped: needs {name}");
    }
    found
}

/// Asks again and again until there is an answer; a test that waits in vain fails and says for what.
#[expect(clippy::disallowed_methods, reason = "a test's patience is real time")]
pub fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < end, "{what} did not come");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A command that ends with the thread that started it, where the system can do that.
pub fn tethered(program: &Path) -> Command {
    let tether = Path::new("/usr/bin/setpriv");
    if !tether.is_file() {
        return Command::new(program);
    }
    let mut command = Command::new(tether);
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// A sound server with a speaker that nobody hears, `room`, and a microphone that hears it, `room.monitor`.
pub struct Pulse {
    child: Child,
    dir: tempfile::TempDir,
}

impl Pulse {
    pub fn start() -> Option<Self> {
        let program = program("pulseaudio")?;
        let dir = tempfile::tempdir().expect("a directory");
        let mut command = tethered(&program);
        command.args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--disable-shm=yes"]);
        command.arg("--load=module-null-sink sink_name=room rate=48000 channels=1");
        let socket = dir.path().join("socket");
        command.arg(format!("--load=module-native-protocol-unix auth-anonymous=1 socket={}", socket.display()));
        for variable in ["HOME", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PULSE_RUNTIME_PATH"] {
            command.env(variable, dir.path());
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let child = command.spawn().expect("pulseaudio starts");
        let pulse = Self { child, dir };
        eventually("the sound server's socket", || std::os::unix::net::UnixStream::connect(pulse.socket()).ok());
        Some(pulse)
    }

    pub fn socket(&self) -> PathBuf {
        self.dir.path().join("socket")
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

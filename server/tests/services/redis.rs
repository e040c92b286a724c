//! A Redis of a test's own.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use super::{program, tethered};

/// How often a Redis that starts is looked at before it counts as broken, and how long lies between.
const LOOKS: u32 = 500;
const BETWEEN: Duration = Duration::from_millis(20);

/// A Redis on a free port, which keeps nothing. Ends with its owner.
pub struct Redis {
    program: PathBuf,
    port: u16,
    dir: TempDir,
    child: Option<Child>,
}

impl Redis {
    /// Starts one; none where the program is missing and may be.
    pub fn start() -> Option<Self> {
        let program = program("redis-server")?;
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut redis = Self { program, port, dir: tempfile::tempdir().unwrap(), child: None };
        redis.start_again();
        Some(redis)
    }

    /// Where it is.
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    /// Ends it, as a crash does.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Lets it stand still with its connections open, as a cut network does; or lets it go on.
    pub fn freeze(&self, still: bool) {
        let signal = if still { "-STOP" } else { "-CONT" };
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(std::process::Command::new("kill").args([signal, &id]).status().unwrap().success());
    }

    /// Starts it on the same port, and waits until it answers.
    pub fn start_again(&mut self) {
        let mut command = tethered(&self.program);
        command.args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port"]);
        command.arg(self.port.to_string()).current_dir(self.dir.path()).stdout(Stdio::null()).stderr(Stdio::null());
        self.child = Some(command.spawn().unwrap());
        for _ in 0..LOOKS {
            if self.answers() {
                return;
            }
            std::thread::sleep(BETWEEN);
        }
        panic!("redis-server does not answer on port {}", self.port);
    }

    fn answers(&self) -> bool {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) else { return false };
        let mut answer = [0; 7];
        stream.write_all(b"PING\r\n").is_ok() && stream.read_exact(&mut answer).is_ok() && &answer == b"+PONG\r\n"
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        self.stop();
    }
}

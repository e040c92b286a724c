//! The server in a process of its own that can be killed: this test binary again, as one of its tests.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use meetme_server::Server;
use meetme_server::clock::ManualClock;

use crate::http::world::{START, at, config};

/// Says to this binary that it is the server, and where its data is.
const DATA: &str = "MEETME_TEST_SERVER_DATA";
/// Stands before the address in what the server prints.
const SERVING: &str = "serving at ";

/// A running server, killed when dropped.
pub struct Child {
    pub address: SocketAddr,
    process: std::process::Child,
}

impl Child {
    /// Starts it on `data` and waits until it serves.
    pub fn serving(data: &Path) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["kill::child::a_server_that_can_be_killed", "--exact", "--nocapture"]).env(DATA, data);
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines.map_while(Result::ok).find_map(|line| line.split_once(SERVING)?.1.parse().ok());
        Self { address: address.expect("the server says where it is"), process }
    }

    /// SIGKILL, and its end.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may be dead already.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A test that shows nothing by itself: with [`DATA`] set it is the server, until it is killed or its
/// parent is gone.
#[test]
#[expect(clippy::print_stdout, reason = "it is how the parent learns the address")]
fn a_server_that_can_be_killed() {
    let Some(data) = std::env::var_os(DATA) else { return };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let clock = Arc::new(ManualClock::new(at(START)));
    let server = runtime.block_on(Server::start(config(Path::new(&data)), clock)).unwrap();
    println!("\n{SERVING}{}", server.address());
    // The parent holds the other end as long as it lives.
    let mut rest = Vec::new();
    drop(std::io::stdin().read_to_end(&mut rest));
}

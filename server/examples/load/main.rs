//! What a server bears, measured: `cargo run --release -p meetme-server --example load -- MODE`.
//!
//! - `bookings [SECONDS]`: 64 clients book over HTTP, with commits that wait
//!   for the disk and with commits that do not, in turns.
//! - `nodes [SECONDS]`: the same clients on one, two and three servers over one
//!   PostgreSQL, beside one on SQLite; where the time goes; how soon one node
//!   knows what another did. PostgreSQL and Redis are those of this machine.
//! - `slots`: a month of an event's slots beside few and many bookings.
//! - `calls [PEERJS]`: what a signalling message and a connection cost, and how soon the end of a peer is told; the
//!   same for a PeerServer, whose script is given (npm's `peer`, `dist/bin/peerjs.js`).
//! - `streams [N]`: N live streams of one event, and how soon all of them
//!   are told of a change.
//! - `feeds`: a feed of ten thousand entries, and what an app that asks every
//!   quarter of an hour costs in a day.
//! - `caldav [VENV]`: what a calendar of two thousand entries costs over CalDAV, on SQLite, on PostgreSQL, and with
//!   the Radicale and Xandikos of a Python environment, each answer checked.
//! - `caldav-sizes`: the same questions beside 2,000, 20,000 and 200,000 entries.
//! - `cli MEETME`: how long commands of that binary take, start to end.
//!
//! The server is a process of its own: this program again, as `serve`. Every
//! mode ends by itself. Read [`bookings`] first, then [`crowd`] and [`wire`].
#![expect(clippy::print_stdout, reason = "a measurement is there to be read")]

mod bookings;
mod caldav;
mod calls;
mod child;
mod commands;
mod crowd;
mod database;
mod feeds;
mod figures;
mod news;
mod nodes;
#[path = "../../tests/services/mod.rs"]
#[expect(dead_code, clippy::unwrap_used, reason = "made for tests, which use all of it")]
mod services;
mod setting;
mod slots;
mod streams;
mod wire;

use std::process::ExitCode;

/// How long one turn takes unless it is said.
const TURN_SECONDS: u64 = 10;

/// How many streams unless it is said.
const STREAMS: usize = 10_000;

/// What can be measured.
const SAY: &str = "say one of: bookings [SECONDS], nodes [SECONDS], slots, calls [PEERJS], streams [N], feeds, \
     caldav [VENV], caldav-sizes, cli MEETME";

/// What goes wrong here ends the measurement.
type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

fn main() -> ExitCode {
    let given: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = given.iter().map(String::as_str).collect();
    let outcome = match words.as_slice() {
        ["bookings"] => bookings::measure(TURN_SECONDS),
        ["bookings", seconds] => seconds.parse().map_err(Into::into).and_then(bookings::measure),
        ["nodes"] => nodes::measure(TURN_SECONDS),
        ["nodes", seconds] => seconds.parse().map_err(Into::into).and_then(nodes::measure),
        ["calls"] => calls::measure(None),
        ["calls", script] => calls::measure(Some(script.as_ref())),
        ["slots"] => slots::measure(),
        ["streams"] => streams::measure(STREAMS),
        ["streams", count] => count.parse().map_err(Into::into).and_then(streams::measure),
        ["feeds"] => feeds::measure(),
        ["caldav"] => caldav::measure(None),
        ["caldav", venv] => caldav::measure(Some(venv.as_ref())),
        ["caldav-sizes"] => caldav::measure_sizes(),
        ["cli", binary] => commands::measure(binary),
        ["serve", data, durability, elsewhere @ ..] => child::serve(data.as_ref(), durability, elsewhere),
        _ => Err(SAY.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("load: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Runs on one thread: the other core is the server's.
fn on_one_thread<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

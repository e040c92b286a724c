//! How a server stops, and how it treats clients that take their time. Limits that a test does not mean
//! to meet are an hour long, so nothing here depends on how fast the machine is.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use meetme_server::Server;
use meetme_server::clock::ManualClock;
use meetme_server::config::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::world::{START, at, config};

const HOUR: Duration = Duration::from_secs(60 * 60);
/// Longer than anything here takes, however busy the machine; much shorter than an hour.
const SOON: Duration = Duration::from_secs(120);
const SIGN_UP: &str = r#"{"username": "ada", "email": "ada@example.org", "password": "correct horse"}"#;

struct Place {
    server: Server,
    _data: tempfile::TempDir,
}

async fn serving(limits: impl FnOnce(&mut Limits)) -> Place {
    let data = tempfile::tempdir().unwrap();
    let mut config = config(data.path());
    (config.limits.request, config.limits.head, config.limits.drain) = (HOUR, HOUR, HOUR);
    limits(&mut config.limits);
    let server = Server::start(config, Arc::new(ManualClock::new(at(START)))).await.unwrap();
    Place { server, _data: data }
}

/// The head of a sign-up, with one more line.
fn head(more: &str) -> String {
    let length = SIGN_UP.len();
    format!(
        "POST /api/v1/users HTTP/1.1\r\nhost: meet.example\r\ncontent-type: application/json\r\n\
         content-length: {length}\r\n{more}\r\n"
    )
}

/// A connection on which a sign-up has begun: the server waits for its body.
async fn half_asked(address: SocketAddr) -> TcpStream {
    let mut line = TcpStream::connect(address).await.unwrap();
    line.write_all(head("expect: 100-continue\r\n").as_bytes()).await.unwrap();
    assert!(until(&mut line, "\r\n\r\n").await.starts_with("HTTP/1.1 100 "));
    line
}

/// What comes until `end` is there.
async fn until(line: &mut TcpStream, end: &str) -> String {
    let mut bytes = Vec::new();
    while !String::from_utf8_lossy(&bytes).contains(end) {
        let more = timeout(SOON, line.read_buf(&mut bytes)).await.expect("an answer").unwrap();
        assert!(more > 0, "the connection ended after {:?}", String::from_utf8_lossy(&bytes));
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// What comes until the server ends the connection.
async fn to_the_end(line: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    // A reset is an end as well.
    drop(timeout(SOON, line.read_to_end(&mut bytes)).await.expect("the server ends the connection"));
    String::from_utf8_lossy(&bytes).into_owned()
}

async fn refuses_connections(address: SocketAddr) {
    let refused = async {
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    };
    timeout(SOON, refused).await.expect("new connections are refused");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_begun_is_answered_and_nothing_new_is_begun() {
    let place = serving(|_| {}).await;
    let address = place.server.address();
    let mut begun = half_asked(address).await;

    let stopping = tokio::spawn(place.server.stop());
    refuses_connections(address).await;
    begun.write_all(SIGN_UP.as_bytes()).await.unwrap();
    let answer = to_the_end(&mut begun).await;

    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    timeout(SOON, stopping).await.expect("it stops after its last answer").unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_wait_for_nothing_do_not_delay_the_stop() {
    let place = serving(|_| {}).await;
    let address = place.server.address();
    let mut idle = TcpStream::connect(address).await.unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nhost: meet.example\r\n\r\n").await.unwrap();
    until(&mut idle, "ok\n").await;
    let mut silent = TcpStream::connect(address).await.unwrap();

    timeout(SOON, place.server.stop()).await.expect("it stops at once");

    assert_eq!((to_the_end(&mut idle).await, to_the_end(&mut silent).await), (String::new(), String::new()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_that_never_ends_delays_the_stop_no_longer_than_the_drain_limit() {
    let place = serving(|limits| limits.drain = Duration::from_millis(50)).await;
    let _begun = half_asked(place.server.address()).await;

    timeout(SOON, place.server.stop()).await.expect("it stops when the time to finish is up");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_does_not_come_in_time_ends_the_connection() {
    let place = serving(|limits| limits.head = Duration::from_millis(50)).await;
    let mut slow = TcpStream::connect(place.server.address()).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: meet").await.unwrap();

    let answer = to_the_end(&mut slow).await;

    assert!(!answer.contains(" 200 "), "{answer}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_trickles_past_the_request_limit_is_cut_off() {
    let place = serving(|limits| limits.request = Duration::from_millis(200)).await;
    let mut slow = TcpStream::connect(place.server.address()).await.unwrap();
    slow.write_all(head("").as_bytes()).await.unwrap();
    let mut answer = Vec::new();

    // A byte whenever nothing was heard for a while, as long as there is somebody to send it to.
    let trickled = async {
        for byte in SIGN_UP.bytes().take(SIGN_UP.len() - 1) {
            if slow.write_all(&[byte]).await.is_err() {
                return;
            }
            let heard = timeout(Duration::from_millis(20), slow.read_buf(&mut answer)).await;
            if matches!(heard, Ok(Ok(0) | Err(_))) {
                return;
            }
        }
    };
    timeout(SOON, trickled).await.expect("it is cut off");
    let answer = String::from_utf8_lossy(&answer).into_owned() + &to_the_end(&mut slow).await;

    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("outcome-unknown"), "{answer}");
}

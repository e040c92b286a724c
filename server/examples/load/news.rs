//! How soon one node knows what another did: a log-in, and a booking that somebody follows.

use std::net::SocketAddr;
use std::time::Duration;

use chrono::TimeDelta;
use meetme_core::time::{Instant, text_of};
use meetme_server::clock::Stopwatch;
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;

use crate::Outcome;
use crate::figures::Durations;
use crate::setting::{self, FIRST_DAY};
use crate::wire::Wire;

/// How often somebody logs in.
const LOG_INS: usize = 100;
/// How long a change may take to be told.
const PATIENCE: Duration = Duration::from_secs(20);

/// From the answer to a log-in on one node to the answer to a request with it on another.
pub async fn log_ins(here: SocketAddr, there: SocketAddr) -> Outcome<Durations> {
    setting::sign_up(here, "walker").await?;
    let ask = json!({"username": "walker", "password": "correct horse"}).to_string();
    let mut took = Durations::default();
    for _ in 0..LOG_INS {
        let session = Wire::connect(here, "").await?.post("/api/v1/sessions", &ask).await?.ok()?;
        let watch = Stopwatch::start();
        let token = session["token"].as_str().ok_or("no token")?;
        Wire::connect(there, token).await?.get("/api/v1/me").await?.check()?;
        took.add(watch.elapsed());
    }
    Ok(took)
}

/// How long `count` bookings on one node took to be told on another: from the request on, and from its answer on.
/// Zero if it was told before it was answered.
pub async fn tellings(
    here: SocketAddr,
    there: SocketAddr,
    host: &str,
    count: usize,
) -> Outcome<(Durations, Durations)> {
    setting::host(here, host).await?;
    let guest = setting::sign_up(here, &format!("{host}.guest")).await?;
    let watch = Stopwatch::start();
    let (told, mut telling) = mpsc::unbounded_channel();
    let follower = tokio::spawn({
        let path = format!("/api/v1/events/{host}/chat/changes");
        async move { follow(there, &path, watch, told).await.map_err(|error| error.to_string()) }
    });
    // The greeting.
    told_at(&mut telling).await?;
    let mut wire = Wire::connect(here, &guest).await?;
    let (mut from_request, mut from_answer) = (Durations::default(), Durations::default());
    for number in 0..count {
        let first: Instant = format!("{FIRST_DAY}T00:00:00Z").parse()?;
        let start = text_of(first + TimeDelta::minutes(10 * i64::try_from(number)?));
        let asked = watch.elapsed();
        let path = format!("/api/v1/events/{host}/chat/bookings");
        wire.post(&path, &json!({ "start": start }).to_string()).await?.check()?;
        let answered = watch.elapsed();
        let told = told_at(&mut telling).await?;
        from_request.add(told.saturating_sub(asked));
        from_answer.add(told.saturating_sub(answered));
    }
    follower.abort();
    Ok((from_request, from_answer))
}

async fn told_at(telling: &mut mpsc::UnboundedReceiver<Duration>) -> Outcome<Duration> {
    let told = tokio::time::timeout(PATIENCE, telling.recv()).await;
    told.map_err(|_| "a change was not told")?.ok_or_else(|| "the stream ended".into())
}

/// Says at which moment of `watch` each event of a stream with data came.
async fn follow(
    address: SocketAddr,
    path: &str,
    watch: Stopwatch,
    told: mpsc::UnboundedSender<Duration>,
) -> Outcome<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(format!("GET {path} HTTP/1.1\r\nhost: load\r\n\r\n").as_bytes()).await?;
    let mut bytes = Vec::new();
    loop {
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err("the stream ended".into());
        }
        let came = watch.elapsed();
        while let Some(end) = bytes.windows(2).position(|two| two == b"\n\n") {
            let event: Vec<u8> = bytes.drain(..end + 2).collect();
            if event.windows(6).any(|word| word == b"\ndata:") {
                told.send(came)?;
            }
        }
    }
}

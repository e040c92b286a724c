//! Many live streams of one event on one node: what each takes, and how soon all are told of a change.

use std::io::{Error, Write as _};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use meetme_server::clock::Stopwatch;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::sync::{Semaphore, mpsc};

use crate::child::{ServerProcess, cpu_of};
use crate::figures::Durations;
use crate::setting::{FIRST_DAY, host, sign_up};
use crate::wire::Wire;
use crate::{Outcome, on_one_thread};

/// How many changes are told to all.
const ROUNDS: u32 = 20;
/// What is not counted.
const WARM_UP: u32 = 2;
/// How many connections are made at once.
const OPENING: usize = 64;
/// How long the streams are left alone, to see what that costs: some heartbeats of each.
const QUIET: Duration = Duration::from_secs(30);
/// How long a change may take to reach everybody.
const PATIENCE: Duration = Duration::from_secs(30);
/// Files beside the streams' sockets.
const OTHER_FILES: u64 = 200;

/// What a change looks like in a stream.
const CHANGE: &[u8] = b"event: slots_changed\n";

pub fn measure(count: usize) -> Outcome<()> {
    raise_file_limit(count as u64 + OTHER_FILES)?;
    let server = ServerProcess::start("full")?;
    on_one_thread(run(&server, count))
}

async fn run(server: &ServerProcess, count: usize) -> Outcome<()> {
    host(server.address, "ada").await?;
    let token = sign_up(server.address, "bob").await?;
    let before = server.memory()?;
    let (said, mut heard) = mpsc::unbounded_channel();
    let (watch, turns) = (Arc::new(Stopwatch::start()), Arc::new(Semaphore::new(OPENING)));
    for _ in 0..count {
        let turn = turns.clone().acquire_owned().await?;
        let (said, watch, address) = (said.clone(), watch.clone(), server.address);
        tokio::spawn(async move {
            let mut stream = open(address).await;
            drop(turn);
            let _ = said.send(stream.as_ref().map(|_| Said::Hello).unwrap_or(Said::Lost));
            while let Ok(stream) = &mut stream {
                let told = next_change(stream).await.map_or(Said::Lost, |()| Said::Change(watch.elapsed()));
                let over = matches!(told, Said::Lost);
                let _ = said.send(told);
                if over {
                    return;
                }
            }
        });
    }
    for _ in 0..count {
        let Some(Said::Hello) = heard.recv().await else { return Err("a stream did not open".into()) };
    }
    let opened = watch.elapsed();
    let after = server.memory()?;
    println!("{count} streams open after {:.1} s", opened.as_secs_f64());
    println!(
        "memory: {before:.1} MiB before, {after:.1} MiB after: {:.1} KiB a stream",
        (after - before) * 1024.0 / count as f64
    );
    let idle = server.cpu()?;
    tokio::time::sleep(QUIET).await;
    println!("cpu while nothing happens: {:.1} % of a core", (server.cpu()? - idle) / QUIET.as_secs_f64() * 100.0);

    let mut wire = Wire::connect(server.address, &token).await?;
    let (mut all, mut last) = (Durations::default(), Durations::default());
    let (served, loaded) = (server.cpu()?, cpu_of("self")?);
    let begun = watch.elapsed();
    for round in 0..ROUNDS + WARM_UP {
        let start = format!("{FIRST_DAY}T{:02}:{}0:00Z", round / 6, round % 6);
        let asked = watch.elapsed();
        wire.post("/api/v1/events/ada/chat/bookings", &json!({"start": start}).to_string()).await?.check()?;
        let mut latest = Duration::ZERO;
        for _ in 0..count {
            let told = tokio::time::timeout(PATIENCE, heard.recv()).await?;
            let Some(Said::Change(at)) = told else { return Err("a stream ended".into()) };
            latest = latest.max(at.saturating_sub(asked));
            if round >= WARM_UP {
                all.add(at.saturating_sub(asked));
            }
        }
        if round >= WARM_UP {
            last.add(latest);
        }
    }
    let took = (watch.elapsed() - begun).as_secs_f64();
    let (one, everybody) = (all.figures(), last.figures());
    println!("from the request that books to each of {} tellings:", all.count());
    println!("  p50 {:.1} ms, p99 {:.1} ms, max {:.1} ms", one.p50, one.p99, one.max);
    println!("  until everybody has it: p50 {:.1} ms, max {:.1} ms", everybody.p50, everybody.max);
    let rounds = f64::from(ROUNDS + WARM_UP);
    println!(
        "  cpu: {:.0} ms a change in the server, {:.0} ms in its readers, which share its cores; {:.1} changes/s",
        (server.cpu()? - served) / rounds * 1e3,
        (cpu_of("self")? - loaded) / rounds * 1e3,
        rounds / took
    );
    println!("memory at the end: {:.1} MiB", server.memory()?);
    std::io::stdout().flush()?;
    Ok(())
}

enum Said {
    Hello,
    Change(Duration),
    Lost,
}

/// Opens a stream that has said hello.
async fn open(address: SocketAddr) -> std::io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address).await?;
    let request = "GET /api/v1/events/ada/chat/changes HTTP/1.1\r\nhost: load\r\n\r\n";
    stream.write_all(request.as_bytes()).await?;
    read_until(&mut stream, b"event: hello\n").await?;
    Ok(stream)
}

async fn next_change(stream: &mut TcpStream) -> std::io::Result<()> {
    read_until(stream, CHANGE).await
}

/// Reads up to a part that holds `word`: what is told comes in one part.
async fn read_until(stream: &mut TcpStream, word: &[u8]) -> std::io::Result<()> {
    loop {
        // Waits without a buffer, as the many wait most of the time.
        stream.readable().await?;
        let mut part = [0; 2048];
        let length = match stream.try_read(&mut part) {
            Ok(0) => return Err(std::io::ErrorKind::UnexpectedEof.into()),
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        };
        if part[..length].windows(word.len()).any(|window| window == word) {
            return Ok(());
        }
    }
}

/// Lets this process, and the server that it starts, open so many files.
#[expect(unsafe_code, reason = "the limit is the system's")]
fn raise_file_limit(wanted: u64) -> Outcome<()> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the pointer is to a struct of this frame, which the call fills in.
    if unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) } != 0 {
        return Err(Error::last_os_error().into());
    }
    if limit.rlim_cur >= wanted {
        return Ok(());
    }
    limit.rlim_cur = wanted.min(limit.rlim_max);
    if limit.rlim_cur < wanted {
        return Err(format!("{wanted} files are needed, the system gives {}: see `ulimit -Hn`", limit.rlim_max).into());
    }
    // SAFETY: as above; the call only reads.
    if unsafe { libc::setrlimit(libc::RLIMIT_NOFILE, &raw const limit) } != 0 {
        return Err(Error::last_os_error().into());
    }
    Ok(())
}

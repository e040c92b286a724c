//! HTTP/1.1 with keep-alive, as little of it as the simulator needs: it must cost less than what it drives.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// How long one attempt waits for its answer.
pub const PATIENCE: Duration = Duration::from_secs(5);
/// The longest answer that is read.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// How many header lines an answer may have.
const MAX_HEADERS: usize = 100;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request {
    /// `GET`, `POST`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// Behind `/api/v1`.
    pub path: String,
    /// Who asks.
    pub token: Option<String>,
    /// The idempotency key.
    pub key: Option<String>,
    /// JSON, or nothing.
    pub body: Option<Value>,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// JSON, or null.
    pub body: Value,
}

impl Reply {
    /// Whether it was done.
    pub fn is_done(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The problem's code.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("(no code)")
    }
}

/// One connection, opened when it is first needed and again when it broke.
#[derive(Debug)]
pub struct Connection {
    to: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Connection {
    /// To this address, later.
    pub fn new(to: SocketAddr) -> Self {
        Self { to, stream: None }
    }

    /// Asks and waits, at most [`PATIENCE`]. An error means that nothing is known of the outcome.
    pub async fn send(&mut self, request: &Request) -> io::Result<Reply> {
        let answered = tokio::time::timeout(PATIENCE, self.exchange(request)).await;
        let reply = answered.unwrap_or_else(|_| Err(io::Error::new(io::ErrorKind::TimedOut, "no answer in time")));
        if reply.is_err() {
            self.stream = None;
        }
        reply
    }

    /// Asks and goes away without the answer.
    pub async fn hang_up(&mut self, request: &Request) {
        // Whether it arrived does not matter: nothing is known of the outcome either way.
        drop(self.write(request).await);
        self.stream = None;
    }

    async fn exchange(&mut self, request: &Request) -> io::Result<Reply> {
        self.write(request).await?;
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        read_reply(stream).await
    }

    async fn write(&mut self, request: &Request) -> io::Result<()> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.to).await?;
            stream.set_nodelay(true)?;
            self.stream = Some(BufReader::new(stream));
        }
        let stream = self.stream.as_mut().ok_or(io::ErrorKind::NotConnected)?;
        stream.write_all(text_of(request).as_bytes()).await
    }
}

/// A request as it goes over the wire.
pub fn text_of(request: &Request) -> String {
    let body = request.body.as_ref().map(Value::to_string).unwrap_or_default();
    let Request { method, path, .. } = request;
    let mut text = format!("{method} /api/v1{path} HTTP/1.1\r\nhost: sim\r\ncontent-length: {}\r\n", body.len());
    if request.body.is_some() {
        text.push_str("content-type: application/json\r\n");
    }
    for (name, value) in [("authorization: Bearer", &request.token), ("idempotency-key:", &request.key)] {
        if let Some(value) = value {
            text.push_str(&format!("{name} {value}\r\n"));
        }
    }
    text.push_str("\r\n");
    text.push_str(&body);
    text
}

async fn read_reply(stream: &mut BufReader<TcpStream>) -> io::Result<Reply> {
    let (status, length) = read_head(stream).await?;
    let length = length.unwrap_or(0);
    if length > MAX_BODY {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the answer is too long"));
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await?;
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? };
    Ok(Reply { status, body })
}

/// Reads status line and headers: the status, and how long the body is if it says so.
pub async fn read_head(stream: &mut BufReader<TcpStream>) -> io::Result<(u16, Option<usize>)> {
    let bad = || io::Error::new(io::ErrorKind::InvalidData, "this is no HTTP answer");
    let status_line = read_line(stream).await?;
    let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(bad)?;
    let mut length = None;
    for _ in 0..MAX_HEADERS {
        let header = read_line(stream).await?;
        if header.is_empty() {
            return Ok((status, length));
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = Some(value.trim().parse().map_err(|_| bad())?);
        }
    }
    Err(bad())
}

/// One line without its end.
pub async fn read_line(stream: &mut BufReader<TcpStream>) -> io::Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    line.truncate(line.trim_end().len());
    Ok(line)
}

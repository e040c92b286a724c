//! HTTP/1.1 with keep-alive, as little of it as the simulator needs: it must cost less than what it drives.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};
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
    /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
    pub method: &'static str,
    /// Behind `/api/v1`.
    pub path: String,
    /// Who asks.
    pub token: Option<String>,
    /// The idempotency key.
    pub key: Option<String>,
    /// JSON, or nothing.
    pub body: Option<Value>,
    /// What makes it a calendar app's; its path is then the whole path.
    pub calendar: Option<AsApp>,
}

/// What a calendar app sends beside a method and a path.
#[derive(Debug, Clone)]
pub struct AsApp {
    /// Username and token, encoded.
    pub basic: String,
    /// A condition, as a header.
    pub condition: Option<String>,
    /// The entry.
    pub entry: String,
}

/// What is answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// JSON, or null. Of an answer to a calendar app `text`, `etag` and, for a refusal, `code`.
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
        read_reply(stream, request.calendar.is_some()).await
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
    let Request { method, path, .. } = request;
    if let Some(AsApp { basic, condition, entry }) = &request.calendar {
        let condition = condition.as_ref().map(|line| format!("{line}\r\n")).unwrap_or_default();
        return format!(
            "{method} {path} HTTP/1.1\r\nhost: sim\r\nauthorization: Basic {basic}\r\n{condition}\
             content-type: text/calendar\r\ncontent-length: {}\r\n\r\n{entry}",
            entry.len()
        );
    }
    let body = request.body.as_ref().map(Value::to_string).unwrap_or_default();
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

async fn read_reply(stream: &mut BufReader<TcpStream>, calendar: bool) -> io::Result<Reply> {
    let Head { status, length, etag } = read_head(stream).await?;
    let length = length.unwrap_or(0);
    if length > MAX_BODY {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the answer is too long"));
    }
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).await?;
    if calendar {
        let text = String::from_utf8(bytes).map_err(io::Error::other)?;
        let code = code_of(status, &text);
        return Ok(Reply { status, body: json!({"text": text, "etag": etag, "code": code}) });
    }
    let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes)? };
    Ok(Reply { status, body })
}

/// The word for a refusal to a calendar app: what its element or its status says.
fn code_of(status: u16, text: &str) -> Option<String> {
    let element = || Some(text.split_once("<M:")?.1.split_once("/>")?.0.to_owned());
    match status {
        200..300 => None,
        403 => element().or_else(|| Some("forbidden".to_owned())),
        404 => Some("not-found".to_owned()),
        412 => Some("stale".to_owned()),
        // It does not say whether it was done.
        503 => Some("outcome-unknown".to_owned()),
        _ => Some(format!("status {status}")),
    }
}

/// What stands before a body.
#[derive(Debug, Default)]
pub struct Head {
    /// The status.
    pub status: u16,
    /// How long the body is, if that is said.
    pub length: Option<usize>,
    /// The ETag, as it stands.
    pub etag: Option<String>,
}

/// Reads status line and headers.
pub async fn read_head(stream: &mut BufReader<TcpStream>) -> io::Result<Head> {
    let bad = || io::Error::new(io::ErrorKind::InvalidData, "this is no HTTP answer");
    let status_line = read_line(stream).await?;
    let status = status_line.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or_else(bad)?;
    let mut head = Head { status, ..Head::default() };
    for _ in 0..MAX_HEADERS {
        let header = read_line(stream).await?;
        if header.is_empty() {
            return Ok(head);
        }
        let Some((name, value)) = header.split_once(':') else { continue };
        if name.eq_ignore_ascii_case("content-length") {
            head.length = Some(value.trim().parse().map_err(|_| bad())?);
        } else if name.eq_ignore_ascii_case("etag") {
            head.etag = Some(value.trim().to_owned());
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

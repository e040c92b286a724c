//! As little HTTP/1.1 as measuring needs: one connection, kept alive, one
//! request at a time. A general client would use more of the two cores than
//! the server does.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Outcome;

/// The largest answer that is read.
const MAX_ANSWER: usize = 32 * 1024 * 1024;

/// A connection.
pub struct Wire {
    stream: TcpStream,
    token: String,
    buffer: Vec<u8>,
}

/// What came back.
pub struct Answer<'a> {
    pub status: u16,
    pub body: &'a [u8],
    /// Status and headers.
    pub head: &'a [u8],
    /// How many bytes the request had.
    pub sent: usize,
}

impl Answer<'_> {
    /// A header's value, by its name in small letters.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = std::str::from_utf8(self.head).ok()?;
        let value = head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        value.map(str::to_owned)
    }

    /// How many bytes came.
    pub fn received(&self) -> usize {
        self.head.len() + self.body.len()
    }

    /// The body of a success.
    pub fn ok(&self) -> Outcome<Value> {
        self.check()?;
        Ok(serde_json::from_slice(self.body)?)
    }

    /// That it is a success.
    pub fn check(&self) -> Outcome<()> {
        if (200..300).contains(&self.status) {
            return Ok(());
        }
        Err(format!("{}: {}", self.status, String::from_utf8_lossy(self.body)).into())
    }
}

impl Wire {
    /// Connects; requests carry the token, if there is one.
    pub async fn connect(address: SocketAddr, token: &str) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, token: token.to_owned(), buffer: Vec::with_capacity(8 * 1024) })
    }

    pub async fn get(&mut self, path: &str) -> Outcome<Answer<'_>> {
        self.send("GET", path, "", "").await
    }

    pub async fn post(&mut self, path: &str, body: &str) -> Outcome<Answer<'_>> {
        self.send("POST", path, "", body).await
    }

    /// Sends a request with more header lines, each ended by CRLF, and reads its answer.
    pub async fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Outcome<Answer<'_>> {
        let token = &self.token;
        let sign = if token.is_empty() { String::new() } else { format!("authorization: Bearer {token}\r\n") };
        let kind = if body.is_empty() { "" } else { "content-type: application/json\r\n" };
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: load\r\n{sign}{kind}{headers}content-length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.answer(request.len()).await
    }

    async fn answer(&mut self, sent: usize) -> Outcome<Answer<'_>> {
        self.buffer.clear();
        let (status, begin, end) = loop {
            if let Some((status, begin, length)) = head(&self.buffer)? {
                break (status, begin, begin + length);
            }
            self.more().await?;
        };
        while self.buffer.len() < end {
            self.more().await?;
        }
        Ok(Answer { status, body: &self.buffer[begin..end], head: &self.buffer[..begin], sent })
    }

    async fn more(&mut self) -> Outcome<()> {
        if self.buffer.len() > MAX_ANSWER {
            return Err("the answer is too large".into());
        }
        match self.stream.read_buf(&mut self.buffer).await? {
            0 => Err("the server closed the connection".into()),
            _ => Ok(()),
        }
    }
}

/// Status, where the body begins and how long it is, once the head is there.
fn head(buffer: &[u8]) -> Outcome<Option<(u16, usize, usize)>> {
    let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let head = std::str::from_utf8(&buffer[..end])?;
    let status = head.get(9..12).ok_or("no status")?.parse()?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    Ok(Some((status, end + 4, length.map_or(Ok(0), str::parse)?)))
}

//! As little HTTP/1.1 as measuring needs: one connection, kept alive, one
//! request at a time. A general client would use more of the two cores than
//! the server does.

use std::net::SocketAddr;

use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Outcome;

/// The largest answer that is read.
const MAX_ANSWER: usize = 64 * 1024 * 1024;

/// A connection; one that the server closed behind an answer is made anew.
pub struct Wire {
    address: SocketAddr,
    stream: TcpStream,
    authorization: String,
    buffer: Vec<u8>,
    closed: bool,
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
    /// A header's value, by its name.
    pub fn header(&self, name: &str) -> Option<String> {
        header_of(std::str::from_utf8(self.head).ok()?, name).map(str::to_owned)
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
        let authorization = if token.is_empty() { String::new() } else { format!("Bearer {token}") };
        Self::connect_as(address, &authorization).await
    }

    /// Connects; requests carry what is said, if anything, as `Authorization`.
    pub async fn connect_as(address: SocketAddr, authorization: &str) -> Outcome<Self> {
        let (stream, buffer) = (dial(address).await?, Vec::with_capacity(8 * 1024));
        Ok(Self { address, stream, authorization: authorization.to_owned(), buffer, closed: false })
    }

    pub async fn get(&mut self, path: &str) -> Outcome<Answer<'_>> {
        self.send("GET", path, "", "").await
    }

    pub async fn post(&mut self, path: &str, body: &str) -> Outcome<Answer<'_>> {
        self.send("POST", path, "", body).await
    }

    /// Sends a request with more header lines, each ended by CRLF, and reads its answer. A body is JSON unless
    /// they say otherwise.
    pub async fn send(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Outcome<Answer<'_>> {
        if self.closed {
            self.stream = dial(self.address).await?;
        }
        let sign = &self.authorization;
        let sign = if sign.is_empty() { String::new() } else { format!("authorization: {sign}\r\n") };
        let said = body.is_empty() || headers.contains("content-type:");
        let kind = if said { "" } else { "content-type: application/json\r\n" };
        let length = body.len();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nhost: load\r\n{sign}{kind}{headers}content-length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).await?;
        self.answer(request.len()).await
    }

    async fn answer(&mut self, sent: usize) -> Outcome<Answer<'_>> {
        self.buffer.clear();
        let head = loop {
            if let Some(head) = Head::of(&self.buffer)? {
                break head;
            }
            self.more().await?;
        };
        let end = match head.length {
            Length::Bytes(length) => {
                while self.buffer.len() < head.end + length {
                    self.more().await?;
                }
                head.end + length
            }
            Length::Chunks => self.chunks(head.end).await?,
            Length::Rest => {
                while self.stream.read_buf(&mut self.buffer).await? > 0 {}
                self.buffer.len()
            }
        };
        self.closed = head.closes;
        Ok(Answer { status: head.status, body: &self.buffer[head.end..end], head: &self.buffer[..head.end], sent })
    }

    /// Reads a body that comes in chunks and puts them side by side; where it ends.
    async fn chunks(&mut self, begin: usize) -> Outcome<usize> {
        let (mut at, mut end) = (begin, begin);
        loop {
            let line = loop {
                match self.buffer[at..].windows(2).position(|two| two == b"\r\n") {
                    Some(line) => break line,
                    None => self.more().await?,
                }
            };
            let size = std::str::from_utf8(&self.buffer[at..at + line])?;
            let size = usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)?;
            let data = at + line + 2;
            while self.buffer.len() < data + size + 2 {
                self.more().await?;
            }
            self.buffer.copy_within(data..data + size, end);
            (at, end) = (data + size + 2, end + size);
            if size == 0 {
                return Ok(end);
            }
        }
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

async fn dial(address: SocketAddr) -> Outcome<TcpStream> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    Ok(stream)
}

/// How long a body is.
enum Length {
    Bytes(usize),
    Chunks,
    /// Until the connection ends.
    Rest,
}

/// What the head of an answer says.
struct Head {
    status: u16,
    /// Where the body begins.
    end: usize,
    length: Length,
    /// Whether the connection ends behind it.
    closes: bool,
}

impl Head {
    /// Once it is there.
    fn of(buffer: &[u8]) -> Outcome<Option<Self>> {
        let Some(end) = buffer.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
        let head = std::str::from_utf8(&buffer[..end])?;
        let status = head.get(9..12).ok_or("no status")?.parse()?;
        let connection = header_of(head, "connection").unwrap_or_default();
        let stays = head.starts_with("HTTP/1.1") || connection.eq_ignore_ascii_case("keep-alive");
        let closes = !stays || connection.eq_ignore_ascii_case("close");
        let chunked = header_of(head, "transfer-encoding").is_some_and(|how| how.eq_ignore_ascii_case("chunked"));
        let length = match header_of(head, "content-length") {
            Some(length) => Length::Bytes(length.parse()?),
            None if chunked => Length::Chunks,
            None if closes && status != 204 && status != 304 => Length::Rest,
            None => Length::Bytes(0),
        };
        Ok(Some(Self { status, end: end + 4, length, closes }))
    }
}

fn header_of<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut fields = head.lines().filter_map(|line| line.split_once(':'));
    fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

//! A line between client and server that breaks, as a seeded plan has it.

use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::players::Dice;

/// What becomes of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It goes through.
    Through,
    /// The line breaks before anything reaches the server.
    LostOnTheWay,
    /// It reaches the server, and the line breaks at once.
    CutAtOnce,
    /// The server answers, and the answer is lost.
    AnswerLost,
    /// Half of the answer arrives.
    AnswerHalved,
    /// It reaches the server twice, at the same time; the better answer arrives.
    Twice,
}

const FATES: [Fate; 6] =
    [Fate::Through, Fate::LostOnTheWay, Fate::CutAtOnce, Fate::AnswerLost, Fate::AnswerHalved, Fate::Twice];

/// A proxy on a port of its own; ends with the test's runtime.
pub struct Proxy {
    pub address: SocketAddr,
    /// Which fates befell how many requests.
    pub seen: Arc<Mutex<Vec<Fate>>>,
}

impl Proxy {
    pub async fn before(server: SocketAddr, seed: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (address, seen) = (listener.local_addr().unwrap(), Arc::new(Mutex::new(Vec::new())));
        let (noted, mut dice) = (Arc::clone(&seen), Dice::new(seed));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let fate = FATES[dice.roll(FATES.len())];
                noted.lock().unwrap().push(fate);
                // A line that breaks is what this is for.
                tokio::spawn(async move { drop(carry(client, server, fate).await) });
            }
        });
        Self { address, seen }
    }
}

async fn carry(mut client: TcpStream, server: SocketAddr, fate: Fate) -> io::Result<()> {
    let request = message(&mut client).await?;
    let answer = match fate {
        Fate::LostOnTheWay => return Ok(()),
        Fate::CutAtOnce => {
            let mut line = TcpStream::connect(server).await?;
            return line.write_all(&request).await;
        }
        Fate::AnswerLost => {
            ask(server, &request).await?;
            return Ok(());
        }
        Fate::Twice => {
            let (one, other) = tokio::try_join!(ask(server, &request), ask(server, &request))?;
            // The one may have found the slot taken, and the other free again.
            if one.starts_with(b"HTTP/1.1 2") { one } else { other }
        }
        Fate::Through | Fate::AnswerHalved => ask(server, &request).await?,
    };
    let length = if fate == Fate::AnswerHalved { answer.len() / 2 } else { answer.len() };
    client.write_all(&answer[..length]).await?;
    client.shutdown().await
}

async fn ask(server: SocketAddr, request: &[u8]) -> io::Result<Vec<u8>> {
    let mut line = TcpStream::connect(server).await?;
    line.write_all(request).await?;
    message(&mut line).await
}

/// Reads one HTTP message whole; its body is as long as it says.
async fn message(line: &mut TcpStream) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    loop {
        if let Some(length) = length_of(&bytes)
            && bytes.len() >= length
        {
            return Ok(bytes);
        }
        if line.read_buf(&mut bytes).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}

/// How long a message is, once its head is there.
fn length_of(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_lowercase();
    let body = text.lines().find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok());
    Some(head + body.unwrap_or(0))
}

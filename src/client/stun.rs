//! A look at a STUN or TURN server over UDP: whether it answers, and what it sees (RFC 8489, RFC 8656).

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::net::{UdpSocket, lookup_host};
use tokio::time::timeout;

/// How long each of [`TRIES`] waits for an answer.
const PATIENCE: Duration = Duration::from_millis(700);
/// Datagrams get lost: how often is asked.
const TRIES: usize = 3;
const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

/// What came of asking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// STUN: this machine, as the server sees it.
    SeenAs(SocketAddr),
    /// TURN: it is there, and wants credentials.
    WantsCredentials,
    /// Nothing came.
    Nothing,
    /// Something else came, or nothing could be sent; in words.
    Other(String),
}

/// Asks the server that a `stun:` or `turn:` URL of an ICE server names.
pub async fn ask(url: &str) -> Answer {
    let Some((scheme, rest)) = url.split_once(':') else { return Answer::Other("this is no STUN or TURN URL".into()) };
    let place = rest.split('?').next().unwrap_or_default();
    if rest.contains("transport=tcp") || !matches!(scheme, "stun" | "turn") {
        return Answer::Other("only UDP is tried".into());
    }
    match exchange(place, scheme == "turn").await {
        Ok(answer) => answer,
        Err(error) => Answer::Other(error.to_string()),
    }
}

async fn exchange(place: &str, turn: bool) -> std::io::Result<Answer> {
    let with_port = if place.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()) {
        place.to_owned()
    } else {
        format!("{place}:3478")
    };
    let Some(server) = lookup_host(&with_port).await?.next() else { return Ok(Answer::Other("no such host".into())) };
    let any: IpAddr = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).await?;
    socket.connect(server).await?;
    let request = request(turn);
    let mut buffer = [0; 1500];
    for _ in 0..TRIES {
        socket.send(&request).await?;
        match timeout(PATIENCE, socket.recv(&mut buffer)).await {
            Ok(length) => return Ok(read(&buffer[..length?], &request)),
            Err(_) => continue,
        }
    }
    Ok(Answer::Nothing)
}

/// A Binding request, or an Allocate request for UDP without credentials.
fn request(turn: bool) -> Vec<u8> {
    let mut message = vec![0, if turn { 3 } else { 1 }, 0, if turn { 8 } else { 0 }];
    message.extend(COOKIE);
    message.extend(crate::ids::random::<12>());
    if turn {
        message.extend([0x00, 0x19, 0, 4, 17, 0, 0, 0]);
    }
    message
}

fn read(message: &[u8], request: &[u8]) -> Answer {
    let ours = message.len() >= 20 && message[4..20] == request[4..20];
    if !ours {
        return Answer::Other("something answers there that is no STUN server".into());
    }
    let (kind, id) = (u16::from_be_bytes([message[0], message[1]]), &message[4..20]);
    for (name, value) in attributes(&message[20..]) {
        match (kind, name, value) {
            (0x0101, 0x0020, value) => {
                if let Some(seen) = xored(value, id) {
                    return Answer::SeenAs(seen);
                }
            }
            (0x0113, 0x0009, [_, _, 4, 1, ..]) => return Answer::WantsCredentials,
            (0x0113 | 0x0111, 0x0009, [_, _, class, number, ..]) => {
                return Answer::Other(format!("it answers {}", u16::from(*class) * 100 + u16::from(*number)));
            }
            _ => {}
        }
    }
    Answer::Other("its answer cannot be read".into())
}

/// Type and value of each attribute; what is cut off is left out.
fn attributes(mut rest: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let [a, b, c, d, ..] = rest else { return None };
        let (name, length) = (u16::from_be_bytes([*a, *b]), usize::from(u16::from_be_bytes([*c, *d])));
        let value = rest.get(4..4 + length)?;
        rest = rest.get(4 + length.next_multiple_of(4)..).unwrap_or_default();
        Some((name, value))
    })
}

/// XOR-MAPPED-ADDRESS (RFC 8489, 14.2); `key` is cookie and transaction.
fn xored(value: &[u8], key: &[u8]) -> Option<SocketAddr> {
    let [_, family, high, low, address @ ..] = value else { return None };
    let port = u16::from_be_bytes([high ^ key[0], low ^ key[1]]);
    let plain: Vec<u8> = address.iter().zip(key).map(|(byte, key)| byte ^ key).collect();
    let address: IpAddr = match (family, address.len()) {
        (1, 4) => <[u8; 4]>::try_from(plain).ok()?.into(),
        (2, 16) => <[u8; 16]>::try_from(plain).ok()?.into(),
        _ => return None,
    };
    Some(SocketAddr::new(address, port))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_in_the_standards_example() {
        // RFC 5769, 2.2 and 2.3.
        let key =
            [COOKIE.as_slice(), &[0xb7, 0xe7, 0xa7, 0x01, 0xbc, 0x34, 0xd6, 0x86, 0xfa, 0x87, 0xdf, 0xae]].concat();
        let v4 = [0, 1, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43];
        let v6 = [
            0, 2, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4, 0xb5, 0xbe, 0xd2, 0xb9,
            0xd9,
        ];

        assert_eq!(xored(&v4, &key), "192.0.2.1:32853".parse().ok());
        assert_eq!(xored(&v6, &key), "[2001:db8:1234:5678:11:2233:4455:6677]:32853".parse().ok());
        assert_eq!(xored(&v4[..7], &key), None);
    }

    #[test]
    fn an_answer_that_is_cut_off_or_anothers_says_so() {
        let asked = request(false);
        let mut answer = [&[1, 1, 0, 12], &asked[4..], &[0, 0x20, 0, 8, 0, 1, 0, 0, 0, 0, 0, 0]].concat();

        assert!(matches!(read(&answer, &asked), Answer::SeenAs(_)));
        for length in 0..answer.len() {
            assert!(matches!(read(&answer[..length], &asked), Answer::Other(_)), "{length}");
        }
        answer[10] ^= 1;
        assert!(matches!(read(&answer, &asked), Answer::Other(_)));
    }
}

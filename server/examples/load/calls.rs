//! Signalling: what a message and a connection cost, and how soon a peer that is gone is told of; the same for a
//! PeerServer beside it, if there is one.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::{Message, WebSocketConfig};

use crate::child::{ServerProcess, cpu_of, memory_of};
use crate::wire::Wire;
use crate::{Outcome, on_one_thread, setting};

/// How many connections are held at once.
const HELD: usize = 10_000;
/// Bookings of one host that are open at once: slots of a minute, and calls that open a day before.
const ROOMS_OF_HOST: usize = 1_250;
/// How many messages are passed on, and how large each is.
const MESSAGES: usize = 20_000;
const SIZE: usize = 1024;
/// How long a silent peer is watched.
const WATCHED: Duration = Duration::from_secs(20);

/// How often those who wait say that they are there.
const PING: Duration = Duration::from_secs(1);

type Socket = WebSocketStream<TcpStream>;

/// Where two clients meet, and what they say there.
enum Place {
    Ours { address: SocketAddr, rooms: Vec<Room> },
    PeerServer { address: SocketAddr },
}

/// A booking, and the tokens of its two people.
#[derive(Clone)]
struct Room {
    booking: String,
    tokens: [String; 2],
}

/// Measures this server, and the PeerServer whose script is given.
pub fn measure(peer_server: Option<&Path>) -> Outcome<()> {
    let ours = ServerProcess::start("calls")?;
    on_one_thread(async {
        let rooms = rooms(ours.address).await?;
        println!("meetme");
        all(&Place::Ours { address: ours.address, rooms }, ours.id()).await
    })?;
    drop(ours);
    let Some(script) = peer_server else { return Ok(()) };
    let theirs = PeerServer::start(script)?;
    on_one_thread(async {
        println!("PeerServer");
        all(&Place::PeerServer { address: theirs.address }, theirs.process.id()).await
    })
}

async fn all(place: &Place, process: u32) -> Outcome<()> {
    messages(place, process).await?;
    ends(place).await?;
    connections(place, process).await
}

/// Processor time of the server for each message between two clients.
async fn messages(place: &Place, process: u32) -> Outcome<()> {
    let (mut one, mut two) = (place.join(0, 0).await?, place.join(0, 1).await?);
    // What is said at the door is not counted.
    while timeout(Duration::from_millis(300), one.next()).await.is_ok() {}
    let text = place.message(0);
    let before = cpu_of(&process.to_string())?;
    let began = Instant::now();
    for _ in 0..MESSAGES / 100 {
        for _ in 0..20 {
            one.send(Message::text(text.clone())).await?;
        }
        for _ in 0..20 {
            two.next().await.ok_or("the peer's connection ended")??;
        }
        // As fast as clients may be.
        if matches!(place, Place::Ours { .. }) {
            sleep(Duration::from_millis(1)).await;
        }
    }
    let sent = MESSAGES / 100 * 20;
    let cpu = (cpu_of(&process.to_string())? - before) * 1e6 / sent as f64;
    println!(
        "  {cpu:6.1} µs of the server for a message of {SIZE} bytes ({sent} in {:.1} s)",
        began.elapsed().as_secs_f64()
    );
    Ok(())
}

/// How soon a peer that is closed, reset or silent is told of.
async fn ends(place: &Place) -> Outcome<()> {
    for how in ["closed", "reset", "silent"] {
        let mut watching = place.join(1, 0).await?;
        let mut leaving = Some(place.join(1, 1).await?);
        while timeout(Duration::from_millis(300), watching.next()).await.is_ok() {}
        let began = Instant::now();
        match how {
            "closed" => {
                let mut socket = leaving.take().expect("it is there");
                socket.close(None).await?;
            }
            "reset" => {
                let stream = leaving.take().expect("it is there").into_inner();
                stream.set_zero_linger()?;
                drop(stream);
            }
            _ => {}
        }
        let told = loop {
            if began.elapsed() > WATCHED {
                break None;
            }
            watching.send(Message::text(place.ping())).await?;
            match timeout(Duration::from_millis(500), watching.next()).await {
                Ok(Some(Ok(Message::Text(text)))) if place.tells_of_an_end(&text) => break Some(began.elapsed()),
                Ok(Some(Ok(_))) => sleep(Duration::from_millis(20)).await,
                Ok(_) => break None,
                Err(_) => {}
            }
        };
        match told {
            Some(took) => println!("  {:6.2} s until a {how} peer is told of", took.as_secs_f64()),
            None => println!("   never within {WATCHED:?} is a {how} peer told of"),
        }
        drop(leaving);
        let _ = watching.close(None).await;
        sleep(Duration::from_millis(500)).await;
    }
    Ok(())
}

/// How fast connections are opened, and what each takes of memory while all are open.
async fn connections(place: &Place, process: u32) -> Outcome<()> {
    let before = memory_of(&process.to_string())?;
    let began = Instant::now();
    let mut held = Vec::with_capacity(HELD);
    let mut pinged = Instant::now();
    for n in 0..HELD {
        held.push(place.join(10 + n / 2, n % 2).await?);
        // Whoever is silent for long is let go.
        if pinged.elapsed() > PING {
            ping_all(place, &mut held).await?;
            pinged = Instant::now();
        }
    }
    let opened = HELD as f64 / began.elapsed().as_secs_f64();
    ping_all(place, &mut held).await?;
    let each = (memory_of(&process.to_string())? - before) * 1024.0 / HELD as f64;
    println!("  {opened:6.0} connections opened a second, one after the other");
    println!("  {each:6.1} KiB of memory for each of {HELD}");
    Ok(())
}

async fn ping_all(place: &Place, held: &mut [Socket]) -> Outcome<()> {
    for socket in held {
        socket.send(Message::text(place.ping())).await?;
    }
    Ok(())
}

impl Place {
    /// One of the two of a room.
    async fn join(&self, room: usize, who: usize) -> Outcome<Socket> {
        let (url, token, address) = match self {
            Self::Ours { address, rooms } => {
                let room = rooms.get(room).ok_or("too few rooms")?;
                let url = format!("ws://{address}/api/v1/bookings/{}/call/signal", room.booking);
                (url, Some(&room.tokens[who]), *address)
            }
            Self::PeerServer { address } => {
                let id = format!("room{room}-{who}");
                (format!("ws://{address}/peerjs?key=peerjs&id={id}&token=t{id}&version=1.5.4"), None, *address)
            }
        };
        let mut request = url.into_client_request()?;
        if let Some(token) = token {
            request.headers_mut().insert("authorization", format!("Bearer {token}").parse()?);
        }
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let config = WebSocketConfig::default().read_buffer_size(2048);
        let (mut socket, _) = tokio_tungstenite::client_async_with_config(request, stream, Some(config)).await?;
        socket.next().await.ok_or("no welcome")??;
        Ok(socket)
    }

    /// A message of [`SIZE`] bytes for the second one of a room.
    fn message(&self, room: usize) -> String {
        let filled = |build: &dyn Fn(&str) -> Value| {
            let empty = build("").to_string().len();
            build(&"x".repeat(SIZE.saturating_sub(empty))).to_string()
        };
        match self {
            Self::Ours { .. } => {
                filled(&|text| json!({"type": "signal", "description": {"type": "offer", "sdp": text}}))
            }
            Self::PeerServer { .. } => filled(
                &|text| json!({"type": "OFFER", "dst": format!("room{room}-1"), "payload": {"sdp": {"type": "offer", "sdp": text}}}),
            ),
        }
    }

    fn ping(&self) -> &'static str {
        match self {
            Self::Ours { .. } => r#"{"type":"ping"}"#,
            Self::PeerServer { .. } => r#"{"type":"HEARTBEAT"}"#,
        }
    }

    fn tells_of_an_end(&self, text: &str) -> bool {
        match self {
            Self::Ours { .. } => text.contains("peer-left"),
            Self::PeerServer { .. } => text.contains("LEAVE") || text.contains("EXPIRE"),
        }
    }
}

/// Bookings whose calls are open now.
async fn rooms(address: SocketAddr) -> Outcome<Vec<Room>> {
    let mut rooms = Vec::new();
    for n in 0..(HELD / 2 + 10).div_ceil(ROOMS_OF_HOST) {
        let (host, guest) = (format!("host{n}"), format!("guest{n}"));
        let tokens = [setting::sign_up(address, &host).await?, setting::sign_up(address, &guest).await?];
        let mut wire = Wire::connect(address, &tokens[0]).await?;
        let today = setting::today();
        let event = json!({"title": "Call", "slug": "call", "time_zone": "UTC", "first_day": today,
            "slot_minutes": 1, "call_opens_minutes": 1440, "call_closes_minutes": 1440});
        wire.post("/api/v1/events", &event.to_string()).await?.check()?;
        let window =
            json!({"start": format!("{today}T00:00:00"), "duration_minutes": 1440, "rrule": "FREQ=DAILY;COUNT=2"});
        wire.post(&format!("/api/v1/events/{host}/call/windows"), &window.to_string()).await?.check()?;
        let path = format!("/api/v1/events/{host}/call/slots?open=true");
        let slots = wire.get(&path).await?.ok()?;
        let starts: Vec<Value> =
            slots["slots"].as_array().ok_or("no slots")?.iter().map(|s| s["start"].clone()).collect();
        let mut wire = Wire::connect(address, &tokens[1]).await?;
        for start in starts.iter().take(ROOMS_OF_HOST) {
            let body = json!({ "start": start }).to_string();
            let booked = wire.post(&format!("/api/v1/events/{host}/call/bookings"), &body).await?.ok()?;
            let booking = booked["id"].as_str().ok_or("no id")?.to_owned();
            rooms.push(Room { booking, tokens: tokens.clone() });
        }
    }
    Ok(rooms)
}

/// A PeerServer as a process of its own; ends when dropped.
struct PeerServer {
    address: SocketAddr,
    process: Child,
}

impl PeerServer {
    fn start(script: &Path) -> Outcome<Self> {
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let process = Command::new("node")
            .arg(script)
            .args(["--host", "127.0.0.1", "--port", &address.port().to_string(), "--concurrent_limit", "20000"])
            .stdout(Stdio::null())
            .spawn()?;
        for _ in 0..200 {
            if std::net::TcpStream::connect(address).is_ok() {
                return Ok(Self { address, process });
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Err("the PeerServer did not start".into())
    }
}

impl Drop for PeerServer {
    fn drop(&mut self) {
        // It has nothing to finish.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

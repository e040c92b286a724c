//! A network in between: every way to an end leads through sockets of ours, which lose, delay and reorder packets, and
//! let no more through than a narrow path does.
//!
//! Each address that an end offers gets a stand-in, and only stand-ins are told to the other end. What comes to a
//! stand-in goes on to the address it stands for, out of the stand-in of whoever sent it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use meetme_core::api::Payload;
use tokio::net::UdpSocket;
use tokio::time::Instant;

use super::relay::Meddle;

/// How the network is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weather {
    /// Of a hundred packets so many are lost.
    pub loss: u64,
    /// Every packet takes so long.
    pub delay: Duration,
    /// And up to so much longer, each for itself.
    pub jitter: Duration,
    /// So many bits get through in a second, each way; what is too much waits in a queue.
    pub limit: Option<u64>,
}

/// What would wait for longer than this in a queue is lost.
const QUEUE: Duration = Duration::from_millis(500);

#[derive(Clone)]
pub struct Network(Arc<Mutex<Inside>>);

struct Inside {
    weather: Weather,
    cut_until: Option<Instant>,
    stand_ins: HashMap<SocketAddr, Arc<UdpSocket>>,
    /// When the narrow path to an address is free again.
    free: HashMap<SocketAddr, Instant>,
    seed: u64,
    pub passed: u64,
    pub lost: u64,
}

impl Network {
    pub fn new(weather: Weather) -> Self {
        let inside = Inside {
            weather,
            cut_until: None,
            stand_ins: HashMap::new(),
            free: HashMap::new(),
            seed: 0x9e37_79b9,
            passed: 0,
            lost: 0,
        };
        Self(Arc::new(Mutex::new(inside)))
    }

    /// For [`Relay::start`](super::relay::Relay::start).
    pub fn meddle(&self) -> Option<Meddle> {
        let network = self.clone();
        Some(Box::new(move |payload| match payload {
            Payload::Candidate(mut candidate) => {
                candidate.candidate = network.hide(&candidate.candidate);
                Payload::Candidate(candidate)
            }
            Payload::Description(mut description) => {
                let lines = description
                    .sdp
                    .lines()
                    .map(|line| if line.starts_with("a=candidate:") { network.hide(line) } else { line.to_owned() });
                description.sdp = lines.map(|line| line + "\r\n").collect();
                Payload::Description(description)
            }
        }))
    }

    /// The weather changes.
    pub fn becomes(&self, weather: Weather) {
        self.inside(|inside| inside.weather = weather);
    }

    /// Lets nothing through for so long. Gives the instant of its end.
    pub fn cut_for(&self, time: Duration) -> Instant {
        let until = Instant::now() + time;
        self.inside(|inside| inside.cut_until = Some(until));
        until
    }

    /// Packets that were passed on, and that were lost.
    pub fn counts(&self) -> (u64, u64) {
        self.inside(|inside| (inside.passed, inside.lost))
    }

    fn inside<T>(&self, look: impl FnOnce(&mut Inside) -> T) -> T {
        look(&mut self.0.lock().expect("nobody panicked with it"))
    }

    /// A candidate's text with the stand-in of its address.
    fn hide(&self, candidate: &str) -> String {
        let mut words: Vec<String> = candidate.split(' ').map(str::to_owned).collect();
        let Some(address) = words.get(4).zip(words.get(5)).and_then(|(ip, port)| format!("{ip}:{port}").parse().ok())
        else {
            return candidate.to_owned();
        };
        let stand_in = self.stand_in(address).local_addr().expect("it is bound");
        words[4] = stand_in.ip().to_string();
        words[5] = stand_in.port().to_string();
        words.join(" ")
    }

    fn stand_in(&self, address: SocketAddr) -> Arc<UdpSocket> {
        if let Some(socket) = self.inside(|inside| inside.stand_ins.get(&address).cloned()) {
            return socket;
        }
        let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port is free");
        socket.set_nonblocking(true).expect("it can be");
        let socket = Arc::new(UdpSocket::from_std(socket).expect("a runtime is there"));
        self.inside(|inside| inside.stand_ins.insert(address, Arc::clone(&socket)));
        tokio::spawn(self.clone().carry(address, Arc::clone(&socket)));
        socket
    }

    /// Carries what comes to a stand-in on to the address it stands for.
    async fn carry(self, address: SocketAddr, socket: Arc<UdpSocket>) {
        let mut buffer = vec![0; 2048];
        while let Ok((length, from)) = socket.recv_from(&mut buffer).await {
            let Some((late, through)) = self.fate(from, address, length) else { continue };
            let packet = buffer[..length].to_vec();
            if late.is_zero() {
                let _ = through.send_to(&packet, address).await;
                continue;
            }
            tokio::spawn(async move {
                tokio::time::sleep(late).await;
                let _ = through.send_to(&packet, address).await;
            });
        }
    }

    /// How late a packet is, and out of which stand-in it goes; none for one that is lost.
    fn fate(&self, from: SocketAddr, to: SocketAddr, length: usize) -> Option<(Duration, Arc<UdpSocket>)> {
        self.inside(|inside| {
            let through = inside.stand_ins.get(&from)?.clone();
            let cut = inside.cut_until.is_some_and(|until| Instant::now() < until);
            if cut || inside.random() % 100 < inside.weather.loss {
                inside.lost += 1;
                return None;
            }
            let Some(queued) = inside.queue(to, length) else {
                inside.lost += 1;
                return None;
            };
            inside.passed += 1;
            let Weather { delay, jitter, .. } = inside.weather;
            let part = u32::try_from(inside.random() % 1000).expect("less than a thousand");
            Some((queued + delay + jitter * part / 1000, through))
        })
    }
}

impl Inside {
    /// How long a packet waits for the narrow path; none for one that finds no room.
    fn queue(&mut self, to: SocketAddr, length: usize) -> Option<Duration> {
        let Some(limit) = self.weather.limit else { return Some(Duration::ZERO) };
        let now = Instant::now();
        let free = self.free.get(&to).map_or(now, |free| (*free).max(now));
        if free > now + QUEUE {
            return None;
        }
        // IP and UDP come on top.
        let bits = (length as u64 + 28) * 8;
        let done = free + Duration::from_micros(bits * 1_000_000 / limit);
        self.free.insert(to, done);
        Some(done - now)
    }

    /// The same numbers in every run (xorshift).
    fn random(&mut self) -> u64 {
        self.seed ^= self.seed << 13;
        self.seed ^= self.seed >> 7;
        self.seed ^= self.seed << 17;
        self.seed
    }
}

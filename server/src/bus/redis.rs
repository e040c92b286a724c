//! The bus of several nodes: Redis, publish and subscribe on one channel for each installation.
//!
//! Redis keeps nothing that is missed when it goes. While it is away this node
//! hears itself alone and says so in its health; it comes back by itself, and
//! then everybody is told to look, because something may have gone unheard.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt as _;
use meetme_core::cursor::{Epoch, Seq};
use meetme_core::id::UserId;
use redis::aio::{MultiplexedConnection, PubSubSink, PubSubStream};
use redis::{AsyncCommands as _, AsyncConnectionConfig, Client, RedisError, Script};
use tokio::sync::{broadcast, mpsc};
use tokio::task::JoinHandle;
use tokio::time::{Instant, error::Elapsed, interval, sleep, timeout};

use super::{Bus, Health, LocalBus, Said, Shared};
use crate::config::Rate;
use crate::ids;

/// How long Redis may take to let us in.
const CONNECT: Duration = Duration::from_secs(2);
/// How long Redis may take to answer before it counts as gone.
const ANSWER: Duration = Duration::from_secs(1);
/// How long a request waits for the shared bucket before this node's own one decides.
const BUCKET: Duration = Duration::from_millis(100);
/// How often a quiet Redis is asked whether it is there.
const PING: Duration = Duration::from_secs(1);
/// How long to wait before connecting again: doubled from the first to the second.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));
/// How many announcements may wait to be sent; more are dropped, and found by those who look.
const MAX_WAITING: usize = 16 * 1024;
/// How many announcements share a message.
const MAX_IN_MESSAGE: usize = 256;

/// Asks every node to look at the logs itself.
const LOOK: &str = "look";
/// Stands before the number of a node for which there are letters.
const LETTERS: &str = "letters:";

/// Takes one from a bucket kept as the instant at which it is full again (GCRA), by Redis' own clock,
/// so that nodes need not agree on the time. Microseconds in and out; 0 if one was taken.
static TAKE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local t = redis.call('TIME')
        local now = t[1] * 1000000 + t[2]
        local full_at = tonumber(redis.call('GET', KEYS[1]) or 0)
        if full_at < now then full_at = now end
        local next = full_at + tonumber(ARGV[1])
        local wait = next - now - tonumber(ARGV[2])
        if wait > 0 then return wait end
        redis.call('SET', KEYS[1], string.format('%.0f', next), 'PX', math.ceil((next - now) / 1000))
        return 0",
    )
});

/// The address of the bus is none.
#[derive(Debug, thiserror::Error)]
#[error("cannot use the bus' address: {why}; write redis://HOST:PORT or rediss://HOST:PORT")]
pub struct BadBusUrl {
    why: String,
}

/// Nodes that hear each other through Redis.
pub struct RedisBus {
    link: Arc<Link>,
    waiting: mpsc::Sender<News>,
    keeping: JoinHandle<()>,
}

/// What waits to be said.
#[derive(Debug, Clone, Copy)]
enum News {
    Head(UserId, Seq),
    Letters(u64),
}

impl News {
    fn word(self) -> String {
        match self {
            Self::Head(person, seq) => format!("{person}={}", seq.0),
            Self::Letters(node) => format!("{LETTERS}{node:x}"),
        }
    }
}

/// What the keeper of the connection shares with those who use it.
struct Link {
    client: Client,
    channel: String,
    buckets: String,
    node: String,
    here: LocalBus,
    up: AtomicBool,
    commands: Mutex<Option<MultiplexedConnection>>,
}

/// Why the connection ended.
#[derive(Debug, thiserror::Error)]
enum Lost {
    #[error("Redis failed: {0}")]
    Failed(#[from] RedisError),
    #[error("Redis does not answer")]
    Silent(#[from] Elapsed),
    #[error("Redis closed the connection")]
    Closed,
}

impl RedisBus {
    /// Connects in the background, and again whenever the connection is lost.
    pub fn start(url: &str, epoch: Epoch) -> Result<Self, BadBusUrl> {
        // Whoever was first may keep theirs: there is one provider in this binary.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // The reason is told without the address, which may hold a password.
        let client = Client::open(url).map_err(|error| BadBusUrl { why: error.category().to_owned() })?;
        let link = Arc::new(Link {
            client,
            channel: format!("meetme:{:x}:heads", epoch.0),
            buckets: format!("meetme:{:x}:rate:", epoch.0),
            node: format!("{:x}", u64::from_be_bytes(ids::random())),
            here: LocalBus::new(),
            up: AtomicBool::new(false),
            commands: Mutex::default(),
        });
        let (waiting, to_send) = mpsc::channel(MAX_WAITING);
        let keeping = tokio::spawn(keep(link.clone(), to_send));
        Ok(Self { link, waiting, keeping })
    }
}

impl Drop for RedisBus {
    fn drop(&mut self) {
        self.keeping.abort();
    }
}

#[async_trait]
impl Bus for RedisBus {
    fn announce(&self, heads: &[(UserId, Seq)]) {
        self.link.here.announce(heads);
        for head in heads {
            // Full: Redis has been away for long, and everybody looks for themselves anyway.
            let _ = self.waiting.try_send(News::Head(head.0, head.1));
        }
    }

    fn tell_of_letters(&self, node: u64) {
        self.link.here.tell_of_letters(node);
        let _ = self.waiting.try_send(News::Letters(node));
    }

    fn subscribe(&self) -> broadcast::Receiver<Said> {
        self.link.here.subscribe()
    }

    fn health(&self) -> Health {
        if self.link.up.load(Ordering::Relaxed) { Health::Up } else { Health::Down }
    }

    async fn take(&self, key: &str, rate: Rate) -> Shared {
        let commands = self.link.commands.lock().expect("nobody panics while holding it").clone();
        let Some(mut commands) = commands else { return Shared::Unknown };
        let micros = |length: Duration| u64::try_from(length.as_micros()).unwrap_or(u64::MAX);
        let mut call = TAKE.key(format!("{}{key}", self.link.buckets));
        call.arg(micros(rate.period / rate.count)).arg(micros(rate.period));
        match timeout(BUCKET, call.invoke_async::<u64>(&mut commands)).await {
            Ok(Ok(0)) => Shared::Taken,
            Ok(Ok(wait)) => Shared::Wait(Duration::from_micros(wait)),
            Ok(Err(_)) | Err(_) => Shared::Unknown,
        }
    }
}

/// Holds a connection as long as the bus lives.
async fn keep(link: Arc<Link>, mut to_send: mpsc::Receiver<News>) {
    let mut wait = BACK_OFF.0;
    let mut told = false;
    loop {
        let lost = match link.connect().await {
            Ok(connected) => {
                (wait, told) = (BACK_OFF.0, false);
                link.hold(connected, &mut to_send).await
            }
            Err(lost) => lost,
        };
        *link.commands.lock().expect("nobody panics while holding it") = None;
        if link.up.swap(false, Ordering::Relaxed) {
            link.here.say(Said::Look);
        }
        if !std::mem::replace(&mut told, true) {
            tracing::warn!(%lost, "the bus is down: looking at the logs instead");
        }
        sleep(wait).await;
        wait = (wait * 2).min(BACK_OFF.1);
    }
}

type Connected = (MultiplexedConnection, PubSubSink, PubSubStream);

impl Link {
    async fn connect(&self) -> Result<Connected, Lost> {
        let patience =
            AsyncConnectionConfig::new().set_connection_timeout(Some(CONNECT)).set_response_timeout(Some(ANSWER));
        let commands = timeout(CONNECT, self.client.get_multiplexed_async_connection_with_config(&patience)).await??;
        let (mut sink, heard) = timeout(CONNECT, self.client.get_async_pubsub()).await??.split();
        timeout(ANSWER, sink.subscribe(&self.channel)).await??;
        Ok((commands, sink, heard))
    }

    /// Sends and hears until the connection is lost.
    async fn hold(&self, connected: Connected, to_send: &mut mpsc::Receiver<News>) -> Lost {
        let (mut commands, mut sink, mut heard) = connected;
        *self.commands.lock().expect("nobody panics while holding it") = Some(commands.clone());
        self.up.store(true, Ordering::Relaxed);
        tracing::info!("the bus is up");
        self.here.say(Said::Look);
        if let Err(lost) = self.publish(&mut commands, LOOK).await {
            return lost;
        }
        let mut pings = interval(PING);
        let mut last_heard = Instant::now();
        loop {
            let done = tokio::select! {
                message = heard.next() => match message {
                    Some(message) => {
                        last_heard = Instant::now();
                        self.hear(message.get_payload_bytes());
                        Ok(())
                    }
                    None => return Lost::Closed,
                },
                Some(head) = to_send.recv() => self.send(&mut commands, head, to_send).await,
                _ = pings.tick() => ping(&mut commands, (last_heard.elapsed() >= PING).then_some(&mut sink)).await,
            };
            if let Err(lost) = done {
                return lost;
            }
        }
    }

    /// Sends an announcement with those that wait behind it.
    async fn send(
        &self,
        commands: &mut MultiplexedConnection,
        first: News,
        to_send: &mut mpsc::Receiver<News>,
    ) -> Result<(), Lost> {
        let mut message = String::new();
        let mut next = Some(first);
        for _ in 0..MAX_IN_MESSAGE {
            let Some(news) = next else { break };
            message.push_str(&news.word());
            message.push(' ');
            next = to_send.try_recv().ok();
        }
        // One was taken out of the queue and did not fit.
        if let Some(news) = next {
            message.push_str(&news.word());
        }
        self.publish(commands, message.trim_end()).await
    }

    async fn publish(&self, commands: &mut MultiplexedConnection, text: &str) -> Result<(), Lost> {
        let message = format!("{} {text}", self.node);
        Ok(timeout(ANSWER, commands.publish::<_, _, ()>(&self.channel, message)).await??)
    }

    /// Passes on what another node said. What cannot be read came from a newer one: look.
    fn hear(&self, message: &[u8]) {
        let Some((node, text)) = std::str::from_utf8(message).ok().and_then(|text| text.split_once(' ')) else {
            return self.here.say(Said::Look);
        };
        if node == self.node {
            return;
        }
        for word in text.split(' ') {
            self.here.say(said(word).unwrap_or(Said::Look));
        }
    }
}

fn said(word: &str) -> Option<Said> {
    if let Some(node) = word.strip_prefix(LETTERS) {
        return u64::from_str_radix(node, 16).ok().map(Said::Letters);
    }
    let (person, seq) = word.split_once('=')?;
    Some(Said::Reaches { person: person.parse().ok()?, seq: Seq(seq.parse().ok()?), here: false })
}

async fn ping(commands: &mut MultiplexedConnection, sink: Option<&mut PubSubSink>) -> Result<(), Lost> {
    timeout(ANSWER, commands.ping::<()>()).await??;
    if let Some(sink) = sink {
        timeout(ANSWER, sink.ping::<redis::Value>()).await??;
    }
    Ok(())
}

//! A wire that can be cut: between clients and a node, and between a node and its database.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// How much is carried at once.
const CHUNK: usize = 16 * 1024;

/// Listens on an address that stays, and carries everything to where it is told at the moment.
#[derive(Debug)]
pub struct Proxy {
    address: SocketAddr,
    wire: Arc<Wire>,
    accepting: tokio::task::JoinHandle<()>,
}

#[derive(Debug)]
struct Wire {
    to: watch::Sender<Option<SocketAddr>>,
    frozen: watch::Sender<bool>,
    /// Goes up when all connections are to end.
    severed: watch::Sender<u64>,
    lose: AtomicU32,
}

impl Proxy {
    /// Listens. Connections are closed at once until [`Proxy::point`] says where to.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let wire = Wire {
            to: watch::Sender::new(None),
            frozen: watch::Sender::new(false),
            severed: watch::Sender::new(0),
            lose: AtomicU32::new(0),
        };
        let wire = Arc::new(wire);
        let accepting = tokio::spawn(accept(listener, wire.clone()));
        Ok(Self { address, wire, accepting })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Carries new connections there from now on.
    pub fn point(&self, to: Option<SocketAddr>) {
        self.wire.to.send_replace(to);
    }

    /// Closes a connection instead of carrying an answer, so many times.
    pub fn lose_replies(&self, count: u32) {
        self.wire.lose.store(count, Ordering::SeqCst);
    }

    /// Carries nothing, or carries again what came meanwhile.
    pub fn freeze(&self, frozen: bool) {
        self.wire.frozen.send_replace(frozen);
    }

    /// Ends all connections.
    pub fn sever(&self) {
        self.wire.severed.send_modify(|n| *n += 1);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.sever();
    }
}

async fn accept(listener: TcpListener, wire: Arc<Wire>) {
    loop {
        let Ok((near, _)) = listener.accept().await else {
            tokio::task::yield_now().await;
            continue;
        };
        let to = *wire.to.borrow();
        let wire = wire.clone();
        tokio::spawn(async move {
            let Some(to) = to else { return };
            let mut severed = wire.severed.subscribe();
            let Ok(far) = TcpStream::connect(to).await else { return };
            // Both are on this machine: what fails here fails again when carrying.
            drop((near.set_nodelay(true), far.set_nodelay(true)));
            let ((near_in, near_out), (far_in, far_out)) = (near.into_split(), far.into_split());
            tokio::select! {
                _ = carry(near_in, far_out, &wire, false) => {}
                _ = carry(far_in, near_out, &wire, true) => {}
                _ = severed.changed() => {}
            }
        });
    }
}

/// Carries until either end closes.
async fn carry(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, wire: &Wire, replies: bool) -> io::Result<()> {
    let mut frozen = wire.frozen.subscribe();
    let mut chunk = vec![0; CHUNK];
    loop {
        let n = from.read(&mut chunk).await?;
        // The sender lives as long as the wire.
        drop(frozen.wait_for(|frozen| !frozen).await);
        let lost = |left: u32| left.checked_sub(1);
        if n == 0 || (replies && wire.lose.fetch_update(Ordering::SeqCst, Ordering::SeqCst, lost).is_ok()) {
            return Ok(());
        }
        to.write_all(&chunk[..n]).await?;
    }
}

//! What stands before the nodes of an installation: it takes turns among those that say they are ready.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How often each node is asked whether it is ready.
const PROBE: Duration = Duration::from_millis(20);

/// Listens on an address that stays, and carries each connection to one node as it is.
pub struct Balancer {
    address: SocketAddr,
    nodes: watch::Sender<Vec<Node>>,
    /// Ends with it.
    _tasks: JoinSet<()>,
}

#[derive(Debug, Clone, Copy)]
struct Node {
    address: SocketAddr,
    ready: bool,
}

impl Balancer {
    /// Listens. Without a node that is ready, connections are closed at once.
    pub async fn start() -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let nodes = watch::Sender::new(Vec::new());
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, nodes.subscribe()));
        tasks.spawn(probe(nodes.clone()));
        Ok(Self { address, nodes, _tasks: tasks })
    }

    /// Where clients find it.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes a node in, and waits until it gets its share.
    pub async fn add(&self, address: SocketAddr) {
        self.nodes.send_modify(|nodes| nodes.push(Node { address, ready: false }));
        let is_ready = |nodes: &Vec<Node>| nodes.iter().any(|node| node.address == address && node.ready);
        self.nodes.subscribe().wait_for(is_ready).await.expect("the sender is here");
    }

    /// Forgets a node that is gone.
    pub fn remove(&self, address: SocketAddr) {
        self.nodes.send_modify(|nodes| nodes.retain(|node| node.address != address));
    }
}

async fn accept(listener: TcpListener, nodes: watch::Receiver<Vec<Node>>) {
    let mut carried = JoinSet::new();
    for turn in 0.. {
        let (mut near, _) = listener.accept().await.expect("connections come in");
        let mut ready: Vec<SocketAddr> =
            nodes.borrow().iter().filter(|node| node.ready).map(|node| node.address).collect();
        if !ready.is_empty() {
            let first = turn % ready.len();
            ready.rotate_left(first);
        }
        carried.spawn(async move {
            for node in ready {
                // One that went since it was asked is passed over.
                let Ok(mut far) = TcpStream::connect(node).await else { continue };
                // Both are on this machine; how a connection ends is for its ends to judge.
                drop((near.set_nodelay(true), far.set_nodelay(true)));
                drop(copy_bidirectional(&mut near, &mut far).await);
                return;
            }
        });
        while carried.try_join_next().is_some() {}
    }
}

/// Asks every node again and again.
async fn probe(nodes: watch::Sender<Vec<Node>>) {
    let client = super::client();
    loop {
        let asked = nodes.borrow().clone();
        for Node { address, ready } in asked {
            let answer = client.get(format!("http://{address}/readyz")).send().await;
            let is_ready = answer.is_ok_and(|answer| answer.status().is_success());
            if is_ready != ready {
                nodes.send_modify(|nodes| {
                    nodes.iter_mut().filter(|node| node.address == address).for_each(|node| node.ready = is_ready);
                });
            }
        }
        tokio::time::sleep(PROBE).await;
    }
}

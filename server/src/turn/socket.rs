//! Relayed ports: each a socket that sends and takes only what the filter and the quota let through.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use ipnet::IpNet;
use stun::agent::TransactionId;
use tokio::net::UdpSocket;
use turn::relay::RelayAddressGenerator;
use webrtc_util::Conn;

use super::filter::may_reach;
use super::quota::{Place, Quotas};
use crate::config::TurnConfig;
use crate::ids;

/// How many ports are tried for one allocation.
const TRIES: u16 = 64;

tokio::task_local! {
    /// Whose request is being handled: the crate asks for a port without saying for whom.
    static ASKING: Asking;
}

/// Somebody who asks for something.
#[derive(Clone)]
pub(super) struct Asking {
    /// Who.
    pub(super) user: String,
    /// From where.
    pub(super) from: SocketAddr,
    /// With which request.
    pub(super) transaction: TransactionId,
}

/// Runs `handle` so that the port it may ask for is that of whoever asks.
pub(super) async fn on_behalf_of<T>(asking: Asking, handle: impl Future<Output = T>) -> T {
    ASKING.scope(asking, handle).await
}

/// Gives out relayed ports.
pub(super) struct Ports(pub(super) Arc<Range>);

/// What all relayed ports have in common.
pub(super) struct Range {
    /// Where sockets are bound.
    local: IpAddr,
    /// How the world reaches them.
    public: IpAddr,
    ports: (u16, u16),
    allowed: Vec<IpNet>,
    quotas: Arc<Quotas>,
    /// Ports that are given out.
    open: Mutex<HashSet<u16>>,
    /// Whose port it is that somebody has, by where they are.
    owners: Mutex<HashMap<SocketAddr, Owner>>,
}

/// Who has a port.
#[derive(Clone)]
pub(super) struct Owner {
    /// Who.
    pub(super) user: String,
    /// The request that it was given out for.
    pub(super) transaction: TransactionId,
    /// How the world reaches it.
    pub(super) relayed: SocketAddr,
}

impl Ports {
    pub(super) fn new(config: &TurnConfig, public: IpAddr, quotas: Arc<Quotas>) -> Self {
        Self(Arc::new(Range {
            local: config.listen.ip(),
            public,
            ports: config.ports,
            allowed: config.allow.clone(),
            quotas,
            open: Mutex::default(),
            owners: Mutex::default(),
        }))
    }
}

impl Range {
    /// Whether ports are IPv4.
    pub(super) fn is_ipv4(&self) -> bool {
        self.public.is_ipv4()
    }

    /// Whether anything may be sent to this address at all.
    pub(super) fn may_permit(&self, address: IpAddr) -> bool {
        self.is_here(address) || may_reach(address, &self.allowed)
    }

    /// Whether a datagram may be sent there, and come from there.
    pub(super) fn may_send(&self, address: SocketAddr) -> bool {
        address.port() != 0 && (self.is_own(address) || may_reach(address.ip(), &self.allowed))
    }

    /// Whose port it is that somebody at `from` has.
    pub(super) fn owner(&self, from: SocketAddr) -> Option<Owner> {
        self.owners().get(&from).cloned()
    }

    fn owners(&self) -> MutexGuard<'_, HashMap<SocketAddr, Owner>> {
        self.owners.lock().expect("nobody panics while holding it")
    }

    fn is_here(&self, address: IpAddr) -> bool {
        address == self.public || address == self.reached_at() || address == self.local
    }

    /// Whether this is a port given out here: two people may both need one.
    fn is_own(&self, address: SocketAddr) -> bool {
        self.is_here(address.ip())
            && self.open.lock().expect("nobody panics while holding it").contains(&address.port())
    }

    /// Where this machine reaches its own sockets, which a router before it may not let it do by the public address.
    fn reached_at(&self) -> IpAddr {
        match self.local {
            IpAddr::V4(local) if local.is_unspecified() => IpAddr::from([127, 0, 0, 1]),
            IpAddr::V6(local) if local.is_unspecified() => std::net::Ipv6Addr::LOCALHOST.into(),
            local => local,
        }
    }

    async fn bind(self: &Arc<Self>, wanted: u16) -> std::io::Result<(UdpSocket, u16)> {
        let (first, last) = self.ports;
        let mut failed = std::io::ErrorKind::AddrInUse.into();
        for _ in 0..TRIES {
            let port = match wanted {
                0 => first + u16::from_be_bytes(ids::random()) % (last - first).saturating_add(1).max(1),
                wanted if (first..=last).contains(&wanted) => wanted,
                _ => return Err(std::io::ErrorKind::AddrNotAvailable.into()),
            };
            match UdpSocket::bind((self.local, port)).await {
                Ok(socket) => return Ok((socket, port)),
                Err(error) => failed = error,
            }
        }
        Err(failed)
    }
}

#[async_trait]
impl RelayAddressGenerator for Ports {
    fn validate(&self) -> Result<(), turn::Error> {
        Ok(())
    }

    async fn allocate_conn(
        &self,
        use_ipv4: bool,
        requested_port: u16,
    ) -> Result<(Arc<dyn Conn + Send + Sync>, SocketAddr), turn::Error> {
        let range = &self.0;
        if use_ipv4 != range.public.is_ipv4() {
            return Err(turn::Error::Other("the other kind of address".to_owned()));
        }
        let asking = ASKING.try_with(Clone::clone).map_err(|_| turn::Error::Other("nobody asks".to_owned()))?;
        let Asking { user, from, transaction } = asking;
        let place = range.quotas.enter(&user).map_err(|_| turn::Error::Other("enough ports".to_owned()))?;
        let (socket, port) = range.bind(requested_port).await.map_err(|error| turn::Error::Other(error.to_string()))?;
        range.open.lock().expect("nobody panics while holding it").insert(port);
        let relayed = SocketAddr::new(range.public, port);
        range.owners().insert(from, Owner { user, transaction, relayed });
        Ok((Arc::new(Relayed { socket, port, client: from, range: range.clone(), place }), relayed))
    }
}

/// One relayed port.
struct Relayed {
    socket: UdpSocket,
    port: u16,
    /// Where its owner is.
    client: SocketAddr,
    range: Arc<Range>,
    place: Place,
}

impl Drop for Relayed {
    fn drop(&mut self) {
        self.range.open.lock().expect("nobody panics while holding it").remove(&self.port);
        let mut owners = self.range.owners();
        // Whoever gave it up may have another one by now.
        if owners.get(&self.client).is_some_and(|owner| owner.relayed.port() == self.port) {
            owners.remove(&self.client);
        }
    }
}

#[async_trait]
impl Conn for Relayed {
    /// A peer's datagram. What may not come in, or is too much, is as if it had not come.
    async fn recv_from(&self, buf: &mut [u8]) -> Result<(usize, SocketAddr), webrtc_util::Error> {
        loop {
            let (length, from) = self.socket.recv_from(buf).await?;
            let from = SocketAddr::new(from.ip().to_canonical(), from.port());
            let own = self.range.is_own(from);
            if !own && !may_reach(from.ip(), &self.range.allowed) {
                self.place.refuse();
                continue;
            }
            if self.place.take(length) {
                // Its peer knows a port of this server by its public address.
                let from = if own { SocketAddr::new(self.range.public, from.port()) } else { from };
                return Ok((length, from));
            }
        }
    }

    /// A datagram to a peer. What may not go there, or is too much, is lost on the way.
    async fn send_to(&self, buf: &[u8], target: SocketAddr) -> Result<usize, webrtc_util::Error> {
        let own = self.range.is_own(target);
        if !self.range.may_send(target) {
            self.place.refuse();
            return Ok(buf.len());
        }
        if self.place.take(buf.len()) {
            let target = if own { SocketAddr::new(self.range.reached_at(), target.port()) } else { target };
            // As on any path, what cannot be sent is lost.
            let _ = self.socket.send_to(buf, target).await;
        }
        Ok(buf.len())
    }

    async fn connect(&self, _: SocketAddr) -> Result<(), webrtc_util::Error> {
        Err(no_such_thing())
    }

    async fn recv(&self, buf: &mut [u8]) -> Result<usize, webrtc_util::Error> {
        Ok(self.recv_from(buf).await?.0)
    }

    async fn send(&self, _: &[u8]) -> Result<usize, webrtc_util::Error> {
        Err(no_such_thing())
    }

    fn local_addr(&self) -> Result<SocketAddr, webrtc_util::Error> {
        Ok(self.socket.local_addr()?)
    }

    fn remote_addr(&self) -> Option<SocketAddr> {
        None
    }

    async fn close(&self) -> Result<(), webrtc_util::Error> {
        Ok(())
    }

    fn as_any(&self) -> &(dyn std::any::Any + Send + Sync) {
        self
    }
}

/// A relayed port has many peers.
fn no_such_thing() -> webrtc_util::Error {
    webrtc_util::Error::Other("a relayed port is not connected".to_owned())
}

//! STUN and TURN in the same process: a way between two people whose networks let none through.
//!
//! The protocol is the crate `turn`'s; what a public relay needs beside it is
//! here. [`credentials`] are good for one booking until its call closes, and
//! every node can check them; [`judge`] holds each request to them. [`filter`] says where relayed traffic may go,
//! [`quota`] how much of it there may be, and [`socket`] holds each relayed
//! port to both. [`listen`] reads datagrams, bounds what strangers can cost,
//! and ends what is past its time.

mod credentials;
mod filter;
mod judge;
mod listen;
mod quota;
mod socket;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use meetme_core::api::{CallRole, IceServer};
use meetme_core::id::BookingId;
use meetme_core::time::Instant;
use tokio::net::UdpSocket;

use crate::clock::Clock;
use crate::config::{Limits, TurnConfig};
use crate::life::Ending;
use crate::store::SharedSecret;

use self::credentials::Credentials;
use self::quota::Quotas;

pub use self::filter::may_reach;

/// The name of the secret that all nodes share.
pub const SECRET: &str = "turn";
/// What credentials are for (RFC 8656): said to clients, and part of what they sign.
const REALM: &str = "meetme";

/// The STUN and TURN server of this node.
pub struct Turn {
    credentials: Arc<Credentials>,
    quotas: Arc<Quotas>,
    urls: [String; 2],
    address: SocketAddr,
}

/// Why a TURN server did not start.
#[derive(Debug, thiserror::Error)]
pub enum TurnError {
    /// It cannot listen where it was told to.
    #[error("cannot listen for STUN and TURN on {listen}: {why}")]
    Listen {
        /// Where.
        listen: SocketAddr,
        /// What the system says.
        why: std::io::Error,
    },
    /// Nobody can be told where it is.
    #[error("the address at which the world reaches STUN and TURN is not known: {listen} stands for all of them")]
    NoPublicAddress {
        /// Where it would listen.
        listen: SocketAddr,
    },
    /// Its own address is of the other family than the one it listens on.
    #[error("the public address {public} is of another kind than {listen}")]
    OtherFamily {
        /// How the world would reach it.
        public: IpAddr,
        /// Where it would listen.
        listen: SocketAddr,
    },
}

/// What `/metrics` shows of TURN.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TurnCounts {
    /// Relayed ports that are open.
    pub allocations: u64,
    /// Bytes relayed since the start, both ways.
    pub bytes: u64,
    /// Datagrams refused: to where none may go, more than there may be, or asking for what they may not have.
    pub refused: u64,
}

impl Turn {
    /// Listens, and serves in the background until `ending` says stop.
    pub async fn start(
        config: &TurnConfig,
        limits: &Limits,
        secret: SharedSecret,
        clock: Arc<dyn Clock>,
        ending: Ending,
    ) -> Result<Self, TurnError> {
        let listen = config.listen;
        let public = config.public.unwrap_or(listen.ip());
        if public.is_unspecified() {
            return Err(TurnError::NoPublicAddress { listen });
        }
        if public.is_ipv4() != listen.is_ipv4() {
            return Err(TurnError::OtherFamily { public, listen });
        }
        let cannot_listen = |why| TurnError::Listen { listen, why };
        let socket = UdpSocket::bind(listen).await.map_err(cannot_listen)?;
        let address = socket.local_addr().map_err(cannot_listen)?;
        let at = SocketAddr::new(public, address.port());
        let credentials = Arc::new(Credentials::new(secret, clock));
        let quotas = Arc::new(Quotas::new(limits));
        let ports = socket::Ports::new(config, public, quotas.clone());
        tokio::spawn(listen::serve(Arc::new(socket), address, ports, credentials.clone(), quotas.clone(), ending));
        Ok(Self { credentials, quotas, urls: [format!("stun:{at}"), format!("turn:{at}?transport=udp")], address })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What somebody in the call of `booking` is told, good until the call closes.
    pub fn ice_servers(&self, booking: BookingId, role: CallRole, until: Instant) -> Vec<IceServer> {
        let who = if role == CallRole::Host { "host" } else { "guest" };
        self.servers_for(&format!("{booking}:{who}"), until)
    }

    /// What `whom` is told, good until `until`.
    pub fn servers_for(&self, whom: &str, until: Instant) -> Vec<IceServer> {
        let (username, credential) = self.credentials.issue(whom, until);
        let [stun, turn] = self.urls.clone();
        vec![
            IceServer { urls: vec![stun], username: None, credential: None },
            IceServer { urls: vec![turn], username: Some(username), credential: Some(credential) },
        ]
    }

    /// How much is going on.
    pub fn counts(&self) -> TurnCounts {
        self.quotas.counts()
    }
}

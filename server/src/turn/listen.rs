//! The listening socket: datagrams in, answers out, and what strangers may cost.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use stun::message::{METHOD_ALLOCATE, METHOD_BINDING, METHOD_CREATE_PERMISSION, Message};
use tokio::net::UdpSocket;
use tokio::sync::Mutex;
use tokio::time::{Instant, interval};
use turn::allocation::allocation_manager::{Manager, ManagerConfig};
use turn::allocation::five_tuple::FiveTuple;
use turn::allocation::permission::Permission;
use turn::auth::AuthHandler;
use turn::proto::PROTO_UDP;
use turn::server::request::Request;
use webrtc_util::Conn;

use super::REALM;
use super::credentials::Credentials;
use super::judge::{Judge, Known};
use super::quota::Quotas;
use super::socket::{Asking, Ports, Range, on_behalf_of};
use crate::life::Ending;

/// The largest datagram that is taken in.
const MAX_DATAGRAM: usize = 1500;
/// How many requests an address may make at once, and how many a second after that. Media is no request.
const REQUESTS: (f64, f64) = (60.0, 20.0);
/// How many addresses are counted.
const MAX_COUNTED: usize = 10_000;
/// How often is looked for what is past its time.
const LOOK: Duration = Duration::from_secs(5);
/// How long a channel lives without being bound again (RFC 8656, 12).
const CHANNEL: Duration = Duration::from_secs(600);

/// The nonces that the crate takes for good: the one of a request that was judged.
type Nonces = Arc<Mutex<HashMap<String, Instant>>>;

/// Serves until `ending` says stop.
pub(super) async fn serve(
    socket: Arc<UdpSocket>,
    local: SocketAddr,
    ports: Ports,
    credentials: Arc<Credentials>,
    quotas: Arc<Quotas>,
    mut ending: Ending,
) {
    let range = ports.0.clone();
    let config = ManagerConfig { relay_addr_generator: Box::new(ports), alloc_close_notify: None };
    let manager = Arc::new(Manager::new(config));
    let door = Door { conn: socket.clone(), local, manager, credentials, quotas: quotas.clone(), range };
    let mut counted = Counted::default();
    let mut looks = interval(LOOK);
    let mut buffer = vec![0; MAX_DATAGRAM];
    loop {
        let received = tokio::select! {
            received = socket.recv_from(&mut buffer) => received,
            _ = looks.tick() => {
                door.end_what_is_over().await;
                continue;
            }
            () = ending.stopping() => break,
        };
        // What a send before ran into may be told here; it is no reason to stop.
        let Ok((length, from)) = received else { continue };
        let datagram = &buffer[..length];
        match kind(datagram) {
            Kind::Request if !counted.take(from.ip()) => quotas.refuse(),
            kind @ (Kind::Request | Kind::Media) => door.answer(datagram, from, kind).await,
            Kind::Other => quotas.refuse(),
        }
    }
    // Whatever cannot be closed goes with the process.
    let _ = door.manager.close().await;
}

/// What is needed to answer.
struct Door {
    conn: Arc<dyn Conn + Send + Sync>,
    /// Where it listens.
    local: SocketAddr,
    manager: Arc<Manager>,
    credentials: Arc<Credentials>,
    quotas: Arc<Quotas>,
    range: Arc<Range>,
}

impl Door {
    /// Answers a request, or passes media on.
    async fn answer(&self, datagram: &[u8], from: SocketAddr, kind: Kind) {
        let mut request = Message { raw: datagram.to_vec(), ..Message::default() };
        let asks_for_more = kind == Kind::Request && request.decode().is_ok() && request.typ.method != METHOD_BINDING;
        if !asks_for_more {
            return self.hand_on(datagram, from, Nonces::default()).await;
        }
        let place = FiveTuple { protocol: PROTO_UDP, src_addr: from, dst_addr: self.local };
        let allocation = self.manager.get_allocation(&place).await;
        let owner = allocation.as_ref().and_then(|_| self.range.owner(from));
        let judge = Judge { credentials: &self.credentials, quotas: &self.quotas, range: &self.range };
        let known = owner.as_ref().map(|owner| Known { user: &owner.user, transaction: owner.transaction });
        let judged = judge.judge(&request, from, known);
        match (judged.map_err(|refused| (refused.is_first_question(), refused.answer(&request))), allocation) {
            (Err((is_first_question, answer)), _) => {
                if !is_first_question {
                    self.quotas.refuse();
                }
                self.send(answer, from).await;
            }
            // The crate would take the first of several peers for all of them.
            (Ok(passed), Some(allocation)) if request.typ.method == METHOD_CREATE_PERMISSION => {
                for peer in &passed.peers {
                    allocation.add_permission(Permission::new(*peer)).await;
                }
                self.send(passed.done(&request), from).await;
            }
            (Ok(passed), Some(_)) if request.typ.method == METHOD_ALLOCATE => {
                let answer = owner.and_then(|owner| passed.allocated(&request, from, owner.relayed));
                self.send(answer, from).await;
            }
            (Ok(passed), _) => {
                let nonces = Nonces::default();
                nonces.lock().await.extend(passed.nonce.map(|nonce| (nonce, Instant::now())));
                let asking = Asking { user: passed.user, from, transaction: request.transaction_id };
                on_behalf_of(asking, self.hand_on(datagram, from, nonces)).await;
            }
        }
    }

    async fn send(&self, answer: Option<Vec<u8>>, to: SocketAddr) {
        if let Some(answer) = answer {
            // As on any path, what cannot be sent is lost, and asked for again.
            let _ = self.conn.send_to(&answer, to).await;
        }
    }

    /// Lets the crate answer what is in order.
    async fn hand_on(&self, datagram: &[u8], from: SocketAddr, nonces: Nonces) {
        let auth: Arc<dyn AuthHandler + Send + Sync> = self.credentials.clone();
        let mut request = Request::new(self.conn.clone(), from, self.manager.clone(), auth);
        request.buff = datagram.to_vec();
        request.nonces = nonces;
        request.realm = REALM.to_owned();
        request.channel_bind_timeout = CHANNEL;
        // Clients are told what is wrong in the answer; here it is only counted.
        if let Err(error) = request.handle_request().await {
            tracing::trace!(%error, "a TURN request or datagram was refused");
            self.quotas.refuse();
        }
    }

    /// Ends what belongs to credentials that are good no more: a port may be kept for up to an hour otherwise.
    async fn end_what_is_over(&self) {
        let open = self.manager.get_allocations_info(None).await;
        for user in open.into_values().map(|allocation| allocation.username) {
            if !self.credentials.is_good(&user) {
                self.manager.delete_allocations_by_username(&user).await;
            }
        }
    }
}

/// What a datagram is, by its first bytes (RFC 8656, 12; RFC 8489, 5).
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// It is answered, and may cost something.
    Request,
    /// It is relayed, if there is a port for it.
    Media,
    /// It is nothing.
    Other,
}

const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];

fn kind(datagram: &[u8]) -> Kind {
    match datagram {
        // Channel data: a number from 0x4000 to 0x4fff, and a length.
        [0x40..=0x4f, _, _, _, ..] => Kind::Media,
        [first @ 0..=0x3f, second, _, _, a, b, c, d, ..] if datagram.len() >= 20 && [*a, *b, *c, *d] == COOKIE => {
            // The two bits of the class lie between those of the method.
            match (first & 1, second & 0x10) {
                (0, 0) => Kind::Request,
                (0, _) => Kind::Media,
                _ => Kind::Other,
            }
        }
        _ => Kind::Other,
    }
}

/// How many requests each address may still make.
#[derive(Default)]
struct Counted(HashMap<IpAddr, (f64, Option<Instant>)>);

impl Counted {
    fn take(&mut self, address: IpAddr) -> bool {
        let now = Instant::now();
        if self.0.len() >= MAX_COUNTED && !self.0.contains_key(&address) {
            self.0.clear();
        }
        let (left, since) = self.0.entry(address).or_insert((REQUESTS.0, None));
        let passed = since.map_or(0.0, |since| now.duration_since(since).as_secs_f64());
        (*left, *since) = ((*left + passed * REQUESTS.1).min(REQUESTS.0), Some(now));
        let enough = *left >= 1.0;
        if enough {
            *left -= 1.0;
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datagrams_are_told_apart_by_their_first_bytes() {
        let message = |kind: [u8; 2]| [&kind[..], &[0, 0], &COOKIE, &[7; 12]].concat();

        assert_eq!(kind(&message([0, 0x01])), Kind::Request); // binding
        assert_eq!(kind(&message([0, 0x03])), Kind::Request); // allocate
        assert_eq!(kind(&message([0, 0x16])), Kind::Media); // send indication
        assert_eq!(kind(&message([1, 0x01])), Kind::Other); // a success
        assert_eq!(kind(&message([1, 0x11])), Kind::Other); // an error
        assert_eq!(kind(&[0x40, 0, 0, 1, 9]), Kind::Media);
        assert_eq!(kind(&message([0, 1])[..19]), Kind::Other);
        assert_eq!(kind(&[]), Kind::Other);
    }

    #[test]
    fn an_address_may_ask_so_often_and_others_still_may() {
        let mut counted = Counted::default();
        let (one, two) = (IpAddr::from([192, 0, 2, 1]), IpAddr::from([192, 0, 2, 2]));

        let taken = (0..1000).filter(|_| counted.take(one)).count();

        assert!((60..100).contains(&taken), "{taken}");
        assert!(counted.take(two));
    }
}

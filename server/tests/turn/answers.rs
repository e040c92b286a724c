//! What a request is answered that may not have what it asks for, by its number (RFC 8489, RFC 8656).

use std::net::SocketAddr;

use chrono::TimeDelta;
use meetme_core::api::CallRole;
use stun::agent::TransactionId;
use stun::attributes::*;
use stun::error_code::ErrorCodeAttribute;
use stun::integrity::MessageIntegrity;
use stun::message::*;
use stun::textattrs::TextAttribute;
use tokio::net::UdpSocket;
use tokio::time::timeout;
use turn::proto::peeraddr::PeerAddress;

use super::{PATIENCE, address, servers, world};
use crate::http::world::{START, World, at};

/// An attribute as it stands in a message.
struct Raw(AttrType, Vec<u8>);

impl Setter for Raw {
    fn add_to(&self, message: &mut Message) -> Result<(), stun::Error> {
        message.add(self.0, &self.1);
        Ok(())
    }
}

const UDP: [u8; 4] = [17, 0, 0, 0];
const TCP: [u8; 4] = [6, 0, 0, 0];

fn transport(protocol: [u8; 4]) -> Box<dyn Setter> {
    Box::new(Raw(ATTR_REQUESTED_TRANSPORT, protocol.to_vec()))
}

fn family(number: u8) -> Box<dyn Setter> {
    Box::new(Raw(ATTR_REQUESTED_ADDRESS_FAMILY, vec![number, 0, 0, 0]))
}

fn peer(address: &str) -> Box<dyn Setter> {
    let address: SocketAddr = address.parse().unwrap();
    Box::new(PeerAddress { ip: address.ip(), port: address.port() })
}

fn channel() -> Box<dyn Setter> {
    Box::new(Raw(ATTR_CHANNEL_NUMBER, vec![0x40, 0x01, 0, 0]))
}

/// Somebody who asks a TURN server, word by word.
struct Asker {
    socket: UdpSocket,
    name: String,
    password: String,
    nonce: String,
}

impl Asker {
    async fn new(world: &World, who: CallRole) -> Self {
        Self::at(world, who, "127.0.0.1:0").await
    }

    /// At an address of this machine.
    async fn at(world: &World, who: CallRole, own: &str) -> Self {
        let credential = servers(world, who).remove(1);
        let socket = UdpSocket::bind(own).await.unwrap();
        socket.connect(address(world)).await.unwrap();
        let mut asker = Self {
            socket,
            name: credential.username.unwrap(),
            password: credential.credential.unwrap(),
            nonce: String::new(),
        };
        let answer = asker.send(METHOD_ALLOCATE, vec![transport(UDP)]).await;
        asker.nonce = text(&answer, ATTR_NONCE);
        asker
    }

    /// With a port.
    async fn with_port(world: &World, who: CallRole) -> Self {
        let asker = Self::new(world, who).await;
        assert_eq!(asker.asks(METHOD_ALLOCATE, vec![transport(UDP)]).await, 0);
        asker
    }

    /// Sends a request as it stands, and gives the answer.
    async fn send(&self, method: Method, attributes: Vec<Box<dyn Setter>>) -> Message {
        self.send_as_it_is(&message(method, CLASS_REQUEST, attributes)).await
    }

    /// Sends a request that may have been sent before, and gives the answer.
    async fn send_as_it_is(&self, request: &Message) -> Message {
        self.socket.send(&request.raw).await.unwrap();
        let mut buffer = [0; 1500];
        loop {
            let length = timeout(PATIENCE, self.socket.recv(&mut buffer)).await.expect("an answer").unwrap();
            let mut answer = Message { raw: buffer[..length].to_vec(), ..Message::default() };
            // Data of peers may come in between.
            if answer.decode().is_ok() && answer.transaction_id == request.transaction_id {
                return answer;
            }
        }
    }

    fn key(&self) -> MessageIntegrity {
        MessageIntegrity::new_long_term_integrity(self.name.clone(), "meetme".to_owned(), self.password.clone())
    }

    fn signature(&self) -> Vec<Box<dyn Setter>> {
        let text = |kind, text: &str| Box::new(TextAttribute::new(kind, text.to_owned())) as Box<dyn Setter>;
        let who = [text(ATTR_USERNAME, &self.name), text(ATTR_REALM, "meetme"), text(ATTR_NONCE, &self.nonce)];
        who.into_iter().chain([Box::new(self.key()) as Box<dyn Setter>]).collect()
    }

    async fn signed(&self, method: Method, mut attributes: Vec<Box<dyn Setter>>) -> Message {
        attributes.extend(self.signature());
        self.send(method, attributes).await
    }

    /// The number of the answer to a signed request: 0 when it is done. Answers to those who are known are signed.
    async fn asks(&self, method: Method, attributes: Vec<Box<dyn Setter>>) -> u16 {
        let mut answer = self.signed(method, attributes).await;
        let code = code(&answer);
        // The crate signs none of its own errors.
        if !matches!(code, 401 | 438 | 400 | 442) {
            self.key().check(&mut answer).expect("it is signed");
        }
        code
    }
}

fn message(method: Method, class: MessageClass, attributes: Vec<Box<dyn Setter>>) -> Message {
    let mut message = Message::new();
    message.new_transaction_id().unwrap();
    message.set_type(MessageType::new(method, class));
    message.write_header();
    for attribute in attributes {
        attribute.add_to(&mut message).unwrap();
    }
    message
}

fn code(answer: &Message) -> u16 {
    let mut error = ErrorCodeAttribute::default();
    match answer.typ.class {
        CLASS_SUCCESS_RESPONSE => 0,
        _ => error.get_from(answer).map(|()| error.code.0).expect("an error has a number"),
    }
}

fn text(answer: &Message, kind: AttrType) -> String {
    TextAttribute::get_from_as(answer, kind).unwrap().text
}

fn refused(world: &World) -> u64 {
    world.server().app().turn.as_ref().unwrap().counts().refused
}

#[tokio::test]
async fn who_does_not_say_who_they_are_is_asked_and_that_is_no_refusal() {
    let world = world(&[], |_| {}).await;
    let asker = Asker::new(&world, CallRole::Host).await;

    for method in [METHOD_ALLOCATE, METHOD_REFRESH, METHOD_CREATE_PERMISSION, METHOD_CHANNEL_BIND] {
        let answer = asker.send(method, vec![transport(UDP)]).await;

        assert_eq!((code(&answer), text(&answer, ATTR_REALM).as_str()), (401, "meetme"));
        assert!(text(&answer, ATTR_NONCE).len() < 128);
    }
    assert_eq!(refused(&world), 0);
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_are_asked_again_401() {
    let world = world(&[], |_| {}).await;
    let mut asker = Asker::new(&world, CallRole::Host).await;
    let right = std::mem::replace(&mut asker.password, "guess".to_owned());

    let answer = asker.signed(METHOD_ALLOCATE, vec![transport(UDP)]).await;
    assert_eq!((code(&answer), answer.contains(ATTR_NONCE)), (401, true));
    asker.password = right;
    let name = std::mem::replace(&mut asker.name, "99999999999:nobody".to_owned());
    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![transport(UDP)]).await, 401);

    asker.name = name;
    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![transport(UDP)]).await, 0);
    assert_eq!(refused(&world), 2);
}

#[tokio::test]
async fn a_nonce_is_stale_after_half_an_hour_and_elsewhere_438() {
    let world = world(&[], |_| {}).await;
    let mut asker = Asker::with_port(&world, CallRole::Host).await;
    let mut elsewhere = Asker::new(&world, CallRole::Guest).await;
    elsewhere.nonce.clone_from(&asker.nonce);
    assert_eq!(elsewhere.asks(METHOD_ALLOCATE, vec![transport(UDP)]).await, 438);

    world.clock.set(at(START) + TimeDelta::minutes(31));

    let answer = asker.signed(METHOD_REFRESH, Vec::new()).await;
    assert_eq!(code(&answer), 438);
    asker.nonce = text(&answer, ATTR_NONCE);
    assert_eq!(asker.asks(METHOD_REFRESH, Vec::new()).await, 0);
}

#[tokio::test]
async fn where_there_is_no_port_or_one_already_the_request_does_not_match_437() {
    let world = world(&[], |_| {}).await;
    let asker = Asker::new(&world, CallRole::Host).await;

    assert_eq!(asker.asks(METHOD_REFRESH, Vec::new()).await, 437);
    assert_eq!(asker.asks(METHOD_CREATE_PERMISSION, vec![peer("1.1.1.1:9")]).await, 437);
    assert_eq!(asker.asks(METHOD_CHANNEL_BIND, vec![channel(), peer("1.1.1.1:9")]).await, 437);
    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![transport(UDP)]).await, 0);
    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![transport(UDP)]).await, 437);

    // One that is given up is none.
    assert_eq!(asker.asks(METHOD_REFRESH, vec![Box::new(Raw(ATTR_LIFETIME, vec![0; 4]))]).await, 0);
    assert_eq!(asker.asks(METHOD_REFRESH, Vec::new()).await, 437);
    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![transport(UDP)]).await, 0);
}

#[tokio::test]
async fn whoever_asks_for_a_port_again_as_the_answer_was_lost_is_given_the_same_answer() {
    let world = world(&[], |_| {}).await;
    let mut asker = Asker::new(&world, CallRole::Host).await;
    let open = || world.server().app().turn.as_ref().unwrap().counts().allocations;
    let lasts = |seconds: u32| Box::new(Raw(ATTR_LIFETIME, seconds.to_be_bytes().to_vec())) as Box<dyn Setter>;
    for wanted in [vec![], vec![lasts(300)], vec![lasts(7200)]] {
        let attributes = [transport(UDP)].into_iter().chain(wanted).chain(asker.signature()).collect();
        let request = message(METHOD_ALLOCATE, CLASS_REQUEST, attributes);

        let answer = asker.send_as_it_is(&request).await;

        assert_eq!(code(&answer), 0);
        let before = open();
        assert_eq!(asker.send_as_it_is(&request).await.raw, answer.raw);
        // One that was given up before may still be on its way out.
        assert!(open() <= before, "it is given no other port");
        assert_eq!(asker.asks(METHOD_REFRESH, vec![lasts(0)]).await, 0);
    }

    // Its number does not make it the same request if another one asks.
    let number = TransactionId([7; 12]);
    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![Box::new(number), transport(UDP)]).await, 0);
    let other = servers(&world, CallRole::Guest).remove(1);
    (asker.name, asker.password) = (other.username.unwrap(), other.credential.unwrap());
    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![Box::new(number), transport(UDP)]).await, 437);
}

#[tokio::test]
async fn a_port_is_of_whoever_asked_for_it_441() {
    let world = world(&[], |_| {}).await;
    let mut asker = Asker::with_port(&world, CallRole::Host).await;
    let other = servers(&world, CallRole::Guest).remove(1);
    let own = (std::mem::take(&mut asker.name), std::mem::take(&mut asker.password));

    (asker.name, asker.password) = (other.username.unwrap(), other.credential.unwrap());
    assert_eq!(asker.asks(METHOD_REFRESH, vec![Box::new(Raw(ATTR_LIFETIME, vec![0; 4]))]).await, 441);
    assert_eq!(asker.asks(METHOD_CREATE_PERMISSION, vec![peer("1.1.1.1:9")]).await, 441);
    assert_eq!(asker.asks(METHOD_CHANNEL_BIND, vec![channel(), peer("1.1.1.1:9")]).await, 441);

    (asker.name, asker.password) = own;
    assert_eq!(asker.asks(METHOD_REFRESH, Vec::new()).await, 0);
}

#[tokio::test]
async fn a_peer_to_which_nothing_may_be_sent_is_forbidden_403() {
    let world = world(&[], |_| {}).await;
    let asker = Asker::with_port(&world, CallRole::Host).await;
    let before = refused(&world);

    for inside in ["10.0.0.1:9", "127.0.0.2:9", "169.254.169.254:80", "192.168.1.1:9"] {
        assert_eq!(asker.asks(METHOD_CREATE_PERMISSION, vec![peer(inside)]).await, 403, "{inside}");
        assert_eq!(asker.asks(METHOD_CHANNEL_BIND, vec![channel(), peer(inside)]).await, 403, "{inside}");
    }
    assert_eq!(asker.asks(METHOD_CREATE_PERMISSION, vec![peer("1.1.1.1:9"), peer("10.0.0.1:9")]).await, 403);
    // This machine is where other ports are; what listens there else is not to be reached.
    assert_eq!(asker.asks(METHOD_CREATE_PERMISSION, vec![peer("127.0.0.1:22")]).await, 0);
    assert_eq!(asker.asks(METHOD_CHANNEL_BIND, vec![channel(), peer("127.0.0.1:22")]).await, 403);

    assert_eq!(asker.asks(METHOD_CREATE_PERMISSION, vec![peer("1.1.1.1:9"), peer("9.9.9.9:9")]).await, 0);
    assert_eq!(asker.asks(METHOD_CHANNEL_BIND, vec![channel(), peer("1.1.1.1:9")]).await, 0);
    assert_eq!(refused(&world) - before, 10);
}

#[tokio::test]
async fn one_request_permits_all_the_peers_that_it_names() {
    let world = world(&["127.0.0.0/8"], |_| {}).await;
    let asker = Asker::new(&world, CallRole::Host).await;
    let mut answer = asker.signed(METHOD_ALLOCATE, vec![transport(UDP)]).await;
    let mut relayed = turn::proto::relayaddr::RelayedAddress::default();
    relayed.get_from(&answer).unwrap();
    asker.key().check(&mut answer).unwrap();

    assert_eq!(asker.asks(METHOD_CREATE_PERMISSION, vec![peer("127.0.0.2:9"), peer("127.0.0.3:9")]).await, 0);

    for from in ["127.0.0.2:0", "127.0.0.3:0"] {
        let inside = UdpSocket::bind(from).await.unwrap();
        inside.send_to(from.as_bytes(), (relayed.ip, relayed.port)).await.unwrap();
        let mut buffer = [0; 1500];
        let length = timeout(PATIENCE, asker.socket.recv(&mut buffer)).await.expect("it comes").unwrap();
        assert!(buffer[..length].windows(from.len()).any(|part| part == from.as_bytes()));
    }
}

#[tokio::test]
async fn a_credential_that_has_its_ports_reached_its_quota_486_and_a_full_server_lacks_capacity_508() {
    let world = world(&[], |limits| {
        limits.turn_allocations_of_credential = 1;
        limits.turn_allocations = 2;
    })
    .await;
    let _one = Asker::with_port(&world, CallRole::Host).await;
    let second = Asker::new(&world, CallRole::Host).await;
    assert_eq!(second.asks(METHOD_ALLOCATE, vec![transport(UDP)]).await, 486);
    let _two = Asker::with_port(&world, CallRole::Guest).await;

    let booking = meetme_core::id::BookingId::from_bytes([2; 16]);
    let third = world.server().app().ice_servers(booking, CallRole::Host, super::in_an_hour()).remove(1);
    let mut asker = Asker::new(&world, CallRole::Host).await;
    (asker.name, asker.password) = (third.username.unwrap(), third.credential.unwrap());
    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![transport(UDP)]).await, 508);
}

#[tokio::test]
async fn a_credential_that_has_relayed_its_bytes_gets_no_other_port_486() {
    let world = world(&["127.0.0.0/8"], |limits| limits.turn_bytes_of_credential = 100).await;
    let asker = Asker::with_port(&world, CallRole::Host).await;
    let inside = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    let to = inside.local_addr().unwrap().to_string();
    assert_eq!(asker.asks(METHOD_CHANNEL_BIND, vec![channel(), peer(&to)]).await, 0);
    asker.socket.send(&[&[0x40, 0x01, 0, 200][..], &[7; 200]].concat()).await.unwrap();
    let mut buffer = [0; 1500];
    timeout(PATIENCE, inside.recv_from(&mut buffer)).await.expect("the last datagram passes").unwrap();

    assert_eq!(asker.asks(METHOD_REFRESH, vec![Box::new(Raw(ATTR_LIFETIME, vec![0; 4]))]).await, 0);

    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![transport(UDP)]).await, 486);
}

#[tokio::test]
async fn what_is_not_offered_is_named_440_442_443_420() {
    let world = world(&[], |_| {}).await;
    let asker = Asker::new(&world, CallRole::Host).await;

    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![transport(UDP), family(2)]).await, 440);
    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![transport(TCP)]).await, 442);
    for not_understood in [ATTR_EVEN_PORT, ATTR_RESERVATION_TOKEN, ATTR_DONT_FRAGMENT, AttrType(0x7abc)] {
        let attributes = vec![transport(UDP), Box::new(Raw(not_understood, vec![0; 8])) as Box<dyn Setter>];
        let answer = asker.signed(METHOD_ALLOCATE, attributes).await;
        assert_eq!(code(&answer), 420);
        let named = answer.get(ATTR_UNKNOWN_ATTRIBUTES).unwrap();
        assert_eq!(named[..2], not_understood.value().to_be_bytes());
    }
    // What need not be understood is not.
    let optional = Box::new(Raw(AttrType(0x8abc), vec![0; 4]));
    assert_eq!(asker.asks(METHOD_ALLOCATE, vec![transport(UDP), family(1), optional]).await, 0);
    assert_eq!(asker.asks(METHOD_CREATE_PERMISSION, vec![peer("[2606:4700::1]:9")]).await, 443);
}

#[tokio::test]
async fn a_request_that_lacks_what_it_needs_or_has_more_than_is_signed_is_a_bad_one_400() {
    let world = world(&[], |_| {}).await;
    let asker = Asker::with_port(&world, CallRole::Host).await;

    assert_eq!(asker.asks(METHOD_CREATE_PERMISSION, Vec::new()).await, 400);
    assert_eq!(asker.asks(METHOD_CHANNEL_BIND, vec![channel()]).await, 400);
    for missing in 0..3 {
        let mut attributes = asker.signature();
        attributes.remove(missing);
        assert_eq!(code(&asker.send(METHOD_REFRESH, attributes).await), 400);
    }
    let mut attributes = asker.signature();
    attributes.push(peer("1.1.1.1:9"));
    assert_eq!(code(&asker.send(METHOD_CREATE_PERMISSION, attributes).await), 400);
}

#[tokio::test]
async fn media_without_a_port_permission_or_channel_is_counted_and_goes_nowhere() {
    let world = world(&["127.0.0.0/8"], |_| {}).await;
    let stranger = UdpSocket::bind("127.0.0.1:0").await.unwrap();
    stranger.send_to(&[0x40, 0x01, 0, 4, 1, 2, 3, 4], address(&world)).await.unwrap();
    let asker = Asker::with_port(&world, CallRole::Host).await;
    let before = refused(&world);
    assert_eq!(before, 1);

    asker.socket.send(&[0x40, 0x01, 0, 4, 1, 2, 3, 4]).await.unwrap();
    asker.socket.send(b"nonsense").await.unwrap();
    // In order behind it.
    assert_eq!(asker.asks(METHOD_REFRESH, Vec::new()).await, 0);

    assert_eq!(refused(&world) - before, 2);
}

#[tokio::test]
async fn whatever_is_spoilt_in_a_datagram_it_hurts_nobody() {
    let world = world(&["127.0.0.0/8"], |_| {}).await;
    let mut hosts = 2..;
    // Each address may ask so often: others go on.
    let mut somebody = async || {
        let own = format!("127.0.7.{}:0", hosts.next().unwrap());
        Asker::at(&world, CallRole::Host, &own).await
    };
    let mut asker = somebody().await;
    let mut asked = 0;
    for which in 0..5 {
        let whole = |asker: &Asker| {
            let with = |mut attributes: Vec<Box<dyn Setter>>| {
                attributes.extend(asker.signature());
                attributes
            };
            match which {
                0 => message(METHOD_ALLOCATE, CLASS_REQUEST, with(vec![transport(UDP), family(1)])).raw,
                1 => message(METHOD_CREATE_PERMISSION, CLASS_REQUEST, with(vec![peer("1.1.1.1:9")])).raw,
                2 => message(METHOD_CHANNEL_BIND, CLASS_REQUEST, with(vec![channel(), peer("1.1.1.1:9")])).raw,
                3 => {
                    message(
                        METHOD_SEND,
                        CLASS_INDICATION,
                        vec![peer("127.0.0.1:9"), Box::new(Raw(ATTR_DATA, vec![7; 9]))],
                    )
                    .raw
                }
                _ => vec![0x40, 0x01, 0, 8, 1, 2, 3, 4, 5, 6, 7, 8],
            }
        };
        let length = whole(&asker).len();
        for at in 0..length {
            if asked >= 40 {
                asker = somebody().await;
                asked = 0;
            }
            asked += 2;
            let mut spoilt = whole(&asker);
            spoilt[at] ^= 0xff;
            asker.socket.send(&spoilt).await.unwrap();
            asker.socket.send(&whole(&asker)[..at]).await.unwrap();
        }
    }

    assert_eq!(somebody().await.asks(METHOD_ALLOCATE, vec![transport(UDP)]).await, 0);
}

//! Whether a request may go on, and what is answered if not (RFC 8489, 9.2; RFC 8656).
//!
//! The crate that speaks the protocol takes anybody's word about an allocation of somebody else, says nothing where there
//! is none, answers a wrong password like a message that cannot be read, and knows neither quotas nor peers to which
//! nothing may be sent. So each request is judged here first, and only what is in order goes there.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use stun::agent::TransactionId;
use stun::attributes::*;
use stun::error_code::*;
use stun::integrity::MessageIntegrity;
use stun::message::*;
use stun::textattrs::TextAttribute;
use stun::uattrs::UnknownAttributes;
use stun::xoraddr::XorMappedAddress;
use turn::auth::AuthHandler as _;
use turn::proto::lifetime::{DEFAULT_LIFETIME, Lifetime};
use turn::proto::peeraddr::PeerAddress;
use turn::proto::relayaddr::RelayedAddress;

use super::REALM;
use super::credentials::Credentials;
use super::quota::{Full, Quotas};
use super::socket::Range;

/// Attributes that must be understood and are: RFC 8489, 18.3, and RFC 8656, 18. Pairs of ports and reservations are not
/// for calls, and neither is the bit against fragments.
const UNDERSTOOD: &[AttrType] = &[
    ATTR_USERNAME,
    ATTR_MESSAGE_INTEGRITY,
    ATTR_REALM,
    ATTR_NONCE,
    ATTR_CHANNEL_NUMBER,
    ATTR_LIFETIME,
    ATTR_XOR_PEER_ADDRESS,
    ATTR_REQUESTED_ADDRESS_FAMILY,
    ATTR_REQUESTED_TRANSPORT,
];
/// From here on attributes may be passed over (RFC 8489, 14).
const OPTIONAL: u16 = 0x8000;
/// Who asks for a port for as long as this or longer is given the usual time, by the crate.
const LONGEST: Duration = Duration::from_secs(3600);
const IPV4: u8 = 1;
const IPV6: u8 = 2;

/// What is known of an allocation that exists.
pub(super) struct Known<'a> {
    /// Whose it is.
    pub(super) user: &'a str,
    /// The request that made it.
    pub(super) transaction: TransactionId,
}

/// A request that is in order.
pub(super) struct Passed {
    /// Who asks, as they have proved.
    pub(super) user: String,
    /// What they are given answers with.
    pub(super) key: MessageIntegrity,
    /// The nonce that it carries.
    pub(super) nonce: Option<String>,
    /// For permissions: to which peers.
    pub(super) peers: Vec<SocketAddr>,
}

/// A request that is answered with an error.
pub(super) struct Refused {
    code: ErrorCode,
    attributes: Vec<Box<dyn Setter>>,
    /// Whoever proved who they are gets a signed answer.
    key: Option<MessageIntegrity>,
    /// It did not even try to prove who asks.
    was_unsigned: bool,
}

/// What requests are held to.
pub(super) struct Judge<'a> {
    pub(super) credentials: &'a Credentials,
    pub(super) quotas: &'a Quotas,
    pub(super) range: &'a Range,
}

impl Judge<'_> {
    /// Judges a request of `from`, whose allocation, if there is one, is `known`.
    pub(super) fn judge(
        &self,
        request: &Message,
        from: SocketAddr,
        known: Option<Known<'_>>,
    ) -> Result<Passed, Refused> {
        let (user, key) = self.authenticated(request, from)?;
        let refused = |code, attributes| Refused { code, attributes, key: Some(key.clone()), was_unsigned: false };
        let error = |code| refused(code, Vec::new());
        let unknown: Vec<AttrType> = request
            .attributes
            .0
            .iter()
            .map(|attribute| attribute.typ)
            .filter(|kind| kind.value() < OPTIONAL && !UNDERSTOOD.contains(kind))
            .collect();
        if !unknown.is_empty() {
            return Err(refused(CODE_UNKNOWN_ATTRIBUTE, vec![Box::new(UnknownAttributes(unknown))]));
        }
        let mut peers = Vec::new();
        match (request.typ.method, known) {
            // The answer was lost on the way (RFC 8656, 7.2).
            (METHOD_ALLOCATE, Some(known)) if known.user == user && known.transaction == request.transaction_id => {}
            (METHOD_ALLOCATE, Some(_)) => return Err(error(CODE_ALLOC_MISMATCH)),
            (METHOD_ALLOCATE, None) => {
                self.allocation(request, &user).map_err(error)?;
            }
            (_, None) => return Err(error(CODE_ALLOC_MISMATCH)),
            (_, Some(known)) if known.user != user => return Err(error(CODE_WRONG_CREDENTIALS)),
            (METHOD_CREATE_PERMISSION | METHOD_CHANNEL_BIND, Some(_)) => {
                peers = self.peers(request).map_err(error)?;
            }
            (_, Some(_)) => {}
        }
        let nonce = TextAttribute::get_from_as(request, ATTR_NONCE).ok().map(|nonce| nonce.text);
        Ok(Passed { user, key, nonce, peers })
    }

    /// Who asks, and the key that they have shown to know.
    fn authenticated(&self, request: &Message, from: SocketAddr) -> Result<(String, MessageIntegrity), Refused> {
        let challenge = |code| self.challenge(code, from);
        let bad = || Refused { code: CODE_BAD_REQUEST, attributes: Vec::new(), key: None, was_unsigned: false };
        if !request.contains(ATTR_MESSAGE_INTEGRITY) {
            return Err(Refused { was_unsigned: true, ..challenge(CODE_UNAUTHORIZED) });
        }
        // What stands behind the signature is not signed.
        let behind =
            request.attributes.0.iter().skip_while(|attribute| attribute.typ != ATTR_MESSAGE_INTEGRITY).skip(1);
        if behind.clone().any(|attribute| attribute.typ != ATTR_FINGERPRINT) {
            return Err(bad());
        }
        let text = |kind| TextAttribute::get_from_as(request, kind).map(|attribute| attribute.text).map_err(|_| bad());
        let (user, realm, nonce) = (text(ATTR_USERNAME)?, text(ATTR_REALM)?, text(ATTR_NONCE)?);
        if !self.credentials.is_fresh(&nonce, from) {
            return Err(challenge(CODE_STALE_NONCE));
        }
        let key = self.credentials.auth_handle(&user, &realm, from).map_err(|_| challenge(CODE_UNAUTHORIZED))?;
        let key = MessageIntegrity(key);
        if key.check(&mut request.clone()).is_err() {
            return Err(challenge(CODE_UNAUTHORIZED));
        }
        Ok((user, key))
    }

    /// Asks for a name and a password, with what an answer to that must carry.
    fn challenge(&self, code: ErrorCode, from: SocketAddr) -> Refused {
        let nonce = TextAttribute::new(ATTR_NONCE, self.credentials.nonce(from));
        let realm = TextAttribute::new(ATTR_REALM, REALM.to_owned());
        Refused { code, attributes: vec![Box::new(nonce), Box::new(realm)], key: None, was_unsigned: false }
    }

    fn allocation(&self, request: &Message, user: &str) -> Result<(), ErrorCode> {
        if let Ok(family) = request.get(ATTR_REQUESTED_ADDRESS_FAMILY) {
            let ours = if self.range.is_ipv4() { IPV4 } else { IPV6 };
            if family.first() != Some(&ours) {
                return Err(CODE_ADDR_FAMILY_NOT_SUPPORTED);
            }
        }
        self.quotas.has_room(user).map_err(|full| match full {
            Full::OfUser => CODE_ALLOC_QUOTA_REACHED,
            Full::OfServer => CODE_INSUFFICIENT_CAPACITY,
        })
    }

    /// The peers of a request for a permission or a channel, if all of them may be sent to.
    fn peers(&self, request: &Message) -> Result<Vec<SocketAddr>, ErrorCode> {
        let mut peers = Vec::new();
        for attribute in request.attributes.0.iter().filter(|attribute| attribute.typ == ATTR_XOR_PEER_ADDRESS) {
            let peer = peer(request, attribute).ok_or(CODE_BAD_REQUEST)?;
            if peer.is_ipv4() != self.range.is_ipv4() {
                return Err(CODE_PEER_ADDR_FAMILY_MISMATCH);
            }
            let allowed = match request.typ.method {
                // A permission is for all ports of an address.
                METHOD_CREATE_PERMISSION => self.range.may_permit(peer.ip()),
                _ => self.range.may_send(peer),
            };
            if !allowed {
                return Err(CODE_FORBIDDEN);
            }
            peers.push(peer);
        }
        if peers.is_empty() { Err(CODE_BAD_REQUEST) } else { Ok(peers) }
    }
}

/// The address in one attribute of a request that may have several.
fn peer(request: &Message, attribute: &RawAttribute) -> Option<SocketAddr> {
    let mut alone = Message::new();
    alone.transaction_id = request.transaction_id;
    alone.write_header();
    alone.add(ATTR_XOR_PEER_ADDRESS, &attribute.value);
    let mut peer = PeerAddress::default();
    peer.get_from(&alone).ok()?;
    let ip: IpAddr = peer.ip;
    Some(SocketAddr::new(ip, peer.port))
}

impl Refused {
    /// Whether it is but the question for a name and a password, with which everybody begins.
    pub(super) fn is_first_question(&self) -> bool {
        self.code == CODE_UNAUTHORIZED && self.was_unsigned
    }

    /// The answer, as it is sent.
    pub(super) fn answer(self, request: &Message) -> Option<Vec<u8>> {
        let mut attributes: Vec<Box<dyn Setter>> =
            vec![Box::new(ErrorCodeAttribute { code: self.code, reason: reason(self.code).as_bytes().to_vec() })];
        attributes.extend(self.attributes);
        answer(request, CLASS_ERROR_RESPONSE, attributes, self.key)
    }
}

impl Passed {
    /// That it is done, for requests of which nothing else is to be said.
    pub(super) fn done(self, request: &Message) -> Option<Vec<u8>> {
        answer(request, CLASS_SUCCESS_RESPONSE, Vec::new(), Some(self.key))
    }

    /// That `from` has the port `relayed`, in the words in which the crate said so at first. Who has waited for an answer
    /// gives up within 40 s (RFC 8489, 6.2.1), so the time that the port is kept is told as it was then.
    pub(super) fn allocated(self, request: &Message, from: SocketAddr, relayed: SocketAddr) -> Option<Vec<u8>> {
        let mut asked = Lifetime::default();
        let lifetime = match asked.get_from(request) {
            Ok(()) if asked.0 < LONGEST => asked,
            _ => Lifetime(DEFAULT_LIFETIME),
        };
        let attributes: Vec<Box<dyn Setter>> = vec![
            Box::new(RelayedAddress { ip: relayed.ip(), port: relayed.port() }),
            Box::new(lifetime),
            Box::new(XorMappedAddress { ip: from.ip(), port: from.port() }),
        ];
        answer(request, CLASS_SUCCESS_RESPONSE, attributes, Some(self.key))
    }
}

fn answer(
    request: &Message,
    class: MessageClass,
    attributes: Vec<Box<dyn Setter>>,
    key: Option<MessageIntegrity>,
) -> Option<Vec<u8>> {
    let head = Message { transaction_id: request.transaction_id, ..Message::default() };
    let mut setters: Vec<Box<dyn Setter>> = vec![Box::new(head), Box::new(MessageType::new(request.typ.method, class))];
    setters.extend(attributes);
    if let Some(key) = key {
        setters.push(Box::new(key));
    }
    let mut message = Message::new();
    message.build(&setters).ok()?;
    Some(message.raw)
}

/// The phrase that the standards give to a code.
fn reason(code: ErrorCode) -> &'static str {
    match code {
        CODE_BAD_REQUEST => "Bad Request",
        CODE_UNAUTHORIZED => "Unauthorized",
        CODE_FORBIDDEN => "Forbidden",
        CODE_UNKNOWN_ATTRIBUTE => "Unknown Attribute",
        CODE_ALLOC_MISMATCH => "Allocation Mismatch",
        CODE_STALE_NONCE => "Stale Nonce",
        CODE_ADDR_FAMILY_NOT_SUPPORTED => "Address Family not Supported",
        CODE_WRONG_CREDENTIALS => "Wrong Credentials",
        CODE_PEER_ADDR_FAMILY_MISMATCH => "Peer Address Family Mismatch",
        CODE_ALLOC_QUOTA_REACHED => "Allocation Quota Reached",
        _ => "Insufficient Capacity",
    }
}

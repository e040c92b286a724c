//! Who may use the relay: names that carry their end and whom they are for, and passwords that follow from them.

use std::net::SocketAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chrono::TimeDelta;
use meetme_core::time::Instant;
use sha2::{Digest, Sha256};
use turn::auth::{AuthHandler, generate_auth_key};

use super::REALM;
use crate::clock::Clock;
use crate::store::SharedSecret;

/// The longest name that is looked at.
const MAX_NAME: usize = 128;
/// Nothing lasts longer than the longest call: a slot of a day, opened a day before and closed a day after.
const LONGEST: TimeDelta = TimeDelta::days(4);
/// How long a nonce may be used (RFC 8656, 5: an hour at most).
const NONCE: TimeDelta = TimeDelta::minutes(30);
/// Of the mark of a nonce so much is sent.
const NONCE_BYTES: usize = 12;
/// The block of SHA-256, in bytes.
const BLOCK: usize = 64;

/// Issues credentials and checks them, with a secret that all nodes share: none is kept.
pub(super) struct Credentials {
    secret: SharedSecret,
    clock: Arc<dyn Clock>,
}

impl Credentials {
    pub(super) fn new(secret: SharedSecret, clock: Arc<dyn Clock>) -> Self {
        Self { secret, clock }
    }

    /// Name and password for `whom`, good until `until`.
    pub(super) fn issue(&self, whom: &str, until: Instant) -> (String, String) {
        let name = format!("{}:{whom}", until.timestamp());
        let password = self.password(&name);
        (name, password)
    }

    /// Whether a name is good now.
    pub(super) fn is_good(&self, name: &str) -> bool {
        let now = self.clock.now();
        let until = name.split_once(':').and_then(|(until, _)| until.parse().ok());
        let until = until.and_then(|until| Instant::from_timestamp(until, 0));
        name.len() <= MAX_NAME && until.is_some_and(|until| now < until && until - now < LONGEST)
    }

    /// What a request of `from` must carry for a while: an answer that somebody overheard is of no use for long, or from
    /// elsewhere. None is kept, so strangers cost nothing.
    pub(super) fn nonce(&self, from: SocketAddr) -> String {
        let until = (self.clock.now() + NONCE).timestamp();
        format!("{until}-{}", self.nonce_mark(until, from))
    }

    /// Whether it is such a nonce, and not yet stale.
    pub(super) fn is_fresh(&self, nonce: &str, from: SocketAddr) -> bool {
        let Some((until, mark)) = nonce.split_once('-') else { return false };
        let Some(until) = until.parse().ok().filter(|until| self.clock.now().timestamp() < *until) else {
            return false;
        };
        mark == self.nonce_mark(until, from)
    }

    fn nonce_mark(&self, until: i64, from: SocketAddr) -> String {
        // No name begins like this: names begin with a time.
        let mark = hmac(&self.secret, format!("nonce {until} {from}").as_bytes());
        STANDARD_NO_PAD.encode(&mark[..NONCE_BYTES])
    }

    fn password(&self, name: &str) -> String {
        STANDARD_NO_PAD.encode(hmac(&self.secret, name.as_bytes()))
    }
}

/// For whom a name is: it is given out anew with another end as often as they ask.
pub(super) fn whom(name: &str) -> &str {
    name.split_once(':').map_or(name, |(_, whom)| whom)
}

impl AuthHandler for Credentials {
    fn auth_handle(&self, name: &str, realm: &str, _: SocketAddr) -> Result<Vec<u8>, turn::Error> {
        if realm != REALM || !self.is_good(name) {
            return Err(turn::Error::ErrNoSuchUser);
        }
        Ok(generate_auth_key(name, realm, &self.password(name)))
    }
}

/// HMAC-SHA-256 (RFC 2104).
fn hmac(key: &SharedSecret, text: &[u8]) -> [u8; 32] {
    let padded = |pad: u8| {
        let mut block = [pad; BLOCK];
        block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
        block
    };
    let inner = Sha256::new().chain_update(padded(0x36)).chain_update(text).finalize();
    Sha256::new().chain_update(padded(0x5c)).chain_update(inner).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;

    fn at(seconds: i64) -> Instant {
        Instant::from_timestamp(seconds, 0).unwrap()
    }

    #[test]
    fn hmac_is_that_of_the_standard() {
        // RFC 4231, 4.2: a key of 20 bytes, which is one of 32 with zeros behind.
        let mut key = [0; 32];
        key[..20].fill(0x0b);

        let mac: String = hmac(&key, b"Hi There").iter().map(|byte| format!("{byte:02x}")).collect();

        assert_eq!(mac, "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    }

    #[test]
    fn a_credential_is_good_until_its_end_on_every_node() {
        let clock = Arc::new(ManualClock::new(at(1000)));
        let credentials = Credentials::new([1; 32], clock.clone());
        let (name, password) = credentials.issue("b1:host", at(2000));

        assert_eq!(name, "2000:b1:host");
        assert!(credentials.is_good(&name));
        assert_eq!(Credentials::new([1; 32], clock.clone()).password(&name), password);
        assert_ne!(Credentials::new([2; 32], clock.clone()).password(&name), password);
        assert_ne!(credentials.password("2000:b2:host"), password);
        clock.set(at(2000));
        assert!(!credentials.is_good(&name));
    }

    #[test]
    fn a_nonce_is_for_one_address_and_half_an_hour() {
        let clock = Arc::new(ManualClock::new(at(1000)));
        let credentials = Credentials::new([1; 32], clock.clone());
        let from: SocketAddr = "192.0.2.1:5000".parse().unwrap();
        let nonce = credentials.nonce(from);

        assert!(credentials.is_fresh(&nonce, from));
        assert!(!credentials.is_fresh(&nonce, "192.0.2.1:5001".parse().unwrap()));
        assert!(!Credentials::new([2; 32], clock.clone()).is_fresh(&nonce, from));
        for bad in ["", "-", "9999-", "x-y", &nonce.replacen("28", "29", 1), &nonce[..nonce.len() - 1]] {
            assert!(!credentials.is_fresh(bad, from), "{bad}");
        }
        clock.set(at(1000 + 30 * 60));
        assert!(!credentials.is_fresh(&nonce, from));
    }

    #[test]
    fn a_name_that_says_no_time_or_a_far_one_is_good_for_nothing() {
        let credentials = Credentials::new([1; 32], Arc::new(ManualClock::new(at(1000))));

        for name in ["", "host", ":host", "x:host", "-1:host", "99999999999:host", "9223372036854775807:host"] {
            assert!(!credentials.is_good(name), "{name}");
        }
        assert!(!credentials.is_good(&format!("2000:{}", "x".repeat(MAX_NAME))));
    }
}

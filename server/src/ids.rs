//! The only door to randomness: ids, tokens, salts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::store::CredentialHash;

/// Bytes nobody can guess.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the system gives random bytes, or nothing here is safe");
    bytes
}

/// A new id for anything (RFC 9562 version 4).
pub fn uuid() -> Uuid {
    uuid::Builder::from_random_bytes(random()).into_uuid()
}

/// A secret that is shown once, and the hash that is kept of it.
pub struct Secret {
    /// What the client gets.
    pub text: String,
    /// What the store gets.
    pub hash: CredentialHash,
}

/// What a secret is for; its first letters, so that a leaked one can be recognised.
#[derive(Debug, Clone, Copy)]
pub enum SecretKind {
    /// A session.
    Session,
    /// An app token.
    Token,
    /// The address of a private feed.
    Feed,
}

impl SecretKind {
    const ALL: [Self; 3] = [Self::Session, Self::Token, Self::Feed];

    fn prefix(self) -> &'static str {
        match self {
            Self::Session => "mms_",
            Self::Token => "mmt_",
            Self::Feed => "mmf_",
        }
    }

    /// What a text looks like that may be one of these.
    pub fn of(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| text.starts_with(kind.prefix()))
    }
}

/// A new secret of 256 random bits.
pub fn secret(kind: SecretKind) -> Secret {
    let text = format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(random::<32>()));
    let hash = hash_of(&text);
    Secret { text, hash }
}

/// What is kept of a secret. It is random enough that a plain hash does.
pub fn hash_of(secret: &str) -> CredentialHash {
    Sha256::digest(secret.as_bytes()).into()
}

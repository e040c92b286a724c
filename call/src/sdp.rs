//! The little that is read from a session description (RFC 8866) here: which connection it is of, and whose.

use std::fmt;

/// Longest attribute that is looked at.
const MAX_VALUE: usize = 256;

/// The hash of the certificate at one end (RFC 8122), as `sha-256 AB:CD:…` in one spelling.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The connection a description is of: the session id of its `o=` line. It stays through all descriptions of one
/// connection.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Origin(String);

/// The fingerprint in a description: the first one, which must be the only one there is.
pub fn fingerprint(sdp: &str) -> Option<Fingerprint> {
    let mut found = sdp.lines().filter_map(|line| line.strip_prefix("a=fingerprint:")).map(spelled);
    let first = found.next()??;
    // Sections of one bundle share a certificate; a description with two of them is not for us.
    found.all(|other| other.as_ref() == Some(&first)).then_some(first)
}

fn spelled(value: &str) -> Option<Fingerprint> {
    let value = value.trim();
    let (hash, digits) = value.split_once(' ')?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
    (value.len() <= MAX_VALUE && plain && !digits.is_empty())
        .then(|| Fingerprint(format!("{} {}", hash.to_ascii_lowercase(), digits.to_ascii_uppercase())))
}

/// The connection a description is of.
pub fn origin(sdp: &str) -> Option<Origin> {
    let line = sdp.lines().find_map(|line| line.strip_prefix("o="))?;
    let id = line.split(' ').nth(1)?;
    (!id.is_empty() && id.len() <= MAX_VALUE).then(|| Origin(id.to_owned()))
}

/// What the payload types in a description stand for: `(96, "VP8")`, in the case in which they are written.
pub fn payload_types(sdp: &str) -> impl Iterator<Item = (u8, &str)> {
    sdp.lines().filter_map(|line| {
        let (number, codec) = line.strip_prefix("a=rtpmap:")?.split_once(' ')?;
        Some((number.parse().ok()?, codec.split('/').next()?))
    })
}

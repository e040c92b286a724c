//! The only door to randomness in a call.

/// A number that nobody else has, for a stream of media.
///
/// # Panics
/// If the system has no randomness, in which case nothing of a call could be kept secret.
#[expect(clippy::disallowed_methods, reason = "this is the door")]
pub fn stream() -> u32 {
    let mut bytes = [0; 4];
    getrandom::fill(&mut bytes).expect("the system has randomness");
    u32::from_le_bytes(bytes)
}

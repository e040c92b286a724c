//! The only randomness of the command line.

/// A fresh Idempotency-Key: no two calls give the same.
///
/// # Panics
/// If the operating system gives no randomness; nothing could be repeated safely then.
pub fn idempotency_key() -> String {
    let mut bytes = [0; 16];
    fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().to_string()
}

/// A part of a whole wait, from a half to all of it: clients that lost a server together do not come back together.
///
/// # Panics
/// As [`idempotency_key`].
pub fn part() -> f64 {
    let mut byte = [0];
    fill(&mut byte);
    0.5 + f64::from(byte[0]) / 510.0
}

/// Bytes that nobody guesses.
///
/// # Panics
/// As [`idempotency_key`].
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    fill(&mut bytes);
    bytes
}

#[expect(clippy::disallowed_methods, reason = "this is the door")]
fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the operating system gives randomness");
}

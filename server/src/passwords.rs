//! Passwords: argon2id, a bounded number at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use tokio::sync::Semaphore;

use crate::ids;

/// Hashes and checks passwords. Each takes 19 MiB and a core for some 20 ms
/// (OWASP's second choice: 19 MiB, two passes), so only a few run at once and
/// only so many wait.
pub struct Passwords {
    slots: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
    /// Checked when there is no such user, so that the time taken does not tell.
    nobody: String,
}

/// Too many wait already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are being checked")]
pub struct TooManyWaiting;

/// The shortest password, in characters.
pub const MIN_PASSWORD: usize = 8;
/// The longest password, in characters.
pub const MAX_PASSWORD: usize = 1000;

impl Passwords {
    /// Lets `at_once` run and `most_waiting` more wait.
    pub fn new(at_once: usize, most_waiting: usize) -> Self {
        let nobody = hash("nobody has this password");
        Self { slots: Arc::new(Semaphore::new(at_once.max(1))), waiting: Arc::default(), most_waiting, nobody }
    }

    /// The PHC string to keep for a password.
    pub async fn hash(&self, password: String) -> Result<String, TooManyWaiting> {
        self.run(move || hash(&password)).await
    }

    /// Whether the password is the one `kept` was made of; with no `kept` it
    /// takes as long and is false.
    pub async fn check(&self, password: String, kept: Option<String>) -> Result<bool, TooManyWaiting> {
        let known = kept.is_some();
        let kept = kept.unwrap_or_else(|| self.nobody.clone());
        self.run(move || check(&password, &kept) && known).await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, TooManyWaiting> {
        let turn = Turn::take(self.waiting.clone(), self.most_waiting)?;
        let slot = self.slots.clone().acquire_owned().await.map_err(|_| TooManyWaiting)?;
        // Both go along: the work is done to its end even when nobody waits for it any more.
        let work = move || {
            let _held = (turn, slot);
            work()
        };
        tokio::task::spawn_blocking(work).await.map_err(|_| TooManyWaiting)
    }
}

/// A place in the queue, given back when dropped.
struct Turn(Arc<AtomicUsize>);

impl Turn {
    fn take(waiting: Arc<AtomicUsize>, most: usize) -> Result<Self, TooManyWaiting> {
        let turn = Self(waiting);
        if turn.0.fetch_add(1, Ordering::Relaxed) >= most { Err(TooManyWaiting) } else { Ok(turn) }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn hash(password: &str) -> String {
    let salt: [u8; 16] = ids::random();
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
    hashed.expect("argon2's own parameters and a 16-byte salt are in range").to_string()
}

fn check(password: &str, kept: &str) -> bool {
    PasswordHash::new(kept).is_ok_and(|kept| Argon2::default().verify_password(password.as_bytes(), &kept).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other() {
        let passwords = Passwords::new(1, 4);
        let kept = passwords.hash("correct horse".into()).await.expect("nobody else waits");

        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        assert_eq!(passwords.check("correct horse".into(), Some(kept.clone())).await, Ok(true));
        assert_eq!(passwords.check("wrong".into(), Some(kept)).await, Ok(false));
        assert_eq!(passwords.check("nobody has this password".into(), None).await, Ok(false));
    }

    #[tokio::test]
    async fn past_the_queue_nobody_waits() {
        let passwords = Passwords::new(1, 0);

        assert_eq!(passwords.hash("x".into()).await, Err(TooManyWaiting));
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_counts_until_it_is_done() {
        let passwords = Passwords::new(1, 1);
        let (begins, begun) = tokio::sync::oneshot::channel();
        let (ends, end) = std::sync::mpsc::channel::<()>();
        let work = passwords.run(move || {
            begins.send(()).expect("the test waits for it");
            // Until the test lets go.
            end.recv().is_err()
        });
        tokio::select! {
            biased;
            _ = work => panic!("it cannot be done yet"),
            begun = begun => begun.expect("it begins"),
        }

        assert_eq!(passwords.slots.available_permits(), 0);
        assert_eq!(passwords.hash("x".into()).await, Err(TooManyWaiting));

        drop(ends);
        drop(passwords.slots.acquire().await);
        assert!(passwords.hash("x".into()).await.is_ok());
    }
}

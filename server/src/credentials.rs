//! Who is behind a token: checked at the store, remembered for a few seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use meetme_core::id::UserId;
use meetme_core::time::Instant;

use crate::clock::Stopwatch;
use crate::ids;
use crate::store::{Credential, CredentialHash, Store, StoreError, UserRecord};

/// How many checks are remembered.
const MAX_REMEMBERED: usize = 10_000;
/// A session's expiry is moved when it has come nearer than its length by this much: not at every request.
const EXTEND_AFTER: Duration = Duration::from_secs(60 * 60);

/// A token's owner and what the token may do.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Whose token it is.
    pub user: UserRecord,
    /// The session or app token.
    pub credential: Credential,
}

/// Finds the identity behind a token.
pub struct Credentials {
    kept_for: Duration,
    session: Duration,
    started: Stopwatch,
    remembered: Mutex<Remembered>,
    salt: [u8; 32],
}

/// Checks by credential, and whose they are.
#[derive(Default)]
struct Remembered {
    checks: HashMap<CredentialHash, (Duration, Arc<Identity>)>,
    of: HashMap<UserId, Vec<CredentialHash>>,
}

impl Credentials {
    /// Remembers checks for `kept_for`; sessions live for `session` after their last use.
    pub fn new(kept_for: Duration, session: Duration) -> Self {
        Self { kept_for, session, started: Stopwatch::start(), remembered: Mutex::default(), salt: ids::random() }
    }

    /// Who is behind `token` at `now`; none if it does not exist, was revoked or has expired.
    pub async fn identify(
        &self,
        store: &dyn Store,
        token: &str,
        now: Instant,
    ) -> Result<Option<Arc<Identity>>, StoreError> {
        let hash = ids::hash_of(token);
        if let Some(identity) = self.recall(hash) {
            return Ok(Some(identity).filter(|identity| !has_expired(&identity.credential, now)));
        }
        let Some((mut credential, user)) = store.credential(hash).await? else { return Ok(None) };
        if has_expired(&credential, now) {
            return Ok(None);
        }
        if let Err(error) = self.slide(store, &mut credential, now).await {
            // A full disk does not keep anyone from reading: the next request tries again.
            tracing::warn!(%error, "a session could not be extended");
        }
        let identity = Arc::new(Identity { user, credential });
        self.remember(hash, identity.clone());
        Ok(Some(identity))
    }

    /// Who gave this name and password and was let in a moment ago.
    pub fn recall_password(&self, name: &str, password: &str) -> Option<Arc<Identity>> {
        self.recall(self.hash_of_password(name, password))
    }

    /// Remembers that this name and password belong to an identity.
    pub fn remember_password(&self, name: &str, password: &str, identity: Identity) -> Arc<Identity> {
        let identity = Arc::new(identity);
        self.remember(self.hash_of_password(name, password), identity.clone());
        identity
    }

    /// Salted anew whenever the server starts, and kept for seconds.
    fn hash_of_password(&self, name: &str, password: &str) -> CredentialHash {
        ids::hash_of(&format!("{:x?}\0{name}\0{password}", self.salt))
    }

    /// Forgets everything about a person, so that the next request is checked at the store.
    pub fn forget(&self, user: UserId) {
        let mut remembered = self.lock();
        for hash in remembered.of.remove(&user).unwrap_or_default() {
            remembered.checks.remove(&hash);
        }
    }

    /// Forgets everything about everybody.
    pub fn forget_all(&self) {
        *self.lock() = Remembered::default();
    }

    /// Whether anything about a person is remembered.
    pub fn knows(&self, user: UserId) -> bool {
        self.lock().of.contains_key(&user)
    }

    fn lock(&self) -> MutexGuard<'_, Remembered> {
        self.remembered.lock().expect("nobody panics while holding it")
    }

    async fn slide(&self, store: &dyn Store, credential: &mut Credential, now: Instant) -> Result<(), StoreError> {
        if credential.token.is_some() {
            return Ok(());
        }
        let fresh = now + self.session;
        if credential.expires_at.is_some_and(|at| at + EXTEND_AFTER < fresh) {
            store.extend_session(credential.hash, fresh).await?;
            credential.expires_at = Some(fresh);
        }
        Ok(())
    }

    fn recall(&self, hash: CredentialHash) -> Option<Arc<Identity>> {
        let remembered = self.lock();
        let (since, identity) = remembered.checks.get(&hash)?;
        (self.started.elapsed() < *since + self.kept_for).then(|| identity.clone())
    }

    fn remember(&self, hash: CredentialHash, identity: Arc<Identity>) {
        let now = self.started.elapsed();
        let mut remembered = self.lock();
        if remembered.checks.len() >= MAX_REMEMBERED {
            remembered.clean(|since| now < since + self.kept_for);
        }
        if remembered.checks.len() < MAX_REMEMBERED {
            let user = identity.user.id;
            if remembered.checks.insert(hash, (now, identity)).is_none() {
                remembered.of.entry(user).or_default().push(hash);
            }
        }
    }
}

impl Remembered {
    /// Keeps the checks that are `fresh`.
    fn clean(&mut self, fresh: impl Fn(Duration) -> bool) {
        let Self { checks, of } = self;
        checks.retain(|_, (since, _)| fresh(*since));
        of.retain(|_, hashes| {
            hashes.retain(|hash| checks.contains_key(hash));
            !hashes.is_empty()
        });
    }
}

fn has_expired(credential: &Credential, now: Instant) -> bool {
    credential.expires_at.is_some_and(|at| at <= now)
}

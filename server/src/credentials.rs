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
    forgotten: Forgotten,
}

/// When something was forgotten about whom, as a count of all times.
#[derive(Default)]
struct Forgotten {
    times: u64,
    of: HashMap<UserId, u64>,
    all: u64,
}

/// A moment before a check. What is forgotten from then on, that check does not bring back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun(u64);

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
        let begun = self.begin();
        let Some((mut credential, user)) = store.credential(hash).await? else { return Ok(None) };
        if has_expired(&credential, now) {
            return Ok(None);
        }
        if let Err(error) = self.slide(store, &mut credential, now).await {
            // A full disk does not keep anyone from reading: the next request tries again.
            tracing::warn!(%error, "a session could not be extended");
        }
        let identity = Arc::new(Identity { user, credential });
        self.remember(hash, identity.clone(), begun);
        Ok(Some(identity))
    }

    /// Taken before a check reads the store.
    pub fn begin(&self) -> Begun {
        Begun(self.lock().forgotten.times)
    }

    /// Who gave this name and password and was let in a moment ago.
    pub fn recall_password(&self, name: &str, password: &str) -> Option<Arc<Identity>> {
        self.recall(self.hash_of_password(name, password))
    }

    /// Remembers that this name and password belong to an identity, as a check found that was begun then.
    pub fn remember_password(&self, name: &str, password: &str, identity: Identity, begun: Begun) -> Arc<Identity> {
        let identity = Arc::new(identity);
        self.remember(self.hash_of_password(name, password), identity.clone(), begun);
        identity
    }

    /// Salted anew whenever the server starts, and kept for seconds.
    fn hash_of_password(&self, name: &str, password: &str) -> CredentialHash {
        ids::hash_of(&format!("{:x?}\0{name}\0{password}", self.salt))
    }

    /// Forgets everything about a person, so that the next request is checked at the store. Checks that are under
    /// way are not remembered.
    pub fn forget(&self, user: UserId) {
        let mut remembered = self.lock();
        remembered.forgotten.add(user);
        for hash in remembered.of.remove(&user).unwrap_or_default() {
            remembered.checks.remove(&hash);
        }
    }

    /// Forgets everything about everybody.
    pub fn forget_all(&self) {
        let mut remembered = self.lock();
        remembered.forgotten.add_all();
        remembered.checks.clear();
        remembered.of.clear();
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

    fn remember(&self, hash: CredentialHash, identity: Arc<Identity>, begun: Begun) {
        let now = self.started.elapsed();
        let mut remembered = self.lock();
        if remembered.forgotten.since(begun, identity.user.id) {
            return;
        }
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
        let Self { checks, of, .. } = self;
        checks.retain(|_, (since, _)| fresh(*since));
        of.retain(|_, hashes| {
            hashes.retain(|hash| checks.contains_key(hash));
            !hashes.is_empty()
        });
    }
}

impl Forgotten {
    fn add(&mut self, user: UserId) {
        if self.of.len() >= MAX_REMEMBERED {
            self.add_all();
        }
        self.times += 1;
        self.of.insert(user, self.times);
    }

    fn add_all(&mut self) {
        self.times += 1;
        self.all = self.times;
        self.of.clear();
    }

    /// Whether anything about a person was forgotten since a check began.
    fn since(&self, Begun(begun): Begun, user: UserId) -> bool {
        self.all > begun || self.of.get(&user).is_some_and(|time| *time > begun)
    }
}

fn has_expired(credential: &Credential, now: Instant) -> bool {
    credential.expires_at.is_some_and(|at| at <= now)
}

#[cfg(test)]
mod tests {
    use meetme_core::time::Zone;
    use uuid::Uuid;

    use super::*;

    fn identity(user: UserId) -> Identity {
        let at: Instant = "2026-12-01T09:00:00Z".parse().unwrap();
        let (username, display_name) = ("ada".parse().unwrap(), "Ada".to_owned());
        let (email, password_hash) = ("ada@example.org".to_owned(), String::new());
        let (max_per_day, max_per_week, zone) = (None, None, Zone::UTC);
        Identity {
            user: UserRecord {
                id: user,
                username,
                display_name,
                email,
                zone,
                max_per_day,
                max_per_week,
                password_hash,
                created_at: at,
            },
            credential: Credential {
                hash: [1; 32],
                user,
                token: None,
                scopes: Vec::new(),
                created_at: at,
                expires_at: None,
            },
        }
    }

    #[test]
    fn what_is_forgotten_during_a_check_is_not_remembered_by_it() {
        let minute = Duration::from_secs(60);
        let credentials = Credentials::new(minute, minute);
        let [ada, bob] = [1, 2].map(|id| UserId::new(Uuid::from_u128(id)));
        let remembered = |begun, user| {
            credentials.remember_password("ada", "correct horse", identity(user), begun);
            let found = credentials.recall_password("ada", "correct horse").is_some();
            credentials.forget(user);
            found
        };

        let begun = credentials.begin();
        credentials.forget(bob);
        assert!(remembered(begun, ada));

        assert!(!remembered(begun, ada), "it was forgotten since");
        let begun = credentials.begin();
        assert!(remembered(begun, ada));

        let begun = credentials.begin();
        credentials.forget_all();
        assert!(!remembered(begun, ada));
        let begun = credentials.begin();
        (0..MAX_REMEMBERED as u128 + 9).for_each(|id| credentials.forget(UserId::new(Uuid::from_u128(id + 10))));
        assert!(!remembered(begun, ada), "it may be one of those that are counted as all");
        assert!(credentials.lock().forgotten.of.len() <= MAX_REMEMBERED);
    }
}

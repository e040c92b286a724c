//! The one road of writes: a pure rule, run by the store inside its transaction.

use meetme_core::change::Change;
use meetme_core::refusal::Refusal;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::actions::Actor;
use crate::actions::error::{ActionError, of_change};
use crate::app::App;
use crate::store::{ChangeError, Decision, Found, IdempotencyKey, Scope, StoreError, Subject};

/// A request's idempotency key, bound to what was asked.
#[derive(Debug, Clone)]
pub struct Key(Option<IdempotencyKey>);

impl Key {
    /// The key a client gave for `verb` on `subject` with `body`, if it gave one.
    pub fn new(actor: &Actor, given: Option<String>, verb: &str, subject: &str, body: &impl Serialize) -> Self {
        let Some(key) = given else { return Self(None) };
        let body = serde_json::to_vec(body).expect("wire types are plain data");
        let mut digest = Sha256::new();
        for part in [verb.as_bytes(), subject.as_bytes(), &body] {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        Self(Some(IdempotencyKey { user: actor.id(), key, request: digest.finalize().into() }))
    }

    /// No key: a repetition is a request of its own.
    pub fn none() -> Self {
        Self(None)
    }

    /// What was answered under this key before, if anything was.
    pub(super) async fn answer<T: DeserializeOwned>(&self, app: &App) -> Result<Option<T>, ActionError> {
        let Some(key) = &self.0 else { return Ok(None) };
        let answer = app.store.answer(key).await.map_err(|error| of_change(error, "answer"))?;
        answer.map(|bytes| read(&bytes)).transpose()
    }
}

/// Runs `rule` on what `subject` names and makes its changes; the rule's value
/// comes back, or that of the earlier request with the same key.
pub(super) async fn commit<T: Serialize + DeserializeOwned>(
    app: &App,
    subject: Subject,
    key: &Key,
    mut rule: impl FnMut(&Found) -> Result<(Vec<Change>, T), Refusal> + Send + 'static,
) -> Result<T, ChangeError> {
    let scope = Scope { subject, now: app.clock.now(), key: key.0.clone() };
    let decide = move |found: &Found| {
        let (changes, value) = rule(found)?;
        let answer = serde_json::to_vec(&value).expect("what rules answer is plain data");
        Ok(Decision { changes, answer })
    };
    let outcome = app.store.change(scope, Box::new(decide)).await?;
    app.announce(&outcome.heads);
    read(&outcome.answer).map_err(|_| StoreError::Broken("an answer that cannot be read".into()).into())
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ActionError> {
    serde_json::from_slice(bytes)
        .map_err(|error| StoreError::Broken(format!("a stored answer cannot be read: {error}")).into())
}

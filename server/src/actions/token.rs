//! App tokens: for calendar apps, cron and other machines.

use meetme_core::api;
use meetme_core::event::check_text;
use meetme_core::id::TokenId;
use meetme_core::refusal::{Invalid, Refusal};

use crate::actions::{ActionError, Actor};
use crate::app::App;
use crate::ids::{self, SecretKind};
use crate::store::{Credential, MAX_TOKENS, TokenLabel};

/// The longest name of a token, in characters.
const MAX_NAME: usize = 100;

/// Makes a token; its text is in the answer and nowhere else.
pub async fn create_token(app: &App, actor: &Actor, new: api::NewToken) -> Result<api::CreatedToken, ActionError> {
    check_text("name", &new.name, 1, MAX_NAME)?;
    let now = app.clock.now();
    if new.scopes.is_empty() {
        return Err(Invalid::new("scopes", "[]", "give at least one of read, book, host, caldav, call").into());
    }
    if let Some(expires_at) = new.expires_at.filter(|at| *at <= now) {
        return Err(Invalid::new("expires_at", expires_at, "a token must end in the future").into());
    }
    let mut scopes = new.scopes;
    scopes.sort_unstable();
    scopes.dedup();
    let secret = ids::secret(SecretKind::Token);
    let id = TokenId::new(ids::uuid());
    let credential = Credential {
        hash: secret.hash,
        user: actor.id(),
        token: Some(TokenLabel { id, name: new.name.clone() }),
        scopes: scopes.clone(),
        created_at: now,
        expires_at: new.expires_at,
    };
    if !app.store.add_credential(credential).await? {
        return Err(Refusal::TooMany { what: "app tokens", limit: MAX_TOKENS }.into());
    }
    Ok(api::CreatedToken { id, name: new.name, scopes, expires_at: new.expires_at, token: secret.text })
}

/// Ends one of the actor's tokens.
pub async fn revoke_token(app: &App, actor: &Actor, token: TokenId) -> Result<(), ActionError> {
    let revoked = app.store.revoke_token(actor.id(), token, app.clock.now()).await?;
    app.credentials.forget(actor.id());
    app.announce_head(actor.id()).await;
    if revoked { Ok(()) } else { Err(ActionError::NotFound { what: "token" }) }
}

/// A token in a list; none for a session.
pub(super) fn token_view(credential: &Credential) -> Option<api::Token> {
    let label = credential.token.as_ref()?;
    Some(api::Token {
        id: label.id,
        name: label.name.clone(),
        scopes: credential.scopes.clone(),
        created_at: credential.created_at,
        expires_at: credential.expires_at,
    })
}

/// The actor's own tokens, oldest first.
pub async fn list_tokens(app: &App, actor: &Actor) -> Result<Vec<api::Token>, ActionError> {
    Ok(app.store.tokens(actor.id()).await?.iter().filter_map(token_view).collect())
}

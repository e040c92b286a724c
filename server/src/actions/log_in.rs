//! Accounts come into being, and sessions begin and end.

use meetme_core::api;
use meetme_core::event::check_text;
use meetme_core::id::UserId;
use meetme_core::refusal::Invalid;
use meetme_core::time::{Instant, Zone};

use crate::actions::{ActionError, Actor};
use crate::app::App;
use crate::credentials::Identity;
use crate::ids::{self, SecretKind};
use crate::passwords::{MAX_PASSWORD, MIN_PASSWORD};
use crate::store::{Credential, UserRecord};

/// The longest display name, in characters.
pub(super) const MAX_DISPLAY_NAME: usize = 200;
/// The longest mail address (RFC 5321 4.5.3.1.3, less the brackets).
pub(super) const MAX_EMAIL: usize = 254;

/// A fresh session.
pub struct LoggedIn {
    /// Who.
    pub user: UserRecord,
    /// The only copy of the token.
    pub token: String,
    /// When it ends unless it is used before.
    pub expires_at: Instant,
}

/// Makes an account and logs it in.
pub async fn sign_up(app: &App, new: api::NewUser) -> Result<LoggedIn, ActionError> {
    check_email(&new.email)?;
    check_password("password", &new.password)?;
    let display_name = new.display_name.unwrap_or_else(|| new.username.to_string());
    check_text("display_name", &display_name, 1, MAX_DISPLAY_NAME)?;
    // A taken name is told before an expensive hash is made for it; the store tells for sure.
    if app.store.user_by_name(new.username.as_str()).await?.is_some() {
        return Err(ActionError::UsernameTaken);
    }
    let user = UserRecord {
        id: UserId::new(ids::uuid()),
        username: new.username,
        display_name,
        email: new.email,
        zone: new.time_zone.unwrap_or(Zone::UTC),
        max_per_day: None,
        max_per_week: None,
        password_hash: app.passwords.hash(new.password).await?,
        created_at: app.clock.now(),
    };
    let (credential, logged_in) = begin_session(app, user);
    app.store.create_user(logged_in.user.clone(), credential).await?;
    tracing::info!(user = %logged_in.user.id, "user {} signed up", logged_in.user.id);
    Ok(logged_in)
}

/// Begins a session for whoever knows the password.
pub async fn log_in(app: &App, username: &str, password: String) -> Result<LoggedIn, ActionError> {
    if password.len() > 4 * MAX_PASSWORD {
        return Err(ActionError::WrongPassword);
    }
    let user = app.store.user_by_name(username).await?;
    let kept = user.as_ref().map(|user| user.password_hash.clone());
    let right = app.passwords.check(password, kept).await?;
    let user = user.filter(|_| right).ok_or(ActionError::WrongPassword)?;
    let checked = user.password_hash.clone();
    let (credential, logged_in) = begin_session(app, user);
    app.store.begin_session(credential, checked).await?;
    // It may have ended another session.
    app.credentials.forget(logged_in.user.id);
    app.announce_head(logged_in.user.id).await;
    tracing::info!(user = %logged_in.user.id, "user {} logged in", logged_in.user.id);
    Ok(logged_in)
}

/// Who a calendar app acts for, that gives a username with an app token of scope `caldav`, or with the password.
/// In what calendar apps do, such a token reaches as far as its owner. `first` is asked before a password is
/// hashed for the first time in a while.
pub async fn enter<E: From<ActionError>>(
    app: &App,
    username: &str,
    secret: &str,
    first: impl AsyncFnOnce() -> Result<(), E>,
) -> Result<Actor, E> {
    let wrong = || E::from(ActionError::WrongPassword);
    if secret.len() > 4 * MAX_PASSWORD || username.len() > MAX_EMAIL {
        return Err(wrong());
    }
    if SecretKind::of(secret).is_some() {
        let found = app.credentials.identify(app.store.as_ref(), secret, app.clock.now()).await;
        let identity = found.map_err(ActionError::from)?.ok_or_else(wrong)?;
        let is_theirs = identity.user.username.as_str().eq_ignore_ascii_case(username)
            || identity.user.email.eq_ignore_ascii_case(username);
        let actor = Actor(identity);
        if !is_theirs {
            return Err(wrong());
        }
        actor.needs(api::Scope::Caldav)?;
        return Ok(actor.with_all_scopes());
    }
    if let Some(identity) = app.credentials.recall_password(username, secret) {
        return Ok(Actor(identity));
    }
    first().await?;
    let begun = app.credentials.begin();
    let user = app.store.user_by_name(&username.to_lowercase()).await.map_err(ActionError::from)?;
    let kept = user.as_ref().map(|user| user.password_hash.clone());
    let right = app.passwords.check(secret.to_owned(), kept).await.map_err(ActionError::from)?;
    let user = user.filter(|_| right).ok_or_else(wrong)?;
    // Of no session that could be ended: it lasts as long as the check is remembered.
    let credential = begin_session(app, user.clone()).0;
    Ok(Actor(app.credentials.remember_password(username, secret, Identity { user, credential }, begun)))
}

/// Ends the actor's own session, or revokes the app token they used.
pub async fn log_out(app: &App, actor: &Actor) -> Result<(), ActionError> {
    app.store.end_session(actor.0.credential.hash, app.clock.now()).await?;
    app.credentials.forget(actor.id());
    app.announce_head(actor.id()).await;
    Ok(())
}

fn begin_session(app: &App, user: UserRecord) -> (Credential, LoggedIn) {
    let now = app.clock.now();
    let secret = ids::secret(SecretKind::Session);
    let expires_at = now + app.config.limits.session;
    let credential = Credential {
        hash: secret.hash,
        user: user.id,
        token: None,
        scopes: api::Scope::ALL.to_vec(),
        created_at: now,
        expires_at: Some(expires_at),
    };
    (credential, LoggedIn { user, token: secret.text, expires_at })
}

/// Checks that mail could be sent there: one `@` with something on both sides, no spaces or control characters.
pub(super) fn check_email(email: &str) -> Result<(), Invalid> {
    check_text("email", email, 3, MAX_EMAIL)?;
    let fits = email.rsplit_once('@').is_some_and(|(local, domain)| {
        !local.is_empty()
            && !domain.is_empty()
            && !local.contains('@')
            && !domain.starts_with('.')
            && !domain.ends_with('.')
    });
    if fits && !email.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"')) {
        return Ok(());
    }
    Err(Invalid::new("email", email, "use one address such as ada@example.org"))
}

/// Checks a new password's length. It is never shown back.
pub(super) fn check_password(field: &'static str, password: &str) -> Result<(), Invalid> {
    let length = password.chars().take(MAX_PASSWORD + 1).count();
    if (MIN_PASSWORD..=MAX_PASSWORD).contains(&length) {
        return Ok(());
    }
    Err(Invalid::new(field, "…", format!("use {MIN_PASSWORD} to {MAX_PASSWORD} characters")))
}

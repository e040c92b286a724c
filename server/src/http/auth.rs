//! Who asks: from the `Authorization` header to an [`Actor`] with the scope a route needs.

use axum::extract::FromRequestParts;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use meetme_core::api::Scope;

use crate::actions::Actor;
use crate::app::App;
use crate::config::RateName;
use crate::http::problem::Problem;
pub use crate::rate::ClientAddress;

/// The longest token that is looked at.
const MAX_TOKEN: usize = 200;

/// Anyone, with a token or without.
#[derive(Debug, Clone)]
pub struct Visitor(Option<Actor>);

impl Visitor {
    /// Who they are, if their token may read; anyone else sees what everybody sees.
    pub fn viewer(&self) -> Option<&Actor> {
        self.0.as_ref().filter(|actor| actor.may(Scope::Read))
    }

    /// Who they are, where it is their own that they want to read.
    pub fn reader(&self) -> Result<&Actor, Problem> {
        let actor = self.0.as_ref().ok_or_else(|| Problem::unauthenticated("this needs a log-in"))?;
        actor.needs(Scope::Read)?;
        Ok(actor)
    }
}

/// Anyone with a token that works, whatever its scopes: the action asks for the right one.
#[derive(Debug, Clone)]
pub struct AnyActor(pub Actor);

/// May read what is theirs.
#[derive(Debug, Clone)]
pub struct Reader(pub Actor);

/// May book.
#[derive(Debug, Clone)]
pub struct Guest(pub Actor);

/// May change their own events.
#[derive(Debug, Clone)]
pub struct Host(pub Actor);

/// May be in a call.
#[derive(Debug, Clone)]
pub struct Caller(pub Actor);

/// Logged in themself, not by an app token: may change the account.
#[derive(Debug, Clone)]
pub struct Owner(pub Actor);

impl FromRequestParts<App> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        if !parts.headers.contains_key(AUTHORIZATION) {
            return Ok(Self(None));
        }
        identify(parts, app).await.map(|actor| Self(Some(actor)))
    }
}

impl FromRequestParts<App> for AnyActor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        identify(parts, app).await.map(Self)
    }
}

impl FromRequestParts<App> for Owner {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let actor = identify(parts, app).await?;
        if actor.is_session() {
            return Ok(Self(actor));
        }
        Err(Problem::new(StatusCode::FORBIDDEN, "session-needed", "an app token cannot change the account")
            .hint("log in with username and password"))
    }
}

macro_rules! scoped {
    ($who:ident, $scope:expr) => {
        impl FromRequestParts<App> for $who {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
                let actor = identify(parts, app).await?;
                actor.needs($scope)?;
                Ok(Self(actor))
            }
        }
    };
}

scoped!(Reader, Scope::Read);
scoped!(Guest, Scope::Book);
scoped!(Host, Scope::Host);
scoped!(Caller, Scope::Call);

async fn identify(parts: &Parts, app: &App) -> Result<Actor, Problem> {
    if !parts.headers.contains_key(AUTHORIZATION) {
        return Err(Problem::unauthenticated("this needs a log-in"));
    }
    let token = bearer_token(&parts.headers);
    let token = token.ok_or_else(|| Problem::unauthenticated("the Authorization header is not `Bearer …`"))?;
    let identity = app.credentials.identify(app.store.as_ref(), token, app.clock.now()).await?;
    let identity = identity.ok_or_else(|| Problem::unauthenticated("the session or token has ended"))?;
    app.rates.take(RateName::Account, identity.user.id).await?;
    Ok(Actor(identity))
}

/// The token of a request, whether it works or not.
pub(super) fn bearer_token(headers: &HeaderMap) -> Option<&str> {
    let header = headers.get(AUTHORIZATION)?;
    header.to_str().ok().and_then(bearer).filter(|token| token.len() <= MAX_TOKEN)
}

fn bearer(header: &str) -> Option<&str> {
    let (scheme, token) = header.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

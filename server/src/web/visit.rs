//! Who looks at a page: the session that their browser carries, if it still works.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use meetme_core::time::Zone;

use crate::actions::{ActionError, Actor, LoggedIn};
use crate::app::App;
use crate::config::RateName;
use crate::rate::ClientAddress;
use crate::web::form::with_next;
use crate::web::trouble::Trouble;

/// The longest token that is looked at.
const MAX_TOKEN: usize = 200;

/// One look at a page.
#[derive(Clone)]
pub struct Visit {
    /// The server.
    pub app: App,
    /// Who looks; anybody if nobody is logged in.
    pub actor: Option<Actor>,
    /// From where.
    pub address: ClientAddress,
    /// What is looked at: path and query.
    pub here: String,
}

impl Visit {
    /// Who looks. Anybody else is sent to log in, and back here afterwards.
    pub fn logged_in(&self) -> Result<&Actor, Trouble> {
        self.actor.as_ref().ok_or_else(|| Trouble::GoTo(with_next("/login", &self.here)))
    }

    /// The zone that times are shown in: the one asked for, the visitor's own, or that of what is shown.
    pub fn zone(&self, asked: Option<&str>, of_event: Option<Zone>) -> Zone {
        let asked = asked.and_then(|name| name.parse().ok());
        let own = self.actor.as_ref().map(|actor| actor.0.user.zone);
        asked.or(own).or(of_event).unwrap_or(Zone::UTC)
    }

    /// The cookie that carries a new session: for this server's pages alone, and for no script.
    pub fn cookie_of(&self, logged_in: &LoggedIn) -> HeaderValue {
        let seconds = self.app.config.limits.session.as_secs();
        self.cookie(&logged_in.token, seconds)
    }

    /// The cookie that ends it.
    pub fn no_cookie(&self) -> HeaderValue {
        self.cookie("", 0)
    }

    fn cookie(&self, token: &str, seconds: u64) -> HeaderValue {
        let secure = if is_secure(&self.app) { "; Secure" } else { "" };
        let text = format!("{}={token}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}", name(&self.app));
        HeaderValue::from_str(&text).expect("tokens are plain letters and digits")
    }
}

impl FromRequestParts<App> for Visit {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Trouble> {
        let address = parts.extensions.get::<ClientAddress>().copied();
        let address = address.unwrap_or_else(|| ClientAddress::of(IpAddr::from([127, 0, 0, 1])));
        let actor = match session(&parts.headers, name(app)) {
            Some(token) => app.credentials.identify(app.store.as_ref(), token, app.clock.now()).await,
            None => Ok(None),
        };
        let actor = actor.map_err(ActionError::from)?.map(Actor).filter(Actor::is_session);
        if let Some(actor) = &actor {
            app.rates.take(RateName::Account, actor.id()).await?;
        }
        let here = parts.uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        Ok(Self { app: app.clone(), actor, address, here })
    }
}

/// A form that was sent by one of this server's own pages. Browsers say where a form comes from, and no page can make
/// them say something else; the cookie besides goes with no form of another site.
pub struct OwnForm;

impl FromRequestParts<App> for OwnForm {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Trouble> {
        let text = |name| parts.headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
        let Some(origin) = text(header::ORIGIN) else { return Ok(Self) };
        let authority =
            |url: &str| url.split_once("://").map(|(_, rest)| rest.split('/').next().unwrap_or("").to_owned());
        let from = authority(origin);
        let own = from.is_some() && (from == authority(&app.public_url) || from.as_deref() == text(header::HOST));
        if own { Ok(Self) } else { Err(Trouble::ForeignForm) }
    }
}

fn is_secure(app: &App) -> bool {
    app.public_url.starts_with("https://")
}

/// What the cookie is called. With the prefix a browser takes it only over TLS, from this host alone (RFC 6265bis
/// 4.1.3.2).
fn name(app: &App) -> &'static str {
    if is_secure(app) { "__Host-meetme" } else { "meetme" }
}

fn session<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value).filter(|token| (1..=MAX_TOKEN).contains(&token.len()))
}

//! Who asks, and what: credentials, bodies, depths.

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http_body_util::{BodyExt as _, Limited};

use crate::actions::{self, ActionError, Actor};
use crate::app::App;
use crate::caldav::fault::Fault;
use crate::caldav::path::{Target, split_url};
use crate::caldav::xml::{self, Element};
use crate::config::RateName;
use crate::headers::header_text;
use crate::rate::ClientAddress;

/// How many times too large a body may be and still be passed over.
const PASSED_OVER: usize = 16;

/// One request's view of the server: who asks.
#[derive(Clone)]
pub struct Dav {
    /// The server.
    pub app: App,
    /// Who asks. Their own home is all they see.
    pub actor: Actor,
}

/// How deep a request looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// At the thing itself.
    Zero,
    /// At what is in it too.
    One,
    /// At everything below it.
    Infinity,
}

impl Dav {
    /// Lets a request in that says who it is from.
    pub async fn enter(app: &App, head: &Parts) -> Result<Self, Fault> {
        let (name, secret) = basic(&head.headers).ok_or_else(unauthenticated)?;
        let address = head.extensions.get::<ClientAddress>().copied();
        let first = async || app.rates.take_log_in(address, &name).await.map_err(Fault::from);
        let actor = actions::enter(app, &name, &secret, first).await?;
        app.rates.take(RateName::Account, actor.id()).await?;
        Ok(Self { app: app.clone(), actor })
    }

    /// The name in the paths of the one who asks.
    pub fn user(&self) -> &str {
        self.actor.0.user.username.as_str()
    }

    /// Counts a booking that is asked for.
    pub async fn may_book(&self) -> Result<(), Fault> {
        Ok(self.app.rates.take(RateName::Book, self.actor.id()).await?)
    }

    /// What is somebody else's is as good as not there.
    pub fn may_see(&self, target: &Target) -> Result<(), Fault> {
        if target.user().is_none_or(|user| user == self.user()) { Ok(()) } else { Err(Fault::not_found()) }
    }

    /// What an href or Destination names, if it is on this server and visible.
    pub fn target_of(&self, href: &str, headers: &HeaderMap) -> Result<Target, Fault> {
        let (host, path) = split_url(href);
        let own = |host: &str| {
            header_text(headers, "host") == Some(host) || self.app.public_url.split("://").nth(1) == Some(host)
        };
        if host.is_some_and(|host| !own(host)) {
            return Err(Fault::new(StatusCode::BAD_GATEWAY, "that is another server"));
        }
        let target = Target::of(path).ok_or_else(Fault::not_found)?;
        self.may_see(&target)?;
        Ok(target)
    }
}

fn unauthenticated() -> Fault {
    let fault: Fault = ActionError::WrongPassword.into();
    fault
}

/// The name and secret of Basic authentication (RFC 7617).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let (scheme, text) = header_text(headers, "authorization")?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let bytes = STANDARD.decode(text.trim()).ok()?;
    let text = String::from_utf8(bytes).ok()?;
    let (name, secret) = text.split_once(':')?;
    Some((name.to_owned(), secret.to_owned()))
}

/// Reads the body of a request that is answered without it, and keeps none of it: a client whose connection is closed
/// while it sends may not hear the answer. One that is larger than an object is not waited for.
pub async fn pass_over(app: &App, body: Body) {
    let limit = app.config.limits.object_bytes;
    if usize::try_from(body.size_hint().lower()).is_ok_and(|length| length <= limit) {
        let mut body = Limited::new(body, limit);
        while let Some(Ok(_)) = body.frame().await {}
    }
}

/// A request whose body has been read, bounded; beyond that it is refused as too large an object is, after
/// some of it has been passed over so that the client hears the answer.
pub async fn with_body(app: &App, parts: Parts, body: Body) -> Result<Request, Fault> {
    let limit = app.config.limits.object_bytes;
    let mut body = Limited::new(body, limit * PASSED_OVER);
    let mut bytes = Vec::new();
    let mut length = 0;
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Fault::bad_request("the body is far too large, or ended too early"))?;
        let Ok(data) = frame.into_data() else { continue };
        length += data.len();
        if length <= limit {
            bytes.extend_from_slice(&data);
        }
    }
    if length > limit {
        return Err(Fault::condition("C:max-resource-size", format!("there is room for {limit} bytes")));
    }
    let coding = header_text(&parts.headers, "content-encoding").unwrap_or_default().trim().to_owned();
    if !coding.is_empty() && !coding.eq_ignore_ascii_case("identity") {
        let fault = Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "send the body as it is, without a content coding");
        return Err(fault.header(header::ACCEPT_ENCODING, "identity"));
    }
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// A request's body, which [`with_body`] has read.
pub async fn body(request: Request) -> Result<Bytes, Fault> {
    let read = request.into_body().collect().await;
    read.map(http_body_util::Collected::to_bytes).map_err(|_| Fault::bad_request("the body ended too early"))
}

/// A request's body as XML; none if there is no body.
pub async fn xml_body(request: Request) -> Result<Option<Element>, Fault> {
    let bytes = body(request).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(None);
    }
    Ok(Some(xml::read(&bytes)?))
}

/// The `Depth` header.
pub fn depth(headers: &HeaderMap, otherwise: Depth) -> Result<Depth, Fault> {
    match header_text(headers, "depth").map(str::trim) {
        None => Ok(otherwise),
        Some("0") => Ok(Depth::Zero),
        Some("1") => Ok(Depth::One),
        Some(word) if word.eq_ignore_ascii_case("infinity") => Ok(Depth::Infinity),
        Some(_) => Err(Fault::bad_request("Depth is 0, 1 or infinity")),
    }
}

//! A call: sent, repeated where that is safe, and its answer read.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use meetme_core::api::Problem;
use reqwest::header::{ACCEPT, AUTHORIZATION, ETAG, HeaderMap, HeaderValue, RETRY_AFTER};
use reqwest::{RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use tokio::time::timeout;
use url::Url;

use super::Error;
use super::call::Call;

/// How long a connection may take.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long an answer may take, from the first byte sent to the last one read.
pub const ANSWER_TIMEOUT: Duration = Duration::from_secs(15);
/// How often a call is tried in all.
pub const ATTEMPTS: u32 = 4;
/// The longest wait between two attempts; a server that asks for more is not asked again.
pub const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// The first wait where the server names none; it doubles.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// The largest answer that is read, in bytes.
pub const MAX_ANSWER: usize = 32 * 1024 * 1024;

/// How long a stream may stay open; it is opened anew then, and goes on where it stood.
pub(super) const STREAM_LIFE: Duration = Duration::from_secs(24 * 60 * 60);
/// How long calls may take in all before somebody is told that they are waited for.
pub const SLOW: Duration = Duration::from_secs(1);
/// How often that is told anew.
const TICK: Duration = Duration::from_millis(200);

/// Is told what a person would otherwise wait for without a word.
pub trait Progress: Send + Sync {
    /// The server has been waited for so long, over all calls.
    fn waiting(&self, so_long: Duration);
    /// An answer came: nothing of it is to stay on the screen.
    fn over(&self);
}

/// Where requests go, and as whom.
#[derive(Clone)]
pub(super) struct Http {
    client: reqwest::Client,
    base: Url,
    progress: Option<Arc<dyn Progress>>,
    /// Milliseconds that were waited for answers so far.
    waited: Arc<AtomicU64>,
}

impl std::fmt::Debug for Http {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Http").field("base", &self.base.as_str()).finish_non_exhaustive()
    }
}

/// How one attempt ended without an answer to hand out.
pub(super) struct Failed {
    pub(super) error: Error,
    kind: Kind,
    /// What the server asks to wait.
    pub(super) wait: Option<Duration>,
}

/// What a failed attempt says about the next one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It would end the same way.
    Final,
    /// Nobody listens. Worth another try only if an earlier attempt may have been done.
    NoConnection,
    /// Nothing was done, and it will be possible in a moment.
    NotNow,
    /// It may have been done.
    Unknown,
}

impl Failed {
    /// Of an attempt that is not worth another one.
    #[cfg(any(feature = "call", test))]
    pub(super) fn last(error: Error) -> Self {
        Self { error, kind: Kind::Final, wait: None }
    }

    /// Whether another attempt would end the same way.
    #[cfg(feature = "call")]
    pub(super) fn is_final(&self) -> bool {
        self.kind == Kind::Final
    }
}

impl Http {
    pub(super) fn new(base: Url, token: Option<String>) -> Result<Self, Error> {
        let bad = || Error::BadServer { given: base.to_string() };
        if !matches!(base.scheme(), "http" | "https") || base.cannot_be_a_base() {
            return Err(bad());
        }
        let mut headers = HeaderMap::new();
        if let Some(token) = token {
            let mut value = HeaderValue::try_from(format!("Bearer {token}")).map_err(|_| Error::Unreadable {
                server: base.to_string(),
                reason: "its token holds characters that no header carries".to_owned(),
            })?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        let mut builder = reqwest::Client::builder();
        if is_this_machine(&base) {
            builder = builder.no_proxy();
        }
        let client = builder
            .user_agent(concat!("meetme/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .connect_timeout(CONNECT_TIMEOUT)
            .timeout(ANSWER_TIMEOUT)
            .redirect(reqwest::redirect::Policy::none())
            .tls_backend_preconfigured(tls(base.scheme() == "https"))
            .build()
            .map_err(|_| bad())?;
        Ok(Self { client, base, progress: None, waited: Arc::default() })
    }

    /// Tells `progress` when calls take long.
    pub(super) fn tell(&mut self, progress: Arc<dyn Progress>) {
        self.progress = Some(progress);
    }

    /// Sends a call and reads its JSON answer.
    pub(super) async fn json<T: DeserializeOwned>(&self, call: Call) -> Result<T, Error> {
        self.json_with_tag(call).await.map(|(answer, _)| answer)
    }

    /// Sends a call and reads its JSON answer and ETag.
    pub(super) async fn json_with_tag<T: DeserializeOwned>(&self, call: Call) -> Result<(T, Option<String>), Error> {
        let (body, tag) = self.send(&call).await?;
        let answer = serde_json::from_slice(&body).map_err(|error| self.bad_answer(&error.to_string()))?;
        Ok((answer, tag))
    }

    /// Sends a call and takes its answer as text.
    pub(super) async fn text(&self, call: Call) -> Result<String, Error> {
        let (body, _) = self.send(&call).await?;
        String::from_utf8(body).map_err(|error| self.bad_answer(&error.utf8_error().to_string()))
    }

    /// Sends a call whose answer says nothing.
    pub(super) async fn empty(&self, call: Call) -> Result<(), Error> {
        self.send(&call).await.map(|_| ())
    }

    /// Opens a stream of events, from behind the cursor `after`.
    pub(super) async fn open(&self, call: &Call, after: Option<&str>) -> Result<Response, Failed> {
        let mut request = self.request(call).header(ACCEPT, "text/event-stream");
        if let Some(after) = after {
            request = request.header("last-event-id", after);
        }
        self.begin(call, request, StatusCode::is_success).await
    }

    /// Asks for another protocol on the connection (RFC 9110, 7.8): the answer that agrees to it.
    #[cfg(feature = "call")]
    pub(super) async fn ask_upgrade(&self, call: &Call, headers: &[(&str, &str)]) -> Result<Response, Failed> {
        let request = headers.iter().fold(self.request(call), |request, (name, value)| request.header(*name, *value));
        self.begin(call, request, |status| *status == StatusCode::SWITCHING_PROTOCOLS).await
    }

    /// Sends a request whose answer goes on for long, and waits for its beginning, which is to be as `wanted`.
    async fn begin(
        &self,
        call: &Call,
        request: RequestBuilder,
        wanted: impl FnOnce(&StatusCode) -> bool,
    ) -> Result<Response, Failed> {
        let unheard = |_| {
            let reason = "it took too long".to_owned();
            Failed { error: Error::Unreachable { server: self.server(), reason }, kind: Kind::NotNow, wait: None }
        };
        let sent = request.timeout(STREAM_LIFE).send();
        let response = timeout(ANSWER_TIMEOUT, sent).await.map_err(unheard)?;
        let response = response.map_err(|error| self.lost(call, &error))?;
        let status = response.status();
        if wanted(&status) {
            return Ok(response);
        }
        let wait = retry_after(response.headers());
        let body = timeout(ANSWER_TIMEOUT, self.read(call, response)).await.map_err(unheard)??;
        Err(self.refused(call, status, wait, &body))
    }

    /// Sends a call, and tells when it takes long.
    async fn send(&self, call: &Call) -> Result<(Vec<u8>, Option<String>), Error> {
        let Some(progress) = &self.progress else { return self.try_hard(call).await };
        let before = Duration::from_millis(self.waited.load(Ordering::Relaxed));
        let began = tokio::time::Instant::now();
        let mut ticks = tokio::time::interval(TICK);
        let mut shown = false;
        let mut answer = std::pin::pin!(self.try_hard(call));
        let answer = loop {
            tokio::select! {
                answer = &mut answer => break answer,
                _ = ticks.tick() => {
                    let so_long = before + began.elapsed();
                    if so_long >= SLOW {
                        shown = true;
                        progress.waiting(so_long);
                    }
                }
            }
        };
        let waited = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.waited.fetch_add(waited, Ordering::Relaxed);
        if shown {
            progress.over();
        }
        answer
    }

    /// Sends a call up to [`ATTEMPTS`] times: what was not done may always be
    /// tried again, what may have been done only if the call is repeatable.
    async fn try_hard(&self, call: &Call) -> Result<(Vec<u8>, Option<String>), Error> {
        let mut pause = FIRST_WAIT;
        let mut maybe_done = false;
        for attempt in 1.. {
            let Failed { error, kind, wait } = match self.attempt(call).await {
                Ok(answer) => return Ok(answer),
                Err(failed) => failed,
            };
            tracing::debug!(attempt, %error, "the attempt failed");
            maybe_done |= kind == Kind::Unknown;
            let wait = wait.unwrap_or(pause);
            let worth_it = match kind {
                Kind::Final => return Err(error),
                Kind::NoConnection => maybe_done,
                Kind::NotNow => true,
                Kind::Unknown => call.is_repeatable(),
            };
            if !worth_it || attempt >= ATTEMPTS || wait > LONGEST_WAIT {
                return Err(if maybe_done { self.unknown(call, error) } else { error });
            }
            tokio::time::sleep(wait).await;
            pause *= 2;
        }
        unreachable!("the loop ends by returning")
    }

    async fn attempt(&self, call: &Call) -> Result<(Vec<u8>, Option<String>), Failed> {
        let (body, headers) = self.once(call).await?;
        let tag = headers.get(ETAG).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
        Ok((body, tag))
    }

    /// Sends a call once.
    pub(super) async fn once(&self, call: &Call) -> Result<(Vec<u8>, HeaderMap), Failed> {
        let response = self.request(call).send().await.map_err(|error| self.lost(call, &error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.read(call, response).await?;
        if status.is_success() {
            return Ok((body, headers));
        }
        Err(self.refused(call, status, retry_after(&headers), &body))
    }

    pub(super) fn request(&self, call: &Call) -> RequestBuilder {
        call.to(&self.base, &self.client)
    }

    /// Sends a call once, changed by `more`; the answer, whatever it says.
    pub(super) async fn plain(
        &self,
        call: &Call,
        more: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<(StatusCode, String), Error> {
        let sent = more(self.request(call)).send().await;
        let response = sent.map_err(|error| self.lost(call, &error).error)?;
        let status = response.status();
        let body = self.read(call, response).await.map_err(|Failed { error, .. }| error)?;
        let text = String::from_utf8(body).map_err(|error| self.bad_answer(&error.utf8_error().to_string()))?;
        Ok((status, text))
    }

    pub(super) async fn read(&self, call: &Call, mut response: Response) -> Result<Vec<u8>, Failed> {
        let mut body = Vec::new();
        loop {
            match response.chunk().await {
                Ok(None) => return Ok(body),
                Ok(Some(chunk)) if body.len() + chunk.len() > MAX_ANSWER => {
                    let reason = format!("the answer is longer than {MAX_ANSWER} bytes");
                    let error = Error::Unreadable { server: self.server(), reason };
                    return Err(Failed { error, kind: Kind::Final, wait: None });
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Err(error) => return Err(self.lost(call, &error)),
            }
        }
    }

    /// No answer came, or not all of it.
    pub(super) fn lost(&self, call: &Call, error: &reqwest::Error) -> Failed {
        let kind = match call.writes() {
            // It was never sent: something in it fits into no request.
            _ if error.is_builder() => Kind::Final,
            _ if error.is_connect() => Kind::NoConnection,
            true => Kind::Unknown,
            false if error.is_timeout() => Kind::Final,
            false => Kind::NotNow,
        };
        let error = Error::Unreachable { server: self.server(), reason: root_of(error) };
        Failed { error, kind, wait: None }
    }

    /// An answer came, and it is no success.
    pub(super) fn refused(&self, call: &Call, status: StatusCode, wait: Option<Duration>, body: &[u8]) -> Failed {
        let problem = serde_json::from_slice::<Problem>(body).ok();
        let kind = match (status.as_u16(), problem.as_ref().map(|problem| problem.code.as_str())) {
            (429, _) | (503, Some("busy")) => Kind::NotNow,
            (503, Some("unavailable" | "disk-full" | "read-only")) => Kind::Final,
            (500.., _) if call.writes() => Kind::Unknown,
            (502..=504, _) => Kind::NotNow,
            _ => Kind::Final,
        };
        let error = match problem {
            Some(problem) if status.as_u16() == 429 && call.writes() => Error::TooFast(Box::new(problem)),
            Some(problem) => Error::Refused(Box::new(problem)),
            None if status.is_server_error() => {
                Error::Unreachable { server: self.server(), reason: format!("it answers {status}") }
            }
            None => Error::Unreadable { server: self.server(), reason: format!("it answers {status}") },
        };
        Failed { error, kind, wait }
    }

    fn unknown(&self, call: &Call, error: Error) -> Error {
        let reason = match error {
            Error::Unreachable { reason, .. } => reason,
            other => other.to_string(),
        };
        Error::OutcomeUnknown { server: self.server(), reason, key: call.idempotency_key().map(str::to_owned) }
    }

    /// What the server sends is no meetme answer.
    pub(super) fn bad_answer(&self, reason: &str) -> Error {
        Error::Unreadable { server: self.server(), reason: reason.to_owned() }
    }

    /// Why a stream broke, in words.
    pub(super) fn broken(&self, error: &reqwest::Error) -> String {
        format!("the connection to {} broke: {}", self.server(), root_of(error))
    }

    pub(super) fn server(&self) -> String {
        self.base.as_str().trim_end_matches('/').to_owned()
    }
}

/// TLS as rustls does it with ring. Certificates are only read for a server that shows one.
fn tls(needs_roots: bool) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    if needs_roots {
        roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    }
    rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring speaks the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth()
}

fn is_this_machine(server: &Url) -> bool {
    match server.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

/// The seconds that a server asks to wait; it may also name a date, which is read as "long".
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?;
    Some(value.trim().parse().map_or(Duration::MAX, Duration::from_secs))
}

/// The innermost cause: what the operating system or TLS says.
fn root_of(error: &reqwest::Error) -> String {
    if error.is_timeout() {
        return "it took too long".to_owned();
    }
    let mut cause: &dyn std::error::Error = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    let text = cause.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_lowercase()
}

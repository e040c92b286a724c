//! What is asked of a server: a method, a path, and what goes with it.

use std::fmt::Display;

use reqwest::header::IF_MATCH;
use reqwest::{Client, Method, RequestBuilder};
use serde::Serialize;
use url::Url;

/// One request, before it is sent.
#[derive(Debug, Clone)]
pub(super) struct Call {
    method: Method,
    /// Under `/api/v1`, unless it is a document that the server shows to everybody.
    in_api: bool,
    path: Vec<String>,
    query: Vec<(&'static str, String)>,
    body: Option<Vec<u8>>,
    key: Option<String>,
    if_match: Option<String>,
    repeatable: bool,
}

impl Call {
    fn new<const N: usize>(method: Method, path: [&str; N], repeatable: bool) -> Self {
        let path = path.map(str::to_owned).to_vec();
        Self { method, in_api: true, path, query: Vec::new(), body: None, key: None, if_match: None, repeatable }
    }

    pub(super) fn get<const N: usize>(path: [&str; N]) -> Self {
        Self::new(Method::GET, path, true)
    }

    /// A document outside the API.
    pub(super) fn document<const N: usize>(path: [&str; N]) -> Self {
        Self::get(path).outside_api()
    }

    /// Names something beside the API.
    pub(super) fn outside_api(mut self) -> Self {
        self.in_api = false;
        self
    }

    pub(super) fn post<const N: usize>(path: [&str; N]) -> Self {
        Self::new(Method::POST, path, false)
    }

    pub(super) fn patch<const N: usize>(path: [&str; N]) -> Self {
        Self::new(Method::PATCH, path, false)
    }

    pub(super) fn put<const N: usize>(path: [&str; N]) -> Self {
        Self::new(Method::PUT, path, true)
    }

    pub(super) fn delete<const N: usize>(path: [&str; N]) -> Self {
        Self::new(Method::DELETE, path, false)
    }

    pub(super) fn query(mut self, name: &'static str, value: impl Display) -> Self {
        self.query.push((name, value.to_string()));
        self
    }

    pub(super) fn body(mut self, body: &impl Serialize) -> Self {
        self.body = Some(serde_json::to_vec(body).expect("wire shapes are JSON"));
        self
    }

    /// Gives it an Idempotency-Key, so that it may be repeated.
    pub(super) fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self.repeatable()
    }

    /// Gives it an Idempotency-Key of its own, so that it may be repeated within this call.
    pub(super) fn fresh_key(self) -> Self {
        self.key(&crate::ids::idempotency_key())
    }

    pub(super) fn if_match(mut self, tag: Option<&str>) -> Self {
        self.if_match = tag.map(str::to_owned);
        self
    }

    /// Says that doing it twice does no harm.
    pub(super) fn repeatable(mut self) -> Self {
        self.repeatable = true;
        self
    }

    pub(super) fn writes(&self) -> bool {
        self.method != Method::GET
    }

    pub(super) fn is_repeatable(&self) -> bool {
        self.repeatable
    }

    /// Its Idempotency-Key, if it has one.
    pub(super) fn idempotency_key(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// As a request to the server at `base`.
    pub(super) fn to(&self, base: &Url, client: &Client) -> RequestBuilder {
        let mut url = base.clone();
        let api: &[&str] = if self.in_api { &["api", "v1"] } else { &[] };
        url.path_segments_mut().expect("a server's address is a base").pop_if_empty().extend(api).extend(&self.path);
        let mut request = client.request(self.method.clone(), url);
        if !self.query.is_empty() {
            request = request.query(&self.query);
        }
        if let Some(body) = &self.body {
            request = request.header("content-type", "application/json").body(body.clone());
        }
        if let Some(key) = &self.key {
            request = request.header("idempotency-key", key);
        }
        if let Some(tag) = &self.if_match {
            request = request.header(IF_MATCH, tag);
        }
        request
    }
}

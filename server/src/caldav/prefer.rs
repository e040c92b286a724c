//! What a client would rather have (RFC 7240, RFC 8144).

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

/// The wishes that are known.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Prefer {
    /// `return=minimal`: properties that are not there need not be told, nor what was done.
    pub minimal: bool,
    /// `return=representation`: what was written comes back.
    pub representation: bool,
    /// `depth-noroot`: what was asked about itself is left out.
    pub noroot: bool,
}

impl Prefer {
    /// Reads the header, and the older `Brief`.
    pub fn of(headers: &HeaderMap) -> Self {
        let lines = headers.get_all("prefer").iter().filter_map(|line| line.to_str().ok());
        let words: Vec<String> = lines
            .flat_map(|line| line.split(','))
            .map(|word| word.split(';').next().unwrap_or_default().replace([' ', '"'], "").to_lowercase())
            .collect();
        let says = |word: &str| words.iter().any(|other| other == word);
        let brief = headers.get("brief").is_some_and(|brief| brief.as_bytes().eq_ignore_ascii_case(b"t"));
        Self {
            minimal: says("return=minimal") || says("return-minimal") || brief,
            representation: says("return=representation") || says("return-representation"),
            noroot: says("depth-noroot"),
        }
    }

    /// Says in an answer what was done of it.
    pub fn applied(response: &mut Response, what: &'static str) {
        response.headers_mut().append("preference-applied", HeaderValue::from_static(what));
        response.headers_mut().append(header::VARY, HeaderValue::from_static("Prefer"));
    }
}

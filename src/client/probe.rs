//! A look at a server from outside: whether it is one, which, and what its clock shows.

use std::time::Duration;

use chrono::{DateTime, Utc};
use reqwest::header::DATE;
use serde::Deserialize;
use tokio::time::Instant;

use super::call::Call;
use super::request::Failed;
use super::{Client, Error};

/// What a server shows of itself without a log-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Probe {
    /// The version of its API document.
    pub version: String,
    /// Whether the document describes every path that is asked for.
    pub knows: Vec<(&'static str, bool)>,
    /// What its clock shows; none if it does not say.
    pub date: Option<DateTime<Utc>>,
    /// How long its answer took.
    pub took: Duration,
}

/// What this client cannot do without; paths below the API's root.
const NEEDED: [&str; 4] =
    ["/events/{owner}/{slug}/slots", "/events/{owner}/{slug}/bookings", "/bookings", "/sessions/current"];

#[derive(Deserialize)]
struct Document {
    info: Info,
    #[serde(default)]
    paths: std::collections::BTreeMap<String, serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Info {
    version: String,
}

impl Client {
    /// Looks at the server: one attempt, no log-in needed.
    pub async fn probe(&self) -> Result<Probe, Error> {
        let began = Instant::now();
        let failed = |Failed { error, .. }| error;
        let (body, headers) = self.http.once(&Call::get(["openapi.json"])).await.map_err(failed)?;
        let took = began.elapsed();
        let document: Document =
            serde_json::from_slice(&body).map_err(|error| self.http.bad_answer(&error.to_string()))?;
        let known = |path: &&str| document.paths.keys().any(|known| known.ends_with(path));
        let date = headers.get(DATE).and_then(|date| date.to_str().ok());
        Ok(Probe {
            version: document.info.version,
            knows: NEEDED.into_iter().map(|path| (path, known(&path))).collect(),
            date: date.and_then(|date| DateTime::parse_from_rfc2822(date).ok()).map(|date| date.to_utc()),
            took,
        })
    }
}

//! Entries of somebody's calendars over CalDAV, written and read as a calendar app does it.

use meetme_core::id::Username;
use reqwest::RequestBuilder;
use reqwest::header::{CONTENT_TYPE, IF_NONE_MATCH};
use url::Url;

use super::Error;
use super::call::Call;
use super::request::Http;

/// A calendar app: it knows an address, a username and an app token, and nothing else of meetme.
#[derive(Debug)]
pub struct CalendarApp {
    http: Http,
    user: Username,
    secret: Secret,
}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryAnswer {
    /// The status: 201 for a new entry, 403 for one that is refused.
    pub status: u16,
    /// The entry, or why it was refused, as XML.
    pub text: String,
}

/// Is never shown.
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

impl CalendarApp {
    /// An app of this user, with a token of theirs in place of a password.
    pub fn new(server: Url, user: Username, token: String) -> Result<Self, Error> {
        Ok(Self { http: Http::new(server, None)?, user, secret: Secret(token) })
    }

    /// Writes a new entry into a calendar, once: where no answer comes nobody knows whether it was done.
    pub async fn put(&self, calendar: &str, name: &str, entry: String) -> Result<EntryAnswer, Error> {
        let call = Call::put(self.path(calendar, name)).outside_api();
        self.send(&call, |request| {
            request.header(CONTENT_TYPE, "text/calendar; charset=utf-8").header(IF_NONE_MATCH, "*").body(entry)
        })
        .await
    }

    /// Reads an entry.
    pub async fn get(&self, calendar: &str, name: &str) -> Result<EntryAnswer, Error> {
        self.send(&Call::document(self.path(calendar, name)), |request| request).await
    }

    fn path<'a>(&'a self, calendar: &'a str, name: &'a str) -> [&'a str; 5] {
        ["dav", "calendars", self.user.as_str(), calendar, name]
    }

    async fn send(
        &self,
        call: &Call,
        more: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> Result<EntryAnswer, Error> {
        let with = |request: RequestBuilder| more(request).basic_auth(&self.user, Some(&self.secret.0));
        let (status, text) = self.http.plain(call, with).await?;
        Ok(EntryAnswer { status: status.as_u16(), text })
    }
}

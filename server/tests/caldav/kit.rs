//! A server, a person with a calendar, and short words for what their app asks.

use reqwest::{Method, StatusCode};

use crate::http::world::{Person, World};

/// The calendar that everybody has.
pub const CAL: &str = "/dav/calendars/ada/personal/";

/// A person's calendar app.
pub struct App<'a> {
    pub world: &'a World,
    pub name: String,
    pub secret: String,
    client: reqwest::Client,
}

/// What was answered.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl Reply {
    /// A header's text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Asserts the status.
    #[track_caller]
    pub fn is(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self:#?}");
        self
    }

    /// Asserts that the answer holds a text.
    #[track_caller]
    pub fn says(self, text: &str) -> Self {
        assert!(self.body.contains(text), "no {text} in {self:#?}");
        self
    }

    /// Asserts that the answer does not hold a text.
    #[track_caller]
    pub fn says_not(self, text: &str) -> Self {
        assert!(!self.body.contains(text), "{text} in {self:#?}");
        self
    }

    /// Asserts a refusal with a precondition.
    #[track_caller]
    pub fn refuses(self, condition: &str) -> Self {
        self.is(403).says(&format!("<{condition}"))
    }

    /// What stands between the first `<name>` and its end.
    pub fn value(&self, name: &str) -> Option<String> {
        let (_, rest) = self.body.split_once(&format!("<{name}>"))?;
        Some(rest.split_once(&format!("</{name}>"))?.0.to_owned())
    }

    /// All hrefs, each directly below its response.
    pub fn hrefs(&self) -> Vec<String> {
        let parts = self.body.split("<D:response><D:href>").skip(1);
        parts.filter_map(|part| part.split_once("</D:href>")).map(|(href, _)| href.to_owned()).collect()
    }

    pub fn etag(&self) -> String {
        self.header("etag").unwrap_or_else(|| panic!("no ETag: {self:#?}")).to_owned()
    }
}

impl<'a> App<'a> {
    /// Somebody new, with an app token for their calendar app.
    pub async fn of(world: &'a World, name: &str) -> App<'a> {
        let person = world.sign_up(name).await;
        Self::of_person(world, &person, "caldav").await
    }

    /// The app of somebody who is there already, with a token of one scope.
    pub async fn of_person(world: &'a World, person: &Person, scope: &str) -> App<'a> {
        let token = serde_json::json!({"name": "calendar", "scopes": [scope]});
        let token = world.post(person, "/me/tokens", token).await.ok();
        let secret = token["token"].as_str().unwrap().to_owned();
        Self::with(world, &person.name, &secret)
    }

    pub fn with(world: &'a World, name: &str, secret: &str) -> App<'a> {
        let client = reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none());
        Self { world, name: name.to_owned(), secret: secret.to_owned(), client: client.build().unwrap() }
    }

    pub async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> Reply {
        let url = format!("http://{}{path}", self.world.server().address());
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.client.request(method, url);
        if !self.name.is_empty() {
            request = request.basic_auth(&self.name, Some(&self.secret));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.body(body).send().await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        Reply { status, headers, body: response.text().await.unwrap() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send("GET", path, &[], "").await
    }

    pub async fn put(&self, path: &str, body: &str) -> Reply {
        self.send("PUT", path, &[("content-type", "text/calendar; charset=utf-8")], body.to_owned()).await
    }

    pub async fn propfind(&self, path: &str, depth: &str, props: &str) -> Reply {
        let body = format!(
            "<?xml version=\"1.0\"?><propfind xmlns=\"DAV:\" xmlns:C=\"urn:ietf:params:xml:ns:caldav\" \
             xmlns:CS=\"http://calendarserver.org/ns/\" xmlns:A=\"http://apple.com/ns/ical/\"><prop>{props}</prop></propfind>"
        );
        self.send("PROPFIND", path, &[("depth", depth)], body).await
    }

    /// A report whose outermost element is `name`, of CalDAV, around `inside`.
    pub async fn report(&self, path: &str, name: &str, inside: &str) -> Reply {
        let body = format!("<C:{name} xmlns:C=\"urn:ietf:params:xml:ns:caldav\" xmlns:D=\"DAV:\">{inside}</C:{name}>");
        self.send("REPORT", path, &[("depth", "1")], body).await
    }

    /// A calendar-query with one comp-filter of VEVENTs around `filter`; hrefs' last segments.
    pub async fn query(&self, path: &str, component: &str, filter: &str) -> Vec<String> {
        let inside = format!(
            "<D:prop><D:getetag/></D:prop><C:filter><C:comp-filter name=\"VCALENDAR\">\
             <C:comp-filter name=\"{component}\">{filter}</C:comp-filter></C:comp-filter></C:filter>"
        );
        let reply = self.report(path, "calendar-query", &inside).await.is(207);
        reply.hrefs().iter().map(|href| href.rsplit('/').next().unwrap().to_owned()).collect()
    }

    pub async fn sync(&self, path: &str, token: &str, more: &str) -> Reply {
        let body = format!(
            "<D:sync-collection xmlns:D=\"DAV:\"><D:sync-token>{token}</D:sync-token><D:sync-level>1</D:sync-level>{more}\
             <D:prop><D:getetag/></D:prop></D:sync-collection>"
        );
        self.send("REPORT", path, &[("depth", "0")], body).await
    }
}

/// An object with one VEVENT of these lines, and what every one has.
pub fn event(uid: &str, lines: &str) -> String {
    let lines = lines.trim().lines().map(|line| format!("{}\r\n", line.trim())).collect::<String>();
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:20261101T000000Z\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// An hour on a day of December 2026 that begins at a full hour, UTC.
pub fn hour(uid: &str, day: u32, hour: u32) -> String {
    event(uid, &format!("DTSTART:202612{day:02}T{hour:02}0000Z\nDURATION:PT1H\nSUMMARY:{uid}"))
}

//! A copy of a calendar that an app keeps by sync-collection, and that must always be what the server lists.

use std::collections::BTreeMap;

use super::kit::{App, Reply};

/// Entries by name, with their ETags.
type Entries = BTreeMap<String, String>;

/// A copy.
pub struct Mirror<'a> {
    app: &'a App<'a>,
    path: &'a str,
    /// How many entries are asked for at once.
    limit: String,
    token: String,
    /// Whether the last answer was cut.
    cut: bool,
    entries: Entries,
}

/// What one sync told, each in order of the names.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct News {
    pub came: Vec<String>,
    pub changed: Vec<String>,
    pub went: Vec<String>,
    /// Told although nothing is new of it.
    pub idle: Vec<String>,
}

impl News {
    /// Short for what is looked for most.
    pub fn parts(&self) -> (Vec<&str>, Vec<&str>, Vec<&str>) {
        (
            self.came.iter().map(String::as_str).collect(),
            self.changed.iter().map(String::as_str).collect(),
            self.went.iter().map(String::as_str).collect(),
        )
    }
}

impl<'a> Mirror<'a> {
    /// A first, full copy.
    pub async fn of(app: &'a App<'a>, path: &'a str) -> Mirror<'a> {
        let mut mirror = Self::empty(app, path, String::new());
        mirror.hear().await;
        mirror
    }

    /// The first part of a copy that is told by so many entries at once.
    pub async fn by_parts(app: &'a App<'a>, path: &'a str, most: usize) -> Mirror<'a> {
        let limit = format!("<D:limit><D:nresults>{most}</D:nresults></D:limit>");
        let mut mirror = Self::empty(app, path, limit);
        mirror.hear().await;
        mirror
    }

    fn empty(app: &'a App<'a>, path: &'a str, limit: String) -> Self {
        Self { app, path, limit, token: String::new(), cut: false, entries: Entries::new() }
    }

    /// Whether there is more to hear.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// The names of all entries, in order.
    pub fn names(&self) -> Vec<&str> {
        self.entries.keys().map(String::as_str).collect()
    }

    /// Asks what is new, and holds the copy to what is listed.
    pub async fn sync(&mut self) -> News {
        let news = self.hear().await;
        let listed = self.app.propfind(self.path, "1", "<getetag/>").await.is(207);
        let listed: Entries = responses(&listed).filter_map(|(name, etag)| Some((name, etag?))).collect();
        assert_eq!(self.entries, listed, "the copy is not what is listed");
        news
    }

    /// Asks what is new.
    pub async fn hear(&mut self) -> News {
        let reply = self.ask().await.is(207);
        let mut news = News::default();
        for (name, etag) in responses(&reply) {
            let before = match &etag {
                Some(etag) => self.entries.insert(name.clone(), etag.clone()),
                None => self.entries.remove(&name),
            };
            match (before, etag) {
                (None, Some(_)) => news.came.push(name),
                (Some(before), Some(now)) if before != now => news.changed.push(name),
                (Some(_), None) => news.went.push(name),
                _ => news.idle.push(name),
            }
        }
        self.token = reply.value("D:sync-token").unwrap();
        let cut = format!("<D:href>{}</D:href><D:status>HTTP/1.1 507 Insufficient Storage</D:status>", self.path);
        self.cut = reply.body.contains(&cut);
        news
    }

    /// Asks with the token as it stands.
    pub async fn ask(&self) -> Reply {
        self.app.sync(self.path, &self.token, &self.limit).await
    }
}

/// What a multi-status tells of entries: names, with ETags where they are there.
fn responses(reply: &Reply) -> impl Iterator<Item = (String, Option<String>)> {
    reply.body.split("<D:response>").skip(1).filter_map(|part| {
        let (href, rest) = part.strip_prefix("<D:href>")?.split_once("</D:href>")?;
        let name = href.rsplit('/').next().filter(|name| !name.is_empty())?;
        let etag = rest.split_once("<D:getetag>").and_then(|(_, rest)| rest.split_once("</D:getetag>"));
        Some((name.to_owned(), etag.map(|(etag, _)| etag.to_owned())))
    })
}

//! DAV:sync-collection of folders whose entries are made: what is new is told by logs, and by the clock.
//!
//! Of an answer that a `DAV:limit` cuts, the token says what is known of which entries, by their names: up to the last
//! one that was told, as the folder stood when the first part was; behind it, as before all parts.

use std::collections::{HashMap, HashSet};

use axum::response::Response;
use chrono::DateTime;
use meetme_core::change::Kind;
use meetme_core::cursor::{Cursor, Seq};

use crate::caldav::added::{self, Moment};
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::folder::Folder;
use crate::caldav::multistatus;
use crate::caldav::prefer::Prefer;
use crate::caldav::props::{Kept, Teller, Thing};
use crate::caldav::report::Question;
use crate::caldav::report::multiget::missing;
use crate::caldav::report::query::{limit_of, truncated};
use crate::caldav::report::shape::Asking;
use crate::caldav::report::sync::invalid;
use crate::caldav::work::Work;
use crate::caldav::xml::Xml;
use crate::caldav::{booked, offered, path};
use crate::store::EntryFile;

/// Log entries that are read at once.
const PAGE: usize = 500;
/// Log entries behind which one begins anew.
const MAX_BEHIND: usize = 5_000;

/// Where the folder stands now, as text.
pub async fn token(dav: &Dav, folder: &Folder) -> Result<String, Fault> {
    Ok(prefix_of(folder) + &stand(dav, folder).await?)
}

fn prefix_of(folder: &Folder) -> String {
    format!("urn:meetme:sync:{}:", path::Encoded(&folder.name()))
}

/// Where the folder stands now.
async fn stand(dav: &Dav, folder: &Folder) -> Result<String, Fault> {
    match folder {
        Folder::Added(file) => {
            let Moment { version, host, guest, at, until } = added::moment(dav, file).await?;
            let (id, at, until) = (file.event.id, at.timestamp(), until.timestamp());
            Ok(format!("{id}:{version}:{host}:{}:{at}:{until}", guest.0))
        }
        Folder::Offered(file) => Ok(format!("{}:{}", file.event.id, file.event.version)),
        _ => {
            let head = dav.app.store.head(dav.actor.id()).await?;
            Ok(booked::end(dav).await?.map_or_else(|| head.to_string(), |end| format!("{head}:{end}")))
        }
    }
}

/// Answers with a multi-status of what is new since a token, and one to go on from.
pub async fn answer(question: &Question<'_>, folder: &Folder, given: &str) -> Result<Response, Fault> {
    let Question { dav, root, headers, .. } = question;
    let asking = Asking::of(root, headers)?;
    let prefix = prefix_of(folder);
    let place = Place::of(given, &prefix).ok_or_else(invalid)?;
    let now = stand(dav, folder).await?;
    let news = match place.then.as_str() {
        "" => folder.made(dav).await?.into_iter().map(|item| (item.name.clone(), Some(item))).collect(),
        then if then == now => Vec::new(),
        then => since(dav, folder, then, &now).await?.ok_or_else(invalid)?,
    };
    let (news, next) = place.part(news, limit_of(root).unwrap_or(usize::MAX), now);
    let mut xml = Xml::document("D:multistatus");
    let minimal = Prefer::of(headers).minimal;
    let mut work = Work::new(&dav.app);
    let zone = folder.zone(dav.actor.0.user.zone);
    let kept = Kept::below(dav, &folder.name(), &asking.asked).await?;
    for (name, item) in &news {
        let href = path::item_of(dav.user(), &folder.name(), name);
        let Some(item) = item else {
            missing(&mut xml, &href);
            continue;
        };
        let data = asking.data_of(dav, &item.bytes, &zone, &mut work);
        let teller = Teller { dav, asked: &asking.asked, minimal };
        teller.tell(&mut xml, &href, Thing::Item(folder, item), kept.on(&item.name), data.as_deref());
    }
    if next.is_cut() {
        truncated(&mut xml, &folder.href(dav));
    }
    xml.value("D:sync-token", &next.token(&prefix));
    Ok(multistatus::whole(xml))
}

type News = Vec<(String, Option<EntryFile>)>;

/// What a reader knows.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    /// Where the folder stood when everything was known; empty for one who knows nothing.
    then: String,
    /// Where it stood when an answer began of which the rest is yet to be told, and the last name that was.
    cut: Option<(String, String)>,
}

impl Place {
    /// `{prefix}{then}`, or `{prefix}{cut};{then};{name}`.
    fn of(token: &str, prefix: &str) -> Option<Self> {
        if token.is_empty() {
            return Some(Self { then: String::new(), cut: None });
        }
        let parts: Vec<&str> = token.strip_prefix(prefix)?.split(';').collect();
        match parts.as_slice() {
            [then] if !then.is_empty() => Some(Self { then: (*then).to_owned(), cut: None }),
            [cut, then, last] if !cut.is_empty() => {
                Some(Self { then: (*then).to_owned(), cut: Some(((*cut).to_owned(), path::decoded(last)?)) })
            }
            _ => None,
        }
    }

    fn token(&self, prefix: &str) -> String {
        match &self.cut {
            None => format!("{prefix}{}", self.then),
            Some((cut, last)) => format!("{prefix}{cut};{};{}", self.then, path::Encoded(last)),
        }
    }

    fn is_cut(&self) -> bool {
        self.cut.is_some()
    }

    /// What may be told of the news since `then`, and what a reader knows who has heard that.
    fn part(self, mut news: News, most: usize, now: String) -> (News, Self) {
        let Self { then, cut } = self;
        let (began, told) = cut.map_or((now, None), |(began, last)| (began, Some(last)));
        news.retain(|(name, _)| told.as_ref().is_none_or(|told| name > told));
        news.sort_by(|a, b| a.0.cmp(&b.0));
        // One at least, or the reader would never get on.
        let most = most.max(1);
        let all = news.len() <= most;
        news.truncate(most);
        match news.last().filter(|_| !all) {
            Some((last, _)) => {
                let cut = Some((began, last.clone()));
                (news, Self { then, cut })
            }
            None => (news, Self { then: began, cut: None }),
        }
    }
}

/// What is new between two places where the folder stood; `None` if that cannot be told.
async fn since(dav: &Dav, folder: &Folder, then: &str, now: &str) -> Result<Option<News>, Fault> {
    match folder {
        Folder::Added(file) => {
            let id = file.event.id.to_string();
            let (Some(then), Some(now)) = (moment_of(then, &id), moment_of(now, &id)) else { return Ok(None) };
            let ahead = then.version > now.version || then.host.seq > now.host.seq || then.guest > now.guest;
            if then.host.epoch != now.host.epoch || ahead || then.at > now.at {
                return Ok(None);
            }
            added::since(dav, file, then, now).await
        }
        Folder::Bookings => {
            // The last one that is shown, where not all are: what came into sight since is in no log.
            let of = |text: &str| {
                let (cursor, end) = text.split_once(':').map_or((text, None), |(cursor, end)| (cursor, Some(end)));
                Some((cursor.parse::<Cursor>().ok()?, end.map(str::to_owned)))
            };
            let (Some((then, end_then)), Some((now, end))) = (of(then), of(now)) else { return Ok(None) };
            if end_then != end {
                return Ok(None);
            }
            if then.epoch != now.epoch || then.seq > now.seq {
                return Ok(None);
            }
            bookings_since(dav, then.seq, now.seq).await
        }
        Folder::Offered(file) => {
            let version = then.strip_prefix(&file.event.id.to_string()).and_then(|rest| rest.strip_prefix(':'));
            let version = version.and_then(|version| version.parse().ok());
            match version.filter(|version| *version <= file.event.version) {
                Some(version) => offered::since(dav, file, version).await,
                None => Ok(None),
            }
        }
        Folder::Own(_) | Folder::Inbox(_) | Folder::Outbox => Ok(None),
    }
}

/// `{event}:{version}:{cursor of the host}:{seq of the guest}:{seconds}:{seconds}`.
fn moment_of(text: &str, event: &str) -> Option<Moment> {
    let mut parts = text.strip_prefix(event)?.strip_prefix(':')?.split(':');
    let version = parts.next()?.parse().ok()?;
    let (host, guest) = (parts.next()?.parse().ok()?, Seq(parts.next()?.parse().ok()?));
    let mut instant = || DateTime::from_timestamp(parts.next()?.parse().ok()?, 0);
    let (at, until) = (instant()?, instant()?);
    parts.next().is_none().then_some(Moment { version, host, guest, at, until })
}

/// Bookings of which the user's log tells since a place.
async fn bookings_since(dav: &Dav, from: Seq, to: Seq) -> Result<Option<News>, Fault> {
    let (mut seq, mut ids, mut read, mut own) = (from, Vec::new(), 0, false);
    while seq < to {
        let Some(page) = dav.app.store.log_after(dav.actor.id(), seq, PAGE).await? else { return Ok(None) };
        let Some(last) = page.entries.last() else { break };
        seq = last.seq;
        read += page.entries.len();
        let changed =
            page.entries.iter().any(|entry| matches!(entry.news.kind, Kind::EventChanged | Kind::LimitsChanged));
        if read > MAX_BEHIND || changed {
            // Titles, places and names stand in entries, and may be others now.
            return Ok(None);
        }
        ids.extend(page.entries.iter().filter_map(|entry| entry.news.booking));
        own |= page.entries.iter().any(|entry| entry.news.kind == Kind::CollectionsChanged);
    }
    ids.sort_unstable();
    ids.dedup();
    let names: Vec<String> = ids.into_iter().map(booked::name_of).collect();
    let mut found: HashMap<String, EntryFile> =
        booked::named(dav, &names).await?.into_iter().map(|item| (item.name.clone(), item)).collect();
    let mut news: News = names.into_iter().map(|name| (name.clone(), found.remove(&name))).collect();
    if own {
        // What the user keeps on entries may be another; of which it is not said.
        let known: HashSet<String> = news.iter().map(|(name, _)| name.clone()).collect();
        let others = booked::items(dav).await?.into_iter().filter(|item| !known.contains(&item.name));
        news.extend(others.map(|item| (item.name.clone(), Some(item))));
    }
    Ok(Some(news))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gone(names: &[&str]) -> News {
        names.iter().map(|name| ((*name).to_owned(), None)).collect()
    }

    #[test]
    fn what_a_limit_cuts_goes_on_behind_the_last_name_and_ends_where_it_began() {
        let begun = Place::of("urn:x:1", "urn:x:").unwrap();

        let (told, cut) = begun.part(gone(&["c", "a b", "d"]), 2, "2".to_owned());
        assert_eq!(told, gone(&["a b", "c"]));
        assert_eq!(cut.token("urn:x:"), "urn:x:2;1;c");
        let cut = Place::of(&cut.token("urn:x:"), "urn:x:").unwrap();
        // Something came before and behind it meanwhile: the first is told by who asks since 2.
        let (told, next) = cut.part(gone(&["a", "c", "d", "e"]), 2, "3".to_owned());

        assert_eq!(told, gone(&["d", "e"]));
        assert_eq!(next.token("urn:x:"), "urn:x:2");
    }

    #[test]
    fn names_in_tokens_are_encoded_and_what_is_no_token_is_no_place() {
        let place = Place { then: String::new(), cut: Some(("7".to_owned(), "a;b\n.ics".to_owned())) };

        assert_eq!(Place::of(&place.token("urn:x:"), "urn:x:"), Some(place));
        for bad in
            ["nonsense", "urn:x:", "urn:x:;1;a", "urn:x:1;2", "urn:x:1;2;", "urn:x:1;2;%2", "urn:x:1;2;a;b", "urn:y:1"]
        {
            assert_eq!(Place::of(bad, "urn:x:"), None, "{bad}");
        }
    }
}

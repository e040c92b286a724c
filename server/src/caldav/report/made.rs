//! DAV:sync-collection of folders whose entries are made: what is new is told by logs, and by the clock.

use std::collections::HashSet;

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
use crate::caldav::report::shape::Asking;
use crate::caldav::report::sync::invalid;
use crate::caldav::work::Work;
use crate::caldav::xml::{DAV, Element, Xml};
use crate::caldav::{booked, offered, path};
use crate::store::EntryFile;

/// Log entries that are read at once.
const PAGE: usize = 500;
/// Log entries behind which one begins anew.
const MAX_BEHIND: usize = 5_000;

/// Where the folder stands now, as text.
pub async fn token(dav: &Dav, folder: &Folder) -> Result<String, Fault> {
    let name = folder.name();
    let name = path::Encoded(&name);
    match folder {
        Folder::Added(file) => {
            let Moment { version, host, guest, at, until } = added::moment(dav, file).await?;
            let (id, at, until) = (file.event.id, at.timestamp(), until.timestamp());
            Ok(format!("urn:meetme:sync:{name}:{id}:{version}:{host}:{}:{at}:{until}", guest.0))
        }
        Folder::Offered(file) => Ok(format!("urn:meetme:sync:{name}:{}:{}", file.event.id, file.event.version)),
        _ => Ok(format!("urn:meetme:sync:{name}:{}", dav.app.store.head(dav.actor.id()).await?)),
    }
}

/// Answers with a multi-status of what is new and a token to go on from.
pub async fn answer(question: &Question<'_>, folder: &Folder) -> Result<Response, Fault> {
    let Question { dav, root, headers, .. } = question;
    let asking = Asking::of(root, headers)?;
    let given = root.child(DAV, "sync-token").map(Element::text).unwrap_or_default();
    let now = token(dav, folder).await?;
    let news = match given.trim() {
        "" => folder.made(dav).await?.into_iter().map(|item| (item.name.clone(), Some(item))).collect(),
        given if given == now => Vec::new(),
        given => since(dav, folder, given, &now).await?.ok_or_else(invalid)?,
    };
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
    xml.value("D:sync-token", &now);
    Ok(multistatus::whole(xml))
}

type News = Vec<(String, Option<EntryFile>)>;

/// What is new between two tokens of the folder; `None` if that cannot be told.
async fn since(dav: &Dav, folder: &Folder, then: &str, now: &str) -> Result<Option<News>, Fault> {
    let prefix = format!("urn:meetme:sync:{}:", path::Encoded(&folder.name()));
    let (Some(then), Some(now)) = (then.strip_prefix(&prefix), now.strip_prefix(&prefix)) else { return Ok(None) };
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
            let (Ok(then), Ok(now)) = (then.parse::<Cursor>(), now.parse::<Cursor>()) else { return Ok(None) };
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
    let mut news = Vec::new();
    for id in ids {
        let name = booked::name_of(id);
        let item = booked::item(dav, id, &name).await?;
        news.push((name, item));
    }
    if own {
        // What the user keeps on entries may be another; of which it is not said.
        let known: HashSet<String> = news.iter().map(|(name, _)| name.clone()).collect();
        let others = booked::items(dav).await?.into_iter().filter(|item| !known.contains(&item.name));
        news.extend(others.map(|item| (item.name.clone(), Some(item))));
    }
    Ok(Some(news))
}

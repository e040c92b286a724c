//! DAV:sync-collection (RFC 6578): what came, changed and went since a token.

use axum::response::Response;
use meetme_core::cursor::{Cursor, Seq};
use meetme_core::id::CollectionId;
use meetme_core::recurrence::Steps;

use crate::caldav::fault::Fault;
use crate::caldav::folder::{self, Folder};
use crate::caldav::path::{self, Target};
use crate::caldav::prefer::Prefer;
use crate::caldav::propfind::multistatus;
use crate::caldav::props::{Teller, Thing, token};
use crate::caldav::report::multiget::missing;
use crate::caldav::report::query::{limit_of, truncated};
use crate::caldav::report::shape::Asking;
use crate::caldav::report::{Question, made};
use crate::caldav::xml::{DAV, Element, Xml};
use crate::store::{CollectionFile, EntryNews};

/// The most changes of an answer; what is left comes with the next token.
const MAX_NEWS: usize = 50_000;

/// Answers with a multi-status of what is new and a token to go on from.
pub async fn answer(question: &Question<'_>) -> Result<Response, Fault> {
    let Question { dav, target, root, headers, .. } = question;
    // Depth says 0 (RFC 6578 3.2), and some clients say 1: they mean the same.
    let Target::Folder(_, name) = target else {
        return Err(Fault::condition("D:supported-report", "ask this of a calendar"));
    };
    let folder = folder::find(dav, name).await?;
    if folder.is_made() {
        return made::answer(question, &folder).await;
    }
    let (Folder::Own(file) | Folder::Inbox(file)) = &folder else {
        return Err(Fault::condition("D:supported-report", "ask this of a calendar"));
    };
    let asking = Asking::of(root, headers)?;
    let given = root.child(DAV, "sync-token").map(Element::text).unwrap_or_default();
    let place = Place::of(given.trim(), question, file)?;
    let most = limit_of(root).unwrap_or(MAX_NEWS).clamp(1, MAX_NEWS);
    let (id, bytes) = (file.collection.id, asking.data.is_some());
    let news = dav.app.store.entries_after(id, place.seq, most, bytes).await?.ok_or_else(Fault::not_found)?;
    place.check(&news.calendar)?;
    let mut xml = Xml::document("D:multistatus");
    let minimal = Prefer::of(headers).minimal;
    let zone = folder.zone(dav.actor.0.user.zone);
    for item in &news.written {
        let data = asking.data_of(dav, &item.bytes, &zone, &mut Steps::default())?;
        let href = path::item_of(dav.user(), &folder.name(), &item.name);
        let thing = Thing::Item(&folder, item);
        Teller { dav, asked: &asking.asked, minimal }.tell(&mut xml, &href, thing, &[], data.as_deref());
    }
    if !place.first {
        for (_, name) in &news.gone {
            missing(&mut xml, &path::item_of(dav.user(), &folder.name(), name));
        }
    }
    let EntryNews { calendar, told_to, .. } = &news;
    let all = told_to == &calendar.changed;
    if !all {
        truncated(&mut xml, &folder.href(dav));
    }
    // Inside a first listing everything before its beginning is told once; what goes meanwhile counts from there.
    let began = if all { None } else { place.began.or(place.first.then_some(calendar.changed)) };
    xml.value("D:sync-token", &token(dav, calendar, *told_to, began));
    Ok(multistatus(xml))
}

/// Where a reader stands.
struct Place {
    /// Everything up to here is known.
    seq: Seq,
    /// Nothing is known.
    first: bool,
    /// Where a first listing began that is not through yet.
    began: Option<Seq>,
}

impl Place {
    fn of(token: &str, question: &Question<'_>, file: &CollectionFile) -> Result<Self, Fault> {
        if token.is_empty() {
            return Ok(Self { seq: Seq(0), first: true, began: None });
        }
        let read = || -> Option<(CollectionId, Cursor, Option<Seq>)> {
            let mut parts = token.strip_prefix("urn:meetme:sync:")?.split(':');
            let (id, cursor) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
            let began = parts.next().map(|seq| seq.parse().map(Seq)).transpose().ok()?;
            parts.next().is_none().then_some((id, cursor, began))
        };
        let (id, cursor, began) = read().ok_or_else(invalid)?;
        if id != file.collection.id || cursor.epoch != question.dav.app.store.epoch() {
            return Err(invalid());
        }
        Ok(Self { seq: cursor.seq, first: false, began })
    }

    /// Refuses a place of another calendar's, or one behind which it is forgotten what went.
    fn check(&self, file: &CollectionFile) -> Result<(), Fault> {
        let known_from = self.began.unwrap_or(self.seq);
        let stands = self.first || (self.seq <= file.changed && known_from <= file.changed && known_from >= file.floor);
        if stands { Ok(()) } else { Err(invalid()) }
    }
}

/// Says that a token leads nowhere.
pub fn invalid() -> Fault {
    Fault::condition("D:valid-sync-token", "this sync-token leads nowhere: begin anew without one")
}

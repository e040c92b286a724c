//! DAV:sync-collection (RFC 6578): what came, changed and went since a token.

use axum::response::Response;
use meetme_core::cursor::{Cursor, Seq};
use meetme_core::id::CollectionId;
use meetme_core::object::ObjectZone;

use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::folder::{self, Folder};
use crate::caldav::multistatus::{self, Source};
use crate::caldav::path::{self, Target};
use crate::caldav::prefer::Prefer;
use crate::caldav::props::{Kept, Teller, Thing, token};
use crate::caldav::report::multiget::missing;
use crate::caldav::report::query::{limit_of, truncated};
use crate::caldav::report::shape::Asking;
use crate::caldav::report::{Question, made};
use crate::caldav::work::Work;
use crate::caldav::xml::{DAV, Element, Xml};
use crate::store::{CollectionFile, EntryFile, NewsQuery};

/// The most changes of an answer; what is left comes with the next token.
const MAX_NEWS: usize = 50_000;
/// Changes that are read at once.
const PAGE: usize = 1_000;

/// Answers with a multi-status of what is new and a token to go on from.
pub async fn answer(question: &Question<'_>) -> Result<Response, Fault> {
    let Question { dav, target, root, headers, .. } = question;
    // Depth says 0 (RFC 6578 3.2), and some clients say 1: they mean the same.
    let Target::Folder(_, name) = target else {
        return Err(Fault::condition("D:supported-report", "ask this of a calendar"));
    };
    let given = given(root)?;
    let folder = folder::find(dav, name).await?;
    if folder.is_made() {
        return made::answer(question, &folder, &given).await;
    }
    let (Folder::Own(file) | Folder::Inbox(file)) = &folder else {
        return Err(Fault::condition("D:supported-report", "ask this of a calendar"));
    };
    let asking = Asking::of(root, headers)?;
    let place = Place::of(&given, question, file)?;
    let news = News {
        dav: (*dav).clone(),
        zone: folder.zone(dav.actor.0.user.zone),
        minimal: Prefer::of(headers).minimal,
        work: Work::new(&dav.app),
        left: limit_of(root).unwrap_or(MAX_NEWS).clamp(1, MAX_NEWS),
        seq: place.seq,
        to: None,
        written: Vec::new().into_iter(),
        gone: Vec::new().into_iter(),
        collection: file.collection.id,
        kept: Kept::below(dav, &folder.name(), &asking.asked).await?,
        folder,
        asking,
        place,
    };
    multistatus::flowing(multistatus::begun(), news).await
}

/// The token of a report whose elements are those of RFC 6578 6.1: none at all is no first listing, an empty one is.
fn given(root: &Element) -> Result<String, Fault> {
    // A calendar holds no collections, so both levels mean the same. Some apps say neither.
    match root.child(DAV, "sync-level").map(Element::text).as_deref().map(str::trim) {
        None | Some("1" | "infinite") => {}
        Some(_) => return Err(Fault::bad_request("a DAV:sync-level is 1 or infinite")),
    }
    let token = root.child(DAV, "sync-token").map(Element::text);
    let token =
        token.ok_or_else(|| Fault::bad_request("a DAV:sync-token is missing: an empty one lists everything"))?;
    Ok(token.trim().to_owned())
}

/// What is new, under way.
///
/// It is read a page at a time, each from a snapshot of its own, and ends where the calendar stood in the first of
/// them: what changes meanwhile lies behind the token that is given, and is told by the next answer.
struct News {
    dav: Dav,
    folder: Folder,
    collection: CollectionId,
    zone: ObjectZone,
    /// What clients keep on its entries.
    kept: Kept,
    asking: Asking,
    minimal: bool,
    work: Work,
    place: Place,
    /// How many may be told yet.
    left: usize,
    /// Everything up to here is told or about to be.
    seq: Seq,
    /// Where the calendar stood.
    to: Option<Seq>,
    /// What is about to be told.
    written: std::vec::IntoIter<EntryFile>,
    gone: std::vec::IntoIter<String>,
}

impl Source for News {
    async fn next(&mut self, xml: &mut Xml) -> Result<bool, Fault> {
        self.work.rest().await;
        if let Some(item) = self.written.next() {
            let Self { dav, folder, zone, kept, asking, minimal, work, .. } = self;
            let data = asking.data_of(dav, &item.bytes, zone, work);
            let href = path::item_of(dav.user(), &folder.name(), &item.name);
            let teller = Teller { dav, asked: &asking.asked, minimal: *minimal };
            teller.tell(xml, &href, Thing::Item(folder, &item), kept.on(&item.name), data.as_deref());
            return Ok(true);
        }
        if let Some(name) = self.gone.next() {
            missing(xml, &path::item_of(self.dav.user(), &self.folder.name(), &name));
            return Ok(true);
        }
        if self.to.is_none_or(|to| self.seq < to) && self.left > 0 {
            self.read().await?;
            return Ok(true);
        }
        self.end(xml);
        Ok(false)
    }
}

impl News {
    /// Reads the next page.
    async fn read(&mut self) -> Result<(), Fault> {
        let query = NewsQuery {
            collection: self.collection,
            after: self.seq,
            to: self.to,
            limit: self.left.min(PAGE),
            bytes: self.asking.data.is_some(),
        };
        let news = self.dav.app.store.entries_after(query).await?.ok_or_else(Fault::not_found)?;
        self.place.check(&news.calendar)?;
        self.to.get_or_insert(news.calendar.changed);
        self.left = self.left.saturating_sub(news.written.len() + news.gone.len());
        self.seq = news.told_to;
        self.written = news.written.into_iter();
        // In a first listing nothing is known that could have gone.
        let gone = if self.place.first { Vec::new() } else { news.gone };
        self.gone = gone.into_iter().map(|(_, name)| name).collect::<Vec<_>>().into_iter();
        Ok(())
    }

    /// Says whether that is all, and where to go on from.
    fn end(&self, xml: &mut Xml) {
        let to = self.to.unwrap_or(self.seq);
        let all = self.seq >= to;
        if !all {
            truncated(xml, &self.folder.href(&self.dav));
        }
        // Inside a first listing everything before its beginning is told once; what goes meanwhile counts from there.
        let began = if all { None } else { self.place.began.or(self.place.first.then_some(to)) };
        xml.value("D:sync-token", &token(&self.dav, self.collection, self.seq, began));
    }
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

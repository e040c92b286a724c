//! CALDAV:calendar-multiget (RFC 4791 7.9): entries by their hrefs.

use std::collections::{BTreeMap, HashMap};

use axum::http::StatusCode;
use axum::response::Response;
use meetme_core::object::ObjectZone;

use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::folder::{self, Folder};
use crate::caldav::multistatus::{self, Source};
use crate::caldav::path::Target;
use crate::caldav::prefer::Prefer;
use crate::caldav::props::{Kept, Teller, Thing, status};
use crate::caldav::report::Question;
use crate::caldav::report::shape::Asking;
use crate::caldav::work::Work;
use crate::caldav::xml::{DAV, Element, Xml};
use crate::store::EntryFile;

/// The most hrefs of one request.
const MAX_HREFS: usize = 10_000;
/// Hrefs that are looked up at once.
const PAGE: usize = 100;

/// Answers with a multi-status in the order of the hrefs.
pub async fn answer(question: &Question<'_>) -> Result<Response, Fault> {
    let Question { dav, root, headers, .. } = question;
    let asking = Asking::of(root, headers)?;
    let minimal = Prefer::of(headers).minimal;
    let hrefs: Vec<String> = root.elements().filter(|href| href.is(DAV, "href")).map(Element::text).collect();
    if hrefs.len() > MAX_HREFS {
        return Err(Fault::condition("D:number-of-matches-within-limits", format!("ask for {MAX_HREFS} at most")));
    }
    let wanted = hrefs.into_iter().map(|href| {
        let target = dav.target_of(&href, headers).ok();
        (target.as_ref().map_or(href.trim().to_owned(), Target::href), target)
    });
    let wanted = wanted.collect::<Vec<_>>().into_iter();
    let dav = (*dav).clone();
    let (page, folders, found) = (Vec::new().into_iter(), HashMap::new(), HashMap::new());
    let work = Work::new(&dav.app);
    let get = Get { dav, asking, minimal, work, wanted, folders, page, found };
    multistatus::flowing(multistatus::begun(), get).await
}

/// Entries under way, in the order of their hrefs.
struct Get {
    dav: Dav,
    asking: Asking,
    minimal: bool,
    work: Work,
    /// What is yet to be looked up: hrefs, and what they name.
    wanted: std::vec::IntoIter<(String, Option<Target>)>,
    /// Folders of hrefs, as far as they are there.
    folders: HashMap<String, Option<Place>>,
    /// What was looked up and is yet to be told.
    page: std::vec::IntoIter<(String, Option<Target>)>,
    /// What is there of it, by folder and name.
    found: HashMap<String, HashMap<String, EntryFile>>,
}

/// A folder, the zone of its floating times, and what clients keep on its entries.
struct Place {
    folder: Folder,
    zone: ObjectZone,
    kept: Kept,
}

impl Source for Get {
    async fn next(&mut self, xml: &mut Xml) -> Result<bool, Fault> {
        self.work.rest().await;
        if self.page.len() == 0 {
            self.look_up().await?;
        }
        let Some((href, target)) = self.page.next() else { return Ok(false) };
        let found = match &target {
            Some(Target::Item(_, folder, name)) => self
                .found
                .get(folder)
                .and_then(|items| items.get(name))
                .and_then(|item| Some((self.folders.get(folder)?.as_ref()?, item))),
            _ => None,
        };
        let Some((Place { folder, zone, kept }, item)) = found else {
            missing(xml, &href);
            return Ok(true);
        };
        let Self { dav, asking, minimal, work, .. } = self;
        let data = asking.data_of(dav, &item.bytes, zone, work);
        let teller = Teller { dav, asked: &asking.asked, minimal: *minimal };
        teller.tell(xml, &href, Thing::Item(folder, item), kept.on(&item.name), data.as_deref());
        Ok(true)
    }
}

impl Get {
    /// Looks up some of what is wanted.
    async fn look_up(&mut self) -> Result<(), Fault> {
        let page: Vec<(String, Option<Target>)> = self.wanted.by_ref().take(PAGE).collect();
        let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for (_, target) in &page {
            if let Some(Target::Item(_, folder, name)) = target {
                names.entry(folder).or_default().push(name.clone());
            }
        }
        self.found.clear();
        for (name, names) in names {
            if !self.folders.contains_key(name) {
                let place = match folder::find(&self.dav, name).await {
                    Ok(folder) => Some(self.place(folder).await?),
                    Err(_) => None,
                };
                self.folders.insert(name.to_owned(), place);
            }
            if let Some(Some(Place { folder, .. })) = self.folders.get(name) {
                let items = folder.items(&self.dav, &names).await?;
                let items = items.into_iter().map(|item| (item.name.clone(), item)).collect();
                self.found.insert(name.to_owned(), items);
            }
        }
        self.page = page.into_iter();
        Ok(())
    }

    async fn place(&self, folder: Folder) -> Result<Place, Fault> {
        let kept = Kept::below(&self.dav, &folder.name(), &self.asking.asked).await?;
        Ok(Place { zone: folder.zone(self.dav.actor.0.user.zone), folder, kept })
    }
}

/// A `DAV:response` for what is not there.
pub fn missing(xml: &mut Xml, href: &str) {
    xml.element("D:response", |xml| {
        xml.value("D:href", href);
        status(xml, StatusCode::NOT_FOUND);
    });
}

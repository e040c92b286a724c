//! CALDAV:calendar-multiget (RFC 4791 7.9): entries by their hrefs.

use std::collections::{HashMap, HashSet, VecDeque};

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
use crate::store::{EntryFile, is_full};

/// The most hrefs of one request.
const MAX_HREFS: usize = 10_000;
/// Hrefs that are looked up at once, unless what they name fills a page before.
const PAGE: usize = 100;

/// Answers with a multi-status: one calendar after the other, each in the order of the hrefs.
pub async fn answer(question: &Question<'_>) -> Result<Response, Fault> {
    let Question { dav, target, root, headers, .. } = question;
    if let Target::Folder(_, name) = target {
        folder::find(dav, name).await?;
    }
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
    let wanted = by_folder(wanted.collect());
    let dav = (*dav).clone();
    let work = Work::new(&dav.app);
    let get =
        Get { dav, asking, minimal, work, wanted, at: None, page: VecDeque::new().into_iter(), found: HashMap::new() };
    multistatus::flowing(multistatus::begun(), get).await
}

/// An href, and what it names.
type Href = (String, Option<Target>);

/// The folder and the name that an href leads to, if that can be an entry.
fn item_of((_, target): &Href) -> Option<(&str, &str)> {
    match target {
        Some(Target::Item(_, folder, name)) => Some((folder, name)),
        _ => None,
    }
}

/// Hrefs of one folder stand together where the first of them stood, so that each folder is looked at once. What leads
/// nowhere stays with what stood before it.
fn by_folder(hrefs: Vec<Href>) -> VecDeque<Href> {
    let mut places: HashMap<String, usize> = HashMap::new();
    let mut groups: Vec<Vec<Href>> = vec![Vec::new()];
    let mut at = 0;
    for href in hrefs {
        if let Some((folder, _)) = item_of(&href) {
            at = *places.entry(folder.to_owned()).or_insert_with(|| {
                groups.push(Vec::new());
                groups.len() - 1
            });
        }
        groups[at].push(href);
    }
    groups.into_iter().flatten().collect()
}

/// Entries under way.
struct Get {
    dav: Dav,
    asking: Asking,
    minimal: bool,
    work: Work,
    /// What is yet to be looked up.
    wanted: VecDeque<Href>,
    /// Where it is looked: the folder's name, and the folder if it is there.
    at: Option<(String, Option<Place>)>,
    /// What was looked up and is yet to be told.
    page: std::collections::vec_deque::IntoIter<Href>,
    /// What is there of it, by name.
    found: HashMap<String, EntryFile>,
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
        let Some(href) = self.page.next() else { return Ok(false) };
        let item = item_of(&href).and_then(|(_, name)| self.found.get(name));
        let place = self.at.as_ref().and_then(|(_, place)| place.as_ref());
        let Some((Place { folder, zone, kept }, item)) = place.zip(item) else {
            missing(xml, &href.0);
            return Ok(true);
        };
        let Self { dav, asking, minimal, work, .. } = self;
        let data = asking.data_of(dav, &item.bytes, zone, work);
        let teller = Teller { dav, asked: &asking.asked, minimal: *minimal };
        teller.tell(xml, &href.0, Thing::Item(folder, item), kept.on(&item.name), data.as_deref());
        Ok(true)
    }
}

impl Get {
    /// Looks up what comes next in one folder, as far as it fills a page.
    async fn look_up(&mut self) -> Result<(), Fault> {
        self.found.clear();
        let Some(folder) = self.wanted.iter().find_map(item_of).map(|(folder, _)| folder.to_owned()) else {
            self.page = std::mem::take(&mut self.wanted).into_iter();
            return Ok(());
        };
        self.go_to(&folder).await?;
        let place = self.at.as_ref().and_then(|(_, place)| place.as_ref());
        // Entries that are made are made all at once, and stand in no page.
        let most = if place.is_none_or(|place| place.folder.is_made()) { MAX_HREFS } else { PAGE };
        let run = self.wanted.iter().take(most).map(item_of);
        let run: Vec<Option<&str>> = run
            .map_while(|item| match item {
                Some((other, _)) if other != folder => None,
                item => Some(item.map(|(_, name)| name)),
            })
            .collect();
        let mut seen = HashSet::new();
        let mut each: Vec<String> =
            run.iter().flatten().filter(|name| seen.insert(**name)).map(|name| (*name).to_owned()).collect();
        let items = match place {
            Some(place) => place.folder.items(&self.dav, &each).await?,
            None => Vec::new(),
        };
        if let Some(last) = items.last().filter(|_| most == PAGE && is_full(&items, PAGE)) {
            // Behind the last one nothing was looked up.
            let behind = each.iter().position(|name| *name == last.name).map_or(0, |last| last + 1);
            each.truncate(behind);
        }
        let reached: HashSet<&str> = each.iter().map(String::as_str).collect();
        let told = run.iter().take_while(|name| name.is_none_or(|name| reached.contains(name))).count();
        self.page = self.wanted.drain(..told).collect::<VecDeque<_>>().into_iter();
        self.found = items.into_iter().map(|item| (item.name.clone(), item)).collect();
        Ok(())
    }

    /// Looks at a folder, if it is not looked at already.
    async fn go_to(&mut self, name: &str) -> Result<(), Fault> {
        if self.at.as_ref().is_some_and(|(there, _)| there == name) {
            return Ok(());
        }
        let place = match folder::find(&self.dav, name).await {
            Ok(folder) => {
                let kept = Kept::below(&self.dav, &folder.name(), &self.asking.asked).await?;
                Some(Place { zone: folder.zone(self.dav.actor.0.user.zone), folder, kept })
            }
            Err(_) => None,
        };
        self.at = Some((name.to_owned(), place));
        Ok(())
    }
}

/// A `DAV:response` for what is not there.
pub fn missing(xml: &mut Xml, href: &str) {
    xml.element("D:response", |xml| {
        xml.value("D:href", href);
        status(xml, StatusCode::NOT_FOUND);
    });
}

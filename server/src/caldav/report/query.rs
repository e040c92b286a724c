//! CALDAV:calendar-query (RFC 4791 7.8): entries that match a filter.

use axum::http::StatusCode;
use axum::response::Response;
use meetme_core::object::filter::{CompFilter, matches};
use meetme_core::object::{Object, ObjectZone, calendar_timezone};
use meetme_core::recurrence::Steps;
use meetme_core::time::Zone;

use crate::actions;
use crate::caldav::door::{Dav, Depth};
use crate::caldav::fault::Fault;
use crate::caldav::folder::{self, Folder, PAGE, Wanted};
use crate::caldav::path::{self, Target};
use crate::caldav::prefer::Prefer;
use crate::caldav::propfind::multistatus;
use crate::caldav::props::{Teller, Thing, status};
use crate::caldav::report::Question;
use crate::caldav::report::filter::comp_filter;
use crate::caldav::report::shape::Asking;
use crate::caldav::xml::{CALDAV, DAV, Element, Xml};
use crate::store::EntryFile;

/// The most entries of an answer.
pub const MAX_RESULTS: usize = 50_000;

/// Answers with a multi-status of what matches.
pub async fn answer(question: &Question<'_>) -> Result<Response, Fault> {
    let Question { dav, target, root, .. } = question;
    let filter =
        root.child(CALDAV, "filter").map(comp_filter).transpose()?.unwrap_or_else(|| CompFilter::of("VCALENDAR"));
    let asking = Asking::of(root, question.headers)?;
    let mut search = Search {
        dav,
        asking,
        filter,
        zone: zone_of(root)?,
        most: limit_of(root).unwrap_or(MAX_RESULTS).min(MAX_RESULTS),
        minimal: Prefer::of(question.headers).minimal,
        found: 0,
        xml: Xml::document("D:multistatus"),
    };
    let full = match target {
        Target::Folder(_, name) => {
            let folder = folder::find(dav, name).await?;
            // Many clients forget the depth: a calendar itself matches nothing, so its entries are meant.
            search.folder(&folder).await?
        }
        Target::Home(_) if question.depth != Depth::Zero => {
            let mut full = false;
            for folder in folder::all(dav).await?.iter().filter(|folder| folder.is_calendar()) {
                full = full || search.folder(folder).await?;
            }
            full
        }
        Target::Item(_, folder, name) => {
            let folder = folder::find(dav, folder).await?;
            let item = folder.item(dav, name).await?.ok_or_else(Fault::not_found)?;
            search.item(&folder, &item)?;
            false
        }
        _ => return Err(Fault::condition("D:supported-report", "ask this of a calendar")),
    };
    if full {
        truncated(&mut search.xml, &target.href());
    }
    Ok(multistatus(search.xml))
}

/// Says that there is more (RFC 5323 5.17, RFC 6578 3.6): 507 for the thing that was asked.
pub fn truncated(xml: &mut Xml, href: &str) {
    xml.element("D:response", |xml| {
        xml.value("D:href", href);
        status(xml, StatusCode::INSUFFICIENT_STORAGE);
        xml.element("D:error", |xml| xml.empty("D:number-of-matches-within-limits"));
    });
}

/// `DAV:limit`.
pub fn limit_of(root: &Element) -> Option<usize> {
    root.child(DAV, "limit")?.child(DAV, "nresults")?.text().trim().parse().ok()
}

/// The zone that a query gives for floating times (RFC 4791 9.8, RFC 7809 5.2).
fn zone_of(root: &Element) -> Result<Option<ObjectZone>, Fault> {
    if let Some(timezone) = root.child(CALDAV, "timezone") {
        let zone = calendar_timezone(timezone.text().as_bytes());
        return zone.map(Some).map_err(|bad| Fault::condition("C:valid-calendar-data", bad.to_string()));
    }
    let Some(id) = root.child(CALDAV, "timezone-id") else { return Ok(None) };
    let name = id.text();
    let zone: Result<Zone, _> = name.trim().parse();
    let bad = |_| Fault::condition("C:valid-timezone", format!("there is no zone `{}`", name.trim()));
    zone.map(|zone| Some(zone.into())).map_err(bad)
}

/// A query under way.
struct Search<'a> {
    dav: &'a Dav,
    asking: Asking,
    filter: CompFilter,
    zone: Option<ObjectZone>,
    most: usize,
    minimal: bool,
    found: usize,
    xml: Xml,
}

impl Search<'_> {
    /// Adds the entries of a folder that match; whether there are more than may be told.
    async fn folder(&mut self, folder: &Folder) -> Result<bool, Fault> {
        let kinds = self.filter.kinds().unwrap_or_default();
        let mut wanted = Wanted {
            range: self.filter.bounds().map(|range| (range.start, range.end)),
            components: kinds.into_iter().map(|kind| kind.name().to_owned()).collect(),
            bytes: true,
            ..Wanted::default()
        };
        loop {
            let page = folder.page(self.dav, &wanted).await?;
            let Some(last) = page.last() else { return Ok(false) };
            wanted.after = Some(last.name.clone());
            for item in &page {
                if self.found >= self.most {
                    if self.matches(folder, item)? {
                        return Ok(true);
                    }
                    continue;
                }
                self.item(folder, item)?;
            }
            if page.len() < PAGE {
                return Ok(false);
            }
        }
    }

    fn zone(&self, folder: &Folder) -> ObjectZone {
        self.zone.clone().unwrap_or_else(|| folder.zone(self.dav.actor.0.user.zone))
    }

    fn matches(&self, folder: &Folder, item: &EntryFile) -> Result<bool, Fault> {
        let Ok(object) = Object::read(&item.bytes, &actions::object_limits(&self.dav.app)) else { return Ok(false) };
        let zone = self.zone(folder);
        Ok(matches(&object, &self.filter, &zone, &mut Steps::default())?)
    }

    /// Adds an entry if it matches.
    fn item(&mut self, folder: &Folder, item: &EntryFile) -> Result<(), Fault> {
        if !self.matches(folder, item)? {
            return Ok(());
        }
        self.found += 1;
        let data = self.asking.data_of(self.dav, &item.bytes, &self.zone(folder), &mut Steps::default())?;
        let href = path::item_of(self.dav.user(), &folder.name(), &item.name);
        let (asked, thing) = (&self.asking.asked, Thing::Item(folder, item));
        Teller { dav: self.dav, asked, minimal: self.minimal }.tell(&mut self.xml, &href, thing, &[], data.as_deref());
        Ok(())
    }
}

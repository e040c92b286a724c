//! CALDAV:calendar-query (RFC 4791 7.8): entries that match a filter.

use axum::http::StatusCode;
use axum::response::Response;
use meetme_core::object::filter::{CompFilter, matches};
use meetme_core::object::{Object, ObjectZone, calendar_timezone};
use meetme_core::time::Zone;

use crate::actions;
use crate::caldav::door::{Dav, Depth};
use crate::caldav::fault::Fault;
use crate::caldav::folder::{self, Entries, Folder, Wanted};
use crate::caldav::multistatus::{self, Source};
use crate::caldav::path::{self, Target};
use crate::caldav::prefer::Prefer;
use crate::caldav::props::{Kept, Teller, Thing, status};
use crate::caldav::report::Question;
use crate::caldav::report::filter::comp_filter;
use crate::caldav::report::shape::Asking;
use crate::caldav::work::Work;
use crate::caldav::xml::{CALDAV, DAV, Element, Xml};
use crate::store::EntryFile;

/// The most entries of an answer.
pub const MAX_RESULTS: usize = 50_000;

/// Answers with a multi-status of what matches.
pub async fn answer(question: &Question<'_>) -> Result<Response, Fault> {
    let Question { dav, target, root, .. } = question;
    let filter = filter_of(root)?;
    let mut search = Search {
        dav: (*dav).clone(),
        asking: Asking::of(root, question.headers)?,
        filter,
        zone: zone_of(root)?,
        most: limit_of(root).unwrap_or(MAX_RESULTS).min(MAX_RESULTS),
        minimal: Prefer::of(question.headers).minimal,
        work: Work::new(&dav.app),
        found: 0,
        href: target.href(),
        folders: Vec::new().into_iter(),
        at: None,
    };
    let folders = match target {
        // Many clients forget the depth: a calendar itself matches nothing, so its entries are meant.
        Target::Folder(_, name) => vec![folder::find(dav, name).await?],
        Target::Home(_) if question.depth != Depth::Zero => {
            folder::all(dav).await?.into_iter().filter(Folder::is_calendar).collect()
        }
        Target::Item(_, folder, name) => {
            let folder = folder::find(dav, folder).await?;
            let item = folder.item(dav, name).await?.ok_or_else(Fault::not_found)?;
            let mut xml = multistatus::begun();
            let place = search.place(folder).await?;
            search.item(&mut xml, &place, &item);
            return Ok(multistatus::whole(xml));
        }
        _ => return Err(Fault::condition("D:supported-report", "ask this of a calendar")),
    };
    search.folders = folders.into_iter();
    multistatus::flowing(multistatus::begun(), search).await
}

/// What a CALDAV:calendar-query looks for; everything if it does not say.
pub fn filter_of(root: &Element) -> Result<CompFilter, Fault> {
    let filter = root.child(CALDAV, "filter").map(comp_filter).transpose()?;
    Ok(filter.unwrap_or_else(|| CompFilter::of("VCALENDAR")))
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
struct Search {
    dav: Dav,
    asking: Asking,
    filter: CompFilter,
    zone: Option<ObjectZone>,
    most: usize,
    minimal: bool,
    work: Work,
    found: usize,
    /// What was asked.
    href: String,
    /// Where it is yet to be looked.
    folders: std::vec::IntoIter<Folder>,
    /// Where it is looked.
    at: Option<Place>,
}

/// A folder, the zone of its floating times, what clients keep on its entries, and those that are yet to be looked at.
struct Place {
    folder: Folder,
    zone: ObjectZone,
    kept: Kept,
    entries: Entries,
}

impl Source for Search {
    async fn next(&mut self, xml: &mut Xml) -> Result<bool, Fault> {
        self.work.rest().await;
        let mut place = match self.at.take() {
            Some(place) => place,
            None => match self.folders.next() {
                Some(folder) => self.place(folder).await?,
                None => return Ok(false),
            },
        };
        if let Some(item) = place.entries.next(&self.dav, &place.folder).await? {
            if self.item(xml, &place, &item) {
                truncated(xml, &self.href);
                return Ok(false);
            }
            self.at = Some(place);
        }
        Ok(true)
    }
}

impl Search {
    async fn place(&self, folder: Folder) -> Result<Place, Fault> {
        let kinds = self.filter.kinds().unwrap_or_default();
        let wanted = Wanted {
            range: self.filter.bounds().map(|range| (range.start, range.end)),
            components: kinds.into_iter().map(|kind| kind.name().to_owned()).collect(),
            bytes: true,
            ..Wanted::default()
        };
        let zone = self.zone.clone().unwrap_or_else(|| folder.zone(self.dav.actor.0.user.zone));
        let kept = Kept::below(&self.dav, &folder.name(), &self.asking.asked).await?;
        Ok(Place { folder, zone, kept, entries: Entries::of(wanted) })
    }

    /// Tells of an entry if it matches; whether it does and may not be told any more.
    fn item(&mut self, xml: &mut Xml, place: &Place, item: &EntryFile) -> bool {
        let Place { folder, zone, kept, .. } = place;
        let Ok(object) = Object::read(&item.bytes, &actions::object_limits(&self.dav.app)) else { return false };
        // What cannot be worked out may match: its app can tell.
        let matching = self.work.out(|steps| matches(&object, &self.filter, zone, steps)).unwrap_or(true);
        if !matching || self.found >= self.most {
            return matching;
        }
        self.found += 1;
        let data = self.asking.data_of_object(&object, zone, &mut self.work);
        let href = path::item_of(self.dav.user(), &folder.name(), &item.name);
        let (dav, asked, minimal) = (&self.dav, &self.asking.asked, self.minimal);
        Teller { dav, asked, minimal }.tell(
            xml,
            &href,
            Thing::Item(folder, item),
            kept.on(&item.name),
            data.as_deref(),
        );
        false
    }
}

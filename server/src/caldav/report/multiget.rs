//! CALDAV:calendar-multiget (RFC 4791 7.9): entries by their hrefs.

use std::collections::{BTreeMap, HashMap};

use axum::http::StatusCode;
use axum::response::Response;
use meetme_core::recurrence::Steps;

use crate::caldav::fault::Fault;
use crate::caldav::folder;
use crate::caldav::path::Target;
use crate::caldav::prefer::Prefer;
use crate::caldav::propfind::multistatus;
use crate::caldav::props::{Teller, Thing, status};
use crate::caldav::report::Question;
use crate::caldav::report::shape::Asking;
use crate::caldav::xml::{DAV, Element, Xml};
use crate::store::EntryFile;

/// The most hrefs of one request.
const MAX_HREFS: usize = 10_000;

/// Answers with a multi-status in the order of the hrefs.
pub async fn answer(question: &Question<'_>) -> Result<Response, Fault> {
    let Question { dav, root, headers, .. } = question;
    let asking = Asking::of(root, headers)?;
    let minimal = Prefer::of(headers).minimal;
    let hrefs: Vec<String> = root.elements().filter(|href| href.is(DAV, "href")).map(Element::text).collect();
    if hrefs.len() > MAX_HREFS {
        return Err(Fault::condition("D:number-of-matches-within-limits", format!("ask for {MAX_HREFS} at most")));
    }
    let targets: Vec<Option<Target>> = hrefs.iter().map(|href| dav.target_of(href, headers).ok()).collect();
    let mut names: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for target in targets.iter().flatten() {
        if let Target::Item(_, folder, name) = target {
            names.entry(folder).or_default().push(name.clone());
        }
    }
    let mut found = HashMap::new();
    for (name, names) in names {
        let Ok(folder) = folder::find(dav, name).await else { continue };
        let items = folder.items(dav, &names).await?;
        let items: HashMap<String, EntryFile> = items.into_iter().map(|item| (item.name.clone(), item)).collect();
        found.insert(name, (folder, items));
    }
    let mut xml = Xml::document("D:multistatus");
    for (href, target) in hrefs.iter().zip(&targets) {
        let item = match target {
            Some(Target::Item(_, folder, name)) => {
                found.get(folder.as_str()).and_then(|(folder, items)| Some((folder, items.get(name)?)))
            }
            _ => None,
        };
        let Some((folder, item)) = item else {
            missing(&mut xml, target.as_ref().map_or(href.trim().to_owned(), Target::href).as_str());
            continue;
        };
        let zone = folder.zone(dav.actor.0.user.zone);
        let data = asking.data_of(dav, &item.bytes, &zone, &mut Steps::default())?;
        let href = target.as_ref().map(Target::href).unwrap_or_default();
        let thing = Thing::Item(folder, item);
        Teller { dav, asked: &asking.asked, minimal }.tell(&mut xml, &href, thing, &[], data.as_deref());
    }
    Ok(multistatus(xml))
}

/// A `DAV:response` for what is not there.
pub fn missing(xml: &mut Xml, href: &str) {
    xml.element("D:response", |xml| {
        xml.value("D:href", href);
        status(xml, StatusCode::NOT_FOUND);
    });
}

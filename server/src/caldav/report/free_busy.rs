//! CALDAV:free-busy-query (RFC 4791 7.10): when somebody is busy, without why.

use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use meetme_core::object::free_busy::{FreeBusyText, free_busy_text, merged};
use meetme_core::object::{Busy, Kind, Object, ObjectZone, Setting, unavailable};
use meetme_core::recurrence::Steps;
use meetme_core::time::Span;

use crate::actions;
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::folder::{self, Entries, Folder, Wanted};
use crate::caldav::item::CALENDAR;
use crate::caldav::path::Target;
use crate::caldav::report::Question;
use crate::caldav::report::filter::span;
use crate::caldav::xml::CALDAV;

/// Answers with one VFREEBUSY.
pub async fn answer(question: &Question<'_>) -> Result<Response, Fault> {
    let Question { dav, target, root, .. } = question;
    let range = root.child(CALDAV, "time-range").ok_or_else(|| Fault::bad_request("a time-range is missing"))?;
    let range = span(range)?;
    let folders = match target {
        Target::Folder(_, name) => vec![folder::find(dav, name).await?],
        Target::Home(_) => folder::all(dav).await?,
        _ => return Err(Fault::condition("D:supported-report", "ask this of a calendar")),
    };
    let (mut busy, mut availabilities) = (Vec::new(), Vec::new());
    for folder in folders.iter().filter(|folder| folder.file().is_some() && folder.is_calendar()) {
        busy.extend(of_folder(dav, folder, range, &mut availabilities).await?);
    }
    busy.extend(unmet(dav, &availabilities, range)?);
    let busy = merged(busy, range);
    let uid = format!("free-busy-{}@{}", range.start().timestamp(), dav.app.domain());
    let stamp = dav.app.clock.now();
    let text =
        FreeBusyText { uid: &uid, stamp, span: range, busy: &busy, method: None, organizer: None, attendee: None };
    let response = Response::builder().header(header::CONTENT_TYPE, CALENDAR).body(Body::from(free_busy_text(&text)));
    Ok(response.expect("its headers are ours"))
}

/// The time in which their owner said that they cannot be met (RFC 7953 4).
fn unmet(dav: &Dav, availabilities: &[Vec<u8>], range: Span) -> Result<Vec<Busy>, Fault> {
    let limits = actions::object_limits(&dav.app);
    let zone = ObjectZone::from(dav.actor.0.user.zone);
    let read: Vec<Object<'_>> = availabilities.iter().filter_map(|bytes| Object::read(bytes, &limits).ok()).collect();
    Ok(unavailable(&read, range, &zone, &mut Steps::default())?)
}

/// The time that a folder's entries take in a range; what says when somebody can be met is put aside.
async fn of_folder(
    dav: &Dav,
    folder: &Folder,
    range: Span,
    availabilities: &mut Vec<Vec<u8>>,
) -> Result<Vec<Busy>, Fault> {
    let zone = folder.zone(dav.actor.0.user.zone);
    let addresses = actions::addresses(&dav.app, &dav.actor.0.user);
    let setting = Setting { floating: &zone, horizon: range, addresses: &addresses };
    let limits = actions::object_limits(&dav.app);
    let components = ["VEVENT", "VFREEBUSY", "VAVAILABILITY"].map(str::to_owned).to_vec();
    let range_of = Some((Some(range.start()), Some(range.end())));
    let mut entries = Entries::of(Wanted { range: range_of, components, bytes: true, ..Wanted::default() });
    let mut busy = Vec::new();
    while let Some(item) = entries.next(dav, folder).await? {
        if item.component == Kind::Availability.name() {
            availabilities.push(item.bytes.clone());
        }
        let Ok(object) = Object::read(&item.bytes, &limits) else { continue };
        match object.index(&setting, &mut Steps::default()) {
            Ok(index) => busy.extend(index.busy),
            Err(closed) => {
                let from = closed.from.unwrap_or(range.start()).max(range.start());
                let kind = meetme_core::object::BusyKind::Unavailable;
                busy.extend(Span::new(from, range.end()).ok().map(|span| Busy { span, kind }));
            }
        }
    }
    Ok(busy)
}

//! CALDAV:free-busy-query (RFC 4791 7.10): when somebody is busy, without why.

use axum::body::Body;
use axum::http::header;
use axum::response::Response;
use meetme_core::object::free_busy::{FreeBusyText, free_busy_text, merged};
use meetme_core::object::{Busy, BusyKind, Kind, Object, ObjectZone, Setting, unavailable};
use meetme_core::time::Span;

use crate::actions;
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::folder::{self, Entries, Folder, Wanted};
use crate::caldav::item::CALENDAR;
use crate::caldav::path::Target;
use crate::caldav::report::Question;
use crate::caldav::report::filter::span;
use crate::caldav::work::Work;
use crate::caldav::xml::CALDAV;
use crate::store::{EntryFile, PAGE_BYTES};

/// The longest stretch of one question, in days: ten years.
const MAX_DAYS: i64 = 3_660;
/// The most stretches of time that are gathered.
const MAX_BUSY: usize = 50_000;

/// Answers with one VFREEBUSY.
pub async fn answer(question: &Question<'_>) -> Result<Response, Fault> {
    let Question { dav, target, root, .. } = question;
    let range = root.child(CALDAV, "time-range").ok_or_else(|| Fault::bad_request("a time-range is missing"))?;
    let range = span(range)?;
    if range.length().num_days() > MAX_DAYS {
        return Err(too_much());
    }
    let folders = match target {
        Target::Folder(_, name) => vec![folder::find(dav, name).await?],
        Target::Home(_) => folder::all(dav).await?,
        _ => return Err(Fault::condition("D:supported-report", "ask this of a calendar")),
    };
    let work = Work::new(&dav.app);
    let mut gathered = Gathered { dav, range, work, busy: Vec::new(), availabilities: Vec::new(), bytes: 0 };
    for folder in folders.iter().filter(|folder| folder.file().is_some() && folder.is_calendar()) {
        gathered.add_folder(folder).await?;
    }
    let busy = gathered.told()?;
    let uid = format!("free-busy-{}@{}", range.start().timestamp(), dav.app.domain());
    let stamp = dav.app.clock.now();
    let text =
        FreeBusyText { uid: &uid, stamp, span: range, busy: &busy, method: None, organizer: None, attendee: None };
    let response = Response::builder().header(header::CONTENT_TYPE, CALENDAR).body(Body::from(free_busy_text(&text)));
    Ok(response.expect("its headers are ours"))
}

/// RFC 4791 7.10: what was found must be within the server's limits.
fn too_much() -> Fault {
    let years = MAX_DAYS / 366;
    let why = format!("that is too much to work out: ask for a shorter time, {years} years at most");
    Fault::condition("D:number-of-matches-within-limits", why)
}

/// What takes time in a range, as far as it was looked at.
struct Gathered<'a> {
    dav: &'a Dav,
    range: Span,
    work: Work,
    busy: Vec<Busy>,
    /// The VAVAILABILITYs: what one says depends on the others.
    availabilities: Vec<Vec<u8>>,
    /// How many bytes those are.
    bytes: usize,
}

impl Gathered<'_> {
    async fn add_folder(&mut self, folder: &Folder) -> Result<(), Fault> {
        let zone = folder.zone(self.dav.actor.0.user.zone);
        let addresses = actions::addresses(&self.dav.app, &self.dav.actor.0.user);
        let setting = Setting { floating: &zone, horizon: self.range, addresses: &addresses };
        let components = ["VEVENT", "VFREEBUSY", "VAVAILABILITY"].map(str::to_owned).to_vec();
        let range_of = Some((Some(self.range.start()), Some(self.range.end())));
        let mut entries = Entries::of(Wanted { range: range_of, components, bytes: true, ..Wanted::default() });
        while let Some(item) = entries.next(self.dav, folder).await? {
            self.add(item, &setting)?;
            self.work.rest().await;
        }
        Ok(())
    }

    /// Adds the time that an entry takes; what says when somebody can be met is put aside.
    fn add(&mut self, item: EntryFile, setting: &Setting<'_>) -> Result<(), Fault> {
        if item.component == Kind::Availability.name() {
            self.bytes += item.bytes.len();
            self.availabilities.push(item.bytes);
            return if self.bytes > PAGE_BYTES { Err(too_much()) } else { Ok(()) };
        }
        let Ok(object) = Object::read(&item.bytes, &actions::object_limits(&self.dav.app)) else { return Ok(()) };
        match self.work.out(|steps| Ok(object.index(setting, steps))) {
            _ if self.work.is_spent() => return Err(too_much()),
            Some(Ok(index)) => self.busy.extend(index.busy),
            // What cannot be worked out is closed.
            Some(Err(closed)) => {
                let from = closed.from.unwrap_or(self.range.start()).max(self.range.start());
                let span = Span::new(from, self.range.end()).ok();
                self.busy.extend(span.map(|span| Busy { span, kind: BusyKind::Unavailable }));
            }
            None => {}
        }
        if self.busy.len() > MAX_BUSY {
            self.busy = merged(std::mem::take(&mut self.busy), self.range);
            // It was worth the while, or it will not be the next time either.
            return if self.busy.len() > MAX_BUSY / 2 { Err(too_much()) } else { Ok(()) };
        }
        Ok(())
    }

    /// All of it, with the time in which its owner said that they cannot be met (RFC 7953 4).
    fn told(mut self) -> Result<Vec<Busy>, Fault> {
        let limits = actions::object_limits(&self.dav.app);
        let zone = ObjectZone::from(self.dav.actor.0.user.zone);
        let read = self.availabilities.iter().filter_map(|bytes| Object::read(bytes, &limits).ok());
        let read: Vec<Object<'_>> = read.collect();
        let closed = self.work.out(|steps| unavailable(&read, self.range, &zone, steps)).ok_or_else(too_much)?;
        self.busy.extend(closed);
        Ok(merged(self.busy, self.range))
    }
}

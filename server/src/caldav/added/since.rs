//! What came and went among the open slots of an event that was added: by bookings, by its host's time, by its
//! windows, and by the clock.

use std::collections::{HashMap, HashSet};

use chrono::TimeDelta;
use meetme_core::availability::Calendar;
use meetme_core::change::Kind;
use meetme_core::cursor::Seq;
use meetme_core::id::{BookingId, UserId};
use meetme_core::recurrence::Steps;
use meetme_core::slot;
use meetme_core::time::{Instant, Minutes, Span};
use meetme_core::window::Window;

use super::{Moment, booked_here, items_at, slot_name};
use crate::actions::{self, Marks};
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::store::{EntryFile, EventFile};

/// Log entries that are read at once.
const PAGE: usize = 500;
/// Log entries behind which one begins anew.
const MAX_BEHIND: usize = 5_000;
/// Windows, as they were and as they are, behind which one begins anew.
const MAX_WINDOWS: usize = 64;

/// What came (with the entry) and went (without) since a moment; `None` if only a full listing can tell.
pub async fn since(
    dav: &Dav,
    file: &EventFile,
    then: Moment,
    now: Moment,
) -> Result<Option<Vec<(String, Option<EntryFile>)>>, Fault> {
    let marks = Marks::read(&dav.app, file.event.host, &file.event.slug).await?;
    // Which slots there were before that is not known.
    let Some(former) = marks.former_since(then.version).filter(|_| !marks.is_cut_anew(then.version)) else {
        return Ok(None);
    };
    let mut windows: Vec<&Window> = former.collect();
    let written: HashSet<_> = marks.written_since(then.version).collect();
    // Another title makes other entries of all slots, and another notice opens or shuts any of them.
    let described = marks.is_described_anew(then.version);
    windows.extend(file.windows.iter().filter(|window| described || written.contains(&window.id)));
    let Some(news) = touched(dav, file, then, now).await? else { return Ok(None) };
    if windows.len() > MAX_WINDOWS {
        return Ok(None);
    }
    let mut names = HashSet::new();
    let end = then.until.max(now.until);
    for (touch, range) in touches(dav, file, news.spans).await? {
        let slots = actions::slots_between(&dav.app, file, range.start(), range.end(), now.at).await?;
        names.extend(
            slots
                .into_iter()
                .filter(|slot| slot.span.overlaps(&touch) && slot.span.start() < end)
                .map(|slot| slot_name(slot.span)),
        );
    }
    for range in by_time(file, then, now) {
        let slots = actions::slots_between(&dav.app, file, range.start(), range.end(), now.at).await?;
        names.extend(slots.into_iter().map(|slot| slot_name(slot.span)));
    }
    names.extend(slots_of(file, &windows, then.at, end)?);
    for (name, id) in booked_here(dav, file).await? {
        if described || news.own || news.bookings.contains(&id) {
            names.insert(name);
        }
    }
    let items = items_at(dav, file, now.at).await?;
    let mut items: HashMap<String, EntryFile> = items.into_iter().map(|item| (item.name.clone(), item)).collect();
    let mut told: Vec<_> = names.into_iter().map(|name| (name.clone(), items.remove(&name))).collect();
    told.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(Some(told))
}

/// What logs tell.
#[derive(Debug, Default)]
struct News {
    /// The spans that it touches.
    spans: Vec<Span>,
    bookings: HashSet<BookingId>,
    /// Something that the guest keeps on entries changed.
    own: bool,
}

/// What the logs of host and guest tell; `None` if that is too much, or forgotten.
async fn touched(dav: &Dav, file: &EventFile, then: Moment, now: Moment) -> Result<Option<News>, Fault> {
    let mut news = News::default();
    let host = read(dav, file.event.host, (then.host.seq, now.host.seq), |kind, booking, spans| {
        if kind == Kind::LimitsChanged {
            // Every slot may be open or shut by them.
            news.spans.extend(Span::new(then.at, then.until.max(now.until)).ok());
        }
        news.spans.extend_from_slice(spans);
        news.bookings.extend(booking);
        kind != Kind::AccountDeleted
    });
    if !host.await? {
        return Ok(None);
    }
    let guest = read(dav, dav.actor.id(), (then.guest, now.guest), |kind, booking, _| {
        news.own |= kind == Kind::CollectionsChanged;
        news.bookings.extend(booking);
        true
    });
    Ok(guest.await?.then_some(news))
}

/// Reads a log between two places; whether all of it could be read, and `each` went on.
async fn read(
    dav: &Dav,
    person: UserId,
    (from, to): (Seq, Seq),
    mut each: impl FnMut(Kind, Option<BookingId>, &[Span]) -> bool,
) -> Result<bool, Fault> {
    let (mut seq, mut read) = (from, 0);
    while seq < to {
        let Some(page) = dav.app.store.log_after(person, seq, PAGE).await? else { return Ok(false) };
        let Some(last) = page.entries.last() else { break };
        seq = last.seq;
        read += page.entries.len();
        if read > MAX_BEHIND {
            return Ok(false);
        }
        for entry in page.entries.iter().filter(|entry| entry.seq <= to) {
            if !each(entry.news.kind, entry.news.booking, &entry.news.spans) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Stretches in which the starts of slots lie that time alone closed, brought into sight, or took out of it.
fn by_time(file: &EventFile, then: Moment, now: Moment) -> Vec<Span> {
    // Closed is what starts at the end of notice, too; starts are whole minutes.
    let closed = |at: Instant| at + file.event.notice.delta() + TimeDelta::seconds(1);
    let mut spans: Vec<Span> = Span::new(closed(then.at), closed(now.at)).into_iter().collect();
    spans.extend(Span::new(then.until.min(now.until), then.until.max(now.until)).ok());
    if let (Some(from), Some(to)) = (file.event.horizon_at(then.at), file.event.horizon_at(now.at)) {
        spans.extend(Span::new(from, to).ok());
    }
    spans
}

/// What these spans can open or shut: stretches that overlap the slots, none twice, each with that in which the
/// slots start.
async fn touches(dav: &Dav, file: &EventFile, spans: Vec<Span>) -> Result<Vec<(Span, Span)>, Fault> {
    let widest = dav.app.store.widest_buffer(file.event.host).await?;
    let whole = file.windows.iter().filter(|window| window.whole).map(|window| window.duration);
    let longest = whole.chain([file.event.slot_length]).max().unwrap_or(file.event.slot_length);
    let reach = |span| Calendar::reach(&file.event, &file.limits, widest, span);
    let mut touches: Vec<Span> = spans.into_iter().map(reach).collect();
    touches.sort_unstable();
    touches.dedup_by(|next, last| {
        let joins = next.start() <= last.end();
        if joins {
            *last = Span::new(last.start(), last.end().max(next.end())).unwrap_or(*last);
        }
        joins
    });
    Ok(touches.into_iter().map(|touch| (touch, touch.widened(longest, Minutes(0)))).collect())
}

/// The names of slots of these windows that start in a stretch, each window for itself.
fn slots_of(file: &EventFile, windows: &[&Window], from: Instant, to: Instant) -> Result<HashSet<String>, Fault> {
    let mut names = HashSet::new();
    for window in windows {
        let mut from = from;
        while let Ok(page) = Span::new(from, to.min(from + slot::MAX_SLOT_RANGE)) {
            let cut = slot::cut(&file.event, std::slice::from_ref(*window), page, &mut Steps::default())?;
            names.extend(cut.slots.into_iter().map(slot_name));
            from = cut.next.unwrap_or(page.end());
        }
    }
    Ok(names)
}

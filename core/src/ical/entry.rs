//! One open slot, one window as a calendar object of its own, and the way back for windows.

use chrono::{Days, NaiveDateTime, TimeDelta};

use super::PRODID;
use super::feed::{Feed, open_slot};
use super::write::Document;
use super::zone::vtimezone;
use crate::api::NewWindow;
use crate::event::Event;
use crate::object::{Moment, Object, ObjectZone};
use crate::recurrence::{Rule, Until};
use crate::time::{Instant, Minutes, Reading, Span, Zone};
use crate::window::MAX_EXDATES;

/// The property that keeps a window's `whole`.
const WHOLE: &str = "X-MEETME-WHOLE";

/// One open slot, under the UID that the feed derives for it.
pub fn slot_object(feed: &Feed<'_>, slot: Span) -> String {
    let zone = feed.event.time_zone;
    calendar(|document| {
        if zone != Zone::UTC {
            vtimezone(document, zone, slot);
        }
        document.component("VEVENT", |document| open_slot(document, feed, slot));
    })
}

/// A window and the one-off windows that stand for its moved instances, as one object.
#[derive(Debug, Clone, Copy)]
pub struct WindowObject<'a> {
    /// The event that is offered.
    pub event: &'a Event,
    /// The UID under which the host's calendar knows it.
    pub uid: &'a str,
    /// The window.
    pub main: &'a NewWindow,
    /// The one-off windows that belong to it.
    pub moved: &'a [MovedWindow],
    /// When the event or its windows last changed; DTSTAMP.
    pub changed_at: Instant,
}

/// A one-off window that an object holds besides its main one.
#[derive(Debug, Clone)]
pub struct MovedWindow {
    /// Which instance of the main window it stands for, by the event's clock: one of its exceptions. `None` for
    /// one that is added (RDATE).
    pub instead_of: Option<NaiveDateTime>,
    /// The window.
    pub window: NewWindow,
}

/// Writes a window as a transparent entry. The same windows give the same bytes.
///
/// A moved instance is told by RECURRENCE-ID, and its exception is not told besides.
pub fn window_object(object: &WindowObject<'_>) -> String {
    let WindowObject { event, main, moved, .. } = *object;
    let replaced = || moved.iter().filter_map(|moved| Some((moved.instead_of?, &moved.window)));
    let left_out = main.exdates.iter().filter(|date| replaced().all(|(id, _)| id != **date));
    let added = moved.iter().filter(|moved| moved.instead_of.is_none()).map(|moved| &moved.window);
    calendar(|document| {
        if event.zone != Zone::UTC {
            vtimezone(document, event.zone, described(object));
        }
        document.component("VEVENT", |document| {
            document.text("UID", object.uid);
            document.instant("DTSTAMP", object.changed_at);
            wall(document, "DTSTART", event.zone, &[main.start]);
            document.duration("DURATION", main.duration_minutes);
            if let Some(rule) = &main.rrule {
                document.plain("RRULE", rule.as_str());
            }
            for date in left_out {
                wall(document, "EXDATE", event.zone, &[*date]);
            }
            for window in added {
                let start = event.zone.recurring_instant_of(window.start);
                let value = format!("{}/PT{}M", super::write::utc(start), window.duration_minutes.0.max(1));
                document.plain("RDATE;VALUE=PERIOD", &value);
            }
            about(document, event, main.whole);
        });
        for (date, window) in replaced() {
            document.component("VEVENT", |document| {
                document.text("UID", object.uid);
                document.instant("DTSTAMP", object.changed_at);
                wall(document, "RECURRENCE-ID", event.zone, &[date]);
                wall(document, "DTSTART", event.zone, &[window.start]);
                document.duration("DURATION", window.duration_minutes);
                about(document, event, main.whole);
            });
        }
    })
}

fn about(document: &mut Document, event: &Event, whole: bool) {
    document.text("SUMMARY", &event.title);
    document.plain("TRANSP", "TRANSPARENT");
    if whole {
        document.plain(WHOLE, "TRUE");
    }
}

fn calendar(inside: impl FnOnce(&mut Document)) -> String {
    let mut document = Document::default();
    document.component("VCALENDAR", |document| {
        document.plain("VERSION", "2.0");
        document.plain("PRODID", PRODID);
        inside(document);
    });
    document.into_text()
}

fn wall(document: &mut Document, name: &str, zone: Zone, walls: &[NaiveDateTime]) {
    let walls: Vec<_> = walls.iter().map(|wall| wall.format("%Y%m%dT%H%M%S").to_string()).collect();
    if zone == Zone::UTC {
        document.plain(name, &format!("{}Z", walls.join("Z,")));
    } else {
        document.plain(&format!("{name};TZID={zone}"), &walls.join(","));
    }
}

/// The years that the VTIMEZONE of a window must tell: to its end, or twenty of a rule without one.
fn described(object: &WindowObject<'_>) -> Span {
    let zone = object.event.zone;
    let first = object.main.start.date();
    let last = match object.main.rrule.as_ref().map(Rule::until) {
        None => first,
        Some(Some(Until::Day(day))) => day,
        Some(Some(Until::Wall(wall))) => wall.date(),
        Some(Some(Until::Instant(at))) => zone.day_at(at),
        Some(None) => first.checked_add_days(Days::new(20 * 365)).unwrap_or(first),
    };
    let moved = object.moved.iter().map(|moved| moved.window.start.date());
    let (first, last) = moved.fold((first, last.max(first)), |(first, last), day| (first.min(day), last.max(day)));
    Span::new(zone.day(first).start(), zone.day(last).end()).unwrap_or(zone.day(first))
}

/// The windows that an object stands for.
#[derive(Debug, Clone)]
pub struct ObjectWindows {
    /// The entry itself, instances that were moved or cancelled left out.
    pub main: NewWindow,
    /// Where moved instances went, and what RDATE adds; by start.
    pub moved: Vec<MovedWindow>,
}

/// Why an object stands for no windows. Nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoWindow {
    /// It is no event.
    #[error("a window is a VEVENT")]
    NoEvent,
    /// It is instances without the entry that they belong to.
    #[error("this changes single instances only: send the whole entry with them")]
    NoMain,
    /// It has more than one rule, or one that leaves instances out.
    #[error("a window repeats by one RRULE: leave out the others")]
    Rules,
    /// RANGE=THISANDFUTURE.
    #[error("a change to all later instances cannot be kept: end this entry with UNTIL and begin another")]
    AndFuture,
    /// A rule in another zone than the event's.
    #[error("the event is in {event}: a window that repeats must be in that zone")]
    OtherZone {
        /// The event's zone.
        event: Zone,
    },
    /// Days that repeat: they are 23 to 25 hours long.
    #[error("whole days cannot repeat as windows: give a start and an end")]
    Days,
    /// A start or a length that is not of whole minutes, or without length.
    #[error("a window starts on a minute and lasts whole minutes, one at least")]
    Minutes,
    /// A time that the event's zone shows twice, the second time.
    #[error("clocks in {zone} show this time twice, and a window begins the first time")]
    Doubled {
        /// The zone.
        zone: Zone,
    },
    /// More exceptions than a window may have.
    #[error("a window has at most {MAX_EXDATES} exceptions")]
    Exceptions,
}

/// Reads the windows that a host's calendar sends: RRULE, EXDATE, RDATE, moved and cancelled instances.
///
/// What cannot be kept as it is meant is refused, never dropped. Floating
/// times are the event's. Each window is still to be checked on its own
/// ([`Window::check`](crate::window::Window::check)).
pub fn windows_of(object: &Object<'_>, event: &Event) -> Result<ObjectWindows, NoWindow> {
    let zone: ObjectZone = event.zone.into();
    let times = object.event_times(&zone).ok_or(NoWindow::NoEvent)?;
    let main = times.main.ok_or(NoWindow::NoMain)?;
    if main.rules.len() > 1 || main.excludes_by_rule {
        return Err(NoWindow::Rules);
    }
    let rule = main.rules.first();
    let repeats = rule.is_some();
    if repeats && matches!(main.start, Moment::Day(_)) {
        return Err(NoWindow::Days);
    }
    let foreign = matches!(&main.start, Moment::Zoned(_, other) if *other != zone);
    if repeats && foreign {
        return Err(NoWindow::OtherZone { event: event.zone });
    }
    let whole = object.main().value(WHOLE).is_some_and(|value| value.eq_ignore_ascii_case("TRUE"));
    let window = |start: Instant, end: Instant| -> Result<NewWindow, NoWindow> {
        let (start, duration_minutes) = placed(event.zone, start, end)?;
        Ok(NewWindow { start, duration_minutes, rrule: None, exdates: Vec::new(), whole })
    };
    let mut moved = Vec::new();
    let mut exdates = main.exdates.clone();
    for (start, end) in &main.added {
        moved.push(MovedWindow { instead_of: None, window: window(*start, *end)? });
    }
    for instance in &times.instances {
        if instance.and_future {
            return Err(NoWindow::AndFuture);
        }
        let stays =
            !instance.cancelled && instance.start == instance.id && instance.end - instance.start == main.length;
        if !stays {
            exdates.push(instance.id);
            if !instance.cancelled {
                let instead_of = repeats.then(|| event.zone.wall_at(instance.id));
                moved.push(MovedWindow { instead_of, window: window(instance.start, instance.end)? });
            }
        }
    }
    let mut main_window = if let (Some(rule), Moment::Floating(wall) | Moment::Zoned(wall, _)) = (rule, &main.start) {
        let minutes = minutes_of(main.length)?;
        let first = event.zone.recurring_instant_of(*wall);
        if first.timestamp() % 60 != 0 {
            return Err(NoWindow::Minutes);
        }
        NewWindow { start: *wall, duration_minutes: minutes, rrule: Some(rule.clone()), exdates: Vec::new(), whole }
    } else {
        window(main.first, main.first + main.length)?
    };
    if exdates.len() > MAX_EXDATES {
        return Err(NoWindow::Exceptions);
    }
    main_window.exdates = exdates.iter().filter(|_| repeats).map(|at| event.zone.wall_at(*at)).collect();
    main_window.exdates.sort_unstable();
    main_window.exdates.dedup();
    moved.sort_by_key(|moved| (moved.window.start, moved.window.duration_minutes, moved.instead_of));
    Ok(ObjectWindows { main: main_window, moved })
}

fn minutes_of(length: TimeDelta) -> Result<Minutes, NoWindow> {
    let seconds = length.num_seconds();
    if seconds <= 0 || seconds % 60 != 0 {
        return Err(NoWindow::Minutes);
    }
    u32::try_from(seconds / 60).map(Minutes).map_err(|_| NoWindow::Minutes)
}

/// A span as a wall clock names it.
fn placed(zone: Zone, start: Instant, end: Instant) -> Result<(NaiveDateTime, Minutes), NoWindow> {
    let minutes = minutes_of(end - start)?;
    let wall = zone.wall_at(start);
    if start.timestamp() % 60 != 0 {
        return Err(NoWindow::Minutes);
    }
    match zone.instant_of(wall) {
        Reading::Twice { later, .. } if later == start => Err(NoWindow::Doubled { zone }),
        _ => Ok((wall, minutes)),
    }
}

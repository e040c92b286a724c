//! The zones that an object names: of the IANA database, as Windows calls them, or as its own VTIMEZONEs tell them.

use std::sync::Arc;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::bad::{BadObject, clipped};
use super::value::{Moment, moment, moment_in, offset, period};
use super::{Component, ObjectLimits, component, memo, windows};
use crate::recurrence::{Recurrence, Rule, Steps};
use crate::time::{Clock, CustomZone, Instant, OffsetChange, Span, Zone};

/// Budget of all VTIMEZONEs of an object.
const MAX_ZONE_STEPS: u32 = 100_000;

/// The most zones that an object describes itself: every time is looked up among them.
const MAX_ZONES: usize = 100;

/// The years of which a VTIMEZONE's rules are worked out. Before and after them its clock does not change.
const YEARS: (NaiveDate, NaiveDate) =
    (NaiveDate::from_ymd_opt(1968, 1, 1).expect("a date"), NaiveDate::from_ymd_opt(2101, 1, 1).expect("a date"));

/// A zone of a calendar object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectZone {
    /// One of the IANA database.
    Known(Zone),
    /// One that the object itself describes.
    Custom(Arc<CustomZone>),
}

impl From<Zone> for ObjectZone {
    fn from(zone: Zone) -> Self {
        Self::Known(zone)
    }
}

impl Clock for ObjectZone {
    fn recurring_instant_of(&self, wall: NaiveDateTime) -> Instant {
        match self {
            Self::Known(zone) => zone.recurring_instant_of(wall),
            Self::Custom(zone) => zone.recurring_instant_of(wall),
        }
    }

    fn wall_at(&self, instant: Instant) -> NaiveDateTime {
        match self {
            Self::Known(zone) => zone.wall_at(instant),
            Self::Custom(zone) => zone.wall_at(instant),
        }
    }

    fn offset_at(&self, instant: Instant) -> TimeDelta {
        match self {
            Self::Known(zone) => zone.offset_at(instant),
            Self::Custom(zone) => zone.offset_at(instant),
        }
    }

    fn skips(&self, wall: NaiveDateTime) -> bool {
        match self {
            Self::Known(zone) => Clock::skips(zone, wall),
            Self::Custom(zone) => zone.skips(wall),
        }
    }
}

/// The zones that the VTIMEZONEs of an object describe, where the IANA database does not know them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Zones(Vec<(String, ObjectZone)>);

impl Zones {
    /// Reads the VTIMEZONEs of a calendar that was read from `source`.
    pub(super) fn read(calendar: &Component<'_>, source: &[u8]) -> Result<Self, BadObject> {
        let mut steps = Steps::new(MAX_ZONE_STEPS);
        let (mut zones, mut own) = (Vec::new(), 0);
        for timezone in calendar.inner("VTIMEZONE") {
            let Some(tzid) = timezone.value("TZID") else { continue };
            if iana(tzid).is_some() {
                continue;
            }
            own += 1;
            if own > MAX_ZONES {
                let why = format!("more than {MAX_ZONES} time zones of its own");
                return Err(BadObject::at(timezone.line(), why));
            }
            let text = source.get(timezone.range()).unwrap_or_default();
            match memo::zone(text, &mut steps, |steps| zone_of(timezone, steps)) {
                Ok(zone) => zones.push((tzid.to_owned(), zone)),
                Err(why) if calendar.components().iter().any(|component| refers_to(component, tzid)) => {
                    return Err(why);
                }
                // Nothing is in that zone.
                Err(_) => {}
            }
        }
        Ok(Self(zones))
    }

    /// The zone that `tzid` means in this object: of the IANA database, else of its VTIMEZONE, else by Windows' name.
    pub(crate) fn find(&self, tzid: &str) -> Option<ObjectZone> {
        if let Some(zone) = iana(tzid) {
            return Some(zone.into());
        }
        let own = self.0.iter().find(|(name, _)| name.eq_ignore_ascii_case(tzid.trim()));
        own.map(|(_, zone)| zone.clone()).or_else(|| zone_of_tzid(tzid).map(ObjectZone::Known))
    }
}

/// Whether a time of the component, or of one within, is in this zone.
fn refers_to(component: &Component<'_>, tzid: &str) -> bool {
    let mut own = component.properties().iter().filter_map(|property| property.param("TZID"));
    own.any(|own| own.trim().eq_ignore_ascii_case(tzid.trim()))
        || component.components().iter().any(|inner| refers_to(inner, tzid))
}

/// The zone of the IANA database that a TZID means: its name, alone or behind a prefix
/// (`/mozilla.org/20050126_1/Europe/Berlin`), or Windows' name of it.
pub fn zone_of_tzid(tzid: &str) -> Option<Zone> {
    iana(tzid).or_else(|| windows::iana_name(tzid.trim())?.parse().ok())
}

/// The zone whose IANA name stands alone or at the end of a TZID.
pub(super) fn iana(tzid: &str) -> Option<Zone> {
    let tzid = tzid.trim();
    if let Ok(zone) = tzid.parse() {
        return Some(zone);
    }
    let path = tzid.strip_prefix('/')?;
    // The prefix is a registrar, often with a version.
    path.match_indices('/').take(4).find_map(|(at, _)| path[at + 1..].parse().ok())
}

/// The zone of a CALDAV:calendar-timezone (RFC 4791 5.2.2): a calendar with exactly one VTIMEZONE.
pub fn calendar_timezone(bytes: &[u8]) -> Result<ObjectZone, BadObject> {
    let calendar = component::tree_of(bytes, &ObjectLimits::default())?;
    let wrong = || BadObject::at(calendar.line(), "a calendar-timezone is a calendar with exactly one VTIMEZONE");
    let [timezone] = calendar.components() else { return Err(wrong()) };
    let tzid = timezone.value("TZID").filter(|_| timezone.name() == "VTIMEZONE").ok_or_else(wrong)?;
    match iana(tzid) {
        Some(zone) => Ok(zone.into()),
        None => zone_of(timezone, &mut Steps::new(MAX_ZONE_STEPS)),
    }
}

/// The zone that a VTIMEZONE describes; X-LIC-LOCATION may name one that the IANA database knows.
fn zone_of(timezone: &Component<'_>, steps: &mut Steps) -> Result<ObjectZone, BadObject> {
    if let Some(zone) = timezone.value("X-LIC-LOCATION").and_then(iana) {
        return Ok(zone.into());
    }
    let mut changes = Vec::new();
    for observance in timezone.components() {
        if matches!(observance.name(), "STANDARD" | "DAYLIGHT") {
            add_changes(observance, &mut changes, steps)?;
        }
    }
    if changes.is_empty() {
        let tzid = clipped(timezone.value("TZID").unwrap_or_default());
        let why = format!("the time zone {tzid} has neither STANDARD nor DAYLIGHT: add one");
        return Err(BadObject::at(timezone.line(), why));
    }
    Ok(ObjectZone::Custom(Arc::new(CustomZone::new(changes))))
}

/// The changes of one STANDARD or DAYLIGHT: its DTSTART, and what RRULE and RDATE repeat.
fn add_changes(
    observance: &Component<'_>,
    changes: &mut Vec<OffsetChange>,
    steps: &mut Steps,
) -> Result<(), BadObject> {
    let bad = |what: &str| BadObject::at(observance.line(), format!("the {} has no {what}", observance.name()));
    let zones = Zones::default();
    let read_offset = |name| observance.value(name).and_then(offset);
    let from = read_offset("TZOFFSETFROM").ok_or_else(|| bad("TZOFFSETFROM such as +0100"))?;
    let to = read_offset("TZOFFSETTO").ok_or_else(|| bad("TZOFFSETTO such as +0200"))?;
    let start = moment_in(observance, "DTSTART", &zones).ok_or_else(|| bad("DTSTART such as 19700329T020000"))?.wall();
    // Onsets are told by the clock that they end.
    let clock = CustomZone::fixed(from);
    let mut at = |at: Instant| changes.push(OffsetChange { at, from, to });
    at(clock.recurring_instant_of(start));
    let years = Span::new(instant_of(YEARS.0), instant_of(YEARS.1)).expect("the years are in order");
    for property in observance.all("RRULE") {
        let text = property.value();
        let rule: Rule = text.parse().map_err(|why| BadObject::at(property.line(), format!("{why}")))?;
        let recurrence = Recurrence { start, zone: &clock, rule: Some(&rule), exdates: &[] };
        let onsets =
            recurrence.starts_in(years, steps).map_err(|why| BadObject::at(property.line(), why.to_string()))?;
        onsets.into_iter().for_each(|onset| at(onset.start));
    }
    for property in observance.all("RDATE") {
        for item in property.value().split(',') {
            let onset = moment(item, None, &zones).or_else(|| period(item, None, &zones).map(|(start, _)| start));
            match onset {
                Some(onset @ Moment::Zoned(..)) => at(onset.instant(&Zone::UTC.into())),
                Some(onset) => at(clock.recurring_instant_of(onset.wall())),
                None => return Err(BadObject::at(property.line(), format!("RDATE: {} is no time", clipped(item)))),
            }
        }
    }
    Ok(())
}

fn instant_of(day: NaiveDate) -> Instant {
    NaiveDateTime::from(day).and_utc()
}

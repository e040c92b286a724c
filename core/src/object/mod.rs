//! Calendar objects as clients store them (RFC 5545, 7986; RFC 4791 4.1), read and never rewritten.
//!
//! What a client sends is kept byte for byte; this module says what it means.
//! [`Object::read`] takes what apps really write: a byte order mark, bare line
//! feeds, stray lines, a METHOD, no DTSTAMP, Windows' names of zones, zones of
//! the object's own, overrides without a master. What it refuses is a
//! [`BadObject`], named as the preconditions of RFC 4791 5.3.2.1 are. Nothing
//! here costs more than its limits and [`Steps`](crate::recurrence::Steps) allow, whatever the rules say.
//!
//! Reading order: `lines`, [`component`](Component) and `value` take the text
//! apart; `zones` and `windows` find its time zones; `entry` is what one
//! VEVENT or VTODO says of its times, `instances` when it happens; `index` is
//! what a store keeps of it, [`filter`] what it is asked for, [`shape`]
//! and [`free_busy`] what is sent of it, and [`Merge`] how many become one.

mod availability;
mod bad;
mod component;
mod entry;
pub mod filter;
pub mod free_busy;
mod index;
mod instances;
mod lines;
mod memo;
mod merge;
pub mod schedule;
pub mod shape;
mod value;
mod windows;
mod zones;

pub use self::availability::unavailable;
pub use self::bad::BadObject;
pub use self::component::{Component, Property};
pub use self::index::{Busy, BusyKind, Index, Setting, Unreadable};
pub use self::merge::Merge;
pub use self::zones::{ObjectZone, calendar_timezone, zone_of_tzid};

pub(crate) use self::value::Moment;

use chrono::NaiveDate;

use self::bad::clipped;
use self::entry::Entry;
use self::zones::Zones;
use crate::time::Instant;

/// How large an object may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectLimits {
    /// Bytes.
    pub max_bytes: usize,
    /// Components, those within others counted.
    pub max_components: usize,
    /// Properties, those of all components together.
    pub max_properties: usize,
    /// Components within each other.
    pub max_depth: usize,
    /// Attendees of one component; ten times as many of all together.
    pub max_attendees: usize,
    /// Instances by COUNT and RDATE, and instances within a year.
    pub max_instances: u32,
}

impl Default for ObjectLimits {
    fn default() -> Self {
        Self {
            max_bytes: 1_048_576,
            max_components: 2_000,
            max_properties: 20_000,
            max_depth: 8,
            max_attendees: 250,
            max_instances: 10_000,
        }
    }
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A meeting: VEVENT.
    Event,
    /// A to-do: VTODO.
    Todo,
    /// A note of a day: VJOURNAL.
    Journal,
    /// Busy time: VFREEBUSY.
    FreeBusy,
    /// When someone can be met (RFC 7953): VAVAILABILITY.
    Availability,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Event, Self::Todo, Self::Journal, Self::FreeBusy, Self::Availability];

    /// The name of its component.
    pub fn name(self) -> &'static str {
        match self {
            Self::Event => "VEVENT",
            Self::Todo => "VTODO",
            Self::Journal => "VJOURNAL",
            Self::FreeBusy => "VFREEBUSY",
            Self::Availability => "VAVAILABILITY",
        }
    }

    /// The kind whose component has this name, in any case.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name().eq_ignore_ascii_case(name))
    }
}

/// A calendar object: one entry, with those of its instances that differ.
#[derive(Debug, Clone)]
pub struct Object<'a> {
    source: &'a [u8],
    root: Component<'a>,
    kind: Kind,
    uid: String,
    zones: Zones,
    entries: Vec<Entry>,
}

impl<'a> Object<'a> {
    /// Reads an object: one VCALENDAR with components of one kind and one UID, and the VTIMEZONEs they use.
    ///
    /// A METHOD is passed over, and so are lines that are none. Times and
    /// rules that decide when it happens must be readable.
    pub fn read(bytes: &'a [u8], limits: &ObjectLimits) -> Result<Self, BadObject> {
        let root = component::tree_of(bytes, limits)?;
        if let Some(version) = root.value("VERSION").filter(|version| !version.split(';').any(|one| one == "2.0")) {
            return Err(BadObject::Unsupported { version: clipped(version) });
        }
        let (kind, uid) = identity(&root)?;
        let mut total = 0;
        for component in root.inner(kind.name()) {
            let count = component.all("ATTENDEE").count();
            total += count;
            for (count, limit) in [(count, limits.max_attendees), (total, limits.max_attendees.saturating_mul(10))] {
                if count > limit {
                    return Err(BadObject::TooManyAttendees { count, limit });
                }
            }
        }
        let zones = Zones::read(&root, bytes)?;
        let mut entries = Vec::new();
        for (place, component) in root.components().iter().enumerate() {
            if component.name() == kind.name() {
                entries.push(Entry::read(component, place, kind, &zones)?);
            }
        }
        for available in root.inner("VAVAILABILITY").flat_map(|component| component.inner("AVAILABLE")) {
            Entry::read(available, 0, Kind::Event, &zones)?;
        }
        if entries.iter().filter(|entry| entry.recurrence_id.is_none()).count() > 1 {
            let why = format!("there are two {}s without RECURRENCE-ID: store them one by one", kind.name());
            return Err(BadObject::resource(why));
        }
        Ok(Self { source: bytes, root, kind, uid, zones, entries })
    }

    /// What identifies it among all objects.
    pub fn uid(&self) -> &str {
        &self.uid
    }

    /// What it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The METHOD, which scheduling messages have.
    pub fn method(&self) -> Option<&str> {
        self.root.value("METHOD")
    }

    /// The VCALENDAR.
    pub fn root(&self) -> &Component<'a> {
        &self.root
    }

    /// Its components: the entry itself and the instances that differ, in the order of the text.
    pub fn components(&self) -> impl Iterator<Item = &Component<'a>> {
        self.root.inner(self.kind.name())
    }

    /// The entry itself; of an object that has overrides alone, the first of them.
    pub fn main(&self) -> &Component<'a> {
        let entry = self.entries.iter().find(|entry| entry.recurrence_id.is_none()).or(self.entries.first());
        &self.root.components()[entry.expect("an object has a component").place]
    }

    /// When the entry itself begins.
    pub fn start(&self, floating: &ObjectZone) -> Option<Instant> {
        let (_, master) = self.master()?;
        master.start.as_ref().map(|start| start.instant(floating))
    }

    /// The day on which the entry itself begins, where it is of days and not of times.
    pub fn first_day(&self) -> Option<NaiveDate> {
        let (_, master) = self.master()?;
        master.start.as_ref().filter(|start| start.is_day()).map(|start| start.wall().date())
    }

    /// What it is about, in one line.
    pub fn summary(&self) -> Option<String> {
        self.main().property("SUMMARY").map(Property::text)
    }

    /// The bytes it was read from.
    pub fn source(&self) -> &'a [u8] {
        self.source
    }
}

/// The one kind and the one UID of an object.
fn identity(root: &Component<'_>) -> Result<(Kind, String), BadObject> {
    let mut found: Option<(Kind, &str)> = None;
    for component in root.components() {
        let name = component.name();
        let Some(kind) = Kind::of(name) else {
            // Parts that no standard knows are kept along with the entry.
            if name == "VTIMEZONE" || name.starts_with("X-") {
                continue;
            }
            return Err(BadObject::Component { name: clipped(name) });
        };
        let Some(uid) = component.value("UID").filter(|uid| !uid.is_empty()) else {
            return Err(BadObject::resource(format!("the {name} of line {} has no UID: add one", component.line())));
        };
        match found {
            None => found = Some((kind, uid)),
            Some((other, _)) if other != kind => {
                let why = format!("there are a {} and a {name}: store them one by one", other.name());
                return Err(BadObject::resource(why));
            }
            Some((_, other)) if other != uid => {
                let why = format!("there are two UIDs, {} and {}: store them one by one", clipped(other), clipped(uid));
                return Err(BadObject::resource(why));
            }
            Some(_) => {}
        }
    }
    let (kind, uid) =
        found.ok_or_else(|| BadObject::resource("the calendar has no entry: it takes a VEVENT, VTODO or VJOURNAL"))?;
    Ok((kind, uid.to_owned()))
}

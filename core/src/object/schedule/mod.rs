//! Scheduling (RFC 5546, 6638) as far as objects decide it: who takes part, what changed, what is told to whom.
//!
//! Reading order: this file says who takes part and what counts as a change;
//! `messages` makes what an organizer or an attendee sends; `apply` puts what
//! arrived into the copy that is kept, by editing the bytes that change and
//! no others (`edit`).

mod apply;
mod edit;
mod messages;

use std::collections::BTreeSet;

use super::index::own_address;
use super::zones::ObjectZone;
use super::{Component, Kind, Object, Property};
use crate::time::{Span, Zone};

pub use self::apply::{with_cancel, with_reply, with_request};
pub use self::messages::{Message, Method, NotAllowed, attendee_deletes, attendee_message, organizer_messages};

/// Someone who organizes or attends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Their calendar address as it was written, such as `mailto:ada@example.org`.
    pub address: String,
    /// Their name (CN), if it is told.
    pub name: Option<String>,
    /// What they said (PARTSTAT), in capitals.
    pub says: String,
    /// Who tells them of changes (SCHEDULE-AGENT).
    pub agent: Agent,
}

/// Who tells an attendee of changes (SCHEDULE-AGENT, RFC 6638 7.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agent {
    /// The server.
    Server,
    /// The client; or it says something that no standard knows.
    Client,
    /// Nobody.
    Nobody,
}

impl Participant {
    fn of(property: &Property<'_>) -> Self {
        let agent = match property.param("SCHEDULE-AGENT").map(str::to_ascii_uppercase).as_deref() {
            None | Some("SERVER") => Agent::Server,
            Some("NONE") => Agent::Nobody,
            Some(_) => Agent::Client,
        };
        Self {
            address: property.value().trim().to_owned(),
            name: property.param("CN").map(str::to_owned),
            says: property.param("PARTSTAT").unwrap_or("NEEDS-ACTION").to_ascii_uppercase(),
            agent,
        }
    }
}

/// A question for busy time (RFC 5546 3.3.2), as an outbox takes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FreeBusyRequest {
    /// Its UID, which answers repeat.
    pub uid: String,
    /// The span that is asked about.
    pub span: Span,
    /// Who asks.
    pub organizer: String,
    /// Whose time is asked for, each once.
    pub attendees: Vec<String>,
}

impl Object<'_> {
    /// Who organizes it.
    pub fn organizer(&self) -> Option<Participant> {
        self.main().property("ORGANIZER").map(Participant::of)
    }

    /// Who attends any instance, each once, by their first mention.
    pub fn attendees(&self) -> Vec<Participant> {
        let mut known = BTreeSet::new();
        let mentioned = self.components().flat_map(|component| component.all("ATTENDEE")).map(Participant::of);
        mentioned.filter(|attendee| known.insert(attendee.address.to_ascii_lowercase())).collect()
    }

    /// SEQUENCE of the entry itself; nothing is 0.
    pub fn sequence(&self) -> u32 {
        sequence_of(self.main())
    }

    /// Whether one of these addresses organizes it.
    pub fn is_organized_by(&self, addresses: &[String]) -> bool {
        self.organizer().is_some_and(|organizer| own_address(&organizer.address, addresses))
    }

    /// Whether one of these addresses attends, and another organizes it.
    pub fn is_attended_by(&self, addresses: &[String]) -> bool {
        let attends = || self.attendees().iter().any(|attendee| own_address(&attendee.address, addresses));
        self.organizer().is_some_and(|organizer| !own_address(&organizer.address, addresses)) && attends()
    }

    /// The question for busy time that it is, if it is one with METHOD:REQUEST, times and someone asked.
    pub fn free_busy_request(&self) -> Option<FreeBusyRequest> {
        let asks = self.method().is_some_and(|method| method.eq_ignore_ascii_case("REQUEST"));
        let entry = self.entries.first().filter(|_| asks && self.kind == Kind::FreeBusy)?;
        let utc = ObjectZone::Known(Zone::UTC);
        let span = Span::new(entry.start.as_ref()?.instant(&utc), entry.end.as_ref()?.instant(&utc)).ok()?;
        let attendees: Vec<String> = self.attendees().into_iter().map(|attendee| attendee.address).collect();
        let organizer = self.organizer()?.address;
        (!attendees.is_empty()).then(|| FreeBusyRequest { uid: self.uid.clone(), span, organizer, attendees })
    }
}

/// Whether the change from `old` to `new` is one that attendees must answer anew: when it happens, or
/// whether it does (RFC 5546 2.1.4). SEQUENCE goes up with it.
pub fn is_significant(old: &Object<'_>, new: &Object<'_>) -> bool {
    const TIMES: [&str; 9] = ["DTSTART", "DTEND", "DUE", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "STATUS"];
    let times = |property: &Property<'_>| TIMES.iter().any(|name| property.is(name));
    essence(old, &times, &[]) != essence(new, &times, &[])
}

/// Whether the change from `old` to `new` leaves the Schedule-Tag as it is (RFC 6638 3.2.10): only what
/// attendees said has changed, and who was told of it.
pub fn keeps_schedule_tag(old: &Object<'_>, new: &Object<'_>) -> bool {
    let lasting =
        |property: &Property<'_>| !["DTSTAMP", "LAST-MODIFIED", "REQUEST-STATUS"].iter().any(|name| property.is(name));
    let ignored = ["PARTSTAT", "SCHEDULE-STATUS", "RSVP"];
    essence(old, &lasting, &ignored) == essence(new, &lasting, &ignored)
}

/// The properties of each component that `kept` keeps, without some parameters, in an order of their own.
fn essence(object: &Object<'_>, kept: &dyn Fn(&Property<'_>) -> bool, ignored: &[&str]) -> Vec<Vec<String>> {
    let mut all: Vec<Vec<String>> = object.components().map(|component| essence_of(component, kept, ignored)).collect();
    all.sort_unstable();
    all
}

fn essence_of(component: &Component<'_>, kept: &dyn Fn(&Property<'_>) -> bool, ignored: &[&str]) -> Vec<String> {
    let line = |property: &Property<'_>| {
        let params = property.params().map(|(name, value)| (name.to_ascii_uppercase(), value));
        let mut params: Vec<_> = params.filter(|(name, _)| !ignored.contains(&name.as_str())).collect();
        params.sort_unstable();
        format!("{}{params:?}:{}", property.name().to_ascii_uppercase(), property.value())
    };
    let always = |property: &&Property<'_>| property.is("RECURRENCE-ID") || kept(property);
    let mut lines: Vec<String> = component.properties().iter().filter(always).map(line).collect();
    lines.sort_unstable();
    lines
}

fn sequence_of(component: &Component<'_>) -> u32 {
    component.value("SEQUENCE").and_then(|text| text.parse().ok()).unwrap_or(0)
}

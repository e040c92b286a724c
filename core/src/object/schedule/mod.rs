//! Scheduling (RFC 5546, 6638) as far as objects decide it: who takes part, what changed, what is told to whom.
//!
//! Reading order: this file says who takes part and what they may not do;
//! `compare` what counts as a change. `organizer` and `attendee` make of what
//! a client wrote the copy that is kept, and `attendee` and `messages` what is
//! sent of it; `apply` puts what arrived into a copy. All of them edit the
//! bytes that change and no others (`edit`).

mod apply;
mod attendee;
mod compare;
mod edit;
mod messages;
mod organizer;

use std::collections::BTreeSet;

use super::index::own_address;
use super::zones::ObjectZone;
use super::{Component, Kind, Object, Property};
use crate::time::{Span, Zone};

pub use self::apply::{with_cancel, with_reply, with_request, with_statuses};
pub use self::attendee::{attendee_deletes, attendee_message, attendees_copy};
pub use self::compare::{is_significant, keeps_schedule_tag};
pub use self::messages::{Message, Method, organizer_messages};
pub use self::organizer::organizers_copy;

/// The zone in which floating times are compared: all that matters is that it is the same for both.
const UTC: ObjectZone = ObjectZone::Known(Zone::UTC);

/// A change of a meeting that nobody may make, or not the one who tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotAllowed {
    /// RFC 6638 3.2.4.2.
    #[error("all components of a meeting have one ORGANIZER: make them the same")]
    Organizers,
    /// RFC 6638 3.2.4.3: it has another organizer now.
    #[error("a meeting of yours stays yours: cancel it, and let the other one invite")]
    OfOrganizer,
    /// RFC 6638 3.2.4.4: the organizer decides this.
    #[error("only the organizer may change this: answer the invitation, set alarms, or delete it")]
    OfAttendee,
}

impl NotAllowed {
    /// The precondition of RFC 6638 that is not met, an element of CalDAV's namespace.
    pub fn precondition(self) -> &'static str {
        match self {
            Self::Organizers => "same-organizer-in-all-components",
            Self::OfOrganizer => "allowed-organizer-scheduling-object-change",
            Self::OfAttendee => "allowed-attendee-scheduling-object-change",
        }
    }
}

/// Whose copy of a meeting an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The organizer's.
    Organizer,
    /// An attendee's.
    Attendee,
}

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
    /// The message that is sent to them whatever changed (SCHEDULE-FORCE-SEND), in capitals.
    pub forced: Option<String>,
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
            forced: property.param("SCHEDULE-FORCE-SEND").map(str::to_ascii_uppercase),
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

    /// Whose copy of a meeting it is, if the owner of these addresses keeps it (RFC 6638 3.1); none for an entry
    /// of one's own, and for what is no event or to-do.
    pub fn role(&self, addresses: &[String]) -> Result<Option<Role>, NotAllowed> {
        if !matches!(self.kind, Kind::Event | Kind::Todo) {
            return Ok(None);
        }
        let role = if self.components().filter_map(|one| one.value("ORGANIZER")).any(|who| own_address(who, addresses))
        {
            Role::Organizer
        } else if self.is_attended_by(addresses) {
            Role::Attendee
        } else {
            return Ok(None);
        };
        let organizers: BTreeSet<String> =
            self.components().filter_map(|one| one.value("ORGANIZER")).map(str::to_ascii_lowercase).collect();
        if organizers.len() > 1 { Err(NotAllowed::Organizers) } else { Ok(Some(role)) }
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
    /// Floating times are in the zone of the one who asks.
    pub fn free_busy_request(&self, floating: &ObjectZone) -> Option<FreeBusyRequest> {
        let asks = self.method().is_some_and(|method| method.eq_ignore_ascii_case("REQUEST"));
        let entry = self.entries.first().filter(|_| asks && self.kind == Kind::FreeBusy)?;
        let span = Span::new(entry.start.as_ref()?.instant(floating), entry.end.as_ref()?.instant(floating)).ok()?;
        let attendees: Vec<String> = self.attendees().into_iter().map(|attendee| attendee.address).collect();
        let organizer = self.organizer()?.address;
        (!attendees.is_empty()).then(|| FreeBusyRequest { uid: self.uid.clone(), span, organizer, attendees })
    }
}

fn sequence_of(component: &Component<'_>) -> u32 {
    component.value("SEQUENCE").and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Whether two calendar addresses are one.
fn same_address(one: &str, other: &str) -> bool {
    one.trim().eq_ignore_ascii_case(other.trim())
}

/// The line of a component that invites someone.
fn invitation<'c, 'a>(component: &'c Component<'a>, address: &str) -> Option<&'c Property<'a>> {
    component.all("ATTENDEE").find(|attendee| same_address(attendee.value(), address))
}

/// The line of a component that invites the owner of these addresses.
fn own_invitation<'c, 'a>(component: &'c Component<'a>, addresses: &[String]) -> Option<&'c Property<'a>> {
    component.all("ATTENDEE").find(|attendee| own_address(attendee.value(), addresses))
}

//! What is sent when an organizer or an attendee changes their copy (RFC 6638 3.2, RFC 5546 3.2).

use std::collections::BTreeSet;

use super::{Agent, Participant, essence_of, sequence_of};
use crate::ical::PRODID;
use crate::ical::write::{Document, utc};
use crate::object::entry::Entry;
use crate::object::index::own_address;
use crate::object::zones::ObjectZone;
use crate::object::{Component, Object, Property};
use crate::time::{Instant, Zone};

/// What a message asks or tells (METHOD, RFC 5546).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Come, or: it has changed.
    Request,
    /// It does not happen, or not with you.
    Cancel,
    /// What an attendee says.
    Reply,
}

impl Method {
    /// The value of METHOD.
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "REQUEST",
            Self::Cancel => "CANCEL",
            Self::Reply => "REPLY",
        }
    }
}

/// A message to one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it asks or tells.
    pub method: Method,
    /// Whom: a calendar address.
    pub to: String,
    /// The calendar that is sent.
    pub text: String,
}

/// An attendee may not change what the organizer decides (RFC 6638 3.2.2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("only the organizer may change this: answer the invitation, set alarms, or delete it")]
pub struct NotAllowed;

impl NotAllowed {
    /// The precondition of RFC 6638 that is not met, an element of CalDAV's namespace.
    pub fn precondition(self) -> &'static str {
        "allowed-attendee-scheduling-object-change"
    }
}

/// Properties that a copy has for itself.
const OWN: [&str; 8] =
    ["DTSTAMP", "LAST-MODIFIED", "CREATED", "TRANSP", "CATEGORIES", "PERCENT-COMPLETE", "COMPLETED", "REQUEST-STATUS"];

fn is_own(property: &Property<'_>) -> bool {
    OWN.iter().any(|name| property.is(name)) || property.name().get(..2).is_some_and(|x| x.eq_ignore_ascii_case("X-"))
}

/// What an organizer's change from `old` to `new` sends: to everybody who is (still) invited a request
/// when something that they see has changed, to those who are not any more a cancellation. `stamp` is the DTSTAMP.
///
/// Whoever the organizer's client or nobody tells (SCHEDULE-AGENT) is left out.
pub fn organizer_messages(
    old: Option<&Object<'_>>,
    new: Option<&Object<'_>>,
    addresses: &[String],
    stamp: Instant,
) -> Vec<Message> {
    let told = |object: Option<&Object<'_>>| {
        let all = object.map(Object::attendees).unwrap_or_default().into_iter();
        let told = all.filter(|person| person.agent == Agent::Server && !own_address(&person.address, addresses));
        told.collect::<Vec<Participant>>()
    };
    let (before, now) = (told(old), told(new));
    let essences = |object: Option<&Object<'_>>| object.map(essences_of).unwrap_or_default();
    let (of_old, of_new) = (essences(old), essences(new));
    let mut messages = Vec::new();
    for person in &now {
        let Some(new) = new else { break };
        let view = View::of(new, &person.address);
        let seen = old.map(|old| View::of(old, &person.address));
        if seen.is_none_or(|seen| seen.essence(&of_old) != view.essence(&of_new)) {
            let text = view.text(Method::Request, stamp);
            messages.push(Message { method: Method::Request, to: person.address.clone(), text });
        }
    }
    // One who is told by someone else from now on is not uninvited.
    let invited = new.map(Object::attendees).unwrap_or_default();
    let invited: BTreeSet<String> = invited.iter().map(|person| person.address.to_ascii_lowercase()).collect();
    for person in &before {
        let Some(old) = old else { break };
        if !invited.contains(&person.address.to_ascii_lowercase()) {
            let text = View::of(old, &person.address).text(Method::Cancel, stamp);
            messages.push(Message { method: Method::Cancel, to: person.address.clone(), text });
        }
    }
    messages
}

/// What an attendee's change of their copy from `old` to `new` sends to the organizer: nothing unless
/// what they say has changed.
pub fn attendee_message(
    old: &Object<'_>,
    new: &Object<'_>,
    addresses: &[String],
    stamp: Instant,
) -> Result<Option<Message>, NotAllowed> {
    // An instance that differs only in the answer may be new in the copy; what the organizer decided of others may not.
    for component in new.components() {
        let counterpart = counterpart(old, new, component);
        let allowed = match counterpart {
            Some(was) => decided(was) == decided(component),
            None => component.property("RECURRENCE-ID").is_some() && old.master().is_some(),
        };
        if !allowed {
            return Err(NotAllowed);
        }
    }
    let own = |component: &Component<'_>| {
        component
            .all("ATTENDEE")
            .find(|attendee| own_address(attendee.value(), addresses))
            .map(|a| Participant::of(a).says)
    };
    let says_anew = |component: &&Component<'_>| {
        let was = counterpart(old, new, component).or_else(|| old.master().map(|(_, master)| old.component(master)));
        own(component).is_some_and(|says| was.and_then(own) != Some(says))
    };
    let changed: Vec<_> = new.components().filter(says_anew).collect();
    Ok(reply(new, &changed, addresses, None, stamp))
}

/// What an attendee who deletes their copy sends: they decline, unless they did before.
pub fn attendee_deletes(old: &Object<'_>, addresses: &[String], stamp: Instant) -> Option<Message> {
    let own = |component: &&Component<'_>| {
        let own = component.all("ATTENDEE").find(|attendee| own_address(attendee.value(), addresses));
        own.is_some_and(|attendee| Participant::of(attendee).says != "DECLINED")
    };
    let attended: Vec<_> = old.components().filter(own).collect();
    reply(old, &attended, addresses, Some("DECLINED"), stamp)
}

/// What the organizer decided of a component.
fn decided(component: &Component<'_>) -> Vec<String> {
    // EXDATE is how an attendee takes an instance out of their copy.
    let kept = |property: &Property<'_>| !is_own(property) && !property.is("ATTENDEE") && !property.is("EXDATE");
    essence_of(component, &kept, &["SCHEDULE-STATUS", "SCHEDULE-AGENT", "SCHEDULE-FORCE-SEND"])
}

/// The component of `old` that tells the same instance as one of `new`.
fn counterpart<'o>(old: &'o Object<'_>, new: &Object<'_>, component: &Component<'_>) -> Option<&'o Component<'o>> {
    let utc = ObjectZone::Known(Zone::UTC);
    let entry = new.entries.iter().find(|entry| new.component(entry).line() == component.line())?;
    let same = |other: &&Entry| other.id(&utc) == entry.id(&utc);
    old.entries.iter().find(same).map(|other| old.component(other))
}

fn reply(
    object: &Object<'_>,
    components: &[&Component<'_>],
    addresses: &[String],
    says: Option<&str>,
    stamp: Instant,
) -> Option<Message> {
    let organizer = object.organizer().filter(|organizer| organizer.agent == Agent::Server)?;
    if components.is_empty() {
        return None;
    }
    let mut document = Document::default();
    document.component("VCALENDAR", |document| {
        head(document, Method::Reply);
        zones(document, object);
        for component in components {
            document.component(component.name(), |document| {
                for property in component.properties() {
                    let kept = ["UID", "ORGANIZER", "SEQUENCE", "RECURRENCE-ID", "DTSTART", "SUMMARY"];
                    if kept.iter().any(|name| property.is(name)) {
                        sent(document, property);
                    } else if property.is("ATTENDEE") && own_address(property.value(), addresses) {
                        let params = says.map(|says| ("PARTSTAT", Some(says)));
                        document.line(&cleaned(property, params));
                    }
                }
                document.instant("DTSTAMP", stamp);
                document.plain("REQUEST-STATUS", "2.0;Success");
            });
        }
    });
    Some(Message { method: Method::Reply, to: organizer.address, text: document.into_text() })
}

/// What can be seen of each entry of an object, in a form that compares.
fn essences_of(object: &Object<'_>) -> Vec<Vec<String>> {
    let kept = |property: &Property<'_>| !is_own(property);
    let ignored = ["SCHEDULE-STATUS", "SCHEDULE-AGENT", "SCHEDULE-FORCE-SEND"];
    object.entries.iter().map(|entry| essence_of(object.component(entry), &kept, &ignored)).collect()
}

/// What one attendee sees of an object: the components that name them.
struct View<'o> {
    object: &'o Object<'o>,
    /// Their places among the object's entries.
    entries: Vec<usize>,
    /// Instances of the master to which they are not invited.
    left_out: Vec<Instant>,
}

impl<'o> View<'o> {
    fn of(object: &'o Object<'_>, address: &str) -> Self {
        let invited = |place: &usize| {
            let mut attendees = object.component(&object.entries[*place]).all("ATTENDEE");
            attendees.any(|attendee| attendee.value().trim().eq_ignore_ascii_case(address))
        };
        let (entries, out_of_it): (Vec<usize>, Vec<usize>) = (0..object.entries.len()).partition(invited);
        let has_master = entries.iter().any(|place| object.entries[*place].recurrence_id.is_none());
        let utc = ObjectZone::Known(Zone::UTC);
        let left_out = out_of_it.iter().filter(|_| has_master).filter_map(|place| object.entries[*place].id(&utc));
        let left_out = left_out.collect();
        Self { object, entries, left_out }
    }

    /// What they see, in a form that compares, given that of all entries.
    fn essence<'e>(&self, of_all: &'e [Vec<String>]) -> (Vec<&'e Vec<String>>, &[Instant]) {
        let mut seen: Vec<_> = self.entries.iter().filter_map(|place| of_all.get(*place)).collect();
        seen.sort_unstable();
        (seen, &self.left_out)
    }

    fn text(&self, method: Method, stamp: Instant) -> String {
        let mut document = Document::default();
        document.component("VCALENDAR", |document| {
            head(document, method);
            zones(document, self.object);
            for place in &self.entries {
                let component = self.object.component(&self.object.entries[*place]);
                document.component(component.name(), |document| self.write(document, component, method, stamp));
            }
        });
        document.into_text()
    }

    fn write(&self, document: &mut Document, component: &Component<'_>, method: Method, stamp: Instant) {
        document.instant("DTSTAMP", stamp);
        for property in component.properties() {
            let replaced = property.is("DTSTAMP")
                || method == Method::Cancel && (property.is("SEQUENCE") || property.is("STATUS"));
            if replaced || property.is("REQUEST-STATUS") {
                continue;
            }
            sent(document, property);
        }
        if method == Method::Cancel {
            document.plain("SEQUENCE", &sequence_of(component).saturating_add(1).to_string());
            document.plain("STATUS", "CANCELLED");
        }
        if component.property("RECURRENCE-ID").is_none() && !self.left_out.is_empty() {
            let dates: Vec<String> = self.left_out.iter().map(|at| utc(*at)).collect();
            document.line(&format!("EXDATE:{}", dates.join(",")));
        }
    }
}

fn head(document: &mut Document, method: Method) {
    document.plain("VERSION", "2.0");
    document.plain("PRODID", PRODID);
    document.plain("METHOD", method.name());
}

fn zones(document: &mut Document, object: &Object<'_>) {
    for zone in object.root().inner("VTIMEZONE") {
        let lines = object.source().get(zone.range()).and_then(|bytes| std::str::from_utf8(bytes).ok());
        document.raw(lines.unwrap_or_default());
    }
}

/// A property as it goes out: what concerns the sender's server alone stays here.
fn sent(document: &mut Document, property: &Property<'_>) {
    document.line(&cleaned(property, None));
}

fn cleaned(property: &Property<'_>, param: Option<(&str, Option<&str>)>) -> String {
    let mut params = vec![("SCHEDULE-STATUS", None), ("SCHEDULE-AGENT", None), ("SCHEDULE-FORCE-SEND", None)];
    params.extend(param);
    if property.is("ATTENDEE") || property.is("ORGANIZER") {
        return super::edit::with_params(property, &params);
    }
    format!("{}:{}", property.head(), property.value())
}

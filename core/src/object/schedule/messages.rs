//! What is sent when an organizer changes a meeting (RFC 6638 3.2.1, RFC 5546 3.2).

use std::collections::BTreeSet;

use super::compare::{OF_DELIVERY, essence_of, follows, is_own, same_words};
use super::edit::{instances_line, with_params};
use super::{Agent, Participant, UTC, invitation, same_address, sequence_of};
use crate::ical::PRODID;
use crate::ical::write::Document;
use crate::object::entry::Entry;
use crate::object::index::own_address;
use crate::object::{Object, Property};
use crate::time::Instant;

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
    /// The calendar that is sent. A request holds all that they are invited to.
    pub text: String,
    /// It renews their copy with what others answered, and is nothing to look at.
    pub quiet: bool,
}

/// What an organizer's change from `old` to `new` sends. `stamp` is the DTSTAMP.
///
/// Everybody who is (still) invited gets a request when something that they see has changed, a
/// cancellation of the instances when those are no more and nothing else has changed, and a quiet
/// request when only answers did; whoever is not invited any more gets a cancellation.
/// Whom the organizer's client or nobody tells (SCHEDULE-AGENT) is left out.
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
    let (of_old, of_new) = (old.map(essences_of).unwrap_or_default(), new.map(essences_of).unwrap_or_default());
    let mut messages = Vec::new();
    for person in &now {
        let Some(new) = new else { break };
        let view = View::of(new, &of_new, &person.address);
        let seen = old.map(|old| View::of(old, &of_old, &person.address)).filter(|seen| !seen.entries.is_empty());
        let (method, text, quiet) = match (&seen, person.forced.as_deref()) {
            (None, _) | (_, Some("REQUEST")) => (Method::Request, view.text(Method::Request, stamp), false),
            (Some(seen), _) => match view.differs_from(seen) {
                Difference::None => continue,
                Difference::Answers => (Method::Request, view.text(Method::Request, stamp), true),
                Difference::Everything => (Method::Request, view.text(Method::Request, stamp), false),
                Difference::TakenOut(ids) => (Method::Cancel, seen.cancelled(&ids, new, stamp), false),
            },
        };
        messages.push(Message { method, to: person.address.clone(), text, quiet });
    }
    // One who is told by someone else from now on is not uninvited.
    let invited = new.map(Object::attendees).unwrap_or_default();
    for person in &before {
        let Some(old) = old else { break };
        if !invited.iter().any(|other| same_address(&other.address, &person.address)) {
            let text = View::of(old, &of_old, &person.address).text(Method::Cancel, stamp);
            messages.push(Message { method: Method::Cancel, to: person.address.clone(), text, quiet: false });
        }
    }
    messages
}

/// What can be seen of an entry, in a form that compares: all of it, and all but answers.
struct Essence {
    whole: Vec<String>,
    decided: Vec<String>,
}

fn essences_of(object: &Object<'_>) -> Vec<Essence> {
    // Instances that are taken out are compared one by one, and SEQUENCE says nothing by itself.
    let kept = |property: &Property<'_>| !is_own(property) && !property.is("EXDATE") && !property.is("SEQUENCE");
    let answers = ["SCHEDULE-STATUS", "SCHEDULE-AGENT", "SCHEDULE-FORCE-SEND", "PARTSTAT", "RSVP"];
    let essence = |entry: &Entry| {
        let component = object.component(entry);
        Essence { whole: essence_of(component, &kept, &OF_DELIVERY), decided: essence_of(component, &kept, &answers) }
    };
    object.entries.iter().map(essence).collect()
}

/// How what someone sees has changed.
enum Difference {
    /// Not at all.
    None,
    /// Others answered.
    Answers,
    /// These instances are no more, and that is all.
    TakenOut(Vec<Instant>),
    /// In any other way.
    Everything,
}

/// What one attendee sees of an object: the components that name them.
struct View<'o> {
    object: &'o Object<'o>,
    essences: &'o [Essence],
    /// Their places among the object's entries.
    entries: Vec<usize>,
    /// Instances of the master to which they are not invited.
    left_out: Vec<Instant>,
}

impl<'o> View<'o> {
    fn of(object: &'o Object<'_>, essences: &'o [Essence], address: &str) -> Self {
        let invited = |place: &usize| invitation(object.component(&object.entries[*place]), address).is_some();
        let (entries, out_of_it): (Vec<usize>, Vec<usize>) = (0..object.entries.len()).partition(invited);
        let has_master = entries.iter().any(|place| object.entries[*place].recurrence_id.is_none());
        let left_out = out_of_it.iter().filter(|_| has_master).filter_map(|place| object.entries[*place].id(&UTC));
        let left_out = left_out.collect();
        Self { object, essences, entries, left_out }
    }

    /// The entry with the rule, if they are invited to it.
    fn master(&self) -> Option<&Entry> {
        let mut entries = self.entries.iter().map(|place| &self.object.entries[*place]);
        entries.find(|entry| entry.recurrence_id.is_none())
    }

    /// Instances that do not happen for them.
    fn excluded(&self) -> BTreeSet<Instant> {
        let exdates = self.master().map(|master| master.exdates.iter().map(|date| date.instant(&UTC)));
        exdates.into_iter().flatten().chain(self.left_out.iter().copied()).collect()
    }

    fn differs_from(&self, seen: &View<'_>) -> Difference {
        let (now, before) = (self.excluded(), seen.excluded());
        let mut gained: BTreeSet<Instant> = now.difference(&before).copied().collect();
        if !before.is_subset(&now) || self.master().is_some() != seen.master().is_some() {
            return Difference::Everything;
        }
        let mut answered = false;
        for place in &self.entries {
            let id = self.object.entries[*place].id(&UTC);
            let Some(was) = seen.entries.iter().find(|was| seen.object.entries[**was].id(&UTC) == id) else {
                // An instance that somebody answered to alone says nothing new.
                match self.says_no_more(*place) {
                    true => answered = true,
                    false => return Difference::Everything,
                }
                continue;
            };
            let (was, is) = (&seen.essences[*was], &self.essences[*place]);
            if was.decided != is.decided {
                return Difference::Everything;
            }
            answered |= was.whole != is.whole;
        }
        for was in &seen.entries {
            let Some(id) = seen.object.entries[*was].id(&UTC) else { continue };
            if self.entries.iter().any(|place| self.object.entries[*place].id(&UTC) == Some(id)) || now.contains(&id) {
                continue;
            }
            if self.master().is_some() {
                return Difference::Everything;
            }
            gained.insert(id);
        }
        match (gained.is_empty(), answered) {
            (false, _) => Difference::TakenOut(gained.into_iter().collect()),
            (true, true) => Difference::Answers,
            (true, false) => Difference::None,
        }
    }

    /// Whether an instance differs from what the rule says of it in answers alone.
    fn says_no_more(&self, place: usize) -> bool {
        let (Some(master), entry) = (self.master(), &self.object.entries[place]) else { return false };
        let (general, own) = (self.object.component(master), self.object.component(entry));
        follows(master, entry) && same_words(general, own)
    }

    fn text(&self, method: Method, stamp: Instant) -> String {
        let mut document = Document::default();
        document.component("VCALENDAR", |document| {
            head(document, method);
            zones(document, self.object);
            for place in &self.entries {
                let entry = &self.object.entries[*place];
                let name = self.object.component(entry).name();
                document.component(name, |document| self.write(document, entry, method, stamp));
            }
        });
        document.into_text()
    }

    fn write(&self, document: &mut Document, entry: &Entry, method: Method, stamp: Instant) {
        let component = self.object.component(entry);
        document.instant("DTSTAMP", stamp);
        for property in component.properties() {
            let replaced = property.is("DTSTAMP")
                || method == Method::Cancel && (property.is("SEQUENCE") || property.is("STATUS"));
            if !replaced && !property.is("REQUEST-STATUS") {
                sent(document, property);
            }
        }
        if method == Method::Cancel {
            document.plain("SEQUENCE", &sequence_of(component).saturating_add(1).to_string());
            document.plain("STATUS", "CANCELLED");
        }
        if entry.recurrence_id.is_none() && !self.left_out.is_empty() {
            let line = instances_line("EXDATE", self.object, entry, &self.left_out);
            line.into_iter().for_each(|line| document.line(&line));
        }
    }

    /// Tells that these instances do not happen, with the SEQUENCE of the `new` version.
    fn cancelled(&self, ids: &[Instant], new: &Object<'_>, stamp: Instant) -> String {
        let mut document = Document::default();
        document.component("VCALENDAR", |document| {
            head(document, Method::Cancel);
            zones(document, self.object);
            for id in ids {
                let own = self.entries.iter().map(|place| &self.object.entries[*place]);
                let own = own.clone().find(|entry| entry.id(&UTC) == Some(*id)).or_else(|| self.master());
                let Some(entry) = own else { continue };
                let component = self.object.component(entry);
                document.component(component.name(), |document| {
                    document.instant("DTSTAMP", stamp);
                    for property in component.properties() {
                        let kept = ["UID", "ORGANIZER", "ATTENDEE", "SUMMARY", "RECURRENCE-ID"];
                        if property.is("DTSTART") && entry.recurrence_id.is_none() {
                            for name in ["RECURRENCE-ID", "DTSTART"] {
                                let line = instances_line(name, self.object, entry, &[*id]);
                                line.into_iter().for_each(|line| document.line(&line));
                            }
                        } else if property.is("DTSTART") || kept.iter().any(|name| property.is(name)) {
                            sent(document, property);
                        }
                    }
                    document.plain("SEQUENCE", &new.sequence().max(self.object.sequence()).to_string());
                    document.plain("STATUS", "CANCELLED");
                });
            }
        });
        document.into_text()
    }
}

pub(super) fn head(document: &mut Document, method: Method) {
    document.plain("VERSION", "2.0");
    document.plain("PRODID", PRODID);
    document.plain("METHOD", method.name());
}

pub(super) fn zones(document: &mut Document, object: &Object<'_>) {
    for zone in object.root().inner("VTIMEZONE") {
        let lines = object.source().get(zone.range()).and_then(|bytes| std::str::from_utf8(bytes).ok());
        document.raw(lines.unwrap_or_default());
    }
}

/// A property as it goes out: what concerns the sender's server alone stays here.
pub(super) fn sent(document: &mut Document, property: &Property<'_>) {
    document.line(&cleaned(property, None));
}

pub(super) fn cleaned(property: &Property<'_>, param: Option<(&str, Option<&str>)>) -> String {
    let mut params = vec![("SCHEDULE-STATUS", None), ("SCHEDULE-AGENT", None), ("SCHEDULE-FORCE-SEND", None)];
    params.extend(param);
    if property.is("ATTENDEE") || property.is("ORGANIZER") {
        return with_params(property, &params);
    }
    format!("{}:{}", property.head(), property.value())
}

//! An attendee's copy, made of what their client wrote, and what the organizer hears of it (RFC 6638 3.2.2).

use super::compare::{at_instance, before, follows, same_times, same_words};
use super::edit::{Edits, folded, instances_line, with_params};
use super::messages::{cleaned, head, sent, zones};
use super::{Agent, Message, Method, NotAllowed, Participant, UTC, invitation, own_invitation, sequence_of};
use crate::ical::write::Document;
use crate::object::entry::Entry;
use crate::object::index::own_address;
use crate::object::{Component, Object};
use crate::recurrence::Steps;
use crate::time::Instant;

/// The attendee's copy as it is kept when their client writes `new` over `old`.
///
/// They may answer, remind themself, and take instances out; what the organizer
/// decides stays, and so does what others answered.
pub fn attendees_copy(old: Option<&Object<'_>>, new: &Object<'_>, addresses: &[String]) -> Result<String, NotAllowed> {
    let mut edits = Edits::default();
    let Some(old) = old.filter(|old| old.is_attended_by(addresses)) else { return Ok(edits.applied_to(new.source())) };
    let all_there = old.entries.iter().all(|was| is_there(old, was, new));
    if !all_there || !new.entries.iter().all(|entry| is_allowed(old, new, entry)) {
        return Err(NotAllowed::OfAttendee);
    }
    for entry in &new.entries {
        let Some((was, is_counterpart)) = before(old, entry) else { continue };
        let (known, component) = (old.component(was), new.component(entry));
        if sequence_of(component) != sequence_of(known) {
            edits.set(new.source(), component, "SEQUENCE", &format!("SEQUENCE:{}", sequence_of(known)));
        }
        for attendee in component.all("ATTENDEE").filter(|_| is_counterpart) {
            let Some(line) = invitation(known, attendee.value()) else { continue };
            let said = Participant::of(line).says;
            if !own_address(attendee.value(), addresses) && Participant::of(attendee).says != said {
                edits.replace(attendee.range(), folded(&with_params(attendee, &[("PARTSTAT", Some(&said))])));
            }
        }
    }
    Ok(edits.applied_to(new.source()))
}

/// Whether an entry of the old copy is still there, or was taken out, or says no more than the rule.
fn is_there(old: &Object<'_>, was: &Entry, new: &Object<'_>) -> bool {
    if at_instance(new, was).is_some() {
        return true;
    }
    let Some((_, master)) = new.master() else { return false };
    let id = was.id(&UTC);
    let taken_out = master.exdates.iter().any(|date| Some(date.instant(&UTC)) == id);
    taken_out || id.is_some() && follows(master, was) && same_words(old.component(was), new.component(master))
}

/// Whether an entry of the new copy is as the organizer decided, or an instance of the rule with another answer.
fn is_allowed(old: &Object<'_>, new: &Object<'_>, entry: &Entry) -> bool {
    let Some((was, is_counterpart)) = before(old, entry) else { return false };
    let same_times = if is_counterpart { same_times(was, entry) } else { follows(was, entry) };
    same_times && same_words(old.component(was), new.component(entry))
}

/// What an attendee's change of their copy from `old` to `new` tells the organizer: their answers to what they
/// answered anew, and that they do not come to instances that they took out.
pub fn attendee_message(
    old: Option<&Object<'_>>,
    new: &Object<'_>,
    addresses: &[String],
    stamp: Instant,
) -> Option<Message> {
    let organizer = new.organizer().filter(|organizer| organizer.agent == Agent::Server)?;
    let forced = organizer.forced.as_deref() == Some("REPLY");
    let old = old.filter(|old| old.is_attended_by(addresses));
    let own = |component: &Component<'_>| own_invitation(component, addresses).map(|line| Participant::of(line).says);
    let says_anew = |entry: &&Entry| {
        let Some(says) = own(new.component(entry)) else { return false };
        match old.and_then(|old| Some(old.component(before(old, entry)?.0))) {
            Some(was) => forced || own(was).as_deref() != Some(&says),
            None => forced || says != "NEEDS-ACTION",
        }
    };
    let answered: Vec<&Entry> = new.entries.iter().filter(says_anew).collect();
    let left = old.map(|old| left(old, new, addresses)).unwrap_or_default();
    reply(new, &organizer, addresses, stamp, &Answers { answered, left, says: None })
}

/// Instances that an attendee took out of their copy and had not declined.
fn left(old: &Object<'_>, new: &Object<'_>, addresses: &[String]) -> Vec<Instant> {
    let (Some((_, was)), Some((_, is))) = (old.master(), new.master()) else { return Vec::new() };
    let gained = is.exdates.iter().filter(|date| !was.exdates.contains(date)).map(|date| date.instant(&UTC));
    let attended = |id: &Instant| {
        let happens = old.happenings(&UTC, (*id, *id), &mut Steps::default());
        let told_by = old.entries.iter().find(|entry| entry.id(&UTC) == Some(*id)).or_else(|| {
            let found = happens.ok()?;
            found.iter().find(|one| one.start == *id).map(|one| &old.entries[one.entry])
        });
        let line = told_by.and_then(|entry| own_invitation(old.component(entry), addresses));
        line.is_some_and(|line| Participant::of(line).says != "DECLINED")
    };
    gained.filter(attended).collect()
}

/// What an attendee who deletes their copy tells: they decline, unless they did before or it does not happen anyway.
pub fn attendee_deletes(old: &Object<'_>, addresses: &[String], stamp: Instant) -> Option<Message> {
    let organizer = old.organizer().filter(|organizer| organizer.agent == Agent::Server)?;
    let attended = |entry: &&Entry| {
        let component = old.component(entry);
        let cancelled = component.value("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED"));
        !cancelled && own_invitation(component, addresses).is_some_and(|line| Participant::of(line).says != "DECLINED")
    };
    let answered: Vec<&Entry> = old.entries.iter().filter(attended).collect();
    reply(old, &organizer, addresses, stamp, &Answers { answered, left: Vec::new(), says: Some("DECLINED") })
}

/// What an attendee answers.
struct Answers<'o> {
    /// To entries, what their lines say.
    answered: Vec<&'o Entry>,
    /// No to these instances of the rule.
    left: Vec<Instant>,
    /// Or this, to all of them.
    says: Option<&'o str>,
}

fn reply(
    object: &Object<'_>,
    organizer: &Participant,
    addresses: &[String],
    stamp: Instant,
    answers: &Answers<'_>,
) -> Option<Message> {
    if answers.answered.is_empty() && answers.left.is_empty() {
        return None;
    }
    let mut document = Document::default();
    document.component("VCALENDAR", |document| {
        head(document, Method::Reply);
        zones(document, object);
        let mut answer = |entry: &Entry, instance: Option<Instant>, says: Option<&str>| {
            let component = object.component(entry);
            document.component(component.name(), |document| {
                for property in component.properties() {
                    let kept = ["UID", "ORGANIZER", "SEQUENCE", "RECURRENCE-ID", "DTSTART", "SUMMARY"];
                    if property.is("DTSTART") && instance.is_some() {
                        let at = [instance.unwrap_or(stamp)];
                        for name in ["RECURRENCE-ID", "DTSTART"] {
                            document.line(&instances_line(name, object, entry, &at).unwrap_or_default());
                        }
                    } else if kept.iter().any(|name| property.is(name)) {
                        sent(document, property);
                    } else if property.is("ATTENDEE") && own_address(property.value(), addresses) {
                        document.line(&cleaned(property, says.map(|says| ("PARTSTAT", Some(says)))));
                    }
                }
                document.instant("DTSTAMP", stamp);
                document.plain("REQUEST-STATUS", "2.0;Success");
            });
        };
        for entry in &answers.answered {
            answer(entry, None, answers.says);
        }
        if let Some((_, master)) = object.master() {
            for id in &answers.left {
                answer(master, Some(*id), Some("DECLINED"));
            }
        }
    });
    Some(Message { method: Method::Reply, to: organizer.address.clone(), text: document.into_text(), quiet: false })
}

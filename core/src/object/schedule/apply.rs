//! Putting what arrived into the copy that is kept, by editing the bytes that change.

use super::edit::{Edits, end_of, folded, with_params};
use super::{Participant, is_significant, sequence_of};
use crate::object::entry::Entry;
use crate::object::index::own_address;
use crate::object::value::Moment;
use crate::object::zones::ObjectZone;
use crate::object::{Component, Object};
use crate::time::{Clock, Instant, Zone};

const UTC: ObjectZone = ObjectZone::Known(Zone::UTC);

/// The organizer's copy with what an attendee's reply says; `None` if it says nothing new, is older than
/// the copy, or comes from someone who is not invited.
///
/// PARTSTAT and SCHEDULE-STATUS of that attendee change and nothing else; an
/// answer to one instance of a rule makes that instance a component of its own.
pub fn with_reply(copy: &Object<'_>, reply: &Object<'_>) -> Option<String> {
    let mut edits = Edits::default();
    for entry in &reply.entries {
        let component = reply.component(entry);
        let Some(attendee) = component.property("ATTENDEE") else { continue };
        let says = Participant::of(attendee);
        match at_instance(copy, entry) {
            Some(place) => {
                let own = copy.component(&copy.entries[place]);
                // An answer to a version that is no more is no answer.
                if sequence_of(component) >= sequence_of(own) {
                    answer(own, &says, &mut edits);
                }
            }
            None => add_instance(copy, entry, &says, &mut edits),
        }
    }
    (!edits.is_empty()).then(|| edits.applied_to(copy.source()))
}

/// The entry of `copy` that tells the instance of `entry`.
fn at_instance(copy: &Object<'_>, entry: &Entry) -> Option<usize> {
    copy.entries.iter().position(|own| own.id(&UTC) == entry.id(&UTC))
}

fn answer(component: &Component<'_>, says: &Participant, edits: &mut Edits) {
    let same = |address: &str| address.trim().eq_ignore_ascii_case(&says.address);
    if let Some(attendee) = component.all("ATTENDEE").find(|attendee| same(attendee.value()))
        && Participant::of(attendee).says != says.says
    {
        let params = [("PARTSTAT", Some(says.says.as_str())), ("RSVP", None), ("SCHEDULE-STATUS", Some("2.0"))];
        edits.replace(attendee.range(), folded(&with_params(attendee, &params)));
    }
}

/// Makes one instance of the master a component of its own, with the answer in it.
fn add_instance(copy: &Object<'_>, entry: &Entry, says: &Participant, edits: &mut Edits) {
    let (Some((_, master)), Some(id)) = (copy.master(), entry.id(&UTC)) else { return };
    let Some(start) = &master.start else { return };
    let component = copy.component(master);
    let invited = component.all("ATTENDEE").any(|attendee| attendee.value().trim().eq_ignore_ascii_case(&says.address));
    let happens = copy.happenings(&UTC, (id, id), &mut crate::recurrence::Steps::default());
    if !invited || !happens.is_ok_and(|found| found.iter().any(|one| one.start == id)) {
        return;
    }
    let mut lines = folded(&format!("BEGIN:{}", component.name()));
    for property in component.properties() {
        match property.name().to_ascii_uppercase().as_str() {
            "RRULE" | "RDATE" | "EXDATE" | "EXRULE" => {}
            "DTSTART" => {
                let head = property.head();
                lines.push_str(&folded(&format!("{head}:{}", written(start, id))));
                let id_head = format!("RECURRENCE-ID{}", &head["DTSTART".len()..]);
                lines.push_str(&folded(&format!("{id_head}:{}", written(start, id))));
            }
            "DTEND" | "DUE" => {
                let length = master.length(&UTC);
                let clock = start.clock(&UTC);
                let end = length.after(clock.wall_at(id), clock);
                let form = master.end.as_ref().unwrap_or(start);
                lines.push_str(&folded(&format!("{}:{}", property.head(), written(form, end))));
            }
            "ATTENDEE" if property.value().trim().eq_ignore_ascii_case(&says.address) => {
                let params = [("PARTSTAT", Some(says.says.as_str())), ("RSVP", None), ("SCHEDULE-STATUS", Some("2.0"))];
                lines.push_str(&folded(&with_params(property, &params)));
            }
            _ => lines.push_str(&folded(&format!("{}:{}", property.head(), property.value()))),
        }
    }
    lines.push_str(&folded(&format!("END:{}", component.name())));
    edits.insert(end_of(copy.source(), copy.root()), lines);
}

/// An instant in the form and zone of a time that is already there.
fn written(form: &Moment, at: Instant) -> String {
    let wall = form.clock(&UTC).wall_at(at);
    match form {
        Moment::Day(_) => wall.format("%Y%m%d").to_string(),
        Moment::Zoned(_, zone) if *zone == UTC => wall.format("%Y%m%dT%H%M%SZ").to_string(),
        _ => wall.format("%Y%m%dT%H%M%S").to_string(),
    }
}

/// An attendee's copy after an organizer's request: what the organizer sent, with what is the attendee's own
/// (alarms, TRANSP, and their answer unless it must be given anew). `None` if the request is older than the copy.
pub fn with_request(copy: Option<&Object<'_>>, request: &Object<'_>, addresses: &[String]) -> Option<String> {
    let mut edits = Edits::default();
    for method in request.root().all("METHOD") {
        edits.remove(method.range());
    }
    let Some(copy) = copy else { return Some(edits.applied_to(request.source())) };
    if request.sequence() < copy.sequence() {
        return None;
    }
    let anew = is_significant(copy, request);
    for entry in &request.entries {
        let component = request.component(entry);
        let own = at_instance(copy, entry).or_else(|| copy.master().map(|(place, _)| place));
        let Some(own) = own.map(|place| copy.component(&copy.entries[place])) else { continue };
        let end = end_of(request.source(), component);
        let mut kept = String::new();
        for inner in own.inner("VALARM") {
            kept.push_str(text_of(copy, inner.range()));
        }
        if let (Some(transp), None) = (own.property("TRANSP"), component.property("TRANSP")) {
            kept.insert_str(0, text_of(copy, transp.range()));
        }
        edits.insert(end, kept);
        let mine = |component: &Component<'_>| {
            component.all("ATTENDEE").find(|attendee| own_address(attendee.value(), addresses)).map(Participant::of)
        };
        if let (false, Some(says)) = (anew, mine(own)) {
            answer_of_ones_own(component, &says, addresses, &mut edits);
        }
    }
    // A request for single instances leaves the others as they are.
    if request.master().is_none() {
        return Some(merged(copy, request, edits));
    }
    Some(edits.applied_to(request.source()))
}

fn answer_of_ones_own(component: &Component<'_>, says: &Participant, addresses: &[String], edits: &mut Edits) {
    if let Some(attendee) = component.all("ATTENDEE").find(|attendee| own_address(attendee.value(), addresses))
        && Participant::of(attendee).says != says.says
    {
        let params = [("PARTSTAT", Some(says.says.as_str()))];
        edits.replace(attendee.range(), folded(&with_params(attendee, &params)));
    }
}

/// The copy with the instances of `request`, edited, in place of its own.
fn merged(copy: &Object<'_>, request: &Object<'_>, edits: Edits) -> String {
    let edited = edits.applied_to(request.source());
    let limits = crate::object::ObjectLimits { max_bytes: usize::MAX, ..Default::default() };
    let mut own = Edits::default();
    if let Ok(edited) = Object::read(edited.as_bytes(), &limits) {
        for entry in &edited.entries {
            let lines = text_of(&edited, edited.component(entry).range()).to_owned();
            match at_instance(copy, entry) {
                Some(place) => own.replace(copy.component(&copy.entries[place]).range(), lines),
                None => own.insert(end_of(copy.source(), copy.root()), lines),
            }
        }
    }
    own.applied_to(copy.source())
}

/// An attendee's copy after a cancellation: cancelled, or without the instances that are; `None` if it
/// concerns nothing in it or is older than the copy.
pub fn with_cancel(copy: &Object<'_>, cancel: &Object<'_>) -> Option<String> {
    if cancel.sequence() < copy.sequence() {
        return None;
    }
    let mut edits = Edits::default();
    let source = copy.source();
    for entry in &cancel.entries {
        match (at_instance(copy, entry), entry.id(&UTC)) {
            (_, None) => copy.components().for_each(|own| edits.set(source, own, "STATUS", "STATUS:CANCELLED")),
            (Some(place), Some(_)) => {
                edits.set(source, copy.component(&copy.entries[place]), "STATUS", "STATUS:CANCELLED");
            }
            (None, Some(id)) => {
                if let Some((_, master)) = copy.master()
                    && let Some(start) = &master.start
                {
                    let own = copy.component(master);
                    let head = own.property("DTSTART").map_or("", |start| &start.head()["DTSTART".len()..]);
                    edits.insert(end_of(source, own), folded(&format!("EXDATE{head}:{}", written(start, id))));
                }
            }
        }
    }
    (!edits.is_empty()).then(|| edits.applied_to(source))
}

fn text_of<'o>(object: &'o Object<'_>, range: std::ops::Range<usize>) -> &'o str {
    object.source().get(range).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

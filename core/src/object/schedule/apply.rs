//! Putting what arrived into the copy that is kept, by editing the bytes that change.

use super::compare::{at_instance, before, follows, same_times};
use super::edit::{Edits, end_of, folded, instances_line, text_of, with_params, written};
use super::{Method, Participant, UTC, invitation, own_invitation, same_address, sequence_of};
use crate::object::entry::Entry;
use crate::object::{Component, Object, Property};
use crate::recurrence::Steps;
use crate::time::{Clock, Instant};

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

fn answer(component: &Component<'_>, says: &Participant, edits: &mut Edits) {
    if let Some(attendee) = invitation(component, &says.address)
        && Participant::of(attendee).says != says.says
    {
        let params = [("PARTSTAT", Some(says.says.as_str())), ("RSVP", None), ("SCHEDULE-STATUS", Some("2.0"))];
        edits.replace(attendee.range(), folded(&with_params(attendee, &params)));
    }
}

/// Makes one instance of the master a component of its own, with the answer in it.
fn add_instance(copy: &Object<'_>, entry: &Entry, says: &Participant, edits: &mut Edits) {
    let (Some((_, master)), Some(id)) = (copy.master(), entry.id(&UTC)) else { return };
    if invitation(copy.component(master), &says.address).is_none() {
        return;
    }
    let answered = |attendee: &Property<'_>| {
        let params = [("PARTSTAT", Some(says.says.as_str())), ("RSVP", None), ("SCHEDULE-STATUS", Some("2.0"))];
        same_address(attendee.value(), &says.address).then(|| with_params(attendee, &params))
    };
    if let Some(lines) = instance_of(copy, id, &answered) {
        edits.insert(end_of(copy.source(), copy.root()), lines);
    }
}

/// One instance of the master as a component of its own, with other lines for some attendees; `None` if it does
/// not happen.
pub(super) fn instance_of(
    object: &Object<'_>,
    id: Instant,
    attendee: &dyn Fn(&Property<'_>) -> Option<String>,
) -> Option<String> {
    let (_, master) = object.master()?;
    let start = master.start.as_ref()?;
    let component = object.component(master);
    let happens = object.happenings(&UTC, (id, id), &mut Steps::default()).ok()?;
    happens.iter().find(|one| one.start == id)?;
    let mut lines = folded(&format!("BEGIN:{}", component.name()));
    for property in component.properties() {
        match property.name().to_ascii_uppercase().as_str() {
            "RRULE" | "RDATE" | "EXDATE" | "EXRULE" => continue,
            "DTSTART" => {
                for name in ["DTSTART", "RECURRENCE-ID"] {
                    lines.push_str(&folded(&instances_line(name, object, master, &[id])?));
                }
                continue;
            }
            "DTEND" | "DUE" => {
                let clock = start.clock(&UTC);
                let end = master.length(&UTC).after(clock.wall_at(id), clock);
                let form = master.end.as_ref().unwrap_or(start);
                lines.push_str(&folded(&format!("{}:{}", property.head(), written(form, end))));
                continue;
            }
            _ => {}
        }
        let own = if property.is("ATTENDEE") { attendee(property) } else { None };
        lines.push_str(&folded(&own.unwrap_or_else(|| format!("{}:{}", property.head(), property.value()))));
    }
    lines.push_str(&folded(&format!("END:{}", component.name())));
    Some(lines)
}

/// An attendee's copy after an organizer's request: what they are invited to, with what is the attendee's own
/// (alarms, TRANSP and the like, their answer unless it must be given anew, and instances that they declined and
/// took out). Nobody answers for them: what the request says of that is passed over. `None` if it is older
/// than the copy.
pub fn with_request(copy: Option<&Object<'_>>, request: &Object<'_>, addresses: &[String]) -> Option<String> {
    let alike = |copy: &Object<'_>| copy.master().is_some() == request.master().is_some();
    if copy.is_some_and(|copy| alike(copy) && request.sequence() < copy.sequence()) {
        return None;
    }
    let mut edits = Edits::default();
    for method in request.root().all("METHOD") {
        edits.remove(method.range());
    }
    for entry in &request.entries {
        let component = request.component(entry);
        let own = copy.and_then(|copy| Some((copy, before(copy, entry)?.0)));
        let says = own.and_then(|(copy, own)| kept_answer(copy, own, request, entry, addresses));
        // Who has no copy any more may have declined; nobody has accepted who did not say so.
        let known = own_invitation(component, addresses).map(|line| Participant::of(line).says);
        let known = known.filter(|says| copy.is_none() && says == "DECLINED");
        let says = says.or(known);
        answer_of_ones_own(component, says.as_deref().unwrap_or("NEEDS-ACTION"), addresses, &mut edits);
        if let Some((copy, own)) = own {
            keep_own(copy, copy.component(own), request, component, &mut edits);
        }
    }
    if let Some(copy) = copy {
        keep_taken_out(copy, request, addresses, &mut edits);
    }
    Some(edits.applied_to(request.source()))
}

/// What the owner of a copy said, unless they are asked anew.
fn kept_answer(
    copy: &Object<'_>,
    own: &Entry,
    request: &Object<'_>,
    entry: &Entry,
    addresses: &[String],
) -> Option<String> {
    let (kept, asked) = (copy.component(own), request.component(entry));
    let says = |component: &Component<'_>| own_invitation(component, addresses).map(|line| Participant::of(line).says);
    let same_time = if own.id(&UTC) == entry.id(&UTC) { same_times(own, entry) } else { follows(own, entry) };
    let asked_anew = sequence_of(asked) > sequence_of(kept) && says(asked).as_deref() == Some("NEEDS-ACTION");
    says(kept).filter(|_| same_time && !asked_anew && !is_cancelled(kept))
}

fn is_cancelled(component: &Component<'_>) -> bool {
    component.value("STATUS").is_some_and(|status| status.eq_ignore_ascii_case("CANCELLED"))
}

fn answer_of_ones_own(component: &Component<'_>, says: &str, addresses: &[String], edits: &mut Edits) {
    if let Some(attendee) = own_invitation(component, addresses)
        && Participant::of(attendee).says != says
    {
        edits.replace(attendee.range(), folded(&with_params(attendee, &[("PARTSTAT", Some(says))])));
    }
}

/// Properties of a copy that its owner keeps to themself, and alarms.
fn keep_own(
    copy: &Object<'_>,
    own: &Component<'_>,
    request: &Object<'_>,
    component: &Component<'_>,
    edits: &mut Edits,
) {
    const KEPT: [&str; 7] = ["TRANSP", "CATEGORIES", "PERCENT-COMPLETE", "COMPLETED", "CLASS", "COLOR", "COMMENT"];
    let is_kept = |property: &Property<'_>| {
        KEPT.iter().any(|name| property.is(name)) || property.name().to_ascii_uppercase().starts_with("X-")
    };
    let mut kept = String::new();
    for property in own.properties().iter().filter(|property| is_kept(property)) {
        // Their own word holds; of what no standard knows the organizer's does.
        let theirs = component.all(property.name()).collect::<Vec<_>>();
        if property.name().to_ascii_uppercase().starts_with("X-") && !theirs.is_empty() {
            continue;
        }
        theirs.iter().for_each(|line| edits.remove(line.range()));
        kept.push_str(text_of(copy, property.range()));
    }
    own.inner("VALARM").for_each(|alarm| kept.push_str(text_of(copy, alarm.range())));
    if !kept.is_empty() {
        edits.insert(end_of(request.source(), component), kept);
    }
}

/// Instances that their owner declined and took out of the copy stay out.
fn keep_taken_out(copy: &Object<'_>, request: &Object<'_>, addresses: &[String], edits: &mut Edits) {
    let (Some((_, own)), Some((_, master))) = (copy.master(), request.master()) else { return };
    if !same_times(own, master) {
        return;
    }
    let mut out = Vec::new();
    for entry in &request.entries {
        let (Some(id), component) = (entry.id(&UTC), request.component(entry)) else { continue };
        let declined =
            own_invitation(component, addresses).is_some_and(|line| Participant::of(line).says == "DECLINED");
        let is_out = own.exdates.iter().any(|date| date.instant(&UTC) == id);
        if declined && is_out && at_instance(copy, entry).is_none() && follows(master, entry) {
            edits.forget(component.range());
            out.push(id);
        }
    }
    if !out.is_empty() {
        let line = instances_line("EXDATE", request, master, &out);
        let end = end_of(request.source(), request.component(master));
        line.into_iter().for_each(|line| edits.insert(end, folded(&line)));
    }
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
                    && !master.exdates.iter().any(|date| date.instant(&UTC) == id)
                {
                    let own = copy.component(master);
                    let line = instances_line("EXDATE", copy, master, &[id]);
                    line.into_iter().for_each(|line| edits.insert(end_of(source, own), folded(&line)));
                }
            }
        }
    }
    // Later answers must not look older than the cancellation, even if the instance was out already.
    let told = cancel.components().map(sequence_of).max().unwrap_or(0);
    if cancel.master().is_none()
        && let Some((_, master)) = copy.master().filter(|_| told > copy.sequence())
    {
        edits.set(source, copy.component(master), "SEQUENCE", &format!("SEQUENCE:{told}"));
    }
    (!edits.is_empty()).then(|| edits.applied_to(source))
}

/// A copy that tells what became of messages: SCHEDULE-STATUS at those addresses, of the organizer after a reply and
/// of attendees after anything else. What asked for a message (SCHEDULE-FORCE-SEND) is taken away.
pub fn with_statuses(copy: &Object<'_>, told: &[(String, &str)], method: Method) -> String {
    let mut edits = Edits::default();
    let named = if method == Method::Reply { "ORGANIZER" } else { "ATTENDEE" };
    for property in copy.components().flat_map(Component::properties) {
        if !property.is("ATTENDEE") && !property.is("ORGANIZER") {
            continue;
        }
        let status = told.iter().find(|(address, _)| property.is(named) && same_address(address, property.value()));
        let forced = property.param("SCHEDULE-FORCE-SEND").is_some();
        let known = status.is_none_or(|(_, status)| property.param("SCHEDULE-STATUS") == Some(status));
        if known && !forced {
            continue;
        }
        let mut params = vec![("SCHEDULE-FORCE-SEND", None)];
        params.extend(status.map(|(_, status)| ("SCHEDULE-STATUS", Some(*status))));
        edits.replace(property.range(), folded(&with_params(property, &params)));
    }
    edits.applied_to(copy.source())
}

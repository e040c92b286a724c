//! The organizer's copy, made of what their client wrote (RFC 6638 3.2.1, 3.2.8).

use super::apply::instance_of;
use super::compare::{at_instance, before, follows, is_moved, least_sequence, same_words};
use super::edit::{Edits, end_of, folded, with_params};
use super::{NotAllowed, Participant, UTC, invitation, sequence_of};
use crate::object::entry::Entry;
use crate::object::index::own_address;
use crate::object::{Object, Property};

/// The organizer's copy as it is kept when their client writes `new` over `old`.
///
/// SEQUENCE goes up with what is more than words, and never down. Attendees of what happens at another time answer
/// anew. What is known of attendees and of messages to them stays, and unless the client says that it has
/// seen everything (`overrules`), so do their answers.
pub fn organizers_copy(
    old: Option<&Object<'_>>,
    new: &Object<'_>,
    addresses: &[String],
    overrules: bool,
) -> Result<String, NotAllowed> {
    let mut edits = Edits::default();
    if let Some(old) = old.filter(|old| old.is_organized_by(addresses)) {
        if new.organizer().is_some_and(|organizer| !own_address(&organizer.address, addresses)) {
            return Err(NotAllowed::OfOrganizer);
        }
        for entry in &new.entries {
            let component = new.component(entry);
            let least = least_sequence(old, new, entry);
            if sequence_of(component) < least {
                edits.set(new.source(), component, "SEQUENCE", &format!("SEQUENCE:{least}"));
            }
            keep_answers(old, new, entry, addresses, overrules, &mut edits);
        }
        if !overrules {
            keep_instances(old, new, addresses, &mut edits);
        }
    }
    Ok(edits.applied_to(new.source()))
}

fn keep_answers(
    old: &Object<'_>,
    new: &Object<'_>,
    entry: &Entry,
    addresses: &[String],
    overrules: bool,
    edits: &mut Edits,
) {
    let Some((was, is_counterpart)) = before(old, entry) else { return };
    let moved = is_moved(old, entry);
    for attendee in new.component(entry).all("ATTENDEE").filter(|who| !own_address(who.value(), addresses)) {
        let Some(known) = invitation(old.component(was), attendee.value()) else { continue };
        let (says, said) = (Participant::of(attendee).says, Participant::of(known).says);
        let mut params: Vec<(&str, Option<&str>)> = Vec::new();
        if moved {
            if says != "NEEDS-ACTION" {
                params.push(("PARTSTAT", Some("NEEDS-ACTION")));
            }
        } else if is_counterpart && !overrules && says != said {
            params.push(("PARTSTAT", Some(&said)));
            params.push(("RSVP", known.param("RSVP")));
        }
        if let (None, Some(status)) = (attendee.param("SCHEDULE-STATUS"), known.param("SCHEDULE-STATUS")) {
            params.push(("SCHEDULE-STATUS", Some(status)));
        }
        if !params.is_empty() {
            edits.replace(attendee.range(), folded(&with_params(attendee, &params)));
        }
    }
}

/// An instance that is a component of its own only because somebody answered to it alone, and that the client
/// does not know yet, stays: as the client has all of them now, with those answers.
fn keep_instances(old: &Object<'_>, new: &Object<'_>, addresses: &[String], edits: &mut Edits) {
    let (Some((_, was)), Some((_, is))) = (old.master(), new.master()) else { return };
    if is_moved(old, is) {
        return;
    }
    let general = old.component(was);
    for entry in old.entries.iter().filter(|entry| at_instance(new, entry).is_none()) {
        let (Some(id), own) = (entry.id(&UTC), old.component(entry)) else { continue };
        let says = |line: &Property<'_>| Participant::of(line).says;
        let known = |attendee: &Property<'_>| {
            let known = invitation(own, attendee.value()).filter(|_| !own_address(attendee.value(), addresses))?;
            Some((says(known), known.param("SCHEDULE-STATUS").map(str::to_owned)))
        };
        let answer = |attendee: &Property<'_>| {
            let (says, status) = known(attendee)?;
            let params = [("PARTSTAT", Some(says.as_str())), ("SCHEDULE-STATUS", status.as_deref()), ("RSVP", None)];
            Some(with_params(attendee, &params))
        };
        let answered = new.component(is).all("ATTENDEE").any(|attendee| {
            let general = invitation(general, attendee.value()).map(says);
            known(attendee).zip(general).is_some_and(|((own, _), general)| own != general)
        });
        if answered && follows(was, entry) && same_words(general, own) {
            let lines = instance_of(new, id, &answer);
            lines.into_iter().for_each(|lines| edits.insert(end_of(new.source(), new.root()), lines));
        }
    }
}

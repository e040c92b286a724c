//! What counts as a change, and for whom.

use super::{UTC, sequence_of};
use crate::object::entry::Entry;
use crate::object::{Component, Object, Property};

/// Parameters that say how a message went, or shall go.
pub(super) const OF_DELIVERY: [&str; 3] = ["SCHEDULE-STATUS", "SCHEDULE-AGENT", "SCHEDULE-FORCE-SEND"];

/// Properties that every copy has for itself.
const OWN: [&str; 11] = [
    "DTSTAMP",
    "LAST-MODIFIED",
    "CREATED",
    "TRANSP",
    "CATEGORIES",
    "PERCENT-COMPLETE",
    "COMPLETED",
    "REQUEST-STATUS",
    "CLASS",
    "COLOR",
    "COMMENT",
];

/// Whether every copy has this property for itself.
pub(super) fn is_own(property: &Property<'_>) -> bool {
    OWN.iter().any(|name| property.is(name)) || property.name().get(..2).is_some_and(|x| x.eq_ignore_ascii_case("X-"))
}

/// Whether the change from `old` to `new` is more than words: when it happens, or whether it does (RFC 5546
/// 2.1.4). SEQUENCE goes up with it.
pub fn is_significant(old: &Object<'_>, new: &Object<'_>) -> bool {
    let gone = |entry: &Entry| at_instance(new, entry).is_none();
    new.entries.iter().any(|entry| is_entry_significant(old, new, entry)) || old.entries.iter().any(gone)
}

/// The same of one entry of `new`.
pub(super) fn is_entry_significant(old: &Object<'_>, new: &Object<'_>, entry: &Entry) -> bool {
    let status = |object: &Object<'_>, entry: &Entry| {
        object.component(entry).value("STATUS").map(str::to_ascii_uppercase).filter(|word| word == "CANCELLED")
    };
    let Some((was, _)) = before(old, entry) else { return false };
    is_moved(old, entry)
        || was.recurrence_id.is_none() == entry.recurrence_id.is_none() && was.exdates != entry.exdates
        || status(old, was) != status(new, entry)
}

/// Whether an instance of this entry of the new version happens at another time than in the `old` one, so that
/// attendees answer anew (RFC 6638 3.2.8). Taking instances out moves none.
pub(super) fn is_moved(old: &Object<'_>, entry: &Entry) -> bool {
    match (before(old, entry), entry.id(&UTC)) {
        (Some((was, true)), _) => {
            !same_times(was, entry) || was.exdates.iter().any(|date| !entry.exdates.contains(date))
        }
        // An instance that was one of many: unless it is when they have it.
        (Some((master, false)), Some(_)) => !follows(master, entry),
        _ => false,
    }
}

/// Whether an instance that differs happens when the rule has it, and for as long.
pub(super) fn follows(master: &Entry, instance: &Entry) -> bool {
    let Some(start) = &instance.start else { return true };
    Some(start.instant(&UTC)) == instance.id(&UTC) && instance.length(&UTC) == master.length(&UTC)
}

/// What told the instances of an entry before: its counterpart (and true), or the entry with the rule.
pub(super) fn before<'o>(old: &'o Object<'_>, entry: &Entry) -> Option<(&'o Entry, bool)> {
    let counterpart = at_instance(old, entry).map(|place| (&old.entries[place], true));
    counterpart.or_else(|| old.master().map(|(_, master)| (master, false)))
}

/// The entry of `object` that tells the instance of `entry`.
pub(super) fn at_instance(object: &Object<'_>, entry: &Entry) -> Option<usize> {
    object.entries.iter().position(|own| own.id(&UTC) == entry.id(&UTC))
}

pub(super) fn same_times(was: &Entry, is: &Entry) -> bool {
    let recurs = was.recurs() || is.recurs();
    let same_start = match (&was.start, &is.start) {
        (Some(was), Some(is)) => {
            was == is || !recurs && was.is_day() == is.is_day() && was.instant(&UTC) == is.instant(&UTC)
        }
        (None, None) => was.end == is.end,
        _ => false,
    };
    same_start
        && was.length(&UTC) == is.length(&UTC)
        && was.rules == is.rules
        && was.exrules == is.exrules
        && was.rdates.len() == is.rdates.len()
        && was.rdates.iter().all(|date| is.rdates.contains(date))
}

/// Whether the change from `old` to `new` leaves the Schedule-Tag as it is (RFC 6638 3.2.10): only what
/// attendees said has changed, and who was told of it.
pub fn keeps_schedule_tag(old: &Object<'_>, new: &Object<'_>) -> bool {
    let lasting =
        |property: &Property<'_>| !["DTSTAMP", "LAST-MODIFIED", "REQUEST-STATUS"].iter().any(|name| property.is(name));
    let ignored = ["PARTSTAT", "SCHEDULE-STATUS", "SCHEDULE-FORCE-SEND", "RSVP"];
    let all = |object: &Object<'_>| {
        let mut all: Vec<Vec<String>> =
            object.components().map(|component| essence_of(component, &lasting, &ignored)).collect();
        all.sort_unstable();
        all
    };
    all(old) == all(new)
}

/// Whether two components say the same of what an organizer decides besides times: words, and who is invited.
/// How that is written may differ.
pub(super) fn same_words(was: &Component<'_>, is: &Component<'_>) -> bool {
    // Times are compared by what they mean; EXDATE is how an attendee takes an instance out of their copy.
    const ELSEWHERE: [&str; 12] = [
        "DTSTART",
        "DTEND",
        "DUE",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXRULE",
        "EXDATE",
        "RECURRENCE-ID",
        "ATTENDEE",
        "ORGANIZER",
        "SEQUENCE",
    ];
    let words = |component: &Component<'_>| {
        let told = component.properties().iter();
        let told = told.filter(|property| !is_own(property) && !ELSEWHERE.iter().any(|name| property.is(name)));
        // Empty words are none.
        let told = told.filter(|property| !property.value().trim().is_empty());
        let mut words: Vec<(String, String)> =
            told.map(|property| (property.name().to_ascii_uppercase(), property.text())).collect();
        words.sort_unstable();
        words
    };
    let people = |component: &Component<'_>| {
        let mut invited: Vec<String> =
            component.all("ATTENDEE").map(|attendee| attendee.value().trim().to_ascii_lowercase()).collect();
        invited.sort_unstable();
        invited.dedup();
        (component.value("ORGANIZER").map(str::to_ascii_lowercase), invited)
    };
    words(was) == words(is) && people(was) == people(is)
}

/// The properties of a component that `kept` keeps, without some parameters, in an order of their own.
pub(super) fn essence_of(
    component: &Component<'_>,
    kept: &dyn Fn(&Property<'_>) -> bool,
    ignored: &[&str],
) -> Vec<String> {
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

/// SEQUENCE that an entry of the new version has at least.
pub(super) fn least_sequence(old: &Object<'_>, new: &Object<'_>, entry: &Entry) -> u32 {
    let Some((was, _)) = before(old, entry) else { return 0 };
    let known = sequence_of(old.component(was));
    if is_entry_significant(old, new, entry) { known.saturating_add(1) } else { known }
}

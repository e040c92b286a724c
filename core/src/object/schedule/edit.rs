//! Edits of a text that leave every other byte alone.

use std::ops::Range;

use super::UTC;
use crate::ical::write::Document;
use crate::object::entry::Entry;
use crate::object::value::Moment;
use crate::object::{Component, Object, Property};
use crate::time::{Clock, Instant};

/// Changes of an object's text, put together at the end.
#[derive(Default)]
pub(super) struct Edits(Vec<(Range<usize>, String)>);

impl Edits {
    /// Puts `lines` in place of these bytes.
    pub(super) fn replace(&mut self, range: Range<usize>, lines: String) {
        self.0.push((range, lines));
    }

    /// Takes these bytes out.
    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.0.push((range, String::new()));
    }

    /// Takes these bytes out, whatever else was to be done within them.
    pub(super) fn forget(&mut self, range: Range<usize>) {
        self.0.retain(|(other, _)| other.start < range.start || other.end > range.end);
        self.remove(range);
    }

    /// Puts `lines` in front of the byte at `at`.
    pub(super) fn insert(&mut self, at: usize, lines: String) {
        self.0.push((at..at, lines));
    }

    /// Sets a property of a component to a line of its own, in place of what it has, or at its end.
    pub(super) fn set(&mut self, source: &[u8], component: &Component<'_>, name: &str, line: &str) {
        match component.property(name) {
            Some(property) => self.replace(property.range(), folded(line)),
            None => self.insert(end_of(source, component), folded(line)),
        }
    }

    /// Whether nothing is changed.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text with all changes. Of two that overlap the first one holds.
    pub(super) fn applied_to(mut self, source: &[u8]) -> String {
        self.0.sort_by_key(|(range, _)| range.start);
        let mut text = Vec::with_capacity(source.len() + 256);
        let mut at = 0;
        for (range, lines) in self.0 {
            if range.start < at {
                continue;
            }
            text.extend_from_slice(&source[at..range.start]);
            text.extend_from_slice(lines.as_bytes());
            at = range.end;
        }
        text.extend_from_slice(&source[at..]);
        String::from_utf8(text).expect("an object is UTF-8, and ranges lie between its lines")
    }
}

/// Where a component's `END` begins.
pub(super) fn end_of(source: &[u8], component: &Component<'_>) -> usize {
    let range = component.range();
    let inside = &source[range.clone()];
    let trimmed = inside.trim_ascii_end();
    let line = trimmed.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
    range.start + line
}

/// A content line in the form that is written: folded, with its end.
pub(super) fn folded(line: &str) -> String {
    let mut document = Document::default();
    document.line(line);
    document.into_text()
}

/// The line of a property with some parameters set; `None` takes one away. Others keep their order and quotes.
pub(super) fn with_params(property: &Property<'_>, params: &[(&str, Option<&str>)]) -> String {
    let mut line = property.name().to_owned();
    let mut missing: Vec<_> = params.to_vec();
    for (name, value) in property.params() {
        let place = missing.iter().position(|(set, _)| set.eq_ignore_ascii_case(name));
        match place.map(|place| missing.remove(place)) {
            None => line.push_str(&format!(";{name}={}", quoted_if_needed(value))),
            Some((_, None)) => {}
            Some((_, Some(value))) => line.push_str(&format!(";{name}={}", quoted_if_needed(value))),
        }
    }
    for (name, value) in missing {
        if let Some(value) = value {
            line.push_str(&format!(";{name}={}", quoted_if_needed(value)));
        }
    }
    line.push(':');
    line.push_str(property.value());
    line
}

/// The bytes of a range as a text.
pub(super) fn text_of<'o>(object: &'o Object<'_>, range: Range<usize>) -> &'o str {
    object.source().get(range).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
}

/// An instant in the form and zone of a time that is already there.
pub(super) fn written(form: &Moment, at: Instant) -> String {
    let wall = form.clock(&UTC).wall_at(at);
    match form {
        Moment::Day(_) => wall.format("%Y%m%d").to_string(),
        Moment::Zoned(_, zone) if *zone == UTC => wall.format("%Y%m%dT%H%M%SZ").to_string(),
        _ => wall.format("%Y%m%dT%H%M%S").to_string(),
    }
}

/// A line that names instances of an entry as its DTSTART has it: EXDATE or RECURRENCE-ID.
pub(super) fn instances_line(name: &str, object: &Object<'_>, entry: &Entry, at: &[Instant]) -> Option<String> {
    let start = entry.start.as_ref()?;
    let head = object.component(entry).property("DTSTART").map_or("", |start| &start.head()["DTSTART".len()..]);
    let dates: Vec<String> = at.iter().map(|at| written(start, *at)).collect();
    Some(format!("{name}{head}:{}", dates.join(",")))
}

/// A list of quoted values (`MEMBER="a","b"`) has lost its outer quotes and gets them back.
fn quoted_if_needed(value: &str) -> String {
    let plain = !value.contains([':', ';', ',', ' ']);
    if plain { value.to_owned() } else { format!("\"{value}\"") }
}

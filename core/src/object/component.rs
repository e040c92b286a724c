//! The tree of an iCalendar text: components, properties, parameters, in the order and the bytes they were written in.

use std::borrow::Cow;
use std::ops::Range;

use super::bad::{BadObject, clipped};
use super::lines::{Line, Lines, params, parts_of};
use super::{ObjectLimits, value};

/// A component: `BEGIN` to `END`.
#[derive(Debug, Clone)]
pub struct Component<'a> {
    name: String,
    properties: Vec<Property<'a>>,
    components: Vec<Self>,
    range: Range<usize>,
    line: usize,
}

/// A property as it was written.
#[derive(Debug, Clone)]
pub struct Property<'a> {
    content: Cow<'a, str>,
    name_end: usize,
    value_at: usize,
    range: Range<usize>,
    line: usize,
}

impl<'a> Component<'a> {
    /// Its name, in capitals.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its own properties.
    pub fn properties(&self) -> &[Property<'a>] {
        &self.properties
    }

    /// The components within.
    pub fn components(&self) -> &[Self] {
        &self.components
    }

    /// The first property of that name, in any case.
    pub fn property(&self, name: &str) -> Option<&Property<'a>> {
        self.properties.iter().find(|property| property.is(name))
    }

    /// All properties of that name, in any case.
    pub fn all<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s Property<'a>> {
        self.properties.iter().filter(move |property| property.is(name))
    }

    /// The components within that have this name, in any case.
    pub fn inner<'s>(&'s self, name: &str) -> impl Iterator<Item = &'s Self> {
        self.components.iter().filter(move |component| component.name.eq_ignore_ascii_case(name))
    }

    /// The value of the first property of that name, trimmed and as it was written.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.property(name).map(|property| property.value().trim())
    }

    /// The same with other components in it.
    pub(super) fn with_components(&self, components: Vec<Self>) -> Self {
        Self { name: self.name.clone(), properties: Vec::new(), components, range: self.range(), line: self.line }
    }

    /// The bytes it was written in, `BEGIN` and `END` included.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The number of its first line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }
}

impl Property<'_> {
    /// Its name as it was written.
    pub fn name(&self) -> &str {
        &self.content[..self.name_end]
    }

    /// Whether it has this name, in any case.
    pub fn is(&self, name: &str) -> bool {
        self.name().eq_ignore_ascii_case(name)
    }

    /// Its value as it was written, without folds.
    pub fn value(&self) -> &str {
        &self.content[self.value_at..]
    }

    /// Its value as a text: escapes undone (RFC 5545 3.3.11).
    pub fn text(&self) -> String {
        value::unescaped(self.value())
    }

    /// Its name and parameters as they were written, without folds and without the colon.
    pub fn head(&self) -> &str {
        &self.content[..self.value_at - 1]
    }

    /// Its parameters: names as written, values without quotes.
    pub fn params(&self) -> impl Iterator<Item = (&str, &str)> {
        params(&self.content[self.name_end..self.value_at - 1])
    }

    /// The value of a parameter, by its name in any case.
    pub fn param(&self, name: &str) -> Option<&str> {
        self.params().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The bytes it was written in, line ends included.
    pub fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The number of its first line, from 1.
    pub fn line(&self) -> usize {
        self.line
    }
}

/// Reads the one VCALENDAR of a text.
///
/// Lines that are no content lines are passed over, as is a byte order mark; lines may end in LF
/// alone. Components that are not closed, or closed by another name, are refused.
pub(super) fn tree_of<'a>(bytes: &'a [u8], limits: &ObjectLimits) -> Result<Component<'a>, BadObject> {
    if bytes.len() > limits.max_bytes {
        return Err(BadObject::TooLarge { size: bytes.len(), limit: limits.max_bytes });
    }
    let text = text_of(bytes)?;
    let mut open: Vec<Component<'a>> = Vec::new();
    let mut calendar = None;
    let (mut components, mut properties) = (0, 0);
    let mut last = 1;
    for line in Lines::new(text) {
        last = line.number;
        let Some((name_end, value_at)) = parts_of(&line.content) else {
            if open.is_empty() && calendar.is_none() {
                return Err(BadObject::at(line.number, "a calendar begins with BEGIN:VCALENDAR"));
            }
            continue;
        };
        let name = &line.content[..name_end];
        if name.eq_ignore_ascii_case("BEGIN") {
            components += 1;
            if components > limits.max_components || open.len() >= limits.max_depth {
                return Err(BadObject::at(line.number, "there are too many components, or too many within each other"));
            }
            open.push(begun(&line, value_at, open.is_empty(), calendar.is_some())?);
        } else if name.eq_ignore_ascii_case("END") {
            let done = ended(open.pop(), &line, value_at)?;
            match open.last_mut() {
                Some(parent) => parent.components.push(done),
                None => calendar = Some(done),
            }
        } else {
            properties += 1;
            if properties > limits.max_properties {
                return Err(BadObject::at(line.number, format!("more than {} properties", limits.max_properties)));
            }
            let Some(component) = open.last_mut() else {
                if calendar.is_some() {
                    continue;
                }
                return Err(BadObject::at(line.number, "a calendar begins with BEGIN:VCALENDAR"));
            };
            let Line { content, range, number } = line;
            component.properties.push(Property { content, name_end, value_at, range, line: number });
        }
    }
    match (open.pop(), calendar) {
        (Some(open), _) => Err(BadObject::at(last, format!("the {} of line {} is not closed", open.name, open.line))),
        (None, Some(calendar)) => Ok(calendar),
        (None, None) => Err(BadObject::at(1, "there is no calendar: it begins with BEGIN:VCALENDAR")),
    }
}

/// UTF-8 without control characters other than tabs and line ends: nothing else can be told in XML.
fn text_of(bytes: &[u8]) -> Result<&str, BadObject> {
    let line_at = |at: usize| bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
    let text = std::str::from_utf8(bytes)
        .map_err(|bad| BadObject::at(line_at(bad.valid_up_to()), "the text is not UTF-8: encode it as UTF-8"))?;
    let control = |byte: &u8| *byte < 0x20 && !matches!(*byte, b'\t' | b'\r' | b'\n') || *byte == 0x7f;
    match bytes.iter().position(control) {
        None => Ok(text),
        Some(at) => Err(BadObject::at(line_at(at), format!("control character {:#04x}: remove it", bytes[at]))),
    }
}

fn begun<'a>(line: &Line<'a>, value_at: usize, outermost: bool, second: bool) -> Result<Component<'a>, BadObject> {
    let name = line.content[value_at..].trim().to_ascii_uppercase();
    if outermost && second {
        return Err(BadObject::at(line.number, "there is a second calendar: send them one by one"));
    }
    if outermost && name != "VCALENDAR" {
        return Err(BadObject::at(line.number, "a calendar begins with BEGIN:VCALENDAR"));
    }
    Ok(Component { name, properties: Vec::new(), components: Vec::new(), range: line.range.clone(), line: line.number })
}

fn ended<'a>(open: Option<Component<'a>>, line: &Line<'a>, value_at: usize) -> Result<Component<'a>, BadObject> {
    let name = line.content[value_at..].trim();
    match open {
        Some(mut open) if open.name.eq_ignore_ascii_case(name) => {
            open.range.end = line.range.end;
            Ok(open)
        }
        Some(open) => Err(BadObject::at(
            line.number,
            format!("END:{} where the {} of line {} is still open", clipped(name), open.name, open.line),
        )),
        None => Err(BadObject::at(line.number, format!("END:{} where nothing is open", clipped(name)))),
    }
}

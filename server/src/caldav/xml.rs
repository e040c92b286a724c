//! Bytes to elements and back: the only file that reads XML. It knows no CalDAV and touches no store.
//!
//! A document is bounded in its nodes and depth while it is read, and has no
//! entities but those of XML itself: a DOCTYPE is refused, so that nothing can
//! be defined that grows. What is written is escaped here, whatever it holds.

use std::fmt::Write as _;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

/// The most elements, attributes and texts of a document.
pub const MAX_NODES: usize = 100_000;
/// The most elements within each other.
pub const MAX_DEPTH: usize = 64;

/// The namespace of WebDAV.
pub const DAV: &str = "DAV:";
/// The namespace of CalDAV.
pub const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
/// The namespace of what Apple's calendar server brought.
pub const CALSERVER: &str = "http://calendarserver.org/ns/";
/// The namespace of Apple's calendar app.
pub const APPLE: &str = "http://apple.com/ns/ical/";
/// The namespace of reasons that are this server's own.
pub const MEETME: &str = "urn:meetme:dav";

/// The prefixes of what is written.
const PREFIXES: [(&str, &str); 5] = [(DAV, "D"), (CALDAV, "C"), (CALSERVER, "CS"), (APPLE, "A"), (MEETME, "M")];

/// Why bytes are no document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadXml {
    /// It is not well-formed.
    #[error("the body is not well-formed XML: {0}")]
    Malformed(String),
    /// It defines entities, or uses one that XML does not have.
    #[error("the body defines or uses entities, which are not read here")]
    Entities,
    /// It is too deep.
    #[error("the body has more than {MAX_DEPTH} elements within each other")]
    TooDeep,
    /// It is too large.
    #[error("the body has more than {MAX_NODES} elements, attributes and texts")]
    TooMany,
    /// There is nothing in it.
    #[error("the body is empty where XML belongs")]
    Empty,
}

/// The name of an element or attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// Its namespace; empty for none.
    pub space: String,
    /// Its name there.
    pub local: String,
}

impl Name {
    /// From its parts.
    pub fn new(space: &str, local: &str) -> Self {
        Self { space: space.to_owned(), local: local.to_owned() }
    }

    /// Whether it is this one.
    pub fn is(&self, space: &str, local: &str) -> bool {
        self.space == space && self.local == local
    }

    /// `{namespace}name`.
    pub fn clark(&self) -> String {
        format!("{{{}}}{}", self.space, self.local)
    }

    /// From `{namespace}name`.
    pub fn of_clark(text: &str) -> Option<Self> {
        let (space, local) = text.strip_prefix('{')?.rsplit_once('}')?;
        Some(Self::new(space, local))
    }
}

/// An element and all that is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name.
    pub name: Name,
    /// Its attributes, without those that bind prefixes.
    pub attributes: Vec<(Name, String)>,
    /// What is in it.
    pub children: Vec<Node>,
}

/// Something in an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// An element.
    Element(Element),
    /// Text, not escaped.
    Text(String),
}

impl Element {
    /// Whether it has this name.
    pub fn is(&self, space: &str, local: &str) -> bool {
        self.name.is(space, local)
    }

    /// The elements in it.
    pub fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|node| match node {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The first element in it of this name.
    pub fn child(&self, space: &str, local: &str) -> Option<&Self> {
        self.elements().find(|element| element.is(space, local))
    }

    /// All text directly in it.
    pub fn text(&self) -> String {
        let texts = self.children.iter().filter_map(|node| match node {
            Node::Text(text) => Some(text.as_str()),
            Node::Element(_) => None,
        });
        texts.collect()
    }

    /// An attribute without a namespace.
    pub fn attribute(&self, local: &str) -> Option<&str> {
        self.attributes.iter().find(|(name, _)| name.is("", local)).map(|(_, value)| value.as_str())
    }

    /// The element as text that means the same wherever it stands.
    pub fn to_text(&self) -> String {
        let mut xml = Xml::default();
        xml.write_foreign(self, "");
        xml.text
    }
}

/// Reads a document: its outermost element.
pub fn read(bytes: &[u8]) -> Result<Element, BadXml> {
    let text = std::str::from_utf8(bytes).map_err(|_| BadXml::Malformed("it is not UTF-8".to_owned()))?;
    let text = text.trim_start_matches('\u{feff}');
    if text.trim().is_empty() {
        return Err(BadXml::Empty);
    }
    let mut reader = NsReader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut budget = MAX_NODES;
    let mut open: Vec<Element> = Vec::new();
    loop {
        let event = reader.read_event().map_err(malformed)?;
        match event {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    return Err(BadXml::TooDeep);
                }
                open.push(element(&reader, &start, &mut budget)?);
            }
            Event::End(_) => {
                let Some(closed) = open.pop() else { return Err(malformed("an end without a beginning")) };
                match open.last_mut() {
                    Some(parent) => parent.children.push(Node::Element(closed)),
                    // What stands behind the outermost element does not matter.
                    None => return Ok(closed),
                }
            }
            Event::Text(text) => add_text(&mut open, &text.xml10_content(), &mut budget)?,
            Event::CData(text) => add_text(&mut open, &text.xml10_content(), &mut budget)?,
            Event::GeneralRef(reference) => {
                let c = match reference.resolve_char_ref().map_err(malformed)? {
                    Some(c) => c,
                    None => predefined(&reference.xml10_content()).ok_or(BadXml::Entities)?,
                };
                add_text(&mut open, c.encode_utf8(&mut [0; 4]), &mut budget)?;
            }
            Event::DocType(_) => return Err(BadXml::Entities),
            Event::Eof => return Err(malformed("it ends too early")),
            Event::Empty(_) | Event::Comment(_) | Event::Decl(_) | Event::PI(_) => {}
        }
    }
}

fn malformed(why: impl std::fmt::Display) -> BadXml {
    BadXml::Malformed(why.to_string())
}

fn spend(budget: &mut usize) -> Result<(), BadXml> {
    *budget = budget.checked_sub(1).ok_or(BadXml::TooMany)?;
    Ok(())
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>, budget: &mut usize) -> Result<Element, BadXml> {
    spend(budget)?;
    let (space, local) = reader.resolver().resolve_element(start.name());
    let name = Name { space: space_of(&space)?, local: local.as_ref().to_owned() };
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        spend(budget)?;
        let attribute = attribute.map_err(malformed)?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (space, local) = reader.resolver().resolve_attribute(attribute.key);
        let name = Name { space: space_of(&space)?, local: local.as_ref().to_owned() };
        let value = attribute.normalized_value(XmlVersion::default()).map_err(|_| BadXml::Entities)?;
        attributes.push((name, value.into_owned()));
    }
    Ok(Element { name, attributes, children: Vec::new() })
}

fn space_of(space: &ResolveResult<'_>) -> Result<String, BadXml> {
    match space {
        ResolveResult::Unbound => Ok(String::new()),
        ResolveResult::Bound(space) => Ok(space.as_ref().to_owned()),
        ResolveResult::Unknown(prefix) => Err(malformed(format!("the prefix `{prefix}` is not bound"))),
    }
}

fn add_text(open: &mut [Element], text: &str, budget: &mut usize) -> Result<(), BadXml> {
    let Some(parent) = open.last_mut() else { return Ok(()) };
    if let Some(Node::Text(before)) = parent.children.last_mut() {
        before.push_str(text);
        return Ok(());
    }
    spend(budget)?;
    parent.children.push(Node::Text(text.to_owned()));
    Ok(())
}

fn predefined(name: &str) -> Option<char> {
    match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "apos" => Some('\''),
        "quot" => Some('"'),
        _ => None,
    }
}

/// XML in the making. Names are `D:href` with the prefixes of this file, written by us; values are anybody's.
#[derive(Debug, Default)]
pub struct Xml {
    text: String,
}

impl Xml {
    /// A document whose outermost element begins here: `D:multistatus`.
    pub fn document(name: &str) -> Self {
        let mut text = String::with_capacity(4096);
        text.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<");
        text.push_str(name);
        for (space, prefix) in PREFIXES {
            write!(text, " xmlns:{prefix}=\"{space}\"").expect("a string takes everything");
        }
        text.push('>');
        Self { text }
    }

    /// The document, its outermost element ended.
    pub fn finish(mut self, name: &str) -> Vec<u8> {
        self.end(name);
        self.text.push('\n');
        self.text.into_bytes()
    }

    /// What has been written so far, which is then let go.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.text).into_bytes()
    }

    /// A place to come back to.
    pub fn mark(&self) -> usize {
        self.text.len()
    }

    /// Takes back what was written behind a mark.
    pub fn back_to(&mut self, mark: usize) {
        self.text.truncate(mark);
    }

    /// `<name>`, what `inside` writes, `</name>`.
    pub fn element(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.begin(name);
        inside(self);
        self.end(name);
    }

    /// `<name>`.
    pub fn begin(&mut self, name: &str) {
        self.text.extend(["<", name, ">"]);
    }

    /// `</name>`.
    pub fn end(&mut self, name: &str) {
        self.text.extend(["</", name, ">"]);
    }

    /// `<name/>`.
    pub fn empty(&mut self, name: &str) {
        self.text.extend(["<", name, "/>"]);
    }

    /// `<name attribute="value"/>`, with as many attributes as there are.
    pub fn empty_with(&mut self, name: &str, attributes: &[(&str, &str)]) {
        self.text.extend(["<", name]);
        for (attribute, value) in attributes {
            self.text.extend([" ", attribute, "=\""]);
            self.text(value);
            self.text.push('"');
        }
        self.text.push_str("/>");
    }

    /// `<name>value</name>`.
    pub fn value(&mut self, name: &str, value: &str) {
        self.begin(name);
        self.text(value);
        self.end(name);
    }

    /// Text, escaped. What XML cannot hold is left out.
    pub fn text(&mut self, text: &str) {
        let mut rest = text;
        let special = |c: char| {
            matches!(c, '<' | '>' | '&' | '"' | '\r')
                || (c < ' ' && c != '\n' && c != '\t')
                || matches!(c, '\u{fffe}' | '\u{ffff}')
        };
        while let Some(at) = rest.find(special) {
            self.text.push_str(&rest[..at]);
            let c = rest[at..].chars().next().unwrap_or_default();
            self.text.push_str(match c {
                '<' => "&lt;",
                '>' => "&gt;",
                '&' => "&amp;",
                '"' => "&quot;",
                '\r' => "&#13;",
                _ => "",
            });
            rest = &rest[at + c.len_utf8()..];
        }
        self.text.push_str(rest);
    }

    /// An element that [`Element::to_text`] wrote.
    pub fn raw(&mut self, element: &str) {
        self.text.push_str(element);
    }

    /// An empty element of any name.
    pub fn empty_of(&mut self, name: &Name) {
        match prefix_of(&name.space) {
            Some(prefix) => self.empty(&format!("{prefix}:{}", name.local)),
            None => self.empty_with(&name.local, &[("xmlns", &name.space)]),
        }
    }

    /// An element of anybody's, which binds what it needs itself; `default` is what is bound around it.
    fn write_foreign(&mut self, element: &Element, default: &str) {
        self.text.extend(["<", &element.name.local]);
        if element.name.space != default || default.is_empty() {
            self.text.push_str(" xmlns=\"");
            self.text(&element.name.space);
            self.text.push('"');
        }
        for (i, (name, value)) in element.attributes.iter().enumerate() {
            if name.space.is_empty() {
                self.text.extend([" ", &name.local, "=\""]);
            } else if name.space == "http://www.w3.org/XML/1998/namespace" {
                self.text.extend([" xml:", &name.local, "=\""]);
            } else {
                write!(self.text, " xmlns:a{i}=\"").expect("a string takes everything");
                self.text(&name.space);
                write!(self.text, "\" a{i}:{}=\"", name.local).expect("a string takes everything");
            }
            self.text(value);
            self.text.push('"');
        }
        self.text.push('>');
        for child in &element.children {
            match child {
                Node::Element(child) => self.write_foreign(child, &element.name.space),
                Node::Text(text) => self.text(text),
            }
        }
        self.end(&element.name.local);
    }
}

fn prefix_of(space: &str) -> Option<&'static str> {
    PREFIXES.iter().find(|(known, _)| *known == space).map(|(_, prefix)| *prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_resolved_whatever_the_prefix() {
        let root = read(b"<x:propfind xmlns:x='DAV:'><prop xmlns='DAV:'><a xmlns=''/></prop></x:propfind>").unwrap();

        assert!(root.is(DAV, "propfind"));
        assert!(root.child(DAV, "prop").unwrap().child("", "a").is_some());
    }

    #[test]
    fn entities_are_refused_and_character_references_read() {
        let bomb = b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>";

        assert_eq!(read(bomb), Err(BadXml::Entities));
        assert_eq!(read(b"<a>&b;</a>"), Err(BadXml::Entities));
        assert_eq!(read(b"<a>&lt;&#233;&amp;<![CDATA[<b>]]></a>").unwrap().text(), "<\u{e9}&<b>");
    }

    #[test]
    fn depth_and_nodes_are_bounded() {
        let deep = "<a>".repeat(10_000);
        let wide = format!("<a>{}</a>", "<b/>".repeat(1_000_000));

        assert_eq!(read(deep.as_bytes()), Err(BadXml::TooDeep));
        assert_eq!(read(wide.as_bytes()), Err(BadXml::TooMany));
    }

    #[test]
    fn an_element_means_the_same_wherever_it_stands() {
        let text = "<p:a xmlns:p='urn:x' xmlns:q='urn:y' q:b='1&amp;\"' c='2'>t<q:d xml:lang='de'>&lt;</q:d><e/></p:a>";
        let element = read(text.as_bytes()).unwrap();

        let again = read(element.to_text().as_bytes()).unwrap();

        assert_eq!(again, element);
    }

    #[test]
    fn what_ends_too_early_is_no_document() {
        for bad in ["<a>", "<a", "</a>", "<a></b>", "<x:a/>", "plain", "<a b=c/>"] {
            assert!(matches!(read(bad.as_bytes()), Err(BadXml::Malformed(_))), "{bad}");
        }
        assert_eq!(read(b" \n"), Err(BadXml::Empty));
    }
}

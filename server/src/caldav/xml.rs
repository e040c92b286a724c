//! Bytes to elements and back: the only file that reads XML. It knows no CalDAV and touches no store.
//!
//! A document is bounded in its nodes and depth while it is read, and has no
//! entities but those of XML itself: a DOCTYPE is refused, so that nothing can
//! be defined that grows. [`Xml`] writes, and escapes what it is given.

mod write;

use std::borrow::Cow;

use quick_xml::XmlVersion;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

pub use self::write::Xml;

/// The most elements, attributes and texts of a document.
pub const MAX_NODES: usize = 100_000;
/// The most elements within each other.
pub const MAX_DEPTH: usize = 64;
/// The most attributes of an element, and the most prefixes that are bound at one place: each is compared with the others.
pub const MAX_ATTRIBUTES: usize = 120;

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
    /// An element has too many attributes, or too many prefixes are bound there.
    #[error("an element of the body has more than {MAX_ATTRIBUTES} attributes or prefixes")]
    Crowded,
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
    /// An empty one.
    pub fn named(space: &str, local: &str) -> Self {
        Self { name: Name::new(space, local), attributes: Vec::new(), children: Vec::new() }
    }

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
        xml.into_text()
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
    // How many prefixes are bound in each of them.
    let mut bound: Vec<usize> = Vec::new();
    loop {
        let event = reader.read_event().map_err(malformed)?;
        match event {
            Event::Start(start) => {
                if open.len() >= MAX_DEPTH {
                    return Err(BadXml::TooDeep);
                }
                let around = bound.last().copied().unwrap_or(0);
                bound.push(around + bindings(&start, MAX_ATTRIBUTES - around)?);
                open.push(element(&reader, &start, &mut budget)?);
            }
            Event::End(_) => {
                bound.pop();
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

/// How many prefixes an element binds, `most` at most, if it has not too many attributes.
fn bindings(start: &BytesStart<'_>, most: usize) -> Result<usize, BadXml> {
    let (mut attributes, mut bound) = (0, 0);
    for attribute in start.attributes().with_checks(false) {
        attributes += 1;
        bound += usize::from(attribute.map_err(malformed)?.key.as_namespace_binding().is_some());
        if attributes > MAX_ATTRIBUTES || bound > most {
            return Err(BadXml::Crowded);
        }
    }
    Ok(bound)
}

fn element(reader: &NsReader<&[u8]>, start: &BytesStart<'_>, budget: &mut usize) -> Result<Element, BadXml> {
    spend(budget)?;
    let (space, local) = reader.resolver().resolve_element(start.name());
    let name = Name { space: space_of(&space)?, local: local_of(local.as_ref())? };
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        spend(budget)?;
        let attribute = attribute.map_err(malformed)?;
        if attribute.key.as_namespace_binding().is_some() {
            continue;
        }
        let (space, local) = reader.resolver().resolve_attribute(attribute.key);
        let name = Name { space: space_of(&space)?, local: local_of(local.as_ref())? };
        let value = attribute.normalized_value(XmlVersion::default()).map_err(|_| BadXml::Entities)?;
        attributes.push((name, value.into_owned()));
    }
    Ok(Element { name, attributes, children: Vec::new() })
}

fn space_of(space: &ResolveResult<'_>) -> Result<String, BadXml> {
    match space {
        ResolveResult::Unbound => Ok(String::new()),
        // As it was written, references and all.
        ResolveResult::Bound(space) => {
            quick_xml::escape::unescape(space.as_ref()).map(Cow::into_owned).map_err(|_| BadXml::Entities)
        }
        ResolveResult::Unknown(prefix) => Err(malformed(format!("the prefix `{prefix}` is not bound"))),
    }
}

/// A name without its prefix (XML Names 1.0, NCName): anything else would not be read again where it is written.
fn local_of(name: &str) -> Result<String, BadXml> {
    let begins = |c: char| c.is_alphabetic() || c == '_';
    let goes_on =
        |c: char| begins(c) || c.is_alphanumeric() || matches!(c, '-' | '.' | '\u{b7}' | '\u{300}'..='\u{36f}');
    if name.starts_with(begins) && name.chars().all(goes_on) {
        return Ok(name.to_owned());
    }
    Err(malformed(format!("`{}` is no name", name.chars().take(40).collect::<String>())))
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
    fn attributes_and_prefixes_are_bounded() {
        let many = |what: &str, most: usize| (0..most).map(|i| format!(" {what}{i}='x'")).collect::<String>();
        let nested = |most: usize| {
            let open: String = (0..most).map(|i| format!("<a{}>", many(&format!("xmlns:p{i}x"), 8))).collect();
            format!("{open}{}", "</a>".repeat(most))
        };

        for (text, good) in [
            (format!("<a{}/>", many("b", MAX_ATTRIBUTES)), true),
            (format!("<a{}/>", many("b", MAX_ATTRIBUTES + 1)), false),
            (format!("<a{}/>", many("xmlns:b", 50_000)), false),
            (nested(MAX_ATTRIBUTES / 8), true),
            (nested(MAX_ATTRIBUTES / 8 + 1), false),
            (format!("<a>{}</a>", "<b xmlns:c='x'/>".repeat(2 * MAX_ATTRIBUTES)), true),
        ] {
            let told = read(text.as_bytes()).err();
            // Of prefixes the reader has a bound of its own.
            let refused = matches!(told, Some(BadXml::Crowded | BadXml::Malformed(_)));
            assert_eq!((told.is_none(), refused), (good, !good), "{told:?} of {}", &text[..40]);
        }
    }

    #[test]
    fn an_element_means_the_same_wherever_it_stands() {
        let text = "<p:a xmlns:p='urn:x' xmlns:q='urn:&lt;y' q:b='1&amp;\"&#10;&#9;' c='2'>t<q:d xml:lang='de'>&lt;</q:d><e/></p:a>";
        let element = read(text.as_bytes()).unwrap();

        let again = read(element.to_text().as_bytes()).unwrap();

        assert_eq!(again, element);
    }

    #[test]
    fn what_ends_too_early_or_has_no_name_is_no_document() {
        for bad in [
            "<a:b:c xmlns:a='x'/>",
            "<1/>",
            "<a\"b/>",
            "<a 1b='c'/>",
            "<a>",
            "<a",
            "</a>",
            "<a></b>",
            "<x:a/>",
            "plain",
            "<a b=c/>",
        ] {
            assert!(matches!(read(bad.as_bytes()), Err(BadXml::Malformed(_))), "{bad}");
        }
        assert_eq!(read(b" \n"), Err(BadXml::Empty));
    }
}

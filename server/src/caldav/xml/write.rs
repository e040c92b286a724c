//! Elements to bytes: what is written is escaped here, whatever it holds.

use std::fmt::Write as _;

use super::{Element, Name, Node, PREFIXES};

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

    /// Everything that has been written.
    pub(super) fn into_text(self) -> String {
        self.text
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
            self.attribute(value);
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
        self.text.reserve(text.len() + text.len() / 8);
        let (bytes, mut from) = (text.as_bytes(), 0);
        for (at, byte) in bytes.iter().enumerate() {
            let (length, instead) = match byte {
                b'<' => (1, "&lt;"),
                b'>' => (1, "&gt;"),
                b'&' => (1, "&amp;"),
                b'"' => (1, "&quot;"),
                b'\r' => (1, "&#13;"),
                b'\t' | b'\n' | b' '..=0xee | 0xf0.. => continue,
                // U+FFFE and U+FFFF.
                0xef if matches!(bytes[at..], [_, 0xbf, 0xbe | 0xbf, ..]) => (3, ""),
                0xef => continue,
                _ => (1, ""),
            };
            self.text.push_str(&text[from..at]);
            self.text.push_str(instead);
            from = at + length;
        }
        self.text.push_str(&text[from..]);
    }

    /// The value of an attribute, escaped; line ends and tabs too, which would be read as spaces.
    fn attribute(&mut self, value: &str) {
        for part in value.split_inclusive(['\n', '\t']) {
            let text = part.trim_end_matches(['\n', '\t']);
            self.text(text);
            self.text.push_str(match &part[text.len()..] {
                "\n" => "&#10;",
                "\t" => "&#9;",
                _ => "",
            });
        }
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
    pub(super) fn write_foreign(&mut self, element: &Element, default: &str) {
        self.text.extend(["<", &element.name.local]);
        if element.name.space != default || default.is_empty() {
            self.text.push_str(" xmlns=\"");
            self.attribute(&element.name.space);
            self.text.push('"');
        }
        for (i, (name, value)) in element.attributes.iter().enumerate() {
            if name.space.is_empty() {
                self.text.extend([" ", &name.local, "=\""]);
            } else if name.space == "http://www.w3.org/XML/1998/namespace" {
                self.text.extend([" xml:", &name.local, "=\""]);
            } else {
                write!(self.text, " xmlns:a{i}=\"").expect("a string takes everything");
                self.attribute(&name.space);
                write!(self.text, "\" a{i}:{}=\"", name.local).expect("a string takes everything");
            }
            self.attribute(value);
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

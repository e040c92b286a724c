//! Content lines (RFC 5545 3.1) as clients really write them, with the bytes they came from.

use std::borrow::Cow;
use std::ops::Range;

/// A content line without its folds.
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    pub(super) content: Cow<'a, str>,
    /// The bytes it was written in, line ends included.
    pub(super) range: Range<usize>,
    /// The number of its first line, from 1.
    pub(super) number: usize,
}

/// Takes a text apart into content lines. Lines may end in CRLF or LF, and blank ones are left out.
pub(super) struct Lines<'a> {
    text: &'a str,
    at: usize,
    number: usize,
}

impl<'a> Lines<'a> {
    /// Lines of `text`; a byte order mark in front is no part of the first.
    pub(super) fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        Self { text, at, number: 0 }
    }

    /// The next line as it stands, without its end.
    fn physical(&mut self) -> Option<&'a str> {
        let rest = self.text.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (line, taken) = match rest.bytes().position(|byte| byte == b'\n') {
            Some(end) => (&rest[..end], end + 1),
            None => (rest, rest.len()),
        };
        self.at += taken;
        self.number += 1;
        Some(line.trim_end_matches('\r'))
    }

    fn is_folded_on(&self) -> bool {
        matches!(self.text.as_bytes().get(self.at), Some(b' ' | b'\t'))
    }
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        loop {
            let start = self.at;
            let first = self.physical()?;
            let number = self.number;
            let mut content = Cow::Borrowed(first);
            while self.is_folded_on() {
                let Some(more) = self.physical() else { break };
                content.to_mut().push_str(&more[1..]);
            }
            if !content.trim().is_empty() {
                return Some(Line { content, range: start..self.at, number });
            }
        }
    }
}

/// Where name and value of a content line stand: the end of its name, and the start of its value.
///
/// `None` for a line that is none: no colon, or no name in front of it.
pub(super) fn parts_of(content: &str) -> Option<(usize, usize)> {
    let name_end = content.bytes().position(|byte| matches!(byte, b':' | b';'))?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    if name_end == 0 || !content.as_bytes()[..name_end].iter().copied().all(is_name) {
        return None;
    }
    let mut quoted = false;
    for (at, byte) in content.bytes().enumerate().skip(name_end) {
        match byte {
            b'"' => quoted = !quoted,
            b':' if !quoted => return Some((name_end, at + 1)),
            _ => {}
        }
    }
    // A quote that is never closed quotes nothing.
    let colon = content[name_end..].find(':')?;
    Some((name_end, name_end + colon + 1))
}

/// The parameters of a line, from the text between its name and its value: name and value without quotes.
pub(super) fn params(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            rest = rest.strip_prefix(';').unwrap_or(rest);
            if rest.is_empty() {
                return None;
            }
            let mut quoted = false;
            let end = rest.bytes().position(|byte| {
                quoted ^= byte == b'"';
                byte == b';' && !quoted
            });
            let (param, after) = rest.split_at(end.unwrap_or(rest.len()));
            rest = after;
            if let Some((name, value)) = param.split_once('=') {
                return Some((name.trim(), unquoted(value)));
            }
        }
    })
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contents(text: &str) -> Vec<String> {
        Lines::new(text).map(|line| line.content.into_owned()).collect()
    }

    #[test]
    fn folds_are_undone_whatever_ends_the_lines() {
        assert_eq!(contents("\u{feff}A:1\r\nB:2\n 3\r\r\n\t4\n\n \nC:5"), ["A:1", "B:234", "C:5"]);
    }

    #[test]
    fn the_ranges_cover_what_was_read() {
        let text = "A:1\r\nB:2\r\n 3\r\nC:4";
        let ranges: Vec<_> = Lines::new(text).map(|line| &text[line.range]).collect();

        assert_eq!(ranges, ["A:1\r\n", "B:2\r\n 3\r\n", "C:4"]);
    }

    #[test]
    fn quotes_hide_colons_and_semicolons() {
        let line = r#"ATTENDEE;CN="A;B: C";PARTSTAT=ACCEPTED:mailto:a@example.org"#;
        let (name, value) = parts_of(line).expect("a content line");

        assert_eq!((&line[..name], &line[value..]), ("ATTENDEE", "mailto:a@example.org"));
        let params: Vec<_> = params(&line[name..value - 1]).collect();
        assert_eq!(params, [("CN", "A;B: C"), ("PARTSTAT", "ACCEPTED")]);
    }

    #[test]
    fn a_quote_that_is_never_closed_quotes_nothing() {
        let line = "SUMMARY;X=\"a:b";

        assert_eq!(parts_of(line).map(|(_, value)| &line[value..]), Some("b"));
        assert_eq!(parts_of("no colon"), None);
        assert_eq!(parts_of(":no name"), None);
        assert_eq!(parts_of("not a name: x"), None);
    }
}

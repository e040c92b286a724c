//! Content lines: escaping, folding, line ends (RFC 5545 3.1 and 3.3.11, RFC 6868).

use std::fmt::Write as _;

use chrono::{Datelike as _, NaiveDate, NaiveDateTime, Timelike as _};

use crate::time::{Instant, Minutes};

/// The most octets of a line, without its end.
const MAX_LINE: usize = 75;

/// A document in the making. Whatever the values hold, each call writes one content line.
#[derive(Default)]
pub(crate) struct Document {
    text: String,
}

impl Document {
    /// The finished document.
    pub(crate) fn into_text(self) -> String {
        self.text
    }

    /// `BEGIN:name`, what `inside` writes, `END:name`.
    pub(crate) fn component(&mut self, name: &str, inside: impl FnOnce(&mut Self)) {
        self.line(&format!("BEGIN:{name}"));
        inside(self);
        self.line(&format!("END:{name}"));
    }

    /// A property whose value we made ourselves: names, numbers, times.
    pub(crate) fn plain(&mut self, name: &str, value: &str) {
        debug_assert!(!value.contains(char::is_control));
        self.line(&format!("{name}:{value}"));
    }

    /// A property of type TEXT with anything in it.
    pub(crate) fn text(&mut self, name: &str, value: &str) {
        self.line(&format!("{name}:{}", escaped(value)));
    }

    /// Like [`Self::text`], unless there is nothing to say.
    pub(crate) fn text_if_any(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.text(name, value);
        }
    }

    /// A property of type URI or CAL-ADDRESS.
    pub(crate) fn uri(&mut self, name: &str, value: &str) {
        self.line(&format!("{name}:{}", uri(value)));
    }

    /// An instant in UTC.
    pub(crate) fn instant(&mut self, name: &str, instant: Instant) {
        self.plain(name, &utc(instant));
    }

    /// A length in whole minutes, one at least.
    pub(crate) fn duration(&mut self, name: &str, length: Minutes) {
        self.plain(name, &format!("PT{}M", length.0.max(1)));
    }

    /// What a document holds already.
    pub(crate) fn again(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Lines that stand somewhere already, each with CRLF behind it.
    pub(crate) fn raw(&mut self, lines: &str) {
        for line in lines.lines() {
            self.text.push_str(line.trim_end_matches('\r'));
            self.text.push_str("\r\n");
        }
    }

    /// A whole content line, folded.
    pub(crate) fn line(&mut self, content: &str) {
        let mut rest = content;
        let mut room = MAX_LINE;
        while rest.len() > room {
            let cut = rest.floor_char_boundary(room);
            self.text.push_str(&rest[..cut]);
            self.text.push_str("\r\n ");
            rest = &rest[cut..];
            // The space belongs to the line.
            room = MAX_LINE - 1;
        }
        self.text.push_str(rest);
        self.text.push_str("\r\n");
    }
}

/// An instant as RFC 5545 writes UTC.
pub(crate) fn utc(instant: Instant) -> String {
    let mut text = wall(instant.naive_utc());
    text.push('Z');
    text
}

/// What a clock shows as RFC 5545 writes it: `20261201T090000`.
pub(crate) fn wall(wall: NaiveDateTime) -> String {
    let mut text = String::with_capacity(16);
    push_day(&mut text, wall.date());
    text.push('T');
    for part in [wall.hour(), wall.minute(), wall.second()] {
        push_digits(&mut text, part, 10);
    }
    text
}

/// A day as RFC 5545 writes it: `20261201`.
pub(crate) fn day(day: NaiveDate) -> String {
    let mut text = String::with_capacity(8);
    push_day(&mut text, day);
    text
}

/// Years that have not four digits are those nearest that have: nothing else can be written.
fn push_day(text: &mut String, day: NaiveDate) {
    push_digits(text, u32::try_from(day.year()).unwrap_or(0).min(9_999), 1_000);
    push_digits(text, day.month(), 10);
    push_digits(text, day.day(), 10);
}

/// Digits from that of `highest`, a power of ten, on.
fn push_digits(text: &mut String, number: u32, highest: u32) {
    let mut place = highest;
    while place > 0 {
        text.push(char::from_digit(number / place % 10, 10).unwrap_or('0'));
        place /= 10;
    }
}

/// A value of type TEXT. Line breaks of any kind become `\n`; other control
/// characters, which iCalendar has no way to write, are left out.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => escaped.push_str("\\n"),
            '\\' | ';' | ',' => escaped.extend(['\\', c]),
            '\t' => escaped.push(c),
            c if c.is_control() => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// A parameter's value in quotes, as RFC 6868 lets it hold quotes and line breaks.
pub(crate) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' | '\n' | '\u{2028}' | '\u{2029}' => quoted.push_str("^n"),
            '^' => quoted.push_str("^^"),
            '"' => quoted.push_str("^'"),
            c if c.is_control() => {}
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A URI with everything percent-encoded that no URI may hold.
fn uri(text: &str) -> String {
    let mut uri = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'!' | b'#'..=b';' | b'=' | b'?'..=b'[' | b']' | b'_' | b'a'..=b'z' | b'~' => uri.push(char::from(byte)),
            _ => write!(uri, "%{byte:02X}").expect("a string takes everything"),
        }
    }
    uri
}

//! What a terminal sends: keys, pasted text, and answers to what it was asked.

/// One thing that a terminal sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// An answer.
    Answer(Answer),
}

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// A character; a pasted line break is a space.
    Char(char),
    /// With control held down; the letter is small.
    Ctrl(char),
    /// Return.
    Enter,
    /// Deletes backwards.
    Backspace,
    /// Escape by itself.
    Escape,
    /// Any other key: nothing is bound to it.
    Other,
}

/// What a terminal says about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is well: everything before the question has been taken.
    Well,
    /// Its attributes (DA1): whether it shows sixels.
    Attributes {
        /// Attribute 4.
        sixel: bool,
    },
    /// It knows kitty's graphics.
    Kitty,
    /// It has 24-bit colours (XTGETTCAP).
    TrueColour,
    /// It shows updates as a whole (mode 2026).
    Synchronized,
    /// The size of a cell in pixels.
    CellSize {
        /// In pixels.
        width: usize,
        /// In pixels.
        height: usize,
    },
    /// It said something else.
    Other,
}

/// The longest sequence that is kept; what is longer is skipped.
const LONGEST: usize = 4096;

/// Puts together what comes in pieces.
#[derive(Debug, Default)]
pub struct Reader {
    waiting: Vec<u8>,
    pasting: bool,
}

impl Reader {
    /// Reads on. What is not whole yet is kept for the next piece.
    pub fn read(&mut self, bytes: &[u8]) -> Vec<Input> {
        let mut all = std::mem::take(&mut self.waiting);
        all.extend_from_slice(bytes);
        let mut inputs = Vec::new();
        let mut at = 0;
        while let Some((length, input)) = self.next(&all[at..]) {
            at += length;
            inputs.extend(input);
        }
        if all.len() - at <= LONGEST {
            self.waiting = all.split_off(at);
        }
        inputs
    }

    /// Nothing more came for a while: a lone escape was the key.
    pub fn pause(&mut self) -> Option<Input> {
        (self.waiting == b"\x1b").then(|| {
            self.waiting.clear();
            Input::Key(Key::Escape)
        })
    }

    /// Whether something is waiting for its end.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    fn next(&mut self, bytes: &[u8]) -> Option<(usize, Option<Input>)> {
        let key = |key: Key| Some((1, Some(Input::Key(key))));
        match *bytes.first()? {
            b'\x1b' => self.sequence(bytes),
            b'\r' | b'\n' if self.pasting => key(Key::Char(' ')),
            b'\r' | b'\n' => key(Key::Enter),
            b'\x08' | b'\x7f' => key(Key::Backspace),
            b'\t' => key(Key::Char(' ')),
            code @ 1..=26 => key(Key::Ctrl(char::from(code - 1 + b'a'))),
            0..=31 => key(Key::Other),
            _ => character(bytes),
        }
    }

    fn sequence(&mut self, bytes: &[u8]) -> Option<(usize, Option<Input>)> {
        match *bytes.get(1)? {
            b'[' => {
                let end = 2 + bytes[2..].iter().position(|byte| (0x40..=0x7e).contains(byte))?;
                let (body, last) = (&bytes[2..end], bytes[end]);
                match (body, last) {
                    (b"200", b'~') => self.pasting = true,
                    (b"201", b'~') => self.pasting = false,
                    _ => return Some((end + 1, Some(control(body, last)))),
                }
                Some((end + 1, None))
            }
            b'O' => bytes.get(2).map(|_| (3, Some(Input::Key(Key::Other)))),
            b'P' | b'_' | b']' => {
                let (length, body) = text_sequence(bytes)?;
                Some((length, Some(Input::Answer(answer(bytes[1], body)))))
            }
            b'\x1b' => Some((1, Some(Input::Key(Key::Escape)))),
            // With alt held down.
            _ => character(&bytes[1..]).map(|(length, _)| (length + 1, Some(Input::Key(Key::Other)))),
        }
    }
}

/// A control sequence: its parameters and its last byte.
fn control(body: &[u8], last: u8) -> Input {
    let body = String::from_utf8_lossy(body);
    let numbers = || body.trim_start_matches('?').trim_end_matches('$').split(';').map(|number| number.parse().ok());
    Input::Answer(match (body.chars().next(), last) {
        (Some('0'), b'n') => Answer::Well,
        (Some('?'), b'c') => Answer::Attributes { sixel: numbers().any(|number| number == Some(4_usize)) },
        (Some('?'), b'y') => match numbers().collect::<Vec<_>>()[..] {
            [Some(2026), Some(1..=3)] => Answer::Synchronized,
            _ => Answer::Other,
        },
        (Some('6'), b't') => match numbers().collect::<Vec<_>>()[..] {
            [Some(6), Some(height @ 1..1000), Some(width @ 1..1000)] => Answer::CellSize { width, height },
            _ => Answer::Other,
        },
        _ => return Input::Key(Key::Other),
    })
}

/// A sequence with text in it, up to ST or BEL: its length, and the text.
fn text_sequence(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let end = 2 + bytes[2..].iter().position(|byte| matches!(byte, b'\x1b' | b'\x07'))?;
    if bytes[end] == b'\x07' {
        return Some((end + 1, &bytes[2..end]));
    }
    // An escape that does not begin ST begins something else.
    let length = if *bytes.get(end + 1)? == b'\\' { end + 2 } else { end };
    Some((length, &bytes[2..end]))
}

fn answer(kind: u8, body: &[u8]) -> Answer {
    match kind {
        b'_' if body.starts_with(b"Gi=31") && body.ends_with(b";OK") => Answer::Kitty,
        // `RGB` in hexadecimal.
        b'P' if body.to_ascii_lowercase().starts_with(b"1+r524742") => Answer::TrueColour,
        _ => Answer::Other,
    }
}

/// One character of UTF-8. What is none is skipped byte by byte.
fn character(bytes: &[u8]) -> Option<(usize, Option<Input>)> {
    let length = match bytes.first()? {
        0..0x80 => 1,
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => return Some((1, None)),
    };
    if bytes.len() < length {
        return None;
    }
    match std::str::from_utf8(&bytes[..length]) {
        Ok(text) => Some((length, text.chars().next().map(|glyph| Input::Key(Key::Char(glyph))))),
        Err(_) => Some((1, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(text: &str) -> Vec<Input> {
        text.chars().map(|glyph| Input::Key(Key::Char(glyph))).collect()
    }

    #[test]
    fn letters_of_every_script_are_keys_even_in_pieces() {
        let mut reader = Reader::default();
        assert_eq!(reader.read("aé".as_bytes()), keys("aé"));
        let bytes = "日🙂".as_bytes();
        assert_eq!(reader.read(&bytes[..2]), []);
        assert_eq!(reader.read(&bytes[2..5]), keys("日"));
        assert_eq!(reader.read(&bytes[5..]), keys("🙂"));
    }

    #[test]
    fn answers_between_keys_are_told_apart() {
        let sent = b"m\x1b[0n\x1b_Gi=31;OK\x1b\\\x1bP1+r524742=8\x1b\\\x1b[?2026;2$y\x1b[6;30;14t\x1b[?62;4;22cq";
        let expected = [
            Input::Key(Key::Char('m')),
            Input::Answer(Answer::Well),
            Input::Answer(Answer::Kitty),
            Input::Answer(Answer::TrueColour),
            Input::Answer(Answer::Synchronized),
            Input::Answer(Answer::CellSize { width: 14, height: 30 }),
            Input::Answer(Answer::Attributes { sixel: true }),
            Input::Key(Key::Char('q')),
        ];
        assert_eq!(Reader::default().read(sent), expected);

        let mut reader = Reader::default();
        let by_byte: Vec<Input> = sent.iter().flat_map(|byte| reader.read(&[*byte])).collect();
        assert_eq!(by_byte, expected);
    }

    #[test]
    fn an_escape_is_a_key_only_when_nothing_follows() {
        let mut reader = Reader::default();
        assert_eq!(reader.read(b"\x1b"), []);
        assert_eq!(reader.pause(), Some(Input::Key(Key::Escape)));
        assert_eq!(reader.read(b"\x1b[A"), [Input::Key(Key::Other)]);
        assert_eq!(reader.pause(), None);
        assert_eq!(
            reader.read(b"\x1bOP\x1bxa"),
            [Input::Key(Key::Other), Input::Key(Key::Other), keys("a")[0].clone()]
        );
    }

    #[test]
    fn what_is_pasted_is_text_and_presses_no_keys() {
        let mut reader = Reader::default();
        assert_eq!(reader.read(b"\x1b[200~a\nb\x1b[201~\r"), [keys("a b"), vec![Input::Key(Key::Enter)]].concat());
    }

    #[test]
    fn control_keys_and_modes_that_are_off_are_what_they_are() {
        let mut reader = Reader::default();
        assert_eq!(reader.read(b"\x03\x0c"), [Input::Key(Key::Ctrl('c')), Input::Key(Key::Ctrl('l'))]);
        assert_eq!(
            reader.read(b"\x1b[?2026;0$y\x1b[?1;2c"),
            [Input::Answer(Answer::Other), Input::Answer(Answer::Attributes { sixel: false })]
        );
    }

    #[test]
    fn a_sequence_without_end_is_dropped_at_a_limit_and_rubbish_does_no_harm() {
        let mut reader = Reader::default();
        reader.read(b"\x1bP");
        reader.read(&[b'x'; 5000]);
        assert!(!reader.is_waiting());
        assert_eq!(reader.read(b"\xff\xfe\xc0a"), keys("a"));
    }
}

//! Server-sent events as bytes become them. Pure: no I/O, no clock.

use std::collections::VecDeque;
use std::time::Duration;

/// The largest event that is read, in bytes.
pub const MAX_EVENT: usize = 1024 * 1024;

/// One event of a stream. Without data it tells nothing, but its id counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Frame {
    /// The last id that the stream gave, with this event or before it.
    pub(super) id: Option<String>,
    /// What kind of event it is; empty if it does not say.
    pub(super) event: String,
    /// Its data, lines joined by line breaks.
    pub(super) data: String,
    /// How long the server wants lost clients to wait.
    pub(super) retry: Option<Duration>,
}

/// An event is larger than [`MAX_EVENT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooLarge;

/// Takes bytes as they come and gives events as they are whole.
#[derive(Debug, Default)]
pub(super) struct Frames {
    line: Vec<u8>,
    /// Whether the last byte ended a line with CR, so that an LF directly behind it ends none.
    after_cr: bool,
    next: Frame,
    has_data: bool,
    whole: VecDeque<Frame>,
}

impl Frames {
    /// Takes more of the stream.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(), TooLarge> {
        for &byte in bytes {
            let after_cr = std::mem::take(&mut self.after_cr);
            match byte {
                b'\n' if after_cr => {}
                b'\n' | b'\r' => {
                    self.after_cr = byte == b'\r';
                    self.end_line();
                }
                _ => self.line.push(byte),
            }
            if self.line.len() + self.next.data.len() > MAX_EVENT {
                return Err(TooLarge);
            }
        }
        Ok(())
    }

    /// The next event that is whole.
    pub(super) fn next(&mut self) -> Option<Frame> {
        self.whole.pop_front()
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(&line);
        if line.is_empty() {
            let id = self.next.id.clone();
            self.whole.push_back(std::mem::take(&mut self.next));
            self.next.id = id;
            self.has_data = false;
            return;
        }
        let (field, value) = line.split_once(':').unwrap_or((&line, ""));
        let value = value.strip_prefix(' ').unwrap_or(value);
        match field {
            "id" if !value.contains('\0') => self.next.id = Some(value.to_owned()),
            "event" => value.clone_into(&mut self.next.event),
            "data" => {
                if std::mem::replace(&mut self.has_data, true) {
                    self.next.data.push('\n');
                }
                self.next.data.push_str(value);
            }
            "retry" => self.next.retry = value.parse().ok().map(Duration::from_millis),
            // Comments, and what is newer than this client.
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parts: &[&str]) -> Vec<Frame> {
        let mut frames = Frames::default();
        for part in parts {
            frames.feed(part.as_bytes()).expect("small enough");
        }
        std::iter::from_fn(|| frames.next()).collect()
    }

    fn frame(id: &str, event: &str, data: &str) -> Frame {
        Frame { id: Some(id.into()), event: event.into(), data: data.into(), retry: None }
    }

    #[test]
    fn an_event_is_whole_when_its_empty_line_is_there() {
        assert_eq!(read(&["id: a-1\nevent: booked\ndata: {}\n"]), []);
        assert_eq!(read(&["id: a-1\nevent: booked\ndata: {}\n\n"]), [frame("a-1", "booked", "{}")]);
    }

    #[test]
    fn where_the_bytes_are_cut_does_not_matter() {
        let text = "retry: 1000\nid: a-1\nevent: hello\ndata: {\"é\":1}\n\n: still here\nid: a-2\n\n";
        let whole = read(&[text]);
        for cut in (1..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
            assert_eq!(read(&[&text[..cut], &text[cut..]]), whole, "cut at {cut}");
        }
        assert_eq!(whole[0].retry, Some(Duration::from_secs(1)));
        assert_eq!(whole[1], frame("a-2", "", ""));
    }

    #[test]
    fn lines_may_end_as_on_any_system() {
        assert_eq!(read(&["id: 1\r\ndata: a\r", "\ndata: b\r\n\r\n"]), [frame("1", "", "a\nb")]);
        assert_eq!(read(&["id: 1\rdata:x\r\r"]), [frame("1", "", "x")]);
    }

    #[test]
    fn an_id_stays_until_another_comes() {
        assert_eq!(read(&["id: 1\n\ndata: x\n\n"]), [frame("1", "", ""), frame("1", "", "x")]);
    }

    #[test]
    fn an_event_without_end_is_refused() {
        assert_eq!(Frames::default().feed(&vec![b'x'; MAX_EVENT + 1]), Err(TooLarge));
    }
}

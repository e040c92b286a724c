//! A change as one line.

use meetme_core::api::{LiveChange, LiveKind};
use meetme_core::cursor::Cursor;
use meetme_core::id::Username;
use meetme_core::time::Zone;
use serde::Serialize;

use crate::output::{BAD, FAINT, GOOD, Report, STRONG, WAITING, clean, clip, styled, times};

/// A change for a reader; as JSON it is the change itself.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    #[serde(flatten)]
    change: &'a LiveChange,
    #[serde(skip)]
    reader: &'a Reader,
}

/// Who reads the lines.
#[derive(Debug)]
pub(super) struct Reader {
    /// Their name, if it is known: they need not be told of themselves.
    pub(super) me: Option<Username>,
    /// On whose clocks.
    pub(super) zone: Zone,
}

impl<'a> Line<'a> {
    pub(super) fn new(change: &'a LiveChange, reader: &'a Reader) -> Self {
        Self { change, reader }
    }
}

impl Report for Line<'_> {
    fn text(&self) -> String {
        let LiveChange { at, kind, event, booking, spans, .. } = self.change;
        let Reader { me, zone } = self.reader;
        let clock = zone.wall_at(*at).format("%H:%M:%S");
        let style = match kind {
            LiveKind::Booked | LiveKind::Confirmed => GOOD,
            LiveKind::Cancelled | LiveKind::Declined | LiveKind::EventDeleted => BAD,
            LiveKind::Held | LiveKind::Rescheduled => WAITING,
            _ => FAINT,
        };
        let name = format!("{}/{}", event.owner, event.slug);
        let word = format!("{:11}", kind.word());
        let mut text = format!("{}  {}  {}", styled(FAINT, clock), styled(style, word), styled(STRONG, name));
        if let Some(booking) = booking {
            let when = times::span(booking.start, booking.end, *zone);
            let other = if me.as_ref() == Some(&booking.guest.username) { &booking.host } else { &booking.guest };
            let people = format!("with {}", clip(&clean(&other.display_name), 20));
            let id = crate::output::short_ids([booking.id.to_string()].into_iter()).concat();
            text.push_str(&format!("  {when}  {people}  {}", styled(FAINT, id)));
        } else if let [first, more @ ..] = spans.as_slice() {
            text.push_str(&format!("  {}", times::span(first.start(), first.end(), *zone)));
            if !more.is_empty() {
                text.push_str(&format!(" and {} more", more.len()));
            }
        } else if *kind == LiveKind::SlotsChanged {
            text.push_str("  any slot");
        }
        text + "\n"
    }
}

/// What was known before may be out of date.
#[derive(Debug, Serialize)]
pub(super) struct Reset {
    kind: &'static str,
    pub(super) cursor: Cursor,
}

impl Reset {
    pub(super) fn new(cursor: Cursor) -> Self {
        Self { kind: "reset", cursor }
    }
}

impl Report for Reset {
    fn text(&self) -> String {
        let word = styled(BAD, "reset");
        format!("{word}  changes may have been missed: what you knew before may be out of date\n")
    }
}

//! A change as one line.

use meetme_core::api::{LiveChange, LiveKind};
use meetme_core::cursor::Cursor;
use meetme_core::time::Zone;
use serde::Serialize;

use crate::output::{BAD, FAINT, GOOD, Report, STRONG, WAITING, clean, clip, styled, times};

/// A change for a reader in a zone; as JSON it is the change itself.
#[derive(Debug, Serialize)]
pub(super) struct Line<'a> {
    #[serde(flatten)]
    change: &'a LiveChange,
    #[serde(skip)]
    zone: Zone,
}

impl<'a> Line<'a> {
    pub(super) fn new(change: &'a LiveChange, zone: Zone) -> Self {
        Self { change, zone }
    }
}

impl Report for Line<'_> {
    fn text(&self) -> String {
        let LiveChange { at, kind, event, booking, spans, .. } = self.change;
        let clock = self.zone.wall_at(*at).format("%H:%M:%S");
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
            let when = times::span(booking.start, booking.end, self.zone);
            let (guest, host) = (&booking.guest.display_name, &booking.host.display_name);
            let people = format!("{} with {}", clip(&clean(guest), 20), clip(&clean(host), 20));
            let id = crate::output::short_ids([booking.id.to_string()].into_iter()).concat();
            text.push_str(&format!("  {when}  {people}  {}", styled(FAINT, id)));
        } else if let [first, more @ ..] = spans.as_slice() {
            text.push_str(&format!("  {}", times::span(first.start(), first.end(), self.zone)));
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

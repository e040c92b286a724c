//! How a booking is shown, whatever was done to it.

use chrono::{DateTime, FixedOffset};
use meetme_core::api;
use meetme_core::booking::Status;
use meetme_core::time::Zone;
use serde::Serialize;

use crate::output::table::{Table, plain};
use crate::output::{BAD, FAINT, GOOD, Report, STRONG, WAITING, clean, short_ids, styled, times};

/// A booking, with its start on the reader's clock beside the instant.
#[derive(Debug, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    booking: api::Booking,
    local_start: DateTime<FixedOffset>,
    time_zone: Zone,
}

impl Shown {
    /// A booking for a reader in `zone`.
    pub fn new(booking: api::Booking, zone: Zone) -> Self {
        let local_start = booking.start.with_timezone(&zone.tz()).fixed_offset();
        Self { booking, local_start, time_zone: zone }
    }
}

impl Report for Shown {
    fn text(&self) -> String {
        let api::Booking { id, event, start, end, host, guest, note, answers, lapses_at, .. } = &self.booking;
        let zone = self.time_zone;
        let (word, style) = status(self.booking.status);
        let id = short_ids([id.to_string()].into_iter()).concat();
        let mut text =
            format!("{}  {}  {}\n", styled(style, word), styled(STRONG, clean(&event.title)), styled(FAINT, id));
        let mut table = Table::new();
        let mut row = |name: &str, value: String| table.row([(name.to_owned(), FAINT), plain(value)]);
        row("when", times::exact_span(*start, *end, zone));
        row("host", person(host));
        row("guest", person(guest));
        if !note.is_empty() {
            row("note", clean(note));
        }
        for answer in answers {
            row(&clean(&answer.question), clean(&answer.answer));
        }
        if let Some(at) = lapses_at {
            row("lapses", format!("{} unless the host says yes", times::exact(*at, zone)));
        }
        text.push_str(&table.text());
        text
    }
}

/// The word for where a booking stands, and how it looks.
pub fn status(status: Status) -> (&'static str, anstyle::Style) {
    match status {
        Status::Pending => ("pending", WAITING),
        Status::Confirmed => ("confirmed", GOOD),
        Status::Cancelled => ("cancelled", BAD),
    }
}

fn person(person: &api::Person) -> String {
    let name = clean(&person.display_name);
    match &person.email {
        Some(email) => format!("{name} <{}>", clean(email)),
        None => name,
    }
}

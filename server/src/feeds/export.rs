//! Everything of one's own as one document, written while it is read.

use bytes::Bytes;
use meetme_core::ical::{BookingEntry, BookingsFeed, Everything, Offer};
use meetme_core::object::BadObject;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::bookings::read;
use crate::actions::{ActionError, Actor, Calendars, Exported, ExportedEntry, INBOX, booking_view, export_account};
use crate::app::App;
use crate::store::{BookingQuery, StoreError};

/// How many bytes of entries are sent at a time, about.
const PIECE: usize = 64 * 1024;
/// How many pieces wait for a client that reads slowly.
const AHEAD: usize = 2;

/// As what it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportForm {
    /// All of it, entries of calendars as they are stored.
    Json,
    /// What calendars can hold, as one calendar: bookings, cancelled ones too, windows, and entries.
    Calendar,
}

/// An export breaks off: what was sent is not all, and the reader is to see that.
#[derive(Debug, thiserror::Error)]
#[error("the export broke off")]
pub struct BrokenOff;

/// The pieces of a document.
pub type Pieces = mpsc::Receiver<Result<Bytes, BrokenOff>>;

/// Begins an export of everything of the actor's. What can fail early fails here.
pub async fn export(app: &App, actor: &Actor, form: ExportForm) -> Result<Pieces, ActionError> {
    let calendars = Calendars::of(app, actor.id()).await?;
    let (begin, writer) = match form {
        ExportForm::Json => begin_json(app, actor).await?,
        ExportForm::Calendar => begin_calendar(app, actor).await?,
    };
    let (out, pieces) = mpsc::channel(AHEAD);
    let out = Out { app: app.clone(), out, waiting: begin };
    tokio::spawn(out.run(calendars, writer));
    Ok(pieces)
}

async fn begin_json(app: &App, actor: &Actor) -> Result<(String, Writer), ActionError> {
    let export = export_account(app, actor).await?;
    let mut text = serde_json::to_string(&export).expect("wire types are plain data");
    // The object goes on: its calendars are still to come.
    text.truncate(text.len() - 1);
    text.push_str(",\"calendars\":[");
    Ok((text, Writer::Json { calendars: 0, entries: 0 }))
}

async fn begin_calendar(app: &App, actor: &Actor) -> Result<(String, Writer), ActionError> {
    let export = export_account(app, actor).await?;
    let files = read(app, BookingQuery::all_of(actor.id()), usize::MAX).await?;
    let places: Vec<String> = files.iter().map(|file| file.location.clone()).collect();
    let (refresh, domain) = (app.config.limits.feed_refresh, app.domain().to_owned());
    let bookings: Vec<_> = files.into_iter().map(|file| booking_view(app, file, actor.id())).collect();
    let write = move || {
        let entries = bookings.iter().zip(&places).map(|(booking, location)| BookingEntry { booking, location });
        let entries: Vec<_> = entries.collect();
        let offers = export.events.iter().map(|offer| Offer { event: &offer.event, windows: &offer.windows });
        let offers: Vec<_> = offers.collect();
        let bookings = BookingsFeed { user: &export.user.username, bookings: &entries, refresh };
        Everything::begin(&bookings, &offers, &domain)
    };
    let written = tokio::task::spawn_blocking(write).await;
    let (all, text) =
        written.map_err(|error| StoreError::Broken(format!("an export could not be written: {error}")))?;
    Ok((text, Writer::Calendar { all, left_out: false }))
}

/// What has been written so far decides how the next part looks.
enum Writer {
    /// How many calendars, and how many entries of the last one.
    Json { calendars: usize, entries: usize },
    /// Whether the calendar that is read holds messages: what they say of a meeting is in another one.
    Calendar { all: Everything, left_out: bool },
}

impl Writer {
    fn part(&mut self, next: Exported) -> Result<String, ActionError> {
        match (self, next) {
            (Self::Json { calendars, entries }, Exported::Calendar(calendar)) => {
                let mut text = serde_json::to_string(&calendar).expect("wire types are plain data");
                text.truncate(text.len() - 1);
                let before = if *calendars == 0 { "" } else { "]}," };
                (*calendars, *entries) = (*calendars + 1, 0);
                Ok(format!("{before}{text},\"entries\":["))
            }
            (Self::Json { entries, .. }, Exported::Entry(_, entry)) => {
                let text = serde_json::to_string(&ExportedEntry::from(entry)).expect("wire types are plain data");
                let before = if *entries == 0 { "" } else { "," };
                *entries += 1;
                Ok(format!("{before}{text}"))
            }
            (Self::Calendar { left_out, .. }, Exported::Calendar(calendar)) => {
                *left_out = calendar.name == INBOX;
                Ok(String::new())
            }
            (Self::Calendar { left_out: true, .. }, Exported::Entry(..)) => Ok(String::new()),
            (Self::Calendar { all, .. }, Exported::Entry(collection, entry)) => {
                // The place in the log says which one it is. Its name and its text are its owner's.
                let broken = |bad: BadObject| {
                    let (at, why) = (entry.seq.0, bad.precondition());
                    StoreError::Broken(format!("an entry of calendar {collection}, written at {at}: {why}"))
                };
                Ok(all.add(&entry.bytes).map_err(broken)?)
            }
        }
    }

    fn end(self) -> &'static str {
        match self {
            Self::Json { calendars: 0, .. } => "]}",
            Self::Json { .. } => "]}]}",
            Self::Calendar { .. } => Everything::END,
        }
    }
}

/// Where it goes, as fast as it is taken.
struct Out {
    app: App,
    out: mpsc::Sender<Result<Bytes, BrokenOff>>,
    waiting: String,
}

impl Out {
    async fn run(mut self, calendars: Calendars, writer: Writer) {
        if let Err(error) = self.write(calendars, writer).await {
            tracing::error!(%error, "an export broke off");
            // If nobody reads any more there is nobody to tell.
            let _ = self.out.send(Err(BrokenOff)).await;
        }
    }

    async fn write(&mut self, mut calendars: Calendars, mut writer: Writer) -> Result<(), ActionError> {
        while let Some(next) = calendars.next(&self.app).await? {
            self.waiting.push_str(&writer.part(next)?);
            if self.waiting.len() >= PIECE && !self.send().await {
                return Ok(());
            }
        }
        self.waiting.push_str(writer.end());
        self.send().await;
        Ok(())
    }

    /// Whether somebody takes it.
    async fn send(&mut self) -> bool {
        let piece = Bytes::from(std::mem::take(&mut self.waiting));
        let patience = self.app.config.limits.stream_stall;
        matches!(timeout(patience, self.out.send(Ok(piece))).await, Ok(Ok(())))
    }
}

#[cfg(test)]
mod tests {
    use meetme_core::cursor::Seq;
    use meetme_core::id::CollectionId;
    use meetme_core::time::Minutes;

    use super::*;
    use crate::store::EntryFile;

    #[test]
    fn an_entry_that_cannot_be_read_is_logged_without_its_name() {
        let user = "ada".parse().unwrap();
        let bookings = BookingsFeed { user: &user, bookings: &[], refresh: Minutes(15) };
        let (all, _) = Everything::begin(&bookings, &[], "meet.example");
        let entry = EntryFile {
            name: "quarter@bank.example.ics".to_owned(),
            uid: "quarter@bank.example".to_owned(),
            component: "VEVENT".to_owned(),
            etag: String::new(),
            schedule_tag: None,
            organizer: None,
            seq: Seq(7),
            changed_at: "2026-12-01T09:00:00Z".parse().unwrap(),
            size: 0,
            bytes: b"SUMMARY:quarter@bank.example".to_vec(),
        };
        let calendar = CollectionId::from_bytes([1; 16]);

        let broken = Writer::Calendar { all, left_out: false }.part(Exported::Entry(calendar, entry)).unwrap_err();

        let logged = format!("{broken} {broken:?}");
        assert!(logged.contains(&calendar.to_string()) && logged.contains("written at 7"), "{logged}");
        assert!(!logged.contains("bank.example"), "{logged}");
    }
}

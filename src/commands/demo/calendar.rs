//! An act in a calendar app: to write an entry is to book, and a taken slot is refused.

use meetme_core::api;
use meetme_core::time::{Instant, Zone};

use super::cast::{EventName, Person};
use super::stage::Stage;
use crate::client::{BookingQuery, CalendarApp, EntryAnswer};
use crate::error::CliError;
use crate::output::times;

/// Cleo adds Ada's event to her calendars, writes an entry on an open slot, and one on a slot that is taken.
pub(super) async fn book(
    stage: &mut Stage<'_>,
    ada: &Person,
    cleo: &Person,
    event: &EventName,
    taken: &api::Booking,
    zone: Zone,
) -> Result<(), CliError> {
    let folder = format!("book-{}-{}", event.owner, event.slug);
    let commands = ["meetme calendar add ada/coffee-chat", "meetme token create --for calendar"];
    let mut step = stage.play("Cleo books from her calendar app, by writing an entry on an open slot", &commands);
    cleo.client.add_to_calendars(&event.owner, &event.slug).await?;
    let app = app(stage, cleo).await?;
    let open = cleo.open_slots(event, stage.now).await?;
    let slot = open.last().ok_or_else(|| CliError::demo("there is an open slot"))?;
    let shown = app.get(&folder, &slot_name(slot.start)).await?;
    hold(shown.status == 200 && shown.text.contains("TRANSP:TRANSPARENT"), "an open slot is an entry of hers")?;
    let before = step.so_far();
    let put = app.put(&folder, "cleo.ics", entry("cleo-and-ada", slot.start)).await?;
    let took = step.so_far() - before;
    hold(put.status == 201, "an entry on an open slot is taken")?;
    let entry_now = app.get(&folder, "cleo.ics").await?;
    hold(entry_now.text.contains("STATUS:CONFIRMED"), "her entry is the booking")?;
    let hers = ada.client.bookings(&BookingQuery::default()).await?;
    hold(hers.iter().any(|booking| booking.start == slot.start), "Ada has the booking")?;
    let open = ada.open_slots(event, stage.now).await?;
    hold(open.iter().all(|open| open.start != slot.start), "the slot is open no more")?;
    step.told(format!("PUT {folder}/cleo.ics: {}, {}", put.status, times::exact(slot.start, zone)));
    stage.done(step)?;
    stage.measured("from writing an entry until its booking is safe on disk", took, "ms");
    refuse(stage, &app, cleo, &folder, taken.start, zone).await
}

async fn refuse(
    stage: &mut Stage<'_>,
    app: &CalendarApp,
    cleo: &Person,
    folder: &str,
    taken: Instant,
    zone: Zone,
) -> Result<(), CliError> {
    let mut step = stage.play("Her next entry is on a slot that Ben has, and is refused", &[]);
    let before = cleo.client.bookings(&BookingQuery::default()).await?;
    let put = app.put(folder, "late.ics", entry("too-late", taken)).await?;
    let refused = put.status == 403 && put.text.contains("<M:slot-taken/>");
    hold(refused, "an entry on a taken slot is refused by name")?;
    let nearest = nearest(&put);
    hold(!nearest.is_empty(), "the refusal names open slots nearby")?;
    let after = cleo.client.bookings(&BookingQuery::default()).await?;
    let nothing = app.get(folder, "late.ics").await?.status == 404;
    hold(nothing && before == after, "of a refused entry nothing is done")?;
    let message = between(&put.text, "<M:message>", "</M:message>").unwrap_or_default();
    step.told(format!("PUT {folder}/late.ics: {}, slot-taken: {message}", put.status));
    let nearby: Vec<String> = nearest.into_iter().map(|start| times::start(start, zone)).take(3).collect();
    step.told(format!("open nearby: {}", nearby.join(", ")));
    stage.done(step)
}

/// Her calendar app, with a token of its own.
async fn app(stage: &Stage<'_>, person: &Person) -> Result<CalendarApp, CliError> {
    let token = api::NewToken { name: "calendar".to_owned(), scopes: vec![api::Scope::Caldav], expires_at: None };
    let token = person.client.create_token(&token).await?.token;
    let user = person.client.me().await?.username;
    Ok(CalendarApp::new(stage.url(), user, token)?)
}

/// The name of a slot's entry.
fn slot_name(start: Instant) -> String {
    start.format("%Y%m%dT%H%M%SZ.ics").to_string()
}

/// What an app writes when somebody taps on a time; the end is the event's matter.
fn entry(uid: &str, start: Instant) -> String {
    let start = start.format("%Y%m%dT%H%M%SZ");
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//meetme//demo//EN\r\nBEGIN:VEVENT\r\nUID:{uid}\r\n\
         DTSTAMP:{start}\r\nDTSTART:{start}\r\nDURATION:PT15M\r\nSUMMARY:Coffee with Ada\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// The starts of the open slots that a refusal names.
fn nearest(answer: &EntryAnswer) -> Vec<Instant> {
    let starts = answer.text.split("<M:slot ").skip(1);
    starts.filter_map(|slot| between(slot, "start=\"", "\"")?.parse().ok()).collect()
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(from)?;
    Some(rest.split_once(to)?.0)
}

fn hold(true_enough: bool, what: &str) -> Result<(), CliError> {
    if true_enough { Ok(()) } else { Err(CliError::demo(what)) }
}

//! What a person at a terminal chooses where the command line leaves it out. A script is told what is missing.

use chrono::NaiveDate;
use meetme_core::api::{Booking, Event, Slot};
use meetme_core::booking::Status;
use meetme_core::id::{Slug, Username};
use meetme_core::time::{Instant, Zone};

use super::slots;
use crate::client::{BookingQuery, SlotQuery};
use crate::context::Context;
use crate::error::CliError;
use crate::output::{clean, count, times};
use crate::prompt::{self, MAX_CHOICES};

/// Which bookings come into question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All that lie ahead.
    Ahead,
    /// Those that wait for the user's yes.
    Waiting,
}

/// One of the user's own events.
pub async fn own_event(ctx: &mut Context<'_>) -> Result<(Username, Slug), CliError> {
    let hint = "name it; `meetme event list` lists your own";
    let events = own_events(ctx, hint).await?;
    if events.is_empty() {
        return Err(CliError::usage("you have no event to choose", "offer one: `meetme event create`"));
    }
    let lines: Vec<(Username, Slug, String)> = events.into_iter().map(|e| (e.owner, e.slug, e.title)).collect();
    one_event(ctx, lines)
}

/// An event: one of the user's own, or one in which they are or were a guest.
pub async fn event(ctx: &mut Context<'_>) -> Result<(Username, Slug), CliError> {
    let hint = "name it as owner/slug; `meetme event list` lists your own";
    let own = own_events(ctx, hint).await?;
    let query = BookingQuery { role: Some("guest"), ..BookingQuery::default() };
    let bookings = ctx.session().await?.bookings(&query).await?;
    let mut met: Vec<(Username, Slug, String)> =
        bookings.into_iter().map(|b| (b.event.owner, b.event.slug, b.event.title)).collect();
    met.sort();
    met.dedup();
    let own = own.into_iter().map(|e| (e.owner, e.slug, e.title));
    let lines: Vec<(Username, Slug, String)> = own.chain(met).collect();
    if lines.is_empty() {
        return Err(CliError::usage("you have no event to choose", "name somebody's as owner/slug"));
    }
    one_event(ctx, lines)
}

async fn own_events(ctx: &mut Context<'_>, hint: &str) -> Result<Vec<Event>, CliError> {
    if !ctx.can_ask() {
        return Err(CliError::Missing { missing: "the event", say: hint.to_owned() });
    }
    Ok(ctx.session().await?.events().await?)
}

fn one_event(ctx: &mut Context<'_>, mut events: Vec<(Username, Slug, String)>) -> Result<(Username, Slug), CliError> {
    tell_rest(ctx, events.len());
    let lines: Vec<String> =
        events.iter().map(|(owner, slug, title)| format!("{owner}/{slug}  {}", clean(title))).collect();
    let (owner, slug, _) = events.swap_remove(prompt::choose("Which event?", &lines)?);
    Ok((owner, slug))
}

/// One of the user's bookings.
pub async fn booking(ctx: &mut Context<'_>, which: Which) -> Result<Booking, CliError> {
    if !ctx.can_ask() {
        let say = "say `next`, or the beginning of its id; `meetme agenda` lists yours".to_owned();
        return Err(CliError::Missing { missing: "the booking", say });
    }
    let (role, status) = match which {
        Which::Ahead => (None, Some("pending,confirmed")),
        Which::Waiting => (Some("host"), Some("pending")),
    };
    let query = BookingQuery { from: Some(ctx.now), role, status, ..BookingQuery::default() };
    let mut bookings = ctx.session().await?.bookings(&query).await?;
    bookings.sort_by_key(|booking| booking.start);
    if bookings.is_empty() {
        let what = if which == Which::Waiting { "no booking waits for your yes" } else { "you have no booking ahead" };
        return Err(CliError::usage(what, "`meetme agenda --all` lists what there was"));
    }
    let (zone, me) = (ctx.zone(None).await?, ctx.me().await?.username);
    tell_rest(ctx, bookings.len());
    let line = |booking: &Booking| {
        let other = if booking.host.username == me { &booking.guest } else { &booking.host };
        let waits = if booking.status == Status::Pending { "  pending" } else { "" };
        let when = times::span(booking.start, booking.end, zone);
        format!("{when}  {} with {}{waits}", clean(&booking.event.title), clean(&other.display_name))
    };
    let lines: Vec<String> = bookings.iter().map(line).collect();
    Ok(bookings.swap_remove(prompt::choose(&format!("Which booking? ({zone})"), &lines)?))
}

/// An open slot of an event: first its day, then its time, stretch by stretch.
pub async fn slot(ctx: &mut Context<'_>, owner: &Username, slug: &Slug, zone: Zone) -> Result<Instant, CliError> {
    let mut from = ctx.now;
    for _ in 0..slots::MAX_PAGES {
        let to = from + slots::DEFAULT_RANGE;
        let query = SlotQuery { from: Some(from), to: Some(to), open: true, explain: false };
        let (open, _) = slots::all(ctx.client()?, owner, slug, query).await?;
        let days = by_day(&open, zone);
        let day = |(day, slots): &(NaiveDate, Vec<Slot>)| format!("{}  {} open", times::day(*day), slots.len());
        let mut lines: Vec<String> = days.iter().map(day).collect();
        lines.push(format!("later than {}", times::day(zone.day_at(to))));
        let question = if days.is_empty() { "Nothing is open. Look further?" } else { "Which day?" };
        let Some((_, slots)) = days.get(prompt::choose(&format!("{question} ({zone})"), &lines)?) else {
            from = to;
            continue;
        };
        tell_rest(ctx, slots.len());
        let seats =
            |slot: &Slot| if slot.seats_left > 1 { format!("  {} seats", slot.seats_left) } else { String::new() };
        let lines: Vec<String> =
            slots.iter().map(|slot| times::span(slot.start, slot.end, zone) + &seats(slot)).collect();
        let start = slots[prompt::choose(&format!("Which slot? ({zone})"), &lines)?].start;
        ctx.echo_time(start, zone);
        return Ok(start);
    }
    Err(CliError::NothingMatched {
        filter: "any".to_owned(),
        until: times::exact(from, zone),
        event: format!("{owner}/{slug}"),
    })
}

fn by_day(slots: &[Slot], zone: Zone) -> Vec<(NaiveDate, Vec<Slot>)> {
    let mut days: Vec<(NaiveDate, Vec<Slot>)> = Vec::new();
    for slot in slots {
        let day = zone.day_at(slot.start);
        match days.last_mut() {
            Some((last, slots)) if *last == day => slots.push(slot.clone()),
            _ => days.push((day, vec![slot.clone()])),
        }
    }
    days
}

/// Nobody chooses from thousands of lines: what is left out is said.
fn tell_rest(ctx: &mut Context<'_>, found: usize) {
    if found > MAX_CHOICES {
        ctx.out.note(format!("the first {MAX_CHOICES} of {}; name another on the command line", count(found, "line")));
    }
}

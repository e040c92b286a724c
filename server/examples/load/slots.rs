//! A month of an event's slots, however many bookings its host has.
//!
//! The event has 50 weekly windows. A hundred bookings lie in the month that
//! is asked for; all others around it, as far as they reach.

use std::path::Path;
use std::sync::Arc;

use chrono::TimeDelta;
use meetme_core::booking::{Booking, Status};
use meetme_core::change::Change;
use meetme_core::id::{BookingId, EventId, Slug, UserId, Username};
use meetme_core::time::{Instant, Span};
use meetme_server::Server;
use meetme_server::clock::{Clock as _, Stopwatch, SystemClock};
use meetme_server::store::{Decide, Decision, EventFile, Scope, Store, Subject};
use meetme_server::{ids, slots};
use serde_json::json;

use crate::child::{ServerProcess, config};
use crate::figures::Durations;
use crate::setting::sign_up;
use crate::wire::Wire;
use crate::{Outcome, on_one_thread};

const BOOKINGS: [usize; 3] = [100, 10_000, 1_000_000];
const WINDOWS: u32 = 50;
/// Bookings that one change writes.
const PER_CHANGE: usize = 25;
/// Changes that may share a commit.
const CHANGES_AT_ONCE: usize = 200;
/// Bookings in the month that is asked for.
const IN_MONTH: usize = 100;
const QUESTIONS: usize = 1_000;
/// What is not counted.
const WARM_UP: usize = 100;

const MONTH_START: &str = "2040-03-01T00:00:00Z";
const MONTH_DAYS: i64 = 31;

pub fn measure() -> Outcome<()> {
    println!("{WINDOWS} weekly windows, {MONTH_DAYS} days, {IN_MONTH} bookings in them, {QUESTIONS} questions");
    println!(
        "{:>10} {:>6} | {:>22} | {:>22} | {:>22}",
        "bookings", "slots", "slots::list p50 p99 max", "HTTP, guest", "HTTP, host, explained"
    );
    BOOKINGS.into_iter().try_for_each(measure_with)
}

fn measure_with(bookings: usize) -> Outcome<()> {
    let data = tempfile::tempdir()?;
    let (token, inside, found) = in_process(data.path(), bookings)?;
    let server = ServerProcess::start_on(data, "full")?;
    let path = format!("/api/v1/events/ada/chat/slots?from={MONTH_START}&to={}", end_of_month().to_rfc3339());
    let path = path.replace('+', "%2B");
    let (guest, host) = on_one_thread(async {
        let guest = ask(&server, "", &path).await?;
        Ok((guest, ask(&server, &token, &format!("{path}&explain=true")).await?))
    })?;
    print!("{bookings:>10} {found:>6}");
    for mut took in [inside, guest, host] {
        let figures = took.figures();
        print!(" | {:>6.2} {:>7.2} {:>7.2}", figures.p50, figures.p99, figures.max);
    }
    println!();
    Ok(())
}

/// The same question again and again on one connection.
async fn ask(server: &ServerProcess, token: &str, path: &str) -> Outcome<Durations> {
    let mut wire = Wire::connect(server.address, token).await?;
    let mut took = Durations::default();
    for question in 0..WARM_UP + QUESTIONS {
        let watch = Stopwatch::start();
        wire.get(path).await?.check()?;
        if question >= WARM_UP {
            took.add(watch.elapsed());
        }
    }
    Ok(took)
}

/// Fills the data and asks without HTTP; the host's token, how long it took and how many slots there are.
fn in_process(data: &Path, bookings: usize) -> Outcome<(String, Durations, usize)> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::start(config(data, "off"), Arc::new(SystemClock)).await?;
        let token = offer(&server).await?;
        sign_up(server.address(), "bob").await?;
        let store = &server.app().store;
        let guest = store.user_by_name("bob").await?.ok_or("no guest")?.id;
        let (owner, slug): (Username, Slug) = ("ada".parse()?, "chat".parse()?);
        let file = store.event(&owner, &slug).await?.ok_or("no event")?;
        fill(store, &file, guest, bookings).await?;

        let month = Span::new(MONTH_START.parse()?, end_of_month())?;
        let mut took = Durations::default();
        let mut found = 0;
        for question in 0..WARM_UP + QUESTIONS {
            let watch = Stopwatch::start();
            let file = store.event(&owner, &slug).await?.ok_or("no event")?;
            found = slots::list(server.app(), &file, month, false).await?.0.len();
            if question >= WARM_UP {
                took.add(watch.elapsed());
            }
        }
        server.stop().await;
        Ok((token, took, found))
    })
}

/// An event with a window of an hour for each of ten hours of each weekday.
async fn offer(server: &Server) -> Outcome<String> {
    let token = sign_up(server.address(), "ada").await?;
    let mut wire = Wire::connect(server.address(), &token).await?;
    let event = json!({"title": "Chat", "slug": "chat", "time_zone": "Europe/Berlin", "first_day": "2020-01-01",
        "slot_minutes": 30, "buffer_after_minutes": 5});
    wire.post("/api/v1/events", &event.to_string()).await?.check()?;
    for window in 0..WINDOWS {
        let (day, hour) = (6 + window % 5, 8 + window / 5);
        let window = json!({"start": format!("2020-01-{day:02}T{hour:02}:00:00"), "duration_minutes": 60,
            "rrule": "FREQ=WEEKLY"});
        wire.post("/api/v1/events/ada/chat/windows", &window.to_string()).await?.check()?;
    }
    Ok(token)
}

/// Gives the host bookings of ten minutes: some in the month, all others before it and behind it.
async fn fill(store: &Arc<dyn Store>, file: &EventFile, guest: UserId, bookings: usize) -> Outcome<()> {
    let slots: Vec<Span> = spans(bookings).collect();
    for batch in slots.chunks(PER_CHANGE * CHANGES_AT_ONCE) {
        let changes = batch.chunks(PER_CHANGE).map(|part| {
            let (scope, decide) = written_as_told(file, guest, part);
            let store = store.clone();
            tokio::spawn(async move { store.change(scope, decide).await })
        });
        for change in changes.collect::<Vec<_>>() {
            change.await??;
        }
    }
    Ok(())
}

/// A change that makes these bookings, whatever is on the desk.
fn written_as_told(file: &EventFile, guest: UserId, slots: &[Span]) -> (Scope, Decide) {
    let (event, host) = (file.event.id, file.event.host);
    let subject = Subject::Slot { event, version: file.event.version, slot: slots[0], guest, uid: None };
    let scope = Scope { subject, now: SystemClock.now(), key: None };
    let changes: Vec<Change> =
        slots.iter().map(|span| Change::Booked { booking: booking(event, host, guest, *span) }).collect();
    (scope, Box::new(move |_| Ok(Decision { changes: changes.clone(), answer: Vec::new() })))
}

fn spans(bookings: usize) -> impl Iterator<Item = Span> {
    let start: Instant = MONTH_START.parse().expect("a literal instant");
    let lasting = |from: Instant| Span::new(from, from + TimeDelta::minutes(10)).expect("it lasts");
    // In the month every seven hours; outside every quarter of an hour, half of them before it.
    let within = (0..).map(move |i| start + TimeDelta::hours(7 * i)).take(IN_MONTH);
    let before = (1..).map(move |i| start - TimeDelta::minutes(15 * i));
    let behind = (0..).map(move |i| end_of_month() + TimeDelta::minutes(15 * i));
    let outside = before.zip(behind).flat_map(|(before, behind)| [before, behind]);
    within.chain(outside).take(bookings).map(lasting)
}

fn end_of_month() -> Instant {
    MONTH_START.parse::<Instant>().expect("a literal instant") + TimeDelta::days(MONTH_DAYS)
}

fn booking(event: EventId, host: UserId, guest: UserId, span: Span) -> Booking {
    let id = BookingId::new(ids::uuid());
    let now = SystemClock.now();
    Booking {
        id,
        uid: format!("{id}@load"),
        sequence: 0,
        event,
        host,
        guest,
        span,
        status: Status::Confirmed,
        note: String::new(),
        answers: Vec::new(),
        allow_overlap: false,
        lapses_at: None,
        created_at: now,
        updated_at: now,
    }
}

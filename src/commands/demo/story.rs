//! The story: a host offers, guests book, rivals are refused, and all of it lasts.

use chrono::{Datelike as _, Days, NaiveDate, Weekday};
use meetme_core::api;
use meetme_core::booking::Status;
use meetme_core::ical::{Feed, open_slots_feed};
use meetme_core::recurrence::Rule;
use meetme_core::time::{Minutes, Span, Zone};

use super::cast::{EventName, Person, rush};
use super::stage::Stage;
use crate::client::{BookingQuery, Error};
use crate::error::CliError;
use crate::ids;
use crate::output::{count, times};

/// How many people want one slot at the same moment.
const CROWD: [&str; 16] = [
    "Dana", "Eli", "Finn", "Gia", "Hugo", "Ines", "Jon", "Kim", "Lea", "Max", "Nora", "Otto", "Pia", "Quinn", "Rosa",
    "Sam",
];
/// How many slots of the feed are shown.
const SHOWN: usize = 3;
const ZONE: &str = "Europe/Berlin";

/// Tells it from the sign-ups to the last measurement.
pub(super) async fn tell(stage: &mut Stage<'_>) -> Result<(), CliError> {
    let zone: Zone = ZONE.parse().expect("Berlin has a zone");
    let [ada, ben, cleo] = sign_ups(stage, zone).await?;
    let (event, monday) = offer(stage, &ada, zone).await?;
    feed(stage, &ada, &event).await?;
    let first = look_and_book(stage, &ben, &event, zone).await?;
    refuse_the_second(stage, &cleo, &event, &first, zone).await?;
    ask_again(stage, &ben, &event).await?;
    super::calendar::book(stage, &ada, &cleo, &event, &first, zone).await?;
    let crowd = gather(stage, zone).await?;
    rush_on_one(stage, &crowd, &event).await?;
    move_and_cancel(stage, &ben, &event, &first, zone).await?;
    fill(stage, &crowd, &event, monday).await?;
    outlive_a_restart(stage, &ada, &ben).await?;
    agenda(stage, &ben, zone).await?;
    #[cfg(feature = "call")]
    super::call::meet(stage, &ada, &ben, zone).await?;
    Ok(())
}

async fn sign_ups(stage: &mut Stage<'_>, zone: Zone) -> Result<[Person; 3], CliError> {
    let mut step = stage.play("Ada, Ben and Cleo sign up", &["meetme signup ada --email ada@example.org"]);
    let url = stage.url();
    let people = [
        Person::sign_up(&url, "Ada", zone).await?,
        Person::sign_up(&url, "Ben", zone).await?,
        Person::sign_up(&url, "Cleo", zone).await?,
    ];
    step.told("passwords are kept as argon2id hashes, which is what takes the time");
    stage.done(step)?;
    Ok(people)
}

async fn offer(stage: &mut Stage<'_>, ada: &Person, zone: Zone) -> Result<(EventName, NaiveDate), CliError> {
    let monday = next_monday(zone.day_at(stage.now));
    let create = format!(
        "meetme event create \"Coffee chat\" --length 30m --from {monday} --tz {ZONE} --window \"mon-fri 9:00-12:00\""
    );
    let mut step = stage.play("Ada offers half hours on weekday mornings", &[&create]);
    let event = ada.client.create_event(&new_event(monday, zone)).await?;
    let name = EventName { owner: event.owner.clone(), slug: event.slug.clone() };
    ada.client.add_window(&name.owner, &name.slug, &mornings(monday)).await?;
    step.told(format!("the link to share: {}", event.links.page));
    stage.done(step)?;
    Ok((name, monday))
}

async fn feed(stage: &mut Stage<'_>, ada: &Person, name: &EventName) -> Result<(), CliError> {
    let mut step = stage.play("Her open slots become a calendar file", &["meetme feed export coffee-chat"]);
    let event = ada.client.event(&name.owner, &name.slug).await?;
    let open = ada.open_slots(name, stage.now).await?;
    let slots: Vec<Span> = open.iter().filter_map(|slot| Span::new(slot.start, slot.end).ok()).collect();
    let feed = Feed {
        event: &event,
        slots: &slots,
        host_name: ada.name,
        changed_at: event.updated_at,
        refresh: Minutes(15),
        uid_domain: "meetme.example",
    };
    let ics = open_slots_feed(&feed);
    hold(ics == open_slots_feed(&feed), "the file is the same each time it is made")?;
    hold(ics.matches("BEGIN:VEVENT").count() == slots.len() && !slots.is_empty(), "every open slot is in the file")?;
    let size = f64::from(u32::try_from(ics.len()).unwrap_or(u32::MAX)) / 1024.0;
    step.told(format!(
        "{} in the next 31 days, {size:.0} KiB, for any calendar app; made twice: the same bytes",
        count(slots.len(), "open slot")
    ));
    stage.done(step)
}

async fn look_and_book(
    stage: &mut Stage<'_>,
    ben: &Person,
    event: &EventName,
    zone: Zone,
) -> Result<api::Booking, CliError> {
    let commands = ["meetme slots ada/coffee-chat --open", "meetme book ada/coffee-chat --first \"weekday 9-12\""];
    let mut step = stage.play("Ben looks, and books the first", &commands);
    let open = ben.open_slots(event, stage.now).await?;
    for slot in open.iter().take(SHOWN) {
        step.told(format!("  open  {}", times::span(slot.start, slot.end, zone)));
    }
    let first = open.first().ok_or_else(|| CliError::demo("there is an open slot"))?;
    let before = step.so_far();
    let booking = ben.book(event, first.start, &ids::idempotency_key()).await?;
    let took = step.so_far() - before;
    hold(booking.status == Status::Confirmed && booking.start == first.start, "the first slot is booked")?;
    step.told(format!("booked: {}", times::exact(booking.start, zone)));
    stage.done(step)?;
    stage.measured("from asking for a slot until the booking is safe on disk", took, "ms");
    Ok(booking)
}

async fn refuse_the_second(
    stage: &mut Stage<'_>,
    cleo: &Person,
    event: &EventName,
    taken: &api::Booking,
    zone: Zone,
) -> Result<(), CliError> {
    let at = format!("meetme book ada/coffee-chat --at \"{}\"", zone.wall_at(taken.start).format("%Y-%m-%d %H:%M"));
    let mut step = stage.play("Cleo wants the same slot and is refused", &[&at]);
    let seen = cleo.open_slots(event, stage.now).await?;
    hold(seen.iter().all(|slot| slot.start != taken.start), "a booked slot is not offered any more")?;
    let problem = refusal(cleo.book(event, taken.start, &ids::idempotency_key()).await, "slot-taken")?;
    let nearest = problem.nearest.unwrap_or_default();
    hold(!nearest.is_empty(), "a refusal names open slots nearby")?;
    step.told(format!("{} ({})", problem.detail, problem.code));
    let nearby: Vec<String> = nearest.iter().map(|slot| times::start(slot.start, zone)).take(SHOWN).collect();
    step.told(format!("open nearby: {}", nearby.join(", ")));
    stage.done(step)
}

async fn ask_again(stage: &mut Stage<'_>, ben: &Person, event: &EventName) -> Result<(), CliError> {
    let mut step = stage.play(
        "Ben's line drops before the answer comes, so he asks again",
        &["meetme book ada/coffee-chat --at \"mon 10:00\" --idempotency-key monday"],
    );
    let next = ben.open_slots(event, stage.now).await?;
    let start = next.get(1).ok_or_else(|| CliError::demo("there is a second open slot"))?.start;
    let before = ben.client.bookings(&BookingQuery::default()).await?.len();
    let once = ben.book(event, start, "monday").await?;
    let twice = ben.book(event, start, "monday").await?;
    let after = ben.client.bookings(&BookingQuery::default()).await?.len();
    hold(once.id == twice.id && after == before + 1, "a repeated request books once")?;
    step.told("under the same key it is the same booking: nothing is doubled");
    stage.done(step)
}

async fn gather(stage: &mut Stage<'_>, zone: Zone) -> Result<Vec<Person>, CliError> {
    let mut step = stage.play(&format!("{} more people hear of it", CROWD.len()), &[]);
    let mut crowd = Vec::with_capacity(CROWD.len());
    for name in CROWD {
        crowd.push(Person::sign_up(&stage.url(), name, zone).await?);
    }
    step.told(format!("{}, … {}", CROWD[..SHOWN].join(", "), CROWD[CROWD.len() - 1]));
    stage.done(step)?;
    Ok(crowd)
}

async fn rush_on_one(stage: &mut Stage<'_>, crowd: &[Person], event: &EventName) -> Result<(), CliError> {
    let mut step = stage.play("All of them want one slot at the same moment", &[]);
    let open = crowd[0].open_slots(event, stage.now).await?;
    let wanted = open.last().ok_or_else(|| CliError::demo("there is an open slot"))?.start;
    let rush = rush(event, crowd.iter().map(|person| (person, vec![wanted]))).await?;
    let told = format!("{} booked it, {} were refused, {} failed", rush.booked, rush.refused, rush.failed);
    hold((rush.booked, rush.refused, rush.failed) == (1, crowd.len() - 1, 0), &told)?;
    step.told(told);
    stage.done(step)
}

async fn move_and_cancel(
    stage: &mut Stage<'_>,
    ben: &Person,
    event: &EventName,
    booking: &api::Booking,
    zone: Zone,
) -> Result<(), CliError> {
    let mut step = stage.play(
        "Ben moves his meeting by a day, then cancels it",
        &["meetme reschedule next --to \"tue 9:00\"", "meetme cancel next"],
    );
    let day_after = booking.start + chrono::TimeDelta::days(1);
    let open = ben.open_slots(event, day_after).await?;
    let whither = open.first().ok_or_else(|| CliError::demo("there is an open slot the day after"))?.start;
    let patch = api::BookingPatch { start: Some(whither), status: None };
    let moved = ben.client.change_booking(booking.id, &patch).await?;
    hold(moved.uid == booking.uid && moved.sequence == booking.sequence + 1, "a moved meeting keeps its UID")?;
    step.told(format!("moved to {}; its calendar entry keeps its UID", times::exact(moved.start, zone)));
    let patch = api::BookingPatch { start: None, status: Some(api::NewStatus::Cancelled) };
    let ended = ben.client.change_booking(booking.id, &patch).await?;
    let open = ben.open_slots(event, stage.now).await?;
    let again = [booking.start, moved.start].iter().all(|start| open.iter().any(|slot| slot.start == *start));
    hold(ended.status == Status::Cancelled && again, "a cancelled meeting opens its slot again")?;
    step.told("cancelled; both slots are open again");
    stage.done(step)
}

async fn fill(stage: &mut Stage<'_>, crowd: &[Person], event: &EventName, monday: NaiveDate) -> Result<(), CliError> {
    let mut step = stage.play("The crowd takes everything that is left, as fast as it can", &[]);
    let open = crowd[0].open_slots(event, stage.now).await?;
    let mut shares: Vec<(&Person, Vec<_>)> = crowd.iter().map(|person| (person, Vec::new())).collect();
    for (i, slot) in open.iter().enumerate() {
        shares[i % crowd.len()].1.push(slot.start);
    }
    let (commits, changes) = stage.commits();
    let before = step.so_far();
    let rush = rush(event, shares).await?;
    let seconds = (step.so_far() - before) / 1e3;
    let (commits, changes) = (stage.commits().0 - commits, stage.commits().1 - changes);
    let told =
        format!("{} from {monday} on: {} booked, {} failed", count(open.len(), "slot"), rush.booked, rush.failed);
    hold(rush.booked == open.len() && rush.failed + rush.refused == 0, &told)?;
    let left = crowd[0].open_slots(event, stage.now).await?;
    hold(left.is_empty(), "nothing is left")?;
    step.told(told);
    stage.done(step)?;
    stage.measured(
        format!("by {} clients, each booking safe on disk", crowd.len()),
        ratio(rush.booked, seconds),
        "bookings/s",
    );
    let (commits, changes) = (u32::try_from(commits.max(1)), u32::try_from(changes));
    let share = f64::from(changes.unwrap_or(u32::MAX)) / f64::from(commits.unwrap_or(u32::MAX));
    stage.measured("that came in together and shared a write to the disk", share, "changes");
    Ok(())
}

async fn outlive_a_restart(stage: &mut Stage<'_>, ada: &Person, ben: &Person) -> Result<(), CliError> {
    let mut step = stage.play("The server stops and starts again", &[]);
    let all = BookingQuery::default();
    let before = (ada.client.bookings(&all).await?, ben.client.bookings(&all).await?);
    stage.restart().await?;
    let after = (ada.client.bookings(&all).await?, ben.client.bookings(&all).await?);
    hold(before == after, "everything is there after a restart")?;
    step.told(format!("all {} of Ada are as they were", count(after.0.len(), "booking")));
    stage.done(step)
}

async fn agenda(stage: &mut Stage<'_>, ben: &Person, zone: Zone) -> Result<(), CliError> {
    let mut step = stage.play("Ben looks at his agenda", &["meetme agenda"]);
    let query = BookingQuery { status: Some("pending,confirmed"), ..BookingQuery::default() };
    let bookings = ben.client.bookings(&query).await?;
    hold(bookings.len() == 1, "one booking of Ben's is left")?;
    for booking in bookings {
        let when = times::span(booking.start, booking.end, zone);
        step.told(format!("{when}  {} with {}", booking.event.title, booking.host.display_name));
    }
    stage.done(step)
}

fn new_event(monday: NaiveDate, zone: Zone) -> api::NewEvent {
    let event = serde_json::json!({
        "title": "Coffee chat", "time_zone": zone, "first_day": monday, "slot_minutes": 30,
        "last_day": monday + Days::new(25),
    });
    serde_json::from_value(event).expect("these are an event's fields")
}

fn mornings(monday: NaiveDate) -> api::NewWindow {
    let rule: Rule = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR".parse().expect("a rule");
    api::NewWindow {
        start: monday.and_hms_opt(9, 0, 0).expect("nine o'clock"),
        duration_minutes: Minutes(180),
        rrule: Some(rule),
        exdates: Vec::new(),
        whole: false,
    }
}

/// A Monday at least a day ahead, so that the story never begins in the past.
fn next_monday(today: NaiveDate) -> NaiveDate {
    let tomorrow = today + Days::new(1);
    let ahead = (7 - tomorrow.weekday().days_since(Weekday::Mon)) % 7;
    tomorrow + Days::new(u64::from(ahead))
}

/// The problem of a call that had to be refused with `code`.
fn refusal<T>(answer: Result<T, Error>, code: &str) -> Result<api::Problem, CliError> {
    match answer {
        Err(Error::Refused(problem)) if problem.code == code => Ok(*problem),
        Err(error) => Err(error.into()),
        Ok(_) => Err(CliError::demo(&format!("this is refused as {code}"))),
    }
}

/// Ends the demo unless `true_enough`.
fn hold(true_enough: bool, what: &str) -> Result<(), CliError> {
    if true_enough { Ok(()) } else { Err(CliError::demo(what)) }
}

fn ratio(number: usize, seconds: f64) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX)) / seconds.max(1e-9)
}

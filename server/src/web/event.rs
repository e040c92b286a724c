//! The page that an event's link leads to, and that of one of its slots.

use axum::body::Bytes;
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta};
use maud::{Markup, html};
use meetme_core::api::{self, LiveKind};
use meetme_core::availability::Verdict;
use meetme_core::event::{Answer, Event, Visibility};
use meetme_core::refusal::Refusal;
use meetme_core::time::{Instant, Span, Zone};
use serde::Deserialize;

use crate::actions::{self, ActionError, EventName, Key, see_event, slots_between};
use crate::config::RateName;
use crate::ids;
use crate::slots;
use crate::store::EventFile;
use crate::web::form::{Form, go_to};
use crate::web::layout::page;
use crate::web::times;
use crate::web::trouble::{Trouble, capital};
use crate::web::visit::{OwnForm, Visit};

/// How many days a page shows.
const DAYS: u64 = 7;
/// How far beyond them the next open slot is looked for.
const AHEAD: TimeDelta = TimeDelta::days(62);
/// The last year that is shown.
const LAST_YEAR: i32 = 9999;
/// The longest idempotency key that a form may carry.
const MAX_KEY: usize = 64;

/// What of an event is shown, and how.
#[derive(Debug, Deserialize)]
pub(super) struct Look {
    /// The first day.
    #[serde(default)]
    from: Option<String>,
    /// The zone of its times.
    #[serde(default)]
    zone: Option<String>,
}

/// An event and a week of its open slots, for anyone who may see it.
pub(super) async fn show(
    visit: Visit,
    Path((owner, slug)): Path<(String, String)>,
    Query(look): Query<Look>,
) -> Result<Response, Trouble> {
    let file = find(&visit, &owner, &slug).await?;
    let event = &file.event;
    // It comes again in each link: nothing but the name of a zone.
    let asked = look.zone.as_deref().filter(|name| name.parse::<Zone>().is_ok());
    let zone = visit.zone(asked, Some(event.zone));
    let now = visit.app.clock.now();
    let today = zone.day_at(now);
    let first = look.from.as_deref().and_then(|day| day.parse::<NaiveDate>().ok()).unwrap_or(today).max(today);
    let first = if first.year() > LAST_YEAR { today } else { first };
    let week = zone.days(first, DAYS);
    let open = open_slots(&visit, &file, &week, now).await?;
    let further = if open.is_empty() { next_open(&visit, &file, week.end(), now).await? } else { None };
    let kinds: Vec<&str> = LiveKind::ALL.iter().map(|kind| kind.word()).chain(["reset"]).collect();
    let changes = (event.visibility != Visibility::Private)
        .then(|| format!("/api/v1/events/{}/{}/changes", event.owner, event.slug));
    let main = html! {
        main data-changes=[changes] data-kinds=(kinds.join(" ")) {
            (about(&file))
            p.quiet { span data-zone=(zone.name()) { "Times in " (times::named(zone, week.start())) } }
            div data-slots {
                (days(event, &open, zone, asked))
                @if open.is_empty() {
                    p {
                        "Nothing is open from " (times::day(first)) " on for " (DAYS) " days."
                        @if let Some(next) = further {
                            @let day = zone.day_at(next);
                            " " a href=(link(event, day, asked)) { "Next open time: " (times::day(day)) }
                        }
                    }
                }
            }
            (pages(event, first, today, asked))
            (other_ways(&visit, event))
        }
    };
    Ok(page(&visit, &event.title, &main))
}

/// The form that takes a slot.
pub(super) async fn ask(
    visit: Visit,
    Path((owner, slug, start)): Path<(String, String, String)>,
    Query(look): Query<Look>,
) -> Result<Response, Trouble> {
    let file = find(&visit, &owner, &slug).await?;
    let (slot, zone) = (slot_at(&file, &start)?, visit.zone(look.zone.as_deref(), Some(file.event.zone)));
    let open = open_slots(&visit, &file, &slot, visit.app.clock.now()).await?;
    if !open.contains(&slot) {
        let nearest = slots::nearest(&visit.app, &file, slot.start()).await.map_err(ActionError::from)?;
        let nearest: Vec<Span> = nearest.into_iter().map(|slot| slot.span).collect();
        let main = html! { main { h1 { "This time is not open" } (others(&file.event, &nearest, zone)) } };
        return Ok(page(&visit, &file.event.title, &main));
    }
    visit.logged_in()?;
    let main = html! {
        main {
            (about(&file))
            h2 { (times::whole(&slot, zone)) }
            form method="post" {
                input type="hidden" name="key" value=(ids::uuid());
                input type="hidden" name="zone" value=(zone.name());
                @for (number, question) in file.event.questions.iter().enumerate() {
                    label { (question.question) input name={ "answer-" (number) } required[question.required]; }
                }
                label { "Note to the host (may be left empty)" textarea name="note" rows="3" {} }
                p { button.first { @if file.event.needs_confirmation { "Ask for this time" } @else { "Book this time" } } }
            }
            p { a href={ "/" (file.event.owner) "/" (file.event.slug) } { "Other times" } }
        }
    };
    Ok(page(&visit, &file.event.title, &main))
}

/// Takes the slot.
pub(super) async fn book(
    visit: Visit,
    Path((owner, slug, start)): Path<(String, String, String)>,
    _: OwnForm,
    body: Bytes,
) -> Result<Response, Trouble> {
    let guest = visit.logged_in()?;
    let file = find(&visit, &owner, &slug).await?;
    let (form, slot) = (Form::of(&body), slot_at(&file, &start)?);
    visit.app.rates.take(RateName::Book, guest.id()).await?;
    let new = api::NewBooking {
        start: slot.start(),
        note: form.get("note"),
        answers: answers(&file.event, &form),
        allow_overlap: form.get("anyway") == "yes",
    };
    let name = EventName { owner: file.event.owner.clone(), slug: file.event.slug.clone() };
    let fits = |key: &String| key.len() <= MAX_KEY && key.bytes().all(|byte| byte.is_ascii_graphic());
    let given = form.filled("key").filter(fits);
    let key = Key::new(guest, given, "book", &name.to_string(), &new);
    match actions::book(&visit.app, guest, &name, new, &key).await {
        Ok(made) => Ok(go_to(&format!("/book/{}", made.booking.id))),
        Err(ActionError::Refused { refusal, nearest }) if !matches!(refusal, Refusal::Invalid(_)) => {
            let nearest = nearest.unwrap_or_default().into_iter();
            let nearest: Vec<Span> = nearest.filter_map(|slot| Span::new(slot.start, slot.end).ok()).collect();
            Ok(refused(&visit, &file, &slot, refusal, &nearest, &form))
        }
        Err(error) => Err(error.into()),
    }
}

async fn find(visit: &Visit, owner: &str, slug: &str) -> Result<EventFile, Trouble> {
    let name = match (owner.parse(), slug.parse()) {
        (Ok(owner), Ok(slug)) => EventName { owner, slug },
        _ => return Err(Trouble::nothing_here()),
    };
    Ok(see_event(&visit.app, &name, visit.actor.as_ref()).await?)
}

/// The slot that starts then, free or not.
fn slot_at(file: &EventFile, start: &str) -> Result<Span, Trouble> {
    let start = DateTime::parse_from_rfc3339(start).map_err(|_| Trouble::nothing_here())?.to_utc();
    let slot = slots::at(file, start).map_err(ActionError::from)?;
    slot.ok_or_else(|| ActionError::from(Refusal::NoSuchSlot { start }).into())
}

/// Open slots that start in `range`, in order.
async fn open_slots(visit: &Visit, file: &EventFile, range: &Span, now: Instant) -> Result<Vec<Span>, Trouble> {
    let judged = slots_between(&visit.app, file, range.start(), range.end(), now).await?;
    let open = judged.into_iter().filter(|slot| matches!(slot.verdict, Verdict::Open { .. }));
    Ok(open.map(|slot| slot.span).collect())
}

async fn next_open(visit: &Visit, file: &EventFile, from: Instant, now: Instant) -> Result<Option<Instant>, Trouble> {
    let Some(to) = from.checked_add_signed(AHEAD) else { return Ok(None) };
    let Ok(range) = Span::new(from, to) else { return Ok(None) };
    Ok(open_slots(visit, file, &range, now).await?.first().map(Span::start))
}

fn about(file: &EventFile) -> Markup {
    let event = &file.event;
    let place = if event.location.is_empty() { "video call" } else { &event.location };
    html! {
        h1 { (event.title) }
        p.quiet { "with " (file.host.display_name) " · " (event.slot_length.0) " minutes · " (place) }
        @if !event.description.is_empty() { p.text { (event.description) } }
    }
}

/// Open slots, day by day.
fn days(event: &Event, open: &[Span], zone: Zone, asked: Option<&str>) -> Markup {
    let by_day = open.chunk_by(|one, other| zone.day_at(one.start()) == zone.day_at(other.start()));
    html! {
        @for slots in by_day {
            h2 { (times::day(zone.day_at(slots[0].start()))) }
            ul.slots {
                @for slot in slots { li { a href=(slot_link(event, slot, asked)) { (times::hours(slot, zone)) } } }
            }
        }
    }
}

fn pages(event: &Event, first: NaiveDate, today: NaiveDate, asked: Option<&str>) -> Markup {
    let earlier = first.checked_sub_days(Days::new(DAYS)).map_or(today, |day| day.max(today));
    let later = first.checked_add_days(Days::new(DAYS)).filter(|day| event.last_day.is_none_or(|last| *day <= last));
    html! {
        nav aria-label="weeks" {
            @if first > today { a rel="prev" href=(link(event, earlier, asked)) { "Earlier" } }
            @if let Some(later) = later { a rel="next" href=(link(event, later, asked)) { "Later" } }
        }
    }
}

/// What else the link is good for.
fn other_ways(visit: &Visit, event: &Event) -> Markup {
    let (server, name) = (&visit.app.public_url, format!("{}/{}", event.owner, event.slug));
    html! {
        details {
            summary { "In a calendar app, or in a shell" }
            p {
                "Open times as a calendar to subscribe to: "
                a href={ "/feeds/" (name) ".ics" } { (server) "/feeds/" (name) ".ics" }
            }
            p { "In a shell: " code { "meetme slots " (server) "/" (name) } ", then " code { "meetme book " (server) "/" (name) } }
        }
    }
}

fn refused(visit: &Visit, file: &EventFile, slot: &Span, refusal: Refusal, nearest: &[Span], form: &Form) -> Response {
    let zone = visit.zone(form.filled("zone").as_deref(), Some(file.event.zone));
    let busy = matches!(refusal, Refusal::GuestBusy { .. });
    let trouble = Trouble::Action(refusal.into());
    let main = html! {
        main {
            h1 { "Not booked" }
            p { (times::whole(slot, zone)) }
            p.wrong role="alert" { (capital(&trouble.sentence())) "." }
            @if busy { (anyway(&file.event, form)) }
            (others(&file.event, nearest, zone))
        }
    };
    (trouble.status(), page(visit, "Not booked", &main)).into_response()
}

/// The same form again, from one who knows that they meet somebody else then.
fn anyway(event: &Event, form: &Form) -> Markup {
    html! {
        form method="post" {
            input type="hidden" name="key" value=(ids::uuid());
            input type="hidden" name="anyway" value="yes";
            input type="hidden" name="note" value=(form.get("note"));
            @for number in 0..event.questions.len() {
                @let name = format!("answer-{number}");
                input type="hidden" name=(name) value=(form.get(&name));
            }
            p { button { "Book it all the same" } }
        }
    }
}

fn others(event: &Event, nearest: &[Span], zone: Zone) -> Markup {
    html! {
        @if !nearest.is_empty() {
            h2 { "Open times near it" }
            ul.slots {
                @for slot in nearest {
                    li { a href=(slot_link(event, slot, Some(zone.name()))) { (times::whole(slot, zone)) } }
                }
            }
        }
        p { a href={ "/" (event.owner) "/" (event.slug) } { "All open times" } }
    }
}

fn answers(event: &Event, form: &Form) -> Vec<Answer> {
    let given = event.questions.iter().enumerate().filter_map(|(number, question)| {
        let answer = form.filled(&format!("answer-{number}"))?;
        Some(Answer { question: question.question.clone(), answer })
    });
    given.collect()
}

fn link(event: &Event, day: NaiveDate, asked: Option<&str>) -> String {
    format!("/{}/{}?from={day}{}", event.owner, event.slug, zone_part('&', asked))
}

fn slot_link(event: &Event, slot: &Span, asked: Option<&str>) -> String {
    let start = slot.start().format("%Y-%m-%dT%H:%M:%SZ");
    format!("/{}/{}/at/{start}{}", event.owner, event.slug, zone_part('?', asked))
}

fn zone_part(joint: char, asked: Option<&str>) -> String {
    let value = |name: &str| -> String { form_urlencoded::byte_serialize(name.as_bytes()).collect() };
    asked.map_or_else(String::new, |name| format!("{joint}zone={}", value(name)))
}

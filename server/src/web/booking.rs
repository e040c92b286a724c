//! The pages of bookings, for their host and their guest.

use axum::extract::Path;
use axum::response::Response;
use maud::{Markup, html};
use meetme_core::api::{CallState, NewStatus};
use meetme_core::booking::Status;
use meetme_core::id::BookingId;
use meetme_core::time::Zone;

use crate::actions::{self, Actor, Key, see_booking, see_call};
use crate::store::{BookingFile, BookingQuery};
use crate::web::form::go_to;
use crate::web::layout::page;
use crate::web::times;
use crate::web::trouble::Trouble;
use crate::web::visit::{OwnForm, Visit};

/// How many bookings the list shows.
const LISTED: usize = 100;

/// One's own bookings from now on.
pub(super) async fn list(visit: Visit) -> Result<Response, Trouble> {
    let actor = visit.logged_in()?;
    let wanted = BookingQuery {
        from: Some(visit.app.clock.now()),
        statuses: vec![Status::Pending, Status::Confirmed],
        ..BookingQuery::all_of(actor.id())
    };
    let files = visit.app.store.bookings(wanted, LISTED).await?;
    let zone = actor.0.user.zone;
    let main = html! {
        main {
            h1 { "Your bookings" }
            @if files.is_empty() { p { "Nothing is booked from now on." } }
            ul {
                @for file in &files {
                    li {
                        a href={ "/book/" (file.booking.id) } { (file.title) " with " (other(file, actor)) }
                        br;
                        (times::whole(&file.booking.span, zone))
                        @if file.booking.status == Status::Pending { " – not confirmed yet" }
                    }
                }
            }
            @if files.len() == LISTED { p.quiet { "The next " (LISTED) "; " code { "meetme agenda" } " has them all." } }
        }
    };
    Ok(page(&visit, "Your bookings", &main))
}

/// One booking.
pub(super) async fn show(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let actor = visit.logged_in()?;
    let file = see_booking(&visit.app, booking_id(&id)?, actor).await?;
    let zone = visit.zone(None, None);
    let main = html! { main { h1 { (file.title) } (facts(&file, actor, zone)) (what_to_do(&visit, &file, actor)) } };
    Ok(page(&visit, &file.title, &main))
}

/// Confirms, declines or cancels it.
pub(super) async fn decide(
    visit: Visit,
    Path((id, what)): Path<(String, String)>,
    _: OwnForm,
) -> Result<Response, Trouble> {
    let actor = visit.logged_in()?;
    let (id, app, key) = (booking_id(&id)?, &visit.app, Key::none());
    let file = match word(&what)? {
        NewStatus::Confirmed => actions::confirm(app, actor, id, None, &key, None).await?,
        NewStatus::Declined => actions::decline(app, actor, id, None, &key).await?,
        NewStatus::Cancelled => actions::cancel(app, actor, id, None, &key).await?,
    };
    Ok(go_to(&format!("/book/{}", file.booking.id)))
}

/// When a booking's call is, and how it is joined.
pub(super) async fn call(visit: Visit, Path(id): Path<String>) -> Result<Response, Trouble> {
    let actor = visit.logged_in()?;
    let (file, _) = see_call(&visit.app, booking_id(&id)?, actor).await?;
    let (open, zone, booking) = (&file.times.open, visit.zone(None, None), &file.booking);
    let main = html! {
        main {
            h1 { "Call: " (booking.title) }
            p { "with " (other(booking, actor)) }
            p {
                @match file.times.state(visit.app.clock.now()) {
                    CallState::Open => "It can be joined now.",
                    CallState::Early => { "It can be joined " (times::whole(open, zone)) "." }
                    CallState::Over => "It is over.",
                    CallState::Unconfirmed => "It is not confirmed yet.",
                    CallState::Cancelled => "It is cancelled.",
                }
            }
            (joining(&visit, actor, booking))
            p { a href={ "/book/" (booking.booking.id) } { "The booking" } }
        }
    };
    Ok(page(&visit, "Call", &main))
}

fn booking_id(text: &str) -> Result<BookingId, Trouble> {
    text.parse().map_err(|_| Trouble::nothing_here())
}

fn word(text: &str) -> Result<NewStatus, Trouble> {
    match text {
        "confirm" => Ok(NewStatus::Confirmed),
        "decline" => Ok(NewStatus::Declined),
        "cancel" => Ok(NewStatus::Cancelled),
        _ => Err(Trouble::nothing_here()),
    }
}

/// The name of the one whom `actor` meets.
fn other<'a>(file: &'a BookingFile, actor: &Actor) -> &'a str {
    if file.booking.host == actor.id() { &file.guest.display_name } else { &file.host.display_name }
}

fn facts(file: &BookingFile, actor: &Actor, zone: Zone) -> Markup {
    let booking = &file.booking;
    html! {
        dl {
            dt { "When" } dd { (times::whole(&booking.span, zone)) }
            dt { "With" } dd { (other(file, actor)) }
            dt { "State" }
            dd {
                @match booking.status {
                    Status::Confirmed => "confirmed",
                    Status::Pending => "waits for the host's yes",
                    Status::Cancelled => "cancelled",
                }
            }
            @if !file.location.is_empty() { dt { "Where" } dd { (file.location) } }
            @for answer in &booking.answers { dt { (answer.question) } dd.text { (answer.answer) } }
            @if !booking.note.is_empty() { dt { "Note" } dd.text { (booking.note) } }
        }
    }
}

/// What the two can still do about it.
fn what_to_do(visit: &Visit, file: &BookingFile, actor: &Actor) -> Markup {
    let (id, host) = (file.booking.id, file.booking.host == actor.id());
    let ahead = file.booking.span.end() > visit.app.clock.now();
    let living = ahead && file.booking.status != Status::Cancelled;
    let waits = living && host && file.booking.status == Status::Pending;
    html! {
        @if living && file.location.is_empty() { p { a href={ "/calls/" (id) } { "How to join the call" } } }
        @if waits {
            form method="post" action={ "/book/" (id) "/confirm" } { p { button.first { "Confirm" } } }
            form method="post" action={ "/book/" (id) "/decline" } { p { button { "Decline" } } }
        }
        @if living && !waits {
            details {
                summary { "Cancel this booking" }
                form method="post" action={ "/book/" (id) "/cancel" } {
                    p { "The time is open to others at once." }
                    p { button { "Cancel it" } }
                }
            }
            p.quiet { "To move it: " code { "meetme reschedule " (id) } }
        }
        @if !host { p { a href={ "/" (file.owner) "/" (file.slug) } { "Other times" } } }
    }
}

fn joining(visit: &Visit, actor: &Actor, file: &BookingFile) -> Markup {
    html! {
        p { "Calls are joined with the program " code { "meetme" } ", from any terminal:" }
        p { code { "meetme login " (actor.0.user.username) " --server " (visit.app.public_url) } }
        p { code { "meetme call " (file.booking.id) } }
    }
}

//! The outbox (RFC 6638 5): when are they busy?

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use axum::response::Response;
use meetme_core::object::free_busy::{FreeBusyText, free_busy_text, merged};
use meetme_core::object::{Busy, BusyKind, Kind, Object};
use meetme_core::time::{Instant, Span};

use crate::actions;
use crate::caldav::door::{Dav, body};
use crate::caldav::fault::Fault;
use crate::caldav::xml::Xml;

/// The most people of one question.
const MAX_ATTENDEES: usize = 100;
/// The longest stretch of one question, in days.
const MAX_DAYS: i64 = 366;

/// Answers a VFREEBUSY request about the one who asks; of others nothing is known here that they did not say.
pub async fn ask(dav: &Dav, request: Request) -> Result<Response, Fault> {
    let bytes = body(request).await?;
    let object = Object::read(&bytes, &actions::object_limits(&dav.app))?;
    let asking = object.components().next().filter(|_| object.kind() == Kind::FreeBusy);
    let asking =
        asking.ok_or_else(|| Fault::condition("C:valid-scheduling-message", "only free-busy is asked for here"))?;
    let own = actions::addresses(&dav.app, &dav.actor.0.user);
    let organizer = asking.property("ORGANIZER").map(|organizer| organizer.value().to_owned()).unwrap_or_default();
    if !is_one_of(&organizer, &own) {
        return Err(Fault::condition("C:organizer-allowed", "the ORGANIZER is not you"));
    }
    let ends = |name: &str| asking.property(name).and_then(|end| utc(end.value()));
    let span = ends("DTSTART").zip(ends("DTEND")).and_then(|(start, end)| Span::new(start, end).ok());
    let span = span.filter(|span| span.length().num_days() <= MAX_DAYS);
    let span = span.ok_or_else(|| {
        Fault::condition(
            "C:valid-scheduling-message",
            format!("DTSTART and DTEND are needed, in UTC, at most {MAX_DAYS} days apart"),
        )
    })?;
    let attendees: Vec<String> = asking
        .properties()
        .iter()
        .filter(|property| property.name().eq_ignore_ascii_case("ATTENDEE"))
        .map(|attendee| attendee.value().to_owned())
        .take(MAX_ATTENDEES)
        .collect();
    let mut xml = Xml::document("C:schedule-response");
    for attendee in &attendees {
        let known = is_one_of(attendee, &own);
        let data = if known { Some(text(dav, object.uid(), span, &organizer, attendee).await?) } else { None };
        xml.element("C:response", |xml| {
            xml.element("C:recipient", |xml| xml.value("D:href", attendee));
            xml.value("C:request-status", if known { "2.0;Success" } else { "3.7;Invalid calendar user" });
            if let Some(data) = &data {
                xml.value("C:calendar-data", data);
            }
        });
    }
    let response = Response::builder()
        .header(header::CONTENT_TYPE, "application/xml; charset=utf-8")
        .body(Body::from(xml.finish("C:schedule-response")));
    Ok(response.expect("its headers are ours"))
}

fn is_one_of(address: &str, own: &[String]) -> bool {
    own.iter().any(|other| other.eq_ignore_ascii_case(address.trim()))
}

fn utc(text: &str) -> Option<Instant> {
    chrono::NaiveDateTime::parse_from_str(text.trim(), "%Y%m%dT%H%M%SZ").ok().map(|wall| wall.and_utc())
}

/// When the one who asks is busy: entries, bookings and holds.
async fn text(dav: &Dav, uid: &str, span: Span, organizer: &str, attendee: &str) -> Result<String, Fault> {
    let now = dav.app.clock.now();
    let calendar = dav.app.store.calendar(dav.actor.id(), span, now).await?;
    let entries = dav.app.store.busy(dav.actor.id(), span).await?;
    let kind = |kind| match kind {
        meetme_core::entry::BusyKind::Busy => BusyKind::Busy,
        meetme_core::entry::BusyKind::Tentative => BusyKind::Tentative,
        _ => BusyKind::Unavailable,
    };
    let met = calendar.in_use.iter().map(|slot| slot.span).chain(calendar.as_guest.iter().map(|guest| guest.span));
    let met = met.map(|span| Busy { span, kind: BusyKind::Busy });
    let busy = met.chain(entries.into_iter().map(|busy| Busy { span: busy.span, kind: kind(busy.kind) }));
    let busy = merged(busy.collect(), span);
    Ok(free_busy_text(&FreeBusyText {
        uid,
        stamp: now,
        span,
        busy: &busy,
        method: Some("REPLY"),
        organizer: Some(organizer),
        attendee: Some(attendee),
    }))
}

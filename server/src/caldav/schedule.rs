//! The outbox (RFC 6638 5): when are they busy?

use axum::body::Body;
use axum::extract::Request;
use axum::http::header;
use axum::response::Response;
use meetme_core::object::free_busy::{FreeBusyText, free_busy_text};
use meetme_core::object::{Busy, Kind, Object, ObjectZone};
use meetme_core::time::Span;

use crate::actions;
use crate::caldav::door::{Dav, body};
use crate::caldav::fault::Fault;
use crate::caldav::xml::Xml;

/// The most people of one question.
const MAX_ATTENDEES: usize = 100;
/// The longest stretch of one question, in days.
const MAX_DAYS: i64 = 366;

/// Answers a VFREEBUSY request about the one who asks, and about others who let everybody know when they are busy.
pub async fn ask(dav: &Dav, request: Request) -> Result<Response, Fault> {
    let bytes = body(request).await?;
    let object = Object::read(&bytes, &actions::object_limits(&dav.app))?;
    let message = |why: String| Fault::condition("C:valid-scheduling-message", why);
    if object.kind() != Kind::FreeBusy {
        return Err(message("only free-busy is asked for here".to_owned()));
    }
    let own = actions::addresses(&dav.app, &dav.actor.0.user);
    if !object.is_organized_by(&own) {
        return Err(Fault::condition("C:valid-organizer", "the ORGANIZER is not you"));
    }
    let zone = ObjectZone::from(dav.actor.0.user.zone);
    let asked = object
        .free_busy_request(&zone)
        .ok_or_else(|| message("METHOD:REQUEST, DTSTART, DTEND and an ATTENDEE are needed".to_owned()))?;
    if asked.span.length().num_days() > MAX_DAYS || asked.attendees.len() > MAX_ATTENDEES {
        return Err(message(format!("at most {MAX_DAYS} days and {MAX_ATTENDEES} people are asked for at once")));
    }
    let mut xml = Xml::document("C:schedule-response");
    for attendee in &asked.attendees {
        let busy = actions::busy_of(&dav.app, &dav.actor, attendee, asked.span).await?;
        let data = busy.map(|busy| text(dav, &asked.uid, asked.span, &asked.organizer, attendee, &busy));
        xml.element("C:response", |xml| {
            xml.element("C:recipient", |xml| xml.value("D:href", attendee));
            // Who is not here and who does not tell are one.
            let status = if data.is_some() { "2.0;Success" } else { "3.7;Invalid calendar user" };
            xml.value("C:request-status", status);
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

fn text(dav: &Dav, uid: &str, span: Span, organizer: &str, attendee: &str, busy: &[Busy]) -> String {
    free_busy_text(&FreeBusyText {
        uid,
        stamp: dav.app.clock.now(),
        span,
        busy,
        method: Some("REPLY"),
        organizer: Some(organizer),
        attendee: Some(attendee),
    })
}

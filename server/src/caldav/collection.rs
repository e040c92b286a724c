//! MKCALENDAR (RFC 4791 5.3.1) and extended MKCOL (RFC 5689): a new calendar.

use axum::body::Body;
use axum::extract::Request;
use axum::http::{Method, StatusCode, header};
use axum::response::Response;

use crate::actions::{self, CollectionEdit};
use crate::caldav::door::{Dav, xml_body};
use crate::caldav::fault::Fault;
use crate::caldav::folder::{self, is_reserved};
use crate::caldav::multistatus;
use crate::caldav::path::Target;
use crate::caldav::proppatch::{Patch, Results};
use crate::caldav::xml::{CALDAV, DAV, Element, Xml};

/// Makes a calendar, with all the properties it is given or not at all.
pub async fn make(dav: &Dav, target: &Target, request: Request) -> Result<Response, Fault> {
    let calendar = request.method().as_str() == "MKCALENDAR";
    let method = request.method().clone();
    let typed = request.headers().contains_key(header::CONTENT_TYPE);
    let body = xml_body(request).await.map_err(|fault| match fault.status() {
        // RFC 4918 9.3: a body that is not understood.
        StatusCode::BAD_REQUEST if !calendar && typed => {
            Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body of a MKCOL is a DAV:mkcol")
        }
        _ => fault,
    })?;
    is_meant(&method, body.as_ref())?;
    let Target::Folder(_, name) = target else {
        return Err(of_method(calendar, misplaced(dav, target).await));
    };
    if is_reserved(name) {
        return Err(Fault::condition("D:need-privileges", format!("the server keeps the name `{name}` for itself")));
    }
    let mut patch = Patch {
        calendar: true,
        new: true,
        invited_into: Vec::new(),
        edit: CollectionEdit::default(),
        results: Results::default(),
    };
    read(&method, body.as_ref(), &mut patch)?;
    if !patch.results.are_good() {
        return Ok(refused(&method, target, &patch.results));
    }
    let made = actions::make_collection(&dav.app, &dav.actor, name, patch.edit).await;
    made.map_err(|error| of_method(calendar, error.into()))?;
    let response = Response::builder().status(StatusCode::CREATED).header(header::CACHE_CONTROL, "no-cache");
    Ok(response.body(Body::empty()).expect("its headers are ours"))
}

/// RFC 4918 9.3.1 has 405 where a MKCOL finds something, RFC 4791 1.3 has 403 beside a precondition.
fn of_method(calendar: bool, fault: Fault) -> Fault {
    match fault.status() {
        StatusCode::METHOD_NOT_ALLOWED if calendar => fault.with(StatusCode::FORBIDDEN),
        _ => fault,
    }
}

async fn misplaced(dav: &Dav, target: &Target) -> Fault {
    match target {
        Target::Item(_, folder, _) if folder::find(dav, folder).await.is_ok() => {
            Fault::condition("C:calendar-collection-location-ok", "a calendar holds no collections")
        }
        Target::Item(..) => Fault::new(StatusCode::CONFLICT, "there is no such collection to make one in"),
        _ => Fault::new(StatusCode::METHOD_NOT_ALLOWED, "calendars are made in a calendar home")
            .because("D:resource-must-be-null"),
    }
}

/// Refuses a body that is for something else (RFC 4918 9.3), wherever it is sent.
fn is_meant(method: &Method, body: Option<&Element>) -> Result<(), Fault> {
    let Some(root) = body else { return Ok(()) };
    let expected = if method.as_str() == "MKCOL" { root.is(DAV, "mkcol") } else { root.is(CALDAV, "mkcalendar") };
    if expected {
        return Ok(());
    }
    let what = "the body of a MKCOL is a DAV:mkcol, that of a MKCALENDAR a CALDAV:mkcalendar";
    Err(Fault::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, what))
}

fn read(method: &Method, body: Option<&Element>, patch: &mut Patch) -> Result<(), Fault> {
    let Some(root) = body else { return Ok(()) };
    let props = root.elements().filter(|set| set.is(DAV, "set")).filter_map(|set| set.child(DAV, "prop"));
    for property in props.flat_map(Element::elements) {
        if property.is(DAV, "resourcetype") && method.as_str() == "MKCOL" {
            let odd = property.elements().any(|kind| !kind.is(DAV, "collection") && !kind.is(CALDAV, "calendar"));
            if odd {
                return Err(Fault::condition("D:valid-resourcetype", "only calendars are made here"));
            }
        }
        patch.set(property)?;
    }
    Ok(())
}

/// Which properties are why it was not made: 207 for a MKCALENDAR (RFC 4791 5.3.1.1), an answer of its own for a
/// MKCOL (RFC 5689 3.4).
fn refused(method: &Method, target: &Target, results: &Results) -> Response {
    if method.as_str() == "MKCALENDAR" {
        let mut xml = multistatus::begun();
        xml.element("D:response", |xml| {
            xml.value("D:href", &target.href());
            results.write(xml);
        });
        return multistatus::whole(xml);
    }
    let root = "D:mkcol-response";
    let mut xml = Xml::document(root);
    results.write(&mut xml);
    let response = Response::builder()
        .status(StatusCode::FORBIDDEN)
        .header(header::CONTENT_TYPE, "application/xml; charset=utf-8")
        .body(Body::from(xml.finish(root)));
    response.expect("its headers are ours")
}

//! The CalDAV door (RFC 4791 and what stands around it): calendar apps read and write here.
//!
//! Reading order: [`path`] says what a path names, [`xml`] turns bytes into
//! elements and back, [`door`] finds out who asks and reads requests;
//! [`folder`] is what is in a home, [`conditions`] what a change may demand; then a file per method, and per report in
//! [`report`]. [`booked`], [`offered`] and [`added`] are the folders that book. Like every door it translates in, calls one action, and
//! translates out; a refusal is a [`fault::Fault`] that names the standard's
//! precondition.

mod added;
mod booked;
mod collection;
mod conditions;
mod door;
mod fault;
mod folder;
mod item;
mod multistatus;
mod offered;
mod pack;
pub mod path;
mod prefer;
mod propfind;
mod proppatch;
mod props;
mod report;
mod schedule;
mod transfer;
mod work;
pub mod xml;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use meetme_core::object::filter::CompFilter;

use crate::app::App;
use crate::caldav::door::Dav;
use crate::caldav::fault::Fault;
use crate::caldav::path::{Flaw, ROOT, Target};

/// What the server can do, as the `DAV` header says it.
const CLASSES: &str = "1, 3, access-control, calendar-access, calendar-auto-schedule, calendar-availability, extended-mkcol, \
    calendar-no-timezone";
/// The methods that it takes.
const METHODS: &str =
    "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, MKCALENDAR, MKCOL, REPORT, COPY, MOVE, POST";

/// The routes of CalDAV. The API's root and web pages are elsewhere.
pub fn router() -> Router<App> {
    Router::new()
        .route("/dav", any(handle))
        .route("/dav/", any(handle))
        .route("/dav/{*path}", any(handle))
        .route("/.well-known/caldav", any(well_known))
        .route("/.well-known/caldav/", any(well_known))
}

/// What is asked of `/`, where some clients begin: only what no other door answers.
pub async fn root(State(app): State<App>, request: Request) -> Response {
    match request.method().as_str() {
        "PROPFIND" | "OPTIONS" | "REPORT" => handle(State(app), request).await,
        _ => Fault::not_found().into_response(),
    }
}

/// RFC 6764 5: clients are sent to the root, except those that ask their question here.
async fn well_known(State(app): State<App>, request: Request) -> Response {
    if request.method().as_str() == "PROPFIND" {
        return handle(State(app), request).await;
    }
    let headers = [(header::LOCATION, HeaderValue::from_static(ROOT))];
    (StatusCode::MOVED_PERMANENTLY, headers).into_response()
}

async fn handle(State(app): State<App>, request: Request) -> Response {
    let packs = pack::is_taken(request.headers());
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let mut response = match answer(app, request).await {
        Ok(response) => response,
        Err(fault) => fault.into_response(),
    };
    if packs {
        response = pack::packed(response).await;
    }
    let refused = response.status() == StatusCode::METHOD_NOT_ALLOWED;
    let headers = response.headers_mut();
    headers.insert("dav", HeaderValue::from_static(CLASSES));
    if refused {
        // RFC 9110 15.5.6.
        headers.insert(header::ALLOW, allowed_instead(&method, Target::of(&path).as_ref()));
    }
    response
}

/// What can be done with what a path names, but for a method that was refused.
fn allowed_instead(refused: &Method, target: Option<&Target>) -> HeaderValue {
    let methods = match target {
        Some(Target::Root | Target::Principals | Target::Homes) => "OPTIONS, GET, HEAD, PROPFIND, REPORT",
        Some(Target::Principal(_) | Target::Home(_)) => "OPTIONS, GET, HEAD, PROPFIND, PROPPATCH, REPORT",
        Some(Target::Folder(..)) => {
            "OPTIONS, GET, HEAD, POST, DELETE, PROPFIND, PROPPATCH, MKCALENDAR, MKCOL, REPORT, COPY, MOVE"
        }
        Some(Target::Item(..)) => "OPTIONS, GET, HEAD, PUT, DELETE, PROPFIND, PROPPATCH, REPORT, COPY, MOVE",
        None => METHODS,
    };
    let others: Vec<&str> = methods.split(", ").filter(|method| *method != refused.as_str()).collect();
    HeaderValue::from_str(&others.join(", ")).expect("names of methods")
}

async fn answer(app: App, request: Request) -> Result<Response, Fault> {
    let (parts, body) = request.into_parts();
    let method = parts.method.clone();
    if method == Method::OPTIONS {
        door::pass_over(&app, body).await;
        return Ok(options());
    }
    // First of all: nothing is kept of what a stranger sends.
    let dav = match Dav::enter(&app, &parts).await {
        Ok(dav) => dav,
        Err(fault) => {
            door::pass_over(&app, body).await;
            return Err(fault);
        }
    };
    // Read before anything is refused: a connection whose request was not read is closed.
    let mut request = door::with_body(&app, parts, body).await?;
    let target = Target::of(request.uri().path()).ok_or_else(|| nowhere(&dav, &method, request.uri().path()))?;
    dav.may_see(&target)?;
    if !matches!(method.as_str(), "GET" | "HEAD" | "PROPFIND" | "REPORT") {
        conditions::judge(&dav, &target, request.headers_mut()).await?;
    }
    match method.as_str() {
        "GET" | "HEAD" => item::get(&dav, &target, request.headers(), method == Method::HEAD).await,
        "PUT" => item::put(&dav, &target, request).await,
        "POST" => post(&dav, &target, request).await,
        "DELETE" => item::delete(&dav, &target, request.headers()).await,
        "PROPFIND" => propfind::propfind(&dav, &target, request).await,
        "PROPPATCH" => proppatch::proppatch(&dav, &target, request).await,
        "MKCALENDAR" | "MKCOL" => collection::make(&dav, &target, request).await,
        "REPORT" => report::report(&dav, &target, request).await,
        "COPY" | "MOVE" => transfer::transfer(&dav, &target, request.headers(), method.as_str() == "MOVE").await,
        _ => Err(Fault::new(StatusCode::METHOD_NOT_ALLOWED, "this server does not take that method")),
    }
}

/// What is asked of a path that names nothing: RFC 4918 9.3.1 and 9.7.1 have 409 where what would hold it is missing.
fn nowhere(dav: &Dav, method: &Method, path: &str) -> Fault {
    match path::flaw(path) {
        Some(Flaw::TooLong) => return Fault::new(StatusCode::URI_TOO_LONG, Flaw::TooLong.to_string()),
        Some(flaw) => return Fault::new(StatusCode::NOT_FOUND, flaw.to_string()),
        None => {}
    }
    let makes_collections = matches!(method.as_str(), "MKCOL" | "MKCALENDAR");
    if path::too_deep(path).is_some_and(|user| user == dav.user()) {
        if makes_collections || method == Method::PUT {
            return Fault::new(
                StatusCode::CONFLICT,
                "nothing lies so deep: entries are in calendars, and those in a home",
            );
        }
    } else if makes_collections {
        let home = path::home(dav.user());
        let sentence =
            format!("calendars are made in your calendar home, {home}, by a name without control characters");
        return Fault::condition("C:calendar-collection-location-ok", sentence);
    }
    Fault::not_found()
}

/// A POST adds a member to a calendar (RFC 5995) or asks for other people's time (RFC 6638).
async fn post(dav: &Dav, target: &Target, request: Request) -> Result<Response, Fault> {
    match target {
        Target::Folder(_, name) if name == folder::OUTBOX => schedule::ask(dav, request).await,
        Target::Folder(..) => item::add(dav, target, request).await,
        _ => Err(Fault::new(StatusCode::METHOD_NOT_ALLOWED, "nothing can be posted here")),
    }
}

fn options() -> Response {
    let mut response = Response::new(Body::empty());
    response.headers_mut().insert(header::ALLOW, HeaderValue::from_static(METHODS));
    response
}

/// What the filter of a calendar-query asks for, read from the request's body; the status of its refusal if it is
/// none.
pub fn filter_of(body: &[u8]) -> Result<CompFilter, StatusCode> {
    let root = xml::read(body).map_err(|bad| Fault::from(bad).status())?;
    report::filter_of(&root).map_err(|fault| fault.status())
}

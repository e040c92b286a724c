//! Why a request was not done: a status, the precondition's element (RFC 4918 16) and a sentence.

use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use meetme_core::api;
use meetme_core::object::BadObject;
use meetme_core::recurrence::TooManySteps;
use meetme_core::refusal::Refusal;
use meetme_core::time::text_of;

use crate::actions::ActionError;
use crate::caldav::path;
use crate::caldav::xml::{BadXml, Xml};
use crate::rate::TooFast;
use crate::store::StoreError;

/// A request that was not done.
#[derive(Debug)]
pub struct Fault {
    status: StatusCode,
    /// Boxed: it is the rare half of every result.
    more: Box<More>,
}

/// What an answer says beside its status.
#[derive(Debug, Default)]
struct More {
    /// The element, with its prefix, and what stands in it.
    condition: Option<(String, String)>,
    sentence: String,
    /// What else the answer says: open slots near the one asked for.
    nearest: Vec<api::Slot>,
    headers: Vec<(header::HeaderName, HeaderValue)>,
}

impl Fault {
    /// A status and a sentence.
    pub fn new(status: StatusCode, sentence: impl Into<String>) -> Self {
        Self { status, more: Box::new(More { sentence: sentence.into(), ..More::default() }) }
    }

    /// 403 with a precondition such as `C:no-uid-conflict`.
    pub fn condition(element: &str, sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, sentence).because(element)
    }

    /// 403 without a precondition of a standard.
    pub fn forbidden(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, sentence)
    }

    /// Nothing is there, or the caller may not know.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "there is nothing here")
    }

    /// The request makes no sense.
    pub fn bad_request(sentence: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, sentence)
    }

    /// The same with another status.
    pub fn with(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Names the precondition.
    pub fn because(mut self, element: &str) -> Self {
        self.more.condition = Some((element.to_owned(), String::new()));
        self
    }

    /// Names the precondition, with the path that stands in the way.
    pub fn because_of(mut self, element: &str, href: &str) -> Self {
        let mut xml = Xml::default();
        xml.value("D:href", href);
        self.more.condition = Some((element.to_owned(), String::from_utf8(xml.take()).unwrap_or_default()));
        self
    }

    /// Adds a header.
    pub fn header(mut self, name: header::HeaderName, value: &'static str) -> Self {
        self.more.headers.push((name, HeaderValue::from_static(value)));
        self
    }

    /// Its status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The body's elements, where it stands in another answer.
    pub fn write(&self, xml: &mut Xml) {
        xml.element("D:error", |xml| self.write_inside(xml));
    }

    fn write_inside(&self, xml: &mut Xml) {
        if let Some((element, inside)) = &self.more.condition {
            if inside.is_empty() {
                xml.empty(element);
            } else {
                xml.element(element, |xml| xml.raw(inside));
            }
        }
        xml.value("M:message", &self.more.sentence);
        if !self.more.nearest.is_empty() {
            xml.element("M:nearest", |xml| {
                for slot in &self.more.nearest {
                    xml.empty_with("M:slot", &[("start", &text_of(slot.start)), ("end", &text_of(slot.end))]);
                }
            });
        }
    }
}

impl IntoResponse for Fault {
    fn into_response(self) -> Response {
        let mut xml = Xml::document("D:error");
        self.write_inside(&mut xml);
        let mut response = Response::new(Body::from(xml.finish("D:error")));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml; charset=utf-8"));
        for (name, value) in self.more.headers {
            headers.insert(name, value);
        }
        response
    }
}

impl From<BadXml> for Fault {
    fn from(bad: BadXml) -> Self {
        match bad {
            BadXml::Entities => Self::condition("D:no-external-entities", bad.to_string()),
            bad => Self::bad_request(bad.to_string()),
        }
    }
}

impl From<BadObject> for Fault {
    fn from(bad: BadObject) -> Self {
        Self::condition(&format!("C:{}", bad.precondition()), bad.to_string())
    }
}

impl From<TooManySteps> for Fault {
    fn from(steps: TooManySteps) -> Self {
        Self::condition("D:number-of-matches-within-limits", steps.to_string())
    }
}

impl From<TooFast> for Fault {
    fn from(too_fast: TooFast) -> Self {
        let mut fault = Self::new(StatusCode::TOO_MANY_REQUESTS, too_fast.to_string());
        fault.more.headers.push((header::RETRY_AFTER, HeaderValue::from(too_fast.seconds())));
        fault
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        ActionError::from(error).into()
    }
}

impl From<ActionError> for Fault {
    fn from(error: ActionError) -> Self {
        let sentence = error.to_string();
        match error {
            ActionError::NotFound { .. } => Self::not_found(),
            ActionError::Refused { refusal, nearest } => {
                let mut fault = of_refusal(&refusal);
                fault.more.nearest = nearest.unwrap_or_default();
                fault
            }
            ActionError::WrongPassword => Self::new(StatusCode::UNAUTHORIZED, sentence)
                .header(header::WWW_AUTHENTICATE, "Basic realm=\"meetme\", charset=\"UTF-8\""),
            ActionError::ScopeMissing(_) | ActionError::HostOnly => Self::condition("D:need-privileges", sentence),
            ActionError::TooManySteps(steps) => steps.into(),
            ActionError::BadObject(bad) => bad.into(),
            ActionError::TooFast => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, sentence).header(header::RETRY_AFTER, "10")
            }
            ActionError::Store(StoreError::Full) => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "the server's disk is full").because("D:quota-not-exceeded")
            }
            ActionError::Store(StoreError::Broken(why)) => {
                tracing::error!(why, "the store failed");
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "something went wrong on the server")
            }
            ActionError::Unsettled
            | ActionError::OutcomeUnknown
            | ActionError::TooManyWaiting(_)
            | ActionError::Store(_) => {
                tracing::warn!(sentence, "a request could not be served now");
                Self::new(StatusCode::SERVICE_UNAVAILABLE, sentence).header(header::RETRY_AFTER, "2")
            }
            _ => Self::new(StatusCode::CONFLICT, sentence),
        }
    }
}

fn of_refusal(refusal: &Refusal) -> Fault {
    let sentence = refusal.to_string();
    match refusal {
        Refusal::Stale => Fault::new(StatusCode::PRECONDITION_FAILED, "it has changed since you read it"),
        Refusal::NotThere => Fault::not_found(),
        Refusal::AlreadyThere => {
            Fault::new(StatusCode::METHOD_NOT_ALLOWED, sentence).because("D:resource-must-be-null")
        }
        Refusal::Meeting(not) => Fault::condition(&format!("C:{}", not.precondition()), sentence),
        Refusal::MeetingElsewhere { .. } => Fault::condition("C:unique-scheduling-object-resource", sentence),
        Refusal::UidTaken { .. } | Refusal::UidOfBooking { .. } => Fault::condition("C:no-uid-conflict", sentence),
        Refusal::TooMany { .. } => {
            Fault::new(StatusCode::INSUFFICIENT_STORAGE, sentence).because("D:quota-not-exceeded")
        }
        refusal => Fault::condition(&format!("M:{}", refusal.code()), sentence),
    }
}

/// Where the entry stands that has a UID already.
pub fn uid_conflict(error: ActionError, user: &str, folder: &str) -> Fault {
    match &error {
        ActionError::Refused { refusal: Refusal::UidTaken { name }, .. } => {
            let href = path::item_of(user, folder, name);
            Fault::from(error).because_of("C:no-uid-conflict", &href)
        }
        ActionError::Refused { refusal: Refusal::MeetingElsewhere { calendar, name }, .. } => {
            let href = path::item_of(user, calendar, name);
            Fault::from(error).because_of("C:unique-scheduling-object-resource", &href)
        }
        _ => error.into(),
    }
}

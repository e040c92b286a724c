//! The only place that turns errors into status codes.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use meetme_core::api;
use meetme_core::refusal::{Invalid, Refusal};

use crate::actions::ActionError;
use crate::rate::TooFast;
use crate::store::StoreError;

/// An answer that says what is wrong, as RFC 9457 has it.
#[derive(Debug)]
pub struct Problem {
    code: &'static str,
    retry_after: Option<u64>,
    /// Boxed: it is the rare half of every handler's result.
    body: Box<api::Problem>,
}

/// The code of a problem, carried beside its response for the metrics.
#[derive(Debug, Clone, Copy)]
pub struct ProblemCode(pub &'static str);

impl Problem {
    /// A problem without field or hint.
    pub fn new(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Self {
        let body = api::Problem {
            kind: "about:blank".to_owned(),
            title: status.canonical_reason().unwrap_or("Problem").to_owned(),
            status: status.as_u16(),
            code: code.to_owned(),
            detail: detail.into(),
            field: None,
            hint: None,
            nearest: None,
        };
        Self { code, retry_after: None, body: Box::new(body) }
    }

    /// Adds the field at fault.
    pub fn field(mut self, field: impl Into<String>) -> Self {
        self.body.field = Some(field.into());
        self
    }

    /// Adds what to do about it.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.body.hint = Some(hint.into());
        self
    }

    /// Adds the open slots nearest to the one asked for.
    pub fn nearest(mut self, nearest: Option<Vec<api::Slot>>) -> Self {
        self.body.nearest = nearest;
        self
    }

    /// Adds when to try again, in seconds.
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds), ..self }
    }

    /// The request lacks a token that works.
    pub fn unauthenticated(detail: &str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "unauthenticated", detail)
            .hint("log in (POST /api/v1/sessions) and send the token as `Authorization: Bearer …`")
    }

    /// There is nothing of this kind here, or the caller may not know.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", format!("there is no such {what}"))
    }

    /// A field breaks a rule.
    pub fn invalid(invalid: &Invalid) -> Self {
        let detail = format!("`{}` does not fit: {}", invalid.value, invalid.mend);
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail).field(invalid.field).hint(invalid.mend.clone())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.body.status).expect("it was made of a status");
        let body = serde_json::to_vec(&self.body).expect("a problem is plain data");
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(api::PROBLEM_JSON));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response.extensions_mut().insert(ProblemCode(self.code));
        response
    }
}

impl From<TooFast> for Problem {
    fn from(too_fast: TooFast) -> Self {
        let seconds = too_fast.seconds();
        Self::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", too_fast.to_string())
            .hint(format!("try again in {seconds} s"))
            .retry_after(seconds)
    }
}

impl From<ActionError> for Problem {
    fn from(error: ActionError) -> Self {
        let detail = error.to_string();
        match error {
            ActionError::NotFound { .. } => Self::new(StatusCode::NOT_FOUND, "not-found", detail),
            ActionError::Refused { refusal, nearest } => of_refusal(&refusal).nearest(nearest),
            ActionError::WrongPassword => Self::new(StatusCode::UNAUTHORIZED, "wrong-password", detail),
            ActionError::ScopeMissing(_) => Self::new(StatusCode::FORBIDDEN, "scope-missing", detail)
                .hint("make a token with this scope (POST /api/v1/me/tokens), or log in"),
            ActionError::HostOnly => Self::new(StatusCode::FORBIDDEN, "host-only", detail),
            ActionError::UsernameTaken => {
                Self::new(StatusCode::CONFLICT, "username-taken", detail).field("username").hint("choose another one")
            }
            ActionError::EmailTaken => {
                Self::new(StatusCode::CONFLICT, "email-taken", detail).field("email").hint("log in, or use another one")
            }
            ActionError::KeyReused => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "key-reused", detail)
                .hint("use a new Idempotency-Key for a new request"),
            ActionError::Unsettled => Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).retry_after(1),
            ActionError::TooManySteps(_) => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "too-many-steps", detail).hint("ask for a shorter range")
            }
            ActionError::OutcomeUnknown => Self::new(StatusCode::SERVICE_UNAVAILABLE, "outcome-unknown", detail)
                .hint("repeat the request with the same Idempotency-Key")
                .retry_after(1),
            ActionError::TooFast => Self::new(StatusCode::TOO_MANY_REQUESTS, "rate-limited", detail).retry_after(10),
            ActionError::BadObject(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid", detail),
            ActionError::TooManyWaiting(_) => Self::new(StatusCode::SERVICE_UNAVAILABLE, "busy", detail).retry_after(2),
            ActionError::Store(store) => store.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        let unavailable = |code, detail: &str| {
            Self::new(StatusCode::SERVICE_UNAVAILABLE, code, detail)
                .hint("nothing was changed; try again later")
                .retry_after(5)
        };
        match error {
            StoreError::Full => unavailable("disk-full", "the server's disk is full"),
            StoreError::ReadOnly => unavailable("read-only", "the server cannot write its data"),
            StoreError::Busy => unavailable("busy", "too many changes are waiting").retry_after(1),
            StoreError::Unavailable => unavailable("unavailable", "the server's data cannot be reached"),
            StoreError::Broken(_) => {
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something went wrong on the server")
            }
        }
    }
}

fn of_refusal(refusal: &Refusal) -> Problem {
    let status = match refusal {
        Refusal::Invalid(invalid) => return Problem::invalid(invalid),
        Refusal::NoSuchSlot { .. } | Refusal::NoWholeDay { .. } => StatusCode::NOT_FOUND,
        Refusal::Stale => StatusCode::PRECONDITION_FAILED,
        Refusal::OwnEvent => StatusCode::FORBIDDEN,
        _ => StatusCode::CONFLICT,
    };
    let problem = Problem::new(status, refusal.code(), refusal.to_string());
    match refusal {
        Refusal::GuestBusy { .. } => problem.hint("choose another slot, or say `allow_overlap: true`"),
        Refusal::BookingsAhead { .. } => problem.hint("cancel them too with `?cancel_bookings=true`"),
        Refusal::SlugTaken { .. } => problem.field("slug").hint("choose another slug"),
        Refusal::NotConfirmed => problem.hint("wait for the host's yes"),
        Refusal::Stale => problem.hint("read it again and repeat with its new ETag"),
        Refusal::HoldLimit { .. } => problem.hint("give up a hold, or wait until one expires"),
        refusal if refusal.wants_nearest() => problem.hint("choose one of `nearest`"),
        _ => problem,
    }
}

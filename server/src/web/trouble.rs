//! What a page says when something cannot be done.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::html;
use meetme_core::refusal::Refusal;

use crate::actions::ActionError;
use crate::rate::TooFast;
use crate::store::StoreError;
use crate::web::form::go_to;
use crate::web::layout;

/// Why there is no page, or another one.
#[derive(Debug)]
pub enum Trouble {
    /// Something comes first.
    GoTo(String),
    /// A form of another site.
    ForeignForm,
    /// Too many requests.
    TooFast(TooFast),
    /// The action was not done.
    Action(ActionError),
}

impl Trouble {
    /// There is no such page, or the visitor may not know.
    pub fn nothing_here() -> Self {
        Self::Action(ActionError::NotFound { what: "page" })
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        match self {
            Self::GoTo(_) => StatusCode::SEE_OTHER,
            Self::ForeignForm => StatusCode::FORBIDDEN,
            Self::TooFast(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Action(error) => status_of(error),
        }
    }

    /// What is wrong, in a sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::GoTo(path) => format!("go on at {path}"),
            Self::ForeignForm => "this form was not sent by a page of this server".to_owned(),
            Self::TooFast(wait) => format!("too many requests: try again in {} s", wait.seconds()),
            Self::Action(ActionError::Refused { refusal: Refusal::Invalid(invalid), .. }) => {
                format!("{}: {}", invalid.field, invalid.mend)
            }
            Self::Action(ActionError::NotFound { what }) => {
                format!("there is no such {what}, or it is not yours to see")
            }
            Self::Action(ActionError::Store(_)) => "the server cannot read or write its data now".to_owned(),
            Self::Action(error) => error.to_string(),
        }
    }
}

impl From<ActionError> for Trouble {
    fn from(error: ActionError) -> Self {
        if let ActionError::Store(error) = &error {
            tracing::error!(%error, "the store failed");
        }
        Self::Action(error)
    }
}

impl From<TooFast> for Trouble {
    fn from(wait: TooFast) -> Self {
        Self::TooFast(wait)
    }
}

impl From<StoreError> for Trouble {
    fn from(error: StoreError) -> Self {
        ActionError::from(error).into()
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        if let Self::GoTo(path) = &self {
            return go_to(path);
        }
        let body = html! {
            h1 { (capital(&self.sentence())) }
            p { "Go back, or ask the person who sent you the link." }
        };
        let mut response = (self.status(), layout::bare("Not done", &body)).into_response();
        if let Self::TooFast(wait) = self {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.seconds()));
        }
        response
    }
}

/// A sentence as it stands by itself.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn status_of(error: &ActionError) -> StatusCode {
    match error {
        ActionError::NotFound { .. } => StatusCode::NOT_FOUND,
        ActionError::Refused { refusal, .. } => match refusal {
            Refusal::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Refusal::NoSuchSlot { .. } => StatusCode::NOT_FOUND,
            Refusal::OwnEvent => StatusCode::FORBIDDEN,
            _ => StatusCode::CONFLICT,
        },
        ActionError::UsernameTaken | ActionError::EmailTaken => StatusCode::CONFLICT,
        ActionError::WrongPassword | ActionError::ScopeMissing(_) | ActionError::HostOnly => StatusCode::FORBIDDEN,
        ActionError::KeyReused | ActionError::TooManySteps(_) | ActionError::BadObject(_) => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        ActionError::TooFast => StatusCode::TOO_MANY_REQUESTS,
        ActionError::Store(StoreError::Broken(_)) => StatusCode::INTERNAL_SERVER_ERROR,
        ActionError::Unsettled
        | ActionError::OutcomeUnknown
        | ActionError::TooManyWaiting(_)
        | ActionError::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
    }
}
